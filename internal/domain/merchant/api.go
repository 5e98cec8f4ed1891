package merchant

import (
	"context"
	"net/http"

	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/platform/web"
)

const tag = "Settings"

// Routes registers the operations on settings.
func (s *Service) Routes(api *web.API) {
	get := func(id, path, summary string) web.Op {
		return web.Op{ID: "get-" + id, Method: http.MethodGet, Path: path, Tag: tag, Need: permit.SettingRead, Summary: "Show " + summary}
	}
	put := func(id, path, summary string) web.Op {
		return web.Op{ID: "put-" + id, Method: http.MethodPut, Path: path, Tag: tag, Need: permit.SettingWrite, Summary: "Set " + summary}
	}
	const offset, debt = "how points pay for orders", "what happens to spent points when their order is refunded"
	web.Register(api, get("points-offset", "/settings/points-offset", offset), s.getOffset)
	web.Register(api, put("points-offset", "/settings/points-offset", offset), s.putOffset)
	web.Register(api, get("debt", "/settings/debt", debt), s.getDebt)
	web.Register(api, put("debt", "/settings/debt", debt), s.putDebt)
	web.Register(api, get("receipt", "/settings/receipt", "what receipts say"), s.getReceipt)
	web.Register(api, put("receipt", "/settings/receipt", "what receipts say"), s.putReceipt)
	web.Register(api, get("merchant", "/settings/merchant", "the merchant"), s.getMerchant)
	web.Register(api, put("merchant", "/settings/merchant", "the merchant's name, trade and time zone"), s.putMerchant)
}

type offsetBody struct {
	Points     unit.Points `json:"points" doc:"This many points …"`
	Amount     unit.Money  `json:"amount" doc:"… are worth this much, in the currency's smallest unit"`
	Step       unit.Points `json:"step" doc:"Points are used in multiples of this"`
	MaxPercent int64       `json:"max_percent" doc:"0 to 100: the part of an order that points may pay; 0 = none"`
	MinPoints  unit.Points `json:"min_points" doc:"The fewest points that can be used at once"`
}

type debtBody struct {
	Points    string `json:"points" enum:"negative,forgive,refuse"`
	GraceDays *int   `json:"reinstatement_grace_days,omitempty" doc:"For how many days points that return to an ended lot stay good; 7 unless given"`
}

type receiptBody struct {
	Footer    string `json:"footer" maxLength:"2000"`
	ClaimDays *int   `json:"claim_days,omitempty" doc:"For how many days a walk-in order can be claimed by its receipt; 7 unless given, 0 = never"`
}

type merchantBody struct {
	Name     string `json:"name" maxLength:"400"`
	Currency string `json:"currency,omitempty" maxLength:"10" doc:"Read only: it may be sent only as it is"`
	Timezone string `json:"timezone" maxLength:"100" doc:"IANA name"`
	Trade    string `json:"trade" enum:"retail,restaurant,beauty,supermarket"`
}

type (
	offsetInput    struct{ Body offsetBody }
	offsetOutput   struct{ Body offsetBody }
	debtInput      struct{ Body debtBody }
	debtOutput     struct{ Body debtBody }
	receiptInput   struct{ Body receiptBody }
	receiptOutput  struct{ Body receiptBody }
	merchantInput  struct{ Body merchantBody }
	merchantOutput struct{ Body merchantBody }
)

const daysUnlessGiven = 7

func days(given *int) int {
	if given == nil {
		return daysUnlessGiven
	}
	return *given
}

func (s *Service) getOffset(ctx context.Context, _ *struct{}) (*offsetOutput, error) {
	t, err := s.Get(ctx, web.Caller(ctx))
	return &offsetOutput{Body: offsetBody(t.Offset)}, err
}

func (s *Service) putOffset(ctx context.Context, in *offsetInput) (*offsetOutput, error) {
	err := s.SetOffset(ctx, web.Caller(ctx), Offset(in.Body))
	return &offsetOutput{Body: in.Body}, err
}

func (s *Service) getDebt(ctx context.Context, _ *struct{}) (*debtOutput, error) {
	t, err := s.Get(ctx, web.Caller(ctx))
	return &debtOutput{Body: debtBody{Points: t.Debt.Points, GraceDays: &t.Debt.ReinstatementGraceDays}}, err
}

func (s *Service) putDebt(ctx context.Context, in *debtInput) (*debtOutput, error) {
	d := Debt{Points: in.Body.Points, ReinstatementGraceDays: days(in.Body.GraceDays)}
	err := s.SetDebt(ctx, web.Caller(ctx), d)
	return &debtOutput{Body: debtBody{Points: d.Points, GraceDays: &d.ReinstatementGraceDays}}, err
}

func (s *Service) getReceipt(ctx context.Context, _ *struct{}) (*receiptOutput, error) {
	t, err := s.Get(ctx, web.Caller(ctx))
	return &receiptOutput{Body: receiptBody{Footer: t.Receipt.Footer, ClaimDays: &t.Receipt.ClaimDays}}, err
}

func (s *Service) putReceipt(ctx context.Context, in *receiptInput) (*receiptOutput, error) {
	r := Receipt{Footer: in.Body.Footer, ClaimDays: days(in.Body.ClaimDays)}
	err := s.SetReceipt(ctx, web.Caller(ctx), r)
	return &receiptOutput{Body: receiptBody{Footer: r.Footer, ClaimDays: &r.ClaimDays}}, err
}

func (s *Service) getMerchant(ctx context.Context, _ *struct{}) (*merchantOutput, error) {
	t, err := s.Get(ctx, web.Caller(ctx))
	return &merchantOutput{Body: show(t.Merchant)}, err
}

func (s *Service) putMerchant(ctx context.Context, in *merchantInput) (*merchantOutput, error) {
	after, err := s.SetMerchant(ctx, web.Caller(ctx), Merchant{
		Name: in.Body.Name, Currency: in.Body.Currency, Timezone: in.Body.Timezone, Trade: Trade(in.Body.Trade),
	})
	return &merchantOutput{Body: show(after)}, err
}

func show(m Merchant) merchantBody {
	return merchantBody{Name: m.Name, Currency: m.Currency, Timezone: m.Timezone, Trade: string(m.Trade)}
}
