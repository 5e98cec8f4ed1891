package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/web"
	"huiji/internal/platform/web/webtest"
)

const (
	ownerSecret   = "long enough for an owner"
	cashierSecret = "till-drawer"
	storeA        = id.Store("sto_a")
	storeB        = id.Store("sto_b")
)

// house is a server on which people really sign in, and what it told.
type house struct {
	t     *testing.T
	db    *db.DB
	clock *clock.Manual
	auth  *auth.Service
	jobs  *job.Queue
	api   *web.API
	told  []deed.Deed
	owner auth.Account
}

func options(d *db.DB, jobs *job.Queue, h *auth.Hasher) auth.Options {
	return auth.Options{
		DB: d, Jobs: jobs, Log: slog.New(slog.DiscardHandler), Hasher: h,
		Merchant: func(_ context.Context, tx *db.Tx) (auth.Merchant, error) {
			return auth.Merchant{ID: tx.Merchant(), Name: "测试商户", Trade: "retail", Currency: "CNY", Timezone: "Asia/Shanghai"}, nil
		},
		Demo: func(context.Context, *db.Tx) (bool, error) { return false, nil },
		StoreThere: func(_ context.Context, tx *db.Tx, store id.Store) (bool, error) {
			return tx.Merchant() == dbtest.Merchant && (store == storeA || store == storeB), nil
		},
	}
}

func cheapHasher() *auth.Hasher {
	return auth.NewHasher([]byte("pepper"), auth.Cost{Memory: 64, Passes: 1, Lanes: 1})
}

func newHouse(t *testing.T) *house {
	t.Helper()
	d := dbtest.New(t)
	h := &house{t: t, db: d, clock: dbtest.Clock(d), jobs: job.New(d, slog.New(slog.DiscardHandler))}
	job.On(h.jobs, "test", func(_ context.Context, _ *db.Tx, one deed.Deed) error {
		h.told = append(h.told, one)
		return nil
	})
	h.auth = auth.New(options(d, h.jobs, cheapHasher()))
	h.auth.Subscribe()
	h.api = web.New(web.Options{
		Log: slog.New(slog.DiscardHandler), Clock: h.clock, Version: "test",
		Authenticate: h.auth.Authenticate, Denied: h.auth.Denied, Ready: func(context.Context) error { return nil },
	})
	h.auth.Routes(h.api)
	h.owner = h.make(dbtest.Merchant, auth.Draft{Account: "boss", Name: "王店主", Password: ownerSecret, Roles: []permit.Role{permit.Owner}})
	return h
}

// make adds an account the way setting up does.
func (h *house) make(m id.Merchant, d auth.Draft) auth.Account {
	h.t.Helper()
	ready, err := h.auth.Prepare(context.Background(), "body.owner", d, "测试商户")
	if err != nil {
		h.t.Fatal(err)
	}
	var a auth.Account
	err = h.db.Write(context.Background(), m, func(ctx context.Context, tx *db.Tx) error {
		a, err = h.auth.CreateAccount(ctx, tx, permit.System(m, "test"), ready)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// key makes a key the way the command line does.
func (h *house) key(m id.Merchant, scopes ...string) (auth.Key, string) {
	h.t.Helper()
	var k auth.Key
	var token string
	err := h.db.Write(context.Background(), m, func(ctx context.Context, tx *db.Tx) (err error) {
		k, token, err = h.auth.CreateKey(ctx, tx, permit.System(m, "test"), auth.KeyDraft{Name: "till", Scopes: scopes})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return k, token
}

// do calls an operation with a token, as a program does. Headers come as
// "Name: value".
func (h *house) do(token, method, path string, body any, headers ...string) webtest.Answer {
	h.t.Helper()
	raw, ok := body.(string)
	if !ok && body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			h.t.Fatal(err)
		}
		raw = string(b)
	}
	r := httptest.NewRequest(method, web.Base+path, strings.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Test/1\x01")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.api.Server().ServeHTTP(w, r)
	a := webtest.Answer{Status: w.Code, Header: w.Header(), Raw: w.Body.Bytes()}
	_ = json.NewDecoder(bytes.NewReader(a.Raw)).Decode(&a.Body) // An empty body stays nil.
	return a
}

func (h *house) login(account, password string) string {
	h.t.Helper()
	return h.do("", "POST", "/auth/login", map[string]any{"account": account, "password": password}).Want(h.t, 200).Body["token"].(string)
}

// deeds runs what waits and lists what was told since the last time, as
// "action result".
func (h *house) deeds() []string {
	h.t.Helper()
	h.told = nil
	if err := h.jobs.Drain(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	var all []string
	for _, d := range h.told {
		all = append(all, strings.TrimSpace(d.Action+" "+d.Result))
	}
	slices.Sort(all)
	return all
}

func (h *house) wantDeeds(want ...string) {
	h.t.Helper()
	slices.Sort(want)
	if got := h.deeds(); !slices.Equal(got, want) {
		h.t.Fatalf("told %v, want %v", got, want)
	}
}

func TestSigningInAndOut(t *testing.T) {
	h := newHouse(t)
	a := h.do("", "POST", "/auth/login", `{"account":"ＢＯＳＳ ","password":"`+ownerSecret+`"}`).Want(t, 200)
	token := a.Body["token"].(string)
	staff := a.Body["staff"].(map[string]any)
	if len(token) != 43 || staff["account"] != "boss" || staff["name"] != "王店主" || fmt.Sprint(staff["roles"], staff["stores"]) != "[owner] []" {
		t.Fatalf("%s", a.Raw)
	}
	if a.Body["expires_at"] != "2026-01-02T05:00:00.000+08:00" {
		t.Errorf("expires_at %v", a.Body["expires_at"])
	}
	cookie := a.Header.Get("Set-Cookie")
	for _, part := range []string{"sid=" + token, "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q lacks %s", cookie, part)
		}
	}
	me := h.do(token, "GET", "/me", nil).Want(t, 200)
	if fmt.Sprint(me.Body["merchant"]) != fmt.Sprint(map[string]any{"id": string(dbtest.Merchant), "name": "测试商户", "trade": "retail", "currency": "CNY", "timezone": "Asia/Shanghai"}) ||
		me.Body["demo"] != false || me.Body["key"] != nil || len(me.Body["permissions"].([]any)) != len(permit.All()) {
		t.Fatalf("%s", me.Raw)
	}
	out := h.do(token, "POST", "/auth/logout", nil).Want(t, 204)
	if !strings.Contains(out.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the cookie stays: %s", out.Header.Get("Set-Cookie"))
	}
	h.do(token, "GET", "/me", nil).WantProblem(t, 401, "auth.required")
	h.wantDeeds("staff.create", "auth.login", "auth.logout")
	for _, d := range h.told {
		if d.Action == "auth.login" && (d.ActorID != string(h.owner.ID) || d.ActorName != "王店主" || d.Role != permit.Owner) {
			t.Errorf("who signed in is not told: %+v", d)
		}
	}
}

func TestNobodyIsToldWhichPartWasWrong(t *testing.T) {
	h := newHouse(t)
	wrong := h.do("", "POST", "/auth/login", `{"account":"boss","password":"not the password"}`).WantProblem(t, 401, "auth.invalid_credentials")
	unknown := h.do("", "POST", "/auth/login", `{"account":"ghost","password":"not the password"}`).WantProblem(t, 401, "auth.invalid_credentials")
	if !bytes.Equal(wrong.Raw, unknown.Raw) {
		t.Errorf("%s\n%s", wrong.Raw, unknown.Raw)
	}
	h.wantDeeds("staff.create", "auth.login failed")
	for _, d := range h.told {
		if d.Result == "failed" && (d.Label != "b***" || d.Object != string(h.owner.ID)) {
			t.Errorf("%+v", d)
		}
	}
	for _, body := range []string{`{"account":"boss"}`, `{"account":"boss","password":"x","remember":true}`, `{"account":7,"password":"x"}`} {
		h.do("", "POST", "/auth/login", body).WantProblem(t, 422, "request.invalid")
	}
	h.do("", "POST", "/auth/login", map[string]any{"account": "boss", "password": strings.Repeat("x", 5000)}).WantProblem(t, 401, "auth.invalid_credentials")
}

// try is one sign-in from an address; it answers the code and the wait.
func (h *house) try(account, password, ip string) (string, time.Duration) {
	h.t.Helper()
	_, err := h.auth.Login(context.Background(), account, password, auth.Visit{IP: ip})
	if f := fault.Of(err); f != nil {
		return f.Code, f.RetryAfter
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return "", 0
}

func TestTheTimelineOfALock(t *testing.T) {
	for _, account := range []string{"boss", "ghost"} { // One that exists and one that does not.
		h := newHouse(t)
		at := 0
		from := func() string { at++; return fmt.Sprintf("198.51.100.%d", at) } // Another address each time.
		for range 5 {
			if code, _ := h.try(account, "wrong", from()); code != "auth.invalid_credentials" {
				t.Fatal(account, code)
			}
		}
		for _, wait := range []time.Duration{1, 2, 4, 8, 16} {
			wait *= time.Second
			if code, told := h.try(account, ownerSecret, from()); code != "auth.too_many_attempts" || told != wait {
				t.Fatal(account, "before the wait:", code, told, "want", wait)
			}
			h.clock.Advance(wait - time.Millisecond)
			if code, _ := h.try(account, ownerSecret, from()); code != "auth.too_many_attempts" {
				t.Fatal(account, "just before its end:", code)
			}
			h.clock.Advance(time.Millisecond)
			if code, _ := h.try(account, "wrong", from()); code != "auth.invalid_credentials" {
				t.Fatal(account, "after the wait:", code)
			}
		}
		if code, told := h.try(account, ownerSecret, from()); code != "auth.too_many_attempts" || told != 15*time.Minute {
			t.Fatal(account, "the lock:", code, told)
		}
		h.clock.Advance(15 * time.Minute)
		for range 9 {
			h.try(account, "wrong", from())
			h.clock.Advance(30 * time.Second)
		}
		h.try(account, "wrong", from())
		if _, told := h.try(account, "wrong", from()); told != 30*time.Minute {
			t.Fatal(account, "the second lock:", told)
		}
		h.clock.Advance(30 * time.Minute)
		if account == "boss" {
			if code, _ := h.try(account, ownerSecret, from()); code != "" {
				t.Fatal("the right password after the lock:", code)
			}
			if code, told := h.try(account, "wrong", from()); code != "auth.invalid_credentials" || told != 0 {
				t.Fatal("signing in did not start anew:", code, told)
			}
		}
	}
}

func TestAnAddressIsLockedToo(t *testing.T) {
	h := newHouse(t)
	for i := range 5 {
		h.try(fmt.Sprintf("guess%d", i), "wrong", "203.0.113.9")
	}
	if code, told := h.try("boss", ownerSecret, "203.0.113.9"); code != "auth.too_many_attempts" || told != time.Second {
		t.Fatal(code, told)
	}
	if code, _ := h.try("boss", ownerSecret, "203.0.113.10"); code != "" {
		t.Fatal("another address suffers:", code)
	}
	h.clock.Advance(time.Second)
	if code, _ := h.try("boss", ownerSecret, "203.0.113.9"); code != "" {
		t.Fatal(code)
	}
	h.try("guess9", "wrong", "203.0.113.9")
	if _, told := h.try("boss", ownerSecret, "203.0.113.9"); told != 2*time.Second {
		t.Fatal("a success of one account wiped the address clean:", told)
	}
}

func TestManyTriesAtOnceAreNotMoreTries(t *testing.T) {
	h := newHouse(t)
	var mu sync.Mutex
	codes := map[string]int{}
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			_, err := h.auth.Login(context.Background(), "boss", "wrong", auth.Visit{IP: fmt.Sprintf("198.51.100.%d", i)})
			mu.Lock()
			defer mu.Unlock()
			codes[fault.CodeOf(err)]++
		})
	}
	wg.Wait()
	if codes["auth.invalid_credentials"] != 5 || codes["auth.too_many_attempts"] != 25 {
		t.Fatal(codes)
	}
}

func TestALostOldCostIsRenewed(t *testing.T) {
	h := newHouse(t)
	dear := auth.New(options(h.db, h.jobs, auth.NewHasher([]byte("pepper"), auth.Cost{Memory: 128, Passes: 1, Lanes: 1})))
	for range 2 {
		if _, err := dear.Login(context.Background(), "boss", ownerSecret, auth.Visit{}); err != nil {
			t.Fatal(err)
		}
	}
	var phc string
	err := h.db.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		phc, err = db.One(ctx, tx, func(r db.Row) (s string, err error) { return s, r.Scan(&s) }, `SELECT password FROM auth_account WHERE merchant_id = $1`, tx.Merchant())
		return err
	})
	if err != nil || !strings.Contains(phc, "$m=128,t=1,p=1$") {
		t.Fatal(phc, err)
	}
}

func TestSessionsEnd(t *testing.T) {
	h := newHouse(t)
	works := func(token string) bool {
		_, err := h.auth.Authenticate(context.Background(), token)
		if err != nil && !errors.Is(err, auth.ErrRequired) {
			t.Fatal(err)
		}
		return err == nil
	}
	idle := h.login("boss", ownerSecret)
	h.clock.Advance(30 * time.Minute)
	if !works(idle) {
		t.Fatal("ended before half an hour was over")
	}
	h.clock.Advance(30*time.Minute + time.Second)
	if works(idle) {
		t.Fatal("half an hour without use did not end it")
	}
	used := h.login("boss", ownerSecret)
	for i := range 12 * 4 {
		h.clock.Advance(15*time.Minute - time.Second)
		if !works(used) {
			t.Fatal("ended in use after", i)
		}
	}
	h.clock.Advance(time.Minute)
	if works(used) {
		t.Fatal("twelve hours did not end it")
	}
	for _, nonsense := range []string{"", "x", strings.Repeat("A", 43), "hj_" + strings.Repeat("A", 43)} {
		if works(nonsense) {
			t.Fatalf("%q works", nonsense)
		}
	}
}

func TestUseIsWrittenDownOnceAMinute(t *testing.T) {
	h := newHouse(t)
	token := h.login("boss", ownerSecret)
	seen := func() string {
		a := h.do(token, "GET", "/sessions", nil).Want(t, 200)
		return a.Body["items"].([]any)[0].(map[string]any)["last_seen_at"].(string)
	}
	first := seen()
	h.clock.Advance(59 * time.Second)
	if seen() != first {
		t.Fatal("written within the minute")
	}
	h.clock.Advance(time.Second)
	if seen() == first {
		t.Fatal("not written after the minute")
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	h := newHouse(t)
	first, second := h.login("boss", ownerSecret), h.login("boss", ownerSecret)
	h.make(dbtest.Merchant, auth.Draft{Account: "till", Password: cashierSecret, Roles: []permit.Role{permit.Cashier}})
	other := h.login("till", cashierSecret)
	items := h.do(second, "GET", "/sessions", nil).Want(t, 200).Body["items"].([]any)
	if len(items) != 2 {
		t.Fatal(items)
	}
	var old string
	for _, one := range items {
		m := one.(map[string]any)
		if m["agent"] != "Test/1" {
			t.Errorf("the agent is kept as %q", m["agent"])
		}
		if m["current"] == false {
			old = m["id"].(string)
		}
	}
	h.do(other, "DELETE", "/sessions/"+old, nil).WantProblem(t, 404, "session.not_found")
	h.do(first, "GET", "/me", nil).Want(t, 200)
	h.do(second, "DELETE", "/sessions/"+old, nil).Want(t, 204)
	h.do(first, "GET", "/me", nil).WantProblem(t, 401, "auth.required")
	h.do(second, "DELETE", "/sessions/"+old, nil).WantProblem(t, 404, "session.not_found")
	_, key := h.key(dbtest.Merchant, "*")
	h.do(key, "GET", "/sessions", nil).WantProblem(t, 403, "auth.staff_only")
	h.do(key, "POST", "/auth/logout", nil).WantProblem(t, 403, "auth.staff_only")
}

func TestChangingThePasswordEndsEverySession(t *testing.T) {
	h := newHouse(t)
	here, there := h.login("boss", ownerSecret), h.login("boss", ownerSecret)
	const next = "another fine secret"
	body := func(current, next string) map[string]any { return map[string]any{"current": current, "new": next} }
	a := h.do(here, "POST", "/auth/password", body(ownerSecret, "short")).WantProblem(t, 422, "request.invalid")
	if !slices.Equal(a.Fields(), []string{"body.new"}) || strings.Contains(string(a.Raw), "short\"") {
		t.Fatalf("%s", a.Raw)
	}
	h.do(here, "POST", "/auth/password", body(ownerSecret, ownerSecret)).WantProblem(t, 422, "request.invalid")
	a = h.do(here, "POST", "/auth/password", body("wrong", next)).WantProblem(t, 422, "auth.password_wrong")
	if !slices.Equal(a.Fields(), []string{"body.current"}) {
		t.Fatal(a.Fields())
	}
	fresh := h.do(here, "POST", "/auth/password", body(ownerSecret, next)).Want(t, 200).Body["token"].(string)
	for _, old := range []string{here, there} {
		h.do(old, "GET", "/me", nil).WantProblem(t, 401, "auth.required")
	}
	h.do(fresh, "GET", "/me", nil).Want(t, 200)
	h.do("", "POST", "/auth/login", map[string]any{"account": "boss", "password": ownerSecret}).WantProblem(t, 401, "auth.invalid_credentials")
	h.login("boss", next)
	h.wantDeeds("staff.create", "auth.login", "auth.login", "auth.password failed", "auth.password", "auth.login failed", "auth.login")
}

func TestRefusalsAreToldOnceAMinute(t *testing.T) {
	h := newHouse(t)
	h.make(dbtest.Merchant, auth.Draft{Account: "till", Password: cashierSecret, Roles: []permit.Role{permit.Cashier}})
	till := h.login("till", cashierSecret)
	h.deeds()
	for range 3 {
		h.do(till, "GET", "/staff", nil).WantProblem(t, 403, "permission.denied")
	}
	h.wantDeeds("auth.denied denied")
	if d := h.told[0]; d.Object != "list-staff" || d.After["permission"] != "staff.read" || d.ActorName != "till" {
		t.Fatalf("%+v", d)
	}
	h.do(till, "GET", "/keys", nil).WantProblem(t, 403, "permission.denied")
	h.clock.Advance(time.Minute)
	h.do(till, "GET", "/staff", nil).WantProblem(t, 403, "permission.denied")
	h.wantDeeds("auth.denied denied", "auth.denied denied")
}

func TestSettingUpOnce(t *testing.T) {
	d := dbtest.New(t)
	jobs := job.New(d, slog.New(slog.DiscardHandler))
	s := auth.New(options(d, jobs, cheapHasher()))
	ctx := context.Background()
	use := func(token string, found bool) error {
		return d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
			if err := s.UseSetup(ctx, tx, token); err != nil || !found {
				return err
			}
			ready, err := s.Prepare(ctx, "body.owner", auth.Draft{Account: "boss", Password: ownerSecret, Roles: []permit.Role{permit.Owner}})
			if err != nil {
				return err
			}
			_, err = s.CreateAccount(ctx, tx, permit.System(tx.Merchant(), "setup"), ready)
			return err
		})
	}
	wantCode := func(err error, want string) {
		t.Helper()
		if fault.CodeOf(err) != want {
			t.Fatalf("%v, want %s", err, want)
		}
	}
	if needed, err := s.Needed(ctx); !needed || err != nil {
		t.Fatal(needed, err)
	}
	first, err := s.NewSetup(ctx)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.NewSetup(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(use(first, false), "setup.token_invalid") // The newer one replaced it.
	wantCode(use("nonsense", false), "setup.token_invalid")
	wantCode(s.CheckSetup(ctx, second), "")
	dbtest.Clock(d).Advance(30 * time.Minute)
	wantCode(use(second, false), "setup.token_invalid")
	wantCode(s.CheckSetup(ctx, second), "setup.token_invalid")
	third, err := s.NewSetup(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(use(third, true), "")
	wantCode(use(third, true), "setup.token_invalid")
	if needed, err := s.Needed(ctx); needed || err != nil {
		t.Fatal(needed, err)
	}
	fourth, err := s.NewSetup(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(use(fourth, true), "setup.token_invalid") // There is an owner already.
}

func TestTheNightlyCleaning(t *testing.T) {
	h := newHouse(t)
	h.login("boss", ownerSecret)
	h.try("ghost", "wrong", "192.0.2.1")
	h.clock.Advance(48 * time.Hour)
	h.jobs.Merchants(func(context.Context) ([]job.Merchant, error) {
		return []job.Merchant{{ID: dbtest.Merchant, Zone: "Asia/Shanghai"}}, nil
	})
	if err := h.jobs.Tick(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.deeds()
	err := h.db.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{`SELECT COUNT(*) FROM auth_session`, `SELECT COUNT(*) FROM auth_failure`} {
			n, err := db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) }, query)
			if err != nil || n != 0 {
				return fmt.Errorf("%s: %d left, %w", query, n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNothingThatLetsInIsStored(t *testing.T) {
	h := newHouse(t)
	token := h.login("boss", ownerSecret)
	_, key := h.key(dbtest.Merchant, "*")
	setup, err := h.auth.NewSetup(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	err = h.db.Read(context.Background(), "", func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{
			`SELECT token_hash || id || ip || agent FROM auth_session`, `SELECT key_hash || name || tail FROM auth_key`,
			`SELECT token_hash FROM auth_setup`, `SELECT account || password FROM auth_account`, `SELECT payload FROM job`,
		} {
			rows, err := db.All(ctx, tx, func(r db.Row) (s string, err error) { return s, r.Scan(&s) }, query)
			if err != nil {
				return err
			}
			for _, row := range rows {
				for _, secret := range []string{token, key, setup, ownerSecret} {
					if strings.Contains(row, secret) {
						t.Errorf("%s shows a secret", query)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestACookieWorksToo(t *testing.T) {
	h := newHouse(t)
	token := h.login("boss", ownerSecret)
	cookie := "Cookie: " + (&http.Cookie{Name: web.CookieName, Value: token}).String()
	h.do("", "GET", "/me", nil, cookie).Want(t, 200)
	h.do("", "POST", "/auth/logout", nil, cookie).WantProblem(t, 403, "auth.cross_site")
	h.do("", "POST", "/auth/logout", nil, cookie, "X-Huiji-Client: console").Want(t, 204)
	h.do("", "GET", "/me", nil, cookie).WantProblem(t, 401, "auth.required")
}
