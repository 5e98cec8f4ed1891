package checkout

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
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
	"huiji/internal/platform/web/webtest"
)

// shop is a merchant with two stores, four products, a member and a till.
type shop struct {
	*testing.T
	*webtest.Server
	db      *db.DB
	queue   *job.Queue
	s       *Service
	store   id.Store
	other   id.Store
	member  id.Member
	cashier *webtest.Client
	manager *webtest.Client
	deeds   []deed.Deed
	sold    []order.Completed
}

func open(t *testing.T) *shop {
	h := &shop{T: t, db: dbtest.New(t)}
	h.queue = job.New(h.db, slog.New(slog.DiscardHandler))
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, d deed.Deed) error { h.deeds = append(h.deeds, d); return nil })
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, e order.Completed) error { h.sold = append(h.sold, e); return nil })
	keys, err := vault.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	m := &merchant.Service{DB: h.db, Jobs: h.queue}
	h.s = &Service{
		DB: h.db, Jobs: h.queue, Merchants: m, Stores: &store.Service{DB: h.db, Jobs: h.queue, Zone: m.Zone},
		Members: &member.Service{DB: h.db, Jobs: h.queue, Vault: keys, Zone: m.Zone}, Catalog: &catalog.Service{DB: h.db, Jobs: h.queue, Zone: m.Zone},
		Earning: &earning.Service{DB: h.db, Jobs: h.queue, Zone: m.Zone}, Ledger: &ledger.Service{DB: h.db, Jobs: h.queue, Zone: m.Zone},
		Orders: &order.Service{DB: h.db, Jobs: h.queue, Zone: m.Zone},
	}
	h.s.Orders.Names = h.names
	h.Server = webtest.New(t, h.db.Clock())
	h.s.Routes(h.API)
	h.s.Orders.Routes(h.API)
	h.cashier, h.manager = h.Role(permit.Cashier), h.Role(permit.Manager)
	h.stock(keys)
	h.drained().deeds, h.sold = nil, nil
	return h
}

// stock fills the shop: tea 9.99, a cup 30.00, wine that earns nothing 100.00, an
// archived hat, and 5,000 points for the member.
func (h *shop) stock(keys *vault.Keyring) {
	h.Helper()
	ctx, owner := context.Background(), permit.System(dbtest.Merchant, "test")
	if err := h.db.Write(ctx, dbtest.Merchant, keys.Found); err != nil {
		h.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for i, to := range []*id.Store{&h.store, &h.other} {
			made, err := h.s.Stores.Open(ctx, tx, owner, store.Store{Code: fmt.Sprint("S", i+1), Name: fmt.Sprint("门店", i+1), Phone: "021-1"})
			if err != nil {
				return err
			}
			*to = made.ID
		}
		if err := h.s.Earning.Begin(ctx, tx, earning.Defaults("retail"), "test"); err != nil {
			return err
		}
		if _, err := h.s.Catalog.Add(ctx, tx, []catalog.Product{
			{SKU: "tea", Name: "茶", Price: 999, Kind: catalog.Goods, EarnsPoints: true, Status: catalog.Active},
			{SKU: "cup", Name: "杯", Price: 3000, Kind: catalog.Goods, EarnsPoints: true, Status: catalog.Active},
			{SKU: "wine", Name: "酒", Price: 10000, Kind: catalog.Goods, Status: catalog.Active},
			{SKU: "hat", Name: "帽", Price: 100, Kind: catalog.Goods, Status: catalog.Archived},
		}, func(i int) string { return fmt.Sprint(i) }); err != nil {
			return err
		}
		made, err := h.s.Members.Enrol(ctx, tx, []member.Draft{{Phone: "13812345678", Name: "张三", Store: h.store, At: "body"}})
		if err != nil {
			return err
		}
		h.member = made[0].ID
		return h.grant(ctx, tx, 5000)
	})
}

// names calls members as the whole program does.
func (h *shop) names(ctx context.Context, tx *db.Tx, who []id.Member) (map[id.Member]order.Person, error) {
	all := map[id.Member]order.Person{}
	found, err := h.s.Members.Called(ctx, tx, who)
	for one, said := range found {
		all[one] = order.Person(said)
	}
	return all, err
}

func (h *shop) grant(ctx context.Context, tx *db.Tx, points int64) error {
	_, err := h.s.Ledger.Book(ctx, tx, []ledger.Op{{Kind: ledger.Opening, Holder: h.member, Amount: points, Cause: fmt.Sprint("opening:", tx.Entropy())}})
	return err
}

func (h *shop) write(fn func(ctx context.Context, tx *db.Tx) error) {
	h.Helper()
	if err := h.db.Write(context.Background(), dbtest.Merchant, fn); err != nil {
		h.Fatal(err)
	}
}

func (h *shop) drained() *shop {
	h.Helper()
	if err := h.queue.Drain(context.Background()); err != nil {
		h.Fatal(err)
	}
	return h
}

func (h *shop) balance() (v ledger.View) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		a, err := h.s.Ledger.Account(ctx, tx, h.member, ledger.Points)
		v = a.View(ledger.At(tx.Now()))
		return err
	})
	return v
}

// body fills {store}, {other} and {member} into a request.
func (h *shop) body(text string) string {
	return strings.NewReplacer("{store}", string(h.store), "{other}", string(h.other), "{member}", string(h.member)).Replace(text)
}

func (h *shop) sell(text string, headers ...string) webtest.Answer {
	h.Helper()
	return h.manager.Do("POST", "/orders", h.body(text), headers...)
}

// Three lines of 9.99 and a discount of 10.00 leave 19.97: 19 points, and the
// lines add up to the fen.
func TestSellToAMember(t *testing.T) {
	h := open(t)
	text := `{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "tea", "quantity": 1}, {"sku": "TEA", "quantity": 1}, {"sku": "tea", "quantity": 1}],
		"discount": {"amount": 1000, "reason": "开业"}, "payments": [{"method": "cash", "amount": 1000}, {"method": "card", "amount": 997}], "external_id": "T-1"}`
	a := h.sell(text, "Idempotency-Key: k1").Want(t, 201)
	var v order.View
	a.Into(t, &v)
	if v.Subtotal != 2997 || v.Total != 1997 || v.Paid != 1997 || v.PointsEarned != 19 || v.PointsUsed != 0 || *v.MemberBalance != 5019 || v.Status != "completed" ||
		len(v.Number) != 14 || v.OccurredAt != "2026-01-01T17:00:00.000+08:00" || v.ExternalID != "T-1" || v.StaffName != "manager" || v.Source != "pos" {
		t.Errorf("sold %s", a.Raw)
	}
	var amount, discount, paid, earned int64
	for _, l := range v.Lines {
		amount, discount, paid, earned = amount+l.Amount, discount+l.Discount, paid+l.Paid, earned+l.PointsEarned
	}
	if amount != 2997 || discount != 1000 || paid != 1997 || earned != 19 || v.Lines[0].LineID != "line_1" || v.Lines[0].Name != "茶" {
		t.Errorf("lines %+v", v.Lines)
	}
	if len(v.Explanation) != 1 || v.Explanation[0].Because != "消费 19.97 元，每 1 元积 1 分，向下取整，得 19 分" {
		t.Errorf("explanation %+v", v.Explanation)
	}
	again := h.sell(text, "Idempotency-Key: k1").Want(t, 201)
	if string(again.Raw) != string(a.Raw) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again %s", again.Raw)
	}
	h.sell(strings.Replace(text, "开业", "店庆", 1), "Idempotency-Key: k1").WantProblem(t, 422, "idempotency.key_reused")
	if taken := h.sell(text).WantProblem(t, 409, "order.external_taken"); taken.Body["order_id"] != v.ID {
		t.Errorf("taken %s", taken.Raw)
	}
	if b := h.balance(); b.Balance != 5019 {
		t.Errorf("balance %d", b.Balance)
	}
	h.drained()
	if len(h.sold) != 1 || string(h.sold[0].Orders[0]) != v.ID || h.sold[0].Days[0].Sales != 1997 || h.sold[0].Days[0].MemberOrders != 1 || h.sold[0].Days[0].Day != 20260101 {
		t.Errorf("told %+v", h.sold)
	}
	if len(h.deeds) != 1 || h.deeds[0].Action != "order.discount" || h.deeds[0].Reason != "开业" || h.deeds[0].ActorID != "stf_manager" {
		t.Errorf("deeds %+v", h.deeds)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		o, err := h.s.Orders.Find(ctx, tx, id.Order(v.ID))
		if err != nil {
			return err
		}
		p, err := h.s.Ledger.Posting(ctx, tx, o.Awards[0].Posting)
		if p.Cause != v.ID+":earned:base" || p.Amount != 19 || p.Store != h.store || p.Actor != "stf_manager" || !strings.Contains(p.Snapshot, `"line_no":1,"name":"茶"`) {
			t.Errorf("posting %+v", p)
		}
		return err
	})
}

// What is shown is what is charged, with as many points as can be used.
func TestQuoteThenSell(t *testing.T) {
	h := open(t)
	text := `{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "tea", "quantity": 2}, {"sku": "wine", "quantity": 1}], "use_points": "max"`
	var q quoteView
	a := h.cashier.Do("POST", "/orders/quote", h.body(text+`, "coupon_ids": "best"}`)).Want(t, 200).Into(t, &q)
	if q.Subtotal != 11998 || q.PointsUsed != 5000 || q.PointsAmount != 5000 || q.Total != 6998 || q.PointsUsable != 5000 || len(q.Discounts) != 0 || q.Earn.Points != 11 {
		t.Errorf("quote %s", a.Raw)
	}
	if e := q.Earn.Explanation; len(e) != 1 || e[0].Because != "消费 11.65 元，每 1 元积 1 分，向下取整，得 11 分（不积分商品：酒）" {
		t.Errorf("explanation %+v", e)
	}
	if b := h.balance(); b.Balance != 5000 {
		t.Errorf("a quote booked: %+v", b)
	}
	var v order.View
	h.sell(text+`, "payments": [{"method": "other", "amount": 6998}]}`).Want(t, 201).Into(t, &v)
	if v.Total != q.Total || v.PointsUsed != 5000 || v.PointsEarned != 11 || *v.MemberBalance != 11 || v.Lines[0].PointsUsed+v.Lines[1].PointsUsed != 5000 {
		t.Errorf("sold %+v", v)
	}
	limited := h.cashier.English().Do("POST", "/orders/quote", h.body(`{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "tea", "quantity": 2}], "use_points": "max"}`)).Want(t, 200)
	if limited.Body["points_used"] != 0.0 || limited.Body["points_reason"] != "11 points could be used on this order, and at least 100 must be" {
		t.Errorf("limited %s", limited.Raw)
	}
}

func TestWalkIn(t *testing.T) {
	h := open(t)
	var v order.View
	h.sell(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 2}], "payments": [{"method": "cash", "amount": 6000}]}`).Want(t, 201).Into(t, &v)
	if v.MemberID != "" || v.MemberBalance != nil || v.PointsEarned != 0 || len(v.Explanation) != 0 || v.Total != 6000 {
		t.Errorf("walk-in %+v", v)
	}
	h.sell(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 2}], "use_points": "max", "payments": []}`).WantProblem(t, 422, "request.invalid")
	r := h.cashier.Do("GET", "/orders/"+v.ID+"/receipt", nil).Want(t, 200)
	if r.Body["member"] != nil || r.Body["total"] != 6000.0 {
		t.Errorf("receipt %s", r.Raw)
	}
}

// Points that cover the whole order are no error: nothing is left to pay.
func TestPointsCoverEverything(t *testing.T) {
	h := open(t)
	owner := permit.System(dbtest.Merchant, "test")
	if err := h.s.Merchants.SetOffset(context.Background(), owner, merchant.Offset{Points: 1, Amount: 1, Step: 1, MaxPercent: 100}); err != nil {
		t.Fatal(err)
	}
	var v order.View
	h.sell(`{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "cup", "quantity": 1}], "use_points": 5000}`).Want(t, 201).Into(t, &v)
	if v.Total != 0 || v.PointsUsed != 3000 || *v.MemberBalance != 2000 || len(v.Payments) != 0 || v.PointsEarned != 0 {
		t.Errorf("sold %+v", v)
	}
}

func TestLateSale(t *testing.T) {
	h := open(t)
	begin := dbtest.Start
	dbtest.Clock(h.db).Advance(48 * time.Hour)
	double := earning.Defaults("retail")
	double.Points = 2
	if _, _, err := h.s.Earning.Set(context.Background(), permit.System(dbtest.Merchant, "test"), double); err != nil {
		t.Fatal(err)
	}
	dbtest.Clock(h.db).Advance(time.Hour)
	for at, want := range map[string]int64{begin.Add(47 * time.Hour).Format(time.RFC3339): 30, begin.Add(49 * time.Hour).Add(4 * time.Minute).Format(time.RFC3339): 60} {
		var v order.View
		h.sell(`{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "cup", "quantity": 1}], "payments": [{"method": "cash", "amount": 3000}], "occurred_at": "`+at+`"}`).
			Want(t, 201).Into(t, &v)
		if v.PointsEarned != want {
			t.Errorf("at %s: %d points, want %d", at, v.PointsEarned, want)
		}
	}
	for _, at := range []string{begin.Add(49*time.Hour + 6*time.Minute).Format(time.RFC3339), begin.AddDate(0, 0, -30).Format(time.RFC3339), "yesterday"} {
		a := h.sell(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1}], "payments": [{"method": "cash", "amount": 3000}], "occurred_at": "` + at + `"}`)
		if a.Status != 422 || len(a.Fields()) != 1 || a.Fields()[0] != "body.occurred_at" {
			t.Errorf("at %s: %d %s", at, a.Status, a.Raw)
		}
	}
}

func TestRefusals(t *testing.T) {
	h := open(t)
	const paid = `"payments": [{"method": "cash", "amount": 3000}]`
	cup := `"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "cup", "quantity": 1}]`
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
		fields string
	}{
		"no such product":   {`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1}, {"sku": "tee", "quantity": 1}], ` + paid + `}`, 422, "request.invalid", "body.lines[1].sku"},
		"archived product":  {`{"store_id": "{store}", "lines": [{"sku": "hat", "quantity": 1}], ` + paid + `}`, 422, "request.invalid", "body.lines[0].sku"},
		"no quantity":       {`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 0}], ` + paid + `}`, 422, "request.invalid", "body.lines[0].quantity"},
		"negative quantity": {`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": -1}], ` + paid + `}`, 422, "request.invalid", "body.lines[0].quantity"},
		"part of one":       {`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1.5}], ` + paid + `}`, 422, "request.invalid", "body.lines[0].quantity"},
		"no lines":          {`{"store_id": "{store}", "lines": [], ` + paid + `}`, 422, "request.invalid", "body.lines"},
		"negative price":    {`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1, "price": -1}], ` + paid + `}`, 422, "request.invalid", "body.lines[0].price"},
		"too little paid":   {`{` + cup + `, "payments": [{"method": "cash", "amount": 2999}]}`, 422, "payments.mismatch", "body.payments"},
		"nothing paid":      {`{` + cup + `}`, 422, "payments.mismatch", "body.payments"},
		"unknown method":    {`{` + cup + `, "payments": [{"method": "wechat", "amount": 3000}]}`, 422, "request.invalid", "body.payments[0].method"},
		"nothing by a card": {`{` + cup + `, "payments": [{"method": "cash", "amount": 3000}, {"method": "card", "amount": 0}]}`, 422, "request.invalid", "body.payments[1].amount"},
		"unknown field":     {`{` + cup + `, "tip": 1, ` + paid + `}`, 422, "request.invalid", "body.tip"},
		"no discount":       {`{` + cup + `, "discount": {"amount": 0, "reason": ""}, ` + paid + `}`, 422, "request.invalid", "body.discount.amount body.discount.reason"},
		"too much discount": {`{` + cup + `, "discount": {"amount": 3001, "reason": "x"}}`, 422, "discount.too_large", "body.discount.amount"},
		"a coupon":          {`{` + cup + `, "coupon_ids": ["cpn_1"], ` + paid + `}`, 422, "request.invalid", "body.coupon_ids[0]"},
		"points in words":   {`{` + cup + `, "use_points": "all", ` + paid + `}`, 422, "request.invalid", "body.use_points"},
		"part of a point":   {`{` + cup + `, "use_points": 1.5, ` + paid + `}`, 422, "request.invalid", "body.use_points"},
		"more than allowed": {`{` + cup + `, "use_points": 1600, ` + paid + `}`, 422, "points.not_usable", "body.use_points"},
		"no whole step":     {`{` + cup + `, "use_points": 150, ` + paid + `}`, 422, "points.not_usable", "body.use_points"},
		"more than there":   {`{` + cup + `, "use_points": 5100, ` + paid + `}`, 409, "points.insufficient", ""},
		"no such store":     {`{"store_id": "sto_000000000000000000000000", "lines": [{"sku": "cup", "quantity": 1}], ` + paid + `}`, 404, "store.not_found", "body.store_id"},
		"no such member":    {`{"store_id": "{store}", "member_id": "mem_000000000000000000000000", "lines": [{"sku": "cup", "quantity": 1}], ` + paid + `}`, 404, "member.not_found", "body.member_id"},
		"too many":          {`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 99999, "price": 10000000000}], ` + paid + `}`, 422, "amount.too_large", "body.lines[0].quantity"},
	} {
		a := h.sell(c.body)
		if a.Status != c.status || a.Body["code"] != c.code || strings.Join(a.Fields(), " ") != c.fields {
			t.Errorf("%s: %d %s", name, a.Status, a.Raw)
		}
	}
	if a := h.sell(`{` + cup + `, "use_points": 5100, ` + paid + `}`); a.Body["available"] != 5000.0 || a.Body["usable"] != 1500.0 {
		t.Errorf("insufficient says %s", a.Raw)
	}
	h.sell(`{`+cup+`, `+paid+`}`, "Idempotency-Key").WantProblem(t, 400, "idempotency.key_missing")
	if b := h.balance(); b.Balance != 5000 {
		t.Errorf("a refused sale booked: %+v", b)
	}
}

func TestWhoMaySellWhat(t *testing.T) {
	h := open(t)
	plain := h.body(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1, "price": 3000}], "payments": [{"method": "cash", "amount": 3000}]}`)
	priced := h.body(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1, "price": 2900}], "payments": [{"method": "cash", "amount": 2900}]}`)
	cheaper := h.body(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1}], "discount": {"amount": 100, "reason": "x"}, "payments": [{"method": "cash", "amount": 2900}]}`)
	h.cashier.Do("POST", "/orders", plain).Want(t, 201)
	for _, body := range []string{priced, cheaper} {
		h.cashier.Do("POST", "/orders", body).WantProblem(t, 403, "permission.denied")
		h.cashier.Do("POST", "/orders/quote", strings.Replace(body, `, "payments": [{"method": "cash", "amount": 2900}]`, "", 1)).WantProblem(t, 403, "permission.denied")
		h.manager.Do("POST", "/orders", body).Want(t, 201)
	}
	h.drained()
	slices.SortFunc(h.deeds, func(a, b deed.Deed) int { return cmp.Compare(a.Action, b.Action) })
	if len(h.deeds) != 2 || h.deeds[1].Action != "order.price" || h.deeds[1].Before["cup"] != 3000.0 || h.deeds[1].After["cup"] != 2900.0 {
		t.Errorf("deeds %+v", h.deeds)
	}
	elsewhere := permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_b", Permissions: permit.Cashier.Permissions(), Stores: []id.Store{h.other}}
	h.As(elsewhere).Do("POST", "/orders", plain).WantProblem(t, 403, "store.denied")
	h.Role(permit.Auditor).Do("POST", "/orders", plain).WantProblem(t, 403, "permission.denied")
	foreign := permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_o", Permissions: permit.All()}
	h.As(foreign).Do("POST", "/orders", plain).WantProblem(t, 404, "store.not_found")
	h.Nobody().Do("POST", "/orders", plain).Want(t, 401)
}

func TestFrozenMemberAndClosedStore(t *testing.T) {
	h := open(t)
	text := `{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "cup", "quantity": 1}], "payments": [{"method": "cash", "amount": 3000}]}`
	owner, closed := permit.System(dbtest.Merchant, "test"), store.Closed
	if _, _, err := h.s.Members.Turn(context.Background(), owner, h.member, member.Freeze, "核对身份"); err != nil {
		t.Fatal(err)
	}
	h.sell(text).WantProblem(t, 409, "member.frozen")
	if _, err := h.s.Stores.Change(context.Background(), owner, h.store, store.Patch{Status: &closed}); err != nil {
		t.Fatal(err)
	}
	h.sell(text).WantProblem(t, 409, "store.closed")
}

func TestLookingAtOrders(t *testing.T) {
	h := open(t)
	var v order.View
	h.sell(`{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "cup", "quantity": 2}], "use_points": 1000, "payments": [{"method": "cash", "amount": 5000}], "external_id": "A-1"}`).
		Want(t, 201).Into(t, &v)
	var again order.View
	h.cashier.Do("GET", "/orders/"+v.ID, nil).Want(t, 200).Into(t, &again)
	if fmt.Sprintf("%+v", again.Lines) != fmt.Sprintf("%+v", v.Lines) || again.Number != v.Number || again.PointsAmount != 1000 {
		t.Errorf("got %+v", again)
	}
	var list struct {
		Items      []order.HeadView
		NextCursor *string `json:"next_cursor"`
	}
	h.cashier.Do("GET", "/orders?q="+v.Number, nil).Want(t, 200).Into(t, &list)
	if len(list.Items) != 1 || list.Items[0].LinesCount != 1 || list.Items[0].PointsUsed != 1000 || list.NextCursor != nil ||
		list.Items[0].MemberName != "张*" || list.Items[0].MemberPhone != "138****5678" || list.Items[0].MemberNo == "" {
		t.Errorf("list %+v", list)
	}
	h.cashier.Do("GET", "/orders?member_id="+string(h.member)+"&from=2026-01-02", nil).Want(t, 200).Into(t, &list)
	if len(list.Items) != 0 {
		t.Errorf("list %+v", list)
	}
	h.sell(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1}], "payments": [{"method": "cash", "amount": 3000}]}`).Want(t, 201)
	h.cashier.Do("GET", "/orders", nil).Want(t, 200).Into(t, &list)
	for _, one := range list.Items {
		if (one.MemberID == "") != (one.MemberName+one.MemberNo+one.MemberPhone == "") || len(list.Items) != 2 {
			t.Errorf("a walk-in's and a member's: %+v", one)
		}
	}
	for _, wrong := range []string{"from=yesterday", "cursor=x", "status=gone", "limit=0", "color=red"} {
		if a := h.cashier.Do("GET", "/orders?"+wrong, nil).Want(t, 422); len(a.Fields()) != 1 || a.Fields()[0] != "query."+strings.Split(wrong, "=")[0] {
			t.Errorf("%s: %s", wrong, a.Raw)
		}
	}
	r := h.cashier.Do("GET", "/orders/"+v.ID+"/receipt", nil).Want(t, 200)
	var receipt receiptView
	r.Into(t, &receipt)
	if receipt.Merchant != "测试商户" || receipt.Store.Code != "S1" || receipt.Number != v.Number || receipt.PointsBalance != 4050 || receipt.PointsEarned != 50 ||
		receipt.Member == nil || receipt.Member.Name != "张*" || receipt.Payments[0].Amount != 5000 || receipt.Lines[0].Amount != 6000 || strings.Contains(string(r.Raw), "1381234") {
		t.Errorf("receipt %s", r.Raw)
	}
	elsewhere := h.As(permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_b", Permissions: permit.All(), Stores: []id.Store{h.other}})
	foreign := h.As(permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_o", Permissions: permit.All()})
	for _, client := range []*webtest.Client{elsewhere, foreign} {
		client.Do("GET", "/orders/"+v.ID, nil).WantProblem(t, 404, "order.not_found")
		client.Do("GET", "/orders/"+v.ID+"/receipt", nil).WantProblem(t, 404, "order.not_found")
		client.Do("GET", "/orders", nil).Want(t, 200).Into(t, &list)
		if len(list.Items) != 0 {
			t.Errorf("somebody else's list %+v", list)
		}
	}
}

// Twelve tills spend the same 5,000 points, 1,500 an order: three of them get
// through, the others hear that the points are gone, and nothing is half booked.
func TestConcurrentCheckoutsSpendOnce(t *testing.T) {
	h := open(t)
	body := h.body(`{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "cup", "quantity": 1}], "use_points": 1500, "payments": [{"method": "cash", "amount": 1500}]}`)
	var wait sync.WaitGroup
	answers := make([]webtest.Answer, 12)
	for i := range answers {
		client := h.Role(permit.Cashier)
		wait.Go(func() { answers[i] = client.Do("POST", "/orders", body) })
	}
	wait.Wait()
	done := 0
	for _, a := range answers {
		switch {
		case a.Status == 201:
			done++
		case a.Body["code"] != "points.insufficient":
			t.Errorf("%d %s", a.Status, a.Raw)
		}
	}
	b := h.balance()
	if done != 3 || b.Balance != 5000-3*1500+3*15 || b.Available < 0 {
		t.Errorf("%d sold, member %+v", done, b)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		found, err := h.s.Orders.Breaches(ctx, tx)
		if len(found) > 0 {
			t.Errorf("breaches %v", found)
		}
		return err
	})
}

// The same request twelve times at once sells once.
func TestConcurrentRepeatsSellOnce(t *testing.T) {
	h := open(t)
	body := h.body(`{"store_id": "{store}", "member_id": "{member}", "lines": [{"sku": "cup", "quantity": 1}], "payments": [{"method": "cash", "amount": 3000}]}`)
	var wait sync.WaitGroup
	answers := make([]webtest.Answer, 12)
	for i := range answers {
		client := h.Role(permit.Cashier)
		wait.Go(func() { answers[i] = client.Do("POST", "/orders", body, "Idempotency-Key: once") })
	}
	wait.Wait()
	numbers := map[any]int{}
	for _, a := range answers {
		switch {
		case a.Status == 201:
			numbers[a.Body["number"]]++
		case a.Body["code"] != "idempotency.in_progress":
			t.Errorf("%d %s", a.Status, a.Raw)
		}
	}
	if b := h.balance(); len(numbers) != 1 || b.Balance != 5030 {
		t.Errorf("numbers %v, balance %d", numbers, b.Balance)
	}
}

func TestSourceSaysWhoSold(t *testing.T) {
	h := open(t)
	key := permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByKey, ID: "key_1", Name: "ERP", Permissions: permit.All()}
	a := h.As(key).Do("POST", "/orders", h.body(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1}], "payments": [{"method": "cash", "amount": 3000}]}`)).Want(t, 201)
	if a.Body["source"] != "api" || a.Body["staff_name"] != "ERP" {
		t.Errorf("sold %s", a.Raw)
	}
	if got := unit.Points(h.balance().Balance); got != 5000 {
		t.Errorf("balance %d", got)
	}
}
