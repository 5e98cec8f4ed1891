package message

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

// Routes registers the operations on messages.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-member-messages", Method: http.MethodGet, Path: "/members/{id}/messages", Tag: "Members", Need: permit.MemberRead,
		Summary: "List what a member was told, newest first",
	}, s.list)
}

type listInput struct {
	ID     string `path:"id" maxLength:"40"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"400"`
}

type view struct {
	ID        string  `json:"id"`
	Kind      string  `json:"kind"`
	Text      string  `json:"text" doc:"In the caller's language"`
	CreatedAt string  `json:"created_at" format:"date-time"`
	ReadAt    *string `json:"read_at" format:"date-time"`
}

type listOutput struct {
	Body struct {
		Items      []view  `json:"items" nullable:"false"`
		NextCursor *string `json:"next_cursor"`
	}
}

func (s *Service) list(ctx context.Context, in *listInput) (*listOutput, error) {
	p, zone, err := s.List(ctx, web.Caller(ctx), id.Member(in.ID), page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Items = make([]view, 0, len(p.Items))
	for _, m := range p.Items {
		v := view{ID: string(m.ID), Kind: m.Kind, Text: m.Text.In(web.Lang(ctx)), CreatedAt: web.Time(m.CreatedAt, zone)}
		if read := web.Time(m.ReadAt, zone); read != "" {
			v.ReadAt = &read
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	if p.Next != "" {
		out.Body.NextCursor = &p.Next
	}
	return out, nil
}
