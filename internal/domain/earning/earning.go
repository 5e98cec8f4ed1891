// Package earning owns the merchant's rule for earning points: so many points
// for so much money, one rate for everything and one per category, with
// excluded goods, a rounding, a waiting time and a validity.
//
// A policy never changes: setting it makes a new version, in force from then
// on. What an order earned is judged by the version in force at the order's own
// time and is never judged again.
package earning

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/unit"
)

// Rounding says what becomes of a part of a point.
type Rounding string

// The roundings. Both work on the order's whole amount under a rule.
const (
	Down   Rounding = "down"
	HalfUp Rounding = "half_up"
)

// Limits of a policy.
const (
	MostPoints      = unit.Points(1_000_000)
	MostPerAmount   = unit.Money(10_000_000_00)
	MostPendingDays = 365
	MostCategories  = 100
	MostExcluded    = 1000
	longestName     = 64
)

// Rate is a category's own rate, which takes the place of the base rate.
type Rate struct {
	Category  string
	Points    unit.Points // for every PerAmount
	PerAmount unit.Money
}

// Policy is one version of the merchant's earning rule.
type Policy struct {
	Version      int64
	EffectiveAt  time.Time
	SetBy        string
	Points       unit.Points // for every PerAmount; 0 = goods without a category rate earn nothing
	PerAmount    unit.Money
	Rounding     Rounding
	Validity     day.Validity
	PendingDays  int
	Categories   []Rate
	ExcludedSKUs []string
}

// Defaults is the policy that a new merchant of a trade begins with: retail for
// an unknown trade.
func Defaults(trade string) Policy {
	p := Policy{Points: 1, PerAmount: 100, Rounding: Down, Validity: day.Never()}
	switch trade {
	case "restaurant":
		p.Validity = day.Validity{Kind: "years_end", N: 1}
	case "beauty":
		p.Validity = day.Validity{Kind: "months_end", N: 24}
	case "supermarket":
		p.PerAmount, p.Validity = 500, day.Validity{Kind: "years_end", N: 1}
	}
	return p
}

// Check reports every field of the policy that is wrong, as fields of a request
// body. Today is the merchant's local day: a fixed end may not lie behind it.
func (p Policy) Check(today day.Date) error {
	var c fault.Collect
	checkRate(&c, "body", p.Points, p.PerAmount)
	if p.Rounding != Down && p.Rounding != HalfUp {
		c.Add("body.rounding", string(p.Rounding), "取整方式须为 down（向下取整）或 half_up（四舍五入）", "rounding must be down or half_up")
	}
	if p.PendingDays < 0 || p.PendingDays > MostPendingDays {
		c.Add("body.pending_days", p.PendingDays, "生效等待天数须为 0–365", "pending_days must be from 0 to 365")
	}
	p.checkValidity(&c, today)
	p.checkCategories(&c)
	p.checkExcluded(&c)
	return c.Err()
}

func checkRate(c *fault.Collect, location string, points unit.Points, per unit.Money) {
	if points < 0 || points > MostPoints {
		c.Add(location+".points", int64(points), "积分数须为 0–1000000 的整数", "points must be a whole number from 0 to 1000000")
	}
	if per < 1 || per > MostPerAmount {
		c.Add(location+".per_amount", int64(per), "每消费金额须为 1–1000000000 的整数（最小货币单位）", "per_amount must be a whole number from 1 to 1000000000 in the smallest unit of money")
	}
}

func (p Policy) checkValidity(c *fault.Collect, today day.Date) {
	if f := fault.Of(p.Validity.Check("body.validity")); f != nil {
		for _, field := range f.Fields {
			c.Add(field.Location, field.Value, field.Text.ZH, field.Text.EN)
		}
		return
	}
	if p.Validity.Kind != "date" {
		return
	}
	if last, err := day.Parse(p.Validity.Date); err == nil && last < today.AddDays(p.PendingDays) {
		c.Add("body.validity.date", p.Validity.Date, "固定到期日不得早于积分生效日", "the fixed date must not lie before the day on which points become usable")
	}
}

func (p Policy) checkCategories(c *fault.Collect) {
	if len(p.Categories) > MostCategories {
		c.Add("body.categories", len(p.Categories), "最多 100 个品类", "at most 100 categories")
		return
	}
	seen := map[string]bool{}
	for i, rate := range p.Categories {
		location := fmt.Sprintf("body.categories[%d]", i)
		checkRate(c, location, rate.Points, rate.PerAmount)
		switch {
		case !isName(rate.Category):
			c.Add(location+".category", rate.Category, "品类名须为 1–64 个字，首尾无空格", "category must have 1 to 64 characters and no space at its ends")
		case seen[fold.Code(rate.Category)]:
			c.Add(location+".category", rate.Category, "每个品类只能出现一次", "a category may appear only once")
		}
		seen[fold.Code(rate.Category)] = true
	}
}

func (p Policy) checkExcluded(c *fault.Collect) {
	if len(p.ExcludedSKUs) > MostExcluded {
		c.Add("body.excluded_skus", len(p.ExcludedSKUs), "最多 1000 个不积分商品", "at most 1000 excluded goods")
		return
	}
	seen := map[string]bool{}
	for i, sku := range p.ExcludedSKUs {
		location := fmt.Sprintf("body.excluded_skus[%d]", i)
		switch {
		case !isName(sku):
			c.Add(location, sku, "商品编码须为 1–64 个字，首尾无空格", "a SKU must have 1 to 64 characters and no space at its ends")
		case seen[fold.Code(sku)]:
			c.Add(location, sku, "每个商品编码只能出现一次", "a SKU may appear only once")
		}
		seen[fold.Code(sku)] = true
	}
}

func isName(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 1 && n <= longestName && strings.TrimSpace(s) == s && utf8.ValidString(s)
}

// Same reports whether two policies say the same, whatever their versions.
func (p Policy) Same(other Policy) bool {
	return p.Points == other.Points && p.PerAmount == other.PerAmount && p.Rounding == other.Rounding &&
		p.Validity == other.Validity && p.PendingDays == other.PendingDays &&
		slices.Equal(p.Categories, other.Categories) && slices.Equal(p.ExcludedSKUs, other.ExcludedSKUs)
}

// AvailableAt is when points earned at an instant can be spent: at once, or at
// the local midnight that begins the day PendingDays later.
func (p Policy) AvailableAt(at time.Time, zone *time.Location) time.Time {
	if p.PendingDays == 0 {
		return at
	}
	return day.Of(at, zone).AddDays(p.PendingDays).Start(zone)
}

// Versions are the policies of a merchant, oldest first.
type Versions []Policy

// At is the version in force at an instant. An instant before the first version
// is judged by the first, so that a history from before the merchant came here
// can be brought in.
func (v Versions) At(at time.Time) (Policy, error) {
	if len(v) == 0 {
		return Policy{}, errNoPolicy
	}
	for _, p := range slices.Backward(v) {
		if !p.EffectiveAt.After(at) {
			return p, nil
		}
	}
	return v[0], nil
}

var (
	errNoPolicy = fault.New(fault.Conflict, "earning.not_set", "尚未设置积分规则", "no earning rule has been set yet")
	errSetByTwo = fault.New(fault.Conflict, "earning.changed", "积分规则刚被他人修改，请刷新后重试", "the earning rule was changed by somebody else just now; load it again")
)
