package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/domain/ledger"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

// books is the ledger on a test database, and what it told.
type books struct {
	*ledger.Service
	t      *testing.T
	rules  ledger.Rules
	mu     sync.Mutex
	posted []ledger.Posted
	deeds  []deed.Deed
}

func open(t *testing.T) *books {
	t.Helper()
	d := dbtest.New(t)
	shanghai := time.FixedZone("CST", 8*3600)
	b := &books{t: t, rules: ledger.Rules{Zone: shanghai, Validity: day.Never(), Debt: ledger.Negative, GraceDays: 7}}
	b.Service = &ledger.Service{
		DB: d, Jobs: job.New(d, slog.New(slog.DiscardHandler)),
		Rules: func(_ context.Context, tx *db.Tx, holders []id.Member) (ledger.Rulebook, error) {
			book := ledger.Rulebook{
				Rules: b.rules, Members: map[id.Member]error{},
				Missing: fault.New(fault.NotFound, "member.not_found", "没有这位会员", "there is no such member"),
			}
			for _, who := range holders {
				if id.Is(id.OfMember, who) && tx.Merchant() == dbtest.Merchant && who != member(404) {
					book.Members[who] = b.rules.Stopped
				}
			}
			return book, nil
		},
		Zone: func(context.Context, *db.Tx) (*time.Location, error) { return shanghai, nil },
	}
	job.On(b.Jobs, "test", func(_ context.Context, _ *db.Tx, e ledger.Posted) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.posted = append(b.posted, e)
		return nil
	})
	job.On(b.Jobs, "test", func(_ context.Context, _ *db.Tx, e deed.Deed) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.deeds = append(b.deeds, e)
		return nil
	})
	return b
}

// member is the n-th test member.
func member(n int) id.Member {
	return id.Member(id.NewOwn(id.OfMember, dbtest.Merchant, dbtest.Start, uint64(n)*7919))
}

func (b *books) now() time.Time { return b.DB.Clock().Now() }

func (b *books) wait(d time.Duration) { dbtest.Clock(b.DB).Advance(d) }

// write runs fn in a transaction of the test merchant.
func (b *books) write(fn func(ctx context.Context, tx *db.Tx) error) error {
	return b.DB.Write(context.Background(), dbtest.Merchant, fn)
}

func (b *books) read(fn func(ctx context.Context, tx *db.Tx) error) {
	b.t.Helper()
	if err := b.DB.Read(context.Background(), dbtest.Merchant, fn); err != nil {
		b.t.Fatal(err)
	}
}

// book books ops, all or none.
func (b *books) book(ops ...ledger.Op) ([]ledger.Outcome, error) {
	var outs []ledger.Outcome
	err := b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		outs, err = b.Book(ctx, tx, ops)
		return err
	})
	return outs, err
}

func (b *books) must(ops ...ledger.Op) []ledger.Outcome {
	b.t.Helper()
	outs, err := b.book(ops...)
	if err != nil {
		b.t.Fatal(err)
	}
	return outs
}

func (b *books) view(who id.Member) ledger.View {
	b.t.Helper()
	var v ledger.View
	b.read(func(ctx context.Context, tx *db.Tx) error {
		a, err := b.Account(ctx, tx, who, ledger.Points)
		v = a.View(ledger.At(tx.Now()))
		return err
	})
	return v
}

// audit fails the test when any law is broken, and counts the postings.
func (b *books) audit() int {
	b.t.Helper()
	postings := 0
	b.read(func(ctx context.Context, tx *db.Tx) error {
		for bucket := range id.Bucket(id.Buckets) {
			c, err := b.Audit(ctx, tx, bucket)
			if err != nil {
				return err
			}
			for _, breach := range c.Breaches {
				b.t.Errorf("bucket %d, %s: %s", bucket, breach.Holder, breach.Text)
			}
			postings += c.Postings
		}
		return nil
	})
	return postings
}

func TestBookReadsBackWhatItWrote(t *testing.T) {
	b := open(t)
	who, ends := member(1), dbtest.Start.Add(40*24*time.Hour)
	first := b.must(
		ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 100, Cause: "o1:earned", ExpiresAt: ends, Origin: "base", Store: "sto_a",
			Actor: "stf_x", Reference: "ord_1", Reason: "买咖啡", Snapshot: `{"zh":"一"}`, OccurredAt: dbtest.Start.Add(-time.Hour), Fingerprint: []byte{9}},
		ledger.Op{Kind: ledger.Redeem, Holder: who, Amount: 30, Cause: "o1:used"},
	)
	b.wait(time.Hour)
	var got ledger.Posting
	b.read(func(ctx context.Context, tx *db.Tx) (err error) {
		got, err = b.Posting(ctx, tx, first[0].Posting.ID())
		return err
	})
	want := first[0].Posting
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Fatalf("read %+v, wrote %+v", got, want)
	}
	if got.OccurredAt.Time() != dbtest.Start.Add(-time.Hour) || got.RecordedAt.Time() != dbtest.Start || got.Member != who {
		t.Fatalf("%+v", got)
	}
	if v := b.view(who); v.Balance != 70 || v.Lots[0].Amount != 100 || v.Lots[0].ExpiresAt.Time() != ends || v.Lots[0].Origin != "base" {
		t.Fatalf("%+v", v)
	}
	back := b.must(ledger.Op{Kind: ledger.Reversal, Holder: who, Of: first[1].Posting.ID(), Amount: 10, Cause: "r1"})
	if back[0].Reversal.Returned != 10 || back[0].Balance != 80 {
		t.Fatalf("%+v", back[0])
	}
	b.read(func(ctx context.Context, tx *db.Tx) error {
		sum, err := b.ReversedOf(ctx, tx, first[1].Posting)
		if err != nil || sum != 10 {
			t.Errorf("reversed %d, %v", sum, err)
		}
		_, err = b.Posting(ctx, tx, ledger.Key{Holder: who, Asset: ledger.Points}.PostingID(99))
		if fault.CodeOf(err) != "posting.not_found" {
			t.Error(err)
		}
		_, err = b.Posting(ctx, tx, "pst_nonsense")
		if fault.CodeOf(err) != "posting.not_found" {
			t.Error(err)
		}
		return nil
	})
	if n := b.audit(); n != 3 {
		t.Fatalf("%d postings", n)
	}
}

func TestTheSameCauseIsAnsweredAgain(t *testing.T) {
	b := open(t)
	op := ledger.Op{Kind: ledger.Earn, Holder: member(1), Amount: 100, Cause: "key:1", Fingerprint: []byte("a")}
	first := b.must(op)
	b.must(ledger.Op{Kind: ledger.Redeem, Holder: member(1), Amount: 60, Cause: "key:2"})
	undo := ledger.Op{Kind: ledger.Reversal, Holder: member(1), Of: first[0].Posting.ID(), Whole: true, Debt: ledger.Forgive, Cause: "key:3"}
	undone := b.must(undo)
	b.wait(48 * time.Hour)
	again := b.must(op, undo)
	if !again[0].Again || again[0].Posting.ID() != first[0].Posting.ID() || again[0].Balance != 100 {
		t.Fatalf("%+v", again[0])
	}
	if !again[1].Again || again[1].Reversal != undone[0].Reversal || again[1].Reversal != (ledger.Reversed{ClawedBack: 40, Forgiven: 60}) {
		t.Fatalf("%+v", again[1])
	}
	op.Fingerprint = []byte("b")
	if _, err := b.book(op); fault.CodeOf(err) != "idempotency.key_reused" {
		t.Fatal(err)
	}
	// The same cause of another merchant is another cause.
	err := b.DB.Write(context.Background(), dbtest.Other, func(ctx context.Context, tx *db.Tx) error {
		other := op
		other.Holder = member(2)
		_, err := b.Book(ctx, tx, []ledger.Op{other})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.audit()
}

func TestOneFailsAloneOrAllTogether(t *testing.T) {
	b := open(t)
	ops := []ledger.Op{
		{Kind: ledger.Earn, Holder: member(1), Amount: 10, Cause: "1"},
		{Kind: ledger.Redeem, Holder: member(2), Amount: 10, Cause: "2"},
		{Kind: ledger.Earn, Holder: "mem_x", Amount: 10, Cause: "3"},
		{Kind: ledger.Earn, Holder: member(3), Amount: 10, Cause: "4"},
	}
	if _, err := b.book(ops...); fault.CodeOf(err) != "points.insufficient" {
		t.Fatal(err)
	}
	if v := b.view(member(1)); v.Balance != 0 {
		t.Fatalf("%+v", v)
	}
	var outs []ledger.Outcome
	err := b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		outs, err = b.BookEach(ctx, tx, ops)
		return err
	})
	codes := make([]string, 0, len(outs))
	for _, o := range outs {
		codes = append(codes, fault.CodeOf(o.Err))
	}
	if err != nil || strings.Join(codes, ",") != ",points.insufficient,member.not_found," {
		t.Fatalf("%q %v", codes, err)
	}
	if b.view(member(1)).Balance != 10 || b.view(member(3)).Balance != 10 || b.audit() != 2 {
		t.Fatal("the neighbours did not go on")
	}
}

func TestTwelveRedeemAtOnce(t *testing.T) {
	b := open(t)
	who := member(1)
	b.must(ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 100, Cause: "start"})
	var wait sync.WaitGroup
	codes := make([]string, 12)
	for i := range codes {
		wait.Go(func() {
			_, err := b.book(ledger.Op{Kind: ledger.Redeem, Holder: who, Amount: 15, Cause: fmt.Sprintf("r%d", i)})
			codes[i] = fault.CodeOf(err)
		})
	}
	wait.Wait()
	done := 0
	for _, code := range codes {
		if code == "" {
			done++
		} else if code != "points.insufficient" {
			t.Errorf("a redemption failed with %s", code)
		}
	}
	if v := b.view(who); done != 6 || v.Balance != 10 {
		t.Fatalf("%d redemptions, balance %d", done, v.Balance)
	}
	b.audit()
}

func TestTheSameCauseAtOnceActsOnce(t *testing.T) {
	b := open(t)
	var wait sync.WaitGroup
	outs, errs := make([]ledger.Outcome, 12), make([]error, 12)
	for i := range outs {
		wait.Go(func() {
			some, err := b.book(ledger.Op{Kind: ledger.Earn, Holder: member(1), Amount: 50, Cause: "once", Fingerprint: []byte{1}})
			if errs[i] = err; err == nil {
				outs[i] = some[0]
			}
		})
	}
	wait.Wait()
	fresh := 0
	for i, o := range outs {
		if errs[i] != nil || o.Posting.Seq != 1 {
			t.Fatalf("%+v %v", o, errs[i])
		}
		if !o.Again {
			fresh++
		}
	}
	if fresh != 1 || b.view(member(1)).Balance != 50 || b.audit() != 1 {
		t.Fatalf("%d acted", fresh)
	}
}

// TestManyAccountsInTwoOrdersDoNotLockEachOther books lists that touch the same
// accounts in opposite order.
func TestManyAccountsInTwoOrdersDoNotLockEachOther(t *testing.T) {
	b := open(t)
	var wait sync.WaitGroup
	for worker := range 6 {
		wait.Go(func() {
			for round := range 5 {
				ops := make([]ledger.Op, 0, 20)
				for n := range 20 {
					ops = append(ops, ledger.Op{Kind: ledger.Earn, Holder: member(n), Amount: 1, Cause: fmt.Sprintf("%d:%d:%d", worker, round, n)})
				}
				if worker%2 == 1 {
					slices.Reverse(ops)
				}
				if _, err := b.book(ops...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for n := range 20 {
		if v := b.view(member(n)); v.Balance != 30 {
			t.Fatalf("member %d has %d", n, v.Balance)
		}
	}
	b.audit()
}

// TestTenThousandOpsAtOnce is the size of an import's batch, with reversals of
// what the same batch booked.
func TestTenThousandOpsAtOnce(t *testing.T) {
	b := open(t)
	ops := make([]ledger.Op, 0, 10_000)
	for n := range 4000 {
		who := member(n % 1500)
		ops = append(ops, ledger.Op{Kind: ledger.Earn, Holder: who, Amount: int64(10 + n%7), Cause: fmt.Sprintf("e%d", n), Day: 20260101})
	}
	for n := range 4000 {
		ops = append(ops, ledger.Op{Kind: ledger.Redeem, Holder: member(n % 1500), Amount: 3, Cause: fmt.Sprintf("u%d", n), Day: 20260101})
	}
	for n := range 1500 {
		of := ledger.Key{Holder: member(n), Asset: ledger.Points}.PostingID(1)
		ops = append(ops, ledger.Op{Kind: ledger.Reversal, Holder: member(n), Of: of, Amount: 4, Cause: fmt.Sprintf("r%d", n), Day: 20260102})
	}
	began := time.Now()
	b.must(ops...)
	t.Logf("%d ops in %v", len(ops), time.Since(began))
	outs := b.must(ops...)
	if slices.ContainsFunc(outs, func(o ledger.Outcome) bool { return !o.Again }) {
		t.Fatal("a second run acts again")
	}
	if n := b.audit(); n != len(ops) {
		t.Fatalf("%d postings of %d ops", n, len(ops))
	}
	if _, err := b.Jobs.RunDue(context.Background(), 10); err != nil {
		t.Fatal(err)
	}
	if len(b.posted) != 1 || len(b.posted[0].Lines) != 3 || b.posted[0].Lines[0].Count != 4000 || b.posted[0].Lines[2].Units != -6000 {
		t.Fatalf("told %+v", b.posted)
	}
}

func TestReversalFindsWhatExpired(t *testing.T) {
	b := open(t)
	who := member(1)
	sale := b.must(ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 100, Cause: "sale", ExpiresAt: dbtest.Start.Add(24 * time.Hour)})
	b.wait(48 * time.Hour)
	b.must(ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 50, Cause: "more"}) // writes the expiry down
	for i, part := range []int64{30, 70} {
		out := b.must(ledger.Op{Kind: ledger.Reversal, Holder: who, Of: sale[0].Posting.ID(), Amount: part, Cause: fmt.Sprintf("r%d", i)})
		if out[0].Reversal != (ledger.Reversed{Lapsed: part}) || out[0].Balance != 50 {
			t.Fatalf("%+v", out[0])
		}
	}
	_, err := b.book(ledger.Op{Kind: ledger.Reversal, Holder: who, Of: sale[0].Posting.ID(), Amount: 1, Cause: "r9"})
	if fault.CodeOf(err) != "posting.reversed_already" {
		t.Fatal(err)
	}
	b.audit()
}

// TestAuditSeesDamageOnDisk changes rows behind the ledger's back.
func TestAuditSeesDamageOnDisk(t *testing.T) {
	b := open(t)
	b.must(
		ledger.Op{Kind: ledger.Earn, Holder: member(1), Amount: 10, Cause: "1", ExpiresAt: dbtest.Start.Add(time.Hour)},
		ledger.Op{Kind: ledger.Redeem, Holder: member(1), Amount: 5, Cause: "2"},
		ledger.Op{Kind: ledger.Earn, Holder: member(2), Amount: 5, Cause: "3"},
	)
	for name, damage := range map[string]string{
		"balance":  `UPDATE ledger_account SET balance = balance + 1 WHERE merchant_id = $1`,
		"next":     `UPDATE ledger_account SET next_change_at = 0 WHERE merchant_id = $1`,
		"lots":     `UPDATE ledger_account SET lots = $2 WHERE merchant_id = $1`,
		"moves":    `UPDATE ledger_posting SET lots = $2 WHERE merchant_id = $1`,
		"amount":   `UPDATE ledger_posting SET amount = amount + 1 WHERE merchant_id = $1`,
		"gone":     `DELETE FROM ledger_posting WHERE merchant_id = $1 AND seq = 2`,
		"no row":   `DELETE FROM ledger_account WHERE merchant_id = $1`,
		"no entry": `DELETE FROM ledger_posting WHERE merchant_id = $1`,
		"bucket":   `UPDATE ledger_account SET bucket = bucket + 1 WHERE merchant_id = $1`,
	} {
		breaches := 0
		err := b.write(func(ctx context.Context, tx *db.Tx) error {
			args := []any{dbtest.Merchant}
			if strings.Contains(damage, "$2") {
				args = append(args, []byte{1, 2, 3})
			}
			if _, err := tx.Exec(ctx, damage, args...); err != nil {
				return err
			}
			for bucket := range id.Bucket(id.Buckets) {
				c, err := b.Audit(ctx, tx, bucket)
				if err != nil {
					return err
				}
				breaches += len(c.Breaches)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) || breaches == 0 {
			t.Errorf("%s: %d breaches, %v", name, breaches, err)
		}
	}
	b.audit()
}

// errUndo rolls back what a test has damaged.
var errUndo = errors.New("undo")
