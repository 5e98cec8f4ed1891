package order

import "huiji/internal/core/unit"

// RulePoints is points of one earning rule.
type RulePoints struct {
	Rule   string
	Points unit.Points
}

// Basis is what a number of units of a line are worth together.
type Basis struct {
	Units  int64
	Money  unit.Money
	Used   unit.Points  // points that paid for them
	Earned []RulePoints // points they earned, by rule
}

// Holding is what is left of a line. Every unit has a fixed share of Base: the
// first k units hold floor(Base × k / units), so that giving units back one by
// one or all at once comes to the same. A price reduction takes money out of
// what is left and makes that the new Base.
type Holding struct {
	Base Basis
	Gone int64      // units of Base given back
	Kept unit.Money // money kept on units given back, as for a restocking fee
}

// Taken is what a refund takes from one line.
type Taken struct {
	No     int
	Units  int64
	Money  unit.Money
	Used   unit.Points
	Earned []RulePoints
}

// Clawed is the points that what was taken had earned, by all rules.
func (t Taken) Clawed() (sum unit.Points) {
	for _, e := range t.Earned {
		sum += e.Points
	}
	return sum
}

// Left is what the line still holds. Money includes what was kept.
func (h Holding) Left() Basis {
	left := h.Standing()
	left.Money += h.Kept
	return left
}

// value is what the next q units are worth.
func (h Holding) value(q int64) Basis {
	return h.Base.first(h.Gone + q).minus(h.Base.first(h.Gone))
}

// takeUnits gives q units back, of whose money only pay is paid out; the rest is
// kept.
func (h *Holding) takeUnits(q int64, pay unit.Money) Taken {
	v := h.value(q)
	h.Gone += q
	h.Kept += v.Money - pay
	return Taken{Units: q, Money: pay, Used: v.Used, Earned: v.Earned}
}

// reduce lowers the price of what is left: kept money first, then gone, which
// is taken from the units and makes a new Base.
func (h *Holding) reduce(kept unit.Money, gone Basis) Taken {
	h.Kept -= kept
	if gone.Money > 0 {
		h.Base, h.Gone = h.Standing().minus(gone), 0
	}
	return Taken{Money: kept + gone.Money, Used: gone.Used, Earned: gone.Earned}
}

// Standing is what the units that were not given back hold.
func (h Holding) Standing() Basis { return h.Base.minus(h.Base.first(h.Gone)) }

// takeValue takes all money and points that are left, and the units too when
// they come back.
func (h *Holding) takeValue(units bool) Taken {
	left := h.Left()
	h.Base, h.Gone, h.Kept = Basis{Units: left.Units}, 0, 0
	taken := Taken{Money: left.Money, Used: left.Used, Earned: left.Earned}
	if units {
		h.Base.Units, taken.Units = 0, left.Units
	}
	return taken
}

// first is what the first k units hold.
func (b Basis) first(k int64) Basis {
	if k == 0 {
		return Basis{}
	}
	p := Basis{
		Units: k, Money: unit.Money(share(int64(b.Money), k, b.Units)), Used: unit.Points(share(int64(b.Used), k, b.Units)),
	}
	for _, e := range b.Earned {
		p.Earned = append(p.Earned, RulePoints{e.Rule, unit.Points(share(int64(e.Points), k, b.Units))})
	}
	return p
}

// minus takes a part of b away.
func (b Basis) minus(part Basis) Basis {
	rest := Basis{Units: b.Units - part.Units, Money: b.Money - part.Money, Used: b.Used - part.Used}
	for _, e := range b.Earned {
		rest.Earned = append(rest.Earned, RulePoints{e.Rule, e.Points - part.earned(e.Rule)})
	}
	return rest
}

// earned is the points of one rule.
func (b Basis) earned(rule string) unit.Points {
	for _, e := range b.Earned {
		if e.Rule == rule {
			return e.Points
		}
	}
	return 0
}

// worthless reports whether no money and no points are left.
func (b Basis) worthless() bool { return b.Money == 0 && b.Used == 0 }

// share is floor(total × num / den) for 0 ≤ num ≤ den, which cannot overflow.
func share(total, num, den int64) int64 {
	q, err := unit.Ratio(total, num, den)
	if err != nil {
		// num ≤ den and total ≤ unit.Max, so this is a broken invariant of ours.
		panic(err)
	}
	return q
}

// whole is what a line holds when nothing of it was given back.
func (l *Line) whole() Basis {
	return Basis{Units: l.Quantity, Money: l.Paid, Used: l.PointsUsed}
}

// untouched reports whether the line still holds everything.
func (l *Line) untouched() bool {
	b, w := l.Holding.Base, l.whole()
	return b.Units == w.Units && b.Money == w.Money && b.Used == w.Used && l.Holding.Gone == 0 && l.Holding.Kept == 0
}

// rebase makes what stands the new Base, so that points can be put on it.
func (h *Holding) rebase() { h.Base, h.Gone = h.Standing(), 0 }
