package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The module, and where its levels live.
const (
	module   = "huiji/"
	internal = module + "internal/"
)

// house is the whole project, read once.
type house struct {
	sources    []*source // Go files without tests
	tests      []*source // Go files of tests
	scripts    []text    // TypeScript
	tables     map[string]*table
	migrations []migrationFile
}

// source is one Go file.
type source struct {
	path   string // relative to the root, as in "internal/domain/member/sql.go"
	name   string // "sql.go"
	dir    string // "internal/domain/member"
	level  string // "domain"; "cmd" and "web" for those; "" elsewhere
	folder string // "member"; "" when the level has no folders
	lines  int
	file   *ast.File
	fset   *token.FileSet
	house  *house

	statements []statement // its SQL
}

// text is one file that is not Go.
type text struct {
	path  string
	lines []string
}

func (s *source) at(n ast.Node, format string, args ...any) Problem {
	return Problem{Path: s.path, Line: s.line(n), Text: fmt.Sprintf(format, args...)}
}

func (s *source) line(n ast.Node) int { return s.fset.Position(n.Pos()).Line }

// is reports whether the file has the role, as in "sql" for sql.go and sql_x.go.
func (s *source) is(role string) bool {
	return s.name == role+".go" || strings.HasPrefix(s.name, role+"_")
}

// noun reports whether the file lives in a level whose files have roles.
func (s *source) noun() bool { return s.level == "domain" || s.level == "flow" }

// outside reports whether the file is no part of the program: what tests under
// test/ share.
func (s *source) outside() bool { return s.level == "" }

// machine reports whether the file is the database itself, which speaks the
// engines' own languages.
func (s *source) machine() bool {
	return s.dir == "internal/platform/db" || s.dir == "internal/platform/dbtest" || s.level == "archtest" || s.outside()
}

// alias is the name under which the file knows an import; "" when it does not
// import it.
func (s *source) alias(importPath string) string {
	for _, spec := range s.file.Imports {
		if unquote(spec.Path) != importPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(strings.TrimSuffix(importPath, "/v2"))
	}
	return ""
}

// selections calls visit for each "package.Name" of the import in the file.
func (s *source) selections(importPath string, visit func(ast.Node, string)) {
	alias := s.alias(importPath)
	if alias == "" {
		return
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == alias {
				visit(n, sel.Sel.Name)
			}
		}
		return true
	})
}

func unquote(lit *ast.BasicLit) string {
	s, _ := strconv.Unquote(lit.Value) // The parser accepted it.
	return s
}

// each gathers the problems of every file that is not a test.
func (h *house) each(check func(*source) []Problem) (all []Problem) {
	for _, s := range h.sources {
		all = append(all, check(s)...)
	}
	return all
}

// skipped folders hold what is fetched, built or kept, never what is written.
func skipped(name string) bool {
	return slices.Contains([]string{"node_modules", "dist", "bin", "data", "testdata", "test-results", "playwright-report"}, name) ||
		len(name) > 1 && strings.HasPrefix(name, ".")
}

func read(root fs.FS) (*house, error) {
	h := &house{tables: map[string]*table{}}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipped(d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		return h.add(root, name)
	})
	if err != nil {
		return nil, err
	}
	h.readSchema()
	for _, s := range h.sources {
		if !s.machine() {
			s.statements = s.findStatements()
		}
	}
	return h, nil
}

func (h *house) add(root fs.FS, name string) error {
	migration := path.Dir(name) == "internal/migration" && strings.HasSuffix(name, ".sql")
	script := strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".tsx")
	if !migration && !script && !strings.HasSuffix(name, ".go") {
		return nil
	}
	content, err := fs.ReadFile(root, name)
	switch {
	case err != nil:
		return fmt.Errorf("read %s: %w", name, err)
	case migration:
		h.migrations = append(h.migrations, migrationFile{path: name, content: string(content)})
		return nil
	case script:
		h.scripts = append(h.scripts, text{path: name, lines: strings.Split(string(content), "\n")})
		return nil
	}
	return h.addGo(name, content)
}

func (h *house) addGo(name string, content []byte) error {
	s := &source{path: name, name: path.Base(name), dir: path.Dir(name), house: h, fset: token.NewFileSet()}
	s.lines = bytes.Count(content, []byte("\n"))
	parts := strings.Split(s.dir, "/")
	switch parts[0] {
	case "internal":
		if len(parts) > 1 {
			s.level = parts[1]
		}
		if len(parts) > 2 {
			s.folder = parts[2]
		}
	case "cmd", "web":
		s.level = parts[0]
	}
	file, err := parser.ParseFile(s.fset, name, content, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("parse %s: %w", name, err)
	}
	s.file = file
	if strings.HasSuffix(name, "_test.go") {
		h.tests = append(h.tests, s)
		return nil
	}
	h.sources = append(h.sources, s)
	return nil
}
