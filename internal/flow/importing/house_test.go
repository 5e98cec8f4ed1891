package importing

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/vault"
)

// house is a merchant with one store and the retail rule, ready to import.
type house struct {
	testing.TB
	*Service
	caller permit.Caller
	deeds  []deed.Deed
	sums   []order.DaySums
}

func open(t testing.TB) *house {
	t.Helper()
	d := dbtest.New(t)
	keys, err := vault.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	jobs := job.New(d, slog.New(slog.DiscardHandler))
	merchants := &merchant.Service{DB: d, Jobs: jobs}
	h := &house{TB: t, caller: permit.System(dbtest.Merchant, "import")}
	h.Service = &Service{
		DB: d, Jobs: jobs, Merchants: merchants,
		Stores:  &store.Service{DB: d, Jobs: jobs, Zone: merchants.Zone},
		Members: &member.Service{DB: d, Jobs: jobs, Vault: keys, Zone: merchants.Zone},
		Catalog: &catalog.Service{DB: d, Jobs: jobs, Zone: merchants.Zone},
		Rules:   &earning.Service{DB: d, Jobs: jobs, Zone: merchants.Zone},
		Ledger:  &ledger.Service{DB: d, Jobs: jobs, Zone: merchants.Zone},
		Orders:  &order.Service{DB: d, Jobs: jobs, Zone: merchants.Zone},
	}
	job.On(jobs, "test", func(_ context.Context, _ *db.Tx, e deed.Deed) error { h.deeds = append(h.deeds, e); return nil })
	job.On(jobs, "test", func(_ context.Context, _ *db.Tx, e order.Completed) error {
		h.sums = append(h.sums, e.Days...)
		return nil
	})
	job.On(jobs, "test", func(_ context.Context, _ *db.Tx, e order.Refunded) error {
		h.sums = append(h.sums, e.Days...)
		return nil
	})
	job.On(jobs, "test", func(context.Context, *db.Tx, member.Registered) error { return nil })
	job.On(jobs, "test", func(context.Context, *db.Tx, ledger.Posted) error { return nil })
	h.write(keys.Found)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := h.Stores.Open(ctx, tx, h.caller, store.Store{Code: "S1", Name: "一店"}); err != nil {
			return err
		}
		return h.Rules.Begin(ctx, tx, earning.Defaults("retail"), "test")
	})
	dbtest.Clock(d).Set(testNow())
	return h
}

func (h *house) write(fn db.Func) {
	h.Helper()
	if err := h.DB.Write(context.Background(), dbtest.Merchant, fn); err != nil {
		h.Fatal(err)
	}
}

// bring imports a small file.
func (h *house) bring(p Profile, o Options, text string) *Report {
	h.Helper()
	r, err := h.Import(context.Background(), h.caller, fileOf([]byte(text)), p, o)
	if err != nil {
		h.Fatal(err)
	}
	return r.Report
}

// order is an order by its number in the file.
func (h *house) order(external string) (o order.Order) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		found, err := h.Orders.ByExternal(ctx, tx, []string{external})
		if err != nil || found[external] == "" {
			return fmt.Errorf("order %s: %w", external, err)
		}
		o, err = h.Orders.Find(ctx, tx, found[external])
		return err
	})
	return o
}

// points is what a member of the file has.
func (h *house) points(external string) (points int64) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		found, err := h.Members.FindBy(ctx, tx, member.ByExternal, []string{external})
		if err != nil || found[external] == "" {
			return fmt.Errorf("member %s: %w", external, err)
		}
		accounts, err := h.Ledger.Accounts(ctx, tx, found[external])
		points = accounts[0].Balance
		return err
	})
	return points
}

// sound checks every law of the ledger and of the orders.
func (h *house) sound() {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		broken, err := h.Orders.Breaches(ctx, tx)
		for _, text := range broken {
			h.Error(text)
		}
		for bucket := id.Bucket(0); bucket < id.Buckets && err == nil; bucket++ {
			var found ledger.Checked
			found, err = h.Ledger.Audit(ctx, tx, bucket)
			for _, b := range found.Breaches {
				h.Errorf("%s %s: %s", b.Holder, b.Asset, b.Text)
			}
		}
		return err
	})
}

// rows counts what is kept, by table.
func (h *house) rows() string {
	h.Helper()
	var all string
	h.write(func(ctx context.Context, tx *db.Tx) error {
		all = ""
		for _, query := range []string{
			"SELECT COUNT(*) FROM member WHERE merchant_id = $1", "SELECT COUNT(*) FROM catalog_product WHERE merchant_id = $1",
			"SELECT COUNT(*) FROM orders WHERE merchant_id = $1", "SELECT COUNT(*) FROM order_line WHERE merchant_id = $1",
			"SELECT COUNT(*) FROM order_refund WHERE merchant_id = $1", "SELECT COUNT(*) FROM order_claim WHERE merchant_id = $1",
			"SELECT COUNT(*) FROM ledger_posting WHERE merchant_id = $1",
		} {
			n, err := db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) }, query, tx.Merchant())
			if err != nil {
				return err
			}
			all += fmt.Sprintf("%d ", n)
		}
		return nil
	})
	return all
}

func on(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}
