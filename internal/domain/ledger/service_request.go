package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
	one := &single{caller: caller, key: key, ask: ask}
	if err := one.address(); err != nil {
		return Outcome{}, Rules{}, err
	}
	if err := s.together(ctx, s.lane(one), []*single{one}); err != nil {
		return Outcome{}, Rules{}, err
	}
	if one.err == nil && one.out.Again {
		key.Replayed()
	}
	return one.out, one.rules, one.err
}

// address says whose account a request is about.
func (one *single) address() error {
	if !one.ask.named() {
		return nil
	}
	of, _, ok := ParsePosting(one.ask.Of)
	if !ok {
		return errPosting
	}
	one.ask.Holder, one.ask.Asset = of.Holder, of.Asset
	return nil
}

// cause is what a request's key has booked, if anything.
func (one *single) cause() string {
	return "api:" + one.caller.ID + ":" + string(one.ask.Kind) + ":" + one.key.Key
}

// lane is where a request waits.
func (s *Service) lane(one *single) string {
	return group.Lane(string(one.caller.Merchant), one.ask.Holder.Bucket(), s.DB.Lanes())
}

// together books requests of one caller and one lane with those of others who
// came at the same time. The error is of all of them.
func (s *Service) together(ctx context.Context, lane string, all []*single) error {
	return s.singles.Do(ctx, lane, "", all, func(ctx context.Context, lists [][]*single, handedOver func()) {
		s.bookGroup(ctx, all[0].caller.Merchant, slices.Concat(lists...), handedOver)
	})
}

// groupedMax is how many requests share a transaction: more would hold their
// accounts for long, and cost no less each.
const groupedMax = 1000

// bookGroup books a group in one transaction, or in several when it is large.
func (s *Service) bookGroup(ctx context.Context, merchant id.Merchant, all []*single, handedOver func()) {
	for len(all) > 0 {
		some := all[:min(len(all), groupedMax)]
		all = all[len(some):]
		then := handedOver
		if len(all) > 0 {
			then = func() {}
		}
		group.Each(some, func(some []*single) error {
			return s.DB.WriteThen(ctx, merchant, then, func(ctx context.Context, tx *db.Tx) error { return s.bookSingles(ctx, tx, some) })
		}, func(one *single, err error) { one.err = err })
	}
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
	holders, causes := make([]id.Member, 0, len(all)), make([]string, len(all))
	assets := false
	for i, one := range all {
		one.op, one.rules, one.out, one.err = Op{}, Rules{}, Outcome{}, nil // The transaction may run again.
		holders = append(append(holders, one.ask.Holder), one.ask.others()...)
		causes[i] = one.cause()
		assets = assets || one.ask.wants()
	}
	book, err := s.Rules(ctx, tx, holders)
	if err != nil {
		return nil, err
	}
	if assets {
		if book.Assets, err = s.Assets(ctx, tx); err != nil {
			return nil, err
		}
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
		if f := fault.Of(err); f != nil && f.Kind == fault.NotFound && one.ask.named() {
			return errPosting
		}
		return err
	}
	if one.op, err = one.ask.op(one.rules, now); err != nil {
		return err
	}
	if one.rules.Stopped != nil && one.ask.stops() && !again {
		return one.rules.Stopped
	}
	for _, other := range one.ask.others() {
		rules, err := book.Of(other)
		if err = cmp.Or(err, rules.Stopped); err != nil && !again {
			return fault.Of(err).At("body.to_member_id", string(other))
		}
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
