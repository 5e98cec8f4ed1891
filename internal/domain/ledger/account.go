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
	Balance   int64 // Available + Pending − Debt
	Available int64 // what can be spent now
	Pending   int64 // what will become available
	Debt      int64
	Lots      []Lot      // what is open, in the order of spending
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
	a.Lots = slices.Clone(a.Lots)
	a.pay(a.At, now)
	v := View{Debt: a.Debt, Balance: -a.Debt}
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
// soonest expiry of an open lot, 0 when there is none.
func (a Account) NextChange() Moment {
	if len(a.Lots) == 0 {
		return 0
	}
	return a.Lots[0].ExpiresAt // The soonest is first, never-ending lots are last.
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
