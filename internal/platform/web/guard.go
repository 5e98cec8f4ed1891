package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/platform/once"
)

// CookieName is where a browser keeps its session. The prefix makes the browser
// refuse it without Secure, with a Domain or with another path.
const CookieName = "__Host-sid"

// PlainCookieName is used instead where the server is reached by plain HTTP from
// another machine, as in a shop's own network without a certificate.
const PlainCookieName = "sid"

var (
	errSignIn  = fault.New(fault.Unauthenticated, "auth.required", "请先登录", "sign in first")
	errForeign = fault.New(fault.Denied, "auth.cross_site", "拒绝来自其他网站的请求", "a request from another site is refused")
	errPace    = fault.New(fault.TooMany, "rate.limited", "请求过于频繁，请稍后再试", "too many requests, try again shortly")
	errQuery   = fault.New(fault.Invalid, "request.invalid", "没有这个查询参数", "there is no such query parameter")
	errLarge   = fault.Newf(fault.TooLarge, "request.too_large", "请求内容超过 %d 字节", "the body is larger than %d bytes", BodyMax)
)

// guard stands before every operation: who calls, whether they may, whether the
// request is whole, and whether it is new.
func (a *API) guard(ctx huma.Context, next func(huma.Context)) {
	op := ctx.Operation().Metadata["op"].(Op)
	httpRequest, w := humago.Unwrap(ctx)
	r := requestOf(httpRequest.Context())
	began, refused := a.options.Clock.Now(), 0
	defer func() { a.metrics.observe(op.ID, max(refused, ctx.Status()), a.options.Clock.Now().Sub(began)) }()

	release, err := a.admit(httpRequest, op, r)
	if err != nil {
		refused = a.respond(w, httpRequest, err)
		return
	}
	defer release()
	next(&stamped{inner: ctx, request: r})
}

// inner names the framework's context, whose own method is called Context.
type inner = huma.Context

// stamped says in the answer's head that an answer came from before.
type stamped struct {
	inner
	request *request
}

// Unwrap is the framework's own context.
func (s *stamped) Unwrap() huma.Context { return s.inner }

// SetStatus is called by the framework just before the body.
func (s *stamped) SetStatus(code int) {
	if s.request.replayed {
		s.SetHeader("Idempotency-Replayed", "true")
	}
	s.inner.SetStatus(code)
}

func (a *API) admit(hr *http.Request, op Op, r *request) (release func(), err error) {
	if err := a.identify(hr, op, r); err != nil {
		return nil, err
	}
	if err := unknownQuery(hr, a.huma.OpenAPI(), op); err != nil {
		return nil, err
	}
	if hr.Method == http.MethodGet || hr.Method == http.MethodHead {
		return func() {}, nil
	}
	if r.raw, err = body(hr); err != nil {
		return nil, err
	}
	return a.name(hr, op, r)
}

// identify finds the caller and checks that they may.
func (a *API) identify(hr *http.Request, op Op, r *request) error {
	r.caller.RequestID, r.caller.IP = r.id, r.ip
	token, byCookie := tokenOf(hr)
	if byCookie {
		if err := sameSite(hr); err != nil {
			return err
		}
	}
	pace := Identity{PerSecond: 1, Burst: 60}
	subject := "ip:" + r.ip
	if token != "" {
		who, err := a.options.Authenticate(hr.Context(), token)
		switch {
		case err == nil:
			r.token, r.caller = token, who.Caller
			r.caller.RequestID, r.caller.IP = r.id, r.ip
			pace, subject = who, string(who.Caller.Who)+":"+who.Caller.ID
		case op.Need != permit.Public:
			// Guessing at tokens is paced like any stranger's request. That nobody
			// can look a token up is not the caller's guess.
			if f := fault.Of(err); f != nil && f.Kind == fault.Unauthenticated {
				if wait := a.limits.take(subject, pace); wait > 0 {
					return slowDown(wait)
				}
			}
			return err
		}
	}
	if wait := a.limits.take(subject, pace); wait > 0 {
		return slowDown(wait)
	}
	if op.Need == permit.Public {
		return nil
	}
	if r.token == "" {
		return errSignIn
	}
	if err := r.caller.Check(op.Need); err != nil {
		a.options.Denied(hr.Context(), r.caller, op.ID, string(op.Need))
		return err
	}
	return nil
}

func slowDown(wait time.Duration) error {
	e := *errPace
	e.RetryAfter = wait
	return &e
}

// tokenOf reads the bearer token, or the cookie when there is none.
func tokenOf(hr *http.Request) (token string, byCookie bool) {
	if scheme, rest, _ := strings.Cut(hr.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "bearer") && rest != "" {
		return strings.TrimSpace(rest), false
	}
	for _, name := range []string{CookieName, PlainCookieName} {
		if c, err := hr.Cookie(name); err == nil && c.Value != "" {
			return c.Value, true
		}
	}
	return "", false
}

// sameSite refuses what another site made a browser send: a cookie alone proves
// nothing about who wrote the request.
func sameSite(hr *http.Request) error {
	if hr.Method == http.MethodGet || hr.Method == http.MethodHead {
		return nil
	}
	if site := hr.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return errForeign
	}
	if origin := hr.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != hr.Host {
			return errForeign
		}
	}
	if hr.Header.Get("X-Huiji-Client") == "" {
		return errForeign
	}
	return nil
}

// unknownQuery refuses a parameter the operation does not have: a filter that is
// misspelt must not silently show everything.
func unknownQuery(hr *http.Request, doc *huma.OpenAPI, op Op) error {
	if hr.URL.RawQuery == "" {
		return nil
	}
	known := map[string]bool{}
	item := doc.Paths[Base+op.Path]
	for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
		if o == nil || o.OperationID != op.ID {
			continue
		}
		for _, p := range o.Parameters {
			known[p.Name] = known[p.Name] || p.In == "query"
		}
	}
	for name := range hr.URL.Query() {
		if !known[name] {
			return errQuery.At("query."+name, nil)
		}
	}
	return nil
}

// body reads the whole body, so that it can be named by its fingerprint, and
// puts it back.
func body(hr *http.Request) ([]byte, error) {
	if hr.Body == nil {
		return nil, nil
	}
	raw, err := io.ReadAll(io.LimitReader(hr.Body, BodyMax+1))
	if err != nil {
		return nil, fault.New(fault.Malformed, "request.malformed", "请求内容没有传完", "the request body did not arrive whole")
	}
	if len(raw) > BodyMax {
		return nil, errLarge
	}
	hr.Body = io.NopCloser(bytes.NewReader(raw))
	return raw, nil
}

// name gives the request its idempotency key and holds it while it runs here.
func (a *API) name(hr *http.Request, op Op, r *request) (release func(), err error) {
	key := hr.Header.Get("Idempotency-Key")
	if key == "" {
		if op.Key {
			return nil, once.ErrMissing
		}
		return func() {}, nil
	}
	if len(key) > 255 {
		return nil, fault.New(fault.Invalid, "request.invalid", "Idempotency-Key 至多 255 个字符", "the Idempotency-Key has at most 255 characters").
			At("header.Idempotency-Key", nil)
	}
	r.once = once.Key{
		Scope: string(r.caller.Who) + ":" + r.caller.ID + ":" + hr.Method + " " + hr.URL.Path, Key: key,
		Fingerprint: once.Fingerprint(r.raw), Forever: op.Forever,
	}
	busy := string(r.caller.Merchant) + "|" + r.once.Scope + "|" + key
	if !a.running.begin(busy) {
		return nil, once.ErrInProgress
	}
	return func() { a.running.end(busy) }, nil
}

// inProgress knows the requests with a key that run in this process.
type inProgress struct {
	mu   sync.Mutex
	keys map[string]struct{}
}

func newInProgress() *inProgress { return &inProgress{keys: map[string]struct{}{}} }

func (p *inProgress) begin(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, busy := p.keys[key]; busy {
		return false
	}
	p.keys[key] = struct{}{}
	return true
}

func (p *inProgress) end(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.keys, key)
}

// Server is the whole handler: the API behind what every request passes.
func (a *API) Server() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &request{api: a, id: newRequestID(), ip: a.address(hr), tag: language(hr), agent: hr.UserAgent(), secure: a.secure(hr), plain: !a.secure(hr) && !local(hr)}
		ctx, cancel := context.WithTimeout(context.WithValue(hr.Context(), requestKey, r), requestTime)
		defer cancel()
		hr = hr.WithContext(ctx)
		headers(w, hr, r)
		defer a.recovered(w, hr)
		if a.inFlight.Add(1) > inFlightMax {
			a.inFlight.Add(-1)
			a.respond(w, hr, &fault.Error{Kind: fault.Unavailable, Code: "server.overloaded", RetryAfter: time.Second, Text: lang.Say("服务繁忙，请稍后重试", "the server is busy, try again shortly")})
			return
		}
		defer a.inFlight.Add(-1)
		if strings.HasPrefix(hr.URL.Path, Base+"/") {
			if _, pattern := a.mux.Handler(hr); pattern == "" {
				a.respond(w, hr, fault.New(fault.NotFound, "route.not_found", "没有这个接口", "there is no such operation"))
				return
			}
		}
		a.mux.ServeHTTP(w, hr)
	})
}

// recovered answers for a bug of ours and keeps the server alive.
func (a *API) recovered(w http.ResponseWriter, hr *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	a.options.Log.ErrorContext(hr.Context(), "panic", "request", requestOf(hr.Context()).id, "panic", p, "stack", stack())
	a.respond(w, hr, errInternal)
}

// secure reports whether the caller came by HTTPS, to us or to our own proxy.
func (a *API) secure(hr *http.Request) bool {
	return hr.TLS != nil || a.options.TrustProxy && hr.Header.Get("X-Forwarded-Proto") == "https"
}

func (a *API) address(hr *http.Request) string {
	if a.options.TrustProxy {
		// The last one is what our own proxy saw; those before it are the caller's word.
		all := strings.Split(hr.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(all[len(all)-1]); last != "" {
			return last
		}
	}
	host, _, err := net.SplitHostPort(hr.RemoteAddr)
	if err != nil {
		return hr.RemoteAddr
	}
	return host
}

// language is the first of Accept-Language that we speak, Chinese otherwise.
func language(hr *http.Request) lang.Tag {
	for part := range strings.SplitSeq(hr.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch base, _, _ := strings.Cut(strings.ToLower(tag), "-"); base {
		case "zh":
			return lang.ZH
		case "en":
			return lang.EN
		}
	}
	return lang.ZH
}
