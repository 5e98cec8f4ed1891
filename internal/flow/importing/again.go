package importing

import (
	"slices"
	"strconv"
	"strings"

	"huiji/internal/core/unit"
	"huiji/internal/domain/order"
)

// mostAdded is how many orders the rows of one order in the file can be spread
// over: the order itself and what was added to it.
const mostAdded = 20

// place is where a line of a deal was booked: in which order, given as a deal's
// group, and as which of its lines. No is 0 where it was not booked.
type place struct{ group, no int }

// likeness is what makes a row of the file and a booked line the same. The
// description is no part of it: to put a name right sells nothing anew.
type likeness struct {
	sku          string
	quantity     int64
	amount, paid unit.Money
}

// beside is a sale of the file beside what was booked of it before: the order
// and the parts that were added to it.
type beside struct {
	places []place // by line of the deal
	fresh  []Line  // the lines that were not booked
	holds  []bool  // by part: it holds a line of the deal
	whole  []bool  // by part: all of its lines are in the deal
}

// compare finds for every line of a sale the booked line that it is. Equal lines
// are told apart by their number alone.
func (f *Facts) compare(p *Plan, d Deal, parts []*order.Order) beside {
	b := beside{places: make([]place, len(d.Lines)), holds: make([]bool, len(parts)), whole: make([]bool, len(parts))}
	booked := map[likeness][]place{}
	left := make([]int, len(parts))
	for n, o := range parts {
		left[n] = len(o.Lines)
		for _, l := range o.Lines {
			key := likeness{l.SKU, l.Quantity, l.Amount, l.Paid}
			booked[key] = append(booked[key], place{n, l.No})
		}
	}
	for i, l := range d.Lines {
		key := likeness{f.Goods[l.Article].SKU, l.Quantity, l.Amount, l.Paid}
		had := booked[key]
		if len(had) == 0 {
			b.fresh = append(b.fresh, l)
			continue
		}
		n := had[0].group
		b.places[i] = place{p.part(d.Group, n), had[0].no}
		b.holds[n], left[n], booked[key] = true, left[n]-1, had[1:]
	}
	for n := range left {
		b.whole[n] = left[n] == 0
	}
	return b
}

// part is the number, as a deal, of the n-th part of an order, from 0, which is
// the order itself. The numbers behind the plan's own are those of parts.
func (p *Plan) part(group, n int) int { return group + n*len(p.groups) }

// whole is the group that a part belongs to.
func (p *Plan) whole(part int) int { return part % len(p.groups) }

// addable reports whether the lines that were not booked can be added as a part.
// The file must hold everything that was booked, so that no line of it is one
// that was booked and then changed in the file; only the file of rows set aside
// may lack the order itself, because its rows say that they were set aside.
func (f *Facts) addable(d Deal, parts []*order.Order, b beside) bool {
	first := parts[0]
	if first.Kind != order.Sale || first.Source != order.FromImport || len(parts) == mostAdded {
		return false
	}
	if d.Member >= 0 && f.Whose[d.Member] != first.Member {
		return false
	}
	amended := !slices.ContainsFunc(b.fresh, func(l Line) bool { return !l.amended })
	for n, whole := range b.whole {
		if !whole && (n > 0 || !amended) {
			return false
		}
	}
	return true
}

// addition is the part that books the fresh lines of a sale: an order of its own,
// of the same member, at the same time.
func (b beside) addition(p *Plan, d Deal, parts []*order.Order) Deal {
	n := len(parts)
	d.Group, d.Part, d.Lines, d.owner = p.part(d.Group, n), n, b.fresh, parts[0].Member
	return d
}

// added notes where the fresh lines stand now that a part books them.
func (b beside) added(group int) {
	no := 0
	for i := range b.places {
		if b.places[i].no == 0 {
			no++
			b.places[i] = place{group, no}
		}
	}
}

// settle makes a cancellation take its lines from where they were booked. What
// was never booked cannot be taken: it becomes a line like one that matches no
// sale.
func (d *Deal) settle(placesOf func(group int) []place) {
	takes := d.Takes
	d.Takes = nil
	for _, t := range takes {
		places := placesOf(t.Group)
		if places == nil {
			d.Takes = append(d.Takes, t)
			continue
		}
		for _, l := range t.Lines {
			at := places[l.No-1]
			if at.no == 0 {
				d.Lines = append(d.Lines, Take{Lines: []TakeLine{l}}.returned()...)
				continue
			}
			l.No = at.no
			d.take(at.group, l)
		}
	}
}

// otherRows are the items of a cancellation whose article came back in another
// number of units when the cancellation was booked.
func (f *Facts) otherRows(p *Plan, group int, booked map[string]int64) (items []int32) {
	units := map[string]int64{}
	sku := func(i int32) string { return f.Goods[p.items[i].article].SKU }
	for _, i := range p.itemsOf(int32(group)) {
		units[sku(i)] += p.items[i].quantity
	}
	for _, i := range p.itemsOf(int32(group)) {
		if units[sku(i)] != booked[sku(i)] {
			items = append(items, i)
		}
	}
	return items
}

// gaveBack adds to units, by article, what a refund of an order gave back.
func gaveBack(units map[string]int64, o *order.Order, r *order.Refund) {
	for _, taken := range r.Lines {
		for _, l := range o.Lines {
			if l.No == taken.No {
				units[l.SKU] += taken.Units
			}
		}
	}
}

// credited adds to units, by article, what a credit gave back.
func credited(units map[string]int64, o *order.Order) {
	for _, l := range o.Lines {
		if !strings.HasPrefix(l.Name, priceDifference) {
			units[l.SKU] -= l.Quantity
		}
	}
}

// partID is the name under which the n-th part of an order acts once, from 1; the
// order itself has its number alone.
func partID(number string, n int) string {
	if n == 0 {
		return number
	}
	return number + partMark + strconv.Itoa(n+1)
}

// partMark stands between an order's number and the part's.
const partMark = "#part"

// numberOf is the number of the order that a sale or a part of it bears.
func numberOf(external string) string {
	at := strings.LastIndex(external, partMark)
	if at < 0 {
		return external
	}
	if n, err := strconv.Atoi(external[at+len(partMark):]); err != nil || n < 2 || n > mostAdded {
		return external
	}
	return external[:at]
}
