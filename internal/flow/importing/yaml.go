package importing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
)

// yamlSection is one mapping of a YAML file that is read key by key, so that a
// key nobody asked for is an error with its line, and so is a value of the wrong
// kind.
type yamlSection struct {
	file     string
	path     string // "columns." and the like, in front of keys
	node     *yaml.Node
	asked    []string
	problems *fault.Collect
}

// readYAML reads a file whose top is a mapping.
func readYAML(file string, text []byte) (*yamlSection, error) {
	broken := func(detail string) error {
		return fault.Newf(fault.Malformed, "import.profile_malformed", "导入方案 %s 无法读取：%s", "the import profile %s cannot be read: %s", file, detail).At(file, nil)
	}
	if len(text) > longestProfile {
		return nil, broken("256 KiB")
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, broken(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, broken("key: value")
	}
	if at := aliasIn(&doc); at > 0 {
		return nil, broken(fmt.Sprintf("line %d: & *", at))
	}
	return &yamlSection{file: file, node: doc.Content[0], problems: &fault.Collect{}}, nil
}

// aliasIn is the line of an alias or anchor; 0 when there is none. A profile
// needs none, and they are how a small file becomes a huge one.
func aliasIn(n *yaml.Node) int {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n.Line
	}
	for _, child := range n.Content {
		if at := aliasIn(child); at > 0 {
			return at
		}
	}
	return 0
}

// err is everything that was wrong; nil when nothing was.
func (y *yamlSection) err() error { return y.problems.Err() }

func (y *yamlSection) keys() []string {
	var all []string
	for i := 0; i+1 < len(y.node.Content); i += 2 {
		all = append(all, y.node.Content[i].Value)
	}
	return all
}

// find is the value of a key; nil when it is absent or has no value.
func (y *yamlSection) find(key string) *yaml.Node {
	y.asked = append(y.asked, key)
	for i := 0; i+1 < len(y.node.Content); i += 2 {
		if value := y.node.Content[i+1]; y.node.Content[i].Value == key && value.Tag != "!!null" {
			return value
		}
	}
	return nil
}

func (y *yamlSection) report(line int, key string, value any, zh, en string) {
	y.problems.Add(fmt.Sprintf("%s:%d: %s%s", y.file, line, y.path, key), value, zh, en)
}

// wrong reports the value of a key.
func (y *yamlSection) wrong(key, zh, en string) {
	if n := y.find(key); n != nil {
		y.report(n.Line, key, n.Value, zh, en)
		return
	}
	y.lacks(key, zh, en)
}

// lacks reports a key that is not there.
func (y *yamlSection) lacks(key, zh, en string) { y.report(y.node.Line, key, nil, zh, en) }

func (y *yamlSection) text(key string, into *string) {
	switch n := y.find(key); {
	case n == nil:
	case n.Kind != yaml.ScalarNode:
		y.wrong(key, "须为一个值", "must be one value")
	default:
		*into = n.Value
	}
}

func (y *yamlSection) choice(key string, into *string, choices ...string) {
	value := *into
	y.text(key, &value)
	if !slices.Contains(choices, strings.ToLower(value)) {
		all := strings.Join(choices, ", ")
		y.wrong(key, "须为以下之一："+all, "must be one of "+all)
		return
	}
	*into = strings.ToLower(value)
}

func (y *yamlSection) number(key string, into *int, least, most int) {
	text := strconv.Itoa(*into)
	y.text(key, &text)
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		y.wrong(key, fmt.Sprintf("须为 %d–%d 的整数", least, most), fmt.Sprintf("must be a whole number from %d to %d", least, most))
		return
	}
	*into = n
}

func (y *yamlSection) flag(key string, into *bool) {
	switch n := y.find(key); {
	case n == nil:
	case n.Tag != "!!bool":
		y.wrong(key, "须为 true 或 false", "must be true or false")
	default:
		*into = strings.EqualFold(n.Value, "true")
	}
}

// list reads one value or a list of them.
func (y *yamlSection) list(key string, into *[]string) {
	n := y.find(key)
	if n == nil {
		return
	}
	if n.Kind == yaml.ScalarNode {
		*into = []string{n.Value}
		return
	}
	scalars := n.Kind == yaml.SequenceNode && len(n.Content) <= mostProfile && !slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return c.Kind != yaml.ScalarNode })
	if !scalars {
		y.wrong(key, fmt.Sprintf("须为一个值，或不超过 %d 个值的列表", mostProfile), fmt.Sprintf("must be one value or a list of at most %d", mostProfile))
		return
	}
	*into = nil
	for _, c := range n.Content {
		*into = append(*into, c.Value)
	}
}

// codes is list with every value folded, so that case and width do not matter.
func (y *yamlSection) codes(key string, into *[]string) {
	y.list(key, into)
	for i, value := range *into {
		(*into)[i] = fold.Code(value)
	}
}

// section reads a mapping below this one.
func (y *yamlSection) section(key string, read func(*yamlSection)) {
	n := y.find(key)
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode, Line: y.node.Line}
	}
	if n.Kind != yaml.MappingNode {
		y.wrong(key, "须为若干“键: 值”", "must hold keys with values")
		return
	}
	below := &yamlSection{file: y.file, path: y.path + key + ".", node: n, problems: y.problems}
	read(below)
	below.rest()
}

// rest reports the keys that nobody asked for, and those that stand twice.
func (y *yamlSection) rest() {
	seen := map[string]bool{}
	for i := 0; i+1 < len(y.node.Content); i += 2 {
		key := y.node.Content[i]
		switch {
		case !slices.Contains(y.asked, key.Value):
			known := slices.Compact(slices.Sorted(slices.Values(y.asked)))
			all := strings.Join(known, ", ")
			y.report(key.Line, key.Value, nil, "未知的键；可用的有："+all, "unknown key; known are "+all)
		case seen[key.Value]:
			y.report(key.Line, key.Value, nil, "同一个键出现了两次", "the key stands twice")
		}
		seen[key.Value] = true
	}
}
