package checkout

import (
	"strings"
	"testing"

	"huiji/internal/domain/order"
	"huiji/internal/platform/web/webtest"
)

// The cash that was handed over is kept, so that the order and its receipt can
// say the change; the sale is of what is due alone.
func TestTheChangeIsKept(t *testing.T) {
	h := open(t)
	text := `{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 2}], "payments": [{"method": "card", "amount": 1000},
		{"method": "cash", "amount": 3000}, {"method": "cash", "amount": 2000, "tendered": 5000}]}`
	var v order.View
	a := h.sell(text, "Idempotency-Key: k1").Want(t, 201).Into(t, &v)
	if v.Total != 6000 || v.Paid != 6000 {
		t.Errorf("sold %s", a.Raw)
	}
	const said = `"tendered":5000,"change":3000}`
	shown := h.cashier.Do("GET", "/orders/"+v.ID, nil).Want(t, 200)
	receipt := h.cashier.Do("GET", "/orders/"+v.ID+"/receipt", nil).Want(t, 200)
	for name, answer := range map[string]webtest.Answer{"the sale": a, "the order": shown, "the receipt": receipt} {
		if raw := string(answer.Raw); strings.Count(raw, said) != 1 || strings.Count(raw, `"tendered":null,"change":null}`) != 2 {
			t.Errorf("%s says %s", name, raw)
		}
	}
	again := h.sell(text, "Idempotency-Key: k1").Want(t, 201)
	if string(again.Raw) != string(a.Raw) {
		t.Errorf("again %s, first %s", again.Raw, a.Raw)
	}
	h.sell(strings.Replace(text, "5000", "2000", 1), "Idempotency-Key: k1").WantProblem(t, 422, "idempotency.key_reused")
	exact := h.sell(strings.Replace(text, "5000", "2000", 1)).Want(t, 201)
	if !strings.Contains(string(exact.Raw), `"tendered":2000,"change":0}`) {
		t.Errorf("exactly paid %s", exact.Raw)
	}
	english := h.cashier.English().Do("POST", "/orders", h.body(strings.Replace(text, "5000", "1999", 1)), "Idempotency-Key: k2").Want(t, 422)
	if !strings.Contains(string(english.Raw), "The cash handed over must not be less than the amount it pays") {
		t.Errorf("refused with %s", english.Raw)
	}
}

// What cannot have been handed over is refused in its place.
func TestCashThatIsNone(t *testing.T) {
	h := open(t)
	for name, c := range map[string]struct{ payments, field string }{
		"by a card":    {`{"method": "card", "amount": 3000, "tendered": 3000}`, "body.payments[0].tendered"},
		"too little":   {`{"method": "card", "amount": 1000}, {"method": "cash", "amount": 2000, "tendered": 1999}`, "body.payments[1].tendered"},
		"nothing":      {`{"method": "cash", "amount": 3000, "tendered": 0}`, "body.payments[0].tendered"},
		"below zero":   {`{"method": "cash", "amount": 3000, "tendered": -1}`, "body.payments[0].tendered"},
		"a barcode":    {`{"method": "cash", "amount": 3000, "tendered": 6901234567892}`, "body.payments[0].tendered"},
		"a fen beyond": {`{"method": "cash", "amount": 3000, "tendered": 10003001}`, "body.payments[0].tendered"},
		"the very end": {`{"method": "cash", "amount": 3000, "tendered": 9223372036854775807}`, "body.payments[0].tendered"},
	} {
		a := h.sell(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1}], "payments": [` + c.payments + `]}`)
		if a.Status != 422 || a.Body["code"] != "request.invalid" || strings.Join(a.Fields(), " ") != c.field {
			t.Errorf("%s: %d %s", name, a.Status, a.Raw)
		}
	}
	h.sell(`{"store_id": "{store}", "lines": [{"sku": "cup", "quantity": 1}], "payments": [{"method": "cash", "amount": 3000, "tendered": 10003000}]}`).Want(t, 201)
}
