package archtest

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// migrationFile is one file of internal/migration.
type migrationFile struct {
	path    string
	content string
}

// table is what the migrations say of one table.
type table struct {
	name    string
	path    string
	line    int
	columns []column
	key     []string // the primary key
	unique  []unique // constraints and indexes
}

// unique is columns that no two rows share, and where the migrations say so.
type unique struct {
	columns []string
	path    string
	line    int
}

// column is one column of a table; definition is what follows its name.
type column struct {
	name       string
	definition string // tokens in capitals
}

func (t *table) has(name string) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.name == name })
}

// installation lists the tables that belong to no merchant, with the reason.
func installation() map[string]string {
	return map[string]string{
		"auth_failure": "a wrong account name leads to no merchant",
		"auth_setup":   "the set-up link is there before the first merchant",
	}
}

// piece is one SQL statement of a migration and the line it begins on.
type piece struct {
	tokens []word
	line   int
}

var comment = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/`)

// pieces splits a migration at its semicolons. Comments go first, so that their
// semicolons do not count; lines stay where they are.
func pieces(content string) (all []piece) {
	bare := comment.ReplaceAllStringFunc(content, func(c string) string { return strings.Repeat("\n", strings.Count(c, "\n")) })
	line := 1
	for part := range strings.SplitSeq(bare, ";") {
		lead := part[:len(part)-len(strings.TrimLeft(part, " \t\r\n"))]
		if tokens := words(part); len(tokens) > 0 {
			all = append(all, piece{tokens, line + strings.Count(lead, "\n")})
		}
		line += strings.Count(part, "\n")
	}
	return all
}

var (
	createTable  = regexp.MustCompile(`^CREATE TABLE (?:IF NOT EXISTS )?(\w+) \( (.*) \)`)
	createUnique = regexp.MustCompile(`^CREATE UNIQUE INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?\w+ ON (\w+) (?:USING \w+ )?\( (.*?) \)(?: WHERE| INCLUDE|$)`)
	addColumn    = regexp.MustCompile(`^ALTER TABLE (\w+) ADD (?:COLUMN )?(\w+) (.*)$`)
	keyList      = regexp.MustCompile(`^(?:CONSTRAINT \w+ )?(PRIMARY KEY|UNIQUE) \( (.*?) \)`)
)

// constraint reports whether a part of a CREATE TABLE is one, by its first word.
func constraint(word string) bool {
	return slices.Contains([]string{"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"}, word)
}

// readSchema learns the tables from the migrations.
func (h *house) readSchema() {
	for i := range h.migrations {
		f := &h.migrations[i]
		for _, p := range pieces(f.content) {
			text := plain(p.tokens)
			if m := createTable.FindStringSubmatch(text); m != nil {
				h.readTable(f, strings.ToLower(m[1]), m[2], p.line)
			} else if m := createUnique.FindStringSubmatch(text); m != nil {
				if t := h.tables[strings.ToLower(m[1])]; t != nil {
					t.unique = append(t.unique, unique{list(m[2]), f.path, p.line})
				}
			} else if m := addColumn.FindStringSubmatch(text); m != nil && !constraint(m[2]) {
				if t := h.tables[strings.ToLower(m[1])]; t != nil {
					t.columns = append(t.columns, column{strings.ToLower(m[2]), m[3]})
				}
			}
		}
	}
}

func (h *house) readTable(f *migrationFile, name, body string, line int) {
	t := &table{name: name, path: f.path, line: line}
	for _, part := range splitAtCommas(body) {
		first, rest, _ := strings.Cut(part, " ")
		switch m := keyList.FindStringSubmatch(part); {
		case m != nil && m[1] == "PRIMARY KEY":
			t.key = list(m[2])
		case m != nil:
			t.unique = append(t.unique, unique{list(m[2]), f.path, line})
		case constraint(first):
		default:
			c := column{strings.ToLower(first), rest}
			t.columns = append(t.columns, c)
			if strings.Contains(rest, "PRIMARY KEY") {
				t.key = []string{c.name}
			} else if strings.Contains(rest, "UNIQUE") {
				t.unique = append(t.unique, unique{[]string{c.name}, f.path, line})
			}
		}
	}
	h.tables[name] = t
}

// splitAtCommas splits the body of a CREATE TABLE at the commas outside
// parentheses.
func splitAtCommas(body string) (parts []string) {
	depth, start := 0, 0
	for i, r := range body {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, strings.TrimSpace(body[start:i]))
				start = i + 1
			}
		}
	}
	return append(parts, strings.TrimSpace(body[start:]))
}

func list(names string) []string {
	var all []string
	for name := range strings.SplitSeq(names, ",") {
		all = append(all, strings.ToLower(strings.TrimSpace(name)))
	}
	return all
}

// unsaid is what a migration does not say, because one of the engines does not
// have it or does it otherwise when tables are distributed, and the rule of
// scale.md behind it.
func unsaid() map[string]string {
	return map[string]string{
		`\bTRIGGER\b`: "no triggers (P-04)",
		`\bCREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE|RULE)\b`:                                       "no stored procedures or rules (P-04)",
		`\b(?:SMALLSERIAL|BIGSERIAL|SERIAL|IDENTITY|AUTOINCREMENT)\b|\bCREATE SEQUENCE\b|\bNEXTVAL \(`: "ids are made by the program (P-05)",
		`\bEXCLUDE\b`:    "no exclusion constraints (P-01)",
		`\bDEFERRABLE\b`: "no deferrable constraints (P-03)",
		`\bON (?:DELETE|UPDATE) SET (?:NULL|DEFAULT)\b`:            "a foreign key never empties a column (P-03)",
		`\bCREATE (?:TYPE|DOMAIN|EXTENSION)\b`:                     "no types of our own, no extensions (P-21)",
		`\bGENERATED\b`:                                            "no generated columns (P-21)",
		`\bCOLLATE\b`:                                              "no collations: store a folded column (P-21)",
		`\b(?:PARTITION|INHERITS|UNLOGGED|WITHOUT ROWID|STRICT)\b`: "not every engine has it (P-21)",
		`\b(?:ROW LEVEL SECURITY|CREATE POLICY)\b`:                 "no row security: the merchant is in every statement (P-20)",
		`\bDEFAULT (?:NOW|CURRENT_\w+|\( ?\w+ \()`:                 "time comes from the program, never from a default (P-07)",
	}
}

// schemaLaw: the schema is laid out for many machines from the first table on.
func schemaLaw(h *house) (all []Problem) {
	patterns := map[*regexp.Regexp]string{}
	for pattern, wrong := range unsaid() {
		patterns[regexp.MustCompile(pattern)] = wrong
	}
	for _, f := range h.migrations {
		for _, p := range pieces(f.content) {
			text := plain(p.tokens)
			for pattern, wrong := range patterns {
				if pattern.MatchString(text) {
					all = append(all, Problem{Path: f.path, Line: p.line, Text: wrong})
				}
			}
			all = append(all, h.foreignKeys(f.path, p.line, text)...)
		}
	}
	for _, t := range h.tables {
		all = append(all, t.law()...)
	}
	return all
}

// columnTypes are the types that mean the same on every engine. Money, points
// and time are BIGINT.
func columnTypes() []string {
	return []string{"BIGINT", "TEXT", "BYTEA", "BOOLEAN", "SMALLINT", "INTEGER"}
}

func (t *table) law() (all []Problem) {
	wrong := func(line int, format string, args ...any) {
		all = append(all, Problem{Path: t.path, Line: line, Text: fmt.Sprintf("table "+t.name+": "+format, args...)})
	}
	if len(t.key) == 0 {
		wrong(t.line, "no primary key")
	}
	if !t.has("merchant_id") && installation()[t.name] == "" {
		wrong(t.line, "every table has merchant_id")
	}
	for _, c := range t.columns {
		kind, rest, _ := strings.Cut(c.definition, " ")
		if !slices.Contains(columnTypes(), kind) || strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "(") {
			wrong(t.line, "column %s: the types are %s (P-21)", c.name, strings.Join(columnTypes(), ", "))
		}
		if c.name == "bucket" && !strings.HasPrefix(c.definition, "SMALLINT NOT NULL") {
			wrong(t.line, "bucket is SMALLINT NOT NULL (P-09)")
		}
	}
	if !t.has("bucket") {
		return all
	}
	if len(t.key) > 0 && t.key[0] != "bucket" {
		wrong(t.line, "the primary key begins with bucket (P-01)")
	}
	for _, u := range t.unique {
		if !slices.Contains(u.columns, "bucket") {
			all = append(all, Problem{Path: u.path, Line: u.line, Text: "table " + t.name + ": what is unique contains bucket (P-01); across buckets use a claim table (P-02)"})
		}
	}
	return all
}

var (
	ofTable    = regexp.MustCompile(`^(?:CREATE TABLE|ALTER TABLE) (?:IF NOT EXISTS )?(\w+)`)
	references = regexp.MustCompile(`(?:FOREIGN KEY \( ([^)]*?) \) )?REFERENCES (\w+)(?: \( ([^)]*?) \))?`)
)

// foreignKeys: from a table without bucket never to one with it; between two
// with it, bucket stands in the same place (P-03).
func (h *house) foreignKeys(file string, line int, text string) (all []Problem) {
	from := ofTable.FindStringSubmatch(text)
	if from == nil {
		return nil
	}
	for _, m := range references.FindAllStringSubmatch(text, -1) {
		here, there := h.tables[strings.ToLower(from[1])], h.tables[strings.ToLower(m[2])]
		if here == nil || there == nil || !there.has("bucket") {
			continue
		}
		place := slices.Index(list(m[1]), "bucket")
		if !here.has("bucket") {
			all = append(all, Problem{Path: file, Line: line, Text: fmt.Sprintf("%s has no bucket and cannot refer to %s (P-03)", here.name, there.name)})
		} else if place < 0 || place != slices.Index(list(m[3]), "bucket") {
			all = append(all, Problem{Path: file, Line: line, Text: fmt.Sprintf("the foreign key to %s carries bucket in the same place on both sides (P-03)", there.name)})
		}
	}
	return all
}

// schemaOwners: every table has a folder whose name it begins with.
func schemaOwners(h *house) (all []Problem) {
	var holders []string
	for _, s := range h.sources {
		if s.noun() || s.level == "platform" {
			holders = append(holders, path.Base(s.dir))
		}
	}
	for _, t := range h.tables {
		if !slices.ContainsFunc(holders, func(folder string) bool { return owns(folder, t.name) }) {
			all = append(all, Problem{Path: t.path, Line: t.line, Text: "no folder owns table " + t.name})
		}
	}
	return all
}
