package checkout

import (
	"context"
	"errors"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
)

// Service is the checkout.
type Service struct {
	DB        *db.DB
	Jobs      *job.Queue
	Merchants *merchant.Service
	Stores    *store.Service
	Members   *member.Service
	Catalog   *catalog.Service
	Earning   *earning.Service
	Ledger    *ledger.Service
	Orders    *order.Service
}

// Quote prices the ask and books nothing.
func (s *Service) Quote(ctx context.Context, c permit.Caller, a Ask) (p Plan, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		facts, err := s.gather(ctx, tx, c, a, true)
		if err != nil {
			return err
		}
		p, err = Decide(facts)
		return err
	})
	return p, err
}

// Sell prices the ask and books it, in one transaction. The same key sells once:
// it gets the order as it was right after the sale.
func (s *Service) Sell(ctx context.Context, c permit.Caller, key once.Key, a Ask) (o order.Order, zone *time.Location, err error) {
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		var first id.Order
		again, err := once.Begin(ctx, tx, key, &first)
		if err != nil {
			return err
		}
		if again {
			o, zone, err = s.asSold(ctx, tx, first)
			return err
		}
		facts, err := s.gather(ctx, tx, c, a, false)
		if err != nil {
			return err
		}
		if o, err = s.sell(ctx, tx, facts); err != nil {
			return err
		}
		zone = facts.Zone
		return once.Keep(ctx, tx, key, o.ID)
	})
	return o, zone, err
}

func (s *Service) asSold(ctx context.Context, tx *db.Tx, first id.Order) (order.Order, *time.Location, error) {
	zone, err := s.Merchants.Zone(ctx, tx)
	if err != nil {
		return order.Order{}, nil, err
	}
	o, err := s.Orders.Find(ctx, tx, first)
	return o.AsSold(), zone, err
}

// gather reads everything Decide needs. Selling reads the account only when
// points are to pay: the ledger holds it and judges again when it books.
func (s *Service) gather(ctx context.Context, tx *db.Tx, c permit.Caller, a Ask, quote bool) (Facts, error) {
	if err := a.Check(tx.Now()); err != nil {
		return Facts{}, err
	}
	if err := a.Permit(c); err != nil {
		return Facts{}, err
	}
	terms, err := s.Merchants.Terms(ctx, tx)
	if err != nil {
		return Facts{}, err
	}
	f := Facts{
		Ask: a, Caller: c, Zone: terms.Zone, Currency: terms.Currency, At: tx.Now(),
		Offset: order.Offset(terms.Offset),
	}
	if !a.OccurredAt.IsZero() && a.OccurredAt.Before(f.At) {
		f.At = a.OccurredAt
	}
	if err := s.mayTrade(ctx, tx, a); err != nil {
		return Facts{}, err
	}
	if f.Goods, err = s.goods(ctx, tx, a.SKUs()); err != nil || a.Member == "" {
		return f, err
	}
	if quote || a.Use.Max || a.Use.Points > 0 {
		account, err := s.Ledger.Account(ctx, tx, a.Member, ledger.Points)
		if err != nil {
			return Facts{}, err
		}
		f.Available = unit.Points(account.View(ledger.At(tx.Now())).Available)
	}
	f.Policy, err = s.Earning.At(ctx, tx, f.At)
	return f, err
}

// mayTrade checks that the store is open and the member takes part.
func (s *Service) mayTrade(ctx context.Context, tx *db.Tx, a Ask) error {
	where, err := s.Stores.Find(ctx, tx, a.Store)
	if err != nil {
		return at(err, store.ErrNotFound, "body.store_id", string(a.Store))
	}
	if err := where.MayTrade(); err != nil || a.Member == "" {
		return err
	}
	who, err := s.Members.Standing(ctx, tx, a.Member)
	if err != nil {
		return at(err, member.ErrNotFound, "body.member_id", string(a.Member))
	}
	return who.MayTrade()
}

// at names the field in which a thing that is not there was asked for.
func at(err error, missing *fault.Error, location, value string) error {
	if !errors.Is(err, missing) {
		return err
	}
	return missing.At(location, value)
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

// sell books what Decide says: the order's number, the points, the order.
func (s *Service) sell(ctx context.Context, tx *db.Tx, f Facts) (order.Order, error) {
	p, err := Decide(f)
	if err != nil {
		return order.Order{}, err
	}
	tenders, err := p.Pay(f.Ask.Payments)
	if err != nil {
		return order.Order{}, err
	}
	o := f.Sold(p, tenders)
	o.ID = id.Order(tx.NewOwnID(id.OfOrder))
	if o.Member != "" {
		o.ID = id.Order(tx.NewID(id.OfOrder, o.Member.Bucket()))
	}
	if err := s.Orders.Reserve(ctx, tx, []*order.Order{&o}); err != nil {
		return order.Order{}, err
	}
	if err := s.points(ctx, tx, &o, p); err != nil {
		return order.Order{}, err
	}
	recorded := []order.Order{o}
	if err := s.Orders.Record(ctx, tx, recorded); err != nil {
		return order.Order{}, err
	}
	for _, d := range p.deeds(f, &o) {
		if err := s.Jobs.Emit(ctx, tx, o.ID.Bucket(), string(o.ID)+":"+d.Action, d); err != nil {
			return order.Order{}, err
		}
	}
	return recorded[0], nil
}

// points books what the sale uses and earns, and notes on the order what the
// member has then.
func (s *Service) points(ctx context.Context, tx *db.Tx, o *order.Order, p Plan) error {
	if o.Member == "" {
		return nil
	}
	list, err := ops(o, p.Awards)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		account, err := s.Ledger.Account(ctx, tx, o.Member, ledger.Points)
		o.MemberBalance = unit.Points(account.View(ledger.At(tx.Now())).Balance)
		return err
	}
	done, err := s.Ledger.Book(ctx, tx, list)
	if err != nil {
		return err
	}
	for _, outcome := range done {
		o.Booked(outcome.Posting.Cause, outcome.Posting.ID())
		o.MemberBalance = unit.Points(outcome.Balance)
	}
	return nil
}

// Receipt is what the till prints for an order at one of the caller's stores.
func (s *Service) Receipt(ctx context.Context, c permit.Caller, which id.Order) (r Receipt, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if r.Order, err = s.Orders.Find(ctx, tx, which); err != nil {
			return err
		}
		if !c.MayAt(r.Order.Store) {
			return order.ErrNotFound
		}
		if r.Terms, err = s.Merchants.Terms(ctx, tx); err != nil {
			return err
		}
		if r.Store, err = s.Stores.Find(ctx, tx, r.Order.Store); err != nil {
			return err
		}
		r.Member = nil
		if r.Order.Member == "" {
			return nil
		}
		who, err := s.Members.Find(ctx, tx, r.Order.Member)
		r.Member = &who
		return err
	})
	return r, err
}
