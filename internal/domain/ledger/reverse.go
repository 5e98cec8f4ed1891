package ledger

import (
	"cmp"
	"slices"

	"huiji/internal/core/fault"
)

// reverse undoes a posting, whole or in part.
func (d *draft) reverse() (int, error) {
	key, seq, ok := ParsePosting(d.op.Of)
	if !ok || key != d.Key() {
		return 0, errPosting
	}
	d.sheet.read()
	of, ok := d.sheet.past[seq]
	if !ok {
		return 0, errPosting
	}
	amount, err := d.reversible(of)
	if err != nil {
		return 0, err
	}
	if of.Amount < 0 {
		return d.giveBack(of, amount)
	}
	return d.takeBack(of, amount)
}

// reversible is how much the op reverses of the posting.
func (d *draft) reversible(of *Posting) (int64, error) {
	switch {
	case of.Kind == Transfer || of.Kind == Exchange:
		return 0, fault.New(fault.Conflict, "posting.not_reversible",
			"转赠与兑换涉及两个账户，不能单边冲正；请反向再做一次", "a transfer or an exchange touches two accounts and is not reversed on one: do it the other way round").With("kind", string(of.Kind))
	case of.Kind == Expire || of.Kind == Reversal || of.Contra == Forgiven || of.Amount == 0:
		return 0, fault.New(fault.Conflict, "posting.not_reversible",
			"到期、冲正、免除以及不改变余额的记账不能冲正", "an expiry, a reversal, a write-off and what does not change the balance cannot be reversed").With("kind", string(of.Kind))
	}
	left := max(of.Amount, -of.Amount) - d.sheet.reversed[of.Seq]
	switch {
	case left == 0:
		return 0, fault.New(fault.Conflict, "posting.reversed_already",
			"这笔记账已全部冲正", "this posting has been reversed already").With("left", left)
	case d.op.Whole:
		return left, nil
	case d.op.Amount > left:
		return 0, fault.Newf(fault.Conflict, "posting.amount_exceeds",
			"这笔记账最多还能冲正 %d", "at most %d of this posting can still be reversed", left).With("left", left)
	}
	return d.op.Amount, nil
}

// giveBack returns units to the lots they were taken from, the last taken
// first; what earlier parts have returned is passed over.
func (d *draft) giveBack(of *Posting, amount int64) (int, error) {
	skip, left := d.sheet.reversed[of.Seq], amount
	var moves []Movement
	for i := len(of.Movements) - 1; i >= 0 && left > 0; i-- {
		took := of.Movements[i]
		if took.Tag == PaysDebt || took.Tag == Reserved || took.Amount > 0 {
			continue
		}
		passed := min(skip, -took.Amount)
		skip -= passed
		if n := min(left, -took.Amount-passed); n > 0 {
			m := d.returning(took, n)
			if err := d.move(m); err != nil {
				return 0, err
			}
			moves, left = append(moves, m), left-n
		}
	}
	p := d.own(of.Contra, amount)
	p.Reverses = of.Seq
	return d.received(p, moves)
}

// returning is n units on their way back into the lot they were taken from. A
// lot that has expired meanwhile is good again for the grace that the op gives;
// when an earlier return has done so, the later of the two ends holds. Without
// grace the units go back and expire right after.
func (d *draft) returning(took Movement, n int64) Movement {
	m := took
	m.Amount, m.Tag, m.Hold = n, Plain, 0
	ended := m.ExpiresAt != 0 && m.ExpiresAt <= d.now
	if until := At(d.op.ReinstateUntil); ended && until > d.now {
		m.ExpiresAt, ended = until, false
	}
	if at := d.find(m.Lot); at >= 0 {
		if open := d.Lots[at].ExpiresAt; end(open) >= end(m.ExpiresAt) {
			m.ExpiresAt, ended = open, false
		}
	}
	if ended {
		m.Tag = Lapsed
	}
	return m
}

// takeBack takes back what a posting brought. What is written off or counted as
// given back already is first put back by a posting of its own, beside the
// reversal, so that the reversal is always of the whole amount, no balance dips
// below zero on the way, and the programme accounts come out right: un-expiring
// goes against expired, writing off against forgiven.
func (d *draft) takeBack(of *Posting, amount int64) (int, error) {
	own := d.ownLots(of)
	left := amount - min(amount, d.remaining(own))
	lapsed, err := d.unexpire(of, own, left)
	if err != nil {
		return 0, err
	}
	left -= lapsed.total
	left -= min(left, max(0, d.spendableBeside(own)))
	p := d.own(of.Contra, -amount)
	p.Reverses = of.Seq
	var forgiven []Movement
	if left > 0 {
		if forgiven, err = d.shortfall(left); err != nil {
			return 0, err
		}
	}
	p.Movements, err = d.collect(own, amount, lapsed.moves, forgiven)
	if err != nil {
		return 0, err
	}
	return d.post(p)
}

// ownLots are the lots that the posting filled.
func (d *draft) ownLots(of *Posting) []int64 {
	var own []int64
	for _, m := range of.Movements {
		if m.Lot > 0 && m.Amount > 0 {
			own = append(own, m.Lot)
		}
	}
	return own
}

func (d *draft) remaining(lots []int64) (sum int64) {
	for _, no := range lots {
		if at := d.find(no); at >= 0 {
			sum += d.Lots[at].Remaining
		}
	}
	return sum
}

// spendableBeside is what other lots than these can give.
func (d *draft) spendableBeside(own []int64) (sum int64) {
	for _, l := range d.Lots {
		if l.spendable(d.now) && !slices.Contains(own, l.No) {
			sum += l.Remaining
		}
	}
	return sum
}

// lapses are units that had expired and have been put back to be taken.
type lapses struct {
	total int64
	moves []Movement // that take them
}

// unexpire puts back up to limit units of the posting's own lots that expired
// unspent after it, one posting for every expiry that is undone.
func (d *draft) unexpire(of *Posting, own []int64, limit int64) (lapses, error) {
	var l lapses
	for _, e := range d.expiries(of.Seq) {
		if l.total == limit {
			break
		}
		out := e.Movements[len(e.Movements)-1] // Debt that was paid before it comes first.
		n := min(limit-l.total, -e.Amount-d.sheet.reversed[e.Seq])
		if n <= 0 || !slices.Contains(own, out.Lot) {
			continue
		}
		in := out
		in.Amount, in.Tag = n, Lapsed
		if at := d.find(in.Lot); at >= 0 { // Open again after a return within grace.
			in.ExpiresAt = d.Lots[at].ExpiresAt
		}
		if err := d.move(in); err != nil {
			return lapses{}, err
		}
		p := d.beside(Reversal, Expired, n)
		p.Reverses, p.Movements = e.Seq, []Movement{in}
		if _, err := d.post(p); err != nil {
			return lapses{}, err
		}
		in.Amount = -n
		l.total, l.moves = l.total+n, append(l.moves, in)
	}
	return l, nil
}

// expiries are the account's expiry postings after a number, those of this very
// op included.
func (d *draft) expiries(after int64) []*Posting {
	var all []*Posting
	for _, seq := range d.sheet.expired {
		if seq > after {
			all = append(all, d.sheet.past[seq])
		}
	}
	for i := range d.made {
		if d.made[i].Kind == Expire {
			all = append(all, &d.made[i])
		}
	}
	return all
}

// shortfall decides about units that cannot be taken. It answers with the
// movement that takes what was written off; none when it becomes a debt.
func (d *draft) shortfall(amount int64) ([]Movement, error) {
	switch cmp.Or(d.op.Debt, d.definition.Debt, Negative) {
	case Refuse:
		return nil, fault.Newf(fault.Conflict, "points.debt_refused",
			"扣回后会欠 %d，而商家设置不允许欠分", "taking it back would leave a debt of %d, which the merchant does not allow", amount).With("shortfall", amount)
	case Negative:
		return nil, nil
	}
	in := Movement{Lot: d.Seq + 1, Amount: amount, Of: amount, AvailableAt: d.now, Tag: WrittenOff}
	if err := d.move(in); err != nil {
		return nil, err
	}
	p := d.beside(Adjust, Forgiven, amount)
	p.Movements = []Movement{in}
	if _, err := d.post(p); err != nil {
		return nil, err
	}
	in.Amount = -amount
	return []Movement{in}, nil
}

// collect takes the amount: what had expired and what was written off first,
// because it was put back only to be taken, then the own lots, then the others,
// then debt.
func (d *draft) collect(own []int64, amount int64, lapsed, forgiven []Movement) ([]Movement, error) {
	var moves []Movement
	for _, m := range append(lapsed, forgiven...) {
		if err := d.move(m); err != nil {
			return nil, err
		}
		moves, amount = append(moves, m), amount+m.Amount
	}
	for _, no := range own {
		at := d.find(no)
		if at < 0 || amount == 0 {
			continue
		}
		m := d.Lots[at].movement(-min(amount, d.Lots[at].Remaining), Plain)
		if err := d.move(m); err != nil {
			return nil, err
		}
		moves, amount = append(moves, m), amount+m.Amount
	}
	before := len(moves)
	moves, err := d.take(moves, amount, Movement{})
	if err != nil {
		return nil, err
	}
	for _, m := range moves[before:] {
		amount += m.Amount
	}
	if amount == 0 {
		return moves, nil
	}
	m := Movement{Amount: -amount, Tag: Plain}
	return append(moves, m), d.move(m)
}
