package member

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"huiji/internal/core/fold"
)

// Phone brings a phone number into the form in which it is stored and compared:
// 11 digits for a mobile phone of mainland China, E.164 ("+442071838750") for
// every other. Full-width digits, spaces, dashes and brackets are accepted. It
// reports false for what is no phone number.
func Phone(s string) (string, bool) {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()", r) {
			return -1
		}
		return r
	}, fold.Width(s))
	for _, prefix := range []string{"+86", "0086", "86", ""} {
		rest, found := strings.CutPrefix(plain, prefix)
		if found && len(rest) == 11 && rest[0] == '1' && digits(rest) {
			return rest, true
		}
	}
	if len(plain) > 20 || !digits(strings.TrimPrefix(plain, "+")) {
		return "", false
	}
	if rest, found := strings.CutPrefix(plain, "00"); found {
		plain = "+" + rest
	}
	number, err := phonenumbers.Parse(plain, "CN")
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}

func digits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// code cleans a card number or an id of another system: leading zeros stay,
// blanks at the ends go. It reports false when it is too long or holds what no
// such code holds.
func code(s string, runes int, blanks bool) (string, bool) {
	s = fold.Line(s)
	ok := utf8.RuneCountInString(s) <= runes && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || !unicode.IsPrint(r) || (r == ' ' && !blanks) || r == utf8.RuneError
	})
	return s, ok
}

// MaskPhone shows a phone number as in 138****5678.
func MaskPhone(phone string) string {
	switch n := len(phone); {
	case n == 0:
		return ""
	case n < 8:
		return phone[:1] + "****"
	case n < 11:
		return phone[:2] + "****" + phone[n-2:]
	default:
		return phone[:3] + "****" + phone[n-4:]
	}
}

// MaskName shows a name as in 张*. The stars do not tell how long it is.
func MaskName(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	return string(first) + "*"
}

// MaskCode shows a card number as in ****0042, and nothing of a short one.
func MaskCode(code string) string {
	runes := []rune(code)
	switch {
	case len(runes) == 0:
		return ""
	case len(runes) < 8:
		return "****"
	}
	return "****" + string(runes[len(runes)-4:])
}

// Number makes a member number out of entropy: ten digits, the first from 6 to
// 9 so that it is not taken for a phone number, the last a Luhn check digit so
// that a slip in typing is noticed.
func Number(entropy uint64) string {
	n := entropy % 400_000_000
	b := []byte("0000000000")
	for i := 8; i >= 1; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	b[0] = byte('6' + n%4)
	b[9] = luhn(b[:9])
	return string(b)
}

// IsNumber reports whether s has the form of a member number, check digit
// included.
func IsNumber(s string) bool {
	return len(s) == 10 && digits(s) && s[0] >= '6' && luhn([]byte(s[:9])) == s[9]
}

func luhn(body []byte) byte {
	sum := 0
	for i := range body {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}
