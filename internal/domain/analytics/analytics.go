// Package analytics keeps sums by day: of every metric one number for each store
// and local day, increased as events come in, so that a report reads a few rows
// instead of every order. It owns the table analytics_day.
//
//  1. A sum is only ever added to. Whoever adds does so once for each event, in
//     the transaction that marks the event as heard.
//  2. What happened at no store is counted under no store; callers who are
//     limited to stores do not see it.
//  3. Money that went back is counted as refunds, never taken off sales.
package analytics

import (
	"cmp"
	"slices"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// Metric is what is counted. Money is in the smallest unit; everything else is a
// number of things or of points.
type Metric string

// The metrics. As with sales and refunds, what is reversed of points is counted
// by itself and never taken off what was earned or redeemed.
const (
	Orders         Metric = "orders"
	Sales          Metric = "sales"
	MemberOrders   Metric = "member_orders"
	MemberSales    Metric = "member_sales"
	Discounts      Metric = "discounts"
	PointsAmount   Metric = "points_amount" // money that points paid
	RefundsCount   Metric = "refunds_count"
	Refunds        Metric = "refunds"
	MemberRefunds  Metric = "member_refunds"
	NewMembers     Metric = "new_members"
	PointsEarned   Metric = "points_earned"
	PointsRedeemed Metric = "points_redeemed"
	PointsReturned Metric = "points_returned" // redeemed, and given back by a reversal
	PointsClawed   Metric = "points_clawed"   // earned, and taken back by a reversal
	PointsExpired  Metric = "points_expired"
	PointsAdjusted Metric = "points_adjusted" // signed
	PointsOpening  Metric = "points_opening"
	PointsForgiven Metric = "points_forgiven" // debt that was written off
)

// Delta is what an event adds to one sum.
type Delta struct {
	Store  id.Store // "" = at none
	Day    day.Date
	Metric Metric
	Value  int64
}

// Sum adds deltas of the same sum together, drops what comes to nothing, and puts
// them in the one order in which sums are held, so that two who add at the same
// time never wait for each other.
func Sum(deltas []Delta) []Delta {
	sorted := slices.Clone(deltas)
	slices.SortStableFunc(sorted, func(a, b Delta) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Store, b.Store), cmp.Compare(a.Metric, b.Metric))
	})
	var sums []Delta
	for _, d := range sorted {
		if n := len(sums) - 1; n >= 0 && sums[n].Day == d.Day && sums[n].Store == d.Store && sums[n].Metric == d.Metric {
			sums[n].Value += d.Value
			continue
		}
		sums = append(sums, d)
	}
	return slices.DeleteFunc(sums, func(d Delta) bool { return d.Value == 0 })
}

// Days are the sums of some days, over the stores that were asked for. A sum that
// is not there is 0.
type Days map[day.Date]map[Metric]int64

// Figures are one day's.
func (d Days) Figures(on day.Date) Figures {
	of := d[on]
	return Figures{
		Sales: unit.Money(of[Sales]), Orders: of[Orders], Refunds: unit.Money(of[Refunds]), MemberSales: unit.Money(of[MemberSales]),
		NewMembers: of[NewMembers], PointsEarned: unit.Points(of[PointsEarned]), PointsRedeemed: unit.Points(of[PointsRedeemed]),
		PointsExpired: unit.Points(of[PointsExpired]),
	}
}

// Figures are what the home page shows of a day.
type Figures struct {
	Sales          unit.Money
	Orders         int64
	Refunds        unit.Money
	MemberSales    unit.Money
	NewMembers     int64
	PointsEarned   unit.Points
	PointsRedeemed unit.Points
	PointsExpired  unit.Points
}

// TrendDays is how many days the trend shows, today included.
const TrendDays = 30

// Counts are what other packages know about how far a merchant has come.
type Counts struct {
	MembersTotal int64 // at the stores that were asked for
	// Of the whole merchant, for the first steps of somebody new.
	Products, Members, Orders, Staff int64
	Demo                             bool
}

// TrendDay is one day of the trend.
type TrendDay struct {
	Day day.Date
	Figures
}

// Home is the home page's report.
type Home struct {
	Day              day.Date
	Today, Yesterday Figures
	Trend            []TrendDay // the oldest first, a day without anything too
	Counts           Counts
}

// HomeOf makes the report of a day.
func HomeOf(today day.Date, days Days, counts Counts) Home {
	h := Home{Day: today, Today: days.Figures(today), Yesterday: days.Figures(today.AddDays(-1)), Counts: counts}
	for back := TrendDays - 1; back >= 0; back-- {
		on := today.AddDays(-back)
		h.Trend = append(h.Trend, TrendDay{Day: on, Figures: days.Figures(on)})
	}
	return h
}
