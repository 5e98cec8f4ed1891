package ledger

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"

	"pgregory.net/rapid"
)

// begin is when tests begin.
var begin = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// holderOf is a member made for tests.
func holderOf(n uint64) id.Member {
	return id.Member(id.NewOwn(id.OfMember, "mer_test", begin, n))
}

// walk drives the ledger and the model side by side. Choose picks one of n.
type walk struct {
	t       failer
	choose  func(n int) int
	account Account
	past    []Posting
	model   model
	facts   []id.Posting // of the model's facts, at the same place
	holds   []id.Posting // of the model's holds, at the same place
	causes  []Op
	views   map[Moment]View
	said    string
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func newWalk(t failer, choose func(n int) int) *walk {
	w := &walk{t: t, choose: choose, views: make(map[Moment]View)}
	w.account = Account{Holder: holderOf(1), Asset: Points}
	w.model.now = At(begin)
	return w
}

// walkOn takes steps and compares everything that can be seen after each.
func (w *walk) walkOn(steps int) {
	for range steps {
		w.model.step++
		switch w.choose(16) {
		case 0, 1, 2:
			w.wait()
		case 3, 4, 5:
			w.credit()
		case 6, 7:
			w.spend()
		case 8, 9, 10:
			w.reverse()
		case 11, 12:
			w.hold()
		case 13:
			w.endHold()
		case 14:
			w.change()
		default:
			w.again()
		}
		w.compare()
	}
	w.audit()
}

// wait lets time pass in small steps, and compares on the way.
func (w *walk) wait() {
	for range 1 + w.choose(4) {
		w.said = "wait"
		w.model.advance(w.model.now + Moment(w.choose(40))*minute/2)
		w.compare()
	}
	if w.choose(4) == 0 {
		c, err := Settle([]Account{w.account}, w.model.now.Time(), 0)
		if err != nil {
			w.t.Fatalf("settle: %v", err)
		}
		w.take(c)
	}
}

func (w *walk) amount() int64 { return int64(1 + w.choose(100)) }

func (w *walk) credit() {
	op := Op{Kind: []Kind{Earn, Earn, Earn, Adjust, Opening}[w.choose(5)], Amount: w.amount(), Origin: []string{"", "base"}[w.choose(2)]}
	var avail, ends Moment
	if w.choose(3) == 0 {
		avail = (w.model.now/(10*minute) + Moment(w.choose(6)) - 1) * 10 * minute
	}
	if w.choose(3) > 0 {
		ends = (max(avail, w.model.now)/(30*minute) + 1 + Moment(w.choose(4))) * 30 * minute
		if w.choose(20) == 0 && avail == 0 {
			ends = w.model.now - Moment(w.choose(100)) // Expired when it comes.
		}
	}
	op.AvailableAt, op.ExpiresAt = avail.Time(), ends.Time()
	out, code := w.book(op)
	w.expect(code, "")
	w.model.earn(op.Kind, op.Amount, avail, ends, op.Origin)
	w.facts = append(w.facts, out.Posting.ID())
}

func (w *walk) spend() {
	op := Op{Kind: Redeem, Amount: w.amount()}
	amount := op.Amount
	if have := w.model.available(); w.choose(4) == 0 && have > 0 {
		op.Amount, amount = have, have
	}
	if w.choose(4) == 0 {
		op.Kind, op.Amount = Adjust, -op.Amount
	}
	out, code := w.book(op)
	w.expect(code, w.model.redeem(op.Kind, amount))
	if code == "" {
		w.facts = append(w.facts, out.Posting.ID())
	}
}

func (w *walk) hold() {
	op := Op{Kind: Hold, Amount: w.amount()/2 + 1}
	until := w.model.now + 1 + Moment(w.choose(60))*minute/2
	op.HeldUntil = until.Time()
	out, code := w.book(op)
	w.expect(code, w.model.hold(op.Amount, until))
	if code == "" {
		w.holds = append(w.holds, out.Posting.ID())
	}
}

// endHold captures or releases a hold, which may have ended before.
func (w *walk) endHold() {
	if len(w.holds) == 0 {
		return
	}
	at := w.choose(len(w.holds))
	h := w.model.holds[at]
	op := Op{Kind: Capture, Of: w.holds[at], Keep: w.choose(3) == 0}
	switch w.choose(3) {
	case 0:
		op.Kind, op.Keep = Release, false
		_, code := w.book(op)
		if want := ""; h.open() {
			w.model.release(h)
			w.model.expire()
			w.model.payDebt()
			w.expect(code, want)
			return
		}
		w.expect(code, "hold.closed")
		return
	case 1:
		op.Whole = true
	default:
		op.Amount = w.amount() / 2
		if op.Amount == 0 {
			op.Amount = 1
		}
	}
	out, code := w.book(op)
	w.expect(code, w.model.capture(h, op.Amount, op.Keep))
	if code == "" {
		w.facts = append(w.facts, out.Posting.ID())
	}
}

// change lets a lot end later, or be spent from now on, where it is clear which of
// the model's lots it is.
func (w *walk) change() {
	v := w.account.View(w.model.now)
	if len(v.Lots) == 0 {
		return
	}
	l := v.Lots[w.choose(len(v.Lots))]
	var which []*modelLot
	for _, one := range w.model.lots {
		if one.left > 0 && one.ends == l.ExpiresAt && one.avail == l.AvailableAt && one.origin == l.Origin {
			which = append(which, one)
		}
	}
	if len(which) != 1 {
		return
	}
	op := Op{Kind: Extend, Lot: l.No}
	ends := (w.model.now/(30*minute) + 1 + Moment(w.choose(6))) * 30 * minute
	op.ExpiresAt = ends.Time()
	want := ""
	if end(ends) <= end(l.ExpiresAt) {
		want = "lot.not_later"
	}
	if w.choose(2) == 0 {
		op.Kind, op.ExpiresAt, want = Activate, time.Time{}, ""
		if l.AvailableAt <= w.model.now {
			want = "lot.active"
		}
	}
	_, code := w.book(op)
	w.expect(code, want)
	switch {
	case code != "":
	case op.Kind == Extend:
		which[0].ends = ends
	default:
		which[0].avail = w.model.now
		w.model.payDebt()
	}
}

func (w *walk) reverse() {
	if len(w.facts) == 0 {
		return
	}
	at := w.choose(len(w.facts))
	op := Op{Kind: Reversal, Of: w.facts[at], Debt: []DebtPolicy{Negative, "", Forgive, Refuse}[w.choose(4)]}
	if op.Whole = w.choose(3) == 0; !op.Whole {
		op.Amount = 1 + w.amount()/2
	}
	var until Moment
	if w.choose(2) == 0 {
		until = (w.model.now/(30*minute) + 1 + Moment(w.choose(3))) * 30 * minute
	}
	op.ReinstateUntil = until.Time()
	out, code := w.book(op)
	want, wantCode := w.model.reverse(w.model.facts[at], op.Amount, cmp.Or(op.Debt, Negative), until)
	w.expect(code, wantCode)
	if out.Reversal != want {
		w.t.Fatalf("%s: reversal says %+v, want %+v", w.said, out.Reversal, want)
	}
}

// again repeats an earlier op, as it was or changed.
func (w *walk) again() {
	if len(w.causes) == 0 {
		return
	}
	op := w.causes[w.choose(len(w.causes))]
	first := w.past[slices.IndexFunc(w.past, func(p Posting) bool { return p.Cause == op.Cause })]
	known := Known{
		Accounts: map[Key]Account{w.account.Key(): w.account},
		Answers:  map[Cause]Posting{{op.Holder.Bucket(), op.Cause}: first},
	}
	changed := w.choose(2) == 0
	if changed {
		op.Fingerprint = []byte("other")
	}
	outs, c, err := ApplyAll(known, []Op{op}, w.model.now.Time(), false)
	if err != nil || len(c.Postings) > 0 || len(c.Accounts) > 0 {
		w.t.Fatalf("a known cause changes the book: %v %v", c, err)
	}
	if changed {
		w.expect(fault.CodeOf(outs[0].Err), "idempotency.key_reused")
		return
	}
	if want := answer(&first); !outs[0].Again || outs[0].Err != nil || outs[0].Posting.Seq != first.Seq || outs[0].Reversal != want.Reversal {
		w.t.Fatalf("the first answer is not given again: %+v", outs[0])
	}
}

func (w *walk) book(op Op) (Outcome, string) {
	op.Holder, op.Cause = w.account.Holder, fmt.Sprintf("step:%d", w.model.step)
	op.Fingerprint = []byte(op.Cause)
	w.said = fmt.Sprintf("step %d at %d: %s %d", w.model.step, w.model.now, op.Kind, op.Amount)
	var past []Posting
	if op.Kind == Reversal {
		past = w.past
	}
	out, c, err := Apply(w.account, past, op, w.model.now.Time())
	if err != nil {
		return Outcome{}, fault.CodeOf(err)
	}
	if stored := answer(&out.Posting); stored.Reversal != out.Reversal || stored.Balance != out.Balance {
		w.t.Fatalf("%s: the stored posting answers %+v, not %+v", w.said, stored, out)
	}
	w.take(c)
	if out.Balance != w.account.Balance {
		w.t.Fatalf("%s: the answer's balance is %d and the account's %d", w.said, out.Balance, w.account.Balance)
	}
	w.causes = append(w.causes, op)
	return out, ""
}

func (w *walk) take(c Changes) {
	for _, a := range c.Accounts {
		var read Account
		err := decodeLots(encodeLots(&a), &read)
		if err != nil || read.At != a.At || !slices.Equal(read.Lots, a.Lots) || !slices.EqualFunc(read.Holds, a.Holds, Reservation.equal) {
			w.t.Fatalf("%s: %+v is read back as %+v (%v)", w.said, a, read, err)
		}
		w.account = a
	}
	w.past = append(w.past, c.Postings...)
}

func (w *walk) expect(code, want string) {
	if code != want {
		w.t.Fatalf("%s: code %q, want %q", w.said, code, want)
	}
}

func (w *walk) compare() {
	v := w.account.View(w.model.now)
	w.views[w.model.now] = v
	m := &w.model
	if v.Available != m.available() || v.Pending != m.pending() || v.Debt != m.debt || v.Held != m.held() || v.Balance != m.balance() {
		w.t.Fatalf("%s: %+v, want available %d pending %d held %d debt %d", w.said, v, m.available(), m.pending(), m.held(), m.debt)
	}
	got := slices.Clone(v.Lots)
	for i := range got {
		if got[i].Amount < got[i].Remaining {
			w.t.Fatalf("%s: lot %+v holds more than was put into it", w.said, got[i])
		}
		got[i].No, got[i].Amount = 0, 0
	}
	want := m.open()
	slices.SortFunc(got, bySight)
	slices.SortFunc(want, bySight)
	if !slices.Equal(got, want) {
		w.t.Fatalf("%s: lots %+v, want %+v", w.said, got, want)
	}
}

func bySight(a, b Lot) int {
	return cmp.Or(a.compare(b), cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Remaining, b.Remaining))
}

// audit checks the laws on all that was written, and that every instant of the
// walk is found again in the postings.
func (w *walk) audit() {
	if breaches := Audit(w.account, w.past); len(breaches) > 0 {
		w.t.Fatalf("the audit finds %q", breaches)
	}
	instants := 0
	for at, want := range w.views {
		if instants++; instants > 5 {
			break
		}
		got, err := asOf(w.account.Key(), w.past, at)
		if err != nil || got.Balance != want.Balance || got.Available != want.Available || got.Debt != want.Debt || got.Held != want.Held ||
			!slices.EqualFunc(got.Holds, want.Holds, Reservation.equal) ||
			!slices.Equal(got.Lots, want.Lots) || !slices.Equal(got.Expiring, want.Expiring) {
			w.t.Fatalf("as of %d: %+v (%v), want %+v", at, got, err, want)
		}
	}
}

// asOf is the account at a past instant, out of its postings alone.
func asOf(k Key, postings []Posting, at Moment) (View, error) {
	until := 0
	for until < len(postings) && postings[until].RecordedAt <= at {
		until++
	}
	a, err := Account{Holder: k.Holder, Asset: k.Asset}.Replay(postings[:until])
	return a.View(at), err
}

// TestSweepAgainstModel is the seeded sweep of every run: 200,000 steps, or with
// HUIJI_SOAK a million.
func TestSweepAgainstModel(t *testing.T) {
	walks := 1000
	switch {
	case testing.Short():
		walks = 100
	case os.Getenv("HUIJI_SOAK") != "":
		walks = 5000
	}
	for seed := range walks {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		newWalk(t, random.IntN).walkOn(200)
	}
}

// TestModel searches on and shrinks what it finds.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		choose := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "") }
		newWalk(t, choose).walkOn(rapid.IntRange(1, 60).Draw(t, "steps"))
	})
}
