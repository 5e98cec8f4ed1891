package importing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
)

// Goods is what the catalogue says about an article. What it said before the
// import counts: a file changes no product.
type Goods struct {
	SKU         string
	Category    string
	Kind        string // goods or service
	TaxRate     int64  // basis points
	EarnsPoints bool
}

// Facts are everything that booking a deal depends on besides the deal.
type Facts struct {
	Profile  Profile
	Zone     *time.Location // the merchant's
	Currency string         // the merchant's
	Policies earning.Versions
	Debt     ledger.DebtPolicy
	Whose    []id.Member // by the plan's members
	Goods    []Goods     // by the plan's articles
	Actor    permit.Caller
}

// product is an article that the catalogue does not have yet.
func (a Article) product() catalog.Product {
	p := catalog.Product{
		SKU: a.SKU, Name: a.Name, Price: a.Price, Category: a.Category, Kind: catalog.Goods, EarnsPoints: true, Source: "import",
	}
	if a.Charge {
		p.Kind, p.EarnsPoints = catalog.Services, false
	}
	return p
}

// goodsOf is what an order keeps of a product. A charge earns nothing, whatever
// the catalogue says.
func goodsOf(p catalog.Product, a Article) Goods {
	return Goods{SKU: p.SKU, Category: p.Category, Kind: string(p.Kind), TaxRate: p.TaxRate, EarnsPoints: p.EarnsPoints && !a.Charge}
}

// sale makes the order of a deal, with what it earns.
func (f *Facts) sale(d Deal, as id.Order) (order.Order, []earning.Award, error) {
	o := f.head(d, as, order.Sale, saleID(d))
	for i, l := range d.Lines {
		line, err := f.line(i+1, l)
		if err != nil {
			return order.Order{}, nil, err
		}
		line.Discount, line.Paid = l.Amount-l.Paid, l.Paid
		line.Holding = order.Holding{Base: order.Basis{Units: l.Quantity, Money: l.Paid}}
		if o.Subtotal, err = unit.Add(o.Subtotal, l.Amount); err != nil {
			return order.Order{}, nil, fmt.Errorf("order %s: %w", d.Number, err)
		}
		o.Discount, o.Lines = o.Discount+line.Discount, append(o.Lines, line)
	}
	if o.Discount > 0 {
		o.DiscountReason = "原系统折扣 / discount in the imported file"
	}
	if o.Total = o.Subtotal - o.Discount; o.Total > 0 {
		o.Tenders = []order.Tender{{No: 1, Method: order.Method(f.Profile.Tender(d.Payment)), Amount: o.Total}}
	}
	if o.Member == "" {
		return o, nil, nil
	}
	awards, err := f.awards(&o)
	return o, awards, err
}

// head is what sales and credits have in common.
func (f *Facts) head(d Deal, as id.Order, kind order.Kind, external string) order.Order {
	o := order.Order{
		ID: as, Kind: kind, Status: order.StatusCompleted, Store: d.Store, Source: order.FromImport, ExternalID: external,
		ActorID: f.Actor.ID, ActorName: f.Actor.Name, OccurredAt: d.At, Day: day.Of(d.At, f.Zone),
	}
	o.Member = f.owner(d)
	return o
}

// owner is the member that a deal belongs to; "" for nobody.
func (f *Facts) owner(d Deal) id.Member {
	switch {
	case d.Part > 0:
		return d.owner
	case d.Member >= 0:
		return f.Whose[d.Member]
	}
	return ""
}

func (f *Facts) line(no int, l Line) (order.Line, error) {
	g := f.Goods[l.Article]
	if l.Quantity < 1 || l.Paid < 0 || l.Paid > l.Amount {
		return order.Line{}, fmt.Errorf("line %d of an order holds %d units for %d of %d", no, l.Quantity, l.Paid, l.Amount)
	}
	return order.Line{
		No: no, SKU: g.SKU, Name: l.Name, Category: g.Category, Kind: g.Kind, TaxRate: g.TaxRate,
		Quantity: l.Quantity, Price: l.Price, EarnsPoints: g.EarnsPoints, Amount: l.Amount,
	}, nil
}

// awards judges an order by the rule in force at its own time and notes what it
// earns.
func (f *Facts) awards(o *order.Order) ([]earning.Award, error) {
	policy, err := f.Policies.At(o.OccurredAt)
	if err != nil {
		return nil, err
	}
	s := earning.Sale{At: o.OccurredAt, Zone: f.Zone, Currency: f.Currency}
	for _, l := range o.Lines {
		s.Lines = append(s.Lines, earning.Line{
			No: l.No, SKU: l.SKU, Name: l.Name, Category: l.Category, Quantity: l.Quantity, Eligible: l.Paid, EarnsPoints: l.EarnsPoints,
		})
	}
	awards, err := earning.Awards(policy, s)
	if err != nil {
		return nil, fmt.Errorf("what order %s earns: %w", o.ExternalID, err)
	}
	kept := make([]order.Award, len(awards))
	for i, a := range awards {
		kept[i] = order.Award{Rule: a.Rule, Version: a.Version, Points: a.Points, Because: a.Because}
		for _, l := range a.Lines {
			kept[i].Lines = append(kept[i].Lines, order.AwardLine(l))
		}
	}
	o.Attach(kept)
	return awards, nil
}

// earned are the ops that book what an order earns.
func (f *Facts) earned(o *order.Order, awards []earning.Award) (all []ledger.Op, err error) {
	for i, a := range awards {
		if a.Points == 0 {
			continue
		}
		op := ledger.Op{
			Kind: ledger.Earn, Holder: o.Member, Asset: ledger.Points, Amount: int64(a.Points), Cause: o.EarnedCause(a.Rule),
			AvailableAt: a.AvailableAt, ExpiresAt: a.ExpiresAt, Origin: a.Rule, Store: o.Store, Actor: f.Actor.ID,
			Reference: string(o.ID), OccurredAt: o.OccurredAt, Day: o.Day,
		}
		if op.Snapshot, err = o.ExplainAward(o.Awards[i]); err != nil {
			return nil, err
		}
		all = append(all, op)
	}
	return all, nil
}

// refund takes back of an order what a cancellation says, as its n-th refund,
// from 1. Excess is what the file gives back above what was paid for the units: it
// becomes a credit.
func (f *Facts) refund(o *order.Order, d Deal, take Take, n int, as id.Refund) (r order.Refund, claws []order.RulePoints, excess unit.Money, err error) {
	want, same, money := order.Want{}, true, unit.Money(0)
	for _, l := range take.Lines {
		want.Lines = append(want.Lines, order.WantLine{No: l.No, Quantity: l.Quantity})
		same, money = same && l.Same, money+l.Money
	}
	if !same {
		trial := *o
		trial.Lines, trial.Tenders = slices.Clone(o.Lines), slices.Clone(o.Tenders)
		whole, err := trial.GiveBack(want)
		if err != nil {
			return r, nil, 0, err
		}
		pay := min(money, whole.Amount)
		want.Amount, excess = &pay, money-pay
	}
	given, err := o.GiveBack(want)
	if err != nil {
		return r, nil, 0, err
	}
	return order.Refund{
		ID: as, Order: o.ID, ExternalID: refundID(d, n), Amount: given.Amount, PointsClawed: given.Clawed(),
		Lines: given.Lines, Tenders: given.Tenders, Reason: "退货 / returned: " + d.Number, Store: d.Store,
		ActorID: f.Actor.ID, ActorName: f.Actor.Name, OccurredAt: d.At, Day: day.Of(d.At, f.Zone),
	}, given.Claws, excess, nil
}

// clawed are the ops that take awards back, as far as a refund asks.
func (f *Facts) clawed(o *order.Order, r *order.Refund, claws []order.RulePoints) (all []ledger.Op, err error) {
	for _, c := range claws {
		op := ledger.Op{
			Kind: ledger.Reversal, Holder: o.Member, Asset: ledger.Points, Amount: int64(c.Points), Cause: r.ClawedCause(c.Rule),
			Of: o.PostingOf(c.Rule), Debt: f.Debt, Store: r.Store, Actor: f.Actor.ID, Reference: string(o.ID),
			Reason: r.Reason, OccurredAt: r.OccurredAt, Day: r.Day,
		}
		if op.Snapshot, err = o.ExplainClawed(r, c); err != nil {
			return nil, err
		}
		all = append(all, op)
	}
	return all, nil
}

// credit is the order that gives money back for what matches no sale: quantities
// and amounts below zero, and no points.
func (f *Facts) credit(d Deal, extra []Line, as id.Order) (order.Order, error) {
	o := f.head(d, as, order.Credit, f.creditID(d))
	for i, l := range slices.Concat(d.Lines, extra) {
		line, err := f.line(i+1, l)
		if err != nil {
			return order.Order{}, err
		}
		line.Quantity, line.Amount, line.Paid, line.EarnsPoints = -l.Quantity, -l.Paid, -l.Paid, false
		if o.Subtotal, err = unit.Add(o.Subtotal, line.Amount); err != nil {
			return order.Order{}, fmt.Errorf("cancellation %s: %w", d.Number, err)
		}
		o.Lines = append(o.Lines, line)
	}
	o.Total = o.Subtotal
	if o.Total < 0 {
		o.Tenders = []order.Tender{{No: 1, Method: order.Method(f.Profile.Tender(d.Payment)), Amount: o.Total}}
	}
	return o, nil
}

// priceDifference begins the name of such a line.
const priceDifference = "退货差价 / price difference: "

// difference is the line of a credit for what a return gave back above the
// price that was paid.
func (t Take) difference(excess unit.Money) Line {
	at := max(0, slices.IndexFunc(t.Lines, func(l TakeLine) bool { return !l.Same }))
	name := priceDifference + t.Lines[at].Name
	return Line{Article: t.Lines[at].Article, Name: name, Quantity: 1, Price: excess, Amount: excess, Paid: excess}
}

// returned is the lines of a take as a credit: for an order that can no longer
// give them back.
func (t Take) returned() []Line {
	lines := make([]Line, len(t.Lines))
	for i, l := range t.Lines {
		each, _ := unit.RatioHalfUp(int64(l.Money), 1, l.Quantity) // Never more than Money.
		lines[i] = Line{Article: l.Article, Name: l.Name, Quantity: l.Quantity, Price: unit.Money(each), Amount: l.Money, Paid: l.Money}
	}
	return lines
}

// saleID is the name under which a sale, or a part that is added to one, acts once.
func saleID(d Deal) string { return partID(d.Number, d.Part) }

// creditID is the name under which the credit of a cancellation acts once. It is
// the cancellation's number where the profile tells it from every sale's, and
// otherwise a name that no sale has: a return may bear the number of its order.
func (f *Facts) creditID(d Deal) string {
	if p := f.Profile.ReturnPrefix; p != "" && strings.HasPrefix(d.Number, p) {
		return d.Number
	}
	return d.Number + "#return"
}

// refundID is the name of a cancellation's n-th refund, from 1. It does not name
// the order: a later run may match the cancellation otherwise, because rows were
// put right, and must know it all the same.
func refundID(d Deal, n int) string { return d.Number + "#" + strconv.Itoa(n) }
