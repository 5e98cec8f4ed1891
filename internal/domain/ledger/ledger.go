// Package ledger is the one book of everything that a member owns and a
// merchant owes. It owns the accounts and their postings; no other package
// keeps a balance of its own.
//
// # Shape
//
// An account is one holder's holding of one asset: one row with the cached
// balance, the debt, and the open lots packed into it. A posting is one
// business fact on one account, and is one row too: it has exactly two legs,
// the holder's entry (amount, balance after) and the programme account called
// contra (issued, redeemed, expired …), which carries −amount and has no row to
// lock. A fact that touches two accounts or two programme accounts is two
// postings. A posting is numbered by its account: 1, 2, 3 …
//
// A lot is value that expires together. Its number is the number of the
// posting that opened it. A movement says what a posting put into a lot or took
// out of it; the movements of a posting are kept with it, so that a reversal
// can reopen a lot that has left the account, and so that folding the movements
// of all postings gives the account again, at any past instant.
//
// # Laws
//
//  1. The legs of a posting sum to zero; postings never change and never go.
//  2. balance = Σ amounts = Σ what remains in lots − debt. Nothing else.
//  3. A cause acts once. The same cause with the same content is answered as
//     the first time; with other content it is refused and changes nothing.
//  4. Time is judged by the clock, never by a job: what is not yet available or
//     has expired cannot be spent though nobody wrote it down.
//  5. Lots are spent in one order: first to expire (never last), then first
//     available, then by number.
//  6. Reversing an outgoing posting gives back to the very lots, last taken
//     first, with their old expiry. A lot that has expired meanwhile is good
//     again until Op.ReinstateUntil, or expires at once when there is no grace.
//  7. Reversing an incoming posting takes from the lots it filled (pending or
//     not); then counts units of those lots that have expired unspent as given
//     back already; then takes from other spendable lots in their order; then
//     goes by the debt policy.
//  8. Parts of a reversal add up, and never to more than the original.
//  9. Without a claw-back under the policy "negative" no balance is below zero.
//  10. Amounts are whole numbers above zero; overflow is an error.
//  11. The account at any past instant follows from its postings alone.
//
// A debt is paid by the next spendable credits before anything else; a pending
// lot pays at the moment it becomes available, held units at the moment they are
// free again. Time on one account never runs backwards: a clock that was set back
// is read as the account's last posting.
//
// # Holds
//
// A hold takes units out of their lots and keeps them for one purpose, without
// changing the balance: they are neither spent, nor expire, nor pay a debt. A
// capture spends them, as much as is wanted; a release gives them back to the very
// lots, with their old expiry. A hold whose time is up has released itself, though
// nobody wrote it down (law 4). Between two accounts value passes through the
// programme account in transit: a transfer keeps the expiry of every unit.
package ledger

import (
	"cmp"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
)

// Asset is the code of a kind of value, as in "points".
type Asset string

// Points is the asset every merchant has.
const Points Asset = "points"

// DebtPolicy says what happens when a claw-back finds too little.
type DebtPolicy string

// The debt policies.
const (
	Negative DebtPolicy = "negative" // the balance goes below zero and later credits pay it
	Forgive  DebtPolicy = "forgive"  // taken down to zero, the rest is written off
	Refuse   DebtPolicy = "refuse"   // the claw-back needs another decision
)

// Kind says what happened. These are the words on the wire.
type Kind string

// The kinds of postings.
const (
	Earn     Kind = "earn"
	Redeem   Kind = "redeem"
	Expire   Kind = "expire"
	Adjust   Kind = "adjust"
	Reversal Kind = "reverse"
	Opening  Kind = "opening"
	Hold     Kind = "hold"     // of amount 0: units are kept for a purpose
	Capture  Kind = "capture"  // held units are spent
	Release  Kind = "release"  // of amount 0: held units are free again
	Transfer Kind = "transfer" // from one holder to another: two postings
	Exchange Kind = "exchange" // from one asset into another: two postings
	Extend   Kind = "extend"   // of amount 0: a lot ends later
	Activate Kind = "activate" // of amount 0: a pending lot can be spent from now on
)

// Contra is the programme account on the other side of a posting.
type Contra string

// The programme accounts.
const (
	Issued   Contra = "issued"
	Redeemed Contra = "redeemed"
	Expired  Contra = "expired"
	Adjusted Contra = "adjusted"
	Forgiven Contra = "forgiven"
	Opened   Contra = "opening"

	InTransit Contra = "in_transit" // on its way from one account to another; zero when all have arrived
	Exchanged Contra = "exchanged"
	Unmoved   Contra = "none" // of postings of amount 0
)

// Moment is an instant as the ledger keeps it: Unix milliseconds, 0 = never.
type Moment int64

// At is the moment of a time; 0 for the zero time.
func At(t time.Time) Moment {
	if t.IsZero() {
		return 0
	}
	return Moment(t.UnixMilli())
}

// Time is the moment in UTC; the zero time for never.
func (m Moment) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// Account is one holder's holding of one asset.
type Account struct {
	Holder  id.Member
	Asset   Asset
	Seq     int64         // the number of the last posting; 0 before the first
	Balance int64         // Σ remaining + Σ held − Debt, with what expired since the last posting still in it
	Debt    int64         // never below zero
	Lots    []Lot         // what remains open, in the order of spending
	Holds   []Reservation // open holds, by number
	At      Moment        // when the last posting was recorded
}

// Reservation is units kept for a purpose.
type Reservation struct {
	No    int64  // the number of the hold's posting
	Until Moment // when they are free again by themselves
	Parts []Lot  // from which lots, in the order taken; Remaining is what is held
}

// Amount is how much is held.
func (r Reservation) Amount() (sum int64) {
	for i := range r.Parts {
		sum += r.Parts[i].Remaining
	}
	return sum
}

// Key names an account inside a merchant.
type Key struct {
	Holder id.Member
	Asset  Asset
}

// Key is the account's name.
func (a Account) Key() Key { return Key{a.Holder, a.Asset} }

// Compare orders accounts as they are locked: bucket, holder, asset.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Holder.Bucket(), other.Holder.Bucket()),
		cmp.Compare(k.Holder, other.Holder), cmp.Compare(k.Asset, other.Asset))
}

// Lot is value that expires together.
type Lot struct {
	No          int64 // the number of the posting that opened it
	Amount      int64 // what was ever put into it, as far as the account still knows
	Remaining   int64 // above zero while the lot is open
	AvailableAt Moment
	ExpiresAt   Moment // good until one millisecond before; 0 = never ends
	Origin      string // the rule that made it
}

// Tag marks a movement that is not plain value in or out.
type Tag uint8

// The tags of movements.
const (
	Plain      Tag = iota
	PaysDebt       // out of the lot and into the debt: the balance does not move
	Lapsed         // of a lot that had already expired
	WrittenOff     // what the policy "forgive" put in so that it could be taken
	Reserved       // between a lot and a hold: the balance does not move
	Captured       // out of a hold; the lot is the one it was held from
)

// Movement is what a posting did to one lot. Lot 0 is the debt: a negative
// amount there is debt taken on.
type Movement struct {
	Lot         int64
	Amount      int64 // signed: above zero into the lot
	Of          int64 // what had ever been put into the lot by then
	AvailableAt Moment
	ExpiresAt   Moment // the lot's expiry after the movement
	Origin      string
	Tag         Tag
	Hold        int64  // of Reserved and Captured: the number of the hold
	Until       Moment // of Reserved out of a lot: when the hold ends by itself
}

// Posting is one business fact on one account. It never changes.
type Posting struct {
	Holder         id.Member
	Asset          Asset
	Seq            int64
	Cause          string // unique for ever inside merchant and bucket
	Fingerprint    []byte // of the request's content
	Kind           Kind
	Amount         int64  // the holder's leg, signed
	Contra         Contra // the other leg, which carries −Amount
	BalanceAfter   int64
	AvailableAfter int64 // spendable after this posting, at RecordedAt
	Reverses       int64 // the number of the posting it reverses, or of the hold it captures or releases; 0 = none
	Movements      []Movement
	Member         id.Member // who acted; the holder but for shared accounts
	Store          id.Store
	Actor          string // staff or key id, or the name of the job
	Reference      string
	Reason         string
	Snapshot       string // JSON of the fact's own explanation; the ledger does not read it
	OccurredAt     Moment
	RecordedAt     Moment
}

// Reserved is how much the posting put into holds; below zero what it released.
func (p Posting) Reserved() (sum int64) {
	for _, m := range p.Movements {
		if m.Tag == Reserved {
			sum -= m.Amount
		}
	}
	return sum
}

// Key is the posting's account.
func (p Posting) Key() Key { return Key{p.Holder, p.Asset} }

// Op is one thing to book.
type Op struct {
	Kind        Kind // any but Expire
	Holder      id.Member
	Asset       Asset  // "" = Points
	Amount      int64  // above zero; of Adjust signed and not zero; 0 where Whole says all, and of Release, Extend and Activate
	Cause       string // names the fact; must not begin with the ledger's own "expire:" or "part:"
	Fingerprint []byte // of the request; empty = the op's own amount is compared instead

	AvailableAt time.Time // of value coming in; zero or past = at once
	ExpiresAt   time.Time // of value coming in; zero = never. Of Extend: the new end. Of Activate: the new end, zero = as it is
	Origin      string    // the rule that made it

	Of             id.Posting // of Reversal: what to reverse; of Capture and Release: the hold's posting
	Whole          bool       // of Reversal and Capture: all that is left of it; Amount is then 0
	Debt           DebtPolicy // of Reversal; "" = the asset's own
	ReinstateUntil time.Time  // of Reversal: when returned units of expired lots end; zero = at once

	HeldUntil time.Time // of Hold: when the units are free again
	Keep      bool      // of Capture: what is left stays held instead of being released
	Lot       int64     // of Extend and Activate: the lot's number
	To        id.Member // of Transfer: who gets it
	Into      Asset     // of Exchange: the asset it becomes
	Gets      int64     // of Exchange: how much of it, in its smallest unit

	Member     id.Member // who acted; "" = the holder
	Store      id.Store
	Actor      string
	Reference  string
	Reason     string
	Snapshot   string
	OccurredAt time.Time // zero = now
	Day        day.Date  // the local day the fact counts for in reports
}

// Key is the account the op works on.
func (o Op) Key() Key { return Key{o.Holder, cmp.Or(o.Asset, Points)} }

// Outcome is the answer to one op.
type Outcome struct {
	Posting  Posting // the op's own posting, without those written beside it
	Balance  int64   // after the op and all that was written beside it
	Reversal Reversed
	Again    bool  // the cause was known: this is the first answer again
	Err      error // why the op changed nothing
}

// Reversed says what a reversal did. Of an outgoing posting: Returned is what
// came back, Lapsed the part of it that expired at once. Of an incoming posting
// the amount is ClawedBack + Forgiven + Lapsed: ClawedBack was taken, Debt is
// the part of it that went below zero, Forgiven was written off and Lapsed had
// expired unspent before.
type Reversed struct {
	Returned   int64
	ClawedBack int64
	Debt       int64
	Forgiven   int64
	Lapsed     int64
}

// answer is what a stored posting says about the op that made it.
func answer(p *Posting) Outcome {
	o := Outcome{Posting: *p, Balance: p.BalanceAfter}
	var lapsed int64
	for _, m := range p.Movements {
		switch {
		case m.Amount <= 0:
		case m.Tag == Lapsed:
			o.Balance -= m.Amount
			lapsed += m.Amount
		case m.Tag == Reserved && m.ExpiresAt != 0 && m.ExpiresAt <= p.RecordedAt:
			o.Balance -= m.Amount // It expired while it was held, and goes as soon as it is free.
		}
	}
	switch {
	case p.Kind != Reversal:
	case p.Amount > 0:
		o.Reversal = Reversed{Returned: p.Amount, Lapsed: lapsed}
	default:
		o.Reversal = clawedBack(p.Movements)
	}
	return o
}

func clawedBack(moves []Movement) (r Reversed) {
	for _, m := range moves {
		switch {
		case m.Tag == PaysDebt:
		case m.Tag == Lapsed:
			r.Lapsed -= m.Amount
		case m.Tag == WrittenOff:
			r.Forgiven -= m.Amount
		default:
			r.ClawedBack -= m.Amount
			if m.Lot == 0 {
				r.Debt -= m.Amount
			}
		}
	}
	return r
}
