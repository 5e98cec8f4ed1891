package archtest

import (
	"go/ast"
	"slices"
	"strings"
)

// pureStd is what a pure file may import of the standard library: nothing that
// reads, waits, keeps or meets anybody. All that reaches outside takes a context,
// so "context" is not in it.
func pureStd() []string {
	return []string{
		"bytes", "cmp", "container/list", "crypto/sha256", "encoding/base64", "encoding/binary", "encoding/hex", "encoding/json",
		"errors", "fmt", "hash/fnv", "iter", "maps", "math", "math/bits", "slices", "sort", "strconv", "strings",
		"time", "unicode", "unicode/utf8",
	}
}

// pureLibraries are the pure libraries of the field, by the one folder that may
// use them. A name ending in a slash allows what is below it.
func pureLibraries() map[string][]string {
	return map[string][]string{
		"internal/core/fold": {"github.com/mozillazg/go-pinyin", "golang.org/x/text/"},
		"internal/domain/member": {
			"github.com/nyaruka/phonenumbers", "github.com/6tail/lunar-go/", "github.com/mozillazg/go-pinyin",
			"golang.org/x/text/unicode/norm", "golang.org/x/text/width",
		},
		"internal/domain/catalog": {"github.com/mozillazg/go-pinyin", "golang.org/x/text/width"},
		// The readers turn a stream they are given into rows: they open nothing.
		"internal/flow/importing": {
			"archive/zip", "bufio", "compress/gzip", "embed", "encoding/csv", "io", "io/fs", "path",
			"github.com/xuri/excelize/v2", "golang.org/x/text/", "go.yaml.in/yaml/v3",
		},
		// Hashes of a transparency log and signed notes: calculations on bytes.
		"internal/domain/proof": {"golang.org/x/mod/sumdb/"},
		// The writers of files turn a paper into bytes: they open nothing.
		"internal/flow/statement": {"encoding/csv", "github.com/xuri/excelize/v2"},
		// Believable data from a seed; the rule "chance" keeps the generators seeded.
		"internal/flow/demo": {"embed", "encoding/csv", "io", "math/rand/v2", "github.com/brianvoe/gofakeit/v7"},
	}
}

// roleImports is what a file may import because of its name, besides what a pure
// file may.
func roleImports(s *source) []string {
	switch {
	case s.is("sql"):
		return []string{"context", internal + "platform/db"}
	case s.is("service"):
		return []string{
			"context", "sync", internal + "platform/db", internal + "platform/job",
			internal + "platform/once", internal + "platform/vault", internal + "platform/auth", internal + "platform/group",
		}
	case s.is("api"):
		return []string{"context", "net/http", internal + "platform/web"}
	}
	return nil
}

// roles checks in domain and flow that a file imports only what its name
// promises, and that core is pure throughout.
func roles(h *house) []Problem {
	return h.each(func(s *source) (all []Problem) {
		if !s.noun() && s.level != "core" {
			return nil
		}
		for _, spec := range s.file.Imports {
			to := unquote(spec.Path)
			if s.level == "flow" && strings.HasPrefix(to, internal+"domain/") || s.pure(to) {
				continue
			}
			if ours := strings.HasPrefix(to, internal); ours && (s.level == "core" || !strings.HasPrefix(to, internal+"platform/")) {
				continue // The rule of levels speaks of these.
			}
			if !slices.Contains(roleImports(s), to) {
				all = append(all, s.at(spec, "a file called %s may not import %s", s.name, to))
			}
		}
		return all
	})
}

func (s *source) pure(to string) bool {
	if slices.Contains(pureStd(), to) || strings.HasPrefix(to, internal+"core/") {
		return true
	}
	for _, library := range pureLibraries()[s.dir] {
		if to == library || strings.HasSuffix(library, "/") && strings.HasPrefix(to, library) {
			return true
		}
	}
	return false
}

// serviceType: the type of the verbs is always called Service, so that a reader
// who knows one folder knows them all.
func serviceType(h *house) (all []Problem) {
	has := map[string]bool{}
	for _, s := range h.sources {
		for _, decl := range s.file.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok {
				for _, spec := range gen.Specs {
					if t, ok := spec.(*ast.TypeSpec); ok && t.Name.Name == "Service" {
						has[s.dir] = true
					}
				}
			}
		}
	}
	for _, s := range h.sources {
		if s.noun() && s.name == "service.go" && !has[s.dir] {
			all = append(all, s.at(s.file, "a folder with a service.go declares type Service"))
		}
	}
	return all
}

// transactions: db.Write and db.Read stand in service files only, and a verb
// that is given a transaction joins it: opening another inside would wait for
// itself.
func transactions(h *house) []Problem {
	return h.each(func(s *source) (all []Problem) {
		if !s.noun() {
			return nil
		}
		for _, decl := range s.file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			joins := s.takesTx(fn.Type)
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if !opens(n) {
					return true
				}
				if !s.is("service") {
					all = append(all, s.at(n, "a transaction is opened in a service file only"))
				} else if joins {
					all = append(all, s.at(n, "%s is given a transaction and opens another", fn.Name.Name))
				}
				return true
			})
		}
		return all
	})
}

// opens reports whether n is a call such as s.db.Write(ctx, merchant, fn).
func opens(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 3 {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && (sel.Sel.Name == "Write" || sel.Sel.Name == "Read")
}

func (s *source) takesTx(fn *ast.FuncType) bool {
	alias := s.alias(internal + "platform/db")
	return alias != "" && slices.ContainsFunc(fn.Params.List, func(f *ast.Field) bool {
		star, ok := f.Type.(*ast.StarExpr)
		if !ok {
			return false
		}
		sel, ok := star.X.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Tx" {
			return false
		}
		x, ok := sel.X.(*ast.Ident)
		return ok && x.Name == alias
	})
}

// needs: an HTTP operation names the permission it needs. The program refuses to
// start otherwise; this says so earlier and for every operation at once.
func needs(h *house) []Problem {
	return h.each(func(s *source) (all []Problem) {
		alias := s.alias(internal + "platform/web")
		if s.dir == "internal/platform/web" {
			alias = "."
		}
		if alias == "" {
			return nil
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if ok && len(lit.Elts) > 0 && isOp(lit.Type, alias) && !namesNeed(lit) {
				all = append(all, s.at(n, "the operation names no Need: who may call it?"))
			}
			return true
		})
		return all
	})
}

func isOp(t ast.Expr, alias string) bool {
	if id, ok := t.(*ast.Ident); ok {
		return alias == "." && id.Name == "Op"
	}
	sel, ok := t.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Op" {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == alias
}

func namesNeed(lit *ast.CompositeLit) bool {
	return slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		key, ok := pair.Key.(*ast.Ident)
		value, literal := pair.Value.(*ast.BasicLit)
		return ok && key.Name == "Need" && !(literal && unquote(value) == "")
	})
}
