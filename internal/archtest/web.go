package archtest

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// webSource is where the web apps are written; "@/" means it in their imports.
const webSource = "web/src/"

var scriptImport = regexp.MustCompile(`(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]`)

// webImports: shared ← features ← apps, features never import each other, and
// neither do apps.
func webImports(h *house) (all []Problem) {
	for _, f := range h.scripts {
		from, inside := strings.CutPrefix(f.path, webSource)
		if !inside {
			continue
		}
		for i, line := range f.lines {
			for _, m := range scriptImport.FindAllStringSubmatch(line, -1) {
				if wrong := webArrow(from, webTarget(f.path, m[1])); wrong != "" {
					all = append(all, Problem{Path: f.path, Line: i + 1, Text: wrong})
				}
			}
		}
	}
	return all
}

// webTarget is the imported file below web/src; "" for a package.
func webTarget(file, name string) string {
	switch {
	case strings.HasPrefix(name, "."):
		return strings.TrimPrefix(path.Join(path.Dir(file), name), webSource)
	case strings.HasPrefix(name, "@/"):
		return strings.TrimPrefix(name, "@/")
	}
	return ""
}

func webArrow(from, to string) string {
	left := map[string]int{"shared": 1, "features": 2, "apps": 3}
	fromLevel, fromFolder := levelAndFolder(from)
	toLevel, toFolder := levelAndFolder(to)
	if left[fromLevel] == 0 || left[toLevel] == 0 {
		return ""
	}
	if left[toLevel] > left[fromLevel] {
		return fmt.Sprintf("%s may not import %s: it is to the right", fromLevel, to)
	}
	if fromLevel == toLevel && fromLevel != "shared" && fromFolder != toFolder {
		return fmt.Sprintf("%s never import each other: %s may not import %s", fromLevel, fromFolder, toFolder)
	}
	return ""
}

func levelAndFolder(below string) (level, folder string) {
	level, rest, _ := strings.Cut(below, "/")
	folder, _, _ = strings.Cut(rest, "/")
	return level, folder
}
