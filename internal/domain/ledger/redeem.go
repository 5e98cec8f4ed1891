package ledger

import "huiji/internal/core/fault"

// redeem books value going out: a redemption, a negative adjustment, what goes to
// another account. It never makes a debt.
func (d *draft) redeem() (int, error) {
	contra, amount := Redeemed, d.op.Amount
	switch d.op.Kind {
	case Adjust:
		contra, amount = Adjusted, -amount
	case Transfer:
		contra = InTransit
	case Exchange:
		contra = Exchanged
	}
	if err := d.enough(amount); err != nil {
		return 0, err
	}
	moves, err := d.take(nil, amount, Movement{})
	if err != nil {
		return 0, err
	}
	p := d.own(contra, -amount)
	p.Movements = moves
	return d.post(p)
}

// enough checks that so much can be spent now.
func (d *draft) enough(amount int64) error {
	have := d.available(d.now)
	if have < amount {
		return fault.Newf(fault.Conflict, "points.insufficient",
			"可用数量不足：可用 %d，需要 %d", "not enough: %d can be spent and %d are needed", have, amount).
			With("available", have).With("needed", amount)
	}
	if !d.definition.Partial && (d.op.Kind == Redeem || d.op.Kind == Hold) && have != amount {
		return fault.Newf(fault.Conflict, "asset.not_partial",
			"该资产只能一次用完：须使用全部 %d", "this asset is redeemed as a whole: use all %d", have).With("available", have)
	}
	return nil
}

// take spends from the lots that can be spent, in their order, and adds what it
// took to moves, marked as like is. The caller has seen that there is enough.
func (d *draft) take(moves []Movement, amount int64, like Movement) ([]Movement, error) {
	for at := 0; amount > 0 && at < len(d.Lots); {
		l := d.Lots[at]
		if !l.spendable(d.now) {
			at++
			continue
		}
		m := l.movement(-min(amount, l.Remaining), like.Tag)
		m.Hold, m.Until = like.Hold, like.Until
		if err := d.move(m); err != nil {
			return nil, err
		}
		moves, amount = append(moves, m), amount+m.Amount
		if l.Remaining > -m.Amount {
			at++
		}
	}
	return moves, nil
}
