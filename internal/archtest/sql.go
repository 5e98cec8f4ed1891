package archtest

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strings"
)

// The marks with which a statement says that it means to look across.
const (
	allBuckets   = "/* all buckets */"
	allMerchants = "/* all merchants */"
)

// eachStatement gathers the problems of every statement outside the database's
// own package.
func (h *house) eachStatement(check func(statement) []string) (all []Problem) {
	for _, s := range h.sources {
		for _, st := range s.statements {
			for _, wrong := range check(st) {
				all = append(all, s.at(st.node, "%s", wrong))
			}
		}
	}
	return all
}

var (
	otherStatement = regexp.MustCompile(`^\s*(?:CREATE|ALTER|DROP|PRAGMA|VACUUM|TRUNCATE|MERGE|REPLACE|GRANT|REVOKE|LOCK|LISTEN|NOTIFY|COPY|CALL|SAVEPOINT)\s+[A-Za-z_(]`)
	smallStatement = regexp.MustCompile(`^\s*(?:select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)`)
)

// statementPlaces: SQL stands in sql.go files, written in full, so that the law
// can read it.
func statementPlaces(h *house) []Problem {
	return h.each(func(s *source) (all []Problem) {
		if s.machine() {
			return nil
		}
		for _, st := range s.statements {
			if !s.is("sql") || !s.noun() && s.level != "platform" {
				all = append(all, s.at(st.node, "a statement outside a sql.go file of domain, flow or platform"))
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if strings.HasPrefix(callee(n.Fun), "fmt.Sprint") && len(n.Args) > 0 && s.startsStatement(n.Args[0]) {
					all = append(all, s.at(n, "a statement is not printed: join literals and constants, and pass values as parameters"))
				}
			case *ast.BasicLit:
				if value := unquote(n); otherStatement.MatchString(value) && s.is("sql") {
					all = append(all, s.at(n, "only SELECT, INSERT, UPDATE, DELETE and WITH are spoken outside platform/db and the migrations"))
				} else if s.is("sql") && smallStatement.MatchString(value) {
					all = append(all, s.at(n, "write the keywords of SQL in capitals"))
				}
			}
			return true
		})
		return all
	})
}

func (s *source) startsStatement(e ast.Expr) bool {
	st := statement{source: s}
	return statementStart.MatchString(st.text(e, s.house.constants(s.dir), 0))
}

// owns reports whether a table belongs to a folder: it begins with its name. The
// word for an order is taken in SQL, so its table is called orders.
func owns(folder, table string) bool {
	return table == folder || strings.HasPrefix(table, folder+"_") || folder == "order" && table == "orders"
}

// tableOwners: a folder names its own tables only, and only tables there are.
func tableOwners(h *house) []Problem {
	return h.eachStatement(func(st statement) (wrong []string) {
		for _, name := range st.tables() {
			if !owns(st.source.folder, name) {
				wrong = append(wrong, fmt.Sprintf("table %s belongs to another folder than %s", name, st.source.folder))
			} else if h.tables[name] == nil {
				wrong = append(wrong, fmt.Sprintf("no migration creates table %s", name))
			}
		}
		return wrong
	})
}

// merchants: a statement on a merchant's table names merchant_id; in domain and
// flow, and wherever rows are changed, it does so where rows are chosen. The
// platform may say that it means every merchant.
func merchants(h *house) []Problem {
	return h.eachStatement(func(st statement) []string {
		if strings.Contains(st.raw, allMerchants) {
			if st.source.noun() {
				return []string{"only the platform looks at all merchants"}
			}
			return nil
		}
		for _, name := range st.tables() {
			t := h.tables[name]
			if t == nil || !t.has("merchant_id") {
				continue
			}
			if !st.namesMerchant(t) {
				return []string{fmt.Sprintf("the statement on %s does not say which merchant_id", name)}
			}
		}
		return nil
	})
}

func (st *statement) namesMerchant(t *table) bool {
	isMerchant := func(w word) bool { return w.text == "merchant_id" }
	if into, columns := st.into(); into == t.name {
		return slices.Contains(columns, "merchant_id")
	}
	list := len(t.key) == 1 && t.key[0] == "merchant_id"
	if st.writes() || st.source.noun() && !list {
		return slices.ContainsFunc(st.conditions(), isMerchant)
	}
	return slices.ContainsFunc(st.tokens, isMerchant)
}

var (
	bucketGiven   = regexp.MustCompile(`\bBUCKET = \$ ?[\d…]`)
	bucketKeyed   = regexp.MustCompile(`(?:\bFROM KEY CROSS JOIN\b|^UPDATE \w+ SET\b.* FROM KEY WHERE\b).*\bBUCKET = KEY ?\. ?BUCKET\b`)
	bucketMatched = regexp.MustCompile(`\bBUCKET = |USING \( BUCKET\b`)
	bucketSet     = regexp.MustCompile(`(?:\bSET|,) BUCKET = `)
	lockClause    = regexp.MustCompile(`\bFOR (?:UPDATE|SHARE|NO KEY|KEY)\b`)
)

// buckets: a statement on a member's table is sent to one bucket, or names the
// buckets in the list of keys that db.AllOf or db.ChangeAll makes (and cuts where it
// must), or says that it looks across all of them and then only reads.
func buckets(h *house) []Problem {
	return h.eachStatement(func(st statement) []string {
		var first string
		times := 0
		into, columns := st.into()
		for _, name := range st.tables() {
			if t := h.tables[name]; t != nil && t.has("bucket") {
				first = name
				if name != into {
					times++
				}
			}
		}
		if first == "" {
			return nil
		}
		if t := h.tables[into]; t != nil && t.has("bucket") && !slices.Contains(columns, "bucket") {
			return []string{fmt.Sprintf("the INSERT into %s does not name bucket", into)}
		}
		return st.bucketProblems(first, times)
	})
}

func (st *statement) bucketProblems(table string, times int) []string {
	if strings.Contains(st.raw, allBuckets) {
		if st.writes() || st.locks || lockClause.MatchString(plain(st.tokens)) {
			return []string{"a statement on all buckets only reads: it neither writes nor locks"}
		}
		return nil
	}
	if bucketSet.MatchString(plain(st.tokens)) {
		return []string{"a row never moves to another bucket"}
	}
	chosen := plain(st.conditions())
	if times > 0 && !bucketGiven.MatchString(chosen) && !bucketKeyed.MatchString(plain(st.tokens)) {
		return []string{fmt.Sprintf("the statement on %s says neither bucket = $n nor %s", table, allBuckets)}
	}
	if len(bucketMatched.FindAllString(chosen, -1)) < times {
		return []string{fmt.Sprintf("the statement names %d members' tables and joins them on fewer buckets", times)}
	}
	return nil
}

// speech is what one of the engines does not understand, or understands
// otherwise, as a pattern over the tokens in capitals, and what to do instead.
func speech() map[string]string {
	return map[string]string{
		`\bILIKE\b`:                           "ILIKE is PostgreSQL alone; search a folded column",
		`\b(?:LOWER|UPPER) \(`:                "the engines fold letters differently; store a folded column",
		`\b(?:NOW|CLOCK_TIMESTAMP) \(`:        "take the time from tx.Now() as a parameter",
		`\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b`: "take the time from tx.Now() as a parameter",
		`\b(?:DATE_TRUNC|DATE_PART|TO_CHAR|TO_TIMESTAMP|EXTRACT|AGE|DATE|DATETIME|STRFTIME|JULIANDAY|UNIXEPOCH) \(`: "the engines count days differently; store the local day as an integer",
		`\bINTERVAL ''`:                "the engines count days differently; store the local day as an integer",
		`(?:->>?|#>>?|@>|<@|\?\||\?&)`: "operators on JSON are PostgreSQL alone",
		`::`:                           "a cast with :: is PostgreSQL alone; use CAST",
		`\b(?:ARRAY \[|ARRAY_AGG|STRING_AGG|GROUP_CONCAT)`:            "arrays and their like are one engine alone",
		`\b(?:ANY|ALL) \( \$`:                                         "arrays are PostgreSQL alone; write the list with tx.In",
		`\b(?:UNNEST|GENERATE_SERIES|GREATEST|LEAST) \(`:              "PostgreSQL alone",
		`\b(?:GROUPING SETS|ROLLUP|CUBE)\b`:                           "PostgreSQL alone; group plainly",
		`\b(?:MERGE INTO|TABLESAMPLE|WITH TIES|LATERAL)\b`:            "not every engine has it",
		`\b(?:CTID|XMAX|XMIN|ROWID|OID)\b`:                            "an engine's own column",
		`\b(?:NEXTVAL|CURRVAL|SETVAL|LAST_INSERT_ROWID) \(`:           "ids are made by the program",
		`\b(?:RANDOM|GEN_RANDOM_UUID|UUID_GENERATE_V4|RANDOMBLOB) \(`: "what is random comes as a parameter",
		`\bPG_\w+ \(`: "a function of PostgreSQL",
		`\b(?:IFNULL|IIF|INSTR|GLOB|TOTAL|HEX|PRINTF) \(`: "SQLite alone; COALESCE and CASE are both engines'",
		`\bGLOB ''`:                             "SQLite alone; use LIKE",
		`\bINSERT OR \w+`:                       "SQLite alone; use ON CONFLICT",
		`\b(?:JSON_\w+|JSONB_\w+|TO_JSONB?) \(`: "the engines' JSON differs; decode it in the program",
		`\b(?:MAX|MIN) \( [^(),]+ ,`:            "MAX and MIN of two values are SQLite alone; use CASE",
		lockClause.String():                     "SQLite has no row locks: append tx.ForUpdate() or tx.SkipLocked()",
		`\b(?:FROM|JOIN) \( VALUES\b`:           "its columns have no names on one of the engines; name them in a WITH",
		`\? `:                                   "parameters are $1, $2, …",
		`^INSERT INTO \w+ \([^)]*\) VALUES \([^;]*?\( SELECT\b`: "no subquery inside VALUES; use INSERT … SELECT or a parameter",
		`\bON CONFLICT \( [^)]*(?:\(|''|\|\|)`:                  "ON CONFLICT names columns, not an expression",
		`\bAS (?:MATERIALIZED )?\( (?:INSERT|UPDATE|DELETE)\b`:  "a CTE that writes is PostgreSQL alone, and slow when distributed",
		`\b(?:FROM|JOIN) ONLY\b`:                                "PostgreSQL alone",
	}
}

// dialects: one text of SQL for every engine.
func dialects(h *house) []Problem {
	patterns := map[*regexp.Regexp]string{}
	for pattern, instead := range speech() {
		patterns[regexp.MustCompile(pattern)] = instead
	}
	return h.eachStatement(func(st statement) (wrong []string) {
		text := plain(st.tokens) + " "
		for pattern, instead := range patterns {
			if found := pattern.FindString(text); found != "" {
				wrong = append(wrong, fmt.Sprintf("%q: %s", strings.TrimSpace(found), instead))
			}
		}
		slices.Sort(wrong)
		return wrong
	})
}
