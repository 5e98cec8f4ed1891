package claim

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/order"
	"huiji/internal/platform/web"
)

// Routes registers claiming.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "claim-order", Method: http.MethodPost, Path: "/orders/claim", Tag: "Orders", Need: permit.OrderSell, Key: true, Forever: true,
		Summary: "Give a walk-in's order to a member who shows its receipt",
	}, s.create)
}

type input struct {
	Body struct {
		Number string `json:"receipt_number" doc:"The order's number, as printed on the receipt"`
		Member string `json:"member_id"`
	}
}

type output struct{ Body order.View }

func (s *Service) create(ctx context.Context, in *input) (*output, error) {
	o, zone, err := s.Claim(ctx, web.Caller(ctx), web.OnceKey(ctx), Ask{Number: in.Body.Number, Member: id.Member(in.Body.Member)})
	if err != nil {
		return nil, err
	}
	return &output{Body: o.Show(zone, web.Lang(ctx))}, nil
}
