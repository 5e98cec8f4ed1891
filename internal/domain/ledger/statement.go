package ledger

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
)

// Limits of a statement: what can still be read, and printed.
const (
	statementMonths  = 36
	statementEntries = 5000
)

// Month is a calendar month as a number: 202601 is January 2026.
type Month int32

// ParseMonth reads "2026-01".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 1970 {
		return 0, fault.New(fault.Invalid, "month.invalid", "月份须为 YYYY-MM，如 2026-01", "a month is YYYY-MM, as in 2026-01")
	}
	return Month(t.Year()*100 + int(t.Month())), nil
}

// MonthOf is the month of an instant in a time zone.
func MonthOf(at time.Time, zone *time.Location) Month { return Month(day.Of(at, zone) / 100) }

// String is "2026-01".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m/100, m%100) }

// Next is the month after.
func (m Month) Next() Month { return Month(m.first().AddMonths(1) / 100) }

// Back is the month n months before.
func (m Month) Back(n int) Month { return Month(m.first().AddMonths(-n) / 100) }

// Start is the instant at which the month begins in the time zone, End the one at
// which the next begins.
func (m Month) Start(zone *time.Location) time.Time { return m.first().Start(zone) }

// End is the instant at which the month is over.
func (m Month) End(zone *time.Location) time.Time { return m.Next().Start(zone) }

func (m Month) first() day.Date { return day.Date(m)*100 + 1 }

// since is how many months lie between an earlier month and this one.
func (m Month) since(earlier Month) int {
	return int(m/100-earlier/100)*12 + int(m%100-earlier%100)
}

// Period is some months, both included.
type Period struct{ From, To Month }

// Each lists the months of the period.
func (p Period) Each() []Month {
	var all []Month
	for m := p.From; m <= p.To; m = m.Next() {
		all = append(all, m)
	}
	return all
}

// ParsePeriod reads a period that was asked for: one month, or from and to; the
// month of now when nothing is said. It ends with the month of now at the latest
// and is no longer than most months.
func ParsePeriod(month, from, to string, now Month, most int) (Period, error) {
	var c fault.Collect
	read := func(location, s string, otherwise Month) Month {
		if s == "" {
			return otherwise
		}
		m, err := ParseMonth(s)
		if err != nil {
			c.Add(location, s, "月份须为 YYYY-MM，如 2026-01", "a month is YYYY-MM, as in 2026-01")
			return otherwise
		}
		if m > now {
			c.Add(location, s, "不能是将来的月份", "a month must not lie in the future")
		}
		return m
	}
	one := read("query.month", month, now)
	p := Period{To: read("query.to", to, one)}
	p.From = read("query.from", from, min(one, p.To))
	if err := c.Err(); err != nil {
		return Period{}, err
	}
	switch {
	case month != "" && (from != "" || to != ""):
		c.Add("query.month", month, "month 与 from、to 只能用其一", "give either month or from and to")
	case p.From > p.To:
		c.Add("query.from", p.From.String(), "起始月份不能晚于结束月份", "the first month must not be after the last")
	case p.To.since(p.From) >= most:
		n := strconv.Itoa(most)
		c.Add("query.from", p.From.String(), "一次最多 "+n+" 个月", "at most "+n+" months at a time")
	}
	return p, c.Err()
}

// Statement is what happened on one account in whole months of the merchant's
// time zone. A posting counts in the month in which the ledger recorded it, never
// in that in which the fact occurred: only so does what was printed once never
// change. Opening + Σ = Closing, in every month and over all.
type Statement struct {
	Key
	Definition Definition
	Person     Person
	Terms      Terms
	At         Moment // when it was made
	Period     Period
	Opening    int64
	Closing    int64
	Months     []MonthSums
	Entries    []Posting // the oldest first; those of amount 0 too
}

// MonthSums is one month of a statement. Everything is signed: Opening + In + Out
// + Expired + Adjusted = Closing.
type MonthSums struct {
	Month    Month
	Opening  int64
	In       []KindSum
	Out      []KindSum
	Expired  int64 // and what a reversal restored of it
	Adjusted int64 // by hand, and what was written off
	Closing  int64
	Postings int
}

// KindSum sums up the postings of one kind.
type KindSum struct {
	Kind     Kind
	Amount   int64
	Postings int
}

// newStatement sums up what was recorded on an account; the postings are those of
// the period, the oldest first, and opening is the balance before it.
func newStatement(p Period, zone *time.Location, opening int64, postings []Posting) Statement {
	s := Statement{Period: p, Opening: opening, Closing: opening, Entries: postings}
	rest := postings
	for _, month := range p.Each() {
		ends, n := At(month.End(zone)), 0
		for n < len(rest) && rest[n].RecordedAt < ends {
			n++
		}
		sums := MonthSums{Month: month, Opening: s.Closing, Closing: s.Closing, Postings: n}
		for i := range rest[:n] {
			sums.add(&rest[i])
		}
		s.Closing, rest = sums.Closing, rest[n:]
		s.Months = append(s.Months, sums)
	}
	return s
}

func (m *MonthSums) add(p *Posting) {
	m.Closing += p.Amount
	switch {
	case p.Amount == 0:
	case p.Contra == Expired:
		m.Expired += p.Amount
	case p.Contra == Adjusted || p.Contra == Forgiven:
		m.Adjusted += p.Amount
	case p.Amount > 0:
		m.In = addKind(m.In, p)
	default:
		m.Out = addKind(m.Out, p)
	}
}

func addKind(sums []KindSum, p *Posting) []KindSum {
	at := slices.IndexFunc(sums, func(s KindSum) bool { return s.Kind == p.Kind })
	if at < 0 {
		sums, at = append(sums, KindSum{Kind: p.Kind}), len(sums)
	}
	sums[at].Amount += p.Amount
	sums[at].Postings++
	return sums
}

func total(sums []KindSum) (all int64) {
	for _, s := range sums {
		all += s.Amount
	}
	return all
}

// Called names a kind of posting for people.
func (k Kind) Called() lang.Text {
	switch k {
	case Earn:
		return lang.Say("发放", "Earned")
	case Redeem:
		return lang.Say("使用", "Used")
	case Expire:
		return lang.Say("到期", "Expired")
	case Adjust:
		return lang.Say("调整", "Adjusted")
	case Reversal:
		return lang.Say("冲正", "Reversed")
	case Opening:
		return lang.Say("期初导入", "Carried over")
	case Hold:
		return lang.Say("冻结", "Held")
	case Capture:
		return lang.Say("扣除冻结", "Captured")
	case Release:
		return lang.Say("解冻", "Released")
	case Transfer:
		return lang.Say("转赠", "Transferred")
	case Exchange:
		return lang.Say("兑换", "Exchanged")
	case Extend:
		return lang.Say("延期", "Extended")
	case Activate:
		return lang.Say("生效", "Activated")
	}
	return lang.Say(string(k), string(k))
}

var errStatementLong = fault.Newf(fault.Invalid, "statement.too_long",
	"一份对账单最多 %d 笔，请缩短月份", "a statement holds at most %d entries: ask for fewer months", statementEntries)
