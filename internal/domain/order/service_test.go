package order

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

// house is a database with the orders' service and what it told.
type house struct {
	*testing.T
	db        *db.DB
	s         *Service
	queue     *job.Queue
	completed []Completed
	refunded  []Refunded
	claimed   []Claimed
}

func open(t *testing.T) *house {
	h := &house{T: t, db: dbtest.New(t)}
	h.queue = job.New(h.db, slog.New(slog.DiscardHandler))
	h.s = &Service{Jobs: h.queue}
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, e Completed) error { h.completed = append(h.completed, e); return nil })
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, e Refunded) error { h.refunded = append(h.refunded, e); return nil })
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, e Claimed) error { h.claimed = append(h.claimed, e); return nil })
	return h
}

func (h *house) write(fn func(ctx context.Context, tx *db.Tx) error) error {
	return h.db.Write(context.Background(), dbtest.Merchant, fn)
}

func (h *house) must(fn func(ctx context.Context, tx *db.Tx) error) {
	h.Helper()
	if err := h.write(fn); err != nil {
		h.Fatal(err)
	}
}

// drained runs every job that waits.
func (h *house) drained() *house {
	h.Helper()
	if err := h.queue.Drain(context.Background()); err != nil {
		h.Fatal(err)
	}
	return h
}

func (h *house) find(order id.Order) (o Order) {
	h.Helper()
	h.must(func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = h.s.Find(ctx, tx, order)
		return err
	})
	return o
}

const (
	storeA id.Store = "sto_a"
	storeB id.Store = "sto_b"
)

// make makes an order of two lines, paid half by card, not yet recorded.
func (h *house) make(tx *db.Tx, store id.Store, member id.Member, at time.Time) Order {
	h.Helper()
	o := sold(h.T, Basket{
		Items:    []Item{{SKU: "a", Name: "茶", Category: "饮", Kind: "goods", Quantity: 3, Price: 999, EarnsPoints: true}, {SKU: "b", Quantity: 1, Price: 503}},
		Discount: 100, DiscountReason: "老顾客",
	}, 1000)
	o.ID = id.Order(tx.NewOwnID(id.OfOrder))
	if member != "" {
		o.ID = id.Order(tx.NewID(id.OfOrder, member.Bucket()))
	}
	o.Store, o.Member, o.ActorID, o.ActorName, o.Source = store, member, "stf_x", "小王", FromTill
	o.OccurredAt, o.Day = at, day.Of(at, time.UTC)
	o.UsedPosting, o.Awards[0].Posting = "pst_u", "pst_e"
	return *o
}

func (h *house) record(ctx context.Context, tx *db.Tx, orders ...Order) error {
	reserve := make([]*Order, len(orders))
	for i := range orders {
		reserve[i] = &orders[i]
	}
	if err := h.s.Reserve(ctx, tx, reserve); err != nil {
		return err
	}
	return h.s.Record(ctx, tx, orders)
}

func memberOf(tx *db.Tx) id.Member { return id.Member(tx.NewOwnID(id.OfMember)) }

func TestRecordAndFind(t *testing.T) {
	h := open(t)
	var made Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		orders := []Order{h.make(tx, storeA, memberOf(tx), tx.Now())}
		orders[0].ExternalID = "X-1"
		err := h.record(ctx, tx, orders...)
		made = orders[0]
		return err
	})
	found := h.find(made.ID)
	if !reflect.DeepEqual(found, made) {
		t.Errorf("found %+v\nmade  %+v", found, made)
	}
	if len(made.Number) != 14 || made.Number[:6] != "260101" {
		t.Errorf("number %s", made.Number)
	}
	h.must(func(ctx context.Context, tx *db.Tx) error {
		if o, err := h.s.ByNumber(ctx, tx, made.Number); err != nil || o != made.ID {
			t.Errorf("by number %s, %v", o, err)
		}
		if all, err := h.s.ByExternal(ctx, tx, []string{"X-1", "X-2"}); err != nil || len(all) != 1 || all["X-1"] != made.ID {
			t.Errorf("by external %v, %v", all, err)
		}
		if _, err := h.s.ByNumber(ctx, tx, "nothing"); fault.CodeOf(err) != "order.not_found" {
			t.Errorf("no number: %v", err)
		}
		_, err := h.s.Find(ctx, tx, "ord_000000000000000000000000")
		if fault.CodeOf(err) != "order.not_found" {
			t.Errorf("no order: %v", err)
		}
		return nil
	})
	err := h.db.Read(context.Background(), dbtest.Other, func(ctx context.Context, tx *db.Tx) error {
		_, err := h.s.Find(ctx, tx, made.ID)
		return err
	})
	if fault.CodeOf(err) != "order.not_found" {
		t.Errorf("another merchant sees the order: %v", err)
	}
}

func TestNumbersAndExternalIDsAreUnique(t *testing.T) {
	h := open(t)
	var first Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		first = h.make(tx, storeA, "", tx.Now())
		first.Number, first.ExternalID = "26010100000001", "X-1"
		return h.record(ctx, tx, first)
	})
	var again Order
	draws := 0
	h.must(func(ctx context.Context, tx *db.Tx) error { // A number drawn twice is drawn again.
		again = h.make(tx, storeA, "", tx.Now())
		if draws++; draws == 1 {
			again.Number = first.Number
		}
		return h.record(ctx, tx, again)
	})
	if found := h.find(again.ID); draws != 2 || found.Number == first.Number || len(found.Number) != 14 {
		t.Errorf("number %s after %d draws", found.Number, draws)
	}
	err := h.write(func(ctx context.Context, tx *db.Tx) error {
		o := h.make(tx, storeA, "", tx.Now())
		o.ExternalID = "X-1"
		again = o
		return h.record(ctx, tx, o)
	})
	if err == nil {
		t.Error("an external id twice")
	}
	h.must(func(ctx context.Context, tx *db.Tx) error {
		if _, err := h.s.Find(ctx, tx, again.ID); fault.CodeOf(err) != "order.not_found" {
			t.Errorf("half an order is there: %v", err)
		}
		taken, err := h.s.Taken(ctx, tx, []string{"X-1", "X-2"})
		f := fault.Of(taken["X-1"])
		if f == nil || f.Code != "order.external_taken" || f.Data["order_id"] != string(first.ID) || len(taken) != 1 {
			t.Errorf("taken: %v", taken)
		}
		return err
	})
	err = h.db.Write(context.Background(), dbtest.Other, func(ctx context.Context, tx *db.Tx) error {
		o := h.make(tx, storeA, "", tx.Now())
		o.ExternalID = "X-1"
		return h.record(ctx, tx, o)
	})
	if err != nil {
		t.Errorf("another merchant's external id: %v", err)
	}
}

// Everything that is recorded together is told once, by store and day.
func TestManyAtOnce(t *testing.T) {
	h := open(t)
	const n = 300
	var ids []id.Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		who := memberOf(tx)
		orders := make([]Order, n)
		for i := range orders {
			orders[i] = h.make(tx, []id.Store{storeA, storeB}[i%2], []id.Member{who, ""}[i/2%2], tx.Now().AddDate(0, 0, i%3))
			orders[i].ExternalID = fmt.Sprint("X-", i)
			ids = append(ids, orders[i].ID)
		}
		return h.record(ctx, tx, orders...)
	})
	h.drained()
	if len(h.completed) != 1 || len(h.completed[0].Days) != 6 || len(h.completed[0].Orders) != n {
		t.Fatalf("told %+v", h.completed)
	}
	var sum DaySums
	for _, d := range h.completed[0].Days {
		sum.add(d)
	}
	if sum.Orders != n || sum.MemberOrders != n/2 || sum.Sales != n*3400 || sum.MemberSales != n/2*3400 || sum.Discount != n*100 || sum.PointsEarned != n*34 {
		t.Errorf("sums %+v", sum)
	}
	h.must(func(ctx context.Context, tx *db.Tx) error {
		found, err := h.s.FindMany(ctx, tx, append(slices.Clone(ids), "ord_000000000000000000000000"))
		if err != nil {
			return err
		}
		if len(found) != n || len(found[n-1].Lines) != 2 || len(found[0].Tenders) != 2 {
			t.Errorf("found %d", len(found))
		}
		return nil
	})
}

func TestRefundsAreKept(t *testing.T) {
	h := open(t)
	var made Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		made = h.make(tx, storeA, memberOf(tx), tx.Now())
		return h.record(ctx, tx, made)
	})
	whole := h.find(made.ID)
	refund := func(external string, w Want) error {
		return h.write(func(ctx context.Context, tx *db.Tx) error {
			o, err := h.s.Hold(ctx, tx, made.ID)
			if err != nil {
				return err
			}
			r, err := o.GiveBack(w)
			if err != nil {
				return err
			}
			err = h.s.RecordRefunds(ctx, tx, []Given{{Order: &o, Refund: Refund{
				ID: id.Refund(tx.NewID(id.OfRefund, o.ID.Bucket())), Order: o.ID, ExternalID: external, Amount: r.Amount,
				PointsReturned: r.Used, PointsClawed: r.Clawed(), Lines: r.Lines, Tenders: r.Tenders, Reason: "退", Store: o.Store,
				ActorID: "stf_x", ActorName: "小王", OccurredAt: tx.Now(), Day: 20260102,
			}}})
			if err != nil {
				return err
			}
			o.Refunds = nil
			found, err := h.s.Find(ctx, tx, o.ID)
			if err != nil {
				return err
			}
			found.Refunds = nil
			if !reflect.DeepEqual(found, o) {
				t.Errorf("kept  %+v\nwanted %+v", found, o)
			}
			return nil
		})
	}
	for i, w := range []Want{units(1, 1), amount(700), both(units(1, 1), 300)} {
		if err := refund(fmt.Sprint("R-", i), w); err != nil {
			t.Fatal(err)
		}
	}
	if err := refund("R-1", units(2, 1)); err == nil {
		t.Error("a refund twice")
	}
	if err := refund("", Want{}); err != nil {
		t.Fatal(err)
	}
	o := h.drained().find(made.ID)
	if o.Status != StatusRefunded || o.Refunded != o.Total || len(o.Refunds) != 4 || o.PointsClawed != o.PointsEarned {
		t.Errorf("ends %+v", o)
	}
	if again := o.AsSold(); !reflect.DeepEqual(again, whole) {
		t.Errorf("as sold %+v\nwas     %+v", again, whole)
	}
	if r := o.Refunds[2]; r.Amount != 300 || len(r.Lines) != 1 || r.Lines[0].Units != 1 || r.Tenders[0].Amount != 300 || r.ExternalID != "R-2" {
		t.Errorf("third refund %+v", r)
	}
	if len(h.refunded) != 4 || h.refunded[1].Days[0].Refunded != 700 || h.refunded[1].Days[0].MemberRefunded != 700 || h.refunded[0].Days[0].Day != 20260102 {
		t.Errorf("told %+v", h.refunded)
	}
	h.must(func(ctx context.Context, tx *db.Tx) error {
		all, err := h.s.RefundsByExternal(ctx, tx, []string{"R-0", "R-9"})
		if len(all) != 1 {
			t.Errorf("refunds by external id %v", all)
		}
		return err
	})
}

func (h *house) findIn(ctx context.Context, tx *db.Tx, order id.Order) Order {
	h.Helper()
	o, err := h.s.Find(ctx, tx, order)
	if err != nil {
		h.Fatal(err)
	}
	return o
}

// A credit is kept with its signs, counts as a refund and is never refunded.
func TestCreditIsKept(t *testing.T) {
	h := open(t)
	var made Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		p, err := PriceCredit([]Item{{SKU: "a", Name: "茶", Quantity: 3, Price: 250}})
		if err != nil {
			return err
		}
		made = Order{
			ID: id.Order(tx.NewOwnID(id.OfOrder)), Kind: Credit, Status: StatusCompleted, Store: storeA, Source: FromImport,
			ExternalID: "C1", OccurredAt: tx.Now(), Day: 20260101, Tenders: []Tender{{No: 1, Method: Other, Amount: -750}},
		}
		p.Fill(&made)
		return h.record(ctx, tx, made)
	})
	o := h.drained().find(made.ID)
	if o.Total != -750 || o.Lines[0].Quantity != -3 || o.Lines[0].Paid != -750 || o.Refundable(o.Lines[0]) != 0 {
		t.Errorf("credit %+v", o)
	}
	if d := h.completed[0].Days[0]; d.Refunds != 1 || d.Refunded != 750 || d.Orders != 0 || d.Sales != 0 {
		t.Errorf("told %+v", d)
	}
	h.must(func(ctx context.Context, tx *db.Tx) error {
		found, err := h.s.Breaches(ctx, tx)
		if len(found) > 0 {
			t.Errorf("breaches %v", found)
		}
		return err
	})
}

func TestClaim(t *testing.T) {
	h := open(t)
	var made Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		made = h.make(tx, storeA, "", tx.Now())
		made.Attach(nil)
		return h.record(ctx, tx, made)
	})
	claim := func() error {
		return h.write(func(ctx context.Context, tx *db.Tx) error {
			o, err := h.s.Hold(ctx, tx, made.ID)
			if err != nil {
				return err
			}
			o.MemberBalance = 34
			o.GiveTo(memberOf(tx), "stf_x", []Award{awardOf(t, &o, "base", 34)})
			return h.s.Claim(ctx, tx, &o)
		})
	}
	if err := claim(); err != nil {
		t.Fatal(err)
	}
	if err := claim(); fault.CodeOf(err) != "order.claimed" {
		t.Errorf("twice: %v", err)
	}
	o := h.drained().find(made.ID)
	if o.Member == "" || o.ClaimedBy != "stf_x" || o.PointsEarned != 34 || o.Lines[0].PointsEarned+o.Lines[1].PointsEarned != 34 || len(o.Awards) != 1 {
		t.Errorf("claimed %+v", o)
	}
	if len(h.claimed) != 1 || h.claimed[0].Days[0].MemberSales != 3400 {
		t.Errorf("told %+v", h.claimed)
	}
}

func TestList(t *testing.T) {
	h := open(t)
	zone := time.FixedZone("+08:00", 8*3600)
	var who id.Member
	var all []Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		who = memberOf(tx)
		for i := range 7 {
			o := h.make(tx, []id.Store{storeA, storeB}[i%2], []id.Member{who, ""}[i/4], tx.Now().Add(time.Duration(i)*6*time.Hour))
			o.ExternalID = fmt.Sprint("X-", i)
			all = append(all, o)
		}
		return h.record(ctx, tx, all...)
	})
	everywhere, atB := permit.Caller{Merchant: dbtest.Merchant}, permit.Caller{Merchant: dbtest.Merchant, Stores: []id.Store{storeB}}
	for name, c := range map[string]struct {
		caller permit.Caller
		filter Filter
		want   []int
	}{
		"all":                {everywhere, Filter{}, []int{6, 5, 4, 3, 2, 1, 0}},
		"member":             {everywhere, Filter{Member: who}, []int{3, 2, 1, 0}},
		"store":              {everywhere, Filter{Store: storeB}, []int{5, 3, 1}},
		"caller's stores":    {atB, Filter{}, []int{5, 3, 1}},
		"not caller's store": {atB, Filter{Store: storeA}, nil},
		"from a local day":   {everywhere, Filter{From: "2026-01-02"}, []int{6, 5, 4, 3, 2}}, // 17:00 + 6 h steps
		"to a local day":     {everywhere, Filter{To: "2026-01-01"}, []int{1, 0}},
		"between instants":   {everywhere, Filter{From: "2026-01-01T15:00:00Z", To: "2026-01-02T03:00:00Z"}, []int{2, 1}},
		"status":             {everywhere, Filter{Status: StatusRefunded}, nil},
		"number":             {everywhere, Filter{Query: all[2].Number}, []int{2}},
		"external id":        {everywhere, Filter{Query: "X-5"}, []int{5}},
		"nothing":            {everywhere, Filter{Query: "X-9"}, nil},
	} {
		h.must(func(ctx context.Context, tx *db.Tx) error {
			var got []int
			want := page.Want{Limit: 2}
			for {
				p, err := h.s.List(ctx, tx, c.caller, c.filter, zone, want)
				if err != nil {
					return err
				}
				for _, o := range p.Items {
					got = append(got, slices.IndexFunc(all, func(a Order) bool { return a.ID == o.ID }))
					if o.LineCount != 2 {
						t.Errorf("%d lines", o.LineCount)
					}
				}
				if want.Cursor = p.Next; p.Next == "" {
					break
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
			return nil
		})
	}
	f := fault.Of(Filter{Status: "gone", From: "yesterday", To: "2026-02-30"}.Check())
	if f == nil || len(f.Fields) != 3 {
		t.Errorf("wrong filter: %+v", f)
	}
}

func TestPurge(t *testing.T) {
	h := open(t)
	var keep Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		who := memberOf(tx)
		orders := []Order{h.make(tx, storeA, who, tx.Now()), h.make(tx, storeA, "", tx.Now()), h.make(tx, storeA, who, tx.Now()), h.make(tx, storeA, "", tx.Now())}
		for i := range orders {
			orders[i].ExternalID = fmt.Sprint("X-", i)
			if i < 2 {
				orders[i].Source = FromDemo
			}
		}
		if err := h.record(ctx, tx, orders...); err != nil {
			return err
		}
		keep = orders[3]
		demo, err := h.s.BySource(ctx, tx, FromDemo, 10)
		if err != nil || len(demo) != 2 {
			t.Errorf("demo %v, %v", demo, err)
		}
		theirs, err := h.s.ByMembers(ctx, tx, []id.Member{who})
		if err != nil || len(theirs) != 2 {
			t.Errorf("theirs %v, %v", theirs, err)
		}
		return h.s.Purge(ctx, tx, append(demo, theirs...))
	})
	h.must(func(ctx context.Context, tx *db.Tx) error {
		p, err := h.s.List(ctx, tx, permit.Caller{}, Filter{}, time.UTC, page.Want{})
		if err != nil || len(p.Items) != 1 || p.Items[0].ID != keep.ID {
			t.Errorf("left %+v, %v", p.Items, err)
		}
		all, err := h.s.ByExternal(ctx, tx, []string{"X-0", "X-1", "X-2", "X-3"})
		if err != nil || len(all) != 1 || all["X-3"] != keep.ID {
			t.Errorf("claims left %v, %v", all, err)
		}
		again := h.make(tx, storeA, "", tx.Now())
		again.ExternalID = "X-0"
		return h.record(ctx, tx, again)
	})
}

func TestBreaches(t *testing.T) {
	h := open(t)
	h.must(func(ctx context.Context, tx *db.Tx) error {
		right, wrong := h.make(tx, storeA, "", tx.Now()), h.make(tx, storeA, "", tx.Now())
		if err := h.record(ctx, tx, right); err != nil {
			return err
		}
		if found, err := h.s.Breaches(ctx, tx); err != nil || len(found) != 0 {
			t.Errorf("breaches %v, %v", found, err)
		}
		wrong.Lines[0].Paid += unit.Money(1)
		if err := h.record(ctx, tx, wrong); err != nil {
			return err
		}
		found, err := h.s.Breaches(ctx, tx)
		if len(found) != 1 {
			t.Errorf("breaches %v", found)
		}
		return err
	})
}
