package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// order is the levels from the left: a file imports only from its own level and
// from levels to its left. The command is to the right of everything.
func order() []string { return []string{"core", "platform", "domain", "flow", "app", "cmd"} }

// guests are packages outside the levels, and who may import them. The schema is
// data for those who open a database; the built web apps are data for those who
// serve them; the law is nobody's.
func guests() map[string][]string {
	return map[string][]string{
		"migration": {"internal/platform/db", "internal/platform/dbtest", "internal/app", "cmd"},
		"web":       {"internal/app", "cmd"},
		"archtest":  {},
	}
}

func levels(h *house) (all []Problem) {
	for _, s := range h.sources {
		if strings.HasPrefix(s.dir, "internal") && !known(s.level) {
			all = append(all, s.at(s.file, "internal/%s is none of the levels %s", s.level, strings.Join(order()[:5], ", ")))
			continue
		}
		all = append(all, s.arrows(false)...)
	}
	for _, s := range h.tests {
		all = append(all, s.arrows(true)...)
	}
	return all
}

func known(level string) bool {
	_, guest := guests()[level]
	return guest || slices.Contains(order(), level)
}

// arrows checks the imports of our own. A test may also use the test database,
// and the whole program where it tests a journey from outside.
func (s *source) arrows(test bool) (all []Problem) {
	for _, spec := range s.file.Imports {
		to, ours := strings.CutPrefix(unquote(spec.Path), module)
		if !ours || s.outside() {
			continue
		}
		level, _, _ := strings.Cut(strings.TrimPrefix(to, "internal/"), "/")
		if test && (level == "app" || level == "migration") {
			continue
		}
		if wrong := s.arrow(level, test); wrong != "" {
			all = append(all, s.at(spec, "%s may not import %s: %s", s.dir, to, wrong))
		}
	}
	return all
}

func (s *source) arrow(to string, test bool) string {
	if mayImport, guest := guests()[to]; guest {
		for _, dir := range mayImport {
			if s.dir == dir || strings.HasPrefix(s.dir, dir+"/") {
				return ""
			}
		}
		return fmt.Sprintf("only %s may", strings.Join(mayImport, ", "))
	}
	if _, guest := guests()[s.level]; guest && !test {
		return "it stands outside the levels and imports nothing of ours"
	}
	if slices.Index(order(), to) > slices.Index(order(), s.level) {
		return "it is to the right"
	}
	return ""
}

// siblings: nouns never import each other, and neither do verbs. Tests keep to
// it too.
func siblings(h *house) (all []Problem) {
	for _, s := range slices.Concat(h.sources, h.tests) {
		if !s.noun() {
			continue
		}
		for _, spec := range s.file.Imports {
			to := strings.TrimPrefix(unquote(spec.Path), module)
			if strings.HasPrefix(to, "internal/"+s.level+"/") && to != s.dir {
				all = append(all, s.at(spec, "%s may not import its sibling %s; what touches both is a flow", s.dir, to))
			}
		}
	}
	return all
}

// folders: in domain and flow one folder is one capability is one package.
func folders(h *house) []Problem {
	return h.each(func(s *source) []Problem {
		depth := strings.Count(s.dir, "/")
		if s.noun() && depth != 2 {
			return []Problem{s.at(s.file, "%s holds Go files only in internal/%s/<name>: one folder is one capability", s.level, s.level)}
		}
		if name := s.file.Name.Name; depth > 0 && name != "main" && name != path.Base(s.dir) {
			return []Problem{s.at(s.file, "package %s lives in a folder called %s", name, path.Base(s.dir))}
		}
		return nil
	})
}
