package earning

import (
	"slices"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
)

func TestDefaultsAreValid(t *testing.T) {
	for _, trade := range []string{"retail", "restaurant", "beauty", "supermarket", "unheard of"} {
		if err := Defaults(trade).Check(20260101); err != nil {
			t.Errorf("%s: %v", trade, err)
		}
	}
	if p := Defaults("retail"); p.Points != 1 || p.PerAmount != 100 || p.Rounding != Down || p.Validity.Kind != "never" || p.PendingDays != 0 {
		t.Errorf("retail is %+v", p)
	}
}

// Every wrong field is named, all of them at once.
func TestCheckNamesEveryField(t *testing.T) {
	p := Policy{
		Points: -1, PerAmount: 0, Rounding: "up", PendingDays: 366,
		Validity:     day.Validity{Kind: "weeks"},
		Categories:   []Rate{{"茶", 1, 100}, {"茶", 1, 100}, {" ", MostPoints + 1, MostPerAmount + 1}},
		ExcludedSKUs: []string{"a", "a", "", strings.Repeat("长", 65)},
	}
	var got []string
	for _, f := range fault.Of(p.Check(20260101)).Fields {
		got = append(got, f.Location)
	}
	want := []string{
		"body.points", "body.per_amount", "body.rounding", "body.pending_days", "body.validity.kind",
		"body.categories[1].category", "body.categories[2].points", "body.categories[2].per_amount", "body.categories[2].category",
		"body.excluded_skus[1]", "body.excluded_skus[2]", "body.excluded_skus[3]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	p = Policy{Points: 1, PerAmount: 1, Rounding: Down, Validity: day.Never(), Categories: make([]Rate, 101), ExcludedSKUs: make([]string, 1001)}
	if n := len(fault.Of(p.Check(20260101)).Fields); n != 2 {
		t.Errorf("%d fields for too many of both", n)
	}
}

func TestAFixedDateMayNotBePast(t *testing.T) {
	p := Defaults("retail")
	p.Validity = day.Validity{Kind: "date", Date: "2026-01-07"}
	if err := p.Check(20260107); err != nil {
		t.Errorf("the last day itself is good: %v", err)
	}
	if p.Check(20260108) == nil {
		t.Error("yesterday was accepted")
	}
	p.PendingDays = 7
	if p.Check(20260101) == nil {
		t.Error("points that end before they begin were accepted")
	}
}

func TestVersionsAt(t *testing.T) {
	first, second := noon, noon.Add(48*time.Hour)
	v := Versions{{Version: 1, EffectiveAt: first}, {Version: 2, EffectiveAt: second}}
	for _, c := range []struct {
		at   time.Time
		want int64
	}{
		{first.Add(-time.Hour * 9999), 1}, {first, 1}, {second.Add(-time.Millisecond), 1}, {second, 2}, {second.Add(time.Hour), 2},
	} {
		if p, err := v.At(c.at); err != nil || p.Version != c.want {
			t.Errorf("%v: version %d (%v), want %d", c.at, p.Version, err, c.want)
		}
	}
	if _, err := (Versions{}).At(noon); fault.CodeOf(err) != "earning.not_set" {
		t.Errorf("none: %v", err)
	}
}

func TestSame(t *testing.T) {
	a, b := Defaults("retail"), Defaults("retail")
	b.Version, b.SetBy = 9, "x"
	if !a.Same(b) {
		t.Error("versions do not make policies differ")
	}
	b.ExcludedSKUs = []string{"x"}
	if a.Same(b) {
		t.Error("an excluded good makes them differ")
	}
}
