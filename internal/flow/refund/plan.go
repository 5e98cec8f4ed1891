// Package refund gives orders back, whole or in part: the money by the tenders
// that paid it, the points that paid to the very lots they came from, and the
// points earned out of the member's account again. A quote and a refund use the
// same facts and the same decisions.
package refund

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"huiji/internal/core/day"
	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
)

const (
	mostLines     = 500
	longestReason = 200
)

// Line asks for some units of a line.
type Line struct {
	LineID   string
	Quantity int64
}

// Ask is what somebody wants back; see order.Want.
type Ask struct {
	Lines  []Line
	Amount *unit.Money
	Reason string
}

// Want checks the ask and turns it into what an order understands.
func (a Ask) Want() (order.Want, error) {
	var c fault.Collect
	w := order.Want{Amount: a.Amount}
	if len(a.Lines) > mostLines {
		c.Add("body.lines", len(a.Lines), "最多 500 行", "at most 500 lines")
	}
	for i, l := range a.Lines {
		no, ok := order.ParseLineID(l.LineID)
		if !ok {
			c.Add(fmt.Sprintf("body.lines[%d].line_id", i), l.LineID, "行号须取自订单的 line_id", "line_id must be one of the order's")
		}
		w.Lines = append(w.Lines, order.WantLine{No: no, Quantity: l.Quantity})
	}
	if a.Amount != nil && *a.Amount < 1 {
		c.Add("body.amount", int64(*a.Amount), "退款金额须大于 0", "amount must be above 0")
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(a.Reason)); n < 1 || n > longestReason {
		c.Add("body.reason", a.Reason, "请填写退款原因（1–200 个字）", "say why it is refunded (1 to 200 characters)")
	}
	return w, c.Err()
}

// Facts are everything Decide looks at.
type Facts struct {
	Order     order.Order // held by the transaction
	Want      order.Want
	Reason    string
	Caller    permit.Caller
	Debt      ledger.DebtPolicy
	GraceDays int // for points that go back to a lot that has expired meanwhile
	Zone      *time.Location
	Now       time.Time
}

// Plan is the refund and what it books.
type Plan struct {
	Order  order.Order // as it is afterwards
	Refund order.Refund
	Ops    []ledger.Op
}

// Decide turns facts into a plan for a refund with this id.
func Decide(f Facts, refund id.Refund) (Plan, error) {
	p := Plan{Order: f.Order}
	back, err := p.Order.GiveBack(f.Want)
	if err != nil {
		return Plan{}, err
	}
	p.Refund = order.Refund{
		ID: refund, Order: p.Order.ID, Amount: back.Amount, PointsReturned: back.Used, PointsClawed: back.Clawed(),
		Lines: back.Lines, Tenders: back.Tenders, Reason: strings.TrimSpace(f.Reason), Store: p.Order.Store,
		ActorID: f.Caller.ID, ActorName: f.Caller.Name, OccurredAt: f.Now, Day: day.Of(f.Now, f.Zone),
	}
	p.Ops, err = f.ops(&p, back)
	return p, err
}

// ops gives points back before it takes any, so that what comes back pays for
// what is taken.
func (f Facts) ops(p *Plan, back order.Return) (all []ledger.Op, err error) {
	if p.Order.Member == "" {
		return nil, nil
	}
	op := ledger.Op{
		Kind: ledger.Reversal, Holder: p.Order.Member, Asset: ledger.Points, Store: p.Order.Store, Actor: f.Caller.ID,
		Reference: string(p.Order.ID), Reason: p.Refund.Reason, OccurredAt: f.Now, Day: p.Refund.Day,
	}
	if back.Used > 0 {
		returned := op
		returned.Of, returned.Amount, returned.Cause = p.Order.UsedPosting, int64(back.Used), p.Refund.ReturnedCause()
		if f.GraceDays > 0 {
			returned.ReinstateUntil = p.Refund.Day.AddDays(f.GraceDays).End(f.Zone)
		}
		if returned.Snapshot, err = p.Order.ExplainReturned(&p.Refund); err != nil {
			return nil, err
		}
		all = append(all, returned)
	}
	for _, claw := range back.Claws {
		clawed := op
		clawed.Of, clawed.Amount, clawed.Debt = p.Order.PostingOf(claw.Rule), int64(claw.Points), f.Debt
		clawed.Cause = p.Refund.ClawedCause(claw.Rule)
		if clawed.Snapshot, err = p.Order.ExplainClawed(&p.Refund, claw); err != nil {
			return nil, err
		}
		all = append(all, clawed)
	}
	return all, nil
}

// settle notes on the refund what the ledger really did.
func (p *Plan) settle(done []ledger.Outcome) {
	for _, o := range done {
		p.Refund.PointsForgiven += unit.Points(o.Reversal.Forgiven)
		p.Refund.PointsLapsed += lapsedOf(o)
		p.Refund.PointsDebt += unit.Points(o.Reversal.Debt)
	}
}

// lapsedOf counts only what was earned and had expired; points that come back
// and expire at once were returned all the same.
func lapsedOf(o ledger.Outcome) unit.Points {
	if o.Posting.Amount > 0 {
		return 0
	}
	return unit.Points(o.Reversal.Lapsed)
}

// refused explains a claw-back that the merchant's debt policy does not allow:
// what is missing and what can be done.
func refused(err error) error {
	f := fault.Of(err)
	if f == nil || f.Code != "points.debt_refused" {
		return err
	}
	short := f.Data["shortfall"]
	said := fault.Newf(fault.Conflict, "points.debt_refused",
		"该会员已用掉本单所得积分，还差 %v 分，而商家设置不允许欠分；可先由店长补足积分、少退一些，或把欠分方式改为记欠或免除后再退",
		"the member has spent points of this order and %v are missing, and the settings allow no debt; adjust the member's points, refund less, or change the debt setting first", short)
	return said.With("shortfall", short)
}

// deedOf is what the audit log keeps.
func (p *Plan) deedOf(c permit.Caller, before *order.Order) deed.Deed {
	d := deed.By(c, "order.refund", string(p.Order.ID))
	d.Label, d.Store, d.Reason = p.Order.Number, string(p.Order.Store), p.Refund.Reason
	d.Before = map[string]any{"status": string(before.Status), "refunded": int64(before.Refunded)}
	d.After = map[string]any{
		"status": string(p.Order.Status), "refunded": int64(p.Order.Refunded), "refund": string(p.Refund.ID), "amount": int64(p.Refund.Amount),
		"points_returned": int64(p.Refund.PointsReturned), "points_clawed_back": int64(p.Refund.ClawedBack()),
		"points_debt": int64(p.Refund.PointsDebt), "points_forgiven": int64(p.Refund.PointsForgiven),
	}
	return d
}
