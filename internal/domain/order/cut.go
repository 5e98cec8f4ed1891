package order

import (
	"fmt"
	"math/bits"
	"slices"

	"huiji/internal/core/unit"
)

// cut is what a price reduction takes from one line.
type cut struct {
	line  *Line
	kept  unit.Money // out of what was kept on units given back
	stand Basis      // what the units that stand hold
	gone  Basis      // out of that
}

// cuts spreads a price reduction over what is left of the order, by largest
// remainder. The points of the lines follow the money: of all points of one kind
// on the lines, floor(points × money taken ÷ money there), each line its part.
func (o *Order) cuts(amount unit.Money) ([]cut, error) {
	weights := make([]int64, len(o.Lines))
	for i, l := range o.Lines {
		weights[i] = int64(l.Holding.Left().Money)
	}
	parts, err := unit.Split(int64(amount), weights)
	if err != nil {
		return nil, fmt.Errorf("spread the refund over the order: %w", err)
	}
	var cuts []cut
	for i := range o.Lines {
		if parts[i] > 0 {
			cuts = append(cuts, cutOf(&o.Lines[i], unit.Money(parts[i])))
		}
	}
	for i, n := range follow(cuts, func(b Basis) unit.Points { return b.Used }) {
		cuts[i].gone.Used = n
	}
	for _, rule := range rulesOf(cuts) {
		for i, n := range follow(cuts, func(b Basis) unit.Points { return b.earned(rule) }) {
			if n > 0 {
				cuts[i].gone.Earned = append(cuts[i].gone.Earned, RulePoints{rule, n})
			}
		}
	}
	return cuts, nil
}

func cutOf(l *Line, amount unit.Money) cut {
	kept := min(amount, l.Holding.Kept)
	return cut{line: l, kept: kept, stand: l.Holding.Standing(), gone: Basis{Money: amount - kept}}
}

func rulesOf(cuts []cut) (rules []string) {
	for _, c := range cuts {
		for _, e := range c.stand.Earned {
			if !slices.Contains(rules, e.Rule) {
				rules = append(rules, e.Rule)
			}
		}
	}
	return rules
}

// follow is how many points go with each cut. No line gives more than it has.
func follow(cuts []cut, points func(Basis) unit.Points) []unit.Points {
	type rest struct {
		at        int
		left, per uint64
	}
	var all, money, cutMoney int64
	var given unit.Points
	out, rests := make([]unit.Points, len(cuts)), []rest(nil)
	for i, c := range cuts {
		n := int64(points(c.stand))
		if n == 0 || c.gone.Money == 0 {
			continue
		}
		all, money, cutMoney = all+n, money+int64(c.stand.Money), cutMoney+int64(c.gone.Money)
		hi, lo := bits.Mul64(uint64(n), uint64(c.gone.Money))
		q, left := bits.Div64(hi, lo, uint64(c.stand.Money))
		out[i] = unit.Points(q)
		given += out[i]
		if left > 0 {
			rests = append(rests, rest{i, left, uint64(c.stand.Money)})
		}
	}
	if all == 0 {
		return out
	}
	slices.SortStableFunc(rests, func(a, b rest) int { return compareFractions(b.left, b.per, a.left, a.per) })
	for more := unit.Points(share(all, cutMoney, money)) - given; more > 0 && len(rests) > 0; more-- {
		out[rests[0].at]++
		rests = rests[1:]
	}
	return out
}

// compareFractions compares a ÷ b with c ÷ d.
func compareFractions(a, b, c, d uint64) int {
	leftHi, leftLo := bits.Mul64(a, d)
	rightHi, rightLo := bits.Mul64(c, b)
	switch {
	case leftHi != rightHi && leftHi > rightHi, leftHi == rightHi && leftLo > rightLo:
		return 1
	case leftHi == rightHi && leftLo == rightLo:
		return 0
	}
	return -1
}
