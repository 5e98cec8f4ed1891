package ledger

import (
	"slices"

	"huiji/internal/core/fault"
)

// hold keeps units for a purpose. The balance stays, and they cannot be spent.
func (d *draft) hold() (int, error) {
	if err := d.enough(d.op.Amount); err != nil {
		return 0, err
	}
	until := At(d.op.HeldUntil)
	if until <= d.now {
		return 0, fault.New(fault.Invalid, "hold.ended", "冻结截止时间须在未来", "a hold must end in the future").At("held_until", d.op.HeldUntil)
	}
	moves, err := d.take(nil, d.op.Amount, Movement{Tag: Reserved, Hold: d.Seq + 1, Until: until})
	if err != nil {
		return 0, err
	}
	p := d.own(Unmoved, 0)
	p.Movements = moves
	return d.post(p)
}

// capture spends held units, those that expire first before the others. What is
// left of the hold is released, unless the op keeps it.
func (d *draft) capture() (int, error) {
	h, err := d.held()
	if err != nil {
		return 0, err
	}
	amount := d.op.Amount
	if d.op.Whole {
		amount = h.Amount()
	}
	if have := h.Amount(); amount > have {
		return 0, fault.Newf(fault.Conflict, "hold.amount_exceeds",
			"最多可扣 %d", "at most %d is held", have).With("held", have)
	}
	spent, rest := h.split(amount)
	if rest.Amount() > 0 && !d.op.Keep {
		p := d.beside(Release, Unmoved, 0)
		p.Reverses, p.Movements = h.No, d.free(rest)
		if _, err := d.received(p, p.Movements); err != nil {
			return 0, err
		}
		if err := d.expire(); err != nil {
			return 0, err
		}
	}
	p := d.own(Redeemed, -amount)
	p.Reverses = h.No
	for _, part := range spent.Parts {
		m := part.movement(-part.Remaining, Captured)
		m.Hold = h.No
		if err := d.move(m); err != nil {
			return 0, err
		}
		p.Movements = append(p.Movements, m)
	}
	return d.post(p)
}

// release gives all that is held back.
func (d *draft) release() (int, error) {
	h, err := d.held()
	if err != nil {
		return 0, err
	}
	p := d.own(Unmoved, 0)
	p.Reverses = h.No
	return d.received(p, d.free(h))
}

// held is the open hold that the op names.
func (d *draft) held() (Reservation, error) {
	key, no, ok := ParsePosting(d.op.Of)
	if !ok || key != d.Key() {
		return Reservation{}, errHold
	}
	at := slices.IndexFunc(d.Holds, func(h Reservation) bool { return h.No == no })
	if at < 0 {
		return Reservation{}, errHoldClosed
	}
	return d.Holds[at], nil
}

// split takes an amount from the parts in their order.
func (r Reservation) split(amount int64) (spent, rest Reservation) {
	spent, rest = Reservation{No: r.No, Until: r.Until}, Reservation{No: r.No, Until: r.Until}
	for _, part := range r.Parts {
		n := min(amount, part.Remaining)
		amount -= n
		taken, left := part, part
		if taken.Remaining = n; n > 0 {
			spent.Parts = append(spent.Parts, taken)
		}
		if left.Remaining = part.Remaining - n; left.Remaining > 0 {
			rest.Parts = append(rest.Parts, left)
		}
	}
	return spent, rest
}

// HoldState is a hold and what became of it by a moment.
type HoldState struct {
	Posting  Posting
	Until    Moment // when the rest is free again by itself
	Held     int64
	Captured int64
	Released int64
}

// Status is open, captured or released.
func (h HoldState) Status() string {
	switch {
	case h.Held > 0:
		return "open"
	case h.Captured > 0:
		return "captured"
	}
	return "released"
}

// stateOf adds up what followed a hold's posting. When its time is up the rest is
// free, whether that is written down or not.
func stateOf(p Posting, followers []Posting, now Moment) HoldState {
	h := HoldState{Posting: p, Until: p.heldUntil(), Held: p.Reserved()}
	for i := range followers {
		f := &followers[i]
		if f.Kind == Capture {
			h.Captured -= f.Amount
			h.Held += f.Amount
		}
		h.Released -= f.Reserved()
		h.Held += f.Reserved()
	}
	if h.Until <= now {
		h.Released += h.Held
		h.Held = 0
	}
	return h
}

// heldUntil is when the hold that a posting made ends by itself.
func (p Posting) heldUntil() Moment {
	for _, m := range p.Movements {
		if m.Tag == Reserved && m.Amount < 0 {
			return m.Until
		}
	}
	return 0
}

var (
	errHold       = fault.New(fault.NotFound, "hold.not_found", "没有这笔冻结", "there is no such hold")
	errHoldClosed = fault.New(fault.Conflict, "hold.closed", "这笔冻结不存在，或已扣除、释放、到期", "there is no such hold any more: it was captured, released, or its time was up")
)
