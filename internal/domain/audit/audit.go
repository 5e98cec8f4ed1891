// Package audit is the log of who did what to what: one row for each deed that
// the other packages tell. It owns the table audit_event.
//
//  1. Rows are only ever added: nothing here changes or removes one.
//  2. A row is one line of plain text in every column: line ends, control
//     characters and the escape sequences of terminals are taken out before it
//     is stored, so that a line in the log is never another person's writing.
//  3. No row holds a whole phone number, a password or a token, whatever the deed
//     said.
//  4. Callers who are limited to stores see what happened at these, and nothing
//     that happened at none.
package audit

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"huiji/internal/core/day"
	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
)

// Limits of what one row keeps, in characters; of facts, in entries and depth.
const (
	textMax  = 500
	factsMax = 100
	depthMax = 4
)

// Event is a deed as the log keeps it.
type Event struct {
	ID string
	At time.Time
	deed.Deed
}

// Filter narrows the log. Zero fields do not narrow. From and To are local days,
// both included, or times with an offset, of which To is the first no more.
type Filter struct {
	Action   string // the whole action, or its beginning up to a dot, as in "member."
	Object   string
	ActorID  string
	From, To string
}

// place is where a page of the log ended.
type place struct {
	At int64  `json:"at"`
	ID string `json:"id"`
}

// Clean is the deed as it may be stored.
func Clean(d deed.Deed) deed.Deed {
	d.Action, d.Object, d.Store = text(d.Action), object(d.Object), text(d.Store)
	d.Label, d.Reason, d.Result = text(d.Label), text(d.Reason), text(d.Result)
	d.ActorID, d.ActorName = object(d.ActorID), text(d.ActorName)
	d.RequestID, d.IP = text(d.RequestID), text(d.IP)
	d.Before, d.After = facts(d.Before, 0), facts(d.After, 0)
	return d
}

// text is one line of s without anything unseen and without a phone number, at
// most textMax characters long.
func text(s string) string {
	s = MaskPhones(line(s))
	if utf8.RuneCountInString(s) > textMax {
		s = string([]rune(s)[:textMax-1]) + "…"
	}
	return s
}

// object is text, but an id stays whole even where its random part looks like a
// phone number.
func object(s string) string {
	if prefix, _, found := strings.Cut(s, "_"); found && id.Is(prefix, s) {
		return s
	}
	return text(s)
}

// line takes out the escape sequences of terminals and what cannot be seen;
// space of any kind becomes one space.
func line(s string) string {
	s = withoutEscapes(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r): // Control characters, and marks that turn the writing direction.
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// withoutEscapes drops ESC and the sequence that it begins: of "\x1b[31m" nothing
// stays, of "\x1b]0;title\a" neither. The one-byte forms count too.
func withoutEscapes(s string) string {
	r := []rune(s)
	var kept []rune
	for i := 0; i < len(r); i++ {
		begins := r[i]
		if begins == 0x1b && i+1 < len(r) {
			i++
			begins = r[i] + 0x40 // ESC and a letter is the same as one byte further up.
		} else if begins == 0x1b {
			continue
		}
		switch begins {
		case 0x9b: // CSI, ESC [: parameters, then one letter or sign ends it.
			for i++; i < len(r) && (r[i] < 0x40 || r[i] > 0x7e); i++ {
			}
		case 0x9d, 0x90: // OSC and DCS, ESC ] and ESC P: up to BEL or ST.
			for i++; i < len(r) && r[i] != 0x07 && r[i] != 0x1b && r[i] != 0x9c; i++ {
			}
			if i+1 < len(r) && r[i] == 0x1b && r[i+1] == '\\' {
				i++
			}
		default:
			if r[i] == begins {
				kept = append(kept, begins)
			}
		}
	}
	return string(kept)
}

// MaskPhones hides the middle of everything that reads as a phone number: a
// Chinese mobile number, with 86 before it or not, with dashes or spaces or not,
// and any number that begins with a plus.
func MaskPhones(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		n := digitsAt(s, i)
		if n == 0 {
			b.WriteByte(s[i])
			i++
			continue
		}
		n, masked := number(s[i:], n, i > 0 && s[i-1] == '+')
		b.WriteString(masked)
		i += n
	}
	return b.String()
}

// number masks the phone number that begins with the first n digits of s: with
// these alone or with up to five more groups that single dashes or spaces join to
// them. It answers how much of s that was; when there is none, the n digits stay.
func number(s string, n int, plus bool) (int, string) {
	digits, end := s[:n], n
	abroad, abroadEnd := "", 0
	for range 6 {
		if phone, ok := mobile(digits); ok {
			return end, hide(phone)
		}
		if plus && len(digits) >= 8 && len(digits) <= 15 {
			abroad, abroadEnd = digits, end
		}
		if end+1 >= len(s) || s[end] != '-' && s[end] != ' ' {
			break
		}
		more := digitsAt(s, end+1)
		if more == 0 {
			break
		}
		digits += s[end+1 : end+1+more]
		end += 1 + more
	}
	if abroad != "" {
		return abroadEnd, hide(abroad)
	}
	return n, s[:n]
}

func hide(digits string) string { return digits[:3] + "****" + digits[len(digits)-4:] }

// digitsAt is how many digits begin at i.
func digitsAt(s string, i int) int {
	n := 0
	for i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '9' {
		n++
	}
	return n
}

// mobile is the Chinese mobile number in the digits.
func mobile(digits string) (string, bool) {
	for _, prefix := range []string{"0086", "86", ""} {
		rest, found := strings.CutPrefix(digits, prefix)
		if found && len(rest) == 11 && rest[0] == '1' && rest[1] >= '3' {
			return rest, true
		}
	}
	return "", false
}

// hidden are the names of facts whose value is nobody's to read.
func hidden(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "password") || strings.Contains(name, "token") || strings.Contains(name, "secret")
}

// facts cleans every text in them.
func facts(all map[string]any, depth int) map[string]any {
	if len(all) == 0 {
		return nil
	}
	clean := make(map[string]any, len(all))
	for name, value := range all {
		if len(clean) >= factsMax {
			break
		}
		if s, ok := value.(string); ok && hidden(name) && s != "reset" {
			value = "***"
		}
		clean[text(name)] = fact(value, depth)
	}
	return clean
}

// fact cleans one value. A deed comes here out of JSON, so there are few types.
func fact(value any, depth int) any {
	if depth > depthMax {
		return "…"
	}
	switch v := value.(type) {
	case nil, bool:
		return v
	case string:
		return object(v)
	case float64:
		if written := strconv.FormatFloat(v, 'f', -1, 64); MaskPhones(written) != written {
			return MaskPhones(written)
		}
		return v
	case map[string]any:
		return facts(v, depth+1)
	case []any:
		list := make([]any, 0, min(len(v), factsMax))
		for _, one := range v[:min(len(v), factsMax)] {
			list = append(list, fact(one, depth+1))
		}
		return list
	}
	// Of a deed that never was JSON, whatever it would be there.
	if raw, err := json.Marshal(value); err == nil {
		var plain any
		if json.Unmarshal(raw, &plain) == nil {
			return fact(plain, depth+1)
		}
	}
	return text(fmt.Sprint(value))
}

// Instant reads one end of a period: a time with an offset, or a local day, of
// which the end is the end of the period.
func Instant(location, s string, zone *time.Location, end bool) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := day.Parse(s); err == nil {
		if end {
			return d.End(zone), nil
		}
		return d.Start(zone), nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, errInstant.At(location, s)
	}
	return at, nil
}

var errInstant = fault.New(fault.Invalid, "request.invalid", "须为日期 YYYY-MM-DD，或带时区的时间，如 2026-01-31T09:00:00+08:00",
	"must be a date, YYYY-MM-DD, or a time with an offset, as in 2026-01-31T09:00:00+08:00")
