package checkout

import (
	"cmp"
	"context"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
	"huiji/internal/platform/db"
	"huiji/internal/platform/group"
	"huiji/internal/platform/job"
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

	sales group.Committer[*sale]
}

// Quote prices the ask and books nothing.
func (s *Service) Quote(ctx context.Context, c permit.Caller, a Ask) (p Plan, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		one := &sale{caller: c, ask: a}
		if err := s.gather(ctx, tx, []*sale{one}, true); err != nil || one.err != nil {
			return cmp.Or(err, one.err)
		}
		p, err = Decide(one.facts)
		return err
	})
	return p, err
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
