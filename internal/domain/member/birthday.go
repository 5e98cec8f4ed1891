package member

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/6tail/lunar-go/calendar"

	"huiji/internal/core/day"
	"huiji/internal/core/fold"
)

// Birthday is a day of birth, with its parts apart because the year may be
// unknown. In the lunar calendar it is a day of a lunar month, which may be a
// leap month. The zero value means that no birthday is known.
type Birthday struct {
	Year  int  `json:"y,omitempty"` // 0 = unknown
	Month int  `json:"m,omitempty"`
	Day   int  `json:"d,omitempty"`
	Lunar bool `json:"l,omitempty"`
	Leap  bool `json:"p,omitempty"` // the leap month of that number
}

// The calendars as they are called outside.
const (
	Solar = "solar"
	Lunar = "lunar"
)

// IsZero reports whether no birthday is known.
func (b Birthday) IsZero() bool { return b.Month == 0 }

// Calendar names the calendar of the birthday.
func (b Birthday) Calendar() string {
	if b.Lunar {
		return Lunar
	}
	return Solar
}

// String is YYYY-MM-DD, or --MM-DD when the year is unknown (ISO 8601); a leap
// month carries an L, as in 2001-04L-15. It is empty when nothing is known.
func (b Birthday) String() string {
	if b.IsZero() {
		return ""
	}
	year, leap := "-", ""
	if b.Year != 0 {
		year = fmt.Sprintf("%04d", b.Year)
	}
	if b.Leap {
		leap = "L"
	}
	return fmt.Sprintf("%s-%02d%s-%02d", year, b.Month, leap, b.Day)
}

// ParseBirthday reads what String writes, and also MM-DD and 0000-MM-DD for an
// unknown year, slashes, dots and 年月日 instead of dashes, and 闰 before a leap
// month. Calendar is solar, lunar or empty for solar. It reports false for what
// is no date; Valid tells whether the day exists.
func ParseBirthday(s, calendar string) (Birthday, bool) {
	b := Birthday{Lunar: calendar == Lunar}
	if calendar != "" && calendar != Solar && calendar != Lunar {
		return b, false
	}
	s = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "", "号", "").Replace(fold.Width(s))
	s = strings.TrimPrefix(s, "--")
	parts := strings.Split(s, "-")
	if len(parts) == 3 {
		year, ok := number(parts[0], 4)
		if !ok || (year != 0 && len(parts[0]) != 4) {
			return b, false
		}
		b.Year, parts = year, parts[1:]
	}
	if len(parts) != 2 {
		return b, false
	}
	month := parts[0]
	if rest, found := strings.CutPrefix(month, "闰"); found {
		month, b.Leap = rest, true
	} else if rest, found := strings.CutSuffix(strings.ToUpper(month), "L"); found {
		month, b.Leap = rest, true
	}
	var ok, fine bool
	b.Month, ok = number(month, 2)
	b.Day, fine = number(parts[1], 2)
	return b, ok && fine && b.Month >= 1 && (b.Lunar || !b.Leap)
}

func number(s string, digitsMax int) (int, bool) {
	if len(s) > digitsMax || !digits(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

const yearMin = 1900

// Valid reports whether the day exists in its calendar, is not before 1900 and
// not after today.
func (b Birthday) Valid(c *Calendar, today day.Date) bool {
	if b.Month < 1 || b.Month > 12 || b.Day < 1 || (b.Year != 0 && b.Year < yearMin) || b.Year > int(today/10000) {
		return false
	}
	if b.Year == 0 {
		if b.Lunar {
			return b.Day <= 30
		}
		return b.Day <= lengthOf(2000, b.Month) // A leap year: 29 February is somebody's birthday.
	}
	if !b.Lunar {
		return b.Day <= lengthOf(b.Year, b.Month) && day.Date(b.Year*10000+b.Month*100+b.Day) <= today
	}
	m, ok := c.month(b.Year, b.Month, b.Leap)
	return ok && b.Day <= m.days && m.first.AddDays(b.Day-1) <= today
}

// In is the day on which the birthday is kept in a year of its own calendar.
// 29 February is kept on 28 February in common years; a leap month in the month
// of the same number when there is no such leap month; the 30th of a lunar month
// on its last day. It is no date for a year that cannot be worked out.
func (b Birthday) In(c *Calendar, year int) day.Date {
	if b.IsZero() {
		return 0
	}
	if !b.Lunar {
		return day.Date(year*10000 + b.Month*100 + min(b.Day, lengthOf(year, b.Month)))
	}
	m, ok := c.month(year, b.Month, b.Leap)
	if !ok && b.Leap {
		m, ok = c.month(year, b.Month, false)
	}
	if !ok {
		return 0
	}
	return m.first.AddDays(min(b.Day, m.days) - 1)
}

// Next is the first day on or after from on which the birthday is kept; no date
// when no birthday is known. A lunar year ends after the solar one, so the year
// before is looked at too.
func (b Birthday) Next(c *Calendar, from day.Date) day.Date {
	for year := int(from/10000) - 1; year <= int(from/10000)+1; year++ {
		if at := b.In(c, year); at != 0 && at >= from {
			return at
		}
	}
	return 0
}

func lengthOf(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Calendar is the lunar calendar. Working out a year takes about a millisecond,
// so it remembers the years it was asked for; it serves one goroutine. Its zero
// value is ready.
type Calendar struct{ years map[int][]lunarMonth }

type lunarMonth struct {
	month int // as the calendar counts: negative for a leap month
	days  int
	first day.Date // the solar date of its first day
}

func (c *Calendar) month(year, month int, leap bool) (lunarMonth, bool) {
	if year < yearMin-1 || year > 2200 {
		return lunarMonth{}, false
	}
	months, known := c.years[year]
	if !known {
		months = lunarYear(year)
		if c.years == nil {
			c.years = map[int][]lunarMonth{}
		}
		c.years[year] = months
	}
	if leap {
		month = -month
	}
	for _, m := range months {
		if m.month == month {
			return m, true
		}
	}
	return lunarMonth{}, false
}

// lunarYear is empty for a year the library cannot work out: it panics then.
func lunarYear(year int) (months []lunarMonth) {
	defer func() {
		if recover() != nil {
			months = nil
		}
	}()
	all := calendar.NewLunarYear(year)
	for n := -12; n <= 12; n++ {
		m := all.GetMonth(n)
		if m == nil {
			continue // No month zero, and at most one leap month.
		}
		s := calendar.NewSolarFromJulianDay(m.GetFirstJulianDay())
		months = append(months, lunarMonth{
			month: m.GetMonth(), days: m.GetDayCount(),
			first: day.Date(s.GetYear()*10000 + s.GetMonth()*100 + s.GetDay()),
		})
	}
	return months
}
