// Package order owns what was sold: orders with their lines and tenders, what
// was given back of them, and the numbers that name them.
//
// Its invariants: the lines of an order add up to the order to the fen, and so
// do its tenders; every line knows what is left of it, and any sequence of
// refunds that gives everything back gives back exactly what was paid, used and
// earned, no matter how it was cut.
package order

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/unit"
)

// Kind tells a sale from a credit.
type Kind string

// A credit gives money back for goods whose sale is not on record: its
// quantities and amounts are negative, and it is never refunded.
const (
	Sale   Kind = "sale"
	Credit Kind = "credit"
)

// Status says how much of an order still stands.
type Status string

// The statuses.
const (
	StatusCompleted      Status = "completed"
	StatusPartlyRefunded Status = "partly_refunded"
	StatusRefunded       Status = "refunded"
)

// Method is how a part of an order was paid.
type Method string

// The methods, all of them recorded by hand.
const (
	Cash  Method = "cash"
	Card  Method = "card"
	Other Method = "other"
)

// Methods lists the methods.
func Methods() []Method { return []Method{Cash, Card, Other} }

// Sources of orders.
const (
	FromTill   = "pos"
	FromAPI    = "api"
	FromImport = "import"
	FromDemo   = "demo"
)

// Order is one sale. Subtotal − Discount − PointsAmount = Total, and the lines
// add up to each of them.
type Order struct {
	ID             id.Order
	Number         string
	Kind           Kind
	Status         Status
	Member         id.Member // "" for a walk-in
	ClaimedBy      string    // who claimed a walk-in's order for Member; "" when it was the member's from the start
	Store          id.Store
	ActorID        string
	ActorName      string
	Source         string
	ExternalID     string
	Subtotal       unit.Money
	Discount       unit.Money
	DiscountReason string
	PointsUsed     unit.Points
	PointsAmount   unit.Money
	Total          unit.Money
	PointsEarned   unit.Points
	MemberBalance  unit.Points // right after the sale
	UsedPosting    id.Posting  // the ledger's posting of PointsUsed
	Awards         []Award
	Lines          []Line
	Tenders        []Tender
	Refunds        []Refund
	Refunded       unit.Money
	PointsReturned unit.Points
	PointsClawed   unit.Points // what refunds took back of PointsEarned
	OccurredAt     time.Time
	RecordedAt     time.Time
	Day            day.Date // local day of OccurredAt
	LineCount      int      // also where Lines are not loaded
}

// Line is one line of an order.
type Line struct {
	No           int // from 1
	SKU          string
	Name         string
	Category     string
	Kind         string // goods or service
	TaxRate      int64  // basis points
	Quantity     int64
	Price        unit.Money
	EarnsPoints  bool // as the product said at the sale
	Amount       unit.Money
	Discount     unit.Money  // its share of the order's
	PointsUsed   unit.Points // its share of the order's
	PointsAmount unit.Money  // what those were worth
	Paid         unit.Money  // Amount − Discount − PointsAmount
	PointsEarned unit.Points
	Returned     int64      // units given back
	Refunded     unit.Money // money given back
	Holding      Holding
}

// Tender is one payment of an order.
type Tender struct {
	No       int // from 1
	Method   Method
	Amount   unit.Money
	Tendered unit.Money // the cash that was handed over, at least Amount; 0 = not said
	Refunded unit.Money
}

// Change is what was given back of the cash that was handed over.
func (t Tender) Change() unit.Money {
	if t.Tendered == 0 {
		return 0
	}
	return t.Tendered - t.Amount
}

// Award is what one earning rule gave for the order: the snapshot by which
// refunds take it back.
type Award struct {
	Rule    string
	Version int64
	Points  unit.Points
	Posting id.Posting // the ledger's posting of Points
	Lines   []AwardLine
	Because lang.Text
}

// AwardLine is a line's share of an award.
type AwardLine struct {
	No       int
	Quantity int64
	Money    unit.Money
	Points   unit.Points
}

// GiveTo makes a walk-in's order a member's, with what it earns on what still
// stands of it.
func (o *Order) GiveTo(member id.Member, by string, awards []Award) {
	o.Member, o.ClaimedBy = member, by
	for i := range o.Lines {
		o.Lines[i].Holding.rebase()
	}
	o.Attach(awards)
}

// LineID is how a line is called outside.
func LineID(no int) string { return "line_" + strconv.Itoa(no) }

// ParseLineID is the reverse of LineID; false when s is not a line's id.
func ParseLineID(s string) (int, bool) {
	digits, found := strings.CutPrefix(s, "line_")
	no, err := strconv.Atoi(digits)
	return no, found && err == nil && no > 0 && LineID(no) == s
}

// Number is an order's number as people read and type it: the local day and
// eight digits, as in "26010100012345".
func Number(d day.Date, entropy uint64) string {
	return fmt.Sprintf("%06d%08d", int64(d)%1_000_000, entropy%100_000_000)
}

// AsSold is the order as it was right after its sale: what a repeated request is
// answered with, whatever was refunded or claimed since.
func (o Order) AsSold() Order {
	if o.ClaimedBy != "" {
		o.Member, o.ClaimedBy, o.MemberBalance = "", "", 0
		o.Awards, o.PointsEarned = nil, 0
	}
	o.Status, o.Refunds, o.Refunded, o.PointsReturned, o.PointsClawed = StatusCompleted, nil, 0, 0, 0
	lines := o.Lines
	o.Lines = make([]Line, len(lines))
	for i, l := range lines {
		l.Returned, l.Refunded, l.Holding = 0, 0, Holding{}
		if o.Kind == Sale {
			l.Holding.Base = l.whole()
		}
		o.Lines[i] = l
	}
	tenders := o.Tenders
	o.Tenders = make([]Tender, len(tenders))
	for i, t := range tenders {
		t.Refunded = 0
		o.Tenders[i] = t
	}
	o.Attach(o.Awards)
	return o
}

// Paid is what was paid by all tenders.
func (o *Order) Paid() (sum unit.Money) {
	for _, t := range o.Tenders {
		sum += t.Amount
	}
	return sum
}

// Attach books awards on the order: their points on the order and its lines, and
// on what each line still holds, so that a refund knows what to take back.
func (o *Order) Attach(awards []Award) {
	o.Awards, o.PointsEarned = awards, 0
	at := make(map[int]int, len(o.Lines))
	for i := range o.Lines {
		o.Lines[i].PointsEarned, o.Lines[i].Holding.Base.Earned = 0, nil
		at[o.Lines[i].No] = i
	}
	for _, a := range awards {
		o.PointsEarned += a.Points
		for _, share := range a.Lines {
			l := &o.Lines[at[share.No]]
			l.PointsEarned += share.Points
			if share.Points > 0 {
				l.Holding.Base.Earned = append(l.Holding.Base.Earned, RulePoints{Rule: a.Rule, Points: share.Points})
			}
		}
	}
}

// Faults of finding and naming orders.
var (
	ErrNotFound      = fault.New(fault.NotFound, "order.not_found", "订单不存在", "there is no such order")
	ErrExternalTaken = fault.New(fault.Conflict, "order.external_taken", "该外部订单号已被另一笔订单使用", "another order has this external_id already")
	ErrClaimed       = fault.New(fault.Conflict, "order.claimed", "该订单已归属会员", "this order belongs to a member already")
)
