package refund

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
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/web/webtest"
)

var shanghai = time.FixedZone("+08:00", 8*3600)

// house is a shop with a refund desk.
type house struct {
	*testing.T
	*webtest.Server
	db     *db.DB
	queue  *job.Queue
	s      *Service
	manage *webtest.Client
	deeds  []deed.Deed
	told   []order.Refunded
	// expires is when what sell earns ends; the zero time for never.
	expires time.Time
}

func open(t *testing.T) *house {
	h := &house{T: t, db: dbtest.New(t)}
	h.queue = job.New(h.db, slog.New(slog.DiscardHandler))
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, d deed.Deed) error { h.deeds = append(h.deeds, d); return nil })
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, e order.Refunded) error { h.told = append(h.told, e); return nil })
	merchants := &merchant.Service{DB: h.db, Jobs: h.queue}
	h.s = &Service{
		DB: h.db, Jobs: h.queue, Merchants: merchants, Ledger: &ledger.Service{DB: h.db, Jobs: h.queue},
		Orders: &order.Service{DB: h.db, Jobs: h.queue, Zone: merchants.Zone},
	}
	h.Server = webtest.New(t, h.db.Clock())
	h.s.Routes(h.API)
	h.manage = h.Role(permit.Manager)
	return h
}

func (h *house) write(fn func(ctx context.Context, tx *db.Tx) error) {
	h.Helper()
	if err := h.db.Write(context.Background(), dbtest.Merchant, fn); err != nil {
		h.Fatal(err)
	}
}

func (h *house) debt(policy string) {
	h.Helper()
	owner := permit.System(dbtest.Merchant, "test")
	if err := h.s.Merchants.SetDebt(context.Background(), owner, merchant.Debt{Points: policy, ReinstatementGraceDays: 7}); err != nil {
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

// member is somebody with points.
func (h *house) member(points int64) (who id.Member) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		who = id.Member(tx.NewOwnID(id.OfMember))
		if points == 0 {
			return nil
		}
		_, err := h.s.Ledger.Book(ctx, tx, []ledger.Op{{Kind: ledger.Opening, Holder: who, Amount: points, Cause: "opening:" + string(who)}})
		return err
	})
	return who
}

// sell sells three units of 9.99 and one of 30.00 at a point per yuan, with use
// points off, paid 20.00 by card and the rest in cash.
func (h *house) sell(who id.Member, use unit.Points) (o order.Order) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		p, err := order.Basket{
			Items: []order.Item{
				{SKU: "tea", Name: "茶", Quantity: 3, Price: 999, EarnsPoints: true}, {SKU: "cup", Name: "杯", Quantity: 1, Price: 3000, EarnsPoints: true},
			},
			Offset: order.Offset{Points: 100, Amount: 100, Step: 100, MaxPercent: 50}, Use: order.Use{Points: use}, Available: 1 << 40,
		}.Price()
		if err != nil {
			return err
		}
		o = order.Order{
			ID: id.Order(tx.NewOwnID(id.OfOrder)), Kind: order.Sale, Status: order.StatusCompleted, Store: "sto_a", Source: order.FromTill,
			Member: who, ActorID: "stf_x", ActorName: "小王", OccurredAt: tx.Now(), Day: day.Of(tx.Now(), shanghai),
		}
		p.Fill(&o)
		if o.Tenders, err = p.Pay([]order.Tender{{Method: order.Card, Amount: 2000}, {Method: order.Cash, Amount: o.Total - 2000}}); err != nil {
			return err
		}
		if err := h.points(ctx, tx, &o); err != nil {
			return err
		}
		if err := h.s.Orders.Reserve(ctx, tx, []*order.Order{&o}); err != nil {
			return err
		}
		return h.s.Orders.Record(ctx, tx, []order.Order{o})
	})
	return o
}

func (h *house) points(ctx context.Context, tx *db.Tx, o *order.Order) error {
	if o.Member == "" {
		return nil
	}
	sale := earning.Sale{At: o.OccurredAt, Zone: shanghai}
	for _, l := range o.Lines {
		sale.Lines = append(sale.Lines, earning.Line{No: l.No, SKU: l.SKU, Quantity: l.Quantity, Eligible: l.Paid, EarnsPoints: true})
	}
	awards, err := earning.Awards(earning.Defaults("retail"), sale)
	if err != nil {
		return err
	}
	kept := order.Award{Rule: awards[0].Rule, Points: awards[0].Points, Because: awards[0].Because}
	for _, l := range awards[0].Lines {
		kept.Lines = append(kept.Lines, order.AwardLine(l))
	}
	o.Attach([]order.Award{kept})
	list := []ledger.Op{{Kind: ledger.Earn, Holder: o.Member, Amount: int64(kept.Points), Cause: o.EarnedCause("base"), ExpiresAt: h.expires}}
	if o.PointsUsed > 0 {
		list = append([]ledger.Op{{Kind: ledger.Redeem, Holder: o.Member, Amount: int64(o.PointsUsed), Cause: o.UsedCause()}}, list...)
	}
	done, err := h.s.Ledger.Book(ctx, tx, list)
	for _, outcome := range done {
		o.Booked(outcome.Posting.Cause, outcome.Posting.ID())
	}
	return err
}

// spend takes points from a member, as a redemption elsewhere.
func (h *house) spend(who id.Member, points int64) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := h.s.Ledger.Book(ctx, tx, []ledger.Op{{Kind: ledger.Redeem, Holder: who, Amount: points, Cause: fmt.Sprint("spent:", tx.Entropy())}})
		return err
	})
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

func (h *house) find(which id.Order) (o order.Order) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = h.s.Orders.Find(ctx, tx, which)
		return err
	})
	return o
}

type answer struct {
	ID             string `json:"id"`
	OrderStatus    string `json:"order_status"`
	Amount         int64  `json:"amount"`
	PointsReturned int64  `json:"points_returned"`
	PointsClawed   int64  `json:"points_clawed_back"`
	PointsDebt     int64  `json:"points_debt"`
	PointsForgiven int64  `json:"points_forgiven"`
	MemberBalance  *int64 `json:"member_balance"`
	Refunds        []struct {
		Method string
		Amount int64
	}
	PointsLapsed int64 `json:"points_lapsed"`
	Lines        []struct {
		LineID         string `json:"line_id"`
		Quantity       int64
		Amount         int64
		PointsClawed   int64 `json:"points_clawed_back"`
		PointsForgiven int64 `json:"points_forgiven"`
		PointsLapsed   int64 `json:"points_lapsed"`
	}
}

func path(o order.Order) string { return "/orders/" + string(o.ID) + "/refunds" }

// 59.97 less 20.00 in points is 39.97: 39 points. Three refunds end exactly where
// the member was before.
func TestRefundsEndWhereItBegan(t *testing.T) {
	h := open(t)
	who := h.member(5000)
	o := h.sell(who, 2000)
	if o.Total != 3997 || o.PointsEarned != 39 || h.balance(who).Balance != 3039 {
		t.Fatalf("sold %+v", o)
	}
	var sum answer
	for i, body := range []string{
		`{"lines": [{"line_id": "line_1", "quantity": 2}], "reason": "买多了"}`, `{"amount": 500, "reason": "有瑕疵"}`, `{"reason": "不要了"}`,
	} {
		var quoted, a answer
		h.manage.Do("POST", path(o)+"/quote", body).Want(t, 200).Into(t, &quoted)
		h.manage.Do("POST", path(o), body).Want(t, 201).Into(t, &a)
		if quoted.ID != "" || !strings.HasPrefix(a.ID, "rfd_") || fmt.Sprint(quoted.Amount, quoted.PointsReturned, quoted.PointsClawed, *quoted.MemberBalance, quoted.Lines, quoted.Refunds) !=
			fmt.Sprint(a.Amount, a.PointsReturned, a.PointsClawed, *a.MemberBalance, a.Lines, a.Refunds) {
			t.Errorf("refund %d: quoted %+v, got %+v", i, quoted, a)
		}
		var back int64
		for _, r := range a.Refunds {
			back += r.Amount
		}
		if back != a.Amount {
			t.Errorf("refund %d: %d by tenders of %d", i, back, a.Amount)
		}
		sum.Amount, sum.PointsReturned, sum.PointsClawed = sum.Amount+a.Amount, sum.PointsReturned+a.PointsReturned, sum.PointsClawed+a.PointsClawed
		sum.OrderStatus, sum.MemberBalance = a.OrderStatus, a.MemberBalance
	}
	if sum.Amount != 3997 || sum.PointsReturned != 2000 || sum.PointsClawed != 39 || sum.OrderStatus != "refunded" || *sum.MemberBalance != 5000 {
		t.Errorf("ends %+v", sum)
	}
	if b := h.balance(who); b.Balance != 5000 || b.Debt != 0 {
		t.Errorf("member %+v", b)
	}
	h.manage.Do("POST", path(o), `{"reason": "再退"}`).WantProblem(t, 409, "order.nothing_left")

	h.drained()
	if len(h.told) != 3 || h.told[0].Orders[0] != o.ID || h.told[0].Days[0].Day != 20260101 {
		t.Errorf("told %+v", h.told)
	}
	if len(h.deeds) != 3 || h.deeds[0].Action != "order.refund" || h.deeds[0].Reason != "买多了" || h.deeds[0].ActorID != "stf_manager" || h.deeds[2].After["status"] != "refunded" {
		t.Errorf("deeds %+v", h.deeds)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		found, err := h.s.Orders.Breaches(ctx, tx)
		if len(found) > 0 {
			t.Errorf("breaches %v", found)
		}
		return err
	})
}

func TestDebtPolicies(t *testing.T) {
	for policy, want := range map[string]struct {
		status                  int
		clawed, debt, forgiven  int64
		balance, owed, refunded int64
	}{
		"negative": {201, 59, 50, 0, -50, 50, 5997},
		"forgive":  {201, 9, 0, 50, 0, 0, 5997},
		"refuse":   {409, 0, 0, 0, 9, 0, 0},
	} {
		h := open(t)
		h.debt(policy)
		who := h.member(0)
		o := h.sell(who, 0)
		h.spend(who, 50)
		a := h.manage.Do("POST", path(o), `{"reason": "不要了"}`).Want(t, want.status)
		if want.status == 201 {
			var got answer
			a.Into(t, &got)
			if got.PointsClawed != want.clawed || got.PointsDebt != want.debt || got.PointsForgiven != want.forgiven || *got.MemberBalance != want.balance {
				t.Errorf("%s: %+v", policy, got)
			}
		} else if a.WantProblem(t, 409, "points.debt_refused"); a.Body["shortfall"] != 50.0 || !strings.Contains(a.Body["detail"].(string), "还差 50 分") {
			t.Errorf("%s: %s", policy, a.Raw)
		}
		if b := h.balance(who); b.Balance != want.balance || b.Debt != want.owed {
			t.Errorf("%s: member %+v", policy, b)
		}
		if found := h.find(o.ID); int64(found.Refunded) != want.refunded {
			t.Errorf("%s: order %+v", policy, found)
		}
	}
}

// 59.97 earned 29 and 30 points, of which 44 are spent: 15 are there. The first
// refund finds all it wants, the second runs short, and the order tells the same
// as its refunds, which tell the same as their lines.
func TestWhatWasForgivenIsToldLineByLine(t *testing.T) {
	h := open(t)
	h.debt("forgive")
	who := h.member(0)
	o := h.sell(who, 0)
	h.spend(who, 44)
	var clawed, forgiven int64
	for i, c := range []struct {
		body  string
		lines string
	}{
		{`{"lines": [{"line_id": "line_1", "quantity": 1}], "reason": "买多了"}`, "line_1: 9 taken, 0 forgiven"},
		{`{"reason": "不要了"}`, "line_1: 2 taken, 18 forgiven; line_2: 4 taken, 26 forgiven"},
	} {
		var quoted, a answer
		h.manage.Do("POST", path(o)+"/quote", c.body).Want(t, 200).Into(t, &quoted)
		h.manage.Do("POST", path(o), c.body).Want(t, 201).Into(t, &a)
		var lines []string
		var taken, gone int64
		for _, l := range a.Lines {
			lines = append(lines, fmt.Sprintf("%s: %d taken, %d forgiven", l.LineID, l.PointsClawed, l.PointsForgiven))
			taken, gone = taken+l.PointsClawed, gone+l.PointsForgiven
		}
		if got := strings.Join(lines, "; "); got != c.lines || taken != a.PointsClawed || gone != a.PointsForgiven || a.PointsDebt != 0 {
			t.Errorf("refund %d: %s, want %s, of %+v", i, got, c.lines, a)
		}
		if fmt.Sprint(quoted.Lines, quoted.PointsClawed, quoted.PointsForgiven) != fmt.Sprint(a.Lines, a.PointsClawed, a.PointsForgiven) {
			t.Errorf("refund %d: quoted %+v, got %+v", i, quoted, a)
		}
		clawed, forgiven = clawed+a.PointsClawed, forgiven+a.PointsForgiven
	}
	v := new(h.find(o.ID)).Show(shanghai, lang.EN)
	if clawed != 15 || forgiven != 44 || v.PointsClawed != clawed || v.PointsForgiven != forgiven || v.PointsDebt != 0 || v.PointsLapsed != 0 || v.PointsEarned != 59 {
		t.Errorf("%d taken and %d forgiven, the order says %+v", clawed, forgiven, v)
	}
}

// What had expired unspent is neither taken nor forgiven.
func TestWhatHadLapsedIsToldLineByLine(t *testing.T) {
	h := open(t)
	h.debt("forgive")
	who := h.member(0)
	h.expires = day.Date(20260105).End(shanghai)
	o := h.sell(who, 0)
	h.spend(who, 9)
	dbtest.Clock(h.db).Advance(10 * 24 * time.Hour)
	var a answer
	h.manage.Do("POST", path(o), `{"reason": "不要了"}`).Want(t, 201).Into(t, &a)
	if a.PointsClawed != 0 || a.PointsForgiven != 9 || a.PointsLapsed != 50 || *a.MemberBalance != 0 {
		t.Errorf("%+v", a)
	}
	var forgiven, lapsed int64
	for _, l := range a.Lines {
		forgiven, lapsed = forgiven+l.PointsForgiven, lapsed+l.PointsLapsed
		if l.PointsClawed != 0 {
			t.Errorf("%+v", l)
		}
	}
	if forgiven != 9 || lapsed != 50 {
		t.Errorf("the lines say %d forgiven and %d lapsed", forgiven, lapsed)
	}
}

func TestReplay(t *testing.T) {
	h := open(t)
	o := h.sell(h.member(0), 0)
	first := h.manage.Do("POST", path(o), `{"amount": 1000, "reason": "少收"}`, "Idempotency-Key: k1").Want(t, 201)
	h.manage.Do("POST", path(o), `{"reason": "全退"}`).Want(t, 201)
	again := h.manage.Do("POST", path(o), `{"reason": "少收", "amount": 1000}`, "Idempotency-Key: k1").Want(t, 201)
	if string(again.Raw) != string(first.Raw) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("first %s\nagain %s", first.Raw, again.Raw)
	}
	h.manage.Do("POST", path(o), `{"amount": 999, "reason": "少收"}`, "Idempotency-Key: k1").WantProblem(t, 422, "idempotency.key_reused")
	h.manage.Do("POST", path(o), `{"reason": "x"}`, "Idempotency-Key").WantProblem(t, 400, "idempotency.key_missing")
	if n := len(h.find(o.ID).Refunds); n != 2 {
		t.Errorf("%d refunds", n)
	}
}

func TestRefusals(t *testing.T) {
	h := open(t)
	o := h.sell("", 0)
	for name, c := range map[string]struct {
		body, code string
		status     int
		field      string
	}{
		"no reason":        {`{"reason": " "}`, "request.invalid", 422, "body.reason"},
		"reason missing":   {`{}`, "request.invalid", 422, "body"},
		"unknown field":    {`{"reason": "x", "all": true}`, "request.invalid", 422, "body.all"},
		"no such line":     {`{"reason": "x", "lines": [{"line_id": "line_9", "quantity": 1}]}`, "request.invalid", 422, "body.lines[0].line_id"},
		"not a line":       {`{"reason": "x", "lines": [{"line_id": "1", "quantity": 1}]}`, "request.invalid", 422, "body.lines[0].line_id"},
		"more than bought": {`{"reason": "x", "lines": [{"line_id": "line_1", "quantity": 4}]}`, "request.invalid", 422, "body.lines[0].quantity"},
		"no units":         {`{"reason": "x", "lines": [{"line_id": "line_1", "quantity": 0}]}`, "request.invalid", 422, "body.lines[0].quantity"},
		"no money":         {`{"reason": "x", "amount": 0}`, "request.invalid", 422, "body.amount"},
		"below no money":   {`{"reason": "x", "amount": -1}`, "request.invalid", 422, "body.amount"},
		"more than paid":   {`{"reason": "x", "amount": 5998}`, "refund.amount_exceeds", 409, "body.amount"},
		"more than lines":  {`{"reason": "x", "amount": 1000, "lines": [{"line_id": "line_1", "quantity": 1}]}`, "refund.amount_exceeds_lines", 422, "body.amount"},
	} {
		for _, where := range []string{path(o), path(o) + "/quote"} {
			a := h.manage.Do("POST", where, c.body)
			if a.Status != c.status || a.Body["code"] != c.code || !strings.HasPrefix(strings.Join(a.Fields(), ""), c.field) {
				t.Errorf("%s: %d %s", name, a.Status, a.Raw)
			}
		}
	}
	h.manage.Do("POST", "/orders/ord_000000000000000000000000/refunds", `{"reason": "x"}`).WantProblem(t, 404, "order.not_found")
	h.manage.Do("POST", "/orders/nothing/refunds", `{"reason": "x"}`).WantProblem(t, 404, "order.not_found")
	h.Role(permit.Cashier).Do("POST", path(o), `{"reason": "x"}`).WantProblem(t, 403, "permission.denied")
	h.Nobody().Do("POST", path(o), `{"reason": "x"}`).Want(t, 401)
	elsewhere := permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_b", Permissions: permit.Manager.Permissions(), Stores: []id.Store{"sto_b"}}
	h.As(elsewhere).Do("POST", path(o), `{"reason": "x"}`).WantProblem(t, 404, "order.not_found")
	foreign := permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_o", Permissions: permit.All()}
	h.As(foreign).Do("POST", path(o), `{"reason": "x"}`).WantProblem(t, 404, "order.not_found")
	var a answer
	h.manage.Do("POST", path(o), `{"reason": "x", "lines": [{"line_id": "line_2", "quantity": 1}]}`).Want(t, 201).Into(t, &a)
	if a.MemberBalance != nil || a.Amount != 3000 || a.PointsClawed != 0 {
		t.Errorf("walk-in %+v", a)
	}
}

// Points that go back to a lot which has expired meanwhile are good for the
// merchant's days of grace.
func TestReturnedPointsHaveGrace(t *testing.T) {
	h := open(t)
	who := h.member(0)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := h.s.Ledger.Book(ctx, tx, []ledger.Op{{
			Kind: ledger.Earn, Holder: who, Amount: 2000, Cause: "gift", ExpiresAt: day.Date(20260105).End(shanghai),
		}})
		return err
	})
	o := h.sell(who, 2000)
	dbtest.Clock(h.db).Advance(10 * 24 * time.Hour)
	var a answer
	h.manage.Do("POST", path(o), `{"reason": "退"}`).Want(t, 201).Into(t, &a)
	v := h.balance(who)
	if a.PointsReturned != 2000 || v.Balance != 2000 || len(v.Expiring) != 1 || v.Expiring[0].At.Time() != day.Date(20260118).End(shanghai).UTC() {
		t.Errorf("returned %+v, member %+v", a, v)
	}
}

// Twelve at once give one order back: never more than there was, and what is
// refused is refused by name.
func TestConcurrentRefundsNeverExceed(t *testing.T) {
	h := open(t)
	who := h.member(5000)
	for _, body := range []string{`{"reason": "全退"}`, `{"reason": "一件", "lines": [{"line_id": "line_1", "quantity": 1}]}`, `{"reason": "减价", "amount": 900}`} {
		o := h.sell(who, 2000)
		var wait sync.WaitGroup
		answers := make([]webtest.Answer, 12)
		for i := range answers {
			client := h.Role(permit.Manager)
			wait.Go(func() { answers[i] = client.Do("POST", path(o), body) })
		}
		wait.Wait()
		done := map[int]int{}
		for _, a := range answers {
			done[a.Status]++
			if a.Status != 201 && a.Status != 409 {
				t.Errorf("%s: %d %s", body, a.Status, a.Raw)
			}
		}
		found := h.find(o.ID)
		if done[201] == 0 || len(found.Refunds) != done[201] || found.Refunded > found.Total {
			t.Errorf("%s: %v, %d refunds of %d give %d of %d", body, done, len(found.Refunds), done[201], found.Refunded, found.Total)
		}
		h.manage.Do("POST", path(o), `{"reason": "剩下的"}`)
		found = h.find(o.ID)
		if found.Refunded != found.Total || found.PointsReturned != 2000 || found.PointsClawed != found.PointsEarned || h.balance(who).Balance != 5000 {
			t.Errorf("%s: ends %+v, member %+v", body, found, h.balance(who))
		}
	}
}
