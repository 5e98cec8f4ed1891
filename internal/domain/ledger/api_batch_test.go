package ledger_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/web"
	"huiji/internal/platform/web/webtest"
)

type batchResult struct {
	OK       bool        `json:"ok"`
	Replayed bool        `json:"replayed"`
	Posting  *answer     `json:"posting"`
	Problem  *batchFault `json:"problem"`
}

type batchFault struct {
	web.Problem
	Available *int64 `json:"available"`
}

func (r batchResult) location() string {
	if r.Problem == nil || len(r.Problem.Errors) == 0 {
		return ""
	}
	return r.Problem.Errors[0].Location
}

func batchAs(t *testing.T, as *webtest.Client, ops ...any) []batchResult {
	t.Helper()
	var out struct {
		Results []batchResult `json:"results"`
	}
	a := as.Do(http.MethodPost, "/ledger/batch", object{"ops": ops}, "Idempotency-Key: ").Want(t, http.StatusOK).Into(t, &out)
	if len(out.Results) != len(ops) {
		t.Fatalf("%d ops, %d results: %s", len(ops), len(out.Results), a.Raw)
	}
	return out.Results
}

func (d *desk) batch(ops ...any) []batchResult {
	d.t.Helper()
	return batchAs(d.t, d.owner, ops...)
}

func earnOp(key string, who id.Member, amount int64) object {
	return object{"op": "earn", "idempotency_key": key, "member_id": who, "amount": amount, "reason": "批量"}
}

func redeemOp(key string, who id.Member, amount int64) object {
	return object{"op": "redeem", "idempotency_key": key, "member_id": who, "amount": amount, "reason": "批量"}
}

func TestABatchAnswersInOrderAndEachOpStandsAlone(t *testing.T) {
	d := serve(t)
	who := member(1)
	all := d.batch(
		earnOp("1", who, 100),
		redeemOp("2", who, 60),
		redeemOp("3", who, 60), // 40 are left.
		redeemOp("4", who, 40),
		earnOp("5", member(404), 1),
		earnOp("6", member(2), 7),
		redeemOp("7", who, 1),
	)
	for i, want := range []struct {
		code  string
		after int64
	}{{after: 100}, {after: 40}, {code: "points.insufficient"}, {after: 0}, {code: "member.not_found"}, {after: 7}, {code: "points.insufficient"}} {
		got := all[i]
		switch {
		case want.code != "":
			if got.OK || got.Posting != nil || got.Problem == nil || got.Problem.Code != want.code {
				t.Errorf("op %d: %+v", i, got)
			}
		case !got.OK || got.Problem != nil || got.Replayed || got.Posting.BalanceAfter != want.after:
			t.Errorf("op %d: %+v", i, got)
		}
	}
	if p := all[2].Problem; p.Status != 409 || *p.Available != 40 || p.Detail == "" || p.Type != "urn:huiji:problem:points.insufficient" {
		t.Errorf("%+v", p)
	}
	back := d.batch(object{"op": "reverse", "idempotency_key": "8", "posting_id": all[1].Posting.ID, "amount": 20, "reason": "退"},
		object{"op": "reverse", "idempotency_key": "9", "posting_id": all[0].Posting.ID, "reason": "退"},
		object{"op": "reverse", "idempotency_key": "10", "posting_id": "pst_x", "reason": "退"})
	if back[0].Posting.Returned != 20 || back[1].Posting.ClawedBack != 100 || back[1].Posting.Debt != 80 || back[2].Problem.Code != "posting.not_found" {
		t.Fatalf("%+v", back)
	}
	if n := d.audit(); n != 6 {
		t.Fatalf("%d postings", n)
	}
}

func TestAWrongFieldOfOneOpIsItsOwnProblem(t *testing.T) {
	d := serve(t)
	who := string(member(1))
	cases := []struct {
		op       any
		code     string
		location string // without the part
	}{
		{earnOp("a", member(1), 0), "amount.not_positive", ".amount"},
		{object{"op": "earn", "idempotency_key": "b", "member_id": who, "amount": 1.5, "reason": "x"}, "request.invalid", ".amount"},
		{object{"op": "earn", "idempotency_key": "c", "member_id": who, "amount": "1", "reason": "x"}, "request.invalid", ".amount"},
		{object{"op": "earn", "idempotency_key": "d", "member_id": who, "amount": 1}, "request.invalid", ""},
		{object{"op": "earn", "idempotency_key": "e", "member_id": who, "amount": 1, "reason": "x", "colour": 1}, "request.invalid", ".colour"},
		{object{"op": "redeem", "idempotency_key": "f", "member_id": who, "amount": 1, "reason": "x", "expires_at": "2027-01-01T00:00:00Z"}, "request.invalid", ".expires_at"},
		{object{"op": "earn", "idempotency_key": "g", "member_id": who, "amount": 1, "reason": " "}, "request.invalid", ".reason"},
		{object{"op": "earn", "idempotency_key": "h", "member_id": who, "amount": 1, "reason": "x", "expires_at": "2026"}, "request.invalid", ".expires_at"},
		{object{"op": "earn", "idempotency_key": "i", "member_id": who, "amount": 1, "reason": strings.Repeat("长", 201)}, "request.invalid", ".reason"},
		{object{"op": "earn", "idempotency_key": "j", "member_id": who, "amount": 1, "reason": "x", "asset": "gold"}, "asset.unknown", ""},
		{object{"op": "earn", "idempotency_key": "k", "member_id": nil, "amount": 1, "reason": "x"}, "request.invalid", ".member_id"},
		{object{"op": "adjust", "idempotency_key": "l", "member_id": who, "amount": 1, "reason": "x"}, "request.invalid", ".op"},
		{object{"idempotency_key": "m", "member_id": who, "amount": 1, "reason": "x"}, "request.invalid", ""},
		{object{"op": "earn", "member_id": who, "amount": 1, "reason": "x"}, "request.invalid", ""},
		{earnOp("", member(1), 1), "request.invalid", ".idempotency_key"},
		{earnOp(strings.Repeat("k", 256), member(1), 1), "request.invalid", ".idempotency_key"},
		{object{"op": "earn", "idempotency_key": 7, "member_id": who, "amount": 1, "reason": "x"}, "request.invalid", ".idempotency_key"},
		{"earn", "request.invalid", ""},
		{nil, "request.invalid", ""},
		{object{}, "request.invalid", ""},
	}
	ops := []any{earnOp("first", member(1), 5)}
	for _, c := range cases {
		ops = append(ops, c.op)
	}
	ops = append(ops, earnOp("last", member(1), 6))
	all := d.batch(ops...)
	for i, c := range cases {
		got := all[i+1]
		if got.OK || got.Problem == nil || got.Problem.Status != 422 || got.Problem.Code != c.code {
			t.Errorf("%v: %+v", c.op, got.Problem)
			continue
		}
		if want := fmt.Sprintf("body.ops[%d]%s", i+1, c.location); c.code != "asset.unknown" && got.location() != want {
			t.Errorf("%v: at %s, want %s", c.op, got.location(), want)
		}
	}
	if !all[0].OK || !all[len(all)-1].OK || all[len(all)-1].Posting.BalanceAfter != 11 {
		t.Fatalf("%+v %+v", all[0], all[len(all)-1])
	}
	if n := d.audit(); n != 2 {
		t.Errorf("%d postings", n)
	}
}

func TestABatchIsRefusedAsAWhole(t *testing.T) {
	d := serve(t)
	many := make([]any, 1001)
	for i := range many {
		many[i] = earnOp(fmt.Sprint(i), member(1), 1)
	}
	for _, c := range []struct {
		body     any
		status   int
		location string
	}{
		{object{"ops": []any{}}, 422, "body.ops"},
		{object{"ops": many}, 422, "body.ops"},
		{object{"ops": object{}}, 422, "body.ops"},
		{object{"ops": []any{many[0]}, "mode": "all"}, 422, "body.mode"},
		{object{}, 422, "body"},
		{[]any{}, 422, "body"},
		{`{"ops":[`, 400, ""},
		{``, 400, ""},
	} {
		a := d.owner.Do(http.MethodPost, "/ledger/batch", c.body, "Idempotency-Key: ")
		if a.Status != c.status || c.location != "" && !slices.Contains(a.Fields(), c.location) {
			t.Errorf("%.60v: %d %s", c.body, a.Status, a.Raw)
		}
	}
	if n := d.audit(); n != 0 {
		t.Fatalf("%d postings", n)
	}
	for i, one := range d.batch(many[:1000]...) {
		if !one.OK || one.Posting.BalanceAfter != int64(i+1) {
			t.Fatalf("op %d: %+v", i, one)
		}
	}
}

func TestAnOpOfABatchAndASingleRequestAreTheSame(t *testing.T) {
	d := serve(t)
	who := member(1)
	single := object{"member_id": who, "amount": 100, "reason": "批量"}
	var first answer
	d.owner.Do(http.MethodPost, "/ledger/earn", single, "Idempotency-Key: k1").Want(t, 201).Into(t, &first)
	all := d.batch(earnOp("k1", who, 100), redeemOp("k1", who, 30), redeemOp("k2", who, 10), redeemOp("k2", who, 10), redeemOp("k2", who, 11), earnOp("k1", member(2), 100))
	switch {
	case !all[0].OK || !all[0].Replayed || all[0].Posting.ID != first.ID:
		t.Errorf("sent singly before: %+v", all[0])
	case !all[1].OK || all[1].Replayed:
		t.Errorf("a key is an operation's own: %+v", all[1])
	case !all[2].OK || all[2].Replayed || !all[3].OK || !all[3].Replayed || all[3].Posting.ID != all[2].Posting.ID:
		t.Errorf("twice in one batch: %+v %+v", all[2], all[3])
	case all[4].OK || all[4].Problem.Code != "idempotency.key_reused" || all[4].Problem.Status != 422:
		t.Errorf("another content: %+v", all[4])
	case all[5].OK || all[5].Problem.Code != "idempotency.key_reused":
		t.Errorf("another member: %+v", all[5])
	}
	for range 2 {
		again := d.batch(redeemOp("k2", who, 10))
		if !again[0].OK || !again[0].Replayed || again[0].Posting.ID != all[2].Posting.ID {
			t.Errorf("the batch again: %+v", again[0])
		}
	}
	a := d.owner.Do(http.MethodPost, "/ledger/redeem", `{ "reason":"\u6279\u91cf","amount":10, "member_id":"`+string(who)+`" }`, "Idempotency-Key: k2").Want(t, 201)
	if a.Header.Get("Idempotency-Replayed") != "true" || a.Body["id"] != all[2].Posting.ID {
		t.Errorf("singly after the batch: %v %s", a.Header, a.Raw)
	}
	d.owner.Do(http.MethodPost, "/ledger/redeem", object{"member_id": who, "amount": 12, "reason": "批量"}, "Idempotency-Key: k2").WantProblem(t, 422, "idempotency.key_reused")
	if v := d.view(who); v.Balance != 60 {
		t.Errorf("%+v", v)
	}
	if n := d.audit(); n != 3 {
		t.Errorf("%d postings", n)
	}
}

func TestWhoMayDoWhatInABatch(t *testing.T) {
	d := serve(t)
	as := func(may ...permit.Permission) *webtest.Client {
		return d.server.As(permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByKey, ID: "key_1", Name: "till", Permissions: may})
	}
	ops := []any{earnOp("1", member(1), 10), redeemOp("2", member(1), 4), object{"op": "reverse", "idempotency_key": "3", "posting_id": "pst_x", "reason": "x"}}
	as(permit.LedgerAdjust).Do(http.MethodPost, "/ledger/batch", object{"ops": ops}).WantProblem(t, 403, "permission.denied")
	d.server.Nobody().Do(http.MethodPost, "/ledger/batch", object{"ops": ops}).WantProblem(t, 401, "auth.required")
	all := batchAs(t, as(permit.LedgerEarn), ops...)
	if !all[0].OK || all[1].Problem.Status != 403 || all[1].Problem.Code != "permission.denied" || all[2].Problem.Status != 403 {
		t.Fatalf("%+v", all)
	}
	d.rules.Stopped = fault.New(fault.Conflict, "member.not_active", "会员已冻结", "the member is frozen")
	all = batchAs(t, as(permit.LedgerEarn, permit.LedgerRedeem), ops...)
	if !all[0].OK || !all[0].Replayed || all[1].Problem.Code != "member.not_active" || all[2].Problem.Status != 403 {
		t.Fatalf("%+v", all)
	}
}

func TestABatchOverManyMembersInSeveralLanes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8)) // Several lanes, where the engine has them.
	d := serve(t)
	var ops []any
	for i := range 900 {
		ops = append(ops, earnOp(fmt.Sprint("e", i), member(1+i%90), 10))
	}
	for i := range 90 {
		ops = append(ops, redeemOp(fmt.Sprint("r", i), member(1+i), 100))
	}
	ops = append(ops, earnOp("e0", member(3), 10), earnOp("e1", member(2), 10)) // One reused, one again.
	all := d.batch(ops...)
	for i, one := range all[:990] {
		want := int64(10 * (1 + i/90))
		if i >= 900 {
			want = 0
		}
		if !one.OK || one.Replayed || one.Posting.BalanceAfter != want {
			t.Fatalf("op %d: %+v %+v", i, one, one.Posting)
		}
	}
	if all[990].OK || all[990].Problem.Code != "idempotency.key_reused" || !all[991].OK || !all[991].Replayed {
		t.Fatalf("%+v", all[990:])
	}
	if n := d.audit(); n != 990 {
		t.Fatalf("%d postings", n)
	}
	if _, err := d.Jobs.RunDue(context.Background(), 5000); err != nil {
		t.Fatal(err)
	}
	var told int64
	for _, p := range d.posted {
		for _, l := range p.Lines {
			told += l.Count
		}
	}
	if told != 990 {
		t.Errorf("%d postings were told", told)
	}
}
