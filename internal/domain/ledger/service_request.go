package ledger

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/group"
	"huiji/internal/platform/once"
)

// single is one request on its way, and what became of it.
type single struct {
	caller permit.Caller
	key    once.Key
	ask    Request

	op    Op
	rules Rules
	out   Outcome
	err   error
}

// Single books one op that a caller asks for by itself, by the merchant's rules.
// Requests that arrive together share one transaction, each with its own answer.
// The key is the cause: it acts once for ever. A frozen or closed member neither
// earns nor redeems nor is adjusted, but what was booked can still be reversed.
func (s *Service) Single(ctx context.Context, caller permit.Caller, key once.Key, ask Request) (Outcome, Rules, error) {
	if ask.Kind == Reversal {
		of, _, ok := ParsePosting(ask.Of)
		if !ok {
			return Outcome{}, Rules{}, errPosting
		}
		ask.Holder, ask.Asset = of.Holder, of.Asset
	}
	one := &single{caller: caller, key: key, ask: ask}
	err := s.singles.Do(ctx, group.Lane(string(caller.Merchant), ask.Holder.Bucket(), s.DB.Lanes()), "", one, func(ctx context.Context, all []*single, handedOver func()) {
		s.bookGroup(ctx, caller.Merchant, all, handedOver)
	})
	if err = cmp.Or(err, one.err); err == nil && one.out.Again {
		key.Replayed()
	}
	return one.out, one.rules, err
}

// bookGroup books a group in one transaction.
func (s *Service) bookGroup(ctx context.Context, merchant id.Merchant, all []*single, handedOver func()) {
	group.Each(all, func(some []*single) error {
		return s.DB.WriteThen(ctx, merchant, handedOver, func(ctx context.Context, tx *db.Tx) error { return s.bookSingles(ctx, tx, some) })
	}, func(one *single, err error) { one.err = err })
}

// bookSingles books a list of requests. What a request does wrong by itself
// becomes its own error; the error returned is of all of them.
func (s *Service) bookSingles(ctx context.Context, tx *db.Tx, all []*single) error {
	open, err := s.prepare(ctx, tx, all)
	if err != nil || len(open) == 0 {
		return err
	}
	ops := make([]Op, len(open))
	for i, one := range open {
		ops[i] = one.op
	}
	outs, err := s.BookEach(ctx, tx, ops)
	if err != nil {
		return err
	}
	for i, one := range open {
		one.out, one.err = outs[i], inBody(outs[i].Err)
		if one.err != nil || one.out.Again {
			continue
		}
		if err := s.trace(ctx, tx, one.caller, one.out.Posting); err != nil {
			return err
		}
	}
	return nil
}

// prepare completes requests by the rules, and returns those that may be booked.
// A caller's key is one for all members, wherever their rows are.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, all []*single) ([]*single, error) {
	holders, causes := make([]id.Member, len(all)), make([]string, len(all))
	for i, one := range all {
		one.op, one.rules, one.out, one.err = Op{}, Rules{}, Outcome{}, nil // The transaction may run again.
		holders[i] = one.ask.Holder
		causes[i] = "api:" + one.caller.ID + ":" + string(one.ask.Kind) + ":" + one.key.Key
	}
	book, err := s.Rules(ctx, tx, holders)
	if err != nil {
		return nil, err
	}
	caused, err := causedAt(ctx, tx, causes)
	if err != nil {
		return nil, fmt.Errorf("find what %d keys have booked: %w", len(all), err)
	}
	var open []*single
	for i, one := range all {
		where, again := caused[causes[i]]
		if one.err = one.complete(book, tx.Now(), again); one.err == nil && again && where != one.ask.Holder.Bucket() {
			one.err = errReused
		}
		if one.err != nil {
			continue
		}
		one.op.Cause = causes[i]
		caused[causes[i]] = one.ask.Holder.Bucket()
		open = append(open, one)
	}
	return open, nil
}

// complete makes the op of a request.
func (one *single) complete(book Rulebook, now time.Time, again bool) (err error) {
	if one.rules, err = book.Of(one.ask.Holder); err != nil {
		if f := fault.Of(err); f != nil && f.Kind == fault.NotFound && one.ask.Kind == Reversal {
			return errPosting
		}
		return err
	}
	if one.op, err = one.ask.op(one.rules, now); err != nil {
		return err
	}
	if one.rules.Stopped != nil && one.ask.Kind != Reversal && !again {
		return one.rules.Stopped
	}
	one.op.Actor, one.op.Fingerprint = one.caller.ID, one.key.Fingerprint
	if len(one.caller.Stores) == 1 {
		one.op.Store = one.caller.Stores[0]
	}
	return nil
}

// rulesOf is the rules for one member.
func (s *Service) rulesOf(ctx context.Context, tx *db.Tx, holder id.Member) (Rules, error) {
	book, err := s.Rules(ctx, tx, []id.Member{holder})
	if err != nil {
		return Rules{}, err
	}
	return book.Of(holder)
}

// trace leaves a line in the audit log for what a person booked by hand, and for
// every adjustment and reversal.
func (s *Service) trace(ctx context.Context, tx *db.Tx, caller permit.Caller, p Posting) error {
	if caller.Who != permit.ByStaff && p.Kind != Adjust && p.Kind != Reversal {
		return nil
	}
	d := deed.By(caller, "ledger."+string(p.Kind), string(p.ID()))
	d.Label, d.Store, d.Reason = string(p.Holder), string(p.Store), p.Reason
	d.Before = map[string]any{"balance": p.BalanceAfter - p.Amount}
	d.After = map[string]any{"balance": p.BalanceAfter, "amount": p.Amount}
	return s.Jobs.Emit(ctx, tx, p.Holder.Bucket(), string(p.ID())+":deed", d)
}
