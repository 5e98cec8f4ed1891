package importing

import (
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/unit"
	"huiji/internal/domain/order"
)

// Limits of what is booked in one transaction.
const (
	mostDeals  = 400
	mostLines  = 6000
	mostAtOnce = 500 // members or products
)

// chunks cuts the deals into transactions of up to most: [from, to) of each.
func (p *Plan) chunks(most int) (all [][2]int) {
	from, lines := 0, int32(0)
	for i, at := range p.turn {
		if i > from && (i-from == most || lines+p.groups[at].lines > mostLines) {
			all = append(all, [2]int{from, i})
			from, lines = i, 0
		}
		lines += p.groups[at].lines
	}
	if from < len(p.turn) {
		all = append(all, [2]int{from, len(p.turn)})
	}
	return all
}

// wave is deals that can be booked together, all sales before all cancellations,
// without changing the order in which anything happened to a member.
type wave struct{ sales, backs []Deal }

// waves cuts deals, in the order of time, so that within a wave no sale to a
// member follows a cancellation that concerns them.
func (p *Plan) waves(deals []Deal) (all []wave) {
	type place struct {
		wave int
		back bool
	}
	at := map[int]place{}
	for _, d := range deals {
		n := 0
		for _, m := range p.concerned(d) {
			here := at[m]
			if here.back && !d.Back {
				here.wave++
			}
			n = max(n, here.wave)
		}
		for _, m := range p.concerned(d) {
			at[m] = place{n, d.Back}
		}
		for len(all) <= n {
			all = append(all, wave{})
		}
		if d.Back {
			all[n].backs = append(all[n].backs, d)
		} else {
			all[n].sales = append(all[n].sales, d)
		}
	}
	return all
}

// concerned are the members whose points a deal can move.
func (p *Plan) concerned(d Deal) (members []int) {
	if d.Member >= 0 {
		members = append(members, d.Member)
	}
	for _, take := range d.Takes {
		if m := int(p.groups[p.whole(take.Group)].member); m >= 0 && m != d.Member {
			members = append(members, m)
		}
	}
	return members
}

// booked is what a chunk came to: what the report counts, and the orders by
// their deals.
type booked struct {
	orders map[int]id.Order // by deal
	places map[int][]place  // by sale: where its lines stand, if not as the file has them
	facts  []fact
	aside  []asideItem
	rows   int64 // those set aside are none of them
	made   Made
}

// asideItem is a row that was good and could not be booked.
type asideItem struct {
	item   int32
	reason Reason
}

// setAside sets a row aside that the plan counted as used.
func (b *booked) setAside(item int32, reason Reason) {
	b.rows--
	b.aside = append(b.aside, asideItem{item, reason})
}

// fact is one order, refund or credit for the report.
type fact struct {
	at           time.Time
	kind         factKind
	money        unit.Money
	points, owed unit.Points
	part         bool // an order that was added to another one
}

type factKind int

const (
	soldFact factKind = iota
	refundFact
	creditFact
)

func (b *booked) sold(o *order.Order, part bool) {
	b.facts = append(b.facts, fact{at: o.OccurredAt, kind: soldFact, money: o.Total, points: o.PointsEarned, part: part})
}

func (b *booked) refunded(r *order.Refund) {
	b.facts = append(b.facts, fact{at: r.OccurredAt, kind: refundFact, money: r.Amount, points: r.ClawedBack(), owed: r.PointsDebt})
}

func (b *booked) credited(o *order.Order) {
	b.facts = append(b.facts, fact{at: o.OccurredAt, kind: creditFact, money: -o.Total})
}

// add counts a chunk that was committed.
func (r *Report) add(b *booked, zone *time.Location) {
	for _, f := range b.facts {
		m := r.month(f.at, zone)
		switch f.kind {
		case soldFact:
			r.addSale(m, f.money, f.points)
			if f.part {
				r.Supplements++
			}
		case refundFact:
			r.addRefund(m, f.money, f.points, f.owed)
		case creditFact:
			r.addCredit(m, f.money)
		}
	}
	r.RowsUsed += b.rows
	r.New.Orders, r.New.Refunds, r.New.Credits = r.New.Orders+b.made.Orders, r.New.Refunds+b.made.Refunds, r.New.Credits+b.made.Credits
}
