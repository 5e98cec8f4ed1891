// Package fault is the one error vocabulary of the product: a kind that decides
// the HTTP status, a stable dotted code for programs, a sentence in both
// languages for people, and the fields that are wrong, all of them at once.
package fault

import (
	"errors"
	"time"

	"huiji/internal/core/lang"
)

// Kind sorts faults by what the caller can do about them.
type Kind int

// The kinds. Internal is the zero value: an error nobody named is ours.
const (
	Internal        Kind = iota
	Malformed            // the request cannot be read
	Unauthenticated      // the caller is not signed in
	Denied               // the caller may not do this
	NotFound             // not there, or not the caller's: never told apart
	Conflict             // the state of things does not allow it
	TooLarge             // the request is too big
	Invalid              // a field is wrong
	TooMany              // too many requests; RetryAfter says when
	Unavailable          // overloaded or not ready; RetryAfter says when
)

// Field is one thing that is wrong, and what would be right.
type Field struct {
	Location string    // as in "body.lines[2].quantity"
	Text     lang.Text // what is right
	Value    any       // what was given; never personal data
}

// Error is a fault with a name.
type Error struct {
	Kind       Kind
	Code       string // stable and dotted, as in "points.insufficient"
	Text       lang.Text
	Fields     []Field
	Data       map[string]any // facts for programs, as in {"available": 30}
	RetryAfter time.Duration
}

// New names a fault with its sentence in both languages.
func New(kind Kind, code, zh, en string) *Error {
	return &Error{Kind: kind, Code: code, Text: lang.Say(zh, en)}
}

// Newf is New with the same arguments filled into both sentences.
func Newf(kind Kind, code, zh, en string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Text: lang.Sayf(zh, en, args...)}
}

// At returns a copy that also names the field in question. The field's sentence
// is the fault's own.
func (e *Error) At(location string, value any) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), Field{Location: location, Text: e.Text, Value: value})
	return &c
}

// With returns a copy that also carries a fact for programs.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Data = map[string]any{name: value}
	for k, v := range e.Data {
		c.Data[k] = v
	}
	return &c
}

// Error is the English sentence behind its code, for logs.
func (e *Error) Error() string {
	if len(e.Fields) > 0 && e.Fields[0].Location != "" {
		return e.Code + ": " + e.Fields[0].Location + ": " + e.Text.EN
	}
	return e.Code + ": " + e.Text.EN
}

// Is reports whether target is a fault with the same code, so that callers can
// compare with errors.Is and a fault made only of its code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Of finds the named fault inside err; nil when there is none.
func Of(err error) *Error {
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// CodeOf is the stable code of err, "internal" when nobody named it and "" for nil.
func CodeOf(err error) string {
	if err == nil {
		return ""
	}
	if f := Of(err); f != nil {
		return f.Code
	}
	return "internal"
}

// Collect gathers field faults so that a request hears of all of them at once.
type Collect struct{ fields []Field }

// Add notes one wrong field.
func (c *Collect) Add(location string, value any, zh, en string) {
	c.fields = append(c.fields, Field{Location: location, Text: lang.Say(zh, en), Value: value})
}

// Take notes the wrong fields that another check found; nil is none.
func (c *Collect) Take(err error) {
	if f := Of(err); f != nil {
		c.fields = append(c.fields, f.Fields...)
	}
}

// Err is nil when every field was right; otherwise one Invalid fault with all
// fields in it.
func (c *Collect) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "request.invalid", Text: c.fields[0].Text, Fields: c.fields}
}
