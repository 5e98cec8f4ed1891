package demo

import (
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/unit"
)

// sell makes a sale of the event. Sales are numbered as they are written, so a
// later number of the same day may stand at an earlier time.
func (p *plan) sell(d dice, e Event) Event {
	p.sales++
	s := &Sale{No: p.sales, Method: []string{"other", "card", "cash"}[weighted(64, 22, 14).draw(d)]}
	s.Lines = p.basket(d, e.Person)
	for _, l := range s.Lines {
		s.subtotal += p.shelf[l.Good].Price * unit.Money(l.Quantity)
	}
	switch promotion := day.Of(e.At, p.zone) == p.special.promotion; {
	case promotion && s.subtotal >= 100_00:
		s.Discount, s.DiscountReason = s.subtotal/10, "店庆九折"
	case !promotion && s.subtotal > 100_00 && s.subtotal%10_00 > 0 && d.in(0.03):
		s.Discount, s.DiscountReason = s.subtotal%10_00, "抹零"
	}
	e.Sale = s
	if e.Person < 0 {
		e.Lane = -s.No
		return e
	}
	p.spend(d, e.Person, s)
	return e
}

// spend lets a person pay with points now and then, and keeps about what is in
// the purse.
func (p *plan) spend(d dice, person int, s *Sale) {
	purse := &p.purse[person]
	if *purse >= 300 && d.in(0.145) {
		if s.Points.Max = d.in(0.7); s.Points.Max {
			*purse = 0
		} else {
			s.Points.UpTo = []unit.Points{200, 500, 1000}[weighted(3, 4, 3).draw(d)]
			*purse -= min(s.Points.UpTo, *purse)
		}
	}
	*purse += unit.Points((s.subtotal - s.Discount) / 100)
}

// Tendered is the cash that is handed over for what is due: whole notes, of one
// kind that the price decides. 0 when the basket is not paid in cash.
func (b Basket) Tendered(due unit.Money) unit.Money {
	if b.Method != "cash" || due <= 0 {
		return 0
	}
	notes := [...]unit.Money{5_00, 10_00, 50_00, 100_00}
	note := notes[int(due/100)%len(notes)]
	return (due + note - 1) / note * note
}

// basket is what somebody buys: one to five goods, rather of what they like.
func (p *plan) basket(d dice, person int) []Line {
	likes := [2]string{}
	lines := 1 + weighted(30, 32, 20, 11, 7).draw(d)
	if person >= 0 {
		likes = p.persons[person].likes
	}
	goods := newUrn(len(p.shelf), func(i int) float64 {
		w := float64(p.shelf[i].weight)
		if c := p.shelf[i].Category; c == likes[0] || c == likes[1] {
			w *= 3
		}
		return w
	})
	in := map[int]bool{}
	var all []Line
	for len(all) < lines {
		good := goods.draw(d)
		if in[good] {
			continue
		}
		in[good] = true
		all = append(all, Line{Good: good, Quantity: p.quantity(d, good)})
	}
	return all
}

// quantity is how many of a good somebody takes: of a service one, of what is
// cheap sometimes several.
func (p *plan) quantity(d dice, good int) int64 {
	g := &p.shelf[good]
	switch {
	case g.Service || g.Price >= 150_00:
		return 1
	case g.Price >= 50_00:
		return int64(1 + weighted(90, 9, 1).draw(d))
	}
	return int64(1 + weighted(70, 20, 6, 4).draw(d))
}

// returns decides whether something of a sale comes back some days later: of
// most a part, of some everything.
func (p *plan) returns(d dice, e Event) {
	if e.Sale == nil || !d.in(0.028) {
		return
	}
	if _, frozen := p.frozen[e.Person]; frozen && e.Person >= 0 {
		return
	}
	date := day.Of(e.At, p.zone).AddDays(1 + weighted(24, 18, 14, 10, 8, 7, 6, 5, 4, 4).draw(d))
	back := p.event(p.moment(d, date), e.Person, e.Shop)
	back.Lane = e.Lane
	back.Return = &Return{Sale: e.Sale.No, Reason: pick(d, []string{"顾客改变主意", "包装破损", "重复购买", "使用不适", "商品瑕疵", "服务改期"})}
	whole := d.in(0.4)
	for i, l := range e.Sale.Lines {
		if whole || i == 0 {
			quantity := l.Quantity
			if !whole && quantity > 1 {
				quantity = int64(d.between(1, int(quantity)))
			}
			back.Return.Lines = append(back.Return.Lines, Back{Line: i + 1, Quantity: quantity})
		}
	}
	p.dueOn(back)
}

// desk is what the manager does by hand: two members frozen, points given out of
// goodwill, and now and then a slip with its correction.
func (p *plan) desk() {
	d := newDice(p.seed, "desk")
	for _, back := range []int{p.size.Days / 3, p.size.Days / 15} {
		if e, found := p.someone(d, p.today.AddDays(-back-1)); found {
			e.Freeze = "账户疑似被他人使用，核实中"
			p.frozen[e.Person] = e.At
			p.dueOn(e)
		}
	}
	for i := range max(4, p.size.Days/6) {
		e, found := p.someone(d, p.today.AddDays(-d.between(1, p.size.Days-1)))
		if !found {
			continue
		}
		if i%4 > 0 {
			e.Adjust = pick(d, goodwill())
			p.dueOn(e)
			continue
		}
		e.Adjust = &Adjustment{2000, "补登消费积分"}
		p.dueOn(e)
		e.At, e.Adjust = e.At.Add(4*time.Minute), &Adjustment{-1800, "录入多打一个零，更正"}
		p.dueOn(e)
	}
}

func goodwill() []*Adjustment {
	return []*Adjustment{
		{200, "等候过久，表示歉意"}, {500, "商品瑕疵补偿"}, {100, "生日祝福补发"}, {300, "活动积分漏记，凭小票补登"}, {150, "门店活动现场抽奖"},
	}
}

// someone is a regular customer for the desk, a member long before, not frozen,
// who buys nothing on that day: what is given by mistake is still there when it
// is taken back.
func (p *plan) someone(d dice, date day.Date) (Event, bool) {
	at := p.moment(d, date)
	for range 200 {
		person := d.IntN(len(p.persons))
		_, frozen := p.frozen[person]
		if m := &p.persons[person]; m.manner <= regular && m.Joined.Before(p.start) && !frozen {
			p.busy[person] = append(p.busy[person], date)
			return p.event(at, person, m.Shop), true
		}
	}
	return Event{}, false
}

func (p *plan) dueOn(e Event) {
	date := day.Of(e.At, p.zone)
	p.due[date] = append(p.due[date], e)
}
