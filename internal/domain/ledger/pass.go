package ledger

import "huiji/internal/core/unit"

// pass books the other side of a transfer or an exchange, whose first side took
// moves out of an account. Value that is transferred keeps its end, one posting for
// every end; what is exchanged becomes value of its own.
func (b *batch) pass(op *Op, moves []Movement) (*draft, error) {
	to := Key{op.To, op.Key().Asset}
	if op.Kind == Exchange {
		to = Key{op.Holder, op.Into}
	}
	arriving := *op
	if op.Kind == Transfer {
		arriving.ExpiresAt = Moment(0).Time()
	}
	d, err := b.draft(to, &arriving, true)
	if err != nil {
		return nil, err
	}
	if err := d.settle(); err != nil {
		return nil, err
	}
	for _, arrival := range arrivals(op, moves) {
		if err := d.arrive(arrival); err != nil {
			return nil, err
		}
	}
	if err := d.expire(); err != nil {
		return nil, err
	}
	return d, nil
}

// arrival is units of one end on their way.
type arrival struct {
	amount int64
	ends   Moment
}

// arrivals are what arrives, by its ends in the order in which it was taken.
func arrivals(op *Op, moves []Movement) []arrival {
	if op.Kind == Exchange {
		return []arrival{{op.Gets, At(op.ExpiresAt)}}
	}
	var all []arrival
	for _, m := range moves {
		if m.Tag == PaysDebt {
			continue
		}
		if last := len(all) - 1; last >= 0 && all[last].ends == m.ExpiresAt {
			all[last].amount -= m.Amount
			continue
		}
		all = append(all, arrival{-m.Amount, m.ExpiresAt})
	}
	return all
}

// arrive books one arrival.
func (d *draft) arrive(s arrival) error {
	if _, err := unit.Add(d.Balance, s.amount); err != nil {
		return err
	}
	if err := d.definition.fits(&d.Account, s.amount); err != nil {
		return err
	}
	contra := InTransit
	if d.op.Kind == Exchange {
		contra = Exchanged
	}
	arriving := *d.op
	arriving.Amount, arriving.ExpiresAt, arriving.AvailableAt, arriving.Origin = s.amount, s.ends.Time(), d.now.Time(), string(d.op.Kind)
	first := d.op
	d.op = &arriving
	m := d.credit()
	d.op = first
	if err := d.move(m); err != nil {
		return err
	}
	p := d.own(contra, s.amount)
	p.Cause, p.Fingerprint = "", nil // The first side has them; this one's is made of its number.
	_, err := d.received(p, []Movement{m})
	return err
}
