package analytics_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/analytics"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/web/webtest"
)

type dict = map[string]any

const today day.Date = 20260101

func newService(d *db.DB) *analytics.Service {
	return &analytics.Service{
		DB:   d,
		Zone: func(context.Context, *db.Tx) (*time.Location, error) { return time.LoadLocation("Asia/Shanghai") },
		Counts: func(_ context.Context, _ *db.Tx, stores []id.Store) (analytics.Counts, error) {
			return analytics.Counts{MembersTotal: int64(100 + len(stores)), Products: 1, Members: 2, Orders: 3, Staff: 4, Demo: true}, nil
		},
		StoreThere: func(_ context.Context, tx *db.Tx, store id.Store) (bool, error) {
			return tx.Merchant() == dbtest.Merchant && (store == "sto_a" || store == "sto_b"), nil
		},
	}
}

func write(t *testing.T, d *db.DB, m id.Merchant, fn db.Func) {
	t.Helper()
	if err := d.Write(context.Background(), m, fn); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, d *db.DB, s *analytics.Service, m id.Merchant, deltas ...analytics.Delta) {
	t.Helper()
	write(t, d, m, func(ctx context.Context, tx *db.Tx) error { return s.Add(ctx, tx, deltas) })
}

func days(t *testing.T, d *db.DB, s *analytics.Service, m id.Merchant, from, to day.Date, stores []id.Store) (all analytics.Days) {
	t.Helper()
	err := d.Read(context.Background(), m, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = s.Days(ctx, tx, from, to, stores)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDeltasAreSummedInOneOrder(t *testing.T) {
	got := analytics.Sum([]analytics.Delta{
		{"b", 2, "x", 5}, {"a", 2, "y", 1}, {"b", 1, "x", 1}, {"b", 2, "x", -5}, {"a", 2, "x", 2}, {"a", 2, "y", 3}, {"", 1, "x", 4},
	})
	want := []analytics.Delta{{"", 1, "x", 4}, {"b", 1, "x", 1}, {"a", 2, "x", 2}, {"a", 2, "y", 4}}
	if !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

func TestSumsAreAddedTo(t *testing.T) {
	d := dbtest.New(t)
	s := newService(d)
	add(t, d, s, dbtest.Merchant)
	for range 3 {
		add(t, d, s, dbtest.Merchant,
			analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.Sales, Value: 100}, analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.Sales, Value: 11},
			analytics.Delta{Store: "sto_b", Day: today, Metric: analytics.Sales, Value: 7}, analytics.Delta{Day: today, Metric: analytics.Sales, Value: -1},
			analytics.Delta{Store: "sto_a", Day: today.AddDays(1), Metric: analytics.Orders, Value: 1})
	}
	add(t, d, s, dbtest.Other, analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.Sales, Value: 5000})
	for _, c := range []struct {
		to     day.Date
		stores []id.Store
		want   string
	}{
		{today, nil, "map[20260101:map[sales:351]]"}, {today, []id.Store{"sto_a"}, "map[20260101:map[sales:333]]"},
		{today, []id.Store{"sto_a", "sto_b"}, "map[20260101:map[sales:354]]"}, {today, []id.Store{}, "map[]"},
		{today.AddDays(1), []id.Store{"sto_a"}, "map[20260101:map[sales:333] 20260102:map[orders:3]]"},
	} {
		got := "map["
		all := days(t, d, s, dbtest.Merchant, today, c.to, c.stores)
		for i, on := range []day.Date{today, today.AddDays(1)} {
			if all[on] != nil {
				if i > 0 {
					got += " "
				}
				got += fmt.Sprintf("%d:%v", on, all[on])
			}
		}
		if got += "]"; got != c.want {
			t.Errorf("to %s of %v: %s, want %s", c.to, c.stores, got, c.want)
		}
	}
	write(t, d, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error { return s.Purge(ctx, tx, []id.Store{"sto_a", "sto_x"}) })
	if got := fmt.Sprint(days(t, d, s, dbtest.Merchant, today, today, nil)[today]); got != "map[sales:18]" {
		t.Error(got)
	}
	if got := days(t, d, s, dbtest.Other, today, today, nil)[today][analytics.Sales]; got != 5000 {
		t.Error("another merchant's sums went too:", got)
	}
	write(t, d, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		gone := []analytics.Delta{{Store: "sto_b", Day: today, Metric: analytics.Sales, Value: 21}, {Day: today, Metric: analytics.Sales, Value: -3}}
		return s.Remove(ctx, tx, gone)
	})
	if left := days(t, d, s, dbtest.Merchant, today, today, nil)[today]; len(left) != 0 {
		t.Error("what came to nothing is still there:", left)
	}
}

func TestManyAddAtOnce(t *testing.T) {
	d := dbtest.New(t)
	s := newService(d)
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			var deltas []analytics.Delta
			for j := range 8 {
				deltas = append(deltas, analytics.Delta{Store: id.Store(fmt.Sprint("sto_", (i+j)%4)), Day: today, Metric: analytics.Metric(fmt.Sprint("m", (i*j)%3)), Value: 1})
			}
			if err := d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error { return s.Add(ctx, tx, deltas) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var total int64
	for _, n := range days(t, d, s, dbtest.Merchant, today, today, nil)[today] {
		total += n
	}
	if total != 24*8 {
		t.Fatalf("%d, want %d", total, 24*8)
	}
}

func TestTheHomePage(t *testing.T) {
	d := dbtest.New(t)
	s := newService(d)
	add(t, d, s, dbtest.Merchant,
		analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.Sales, Value: 1999}, analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.Orders, Value: 2},
		analytics.Delta{Store: "sto_b", Day: today, Metric: analytics.Sales, Value: 1}, analytics.Delta{Store: "sto_b", Day: today, Metric: analytics.Refunds, Value: 3},
		analytics.Delta{Store: "sto_a", Day: today.AddDays(-1), Metric: analytics.MemberSales, Value: 4}, analytics.Delta{Day: today, Metric: analytics.PointsExpired, Value: 5},
		analytics.Delta{Store: "sto_a", Day: today.AddDays(-29), Metric: analytics.NewMembers, Value: 6}, analytics.Delta{Store: "sto_a", Day: today.AddDays(-30), Metric: analytics.NewMembers, Value: 600},
		analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.PointsEarned, Value: 7}, analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.PointsRedeemed, Value: 8})
	add(t, d, s, dbtest.Other, analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.Sales, Value: 5000})
	server := webtest.New(t, d.Clock())
	s.Routes(server.API)
	a := server.Role(permit.Manager).Do("GET", "/reports/home", nil).Want(t, 200)
	figures := func(sales, orders, refunds, memberSales, members, earned, redeemed, expired float64) dict {
		return dict{"sales": sales, "orders": orders, "refunds": refunds, "member_sales": memberSales, "new_members": members,
			"points_earned": earned, "points_redeemed": redeemed, "points_expired": expired}
	}
	for name, want := range map[string]any{
		"day": "2026-01-01", "members_total": 100.0, "today": figures(2000, 2, 3, 0, 0, 7, 8, 5), "yesterday": figures(0, 0, 0, 4, 0, 0, 0, 0),
		"setup": dict{"products": 1.0, "members": 2.0, "orders": 3.0, "staff": 4.0, "demo": true},
	} {
		if fmt.Sprint(a.Body[name]) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", name, a.Body[name], want)
		}
	}
	trend := a.Body["trend"].([]any)
	if len(trend) != 30 || trend[0].(dict)["day"] != "2025-12-03" || trend[0].(dict)["new_members"] != 6.0 || trend[29].(dict)["sales"] != 2000.0 || trend[15].(dict)["orders"] != 0.0 {
		t.Errorf("%v", trend)
	}
	if len(trend[3].(dict)) != 8 {
		t.Errorf("%v", trend[3])
	}
	dbtest.Clock(d).Set(time.Date(2026, 1, 1, 16, 0, 0, 0, time.UTC)) // Midnight in Shanghai.
	if b := server.Role(permit.Owner).Do("GET", "/reports/home", nil).Want(t, 200); b.Body["day"] != "2026-01-02" || b.Body["yesterday"].(dict)["sales"] != 2000.0 {
		t.Errorf("%s", b.Raw)
	}
}

func TestWhoSeesWhichStore(t *testing.T) {
	d := dbtest.New(t)
	s := newService(d)
	add(t, d, s, dbtest.Merchant, analytics.Delta{Store: "sto_a", Day: today, Metric: analytics.Sales, Value: 1},
		analytics.Delta{Store: "sto_b", Day: today, Metric: analytics.Sales, Value: 10}, analytics.Delta{Day: today, Metric: analytics.Sales, Value: 100})
	server := webtest.New(t, d.Clock())
	s.Routes(server.API)
	as := func(stores ...id.Store) *webtest.Client {
		return server.As(permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_x", Permissions: permit.Manager.Permissions(), Stores: stores})
	}
	sales := func(a webtest.Answer) any { return a.Want(t, 200).Body["today"].(dict)["sales"] }
	for _, c := range []struct {
		client *webtest.Client
		query  string
		want   float64
	}{
		{as(), "", 111}, {as(), "?store_id=sto_a", 1}, {as("sto_b"), "", 10}, {as("sto_b"), "?store_id=sto_b", 10}, {as("sto_a", "sto_b"), "", 11},
	} {
		if got := sales(c.client.Do("GET", "/reports/home"+c.query, nil)); got != c.want {
			t.Errorf("%s: %v, want %v", c.query, got, c.want)
		}
	}
	as("sto_b").Do("GET", "/reports/home?store_id=sto_a", nil).WantProblem(t, 404, "store.not_found")
	as().Do("GET", "/reports/home?store_id=sto_x", nil).WantProblem(t, 404, "store.not_found")
	as().Do("GET", "/reports/home?shop=sto_a", nil).WantProblem(t, 422, "request.invalid")
	server.Role(permit.Cashier).Do("GET", "/reports/home", nil).WantProblem(t, 403, "permission.denied")
	server.Nobody().Do("GET", "/reports/home", nil).WantProblem(t, 401, "auth.required")
}
