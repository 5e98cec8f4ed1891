// Package day is the local calendar: dates in a merchant's time zone, the ends
// of days and months, and how long value stays valid. Value ends at the end of
// a local day, never in the middle of one.
package day

import (
	"fmt"
	"time"

	"huiji/internal/core/fault"
)

// Date is a local day as a number, 20260131. Zero is no date.
type Date int32

// Of is the local day of an instant.
func Of(at time.Time, zone *time.Location) Date {
	y, m, d := at.In(zone).Date()
	return Date(y*10000 + int(m)*100 + d)
}

// Parse reads YYYY-MM-DD.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fault.New(fault.Invalid, "date.invalid", "日期须为 YYYY-MM-DD，且真实存在", "a date is YYYY-MM-DD and must exist")
	}
	return Of(t, time.UTC), nil
}

// String is YYYY-MM-DD; empty for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// Start is the first instant of the day.
func (d Date) Start(zone *time.Location) time.Time {
	return time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, zone)
}

// End is the first instant after the day: value that ends with the day is still
// good one millisecond before.
func (d Date) End(zone *time.Location) time.Time { return d.AddDays(1).Start(zone) }

// AddDays moves by days.
func (d Date) AddDays(n int) Date {
	return Of(d.Start(time.UTC).AddDate(0, 0, n), time.UTC)
}

// AddMonths moves by months and stays inside the month it lands in: 31 January
// plus one month is the last day of February.
func (d Date) AddMonths(n int) Date {
	y, m := int(d/10000), int(d/100%100)-1+n
	y, m = y+floorDiv(m, 12), m-12*floorDiv(m, 12)
	return Date(y*10000 + (m+1)*100 + min(int(d%100), lastDay(y, time.Month(m+1))))
}

// EndOfMonth is the last day of the date's month.
func (d Date) EndOfMonth() Date {
	y, m := int(d/10000), time.Month(d/100%100)
	return Date(y*10000 + int(m)*100 + lastDay(y, m))
}

// EndOfYear is 31 December of the date's year.
func (d Date) EndOfYear() Date { return d/10000*10000 + 1231 }

// Validity says how long value lives, counted from the local day on which it
// became usable. Every kind ends with the end of a local day.
type Validity struct {
	Kind string `json:"kind"`           // days, months, months_end, quarters_end, years_end, date, never
	N    int    `json:"n,omitempty"`    // for all kinds but date and never
	Date string `json:"date,omitempty"` // YYYY-MM-DD, for date
}

// Never is value that does not expire.
func Never() Validity { return Validity{Kind: "never"} }

// Check reports what is wrong with the policy. Location names the field.
func (v Validity) Check(location string) error {
	var c fault.Collect
	switch v.Kind {
	case "never":
	case "date":
		if _, err := Parse(v.Date); err != nil {
			c.Add(location+".date", v.Date, "固定到期日须为 YYYY-MM-DD", "date must be YYYY-MM-DD")
		}
	case "days", "months", "months_end", "quarters_end", "years_end":
		if v.N < 0 || v.N > 3660 || (v.N == 0 && (v.Kind == "days" || v.Kind == "months")) {
			c.Add(location+".n", v.N, "n 须为 1–3660 的整数（月末、季末、年末可为 0，表示当期末）", "n must be a whole number from 1 to 3660 (0 is allowed for month, quarter and year ends: the current one)")
		}
	default:
		c.Add(location+".kind", v.Kind, "有效期类型须为 days、months、months_end、quarters_end、years_end、date 或 never", "kind must be days, months, months_end, quarters_end, years_end, date or never")
	}
	return c.Err()
}

// Ends is the first instant at which value that became usable at from is no
// longer good; the zero time when it never ends.
func (v Validity) Ends(from time.Time, zone *time.Location) time.Time {
	d := Of(from, zone)
	switch v.Kind {
	case "days":
		return d.AddDays(v.N).End(zone)
	case "months":
		return d.AddMonths(v.N).End(zone)
	case "months_end":
		return (d/100*100 + 1).AddMonths(v.N).EndOfMonth().End(zone)
	case "quarters_end":
		firstOfQuarter := d/10000*10000 + ((d/100%100-1)/3*3+1)*100 + 1
		return firstOfQuarter.AddMonths(3*v.N + 2).EndOfMonth().End(zone)
	case "years_end":
		return (d + Date(v.N)*10000).EndOfYear().End(zone)
	case "date":
		last, err := Parse(v.Date)
		if err != nil {
			return time.Time{} // Check refused it before it was stored.
		}
		return last.End(zone)
	}
	return time.Time{}
}

func lastDay(y int, m time.Month) int { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day() }

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
