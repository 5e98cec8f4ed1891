package store

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

const tag = "Stores"

// Routes registers the operations on stores.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-stores", Method: http.MethodGet, Path: "/stores", Tag: tag, Need: permit.StoreRead,
		Summary: "List the stores the caller may act for, in the order they were opened",
	}, s.list)
	web.Register(api, web.Op{
		ID: "get-store", Method: http.MethodGet, Path: "/stores/{id}", Tag: tag, Need: permit.StoreRead,
		Summary: "Show one store",
	}, s.get)
	web.Register(api, web.Op{
		ID: "open-store", Method: http.MethodPost, Path: "/stores", Tag: tag, Need: permit.StoreWrite, Status: http.StatusCreated,
		Summary: "Open a store",
	}, s.open)
	web.Register(api, web.Op{
		ID: "change-store", Method: http.MethodPatch, Path: "/stores/{id}", Tag: tag, Need: permit.StoreWrite, Patch: true,
		Summary: "Change a store: only what is sent changes, null clears",
	}, s.change)
}

type view struct {
	ID       string `json:"id"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	Timezone string `json:"timezone"`
	Address  string `json:"address"`
	Phone    string `json:"phone"`
	Status   string `json:"status" enum:"open,closed"`
}

type listOutput struct {
	Body struct {
		Items      []view  `json:"items" nullable:"false"`
		NextCursor *string `json:"next_cursor" doc:"Always null: stores are few"`
	}
}

type oneInput struct {
	ID string `path:"id" maxLength:"40"`
}

type openInput struct {
	Body struct {
		Code     string `json:"code" maxLength:"200" doc:"1 to 20 letters, digits, - or _; unique"`
		Name     string `json:"name" maxLength:"400"`
		Timezone string `json:"timezone,omitempty" maxLength:"100" doc:"IANA name; the merchant's unless given"`
		Address  string `json:"address,omitempty" maxLength:"1000"`
		Phone    string `json:"phone,omitempty" maxLength:"200"`
	}
}

type changeInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Code     *string `json:"code,omitempty" maxLength:"200"`
		Name     *string `json:"name,omitempty" maxLength:"400"`
		Timezone *string `json:"timezone,omitempty" maxLength:"100"`
		Address  *string `json:"address,omitempty" maxLength:"1000" nullable:"true"`
		Phone    *string `json:"phone,omitempty" maxLength:"200" nullable:"true"`
		Status   *string `json:"status,omitempty" enum:"open,closed"`
	}
}

type output struct{ Body view }

func (s *Service) list(ctx context.Context, _ *struct{}) (*listOutput, error) {
	stores, err := s.List(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Items = make([]view, 0, len(stores))
	for _, one := range stores {
		out.Body.Items = append(out.Body.Items, show(one))
	}
	return out, nil
}

func (s *Service) get(ctx context.Context, in *oneInput) (*output, error) {
	one, err := s.Get(ctx, web.Caller(ctx), id.Store(in.ID))
	if err != nil {
		return nil, err
	}
	return &output{Body: show(one)}, nil
}

func (s *Service) open(ctx context.Context, in *openInput) (*output, error) {
	opened, err := s.Create(ctx, web.Caller(ctx), web.OnceKey(ctx), Store{
		Code: in.Body.Code, Name: in.Body.Name, Timezone: in.Body.Timezone, Address: in.Body.Address, Phone: in.Body.Phone,
	})
	if err != nil {
		return nil, err
	}
	return &output{Body: show(opened)}, nil
}

func (s *Service) change(ctx context.Context, in *changeInput) (*output, error) {
	p := Patch{Code: in.Body.Code, Name: in.Body.Name, Timezone: in.Body.Timezone, Address: in.Body.Address, Phone: in.Body.Phone}
	if in.Body.Status != nil {
		status := Status(*in.Body.Status)
		p.Status = &status
	}
	if err := p.clear(web.Body(ctx)); err != nil {
		return nil, err
	}
	after, err := s.Change(ctx, web.Caller(ctx), id.Store(in.ID), p)
	if err != nil {
		return nil, err
	}
	return &output{Body: show(after)}, nil
}

// clear reads from the raw body what was sent as null: it clears, where there
// can be nothing.
func (p *Patch) clear(raw []byte) error {
	sent := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &sent); err != nil {
		return fault.New(fault.Malformed, "request.malformed", "请求须为 JSON 对象", "the body must be a JSON object")
	}
	var wrong fault.Collect
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if string(sent[name]) != "null" {
			continue
		}
		switch name {
		case "address":
			p.Address = new(string)
		case "phone":
			p.Phone = new(string)
		default:
			wrong.Add("body."+name, nil, "不能清空", "cannot be cleared")
		}
	}
	return wrong.Err()
}

func show(s Store) view {
	return view{ID: string(s.ID), Code: s.Code, Name: s.Name, Timezone: s.Timezone, Address: s.Address, Phone: s.Phone, Status: string(s.Status)}
}
