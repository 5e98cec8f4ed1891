package ledger

import (
	"cmp"
	"slices"
)

// model is the naive ledger of one account: lots and facts in lists that only
// grow, time that is lived through moment by moment, loops instead of thought.
// It writes expiries and debt payments when they happen, the ledger when it
// next looks: that both agree is law 4.
type model struct {
	now   Moment
	step  int
	debt  int64
	lots  []*modelLot
	facts []*modelFact
	holds []*modelHold
}

type modelHold struct {
	until Moment
	parts []modelPart
}

type modelLot struct {
	left        int64
	avail, ends Moment
	origin      string
	expiries    []*modelExpiry
}

type modelExpiry struct {
	step         int
	amount, used int64
}

type modelFact struct {
	step, amountSign int
	kind             Kind
	amount, reversed int64
	into             *modelLot
	parts            []modelPart
}

type modelPart struct {
	lot    *modelLot
	amount int64
	ends   Moment // of the lot when it was taken
}

func (m *model) advance(to Moment) {
	for m.now < to {
		next := to
		for _, l := range m.lots {
			for _, at := range []Moment{l.avail, l.ends} {
				if l.left > 0 && at > m.now && at < next {
					next = at
				}
			}
		}
		for _, h := range m.holds {
			if h.open() && h.until > m.now && h.until < next {
				next = h.until
			}
		}
		m.now = next
		m.expire()
		for _, h := range m.holds {
			if h.open() && h.until <= m.now {
				m.release(h)
			}
		}
		m.expire()
		m.payDebt()
	}
}

func (m *model) expire() {
	for _, l := range m.lots {
		if l.left > 0 && l.ends != 0 && l.ends <= m.now {
			l.expiries = append(l.expiries, &modelExpiry{step: m.step, amount: l.left})
			l.left = 0
		}
	}
}

func (m *model) spendable() []*modelLot {
	var all []*modelLot
	for _, l := range m.lots {
		if l.left > 0 && l.avail <= m.now {
			all = append(all, l)
		}
	}
	slices.SortStableFunc(all, func(a, b *modelLot) int {
		if (a.ends == 0) != (b.ends == 0) {
			if a.ends == 0 {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.ends, b.ends), cmp.Compare(a.avail, b.avail))
	})
	return all
}

func (m *model) payDebt() {
	for _, l := range m.spendable() {
		n := min(l.left, m.debt)
		l.left -= n
		m.debt -= n
	}
}

func (m *model) available() (sum int64) {
	for _, l := range m.spendable() {
		sum += l.left
	}
	return max(0, sum-m.debt)
}

func (h *modelHold) open() bool { return len(h.parts) > 0 }

func (m *model) held() (sum int64) {
	for _, h := range m.holds {
		for _, p := range h.parts {
			sum += p.amount
		}
	}
	return sum
}

func (m *model) hold(amount int64, until Moment) string {
	if m.available() < amount {
		return "points.insufficient"
	}
	m.holds = append(m.holds, &modelHold{until, m.take(amount)})
	return ""
}

func (m *model) release(h *modelHold) {
	for _, p := range h.parts {
		if p.lot.left == 0 || p.ends == 0 || (p.lot.ends != 0 && p.ends > p.lot.ends) {
			p.lot.ends = p.ends
		}
		p.lot.left += p.amount
	}
	h.parts = nil
}

// capture spends held units; amount 0 is all of them.
func (m *model) capture(h *modelHold, amount int64, keep bool) string {
	if !h.open() {
		return "hold.closed"
	}
	var have int64
	for _, p := range h.parts {
		have += p.amount
	}
	if amount == 0 {
		amount = have
	}
	if amount > have {
		return "hold.amount_exceeds"
	}
	f := &modelFact{step: m.step, amountSign: -1, kind: Capture, amount: amount}
	var rest []modelPart
	for _, p := range h.parts {
		n := min(amount, p.amount)
		amount -= n
		if n > 0 {
			f.parts = append(f.parts, modelPart{p.lot, n, p.ends})
		}
		if p.amount > n {
			rest = append(rest, modelPart{p.lot, p.amount - n, p.ends})
		}
	}
	m.facts = append(m.facts, f)
	if h.parts = rest; !keep {
		m.release(h)
		m.expire()
		m.payDebt()
	}
	return ""
}

func (m *model) pending() (sum int64) {
	for _, l := range m.lots {
		if l.avail > m.now {
			sum += l.left
		}
	}
	return sum
}

func (m *model) earn(kind Kind, amount int64, avail, ends Moment, origin string) {
	if avail == 0 {
		avail = m.now
	}
	var into *modelLot
	candidates := slices.Clone(m.lots)
	slices.SortStableFunc(candidates, func(a, b *modelLot) int { return cmp.Compare(a.avail, b.avail) })
	for _, l := range candidates {
		if l.left > 0 && l.ends == ends && l.origin == origin && (l.avail == avail || (l.avail <= m.now && avail <= m.now)) {
			into = l
			break
		}
	}
	if into == nil {
		into = &modelLot{avail: avail, ends: ends, origin: origin}
		m.lots = append(m.lots, into)
	}
	into.left += amount
	m.facts = append(m.facts, &modelFact{step: m.step, amountSign: 1, kind: kind, amount: amount, into: into})
	m.expire()
	m.payDebt()
}

func (m *model) take(amount int64) (parts []modelPart) {
	for _, l := range m.spendable() {
		if n := min(l.left, amount); n > 0 {
			l.left -= n
			amount -= n
			parts = append(parts, modelPart{l, n, l.ends})
		}
	}
	return parts
}

func (m *model) redeem(kind Kind, amount int64) string {
	if m.available() < amount {
		return "points.insufficient"
	}
	m.facts = append(m.facts, &modelFact{step: m.step, amountSign: -1, kind: kind, amount: amount, parts: m.take(amount)})
	return ""
}

// reverse reverses a fact; amount 0 is the rest of it.
func (m *model) reverse(f *modelFact, amount int64, debt DebtPolicy, until Moment) (Reversed, string) {
	left := f.amount - f.reversed
	switch {
	case left == 0:
		return Reversed{}, "posting.reversed_already"
	case amount > left:
		return Reversed{}, "posting.amount_exceeds"
	case amount == 0:
		amount = left
	}
	if f.amountSign < 0 {
		return m.giveBack(f, amount, until), ""
	}
	return m.takeBack(f, amount, debt)
}

func (m *model) giveBack(f *modelFact, amount int64, until Moment) Reversed {
	r := Reversed{Returned: amount}
	f.reversed += amount
	for i := len(f.parts) - 1; i >= 0; i-- {
		part := &f.parts[i]
		n := min(part.amount, amount)
		if n == 0 {
			continue
		}
		part.amount -= n
		amount -= n
		ends := part.ends
		if ends != 0 && ends <= m.now && until > m.now {
			ends = until
		}
		if l := part.lot; l.left > 0 && ends != 0 && (l.ends == 0 || l.ends > ends) {
			ends = l.ends
		}
		part.lot.ends = ends
		part.lot.left += n
		if ends != 0 && ends <= m.now {
			r.Lapsed += n
		}
	}
	m.expire()
	m.payDebt()
	return r
}

func (m *model) takeBack(f *modelFact, amount int64, debt DebtPolicy) (Reversed, string) {
	own := min(f.into.left, amount)
	rest := amount - own
	var lapsed int64
	for _, e := range f.into.expiries {
		if e.step >= f.step {
			lapsed += min(rest-lapsed, e.amount-e.used)
		}
	}
	rest -= lapsed
	others := min(rest, m.available()-m.spendableIn(f.into))
	rest -= others
	if rest > 0 && debt == Refuse {
		return Reversed{}, "points.debt_refused"
	}
	f.reversed += amount
	f.into.left -= own
	use := lapsed
	for _, e := range f.into.expiries {
		if e.step >= f.step {
			n := min(use, e.amount-e.used)
			e.used += n
			use -= n
		}
	}
	m.take(others)
	if debt == Forgive {
		return Reversed{ClawedBack: own + others, Forgiven: rest, Lapsed: lapsed}, ""
	}
	m.debt += rest
	return Reversed{ClawedBack: own + others + rest, Debt: rest, Lapsed: lapsed}, ""
}

func (m *model) spendableIn(lot *modelLot) int64 {
	if lot.avail <= m.now {
		return lot.left
	}
	return 0
}

// open lists the open lots by what can be seen of them.
func (m *model) open() []Lot {
	var all []Lot
	for _, l := range m.lots {
		if l.left > 0 {
			all = append(all, Lot{Remaining: l.left, AvailableAt: l.avail, ExpiresAt: l.ends, Origin: l.origin})
		}
	}
	return all
}

func (m *model) balance() (sum int64) {
	for _, l := range m.lots {
		sum += l.left
	}
	return sum + m.held() - m.debt
}
