// Package archtest is the law of the house as a program: it reads the source of
// the whole project and reports each place that breaks a rule of the
// architecture. It owns no data, imports nothing of ours, and reads a tree it is
// given, so that its own test can seed a violation of every rule and see it
// reported.
package archtest

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
)

// Problem is one place that breaks a rule.
type Problem struct {
	Rule string // the rule's name, as Rules lists it
	Path string // the file, relative to the root, with slashes
	Line int    // counted from 1; 0 when the whole file or folder is meant
	Text string // what is wrong, and what would be right
}

// String is "path:line: text [rule]", which editors can jump to.
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s [%s]", p.Path, p.Line, p.Text, p.Rule)
}

// rule is one sentence of the law with the check that enforces it. A check may
// leave Problem.Rule empty.
type rule struct {
	name  string
	check func(*house) []Problem
}

func rules() []rule {
	return []rule{
		{"level", levels},
		{"sibling", siblings},
		{"folder", folders},
		{"role", roles},
		{"service", serviceType},
		{"transaction", transactions},
		{"need", needs},
		{"clock", clock},
		{"chance", chance},
		{"global", globals},
		{"init", inits},
		{"name", names},
		{"comment", packageComments},
		{"length", lengths},
		{"skip", skips},
		{"place", statementPlaces},
		{"owner", tableOwners},
		{"merchant", merchants},
		{"bucket", buckets},
		{"dialect", dialects},
		{"schema", schemaLaw},
		{"schema-owner", schemaOwners},
		{"web", webImports},
	}
}

// Rules are the names of all rules.
func Rules() []string {
	var all []string
	for _, r := range rules() {
		all = append(all, r.name)
	}
	return all
}

// Check reads the tree under root, which is the top folder of the project, and
// reports what breaks the law, in the order of path and line. The error is not
// nil when a file could not be read or parsed.
func Check(root fs.FS) ([]Problem, error) {
	h, err := read(root)
	if err != nil {
		return nil, err
	}
	var all []Problem
	for _, r := range rules() {
		for _, p := range r.check(h) {
			p.Rule = cmp.Or(p.Rule, r.name)
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	return all, nil
}
