// Package checkout sells: it prices a basket and books everything that follows
// from the sale. A quote and a sale gather the same facts and use the same
// Decide, so what is charged is what was shown.
package checkout

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/order"
)

// Limits of what a till can ask.
const (
	MostLines    = 200
	MostQuantity = 99_999
	MostPrice    = unit.Money(100_000_000_00)
	MostPayments = 10
	// MostChange is worth a hundred thousand of the currency. Nobody who pays in
	// cash is given back more than their last note, and no note in use is larger,
	// so what lies beyond is no money: a barcode scanned into the wrong field.
	MostChange  = unit.Money(100_000_00)
	longestName = 64
	longestText = 200
	ahead       = 5 * time.Minute     // how far a till's clock may run ahead
	behind      = 31 * 24 * time.Hour // how late a sale may arrive
)

// Item is one line as the till asks for it.
type Item struct {
	SKU      string
	Quantity int64
	Price    *unit.Money // nil = the catalogue's
}

// Ask is what the till wants to sell.
type Ask struct {
	Store      id.Store
	Member     id.Member // "" for a walk-in
	Items      []Item
	Discount   *Discount
	Coupons    []string
	Use        order.Use
	Payments   []order.Tender // of a sale, not of a quote
	ExternalID string
	OccurredAt time.Time // zero = now
}

// Discount is taken off the whole order.
type Discount struct {
	Amount unit.Money
	Reason string
}

// Check reports every field that is wrong whatever the facts are.
func (a Ask) Check(now time.Time) error {
	var c fault.Collect
	if len(a.Items) < 1 || len(a.Items) > MostLines {
		c.Add("body.lines", len(a.Items), "商品行数须为 1–200", "lines must have 1 to 200 items")
	}
	for i, item := range a.Items {
		item.check(&c, fmt.Sprintf("body.lines[%d]", i))
	}
	if a.Discount != nil {
		a.Discount.check(&c)
	}
	if a.Use.Points < 0 {
		c.Add("body.use_points", int64(a.Use.Points), "使用积分须为不小于 0 的整数，或 \"max\"", "use_points must be a whole number from 0, or \"max\"")
	}
	if a.Member == "" && (a.Use.Points > 0 || a.Use.Max) {
		c.Add("body.use_points", nil, "散客订单不能使用积分，请先选择会员", "a walk-in has no points: name a member")
	}
	for i, coupon := range a.Coupons {
		c.Add(fmt.Sprintf("body.coupon_ids[%d]", i), coupon, "没有这张券", "there is no such coupon")
	}
	a.checkPayments(&c)
	if n := utf8.RuneCountInString(a.ExternalID); n > longestName || strings.TrimSpace(a.ExternalID) != a.ExternalID {
		c.Add("body.external_id", a.ExternalID, "外部订单号至多 64 个字，首尾无空格", "external_id has at most 64 characters and no space at its ends")
	}
	if !a.OccurredAt.IsZero() && (a.OccurredAt.After(now.Add(ahead)) || a.OccurredAt.Before(now.Add(-behind))) {
		c.Add("body.occurred_at", a.OccurredAt.Format(time.RFC3339), "发生时间须在过去 31 天内，且不晚于现在", "occurred_at must lie within the last 31 days and not in the future")
	}
	return c.Err()
}

func (item Item) check(c *fault.Collect, location string) {
	if item.SKU == "" || utf8.RuneCountInString(item.SKU) > longestName {
		c.Add(location+".sku", item.SKU, "商品编码须为 1–64 个字", "sku must have 1 to 64 characters")
	}
	if item.Quantity < 1 || item.Quantity > MostQuantity {
		c.Add(location+".quantity", item.Quantity, "数量须为 1–99999 的整数", "quantity must be a whole number from 1 to 99999")
	}
	if item.Price != nil && (*item.Price < 0 || *item.Price > MostPrice) {
		c.Add(location+".price", int64(*item.Price), "单价须为 0–10000000000 的整数（最小货币单位）", "price must be a whole number from 0 to 10000000000 in the smallest unit of money")
	}
}

func (d Discount) check(c *fault.Collect) {
	if d.Amount < 1 {
		c.Add("body.discount.amount", int64(d.Amount), "优惠金额须大于 0", "the discount must be above 0")
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(d.Reason)); n < 1 || n > longestText {
		c.Add("body.discount.reason", d.Reason, "请填写优惠原因（1–200 个字）", "say why the discount is given (1 to 200 characters)")
	}
}

func (a Ask) checkPayments(c *fault.Collect) {
	if len(a.Payments) > MostPayments {
		c.Add("body.payments", len(a.Payments), "最多 10 笔支付", "at most 10 payments")
	}
	for i, p := range a.Payments {
		switch p.Method {
		case order.Cash, order.Card, order.Other:
		default:
			c.Add(fmt.Sprintf("body.payments[%d].method", i), string(p.Method), "支付方式须为 cash、card 或 other", "method must be cash, card or other")
		}
		checkTendered(c, fmt.Sprintf("body.payments[%d].tendered", i), p)
	}
}

// checkTendered looks at the cash that was handed over. An amount that is wrong
// itself is told of when the order is paid.
func checkTendered(c *fault.Collect, location string, p order.Tender) {
	switch {
	case p.Tendered == 0: // Not said.
	case p.Method != order.Cash:
		c.Add(location, int64(p.Tendered), "只有现金支付可以填写收到的现金", "only a payment in cash has cash handed over")
	case p.Tendered < p.Amount:
		c.Add(location, int64(p.Tendered), "收到的现金不能少于这笔现金支付的金额", "the cash handed over must not be less than the amount it pays")
	case p.Amount > 0 && p.Tendered-p.Amount > MostChange:
		c.Add(location, int64(p.Tendered), "收到的现金过多：找零最多 10000000（最小货币单位）", "too much cash handed over: the change is at most 10000000 in the smallest unit of money")
	}
}

// Permit says whether the caller may ask for this: at this store, and with a
// discount if there is one. Prices of one's own are judged by Decide, which
// knows the catalogue's.
func (a Ask) Permit(c permit.Caller) error {
	if !c.MayAt(a.Store) {
		return fault.New(fault.Denied, "store.denied", "没有该门店的权限", "you may not act for this store").At("body.store_id", string(a.Store))
	}
	if a.Discount != nil {
		return c.Check(permit.OrderDiscount)
	}
	return nil
}

// SKUs lists the goods, each once.
func (a Ask) SKUs() []string {
	seen := make(map[string]bool, len(a.Items))
	var all []string
	for _, item := range a.Items {
		if !seen[item.SKU] {
			seen[item.SKU] = true
			all = append(all, item.SKU)
		}
	}
	return all
}
