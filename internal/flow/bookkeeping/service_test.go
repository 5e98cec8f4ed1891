package bookkeeping_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"huiji/internal/core/day"
	"huiji/internal/domain/analytics"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/order"
	"huiji/internal/flow/bookkeeping"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

const today day.Date = 20260101

func TestEventsBecomeSums(t *testing.T) {
	d := dbtest.New(t)
	jobs := job.New(d, slog.New(slog.DiscardHandler))
	sums := &analytics.Service{DB: d}
	(&bookkeeping.Service{Jobs: jobs, Analytics: sums}).Subscribe()
	events := []job.Args{
		order.Completed{Days: []order.DaySums{
			{Store: "sto_a", Day: today, Orders: 2, Sales: 3000, MemberOrders: 1, MemberSales: 1000, Discount: 50, PointsAmount: 100, PointsUsed: 100, PointsEarned: 10},
			{Store: "sto_b", Day: today, Orders: 1, Sales: 500},
		}},
		order.Refunded{Days: []order.DaySums{{Store: "sto_a", Day: today, Refunds: 1, Refunded: 400, MemberRefunded: 400, PointsClawed: 4}}},
		order.Claimed{Days: []order.DaySums{{Store: "sto_a", Day: today, MemberOrders: 1, MemberSales: 2000, PointsEarned: 20}}},
		member.Registered{Store: "sto_a", Day: today, Count: 3},
		ledger.Posted{Lines: []ledger.Line{
			{Store: "sto_a", Day: today, Kind: ledger.Earn, Contra: ledger.Issued, Asset: ledger.Points, Count: 2, Units: 30},
			{Store: "sto_a", Day: today, Kind: ledger.Redeem, Contra: ledger.Redeemed, Asset: ledger.Points, Count: 1, Units: -100},
			{Store: "sto_a", Day: today, Kind: ledger.Reversal, Contra: ledger.Issued, Asset: ledger.Points, Count: 1, Units: -4},
			{Store: "sto_a", Day: today, Kind: ledger.Reversal, Contra: ledger.Redeemed, Asset: ledger.Points, Count: 1, Units: 7},
			{Store: "sto_a", Day: today, Kind: ledger.Earn, Contra: ledger.Issued, Asset: "growth", Count: 1, Units: 999},
			{Day: today, Kind: ledger.Expire, Contra: ledger.Expired, Asset: ledger.Points, Count: 5, Units: -55},
			{Day: today, Kind: ledger.Adjust, Contra: ledger.Adjusted, Asset: ledger.Points, Count: 1, Units: -9},
			{Day: today, Kind: ledger.Reversal, Contra: ledger.Adjusted, Asset: ledger.Points, Count: 1, Units: 9},
			{Day: today, Kind: ledger.Adjust, Contra: ledger.Forgiven, Asset: ledger.Points, Count: 1, Units: 2},
			{Day: today, Kind: ledger.Opening, Contra: ledger.Opened, Asset: ledger.Points, Count: 1, Units: 11},
		}},
	}
	ctx := context.Background()
	for range 2 { // The same cause twice is one event.
		err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
			for i, e := range events {
				if err := jobs.Emit(ctx, tx, 0, fmt.Sprint("cause", i), e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := jobs.Drain(ctx); err != nil {
			t.Fatal(err)
		}
	}
	err := d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		days, err := sums.Days(ctx, tx, today, today, nil)
		want := map[analytics.Metric]int64{
			"orders": 3, "sales": 3500, "member_orders": 2, "member_sales": 3000, "discounts": 50, "points_amount": 100,
			"refunds_count": 1, "refunds": 400, "member_refunds": 400, "new_members": 3,
			"points_earned": 30, "points_redeemed": 100, "points_clawed": 4, "points_returned": 7, "points_expired": 55, "points_forgiven": 2, "points_opening": 11,
		}
		got := days[today]
		if got[analytics.PointsAdjusted] != 0 {
			t.Errorf("an adjustment that was reversed counts %d", got[analytics.PointsAdjusted])
		}
		delete(got, analytics.PointsAdjusted)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v\n%v", got, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
