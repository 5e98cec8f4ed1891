package app_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/audit"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/order"
	"huiji/internal/flow/demo"
	"huiji/internal/platform/db"
)

// fair is a shop with a small demo.
type fair struct {
	*shop
	owner permit.Caller
}

func newFair(t *testing.T, size demo.Size) fair {
	t.Helper()
	w := newWorld(t)
	w.Demo.Size = size
	s := w.shop("一号")
	f := fair{shop: s, owner: permit.System(s.merchant, "test")}
	f.drain()
	return f
}

func smallDemo() demo.Size { return demo.Size{Members: 60, Days: 10, Orders: 25} }
func tinyDemo() demo.Size  { return demo.Size{Members: 20, Days: 3, Orders: 8} }

func silent(int64, int64) {}

func (f fair) drain() {
	f.t.Helper()
	if err := f.Jobs.Drain(context.Background()); err != nil {
		f.t.Fatal(err)
	}
}

func (f fair) load() {
	f.t.Helper()
	if err := f.Demo.Load(context.Background(), f.owner, silent); err != nil {
		f.t.Fatal(err)
	}
	f.drain()
}

func (f fair) clear() demo.Cleared {
	f.t.Helper()
	cleared, err := f.Demo.Clear(context.Background(), f.owner, silent)
	if err != nil {
		f.t.Fatal(err)
	}
	f.drain()
	return cleared
}

func (f fair) state() demo.Run {
	f.t.Helper()
	run, _, err := f.Demo.State(context.Background(), f.owner)
	if err != nil {
		f.t.Fatal(err)
	}
	return run
}

// countable are all tables but the audit log, which keeps who loaded and who
// cleared, and the queue, which keeps for a week what it has done.
func countable() []string {
	return []string{
		"vault_key", "once", "auth_account", "auth_session", "auth_key", "merchant", "merchant_setting", "store", "catalog_product",
		"catalog_barcode", "earning_policy", "member_field", "analytics_day", "demo_run", "member", "member_claim", "member_token",
		"member_tag", "member_consent", "ledger_account", "ledger_posting", "orders", "order_claim", "order_line", "order_tender",
		"order_refund", "message",
	}
}

// count reads one number.
func (f fair) count(query string, args ...any) (n int64) {
	f.t.Helper()
	err := f.DB.Read(context.Background(), f.merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) }, query, args...)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// rows counts the rows of every table.
func (f fair) rows() map[string]int64 {
	f.t.Helper()
	all := map[string]int64{}
	for _, table := range countable() {
		all[table] = f.count("SELECT COUNT(*) FROM " + table)
	}
	return all
}

func (f fair) same(before map[string]int64) {
	f.t.Helper()
	if after := f.rows(); !maps.Equal(before, after) {
		f.t.Errorf("\nbefore %v\nafter  %v", before, after)
	}
}

func TestTheDemoComesAndGoesWithoutTrace(t *testing.T) {
	f := newFair(t, smallDemo())
	before, logged := f.rows(), f.count("SELECT COUNT(*) FROM audit_event")
	f.load()
	during := f.rows()
	if during["store"] != before["store"]+3 || during["catalog_product"] != 80 || during["member"] != 60 || during["once"] != before["once"] {
		t.Fatalf("%v", during)
	}
	f.healthy()
	f.believable()
	if cleared := f.clear(); cleared.Members != 60 || cleared.Orders != during["orders"] || len(cleared.Kept.Stores)+len(cleared.Kept.Products) > 0 {
		t.Errorf("%+v", cleared)
	}
	f.same(before)
	f.healthy()
	log, _, err := f.Audit.List(context.Background(), f.owner, audit.Filter{Action: "demo."}, page.Want{})
	if err != nil || len(log.Items) != 2 || log.Items[0].Action != "demo.clear" || log.Items[1].Action != "demo.load" {
		t.Errorf("%+v, %v", log.Items, err)
	}
	if n := f.count("SELECT COUNT(*) FROM audit_event"); n != logged+2 {
		t.Errorf("%d lines in the audit log instead of %d", n, logged+2)
	}
}

// believable checks that there is something of everything, and that the reports
// add up to what was sold.
func (f fair) believable() {
	f.t.Helper()
	home, err := f.Analytics.Home(context.Background(), f.owner, "")
	if err != nil {
		f.t.Fatal(err)
	}
	var sales unit.Money
	var orders int64
	for _, d := range home.Trend {
		sales, orders = sales+d.Sales, orders+d.Orders
	}
	sold := f.count("SELECT CAST(SUM(total) AS BIGINT) FROM orders")
	if orders != f.count("SELECT COUNT(*) FROM orders") || int64(sales) != sold || home.Today.Orders == 0 {
		f.t.Errorf("the trend has %d orders for %d, sold were %d; today %d orders", orders, sales, sold, home.Today.Orders)
	}
	for what, query := range map[string]string{
		"orders of walk-ins": "SELECT COUNT(*) FROM orders WHERE member_id = ''",
		"orders with points": "SELECT COUNT(*) FROM orders WHERE points_used > 0",
		"refunds":            "SELECT COUNT(*) FROM order_refund",
		"expiries":           "SELECT COUNT(*) FROM ledger_posting WHERE kind = 'expire'",
		"openings":           "SELECT COUNT(*) FROM ledger_posting WHERE kind = 'opening'",
		"adjustments":        "SELECT COUNT(*) FROM ledger_posting WHERE kind = 'adjust'",
		"frozen members":     "SELECT COUNT(*) FROM member WHERE status = 'frozen'",
		"tags":               "SELECT COUNT(*) FROM member_tag",
		"reminders":          "SELECT COUNT(*) FROM message",
	} {
		if f.count(query) == 0 {
			f.t.Errorf("no %s", what)
		}
	}
	if n := f.count("SELECT COUNT(*) FROM orders WHERE source <> $1", order.FromDemo); n > 0 {
		f.t.Errorf("%d orders do not say that they are the demo's", n)
	}
	if n := f.count("SELECT COUNT(*) FROM orders WHERE recorded_at > $1", db.Millis(f.clock.Now())); n > 0 {
		f.t.Errorf("%d orders in the future", n)
	}
}

func TestASecondDemoIsRefused(t *testing.T) {
	f := newFair(t, tinyDemo())
	f.load()
	if err := f.Demo.Load(context.Background(), f.owner, silent); fault.CodeOf(err) != "demo.loaded" {
		t.Fatal(err)
	}
	f.clear()
	f.load()
	f.clear()
}

// A load that ends early goes on where it stopped, and comes to the same end as
// one that did not; or it is cleared as it is.
func TestAnInterruptedDemoGoesOn(t *testing.T) {
	whole := newFair(t, smallDemo())
	before := whole.rows()
	whole.load()
	f := newFair(t, smallDemo())
	for stop := int64(30); ; stop += 90 {
		ctx, cancel := context.WithCancel(context.Background())
		err := f.Demo.Load(ctx, f.owner, func(done, _ int64) {
			if done > stop {
				cancel()
			}
		})
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) || f.state().State != demo.Loading {
			t.Fatal(err)
		}
	}
	f.drain()
	f.same(whole.rows())
	f.healthy()

	half := newFair(t, smallDemo())
	ctx, cancel := context.WithCancel(context.Background())
	if err := half.Demo.Load(ctx, half.owner, func(int64, int64) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	half.clear()
	half.same(before)
}

// A process that was killed in the middle of a day leaves a lease behind and a
// day half done: nobody else goes on before the lease is over, and then nothing
// happens twice.
func TestAKilledDemoGoesOn(t *testing.T) {
	f := newFair(t, smallDemo())
	ctx, cancel := context.WithCancel(context.Background())
	if err := f.Demo.Load(ctx, f.owner, func(done, _ int64) {
		if done > 200 {
			cancel()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	err := f.DB.Write(context.Background(), f.merchant, func(ctx context.Context, tx *db.Tx) error {
		// The last day is not marked as done, and the lease was not given back.
		_, err := tx.Exec(ctx, "UPDATE demo_run SET step = step - 1, lease_until = $1", db.Millis(f.clock.Now().Add(time.Minute)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Demo.Load(context.Background(), f.owner, silent); fault.CodeOf(err) != "demo.working" {
		t.Fatal(err)
	}
	f.clock.Advance(2 * time.Minute)
	f.load()
	whole := newFair(t, smallDemo())
	whole.load()
	f.same(whole.rows())
	f.healthy()
}

// What the merchant sold themselves in a shop of the demo stays, and so do the
// shop and the product; the reports keep just that.
func TestRealDataKeepsWhatItNames(t *testing.T) {
	f := newFair(t, tinyDemo())
	f.load()
	stores := f.want(200, "GET", "/stores", nil)["items"].([]any)
	shop := stores[1].(map[string]any)
	ann := f.member("13800138000", 0)
	f.want(201, "POST", "/orders", f.sale(ann, map[string]any{
		"store_id": shop["id"], "lines": []any{map[string]any{"sku": "HJ-1001", "quantity": 1}}, "payments": cash(79_00),
	}))
	f.drain()
	cleared := f.clear()
	if !slices.Equal(cleared.Kept.Stores, []string{shop["name"].(string)}) || !slices.Equal(cleared.Kept.Products, []string{"HJ-1001"}) {
		t.Errorf("%+v", cleared)
	}
	rows := f.rows()
	if rows["store"] != 2 || rows["catalog_product"] != 1 || rows["orders"] != 1 || rows["member"] != 1 || rows["demo_run"] != 0 {
		t.Errorf("%v", rows)
	}
	f.healthy()
	home, err := f.Analytics.Home(context.Background(), f.owner, "")
	if err != nil || home.Today.Sales != 79_00 || home.Today.Orders != 1 || home.Today.NewMembers != 1 || home.Yesterday.Sales != 0 {
		t.Errorf("%+v, %v", home.Today, err)
	}
	if kept, _ := f.want(200, "GET", "/demo", nil)["kept"].(map[string]any); len(kept) != 2 {
		t.Errorf("%v", kept)
	}
	f.load() // What stayed is found again.
	f.healthy()
}

func TestWhatIsInTheWayOfTheDemoIsNamed(t *testing.T) {
	f := newFair(t, tinyDemo())
	f.member("19900000003", 0)
	f.drain()
	before := f.rows()
	err := f.Demo.Load(context.Background(), f.owner, silent)
	if named := fault.Of(err); named == nil || named.Code != "demo.in_the_way" || named.Data["because"] != "member.phone_taken" {
		t.Fatal(err)
	}
	if run := f.state(); run.State != demo.Loading || run.Trouble.Empty() {
		t.Errorf("%+v", run)
	}
	f.clear()
	f.same(before)
}

// The nights of the demo lie in the past: nobody real is reminded there.
func TestTheDemosNightsLeaveRealMembersAlone(t *testing.T) {
	f := newFair(t, tinyDemo())
	ann := id.Member(f.member("13800138000", 0))
	err := f.DB.Write(context.Background(), f.merchant, func(ctx context.Context, tx *db.Tx) error {
		_, err := f.Book.Book(ctx, tx, []ledger.Op{{
			Kind: ledger.Earn, Holder: ann, Amount: 100, Cause: "test", ExpiresAt: tx.Now().AddDate(0, 0, 5), Day: day.Of(tx.Now(), time.UTC),
		}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f.load()
	if n := f.count("SELECT COUNT(*) FROM message WHERE member_id = $1", ann); n > 0 {
		t.Errorf("%d reminders", n)
	}
}

// The button: one job loads, another clears.
func TestTheDemosButton(t *testing.T) {
	f := newFair(t, tinyDemo())
	f.want(404, "DELETE", "/demo", nil)
	before := f.rows()
	if got := f.want(200, "GET", "/demo", nil); got["state"] != "none" {
		t.Fatalf("%v", got)
	}
	if got := f.want(202, "POST", "/demo", nil); got["state"] != "loading" || got["job"] == "" {
		t.Fatalf("%v", got)
	}
	f.drain()
	if got := f.want(200, "GET", "/demo", nil); got["state"] != "loaded" || fmt.Sprint(got["progress"]) != "100" {
		t.Fatalf("%v", got)
	}
	if got := f.want(409, "POST", "/demo", nil); got["code"] != "demo.loaded" {
		t.Fatalf("%v", got)
	}
	if got := f.want(202, "DELETE", "/demo", nil); got["state"] != "clearing" {
		t.Fatalf("%v", got)
	}
	f.drain()
	f.same(before)
	if code, _ := f.call(f.newKey(f.merchant, string(permit.MemberRead)), "POST", "/demo", nil); code != 403 {
		t.Errorf("whoever may only read members loads the demo: %d", code)
	}
}

// Somebody who clears while it is loaded stops the loading.
func TestClearingStopsTheLoading(t *testing.T) {
	f := newFair(t, smallDemo())
	before := f.rows()
	err := f.Demo.Load(context.Background(), f.owner, func(done, _ int64) {
		if _, _, err := f.Demo.Stop(context.Background(), f.owner); err != nil {
			t.Error(err)
		}
	})
	if fault.CodeOf(err) != "demo.stopped" {
		t.Fatal(err)
	}
	f.drain()
	if run := f.state(); run.State != demo.None {
		t.Errorf("%+v", run)
	}
	f.same(before)
}

// A demo that was loaded and a member who was met in it: the members of the demo
// are found like any other.
func TestTheDemosMembersAreFound(t *testing.T) {
	f := newFair(t, tinyDemo())
	f.load()
	err := f.DB.Read(context.Background(), f.merchant, func(ctx context.Context, tx *db.Tx) error {
		found, err := f.Members.Resolve(ctx, tx, "19900000001")
		if len(found) != 1 || found[0].Source != member.SourceDemo {
			t.Errorf("%+v", found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
