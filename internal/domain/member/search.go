package member

import (
	"slices"
	"strings"
	"unicode"

	"huiji/internal/core/fold"
)

const (
	prefixRunes = 10 // how much of a name can be typed before only the whole name is found
	termsMax    = 48
)

// Terms is everything a member is found by: phone, its last four digits, member
// number, card number, id in another system, every beginning of the name and of
// its pinyin initials, and the name without its first character. Only blind
// tokens of them are stored.
func Terms(m Member) []string {
	var terms []string
	add := func(all ...string) {
		for _, t := range all {
			if t != "" && !slices.Contains(terms, t) && len(terms) < termsMax {
				terms = append(terms, t)
			}
		}
	}
	add(fold.Search(m.Number), fold.Search(m.CardNo), fold.Search(m.ExternalID), m.Phone)
	if n := len(m.Phone); n > 4 {
		add(m.Phone[n-4:])
	}
	if rest, found := strings.CutPrefix(m.Phone, "+86"); found {
		add("0" + rest) // A landline as people in China write it.
	}
	add(nameTerms(m.Name)...)
	return terms
}

func nameTerms(name string) []string {
	whole := fold.Search(name)
	terms := []string{whole}
	if runes := []rune(whole); len(runes) > 2 && unicode.Is(unicode.Han, runes[0]) {
		terms = append(terms, string(runes[1:]))
	}
	for _, initials := range fold.Initials(name) {
		terms = append(terms, prefixes(initials)...)
	}
	terms = append(terms, prefixes(whole)...)
	for i, word := range strings.Fields(fold.Width(name)) {
		if i > 0 {
			terms = append(terms, prefixes(fold.Search(word))...)
		}
	}
	return terms
}

func prefixes(s string) []string {
	var all []string
	for i := range s {
		if i > 0 {
			all = append(all, s[:i])
		}
		if len(all) == prefixRunes {
			return all
		}
	}
	return append(all, s)
}

// Query is the one term that what was typed stands for; empty for nothing.
func Query(q string) string {
	plain := fold.Search(q)
	if phone, ok := Phone(q); ok && (len(phone) == 11 || strings.HasPrefix(plain, "+") || strings.HasPrefix(plain, "00")) {
		return phone
	}
	return plain
}
