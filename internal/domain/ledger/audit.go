package ledger

import (
	"fmt"
	"slices"
)

// Audit checks every law on one account and all its postings, in the order of
// their numbers, and says in words which posting breaks what. No breach means
// that the account follows from its postings and each of them was allowed.
func Audit(account Account, postings []Posting) []string {
	a := audit{account: Account{Holder: account.Holder, Asset: account.Asset}, reversed: make(map[int64]int64)}
	for i := range postings {
		if !a.posting(postings, &postings[i]) {
			return a.breaches // What follows would only repeat the first breach.
		}
	}
	a.stored(account)
	return a.breaches
}

type audit struct {
	account  Account // as it follows from the postings so far
	reversed map[int64]int64
	breaches []string
}

func (a *audit) say(format string, args ...any) {
	a.breaches = append(a.breaches, fmt.Sprintf(format, args...))
}

// posting checks the next posting; false when nothing can be said about those
// after it.
func (a *audit) posting(all []Posting, p *Posting) bool {
	before := a.account.copied()
	if p.Key() != before.Key() {
		a.say("posting %d belongs to another account", p.Seq)
	}
	a.taking(before, p)
	if err := a.account.follow(p); err != nil {
		a.say("%v", err)
		return false
	}
	if p.BalanceAfter != a.account.Balance {
		a.say("posting %d says the balance is %d where it is %d", p.Seq, p.BalanceAfter, a.account.Balance)
	}
	if have := a.account.available(p.RecordedAt); p.AvailableAfter != have {
		a.say("posting %d says %d can be spent where it is %d", p.Seq, p.AvailableAfter, have)
	}
	if sum := a.account.inLots() + a.account.inHolds() - a.account.Debt; sum != a.account.Balance {
		a.say("after posting %d the lots and holds less the debt are %d and the balance is %d", p.Seq, sum, a.account.Balance)
	}
	if p.RecordedAt < before.At {
		a.say("posting %d is recorded before posting %d", p.Seq, before.Seq)
	}
	if a.account.Debt > before.Debt && p.Kind != Reversal {
		a.say("posting %d makes a debt and is no claw-back", p.Seq)
	}
	a.kind(p)
	a.reversal(all, p)
	return true
}

// kind checks that sign and programme account fit the kind.
func (a *audit) kind(p *Posting) {
	fits := false
	switch p.Kind {
	case Earn:
		fits = p.Amount > 0 && p.Contra == Issued
	case Opening:
		fits = p.Amount > 0 && p.Contra == Opened
	case Redeem:
		fits = p.Amount < 0 && p.Contra == Redeemed
	case Expire:
		fits = p.Amount < 0 && p.Contra == Expired
	case Adjust:
		fits = p.Amount != 0 && (p.Contra == Adjusted || (p.Contra == Forgiven && p.Amount > 0))
	case Reversal:
		fits = p.Amount != 0 && p.Reverses > 0
	case Capture:
		fits = p.Amount < 0 && p.Contra == Redeemed
	case Hold, Release, Extend, Activate:
		fits = p.Amount == 0 && p.Contra == Unmoved
	case Transfer:
		fits = p.Amount != 0 && p.Contra == InTransit
	case Exchange:
		fits = p.Amount != 0 && p.Contra == Exchanged
	}
	if !fits {
		a.say("posting %d of kind %s cannot be of %d against %s", p.Seq, p.Kind, p.Amount, p.Contra)
	}
	if ofHold := p.Kind == Capture || p.Kind == Release; !ofHold && p.Kind != Reversal && p.Reverses != 0 {
		a.say("posting %d of kind %s says it reverses posting %d", p.Seq, p.Kind, p.Reverses)
	}
}

// reversal checks that a reversal is the opposite of an earlier posting, and
// that its parts stay within it.
func (a *audit) reversal(all []Posting, p *Posting) {
	if p.Reverses == 0 {
		return
	}
	if p.Reverses < 0 || p.Reverses >= p.Seq {
		a.say("posting %d reverses posting %d, which is not before it", p.Seq, p.Reverses)
		return
	}
	of := all[p.Reverses-1]
	if p.Kind == Capture || p.Kind == Release {
		a.ofHold(p, &of)
		return
	}
	if (of.Amount > 0) == (p.Amount > 0) || of.Contra != p.Contra {
		a.say("posting %d is not the opposite of posting %d", p.Seq, of.Seq)
	}
	a.reversed[of.Seq] += max(p.Amount, -p.Amount)
	if a.reversed[of.Seq] > max(of.Amount, -of.Amount) {
		a.say("posting %d reverses more than posting %d was of", p.Seq, of.Seq)
	}
}

// ofHold checks that a capture or release is of a hold, and of that one alone.
func (a *audit) ofHold(p, of *Posting) {
	if of.Kind != Hold {
		a.say("posting %d of kind %s says that posting %d is a hold", p.Seq, p.Kind, of.Seq)
	}
	for _, m := range p.Movements {
		if (m.Tag == Reserved || m.Tag == Captured) && m.Hold != of.Seq {
			a.say("posting %d of hold %d moves units of hold %d", p.Seq, of.Seq, m.Hold)
		}
	}
}

// taking checks that nothing was spent out of its time or out of turn.
func (a *audit) taking(before Account, p *Posting) {
	inTurn := p.Kind == Redeem || p.Kind == Hold || (p.Amount < 0 && (p.Kind == Adjust || p.Kind == Transfer || p.Kind == Exchange))
	if !inTurn && p.Kind != Expire {
		return
	}
	var turn []Lot
	for _, m := range p.Movements {
		if m.Tag == PaysDebt {
			_ = before.move(m) // The replay after this says what is wrong with it.
		}
	}
	for _, l := range before.Lots {
		if l.spendable(p.RecordedAt) {
			turn = append(turn, l)
		}
	}
	for _, m := range p.Movements {
		at := before.find(m.Lot)
		switch {
		case m.Tag == PaysDebt || at < 0:
		case p.Kind == Expire:
			if l := before.Lots[at]; !l.endedBy(p.RecordedAt) || l.Remaining != -m.Amount {
				a.say("posting %d expires lot %d before its time or not whole", p.Seq, m.Lot)
			}
		case len(turn) == 0 || turn[0].No != m.Lot:
			a.say("posting %d takes from lot %d out of turn", p.Seq, m.Lot)
		case turn[0].Remaining == -m.Amount:
			turn = turn[1:]
		}
	}
}

// stored compares the account's row with what follows from the postings.
func (a *audit) stored(row Account) {
	if row.Seq != a.account.Seq {
		a.say("the account counts %d postings and has %d", row.Seq, a.account.Seq)
	}
	if row.Balance != a.account.Balance {
		a.say("the account's balance is %d and its postings add up to %d", row.Balance, a.account.Balance)
	}
	if row.Debt != a.account.Debt {
		a.say("the account's debt is %d and follows from its postings as %d", row.Debt, a.account.Debt)
	}
	if !slices.Equal(row.Lots, a.account.Lots) {
		a.say("the account's lots are not those that its postings left open")
	}
	if !slices.EqualFunc(row.Holds, a.account.Holds, Reservation.equal) {
		a.say("the account's holds are not those that its postings left open")
	}
	if row.At != a.account.At {
		a.say("the account's last posting was not recorded when the account says")
	}
	if row.Debt > 0 && row.spendableAt(row.At) > 0 {
		a.say("the account has a debt of %d beside units that can be spent", row.Debt)
	}
}

func (r Reservation) equal(other Reservation) bool {
	return r.No == other.No && r.Until == other.Until && slices.Equal(r.Parts, other.Parts)
}

func (a *Account) inHolds() (sum int64) {
	for i := range a.Holds {
		sum += a.Holds[i].Amount()
	}
	return sum
}

func (a *Account) inLots() (sum int64) {
	for i := range a.Lots {
		sum += a.Lots[i].Remaining
	}
	return sum
}

func (a *Account) spendableAt(now Moment) (sum int64) {
	for i := range a.Lots {
		if a.Lots[i].spendable(now) {
			sum += a.Lots[i].Remaining
		}
	}
	return sum
}
