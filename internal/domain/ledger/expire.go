package ledger

import (
	"time"

	"huiji/internal/core/day"
)

// settle writes down what became true since the last posting: pending lots that
// became available have paid the debt, lots whose time has come have expired.
func (d *draft) settle() error {
	d.paid = d.pay(d.At, d.now)
	return d.expire()
}

// expire writes one posting for every lot that has expired by now.
func (d *draft) expire() error {
	for len(d.Lots) > 0 && d.Lots[0].endedBy(d.now) {
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

// Settle writes down what has expired by now on accounts that nobody works on.
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
		if len(d.made) > 0 {
			c.Accounts = append(c.Accounts, d.Account)
			c.Postings = append(c.Postings, d.made...)
			told.add(today, d.made)
		}
	}
	c.Told = told.lines
	return c, nil
}
