package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"huiji/internal/app"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/flow/setup"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/vault"
)

// world is the whole program on an empty database, with merchants in it.
type world struct {
	*app.App
	t       *testing.T
	clock   *clock.Manual
	handler http.Handler
	keys    atomic.Int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c := clock.NewManual(dbtest.Start)
	d, err := db.Open(context.Background(), dbtest.URL(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	ring, err := vault.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: c, App: app.New(app.Parts{
		DB: d, Log: slog.New(slog.DiscardHandler), Vault: ring, Version: "test",
		Hasher: auth.NewHasher(bytes.Repeat([]byte{7}, 32), auth.Cost{Memory: 64, Passes: 1, Lanes: 1}),
	})}
	w.handler = w.API.Server()
	return w
}

// shop is one merchant of the world: calls are made with a key that may do
// everything.
type shop struct {
	*world
	merchant id.Merchant
	key      string
	store    string
}

func (w *world) shop(name string) *shop {
	w.t.Helper()
	of, err := w.Setup.Found(context.Background(), setup.Request{
		Merchant: name, StoreCode: "S1", Owner: "owner-" + name, Password: "correct horse battery",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	s := &shop{world: w, merchant: of, key: w.newKey(of, "*")}
	s.store = s.want(200, "GET", "/stores", nil)["items"].([]any)[0].(map[string]any)["id"].(string)
	return s
}

func (w *world) newKey(of id.Merchant, scopes ...string) (token string) {
	w.t.Helper()
	err := w.DB.Write(context.Background(), of, func(ctx context.Context, tx *db.Tx) (err error) {
		_, token, err = w.Auth.CreateKey(ctx, tx, permit.System(of, "test"), auth.KeyDraft{Name: "test", Scopes: scopes})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// call makes a request with a token; a POST gets a fresh key.
func (w *world) call(token, method, path string, body any, headers ...string) (int, map[string]any) {
	var raw []byte
	switch b := body.(type) {
	case nil:
	case string:
		raw = []byte(b)
	default:
		raw, _ = json.Marshal(b) // Maps of the tests always encode.
	}
	r := httptest.NewRequest(method, "/api/v1"+path, bytes.NewReader(raw))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprint("test-", w.keys.Add(1)))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	var answer map[string]any
	_ = json.Unmarshal(rec.Body.Bytes(), &answer) // An empty answer has no body.
	return rec.Code, answer
}

func (s *shop) want(status int, method, path string, body any) map[string]any {
	s.t.Helper()
	got, answer := s.call(s.key, method, path, body)
	if got != status {
		s.t.Fatalf("%s %s: %d %v, want %d", method, path, got, answer, status)
	}
	return answer
}

func (s *shop) product(sku string, price int) {
	s.t.Helper()
	s.want(201, "POST", "/products", map[string]any{"sku": sku, "name": "商品" + sku, "price": price})
}

func (s *shop) member(phone string, points int) string {
	s.t.Helper()
	m := s.want(201, "POST", "/members", map[string]any{"phone": phone, "store_id": s.store})["id"].(string)
	if points > 0 {
		s.want(201, "POST", "/ledger/adjust", map[string]any{"member_id": m, "amount": points, "reason": "开业赠送"})
	}
	return m
}

func (s *shop) sale(member string, more map[string]any) map[string]any {
	body := map[string]any{"store_id": s.store, "member_id": member, "lines": []any{map[string]any{"sku": "A", "quantity": 1}}}
	for name, value := range more {
		body[name] = value
	}
	return body
}

func (s *shop) points(member string) (balance float64) {
	s.t.Helper()
	for _, item := range s.want(200, "GET", "/members/"+member+"/accounts", nil)["items"].([]any) {
		if a := item.(map[string]any); a["asset"] == "points" {
			balance = a["balance"].(float64)
		}
	}
	return balance
}

func (s *shop) healthy() {
	s.t.Helper()
	f, err := s.Doctor(context.Background(), func(int, int) {})
	if err != nil || len(f.Breaches) > 0 {
		s.t.Fatalf("doctor: %v %v", f.Breaches, err)
	}
}

func cash(amount int) []any { return []any{map[string]any{"method": "cash", "amount": amount}} }
