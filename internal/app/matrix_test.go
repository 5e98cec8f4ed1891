package app_test

import (
	"context"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// operations lists every operation of the API with what it needs.
func (w *world) operations() (all []string) {
	for op := range w.API.Needs() {
		all = append(all, op)
	}
	sort.Strings(all)
	return all
}

// signIn makes a staff account and signs it in.
func (s *shop) signIn(role permit.Role) string {
	s.t.Helper()
	account := string(role) + "-" + string(s.merchant[len(s.merchant)-4:])
	s.want(201, "POST", "/staff", map[string]any{"account": account, "name": string(role), "password": "correct horse battery", "roles": []string{string(role)}, "stores": []string{}})
	signed, err := s.Auth.Login(context.Background(), account, "correct horse battery", auth.Visit{IP: "127.0.0.1"})
	if err != nil {
		s.t.Fatal(err)
	}
	return signed.Token
}

// TestWhoMayDoWhat calls every operation as everybody: the answer to whoever
// lacks the permission is 401 or 403 before anything else is looked at, and to
// whoever holds it never.
func TestWhoMayDoWhat(t *testing.T) {
	w := newWorld(t)
	s := w.shop("matrix")
	callers := map[string]struct {
		token string
		may   func(permit.Permission) bool
	}{
		"nobody":     {"", func(p permit.Permission) bool { return p == permit.Public }},
		"a stranger": {"hj_0000000000000000000000000000000000000000000", func(p permit.Permission) bool { return p == permit.Public }},
	}
	for _, role := range permit.Roles() {
		c := permit.Caller{Merchant: s.merchant, Permissions: role.Permissions()}
		callers[string(role)] = struct {
			token string
			may   func(permit.Permission) bool
		}{s.signIn(role), c.May}
	}
	scoped := permit.Caller{Merchant: s.merchant, Permissions: []permit.Permission{permit.MemberRead}}
	callers["a key for reading members"] = struct {
		token string
		may   func(permit.Permission) bool
	}{w.newKey(s.merchant, string(permit.MemberRead)), scoped.May}

	wrong := 0
	for _, op := range w.operations() {
		need := w.API.Needs()[op]
		method, path, _ := strings.Cut(op, " ")
		path = placeholder.ReplaceAllString(path, "nothing_000000000000000000000000")
		if path == "/auth/logout" || path == "/auth/login" || path == "/setup" {
			continue // They change who calls; their own tests hold them.
		}
		w.clock.Advance(3 * time.Second) // Strangers are paced.
		for name, c := range callers {
			status, answer := w.call(c.token, method, path, "{}")
			refused := status == 401 || status == 403
			if refused == c.may(need) && answer["code"] != "auth.staff_only" {
				t.Errorf("%s as %s: %d %v, needs %s", op, name, status, answer["code"], need)
				wrong++
			}
		}
	}
	if len(w.operations()) < 40 || wrong > 0 {
		t.Fatalf("%d operations, %d wrong answers", len(w.operations()), wrong)
	}
}

// TestMerchantsAreSeparate calls every operation that names something with the
// ids of another merchant's things: there is nothing there.
func TestMerchantsAreSeparate(t *testing.T) {
	w := newWorld(t)
	mine, other := w.shop("mine"), w.shop("other")
	theirs := other.things()
	mine.things()
	for _, op := range w.operations() {
		method, path, _ := strings.Cut(op, " ")
		names := placeholder.FindAllString(path, -1)
		if len(names) == 0 {
			continue
		}
		for kind, value := range theirs {
			called := placeholder.ReplaceAllLiteralString(path, url.PathEscape(value))
			body := any("{}")
			switch {
			case method == "GET":
				body = nil
			case strings.HasSuffix(path, "/refunds") || strings.HasSuffix(path, "/quote") || strings.Contains(path, "freeze") || strings.HasSuffix(path, "/close") || strings.HasSuffix(path, "/reveal"):
				body = map[string]any{"reason": "试一试"}
			}
			if status, answer := w.call(mine.key, method, called, body); status < 400 || method == "GET" && status != 404 {
				t.Errorf("%s with another merchant's %s: %d %v", op, kind, status, answer)
			}
		}
	}
	for name, body := range map[string]map[string]any{
		"/ledger/earn":     {"member_id": theirs["member"], "amount": 1, "reason": "试一试"},
		"/ledger/redeem":   {"member_id": theirs["member"], "amount": 1, "reason": "试一试"},
		"/ledger/adjust":   {"member_id": theirs["member"], "amount": 1, "reason": "试一试"},
		"/ledger/holds":    {"member_id": theirs["member"], "amount": 1, "ttl_seconds": 60},
		"/ledger/transfer": {"from_member_id": theirs["member"], "to_member_id": theirs["member"], "amount": 1, "reason": "试一试"},
		"/ledger/exchange": {"member_id": theirs["member"], "amount": 1, "into": "star", "reason": "试一试"},
		"/ledger/reverse":  {"posting_id": theirs["posting"], "reason": "试一试"},
		"/orders":          {"store_id": theirs["store"], "member_id": theirs["member"], "lines": []any{map[string]any{"sku": "A", "quantity": 1}}, "payments": cash(5000)},
		"/orders/quote":    {"store_id": mine.store, "member_id": theirs["member"], "lines": []any{map[string]any{"sku": "A", "quantity": 1}}},
		"/orders/claim":    {"receipt_number": theirs["number"], "member_id": theirs["member"]},
		"/members":         {"phone": "13700000009", "store_id": theirs["store"]},
	} {
		if status, answer := w.call(mine.key, "POST", name, body); status < 400 || status >= 500 {
			t.Errorf("POST %s naming another merchant's thing: %d %v", name, status, answer)
		}
	}
	if got := other.points(theirs["member"]); got != 1050 {
		t.Fatalf("the other merchant's member has %v points, want 1050", got)
	}
	w.clock.Advance(time.Minute)
	mine.healthy()
}

// things makes one of everything and returns their ids.
func (s *shop) things() map[string]string {
	s.t.Helper()
	s.product("A", 5000)
	m := s.member("13800000001", 1000)
	o := s.want(201, "POST", "/orders", s.sale(m, map[string]any{"payments": cash(5000)}))
	letter := s.letter()
	entries := s.want(200, "GET", "/members/"+m+"/entries", nil)["items"].([]any)
	staff := s.want(201, "POST", "/staff", map[string]any{"account": "clerk-" + string(s.merchant[len(s.merchant)-4:]), "name": "店员", "password": "clerk at till 7", "roles": []string{"cashier"}, "stores": []string{s.store}})
	return map[string]string{
		"member": m, "order": o["id"].(string), "number": o["number"].(string), "store": s.store,
		"posting": entries[0].(map[string]any)["posting_id"].(string), "staff": staff["id"].(string), "letter": letter,
		"nonsense": "'; DROP TABLE member; --", "a made-up id": id.New(id.OfMember, 1, time.UnixMilli(1), 1),
	}
}

// hopeless is a job that never succeeds.
type hopeless struct{}

// Kind names the job on disk.
func (hopeless) Kind() string { return "test.hopeless" }

// letter makes a dead letter and answers its id.
func (s *shop) letter() string {
	s.t.Helper()
	ctx := context.Background()
	err := s.DB.Write(ctx, s.merchant, func(ctx context.Context, tx *db.Tx) error {
		if err := s.Jobs.Enqueue(ctx, tx, 9, "x", time.Time{}, hopeless{}); err != nil {
			return err
		}
		// Nobody handles its kind, which fails too; this attempt is the last.
		_, err := tx.Exec(ctx, `UPDATE job SET attempts = $2 WHERE merchant_id = $1 AND kind = 'test.hopeless'`, tx.Merchant(), job.AttemptsMax-1)
		return err
	})
	if err == nil {
		_, err = s.Jobs.RunDue(ctx, 64)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return s.want(200, "GET", "/jobs", nil)["items"].([]any)[0].(map[string]any)["id"].(string)
}
