package order

import (
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// Refund is one time that something was given back.
type Refund struct {
	ID             id.Refund
	Order          id.Order
	ExternalID     string
	Amount         unit.Money
	PointsReturned unit.Points
	PointsClawed   unit.Points // what the refund asks back of the points earned
	PointsForgiven unit.Points // the part of it that was written off
	PointsLapsed   unit.Points // the part of it that had expired unspent before
	PointsDebt     unit.Points // the part of it that the member now owes
	Lines          []Taken
	Tenders        []Tender // Amount is what went back by each
	Reason         string
	Store          id.Store
	ActorID        string
	ActorName      string
	OccurredAt     time.Time
	RecordedAt     time.Time
	Day            day.Date
}

// ClawedBack is what was really taken from the member, debt included.
func (r *Refund) ClawedBack() unit.Points { return r.PointsClawed - r.PointsForgiven - r.PointsLapsed }

// Claw is what became of the points that a line of a refund had earned: some were
// taken, debt included, some forgiven, and some had expired unspent before.
type Claw struct {
	Taken, Forgiven, Lapsed unit.Points
}

// ClawsByLine shares what became of the refund's claw-back over its lines, in
// their order, in proportion to what they had earned: the lines add up to the
// refund. The ledger settles the refund as a whole, so no line has a better claim.
func (r *Refund) ClawsByLine() []Claw {
	claws, rest := make([]Claw, len(r.Lines)), make([]int64, len(r.Lines))
	var earned unit.Points
	for i, t := range r.Lines {
		claws[i].Taken, rest[i] = t.Clawed(), int64(t.Clawed())
		earned += t.Clawed()
	}
	if earned == 0 {
		return claws
	}
	for i, n := range parts(r.PointsForgiven, rest) {
		claws[i].Forgiven, claws[i].Taken, rest[i] = unit.Points(n), claws[i].Taken-unit.Points(n), rest[i]-n
	}
	for i, n := range parts(r.PointsLapsed, rest) {
		claws[i].Lapsed, claws[i].Taken = unit.Points(n), claws[i].Taken-unit.Points(n)
	}
	return claws
}

// parts shares points by largest remainder. No part is above its weight, because
// the points are never more than all weights together.
func parts(points unit.Points, weights []int64) []int64 {
	all, err := unit.Split(int64(points), weights)
	if err != nil {
		// Neither points nor weights are ever below zero: a broken invariant of ours.
		panic(err)
	}
	return all
}

// WantLine asks for some units of a line.
type WantLine struct {
	No       int
	Quantity int64
}

// Want is what somebody wants back. Lines alone: those units for what they
// cost. Lines and an amount: those units, for not more than that. An amount
// alone: a price reduction spread over what is left, in which points follow the
// money in proportion. Neither: everything that is left.
type Want struct {
	Lines  []WantLine
	Amount *unit.Money
}

// Return is what a refund takes from an order.
type Return struct {
	Amount  unit.Money
	Used    unit.Points  // points to give back
	Claws   []RulePoints // points to take back, by the rule that gave them
	Lines   []Taken
	Tenders []Tender // Amount is what goes back by each
}

// Clawed is all points to take back.
func (r Return) Clawed() unit.Points {
	var sum unit.Points
	for _, c := range r.Claws {
		sum += c.Points
	}
	return sum
}

// Faults of refunding.
var (
	errCredit   = fault.New(fault.Conflict, "order.not_refundable", "冲减单不能退款", "a credit cannot be refunded")
	errNothing  = fault.New(fault.Conflict, "order.nothing_left", "该订单已全部退完", "nothing is left of this order to refund")
	errLineLeft = fault.New(fault.Conflict, "refund.quantity_exceeds", "退货数量超过该行可退数量", "more units than are left on this line")
	errMoney    = fault.New(fault.Conflict, "refund.amount_exceeds", "退款金额超过可退金额", "more money than is left to refund")
)

// Left is what the whole order still holds.
func (o *Order) Left() Basis {
	var left Basis
	for _, l := range o.Lines {
		h := l.Holding.Left()
		left.Units, left.Money, left.Used = left.Units+h.Units, left.Money+h.Money, left.Used+h.Used
	}
	return left
}

// GiveBack decides a refund and applies it to the order in memory: its lines,
// tenders, sums and status are then as they have to be stored.
func (o *Order) GiveBack(w Want) (Return, error) {
	if o.Kind != Sale {
		return Return{}, errCredit
	}
	left := o.Left()
	if left.worthless() && (left.Units == 0 || len(w.Lines) == 0 && o.Status == StatusRefunded) {
		return Return{}, errNothing
	}
	taken, err := o.take(w)
	if err != nil {
		return Return{}, err
	}
	r := Return{Lines: taken}
	for _, t := range taken {
		r.Amount, r.Used = r.Amount+t.Money, r.Used+t.Used
		for _, e := range t.Earned {
			r.Claws = addPoints(r.Claws, e)
		}
	}
	r.Tenders = o.payBack(r.Amount)
	o.Refunded, o.PointsReturned, o.PointsClawed = o.Refunded+r.Amount, o.PointsReturned+r.Used, o.PointsClawed+r.Clawed()
	o.Status = o.status()
	return r, nil
}

func (o *Order) take(w Want) ([]Taken, error) {
	switch {
	case len(w.Lines) > 0:
		return o.takeLines(w)
	case w.Amount != nil:
		return o.takeAmount(*w.Amount)
	}
	return o.takeRest(true), nil
}

// takeRest takes everything of value, and the units too when they come back.
func (o *Order) takeRest(units bool) []Taken {
	var all []Taken
	for i := range o.Lines {
		l := &o.Lines[i]
		left := l.Holding.Left()
		if left.worthless() && (!units || left.Units == 0) {
			continue
		}
		all = append(all, l.apply(l.Holding.takeValue(units)))
	}
	return all
}

func (o *Order) takeLines(w Want) ([]Taken, error) {
	lines, err := o.wanted(w.Lines)
	if err != nil {
		return nil, err
	}
	pays, worth := make([]int64, len(lines)), unit.Money(0)
	for i, l := range lines {
		pays[i] = int64(l.Holding.value(w.Lines[i].Quantity).Money)
		worth += unit.Money(pays[i])
	}
	if w.Amount != nil {
		if *w.Amount > worth {
			return nil, fault.Newf(fault.Invalid, "refund.amount_exceeds_lines", "所退商品最多可退 %s", "the returned units are worth at most %s", worth.Yuan()).
				At("body.amount", int64(*w.Amount)).With("most", int64(worth))
		}
		if pays, err = unit.Split(int64(*w.Amount), pays); err != nil {
			return nil, fmt.Errorf("spread the refund over the lines: %w", err)
		}
	}
	taken := make([]Taken, len(lines))
	for i, l := range lines {
		taken[i] = l.apply(l.Holding.takeUnits(w.Lines[i].Quantity, unit.Money(pays[i])))
	}
	return taken, nil
}

// wanted finds the lines asked for and checks that so much is left of each.
func (o *Order) wanted(want []WantLine) ([]*Line, error) {
	var c fault.Collect
	lines, seen := make([]*Line, len(want)), map[int]bool{}
	for i, w := range want {
		location := fmt.Sprintf("body.lines[%d]", i)
		at := slices.IndexFunc(o.Lines, func(l Line) bool { return l.No == w.No })
		switch {
		case at < 0:
			c.Add(location+".line_id", LineID(w.No), "订单中没有这一行", "the order has no such line")
			continue
		case seen[w.No]:
			c.Add(location+".line_id", LineID(w.No), "每行只能出现一次", "a line may appear only once")
		case w.Quantity < 1 || w.Quantity > o.Lines[at].Quantity:
			c.Add(location+".quantity", w.Quantity, fmt.Sprintf("退货数量须为 1–%d", o.Lines[at].Quantity), fmt.Sprintf("quantity must be from 1 to %d", o.Lines[at].Quantity))
		}
		seen[w.No], lines[i] = true, &o.Lines[at]
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	for i, w := range want {
		if left := lines[i].Holding.Left().Units; w.Quantity > left {
			return nil, errLineLeft.At(fmt.Sprintf("body.lines[%d].quantity", i), w.Quantity).With("refundable", left)
		}
	}
	return lines, nil
}

// takeAmount lowers the price of what is left. The last fen takes every point
// that is left with it.
func (o *Order) takeAmount(amount unit.Money) ([]Taken, error) {
	left := o.Left().Money
	switch {
	case amount < 1:
		var c fault.Collect
		c.Add("body.amount", int64(amount), "退款金额须大于 0", "amount must be above 0")
		return nil, c.Err()
	case amount > left:
		return nil, errMoney.At("body.amount", int64(amount)).With("most", int64(left))
	case amount == left:
		return o.takeRest(false), nil
	}
	cuts, err := o.cuts(amount)
	if err != nil {
		return nil, err
	}
	taken := make([]Taken, len(cuts))
	for i, c := range cuts {
		taken[i] = c.line.apply(c.line.Holding.reduce(c.kept, c.gone))
	}
	return taken, nil
}

// apply books what was taken on the line.
func (l *Line) apply(t Taken) Taken {
	t.No = l.No
	t.Earned = slices.DeleteFunc(t.Earned, func(e RulePoints) bool { return e.Points == 0 })
	l.Returned, l.Refunded = l.Returned+t.Units, l.Refunded+t.Money
	return t
}

// payBack shares the amount over the tenders, the last one first: what was paid
// with the last note goes back first.
func (o *Order) payBack(amount unit.Money) []Tender {
	var back []Tender
	for i := range slices.Backward(o.Tenders) {
		t := &o.Tenders[i]
		part := min(amount, t.Amount-t.Refunded)
		if part == 0 {
			continue
		}
		t.Refunded, amount = t.Refunded+part, amount-part
		back = append(back, Tender{No: t.No, Method: t.Method, Amount: part})
	}
	return back
}

// status is what the order is after what was given back. When nothing of value
// is left the order is refunded, whether or not the goods came back; goods that
// come later are still taken back, for nothing.
func (o *Order) status() Status {
	left := o.Left()
	if left.worthless() && (left.Units == 0 || o.Total > 0 || o.PointsUsed > 0) {
		return StatusRefunded
	}
	return StatusPartlyRefunded
}

// Refundable is how many units of the line can still be given back.
func (o *Order) Refundable(l Line) int64 {
	if o.Kind != Sale {
		return 0
	}
	return l.Holding.Left().Units
}

func addPoints(all []RulePoints, more RulePoints) []RulePoints {
	for i := range all {
		if all[i].Rule == more.Rule {
			all[i].Points += more.Points
			return all
		}
	}
	return append(all, more)
}

// line finds a line by its number, which the order has.
func (o *Order) line(no int) *Line {
	return &o.Lines[slices.IndexFunc(o.Lines, func(l Line) bool { return l.No == no })]
}

// Given is a refund with its order as it is after the refund.
type Given struct {
	Order  *Order
	Refund Refund
}
