package demo

import (
	"context"
	"net/http"

	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

const tag = "Demo"

// Routes registers loading, clearing and how far they are.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "show-demo", Method: http.MethodGet, Path: "/demo", Tag: tag, Need: permit.DemoManage,
		Summary: "Whether the demo data is there, and how far loading or clearing it is",
	}, s.show)
	web.Register(api, web.Op{
		ID: "load-demo", Method: http.MethodPost, Path: "/demo", Tag: tag, Need: permit.DemoManage, Status: http.StatusAccepted,
		Summary: "Load the demo data in the background: 3 stores, 80 products, 2,000 members, 90 days of orders",
	}, s.load)
	web.Register(api, web.Op{
		ID: "clear-demo", Method: http.MethodDelete, Path: "/demo", Tag: tag, Need: permit.DemoManage, Status: http.StatusAccepted,
		Summary: "Remove the demo data in the background, without trace",
	}, s.clear)
}

type view struct {
	Job      string    `json:"job,omitempty" doc:"The id of the background job that was asked for"`
	State    string    `json:"state" enum:"none,loading,loaded,clearing"`
	Progress int       `json:"progress" doc:"Percent of the loading or clearing"`
	Done     int64     `json:"done" doc:"Members, orders and other events that are done"`
	Total    int64     `json:"total" doc:"Of about how many"`
	Trouble  string    `json:"trouble,omitempty" doc:"Why the last attempt ended early"`
	Kept     *keptView `json:"kept,omitempty" doc:"What stayed when the demo was cleared, because the merchant's own data names it"`
}

type keptView struct {
	Stores   []string `json:"stores" nullable:"false" doc:"Names"`
	Products []string `json:"products" nullable:"false" doc:"SKUs"`
}

type output struct{ Body view }

func (s *Service) show(ctx context.Context, _ *struct{}) (*output, error) {
	run, kept, err := s.State(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	out := &output{Body: run.view(ctx)}
	if len(kept.Stores)+len(kept.Products) > 0 {
		out.Body.Kept = &keptView{Stores: kept.Stores, Products: kept.Products}
	}
	return out, nil
}

func (s *Service) load(ctx context.Context, _ *struct{}) (*output, error) {
	return started(ctx, s.Start)
}

func (s *Service) clear(ctx context.Context, _ *struct{}) (*output, error) {
	return started(ctx, s.Stop)
}

func started(ctx context.Context, verb func(context.Context, permit.Caller) (string, Run, error)) (*output, error) {
	jobID, run, err := verb(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	out := &output{Body: run.view(ctx)}
	out.Body.Job = jobID
	return out, nil
}

func (r Run) view(ctx context.Context) view {
	v := view{State: string(r.State), Progress: r.Percent(), Done: r.Done, Total: r.Total}
	if !r.Trouble.Empty() {
		v.Trouble = r.Trouble.In(web.Lang(ctx))
	}
	return v
}
