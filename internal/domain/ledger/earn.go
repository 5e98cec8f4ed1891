package ledger

import (
	"cmp"

	"huiji/internal/core/unit"
)

// earn books value coming in: an earning, a positive adjustment, an opening
// balance. Debt is paid from it at once when it is spendable.
func (d *draft) earn() (int, error) {
	contra := Issued
	switch d.op.Kind {
	case Adjust:
		contra = Adjusted
	case Opening:
		contra = Opened
	}
	if err := d.definition.fits(&d.Account, d.op.Amount); err != nil {
		return 0, err
	}
	m := d.credit()
	if err := d.move(m); err != nil {
		return 0, err
	}
	return d.received(d.own(contra, d.op.Amount), []Movement{m})
}

// credit finds the lot for the op's value: the open one of the same expiry,
// rule and availability, or a new one.
func (d *draft) credit() Movement {
	available := cmp.Or(At(d.op.AvailableAt), d.now)
	m := Movement{
		Lot: d.Seq + 1, Amount: d.op.Amount, Of: d.op.Amount,
		AvailableAt: available, ExpiresAt: At(d.op.ExpiresAt), Origin: d.op.Origin,
	}
	if m.ExpiresAt != 0 && m.ExpiresAt <= d.now {
		m.Tag = Lapsed // As in a late import: it is written down as expired right after.
	}
	for _, l := range d.Lots {
		sameTime := l.AvailableAt == available || (l.AvailableAt <= d.now && available <= d.now)
		if l.ExpiresAt == m.ExpiresAt && l.Origin == m.Origin && sameTime {
			m.Lot, m.Of = l.No, min(l.Amount+m.Amount, unit.Max)
			break
		}
	}
	return m
}

// received posts value that has come in, and the debt that it pays.
func (d *draft) received(p Posting, moves []Movement) (int, error) {
	p.Movements = append(moves, d.pay(d.now, d.now)...)
	return d.post(p)
}
