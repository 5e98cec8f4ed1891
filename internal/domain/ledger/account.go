package ledger

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"huiji/internal/core/unit"
)

// View is an account as it is at one moment, with everything that is true by
// then though nobody wrote it down: lots that expired are gone, pending lots
// that became available have paid the debt.
type View struct {
	Balance   int64 // Available + Pending + Held − Debt
	Available int64 // what can be spent now
	Pending   int64 // what will become available
	Held      int64 // what is kept for a purpose
	Debt      int64
	Lots      []Lot // what is open, in the order of spending
	Holds     []Reservation
	Expiring  []Expiring // what ends when, the soonest first
}

// Expiring is how much ends at a moment: it is good until one millisecond
// before.
type Expiring struct {
	Amount int64
	At     Moment
}

// View is the account at the moment, which is never before its last posting.
func (a Account) View(now Moment) View {
	now = max(now, a.At)
	a = a.copied()
	a.catchUp(now, func(by Moment, ended *Reservation, _ []Movement) {
		for ended == nil && len(a.Lots) > 0 && a.Lots[0].endedBy(by) {
			a.Lots = a.Lots[1:]
		}
	})
	v := View{Debt: a.Debt, Balance: -a.Debt, Holds: a.Holds}
	for _, h := range a.Holds {
		v.Held += h.Amount()
	}
	v.Balance += v.Held
	for _, l := range a.Lots {
		if l.endedBy(now) {
			continue
		}
		v.Lots = append(v.Lots, l)
		v.Balance += l.Remaining
		if l.AvailableAt > now {
			v.Pending += l.Remaining
		} else {
			v.Available += l.Remaining
		}
		v.expires(l)
	}
	return v
}

func (v *View) expires(l Lot) {
	switch last := len(v.Expiring) - 1; {
	case l.ExpiresAt == 0:
	case last >= 0 && v.Expiring[last].At == l.ExpiresAt:
		v.Expiring[last].Amount += l.Remaining
	default:
		v.Expiring = append(v.Expiring, Expiring{l.Remaining, l.ExpiresAt})
	}
}

// NextChange is the next moment at which something has to be written down: the
// soonest expiry of an open lot or end of a hold, 0 when there is none.
func (a Account) NextChange() Moment {
	var next Moment
	if len(a.Lots) > 0 {
		next = a.Lots[0].ExpiresAt // The soonest is first, never-ending lots are last.
	}
	for _, h := range a.Holds {
		if next == 0 || h.Until < next {
			next = h.Until
		}
	}
	return next
}

// copied is the account with lots and holds of its own.
func (a Account) copied() Account {
	a.Lots, a.Holds = slices.Clone(a.Lots), slices.Clone(a.Holds)
	return a
}

// available is what can be spent at the moment.
func (a *Account) available(now Moment) int64 {
	sum := -a.Debt
	for i := range a.Lots {
		if a.Lots[i].spendable(now) {
			sum += a.Lots[i].Remaining
		}
	}
	return max(0, sum)
}

// endedBy reports whether the lot has expired by the moment.
func (l *Lot) endedBy(now Moment) bool { return l.ExpiresAt != 0 && l.ExpiresAt <= now }

func (l *Lot) spendable(now Moment) bool { return l.AvailableAt <= now && !l.endedBy(now) }

// compare is the order of spending.
func (l Lot) compare(other Lot) int {
	return cmp.Or(cmp.Compare(end(l.ExpiresAt), end(other.ExpiresAt)),
		cmp.Compare(l.AvailableAt, other.AvailableAt), cmp.Compare(l.No, other.No))
}

// end makes never the latest of all moments.
func end(m Moment) Moment {
	if m == 0 {
		return math.MaxInt64
	}
	return m
}

// catchUp lets time pass on the account up to now: pending lots pay the debt when
// they become available, holds whose time is up give their units back. It tells
// each step: without a hold, what was paid up to a moment, by which the one told
// takes out what has expired; and every hold that ended, with all that moved then.
func (a *Account) catchUp(now Moment, tell func(by Moment, ended *Reservation, moves []Movement)) {
	since := a.At
	lapsed := a.lapsed(now)
	for i := range lapsed {
		h := &lapsed[i]
		if h.Until > since {
			tell(h.Until, nil, a.pay(since, h.Until-1))
		}
		moves := a.free(*h)
		if since = h.Until; i+1 == len(lapsed) || lapsed[i+1].Until > since { // Those that end together pay together.
			moves = append(moves, a.pay(since, since)...)
		}
		tell(h.Until, h, moves)
	}
	tell(now, nil, a.pay(since, now))
}

// lapsed are the holds whose time is up by now, in the order of their ends.
func (a *Account) lapsed(now Moment) []Reservation {
	var all []Reservation
	for _, h := range a.Holds {
		if h.Until <= now {
			all = append(all, h)
		}
	}
	slices.SortStableFunc(all, func(x, y Reservation) int { return cmp.Compare(x.Until, y.Until) })
	return all
}

// free gives the units of a hold back to their lots.
func (a *Account) free(h Reservation) []Movement {
	moves := make([]Movement, 0, len(h.Parts))
	for _, part := range h.Parts {
		m := part.movement(part.Remaining, Reserved)
		m.Hold = h.No
		m.ExpiresAt = a.later(m)
		if a.move(m) == nil { // It gives what is held, into a lot that was there.
			moves = append(moves, m)
		}
	}
	return moves
}

// later is when units end that return into a lot: when their lot is open and has
// been given a later end meanwhile, then with it.
func (a *Account) later(m Movement) Moment {
	if at := a.find(m.Lot); at >= 0 && end(a.Lots[at].ExpiresAt) > end(m.ExpiresAt) {
		return a.Lots[at].ExpiresAt
	}
	return m.ExpiresAt
}

// pay lets lots that became spendable pay the debt, and says what they paid.
// Since is the moment up to which this has been done: a lot pays when it
// becomes available, which no later expiry undoes.
func (a *Account) pay(since, now Moment) []Movement {
	if a.Debt == 0 {
		return nil
	}
	var payers []Lot
	for _, l := range a.Lots {
		if l.AvailableAt <= now && !l.endedBy(max(l.AvailableAt, since)) {
			payers = append(payers, l)
		}
	}
	slices.SortStableFunc(payers, func(x, y Lot) int {
		return cmp.Compare(max(x.AvailableAt, since), max(y.AvailableAt, since))
	})
	var paid []Movement
	for _, l := range payers {
		if a.Debt == 0 {
			break
		}
		m := l.movement(-min(a.Debt, l.Remaining), PaysDebt)
		if a.move(m) == nil { // It takes from a lot that is there no more than is in it.
			paid = append(paid, m)
		}
	}
	return paid
}

// movement is an amount into or out of the lot.
func (l Lot) movement(amount int64, tag Tag) Movement {
	return Movement{
		Lot: l.No, Amount: amount, Of: l.Amount,
		AvailableAt: l.AvailableAt, ExpiresAt: l.ExpiresAt, Origin: l.Origin, Tag: tag,
	}
}

// find is the place of a lot; −1 when it is not open.
func (a *Account) find(no int64) int {
	for i := range a.Lots {
		if a.Lots[i].No == no {
			return i
		}
	}
	return -1
}

// move applies one movement to the lots and the debt. It is the only way they
// change, when booking and when replaying alike.
func (a *Account) move(m Movement) error {
	switch m.Tag {
	case Reserved:
		if err := a.reserve(m); err != nil {
			return err
		}
	case Captured:
		return a.reserve(m)
	}
	if m.Tag == PaysDebt || m.Lot == 0 {
		debt := a.Debt - m.Amount
		if m.Tag == PaysDebt {
			debt = a.Debt + m.Amount
		}
		if debt < 0 || debt > unit.Max {
			return fmt.Errorf("movement of %d would leave a debt of %d", m.Amount, debt)
		}
		a.Debt = debt
		if m.Lot == 0 {
			return nil
		}
	}
	at := a.find(m.Lot)
	if at < 0 {
		return a.open(m)
	}
	return a.change(at, m)
}

// reserve moves units between a lot and a hold, or out of a hold: below zero of
// Reserved is into the hold, everything else out of it.
func (a *Account) reserve(m Movement) error {
	at := slices.IndexFunc(a.Holds, func(h Reservation) bool { return h.No == m.Hold })
	if m.Tag == Reserved && m.Amount < 0 {
		if at < 0 {
			a.Holds, at = append(a.Holds, Reservation{No: m.Hold, Until: m.Until}), len(a.Holds)
		}
		part := Lot{No: m.Lot, Amount: max(m.Of, -m.Amount), Remaining: -m.Amount, AvailableAt: m.AvailableAt, ExpiresAt: m.ExpiresAt, Origin: m.Origin}
		a.Holds[at].Parts = append(slices.Clone(a.Holds[at].Parts), part)
		return nil
	}
	if at < 0 {
		return fmt.Errorf("there is no hold %d to give %d", m.Hold, m.Amount)
	}
	parts := slices.Clone(a.Holds[at].Parts)
	amount := max(m.Amount, -m.Amount)
	i := slices.IndexFunc(parts, func(l Lot) bool { return l.No == m.Lot })
	if i < 0 || parts[i].Remaining < amount {
		return fmt.Errorf("hold %d cannot give %d of lot %d", m.Hold, amount, m.Lot)
	}
	if parts[i].Remaining -= amount; parts[i].Remaining == 0 {
		parts = slices.Delete(parts, i, i+1)
	}
	a.Holds[at].Parts = parts
	if len(parts) == 0 {
		a.Holds = slices.Delete(a.Holds, at, at+1)
	}
	return nil
}

func (a *Account) open(m Movement) error {
	if m.Amount <= 0 {
		return fmt.Errorf("lot %d is not open and cannot give %d", m.Lot, -m.Amount)
	}
	a.place(Lot{
		No: m.Lot, Amount: max(m.Of, m.Amount), Remaining: m.Amount,
		AvailableAt: m.AvailableAt, ExpiresAt: m.ExpiresAt, Origin: m.Origin,
	})
	return nil
}

func (a *Account) change(at int, m Movement) error {
	l := a.Lots[at]
	left, err := unit.Add(l.Remaining, m.Amount)
	if err != nil {
		return err
	}
	if left < 0 {
		return fmt.Errorf("lot %d has %d and cannot give %d", l.No, l.Remaining, -m.Amount)
	}
	if left == 0 {
		a.Lots = slices.Delete(a.Lots, at, at+1)
		return nil
	}
	l.Remaining = left
	l.Amount = max(l.Amount, m.Of, left)
	if m.ExpiresAt == l.ExpiresAt {
		a.Lots[at] = l
		return nil
	}
	l.ExpiresAt = m.ExpiresAt
	a.Lots = slices.Delete(a.Lots, at, at+1)
	a.place(l)
	return nil
}

// place puts a lot where its turn of spending is.
func (a *Account) place(l Lot) {
	at, _ := slices.BinarySearchFunc(a.Lots, l, Lot.compare)
	a.Lots = slices.Insert(a.Lots, at, l)
}
