package ledger

import (
	"context"
	"net/http"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

// holdRoutes registers what keeps units for a purpose.
func (s *Service) holdRoutes(api *web.API) {
	act := func(id, path, summary string) web.Op {
		return web.Op{
			ID: id, Method: http.MethodPost, Path: path, Tag: tag, Need: permit.LedgerRedeem,
			Summary: summary, Key: true, Forever: true, Status: http.StatusCreated,
		}
	}
	web.Register(api, act("hold", "/ledger/holds", "Keep a member's units for a checkout that is not complete"), s.hold)
	web.Register(api, act("capture-hold", "/ledger/holds/{id}/capture", "Spend held units, all or some"), s.capture)
	web.Register(api, act("release-hold", "/ledger/holds/{id}/release", "Give held units back"), s.release)
	web.Register(api, web.Op{
		ID: "list-holds", Method: http.MethodGet, Path: "/ledger/holds", Tag: tag, Need: permit.LedgerRead,
		Summary: "List the open holds of all members, or of one",
	}, s.holds)
	web.Register(api, web.Op{
		ID: "get-hold", Method: http.MethodGet, Path: "/ledger/holds/{id}", Tag: tag, Need: permit.LedgerRead,
		Summary: "Show a hold and what became of it",
	}, s.holdOf)
}

// HoldView is a hold; exported because it is embedded.
type HoldView struct {
	ID        string `json:"id"`
	PostingID string `json:"posting_id"`
	MemberID  string `json:"member_id"`
	Asset     string `json:"asset"`
	Status    string `json:"status" enum:"open,captured,released" doc:"captured when any of it was"`
	Amount    int64  `json:"amount" doc:"what was held at first"`
	Held      int64  `json:"held" doc:"what is held now"`
	Captured  int64  `json:"captured"`
	Released  int64  `json:"released"`
	HeldUntil string `json:"held_until" doc:"when the rest is free again by itself"`
	Reference string `json:"reference"`
	Reason    string `json:"reason"`
	ActorID   string `json:"actor_id"`
	CreatedAt string `json:"created_at"`
}

func showHold(h HoldState, zone *time.Location) HoldView {
	p := h.Posting
	return HoldView{
		ID: p.Key().HoldID(p.Seq), PostingID: string(p.ID()), MemberID: string(p.Holder), Asset: string(p.Asset), Status: h.Status(),
		Amount: p.Reserved(), Held: h.Held, Captured: h.Captured, Released: h.Released, HeldUntil: web.Time(h.Until.Time(), zone),
		Reference: p.Reference, Reason: p.Reason, ActorID: p.Actor, CreatedAt: web.Time(p.RecordedAt.Time(), zone),
	}
}

type holdInput struct {
	Body struct {
		Member    string `json:"member_id" maxLength:"40"`
		Asset     string `json:"asset,omitempty" maxLength:"32" default:"points"`
		Amount    int64  `json:"amount" doc:"above zero"`
		TTL       int64  `json:"ttl_seconds" doc:"1 to 2592000, 30 days; then the units are free again by themselves"`
		Reason    string `json:"reason,omitempty" maxLength:"200"`
		Reference string `json:"reference,omitempty" maxLength:"200"`
	}
}

type holdOutput struct{ Body HoldView }

func (s *Service) hold(ctx context.Context, in *holdInput) (*holdOutput, error) {
	b := in.Body
	const secondsMost = int64(holdLongest/time.Second) + 1 // More would overflow, and is refused as well.
	out, rules, err := s.Single(ctx, web.Caller(ctx), web.OnceKey(ctx), Request{
		Kind: Hold, Holder: id.Member(b.Member), Asset: Asset(b.Asset), Amount: b.Amount, Reason: b.Reason, Reference: b.Reference,
		HeldFor: time.Duration(max(-1, min(b.TTL, secondsMost))) * time.Second,
	})
	if err != nil {
		return nil, err
	}
	return &holdOutput{Body: showHold(HoldState{Posting: out.Posting, Held: out.Posting.Reserved(), Until: out.Posting.heldUntil()}, rules.Zone)}, nil
}

type captureInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Amount *int64 `json:"amount,omitempty" doc:"above zero; all that is held by default"`
		Keep   bool   `json:"keep_rest,omitempty" doc:"What is left stays held; it is released by default"`
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

func (s *Service) capture(ctx context.Context, in *captureInput) (*postingOutput, error) {
	ask := Request{Kind: Capture, Whole: in.Body.Amount == nil, Keep: in.Body.Keep, Reason: in.Body.Reason}
	if in.Body.Amount != nil {
		ask.Amount = *in.Body.Amount
	}
	return s.ofHold(ctx, in.ID, ask)
}

type releaseInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

func (s *Service) release(ctx context.Context, in *releaseInput) (*postingOutput, error) {
	return s.ofHold(ctx, in.ID, Request{Kind: Release, Reason: in.Body.Reason})
}

func (s *Service) ofHold(ctx context.Context, hold string, ask Request) (*postingOutput, error) {
	key, no, ok := ParseHold(hold)
	if !ok {
		return nil, errHold
	}
	ask.Of = key.PostingID(no)
	return s.single(ctx, ask)
}

type holdsInput struct {
	Member string `query:"member_id" maxLength:"40"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"400"`
}

type heldView struct {
	HoldView
	MemberNo    string `json:"member_no"`
	MemberName  string `json:"member_name" doc:"Masked, as in 张*; empty when not given"`
	MemberPhone string `json:"member_phone" doc:"Masked, as in 138****5678; empty when not given"`
}

type holdsOutput struct {
	Body struct {
		Items      []heldView `json:"items" nullable:"false"`
		NextCursor *string    `json:"next_cursor"`
	}
}

func (s *Service) holds(ctx context.Context, in *holdsInput) (*holdsOutput, error) {
	found, err := s.OpenHolds(ctx, web.Caller(ctx), id.Member(in.Member), page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &holdsOutput{}
	out.Body.Items, out.Body.NextCursor = make([]heldView, 0, len(found.Items)), found.next()
	for _, h := range found.Items {
		who := found.People[h.Posting.Holder]
		out.Body.Items = append(out.Body.Items, heldView{showHold(h, found.Zone), who.Number, who.Name, who.Phone})
	}
	return out, nil
}

type holdOfInput struct {
	ID string `path:"id" maxLength:"100"`
}

func (s *Service) holdOf(ctx context.Context, in *holdOfInput) (*holdOutput, error) {
	h, zone, err := s.HoldOf(ctx, web.Caller(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &holdOutput{Body: showHold(h, zone)}, nil
}
