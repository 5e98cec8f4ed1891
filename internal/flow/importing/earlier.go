package importing

import (
	"math/bits"
	"slices"

	"huiji/internal/core/fold"
	"huiji/internal/core/unit"
	"huiji/internal/domain/order"
)

// earlier is a sale of an earlier file that a cancellation can belong to. It
// stands for a deal of this file under a number below zero.
type earlier struct {
	group int
	*order.Order
}

// eligible reports whether a sale can be what a cancellation gives back.
func (d Deal) eligible(o *order.Order) bool {
	return o.Kind == order.Sale && o.Source == order.FromImport && !o.OccurredAt.After(d.At)
}

// matchEarlier matches what belongs to no sale in the file to sales of earlier
// files, the most recent first, by the same rules: it moves lines of the deal to
// its takes.
func (d *Deal) matchEarlier(sales []earlier, articles []Article) {
	sales = slices.Clone(sales)
	slices.SortStableFunc(sales, func(a, b earlier) int { return b.OccurredAt.Compare(a.OccurredAt) })
	m := earlierMatcher{sales: sales, taken: map[[2]int]int64{}}
	lines := d.Lines
	d.Lines = nil
	for _, l := range lines {
		pieces := m.match(l, articles[l.Article])
		for _, p := range pieces {
			d.take(p.group, TakeLine{No: p.no, Article: l.Article, Name: l.Name, Quantity: p.quantity, Money: p.money, Same: p.same})
		}
		left := make([]piece, len(pieces))
		for i, p := range pieces {
			left[i] = p.piece
		}
		if l = l.less(left); l.Quantity > 0 {
			d.Lines = append(d.Lines, l)
		}
	}
}

// take adds a line to the take of one order.
func (d *Deal) take(group int, l TakeLine) {
	at := slices.IndexFunc(d.Takes, func(t Take) bool { return t.Group == group })
	if at < 0 {
		at, d.Takes = len(d.Takes), append(d.Takes, Take{Group: group})
	}
	d.Takes[at].add(l)
}

type earlierMatcher struct {
	sales []earlier
	taken map[[2]int]int64 // by group and line: units that this cancellation takes already
}

type earlierPiece struct {
	piece
	group, no int
}

// match finds the lines that a returned line was part of: at the same price the
// most recent with enough left, then several, then at any price in the same way.
func (m *earlierMatcher) match(l Line, a Article) (all []earlierPiece) {
	want := l.Quantity
	for _, same := range []bool{true, false} {
		if !same && a.Charge {
			break
		}
		for _, least := range []int64{want, 1} {
			for _, s := range m.sales {
				for _, sold := range slices.Backward(s.Lines) {
					key := [2]int{s.group, sold.No}
					left := s.Refundable(sold) - m.taken[key]
					if want == 0 || left < max(least, 1) || fold.Code(sold.SKU) != a.Key || !fitsEarlier(sold, l, same) {
						continue
					}
					n := min(left, want)
					before := l.Quantity - want
					m.taken[key] += n
					want -= n
					all = append(all, earlierPiece{piece{quantity: n, money: l.share(before+n) - l.share(before), same: same}, s.group, sold.No})
				}
			}
		}
	}
	return all
}

// share is what the first k units of the line were paid.
func (l Line) share(k int64) unit.Money {
	part, _ := unit.Ratio(int64(l.Paid), k, l.Quantity) // k ≤ Quantity: never more than Paid.
	return unit.Money(part)
}

func fitsEarlier(sold order.Line, back Line, same bool) bool {
	if !same {
		return sold.Paid > 0 || back.Paid == 0
	}
	hi, lo := bits.Mul64(uint64(sold.Paid), uint64(back.Quantity))
	hi2, lo2 := bits.Mul64(uint64(back.Paid), uint64(sold.Quantity))
	return hi == hi2 && lo == lo2
}
