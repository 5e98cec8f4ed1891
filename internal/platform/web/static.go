package web

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// noncePlace is where a page wants its style nonce.
const noncePlace = "__CSP_NONCE__"

// Apps serves the built web apps below their names, as /console/, /pos/ and
// /docs/, where the API is read and tried. A path that is no file is the app's
// page, which finds its own way.
func (a *API) Apps(files fs.FS, names ...string) {
	s := &static{files: files, zipped: map[string][]byte{}}
	for _, name := range names {
		a.mux.Handle("GET /"+name+"/", s.app(name))
		a.mux.Handle("GET /"+name, http.RedirectHandler("/"+name+"/", http.StatusMovedPermanently))
	}
	a.mux.Handle("GET /{$}", http.RedirectHandler("/console/", http.StatusFound))
}

// static serves files, zipped once.
type static struct {
	files  fs.FS
	mu     sync.Mutex
	zipped map[string][]byte
}

func (s *static) app(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, hr *http.Request) {
		file := path.Clean(strings.TrimPrefix(hr.URL.Path, "/"))
		if info, err := fs.Stat(s.files, file); err == nil && !info.IsDir() && path.Ext(file) != ".html" {
			s.file(w, hr, file)
			return
		}
		s.page(w, name)
	}
}

// page serves an app's page with a fresh nonce for its styles.
func (s *static) page(w http.ResponseWriter, name string) {
	raw, err := fs.ReadFile(s.files, name+"/index.html")
	if errors.Is(err, fs.ErrNotExist) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintf(w, "<!doctype html><meta charset=utf-8><title>Huiji</title><p>网页应用尚未构建，请运行 <code>make run</code>。<p>The web apps are not built; run <code>make run</code>.")
		return
	}
	if err != nil {
		http.Error(w, "cannot read the page", http.StatusInternalServerError)
		return
	}
	var b [16]byte
	_, _ = rand.Read(b[:]) // Never fails.
	nonce := base64.RawStdEncoding.EncodeToString(b[:])
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' data: blob:; font-src 'self'; "+
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'")
	_, _ = w.Write(bytes.ReplaceAll(raw, []byte(noncePlace), []byte(nonce))) // The caller may have left.
}

func (s *static) file(w http.ResponseWriter, hr *http.Request, file string) {
	raw, err := fs.ReadFile(s.files, file)
	if err != nil {
		http.Error(w, "cannot read the file", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", typeOf(file))
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if strings.Contains(file, "/assets/") { // Their names carry a hash of what they hold.
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if len(raw) > 1024 && strings.Contains(hr.Header.Get("Accept-Encoding"), "gzip") {
		if small, err := s.zip(file, raw); err == nil {
			h.Set("Content-Encoding", "gzip")
			raw = small
		}
	}
	_, _ = w.Write(raw) // The caller may have left.
}

func (s *static) zip(file string, raw []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if small, ok := s.zipped[file]; ok {
		return small, nil
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(raw)
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, err
	}
	s.zipped[file] = b.Bytes()
	return s.zipped[file], nil
}

func typeOf(file string) string {
	switch path.Ext(file) {
	case ".webmanifest":
		return "application/manifest+json" // Go's table says text/plain.
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".md":
		return "text/plain; charset=utf-8" // To be read, as the licences of what is bundled.
	}
	if t := mime.TypeByExtension(path.Ext(file)); t != "" {
		return t
	}
	return "application/octet-stream"
}
