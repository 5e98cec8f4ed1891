package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/pprof"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/time/rate"

	"huiji/internal/platform/clock"
)

// headers sets what every answer carries: no framing, no sniffing, no referrer,
// nothing from elsewhere. Pages add their own policy for styles.
func headers(w http.ResponseWriter, hr *http.Request, r *request) {
	h := w.Header()
	h.Set("X-Request-Id", r.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
	if r.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	if strings.HasPrefix(hr.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	}
}

// Cookie is the session as a browser keeps it, for the Set-Cookie header; an
// empty token takes it back.
func Cookie(ctx context.Context, token string, ends time.Time) string {
	c := http.Cookie{Name: CookieName, Value: token, Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode, Expires: ends}
	if token == "" {
		c.MaxAge = -1
	}
	if requestOf(ctx).plain {
		c.Name, c.Secure = PlainCookieName, false
	}
	return c.String()
}

// local reports whether the caller is a browser on this very machine, which
// keeps a Secure cookie without HTTPS.
func local(hr *http.Request) bool {
	host, _, _ := strings.Cut(hr.Host, ":")
	return host == "localhost" || host == "127.0.0.1" || strings.HasPrefix(hr.Host, "[::1]")
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // Never fails.
	return "req_" + hex.EncodeToString(b[:])
}

func stack() string { return string(debug.Stack()) }

// limiter gives every caller a bucket of requests that refills with time.
type limiter struct {
	clock   clock.Clock
	buckets *otter.Cache[string, *rate.Limiter]
}

func newLimiter(c clock.Clock) *limiter {
	return &limiter{clock: c, buckets: otter.Must(&otter.Options[string, *rate.Limiter]{
		MaximumSize: 100_000, ExpiryCalculator: otter.ExpiryAccessing[string, *rate.Limiter](10 * time.Minute),
	})}
}

// take takes one request from the caller's bucket; when it is empty it says how
// long to wait.
func (l *limiter) take(subject string, who Identity) time.Duration {
	if who.PerSecond <= 0 {
		return 0
	}
	bucket, _ := l.buckets.ComputeIfAbsent(subject, func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Limit(who.PerSecond), max(1, who.Burst)), false
	})
	now := l.clock.Now()
	if bucket.AllowN(now, 1) {
		return 0
	}
	return max(time.Second, time.Duration(float64(time.Second)/who.PerSecond))
}

// metrics counts and times the operations.
type metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "huiji_http_seconds", Help: "how long operations took, by operation and status",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"operation", "status"}),
	}
	m.registry.MustRegister(m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(operation string, status int, took time.Duration) {
	m.seconds.WithLabelValues(operation, strconv.Itoa(status)).Observe(took.Seconds())
}

// crowd tells how many requests are under way, files and health included.
func (a *API) crowd() {
	a.metrics.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "huiji_http_in_flight", Help: "requests that are being answered",
	}, func() float64 { return float64(a.inFlight.Load()) }))
}

// Registry is where other parts add their own figures.
func (a *API) Registry() *prometheus.Registry { return a.metrics.registry }

// Operations is the handler of the operations port: metrics, health, profiles.
func (a *API) Operations() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", a.alive)
	mux.HandleFunc("GET /readyz", a.ready)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	return mux
}

func (a *API) health() {
	a.mux.HandleFunc("GET /healthz", a.alive)
	a.mux.HandleFunc("GET /readyz", a.ready)
}

func (a *API) alive(w http.ResponseWriter, _ *http.Request) {
	say(w, http.StatusOK, map[string]any{"status": "ok", "version": a.options.Version})
}

func (a *API) ready(w http.ResponseWriter, hr *http.Request) {
	if err := a.options.Ready(hr.Context()); err != nil {
		a.options.Log.WarnContext(hr.Context(), "not ready", "error", err)
		w.Header().Set("Retry-After", "1")
		say(w, http.StatusServiceUnavailable, map[string]any{"status": "not ready"})
		return
	}
	say(w, http.StatusOK, map[string]any{"status": "ready"})
}

func say(w http.ResponseWriter, status int, what map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what) // The caller may have left.
}
