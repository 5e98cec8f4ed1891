package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/unit"
)

// book is one account and its postings in memory, for tests that tell a story.
type book struct {
	t       *testing.T
	account Account
	past    []Posting
	now     time.Time
	ops     int
}

func newBook(t *testing.T) *book {
	return &book{t: t, account: Account{Holder: holderOf(1), Asset: Points}, now: begin}
}

func (b *book) try(op Op) (Outcome, error) {
	b.ops++
	op.Holder = b.account.Holder
	if op.Cause == "" {
		op.Cause = fmt.Sprintf("op:%d", b.ops)
	}
	out, c, err := Apply(b.account, b.past, op, b.now)
	if err == nil {
		b.past = append(b.past, c.Postings...)
		b.account = c.Accounts[0]
	}
	return out, err
}

func (b *book) do(op Op) Outcome {
	b.t.Helper()
	out, err := b.try(op)
	if err != nil {
		b.t.Fatalf("%s %d: %v", op.Kind, op.Amount, err)
	}
	if breaches := Audit(b.account, b.past); len(breaches) > 0 {
		b.t.Fatalf("%s %d: %q", op.Kind, op.Amount, breaches)
	}
	return out
}

func (b *book) earn(amount int64, expires time.Time) Outcome {
	b.t.Helper()
	return b.do(Op{Kind: Earn, Amount: amount, ExpiresAt: expires})
}

func (b *book) redeem(amount int64) Outcome {
	b.t.Helper()
	return b.do(Op{Kind: Redeem, Amount: amount})
}

func (b *book) reverse(of Outcome, amount int64, debt DebtPolicy) Reversed {
	b.t.Helper()
	return b.do(Op{Kind: Reversal, Of: of.Posting.ID(), Amount: amount, Whole: amount == 0, Debt: debt}).Reversal
}

func (b *book) view() View { return b.account.View(At(b.now)) }

// is compares balance, available, pending and debt.
func (b *book) is(balance, available, pending, debt int64) {
	b.t.Helper()
	v := b.view()
	if v.Balance != balance || v.Available != available || v.Pending != pending || v.Debt != debt {
		b.t.Fatalf("balance %d available %d pending %d debt %d, want %d %d %d %d",
			v.Balance, v.Available, v.Pending, v.Debt, balance, available, pending, debt)
	}
}

func (b *book) refuses(op Op, code string) *fault.Error {
	b.t.Helper()
	before := b.view()
	_, err := b.try(op)
	if fault.CodeOf(err) != code {
		b.t.Fatalf("%s %d: %v, want %s", op.Kind, op.Amount, err, code)
	}
	if after := b.view(); after.Balance != before.Balance || len(after.Lots) != len(before.Lots) {
		b.t.Fatalf("a refused op changed %+v to %+v", before, after)
	}
	return fault.Of(err)
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func TestLaw1LegsSumToZero(t *testing.T) {
	b := newBook(t)
	order := b.earn(100, time.Time{})
	b.redeem(30)
	b.reverse(order, 0, Forgive)
	legs := map[Contra]int64{}
	var member int64
	for _, p := range b.past {
		member += p.Amount
		legs[p.Contra] -= p.Amount
	}
	var programme int64
	for _, sum := range legs {
		programme += sum
	}
	if member+programme != 0 || member != b.account.Balance {
		t.Fatalf("member %d, programme %v", member, legs)
	}
	if legs[Issued] != 0 || legs[Redeemed] != 30 || legs[Forgiven] != -30 {
		t.Fatalf("programme accounts %v", legs)
	}
}

func TestLaw3ACauseActsOnce(t *testing.T) {
	b := newBook(t)
	op := Op{Kind: Earn, Holder: b.account.Holder, Amount: 50, Cause: "key:1", Fingerprint: []byte{1}}
	first := b.do(op)
	bucket := op.Holder.Bucket()
	known := Known{Accounts: map[Key]Account{b.account.Key(): b.account}, Answers: map[Cause]Posting{{bucket, "key:1"}: first.Posting}}
	other := op
	other.Fingerprint = []byte{2}
	without := op
	without.Fingerprint, without.Amount = nil, 51
	outs, changes, err := ApplyAll(known, []Op{op, other, without}, begin, false)
	if err != nil || len(changes.Postings) != 0 {
		t.Fatalf("a known cause acted again: %v %v", changes, err)
	}
	if !outs[0].Again || outs[0].Posting.ID() != first.Posting.ID() || outs[0].Balance != 50 {
		t.Fatalf("the first answer is not given again: %+v", outs[0])
	}
	for _, out := range outs[1:] {
		if fault.CodeOf(out.Err) != "idempotency.key_reused" || fault.Of(out.Err).Kind != fault.Invalid {
			t.Fatalf("a key with other content: %v", out.Err)
		}
	}
	// Twice in one list is once as well.
	fresh := op
	fresh.Cause = "key:2"
	outs, changes, err = ApplyAll(known, []Op{fresh, fresh}, begin, true)
	if err != nil || len(changes.Postings) != 1 || !outs[1].Again {
		t.Fatalf("twice in one list: %v %v %v", outs, changes, err)
	}
}

func TestLaw3WithoutAFingerprintTheContentIsCompared(t *testing.T) {
	b := newBook(t)
	earned := b.do(Op{Kind: Earn, Amount: 50, Cause: "a"})
	spent := b.do(Op{Kind: Redeem, Amount: 20, Cause: "b"})
	undone := b.do(Op{Kind: Reversal, Of: spent.Posting.ID(), Amount: 5, Cause: "c"})
	answers := map[Cause]Posting{}
	for _, o := range []Outcome{earned, spent, undone} {
		answers[Cause{b.account.Holder.Bucket(), o.Posting.Cause}] = o.Posting
	}
	for _, c := range []struct {
		op   Op
		same bool
	}{
		{Op{Kind: Earn, Amount: 50, Cause: "a"}, true},
		{Op{Kind: Earn, Amount: 49, Cause: "a"}, false},
		{Op{Kind: Opening, Amount: 50, Cause: "a"}, false},
		{Op{Kind: Redeem, Amount: 20, Cause: "b"}, true},
		{Op{Kind: Reversal, Of: spent.Posting.ID(), Amount: 5, Cause: "c"}, true},
		{Op{Kind: Reversal, Of: earned.Posting.ID(), Amount: 5, Cause: "c"}, false},
		{Op{Kind: Reversal, Of: "pst_x", Amount: 5, Cause: "c"}, false},
		{Op{Kind: Reversal, Of: spent.Posting.ID(), Amount: 6, Cause: "c"}, false},
	} {
		c.op.Holder = b.account.Holder
		outs, _, err := ApplyAll(Known{Answers: answers}, []Op{c.op}, b.now, false)
		if err != nil || outs[0].Again != c.same || (outs[0].Err == nil) != c.same {
			t.Errorf("%+v: again %v, %v, %v", c.op, outs[0].Again, outs[0].Err, err)
		}
	}
}

func TestLaw4TimeIsJudgedByTheClock(t *testing.T) {
	b := newBook(t)
	ends := begin.Add(days(10))
	b.do(Op{Kind: Earn, Amount: 100, AvailableAt: begin.Add(days(2)), ExpiresAt: ends})
	b.is(100, 0, 100, 0)
	b.refuses(Op{Kind: Redeem, Amount: 1}, "points.insufficient")
	b.now = begin.Add(days(2))
	b.is(100, 100, 0, 0)
	b.now = ends.Add(-time.Millisecond)
	b.redeem(40)
	b.now = ends
	b.is(0, 0, 0, 0)
	if f := b.refuses(Op{Kind: Redeem, Amount: 1}, "points.insufficient"); f.Data["available"] != int64(0) {
		t.Fatalf("available %v", f.Data["available"])
	}
	b.earn(5, time.Time{})
	expiry := b.past[len(b.past)-2]
	want := "expire:" + string(b.account.Holder) + ":points:1:3"
	if expiry.Kind != Expire || expiry.Amount != -60 || expiry.Cause != want || expiry.OccurredAt != At(ends) || expiry.BalanceAfter != 0 {
		t.Fatalf("the expiry was written down as %+v", expiry)
	}
}

func TestLaw5OrderOfSpending(t *testing.T) {
	b := newBook(t)
	never := b.earn(10, time.Time{})
	late := b.earn(10, begin.Add(days(30)))
	soon := b.earn(10, begin.Add(days(3)))
	older := b.do(Op{Kind: Earn, Amount: 10, ExpiresAt: begin.Add(days(3)), AvailableAt: begin.Add(-days(1)), Origin: "older"})
	b.do(Op{Kind: Earn, Amount: 10, ExpiresAt: begin.Add(days(1)), AvailableAt: begin.Add(time.Hour)})
	var got []int64
	for _, m := range b.redeem(40).Posting.Movements {
		got = append(got, m.Lot)
	}
	want := []int64{older.Posting.Seq, soon.Posting.Seq, late.Posting.Seq, never.Posting.Seq}
	if !slices.Equal(got, want) {
		t.Fatalf("spent %v, want %v", got, want)
	}
}

func TestLaw6BackIntoTheVeryLots(t *testing.T) {
	b := newBook(t)
	soon, late := begin.Add(days(5)), begin.Add(days(50))
	b.earn(100, late)
	b.earn(30, soon)
	spent := b.redeem(80)
	b.is(50, 50, 0, 0)
	if r := b.reverse(spent, 60, ""); r.Returned != 60 || r.Lapsed != 0 {
		t.Fatalf("%+v", r)
	}
	// The last taken comes back first: 50 of the late lot, then 10 of the soon.
	if v := b.view(); v.Expiring[0] != (Expiring{10, At(soon)}) || v.Expiring[1] != (Expiring{100, At(late)}) {
		t.Fatalf("%+v", v.Expiring)
	}
	b.refuses(Op{Kind: Reversal, Of: spent.Posting.ID(), Amount: 21}, "posting.amount_exceeds")
	b.reverse(spent, 20, "")
	b.is(130, 130, 0, 0)
	b.refuses(Op{Kind: Reversal, Of: spent.Posting.ID(), Amount: 1}, "posting.reversed_already")
}

func TestLaw6ExpiredMeanwhileWithoutGraceExpiresAtOnce(t *testing.T) {
	b := newBook(t)
	b.earn(100, begin.Add(days(5)))
	spent := b.redeem(100)
	b.now = begin.Add(days(6))
	before := len(b.past)
	out := b.do(Op{Kind: Reversal, Of: spent.Posting.ID(), Amount: 100})
	if out.Reversal != (Reversed{Returned: 100, Lapsed: 100}) || out.Balance != 0 {
		t.Fatalf("%+v", out)
	}
	if written := b.past[before:]; len(written) != 2 || written[0].Amount != 100 || written[1].Amount != -100 || written[1].Kind != Expire {
		t.Fatalf("written %+v", written)
	}
	b.is(0, 0, 0, 0)
}

func TestLaw6ExpiredMeanwhileWithGrace(t *testing.T) {
	b := newBook(t)
	b.earn(100, begin.Add(days(5)))
	spent := b.redeem(100)
	b.now = begin.Add(days(6))
	until := begin.Add(days(13))
	out := b.do(Op{Kind: Reversal, Of: spent.Posting.ID(), Amount: 40, ReinstateUntil: until})
	if out.Reversal != (Reversed{Returned: 40}) || out.Balance != 40 {
		t.Fatalf("%+v", out)
	}
	b.now = begin.Add(days(8))
	later := begin.Add(days(15))
	b.do(Op{Kind: Reversal, Of: spent.Posting.ID(), Amount: 10, ReinstateUntil: later})
	if v := b.view(); len(v.Lots) != 1 || v.Lots[0].No != 1 || v.Lots[0].Amount != 100 || v.Lots[0].Remaining != 50 || v.Lots[0].ExpiresAt != At(later) {
		t.Fatalf("%+v", v.Lots)
	}
	b.now = later
	b.is(0, 0, 0, 0)
}

func TestLaw7OwnLotsThenOthersThenDebt(t *testing.T) {
	b := newBook(t)
	order := b.do(Op{Kind: Earn, Amount: 100, Origin: "order"})
	other := b.do(Op{Kind: Earn, Amount: 50, Origin: "gift"})
	b.redeem(70) // all out of the first lot
	out := b.do(Op{Kind: Reversal, Of: order.Posting.ID(), Whole: true, Debt: Negative})
	if out.Reversal != (Reversed{ClawedBack: 100, Debt: 20}) {
		t.Fatalf("%+v", out.Reversal)
	}
	moves := out.Posting.Movements
	if len(moves) != 3 || moves[0].Lot != order.Posting.Seq || moves[1].Lot != other.Posting.Seq || moves[2].Lot != 0 || moves[2].Amount != -20 {
		t.Fatalf("%+v", moves)
	}
	b.is(-20, 0, 0, 20)
}

func TestLaw7PendingIsCancelledWithoutDebt(t *testing.T) {
	b := newBook(t)
	order := b.do(Op{Kind: Earn, Amount: 100, AvailableAt: begin.Add(days(7))})
	if r := b.reverse(order, 0, Negative); r != (Reversed{ClawedBack: 100}) {
		t.Fatalf("%+v", r)
	}
	b.is(0, 0, 0, 0)
}

func TestLaw7RefusePolicyChangesNothing(t *testing.T) {
	b := newBook(t)
	order := b.earn(100, time.Time{})
	b.redeem(30)
	f := b.refuses(Op{Kind: Reversal, Of: order.Posting.ID(), Whole: true, Debt: Refuse}, "points.debt_refused")
	if f.Data["shortfall"] != int64(30) {
		t.Fatalf("%+v", f.Data)
	}
	b.reverse(order, 70, Refuse)
	b.is(0, 0, 0, 0)
}

// TestLaw7ExpiredUnspentIsGivenBackAlready: a member does not pay for points
// that expired unused, and the programme accounts end as if nothing had been.
func TestLaw7ExpiredUnspentIsGivenBackAlready(t *testing.T) {
	b := newBook(t)
	order := b.earn(100, begin.Add(days(5)))
	b.redeem(30)
	b.now = begin.Add(days(6))
	b.earn(200, time.Time{})
	if r := b.reverse(order, 60, Negative); r != (Reversed{Lapsed: 60}) {
		t.Fatalf("first part %+v", r)
	}
	// 10 of the 70 that expired are left; the 30 spent come out of other lots.
	if r := b.reverse(order, 0, Negative); r != (Reversed{Lapsed: 10, ClawedBack: 30}) {
		t.Fatalf("second part %+v", r)
	}
	b.is(170, 170, 0, 0)
	legs := map[Contra]int64{}
	for _, p := range b.past {
		legs[p.Contra] += p.Amount
	}
	if legs[Expired] != 0 || legs[Issued] != 200 || legs[Redeemed] != -30 {
		t.Fatalf("%v", legs)
	}
	for _, p := range b.past {
		if p.BalanceAfter < 0 {
			t.Fatalf("posting %d leaves %d", p.Seq, p.BalanceAfter)
		}
	}
}

func TestLaw8PartsAddUpToTheWhole(t *testing.T) {
	b := newBook(t)
	order := b.earn(100, time.Time{})
	for _, part := range []int64{1, 33, 33, 33} {
		b.reverse(order, part, Refuse)
	}
	b.is(0, 0, 0, 0)
	b.refuses(Op{Kind: Reversal, Of: order.Posting.ID(), Whole: true}, "posting.reversed_already")
}

func TestLaw8WhatCannotBeReversed(t *testing.T) {
	b := newBook(t)
	order := b.earn(100, begin.Add(days(1)))
	undone := b.do(Op{Kind: Reversal, Of: order.Posting.ID(), Amount: 10})
	b.refuses(Op{Kind: Reversal, Of: undone.Posting.ID(), Whole: true}, "posting.not_reversible")
	b.now = begin.Add(days(1))
	b.earn(1, time.Time{})
	expiry := b.past[slices.IndexFunc(b.past, func(p Posting) bool { return p.Kind == Expire })]
	b.refuses(Op{Kind: Reversal, Of: expiry.ID(), Whole: true}, "posting.not_reversible")
	b.refuses(Op{Kind: Reversal, Of: b.account.Key().PostingID(99), Whole: true}, "posting.not_found")
	b.refuses(Op{Kind: Reversal, Of: Key{holderOf(2), Points}.PostingID(1), Whole: true}, "posting.not_found")
}

func TestLaw10AmountsAndOverflow(t *testing.T) {
	b := newBook(t)
	b.refuses(Op{Kind: Earn}, "amount.not_positive")
	b.refuses(Op{Kind: Earn, Amount: -1}, "amount.not_positive")
	b.refuses(Op{Kind: Redeem}, "amount.not_positive")
	b.refuses(Op{Kind: Adjust}, "amount.not_positive")
	b.refuses(Op{Kind: Reversal, Of: "pst_x"}, "amount.not_positive")
	b.refuses(Op{Kind: Reversal, Of: "pst_x", Amount: 1, Whole: true}, "amount.not_needed")
	b.refuses(Op{Kind: Earn, Amount: unit.Max + 1}, "amount.too_large")
	b.refuses(Op{Kind: Adjust, Amount: -unit.Max - 1}, "amount.too_large")
	b.earn(unit.Max, time.Time{})
	b.refuses(Op{Kind: Earn, Amount: 1}, "amount.too_large")
	b.refuses(Op{Kind: Earn, Amount: 1, ExpiresAt: begin.Add(days(1))}, "amount.too_large")
	b.redeem(unit.Max)
	b.is(0, 0, 0, 0)
	b.earn(unit.Max, time.Time{})
	b.is(unit.Max, unit.Max, 0, 0)
}

func TestOpsThatCouldNotBeRight(t *testing.T) {
	b := newBook(t)
	b.refuses(Op{Kind: Expire, Amount: 1}, "kind.unknown")
	b.refuses(Op{Kind: "gift", Amount: 1}, "kind.unknown")
	b.refuses(Op{Kind: Earn, Amount: 1, Asset: "gold"}, "asset.unknown")
	b.refuses(Op{Kind: Earn, Amount: 1, Cause: "expire:x"}, "cause.invalid")
	b.refuses(Op{Kind: Earn, Amount: 1, Cause: "part:x"}, "cause.invalid")
	b.refuses(Op{Kind: Earn, Amount: 1, Cause: strings.Repeat("x", 1000)}, "cause.invalid")
	b.refuses(Op{Kind: Reversal, Of: "pst_x", Amount: 1, Debt: "maybe"}, "debt.unknown")
	b.refuses(Op{Kind: Earn, Amount: 1, AvailableAt: begin.Add(days(2)), ExpiresAt: begin.Add(days(2))}, "expiry.before_available")
	b.refuses(Op{Kind: Earn, Amount: 1, ExpiresAt: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, "time.out_of_range")
	b.refuses(Op{Kind: Earn, Amount: 1, OccurredAt: time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)}, "time.out_of_range")
	_, _, err := ApplyAll(Known{}, []Op{{Kind: Earn, Amount: 1, Holder: "mem_x", Cause: "c"}}, begin, true)
	if fault.CodeOf(err) != "member.not_found" {
		t.Fatal(err)
	}
	_, _, err = ApplyAll(Known{}, []Op{{Kind: Earn, Amount: 1, Holder: holderOf(1)}}, begin, true)
	if fault.CodeOf(err) != "cause.invalid" {
		t.Fatal(err)
	}
}

func TestLaw11AnyPastInstant(t *testing.T) {
	b := newBook(t)
	b.do(Op{Kind: Earn, Amount: 100, AvailableAt: begin.Add(days(2)), ExpiresAt: begin.Add(days(5))})
	b.now = begin.Add(days(4))
	b.redeem(30)
	b.now = begin.Add(days(9))
	b.earn(7, time.Time{}) // writes the expiry of the fifth day down on the ninth
	for _, c := range []struct {
		day                float64
		balance, available int64
	}{{-1, 0, 0}, {0, 100, 0}, {1.5, 100, 0}, {2, 100, 100}, {4, 70, 70}, {4.9, 70, 70}, {5, 0, 0}, {8, 0, 0}, {9, 7, 7}, {100, 7, 7}} {
		v, err := asOf(b.account.Key(), b.past, At(begin.Add(time.Duration(c.day*24*float64(time.Hour)))))
		if err != nil || v.Balance != c.balance || v.Available != c.available {
			t.Errorf("day %v: %+v %v, want %d %d", c.day, v, err, c.balance, c.available)
		}
	}
}
