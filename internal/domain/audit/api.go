package audit

import (
	"context"
	"net/http"

	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

// Routes registers the reading of the log.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-audit", Method: http.MethodGet, Path: "/audit", Tag: "Audit", Need: permit.AuditRead,
		Summary: "Read the audit log, newest first",
	}, s.list)
}

type listInput struct {
	Action  string `query:"action" maxLength:"60" pattern:"^[a-z0-9_.]*$" patternDescription:"a-z 0-9 _ ." doc:"a whole action, as in member.reveal, or its beginning up to a dot, as in member."`
	Object  string `query:"object" maxLength:"60" doc:"the id of what was acted on"`
	ActorID string `query:"actor_id" maxLength:"60"`
	From    string `query:"from" maxLength:"40" doc:"a day, YYYY-MM-DD, or a time with an offset"`
	To      string `query:"to" maxLength:"40" doc:"a day, which is included, or a time with an offset, which is not"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor  string `query:"cursor" maxLength:"400"`
}

type listOutput struct {
	Body struct {
		Items      []eventView `json:"items" nullable:"false"`
		NextCursor *string     `json:"next_cursor"`
	}
}

type eventView struct {
	ID        string         `json:"id"`
	At        string         `json:"at"`
	Action    string         `json:"action"`
	Object    string         `json:"object"`
	Label     string         `json:"label"`
	StoreID   string         `json:"store_id"`
	Reason    string         `json:"reason"`
	Before    map[string]any `json:"before" doc:"null for nothing"`
	After     map[string]any `json:"after" doc:"null for nothing"`
	Result    string         `json:"result" doc:"empty for done, denied, failed"`
	Who       permit.Who     `json:"who" enum:"staff,key,system"`
	ActorID   string         `json:"actor_id"`
	ActorName string         `json:"actor_name"`
	Role      permit.Role    `json:"role"`
	RequestID string         `json:"request_id"`
	IP        string         `json:"ip"`
}

func (s *Service) list(ctx context.Context, in *listInput) (*listOutput, error) {
	p, zone, err := s.List(ctx, web.Caller(ctx), Filter{Action: in.Action, Object: in.Object, ActorID: in.ActorID, From: in.From, To: in.To},
		page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Items = make([]eventView, 0, len(p.Items))
	for _, e := range p.Items {
		out.Body.Items = append(out.Body.Items, eventView{
			ID: e.ID, At: web.Time(e.At, zone), Action: e.Action, Object: e.Object, Label: e.Label, StoreID: e.Store, Reason: e.Reason,
			Before: e.Before, After: e.After, Result: e.Result, Who: e.Who, ActorID: e.ActorID, ActorName: e.ActorName,
			Role: e.Role, RequestID: e.RequestID, IP: e.IP,
		})
	}
	if p.Next != "" {
		out.Body.NextCursor = &p.Next
	}
	return out, nil
}
