package ledger

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/unit"
)

func TestMonths(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	m, err := ParseMonth("2025-12")
	if err != nil || m != 202512 || m.String() != "2025-12" || m.Next() != 202601 || m.Back(12) != 202412 {
		t.Fatal(m, err)
	}
	if got := m.End(zone).UTC().Format(time.RFC3339); got != "2025-12-31T16:00:00Z" {
		t.Error("the month ends at", got)
	}
	if got := MonthOf(time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC), zone); got != 202601 {
		t.Error("midnight in Shanghai is of", got)
	}
	for _, bad := range []string{"2025-13", "2025-1", "202512", "2025-12-01", "1969-12", ""} {
		if m, err := ParseMonth(bad); err == nil {
			t.Errorf("%q is read as %s", bad, m)
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct{ month, from, to, want string }{
		{"", "", "", "2026-03 2026-03"}, {"2025-12", "", "", "2025-12 2025-12"}, {"", "2025-11", "", "2025-11 2026-03"},
		{"", "2025-11", "2025-12", "2025-11 2025-12"}, {"", "", "2025-12", "2025-12 2025-12"}, {"", "2024-04", "2026-03", "2024-04 2026-03"},
		{"2026-04", "", "", "query.month"}, {"", "2026-01", "2025-12", "query.from"}, {"", "2024-03", "", "query.from"},
		{"2026-01", "2025-12", "", "query.month"}, {"x", "", "", "query.month"}, {"", "x", "y", "query.to"},
	} {
		p, err := ParsePeriod(c.month, c.from, c.to, 202603, 24)
		got := p.From.String() + " " + p.To.String()
		if err != nil {
			got = fault.Of(err).Fields[0].Location
		}
		if got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestAStatementAddsUp: whatever was posted, every month and the whole add up,
// and closing is the last balance.
func TestAStatementAddsUp(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	rapid.Check(t, func(t *rapid.T) {
		opening := rapid.Int64Range(-500, 500).Draw(t, "opening")
		balance, at := opening, time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
		var postings []Posting
		for range rapid.IntRange(0, 40).Draw(t, "postings") {
			at = at.Add(time.Duration(rapid.IntRange(0, 9*24*3600).Draw(t, "wait")) * time.Second)
			p := Posting{
				Kind:   rapid.SampledFrom([]Kind{Earn, Redeem, Expire, Adjust, Reversal, Opening, Hold, Transfer}).Draw(t, "kind"),
				Contra: rapid.SampledFrom([]Contra{Issued, Redeemed, Expired, Adjusted, Forgiven, Opened, Unmoved}).Draw(t, "contra"),
				Amount: rapid.Int64Range(-99, 99).Draw(t, "amount"), RecordedAt: At(at),
			}
			balance += p.Amount
			p.BalanceAfter = balance
			postings = append(postings, p)
		}
		s := newStatement(Period{202601, MonthOf(at, zone)}, zone, opening, postings)
		was, n := opening, 0
		for _, m := range s.Months {
			if m.Opening != was || m.Opening+total(m.In)+total(m.Out)+m.Expired+m.Adjusted != m.Closing {
				t.Fatalf("%+v", m)
			}
			for _, k := range m.In {
				if k.Amount <= 0 {
					t.Fatalf("in: %+v", k)
				}
			}
			was, n = m.Closing, n+m.Postings
		}
		if s.Closing != balance || was != balance || n != len(postings) {
			t.Fatalf("closing %d of %d postings, want %d of %d", s.Closing, n, balance, len(postings))
		}
	})
}

// TestTheCheckOfTheRules: a sale of 1,000 gives 100 points worth 1 each, of which
// 90 % are used.
func TestTheCheckOfTheRules(t *testing.T) {
	a, err := Allocate(1000_00, 100_00, 9000)
	if err != nil || a.Liability != 82_57 || a.Revenue != 917_43 {
		t.Fatalf("%+v %v", a, err)
	}
	for _, c := range []struct {
		price, value unit.Money
		rate         int64
		want         unit.Money
	}{{1000_00, 100_00, 10_000, 90_91}, {1000_00, 100_00, 0, 0}, {1000_00, 0, 10_000, 0}, {1, 1, 10_000, 1}, {3, 1, 10_000, 1}} {
		a, err := Allocate(c.price, c.value, c.rate)
		if err != nil || a.Liability != c.want || a.Revenue != c.price-c.want {
			t.Errorf("%+v: %+v %v", c, a, err)
		}
	}
	for _, c := range []struct {
		price, value unit.Money
		rate         int64
	}{{0, 1, 1}, {1, -1, 1}, {1, 1, -1}, {1, 1, 10_001}, {unit.Money(unit.Max), 1, 1}} {
		if a, err := Allocate(c.price, c.value, c.rate); err == nil {
			t.Errorf("%+v is %+v", c, a)
		}
	}
}

func TestHowMuchIsUsed(t *testing.T) {
	for _, c := range []struct {
		u     Usage
		rate  int64
		known bool
	}{
		{Usage{900, 100, usageEnough}, 9000, true}, {Usage{2, 1, usageEnough}, 6667, true}, {Usage{0, 5, usageEnough}, 0, true},
		{Usage{900, 100, usageEnough - 1}, 0, false}, {Usage{900, 0, usageEnough}, 0, false}, {Usage{-1, 5, usageEnough}, 0, false},
	} {
		if rate, known := c.u.Rate(); rate != c.rate || known != c.known {
			t.Errorf("%+v: %d %v", c.u, rate, known)
		}
	}
	terms := Terms{Worth: Worth{100, 1_00}, Gives: Worth{1, 1_00}}
	if points, a, ok := terms.example(Usage{900, 100, usageEnough}); !ok || points != 1000 || a.Value != 10_00 || a.Liability != 8_92 || a.Revenue != 991_08 {
		t.Errorf("%d %+v %v", points, a, ok)
	}
	for _, none := range []Terms{{}, {Worth: Worth{100, 0}, Gives: Worth{1, 1}}, {Worth: Worth{1, 1}, Gives: Worth{0, 1}}} {
		if _, a, ok := none.example(Usage{}); ok {
			t.Errorf("%+v is %+v", none, a)
		}
	}
}

// TestTheLiabilityAddsUp: units and money of the parts are those of the whole, by
// month and by tier, for any lots.
func TestTheLiabilityAddsUp(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	now := At(time.Date(2026, 5, 31, 15, 59, 59, 0, time.UTC))
	rapid.Check(t, func(t *rapid.T) {
		worth := Worth{rapid.Int64Range(1, 300).Draw(t, "points"), unit.Money(rapid.Int64Range(1, 500).Draw(t, "money"))}
		l := newLiability(PointsDefinition(), Terms{Zone: zone, Worth: worth}, now)
		var want int64
		for n := range rapid.IntRange(0, 30).Draw(t, "accounts") {
			a := Account{Holder: holderOf(uint64(n)), Asset: Points, At: 1}
			for no := range rapid.IntRange(0, 4).Draw(t, "lots") {
				lot := Lot{No: int64(no + 1), Remaining: rapid.Int64Range(1, 999).Draw(t, "units")}
				lot.Amount = lot.Remaining
				lot.ExpiresAt = rapid.SampledFrom([]Moment{0, now - 5, now, now + 1, now + 1001, now + 40*86_400_000}).Draw(t, "ends")
				if rapid.Bool().Draw(t, "pending") {
					lot.AvailableAt = now + 1
				}
				if lot.ExpiresAt == 0 || lot.ExpiresAt > now {
					want += lot.Remaining
				}
				a.place(lot)
			}
			if err := l.add(a, func(id.Member) string { return fmt.Sprint("t", n%3) }); err != nil {
				t.Fatal(err)
			}
		}
		done, err := l.done()
		if err != nil {
			t.Fatal(err)
		}
		money, _ := unit.RatioHalfUp(want, int64(worth.Amount), worth.Points)
		var months, tiers Dues
		for _, m := range done.Months {
			months.plus(m.Dues)
			months.Money += m.Money
		}
		for _, x := range done.Tiers {
			tiers.plus(x.Dues)
			tiers.Money += x.Money
		}
		if done.Total.Units() != want || done.Total.Money != money || months != done.Total || tiers != done.Total {
			t.Fatalf("%+v, by month %+v, by tier %+v, want %d units and %d", done.Total, months, tiers, want, money)
		}
	})
}

func TestMonthsOfALiability(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	now := At(time.Date(2026, 5, 10, 0, 0, 0, 0, zone))
	l := newLiability(PointsDefinition(), Terms{Zone: zone}, now)
	a := Account{Holder: holderOf(1), Asset: Points, Debt: 0}
	a.place(Lot{No: 1, Amount: 5, Remaining: 5})
	a.place(Lot{No: 2, Amount: 7, Remaining: 7, ExpiresAt: At(time.Date(2026, 6, 1, 0, 0, 0, 0, zone))})
	a.place(Lot{No: 3, Amount: 9, Remaining: 9, ExpiresAt: At(time.Date(2027, 1, 1, 0, 0, 0, 0, zone)), AvailableAt: now + 1})
	a.Holds = []Reservation{{No: 4, Until: now + 1000, Parts: []Lot{{No: 2, Amount: 7, Remaining: 3, ExpiresAt: At(time.Date(2026, 6, 1, 0, 0, 0, 0, zone))}}}}
	if err := l.add(a, func(id.Member) string { return "basic" }); err != nil {
		t.Fatal(err)
	}
	if err := l.add(Account{Holder: holderOf(2), Debt: 40}, func(id.Member) string { return "basic" }); err != nil {
		t.Fatal(err)
	}
	done, err := l.done()
	if got := fmt.Sprint(done.Months, done.Tiers); err != nil || got != "[{2026-05 {7 0 3 0}} {2026-12 {0 9 0 0}} {0000-00 {5 0 0 0}}] [{basic 1 {12 9 3 0}}]" {
		t.Errorf("%s %v", got, err)
	}
	if done.Debt != 40 || done.Debtors != 1 || done.Accounts != 1 || done.Valued {
		t.Errorf("%+v", done)
	}
	p := done.Paper(lang.EN, func(string) lang.Text { return lang.Say("普通", "Basic") })
	if len(p.Tables) != 2 || p.Tables[0].Rows[2][0].Text != "Never" || p.Tables[1].Foot[4].Amount != 24 {
		t.Errorf("%+v", p)
	}
}

func TestTheProgrammeIsCutByMonths(t *testing.T) {
	f := flows{}
	f.add(202601, Flow{Issued, 2, 100, 0})
	f.add(202601, Flow{Unmoved, 1, 0, 0})
	f.add(202603, Flow{Redeemed, 1, 0, 30})
	f.add(202603, Flow{Issued, 1, 0, 20})
	p := f.programme(Period{202602, 202603}, tied{50, 5})
	if p.Opening != 100 || p.Closing != 50 || !p.Ties || p.Sum != -50 || len(p.Months) != 2 || len(p.Months[0].Flows) != 0 {
		t.Fatalf("%+v", p)
	}
	if got := fmt.Sprint(p.Totals); got != "[{issued 1 0 20} {redeemed 1 0 30}]" {
		t.Error(got)
	}
	if f.ties(tied{50, 4}) || f.ties(tied{51, 5}) {
		t.Error("it ties though something is missing")
	}
}

func TestCells(t *testing.T) {
	for want, c := range map[string]Cell{
		"-12.50": number(-1250, 2), "0.05": number(5, 2), "7": number(7, 0), "x": words("x"), "-0.001": number(-1, 3), "0.00": number(0, 2),
	} {
		if got := c.String(); got != want {
			t.Errorf("%+v is %q", c, got)
		}
	}
}
