package ledger_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/web/webtest"
)

// do asks as the owner and returns the answer's body.
func (d *desk) do(status int, method, path string, body any) object {
	d.t.Helper()
	var out object
	d.owner.Do(method, path, body).Want(d.t, status).Into(d.t, &out)
	return out
}

// account is what is shown of one account.
func (d *desk) account(who id.Member, asset string) object {
	d.t.Helper()
	for _, one := range d.do(200, "GET", "/members/"+string(who)+"/accounts", nil)["items"].([]any) {
		if a := one.(object); a["asset"] == asset {
			return a
		}
	}
	d.t.Fatalf("%s has no %s", who, asset)
	return nil
}

// wrong checks which fields a problem names.
func (d *desk) wrong(a webtest.Answer, fields ...string) {
	d.t.Helper()
	if got := a.Fields(); !slices.Equal(got, fields) {
		d.t.Errorf("wrong fields %v, want %v", got, fields)
	}
}

func (d *desk) holds(a object, balance, available, held float64) {
	d.t.Helper()
	if a["balance"] != balance || a["available"] != available || a["held"] != held {
		d.t.Errorf("balance %v, available %v, held %v; want %v, %v, %v", a["balance"], a["available"], a["held"], balance, available, held)
	}
}

func TestHoldsOverHTTP(t *testing.T) {
	d := serve(t)
	who := member(1)
	d.post("earn", object{"member_id": who, "amount": 100, "reason": "开业"})
	h := d.do(201, "POST", "/ledger/holds", object{"member_id": who, "amount": 60, "ttl_seconds": 600, "reference": "cart-1"})
	path := "/ledger/holds/" + h["id"].(string)
	if h["status"] != "open" || h["amount"] != 60.0 || h["held"] != 60.0 || h["held_until"] != "2026-01-01T17:10:00.000+08:00" || h["reference"] != "cart-1" {
		t.Errorf("held %v", h)
	}
	d.holds(d.account(who, "points"), 100, 40, 60)
	d.owner.Do("POST", "/ledger/redeem", object{"member_id": who, "amount": 41, "reason": "兑换"}).WantProblem(t, 409, "points.insufficient")
	if open := d.do(200, "GET", "/ledger/holds", nil)["items"].([]any); len(open) != 1 || open[0].(object)["id"] != h["id"] {
		t.Errorf("open holds %v", open)
	}
	d.owner.Do("POST", path+"/capture", object{"amount": 61}).WantProblem(t, 409, "hold.amount_exceeds")
	c := d.do(201, "POST", path+"/capture", object{"amount": 25, "keep_rest": true})
	if c["kind"] != "capture" || c["amount"] != -25.0 || c["balance_after"] != 75.0 || c["available_after"] != 40.0 {
		t.Errorf("captured %v", c)
	}
	d.do(201, "POST", path+"/capture", object{"amount": 5})
	d.holds(d.account(who, "points"), 70, 70, 0)
	if h = d.do(200, "GET", path, nil); h["status"] != "captured" || h["captured"] != 30.0 || h["released"] != 30.0 || h["held"] != 0.0 {
		t.Errorf("in the end %v", h)
	}
	d.owner.Do("POST", path+"/release", object{}).WantProblem(t, 409, "hold.closed")
	if back := d.do(201, "POST", "/ledger/reverse", object{"posting_id": c["id"], "reason": "退"}); back["returned"] != 25.0 || back["balance_after"] != 95.0 {
		t.Errorf("a capture reversed is %v", back)
	}
	d.audit()
}

// A hold whose time is up is over, whether a job has run or not; and the nightly
// work writes it down.
func TestAHoldEndsByTheClock(t *testing.T) {
	d := serve(t)
	who := member(1)
	d.post("earn", object{"member_id": who, "amount": 100, "reason": "开业"})
	h := d.do(201, "POST", "/ledger/holds", object{"member_id": who, "amount": 60, "ttl_seconds": 60})
	dbtest.Clock(d.DB).Advance(time.Minute)
	d.holds(d.account(who, "points"), 100, 100, 0)
	path := "/ledger/holds/" + h["id"].(string)
	if h = d.do(200, "GET", path, nil); h["status"] != "released" || h["released"] != 60.0 {
		t.Errorf("shown as %v", h)
	}
	if open := d.do(200, "GET", "/ledger/holds", nil)["items"].([]any); len(open) != 0 {
		t.Errorf("open holds %v", open)
	}
	d.owner.Do("POST", path+"/capture", object{}).WantProblem(t, 409, "hold.closed")
	written := d.expire()
	if written != 1 {
		t.Errorf("%d postings written down", written)
	}
	d.audit()
	for _, wrong := range []int{0, -5, 2_592_001, 1 << 50} {
		d.wrong(d.owner.Do("POST", "/ledger/holds", object{"member_id": who, "amount": 1, "ttl_seconds": wrong}).WantProblem(t, 422, "request.invalid"), "body.ttl_seconds")
	}
	d.owner.Do("POST", "/ledger/holds/hld_nothing/release", object{}).WantProblem(t, 404, "hold.not_found")
	d.owner.Do("GET", "/ledger/holds/hld_nothing", nil).WantProblem(t, 404, "hold.not_found")
}

func TestTransferAndExchangeOverHTTP(t *testing.T) {
	d := serve(t)
	ann, ben := member(1), member(2)
	point := object{
		"name": object{"zh": "积分", "en": "Points"}, "class": "points", "scale": 0, "validity": object{"kind": "never"}, "debt": "negative", "cap": 0,
		"transferable": false, "partial": true, "rates": []any{}, "archived": false,
	}
	star := object{
		"name": object{"zh": "星星", "en": "Stars"}, "class": "currency", "scale": 0, "validity": object{"kind": "days", "n": 30}, "debt": "forgive", "cap": 50,
		"transferable": true, "partial": true, "rates": []any{}, "archived": false,
	}
	d.post("earn", object{"member_id": ann, "amount": 1000, "reason": "开业"})
	d.owner.Do("POST", "/ledger/transfer", object{"from_member_id": ann, "to_member_id": ben, "amount": 10, "reason": "送"}).WantProblem(t, 409, "asset.not_transferable")
	d.owner.Do("POST", "/ledger/earn", object{"member_id": ann, "asset": "star", "amount": 1, "reason": "送"}).WantProblem(t, 422, "asset.unknown")
	if set := d.do(200, "PUT", "/settings/assets/star", star); set["version"] != 1.0 || set["code"] != "star" {
		t.Errorf("set %v", set)
	}
	point["transferable"], point["rates"] = true, []any{object{"into": "star", "give": 100, "get": 5}}
	d.do(200, "PUT", "/settings/assets/points", point)
	a := d.do(201, "POST", "/ledger/transfer", object{"from_member_id": ann, "to_member_id": ben, "amount": 300, "reason": "生日快乐"})
	if a["kind"] != "transfer" || a["amount"] != -300.0 || a["member_id"] != string(ann) {
		t.Errorf("sent %v", a)
	}
	d.holds(d.account(ben, "points"), 300, 300, 0)
	d.wrong(d.owner.Do("POST", "/ledger/exchange", object{"member_id": ann, "amount": 150, "into": "star", "reason": "换"}).WantProblem(t, 422, "exchange.not_multiple"), "body.amount")
	d.wrong(d.owner.Do("POST", "/ledger/exchange", object{"member_id": ann, "amount": 100, "into": "moon", "reason": "换"}).WantProblem(t, 422, "asset.unknown"), "body.into")
	d.do(201, "POST", "/ledger/exchange", object{"member_id": ann, "amount": 200, "into": "star", "reason": "换"})
	stars := d.account(ann, "star")
	d.holds(stars, 10, 10, 0)
	if ends := stars["lots"].([]any)[0].(object)["expires_at"]; ends != "2026-02-01T00:00:00.000+08:00" {
		t.Errorf("stars end %v", ends)
	}
	d.owner.Do("POST", "/ledger/exchange", object{"member_id": ben, "amount": 300, "into": "star", "reason": "换"}).Want(t, 201)
	d.owner.Do("POST", "/ledger/transfer", object{"from_member_id": ben, "to_member_id": ann, "asset": "star", "amount": 15, "reason": "送"}).Want(t, 201)
	d.owner.Do("POST", "/ledger/earn", object{"member_id": ann, "asset": "star", "amount": 26, "reason": "送"}).WantProblem(t, 409, "asset.cap_exceeded")
	d.wrong(d.owner.Do("POST", "/ledger/transfer", object{"from_member_id": ann, "to_member_id": "mem_nobody", "amount": 1, "reason": "送"}).WantProblem(t, 404, "member.not_found"), "body.to_member_id")
	star["class"], star["scale"] = "pass", 7
	d.wrong(d.owner.Do("PUT", "/settings/assets/star", star).WantProblem(t, 422, "request.invalid"), "body.scale", "body.class")
	d.audit()
}

func TestLotsCanBeExtendedAndActivated(t *testing.T) {
	d := serve(t)
	who := member(1)
	d.post("earn", object{"member_id": who, "amount": 10, "reason": "开业", "expires_at": "2026-02-01T00:00:00+08:00"})
	d.post("earn", object{"member_id": who, "amount": 7, "reason": "开业", "available_at": "2026-06-01T00:00:00+08:00"})
	lots := d.account(who, "points")["lots"].([]any)
	first, second := "/ledger/lots/"+lots[0].(object)["id"].(string), "/ledger/lots/"+lots[1].(object)["id"].(string)
	d.owner.Do("POST", first+"/extend", object{"expires_at": "2026-01-15T00:00:00+08:00", "reason": "投诉补偿"}).WantProblem(t, 422, "lot.not_later")
	d.do(201, "POST", first+"/extend", object{"expires_at": "2026-03-01T00:00:00+08:00", "reason": "投诉补偿"})
	d.owner.Do("POST", first+"/activate", object{"reason": "x"}).WantProblem(t, 409, "lot.active")
	d.do(201, "POST", second+"/activate", object{"reason": "评价已核实"})
	a := d.account(who, "points")
	d.holds(a, 17, 17, 0)
	if ends := a["lots"].([]any)[0].(object)["expires_at"]; ends != "2026-03-01T00:00:00.000+08:00" {
		t.Errorf("ends %v", ends)
	}
	d.owner.Do("POST", "/ledger/lots/lot_nothing/extend", object{"expires_at": "2027-01-01T00:00:00+08:00", "reason": "x"}).WantProblem(t, 404, "lot.not_found")
	d.audit()
}

// expire writes down what is due, and says how many postings that were.
func (d *desk) expire() (written int) {
	d.t.Helper()
	err := d.write(func(ctx context.Context, tx *db.Tx) (err error) {
		written, _, _, err = d.ExpireDue(ctx, tx, 0, 20260101, 100)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return written
}
