package setup

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

const tag = "Setting up"

// Routes registers the operations of the first start.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "setup-needed", Method: http.MethodGet, Path: "/setup", Tag: tag, Need: permit.Public,
		Summary: "Say whether the installation waits to be set up",
	}, s.needed)
	web.Register(api, web.Op{
		ID: "setup", Method: http.MethodPost, Path: "/setup", Tag: tag, Need: permit.Public, Status: http.StatusCreated,
		Summary: "Found the merchant, the first store and the owner with the token of the setup link; signs the owner in",
	}, s.setUp)
}

type neededOutput struct {
	Body struct {
		Needed bool `json:"needed"`
	}
}

func (s *Service) needed(ctx context.Context, _ *struct{}) (*neededOutput, error) {
	needed, err := s.Needed(ctx)
	if err != nil {
		return nil, err
	}
	out := &neededOutput{}
	out.Body.Needed = needed
	return out, nil
}

type setupInput struct {
	Body struct {
		Token    string `json:"token" doc:"from the setup link, good for 30 minutes"`
		Merchant string `json:"merchant" maxLength:"200" doc:"the merchant's name"`
		Trade    string `json:"trade,omitempty" enum:"retail,restaurant,beauty,supermarket" default:"retail"`
		Currency string `json:"currency,omitempty" doc:"ISO 4217" default:"CNY"`
		Timezone string `json:"timezone,omitempty" doc:"IANA" default:"Asia/Shanghai"`
		Store    struct {
			Code string `json:"code"`
			Name string `json:"name,omitempty"`
		} `json:"store"`
		Owner struct {
			Account  string `json:"account" maxLength:"200"`
			Name     string `json:"name,omitempty"`
			Password string `json:"password"`
		} `json:"owner"`
	}
}

type setupOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		Token     string `json:"token"`
		ExpiresAt string `json:"expires_at"`
		Staff     struct {
			ID      id.Staff      `json:"id"`
			Name    string        `json:"name"`
			Account string        `json:"account"`
			Roles   []permit.Role `json:"roles" nullable:"false"`
			Stores  []id.Store    `json:"stores" nullable:"false"`
		} `json:"staff"`
	}
}

func (s *Service) setUp(ctx context.Context, in *setupInput) (*setupOutput, error) {
	b := in.Body
	c := web.Caller(ctx)
	signed, err := s.WithToken(ctx, b.Token, Request{
		Merchant: b.Merchant, Trade: b.Trade, Currency: b.Currency, Timezone: b.Timezone,
		StoreCode: b.Store.Code, StoreName: b.Store.Name,
		Owner: b.Owner.Account, OwnerName: b.Owner.Name, Password: b.Owner.Password,
	}, visit(c.IP, web.Agent(ctx), c.RequestID))
	if err != nil {
		return nil, err
	}
	out := &setupOutput{SetCookie: web.Cookie(ctx, signed.Token, signed.EndsAt)}
	out.Body.Token, out.Body.ExpiresAt = signed.Token, web.Time(signed.EndsAt, signed.Zone)
	a := signed.Account
	out.Body.Staff.ID, out.Body.Staff.Name, out.Body.Staff.Account = a.ID, a.Name, a.Account
	out.Body.Staff.Roles, out.Body.Staff.Stores = a.Roles, []id.Store{}
	return out, nil
}
