package auth

import (
	_ "embed" // the list of common passwords
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/permit"
)

// The length of a password, in characters. There are no rules about which
// characters: those make passwords worse.
const (
	shortest      = 8
	shortestLong  = 12 // for those who can do much
	longestSecret = 128
)

//go:embed common.txt
var commonText string

// common is the set of passwords that everybody tries first.
func common() map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(commonText) {
		all[word] = true
	}
	return all
}

// privileged reports whether the roles need the longer password.
func privileged(roles []permit.Role) bool {
	return slices.Contains(roles, permit.Owner) || slices.Contains(roles, permit.Manager)
}

// checkPassword notes what is wrong with a password. Words are what an attacker
// knows of its owner: the account, the names of the person and of the shop. The
// password itself is never part of the answer.
func (s *Service) checkPassword(c *fault.Collect, location, password string, roles []permit.Role, words []string) {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		c.Add(location, nil, "密码含有无法识别的字符", "the password has characters that cannot be read")
	case n > longestSecret:
		c.Add(location, nil, "密码至多 128 个字符", "a password has at most 128 characters")
	case n < shortestLong && privileged(roles):
		c.Add(location, nil, "店主和店长的密码至少 12 个字符", "the password of an owner or a manager has at least 12 characters")
	case n < shortest:
		c.Add(location, nil, "密码至少 8 个字符", "a password has at least 8 characters")
	case s.guessable(password):
		c.Add(location, nil, "这个密码太常见，请换一个", "this password is too common, choose another")
	case tells(password, words):
		c.Add(location, nil, "密码不能由账号、姓名或店名构成", "a password must not be made of the account, a name or the shop's name")
	}
}

// guessable reports whether the password is on the list, is on it but for a few
// digits or signs at the end, repeats a short piece, or just counts up or down.
func (s *Service) guessable(password string) bool {
	p := fold.Search(password)
	if s.common[p] || s.common[strings.ToLower(password)] || repeats(p) || counts(p) {
		return true
	}
	word := strings.TrimRightFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	return len(p)-len(word) <= 4 && s.common[word]
}

// repeats reports whether s is one piece of at most four characters again and
// again.
func repeats(s string) bool {
	r := []rune(s)
	for size := 1; size <= 4 && size*2 <= len(r); size++ {
		same := true
		for i := size; i < len(r) && same; i++ {
			same = r[i] == r[i-size]
		}
		if same {
			return true
		}
	}
	return false
}

// counts reports whether every character is the one after, or the one before,
// the character that it follows; after 9 comes 0.
func counts(s string) bool {
	r := []rune(s)
	if len(r) < 2 {
		return false
	}
	up, down := true, true
	for i := 1; i < len(r); i++ {
		step := r[i] - r[i-1]
		up = up && (step == 1 || r[i-1] == '9' && r[i] == '0')
		down = down && (step == -1 || r[i-1] == '0' && r[i] == '9')
	}
	return up || down
}

// tells reports whether little is left of the password once the words are taken
// out.
func tells(password string, words []string) bool {
	p := fold.Search(password)
	left := p
	for _, w := range append(slices.Clone(words), "huiji", "汇积") {
		w = fold.Search(w)
		short := utf8.RuneCountInString(w) < 3 && len(w) < 6 // Two Chinese characters are a word, two letters are not.
		if short {
			continue
		}
		left = strings.ReplaceAll(left, w, "")
	}
	return left != p && utf8.RuneCountInString(left) < 6
}
