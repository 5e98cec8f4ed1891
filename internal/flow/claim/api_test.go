package claim

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/vault"
	"huiji/internal/platform/web/webtest"
)

var shanghai = time.FixedZone("+08:00", 8*3600)

// house is a shop in which receipts are claimed.
type house struct {
	*testing.T
	*webtest.Server
	db      *db.DB
	queue   *job.Queue
	s       *Service
	members []id.Member
	cashier *webtest.Client
	deeds   []deed.Deed
	told    []order.Claimed
}

func open(t *testing.T) *house {
	h := &house{T: t, db: dbtest.New(t)}
	h.queue = job.New(h.db, slog.New(slog.DiscardHandler))
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, d deed.Deed) error { h.deeds = append(h.deeds, d); return nil })
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, e order.Claimed) error { h.told = append(h.told, e); return nil })
	keys, err := vault.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	m := &merchant.Service{DB: h.db, Jobs: h.queue}
	h.s = &Service{
		DB: h.db, Jobs: h.queue, Merchants: m, Members: &member.Service{DB: h.db, Jobs: h.queue, Vault: keys, Zone: m.Zone},
		Earning: &earning.Service{DB: h.db, Jobs: h.queue, Zone: m.Zone}, Ledger: &ledger.Service{DB: h.db, Jobs: h.queue, Zone: m.Zone},
		Orders: &order.Service{DB: h.db, Jobs: h.queue, Zone: m.Zone},
	}
	if err := h.db.Write(context.Background(), dbtest.Merchant, keys.Found); err != nil {
		t.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if err := h.s.Earning.Begin(ctx, tx, earning.Defaults("retail"), "test"); err != nil {
			return err
		}
		made, err := h.s.Members.Enrol(ctx, tx, []member.Draft{{Phone: "13812345678", At: "body"}, {Phone: "13812345679", At: "body"}})
		for _, one := range made {
			h.members = append(h.members, one.ID)
		}
		return err
	})
	h.Server = webtest.New(t, h.db.Clock())
	h.s.Routes(h.API)
	h.cashier = h.Role(permit.Cashier)
	h.drained().deeds = nil
	return h
}

func (h *house) write(fn func(ctx context.Context, tx *db.Tx) error) {
	h.Helper()
	if err := h.db.Write(context.Background(), dbtest.Merchant, fn); err != nil {
		h.Fatal(err)
	}
}

func (h *house) drained() *house {
	h.Helper()
	if err := h.queue.Drain(context.Background()); err != nil {
		h.Fatal(err)
	}
	return h
}

// sell sells a walk-in three units of 9.99 and one of 30.00 that earns nothing.
func (h *house) sell() (o order.Order) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		p, err := order.Basket{Items: []order.Item{
			{SKU: "tea", Name: "茶", Quantity: 3, Price: 999, EarnsPoints: true}, {SKU: "wine", Name: "酒", Quantity: 1, Price: 3000},
		}}.Price()
		if err != nil {
			return err
		}
		o = order.Order{
			ID: id.Order(tx.NewOwnID(id.OfOrder)), Kind: order.Sale, Status: order.StatusCompleted, Store: "sto_a", Source: order.FromTill,
			ActorID: "stf_x", ActorName: "小王", OccurredAt: tx.Now(), Day: day.Of(tx.Now(), shanghai),
		}
		p.Fill(&o)
		if o.Tenders, err = p.Pay([]order.Tender{{Method: order.Cash, Amount: o.Total}}); err != nil {
			return err
		}
		if err := h.s.Orders.Reserve(ctx, tx, []*order.Order{&o}); err != nil {
			return err
		}
		return h.s.Orders.Record(ctx, tx, []order.Order{o})
	})
	return o
}

func (h *house) refund(which id.Order, w order.Want) (back order.Return) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		o, err := h.s.Orders.Hold(ctx, tx, which)
		if err != nil {
			return err
		}
		if back, err = o.GiveBack(w); err != nil {
			return err
		}
		return h.s.Orders.RecordRefunds(ctx, tx, []order.Given{{Order: &o, Refund: order.Refund{
			ID: id.Refund(tx.NewID(id.OfRefund, o.ID.Bucket())), Order: o.ID, Amount: back.Amount, PointsClawed: back.Clawed(),
			Lines: back.Lines, Tenders: back.Tenders, Store: o.Store, Day: o.Day,
		}}})
	})
	return back
}

func (h *house) balance(who id.Member) (v ledger.View) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		a, err := h.s.Ledger.Account(ctx, tx, who, ledger.Points)
		v = a.View(ledger.At(tx.Now()))
		return err
	})
	return v
}

func (h *house) claim(number string, who id.Member, headers ...string) webtest.Answer {
	h.Helper()
	return h.cashier.Do("POST", "/orders/claim", map[string]any{"receipt_number": number, "member_id": who}, headers...)
}

// A claimed order earns by the rule of its own day, once, and explains it.
func TestClaim(t *testing.T) {
	h := open(t)
	o := h.sell()
	dbtest.Clock(h.db).Advance(24 * time.Hour)
	double := earning.Defaults("retail")
	double.Points = 2
	if _, _, err := h.s.Earning.Set(context.Background(), permit.System(dbtest.Merchant, "test"), double); err != nil {
		t.Fatal(err)
	}
	h.drained().deeds = nil
	a := h.claim(" "+o.Number+" ", h.members[0], "Idempotency-Key: k1").Want(t, 200)
	var v order.View
	a.Into(t, &v)
	if v.ID != string(o.ID) || v.MemberID != string(h.members[0]) || !v.Claimed || v.PointsEarned != 29 || *v.MemberBalance != 29 || v.Lines[0].PointsEarned != 29 ||
		!strings.Contains(v.Explanation[0].Because, "消费 29.97 元") {
		t.Errorf("claimed %s", a.Raw)
	}
	if again := h.claim(" "+o.Number+" ", h.members[0], "Idempotency-Key: k1").Want(t, 200); string(again.Raw) != string(a.Raw) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again %s", again.Raw)
	}
	h.claim(o.Number, h.members[0]).WantProblem(t, 409, "order.claimed")
	h.claim(o.Number, h.members[1]).WantProblem(t, 409, "order.claimed")
	if b := h.balance(h.members[0]); b.Balance != 29 {
		t.Errorf("member %+v", b)
	}
	h.drained()
	if len(h.told) != 1 || h.told[0].Order != o.ID || h.told[0].Days[0].MemberSales != 5997 || h.told[0].Days[0].PointsEarned != 29 {
		t.Errorf("told %+v", h.told)
	}
	if len(h.deeds) != 1 || h.deeds[0].Action != "order.claim" || h.deeds[0].Label != o.Number {
		t.Errorf("deeds %+v", h.deeds)
	}
}

// What was refunded before earns nothing, and what is refunded after takes back
// exactly what was earned.
func TestClaimBetweenRefunds(t *testing.T) {
	h := open(t)
	o := h.sell()
	h.refund(o.ID, order.Want{Lines: []order.WantLine{{No: 1, Quantity: 1}}})
	half := unit.Money(2499) // of what is left, 49.98
	h.refund(o.ID, order.Want{Amount: &half})
	var v order.View
	h.claim(o.Number, h.members[0]).Want(t, 200).Into(t, &v)
	if v.PointsEarned != 9 {
		t.Errorf("claimed %+v", v)
	}
	one := h.refund(o.ID, order.Want{Lines: []order.WantLine{{No: 1, Quantity: 1}}})
	rest := h.refund(o.ID, order.Want{})
	if one.Clawed() != 4 || rest.Clawed() != 5 || one.Amount+rest.Amount != 2499 {
		t.Errorf("back %+v and %+v", one, rest)
	}
}

func TestTooLate(t *testing.T) {
	h := open(t)
	o, owner := h.sell(), permit.System(dbtest.Merchant, "test")
	dbtest.Clock(h.db).Set(day.Date(20260109).Start(shanghai)) // a minute past the seventh day
	late := h.claim(o.Number, h.members[0]).WantProblem(t, 409, "order.claim_too_late")
	if late.Body["claim_days"] != 7.0 {
		t.Errorf("late %s", late.Raw)
	}
	dbtest.Clock(h.db).Set(day.Date(20260109).Start(shanghai).Add(-time.Second))
	if err := h.s.Merchants.SetReceipt(context.Background(), owner, merchant.Receipt{ClaimDays: 0}); err != nil {
		t.Fatal(err)
	}
	h.claim(o.Number, h.members[0]).WantProblem(t, 409, "order.claim_too_late")
	if err := h.s.Merchants.SetReceipt(context.Background(), owner, merchant.Receipt{ClaimDays: 7}); err != nil {
		t.Fatal(err)
	}
	h.claim(o.Number, h.members[0]).Want(t, 200)
}

func TestRefusals(t *testing.T) {
	h := open(t)
	o := h.sell()
	h.claim("26010199999999", h.members[0]).WantProblem(t, 404, "order.not_found")
	h.claim(o.Number, "mem_000000000000000000000000").WantProblem(t, 404, "member.not_found")
	if a := h.claim("", "x").WantProblem(t, 422, "request.invalid"); fmt.Sprint(a.Fields()) != "[body.receipt_number body.member_id]" {
		t.Errorf("fields %v", a.Fields())
	}
	h.claim(o.Number, h.members[0], "Idempotency-Key").WantProblem(t, 400, "idempotency.key_missing")
	if _, _, err := h.s.Members.Turn(context.Background(), permit.System(dbtest.Merchant, "test"), h.members[1], member.Freeze, "核对身份"); err != nil {
		t.Fatal(err)
	}
	h.claim(o.Number, h.members[1]).WantProblem(t, 409, "member.frozen")
	h.Role(permit.Auditor).Do("POST", "/orders/claim", map[string]any{"receipt_number": o.Number, "member_id": h.members[0]}).WantProblem(t, 403, "permission.denied")
	elsewhere := permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_b", Permissions: permit.All(), Stores: []id.Store{"sto_b"}}
	h.As(elsewhere).Do("POST", "/orders/claim", map[string]any{"receipt_number": o.Number, "member_id": h.members[0]}).WantProblem(t, 404, "order.not_found")
	if b := h.balance(h.members[0]); b.Balance != 0 {
		t.Errorf("member %+v", b)
	}
}

// Two members claim one receipt at once: one of them gets it.
func TestConcurrentClaims(t *testing.T) {
	h := open(t)
	o := h.sell()
	var wait sync.WaitGroup
	answers := make([]webtest.Answer, 12)
	for i := range answers {
		client := h.Role(permit.Cashier)
		body := map[string]any{"receipt_number": o.Number, "member_id": h.members[i%2]}
		wait.Go(func() { answers[i] = client.Do("POST", "/orders/claim", body, fmt.Sprint("Idempotency-Key: k", i)) })
	}
	wait.Wait()
	done := 0
	for _, a := range answers {
		switch {
		case a.Status == 200:
			done++
		case a.Body["code"] != "order.claimed":
			t.Errorf("%d %s", a.Status, a.Raw)
		}
	}
	if sum := h.balance(h.members[0]).Balance + h.balance(h.members[1]).Balance; done != 1 || sum != 29 {
		t.Errorf("%d claims, %d points", done, sum)
	}
}
