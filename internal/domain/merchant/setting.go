package merchant

import (
	"slices"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/unit"
)

// Offset is how points pay: Points are worth Amount, and are used in whole
// steps, from MinPoints on, up to MaxPercent of an order. A MaxPercent of zero
// switches paying with points off.
type Offset struct {
	Points     unit.Points `json:"points"`
	Amount     unit.Money  `json:"amount"`
	Step       unit.Points `json:"step"`
	MaxPercent int64       `json:"max_percent"`
	MinPoints  unit.Points `json:"min_points"`
}

// Debt is what happens when a refund takes back points that were spent: the
// balance goes negative, the rest is forgiven, or the refund is refused. Points
// that come back to a lot which ended less than ReinstatementGraceDays ago stay
// good for that many days.
type Debt struct {
	Points                 string `json:"points"`
	ReinstatementGraceDays int    `json:"reinstatement_grace_days"`
}

// What a refund does with points that were spent.
const (
	Negative = "negative"
	Forgive  = "forgive"
	Refuse   = "refuse"
)

// Receipt is what stands at the end of a receipt, and for how many days a
// walk-in order can be claimed with it.
type Receipt struct {
	Footer    string `json:"footer"`
	ClaimDays int    `json:"claim_days"`
}

// Settings is everything that is set here.
type Settings struct {
	Offset  Offset
	Debt    Debt
	Receipt Receipt
}

// Limits of settings.
const (
	pointsMax    = 1_000_000
	amountMax    = 100_000_000 // a million yuan
	graceDaysMax = 365
	claimDaysMax = 90
)

// Check says everything that is wrong with the setting.
func (o Offset) Check(at string) error {
	var c fault.Collect
	if o.Points < 1 || o.Points > pointsMax {
		c.Add(at+".points", o.Points, "points 须为 1–1000000 的整数", "points must be a whole number from 1 to 1,000,000")
	}
	if o.Amount < 1 || o.Amount > amountMax {
		c.Add(at+".amount", o.Amount, "amount 须为 1–100000000 的整数（最小货币单位）", "amount must be a whole number of the smallest unit, from 1 to 100,000,000")
	}
	if o.Step < 1 || o.Step > pointsMax {
		c.Add(at+".step", o.Step, "step 须为 1–1000000 的整数", "step must be a whole number from 1 to 1,000,000")
	}
	if o.MaxPercent < 0 || o.MaxPercent > 100 {
		c.Add(at+".max_percent", o.MaxPercent, "max_percent 须为 0–100（0 表示不可抵现）", "max_percent must be from 0 to 100 (0 = points do not pay)")
	}
	if o.MinPoints < 0 || o.MinPoints > pointsMax {
		c.Add(at+".min_points", o.MinPoints, "min_points 须为 0–1000000 的整数", "min_points must be a whole number from 0 to 1,000,000")
	}
	if err := c.Err(); err != nil {
		return err
	}
	if int64(o.Step)*int64(o.Amount)%int64(o.Points) != 0 {
		c.Add(at+".step", o.Step, "每档 step 积分须折合整数的最小货币单位（step × amount 能被 points 整除）",
			"a step of points must be worth a whole number of the smallest unit (step × amount divisible by points)")
	}
	return c.Err()
}

// Check says everything that is wrong with the setting.
func (d Debt) Check(at string) error {
	var c fault.Collect
	if !slices.Contains([]string{Negative, Forgive, Refuse}, d.Points) {
		c.Add(at+".points", d.Points, "points 须为 negative（记欠）、forgive（免除）或 refuse（拒绝退款）", "points must be negative, forgive or refuse")
	}
	if d.ReinstatementGraceDays < 0 || d.ReinstatementGraceDays > graceDaysMax {
		c.Add(at+".reinstatement_grace_days", d.ReinstatementGraceDays, "reinstatement_grace_days 须为 0–365", "reinstatement_grace_days must be from 0 to 365")
	}
	return c.Err()
}

// Check says everything that is wrong with the setting.
func (r Receipt) Check(at string) error {
	var c fault.Collect
	if utf8.RuneCountInString(r.Footer) > footerRunes {
		c.Add(at+".footer", nil, "票尾文字最长 300 个字", "the footer has at most 300 characters")
	}
	if r.ClaimDays < 0 || r.ClaimDays > claimDaysMax {
		c.Add(at+".claim_days", r.ClaimDays, "claim_days 须为 0–90（0 表示不可补登）", "claim_days must be from 0 to 90 (0 = receipts cannot be claimed)")
	}
	return c.Err()
}

// Template is what a trade begins with.
type Template struct {
	Trade Trade
	Name  lang.Text
	Settings
}

// Templates are the trades to choose from.
func Templates() []Template {
	common := Settings{
		Offset: Offset{Points: 100, Amount: 100, Step: 100, MaxPercent: 50}, Debt: Debt{Points: Negative, ReinstatementGraceDays: 7},
		Receipt: Receipt{ClaimDays: 7},
	}
	restaurant, beauty, supermarket := common, common, common
	restaurant.Receipt.ClaimDays = 3 // A meal is over; who forgot their phone comes back within days.
	beauty.Offset.MaxPercent = 30    // Services carry wages: points pay less of them.
	supermarket.Offset.MaxPercent = 100
	return []Template{
		{Retail, lang.Say("零售", "Retail"), common},
		{Restaurant, lang.Say("餐饮", "Restaurant"), restaurant},
		{Beauty, lang.Say("美业", "Beauty"), beauty},
		{Supermarket, lang.Say("商超", "Supermarket"), supermarket},
	}
}

// TemplateOf is a trade's template; false when there is no such trade.
func TemplateOf(trade Trade) (Template, bool) {
	for _, t := range Templates() {
		if t.Trade == trade {
			return t, true
		}
	}
	return Template{}, false
}
