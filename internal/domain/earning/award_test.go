package earning

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/lang"
	"huiji/internal/core/unit"
)

var shanghai = time.FixedZone("+08:00", 8*3600)

// noon is 1 January 2026, 12:00 in Shanghai.
var noon = time.Date(2026, 1, 1, 4, 0, 0, 0, time.UTC)

func retail() Policy {
	p := Defaults("retail")
	p.Version = 1
	return p
}

func line(no int, category string, money unit.Money) Line {
	return Line{No: no, SKU: "S" + category, Name: "货" + category, Category: category, Quantity: 1, Eligible: money, EarnsPoints: true}
}

func awards(t *testing.T, p Policy, lines ...Line) []Award {
	t.Helper()
	got, err := Awards(p, Sale{At: noon, Zone: shanghai, Currency: "CNY", Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Three lines of 9.99 with 10.00 off leave 19.97: 19 points, not 6 + 6 + 6.
func TestRoundsOncePerOrder(t *testing.T) {
	got := awards(t, retail(), line(1, "", 666), line(2, "", 666), line(3, "", 665))
	if len(got) != 1 || got[0].Points != 19 {
		t.Fatalf("got %+v, want 19 points", got)
	}
	want := lang.Say("消费 19.97 元，每 1 元积 1 分，向下取整，得 19 分", "Spent CNY 19.97, 1 point per CNY 1, rounded down: 19 points")
	if got[0].Because != want {
		t.Errorf("because %q", got[0].Because)
	}
	var sum unit.Points
	for i, l := range got[0].Lines {
		if l.No != i+1 || l.Points < 6 || l.Points > 7 {
			t.Errorf("line %+v", l)
		}
		sum += l.Points
	}
	if sum != 19 {
		t.Errorf("lines add up to %d", sum)
	}
}

func TestRounding(t *testing.T) {
	for _, c := range []struct {
		rounding Rounding
		points   unit.Points
		per      unit.Money
		spent    unit.Money
		want     unit.Points
	}{
		{Down, 1, 100, 99, 0},
		{HalfUp, 1, 100, 49, 0},
		{HalfUp, 1, 100, 50, 1},
		{HalfUp, 1, 100, 149, 1},
		{Down, 3, 700, 1000, 4}, // 4.28…
		{HalfUp, 5, 700, 1000, 7},
		{Down, 1, 1, 123456789, 123456789},
		{Down, 0, 100, 100000, 0},
		{Down, 7, 3, unit.Money(unit.Max) / 7 * 3, unit.Points(unit.Max / 7 * 7)},
	} {
		p := retail()
		p.Rounding, p.Points, p.PerAmount = c.rounding, c.points, c.per
		if got := Total(awards(t, p, line(1, "", c.spent))); got != c.want {
			t.Errorf("%s %d per %d on %d: got %d, want %d", c.rounding, c.points, c.per, c.spent, got, c.want)
		}
	}
}

func TestTooMuchIsAnErrorNotAWrap(t *testing.T) {
	p := retail()
	p.Points, p.PerAmount = MostPoints, 1
	_, err := Awards(p, Sale{At: noon, Zone: shanghai, Lines: []Line{line(1, "", unit.Money(unit.Max))}})
	if !errors.Is(err, unit.ErrOverflow) {
		t.Errorf("product: %v", err)
	}
	_, err = Awards(retail(), Sale{At: noon, Zone: shanghai, Lines: []Line{line(1, "", unit.Money(unit.Max)), line(2, "", 1)}})
	if !errors.Is(err, unit.ErrOverflow) {
		t.Errorf("sum: %v", err)
	}
}

func TestCategoriesAndExcludedGoods(t *testing.T) {
	p := retail()
	p.Categories = []Rate{{Category: "茶", Points: 3, PerAmount: 100}, {Category: "烟", Points: 0, PerAmount: 100}}
	p.ExcludedSKUs = []string{"s酒"} // SKUs are equal in either case.
	free := line(5, "袋", 30)
	free.EarnsPoints = false
	got := awards(t, p, line(1, "茶", 4000), line(2, "杯", 6000), line(3, "酒", 9900), line(4, "烟", 5000), free, line(6, "茶", 50))
	if len(got) != 3 || got[0].Rule != "category:茶" || got[1].Rule != BaseRule || got[2].Rule != "category:烟" {
		t.Fatalf("rules %+v", got)
	}
	if got[0].Points != 121 || got[0].Money != 4050 || got[1].Points != 60 || got[2].Points != 0 {
		t.Errorf("points %d %d %d", got[0].Points, got[1].Points, got[2].Points)
	}
	if got[0].Lines[0].Points+got[0].Lines[1].Points != 121 || got[0].Lines[1].No != 6 {
		t.Errorf("lines %+v", got[0].Lines)
	}
	if z := got[0].Because.ZH; !strings.Contains(z, "品类“茶”消费 40.50 元") || !strings.Contains(z, "不积分商品：货酒、货袋") {
		t.Errorf("because %q", z)
	}
	if e := got[2].Because.EN; e != "Spent CNY 50 on the category “烟”, which earns nothing: 0 points" {
		t.Errorf("because %q", e)
	}
}

func TestNothingEarns(t *testing.T) {
	var lines []Line
	for i, name := range []string{"甲", "乙", "丙", "丁", "丁"} {
		l := line(i+1, name, 100)
		l.EarnsPoints = false
		lines = append(lines, l)
	}
	got := awards(t, retail(), lines...)
	if len(got) != 1 || got[0].Points != 0 || got[0].Because.ZH != "本单商品均不积分（货甲、货乙、货丙等 4 种），得 0 分" {
		t.Errorf("got %+v", got)
	}
	if got[0].Because.EN != "Nothing in this order earns points (货甲, 货乙, 货丙 and 1 more): 0 points" {
		t.Errorf("got %q", got[0].Because.EN)
	}
	if got := awards(t, retail()); len(got) != 0 {
		t.Errorf("no lines: %+v", got)
	}
}

func TestOtherCurrencies(t *testing.T) {
	got, err := Awards(retail(), Sale{At: noon, Zone: shanghai, Currency: "GBP", Lines: []Line{line(1, "", 1999)}})
	if err != nil {
		t.Fatal(err)
	}
	if b := got[0].Because; b.ZH != "消费 19.99 GBP，每 1 GBP 积 1 分，向下取整，得 19 分" || b.EN != "Spent GBP 19.99, 1 point per GBP 1, rounded down: 19 points" {
		t.Errorf("because %q", b)
	}
}

func TestWhenPointsBeginAndEnd(t *testing.T) {
	p := retail()
	p.PendingDays, p.Validity = 7, day.Validity{Kind: "days", N: 30}
	a := awards(t, p, line(1, "", 1000))[0]
	if want := time.Date(2026, 1, 8, 0, 0, 0, 0, shanghai); !a.AvailableAt.Equal(want) {
		t.Errorf("available %v, want %v", a.AvailableAt, want)
	}
	if want := time.Date(2026, 2, 8, 0, 0, 0, 0, shanghai); !a.ExpiresAt.Equal(want) {
		t.Errorf("expires %v, want %v", a.ExpiresAt, want)
	}
	p.PendingDays, p.Validity = 0, day.Never()
	if a = awards(t, p, line(1, "", 1000))[0]; !a.AvailableAt.Equal(noon) || !a.ExpiresAt.IsZero() {
		t.Errorf("at once and for ever: %+v", a)
	}
	p.Validity = day.Validity{Kind: "date", Date: "2025-12-31"}
	if a = awards(t, p, line(1, "", 1000))[0]; a.Points != 0 || a.Lines[0].Points != 0 || !strings.Contains(a.Because.ZH, "2025-12-31") {
		t.Errorf("a validity that is over gives nothing: %+v", a)
	}
}

// Any order under any rule: the points are the exact quotient, the lines add up
// and none is further than one point from its fair share.
func TestPointsAreExactAndAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for range 2000 {
		p := retail()
		p.Points, p.PerAmount = unit.Points(r.Int64N(1000)+1), unit.Money(r.Int64N(5000)+1)
		if r.IntN(2) == 0 {
			p.Rounding = HalfUp
		}
		var lines []Line
		var sum int64
		for i := range r.IntN(12) + 1 {
			money := r.Int64N(100_000)
			sum += money
			lines = append(lines, line(i+1, "", unit.Money(money)))
		}
		a := awards(t, p, lines...)[0]
		if want := exact(sum, int64(p.Points), int64(p.PerAmount), p.Rounding); int64(a.Points) != want {
			t.Fatalf("%d per %d on %d: got %d, want %d", p.Points, p.PerAmount, sum, a.Points, want)
		}
		var spread unit.Points
		for _, l := range a.Lines {
			spread += l.Points
			if sum == 0 {
				continue
			}
			if fair := int64(a.Points) * int64(l.Money) / sum; int64(l.Points) < fair || int64(l.Points) > fair+1 {
				t.Fatalf("line %+v of %+v", l, a)
			}
		}
		if spread != a.Points {
			t.Fatalf("lines add up to %d of %d", spread, a.Points)
		}
	}
}

func exact(sum, points, per int64, rounding Rounding) int64 {
	n := new(big.Int).Mul(big.NewInt(2*sum), big.NewInt(points))
	if rounding == HalfUp {
		n.Add(n, big.NewInt(per))
	}
	return n.Div(n, big.NewInt(2*per)).Int64()
}
