// Package web turns functions into HTTP operations. An operation names the
// permission it needs, or the program refuses to start; routes, the OpenAPI
// document and authorization come from that one declaration. It is the only
// package that knows the HTTP framework.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/once"
)

// Base is where the operations live.
const Base = "/api/v1"

// Limits of a request.
const (
	BodyMax     = 1 << 20
	inFlightMax = 1024
	requestTime = 30 * time.Second
)

// Identity is a caller who proved who they are.
type Identity struct {
	Caller    permit.Caller
	PerSecond float64 // requests a second this caller may make; 0 = no limit
	Burst     int
}

// Options is what the outside of the server needs.
type Options struct {
	Log     *slog.Logger
	Clock   clock.Clock
	Version string
	// Authenticate finds who holds a token; an Unauthenticated fault when nobody.
	Authenticate func(ctx context.Context, token string) (Identity, error)
	// Denied hears of every request refused for lack of permission.
	Denied func(ctx context.Context, c permit.Caller, operation, permission string)
	// Ready is nil when the server can serve.
	Ready func(ctx context.Context) error
	// TrustProxy takes the caller's address from X-Forwarded-For.
	TrustProxy bool
}

// API is where operations are registered.
type API struct {
	huma     huma.API
	mux      *http.ServeMux
	options  Options
	limits   *limiter
	running  *inProgress
	metrics  *metrics
	shapes   sync.Map // how the parts of requests are read, by their type
	inFlight atomic.Int64
	needs    map[string]permit.Permission // operation → permission, for the authorization matrix
}

// Op declares one operation. Path is below Base. An operation without Need does
// not start.
type Op struct {
	ID, Method, Path, Summary, Tag string
	Need                           permit.Permission
	Key                            bool // value changes: an Idempotency-Key is required
	Forever                        bool // the key is never forgotten
	Status                         int  // of success; 200 unless set
	Patch                          bool // a merge patch: the raw body decides what was sent
	Parts                          any  // an example of the body's shape, for a request that is a list of others: see Parts
}

// New returns an API without operations.
func New(o Options) *API {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Huiji 汇积", o.Version)
	config.CreateHooks = nil // No "$schema" links in answers.
	config.DocsPath, config.SchemasPath = "", ""
	config.OpenAPIPath = "/openapi"
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "a session token or an API key (hj_…)"},
		"cookie": {Type: "apiKey", In: "cookie", Name: CookieName},
	}
	config.Info.Description = "Members, points, orders. Amounts are integers in the currency's smallest unit, times RFC 3339, errors RFC 9457."
	setErrors()
	a := &API{
		mux: mux, huma: humago.New(mux, config), options: o, limits: newLimiter(o.Clock),
		running: newInProgress(), metrics: newMetrics(), needs: map[string]permit.Permission{},
	}
	a.huma.UseMiddleware(a.guard)
	a.crowd()
	a.health()
	return a
}

// OpenAPI is the document that describes the operations.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// Needs lists every operation, as "POST /orders", with the permission it needs.
func (a *API) Needs() map[string]permit.Permission { return a.needs }

// TrustProxy says whether to take the caller's address from X-Forwarded-For.
func (a *API) TrustProxy(trust bool) { a.options.TrustProxy = trust }

// Handle serves what is no operation, as the web apps.
func (a *API) Handle(pattern string, h http.Handler) { a.mux.Handle(pattern, h) }

// Register adds the operation to the router and to the OpenAPI document.
func Register[I, O any](a *API, op Op, fn func(context.Context, *I) (*O, error)) {
	if op.Need == "" {
		panic("web: operation " + op.ID + " needs a permission")
	}
	a.needs[op.Method+" "+op.Path] = op.Need
	declared := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: Base + op.Path, Summary: op.Summary,
		Tags: []string{op.Tag}, DefaultStatus: op.Status, MaxBodyBytes: BodyMax,
		Metadata: map[string]any{"op": op},
	}
	if op.Need != permit.Public {
		declared.Security = []map[string][]string{{"bearer": {string(op.Need)}}, {"cookie": {string(op.Need)}}}
	}
	if op.Key {
		declared.Parameters = append(declared.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Required: true,
			Description: "names this request; the same key with the same body acts once",
			Schema:      &huma.Schema{Type: "string", MinLength: ptr(1), MaxLength: ptr(255)},
		})
	}
	if op.Parts != nil {
		a.declareParts(&declared, op)
	}
	huma.Register(a.huma, declared, func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

func ptr[T any](v T) *T { return &v }

// schemaName adds the package to a type's name, so that two folders may call
// their shapes alike.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	path := t.PkgPath()
	if path == "" || !strings.HasPrefix(path, "huiji/") || t.Name() == "" {
		return name
	}
	folder := path[strings.LastIndexByte(path, '/')+1:]
	return strings.ToUpper(folder[:1]) + folder[1:] + strings.ToUpper(name[:1]) + name[1:]
}

// contextKey keys what the server puts beside a request.
type contextKey int

const requestKey contextKey = 0

// request is what the server knows about one request.
type request struct {
	api      *API
	id       string
	ip       string
	tag      lang.Tag
	caller   permit.Caller
	token    string
	once     once.Key
	replayed bool
	secure   bool
	plain    bool
	agent    string
	raw      []byte
}

func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey).(*request); ok {
		return r
	}
	return &request{tag: lang.ZH}
}

// Caller is who made the request.
func Caller(ctx context.Context) permit.Caller { return requestOf(ctx).caller }

// Token is the bearer token or cookie of the request, for signing out.
func Token(ctx context.Context) string { return requestOf(ctx).token }

// Agent is the caller's program, for the list of sessions.
func Agent(ctx context.Context) string { return requestOf(ctx).agent }

// Lang is the language the caller reads.
func Lang(ctx context.Context) lang.Tag { return requestOf(ctx).tag }

// OnceKey names the request for platform/once; the zero key when the operation
// asks for none and the caller sent none.
func OnceKey(ctx context.Context) once.Key {
	r := requestOf(ctx)
	if r.once.Zero() {
		return once.Key{}
	}
	return r.once.Tracked(&r.replayed)
}

// Body is the request's body as it came, for a merge patch that must tell an
// absent field from a null.
func Body(ctx context.Context) []byte { return requestOf(ctx).raw }

// Time writes a time with the merchant's offset; "" for the zero time.
func Time(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02T15:04:05.000Z07:00")
}

// ParseTime reads an RFC 3339 time with an offset; the zero time for "".
func ParseTime(location, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "request.invalid", "时间须为带时区的 RFC 3339 格式，如 2026-01-31T09:00:00+08:00",
			"a time is RFC 3339 with an offset, as in 2026-01-31T09:00:00+08:00").At(location, s)
	}
	return t, nil
}
