package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/domain/ledger"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

// memory is a ledger that knows everything: the pure core over all that was
// ever booked. The service reads only what it thinks an op needs.
type memory struct{ ledger.Known }

func (m *memory) book(t *testing.T, ops []ledger.Op, now time.Time) []ledger.Outcome {
	t.Helper()
	outs, c, err := ledger.ApplyAll(m.Known, ops, now, false)
	if err != nil {
		t.Fatal(err)
	}
	m.keep(c)
	return outs
}

func (m *memory) keep(c ledger.Changes) {
	for _, a := range c.Accounts {
		m.Accounts[a.Key()] = a
	}
	for _, p := range c.Postings {
		m.Past[p.Key()] = append(m.Past[p.Key()], p)
		m.Answers[ledger.Cause{Bucket: p.Holder.Bucket(), Name: p.Cause}] = p
	}
}

// TestServiceReadsAllThatAnOpNeeds drives random lists of ops through the
// database and through memory, and compares every answer.
func TestServiceReadsAllThatAnOpNeeds(t *testing.T) {
	b := open(t)
	m := &memory{ledger.Known{
		Accounts: map[ledger.Key]ledger.Account{}, Past: map[ledger.Key][]ledger.Posting{}, Answers: map[ledger.Cause]ledger.Posting{},
	}}
	random := rand.New(rand.NewPCG(3, 3))
	causes := 0
	for round := range 250 {
		ops := make([]ledger.Op, 1+random.IntN(1+round%12))
		for i := range ops {
			causes++
			ops[i] = randomOp(random, m, b.now(), causes)
		}
		var got []ledger.Outcome
		err := b.write(func(ctx context.Context, tx *db.Tx) (err error) {
			got, err = b.BookEach(ctx, tx, ops)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range m.book(t, ops, b.now()) {
			g := got[i]
			if fault.CodeOf(g.Err) != fault.CodeOf(want.Err) || g.Posting.ID() != want.Posting.ID() || g.Balance != want.Balance ||
				g.Reversal != want.Reversal || g.Again != want.Again {
				t.Fatalf("round %d, %+v: %+v, want %+v", round, ops[i], g, want)
			}
		}
		b.wait(time.Duration(random.IntN(90)) * time.Minute)
	}
	b.audit()
}

func randomOp(random *rand.Rand, m *memory, now time.Time, n int) ledger.Op {
	who := member(random.IntN(5))
	op := ledger.Op{Holder: who, Cause: fmt.Sprintf("c%d", n), Amount: int64(1 + random.IntN(60))}
	if random.IntN(10) == 0 {
		op.Cause = fmt.Sprintf("c%d", 1+random.IntN(n))
	}
	hour := now.Truncate(time.Hour)
	switch random.IntN(6) {
	case 0, 1:
		op.Kind = ledger.Earn
		if random.IntN(2) == 0 {
			op.ExpiresAt = hour.Add(time.Duration(1+random.IntN(20)) * time.Hour)
		}
		if random.IntN(4) == 0 && op.ExpiresAt.IsZero() {
			op.AvailableAt = hour.Add(time.Duration(random.IntN(9)) * time.Hour)
		}
	case 2, 3:
		op.Kind = ledger.Redeem
	default:
		op.Kind, op.Debt = ledger.Reversal, []ledger.DebtPolicy{ledger.Negative, ledger.Forgive, ledger.Refuse}[random.IntN(3)]
		key := ledger.Key{Holder: who, Asset: ledger.Points}
		op.Of = key.PostingID(1 + int64(random.IntN(1+len(m.Past[key]))))
		if random.IntN(3) == 0 {
			op.Whole, op.Amount = true, 0
		}
		if random.IntN(2) == 0 {
			op.ReinstateUntil = hour.Add(time.Duration(5+random.IntN(9)) * time.Hour)
		}
	}
	return op
}

// TestCausesOfManyMembersInOneBucket: one list may name more causes of a bucket
// than one statement asks for.
func TestCausesOfManyMembersInOneBucket(t *testing.T) {
	b := open(t)
	var ops []ledger.Op
	for n := 0; len(ops) < 300; n++ {
		who := id.Member(id.New(id.OfMember, 7, dbtest.Start, uint64(n)*7919))
		ops = append(ops, ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 5, Cause: fmt.Sprintf("a%d", n)},
			ledger.Op{Kind: ledger.Redeem, Holder: who, Amount: 2, Cause: fmt.Sprintf("b%d", n)})
	}
	b.must(ops[:150]...)
	again := 0
	for _, o := range b.must(ops...) {
		if o.Again {
			again++
		}
	}
	if again != 150 || b.audit() != 300 {
		t.Fatalf("%d were known", again)
	}
}
