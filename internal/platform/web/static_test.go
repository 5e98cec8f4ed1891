package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"huiji/internal/platform/clock"
	"huiji/internal/platform/web/webtest"
)

func pages(t *testing.T) func(path string) *httptest.ResponseRecorder {
	t.Helper()
	api := webtest.New(t, clock.Wall{}).API
	api.Apps(fstest.MapFS{
		"docs/index.html":        {Data: []byte(`<meta name="csp-nonce" content="__CSP_NONCE__"><title>API</title>`)},
		"docs/licenses.md":       {Data: []byte("# Licenses\n")},
		"docs/assets/index-1.js": {Data: []byte(strings.Repeat("/* code */", 200))},
	}, "docs", "console")
	return func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		api.Server().ServeHTTP(w, r)
		return w
	}
}

func TestThePageOfTheAPIIsServedUnderTheStrictPolicy(t *testing.T) {
	get := pages(t)
	if w := get("/docs"); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/docs/" {
		t.Errorf("/docs: %d %v", w.Code, w.Header())
	}
	w := get("/docs/")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || w.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("/docs/: %d %v", w.Code, w.Header())
	}
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("the policy lets too much in: %s", policy)
	}
	nonce := regexp.MustCompile(`'nonce-([^']+)'`).FindStringSubmatch(policy)
	if nonce == nil || !strings.Contains(w.Body.String(), `content="`+nonce[1]+`"`) {
		t.Errorf("the page and the policy %s do not share a nonce: %s", policy, w.Body)
	}
	if again := get("/docs/"); again.Header().Get("Content-Security-Policy") == policy {
		t.Error("the nonce is the same again")
	}
}

func TestFilesOfAnAppAreKeptForEver(t *testing.T) {
	w := pages(t)("/docs/assets/index-1.js")
	for name, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable",
		"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestLicencesCanBeRead(t *testing.T) {
	w := pages(t)("/docs/licenses.md")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" || w.Body.String() != "# Licenses\n" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestAnAppThatIsNotBuiltSaysHow(t *testing.T) {
	w := pages(t)("/console/members")
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "make run") || !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
