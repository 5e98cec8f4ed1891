package ledger

import (
	"slices"

	"huiji/internal/core/fault"
)

var errLot = fault.New(fault.NotFound, "lot.not_found", "没有这个批次，或已用完、到期", "there is no such lot, or it is spent or has expired")

// change gives a lot another end, or lets a pending one be spent from now on. Its
// units leave the lot and come back into it, so that replaying shows the same.
func (d *draft) change() (int, error) {
	at := slices.IndexFunc(d.Lots, func(l Lot) bool { return l.No == d.op.Lot })
	if at < 0 {
		return 0, errLot
	}
	l := d.Lots[at]
	ends := l.ExpiresAt
	if !d.op.ExpiresAt.IsZero() {
		ends = At(d.op.ExpiresAt)
	}
	switch {
	case d.op.Kind == Extend && end(ends) <= end(l.ExpiresAt):
		return 0, fault.New(fault.Invalid, "lot.not_later", "新的到期时间须晚于原来的", "the new end must be later than the old one").At("expires_at", d.op.ExpiresAt)
	case ends != 0 && ends <= d.now:
		return 0, fault.New(fault.Invalid, "lot.ended", "到期时间须在未来", "the end must lie in the future").At("expires_at", d.op.ExpiresAt)
	case d.op.Kind == Activate && l.AvailableAt <= d.now:
		return 0, fault.New(fault.Conflict, "lot.active", "这个批次已经生效", "this lot can be spent already").With("lot", l.No)
	}
	out := l.movement(-l.Remaining, Plain)
	in := l.movement(l.Remaining, Plain)
	in.ExpiresAt = ends
	if d.op.Kind == Activate {
		in.AvailableAt = d.now
	}
	for _, m := range []Movement{out, in} {
		if err := d.move(m); err != nil {
			return 0, err
		}
	}
	return d.received(d.own(Unmoved, 0), []Movement{out, in})
}
