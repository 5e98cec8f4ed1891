// Package lang carries sentences in the two languages of the product. A rule
// states its sentence where it is decided, in both languages side by side, so
// that neither can be forgotten or drift into another file.
package lang

import "fmt"

// Tag names a language.
type Tag string

// The languages of the product. Chinese comes first.
const (
	ZH Tag = "zh-CN"
	EN Tag = "en"
)

// Text is one sentence in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Say pairs a Chinese sentence with its English one.
func Say(zh, en string) Text { return Text{ZH: zh, EN: en} }

// Sayf fills the same arguments into both sentences. A sentence that needs
// them in another order uses indexed verbs such as %[2]d.
func Sayf(zh, en string, args ...any) Text {
	return Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// In returns the sentence in the wanted language, Chinese for any other tag.
func (t Text) In(tag Tag) string {
	if tag == EN {
		return t.EN
	}
	return t.ZH
}

// Empty reports whether nothing is said.
func (t Text) Empty() bool { return t.ZH == "" && t.EN == "" }
