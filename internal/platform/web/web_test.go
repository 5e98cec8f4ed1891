package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/web"
	"huiji/internal/platform/web/webtest"
)

type thingInput struct {
	Colour string `query:"colour" enum:"red,green"`
	Body   struct {
		Name  string `json:"name" minLength:"2" maxLength:"5"`
		Count int64  `json:"count" minimum:"1"`
		Deep  []struct {
			When string `json:"when" format:"date"`
		} `json:"deep,omitempty" maxItems:"2"`
	}
}

type thingOutput struct {
	Body struct {
		Name string `json:"name"`
	}
}

func server(t *testing.T, fn func(ctx context.Context) error) *webtest.Server {
	t.Helper()
	s := webtest.New(t, clock.Wall{})
	web.Register(s.API, web.Op{ID: "make-thing", Method: http.MethodPost, Path: "/things", Summary: "Make a thing", Tag: "Things", Need: permit.OrderSell, Key: true, Status: 201},
		func(ctx context.Context, in *thingInput) (*thingOutput, error) {
			out := &thingOutput{}
			out.Body.Name = in.Body.Name
			return out, fn(ctx)
		})
	return s
}

const good = `{"name":"abc","count":1}`

func fine(context.Context) error { return nil }

func TestAnOperationWithoutPermissionDoesNotStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("it started")
		}
	}()
	web.Register(webtest.New(t, clock.Wall{}).API, web.Op{ID: "x", Method: http.MethodGet, Path: "/x"},
		func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
}

func TestWhoMayCall(t *testing.T) {
	s := server(t, fine)
	s.Nobody().Do("POST", "/things", good).WantProblem(t, 401, "auth.required")
	s.Role(permit.Auditor).Do("POST", "/things", good).WantProblem(t, 403, "permission.denied")
	if d := s.Denied(); len(d) != 1 || d[0] != "auditor make-thing order.sell" {
		t.Fatalf("denied: %v", d)
	}
	s.Role(permit.Cashier).Do("POST", "/things", good).Want(t, 201)
}

func TestEveryWrongFieldIsNamedInBothLanguages(t *testing.T) {
	c := server(t, fine).Role(permit.Cashier)
	a := c.Do("POST", "/things", `{"name":"a","count":1.5,"colour":1,"deep":[{"when":"x"}]}`).WantProblem(t, 422, "request.invalid")
	got := a.Fields()
	for _, want := range []string{"body.name", "body.count", "body.colour", "body.deep[0].when"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not named in %v", want, got)
		}
	}
	if !strings.Contains(string(a.Raw), "至少 2 个字符") || !strings.Contains(string(a.Raw), "没有这个字段") {
		t.Errorf("not in Chinese: %s", a.Raw)
	}
	if e := c.English().Do("POST", "/things", `{"name":"abc"}`); !strings.Contains(string(e.Raw), "The required field count is missing") {
		t.Errorf("not in English: %s", e.Raw)
	}
	c.Do("POST", "/things?color=red", good).WantProblem(t, 422, "request.invalid")
	c.Do("POST", "/things?colour=blue", good).WantProblem(t, 422, "request.invalid")
	c.Do("POST", "/things", `{"name":`).WantProblem(t, 400, "request.malformed")
	c.Do("POST", "/things", `{"name":"`+strings.Repeat("x", web.BodyMax)+`"}`).WantProblem(t, 413, "request.too_large")
	c.Do("POST", "/nothing", good).WantProblem(t, 404, "route.not_found")
}

func TestValueChangesNeedAKey(t *testing.T) {
	c := server(t, fine).Role(permit.Cashier)
	c.Do("POST", "/things", good, "Idempotency-Key: ").WantProblem(t, 400, "idempotency.key_missing")
	c.Do("POST", "/things", good, "Idempotency-Key: "+strings.Repeat("k", 256)).WantProblem(t, 422, "request.invalid")
}

func TestTheSameKeyAtTheSameTimeIsRefused(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	c := server(t, func(context.Context) error {
		close(inside)
		<-leave
		return nil
	}).Role(permit.Cashier)
	var wg sync.WaitGroup
	wg.Go(func() { c.Do("POST", "/things", good, "Idempotency-Key: same") })
	<-inside
	a := c.Do("POST", "/things", good, "Idempotency-Key: same").WantProblem(t, 409, "idempotency.in_progress")
	if a.Header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
	close(leave)
	wg.Wait()
}

func TestFaultsBecomeProblems(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{fault.New(fault.Conflict, "points.insufficient", "积分不足", "not enough points").With("available", 30), 409, "points.insufficient"},
		{fault.New(fault.NotFound, "member.not_found", "没有这个会员", "there is no such member"), 404, "member.not_found"},
		{&fault.Error{Kind: fault.Unavailable, Code: "busy", RetryAfter: 1500 * time.Millisecond}, 503, "busy"},
		{context.DeadlineExceeded, 503, "request.timeout"},
		{http.ErrBodyNotAllowed, 500, "internal"},
	} {
		a := server(t, func(context.Context) error { return c.err }).Role(permit.Cashier).Do("POST", "/things", good).WantProblem(t, c.status, c.code)
		if a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("content type %s", a.Header.Get("Content-Type"))
		}
		if c.status == 409 && a.Body["available"] != float64(30) {
			t.Errorf("the fact is missing: %s", a.Raw)
		}
		if c.code == "busy" && a.Header.Get("Retry-After") != "2" {
			t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
		}
		if c.status == 500 && (strings.Contains(string(a.Raw), "body") || a.Body["request_id"] == nil) {
			t.Errorf("an unnamed error must not show its text, but a request id: %s", a.Raw)
		}
	}
}

func TestEnglishSentencesBeginLarge(t *testing.T) {
	wrong := fault.New(fault.Invalid, "request.invalid", "金额有误", "amount must be more than 0").At("body.amount", 0)
	wrong.Fields = append(wrong.Fields, fault.Field{Location: "body.use_points", Text: lang.Say("积分有误", "use_points must be a whole number")})
	c := server(t, func(context.Context) error { return wrong }).Role(permit.Cashier)
	a := c.English().Do("POST", "/things", good).WantProblem(t, 422, "request.invalid")
	for _, want := range []string{`"detail":"Amount must be more than 0"`, `"message":"Amount must be more than 0"`, `"message":"use_points must be a whole number"`} {
		if !strings.Contains(string(a.Raw), want) {
			t.Errorf("%s is not in %s", want, a.Raw)
		}
	}
	for body, want := range map[string]string{`{"name":`: "The request cannot be read", `{"name":"abc","count":0}`: "Fields of the request are wrong"} {
		if e := c.English().Do("POST", "/things", body); !strings.HasPrefix(e.Body["detail"].(string), want) {
			t.Errorf("%s: %s", body, e.Raw)
		}
	}
	if zh := c.Do("POST", "/things", good); zh.Body["detail"] != "金额有误" {
		t.Errorf("in Chinese: %s", zh.Raw)
	}
}

func TestAPanicIsAnswered(t *testing.T) {
	c := server(t, func(context.Context) error { panic("bug") }).Role(permit.Cashier)
	c.Do("POST", "/things", good).WantProblem(t, 500, "internal")
}

func TestTooManyRequestsAreToldWhen(t *testing.T) {
	s := server(t, fine)
	var last webtest.Answer
	for range 70 {
		last = s.Nobody().Do("POST", "/things", good)
	}
	last.WantProblem(t, 429, "rate.limited")
	if last.Header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
}

func TestACookieAloneProvesNothing(t *testing.T) {
	s := server(t, fine)
	s.Role(permit.Cashier) // token-1
	as := func(headers ...string) webtest.Answer {
		return s.Nobody().Do("POST", "/things", good, append(headers, "Cookie: "+web.CookieName+"=token-1")...)
	}
	as().WantProblem(t, 403, "auth.cross_site")
	as("X-Huiji-Client: console", "Origin: https://evil.test").WantProblem(t, 403, "auth.cross_site")
	as("X-Huiji-Client: console", "Sec-Fetch-Site: cross-site").WantProblem(t, 403, "auth.cross_site")
	as("X-Huiji-Client: console", "Origin: http://example.com", "Sec-Fetch-Site: same-origin").Want(t, 201)
}

func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	a := server(t, fine).Role(permit.Cashier).Do("POST", "/things", good)
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
