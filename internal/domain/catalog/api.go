package catalog

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/platform/web"
)

const tag = "Products"

// Routes registers the operations on products.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-products", Method: http.MethodGet, Path: "/products", Tag: tag, Need: permit.CatalogRead,
		Summary: "Find products by SKU, barcode, part of the name or pinyin initials; newest first",
	}, s.list)
	web.Register(api, web.Op{
		ID: "create-product", Method: http.MethodPost, Path: "/products", Tag: tag, Need: permit.CatalogWrite, Status: http.StatusCreated,
		Summary: "Add a product or a service",
	}, s.create)
	web.Register(api, web.Op{
		ID: "get-product", Method: http.MethodGet, Path: "/products/{sku}", Tag: tag, Need: permit.CatalogRead, Summary: "Show one product",
	}, s.get)
	web.Register(api, web.Op{
		ID: "change-product", Method: http.MethodPatch, Path: "/products/{sku}", Tag: tag, Need: permit.CatalogWrite, Patch: true,
		Summary: "Change a product: only what is sent changes, null clears",
	}, s.change)
	web.Register(api, web.Op{
		ID: "list-categories", Method: http.MethodGet, Path: "/categories", Tag: tag, Need: permit.CatalogRead,
		Summary: "List the categories in use with how many products they hold",
	}, s.categories)
}

type view struct {
	ID          string     `json:"id"`
	SKU         string     `json:"sku"`
	Name        string     `json:"name"`
	Price       unit.Money `json:"price" doc:"In the currency's smallest unit"`
	Category    string     `json:"category"`
	Brand       string     `json:"brand"`
	Kind        string     `json:"kind" enum:"goods,service"`
	Barcodes    []string   `json:"barcodes" nullable:"false"`
	TaxRate     int64      `json:"tax_rate" doc:"Basis points: 1300 is 13 %"`
	EarnsPoints bool       `json:"earns_points"`
	Status      string     `json:"status" enum:"active,archived"`
	CreatedAt   string     `json:"created_at" format:"date-time"`
}

type listInput struct {
	Query    string `query:"q" maxLength:"120"`
	Category string `query:"category" maxLength:"200"`
	Status   string `query:"status" enum:"active,archived"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"400"`
}

type listOutput struct {
	Body struct {
		Items      []view  `json:"items" nullable:"false"`
		NextCursor *string `json:"next_cursor"`
	}
}

type createInput struct {
	Body struct {
		SKU         string     `json:"sku" maxLength:"400" doc:"1 to 64 visible characters; unique in either case"`
		Name        string     `json:"name" maxLength:"1000"`
		Price       unit.Money `json:"price" doc:"In the currency's smallest unit"`
		Category    string     `json:"category,omitempty" maxLength:"400"`
		Brand       string     `json:"brand,omitempty" maxLength:"400"`
		Kind        string     `json:"kind,omitempty" enum:"goods,service" default:"goods"`
		Barcodes    []string   `json:"barcodes,omitempty" nullable:"false" maxItems:"100"`
		TaxRate     int64      `json:"tax_rate,omitempty" doc:"Basis points: 1300 is 13 %"`
		EarnsPoints *bool      `json:"earns_points,omitempty" doc:"true unless given"`
	}
}

type skuInput struct {
	SKU string `path:"sku" maxLength:"400"`
}

type changeInput struct {
	SKU  string `path:"sku" maxLength:"400"`
	Body struct {
		Name        *string     `json:"name,omitempty" maxLength:"1000"`
		Price       *unit.Money `json:"price,omitempty"`
		Category    *string     `json:"category,omitempty" maxLength:"400" nullable:"true"`
		Brand       *string     `json:"brand,omitempty" maxLength:"400" nullable:"true"`
		Kind        *string     `json:"kind,omitempty" enum:"goods,service"`
		Barcodes    *[]string   `json:"barcodes,omitempty" maxItems:"100" nullable:"true"`
		TaxRate     *int64      `json:"tax_rate,omitempty"`
		EarnsPoints *bool       `json:"earns_points,omitempty"`
		Status      *string     `json:"status,omitempty" enum:"active,archived"`
	}
}

type output struct{ Body view }

type categoryView struct {
	Name     string `json:"name"`
	Products int64  `json:"products"`
}

type categoriesOutput struct {
	Body struct {
		Items []categoryView `json:"items" nullable:"false"`
	}
}

func (s *Service) list(ctx context.Context, in *listInput) (*listOutput, error) {
	f := Filter{Query: in.Query, Category: in.Category, Status: Status(in.Status)}
	p, zone, err := s.List(ctx, web.Caller(ctx), f, page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Items = make([]view, 0, len(p.Items))
	for _, one := range p.Items {
		out.Body.Items = append(out.Body.Items, show(one, zone))
	}
	if p.Next != "" {
		out.Body.NextCursor = &p.Next
	}
	return out, nil
}

func (s *Service) create(ctx context.Context, in *createInput) (*output, error) {
	made := Product{
		SKU: in.Body.SKU, Name: in.Body.Name, Price: in.Body.Price, Category: in.Body.Category, Brand: in.Body.Brand,
		Kind: Kind(in.Body.Kind), Barcodes: in.Body.Barcodes, TaxRate: in.Body.TaxRate,
		EarnsPoints: in.Body.EarnsPoints == nil || *in.Body.EarnsPoints,
	}
	p, zone, err := s.Create(ctx, web.Caller(ctx), web.OnceKey(ctx), made)
	if err != nil {
		return nil, err
	}
	return &output{Body: show(p, zone)}, nil
}

func (s *Service) get(ctx context.Context, in *skuInput) (*output, error) {
	p, zone, err := s.Get(ctx, web.Caller(ctx), in.SKU)
	if err != nil {
		return nil, err
	}
	return &output{Body: show(p, zone)}, nil
}

func (s *Service) change(ctx context.Context, in *changeInput) (*output, error) {
	b := in.Body
	change := Patch{Name: b.Name, Category: b.Category, Brand: b.Brand, Price: b.Price, Barcodes: b.Barcodes, TaxRate: b.TaxRate, EarnsPoints: b.EarnsPoints}
	if b.Kind != nil {
		kind := Kind(*b.Kind)
		change.Kind = &kind
	}
	if b.Status != nil {
		status := Status(*b.Status)
		change.Status = &status
	}
	if err := change.clear(web.Body(ctx)); err != nil {
		return nil, err
	}
	p, zone, err := s.Change(ctx, web.Caller(ctx), in.SKU, change)
	if err != nil {
		return nil, err
	}
	return &output{Body: show(p, zone)}, nil
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
		case "category":
			p.Category = new(string)
		case "brand":
			p.Brand = new(string)
		case "barcodes":
			p.Barcodes = &[]string{}
		default:
			wrong.Add("body."+name, nil, "不能清空", "cannot be cleared")
		}
	}
	return wrong.Err()
}

func (s *Service) categories(ctx context.Context, _ *struct{}) (*categoriesOutput, error) {
	all, err := s.Categories(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	out := &categoriesOutput{}
	out.Body.Items = make([]categoryView, 0, len(all))
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, categoryView(c))
	}
	return out, nil
}

func show(p Product, zone *time.Location) view {
	return view{
		ID: string(p.ID), SKU: p.SKU, Name: p.Name, Price: p.Price, Category: p.Category, Brand: p.Brand, Kind: string(p.Kind),
		Barcodes: append([]string{}, p.Barcodes...), TaxRate: p.TaxRate, EarnsPoints: p.EarnsPoints, Status: string(p.Status),
		CreatedAt: web.Time(p.CreatedAt, zone),
	}
}
