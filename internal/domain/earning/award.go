package earning

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huiji/internal/core/fold"
	"huiji/internal/core/lang"
	"huiji/internal/core/unit"
)

// BaseRule is the id of the rate that holds for everything without a category
// rate.
const BaseRule = "base"

// namedGoods is how many excluded goods an explanation names before it counts.
const namedGoods = 3

// Line is one line of an order as earning sees it.
type Line struct {
	No          int    // the line's number in its order
	SKU         string // what excluded goods are named by
	Name        string // as people read it in the explanation
	Category    string
	Quantity    int64
	Eligible    unit.Money // what the customer really paid for the line
	EarnsPoints bool       // as the product says
}

// Sale is what earning judges: the lines of one order, when and where.
type Sale struct {
	At       time.Time
	Zone     *time.Location // the merchant's
	Currency string         // ISO 4217, for the explanation
	Lines    []Line
}

// LineAward is a line's part of an award: the snapshot that a refund goes by.
type LineAward struct {
	No       int
	Quantity int64
	Money    unit.Money
	Points   unit.Points
}

// Award is what one rule gives for one order. Points may be 0: then nothing is
// booked and the sentence says why.
type Award struct {
	Rule        string // "base" or "category:<name>"
	Version     int64  // of the policy
	Points      unit.Points
	Money       unit.Money  // the order's amount under the rule
	Lines       []LineAward // add up to Points and Money
	AvailableAt time.Time
	ExpiresAt   time.Time // zero = never
	Because     lang.Text
}

// Awards says what a sale earns under the policy. Each rule is applied to the
// order's whole amount under it and rounded once; the points are then spread
// over the lines by largest remainder, so that they add up exactly.
func Awards(p Policy, s Sale) ([]Award, error) {
	available := p.AvailableAt(s.At, s.Zone)
	expires := p.Validity.Ends(available, s.Zone)
	over := !expires.IsZero() && !expires.After(available)
	groups, excluded := p.group(s.Lines)
	var awards []Award
	for _, g := range groups {
		a, err := g.award(p)
		if err != nil {
			return nil, err
		}
		a.AvailableAt, a.ExpiresAt = available, expires
		a.Because = g.because(p, s.Currency, a.Points)
		if over {
			a.forfeit(p.Validity.Date)
		}
		awards = append(awards, a)
	}
	return withExcluded(p, awards, excluded), nil
}

// Total adds up the points of the awards.
func Total(awards []Award) unit.Points {
	var sum unit.Points
	for _, a := range awards {
		sum += a.Points
	}
	return sum
}

// group is the lines that one rule applies to.
type group struct {
	rule  string
	rate  Rate
	lines []Line
}

// group sorts the lines under their rules, in the order in which the rules first
// appear, and sets the goods aside that earn nothing.
func (p Policy) group(lines []Line) (groups []group, excluded []Line) {
	out := make(map[string]bool, len(p.ExcludedSKUs))
	for _, sku := range p.ExcludedSKUs {
		out[fold.Code(sku)] = true
	}
	for _, line := range lines {
		if !line.EarnsPoints || len(out) > 0 && out[fold.Code(line.SKU)] {
			excluded = append(excluded, line)
			continue
		}
		rule, rate := p.rateOf(line)
		at := slices.IndexFunc(groups, func(g group) bool { return g.rule == rule })
		if at < 0 {
			groups, at = append(groups, group{rule: rule, rate: rate}), len(groups)
		}
		groups[at].lines = append(groups[at].lines, line)
	}
	return groups, excluded
}

func (p Policy) rateOf(line Line) (string, Rate) {
	for _, rate := range p.Categories {
		if rate.Category == line.Category || fold.Code(rate.Category) == fold.Code(line.Category) {
			return "category:" + rate.Category, rate
		}
	}
	return BaseRule, Rate{Points: p.Points, PerAmount: p.PerAmount}
}

func (g group) award(p Policy) (Award, error) {
	a := Award{Rule: g.rule, Version: p.Version}
	weights := make([]int64, len(g.lines))
	for i, line := range g.lines {
		sum, err := unit.Add(a.Money, line.Eligible)
		if err != nil {
			return Award{}, err
		}
		a.Money, weights[i] = sum, int64(line.Eligible)
	}
	points, err := p.round(a.Money, g.rate)
	if err != nil {
		return Award{}, err
	}
	shares, err := unit.Split(points, weights)
	if err != nil {
		return Award{}, fmt.Errorf("spread %d points: %w", points, err)
	}
	a.Points = unit.Points(points)
	for i, line := range g.lines {
		a.Lines = append(a.Lines, LineAward{No: line.No, Quantity: line.Quantity, Money: line.Eligible, Points: unit.Points(shares[i])})
	}
	return a, nil
}

func (p Policy) round(money unit.Money, rate Rate) (int64, error) {
	if p.Rounding == HalfUp {
		return unit.RatioHalfUp(int64(money), int64(rate.Points), int64(rate.PerAmount))
	}
	return unit.Ratio(int64(money), int64(rate.Points), int64(rate.PerAmount))
}

// because is the sentence that explains the award.
func (g group) because(p Policy, currency string, points unit.Points) lang.Text {
	var money unit.Money
	for _, line := range g.lines {
		money += line.Eligible
	}
	spentZH, spentEN := money.Say(currency)
	perZH, perEN := g.rate.PerAmount.Say(currency)
	if !strings.HasSuffix(perZH, "元") {
		perZH += " " // Between the letters of a currency and the characters that follow.
	}
	roundedZH, roundedEN := "向下取整", "rounded down"
	if p.Rounding == HalfUp {
		roundedZH, roundedEN = "四舍五入", "rounded half up"
	}
	whereZH, whereEN := "", ""
	if g.rate.Category != "" {
		whereZH, whereEN = "品类“"+g.rate.Category+"”", " on the category “"+g.rate.Category+"”"
	}
	if g.rate.Points == 0 {
		return lang.Say(whereZH+"消费 "+spentZH+"，该规则不积分，得 0 分", "Spent "+spentEN+whereEN+", which earns nothing: 0 points")
	}
	return lang.Say(
		fmt.Sprintf("%s消费 %s，每 %s积 %d 分，%s，得 %d 分", whereZH, spentZH, perZH, g.rate.Points, roundedZH, points),
		fmt.Sprintf("Spent %s%s, %s per %s, %s: %s", spentEN, whereEN, count(g.rate.Points), perEN, roundedEN, count(points)))
}

// forfeit takes the points out of an award whose validity ended before they
// could have been used.
func (a *Award) forfeit(last string) {
	a.Points = 0
	for i := range a.Lines {
		a.Lines[i].Points = 0
	}
	a.Because.ZH += "；积分有效期已于 " + last + " 结束，不再发放"
	a.Because.EN += "; not given, because the validity of points ended on " + last
}

// withExcluded names the goods that earn nothing in the first explanation, or
// explains an order in which nothing earns.
func withExcluded(p Policy, awards []Award, excluded []Line) []Award {
	if len(excluded) == 0 {
		return awards
	}
	zh, en := nameGoods(excluded)
	if len(awards) == 0 {
		return []Award{{Rule: BaseRule, Version: p.Version, Because: lang.Say("本单商品均不积分（"+zh+"），得 0 分", "Nothing in this order earns points ("+en+"): 0 points")}}
	}
	awards[0].Because.ZH += "（不积分商品：" + zh + "）"
	awards[0].Because.EN += " (earning nothing: " + en + ")"
	return awards
}

func nameGoods(lines []Line) (zh, en string) {
	var names []string
	for _, line := range lines {
		name := line.Name
		if name == "" {
			name = line.SKU
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) <= namedGoods {
		return strings.Join(names, "、"), strings.Join(names, ", ")
	}
	shown := names[:namedGoods]
	return fmt.Sprintf("%s等 %d 种", strings.Join(shown, "、"), len(names)),
		fmt.Sprintf("%s and %d more", strings.Join(shown, ", "), len(names)-namedGoods)
}

func count(points unit.Points) string {
	if points == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", points)
}
