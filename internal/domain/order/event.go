package order

import (
	"slices"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// DaySums adds up what happened at one store on one local day. Money that went
// back counts in Refunded, never against Sales; a credit is a refund.
type DaySums struct {
	Store          id.Store    `json:"store"`
	Day            day.Date    `json:"day"`
	Orders         int64       `json:"orders,omitempty"`
	Sales          unit.Money  `json:"sales,omitempty"`
	MemberOrders   int64       `json:"member_orders,omitempty"`
	MemberSales    unit.Money  `json:"member_sales,omitempty"`
	Discount       unit.Money  `json:"discount,omitempty"`
	PointsAmount   unit.Money  `json:"points_amount,omitempty"`
	Refunds        int64       `json:"refunds,omitempty"`
	Refunded       unit.Money  `json:"refunded,omitempty"`
	MemberRefunded unit.Money  `json:"member_refunded,omitempty"`
	PointsUsed     unit.Points `json:"points_used,omitempty"`
	PointsEarned   unit.Points `json:"points_earned,omitempty"`
	PointsReturned unit.Points `json:"points_returned,omitempty"`
	PointsClawed   unit.Points `json:"points_clawed,omitempty"`
}

// Completed says that orders were recorded: told once for all that were
// recorded together.
type Completed struct {
	Orders []id.Order `json:"orders"`
	Source string     `json:"source"`
	Days   []DaySums  `json:"days"`
}

// Kind names the event on disk.
func (Completed) Kind() string { return "order.completed" }

// Refunded says that parts of orders were refunded: told once for all that were
// refunded together.
type Refunded struct {
	Refunds []id.Refund `json:"refunds"`
	Orders  []id.Order  `json:"orders"`
	Source  string      `json:"source"`
	Days    []DaySums   `json:"days"`
}

// Kind names the event on disk.
func (Refunded) Kind() string { return "order.refunded" }

// Claimed says that a walk-in's order now belongs to a member. Its sums move from
// nobody to a member: orders, sales and what had gone back by then.
type Claimed struct {
	Order  id.Order  `json:"order"`
	Member id.Member `json:"member"`
	Days   []DaySums `json:"days"`
}

// Kind names the event on disk.
func (Claimed) Kind() string { return "order.claimed" }

func completedOf(orders []Order) Completed {
	var c Completed
	for i := range orders {
		o := &orders[i]
		c.Orders, c.Source = append(c.Orders, o.ID), o.Source
		if at := len(c.Days) - 1; at < 0 || c.Days[at].Store != o.Store || c.Days[at].Day != o.Day {
			c.Days = addDay(c.Days, o.sums())
			continue
		}
		c.Days[len(c.Days)-1].add(o.sums())
	}
	return c
}

func refundedOf(given []Given) Refunded {
	var g Refunded
	for i := range given {
		r := &given[i].Refund
		g.Refunds, g.Orders, g.Source = append(g.Refunds, r.ID), append(g.Orders, r.Order), given[i].Order.Source
		g.Days = addDay(g.Days, r.sums(given[i].Order.Member != ""))
	}
	return g
}

// sums is what the order adds to its day.
func (o *Order) sums() DaySums {
	s := DaySums{Store: o.Store, Day: o.Day}
	if o.Kind == Credit {
		s.Refunds, s.Refunded = 1, -o.Total
		if o.Member != "" {
			s.MemberRefunded = -o.Total
		}
		return s
	}
	s.Orders, s.Sales, s.Discount, s.PointsAmount = 1, o.Total, o.Discount, o.PointsAmount
	s.PointsUsed, s.PointsEarned = o.PointsUsed, o.PointsEarned
	if o.Member != "" {
		s.MemberOrders, s.MemberSales = 1, o.Total
	}
	return s
}

func (r *Refund) sums(member bool) DaySums {
	s := DaySums{
		Store: r.Store, Day: r.Day, Refunds: 1, Refunded: r.Amount,
		PointsReturned: r.PointsReturned, PointsClawed: r.PointsClawed,
	}
	if member {
		s.MemberRefunded = r.Amount
	}
	return s
}

// addDay adds to the sums of the same store and day.
func addDay(days []DaySums, more DaySums) []DaySums {
	at := slices.IndexFunc(days, func(d DaySums) bool { return d.Store == more.Store && d.Day == more.Day })
	if at < 0 {
		return append(days, more)
	}
	days[at].add(more)
	return days
}

func (s *DaySums) add(more DaySums) {
	s.Orders, s.Sales = s.Orders+more.Orders, s.Sales+more.Sales
	s.MemberOrders, s.MemberSales = s.MemberOrders+more.MemberOrders, s.MemberSales+more.MemberSales
	s.Discount, s.PointsAmount = s.Discount+more.Discount, s.PointsAmount+more.PointsAmount
	s.Refunds, s.Refunded, s.MemberRefunded = s.Refunds+more.Refunds, s.Refunded+more.Refunded, s.MemberRefunded+more.MemberRefunded
	s.PointsUsed, s.PointsEarned = s.PointsUsed+more.PointsUsed, s.PointsEarned+more.PointsEarned
	s.PointsReturned, s.PointsClawed = s.PointsReturned+more.PointsReturned, s.PointsClawed+more.PointsClawed
}
