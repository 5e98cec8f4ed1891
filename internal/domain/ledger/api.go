package ledger

import (
	"context"
	"net/http"
	"strings"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

const tag = "Ledger"

// Routes registers the operations on accounts and postings. Names calls the
// members of the list across them.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "get-member-accounts", Method: http.MethodGet, Path: "/members/{id}/accounts", Tag: tag, Need: permit.LedgerRead,
		Summary: "Show what a member has, now or as of a past instant",
	}, s.accounts)
	web.Register(api, web.Op{
		ID: "list-member-entries", Method: http.MethodGet, Path: "/members/{id}/entries", Tag: tag, Need: permit.LedgerRead,
		Summary: "List a member's entries with why, newest first",
	}, s.entries)
	web.Register(api, web.Op{
		ID: "list-balances", Method: http.MethodGet, Path: "/ledger/balances", Tag: tag, Need: permit.LedgerRead,
		Summary: "Show the points of up to 200 members",
	}, s.balances)
	web.Register(api, web.Op{
		ID: "list-entries", Method: http.MethodGet, Path: "/ledger/entries", Tag: tag, Need: permit.LedgerRead,
		Summary: "List the entries of all members, the last recorded first",
	}, s.browse)
	web.Register(api, web.Op{
		ID: "get-posting", Method: http.MethodGet, Path: "/ledger/postings/{id}", Tag: tag, Need: permit.LedgerRead,
		Summary: "Show one posting with why",
	}, s.posting)
	s.valueRoutes(api)
	s.reportRoutes(api)
}

// valueRoutes registers what changes value: each needs a key and acts once.
func (s *Service) valueRoutes(api *web.API) {
	web.Register(api, web.Op{
		ID: "earn", Method: http.MethodPost, Path: "/ledger/earn", Tag: tag, Need: permit.LedgerEarn,
		Summary: "Give a member value", Key: true, Forever: true, Status: http.StatusCreated,
	}, s.earn)
	web.Register(api, web.Op{
		ID: "redeem", Method: http.MethodPost, Path: "/ledger/redeem", Tag: tag, Need: permit.LedgerRedeem,
		Summary: "Use a member's value", Key: true, Forever: true, Status: http.StatusCreated,
	}, s.redeem)
	web.Register(api, web.Op{
		ID: "adjust", Method: http.MethodPost, Path: "/ledger/adjust", Tag: tag, Need: permit.LedgerAdjust,
		Summary: "Correct a member's value by hand; never below zero", Key: true, Forever: true, Status: http.StatusCreated,
	}, s.adjust)
	web.Register(api, web.Op{
		ID: "reverse", Method: http.MethodPost, Path: "/ledger/reverse", Tag: tag, Need: permit.LedgerReverse,
		Summary: "Reverse a posting, whole or in part", Key: true, Forever: true, Status: http.StatusCreated,
	}, s.reverse)
	s.batchRoute(api)
	s.holdRoutes(api)
	s.moveRoutes(api)
	s.assetRoutes(api)
}

type accountsInput struct {
	ID   string `path:"id" maxLength:"40"`
	AsOf string `query:"as_of" maxLength:"40" doc:"A past instant, RFC 3339: the accounts as the book held them then"`
}

type accountsOutput struct {
	Body struct {
		Items []accountView `json:"items" nullable:"false"`
	}
}

func (s *Service) accounts(ctx context.Context, in *accountsInput) (*accountsOutput, error) {
	at, err := web.ParseTime("query.as_of", in.AsOf)
	if err != nil {
		return nil, err
	}
	all, zone, err := s.Show(ctx, web.Caller(ctx), id.Member(in.ID), at)
	if err != nil {
		return nil, err
	}
	out := &accountsOutput{}
	for _, h := range all {
		out.Body.Items = append(out.Body.Items, showAccount(h, zone))
	}
	return out, nil
}

type entriesInput struct {
	ID     string `path:"id" maxLength:"40"`
	Asset  string `query:"asset" maxLength:"32" default:"points"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"400"`
}

type entriesOutput struct {
	Body struct {
		Items      []EntryView `json:"items" nullable:"false"`
		NextCursor *string     `json:"next_cursor"`
	}
}

func (s *Service) entries(ctx context.Context, in *entriesInput) (*entriesOutput, error) {
	p, zone, err := s.History(ctx, web.Caller(ctx), Key{id.Member(in.ID), Asset(in.Asset)}, page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &entriesOutput{}
	out.Body.Items, out.Body.NextCursor = make([]EntryView, 0, len(p.Items)), next(p)
	for _, one := range p.Items {
		out.Body.Items = append(out.Body.Items, showEntry(one, zone, web.Lang(ctx)))
	}
	return out, nil
}

func next(p page.Page[Posting]) *string {
	if p.Next == "" {
		return nil
	}
	return &p.Next
}

type balancesInput struct {
	Members string `query:"member_ids" required:"true" maxLength:"8000" doc:"Up to 200 member ids, separated by commas"`
}

type balanceView struct {
	MemberID  string `json:"member_id"`
	Asset     string `json:"asset"`
	Balance   int64  `json:"balance"`
	Available int64  `json:"available"`
}

type balancesOutput struct {
	Body struct {
		Items []balanceView `json:"items" nullable:"false"`
	}
}

func (s *Service) balances(ctx context.Context, in *balancesInput) (*balancesOutput, error) {
	var holders []id.Member
	for one := range strings.SplitSeq(in.Members, ",") {
		holders = append(holders, id.Member(one))
	}
	all, err := s.ShowBalances(ctx, web.Caller(ctx), holders)
	if err != nil {
		return nil, err
	}
	out := &balancesOutput{}
	for _, h := range all {
		out.Body.Items = append(out.Body.Items, balanceView{string(h.Holder), string(h.Asset), h.Balance, h.Available})
	}
	return out, nil
}

type browseInput struct {
	Kind   string `query:"kind" enum:"earn,redeem,expire,adjust,reverse,opening,hold,capture,release,transfer,exchange,extend,activate"`
	Store  string `query:"store_id" maxLength:"40"`
	Member string `query:"member_id" maxLength:"40"`
	From   string `query:"from" maxLength:"40" doc:"A date or an RFC 3339 time, inclusive; by when it was recorded"`
	To     string `query:"to" maxLength:"40" doc:"A date, inclusive, or an RFC 3339 time, exclusive"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"400"`
}

type browseOutput struct {
	Body struct {
		Items      []bookEntryView `json:"items" nullable:"false"`
		NextCursor *string         `json:"next_cursor"`
	}
}

func (s *Service) browse(ctx context.Context, in *browseInput) (*browseOutput, error) {
	ask := Search{Holder: id.Member(in.Member), Kind: Kind(in.Kind), Store: id.Store(in.Store), From: in.From, To: in.To}
	found, err := s.Browse(ctx, web.Caller(ctx), ask, page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &browseOutput{}
	out.Body.Items, out.Body.NextCursor = make([]bookEntryView, 0, len(found.Items)), next(found.Page)
	for _, one := range found.Items {
		out.Body.Items = append(out.Body.Items, showBookEntry(one, found.People[one.Holder], found.Zone, web.Lang(ctx)))
	}
	return out, nil
}

type postingInput struct {
	ID string `path:"id" maxLength:"100"`
}

type detailOutput struct{ Body detailView }

func (s *Service) posting(ctx context.Context, in *postingInput) (*detailOutput, error) {
	p, reversed, zone, err := s.Detail(ctx, web.Caller(ctx), id.Posting(in.ID))
	if err != nil {
		return nil, err
	}
	return &detailOutput{Body: showDetail(p, reversed, zone, web.Lang(ctx))}, nil
}

type postingOutput struct{ Body PostingView }

type earnInput struct {
	Body struct {
		Member      string `json:"member_id" maxLength:"40"`
		Asset       string `json:"asset,omitempty" maxLength:"32" default:"points"`
		Amount      int64  `json:"amount" doc:"above zero"`
		Reason      string `json:"reason" minLength:"1" maxLength:"200"`
		Reference   string `json:"reference,omitempty" maxLength:"200" doc:"what it is for in your own system"`
		AvailableAt string `json:"available_at,omitempty" maxLength:"40" doc:"RFC 3339; at once by default"`
		ExpiresAt   string `json:"expires_at,omitempty" maxLength:"40" doc:"RFC 3339; by the merchant's validity by default"`
		OccurredAt  string `json:"occurred_at,omitempty" maxLength:"40" doc:"RFC 3339; now by default"`
	}
}

func (s *Service) earn(ctx context.Context, in *earnInput) (*postingOutput, error) {
	ask, err := in.request()
	if err != nil {
		return nil, err
	}
	return s.single(ctx, ask)
}

func (in *earnInput) request() (Request, error) {
	b := in.Body
	ask := Request{Kind: Earn, Holder: id.Member(b.Member), Asset: Asset(b.Asset), Amount: b.Amount, Reason: b.Reason, Reference: b.Reference}
	for _, field := range []struct {
		location, text string
		into           *time.Time
	}{{"available_at", b.AvailableAt, &ask.AvailableAt}, {"expires_at", b.ExpiresAt, &ask.ExpiresAt}, {"occurred_at", b.OccurredAt, &ask.OccurredAt}} {
		at, err := web.ParseTime("body."+field.location, field.text)
		if err != nil {
			return Request{}, err
		}
		*field.into = at
	}
	return ask, nil
}

type redeemInput struct {
	Body struct {
		Member    string `json:"member_id" maxLength:"40"`
		Asset     string `json:"asset,omitempty" maxLength:"32" default:"points"`
		Amount    int64  `json:"amount" doc:"above zero"`
		Reason    string `json:"reason" minLength:"1" maxLength:"200"`
		Reference string `json:"reference,omitempty" maxLength:"200"`
	}
}

func (s *Service) redeem(ctx context.Context, in *redeemInput) (*postingOutput, error) {
	return s.single(ctx, in.request())
}

func (in *redeemInput) request() Request {
	b := in.Body
	return Request{Kind: Redeem, Holder: id.Member(b.Member), Asset: Asset(b.Asset), Amount: b.Amount, Reason: b.Reason, Reference: b.Reference}
}

type adjustInput struct {
	Body struct {
		Member    string `json:"member_id" maxLength:"40"`
		Asset     string `json:"asset,omitempty" maxLength:"32" default:"points"`
		Amount    int64  `json:"amount" doc:"signed: above zero adds, below takes away"`
		Reason    string `json:"reason" minLength:"1" maxLength:"200"`
		ExpiresAt string `json:"expires_at,omitempty" maxLength:"40" doc:"RFC 3339; by the merchant's validity by default"`
	}
}

func (s *Service) adjust(ctx context.Context, in *adjustInput) (*postingOutput, error) {
	b := in.Body
	ends, err := web.ParseTime("body.expires_at", b.ExpiresAt)
	if err != nil {
		return nil, err
	}
	return s.single(ctx, Request{Kind: Adjust, Holder: id.Member(b.Member), Asset: Asset(b.Asset), Amount: b.Amount, Reason: b.Reason, ExpiresAt: ends})
}

func (s *Service) single(ctx context.Context, ask Request) (*postingOutput, error) {
	out, rules, err := s.Single(ctx, web.Caller(ctx), web.OnceKey(ctx), ask)
	if err != nil {
		return nil, err
	}
	return &postingOutput{Body: showPosting(out.Posting, rules.Zone)}, nil
}

type reverseInput struct {
	Body struct {
		Posting string `json:"posting_id" maxLength:"100"`
		Amount  *int64 `json:"amount,omitempty" doc:"above zero; all that is left of it by default"`
		Reason  string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

type reversalOutput struct{ Body reversalView }

func (s *Service) reverse(ctx context.Context, in *reverseInput) (*reversalOutput, error) {
	out, rules, err := s.Single(ctx, web.Caller(ctx), web.OnceKey(ctx), in.request())
	if err != nil {
		return nil, err
	}
	return &reversalOutput{Body: showReversal(out, rules.Zone)}, nil
}

func (in *reverseInput) request() Request {
	ask := Request{Kind: Reversal, Of: id.Posting(in.Body.Posting), Whole: in.Body.Amount == nil, Reason: in.Body.Reason}
	if in.Body.Amount != nil {
		ask.Amount = *in.Body.Amount
	}
	return ask
}
