package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/domain/ledger"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/web/webtest"
)

var shanghai = time.FixedZone("CST", 8*3600)

// reporting is a book that can report: 100 points pay 1.00.
func reporting(t *testing.T) *books {
	b := open(t)
	b.Names = func(context.Context, *db.Tx, []id.Member) (map[id.Member]ledger.Person, error) { return nil, nil }
	b.Reports = ledger.Reports{
		Terms: func(context.Context, *db.Tx) (ledger.Terms, error) {
			return ledger.Terms{
				Shop: "山里茶舍", Currency: "CNY", Zone: shanghai,
				Worth: ledger.Worth{Points: 100, Amount: 1_00}, Gives: ledger.Worth{Points: 1, Amount: 1_00},
			}, nil
		},
		Tiers: func(_ context.Context, _ *db.Tx, bucket id.Bucket) (map[id.Member]string, error) {
			all := map[id.Member]string{}
			for n := range 8 {
				if who := member(n); who.Bucket() == bucket && n%2 == 1 {
					all[who] = "gold"
				}
			}
			return all, nil
		},
		TierName: func(code string) lang.Text { return lang.Say(code, code) },
		Write:    func(p ledger.Paper, format string) ([]byte, error) { return []byte(format + " " + p.Title), nil },
	}
	b.Subscribe()
	return b
}

// live books random facts over some months; now and then the night writes down
// what has expired.
func (b *books) live(seed uint64, rounds int) {
	b.t.Helper()
	m := &memory{ledger.Known{
		Accounts: map[ledger.Key]ledger.Account{}, Past: map[ledger.Key][]ledger.Posting{}, Answers: map[ledger.Cause]ledger.Posting{},
	}}
	random := rand.New(rand.NewPCG(seed, 5))
	for n := range rounds {
		op := randomOp(random, m, b.now(), n+1)
		if !op.ExpiresAt.IsZero() {
			op.ExpiresAt = op.ExpiresAt.AddDate(0, 0, random.IntN(40))
		}
		if random.IntN(6) == 0 {
			op.Kind, op.Of, op.Whole, op.Debt, op.ReinstateUntil = ledger.Adjust, "", false, "", time.Time{}
			op.Amount = int64(1 + random.IntN(9))
		}
		var outs []ledger.Outcome
		if err := b.write(func(ctx context.Context, tx *db.Tx) (err error) {
			outs, err = b.BookEach(ctx, tx, []ledger.Op{op})
			return err
		}); err != nil {
			b.t.Fatal(err)
		}
		if p := outs[0].Posting; outs[0].Err == nil {
			m.Past[p.Key()] = append(m.Past[p.Key()], p)
		}
		b.wait(time.Duration(random.IntN(30)) * time.Hour)
		if n%7 == 0 {
			b.night()
		}
	}
}

func (b *books) night() {
	b.t.Helper()
	if err := b.write(func(ctx context.Context, tx *db.Tx) error {
		_, _, _, err := b.ExpireDue(ctx, tx, 0, day.Of(tx.Now(), shanghai), 1000)
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
}

// closeDays runs the nightly job that keeps the sums of days.
func (b *books) closeDays(period string) {
	b.t.Helper()
	if err := b.write(func(ctx context.Context, tx *db.Tx) error {
		return b.Jobs.Enqueue(ctx, tx, 0, period, time.Time{}, ledger.CloseDays{Period: period})
	}); err != nil {
		b.t.Fatal(err)
	}
	if err := b.Jobs.Drain(context.Background()); err != nil {
		b.t.Fatal(err)
	}
}

func caller() permit.Caller {
	return permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_x", Permissions: permit.Owner.Permissions()}
}

// everything is all postings of all members, the oldest first of each.
func (b *books) everything() (all []ledger.Posting) {
	b.t.Helper()
	b.read(func(ctx context.Context, tx *db.Tx) error {
		want := page.Want{Limit: 200}
		for {
			p, err := b.List(ctx, tx, ledger.Filter{}, want)
			if err != nil {
				return err
			}
			all = append(all, p.Items...)
			if p.Next == "" {
				return nil
			}
			want.Cursor = p.Next
		}
	})
	return all
}

// TestStatementsOfRandomHistories: in every month of every member the closing is
// the balance that the ledger held at the month's end, and the next opens with it.
func TestStatementsOfRandomHistories(t *testing.T) {
	b := reporting(t)
	b.live(1, 160)
	all, now := b.everything(), ledger.MonthOf(b.now(), shanghai)
	if now < 202603 {
		t.Fatal("the history is too short:", now)
	}
	for n := range 5 {
		who := member(n)
		var was int64
		for m := ledger.Month(202512); m <= now; m = m.Next() {
			st, err := b.Statement(context.Background(), caller(), ledger.Ask{Key: ledger.Key{Holder: who, Asset: ledger.Points}, Month: m.String()})
			if err != nil {
				t.Fatal(err)
			}
			var balance int64
			for _, p := range all {
				if p.Holder == who && p.RecordedAt < ledger.At(m.End(shanghai)) {
					balance += p.Amount
				}
			}
			if st.Opening != was || st.Closing != balance {
				t.Errorf("%s of %s: %d to %d, want %d to %d", m, who, st.Opening, st.Closing, was, balance)
			}
			was = st.Closing
		}
		whole, err := b.Statement(context.Background(), caller(), ledger.Ask{Key: ledger.Key{Holder: who, Asset: ledger.Points}, From: "2025-12"})
		if err != nil || whole.Opening != 0 || whole.Closing != was || whole.Months[len(whole.Months)-1].Closing != was {
			t.Errorf("the whole: %+v %v", whole.Months, err)
		}
	}
}

// naive adds the programme accounts up from all postings.
func (b *books) naive(all []ledger.Posting, from ledger.Month) string {
	sums := map[string][2]int64{}
	for _, p := range all {
		if m := ledger.MonthOf(p.RecordedAt.Time(), shanghai); m >= from && p.Contra != ledger.Unmoved {
			name := m.String() + " " + string(p.Contra)
			sum := sums[name]
			sum[0]++
			sum[1] -= p.Amount
			sums[name] = sum
		}
	}
	return fmt.Sprint(sums)
}

func (b *books) programme(from string) (ledger.Programme, string) {
	b.t.Helper()
	p, err := b.Programme(context.Background(), caller(), ledger.Points, from, "")
	if err != nil {
		b.t.Fatal(err)
	}
	sums := map[string][2]int64{}
	for _, m := range p.Months {
		for _, f := range m.Flows {
			sums[m.Month.String()+" "+string(f.Contra)] = [2]int64{f.Postings, f.Sum()}
		}
	}
	return p, fmt.Sprint(sums)
}

// daysKept counts the sums of closed days.
func (b *books) daysKept() (n int64) {
	b.t.Helper()
	b.read(func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
			`SELECT COUNT(*) FROM ledger_programme_day WHERE merchant_id = $1`, tx.Merchant())
		return err
	})
	return n
}

// TestTheProgrammeTies: before and after the nights that keep sums, and after
// history was written into days that were closed, every month is what its postings
// come to, and the programme is the other side of all members.
func TestTheProgrammeTies(t *testing.T) {
	b := reporting(t)
	check := func(when string) {
		t.Helper()
		p, got := b.programme("2025-12")
		all := b.everything()
		if want := b.naive(all, 0); got != want || !p.Ties || p.Sum != -p.Balances || p.Opening != 0 || p.Closing != p.Balances {
			t.Errorf("%s: %s, want %s; %d and %d, %v", when, got, want, p.Sum, p.Balances, p.Ties)
		}
		if ledger.MonthOf(b.now(), shanghai) < 202602 {
			return
		}
		if part, got := b.programme("2026-02"); got != b.naive(all, 202602) || part.Closing != p.Balances {
			t.Errorf("%s, from February: %s", when, got)
		}
	}
	check("at the start")
	b.live(2, 90)
	check("without sums")
	b.closeDays("1")
	check("with sums")
	if n := b.daysKept(); n < 20 {
		t.Errorf("only %d sums of days are kept", n)
	}
	b.live(3, 40)
	check("with some days open")
	b.closeDays("2")
	b.closeDays("3")
	check("closed again")
	now := b.now()
	dbtest.Clock(b.DB).Set(dbtest.Start.Add(30 * time.Hour))
	b.must(ledger.Op{Kind: ledger.Earn, Holder: member(6), Amount: 77, Cause: "late"})
	dbtest.Clock(b.DB).Set(now)
	check("with a posting in a closed day")
	kept := b.daysKept()
	b.closeDays("4")
	check("and made anew")
	if n := b.daysKept(); n < kept {
		t.Errorf("%d sums of days are kept, %d were", n, kept)
	}
	err := b.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := b.Purge(ctx, tx, []id.Member{member(1), member(6)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	check("after a purge")
}

// TestTheLiabilityIsWhatIsInLots, now and at past instants, which are computed
// from the postings alone.
func TestTheLiabilityIsWhatIsInLots(t *testing.T) {
	b := reporting(t)
	b.live(4, 60)
	middle := b.now()
	b.live(5, 1) // It repeats causes of before, which are answered.
	b.wait(50 * time.Hour)
	for _, c := range []struct {
		asOf string
		at   time.Time
	}{{"", b.now()}, {middle.Format(time.RFC3339Nano), middle}, {"2026-01-20", day.Date(20260121).Start(shanghai).Add(-time.Millisecond)}, {"2025-12-01", dbtest.Start.AddDate(0, 0, -20)}} {
		l, _, err := b.Owed(context.Background(), caller(), ledger.Points, c.asOf)
		if err != nil {
			t.Fatal(err)
		}
		var want, gold ledger.Dues
		var debt int64
		for n := range 8 {
			b.read(func(ctx context.Context, tx *db.Tx) error {
				all, err := b.AccountsAsOf(ctx, tx, member(n), c.at)
				if err != nil {
					return err
				}
				v := all[0].View
				debt += v.Debt
				want.Available, want.Pending, want.Held = want.Available+v.Available, want.Pending+v.Pending, want.Held+v.Held
				if n%2 == 1 {
					gold.Available, gold.Pending, gold.Held = gold.Available+v.Available, gold.Pending+v.Pending, gold.Held+v.Held
				}
				return nil
			})
		}
		want.Money = want.Units()
		if l.Total != want || l.Debt != debt || l.Past != (c.asOf != "") {
			t.Errorf("as of %s: %+v with a debt of %d, want %+v and %d", c.asOf, l.Total, l.Debt, want, debt)
		}
		for _, tier := range l.Tiers {
			if tier.Tier == "gold" && tier.Units() != gold.Units() {
				t.Errorf("as of %s, gold: %+v, want %+v", c.asOf, tier, gold)
			}
		}
	}
}

// TestReportsOverHTTP reads each operation once as people would, and refuses what
// cannot be right.
func TestReportsOverHTTP(t *testing.T) {
	b := reporting(t)
	server := webtest.New(t, b.DB.Clock())
	b.Routes(server.API)
	owner, who := server.Role(permit.Owner), string(member(3))
	b.must(
		ledger.Op{Kind: ledger.Earn, Holder: member(3), Amount: 250, Cause: "1", ExpiresAt: day.Date(20260301).Start(shanghai)},
		ledger.Op{Kind: ledger.Redeem, Holder: member(3), Amount: 40, Cause: "2", Reason: "换购"},
		ledger.Op{Kind: ledger.Adjust, Holder: member(2), Amount: 15, Cause: "3"})
	b.wait(40 * 24 * time.Hour)

	st := owner.Do("GET", "/members/"+who+"/statement?month=2026-01", nil).Want(t, 200).Body
	if st["shop"] != "山里茶舍" || st["opening"] != 0.0 || st["closing"] != 210.0 || st["current_month"] != "2026-02" || len(st["entries"].([]any)) != 2 {
		t.Errorf("%v", st)
	}
	month := st["months"].([]any)[0].(object)
	if month["in_total"] != 250.0 || month["out_total"] != -40.0 || fmt.Sprint(month["out"]) != "[map[amount:-40 count:1 kind:redeem]]" {
		t.Errorf("%v", month)
	}
	for format, kind := range map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		for _, path := range []string{"/members/" + who + "/statement/file?format=" + format, "/ledger/liability/file?format=" + format} {
			a := owner.Do("GET", path, nil).Want(t, 200)
			if got := a.Header.Get("Content-Type"); got != kind || !strings.HasPrefix(string(a.Raw), format+" 积分") || !strings.Contains(a.Header.Get("Content-Disposition"), "."+format) {
				t.Errorf("%s: %s, %s, %q", path, got, a.Header.Get("Content-Disposition"), a.Raw)
			}
		}
	}
	l := owner.Do("GET", "/ledger/liability", nil).Want(t, 200).Body
	if fmt.Sprint(l["total"]) != "map[amount:225 available:225 held:0 pending:0 units:225]" || l["accounts"] != 2.0 || fmt.Sprint(l["usage"]) != "map[expired:0 rate:<nil> redeemed:40]" {
		t.Errorf("%v", l)
	}
	if got := fmt.Sprint(l["months"]); got != "[map[amount:210 available:210 held:0 month:2026-02 pending:0 units:210] map[amount:15 available:15 held:0 month:<nil> pending:0 units:15]]" {
		t.Error(got)
	}
	if got := fmt.Sprint(l["example"]); got != "map[liability:990 points:1000 rate:10000 revenue:99010 sale:100000 value:1000]" {
		t.Error(got)
	}
	p := owner.Do("GET", "/ledger/programme?from=2026-01&to=2026-01", nil).Want(t, 200).Body
	if fmt.Sprint(p["audit"]) != "map[members:225 programme:-225 ties:true]" || fmt.Sprint(p["totals"].([]any)[0]) != "map[account:issued given:250 postings:1 sum:-250 taken:0]" {
		t.Errorf("%v", p)
	}
	for path, code := range map[string]string{
		"/members/" + who + "/statement?month=2026-13": "request.invalid", "/members/" + who + "/statement?asset=gold": "asset.unknown",
		"/ledger/liability?as_of=2027-01-01": "request.invalid", "/ledger/liability?as_of=yesterday": "request.invalid", "/ledger/programme?from=2025-02&to=2025-01": "request.invalid",
	} {
		owner.Do("GET", path, nil).WantProblem(t, 422, code)
	}
	owner.Do("GET", "/members/"+string(member(404))+"/statement", nil).WantProblem(t, 404, "member.not_found")
	cashier := server.Role(permit.Cashier)
	cashier.Do("GET", "/members/"+who+"/statement", nil).Want(t, 200)
	cashier.Do("GET", "/ledger/liability", nil).WantProblem(t, 403, "permission.denied")
	cashier.Do("GET", "/ledger/programme", nil).WantProblem(t, 403, "permission.denied")
}
