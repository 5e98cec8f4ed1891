// Package raw looks into JSON without making values of it: where the parts of an
// object or a list lie, and the one form in which equal objects are equal bytes.
// It takes only JSON that json.Valid has found whole.
package raw

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// Field is one member of an object: its name, and its value as it was written.
type Field struct {
	Name  string
	Value []byte
}

// Object lists the members of an object in their order; false when it is none.
func Object(text []byte) ([]Field, bool) {
	at := skip(text, 0)
	if at >= len(text) || text[at] != '{' {
		return nil, false
	}
	all := make([]Field, 0, 8)
	for at = skip(text, at+1); text[at] != '}'; {
		end := after(text, at)
		name, _ := Text(text[at:end])
		at = skip(text, skip(text, end)+1) // Behind the colon.
		end = after(text, at)
		all = append(all, Field{name, text[at:end]})
		if at = skip(text, end); text[at] == ',' {
			at = skip(text, at+1)
		}
	}
	return all, true
}

// List lists the items of a list; false when it is none.
func List(text []byte) ([][]byte, bool) {
	at := skip(text, 0)
	if at >= len(text) || text[at] != '[' {
		return nil, false
	}
	var all [][]byte
	for at = skip(text, at+1); text[at] != ']'; {
		end := after(text, at)
		all = append(all, text[at:end])
		if at = skip(text, end); text[at] == ',' {
			at = skip(text, at+1)
		}
	}
	return all, true
}

// Text is the text that a JSON string stands for; false when it is no string.
func Text(value []byte) (string, bool) {
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	if inner := value[1 : len(value)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner), true
	}
	var text string
	return text, json.Unmarshal(value, &text) == nil
}

// Canonical writes an object so that neither spaces nor the order of its members
// count: exactly what encoding/json makes of it by way of a map. False when it
// cannot be read.
func Canonical(fields []Field) ([]byte, bool) {
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b Field) int { return cmp.Compare(a.Name, b.Name) })
	out := append(make([]byte, 0, 256), '{')
	for i, f := range fields {
		if i+1 < len(fields) && fields[i+1].Name == f.Name {
			continue // Said twice: the last one counts.
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		name, err := json.Marshal(f.Name)
		if err != nil {
			return nil, false
		}
		out = append(append(out, name...), ':')
		if plain(f.Value) {
			out = append(out, f.Value...)
			continue
		}
		value, ok := rewritten(f.Value)
		if !ok {
			return nil, false
		}
		out = append(out, value...)
	}
	return append(out, '}'), true
}

// rewritten is a value as encoding/json writes it, its numbers as they are.
func rewritten(value []byte) ([]byte, bool) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var any any
	if decoder.Decode(&any) != nil {
		return nil, false
	}
	out, err := json.Marshal(any)
	return out, err == nil
}

// plain reports whether encoding/json would write the value as it is.
func plain(value []byte) bool {
	switch value[0] {
	case '{', '[':
		return false
	case '"':
	default:
		return true
	}
	for _, c := range value[1 : len(value)-1] {
		switch c {
		case '\\', '<', '>', '&':
			return false
		}
	}
	// The line and paragraph separators are written as escapes.
	return utf8.Valid(value) && !bytes.Contains(value, []byte("\u2028")) && !bytes.Contains(value, []byte("\u2029"))
}

// skip passes over spaces.
func skip(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t') {
		at++
	}
	return at
}

// after is where the value that begins here ends.
func after(text []byte, at int) int {
	switch text[at] {
	case '"':
		return afterString(text, at)
	case '{', '[':
		for depth := 0; ; {
			switch text[at] {
			case '"':
				at = afterString(text, at)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return at + 1
				}
			}
			at++
		}
	}
	for at < len(text) {
		switch text[at] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			return at
		}
		at++
	}
	return at
}

func afterString(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}
