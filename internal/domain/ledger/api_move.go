package ledger

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

// moveRoutes registers what takes value to another account, and what changes a lot.
func (s *Service) moveRoutes(api *web.API) {
	act := func(id, path, summary string) web.Op {
		return web.Op{
			ID: id, Method: http.MethodPost, Path: path, Tag: tag, Need: permit.LedgerAdjust,
			Summary: summary, Key: true, Forever: true, Status: http.StatusCreated,
		}
	}
	web.Register(api, act("transfer", "/ledger/transfer", "Give a member's units to another; every unit keeps its end"), s.transfer)
	web.Register(api, act("exchange", "/ledger/exchange", "Turn one asset into another at the rate that is set"), s.exchange)
	web.Register(api, act("extend-lot", "/ledger/lots/{id}/extend", "Let a lot end later"), s.extend)
	web.Register(api, act("activate-lot", "/ledger/lots/{id}/activate", "Let a pending lot be spent from now on"), s.activate)
}

type transferInput struct {
	Body struct {
		From      string `json:"from_member_id" maxLength:"40"`
		To        string `json:"to_member_id" maxLength:"40"`
		Asset     string `json:"asset,omitempty" maxLength:"32" default:"points"`
		Amount    int64  `json:"amount" doc:"above zero"`
		Reason    string `json:"reason" minLength:"1" maxLength:"200"`
		Reference string `json:"reference,omitempty" maxLength:"200"`
	}
}

func (s *Service) transfer(ctx context.Context, in *transferInput) (*postingOutput, error) {
	b := in.Body
	return s.single(ctx, Request{
		Kind: Transfer, Holder: id.Member(b.From), To: id.Member(b.To), Asset: Asset(b.Asset), Amount: b.Amount, Reason: b.Reason, Reference: b.Reference,
	})
}

type exchangeInput struct {
	Body struct {
		Member    string `json:"member_id" maxLength:"40"`
		Asset     string `json:"asset,omitempty" maxLength:"32" default:"points"`
		Amount    int64  `json:"amount" doc:"above zero, a multiple of what the rate gives"`
		Into      string `json:"into" maxLength:"32" doc:"the asset that it becomes"`
		Reason    string `json:"reason" minLength:"1" maxLength:"200"`
		Reference string `json:"reference,omitempty" maxLength:"200"`
	}
}

func (s *Service) exchange(ctx context.Context, in *exchangeInput) (*postingOutput, error) {
	b := in.Body
	return s.single(ctx, Request{
		Kind: Exchange, Holder: id.Member(b.Member), Asset: Asset(b.Asset), Amount: b.Amount, Into: Asset(b.Into), Reason: b.Reason, Reference: b.Reference,
	})
}

type extendInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		ExpiresAt string `json:"expires_at" maxLength:"40" doc:"RFC 3339; later than it ends now"`
		Reason    string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

func (s *Service) extend(ctx context.Context, in *extendInput) (*postingOutput, error) {
	ends, err := web.ParseTime("body.expires_at", in.Body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	return s.ofLot(ctx, in.ID, Request{Kind: Extend, ExpiresAt: ends, Reason: in.Body.Reason})
}

type activateInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		ExpiresAt string `json:"expires_at,omitempty" maxLength:"40" doc:"RFC 3339; as it is by default"`
		Reason    string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

func (s *Service) activate(ctx context.Context, in *activateInput) (*postingOutput, error) {
	ends, err := web.ParseTime("body.expires_at", in.Body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	return s.ofLot(ctx, in.ID, Request{Kind: Activate, ExpiresAt: ends, Reason: in.Body.Reason})
}

func (s *Service) ofLot(ctx context.Context, lot string, ask Request) (*postingOutput, error) {
	key, no, ok := ParseLot(lot)
	if !ok {
		return nil, errLot
	}
	ask.Holder, ask.Asset, ask.Lot = key.Holder, key.Asset, no
	return s.single(ctx, ask)
}
