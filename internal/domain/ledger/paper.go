package ledger

import (
	"strings"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/lang"
)

// Paper is a report as people file it: facts above, then tables. It says nothing
// of the format it is written in.
type Paper struct {
	Title  string
	Facts  []Fact
	Tables []Table
}

// Fact is a name and what it is.
type Fact struct{ Name, Value string }

// Table is one table of a paper; Foot is its sums, empty for none.
type Table struct {
	Name string
	Head []string
	Rows [][]Cell
	Foot []Cell
}

// Cell is a text or a number.
type Cell struct {
	Text    string
	Amount  int64 // counted in 10^-Scale
	Scale   int
	Numeric bool
}

func words(text string) Cell { return Cell{Text: text} }

func number(amount int64, scale int) Cell { return Cell{Amount: amount, Scale: scale, Numeric: true} }

// String writes the cell as a spreadsheet reads it: "-12.50".
func (c Cell) String() string {
	if !c.Numeric {
		return c.Text
	}
	if c.Scale == 0 {
		return decimal(c.Amount)
	}
	sign, digits := "", decimal(max(c.Amount, -c.Amount))
	if c.Amount < 0 {
		sign = "-"
	}
	if missing := c.Scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - c.Scale
	return sign + digits[:point] + "." + digits[point:]
}

// minuteOf is an instant as tables show it.
func minuteOf(m Moment, zone *time.Location) string {
	return m.Time().In(zone).Format("2006-01-02 15:04")
}

// Paper is the statement as a file, in a language.
func (s *Statement) Paper(tag lang.Tag) Paper {
	say := func(zh, en string) string { return lang.Say(zh, en).In(tag) }
	called := s.Person.Name
	if s.Person.Number != "" {
		called = strings.TrimSpace(called + " " + s.Person.Number)
	}
	p := Paper{
		Title: say("积分对账单", "Statement"),
		Facts: []Fact{
			{say("商户", "Shop"), s.Terms.Shop},
			{say("会员", "Member"), called},
			{say("资产", "Asset"), s.Definition.Name.In(tag)},
			{say("月份", "Months"), s.Period.From.String() + " – " + s.Period.To.String()},
			{say("时区", "Time zone"), s.Terms.Zone.String()},
			{say("生成时间", "Made at"), minuteOf(s.At, s.Terms.Zone)},
		},
	}
	if s.Definition.Asset != Points {
		p.Title = say("对账单", "Statement")
	}
	p.Tables = []Table{s.monthsTable(tag), s.entriesTable(tag)}
	return p
}

func (s *Statement) monthsTable(tag lang.Tag) Table {
	scale := s.Definition.Scale
	t := Table{Name: lang.Say("按月汇总", "By month").In(tag)}
	for _, head := range []lang.Text{
		lang.Say("月份", "Month"), lang.Say("期初", "Opening"), lang.Say("增加", "In"), lang.Say("减少", "Out"),
		lang.Say("到期", "Expired"), lang.Say("调整", "Adjusted"), lang.Say("期末", "Closing"), lang.Say("笔数", "Entries"),
	} {
		t.Head = append(t.Head, head.In(tag))
	}
	var all MonthSums
	row := func(name string, m *MonthSums, in, out int64) []Cell {
		return []Cell{
			words(name), number(m.Opening, scale), number(in, scale), number(out, scale), number(m.Expired, scale),
			number(m.Adjusted, scale), number(m.Closing, scale), number(int64(m.Postings), 0),
		}
	}
	var in, out int64
	for i := range s.Months {
		m := &s.Months[i]
		t.Rows = append(t.Rows, row(m.Month.String(), m, total(m.In), total(m.Out)))
		in, out = in+total(m.In), out+total(m.Out)
		all.Expired, all.Adjusted, all.Postings = all.Expired+m.Expired, all.Adjusted+m.Adjusted, all.Postings+m.Postings
	}
	all.Opening, all.Closing = s.Opening, s.Closing
	t.Foot = row(lang.Say("合计", "Total").In(tag), &all, in, out)
	return t
}

func (s *Statement) entriesTable(tag lang.Tag) Table {
	scale := s.Definition.Scale
	t := Table{Name: lang.Say("明细", "Entries").In(tag)}
	for _, head := range []lang.Text{
		lang.Say("记账时间", "Recorded at"), lang.Say("发生时间", "Occurred at"), lang.Say("类型", "Kind"), lang.Say("说明", "Why"),
		lang.Say("参考号", "Reference"), lang.Say("变动", "Change"), lang.Say("记后余额", "Balance after"), lang.Say("记账编号", "Entry"),
	} {
		t.Head = append(t.Head, head.In(tag))
	}
	for i := range s.Entries {
		p := &s.Entries[i]
		t.Rows = append(t.Rows, []Cell{
			words(minuteOf(p.RecordedAt, s.Terms.Zone)), words(minuteOf(p.OccurredAt, s.Terms.Zone)), words(p.Kind.Called().In(tag)),
			words(p.Explain().In(tag)), words(p.Reference), number(p.Amount, scale), number(p.BalanceAfter, scale), words(p.EntryID()),
		})
	}
	return t
}

// Paper is the liability as a file, in a language.
func (l *Liability) Paper(tag lang.Tag, tier func(code string) lang.Text) Paper {
	say := func(zh, en string) string { return lang.Say(zh, en).In(tag) }
	p := Paper{
		Title: say("积分负债", "Points liability"),
		Facts: []Fact{
			{say("商户", "Shop"), l.Terms.Shop},
			{say("资产", "Asset"), l.Definition.Name.In(tag)},
			{say("截至", "As of"), minuteOf(l.AsOf, l.Terms.Zone)},
			{say("会员数", "Members"), decimal(l.Accounts)},
		},
	}
	if l.Valued {
		p.Facts = append(p.Facts, Fact{say("金额", "Amount"), number(l.Total.Money, moneyScale).String() + " " + l.Terms.Currency})
	}
	months := make([]duesRow, len(l.Months))
	for i, d := range l.Months {
		months[i] = duesRow{say("永不到期", "Never"), d.Dues}
		if d.Month != 0 {
			months[i].name = d.Month.String()
		}
	}
	tiers := make([]duesRow, len(l.Tiers))
	for i, d := range l.Tiers {
		tiers[i] = duesRow{tier(d.Tier).In(tag), d.Dues}
	}
	p.Tables = []Table{
		l.table(tag, say("按到期月份", "By expiry month"), say("到期月份", "Expires in"), months),
		l.table(tag, say("按等级", "By tier"), say("等级", "Tier"), tiers),
	}
	return p
}

type duesRow struct {
	name string
	Dues
}

func (l *Liability) table(tag lang.Tag, name, first string, rows []duesRow) Table {
	t := Table{Name: name, Head: []string{first}}
	for _, head := range []lang.Text{
		lang.Say("可用", "Available"), lang.Say("待生效", "Pending"), lang.Say("冻结", "Held"), lang.Say("合计", "Units"),
	} {
		t.Head = append(t.Head, head.In(tag))
	}
	if l.Valued {
		t.Head = append(t.Head, lang.Say("金额", "Amount").In(tag))
	}
	cells := func(r duesRow) []Cell {
		scale := l.Definition.Scale
		c := []Cell{words(r.name), number(r.Available, scale), number(r.Pending, scale), number(r.Held, scale), number(r.Units(), scale)}
		if l.Valued {
			c = append(c, number(r.Money, moneyScale))
		}
		return c
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, cells(r))
	}
	t.Foot = cells(duesRow{lang.Say("合计", "Total").In(tag), l.Total})
	return t
}

// dayName is a day in a file's name.
func dayName(m Moment, zone *time.Location) string { return day.Of(m.Time(), zone).String() }
