package checkout

import (
	"cmp"
	"context"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
	"huiji/internal/platform/group"
	"huiji/internal/platform/once"
)

// sale is one basket on its way to be sold, and what became of it.
type sale struct {
	caller permit.Caller
	key    once.Key
	ask    Ask

	facts Facts
	plan  Plan

	held ledger.Account // the member's points, before the sale

	order order.Order
	zone  *time.Location
	err   error
}

// Sell prices the ask and books it. Sales that arrive together share one
// transaction, each with its own answer; two of the same member never do, so that
// each sees what the one before it left. The same key sells once: it gets the
// order as it was right after the sale.
func (s *Service) Sell(ctx context.Context, c permit.Caller, key once.Key, a Ask) (order.Order, *time.Location, error) {
	one := &sale{caller: c, key: key, ask: a}
	bucket := key.Bucket()
	if a.Member != "" {
		bucket = a.Member.Bucket()
	}
	err := s.sales.Do(ctx, group.Lane(string(c.Merchant), bucket, s.DB.Lanes()), string(a.Member), one, func(ctx context.Context, sales []*sale, handedOver func()) {
		s.sellGroup(ctx, c.Merchant, sales, handedOver)
	})
	return one.order, one.zone, cmp.Or(err, one.err)
}

// sellGroup sells a group in one transaction.
func (s *Service) sellGroup(ctx context.Context, merchant id.Merchant, sales []*sale, handedOver func()) {
	group.Each(sales, func(some []*sale) error {
		return s.DB.WriteThen(ctx, merchant, handedOver, func(ctx context.Context, tx *db.Tx) error { return s.sellAll(ctx, tx, some) })
	}, func(one *sale, err error) { one.err = err })
}

// sellAll is gather, decide, book for a list of sales. What a sale does wrong by
// itself becomes its own error; the error returned is of all of them.
func (s *Service) sellAll(ctx context.Context, tx *db.Tx, sales []*sale) error {
	for _, one := range sales {
		*one = sale{caller: one.caller, key: one.key, ask: one.ask} // The transaction may run again.
	}
	var firsts []once.First[id.Order]
	err := s.gather(ctx, tx, sales, false, func(ctx context.Context, tx *db.Tx) (err error) {
		firsts, err = once.BeginEach[id.Order](ctx, tx, keysOf(sales))
		return err
	})
	if err != nil {
		return err
	}
	if sales, err = s.unsold(ctx, tx, sales, firsts); err != nil {
		return err
	}
	if sales = decideEach(tx, sales); len(sales) == 0 {
		return nil
	}
	if err := s.book(ctx, tx, sales); err != nil {
		return err
	}
	answers := make([]id.Order, len(sales))
	for i, one := range sales {
		answers[i] = one.order.ID
	}
	return once.KeepEach(ctx, tx, keysOf(sales), answers)
}

func keysOf(sales []*sale) []once.Key {
	keys := make([]once.Key, len(sales))
	for i, one := range sales {
		keys[i] = one.key
	}
	return keys
}

// unsold answers the sales whose key has sold before, whatever would be said of
// them now, and returns the others.
func (s *Service) unsold(ctx context.Context, tx *db.Tx, sales []*sale, firsts []once.First[id.Order]) ([]*sale, error) {
	var open []*sale
	for i, first := range firsts {
		one := sales[i]
		switch {
		case first.Err != nil:
			one.err = first.Err
		case first.Again:
			var err error
			if one.order, one.zone, err = s.asSold(ctx, tx, first.Answer); err != nil {
				return nil, err
			}
			one.err = nil
		default:
			open = append(open, one)
		}
	}
	return open, nil
}

func (s *Service) asSold(ctx context.Context, tx *db.Tx, first id.Order) (order.Order, *time.Location, error) {
	zone, err := s.Merchants.Zone(ctx, tx)
	if err != nil {
		return order.Order{}, nil, err
	}
	o, err := s.Orders.Find(ctx, tx, first)
	return o.AsSold(), zone, err
}

// decideEach makes an order of every sale that can be, and returns those.
func decideEach(tx *db.Tx, sales []*sale) []*sale {
	var sold []*sale
	for _, one := range sales {
		if one.err == nil {
			one.err = one.decide()
		}
		if one.err != nil {
			continue
		}
		one.order.ID = id.Order(tx.NewOwnID(id.OfOrder))
		if one.order.Member != "" {
			one.order.ID = id.Order(tx.NewID(id.OfOrder, one.order.Member.Bucket()))
		}
		sold = append(sold, one)
	}
	return sold
}

func (one *sale) decide() (err error) {
	if one.plan, err = Decide(one.facts); err != nil {
		return err
	}
	tenders, err := one.plan.Pay(one.ask.Payments)
	if err != nil {
		return err
	}
	one.order = one.facts.Sold(one.plan, tenders)
	return nil
}

// book writes what was decided: the orders' numbers, the points, the orders.
func (s *Service) book(ctx context.Context, tx *db.Tx, sales []*sale) error {
	named := make([]*order.Order, len(sales))
	for i, one := range sales {
		named[i] = &one.order
	}
	if err := s.Orders.Reserve(ctx, tx, named); err != nil {
		return err
	}
	if err := s.points(ctx, tx, sales); err != nil {
		return err
	}
	recorded := make([]order.Order, len(sales))
	for i, one := range sales {
		recorded[i] = one.order
	}
	if err := s.Orders.Record(ctx, tx, recorded); err != nil {
		return err
	}
	for i, one := range sales {
		one.order = recorded[i]
		for _, d := range one.plan.deeds(one.facts, &one.order) {
			if err := s.Jobs.Emit(ctx, tx, one.order.ID.Bucket(), string(one.order.ID)+":"+d.Action, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// points books what the sales use and earn, and notes on each order what its
// member has then. No two sales are the same member's.
func (s *Service) points(ctx context.Context, tx *db.Tx, sales []*sale) error {
	held := make(ledger.Held, len(sales))
	var list []ledger.Op
	var whose []*order.Order
	for _, one := range sales {
		o := &one.order
		if o.Member == "" {
			continue
		}
		held[one.held.Key()] = one.held
		o.MemberBalance = unit.Points(one.held.View(ledger.At(tx.Now())).Balance)
		some, err := ops(o, one.plan.Awards, one.facts.Currency)
		if err != nil {
			return err
		}
		for range some {
			whose = append(whose, o)
		}
		list = append(list, some...)
	}
	done, err := s.Ledger.BookHeld(ctx, tx, held, list)
	if err != nil {
		return err
	}
	for i, outcome := range done {
		whose[i].Booked(outcome.Posting.Cause, outcome.Posting.ID())
		whose[i].MemberBalance = unit.Points(outcome.Balance)
	}
	return nil
}
