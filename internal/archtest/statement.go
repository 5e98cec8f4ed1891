package archtest

import (
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
)

// statement is one SQL statement found in the source: a literal, or literals and
// constants joined with +. A part that only the running program knows stands as
// "…"; a lock taken through the transaction stands as its clause.
type statement struct {
	source *source
	node   ast.Node
	raw    string
	tokens []word
	locks  bool // ends in tx.ForUpdate() or tx.SkipLocked()
}

// statementStart is what makes a string a statement. Keywords are in capitals in
// the whole project, so that the law can tell them from prose.
var statementStart = regexp.MustCompile(`^[\s…]*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\s`)

const unknown = " … "

// findStatements reads the SQL statements of a file.
func (s *source) findStatements() (all []statement) {
	scope := s.house.constants(s.dir)
	parts := s.house.joined(s.dir)
	var visit func(ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			// A constant that only ever is a part of statements is judged with them.
			return len(n.Names) != 1 || !parts[n.Names[0].Name]
		case *ast.BinaryExpr:
			if n.Op != token.ADD {
				return true
			}
			// Its literals are parts; what it calls may hold statements of its own.
			s.keep(&all, n, scope)
			for _, leaf := range leaves(n) {
				if _, literal := leaf.(*ast.BasicLit); !literal {
					ast.Inspect(leaf, visit)
				}
			}
			return false
		case *ast.BasicLit:
			s.keep(&all, n, scope)
		}
		return true
	}
	ast.Inspect(s.file, visit)
	return all
}

// leaves are what a sum adds up.
func leaves(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return leaves(e.X)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return append(leaves(e.X), leaves(e.Y)...)
		}
	}
	return []ast.Expr{e}
}

func (s *source) keep(all *[]statement, n ast.Expr, scope map[string]ast.Expr) {
	found := statement{source: s, node: n}
	found.raw = found.text(n, scope, 0)
	if statementStart.MatchString(found.raw) {
		found.tokens = words(found.raw)
		*all = append(*all, found)
	}
}

// text puts an expression together as far as the source alone tells.
func (st *statement) text(e ast.Expr, scope map[string]ast.Expr, depth int) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return unquote(e)
		}
	case *ast.ParenExpr:
		return st.text(e.X, scope, depth)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return st.text(e.X, scope, depth) + st.text(e.Y, scope, depth)
		}
	case *ast.Ident:
		if value := scope[e.Name]; value != nil && depth < 8 {
			return st.text(value, scope, depth+1)
		}
	case *ast.CallExpr:
		if sel, ok := e.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "ForUpdate" || sel.Sel.Name == "SkipLocked") {
			st.locks = true
			return ""
		}
	}
	return unknown
}

// constants are the string constants of a package by name, its functions'
// included.
func (h *house) constants(dir string) map[string]ast.Expr {
	all := map[string]ast.Expr{}
	for _, s := range h.sources {
		if s.dir != dir {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			gen, ok := n.(*ast.GenDecl)
			if !ok || gen.Tok != token.CONST {
				return true
			}
			for _, spec := range gen.Specs {
				v := spec.(*ast.ValueSpec)
				for i := range min(len(v.Names), len(v.Values)) {
					all[v.Names[i].Name] = v.Values[i]
				}
			}
			return false
		})
	}
	return all
}

// joined are the constants of a package that appear in sums and nowhere else.
func (h *house) joined(dir string) map[string]bool {
	parts, alone := map[string]bool{}, map[string]bool{}
	for _, s := range h.sources {
		if s.dir != dir {
			continue
		}
		seen := map[ast.Expr]bool{} // names that a sum or a declaration accounts for
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				for _, side := range []ast.Expr{n.X, n.Y} {
					if id, ok := side.(*ast.Ident); ok && n.Op == token.ADD {
						seen[id], parts[id.Name] = true, true
					}
				}
			case *ast.ValueSpec:
				for _, name := range n.Names {
					seen[name] = true
				}
			case *ast.Ident:
				alone[n.Name] = alone[n.Name] || !seen[n]
			}
			return true
		})
	}
	maps.DeleteFunc(parts, func(name string, _ bool) bool { return alone[name] })
	return parts
}

// writes reports whether the statement changes anything, in a CTE too.
func (st *statement) writes() bool {
	return slices.ContainsFunc(st.tokens, func(w word) bool {
		return w.upper == "INSERT" || w.upper == "UPDATE" || w.upper == "DELETE"
	})
}

// into is the table an INSERT fills, and the columns it names.
func (st *statement) into() (table string, columns []string) {
	for i := 0; i+1 < len(st.tokens); i++ {
		if st.tokens[i].upper != "INTO" {
			continue
		}
		table = st.tokens[i+1].text
		for _, w := range st.tokens[min(i+3, len(st.tokens)):] {
			if w.text == ")" || st.tokens[i+2].text != "(" {
				break
			}
			if w.name {
				columns = append(columns, w.text)
			}
		}
		return table, columns
	}
	return "", nil
}

// tables are the tables the statement names, one entry for each time, without
// its own CTEs.
func (st *statement) tables() (all []string) {
	own := st.commonTables()
	own["key"] = true // The list of keys that db.AllOf puts in front.
	for i, w := range st.tokens {
		if !st.namesTable(i) || i+1 == len(st.tokens) || !st.tokens[i+1].name {
			continue
		}
		name := st.tokens[i+1].text
		function := i+2 < len(st.tokens) && st.tokens[i+2].text == "(" && w.upper != "INTO"
		if !own[name] && !function {
			all = append(all, name)
		}
	}
	return all
}

// namesTable reports whether what follows the word at i is a table.
func (st *statement) namesTable(i int) bool {
	before := ""
	if i > 0 {
		before = st.tokens[i-1].upper
	}
	switch st.tokens[i].upper {
	case "JOIN", "INTO":
		return true
	case "FROM":
		return before != "DISTINCT" // IS NOT DISTINCT FROM compares.
	case "UPDATE":
		return before != "DO" && before != "FOR"
	case ",":
		return st.inFromList(i)
	}
	return false
}

// inFromList reports whether the comma at i separates tables: going back at the
// same depth, FROM comes before any other keyword of a clause.
func (st *statement) inFromList(i int) bool {
	depth := 0
	for i--; i >= 0; i-- {
		switch st.tokens[i].upper {
		case ")":
			depth++
		case "(":
			if depth--; depth < 0 {
				return false
			}
		case "FROM":
			if depth == 0 {
				return true
			}
		case "SELECT", "WHERE", "SET", "BY", "VALUES", "ON", "WITH", "RETURNING", "USING":
			if depth == 0 {
				return false
			}
		}
	}
	return false
}

// commonTables are the names the statement itself defines: after WITH, and after
// each comma between definitions.
func (st *statement) commonTables() map[string]bool {
	own := map[string]bool{}
	for i, w := range st.tokens {
		if w.upper != "AS" || i+1 == len(st.tokens) || st.tokens[i+1].text != "(" {
			continue
		}
		j := i - 1
		if j >= 0 && st.tokens[j].text == ")" {
			for j >= 0 && st.tokens[j].text != "(" {
				j--
			}
			j--
		}
		if j >= 0 {
			own[st.tokens[j].text] = true
		}
	}
	return own
}

// conditions are the tokens after the first WHERE, ON or USING: what chooses rows.
func (st *statement) conditions() []word {
	for i, w := range st.tokens {
		join := w.upper == "ON" && i+1 < len(st.tokens) && st.tokens[i+1].upper != "CONFLICT"
		if join || w.upper == "WHERE" || w.upper == "USING" {
			return st.tokens[i:]
		}
	}
	return nil
}
