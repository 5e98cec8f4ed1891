package member

import (
	"context"
	"net/http"
	"strings"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

const tag = "Members"

// Routes registers the operations on members that are there already; enrolling
// and changing are journeys of their own.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-members", Method: http.MethodGet, Path: "/members", Tag: tag, Need: permit.MemberRead,
		Summary: "Find members by name, phone, last four digits, pinyin initials, member or card number; newest first",
	}, s.list)
	web.Register(api, web.Op{
		ID: "get-member", Method: http.MethodGet, Path: "/members/{id}", Tag: tag, Need: permit.MemberRead,
		Summary: "Show one member, masked",
	}, s.get)
	web.Register(api, web.Op{
		ID: "reveal-member", Method: http.MethodPost, Path: "/members/{id}/reveal", Tag: tag, Need: permit.MemberReadPII,
		Summary: "Show a member in clear; who looked and why is kept",
	}, s.reveal)
	for _, one := range []struct {
		turn    Turn
		need    permit.Permission
		summary string
	}{
		{Freeze, permit.MemberWrite, "Freeze a member: nothing can be earned or used"},
		{Unfreeze, permit.MemberWrite, "Let a frozen member take part again"},
		{Close, permit.MemberClose, "Close a member's account for ever; phone and card become free"},
	} {
		web.Register(api, web.Op{
			ID: string(one.turn) + "-member", Method: http.MethodPost, Path: "/members/{id}/" + string(one.turn), Tag: tag,
			Need: one.need, Summary: one.summary,
		}, s.turn(one.turn))
	}
	web.Register(api, web.Op{
		ID: "list-member-tags", Method: http.MethodGet, Path: "/member-tags", Tag: tag, Need: permit.MemberRead,
		Summary: "List the tags in use with how many members carry them",
	}, s.tags)
	web.Register(api, web.Op{
		ID: "get-member-fields", Method: http.MethodGet, Path: "/member-fields", Tag: tag, Need: permit.MemberRead,
		Summary: "List the merchant's own fields",
	}, s.fields)
	web.Register(api, web.Op{
		ID: "put-member-fields", Method: http.MethodPut, Path: "/member-fields", Tag: tag, Need: permit.SettingWrite,
		Summary: "Replace the merchant's own fields",
	}, s.putFields)
}

type listInput struct {
	Query   string `query:"q" maxLength:"100" doc:"Name or its beginning, pinyin initials, full phone, last four digits, member number, card number or external id"`
	Tier    string `query:"tier" maxLength:"40"`
	Tag     string `query:"tag" maxLength:"40"`
	Segment string `query:"segment_id" maxLength:"40"`
	Status  string `query:"status" enum:"active,frozen,closed"`
	Store   string `query:"store_id" maxLength:"40"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor  string `query:"cursor" maxLength:"400"`
}

type listOutput struct {
	Body struct {
		Items      []View  `json:"items" nullable:"false"`
		NextCursor *string `json:"next_cursor"`
	}
}

type oneInput struct {
	ID string `path:"id" maxLength:"40"`
}

type reasonInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Reason string `json:"reason" maxLength:"800" doc:"Why, 2 to 200 characters; kept in the audit log"`
	}
}

type memberOutput struct{ Body View }

type revealOutput struct {
	Body struct {
		Name     string         `json:"name"`
		Phone    string         `json:"phone"`
		Birthday string         `json:"birthday"`
		CardNo   string         `json:"card_no"`
		Fields   map[string]any `json:"fields"`
	}
}

type tagsOutput struct {
	Body struct {
		Items []tagView `json:"items" nullable:"false"`
	}
}

type tagView struct {
	Tag     string `json:"tag"`
	Members int64  `json:"members"`
}

type fieldView struct {
	Code     string   `json:"code" maxLength:"100"`
	Name     string   `json:"name" maxLength:"100"`
	Kind     string   `json:"kind" enum:"text,number,date,choice,boolean"`
	Choices  []string `json:"choices,omitempty" nullable:"false" maxItems:"200"`
	Required bool     `json:"required,omitempty"`
}

type fieldsBody struct {
	Items []fieldView `json:"items" nullable:"false" maxItems:"200"`
}

type fieldsInput struct{ Body fieldsBody }

type fieldsOutput struct{ Body fieldsBody }

var errNoSegment = fault.New(fault.Invalid, "segment.not_found", "没有这个人群", "there is no such segment")

func (s *Service) list(ctx context.Context, in *listInput) (*listOutput, error) {
	if in.Segment != "" {
		return nil, errNoSegment.At("query.segment_id", in.Segment)
	}
	filter := Filter{Query: in.Query, Tier: in.Tier, Tag: strings.TrimSpace(in.Tag), Status: Status(in.Status), Store: id.Store(in.Store)}
	p, sheet, err := s.List(ctx, web.Caller(ctx), filter, page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Items = make([]View, 0, len(p.Items))
	for _, m := range p.Items {
		out.Body.Items = append(out.Body.Items, sheet.Show(m, web.Lang(ctx)))
	}
	if p.Next != "" {
		out.Body.NextCursor = &p.Next
	}
	return out, nil
}

func (s *Service) get(ctx context.Context, in *oneInput) (*memberOutput, error) {
	m, agreed, sheet, err := s.Get(ctx, web.Caller(ctx), id.Member(in.ID))
	if err != nil {
		return nil, err
	}
	v := sheet.Show(m, web.Lang(ctx))
	v.Consents = sheet.ShowConsents(agreed)
	return &memberOutput{Body: v}, nil
}

func (s *Service) reveal(ctx context.Context, in *reasonInput) (*revealOutput, error) {
	m, sheet, err := s.Reveal(ctx, web.Caller(ctx), id.Member(in.ID), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := &revealOutput{}
	out.Body.Name, out.Body.Phone, out.Body.Birthday, out.Body.CardNo = m.Name, m.Phone, m.Birthday.String(), m.CardNo
	out.Body.Fields = sheet.Values(m, false)
	return out, nil
}

func (s *Service) turn(turn Turn) func(context.Context, *reasonInput) (*memberOutput, error) {
	return func(ctx context.Context, in *reasonInput) (*memberOutput, error) {
		m, sheet, err := s.Turn(ctx, web.Caller(ctx), id.Member(in.ID), turn, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &memberOutput{Body: sheet.Show(m, web.Lang(ctx))}, nil
	}
}

func (s *Service) tags(ctx context.Context, _ *struct{}) (*tagsOutput, error) {
	counts, err := s.Tags(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	out := &tagsOutput{}
	out.Body.Items = make([]tagView, 0, len(counts))
	for _, c := range counts {
		out.Body.Items = append(out.Body.Items, tagView(c))
	}
	return out, nil
}

func (s *Service) fields(ctx context.Context, _ *struct{}) (*fieldsOutput, error) {
	fields, err := s.Fields(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	return showFields(fields), nil
}

func (s *Service) putFields(ctx context.Context, in *fieldsInput) (*fieldsOutput, error) {
	fields := make([]Field, 0, len(in.Body.Items))
	for _, f := range in.Body.Items {
		fields = append(fields, Field{Code: f.Code, Name: strings.TrimSpace(f.Name), Kind: Kind(f.Kind), Choices: f.Choices, Required: f.Required})
	}
	if err := s.SetFields(ctx, web.Caller(ctx), fields); err != nil {
		return nil, err
	}
	return showFields(fields), nil
}

func showFields(fields []Field) *fieldsOutput {
	out := &fieldsOutput{}
	out.Body.Items = make([]fieldView, 0, len(fields))
	for _, f := range fields {
		out.Body.Items = append(out.Body.Items, fieldView{Code: f.Code, Name: f.Name, Kind: string(f.Kind), Choices: f.Choices, Required: f.Required})
	}
	return out
}
