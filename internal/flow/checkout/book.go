package checkout

import (
	"huiji/internal/core/deed"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
)

// ops are what the sale books: the points that pay for it, then what each rule
// gives.
func ops(o *order.Order, awards []earning.Award, currency string) ([]ledger.Op, error) {
	var all []ledger.Op
	op := ledger.Op{
		Holder: o.Member, Asset: ledger.Points, Store: o.Store, Actor: o.ActorID, Reference: string(o.ID),
		OccurredAt: o.OccurredAt, Day: o.Day,
	}
	if o.PointsUsed > 0 {
		used := op
		used.Kind, used.Amount, used.Cause = ledger.Redeem, int64(o.PointsUsed), o.UsedCause()
		var err error
		if used.Snapshot, err = o.ExplainUsed(currency); err != nil {
			return nil, err
		}
		all = append(all, used)
	}
	for i, a := range awards {
		if a.Points == 0 {
			continue
		}
		earned := op
		earned.Kind, earned.Amount, earned.Cause = ledger.Earn, int64(a.Points), o.EarnedCause(a.Rule)
		earned.AvailableAt, earned.ExpiresAt, earned.Origin = a.AvailableAt, a.ExpiresAt, a.Rule
		var err error
		if earned.Snapshot, err = o.ExplainAward(o.Awards[i]); err != nil {
			return nil, err
		}
		all = append(all, earned)
	}
	return all, nil
}

// deeds are what the audit log keeps of a sale: what somebody took off the price.
func (p Plan) deeds(f Facts, o *order.Order) []deed.Deed {
	var all []deed.Deed
	about := func(action string) deed.Deed {
		d := deed.By(f.Caller, action, string(o.ID))
		d.Label, d.Store = o.Number, string(o.Store)
		return d
	}
	if o.Discount > 0 {
		d := about("order.discount")
		d.Reason = o.DiscountReason
		d.Before, d.After = map[string]any{"subtotal": int64(o.Subtotal)}, map[string]any{"discount": int64(o.Discount)}
		all = append(all, d)
	}
	if len(p.Overrides) > 0 {
		d := about("order.price")
		d.Before, d.After = map[string]any{}, map[string]any{}
		for _, change := range p.Overrides {
			d.Before[change.SKU], d.After[change.SKU] = int64(change.From), int64(change.To)
		}
		all = append(all, d)
	}
	return all
}
