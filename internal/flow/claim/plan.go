// Package claim gives a walk-in's order to a member who shows the receipt within
// the days the merchant set: it earns what it would have earned, by the rule of
// its own day, on what of it still stands.
package claim

import (
	"strings"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
)

const longestNumber = 64

// Faults of claiming.
var (
	errTooLate = fault.New(fault.Conflict, "order.claim_too_late", "已超过凭小票补登积分的期限", "this receipt can no longer be claimed")
	errKind    = fault.New(fault.Conflict, "order.not_claimable", "冲减单不能补登积分", "a credit cannot be claimed")
	errNumber  = fault.New(fault.NotFound, "order.not_found", "没有这个小票号", "there is no such receipt number").At("body.receipt_number", nil)
)

// Ask is who claims which receipt.
type Ask struct {
	Number string // as printed
	Member id.Member
}

// Check reports every field that is wrong. It returns the ask without blanks
// around the number.
func (a Ask) Check() (Ask, error) {
	var c fault.Collect
	a.Number = strings.TrimSpace(a.Number)
	if a.Number == "" || len(a.Number) > longestNumber {
		c.Add("body.receipt_number", a.Number, "请填写小票上的订单号", "receipt_number is the order number on the receipt")
	}
	if !id.Is(id.OfMember, a.Member) {
		c.Add("body.member_id", string(a.Member), "请选择会员", "member_id must be a member's id")
	}
	return a, c.Err()
}

// Facts are everything Decide looks at.
type Facts struct {
	Order    order.Order // held by the transaction
	Member   id.Member
	Caller   permit.Caller
	Policy   earning.Policy // of the order's day
	Days     int            // within which a receipt can be claimed; 0 = never
	Zone     *time.Location
	Currency string
	Now      time.Time
}

// Plan is the order as it is afterwards and what it books.
type Plan struct {
	Order order.Order
	Ops   []ledger.Op
}

// Decide turns facts into a plan.
func Decide(f Facts) (Plan, error) {
	o := f.Order
	switch {
	case o.Kind != order.Sale:
		return Plan{}, errKind
	case o.Member != "":
		return Plan{}, order.ErrClaimed
	case f.Days == 0 || day.Of(f.Now, f.Zone) > o.Day.AddDays(f.Days):
		return Plan{}, errTooLate.With("claim_days", f.Days)
	}
	awards, err := earning.Awards(f.Policy, f.sale())
	if err != nil {
		return Plan{}, err
	}
	o.GiveTo(f.Member, f.Caller.ID, kept(awards))
	p := Plan{Order: o}
	p.Ops, err = f.ops(&o, awards)
	return p, err
}

// sale is what still stands of the order.
func (f Facts) sale() earning.Sale {
	s := earning.Sale{At: f.Order.OccurredAt, Zone: f.Zone, Currency: f.Currency}
	for i := range f.Order.Lines {
		l := &f.Order.Lines[i]
		stands := l.Holding.Standing()
		s.Lines = append(s.Lines, earning.Line{
			No: l.No, SKU: l.SKU, Name: l.Name, Category: l.Category, Quantity: stands.Units, Eligible: stands.Money, EarnsPoints: l.EarnsPoints,
		})
	}
	return s
}

func kept(awards []earning.Award) []order.Award {
	all := make([]order.Award, len(awards))
	for i, a := range awards {
		all[i] = order.Award{Rule: a.Rule, Version: a.Version, Points: a.Points, Because: a.Because}
		for _, l := range a.Lines {
			all[i].Lines = append(all[i].Lines, order.AwardLine(l))
		}
	}
	return all
}

// ops are what the order earns; their causes are those of a sale to a member, so
// that an order can never earn twice.
func (f Facts) ops(o *order.Order, awards []earning.Award) ([]ledger.Op, error) {
	var all []ledger.Op
	for i, a := range awards {
		if a.Points == 0 {
			continue
		}
		snapshot, err := o.ExplainAward(o.Awards[i])
		if err != nil {
			return nil, err
		}
		all = append(all, ledger.Op{
			Kind: ledger.Earn, Holder: o.Member, Asset: ledger.Points, Amount: int64(a.Points), Cause: o.EarnedCause(a.Rule),
			AvailableAt: a.AvailableAt, ExpiresAt: a.ExpiresAt, Origin: a.Rule, Store: o.Store, Actor: f.Caller.ID,
			Reference: string(o.ID), Snapshot: snapshot, OccurredAt: f.Now, Day: day.Of(f.Now, f.Zone),
		})
	}
	return all, nil
}

// deedOf is what the audit log keeps.
func (p *Plan) deedOf(c permit.Caller) deed.Deed {
	d := deed.By(c, "order.claim", string(p.Order.ID))
	d.Label, d.Store = p.Order.Number, string(p.Order.Store)
	d.After = map[string]any{"member": string(p.Order.Member), "points_earned": int64(p.Order.PointsEarned)}
	return d
}
