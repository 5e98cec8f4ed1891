package importing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/unit"
)

// Report is the reconciliation of one import: what the file held and what it
// came to. It is the same for a second run, except for New. Money is in the
// smallest unit.
type Report struct {
	File             string           `json:"file"`
	Profile          string           `json:"profile"`
	Currency         string           `json:"currency"`                // what the amounts were booked in
	FileCurrency     string           `json:"file_currency,omitempty"` // what the profile says, where it differs
	DryRun           bool             `json:"dry_run"`
	RowsRead         int64            `json:"rows_read"`
	RowsUsed         int64            `json:"rows_used"`
	RowsSetAside     map[Reason]int64 `json:"rows_set_aside"`
	Members          int64            `json:"members"`
	Products         int64            `json:"products"`
	Orders           int64            `json:"orders"`
	Supplements      int64            `json:"supplements"` // of the orders: rows that were put right and added later
	Refunds          int64            `json:"refunds"`
	Credits          int64            `json:"credits"`
	Gross            unit.Money       `json:"gross"`    // of the orders
	Refunded         unit.Money       `json:"refunded"` // by refunds and credits
	Credited         unit.Money       `json:"credited"` // by credits alone
	PointsEarned     unit.Points      `json:"points_earned"`
	PointsClawedBack unit.Points      `json:"points_clawed_back"`
	PointsOwed       unit.Points      `json:"points_owed"` // of those, what members owe because they had spent them
	Lines            Lines            `json:"lines"`
	New              Made             `json:"new"`
	Months           []Month          `json:"months"`
	Digest           string           `json:"digest"`
}

// Lines counts the used rows by what they are. A row of a return can be both
// matched and unmatched.
type Lines struct {
	Sold      int64 `json:"sold"`
	Gifts     int64 `json:"gifts"`     // of Sold, at price 0
	Charges   int64 `json:"charges"`   // of Sold, earning nothing
	Returned  int64 `json:"returned"`  // rows of cancellations
	Unmatched int64 `json:"unmatched"` // of Returned, with something that matches no sale in the file
}

// Made counts what this run wrote.
type Made struct {
	Members  int64 `json:"members"`
	Products int64 `json:"products"`
	Orders   int64 `json:"orders"`
	Refunds  int64 `json:"refunds"`
	Credits  int64 `json:"credits"`
}

// Month is what happened in one month of the file's time zone.
type Month struct {
	Month            string      `json:"month"` // YYYY-MM
	Orders           int64       `json:"orders"`
	Refunds          int64       `json:"refunds"`
	Credits          int64       `json:"credits"`
	Gross            unit.Money  `json:"gross"`
	Refunded         unit.Money  `json:"refunded"`
	Credited         unit.Money  `json:"credited"`
	PointsEarned     unit.Points `json:"points_earned"`
	PointsClawedBack unit.Points `json:"points_clawed_back"`
}

// newReport begins a report with what the plan alone tells.
func newReport(file string, p Profile, plan *Plan) *Report {
	r := &Report{
		File: file, Profile: p.Name, RowsRead: plan.Read, RowsSetAside: map[Reason]int64{}, Months: []Month{},
		Members: int64(len(plan.Members)), Products: int64(len(plan.Articles)),
	}
	for _, aside := range plan.Aside {
		r.RowsSetAside[aside.Reason]++
	}
	for i := range plan.items {
		r.Lines.count(plan, int32(i), 1)
	}
	return r
}

// setAside moves a row from those that are used to those that are set aside.
func (r *Report) setAside(plan *Plan, i int32, reason Reason) {
	r.Lines.count(plan, i, -1)
	r.RowsSetAside[reason]++
}

// count adds a row, n times.
func (l *Lines) count(plan *Plan, i int32, n int64) {
	item := &plan.items[i]
	if plan.groups[item.group].back {
		l.Returned += n
		left := item.quantity
		for _, piece := range plan.pieces[i] {
			left -= piece.quantity
		}
		if left > 0 {
			l.Unmatched += n
		}
		return
	}
	l.Sold += n
	if item.gross == 0 && item.exact.Zero() {
		l.Gifts += n
	}
	if plan.Articles[item.article].Charge {
		l.Charges += n
	}
}

// month is the line of the month that an instant falls in.
func (r *Report) month(at time.Time, zone *time.Location) *Month {
	name := at.In(zone).Format("2006-01")
	at2, found := slices.BinarySearchFunc(r.Months, name, func(m Month, name string) int { return cmp.Compare(m.Month, name) })
	if !found {
		r.Months = slices.Insert(r.Months, at2, Month{Month: name})
	}
	return &r.Months[at2]
}

// addSale counts an order.
func (r *Report) addSale(m *Month, total unit.Money, earned unit.Points) {
	r.Orders, r.Gross, r.PointsEarned = r.Orders+1, r.Gross+total, r.PointsEarned+earned
	m.Orders, m.Gross, m.PointsEarned = m.Orders+1, m.Gross+total, m.PointsEarned+earned
}

// addRefund counts a refund.
func (r *Report) addRefund(m *Month, amount unit.Money, clawed, owed unit.Points) {
	r.Refunds, r.Refunded, r.PointsClawedBack, r.PointsOwed = r.Refunds+1, r.Refunded+amount, r.PointsClawedBack+clawed, r.PointsOwed+owed
	m.Refunds, m.Refunded, m.PointsClawedBack = m.Refunds+1, m.Refunded+amount, m.PointsClawedBack+clawed
}

// addCredit counts a stand-alone credit order; amount is above or equal to zero.
func (r *Report) addCredit(m *Month, amount unit.Money) {
	r.Credits, r.Refunded, r.Credited = r.Credits+1, r.Refunded+amount, r.Credited+amount
	m.Credits, m.Refunded, m.Credited = m.Credits+1, m.Refunded+amount, m.Credited+amount
}

// check refuses a report that does not add up: every row read is either used or
// set aside, and the months add up to the whole.
func (r *Report) check() error {
	aside, months := int64(0), Month{}
	for _, n := range r.RowsSetAside {
		aside += n
	}
	for _, m := range r.Months {
		months.Orders, months.Refunds, months.Credits = months.Orders+m.Orders, months.Refunds+m.Refunds, months.Credits+m.Credits
		months.Gross, months.Refunded, months.Credited = months.Gross+m.Gross, months.Refunded+m.Refunded, months.Credited+m.Credited
		months.PointsEarned, months.PointsClawedBack = months.PointsEarned+m.PointsEarned, months.PointsClawedBack+m.PointsClawedBack
	}
	whole := Month{
		Orders: r.Orders, Refunds: r.Refunds, Credits: r.Credits, Gross: r.Gross, Refunded: r.Refunded,
		Credited: r.Credited, PointsEarned: r.PointsEarned, PointsClawedBack: r.PointsClawedBack,
	}
	if r.RowsRead != r.RowsUsed+aside || r.RowsUsed != r.Lines.Sold+r.Lines.Returned || months != whole {
		return fault.Newf(fault.Internal, "import.unbalanced",
			"对账不平：读取 %d 行，使用 %d 行，搁置 %d 行", "the import does not add up: %d rows read, %d used, %d set aside", r.RowsRead, r.RowsUsed, aside)
	}
	return nil
}

// Balance is what one member has of one asset.
type Balance struct {
	External string // the other system's id of the member
	Asset    string
	Amount   int64
}

// Digest is one number for all balances: the SHA-256 in hexadecimal of the lines
// "external:asset:balance", each with its line end, sorted as bytes. Two engines
// or two runs that agree have the same.
func Digest(balances []Balance) string {
	lines := make([]string, len(balances))
	for i, b := range balances {
		lines[i] = fmt.Sprintf("%s:%s:%d\n", b.External, b.Asset, b.Amount)
	}
	slices.Sort(lines)
	sum := sha256.New()
	for _, line := range lines {
		sum.Write([]byte(line)) // A hash never fails to write.
	}
	return hex.EncodeToString(sum.Sum(nil))
}
