package order

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

const tag = "Orders"

// Routes registers looking at orders; selling, refunding and claiming are
// journeys of their own.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-orders", Method: http.MethodGet, Path: "/orders", Tag: tag, Need: permit.OrderRead,
		Summary: "List orders of the caller's stores, newest first",
	}, s.list)
	web.Register(api, web.Op{
		ID: "get-order", Method: http.MethodGet, Path: "/orders/{id}", Tag: tag, Need: permit.OrderRead,
		Summary: "Show one order with its lines, payments, refunds and why it earned what it did",
	}, s.get)
}

type listInput struct {
	Member string `query:"member_id" maxLength:"40"`
	Store  string `query:"store_id" maxLength:"40"`
	Status string `query:"status" enum:"completed,partly_refunded,refunded"`
	From   string `query:"from" maxLength:"40" doc:"A date or an RFC 3339 time, inclusive"`
	To     string `query:"to" maxLength:"40" doc:"A date, inclusive, or an RFC 3339 time, exclusive"`
	Query  string `query:"q" maxLength:"100" doc:"An order number or an external id"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"400"`
}

type listOutput struct {
	Body struct {
		Items      []HeadView `json:"items" nullable:"false"`
		NextCursor *string    `json:"next_cursor"`
	}
}

type oneInput struct {
	ID string `path:"id" maxLength:"40"`
}

type orderOutput struct{ Body View }

func (s *Service) list(ctx context.Context, in *listInput) (*listOutput, error) {
	f := Filter{
		Member: id.Member(in.Member), Store: id.Store(in.Store), Status: Status(in.Status), From: in.From, To: in.To, Query: in.Query,
	}
	found, err := s.Browse(ctx, web.Caller(ctx), f, page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Items = make([]HeadView, len(found.Items))
	for i := range found.Items {
		out.Body.Items[i] = found.Items[i].ShowHead(found.People[found.Items[i].Member], found.Zone)
	}
	if found.Next != "" {
		out.Body.NextCursor = &found.Next
	}
	return out, nil
}

func (s *Service) get(ctx context.Context, in *oneInput) (*orderOutput, error) {
	o, zone, err := s.Get(ctx, web.Caller(ctx), id.Order(in.ID))
	if err != nil {
		return nil, err
	}
	return &orderOutput{Body: o.Show(zone, web.Lang(ctx))}, nil
}
