// Package story walks the main job through the real program over HTTP, as an
// integrator would: set up, product, enrol, sell with points, refund in parts,
// and everything exactly back. It holds the program to the fixed core of its API.
package story

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"huiji/test/place"
)

func TestMain(m *testing.M) { place.Main(m) }

// shop is the story's shop: the place, and what was learnt on the way.
type shop struct {
	*place.Place
	t      *testing.T
	store  string
	member string
	keys   int
}

func open(t *testing.T) *shop {
	t.Helper()
	s := &shop{Place: place.New(t), t: t}
	s.Start()
	t.Cleanup(s.Stop)
	s.store = s.get("/stores")["items"].([]any)[0].(map[string]any)["id"].(string)
	return s
}

func (s *shop) get(path string) map[string]any {
	s.t.Helper()
	return s.Must("GET", path, "", "")
}

func (s *shop) post(path, format string, args ...any) map[string]any {
	s.t.Helper()
	s.keys++
	return s.Must("POST", path, fmt.Sprint("story-", s.keys), fmt.Sprintf(format, args...))
}

// refused wants a problem with this status and code.
func (s *shop) refused(status int, code, path, key, body string) map[string]any {
	s.t.Helper()
	got, answer, err := s.Call(http.DefaultClient, "POST", path, key, body)
	if err != nil || got != status || answer["code"] != code {
		s.t.Fatalf("POST %s %s: %d %v %v, want %d %s", path, body, got, answer, err, status, code)
	}
	return answer
}

func (s *shop) points() (balance, available float64) {
	s.t.Helper()
	for _, item := range s.get("/members/" + s.member + "/accounts")["items"].([]any) {
		if a := item.(map[string]any); a["asset"] == "points" {
			return a["balance"].(float64), a["available"].(float64)
		}
	}
	return 0, 0
}

func (s *shop) wantPoints(want float64) {
	s.t.Helper()
	if balance, available := s.points(); balance != want || available != want {
		s.t.Fatalf("balance %v, available %v, want %v", balance, available, want)
	}
}

func want(t *testing.T, got map[string]any, expected map[string]any) {
	t.Helper()
	for name, value := range expected {
		if fmt.Sprint(got[name]) != fmt.Sprint(value) {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
	if t.Failed() {
		raw, _ := json.MarshalIndent(got, "", "  ")
		t.Fatalf("%s", raw)
	}
}

func TestTheMainJob(t *testing.T) {
	s := open(t)
	for sku, price := range map[string]int{"A": 6000, "B": 4000, "C": 1999} {
		want(t, s.post("/products", `{"sku":%q,"name":"商品 %s","price":%d,"category":"日用"}`, sku, sku, price), map[string]any{"sku": sku, "price": price})
	}
	member := s.post("/members", `{"phone":"+86 138 1234 5678","name":"张小明","gender":"male","birthday":"1990-02-28","store_id":%q,"tags":["熟客"]}`, s.store)
	want(t, member, map[string]any{"phone": "138****5678", "name": "张*", "status": "active", "store_id": s.store})
	s.member = member["id"].(string)
	s.refused(409, "member.phone_taken", "/members", "again", `{"phone":"13812345678"}`)
	s.refused(422, "request.invalid", "/members", "nobody", `{"name":"无"}`)

	want(t, s.post("/ledger/earn", `{"member_id":%q,"amount":1000,"reason":"开业赠送"}`, s.member), map[string]any{"kind": "earn", "amount": 1000, "balance_after": 1000, "available_after": 1000})
	basket := fmt.Sprintf(`"store_id":%q,"member_id":%q,"lines":[{"sku":"A","quantity":1},{"sku":"B","quantity":1},{"sku":"C","quantity":2}],"use_points":"max"`, s.store, s.member)
	quote := s.post("/orders/quote", `{%s}`, basket)
	// 13998 fen; 1,000 points pay 10.00; what is paid is 129.98, so 129 points.
	want(t, quote, map[string]any{"subtotal": 13998, "points_used": 1000, "points_amount": 1000, "total": 12998})
	want(t, quote["earn"].(map[string]any), map[string]any{"points": 129})

	s.refused(422, "payments.mismatch", "/orders", "short", fmt.Sprintf(`{%s,"payments":[{"method":"cash","amount":12997}]}`, basket))
	sale := fmt.Sprintf(`{%s,"payments":[{"method":"cash","amount":10000},{"method":"card","amount":2998}],"external_id":"T-1"}`, basket)
	order := s.Must("POST", "/orders", "sale-1", sale)
	want(t, order, map[string]any{"status": "completed", "total": 12998, "paid": 12998, "points_earned": 129, "points_used": 1000, "member_balance": 129})
	s.wantPoints(129)
	s.sameKey(sale, order["id"].(string))

	s.explained()
	s.redeemed()
	s.givenBack(order)
	s.seenByTheAuditor()
	s.Run("doctor")
}

// sameKey repeats the sale, changes it under the same key, and leaves the key out.
func (s *shop) sameKey(sale, id string) {
	s.t.Helper()
	r, err := http.NewRequest("POST", s.URL()+"/api/v1/orders", strings.NewReader(sale))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "sale-1")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	raw, err := io.ReadAll(w.Body)
	_ = w.Body.Close()
	if err != nil || w.StatusCode != 201 || w.Header.Get("Idempotency-Replayed") != "true" || !strings.Contains(string(raw), id) {
		s.t.Fatalf("the second answer: %d %v %s %v", w.StatusCode, w.Header, raw, err)
	}
	s.refused(422, "idempotency.key_reused", "/orders", "sale-1", strings.Replace(sale, `"quantity":2`, `"quantity":3`, 1))
	s.refused(400, "idempotency.key_missing", "/orders", "", sale)
	s.refused(409, "order.external_taken", "/orders", "sale-2", fmt.Sprintf(
		`{"store_id":%q,"lines":[{"sku":"A","quantity":1}],"payments":[{"method":"cash","amount":6000}],"external_id":"T-1"}`, s.store))
	s.wantPoints(129)
}

// explained looks at the member's entries: each says why.
func (s *shop) explained() {
	s.t.Helper()
	entries := s.get("/members/" + s.member + "/entries?asset=points")["items"].([]any)
	if len(entries) != 3 {
		s.t.Fatalf("%d entries, want 3: %v", len(entries), entries)
	}
	for i, expected := range []map[string]any{
		{"kind": "earn", "amount": 129, "balance_after": 129}, {"kind": "redeem", "amount": -1000, "balance_after": 0}, {"kind": "earn", "amount": 1000, "balance_after": 1000},
	} {
		e := entries[i].(map[string]any)
		want(s.t, e, expected)
		if e["explanation"] == "" || e["occurred_at"] == "" {
			s.t.Fatalf("entry %v does not say why", e)
		}
	}
}

// redeemed spends more than there is, then some, and takes it back.
func (s *shop) redeemed() {
	s.t.Helper()
	p := s.refused(409, "points.insufficient", "/ledger/redeem", "much", fmt.Sprintf(`{"member_id":%q,"amount":130,"reason":"换礼"}`, s.member))
	want(s.t, p, map[string]any{"available": 129})
	s.refused(422, "amount.not_positive", "/ledger/redeem", "zero", fmt.Sprintf(`{"member_id":%q,"amount":0,"reason":"换礼"}`, s.member))
	s.refused(422, "request.invalid", "/ledger/redeem", "odd", fmt.Sprintf(`{"member_id":%q,"amount":1,"reason":"换礼","colour":"red"}`, s.member))
	p = s.post("/ledger/redeem", `{"member_id":%q,"amount":29,"reason":"换礼"}`, s.member)
	want(s.t, p, map[string]any{"kind": "redeem", "balance_after": 100})
	want(s.t, s.post("/ledger/reverse", `{"posting_id":%q,"reason":"没货"}`, p["id"]), map[string]any{"returned": 29, "clawed_back": 0, "debt": 0, "balance_after": 129})
	want(s.t, s.post("/ledger/adjust", `{"member_id":%q,"amount":-9,"reason":"更正"}`, s.member), map[string]any{"balance_after": 120})
	want(s.t, s.post("/ledger/adjust", `{"member_id":%q,"amount":9,"reason":"更正"}`, s.member), map[string]any{"balance_after": 129})
}

// givenBack refunds in three parts; then everything is as if never bought.
func (s *shop) givenBack(order map[string]any) {
	s.t.Helper()
	lines := order["lines"].([]any)
	sum := map[string]float64{}
	refund := func(body string) {
		s.t.Helper()
		r := s.post("/orders/"+order["id"].(string)+"/refunds", "%s", body)
		for _, name := range []string{"amount", "points_returned", "points_clawed_back", "points_debt"} {
			sum[name] += r[name].(float64)
		}
	}
	c := lines[2].(map[string]any)["line_id"]
	refund(fmt.Sprintf(`{"lines":[{"line_id":%q,"quantity":1}],"reason":"瑕疵"}`, c))
	s.refused(409, "refund.quantity_exceeds", "/orders/"+order["id"].(string)+"/refunds", "much-back", fmt.Sprintf(`{"lines":[{"line_id":%q,"quantity":2}],"reason":"瑕疵"}`, c))
	refund(`{"amount":500,"reason":"补偿"}`)
	refund(`{"reason":"全部退货"}`)
	for name, expected := range map[string]float64{"amount": 12998, "points_returned": 1000, "points_clawed_back": 129, "points_debt": 0} {
		if sum[name] != expected {
			s.t.Errorf("refunds give %s = %v, want %v", name, sum[name], expected)
		}
	}
	want(s.t, s.get("/orders/"+order["id"].(string)), map[string]any{"status": "refunded", "refunded": 12998})
	s.wantPoints(1000)
}

func (s *shop) seenByTheAuditor() {
	s.t.Helper()
	events := s.get("/audit?action=order.refund")["items"].([]any)
	if len(events) != 3 || events[0].(map[string]any)["actor_name"] == "" || events[0].(map[string]any)["reason"] != "全部退货" {
		s.t.Fatalf("audit: %v", events)
	}
}
