package ledger_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/ledger"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/web/webtest"
)

// desk is the ledger behind HTTP, with its owner at the keyboard.
type desk struct {
	*books
	server *webtest.Server
	owner  *webtest.Client
	asked  [][]id.Member // whose names each list asked for
}

func (d *desk) names(_ context.Context, _ *db.Tx, who []id.Member) (map[id.Member]ledger.Person, error) {
	d.asked = append(d.asked, who)
	return map[id.Member]ledger.Person{member(2): {Number: "6000000017", Name: "张*", Phone: "138****5678"}}, nil
}

func serve(t *testing.T) *desk {
	t.Helper()
	d := &desk{books: open(t)}
	d.server = webtest.New(t, d.DB.Clock())
	d.Service.Names = d.names
	d.Routes(d.server.API)
	d.owner = d.server.Role(permit.Owner)
	return d
}

// object is JSON.
type object = map[string]any

type answer struct {
	ID             string `json:"id"`
	Kind           string `json:"kind"`
	Amount         int64  `json:"amount"`
	BalanceAfter   int64  `json:"balance_after"`
	AvailableAfter int64  `json:"available_after"`
	MemberID       string `json:"member_id"`
	OccurredAt     string `json:"occurred_at"`
	Reference      string `json:"reference"`
	Explanation    string `json:"explanation"`
	Reason         string `json:"reason"`
	Reverses       string `json:"reverses"`
	Reversed       int64  `json:"reversed"`
	Returned       int64  `json:"returned"`
	ClawedBack     int64  `json:"clawed_back"`
	Debt           int64  `json:"debt"`
	Forgiven       int64  `json:"forgiven"`
	Lapsed         int64  `json:"lapsed"`
	Lots           []struct {
		ID          string  `json:"id"`
		Amount      int64   `json:"amount"`
		AvailableAt string  `json:"available_at"`
		ExpiresAt   *string `json:"expires_at"`
	} `json:"lots"`
	Snapshot []ledger.SnapshotLine `json:"snapshot"`
}

func (d *desk) post(verb string, body object) answer {
	d.t.Helper()
	var a answer
	d.owner.Do(http.MethodPost, "/ledger/"+verb, body).Want(d.t, http.StatusCreated).Into(d.t, &a)
	return a
}

func TestEarnByHand(t *testing.T) {
	d := serve(t)
	d.rules.Validity = day.Validity{Kind: "months_end", N: 1}
	a := d.post("earn", object{"member_id": member(1), "amount": 100, "reason": "开业活动", "reference": "promo-1"})
	if !strings.HasPrefix(a.ID, "pst_") || a.Kind != "earn" || a.BalanceAfter != 100 || a.AvailableAfter != 100 || a.MemberID != string(member(1)) || a.Reference != "promo-1" {
		t.Fatalf("%+v", a)
	}
	if a.OccurredAt != "2026-01-01T17:00:00.000+08:00" || len(a.Lots) != 1 || a.Lots[0].Amount != 100 || *a.Lots[0].ExpiresAt != "2026-03-01T00:00:00.000+08:00" {
		t.Fatalf("%+v", a)
	}
	b := d.post("earn", object{"member_id": member(1), "asset": "points", "amount": 5, "reason": "补发", "available_at": "2026-01-03T00:00:00+08:00",
		"expires_at": "2026-01-05T00:00:00+08:00", "occurred_at": "2025-12-31T12:00:00+08:00"})
	if b.BalanceAfter != 105 || b.AvailableAfter != 100 || b.OccurredAt != "2025-12-31T12:00:00.000+08:00" || b.Lots[0].AvailableAt != "2026-01-03T00:00:00.000+08:00" {
		t.Fatalf("%+v", b)
	}
	if _, err := d.Jobs.RunDue(context.Background(), 10); err != nil {
		t.Fatal(err)
	}
	if len(d.deeds) != 2 || d.deeds[0].Action != "ledger.earn" || d.deeds[0].Object != a.ID || d.deeds[0].Reason != "开业活动" || d.deeds[0].ActorID != "stf_owner" {
		t.Fatalf("%+v", d.deeds)
	}
	if len(d.posted) != 2 || d.posted[1].Lines[0].Day != 20251231 {
		t.Fatalf("%+v", d.posted)
	}
	d.audit()
}

func TestWrongRequestsAreNamed(t *testing.T) {
	d := serve(t)
	who := string(member(1))
	for _, c := range []struct {
		verb     string
		body     any
		status   int
		code     string
		location string
	}{
		{"earn", object{"member_id": who, "amount": 0, "reason": "x"}, 422, "amount.not_positive", "body.amount"},
		{"earn", object{"member_id": who, "amount": -5, "reason": "x"}, 422, "amount.not_positive", "body.amount"},
		{"earn", object{"member_id": who, "amount": 200_000_000_000_000, "reason": "x"}, 422, "amount.too_large", "body.amount"},
		{"earn", object{"member_id": who, "amount": 1.5, "reason": "x"}, 422, "request.invalid", "body.amount"},
		{"earn", object{"member_id": who, "amount": 1}, 422, "request.invalid", "body"},
		{"earn", object{"member_id": who, "amount": 1, "reason": " "}, 422, "request.invalid", "body.reason"},
		{"earn", object{"member_id": who, "amount": 1, "reason": "x", "colour": 1}, 422, "request.invalid", "body.colour"},
		{"earn", object{"member_id": who, "amount": 1, "reason": "x", "asset": "gold"}, 422, "asset.unknown", ""},
		{"earn", object{"member_id": who, "amount": 1, "reason": "x", "expires_at": "2026-01-01"}, 422, "request.invalid", "body.expires_at"},
		{"earn", object{"member_id": who, "amount": 1, "reason": "x", "expires_at": "2025-01-01T00:00:00Z"}, 422, "request.invalid", "body.expires_at"},
		{"earn", object{"member_id": who, "amount": 1, "reason": "x", "occurred_at": "2027-01-01T00:00:00Z"}, 422, "request.invalid", "body.occurred_at"},
		{"earn", object{"member_id": who, "amount": 1, "reason": "x", "available_at": "2026-05-01T00:00:00Z", "expires_at": "2026-04-01T00:00:00Z"}, 422, "expiry.before_available", "body.expires_at"},
		{"earn", object{"member_id": member(404), "amount": 1, "reason": "x"}, 404, "member.not_found", ""},
		{"earn", object{"member_id": "nobody", "amount": 1, "reason": "x"}, 404, "member.not_found", ""},
		{"redeem", object{"member_id": who, "amount": 1, "reason": "x"}, 409, "points.insufficient", ""},
		{"adjust", object{"member_id": who, "amount": 0, "reason": "x"}, 422, "amount.not_positive", "body.amount"},
		{"adjust", object{"member_id": who, "amount": -1, "reason": "x"}, 409, "points.insufficient", ""},
		{"reverse", object{"posting_id": "pst_x", "reason": "x"}, 404, "posting.not_found", ""},
		{"reverse", object{"posting_id": ledger.Key{Holder: member(1), Asset: "points"}.PostingID(4), "reason": "x"}, 404, "posting.not_found", ""},
		{"reverse", object{"posting_id": ledger.Key{Holder: member(404), Asset: "points"}.PostingID(1), "reason": "x"}, 404, "posting.not_found", ""},
		{"earn", `{"member_id":`, 400, "request.malformed", ""},
	} {
		a := d.owner.Do(http.MethodPost, "/ledger/"+c.verb, c.body)
		if a.Status != c.status || a.Body["code"] != c.code || (c.location != "" && !slices.Contains(a.Fields(), c.location)) {
			t.Errorf("%s %v: %d %s", c.verb, c.body, a.Status, a.Raw)
		}
	}
	if a := d.owner.Do(http.MethodPost, "/ledger/redeem", object{"member_id": who, "amount": 7, "reason": "x"}); a.Body["available"] != float64(0) {
		t.Errorf("%s", a.Raw)
	}
	if n := d.audit(); n != 0 {
		t.Errorf("%d postings of refused requests", n)
	}
}

func TestAKeyActsOnceForEver(t *testing.T) {
	d := serve(t)
	body := object{"member_id": member(1), "amount": 100, "reason": "x"}
	d.owner.Do(http.MethodPost, "/ledger/earn", body, "Idempotency-Key: ").WantProblem(t, 400, "idempotency.key_missing")
	var first, again answer
	d.owner.Do(http.MethodPost, "/ledger/earn", body, "Idempotency-Key: k1").Want(t, 201).Into(t, &first)
	d.post("redeem", object{"member_id": member(1), "amount": 60, "reason": "x"})
	d.rules.Stopped = fault.New(fault.Conflict, "member.not_active", "会员已冻结", "the member is frozen")
	d.wait(400 * 24 * time.Hour)
	a := d.owner.Do(http.MethodPost, "/ledger/earn", `{"reason":"x", "amount":100,"member_id":"`+string(member(1))+`"}`, "Idempotency-Key: k1").Want(t, 201).Into(t, &again)
	if a.Header.Get("Idempotency-Replayed") != "true" || again.ID != first.ID || again.BalanceAfter != 100 || again.OccurredAt != first.OccurredAt {
		t.Fatalf("%v %+v", a.Header, again)
	}
	body["amount"] = 99
	d.owner.Do(http.MethodPost, "/ledger/earn", body, "Idempotency-Key: k1").WantProblem(t, 422, "idempotency.key_reused")
	d.audit()
}

func TestAStoppedMemberNeitherEarnsNorRedeemsButIsReversed(t *testing.T) {
	d := serve(t)
	earned := d.post("earn", object{"member_id": member(1), "amount": 100, "reason": "x"})
	d.rules.Stopped = fault.New(fault.Conflict, "member.not_active", "会员已冻结", "the member is frozen")
	for _, verb := range []string{"earn", "redeem", "adjust"} {
		d.owner.Do(http.MethodPost, "/ledger/"+verb, object{"member_id": member(1), "amount": 1, "reason": "x"}).WantProblem(t, 409, "member.not_active")
	}
	if a := d.post("reverse", object{"posting_id": earned.ID, "reason": "fraud"}); a.ClawedBack != 100 || a.BalanceAfter != 0 {
		t.Fatalf("%+v", a)
	}
}

func TestReverseSaysWhatItDid(t *testing.T) {
	d := serve(t)
	who := member(1)
	earned := d.post("earn", object{"member_id": who, "amount": 100, "reason": "x"})
	used := d.post("redeem", object{"member_id": who, "amount": 80, "reason": "x"})
	if used.Amount != -80 || used.Lots[0].Amount != -80 {
		t.Fatalf("%+v", used)
	}
	back := d.post("reverse", object{"posting_id": used.ID, "amount": 30, "reason": "退货"})
	if back.Returned != 30 || back.Amount != 30 || back.Kind != "reverse" || back.Reverses != used.ID || back.BalanceAfter != 50 {
		t.Fatalf("%+v", back)
	}
	taken := d.post("reverse", object{"posting_id": earned.ID, "reason": "退货"})
	if taken.ClawedBack != 100 || taken.Debt != 50 || taken.BalanceAfter != -50 || taken.AvailableAfter != 0 {
		t.Fatalf("%+v", taken)
	}
	d.owner.Do(http.MethodPost, "/ledger/reverse", object{"posting_id": earned.ID, "amount": 1, "reason": "x"}).WantProblem(t, 409, "posting.reversed_already")
	a := d.owner.Do(http.MethodPost, "/ledger/reverse", object{"posting_id": used.ID, "amount": 51, "reason": "x"}).WantProblem(t, 409, "posting.amount_exceeds")
	if a.Body["left"] != float64(50) {
		t.Fatalf("%s", a.Raw)
	}
	d.owner.Do(http.MethodPost, "/ledger/reverse", object{"posting_id": used.ID, "amount": 0, "reason": "x"}).WantProblem(t, 422, "amount.not_positive")
	d.owner.Do(http.MethodPost, "/ledger/reverse", object{"posting_id": back.ID, "reason": "x"}).WantProblem(t, 409, "posting.not_reversible")
	var detail answer
	d.owner.Do(http.MethodGet, "/ledger/postings/"+used.ID, nil).Want(t, 200).Into(t, &detail)
	if detail.Reversed != 30 || detail.Explanation != "使用：x" || detail.Snapshot == nil {
		t.Fatalf("%+v", detail)
	}
	d.rules.Debt = ledger.Refuse
	more := d.post("earn", object{"member_id": who, "amount": 60, "reason": "x"})
	d.owner.Do(http.MethodPost, "/ledger/reverse", object{"posting_id": more.ID, "reason": "x"}).WantProblem(t, 409, "points.debt_refused")
	d.rules.Debt = ledger.Forgive
	if a := d.post("reverse", object{"posting_id": more.ID, "reason": "x"}); a.ClawedBack != 10 || a.Forgiven != 50 || a.BalanceAfter != 0 {
		t.Fatalf("%+v", a)
	}
	d.audit()
}

func TestGraceOfReturnedPoints(t *testing.T) {
	d := serve(t)
	d.rules.Validity = day.Validity{Kind: "days", N: 10}
	d.post("earn", object{"member_id": member(1), "amount": 100, "reason": "x"})
	used := d.post("redeem", object{"member_id": member(1), "amount": 100, "reason": "x"})
	d.wait(20 * 24 * time.Hour)
	back := d.post("reverse", object{"posting_id": used.ID, "amount": 40, "reason": "x"})
	if back.Returned != 40 || back.Lapsed != 0 || *back.Lots[0].ExpiresAt != "2026-01-29T00:00:00.000+08:00" {
		t.Fatalf("%+v", back)
	}
	d.wait(20 * 24 * time.Hour)
	d.rules.GraceDays = 0
	if back := d.post("reverse", object{"posting_id": used.ID, "reason": "x"}); back.Returned != 60 || back.Lapsed != 60 {
		t.Fatalf("%+v", back)
	}
	if v := d.view(member(1)); v.Balance != 0 {
		t.Fatalf("%+v", v)
	}
	d.audit()
}

func TestAccountsOverHTTP(t *testing.T) {
	d := serve(t)
	who := string(member(1))
	d.post("earn", object{"member_id": who, "amount": 100, "reason": "x"})
	d.post("earn", object{"member_id": who, "amount": 20, "reason": "x", "available_at": "2026-01-08T00:00:00+08:00", "expires_at": "2026-02-01T00:00:00+08:00"})
	d.wait(time.Hour)
	d.post("redeem", object{"member_id": who, "amount": 30, "reason": "x"})
	var got struct {
		Items []struct {
			Asset                                   string
			Balance, Available, Pending, Held, Debt int64
			Expiring                                []struct{ Amount int64 }
			Lots                                    []struct {
				ID                string
				Amount, Remaining int64
				ExpiresAt         *string `json:"expires_at"`
			}
		}
	}
	d.owner.Do(http.MethodGet, "/members/"+who+"/accounts", nil).Want(t, 200).Into(t, &got)
	a := got.Items[0]
	if len(got.Items) != 1 || a.Asset != "points" || a.Balance != 90 || a.Available != 70 || a.Pending != 20 || a.Held != 0 || a.Debt != 0 ||
		len(a.Expiring) != 1 || a.Expiring[0].Amount != 20 || len(a.Lots) != 2 || a.Lots[1].Remaining != 70 || a.Lots[1].Amount != 100 || a.Lots[1].ExpiresAt != nil {
		t.Fatalf("%+v", a)
	}
	d.owner.Do(http.MethodGet, "/members/"+who+"/accounts?as_of=2026-01-01T17:30:00%2B08:00", nil).Want(t, 200).Into(t, &got)
	if a := got.Items[0]; a.Balance != 120 || a.Available != 100 {
		t.Fatalf("%+v", a)
	}
	d.owner.Do(http.MethodGet, "/members/"+who+"/accounts?as_of=2030-01-01T00:00:00Z", nil).WantProblem(t, 422, "request.invalid")
	d.owner.Do(http.MethodGet, "/members/"+who+"/accounts?as_of=yesterday", nil).WantProblem(t, 422, "request.invalid")
	d.owner.Do(http.MethodGet, "/members/"+string(member(404))+"/accounts", nil).WantProblem(t, 404, "member.not_found")
	d.owner.Do(http.MethodGet, "/members/"+string(member(2))+"/accounts", nil).Want(t, 200).Into(t, &got)
	if a := got.Items[0]; a.Balance != 0 || a.Lots == nil || a.Expiring == nil {
		t.Fatalf("%+v", a)
	}
}

type entryList struct {
	Items []struct {
		ID           string `json:"id"`
		PostingID    string `json:"posting_id"`
		Kind         string `json:"kind"`
		Amount       int64  `json:"amount"`
		BalanceAfter int64  `json:"balance_after"`
		Explanation  string `json:"explanation"`
		MemberID     string `json:"member_id"`
		ActorID      string `json:"actor_id"`
		StoreID      string `json:"store_id"`
	} `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

func TestEntriesOverHTTP(t *testing.T) {
	d := serve(t)
	who := member(1)
	d.must(
		ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 100, Cause: "1", Store: "sto_a", Snapshot: `{"because":{"zh":"消费 100.00 元，每 1 元 1 分","en":"spent 100.00"},"lines":[{"line_no":1,"name":"咖啡","quantity":2,"money":10000,"points":100}]}`},
		ledger.Op{Kind: ledger.Redeem, Holder: who, Amount: 10, Cause: "2", Store: "sto_b", Snapshot: `{"zh":"抵扣","en":"paid with points"}`},
		ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 1, Cause: "3", Reason: "补偿", Snapshot: `not json`, ExpiresAt: dbtest.Start.Add(time.Hour)},
		ledger.Op{Kind: ledger.Earn, Holder: member(2), Amount: 7, Cause: "4", Store: "sto_a", Actor: "key_1"},
	)
	d.wait(2 * time.Hour)
	d.must(ledger.Op{Kind: ledger.Opening, Holder: who, Amount: 50, Cause: "5"})
	var list entryList
	d.owner.Do(http.MethodGet, "/members/"+string(who)+"/entries?limit=4", nil).Want(t, 200).Into(t, &list)
	said := make([]string, 0, 5)
	for _, e := range list.Items {
		said = append(said, e.Kind+" "+e.Explanation)
	}
	want := []string{"opening 期初余额", "expire 到期未使用，已失效", "earn 发放：补偿", "redeem 抵扣"}
	if !slices.Equal(said, want) || list.NextCursor == nil || list.Items[0].BalanceAfter != 140 {
		t.Fatalf("%q %+v", said, list)
	}
	d.owner.English().Do(http.MethodGet, "/members/"+string(who)+"/entries?limit=4&asset=points&cursor="+*list.NextCursor, nil).Want(t, 200).Into(t, &list)
	if len(list.Items) != 1 || list.Items[0].Explanation != "spent 100.00" || !strings.HasPrefix(list.Items[0].ID, "ent_") || list.NextCursor != nil {
		t.Fatalf("%+v", list)
	}
	var detail answer
	d.owner.Do(http.MethodGet, "/ledger/postings/"+list.Items[0].PostingID, nil).Want(t, 200).Into(t, &detail)
	if len(detail.Snapshot) != 1 || detail.Snapshot[0] != (ledger.SnapshotLine{LineNo: 1, Name: "咖啡", Quantity: 2, Money: 10000, Points: 100}) {
		t.Fatalf("%+v", detail)
	}
	d.owner.Do(http.MethodGet, "/members/"+string(who)+"/entries?asset=gold", nil).WantProblem(t, 422, "asset.unknown")
	d.owner.Do(http.MethodGet, "/members/"+string(member(404))+"/entries", nil).WantProblem(t, 404, "member.not_found")
	d.owner.Do(http.MethodGet, "/ledger/postings/pst_x", nil).WantProblem(t, 404, "posting.not_found")

	count := func(c *webtest.Client, query string) int {
		t.Helper()
		c.Do(http.MethodGet, "/ledger/entries"+query, nil).Want(t, 200).Into(t, &list)
		return len(list.Items)
	}
	limited := d.server.As(permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_l", Permissions: permit.All(), Stores: []id.Store{"sto_b"}})
	other := d.server.As(permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_o", Permissions: permit.All()})
	for query, n := range map[string]int{
		"": 6, "?kind=earn": 3, "?store_id=sto_a": 2, "?member_id=" + string(member(2)): 1, "?from=2026-01-01&to=2026-01-01": 6, "?to=2025-12-31": 0,
		"?from=2026-01-01T18:00:00%2B08:00": 2, "?kind=expire&store_id=sto_a": 0,
	} {
		if got := count(d.owner, query); got != n {
			t.Errorf("%s: %d, want %d", query, got, n)
		}
	}
	// Those of the caller's store and of none; those of a foreign store never.
	if a, b := count(limited, ""), count(limited, "?store_id=sto_a"); a != 4 || b != 0 {
		t.Errorf("a limited caller sees %d and %d", a, b)
	}
	if n := count(other, ""); n != 0 {
		t.Errorf("another merchant sees %d", n)
	}
	d.owner.Do(http.MethodGet, "/ledger/entries?from=soon", nil).WantProblem(t, 422, "request.invalid")
	d.owner.Do(http.MethodGet, "/ledger/entries?kind=gift", nil).WantProblem(t, 422, "request.invalid")
	d.asked = nil
	page := d.owner.Do(http.MethodGet, "/ledger/entries", nil).Want(t, 200)
	if len(d.asked) != 1 || len(d.asked[0]) != 6 {
		t.Errorf("names were asked for %v", d.asked)
	}
	for _, item := range page.Body["items"].([]any) {
		e := item.(object)
		if said := []any{e["member_no"], e["member_name"], e["member_phone"]}; e["member_id"] == string(member(2)) && !slices.Equal(said, []any{"6000000017", "张*", "138****5678"}) ||
			e["member_id"] != string(member(2)) && !slices.Equal(said, []any{"", "", ""}) {
			t.Errorf("%v", e)
		}
	}
	if got := count(d.owner, "?member_id="+string(member(2))); got != 1 || list.Items[0].ActorID != "key_1" || list.Items[0].MemberID != string(member(2)) {
		t.Errorf("%+v", list.Items)
	}
}

func TestBalancesOverHTTP(t *testing.T) {
	d := serve(t)
	d.post("earn", object{"member_id": member(1), "amount": 100, "reason": "x"})
	a := d.owner.Do(http.MethodGet, "/ledger/balances?member_ids="+string(member(1))+","+string(member(2)), nil).Want(t, 200)
	items := a.Body["items"].([]any)
	if len(items) != 2 || items[0].(object)["balance"] != float64(100) || items[1].(object)["available"] != float64(0) || items[1].(object)["member_id"] != string(member(2)) {
		t.Fatalf("%s", a.Raw)
	}
	d.owner.Do(http.MethodGet, "/ledger/balances?member_ids=nobody", nil).WantProblem(t, 422, "request.invalid")
	d.owner.Do(http.MethodGet, "/ledger/balances", nil).WantProblem(t, 422, "request.invalid")
	d.owner.Do(http.MethodGet, "/ledger/balances?member_ids="+strings.Repeat(string(member(1))+",", 250), nil).WantProblem(t, 422, "request.invalid")
}

func TestWhoMayBookByHand(t *testing.T) {
	d := serve(t)
	cashier, auditor := d.server.Role(permit.Cashier), d.server.Role(permit.Auditor)
	for _, verb := range []string{"earn", "redeem", "adjust", "reverse"} {
		for _, c := range []*webtest.Client{cashier, auditor} {
			c.Do(http.MethodPost, "/ledger/"+verb, object{"member_id": member(1), "amount": 1, "reason": "x"}).WantProblem(t, 403, "permission.denied")
		}
		d.server.Nobody().Do(http.MethodPost, "/ledger/"+verb, object{}).WantProblem(t, 401, "auth.required")
	}
	auditor.Do(http.MethodGet, "/members/"+string(member(1))+"/accounts", nil).Want(t, 200)
	key := d.server.As(permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByKey, ID: "key_1", Permissions: []permit.Permission{permit.LedgerEarn}})
	key.Do(http.MethodPost, "/ledger/earn", object{"member_id": member(1), "amount": 1, "reason": "x"}).Want(t, 201)
	if _, err := d.Jobs.RunDue(context.Background(), 10); err != nil || len(d.deeds) != 0 {
		t.Fatalf("a key's earning is no deed: %v %v", d.deeds, err)
	}
}
