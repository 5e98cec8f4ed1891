package expiry

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/message"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

// night is the flow on an empty book.
type night struct {
	t *testing.T
	d *db.DB
	q *job.Queue
	s *Service
}

func newNight(t *testing.T) night {
	t.Helper()
	d := dbtest.New(t)
	q := job.New(d, slog.New(slog.DiscardHandler))
	merchants := &merchant.Service{DB: d, Jobs: q}
	s := &Service{
		Book: &ledger.Service{DB: d, Jobs: q, Zone: merchants.Zone}, Jobs: q, Merchants: merchants,
		Messages: &message.Service{DB: d, Zone: merchants.Zone, Exists: func(context.Context, *db.Tx, id.Member) error { return nil }},
	}
	s.Subscribe()
	q.Merchants(func(context.Context) ([]job.Merchant, error) {
		return []job.Merchant{{ID: dbtest.Merchant, Zone: "Asia/Shanghai"}}, nil
	})
	return night{t, d, q, s}
}

func (n night) earn(holder id.Member, amount int64, ends time.Time) {
	n.t.Helper()
	err := n.d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		_, err := n.s.Book.Book(ctx, tx, []ledger.Op{{
			Kind: ledger.Earn, Holder: holder, Amount: amount, Cause: fmt.Sprint(holder, amount, ends), ExpiresAt: ends, Day: day.Of(tx.Now(), time.UTC),
		}})
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
}

// pass lets the clock go to the next local 00:05 and the jobs run.
func (n night) pass() {
	n.t.Helper()
	now := dbtest.Clock(n.d).Now()
	next := time.Date(now.Year(), now.Month(), now.Day(), 16, 5, 0, 0, time.UTC) // 00:05 in Shanghai
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	dbtest.Clock(n.d).Set(next)
	for range 2 { // A double tick runs once.
		if err := n.q.Tick(context.Background()); err != nil {
			n.t.Fatal(err)
		}
		if err := n.q.Drain(context.Background()); err != nil {
			n.t.Fatal(err)
		}
	}
}

func (n night) told(holder id.Member) (texts []string) {
	n.t.Helper()
	p, _, err := n.s.Messages.List(context.Background(), permit.Caller{Merchant: dbtest.Merchant}, holder, page.Want{Limit: 200})
	if err != nil {
		n.t.Fatal(err)
	}
	for _, m := range p.Items {
		texts = append(texts, m.Text.EN)
	}
	return texts
}

func (n night) account(holder id.Member) (a ledger.Account) {
	n.t.Helper()
	err := n.d.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = n.s.Book.Account(ctx, tx, holder, ledger.Points)
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return a
}

func (n night) member(i uint64) id.Member {
	return id.Member(id.NewOwn(id.OfMember, dbtest.Merchant, dbtest.Start, i))
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func TestEachEndIsToldThreeTimesAndThenWrittenDown(t *testing.T) {
	n := newNight(t)
	who := n.member(1)
	ends := day.Date(20260215).End(shanghai)
	n.earn(who, 120, ends)
	n.earn(who, 500, time.Time{}) // Never ends: never told.
	for range 60 {
		n.pass()
	}
	told := n.told(who)
	if len(told) != 3 || !strings.Contains(told[0], "120 of your points end on 2026-02-15") {
		t.Fatalf("told %q", told)
	}
	if a := n.account(who); a.Balance != 500 || a.Seq != 3 {
		t.Fatalf("balance %d after %d postings, want 500 after 3", a.Balance, a.Seq)
	}
}

// The server was off on the very night of the reminder.
func TestAMissedNightIsMadeUpFor(t *testing.T) {
	n := newNight(t)
	who := n.member(1)
	n.earn(who, 10, day.Date(20260131).End(shanghai)) // 30 days ahead on 1 January
	dbtest.Clock(n.d).Advance(48 * time.Hour)
	n.pass()
	n.pass()
	if told := n.told(who); len(told) != 1 {
		t.Fatalf("told %q", told)
	}
}

func TestANightOfManyAccountsRunsInParts(t *testing.T) {
	n := newNight(t)
	ends := day.Date(20260102).End(shanghai)
	const members = 1700
	err := n.d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		var ops []ledger.Op
		for i := range uint64(members) {
			ops = append(ops, ledger.Op{Kind: ledger.Earn, Holder: n.member(i * 0x9e3779b97f4a7c15), Amount: 7, Cause: fmt.Sprint("many", i), ExpiresAt: ends, Day: 20260101})
		}
		_, err := n.s.Book.Book(ctx, tx, ops)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		n.pass()
	}
	for _, i := range []uint64{0, 1, 850, members - 1} {
		if a := n.account(n.member(i * 0x9e3779b97f4a7c15)); a.Balance != 0 || a.Seq != 2 {
			t.Fatalf("member %d: balance %d after %d postings", i, a.Balance, a.Seq)
		}
	}
}

func TestWindowsDoNotOverlap(t *testing.T) {
	all := windows(20260101, shanghai)
	for i := 1; i < len(all); i++ {
		if all[i].to.After(all[i-1].from) {
			t.Errorf("%d days: %v – %v reaches into %v – %v", all[i].days, all[i].from, all[i].to, all[i-1].from, all[i-1].to)
		}
	}
	if last := all[0].to.Add(-time.Millisecond); !last.Equal(day.Date(20260131).End(shanghai)) {
		t.Errorf("30 days ahead of 1 January ends %v", last)
	}
}
