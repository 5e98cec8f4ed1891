// Package webtest calls operations the way a client does, without a network: as
// whom, request, status, code, body.
package webtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/web"
)

// Server is an API whose callers are whoever the test says.
type Server struct {
	API *web.API

	t       testing.TB
	mu      sync.Mutex
	callers map[string]permit.Caller
	denied  []string
}

// New returns a server without operations; register them on API.
func New(t testing.TB, c clock.Clock) *Server {
	s := &Server{t: t, callers: map[string]permit.Caller{}}
	s.API = web.New(web.Options{
		Log: slog.New(slog.DiscardHandler), Clock: c, Version: "test",
		Authenticate: s.authenticate,
		Denied: func(_ context.Context, c permit.Caller, operation, permission string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.denied = append(s.denied, c.Name+" "+operation+" "+permission)
		},
		Ready: func(context.Context) error { return nil },
	})
	return s
}

func (s *Server) authenticate(_ context.Context, token string) (web.Identity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.callers[token]
	if !ok {
		return web.Identity{}, fault.New(fault.Unauthenticated, "auth.required", "请先登录", "sign in first")
	}
	return web.Identity{Caller: c}, nil
}

// Denied lists the refusals so far as "name operation permission".
func (s *Server) Denied() []string { return s.denied }

// As is a client that calls as c.
func (s *Server) As(c permit.Caller) *Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := fmt.Sprintf("token-%d", len(s.callers)+1)
	s.callers[token] = c
	return &Client{t: s.t, handler: s.API.Server(), token: token, language: "zh-CN"}
}

// Role is a client of dbtest.Merchant with a role's permissions.
func (s *Server) Role(r permit.Role) *Client {
	return s.As(permit.Caller{
		Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_" + string(r), Name: string(r), Role: r, Permissions: r.Permissions(),
	})
}

// Nobody is a client without a token.
func (s *Server) Nobody() *Client {
	return &Client{t: s.t, handler: s.API.Server(), language: "zh-CN"}
}

// Client calls as somebody.
type Client struct {
	t        testing.TB
	handler  http.Handler
	token    string
	language string
	keys     int
}

// English is the same client reading English.
func (c *Client) English() *Client {
	e := *c
	e.language = "en"
	return &e
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Raw    []byte
	Body   map[string]any
}

// Do calls an operation. Path is below /api/v1; body is nil, a string of JSON or
// anything that encodes to it. Extra headers come as "Name: value"; without an
// Idempotency-Key among them, a POST gets a fresh one.
func (c *Client) Do(method, path string, body any, headers ...string) Answer {
	c.t.Helper()
	var raw []byte
	switch b := body.(type) {
	case nil:
	case string:
		raw = []byte(b)
	default:
		var err error
		if raw, err = json.Marshal(b); err != nil {
			c.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, web.Base+path, bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", c.language)
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if method == http.MethodPost {
		c.keys++
		r.Header.Set("Idempotency-Key", fmt.Sprintf("%s-%s-%d", c.token, strings.ReplaceAll(path, "/", "-"), c.keys))
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if value == "" {
			r.Header.Del(name)
			continue
		}
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	a := Answer{Status: w.Code, Header: w.Header(), Raw: w.Body.Bytes()}
	if len(a.Raw) > 0 {
		_ = json.Unmarshal(a.Raw, &a.Body) // A body that is no object stays in Raw.
	}
	return a
}

// Want fails the test unless the status is the wanted one.
func (a Answer) Want(t testing.TB, status int) Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Raw)
	}
	return a
}

// WantProblem fails the test unless the answer is this problem.
func (a Answer) WantProblem(t testing.TB, status int, code string) Answer {
	t.Helper()
	if a.Status != status || a.Body["code"] != code {
		t.Fatalf("status %d code %v, want %d %s: %s", a.Status, a.Body["code"], status, code, a.Raw)
	}
	return a
}

// Into decodes the body.
func (a Answer) Into(t testing.TB, out any) Answer {
	t.Helper()
	if err := json.Unmarshal(a.Raw, out); err != nil {
		t.Fatalf("decode %s: %v", a.Raw, err)
	}
	return a
}

// Fields lists the locations of the problem's wrong fields.
func (a Answer) Fields() []string {
	var p web.Problem
	if json.Unmarshal(a.Raw, &p) != nil {
		return nil
	}
	all := make([]string, 0, len(p.Errors))
	for _, f := range p.Errors {
		all = append(all, f.Location)
	}
	return all
}
