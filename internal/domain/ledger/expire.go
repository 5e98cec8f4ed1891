package ledger

import (
	"time"

	"huiji/internal/core/day"
)

// settle writes down what became true since the last posting: pending lots that
// became available have paid the debt, holds whose time was up are released, lots
// whose time has come have expired.
func (d *draft) settle() (failed error) {
	d.catchUp(d.now, func(by Moment, ended *Reservation, moves []Movement) {
		switch {
		case failed != nil:
		case ended == nil:
			d.paid = append(d.paid, moves...)
			failed = d.expireBy(by)
		default:
			_, failed = d.post(d.lapse(ended, moves))
		}
	})
	return failed
}

// lapse is the posting of a hold whose time was up.
func (d *draft) lapse(ended *Reservation, moves []Movement) Posting {
	p := d.beside(Release, Unmoved, 0)
	p.Cause = derivedRelease + string(d.Holder) + ":" + string(d.Asset) + ":" + decimal(ended.No)
	p.Store, p.Reference, p.Reason = "", "", ""
	p.Actor, p.OccurredAt, p.Movements, p.Reverses = "expiry", ended.Until, moves, ended.No
	return p
}

// expire writes one posting for every lot that has expired by now.
func (d *draft) expire() error { return d.expireBy(d.now) }

func (d *draft) expireBy(moment Moment) error {
	for len(d.Lots) > 0 && d.Lots[0].endedBy(moment) {
		l := d.Lots[0] // The soonest to expire is first.
		m := l.movement(-l.Remaining, Plain)
		if err := d.move(m); err != nil {
			return err
		}
		p := d.beside(Expire, Expired, m.Amount)
		p.Cause = derivedExpiry + string(d.Holder) + ":" + string(d.Asset) + ":" + decimal(l.No) + ":" + decimal(d.Seq+1)
		p.Store, p.Reference, p.Reason = "", "", ""
		p.Actor, p.OccurredAt, p.Movements = "expiry", l.ExpiresAt, []Movement{m}
		if _, err := d.post(p); err != nil {
			return err
		}
	}
	return nil
}

// Settle writes down what has expired or was released by now on accounts that nobody works on.
// An account on which nothing has to be written is not in the changes.
// Today is the local day that the expiries count for in reports.
func Settle(accounts []Account, now time.Time, today day.Date) (Changes, error) {
	var c Changes
	var told tally
	for _, a := range accounts {
		s := &sheet{account: a}
		d := s.draft(&Op{}, At(now))
		if err := d.settle(); err != nil {
			return Changes{}, err
		}
		if last := len(d.made) - 1; last >= 0 {
			d.made[last].Movements = append(d.made[last].Movements, d.paid...) // Paid after the last hold ended.
			c.Accounts = append(c.Accounts, d.Account)
			c.Postings = append(c.Postings, d.made...)
			told.add(today, d.made)
		}
	}
	c.Told = told.lines
	return c, nil
}
