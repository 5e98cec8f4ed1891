package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The limits of a function and of a file, in lines.
const (
	functionLines = 70
	fileLines     = 500
)

// clock: outside platform, app and cmd nobody reads the wall clock or waits for
// it. The time is a parameter, or the transaction's.
func clock(h *house) []Problem {
	reads := []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep"}
	return h.each(func(s *source) (all []Problem) {
		if s.outside() || slices.Contains([]string{"platform", "app", "cmd"}, s.level) {
			return nil
		}
		s.selections("time", func(n ast.Node, name string) {
			if slices.Contains(reads, name) {
				all = append(all, s.at(n, "reads time.%s; take the time as a parameter or from the transaction", name))
			}
		})
		return all
	})
}

// chance: what is random comes from the platform. A generator that is made from
// a seed is a calculation and may be used anywhere its role allows it.
func chance(h *house) []Problem {
	seeded := []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "PCG", "ChaCha8", "Zipf", "Source"}
	return h.each(func(s *source) (all []Problem) {
		if s.outside() || s.level == "platform" {
			return nil
		}
		for _, spec := range s.file.Imports {
			if to := unquote(spec.Path); to == "math/rand" || to == "crypto/rand" {
				all = append(all, s.at(spec, "%s is the platform's; take what is random as a parameter or from the transaction", to))
			}
		}
		s.selections("math/rand/v2", func(n ast.Node, name string) {
			if !slices.Contains(seeded, name) {
				all = append(all, s.at(n, "rand.%s has no seed; use rand.New with one that is given", name))
			}
		})
		return all
	})
}

// globals: in core, domain and flow a package holds no state. Named errors,
// sentences, compiled patterns and embedded files do not change.
func globals(h *house) []Problem {
	return h.each(func(s *source) (all []Problem) {
		if s.level != "core" && !s.noun() {
			return nil
		}
		for _, decl := range s.file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				v := spec.(*ast.ValueSpec)
				if !unchanging(v) {
					all = append(all, s.at(v, "package variable %s: make it a constant, a function or a field", v.Names[0].Name))
				}
			}
		}
		return all
	})
}

func unchanging(v *ast.ValueSpec) bool {
	if v.Names[0].Name == "_" || callee(v.Type) == "embed.FS" {
		return true
	}
	return len(v.Values) > 0 && !slices.ContainsFunc(v.Values, func(e ast.Expr) bool { return !named(e) })
}

// named reports whether an expression makes a value that nobody changes later,
// as in fault.New(…).At(…).
func named(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "At" || sel.Sel.Name == "With") {
		return named(sel.X)
	}
	fixed := []string{"fault.New", "fault.Newf", "errors.New", "lang.Say", "lang.Sayf", "New", "Say", "regexp.MustCompile"}
	return slices.Contains(fixed, callee(call.Fun))
}

// callee is "New" or "fault.New"; "" for anything longer.
func callee(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
	}
	return ""
}

// inits: nothing happens because a package was imported.
func inits(h *house) []Problem {
	return h.each(func(s *source) (all []Problem) {
		for _, decl := range s.file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				all = append(all, s.at(fn, "no init: the wiring is written by hand in internal/app"))
			}
		}
		return all
	})
}

// names: a name that says nothing gathers everything.
func names(h *house) []Problem {
	empty := []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc", "lib"}
	said := map[string]bool{}
	return h.each(func(s *source) (all []Problem) {
		if strings.HasPrefix(s.dir, "web/") {
			return nil
		}
		if folder := path.Base(s.dir); slices.Contains(empty, folder) && !said[s.dir] {
			said[s.dir] = true
			all = append(all, s.at(s.file, "a folder called %s says nothing about what it holds", folder))
		}
		for part := range strings.SplitSeq(strings.TrimSuffix(s.name, ".go"), "_") {
			if slices.Contains(empty, part) {
				all = append(all, s.at(s.file, "a file called %s says nothing about what it holds", s.name))
			}
		}
		return all
	})
}

// packageComments: each package says what it owns, once.
func packageComments(h *house) (all []Problem) {
	first, has := map[string]*source{}, map[string]bool{}
	for _, s := range h.sources {
		if first[s.dir] == nil {
			first[s.dir] = s
		}
		if doc := s.file.Doc.Text(); strings.HasPrefix(doc, "Package ") || s.file.Name.Name == "main" && doc != "" {
			has[s.dir] = true
		}
	}
	for dir, s := range first {
		if !has[dir] {
			all = append(all, s.at(s.file, "package %s has no comment that says what it owns", s.file.Name.Name))
		}
	}
	return all
}

// lengths: a function fits on a screen, a file is one room. Generated files are
// nobody's reading.
func lengths(h *house) []Problem {
	all := h.each(func(s *source) (all []Problem) {
		if s.lines > fileLines && !ast.IsGenerated(s.file) {
			all = append(all, s.at(s.file, "%d lines, more than %d: is it still one room?", s.lines, fileLines))
		}
		for _, decl := range s.file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if lines := s.fset.Position(fn.End()).Line - s.line(fn) + 1; lines > functionLines {
				all = append(all, s.at(fn, "func %s has %d lines, more than %d", fn.Name.Name, lines, functionLines))
			}
		}
		return all
	})
	for _, f := range h.scripts {
		if n := len(f.lines); n > fileLines && strings.HasPrefix(f.path, "web/src/") && !strings.HasSuffix(f.path, "/schema.d.ts") && !strings.Contains(f.path, ".test.") {
			all = append(all, Problem{Path: f.path, Text: fmt.Sprintf("%d lines, more than %d: is it still one room?", n, fileLines)})
		}
	}
	return all
}

var scriptSkip = regexp.MustCompile(`\b(?:test|it|describe)\.(?:describe\.)?(?:skip|only|fixme|todo)\b`)

// skips: a test that does not run proves nothing. Only what the machine has to
// bring, a database or the data, may be missing.
func skips(h *house) (all []Problem) {
	for _, s := range h.tests {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) && !saysWhy(call) {
				all = append(all, s.at(n, "a skipped test names HUIJI_TESTDATA or TEST_DATABASE_URL as what is missing"))
			}
			return true
		})
	}
	for _, f := range h.scripts {
		for i, line := range f.lines {
			if found := scriptSkip.FindString(line); found != "" {
				all = append(all, Problem{Path: f.path, Line: i + 1, Text: found + ": every test runs"})
			}
		}
	}
	return all
}

func saysWhy(call *ast.CallExpr) bool {
	return slices.ContainsFunc(call.Args, func(e ast.Expr) bool {
		lit, ok := e.(*ast.BasicLit)
		return ok && (strings.Contains(lit.Value, "HUIJI_TESTDATA") || strings.Contains(lit.Value, "TEST_DATABASE_URL"))
	})
}
