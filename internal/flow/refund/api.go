package refund

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/order"
	"huiji/internal/platform/web"
)

const tag = "Orders"

// Routes registers refunding.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "refund-order", Method: http.MethodPost, Path: "/orders/{id}/refunds", Tag: tag, Need: permit.OrderRefund, Key: true, Forever: true,
		Status: http.StatusCreated, Summary: "Give back lines, an amount, or everything that is left of an order",
	}, s.create)
	web.Register(api, web.Op{
		ID: "quote-refund", Method: http.MethodPost, Path: "/orders/{id}/refunds/quote", Tag: tag, Need: permit.OrderRefund,
		Summary: "Say what a refund would give and take, and book nothing",
	}, s.quote)
}

type lineBody struct {
	LineID   string `json:"line_id"`
	Quantity int64  `json:"quantity"`
}

type input struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Lines  []lineBody `json:"lines,omitempty" doc:"Units to give back; without an amount for what they cost"`
		Amount *int64     `json:"amount,omitempty" doc:"Money to give back; without lines a price reduction, in which points follow in proportion"`
		Reason string     `json:"reason" doc:"Why, 1 to 200 characters; kept in the audit log"`
	}
}

type output struct{ Body view }

type view struct {
	ID             string                   `json:"id" doc:"Empty in a quote"`
	OrderID        string                   `json:"order_id"`
	OrderStatus    string                   `json:"order_status" enum:"completed,partly_refunded,refunded"`
	Amount         int64                    `json:"amount"`
	PointsReturned int64                    `json:"points_returned" doc:"Points used that went back to the member"`
	PointsClawed   int64                    `json:"points_clawed_back" doc:"Points earned that were really taken back, debt included; the lines add up to it"`
	PointsDebt     int64                    `json:"points_debt" doc:"The part of points_clawed_back that became a debt: the setting negative was applied"`
	PointsForgiven int64                    `json:"points_forgiven" doc:"Points earned that were let go: the setting forgive was applied. Not in points_clawed_back; the lines add up to it"`
	PointsLapsed   int64                    `json:"points_lapsed" doc:"Points earned that had expired unspent before. Not in points_clawed_back; the lines add up to it"`
	MemberBalance  *int64                   `json:"member_balance" doc:"Right after the refund; null for a walk-in"`
	Reason         string                   `json:"reason"`
	OccurredAt     string                   `json:"occurred_at" format:"date-time"`
	StaffName      string                   `json:"staff_name"`
	Refunds        []order.RefundTenderView `json:"refunds" nullable:"false" doc:"How the money goes back: the last tender first"`
	Lines          []order.RefundLineView   `json:"lines" nullable:"false"`
}

func (s *Service) create(ctx context.Context, in *input) (*output, error) {
	done, err := s.Refund(ctx, web.Caller(ctx), web.OnceKey(ctx), id.Order(in.ID), in.ask())
	if err != nil {
		return nil, err
	}
	return done.show(in.ID), nil
}

func (s *Service) quote(ctx context.Context, in *input) (*output, error) {
	done, err := s.Quote(ctx, web.Caller(ctx), id.Order(in.ID), in.ask())
	if err != nil {
		return nil, err
	}
	return done.show(in.ID), nil
}

func (in *input) ask() Ask {
	a := Ask{Reason: in.Body.Reason}
	for _, l := range in.Body.Lines {
		a.Lines = append(a.Lines, Line(l))
	}
	if in.Body.Amount != nil {
		amount := unit.Money(*in.Body.Amount)
		a.Amount = &amount
	}
	return a
}

func (d Done) show(which string) *output {
	r := d.Refund.Show(d.Zone)
	v := view{
		ID: r.ID, OrderID: which, OrderStatus: string(d.Status), Amount: r.Amount, PointsReturned: r.PointsReturned,
		PointsClawed: r.PointsClawed, PointsDebt: r.PointsDebt, PointsForgiven: r.PointsForgiven, PointsLapsed: r.PointsLapsed,
		Reason: r.Reason, OccurredAt: r.OccurredAt, StaffName: r.StaffName, Refunds: r.Refunds, Lines: r.Lines,
	}
	if d.Balance != nil {
		balance := int64(*d.Balance)
		v.MemberBalance = &balance
	}
	return &output{Body: v}
}
