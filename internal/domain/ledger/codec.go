package ledger

import (
	"errors"
	"slices"
)

// Open lots, holds and movements are kept as bytes of variable length: a version, a
// count, and numbers of seven bits a byte. A moment that falls on a whole
// minute, as ends of days do, is kept in minutes. An origin is written once and
// then named by its place. A decoder takes only what the encoder would have
// written, so that equal values are equal bytes and damage is seen.

const codecVersion = 1

var errCorrupt = errors.New("the packed lots are damaged")

// encodeLots packs what of an account has no column of its own: when its last
// posting was recorded, its open lots, and its holds.
func encodeLots(a *Account) []byte {
	w := writer{b: make([]byte, 0, 16+24*len(a.Lots))}
	w.b = append(w.b, codecVersion)
	w.moment(a.At)
	w.number(uint64(len(a.Lots)))
	for i := range a.Lots {
		w.lot(&a.Lots[i])
	}
	w.number(uint64(len(a.Holds)))
	for i := range a.Holds {
		h := &a.Holds[i]
		w.number(uint64(h.No))
		w.moment(h.Until)
		w.number(uint64(len(h.Parts)))
		for k := range h.Parts {
			w.lot(&h.Parts[k])
		}
	}
	return w.b
}

func (w *writer) lot(l *Lot) {
	w.number(uint64(l.No))
	w.number(uint64(l.Remaining))
	w.number(uint64(l.Amount - l.Remaining))
	w.moment(l.AvailableAt)
	w.moment(l.ExpiresAt)
	w.origin(l.Origin)
}

// decodeLots is the reverse of encodeLots. No bytes at all are an account that
// has nothing yet.
func decodeLots(b []byte, a *Account) error {
	a.At, a.Lots, a.Holds = 0, nil, nil
	if len(b) == 0 {
		return nil
	}
	r := reader{b: b}
	r.version()
	a.At = r.moment()
	a.Lots = r.lots(true)
	for range r.count(9) {
		h := Reservation{No: r.signed(), Until: r.moment()}
		h.Parts = r.lots(false)
		if h.No <= 0 || h.Until == 0 || len(h.Parts) == 0 || (len(a.Holds) > 0 && a.Holds[len(a.Holds)-1].No >= h.No) {
			r.bad = true
		}
		if r.bad {
			break
		}
		a.Holds = append(a.Holds, h)
	}
	if r.bad || len(r.b) > 0 {
		a.At, a.Lots, a.Holds = 0, nil, nil
		return errCorrupt
	}
	return nil
}

// lots reads a list of lots; ordered ones are in the order of spending.
func (r *reader) lots(ordered bool) []Lot {
	n := r.count(6)
	if n == 0 {
		return nil
	}
	lots := make([]Lot, 0, n)
	for range n {
		l := Lot{No: r.signed(), Remaining: r.signed()}
		l.Amount = l.Remaining + r.signed()
		l.AvailableAt, l.ExpiresAt, l.Origin = r.moment(), r.moment(), r.origin()
		if l.No <= 0 || l.Remaining <= 0 || l.Amount < l.Remaining || (ordered && len(lots) > 0 && lots[len(lots)-1].compare(l) >= 0) {
			r.bad = true
		}
		if r.bad {
			return nil
		}
		lots = append(lots, l)
	}
	return lots
}

// Bits of the first byte of a packed movement; the lower four are its tag.
const (
	movementOut  = 0x10 // the amount is below zero
	movementDebt = 0x20 // lot 0: nothing but the amount follows
	movementTags = 0x0f
)

// encodeMovements packs what a posting did to lots.
func encodeMovements(moves []Movement) []byte {
	w := writer{b: make([]byte, 0, 8+24*len(moves))}
	w.b = append(w.b, codecVersion)
	w.number(uint64(len(moves)))
	for i := range moves {
		m := &moves[i]
		head := byte(m.Tag)
		if m.Amount < 0 {
			head |= movementOut
		}
		if m.Lot == 0 {
			head |= movementDebt
		}
		w.b = append(w.b, head)
		w.number(uint64(max(m.Amount, -m.Amount)))
		if m.Lot == 0 {
			continue
		}
		w.number(uint64(m.Lot))
		w.number(uint64(m.Of))
		w.moment(m.AvailableAt)
		w.moment(m.ExpiresAt)
		w.origin(m.Origin)
		if m.Tag == Reserved || m.Tag == Captured {
			w.number(uint64(m.Hold))
		}
		if m.Tag == Reserved && m.Amount < 0 {
			w.moment(m.Until)
		}
	}
	return w.b
}

// decodeMovements is the reverse of encodeMovements.
func decodeMovements(b []byte) ([]Movement, error) {
	if len(b) == 0 {
		return nil, nil
	}
	r := reader{b: b}
	r.version()
	n := r.count(2)
	moves := make([]Movement, 0, n)
	for range n {
		var m Movement
		head := r.byte()
		m.Tag = Tag(head & movementTags)
		m.Amount = r.signed()
		if m.Amount == 0 || head&^(movementTags|movementOut|movementDebt) != 0 || m.Tag > Captured {
			r.bad = true
		}
		if head&movementOut != 0 {
			m.Amount = -m.Amount
		}
		if head&movementDebt == 0 {
			m.Lot, m.Of = r.signed(), r.signed()
			m.AvailableAt, m.ExpiresAt, m.Origin = r.moment(), r.moment(), r.origin()
			r.bad = r.bad || m.Lot <= 0
			r.hold(&m)
		}
		if r.bad {
			return nil, errCorrupt
		}
		moves = append(moves, m)
	}
	if r.bad || len(r.b) > 0 {
		return nil, errCorrupt
	}
	return moves, nil
}

// hold reads what belongs to a movement between a lot and a hold.
func (r *reader) hold(m *Movement) {
	if m.Tag != Reserved && m.Tag != Captured {
		return
	}
	m.Hold = r.signed()
	r.bad = r.bad || m.Hold <= 0
	if m.Tag == Reserved && m.Amount < 0 {
		m.Until = r.moment()
		r.bad = r.bad || m.Until == 0
	}
}

type writer struct {
	b       []byte
	origins []string
}

func (w *writer) number(n uint64) {
	for n >= 0x80 {
		w.b = append(w.b, byte(n)|0x80)
		n >>= 7
	}
	w.b = append(w.b, byte(n))
}

const minute = 60_000

// moment writes minutes with the lowest bit set, or milliseconds without it.
func (w *writer) moment(m Moment) {
	if m != 0 && m%minute == 0 {
		w.number(uint64(m/minute)<<1 | 1)
		return
	}
	w.number(uint64(m) << 1)
}

// origin writes the place of an origin that was written before, counted from
// one; or 0, the length and the text of a new one.
func (w *writer) origin(s string) {
	if at := slices.Index(w.origins, s); at >= 0 {
		w.number(uint64(at + 1))
		return
	}
	w.origins = append(w.origins, s)
	w.number(0)
	w.number(uint64(len(s)))
	w.b = append(w.b, s...)
}

// reader takes bytes apart. After the first fault it is bad and yields zeros.
type reader struct {
	b       []byte
	origins []string
	bad     bool
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) version() {
	if r.byte() != codecVersion {
		r.bad = true
	}
}

// number reads at most nine bytes, which is all that fits 63 bits, and refuses
// a longer form of a shorter number.
func (r *reader) number() uint64 {
	var n uint64
	for shift := 0; shift < 63; shift += 7 {
		c := r.byte()
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if c == 0 && shift > 0 {
				r.bad = true
			}
			return n
		}
	}
	r.bad = true
	return 0
}

// signed reads a number that is never below zero and whose sum with another
// stays inside 64 bits.
func (r *reader) signed() int64 {
	n := r.number()
	if n > 1<<62 {
		r.bad = true
		return 0
	}
	return int64(n)
}

// count reads how many things follow, each of at least size bytes.
func (r *reader) count(size int) int {
	n := r.number()
	if n > uint64(len(r.b)/size) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *reader) moment() Moment {
	n := r.number()
	m, inMinutes := Moment(n>>1), n&1 == 1
	if inMinutes && m <= latest/minute {
		m *= minute
	} else if inMinutes {
		m = -1
	}
	if m < 0 || m > latest || (m != 0 && m%minute == 0) != inMinutes {
		r.bad = true
		return 0
	}
	return m
}

func (r *reader) origin() string {
	at := r.number()
	if at > 0 {
		if at > uint64(len(r.origins)) {
			r.bad = true
			return ""
		}
		return r.origins[at-1]
	}
	n := r.number()
	if n > uint64(len(r.b)) {
		r.bad = true
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	if slices.Contains(r.origins, s) {
		r.bad = true
	}
	r.origins = append(r.origins, s)
	return s
}
