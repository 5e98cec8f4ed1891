package ledger

import (
	"cmp"
	"maps"
	"slices"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/unit"
)

// Class says what an asset is for; some laws depend on it.
type Class string

// The classes of assets.
const (
	ClassPoints    Class = "points"
	ClassGrowth    Class = "growth"    // counts towards tiers; is never spent or transferred
	ClassPrincipal Class = "principal" // stored value that was paid for: never expires
	ClassBonus     Class = "bonus"     // stored value that was given
	ClassPass      Class = "pass"      // visits of a count card
	ClassCurrency  Class = "currency"  // any further points of the merchant's own
)

// Definition is what the merchant has set for an asset.
type Definition struct {
	Asset        Asset        `json:"-"`
	Name         lang.Text    `json:"name"`
	Class        Class        `json:"class"`
	Scale        int          `json:"scale"`    // decimal places of one unit; amounts count the smallest
	Validity     day.Validity `json:"validity"` // of value that comes without an end; of points: the setting of earning
	Debt         DebtPolicy   `json:"debt"`     // when an op names none; of points: the setting of debt
	Cap          int64        `json:"cap"`      // the most an account may hold, in the smallest unit; 0 = any
	Transferable bool         `json:"transferable"`
	Partial      bool         `json:"partial"` // whether less than all that is available may be redeemed
	Rates        []Rate       `json:"rates"`
	Archived     bool         `json:"archived"` // nothing comes in any more; what is there can be spent
	Version      int64        `json:"-"`
}

// Rate says what an asset may be exchanged into: Give of it become Get of the
// other, both in their smallest units. What is given is a multiple of Give.
type Rate struct {
	Into Asset `json:"into"`
	Give int64 `json:"give"`
	Get  int64 `json:"get"`
}

// said is a definition in words for the audit log.
func (d Definition) said() map[string]any {
	return map[string]any{
		"name": d.Name.ZH, "class": string(d.Class), "scale": d.Scale, "validity": d.Validity, "debt": string(d.Debt), "cap": d.Cap,
		"transferable": d.Transferable, "partial": d.Partial, "rates": d.Rates, "archived": d.Archived,
	}
}

// scaleMost is how many decimal places an asset may have; ratesMost how many others
// it may be exchanged into.
const (
	scaleMost = 4
	ratesMost = 20
	nameMost  = 40
)

// Check says what is wrong with a definition: of the first version when had is
// nil, or of the one after had.
func (d Definition) Check(had *Definition) error {
	var c fault.Collect
	if !wellFormed(d.Asset) {
		c.Add("path.code", string(d.Asset), "代码为 1–32 个小写字母、数字或下划线", "a code is 1 to 32 small letters, digits or underscores")
	}
	if d.Name.ZH == "" || d.Name.EN == "" || len([]rune(d.Name.ZH)) > nameMost || len([]rune(d.Name.EN)) > nameMost {
		c.Add("body.name", d.Name, "名称须有中文与英文，各 1–40 字", "a name in both languages, 1 to 40 characters each")
	}
	switch d.Class {
	case ClassPoints, ClassGrowth, ClassPrincipal, ClassBonus, ClassPass, ClassCurrency:
	default:
		c.Add("body.class", string(d.Class), "类别须为 points、growth、principal、bonus、pass 或 currency", "class must be points, growth, principal, bonus, pass or currency")
	}
	if (d.Class == ClassPoints) != (d.Asset == Points) {
		c.Add("body.class", string(d.Class), "类别 points 只属于资产 points；其他积分请用 currency", "class points is that of the asset points alone; further points are of class currency")
	}
	if d.Scale < 0 || d.Scale > scaleMost {
		c.Add("body.scale", d.Scale, "小数位须为 0–4", "scale must be 0 to 4 decimal places")
	}
	if d.Cap < 0 || d.Cap > unit.Max {
		c.Add("body.cap", d.Cap, "上限须为 0（不限）或正整数", "cap must be 0 (none) or above")
	}
	if had != nil && (had.Class != d.Class || had.Scale != d.Scale) {
		c.Add("body.class", string(d.Class), "类别与小数位设定后不能更改", "class and scale cannot be changed once they are set")
	}
	d.checkPolicies(&c)
	return c.Err()
}

// checkPolicies checks what happens to value of the asset.
func (d Definition) checkPolicies(c *fault.Collect) {
	c.Take(d.Validity.Check("body.validity"))
	if d.Class == ClassPrincipal && d.Validity != day.Never() {
		c.Add("body.validity", d.Validity, "储值本金不得设置有效期", "the principal of stored value never expires")
	}
	switch d.Debt {
	case Negative, Forgive, Refuse:
	default:
		c.Add("body.debt", string(d.Debt), "欠额处理须为 negative、forgive 或 refuse", "debt must be negative, forgive or refuse")
	}
	if d.Class == ClassGrowth && d.Transferable {
		c.Add("body.transferable", true, "成长值不可转赠", "growth cannot be transferred")
	}
	if len(d.Rates) > ratesMost || (d.Class == ClassGrowth && len(d.Rates) > 0) {
		c.Add("body.rates", len(d.Rates), "兑换比例最多 20 条；成长值不可兑换", "at most 20 rates; growth cannot be exchanged")
	}
	for i, r := range d.Rates {
		if !wellFormed(r.Into) || r.Into == d.Asset || r.Give <= 0 || r.Get <= 0 || r.Give > unit.Max || r.Get > unit.Max {
			c.Add("body.rates["+decimal(int64(i))+"]", r, "须为 {into: 另一资产, give: 正整数, get: 正整数}", "must be {into: another asset, give: above zero, get: above zero}")
		}
	}
}

// exchange is how much of another asset an amount becomes.
func (d Definition) exchange(into Asset, amount int64) (int64, error) {
	at := slices.IndexFunc(d.Rates, func(r Rate) bool { return r.Into == into })
	if at < 0 {
		return 0, fault.New(fault.Conflict, "exchange.no_rate", "没有设置这两种资产之间的兑换比例", "no rate is set between these two assets").At("body.into", string(into))
	}
	r := d.Rates[at]
	if amount%r.Give != 0 {
		return 0, fault.Newf(fault.Invalid, "exchange.not_multiple", "数量须为 %d 的整数倍", "the amount must be a multiple of %d", r.Give).At("body.amount", amount)
	}
	return unit.Mul(r.Get, amount/r.Give)
}

// PointsDefinition is what points are where the merchant has set nothing.
func PointsDefinition() Definition {
	return Definition{
		Asset: Points, Name: lang.Say("积分", "Points"), Class: ClassPoints, Debt: Negative, Partial: true,
		Validity: day.Never(),
	}
}

// Assets are a merchant's definitions. Points are always among them.
type Assets map[Asset]Definition

// sorted are the definitions, points first, then by code.
func (a Assets) sorted() []Definition {
	all := slices.Collect(maps.Values(a))
	slices.SortFunc(all, func(x, y Definition) int {
		switch {
		case x.Asset == y.Asset:
			return 0
		case x.Asset == Points:
			return -1
		case y.Asset == Points:
			return 1
		}
		return cmp.Compare(x.Asset, y.Asset)
	})
	return all
}

// Define finds a definition.
func (a Assets) Define(asset Asset) (Definition, error) {
	if d, ok := a[asset]; ok {
		return d, nil
	}
	if asset == Points {
		return PointsDefinition(), nil
	}
	return Definition{}, fault.Newf(fault.Invalid, "asset.unknown", "没有名为 %q 的资产", "there is no asset called %q", string(asset))
}

// admits says why an op cannot be booked on an account of the asset; nil when it
// can. Arriving is the other side of a transfer or an exchange.
func (d Definition) admits(op *Op, arriving bool) error {
	spends := !arriving && (op.Kind == Redeem || op.Kind == Hold || op.Kind == Transfer || op.Kind == Exchange)
	brings := op.brings() || (arriving && op.Kind == Exchange)
	switch {
	case d.Class == ClassPrincipal && !op.ExpiresAt.IsZero() && (brings || op.Kind == Extend || op.Kind == Activate):
		return errPrincipal.At("expires_at", op.ExpiresAt.Format("2006-01-02"))
	case d.Archived && brings:
		return errArchived
	case d.Class == ClassGrowth && spends:
		return errGrowth
	case op.Kind == Transfer && !d.Transferable:
		return errTransferable
	}
	return nil
}

// fits checks that an account does not hold more than the asset's cap after
// amount has come in.
func (d Definition) fits(a *Account, amount int64) error {
	if d.Cap == 0 || a.Balance+amount <= d.Cap {
		return nil
	}
	return fault.Newf(fault.Conflict, "asset.cap_exceeded",
		"超过余额上限：上限 %d，现有 %d", "above the cap: at most %d may be held and %d are", d.Cap, a.Balance).
		With("cap", d.Cap).With("balance", a.Balance)
}

var (
	errPrincipal    = fault.New(fault.Invalid, "asset.never_expires", "储值本金不得设置有效期", "the principal of stored value never expires")
	errGrowth       = fault.New(fault.Conflict, "asset.not_spendable", "成长值只用于升级，不能使用、冻结、转赠或兑换", "growth counts towards tiers: it is not spent, held, transferred or exchanged")
	errArchived     = fault.New(fault.Conflict, "asset.archived", "该资产已停用，只能使用，不能再发放", "this asset is archived: it can be spent and no longer granted")
	errTransferable = fault.New(fault.Conflict, "asset.not_transferable", "该资产不可转赠", "this asset cannot be transferred")
)
