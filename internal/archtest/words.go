package archtest

import (
	"regexp"
	"strings"
)

// word is one token of SQL.
type word struct {
	text  string // as written; a quoted string is only its quotes
	upper string
	name  bool // an identifier or a keyword
}

var sqlWord = regexp.MustCompile(`(?s)` +
	`--[^\n]*|/\*.*?\*/` + // comments
	`|'(?:[^']|'')*'` + // strings
	`|[A-Za-z_][A-Za-z0-9_]*|\$\d+|\d+|"[^"]*"` +
	`|::|->>|->|#>>|#>|@>|<@|\?\||\?&|\|\||<=|>=|<>|!=|\S`)

// words splits SQL into tokens, without comments and without what quoted strings
// say.
func words(sql string) (all []word) {
	for _, text := range sqlWord.FindAllString(sql, -1) {
		switch {
		case strings.HasPrefix(text, "--"), strings.HasPrefix(text, "/*"):
			continue
		case text[0] == '\'':
			text = "''"
		}
		name := text[0] == '_' || text[0] >= 'a' && text[0] <= 'z' || text[0] >= 'A' && text[0] <= 'Z'
		all = append(all, word{text: text, upper: strings.ToUpper(text), name: name})
	}
	return all
}

// plain puts tokens together again with one space between them, in capitals, so
// that a rule can be written as a short pattern.
func plain(tokens []word) string {
	parts := make([]string, len(tokens))
	for i, w := range tokens {
		parts[i] = w.upper
	}
	return strings.Join(parts, " ")
}
