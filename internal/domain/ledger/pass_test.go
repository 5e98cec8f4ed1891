package ledger

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
)

// table is a few members with a few assets, and all that was booked for them.
type table struct {
	*testing.T
	known Known
	past  []Posting
	now   time.Time
	step  int
}

func newTable(t *testing.T) *table {
	star := PointsDefinition()
	star.Transferable = true
	return &table{T: t, now: begin, known: Known{Accounts: map[Key]Account{}, Assets: Assets{
		Points:      star,
		"bonus":     {Asset: "bonus", Class: ClassBonus, Scale: 2, Partial: true, Cap: 50_000},
		"principal": {Asset: "principal", Class: ClassPrincipal, Scale: 2, Partial: true, Transferable: true, Cap: 500_000},
		"growth":    {Asset: "growth", Class: ClassGrowth, Partial: true, Transferable: true},
		"voucher":   {Asset: "voucher", Class: ClassCurrency},
		"old":       {Asset: "old", Class: ClassCurrency, Partial: true, Archived: true},
	}}}
}

// book books one op and keeps what changed; the answer is the fault's code.
func (b *table) book(op Op) (Outcome, string) {
	b.Helper()
	b.step++
	op.Cause = fmt.Sprint("step:", b.step)
	op.Fingerprint = []byte(op.Cause)
	outs, c, err := ApplyAll(b.known, []Op{op}, b.now, false)
	if err != nil {
		b.Fatal(err)
	}
	if outs[0].Err != nil {
		if len(c.Postings)+len(c.Accounts) > 0 {
			b.Fatalf("what failed has changed something: %+v", c)
		}
		return outs[0], fault.CodeOf(outs[0].Err)
	}
	for _, a := range c.Accounts {
		b.known.Accounts[a.Key()] = a
	}
	b.past = append(b.past, c.Postings...)
	return outs[0], ""
}

func (b *table) want(op Op, code string) Outcome {
	b.Helper()
	out, got := b.book(op)
	if got != code {
		b.Fatalf("%s: %q (%v), want %q", op.Kind, got, out.Err, code)
	}
	return out
}

func (b *table) view(holder id.Member, asset Asset) View {
	return b.known.Accounts[Key{holder, asset}].View(At(b.now))
}

// audit checks every account, and that nothing is on its way.
func (b *table) audit() {
	b.Helper()
	transit := map[Asset]int64{}
	own := map[Key][]Posting{}
	for _, p := range b.past {
		own[p.Key()] = append(own[p.Key()], p)
		if p.Contra == InTransit {
			transit[p.Asset] += p.Amount
		}
	}
	for asset, sum := range transit {
		if sum != 0 {
			b.Errorf("%d of %s are in transit", sum, asset)
		}
	}
	for key, postings := range own {
		if found := Audit(b.known.Accounts[key], postings); len(found) > 0 {
			b.Errorf("%v: %q", key, found)
		}
	}
}

func TestATransferKeepsTheEndOfEveryUnit(t *testing.T) {
	b := newTable(t)
	ann, ben := holderOf(1), holderOf(2)
	soon, late := begin.AddDate(0, 1, 0), begin.AddDate(0, 2, 0)
	b.want(Op{Kind: Earn, Holder: ann, Amount: 30, ExpiresAt: soon, Origin: "a"}, "")
	b.want(Op{Kind: Earn, Holder: ann, Amount: 70, ExpiresAt: late, Origin: "b"}, "")
	out := b.want(Op{Kind: Transfer, Holder: ann, To: ben, Amount: 50}, "")
	if out.Balance != 50 || out.Posting.Amount != -50 || out.Posting.Contra != InTransit {
		t.Errorf("the first side is %+v", out)
	}
	got := b.view(ben, Points).Expiring
	if want := []Expiring{{30, At(soon)}, {20, At(late)}}; !slices.Equal(got, want) {
		t.Errorf("arrived %v, want %v", got, want)
	}
	for _, p := range b.past {
		if p.Holder == ben && p.Member != ann {
			t.Errorf("what arrived was sent by %s, says %s", ann, p.Member)
		}
	}
	b.want(Op{Kind: Transfer, Holder: ann, To: ben, Amount: 51}, "points.insufficient")
	b.want(Op{Kind: Transfer, Holder: ann, To: ann, Amount: 1}, "transfer.to_self")
	b.want(Op{Kind: Transfer, Holder: ann, To: ben, Asset: "bonus", Amount: 1}, "asset.not_transferable")
	b.want(Op{Kind: Reversal, Holder: ann, Of: out.Posting.ID(), Whole: true}, "posting.not_found") // Its past was not read.
	b.audit()
}

// A debt of who receives is paid by what arrives; a cap on the receiver's side
// leaves the sender as they were.
func TestWhatArrivesIsJudgedAsAnyCredit(t *testing.T) {
	b := newTable(t)
	ann, ben := holderOf(1), holderOf(2)
	b.want(Op{Kind: Earn, Holder: ann, Asset: "principal", Amount: 400_000}, "")
	b.want(Op{Kind: Earn, Holder: ben, Asset: "principal", Amount: 200_000}, "")
	b.want(Op{Kind: Transfer, Holder: ann, To: ben, Asset: "principal", Amount: 300_001}, "asset.cap_exceeded")
	if v := b.view(ann, "principal"); v.Available != 400_000 {
		t.Errorf("the sender has %d after a refusal", v.Available)
	}
	b.want(Op{Kind: Transfer, Holder: ann, To: ben, Asset: "principal", Amount: 300_000}, "")
	b.want(Op{Kind: Earn, Holder: ben, Asset: "principal", Amount: 1}, "asset.cap_exceeded")
	b.audit()
}

func TestAssetsKeepTheirLaws(t *testing.T) {
	b := newTable(t)
	ann := holderOf(1)
	b.want(Op{Kind: Earn, Holder: ann, Asset: "nothing", Amount: 1}, "asset.unknown")
	b.want(Op{Kind: Earn, Holder: ann, Asset: "principal", Amount: 1, ExpiresAt: begin.AddDate(1, 0, 0)}, "asset.never_expires")
	b.want(Op{Kind: Opening, Holder: ann, Asset: "old", Amount: 1}, "asset.archived")
	b.want(Op{Kind: Earn, Holder: ann, Asset: "growth", Amount: 9}, "")
	b.want(Op{Kind: Redeem, Holder: ann, Asset: "growth", Amount: 1}, "asset.not_spendable")
	b.want(Op{Kind: Hold, Holder: ann, Asset: "growth", Amount: 1, HeldUntil: begin.Add(time.Hour)}, "asset.not_spendable")
	b.want(Op{Kind: Adjust, Holder: ann, Asset: "growth", Amount: -2}, "")
	b.want(Op{Kind: Earn, Holder: ann, Asset: "voucher", Amount: 20}, "")
	b.want(Op{Kind: Redeem, Holder: ann, Asset: "voucher", Amount: 19}, "asset.not_partial")
	b.want(Op{Kind: Redeem, Holder: ann, Asset: "voucher", Amount: 20}, "")
	b.audit()
}

func TestAnExchangeTurnsOneAssetIntoAnother(t *testing.T) {
	b := newTable(t)
	ann := holderOf(1)
	ends := begin.AddDate(0, 3, 0)
	b.want(Op{Kind: Earn, Holder: ann, Amount: 1_000}, "")
	b.want(Op{Kind: Exchange, Holder: ann, Amount: 600, Into: "bonus", Gets: 600, ExpiresAt: ends}, "")
	if p, q := b.view(ann, Points), b.view(ann, "bonus"); p.Available != 400 || q.Available != 600 || q.Lots[0].ExpiresAt != At(ends) {
		t.Errorf("points %+v, bonus %+v", p, q)
	}
	b.want(Op{Kind: Exchange, Holder: ann, Amount: 100, Into: "old", Gets: 1}, "asset.archived")
	b.want(Op{Kind: Exchange, Holder: ann, Amount: 100, Into: "bonus", Gets: 49_500}, "asset.cap_exceeded")
	b.want(Op{Kind: Exchange, Holder: ann, Amount: 401, Into: "bonus", Gets: 1}, "points.insufficient")
	b.want(Op{Kind: Exchange, Holder: ann, Amount: 1, Into: Points, Gets: 1}, "exchange.same_asset")
	b.audit()
}

// Whatever is sent to and fro, nothing is lost, nothing comes into being, and no
// unit ends later or earlier than it did.
func TestTransfersMoveUnitsAndChangeNone(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		b := newTable(t)
		people := []id.Member{holderOf(1), holderOf(2), holderOf(3)}
		ends := map[Moment]int64{}
		for range 40 {
			who, other := people[random.IntN(3)], people[random.IntN(3)]
			amount := int64(1 + random.IntN(90))
			if random.IntN(3) == 0 {
				at := begin.AddDate(0, random.IntN(4), 0)
				if at == begin {
					at = time.Time{}
				}
				b.want(Op{Kind: Earn, Holder: who, Amount: amount, ExpiresAt: at}, "")
				ends[At(at)] += amount
				continue
			}
			_, code := b.book(Op{Kind: Transfer, Holder: who, To: other, Amount: amount})
			if want := b.refused(who, other, amount); code != "" && code != want {
				t.Fatalf("transfer of %d: %q", amount, code)
			}
		}
		got := map[Moment]int64{}
		for _, who := range people {
			for _, l := range b.view(who, Points).Lots {
				got[l.ExpiresAt] += l.Remaining
			}
		}
		if len(got) != len(ends) {
			t.Fatalf("ends %v, want %v", got, ends)
		}
		for at, sum := range ends {
			if got[at] != sum {
				t.Fatalf("ends %v, want %v", got, ends)
			}
		}
		b.audit()
	}
}

// refused is the code with which a transfer may be refused as the accounts are.
func (b *table) refused(who, other id.Member, amount int64) string {
	switch {
	case who == other:
		return "transfer.to_self"
	case b.view(who, Points).Available < amount:
		return "points.insufficient"
	}
	return "none"
}

// A hold that was refused, captured in parts or left alone: what can be seen of it
// is what was agreed.
func TestHolds(t *testing.T) {
	b := newTable(t)
	ann := holderOf(1)
	soon := begin.Add(2 * time.Hour)
	b.want(Op{Kind: Earn, Holder: ann, Amount: 60, ExpiresAt: soon}, "")
	b.want(Op{Kind: Earn, Holder: ann, Amount: 40}, "")
	b.want(Op{Kind: Hold, Holder: ann, Amount: 101, HeldUntil: begin.Add(time.Hour)}, "points.insufficient")
	b.want(Op{Kind: Hold, Holder: ann, Amount: 1, HeldUntil: begin}, "hold.ended")
	held := b.want(Op{Kind: Hold, Holder: ann, Amount: 80, HeldUntil: begin.Add(3 * time.Hour)}, "").Posting
	if v := b.view(ann, Points); v.Balance != 100 || v.Available != 20 || v.Held != 80 || held.AvailableAfter != 20 || held.BalanceAfter != 100 || held.Reserved() != 80 {
		t.Errorf("after the hold %+v", v)
	}
	b.want(Op{Kind: Redeem, Holder: ann, Amount: 21}, "points.insufficient")
	b.want(Op{Kind: Capture, Holder: ann, Of: held.ID(), Amount: 81}, "hold.amount_exceeds")
	b.now = soon.Add(time.Minute) // What is held does not expire; it was promised.
	first := b.want(Op{Kind: Capture, Holder: ann, Of: held.ID(), Amount: 50, Keep: true}, "")
	if first.Balance != 50 || first.Posting.Amount != -50 || first.Posting.Contra != Redeemed {
		t.Errorf("the first capture is %+v", first)
	}
	// Of the 30 left 10 expired while they were held: they are spent first.
	last := b.want(Op{Kind: Capture, Holder: ann, Of: held.ID(), Amount: 10}, "")
	if v := b.view(ann, Points); last.Balance != 40 || v.Balance != 40 || v.Available != 40 || v.Held != 0 {
		t.Errorf("the last capture is %+v, then %+v", last, v)
	}
	b.want(Op{Kind: Release, Holder: ann, Of: held.ID()}, "hold.closed")
	again := b.want(Op{Kind: Hold, Holder: ann, Amount: 40, HeldUntil: b.now.Add(time.Minute)}, "").Posting
	b.now = b.now.Add(time.Minute)
	if v := b.view(ann, Points); v.Available != 40 || v.Held != 0 {
		t.Errorf("when its time is up %+v", v)
	}
	b.want(Op{Kind: Capture, Holder: ann, Of: again.ID(), Whole: true}, "hold.closed")
	b.want(Op{Kind: Redeem, Holder: ann, Amount: 40}, "")
	b.audit()
}
