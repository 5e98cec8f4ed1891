package claim

import (
	"context"
	"errors"
	"time"

	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
)

// Service is where receipts are claimed.
type Service struct {
	DB        *db.DB
	Jobs      *job.Queue
	Merchants *merchant.Service
	Members   *member.Service
	Earning   *earning.Service
	Ledger    *ledger.Service
	Orders    *order.Service
}

// Claim gives a walk-in's order to a member, in one transaction, once a key.
func (s *Service) Claim(ctx context.Context, c permit.Caller, key once.Key, a Ask) (o order.Order, zone *time.Location, err error) {
	if a, err = a.Check(); err != nil {
		return o, nil, err
	}
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		o = order.Order{}
		again, err := once.Begin(ctx, tx, key, &o)
		if err != nil {
			return err
		}
		terms, err := s.Merchants.Terms(ctx, tx)
		if err != nil {
			return err
		}
		if zone = terms.Zone; again {
			return nil
		}
		if o, err = s.claim(ctx, tx, c, terms, a); err != nil {
			return err
		}
		return once.Keep(ctx, tx, key, o)
	})
	return o, zone, err
}

// claim holds the order, decides and books: the order's row first, then the
// member's account, as a refund does.
func (s *Service) claim(ctx context.Context, tx *db.Tx, c permit.Caller, terms merchant.Terms, a Ask) (order.Order, error) {
	who, err := s.Members.Standing(ctx, tx, a.Member)
	if errors.Is(err, member.ErrNotFound) {
		return order.Order{}, member.ErrNotFound.At("body.member_id", string(a.Member))
	}
	if err != nil {
		return order.Order{}, err
	}
	if err := who.MayTrade(); err != nil {
		return order.Order{}, err
	}
	f := Facts{
		Member: a.Member, Caller: c, Days: terms.Receipt.ClaimDays, Zone: terms.Zone, Currency: terms.Currency, Now: tx.Now(),
	}
	if f.Order, err = s.held(ctx, tx, c, a.Number); err != nil {
		return order.Order{}, err
	}
	if f.Policy, err = s.Earning.At(ctx, tx, f.Order.OccurredAt); err != nil {
		return order.Order{}, err
	}
	p, err := Decide(f)
	if err != nil {
		return order.Order{}, err
	}
	if err := s.points(ctx, tx, &p); err != nil {
		return order.Order{}, err
	}
	if err := s.Orders.Claim(ctx, tx, &p.Order); err != nil {
		return order.Order{}, err
	}
	return p.Order, s.Jobs.Emit(ctx, tx, p.Order.ID.Bucket(), string(p.Order.ID)+":claim", p.deedOf(c))
}

// held finds the receipt's order at one of the caller's stores and holds it.
func (s *Service) held(ctx context.Context, tx *db.Tx, c permit.Caller, number string) (order.Order, error) {
	which, err := s.Orders.ByNumber(ctx, tx, number)
	if errors.Is(err, order.ErrNotFound) {
		return order.Order{}, errNumber
	}
	if err != nil {
		return order.Order{}, err
	}
	o, err := s.Orders.Hold(ctx, tx, which)
	if err == nil && !c.MayAt(o.Store) {
		err = errNumber
	}
	return o, err
}

// points books what the order earns and notes on it what the member has then.
func (s *Service) points(ctx context.Context, tx *db.Tx, p *Plan) error {
	if len(p.Ops) == 0 {
		account, err := s.Ledger.Account(ctx, tx, p.Order.Member, ledger.Points)
		p.Order.MemberBalance = unit.Points(account.View(ledger.At(tx.Now())).Balance)
		return err
	}
	done, err := s.Ledger.Book(ctx, tx, p.Ops)
	if err != nil {
		return err
	}
	for _, outcome := range done {
		p.Order.Booked(outcome.Posting.Cause, outcome.Posting.ID())
		p.Order.MemberBalance = unit.Points(outcome.Balance)
	}
	return nil
}
