package importing

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// Plan is what a file comes to: sales and cancellations in the order in which
// they happened. It depends on the file alone, so that a second run makes the
// same plan.
type Plan struct {
	*Sheet
	byGroup []int32           // the items, those of a group together and in the order of rows
	from    []int32           // where each group begins in byGroup
	turn    []int32           // the groups in the order of time, sales before cancellations
	pieces  map[int32][]piece // by the returned item
	shrinks map[int32]bool    // the sales of which something comes back
}

// piece is a part of a returned item and the sold item that it was part of.
type piece struct {
	sold     int32
	quantity int64
	money    unit.Money // what the file gives back for it
	same     bool       // it was sold at this price
}

// Deal is one order or one cancellation.
type Deal struct {
	Group    int    // the deal's number in the plan
	Number   string // unique among the file's sales, and among its cancellations
	Back     bool   // a cancellation
	Original string // the order that a cancellation names
	Member   int    // in Members; -1 = nobody
	Store    id.Store
	Payment  string // as the file says it
	At       time.Time
	Lines    []Line    // of a sale; of a cancellation what matches no sale in the file
	Takes    []Take    // of a cancellation, one for each order
	Rows     int       // how many rows it was made of
	Part     int       // of a sale: 0, or the number of the part that is added to an order that was booked before
	owner    id.Member // of a part: whom the order belongs to
}

// Line is one line of a deal. Quantity and money are never negative.
type Line struct {
	Article  int // in Articles
	Name     string
	Quantity int64
	Price    unit.Money // of one unit, rounded, to be shown
	Amount   unit.Money // quantity × exact price, rounded once
	Paid     unit.Money // after the line's discount
	item     int32
	amended  bool // its row was set aside by an earlier run and put right
}

// Take is what a cancellation gives back of one order.
type Take struct {
	Group int // the order's Deal.Group
	Lines []TakeLine
}

// TakeLine is units of one line of an order.
type TakeLine struct {
	No       int // the line's number in its order, from 1
	Article  int
	Name     string
	Quantity int64
	Money    unit.Money // what the file gives back for them
	Same     bool       // at the price at which they were sold
}

// NewPlan puts the rows in order and matches returns to earlier sales.
func NewPlan(s *Sheet) *Plan {
	p := &Plan{Sheet: s, pieces: map[int32][]piece{}, shrinks: map[int32]bool{}}
	p.index()
	p.turn = make([]int32, len(s.groups))
	for i := range p.turn {
		p.turn[i] = int32(i)
	}
	slices.SortFunc(p.turn, p.compare)
	newMatcher(p).run()
	return p
}

// compare orders groups as they happened, sales before cancellations.
func (p *Plan) compare(a, b int32) int {
	g, h := &p.groups[a], &p.groups[b]
	return cmp.Or(cmp.Compare(g.at, h.at), compareFlag(g.back, h.back), cmp.Compare(g.first, h.first))
}

func compareFlag(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// index puts the items of each group side by side.
func (p *Plan) index() {
	p.from = make([]int32, len(p.groups)+1)
	for i := range p.groups {
		p.from[i+1] = p.from[i] + p.groups[i].lines
	}
	next := slices.Clone(p.from)
	p.byGroup = make([]int32, len(p.items))
	for i := range p.items {
		g := p.items[i].group
		p.byGroup[next[g]] = int32(i)
		next[g]++
	}
}

func (p *Plan) itemsOf(group int32) []int32 { return p.byGroup[p.from[group]:p.from[group+1]] }

// Count is how many deals there are.
func (p *Plan) Count() int { return len(p.turn) }

// Rows is how many rows the deals are made of.
func (p *Plan) Rows() int64 { return int64(len(p.items)) }

// Deal is the n-th thing that happened.
func (p *Plan) Deal(n int) Deal { return p.deal(p.turn[n]) }

// Numbered is the deal with a number in the plan, as a Take names it.
func (p *Plan) Numbered(group int) Deal { return p.deal(int32(group)) }

func (p *Plan) deal(at int32) Deal {
	g := &p.groups[at]
	d := Deal{
		Group: int(at), Number: g.number, Back: g.back, Original: g.original, Member: int(g.member), Store: g.store,
		Payment: p.texts[g.payment], At: time.UnixMilli(g.at), Rows: int(g.lines),
	}
	for _, i := range p.itemsOf(at) {
		item := &p.items[i]
		l := Line{
			Article: int(item.article), Name: p.name(item), Quantity: item.quantity,
			Price: item.price, Amount: item.gross, Paid: item.net, item: i, amended: item.amended,
		}
		if g.back {
			if l = l.less(p.pieces[i]); l.Quantity == 0 {
				continue
			}
		}
		d.Lines = append(d.Lines, l)
	}
	d.Takes = p.takes(at)
	return d
}

func (p *Plan) name(item *item) string {
	if name := p.texts[item.name]; name != "" {
		return name
	}
	return p.Articles[item.article].Name
}

// less is the line without what was matched. A credit knows no discount: what
// was given back is all.
func (l Line) less(pieces []piece) Line {
	whole := l.Quantity
	for _, taken := range pieces {
		l.Quantity, l.Paid = l.Quantity-taken.quantity, l.Paid-taken.money
	}
	if l.Amount = l.Paid; l.Quantity < whole && l.Quantity > 0 {
		each, _ := unit.RatioHalfUp(int64(l.Paid), 1, l.Quantity) // Never more than Paid.
		l.Price = unit.Money(each)
	}
	return l
}

// takes gathers the pieces of a cancellation by the order that they belong to,
// each line of it once.
func (p *Plan) takes(at int32) (all []Take) {
	orders := map[int32]int{}
	for _, i := range p.itemsOf(at) {
		for _, piece := range p.pieces[i] {
			sold := &p.items[piece.sold]
			n, known := orders[sold.group]
			if !known {
				n = len(all)
				orders[sold.group] = n
				all = append(all, Take{Group: int(sold.group)})
			}
			all[n].add(TakeLine{
				No: p.lineNo(piece.sold), Article: int(sold.article), Name: p.name(sold),
				Quantity: piece.quantity, Money: piece.money, Same: piece.same,
			})
		}
	}
	return all
}

func (t *Take) add(l TakeLine) {
	at := slices.IndexFunc(t.Lines, func(had TakeLine) bool { return had.No == l.No })
	if at < 0 {
		t.Lines = append(t.Lines, l)
		return
	}
	had := &t.Lines[at]
	had.Quantity, had.Money, had.Same = had.Quantity+l.Quantity, had.Money+l.Money, had.Same && l.Same
}

// lineNo is the place of an item in its order, from 1. The items of a group
// stand in the order of rows.
func (p *Plan) lineNo(item int32) int {
	at, _ := slices.BinarySearch(p.itemsOf(p.items[item].group), item)
	return at + 1
}

// matcher finds the sales that returns belong to.
type matcher struct {
	*Plan
	wanted   map[[2]int32][]int32 // member and article of a return: sold items, in the order of time
	named    map[int32]bool       // sales that a return names: whether they have happened
	returned map[int32]int64      // units of sold items that came back
}

func newMatcher(p *Plan) *matcher {
	m := &matcher{Plan: p, wanted: map[[2]int32][]int32{}, named: map[int32]bool{}, returned: map[int32]int64{}}
	for i := range p.items {
		item := &p.items[i]
		if g := &p.groups[item.group]; g.back {
			if sale, found := m.original(g); found {
				m.named[sale] = false
			} else if g.member >= 0 {
				m.wanted[[2]int32{g.member, item.article}] = nil
			}
		}
	}
	return m
}

// original is the sale that a return names: by the order it gives, or by bearing
// the sale's own number.
func (m *matcher) original(g *group) (int32, bool) {
	number := g.number
	if g.original != "" {
		number = g.original
	}
	sale, found := m.byNumber[groupKey{number, false}]
	return sale, found
}

func (m *matcher) run() {
	for _, at := range m.turn {
		g := &m.groups[at]
		if _, named := m.named[at]; named {
			m.named[at] = true
		}
		for _, i := range m.itemsOf(at) {
			switch {
			case g.back:
				m.match(g, i)
			case g.member >= 0:
				m.offer(g.member, i)
			}
		}
	}
}

// offer remembers a sold item that somebody brings back later.
func (m *matcher) offer(member, i int32) {
	key := [2]int32{member, m.items[i].article}
	if had, wanted := m.wanted[key]; wanted {
		m.wanted[key] = append(had, i)
	}
}

// match finds what a returned item was part of.
func (m *matcher) match(g *group, i int32) {
	var sold []int32
	if sale, found := m.original(g); found {
		if m.named[sale] {
			sold = slices.DeleteFunc(slices.Clone(m.itemsOf(sale)), func(s int32) bool { return m.items[s].article != m.items[i].article })
		}
	} else if g.original == "" && g.member >= 0 {
		sold = m.wanted[[2]int32{g.member, m.items[i].article}]
	}
	if len(sold) == 0 {
		return
	}
	left := m.take(i, sold, m.items[i].quantity, true)
	if left > 0 && !m.Articles[m.items[i].article].Charge {
		m.take(i, sold, left, false)
	}
}

// take matches up to want units with the sold items: with the most recent that
// has them all, or else with several, from the most recent backwards. It answers
// how many units are left.
func (m *matcher) take(i int32, sold []int32, want int64, same bool) int64 {
	fits := func(s int32) bool {
		if same {
			return samePrice(&m.items[s], &m.items[i])
		}
		return m.items[s].net > 0 || m.items[i].net == 0
	}
	for _, least := range []int64{want, 1} {
		for _, s := range slices.Backward(sold) {
			left := m.items[s].quantity - m.returned[s]
			if want == 0 || left < least || !fits(s) {
				continue
			}
			n := min(left, want)
			m.note(i, s, n, same)
			want -= n
		}
	}
	return want
}

// note books units of a return on a sold item. Money follows the units: the
// first k units of the return hold floor(money × k / units).
func (m *matcher) note(i, s int32, units int64, same bool) {
	item, before := &m.items[i], int64(0)
	for _, had := range m.pieces[i] {
		before += had.quantity
	}
	share := func(k int64) unit.Money {
		part, _ := unit.Ratio(int64(item.net), k, item.quantity) // k ≤ quantity: never more than net.
		return unit.Money(part)
	}
	m.returned[s] += units
	m.shrinks[m.items[s].group] = true
	m.pieces[i] = append(m.pieces[i], piece{sold: s, quantity: units, money: share(before+units) - share(before), same: same})
}

// samePrice reports whether a return is at the price of a sale: the same exact
// unit price and no discount, or the same money for each unit.
func samePrice(sold, back *item) bool {
	if sold.exact == back.exact && !sold.exact.Zero() && sold.net == sold.gross && back.net == back.gross {
		return true
	}
	hi, lo := bits.Mul64(uint64(sold.net), uint64(back.quantity))
	hi2, lo2 := bits.Mul64(uint64(back.net), uint64(sold.quantity))
	return hi == hi2 && lo == lo2
}
