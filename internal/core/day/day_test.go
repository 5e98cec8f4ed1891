package day_test

import (
	"testing"
	"time"
	_ "time/tzdata" // The zones of the tests, wherever they run.

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
)

var shanghai = mustLoad("Asia/Shanghai")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func TestMonthsStayInsideTheMonth(t *testing.T) {
	for _, c := range []struct {
		from day.Date
		n    int
		want day.Date
	}{
		{20260131, 1, 20260228}, {20240131, 1, 20240229}, {20261231, 2, 20270228},
		{20260331, -1, 20260228}, {20260115, -1, 20251215}, {20260115, 12, 20270115}, {20260115, -13, 20241215},
	} {
		if got := c.from.AddMonths(c.n); got != c.want {
			t.Errorf("%s %+d months = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestTheLocalDayIsNotTheUTCDay(t *testing.T) {
	at := time.Date(2026, 3, 1, 16, 30, 0, 0, time.UTC) // 00:30 on the 2nd in Shanghai
	if got := day.Of(at, shanghai); got != 20260302 {
		t.Errorf("%s", got)
	}
}

func TestValidityEndsWithALocalDay(t *testing.T) {
	from := time.Date(2026, 1, 31, 15, 59, 0, 0, time.UTC) // 23:59 on 31 January in Shanghai
	for _, c := range []struct {
		v    day.Validity
		last string // last day on which it is good
	}{
		{day.Validity{Kind: "days", N: 1}, "2026-02-01"},
		{day.Validity{Kind: "days", N: 365}, "2027-01-31"},
		{day.Validity{Kind: "months", N: 1}, "2026-02-28"},
		{day.Validity{Kind: "months_end", N: 1}, "2026-02-28"},
		{day.Validity{Kind: "months_end"}, "2026-01-31"},
		{day.Validity{Kind: "quarters_end"}, "2026-03-31"},
		{day.Validity{Kind: "quarters_end", N: 2}, "2026-09-30"},
		{day.Validity{Kind: "years_end"}, "2026-12-31"},
		{day.Validity{Kind: "years_end", N: 1}, "2027-12-31"},
		{day.Validity{Kind: "date", Date: "2026-06-15"}, "2026-06-15"},
	} {
		end := c.v.Ends(from, shanghai)
		if got := day.Of(end.Add(-time.Millisecond), shanghai).String(); got != c.last || end.In(shanghai).Hour() != 0 {
			t.Errorf("%+v: good through %s until %s, want %s", c.v, got, end.In(shanghai), c.last)
		}
		if err := c.v.Check("body.validity"); err != nil {
			t.Errorf("%+v: %v", c.v, err)
		}
	}
	if !day.Never().Ends(from, shanghai).IsZero() {
		t.Error("never ended")
	}
}

// A day that daylight saving makes 23 hours long still ends at midnight.
func TestEndOfADayWithAnHourMissing(t *testing.T) {
	zone := mustLoad("America/New_York")
	d := day.Date(20260308)
	if got := d.End(zone).Sub(d.Start(zone)); got != 23*time.Hour {
		t.Errorf("the day has %v", got)
	}
}

func TestWrongValidityNamesItsField(t *testing.T) {
	for location, v := range map[string]day.Validity{
		"body.validity.kind": {Kind: "weeks"},
		"body.validity.n":    {Kind: "days"},
		"body.validity.date": {Kind: "date", Date: "2026-02-30"},
	} {
		f := fault.Of(v.Check("body.validity"))
		if f == nil || len(f.Fields) != 1 || f.Fields[0].Location != location {
			t.Errorf("%+v: %v, want %s", v, f, location)
		}
	}
}

func TestParseRefusesDaysThatDoNotExist(t *testing.T) {
	for _, s := range []string{"2026-02-30", "2026-2-3", "20260203", "", "2026-13-01"} {
		if d, err := day.Parse(s); err == nil {
			t.Errorf("%q became %s", s, d)
		}
	}
	if d, err := day.Parse("2024-02-29"); err != nil || d.String() != "2024-02-29" {
		t.Errorf("%v %v", d, err)
	}
}
