// Package bookkeeping keeps the sums of the reports: it hears what orders,
// members and the ledger tell, and adds it to the sums of its store and day. It
// owns no table.
//
// Money and orders are taken from the events of orders, points from those of the
// ledger, which also knows the points that no order moved. Every event is heard
// once, in the transaction that marks it as heard.
package bookkeeping

import (
	"huiji/internal/domain/analytics"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/order"
)

// OfOrders is what the sums of orders add to the reports, for orders that were
// completed, refunded or claimed alike.
func OfOrders(days []order.DaySums) []analytics.Delta {
	var all []analytics.Delta
	for _, d := range days {
		for _, one := range []struct {
			metric analytics.Metric
			value  int64
		}{
			{analytics.Orders, d.Orders}, {analytics.Sales, int64(d.Sales)},
			{analytics.MemberOrders, d.MemberOrders}, {analytics.MemberSales, int64(d.MemberSales)},
			{analytics.Discounts, int64(d.Discount)}, {analytics.PointsAmount, int64(d.PointsAmount)},
			{analytics.RefundsCount, d.Refunds}, {analytics.Refunds, int64(d.Refunded)}, {analytics.MemberRefunds, int64(d.MemberRefunded)},
		} {
			if one.value != 0 {
				all = append(all, analytics.Delta{Store: d.Store, Day: d.Day, Metric: one.metric, Value: one.value})
			}
		}
	}
	return all
}

// OfMembers is what members who joined add to the reports.
func OfMembers(r member.Registered) []analytics.Delta {
	return []analytics.Delta{{Store: r.Store, Day: r.Day, Metric: analytics.NewMembers, Value: int64(r.Count)}}
}

// OfPostings is what postings of points add to the reports. Other assets are
// counted nowhere yet.
func OfPostings(lines []ledger.Line) []analytics.Delta {
	var all []analytics.Delta
	for _, l := range lines {
		if l.Asset != ledger.Points {
			continue
		}
		metric, value := metricOf(l)
		if metric == "" || value == 0 {
			continue
		}
		all = append(all, analytics.Delta{Store: l.Store, Day: l.Day, Metric: metric, Value: value})
	}
	return all
}

// metricOf says where a line is counted, and its value there: points that leave
// members by redeeming, expiring or a claw-back count upwards.
func metricOf(l ledger.Line) (analytics.Metric, int64) {
	reversal := l.Kind == ledger.Reversal
	switch l.Contra {
	case ledger.Issued:
		if reversal {
			return analytics.PointsClawed, -l.Units
		}
		return analytics.PointsEarned, l.Units
	case ledger.Redeemed:
		if reversal {
			return analytics.PointsReturned, l.Units
		}
		return analytics.PointsRedeemed, -l.Units
	case ledger.Expired:
		return analytics.PointsExpired, -l.Units
	case ledger.Adjusted:
		return analytics.PointsAdjusted, l.Units
	case ledger.Forgiven:
		return analytics.PointsForgiven, l.Units
	case ledger.Opened:
		return analytics.PointsOpening, l.Units
	}
	return "", 0
}
