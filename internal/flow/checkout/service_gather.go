package checkout

import (
	"context"
	"slices"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/unit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
)

// step is something to read beside other things.
type step = func(ctx context.Context, tx *db.Tx) error

// gather reads everything Decide needs for a list of sales, at once and in as many
// statements as for one, and gives each its facts, or the error that says why
// there are none. Selling holds the members' accounts until the commit; a quote
// only reads them. What is beside is read along, after the accounts are held: a key
// that is looked up before may be used by somebody else while we wait for them.
func (s *Service) gather(ctx context.Context, tx *db.Tx, sales []*sale, quote bool, beside ...step) error {
	var open []*sale
	for _, one := range sales {
		if one.err = one.ask.Check(tx.Now()); one.err == nil {
			one.err = one.ask.Permit(one.caller)
		}
		if one.err == nil {
			open = append(open, one)
		}
	}
	r := read{now: tx.Now()}
	var steps []step
	if len(open) > 0 {
		steps = s.reads(&r, open, quote)
	}
	if err := tx.Together(ctx, append(steps, beside...)...); err != nil {
		return err
	}
	for _, one := range open {
		one.zone = r.terms.Zone
		one.facts, one.err = r.facts(one.caller, one.ask)
		one.held = r.account(one.ask.Member)
	}
	return nil
}

// reads are the steps that fill r for a list of sales.
func (s *Service) reads(r *read, sales []*sale, quote bool) []step {
	var stores []id.Store
	var members []id.Member
	var skus, external []string
	var times []time.Time
	for _, one := range sales {
		a := one.ask
		stores, skus, times = append(stores, a.Store), append(skus, a.SKUs()...), append(times, a.soldAt(r.now))
		if a.ExternalID != "" {
			external = append(external, a.ExternalID)
		}
		if a.Member != "" {
			members = append(members, a.Member)
		}
	}
	steps := []step{
		func(ctx context.Context, tx *db.Tx) (err error) {
			r.terms, err = s.Merchants.Terms(ctx, tx)
			return err
		},
		func(ctx context.Context, tx *db.Tx) (err error) {
			r.stores, err = s.Stores.FindMany(ctx, tx, stores)
			return err
		},
		func(ctx context.Context, tx *db.Tx) (err error) { r.goods, err = s.goods(ctx, tx, skus); return err },
	}
	if len(external) > 0 && !quote {
		steps = append(steps, func(ctx context.Context, tx *db.Tx) (err error) {
			r.taken, err = s.Orders.Taken(ctx, tx, external)
			return err
		})
	}
	if len(members) == 0 {
		return steps
	}
	return append(steps,
		func(ctx context.Context, tx *db.Tx) (err error) {
			r.members, err = s.Members.Standings(ctx, tx, members)
			return err
		},
		func(ctx context.Context, tx *db.Tx) (err error) {
			r.policies, err = s.policies(ctx, tx, times)
			return err
		},
		func(ctx context.Context, tx *db.Tx) (err error) {
			if quote {
				r.available, err = s.available(ctx, tx, members)
				return err
			}
			r.held, err = s.Ledger.Hold(ctx, tx, members, ledger.Points)
			return err
		})
}

func (s *Service) goods(ctx context.Context, tx *db.Tx, skus []string) (map[string]Good, error) {
	products, err := s.Catalog.Prices(ctx, tx, skus)
	if err != nil {
		return nil, err
	}
	goods := make(map[string]Good, len(products))
	for sku, p := range products {
		goods[sku] = Good{
			Item: order.Item{
				SKU: p.SKU, Name: p.Name, Category: p.Category, Kind: string(p.Kind), TaxRate: p.TaxRate, Price: p.Price, EarnsPoints: p.EarnsPoints,
			},
			Archived: p.Status == catalog.Archived,
		}
	}
	return goods, nil
}

func (s *Service) available(ctx context.Context, tx *db.Tx, members []id.Member) (map[id.Member]unit.Points, error) {
	holdings, err := s.Ledger.Balances(ctx, tx, members, ledger.Points)
	if err != nil {
		return nil, err
	}
	all := make(map[id.Member]unit.Points, len(holdings))
	for _, h := range holdings {
		all[h.Holder] = unit.Points(h.View.Available)
	}
	return all, nil
}

// policies are the earning rules in force at each of the times; nearly always it
// is one time, and it is now.
func (s *Service) policies(ctx context.Context, tx *db.Tx, times []time.Time) (map[time.Time]earning.Policy, error) {
	slices.SortFunc(times, time.Time.Compare)
	all := make(map[time.Time]earning.Policy, 1)
	for _, at := range slices.Compact(times) {
		p, err := s.Earning.At(ctx, tx, at)
		if err != nil {
			return nil, err
		}
		all[at] = p
	}
	return all, nil
}
