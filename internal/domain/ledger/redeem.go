package ledger

import "huiji/internal/core/fault"

// redeem books value going out: a redemption or a negative adjustment. It never
// makes a debt.
func (d *draft) redeem() (int, error) {
	contra, amount := Redeemed, d.op.Amount
	if d.op.Kind == Adjust {
		contra, amount = Adjusted, -amount
	}
	if have := d.available(d.now); have < amount {
		return 0, fault.Newf(fault.Conflict, "points.insufficient",
			"可用数量不足：可用 %d，需要 %d", "not enough: %d can be spent and %d are needed", have, amount).
			With("available", have).With("needed", amount)
	}
	moves, err := d.take(nil, amount, Plain)
	if err != nil {
		return 0, err
	}
	p := d.own(contra, -amount)
	p.Movements = moves
	return d.post(p)
}

// take spends from the lots that can be spent, in their order, and adds what it
// took to moves. The caller has seen that there is enough.
func (d *draft) take(moves []Movement, amount int64, tag Tag) ([]Movement, error) {
	for at := 0; amount > 0 && at < len(d.Lots); {
		l := d.Lots[at]
		if !l.spendable(d.now) {
			at++
			continue
		}
		m := l.movement(-min(amount, l.Remaining), tag)
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
