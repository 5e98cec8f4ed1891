package ledger

import (
	"fmt"

	"huiji/internal/core/unit"
)

// Replay folds the postings that follow the account's last one, in the order of
// their numbers, into the account after them. Begun with an account that has
// nothing but its key, over all postings recorded by some instant, it gives the
// account as the book held it then; View says what of it was spendable. A fact
// that occurred earlier but was recorded later is not in it, because nobody
// could have spent it.
func (a Account) Replay(postings []Posting) (Account, error) {
	a = a.copied()
	for i := range postings {
		if err := a.follow(&postings[i]); err != nil {
			return Account{}, err
		}
	}
	return a, nil
}

// follow applies one stored posting.
func (a *Account) follow(p *Posting) error {
	if p.Seq != a.Seq+1 {
		return fmt.Errorf("posting %d follows posting %d", p.Seq, a.Seq)
	}
	var sum int64
	for _, m := range p.Movements {
		if err := a.move(m); err != nil {
			return fmt.Errorf("posting %d: %w", p.Seq, err)
		}
		if m.Tag != PaysDebt && m.Tag != Reserved {
			sum += m.Amount
		}
	}
	if sum != p.Amount {
		return fmt.Errorf("posting %d is of %d and moves %d", p.Seq, p.Amount, sum)
	}
	balance, err := unit.Add(a.Balance, p.Amount)
	if err != nil {
		return fmt.Errorf("posting %d: %w", p.Seq, err)
	}
	a.Seq, a.Balance, a.At = p.Seq, balance, p.RecordedAt
	return nil
}
