package order

import (
	"encoding/json"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/core/lang"
)

// Snapshot is what a ledger posting keeps to explain itself: why, and for every
// line what it cost and what it earned or used. It is the one shape of every
// posting that an order makes.
type Snapshot struct {
	Because lang.Text      `json:"because"`
	Rule    string         `json:"rule,omitempty"`
	Version int64          `json:"version,omitempty"`
	Lines   []SnapshotLine `json:"lines,omitempty"`
}

// SnapshotLine is one line of a Snapshot.
type SnapshotLine struct {
	LineNo   int    `json:"line_no"`
	Name     string `json:"name"`
	Quantity int64  `json:"quantity"`
	Money    int64  `json:"money"`
	Points   int64  `json:"points"`
}

// ExplainUsed is the snapshot, as JSON, of the posting that used points in place
// of money of the currency.
func (o *Order) ExplainUsed(currency string) (string, error) {
	paidZH, paidEN := o.PointsAmount.Say(currency)
	s := Snapshot{Because: lang.Say(
		fmt.Sprintf("订单 %s 用 %d 分抵扣 %s", o.Number, o.PointsUsed, paidZH),
		fmt.Sprintf("order %s: %d points paid %s", o.Number, o.PointsUsed, paidEN))}
	for _, l := range o.Lines {
		if l.PointsUsed > 0 {
			s.Lines = append(s.Lines, SnapshotLine{LineNo: l.No, Name: l.Name, Quantity: l.Quantity, Money: int64(l.PointsAmount), Points: int64(l.PointsUsed)})
		}
	}
	return s.encode()
}

// ExplainAward is the snapshot, as JSON, of the posting that an award made.
func (o *Order) ExplainAward(a Award) (string, error) {
	s := Snapshot{Because: a.Because, Rule: a.Rule, Version: a.Version}
	for _, l := range a.Lines {
		s.Lines = append(s.Lines, SnapshotLine{
			LineNo: l.No, Name: o.line(l.No).Name, Quantity: l.Quantity, Money: int64(l.Money), Points: int64(l.Points),
		})
	}
	return s.encode()
}

// ExplainReturned is the snapshot, as JSON, of the posting that gave points used
// back.
func (o *Order) ExplainReturned(r *Refund) (string, error) {
	s := Snapshot{Because: lang.Sayf("订单 %s 退款，退回已用积分 %d 分", "order %s was refunded: %d points used came back", o.Number, int64(r.PointsReturned))}
	for _, t := range r.Lines {
		if t.Used > 0 {
			s.Lines = append(s.Lines, SnapshotLine{LineNo: t.No, Name: o.line(t.No).Name, Quantity: t.Units, Money: int64(t.Money), Points: int64(t.Used)})
		}
	}
	return s.encode()
}

// ExplainClawed is the snapshot, as JSON, of the posting that took back what a
// rule had given.
func (o *Order) ExplainClawed(r *Refund, claw RulePoints) (string, error) {
	s := Snapshot{
		Because: lang.Sayf("订单 %s 退款，扣回所得积分 %d 分", "order %s was refunded: %d points earned were taken back", o.Number, int64(claw.Points)),
		Rule:    claw.Rule,
	}
	for _, t := range r.Lines {
		for _, e := range t.Earned {
			if e.Rule == claw.Rule {
				s.Lines = append(s.Lines, SnapshotLine{LineNo: t.No, Name: o.line(t.No).Name, Quantity: t.Units, Money: int64(t.Money), Points: int64(e.Points)})
			}
		}
	}
	return s.encode()
}

func (s Snapshot) encode() (string, error) {
	raw, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("encode a snapshot: %w", err)
	}
	return string(raw), nil
}

// The causes of the postings that orders and refunds make derive from their ids,
// so that booking twice is free.

// UsedCause names the posting that uses points.
func (o *Order) UsedCause() string { return string(o.ID) + ":used" }

// EarnedCause names the posting that a rule's award makes.
func (o *Order) EarnedCause(rule string) string { return string(o.ID) + ":earned:" + rule }

// ReturnedCause names the posting that gives points used back.
func (r *Refund) ReturnedCause() string { return string(r.ID) + ":returned" }

// ClawedCause names the posting that takes back what a rule gave.
func (r *Refund) ClawedCause(rule string) string { return string(r.ID) + ":clawed:" + rule }

// Booked notes which posting a cause of this order has made.
func (o *Order) Booked(cause string, posting id.Posting) {
	if cause == o.UsedCause() {
		o.UsedPosting = posting
	}
	for i := range o.Awards {
		if cause == o.EarnedCause(o.Awards[i].Rule) {
			o.Awards[i].Posting = posting
		}
	}
}

// PostingOf is the posting of a rule's award; "" when there is none.
func (o *Order) PostingOf(rule string) id.Posting {
	for _, a := range o.Awards {
		if a.Rule == rule {
			return a.Posting
		}
	}
	return ""
}
