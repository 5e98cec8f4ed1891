package ledger

import (
	"cmp"
	"slices"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// Known is what a list of ops has to know.
type Known struct {
	Accounts map[Key]Account   // an account that is not in it is empty
	Past     map[Key][]Posting // by number: what is reversed, its reversals, and what expired or un-expired after it
	Answers  map[Cause]Posting // what the causes of the ops have booked before
	Assets   Assets            // what the merchant has set; points need not be in it
}

// Cause names a fact: it is unique for ever inside a bucket.
type Cause struct {
	Bucket id.Bucket
	Name   string
}

// Compare orders causes by bucket, then by name.
func (c Cause) Compare(other Cause) int {
	return cmp.Or(cmp.Compare(c.Bucket, other.Bucket), cmp.Compare(c.Name, other.Name))
}

// Changes is what has to be written: every new posting, and every account that
// has one.
type Changes struct {
	Accounts []Account
	Postings []Posting
	Told     []Line // the postings summed up for reports
}

// ApplyAll decides a list of ops in its order, over any number of accounts.
// When strict, the first op that fails is the error and nothing is to be
// written; otherwise its outcome carries the error, it changes nothing, and its
// neighbours go on. Now is the clock of the whole list.
func ApplyAll(known Known, ops []Op, now time.Time, strict bool) ([]Outcome, Changes, error) {
	b := batch{known: known, now: At(now), sheets: make(map[Key]*sheet), answers: make(map[Cause]*Posting)}
	outcomes := make([]Outcome, len(ops))
	for i := range ops {
		outcomes[i] = b.apply(&ops[i])
		if strict && outcomes[i].Err != nil {
			return nil, Changes{}, outcomes[i].Err
		}
	}
	return outcomes, b.changes(), nil
}

// Apply decides one op on one account. Past holds, for a reversal, what
// Known.Past says. The account given is not changed.
func Apply(account Account, past []Posting, op Op, now time.Time) (Outcome, Changes, error) {
	key := account.Key()
	outcomes, changes, err := ApplyAll(Known{
		Accounts: map[Key]Account{key: account}, Past: map[Key][]Posting{key: past},
	}, []Op{op}, now, true)
	if err != nil {
		return Outcome{}, Changes{}, err
	}
	return outcomes[0], changes, nil
}

// batch is a list of ops on its way.
type batch struct {
	known   Known
	now     Moment
	sheets  map[Key]*sheet
	touched []*sheet // in the order of first use
	answers map[Cause]*Posting
	posted  []Posting
	told    tally
}

func (b *batch) apply(op *Op) Outcome {
	if err := check(op); err != nil {
		return Outcome{Err: err}
	}
	cause := Cause{op.Holder.Bucket(), op.Cause}
	if first, again := b.answers[cause]; again {
		return repeat(op, first)
	}
	if first, again := b.known.Answers[cause]; again {
		return repeat(op, &first)
	}
	d, err := b.draft(op.Key(), op, false)
	if err != nil {
		return Outcome{Err: err}
	}
	main, err := d.decide()
	if err != nil {
		return Outcome{Err: err}
	}
	if op.Kind == Transfer || op.Kind == Exchange {
		other, err := b.pass(op, d.made[main].Movements)
		if err != nil {
			return Outcome{Err: err}
		}
		defer b.keep(other) // Behind the first side.
	}
	b.keep(d)
	b.answers[cause] = &d.made[main]
	return answer(&d.made[main])
}

// draft begins an op on an account. Arriving is the other side of it.
func (b *batch) draft(key Key, op *Op, arriving bool) (*draft, error) {
	definition, err := b.known.Assets.Define(key.Asset)
	if err != nil {
		return nil, err
	}
	if err := definition.admits(op, arriving); err != nil {
		return nil, err
	}
	d := b.sheet(key).draft(op, b.now)
	d.definition = definition
	return d, nil
}

// keep makes a draft the truth.
func (b *batch) keep(d *draft) {
	d.sheet.keep(d)
	b.posted = append(b.posted, d.made...)
	b.told.add(d.op.Day, d.made)
}

// repeat answers a cause that has been booked before.
func repeat(op *Op, first *Posting) Outcome {
	same := first.Key() == op.Key() && first.Kind == op.Kind && slices.Equal(first.Fingerprint, op.Fingerprint)
	if same && len(op.Fingerprint) == 0 {
		same = alike(op, first)
	}
	if !same {
		return Outcome{Err: errReused}
	}
	o := answer(first)
	o.Again = true
	return o
}

// alike compares an op without a fingerprint with what its cause has booked.
func alike(op *Op, first *Posting) bool {
	if op.Kind == Reversal || op.Kind == Capture || op.Kind == Release {
		if _, seq, ok := ParsePosting(op.Of); !ok || seq != first.Reverses {
			return false
		}
	}
	if op.Kind == Hold {
		return first.Reserved() == op.Amount
	}
	return op.Whole || first.Amount == op.Amount || (op.Kind != Adjust && first.Amount == -op.Amount)
}

func (b *batch) sheet(key Key) *sheet {
	if s, ok := b.sheets[key]; ok {
		return s
	}
	account, ok := b.known.Accounts[key]
	if !ok {
		account = Account{Holder: key.Holder, Asset: key.Asset}
	}
	s := &sheet{account: account, unread: [][]Posting{b.known.Past[key]}}
	b.sheets[key] = s
	b.touched = append(b.touched, s)
	return s
}

func (b *batch) changes() Changes {
	c := Changes{Postings: b.posted, Told: b.told.lines}
	for _, s := range b.touched {
		if s.changed {
			c.Accounts = append(c.Accounts, s.account)
		}
	}
	return c
}

// sheet is one account while a list of ops works on it.
type sheet struct {
	account  Account
	unread   [][]Posting // what a reversal may have to look at, not yet in the maps
	past     map[int64]*Posting
	reversed map[int64]int64 // how much of a posting has been reversed
	expired  []int64         // the postings that expired something, by number
	changed  bool
}

// keep makes a draft the truth.
func (s *sheet) keep(d *draft) {
	s.account, s.changed = d.Account, true
	s.unread = append(s.unread, d.made)
}

// read sorts the postings that a reversal looks at. Only reversals pay for it.
func (s *sheet) read() {
	if s.past == nil {
		s.past, s.reversed = make(map[int64]*Posting), make(map[int64]int64)
	}
	for _, list := range s.unread {
		for i := range list {
			s.remember(&list[i])
		}
	}
	s.unread = s.unread[:0]
	slices.Sort(s.expired)
}

func (s *sheet) remember(p *Posting) {
	if _, known := s.past[p.Seq]; known {
		return
	}
	s.past[p.Seq] = p
	if p.Reverses > 0 {
		s.reversed[p.Reverses] += max(p.Amount, -p.Amount)
	}
	if p.Kind == Expire {
		s.expired = append(s.expired, p.Seq)
	}
}

// draft is one op being decided. An op that fails is dropped with its draft.
type draft struct {
	Account    // a copy that may change
	sheet      *sheet
	op         *Op
	definition Definition // of the account's asset
	now        Moment
	made       []Posting
	paid       []Movement // debt paid since the last posting; kept with the next one
}

func (s *sheet) draft(op *Op, now Moment) *draft {
	d := &draft{Account: s.account, sheet: s, op: op, now: max(now, s.account.At)}
	d.Lots = make([]Lot, len(s.account.Lots), len(s.account.Lots)+1)
	copy(d.Lots, s.account.Lots)
	d.Holds = slices.Clone(s.account.Holds)
	return d
}

// decide writes down what is already true, then the op, then what its own
// credits make true. It says which of the postings made is the op's own.
func (d *draft) decide() (int, error) {
	if err := d.settle(); err != nil {
		return 0, err
	}
	main, err := d.book()
	if err != nil {
		return 0, err
	}
	return main, d.expire()
}

// book decides by kind and says which of the postings made is the op's own.
func (d *draft) book() (int, error) {
	switch {
	case d.op.Kind == Reversal:
		return d.reverse()
	case d.op.Kind == Hold:
		return d.hold()
	case d.op.Kind == Capture:
		return d.capture()
	case d.op.Kind == Release:
		return d.release()
	case d.op.Kind == Extend || d.op.Kind == Activate:
		return d.change()
	case d.op.Kind == Redeem || d.op.Kind == Transfer || d.op.Kind == Exchange || d.op.Amount < 0:
		return d.redeem()
	}
	return d.earn()
}

// own is the op's own posting without its amount.
func (d *draft) own(contra Contra, amount int64) Posting {
	op := d.op
	return Posting{
		Cause: op.Cause, Fingerprint: op.Fingerprint, Kind: op.Kind, Amount: amount, Contra: contra,
		Member: cmp.Or(op.Member, op.Holder), Store: op.Store, Actor: op.Actor,
		Reference: op.Reference, Reason: op.Reason, Snapshot: op.Snapshot,
		OccurredAt: cmp.Or(At(op.OccurredAt), d.now),
	}
}

// beside is a posting that the ledger writes by itself, next to the op's own.
func (d *draft) beside(kind Kind, contra Contra, amount int64) Posting {
	return Posting{
		Kind: kind, Amount: amount, Contra: contra, Member: d.Holder,
		Store: d.op.Store, Actor: d.op.Actor, Reference: d.op.Reference, Reason: d.op.Reason,
		OccurredAt: d.now,
	}
}

// post numbers a posting whose movements the lots already show.
func (d *draft) post(p Posting) (int, error) {
	balance, err := unit.Add(d.Balance, p.Amount)
	if err != nil {
		return 0, err
	}
	d.Balance, d.At = balance, d.now
	d.Seq++
	p.Holder, p.Asset, p.Seq = d.Holder, d.Asset, d.Seq
	if p.Cause == "" {
		p.Cause = derivedPart + string(d.Holder) + ":" + string(d.Asset) + ":" + decimal(d.Seq)
	}
	if len(d.paid) > 0 {
		p.Movements = append(d.paid, p.Movements...)
		d.paid = nil
	}
	p.BalanceAfter, p.AvailableAfter, p.RecordedAt = balance, d.available(d.now), d.now
	d.made = append(d.made, p)
	return len(d.made) - 1, nil
}

var (
	errReused = fault.New(fault.Invalid, "idempotency.key_reused",
		"同一幂等键已用于内容不同的请求，请换一个新的键", "this idempotency key was used for a request with other content: take a new key")
	errAmount = fault.New(fault.Invalid, "amount.not_positive",
		"数量须为大于 0 的整数", "the amount must be a whole number above zero")
	errZero = fault.New(fault.Invalid, "amount.not_positive",
		"调整数量不能为 0", "the amount of an adjustment must not be zero")
	errPosting = fault.New(fault.NotFound, "posting.not_found", "没有这笔记账", "there is no such posting")
)
