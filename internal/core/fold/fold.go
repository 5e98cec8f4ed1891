// Package fold brings what people type, scan and paste into one form, so that
// it can be compared and searched: full width and half width, upper and lower
// case, spaces and dashes, Chinese characters and their pinyin initials.
package fold

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Width turns full-width letters, digits and signs, and the many dashes and
// spaces of word processors, into their plain ASCII forms, drops what cannot be
// seen, and trims the ends.
func Width(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case unicode.IsSpace(r):
			return ' '
		case r >= '\u2010' && r <= '\u2015', r == '−', r == '﹣':
			return '-'
		case unicode.Is(unicode.Cf, r):
			return -1 // Zero-width marks that copying from elsewhere brings along.
		}
		return r
	}, s))
}

// Line is Width with every run of spaces made one.
func Line(s string) string { return strings.Join(strings.Fields(Width(s)), " ") }

// Code is the form in which codes that people write in either case are equal,
// as in SKUs and store codes.
func Code(s string) string { return strings.ToUpper(Line(s)) }

// Search is the form in which text is searched: lower case, without spaces,
// dashes, dots, apostrophes and brackets.
func Search(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || strings.ContainsRune("-._'`’·•()（）", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, Width(s))
}

// Initials is the first pinyin letter of every Chinese character, with other
// letters and digits kept, in the form of Search. The first character may have
// several readings, as surnames do: 单 is d or s. It is nil when s has no
// Chinese character.
func Initials(s string) []string {
	var rest strings.Builder
	var first []string
	chinese := false
	for i, r := range []rune(Search(s)) {
		letters := initialsOf(r, i == 0)
		if len(letters) == 0 {
			letters = []string{string(r)}
		} else {
			chinese = true
		}
		if i == 0 {
			first = letters
			continue
		}
		rest.WriteString(letters[0])
	}
	if !chinese {
		return nil
	}
	for i := range first {
		first[i] += rest.String()
	}
	return first
}

func initialsOf(r rune, all bool) []string {
	if r < unicode.MaxLatin1 {
		return nil
	}
	return pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.FirstLetter, Heteronym: all})
}
