package ledger

import (
	"cmp"
	"context"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/once"
)

// Single books one op that a caller asks for by itself, in a transaction of its
// own, by the merchant's rules. The key is the cause: it acts once for ever. A
// frozen or closed member neither earns nor redeems nor is adjusted, but what
// was booked can still be reversed.
func (s *Service) Single(ctx context.Context, caller permit.Caller, key once.Key, ask Request) (Outcome, Rules, error) {
	var out Outcome
	var rules Rules
	if ask.Kind == Reversal {
		key, _, ok := ParsePosting(ask.Of)
		if !ok {
			return out, rules, errPosting
		}
		ask.Holder, ask.Asset = key.Holder, key.Asset
	}
	err := s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		rules, err = s.Rules(ctx, tx, ask.Holder)
		if f := fault.Of(err); f != nil && f.Kind == fault.NotFound && ask.Kind == Reversal {
			return errPosting
		}
		if err != nil {
			return err
		}
		op, err := ask.op(rules, tx.Now())
		if err != nil {
			return err
		}
		op.Actor = caller.ID
		if len(caller.Stores) == 1 {
			op.Store = caller.Stores[0]
		}
		op.Cause = "api:" + caller.ID + ":" + string(ask.Kind) + ":" + key.Key
		op.Fingerprint = key.Fingerprint
		// A caller's key is one for all members, wherever their rows are.
		if n, err := causedElsewhere(ctx, tx, ask.Holder.Bucket(), op.Cause); err != nil || n > 0 {
			return cmp.Or(err, error(errReused))
		}
		outs, err := s.Book(ctx, tx, []Op{op})
		if err != nil {
			return inBody(err)
		}
		if out = outs[0]; out.Again {
			return nil
		}
		if rules.Stopped != nil && ask.Kind != Reversal {
			return rules.Stopped
		}
		return s.trace(ctx, tx, caller, out.Posting)
	})
	if err == nil && out.Again {
		key.Replayed()
	}
	return out, rules, err
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
