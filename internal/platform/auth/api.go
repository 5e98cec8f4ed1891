package auth

import (
	"context"
	"net/http"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

const (
	tagAuth  = "Signing in"
	tagStaff = "Staff"
	tagKeys  = "API keys"
)

// Routes registers the operations of signing in, staff and keys.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "login", Method: http.MethodPost, Path: "/auth/login", Tag: tagAuth, Need: permit.Public,
		Summary: "Sign in with account and password; the token comes in the answer and as a cookie",
	}, s.login)
	web.Register(api, web.Op{
		ID: "logout", Method: http.MethodPost, Path: "/auth/logout", Tag: tagAuth, Need: permit.SignedIn,
		Summary: "Sign out: end this session",
	}, s.logout)
	web.Register(api, web.Op{
		ID: "change-password", Method: http.MethodPost, Path: "/auth/password", Tag: tagAuth, Need: permit.SignedIn,
		Summary: "Change one's own password; every session ends and a new one begins",
	}, s.changePassword)
	web.Register(api, web.Op{
		ID: "get-me", Method: http.MethodGet, Path: "/me", Tag: tagAuth, Need: permit.SignedIn,
		Summary: "Show who calls, what they may do, and their merchant",
	}, s.me)
	web.Register(api, web.Op{
		ID: "list-sessions", Method: http.MethodGet, Path: "/sessions", Tag: tagAuth, Need: permit.SignedIn,
		Summary: "List one's own sessions, newest first",
	}, s.listSessions)
	web.Register(api, web.Op{
		ID: "end-session", Method: http.MethodDelete, Path: "/sessions/{id}", Tag: tagAuth, Need: permit.SignedIn,
		Summary: "End one of one's own sessions",
	}, s.endSession)
	s.staffRoutes(api)
	s.keyRoutes(api)
}

type loginInput struct {
	Body struct {
		Account  string `json:"account" maxLength:"200"`
		Password string `json:"password"`
	}
}

type signedOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		Token     string    `json:"token"`
		ExpiresAt string    `json:"expires_at"`
		Staff     staffBody `json:"staff"`
	}
}

type staffBody struct {
	ID      id.Staff      `json:"id"`
	Name    string        `json:"name"`
	Account string        `json:"account"`
	Roles   []permit.Role `json:"roles" nullable:"false"`
	Stores  []id.Store    `json:"stores" nullable:"false" doc:"empty means every store"`
}

func bodyOf(a Account) staffBody {
	return staffBody{ID: a.ID, Name: a.Name, Account: a.Account, Roles: filled(a.Roles), Stores: filled(a.Stores)}
}

// filled is the list, [] instead of null.
func filled[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// visit is from where the request comes.
func visit(ctx context.Context) Visit {
	c := web.Caller(ctx)
	return Visit{IP: c.IP, Agent: web.Agent(ctx), RequestID: c.RequestID}
}

func signedOut(ctx context.Context, signed Signed) *signedOutput {
	out := &signedOutput{SetCookie: web.Cookie(ctx, signed.Token, signed.EndsAt)}
	out.Body.Token, out.Body.ExpiresAt, out.Body.Staff = signed.Token, web.Time(signed.EndsAt, signed.Zone), bodyOf(signed.Account)
	return out
}

func (s *Service) login(ctx context.Context, in *loginInput) (*signedOutput, error) {
	signed, err := s.Login(ctx, in.Body.Account, in.Body.Password, visit(ctx))
	if err != nil {
		return nil, err
	}
	return signedOut(ctx, signed), nil
}

type logoutOutput struct {
	SetCookie string `header:"Set-Cookie"`
}

func (s *Service) logout(ctx context.Context, _ *struct{}) (*logoutOutput, error) {
	if err := s.Logout(ctx, web.Caller(ctx), web.Token(ctx)); err != nil {
		return nil, err
	}
	return &logoutOutput{SetCookie: web.Cookie(ctx, "", time.Time{})}, nil
}

type passwordInput struct {
	Body struct {
		Current string `json:"current"`
		New     string `json:"new" doc:"at least 12 characters for owners and managers, 8 for others; at most 128"`
	}
}

func (s *Service) changePassword(ctx context.Context, in *passwordInput) (*signedOutput, error) {
	signed, err := s.ChangePassword(ctx, web.Caller(ctx), in.Body.Current, in.Body.New, visit(ctx))
	if err != nil {
		return nil, err
	}
	return signedOut(ctx, signed), nil
}

type meOutput struct {
	Body struct {
		Staff       *staffBody          `json:"staff" doc:"null for an API key"`
		Key         *meKey              `json:"key,omitempty"`
		Permissions []permit.Permission `json:"permissions" nullable:"false"`
		Merchant    meMerchant          `json:"merchant"`
		Demo        bool                `json:"demo" doc:"whether demo data is loaded"`
	}
}

type meKey struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type meMerchant struct {
	ID       id.Merchant `json:"id"`
	Name     string      `json:"name"`
	Trade    string      `json:"trade"`
	Currency string      `json:"currency"`
	Timezone string      `json:"timezone"`
}

func (s *Service) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	c := web.Caller(ctx)
	me, err := s.Me(ctx, c)
	if err != nil {
		return nil, err
	}
	out := &meOutput{}
	if me.Account != nil {
		staff := bodyOf(*me.Account)
		out.Body.Staff = &staff
	} else {
		out.Body.Key = &meKey{ID: c.ID, Name: c.Name}
	}
	out.Body.Permissions, out.Body.Demo = filled(c.Permissions), me.Demo
	out.Body.Merchant = meMerchant(me.Merchant)
	return out, nil
}

type sessionView struct {
	ID         string `json:"id"`
	CreatedAt  string `json:"created_at"`
	LastSeenAt string `json:"last_seen_at"`
	ExpiresAt  string `json:"expires_at"`
	IP         string `json:"ip"`
	Agent      string `json:"agent"`
	Current    bool   `json:"current" doc:"whether it is the session that asks"`
}

type sessionsOutput struct {
	Body struct {
		Items []sessionView `json:"items" nullable:"false"`
	}
}

func (s *Service) listSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	sessions, zone, err := s.Sessions(ctx, web.Caller(ctx), web.Token(ctx))
	if err != nil {
		return nil, err
	}
	out := &sessionsOutput{}
	out.Body.Items = []sessionView{}
	for _, one := range sessions {
		out.Body.Items = append(out.Body.Items, sessionView{
			ID: one.ID, CreatedAt: web.Time(one.CreatedAt, zone), LastSeenAt: web.Time(one.LastSeenAt, zone),
			ExpiresAt: web.Time(one.EndsAt, zone), IP: one.IP, Agent: one.Agent, Current: one.Current,
		})
	}
	return out, nil
}

type idInput struct {
	ID string `path:"id" maxLength:"40"`
}

func (s *Service) endSession(ctx context.Context, in *idInput) (*struct{}, error) {
	return &struct{}{}, s.EndSession(ctx, web.Caller(ctx), in.ID)
}
