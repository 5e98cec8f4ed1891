package ledger

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// Terms is what reports have to know of the merchant.
type Terms struct {
	Shop     string
	Currency string // as in CNY
	Zone     *time.Location
	Worth    Worth // what points pay
	Gives    Worth // what a purchase gives: Points for every Amount; without category rates
}

// moneyScale is how many decimal places money has.
const moneyScale = 2

// Worth is a rate between points and money: Points ↔ Amount. Without Points or
// Amount there is none.
type Worth struct {
	Points int64
	Amount unit.Money
}

// Dues is what is owed: units by what may be done with them, and their money.
type Dues struct {
	Available int64
	Pending   int64
	Held      int64
	Money     int64 // in the currency's smallest unit; 0 where nothing is valued
}

// Units is all of it.
func (d Dues) Units() int64 { return d.Available + d.Pending + d.Held }

func (d *Dues) plus(other Dues) {
	d.Available += other.Available
	d.Pending += other.Pending
	d.Held += other.Held
}

// MonthDues is what ends in a month of the merchant's time zone; of month 0, what
// never ends.
type MonthDues struct {
	Month Month
	Dues
}

// TierDues is what is owed to the members of a tier.
type TierDues struct {
	Tier     string
	Accounts int64
	Dues
}

// Liability is what the merchant owes its members of one asset at an instant:
// every unit that may still be spent, pending and held ones too. What members owe
// (Debt) is not taken off. Months and Tiers each add up to Total, in units and in
// money.
type Liability struct {
	Definition Definition
	Terms      Terms
	AsOf       Moment
	Past       bool // computed from the postings of then, not from the accounts
	Valued     bool // whether there is money to it
	Accounts   int64
	Total      Dues
	Months     []MonthDues // the soonest first, never last
	Tiers      []TierDues  // the largest first
	Debt       int64
	Debtors    int64
}

// liabilityOf adds accounts up.
type liabilityOf struct {
	Liability
	months map[Month]*Dues
	tiers  map[string]*TierDues
	ends   map[Moment]Month // lots end at few moments: each is looked up once
}

func newLiability(definition Definition, terms Terms, at Moment) *liabilityOf {
	return &liabilityOf{
		Liability: Liability{Definition: definition, Terms: terms, AsOf: at},
		months:    map[Month]*Dues{}, tiers: map[string]*TierDues{}, ends: map[Moment]Month{},
	}
}

// add counts one account as it is at the liability's instant.
func (l *liabilityOf) add(a Account, tier func(id.Member) string) error {
	v := a.View(l.AsOf)
	if v.Debt > 0 {
		l.Debt += v.Debt
		l.Debtors++
	}
	var all Dues
	for i := range v.Lots {
		lot := &v.Lots[i]
		one := Dues{Available: lot.Remaining}
		if lot.AvailableAt > l.AsOf {
			one = Dues{Pending: lot.Remaining}
		}
		l.month(lot.ExpiresAt).plus(one)
		all.plus(one)
	}
	for _, h := range v.Holds {
		for i := range h.Parts {
			one := Dues{Held: h.Parts[i].Remaining}
			l.month(h.Parts[i].ExpiresAt).plus(one)
			all.plus(one)
		}
	}
	if all.Units() == 0 {
		return nil
	}
	of := tier(a.Holder)
	if l.tiers[of] == nil {
		l.tiers[of] = &TierDues{Tier: of}
	}
	l.tiers[of].plus(all)
	l.tiers[of].Accounts++
	l.Accounts++
	l.Total.plus(all)
	if l.Total.Units() > unit.Max || l.Debt > unit.Max {
		return unit.ErrOverflow
	}
	return nil
}

// month is the sums of the month that holds the last good day of a lot.
func (l *liabilityOf) month(ends Moment) *Dues {
	m, known := l.ends[ends]
	if !known {
		if ends != 0 {
			m = MonthOf((ends - 1).Time(), l.Terms.Zone)
		}
		l.ends[ends] = m
	}
	if l.months[m] == nil {
		l.months[m] = &Dues{}
	}
	return l.months[m]
}

// done puts the parts in order and values them.
func (l *liabilityOf) done() (Liability, error) {
	for _, m := range slices.Sorted(maps.Keys(l.months)) {
		l.Months = append(l.Months, MonthDues{m, *l.months[m]})
	}
	if len(l.Months) > 0 && l.Months[0].Month == 0 {
		l.Months = append(l.Months[1:], l.Months[0])
	}
	for _, t := range l.tiers {
		l.Tiers = append(l.Tiers, *t)
	}
	slices.SortFunc(l.Tiers, func(a, b TierDues) int { return cmp.Or(cmp.Compare(b.Units(), a.Units()), cmp.Compare(a.Tier, b.Tier)) })
	rate, valued := l.rate()
	if !valued {
		return l.Liability, nil
	}
	l.Valued = true
	money, err := unit.RatioHalfUp(l.Total.Units(), int64(rate.Amount), rate.Points)
	if err != nil {
		return Liability{}, err
	}
	l.Total.Money = money
	if err := portion(money, len(l.Months), func(i int) *Dues { return &l.Months[i].Dues }); err != nil {
		return Liability{}, err
	}
	err = portion(money, len(l.Tiers), func(i int) *Dues { return &l.Tiers[i].Dues })
	return l.Liability, err
}

// rate is what units are worth: points what they pay, stored value itself.
func (l *liabilityOf) rate() (Worth, bool) {
	switch {
	case l.Definition.Asset == Points:
		return l.Terms.Worth, l.Terms.Worth.Points > 0 && l.Terms.Worth.Amount > 0
	case l.Definition.Class == ClassPrincipal || l.Definition.Class == ClassBonus:
		return Worth{1, 1}, l.Definition.Scale == moneyScale
	}
	return Worth{}, false
}

// portion gives every part its money by largest remainder, so that parts add up.
func portion(money int64, n int, part func(int) *Dues) error {
	weights := make([]int64, n)
	for i := range weights {
		weights[i] = part(i).Units()
	}
	parts, err := unit.Split(money, weights)
	for i := range parts {
		part(i).Money = parts[i]
	}
	return err
}

// Usage is how much of what ended was used, to date.
type Usage struct {
	Redeemed int64 // less what came back
	Expired  int64
	Postings int64
}

// usageEnough is how many postings of using and expiring make a rate that says
// something.
const usageEnough = 200

// Rate is used ÷ (used + expired) in basis points, half up. It reports false when
// there is too little to say, or when nothing could have expired yet.
func (u Usage) Rate() (int64, bool) {
	if u.Redeemed < 0 || u.Expired <= 0 || u.Postings < usageEnough {
		return 0, false
	}
	rate, err := unit.RatioHalfUp(u.Redeemed, 10_000, u.Redeemed+u.Expired)
	return rate, err == nil
}

// Allocation is how the price of a sale divides between what was sold and the
// points that came with it: revenue now, and a contract liability until the
// points are used or expire.
type Allocation struct {
	Price     unit.Money
	Value     unit.Money // of the points if all were used
	Rate      int64      // how much is expected to be used, in basis points
	Revenue   unit.Money
	Liability unit.Money
}

// Allocate divides a price by relative stand-alone prices: that of the points is
// their value times the rate at which points are used (IFRS 15 B39–B43, 企业会计准则第14号).
// The liability is rounded half up, the rest is revenue, so that both add up.
func Allocate(price, value unit.Money, rate int64) (Allocation, error) {
	if price <= 0 || value < 0 || rate < 0 || rate > 10_000 {
		return Allocation{}, fmt.Errorf("allocate %d with points of %d used at %d", price, value, rate)
	}
	expected, err := unit.Mul(int64(value), rate)
	if err != nil {
		return Allocation{}, err
	}
	whole, err := unit.Mul(int64(price), 10_000)
	if err != nil {
		return Allocation{}, err
	}
	owed, err := unit.RatioHalfUp(int64(price), expected, whole+expected)
	if err != nil {
		return Allocation{}, err
	}
	return Allocation{price, value, rate, price - unit.Money(owed), unit.Money(owed)}, nil
}

// exampleSale is the sale that explains the allocation, in the smallest unit.
const exampleSale unit.Money = 100_000

// example allocates a sale by the merchant's own rates: what a purchase gives,
// what points are worth, and how many of them are used; all of them as long as
// nobody knows. It reports false where points are worth nothing.
func (t Terms) example(u Usage) (points int64, a Allocation, ok bool) {
	if t.Worth.Points <= 0 || t.Worth.Amount <= 0 || t.Gives.Points <= 0 || t.Gives.Amount <= 0 {
		return 0, Allocation{}, false
	}
	rate, known := u.Rate()
	if !known {
		rate = 10_000
	}
	points, err := unit.Ratio(int64(exampleSale), t.Gives.Points, int64(t.Gives.Amount))
	if err != nil {
		return 0, Allocation{}, false
	}
	value, err := unit.RatioHalfUp(points, int64(t.Worth.Amount), t.Worth.Points)
	if err != nil {
		return 0, Allocation{}, false
	}
	a, err = Allocate(exampleSale, unit.Money(value), rate)
	return points, a, err == nil
}

var errTooMuchPast = fault.New(fault.Conflict, "liability.too_large",
	"记账过多，无法即时回算过去的负债：请查看当前负债，或按月查看项目账户的期末余额", "there are too many postings to compute a past liability while you wait: look at today's, or at the closing balances of the programme accounts by month")
