package order

import (
	"time"

	"huiji/internal/core/lang"
)

// View is an order as the outside sees it. Absent texts are empty.
type View struct {
	ID             string        `json:"id" example:"ord_0a1b2c3d4e5f6g7h8j9k0m1n"`
	Number         string        `json:"number" doc:"As printed on the receipt"`
	Kind           string        `json:"kind" enum:"sale,credit"`
	Status         string        `json:"status" enum:"completed,partly_refunded,refunded"`
	MemberID       string        `json:"member_id" doc:"Empty for a walk-in"`
	StoreID        string        `json:"store_id"`
	StaffName      string        `json:"staff_name"`
	Source         string        `json:"source"`
	ExternalID     string        `json:"external_id"`
	OccurredAt     string        `json:"occurred_at" format:"date-time"`
	Subtotal       int64         `json:"subtotal"`
	Discount       DiscountView  `json:"discount"`
	PointsUsed     int64         `json:"points_used"`
	PointsAmount   int64         `json:"points_amount" doc:"What the points used were worth"`
	Total          int64         `json:"total"`
	Paid           int64         `json:"paid"`
	PointsEarned   int64         `json:"points_earned"`
	MemberBalance  *int64        `json:"member_balance" doc:"The member's points right after the sale; null for a walk-in"`
	Claimed        bool          `json:"claimed" doc:"A walk-in's order that was claimed for the member later"`
	Payments       []PaymentView `json:"payments" nullable:"false"`
	Lines          []LineView    `json:"lines" nullable:"false"`
	Refunded       int64         `json:"refunded"`
	PointsReturned int64         `json:"points_returned" doc:"Points used that refunds gave back"`
	PointsClawed   int64         `json:"points_clawed_back" doc:"Points earned that refunds really took back, debt included"`
	PointsDebt     int64         `json:"points_debt" doc:"The part of points_clawed_back that the member owed right after the refund"`
	PointsForgiven int64         `json:"points_forgiven" doc:"Points earned that refunds let go; not in points_clawed_back"`
	PointsLapsed   int64         `json:"points_lapsed" doc:"Points earned that had expired unspent before their refund; not in points_clawed_back"`
	Refunds        []RefundView  `json:"refunds" nullable:"false"`
	Explanation    []AwardView   `json:"explanation" nullable:"false" doc:"Why these points"`
}

// DiscountView is the order's own discount.
type DiscountView struct {
	Amount int64  `json:"amount"`
	Reason string `json:"reason"`
}

// PaymentView is one tender.
type PaymentView struct {
	Method   string `json:"method"`
	Amount   int64  `json:"amount"`
	Refunded int64  `json:"refunded"`
	Tendered *int64 `json:"tendered" doc:"The cash that was handed over; null when it was not said"`
	Change   *int64 `json:"change" doc:"tendered − amount, what was given back; null when tendered is"`
}

// LineView is one line. The lines add up to the order to the fen.
type LineView struct {
	LineID       string `json:"line_id" example:"line_1"`
	SKU          string `json:"sku"`
	Name         string `json:"name"`
	Quantity     int64  `json:"quantity"`
	Price        int64  `json:"price"`
	Amount       int64  `json:"amount"`
	Discount     int64  `json:"discount"`
	PointsUsed   int64  `json:"points_used"`
	PointsAmount int64  `json:"points_amount"`
	Paid         int64  `json:"paid"`
	PointsEarned int64  `json:"points_earned"`
	Returned     int64  `json:"refunded_quantity"`
	Refundable   int64  `json:"refundable_quantity"`
	Refunded     int64  `json:"refunded"`
}

// AwardView says what a rule gave and why, in the caller's language.
type AwardView struct {
	Rule    string `json:"rule" example:"base"`
	Points  int64  `json:"points"`
	Because string `json:"because"`
}

// RefundView is one refund.
type RefundView struct {
	ID             string             `json:"id"`
	Amount         int64              `json:"amount"`
	PointsReturned int64              `json:"points_returned" doc:"Points used that went back to the member"`
	PointsClawed   int64              `json:"points_clawed_back" doc:"Points earned that were really taken back, debt included; the lines add up to it"`
	PointsDebt     int64              `json:"points_debt" doc:"The part of points_clawed_back that became a debt: the setting negative was applied"`
	PointsForgiven int64              `json:"points_forgiven" doc:"Points earned that were let go: the setting forgive was applied. Not in points_clawed_back; the lines add up to it"`
	PointsLapsed   int64              `json:"points_lapsed" doc:"Points earned that had expired unspent before. Not in points_clawed_back; the lines add up to it"`
	Reason         string             `json:"reason"`
	OccurredAt     string             `json:"occurred_at" format:"date-time"`
	StaffName      string             `json:"staff_name"`
	ExternalID     string             `json:"external_id"`
	Refunds        []RefundTenderView `json:"refunds" nullable:"false" doc:"How the money went back: the last tender first"`
	Lines          []RefundLineView   `json:"lines" nullable:"false"`
}

// RefundTenderView is what went back by one tender.
type RefundTenderView struct {
	Method string `json:"method"`
	Amount int64  `json:"amount"`
}

// RefundLineView is what went back of one line; quantity is 0 for a price
// reduction.
type RefundLineView struct {
	LineID         string `json:"line_id"`
	Quantity       int64  `json:"quantity"`
	Amount         int64  `json:"amount"`
	PointsReturned int64  `json:"points_returned"`
	PointsClawed   int64  `json:"points_clawed_back" doc:"Of the points that this had earned, those really taken back, debt included. With points_forgiven and points_lapsed it is all of them"`
	PointsForgiven int64  `json:"points_forgiven" doc:"The line's share of what was let go, in proportion to what the lines had earned"`
	PointsLapsed   int64  `json:"points_lapsed" doc:"The line's share of what had expired unspent before, likewise"`
}

// HeadView is an order in a list.
type HeadView struct {
	ID           string `json:"id"`
	Number       string `json:"number"`
	Kind         string `json:"kind" enum:"sale,credit"`
	Status       string `json:"status" enum:"completed,partly_refunded,refunded"`
	MemberID     string `json:"member_id" doc:"Empty for a walk-in"`
	MemberNo     string `json:"member_no"`
	MemberName   string `json:"member_name" doc:"Masked, as in 张*; empty when not given"`
	MemberPhone  string `json:"member_phone" doc:"Masked, as in 138****5678; empty when not given"`
	StoreID      string `json:"store_id"`
	Total        int64  `json:"total"`
	Refunded     int64  `json:"refunded"`
	PointsEarned int64  `json:"points_earned"`
	PointsUsed   int64  `json:"points_used"`
	OccurredAt   string `json:"occurred_at" format:"date-time"`
	Source       string `json:"source"`
	StaffName    string `json:"staff_name"`
	ExternalID   string `json:"external_id"`
	LinesCount   int    `json:"lines_count"`
}

// Person is how a list of orders calls a member, masked. Absent texts are empty.
type Person struct {
	Number string
	Name   string
	Phone  string
}

// Show is the whole order for the outside.
func (o *Order) Show(zone *time.Location, tag lang.Tag) View {
	v := View{
		ID: string(o.ID), Number: o.Number, Kind: string(o.Kind), Status: string(o.Status), MemberID: string(o.Member),
		StoreID: string(o.Store), StaffName: o.ActorName, Source: o.Source, ExternalID: o.ExternalID,
		OccurredAt: stamp(o.OccurredAt, zone), Subtotal: int64(o.Subtotal),
		Discount:   DiscountView{Amount: int64(o.Discount), Reason: o.DiscountReason},
		PointsUsed: int64(o.PointsUsed), PointsAmount: int64(o.PointsAmount), Total: int64(o.Total), Paid: int64(o.Paid()),
		PointsEarned: int64(o.PointsEarned), Claimed: o.ClaimedBy != "", Payments: []PaymentView{}, Lines: []LineView{},
		Refunded: int64(o.Refunded), PointsReturned: int64(o.PointsReturned), Refunds: []RefundView{}, Explanation: ShowAwards(o.Awards, tag),
	}
	if o.Member != "" {
		balance := int64(o.MemberBalance)
		v.MemberBalance = &balance
	}
	for _, t := range o.Tenders {
		v.Payments = append(v.Payments, t.show())
	}
	for i := range o.Lines {
		v.Lines = append(v.Lines, o.Lines[i].show(o.Refundable(o.Lines[i])))
	}
	for i := range o.Refunds {
		r := o.Refunds[i].Show(zone)
		v.PointsClawed, v.PointsDebt = v.PointsClawed+r.PointsClawed, v.PointsDebt+r.PointsDebt
		v.PointsForgiven, v.PointsLapsed = v.PointsForgiven+r.PointsForgiven, v.PointsLapsed+r.PointsLapsed
		v.Refunds = append(v.Refunds, r)
	}
	return v
}

// ShowLines shows lines that are not sold yet.
func ShowLines(lines []Line) []LineView {
	views := make([]LineView, len(lines))
	for i := range lines {
		views[i] = lines[i].show(lines[i].Quantity)
	}
	return views
}

func (t Tender) show() PaymentView {
	tendered, change := t.Cash()
	return PaymentView{
		Method: string(t.Method), Amount: int64(t.Amount), Refunded: int64(t.Refunded), Tendered: tendered, Change: change,
	}
}

// Cash is what was handed over and what was given back as the outside sees them:
// nil when it was not said.
func (t Tender) Cash() (tendered, change *int64) {
	if t.Tendered == 0 {
		return nil, nil
	}
	given, back := int64(t.Tendered), int64(t.Change())
	return &given, &back
}

func (l *Line) show(refundable int64) LineView {
	return LineView{
		LineID: LineID(l.No), SKU: l.SKU, Name: l.Name, Quantity: l.Quantity, Price: int64(l.Price), Amount: int64(l.Amount),
		Discount: int64(l.Discount), PointsUsed: int64(l.PointsUsed), PointsAmount: int64(l.PointsAmount), Paid: int64(l.Paid),
		PointsEarned: int64(l.PointsEarned), Returned: l.Returned, Refundable: refundable, Refunded: int64(l.Refunded),
	}
}

// ShowAwards shows why an order earned what it did.
func ShowAwards(awards []Award, tag lang.Tag) []AwardView {
	views := []AwardView{}
	for _, a := range awards {
		views = append(views, AwardView{Rule: a.Rule, Points: int64(a.Points), Because: a.Because.In(tag)})
	}
	return views
}

// Show is the refund for the outside.
func (r *Refund) Show(zone *time.Location) RefundView {
	v := RefundView{
		ID: string(r.ID), Amount: int64(r.Amount), PointsReturned: int64(r.PointsReturned), PointsClawed: int64(r.ClawedBack()),
		PointsDebt: int64(r.PointsDebt), PointsForgiven: int64(r.PointsForgiven), PointsLapsed: int64(r.PointsLapsed),
		Reason: r.Reason, OccurredAt: stamp(r.OccurredAt, zone), StaffName: r.ActorName, ExternalID: r.ExternalID,
		Refunds: []RefundTenderView{}, Lines: []RefundLineView{},
	}
	for _, t := range r.Tenders {
		v.Refunds = append(v.Refunds, RefundTenderView{Method: string(t.Method), Amount: int64(t.Amount)})
	}
	claws := r.ClawsByLine()
	for i, t := range r.Lines {
		v.Lines = append(v.Lines, RefundLineView{
			LineID: LineID(t.No), Quantity: t.Units, Amount: int64(t.Money), PointsReturned: int64(t.Used),
			PointsClawed: int64(claws[i].Taken), PointsForgiven: int64(claws[i].Forgiven), PointsLapsed: int64(claws[i].Lapsed),
		})
	}
	return v
}

// ShowHead is the order of a person in a list; nobody's for a walk-in.
func (o *Order) ShowHead(who Person, zone *time.Location) HeadView {
	return HeadView{
		ID: string(o.ID), Number: o.Number, Kind: string(o.Kind), Status: string(o.Status), MemberID: string(o.Member),
		MemberNo: who.Number, MemberName: who.Name, MemberPhone: who.Phone, StoreID: string(o.Store),
		Total: int64(o.Total), Refunded: int64(o.Refunded), PointsEarned: int64(o.PointsEarned), PointsUsed: int64(o.PointsUsed),
		OccurredAt: stamp(o.OccurredAt, zone), Source: o.Source, StaffName: o.ActorName, ExternalID: o.ExternalID, LinesCount: o.LineCount,
	}
}

// stamp writes a time with the merchant's offset.
func stamp(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02T15:04:05.000Z07:00")
}
