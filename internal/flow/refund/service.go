package refund

import (
	"context"
	"errors"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
)

// Service is the refund desk.
type Service struct {
	DB        *db.DB
	Jobs      *job.Queue
	Merchants *merchant.Service
	Ledger    *ledger.Service
	Orders    *order.Service
}

// Done is a refund with what it left behind, as it was right then.
type Done struct {
	Refund  order.Refund
	Status  order.Status // of the order
	Balance *unit.Points // of the member; nil for a walk-in
	Zone    *time.Location
}

// kept is what a repeated request needs to be answered as the first time.
type kept struct {
	Order   id.Order     `json:"order"`
	Refund  id.Refund    `json:"refund"`
	Status  order.Status `json:"status"`
	Balance *unit.Points `json:"balance,omitempty"`
}

// errOnlyAsked undoes a quote.
var errOnlyAsked = errors.New("this was only a quote")

// Quote says what the refund would give and take. What the ledger can take back
// depends on every lot of the member, so the quote books the refund like any
// other and undoes it: it cannot differ from the refund.
func (s *Service) Quote(ctx context.Context, c permit.Caller, which id.Order, a Ask) (done Done, err error) {
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if done, err = s.refund(ctx, tx, c, which, a); err != nil {
			return err
		}
		return errOnlyAsked
	})
	if errors.Is(err, errOnlyAsked) {
		err = nil
	}
	done.Refund.ID = ""
	return done, err
}

// Refund gives back what was asked for, in one transaction, once a key.
func (s *Service) Refund(ctx context.Context, c permit.Caller, key once.Key, which id.Order, a Ask) (done Done, err error) {
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		var first kept
		again, err := once.Begin(ctx, tx, key, &first)
		if err != nil {
			return err
		}
		if again {
			done, err = s.again(ctx, tx, first)
			return err
		}
		if done, err = s.refund(ctx, tx, c, which, a); err != nil {
			return err
		}
		return once.Keep(ctx, tx, key, kept{Order: which, Refund: done.Refund.ID, Status: done.Status, Balance: done.Balance})
	})
	return done, err
}

func (s *Service) again(ctx context.Context, tx *db.Tx, first kept) (Done, error) {
	zone, err := s.Merchants.Zone(ctx, tx)
	if err != nil {
		return Done{}, err
	}
	o, err := s.Orders.Find(ctx, tx, first.Order)
	if err != nil {
		return Done{}, err
	}
	done := Done{Status: first.Status, Balance: first.Balance, Zone: zone}
	for _, r := range o.Refunds {
		if r.ID == first.Refund {
			done.Refund = r
		}
	}
	return done, nil
}

// refund holds the order, decides and books: the order's row first, then the
// member's account. The order of two refunds is the order in which they get the
// row, so together they never give back more than there was.
func (s *Service) refund(ctx context.Context, tx *db.Tx, c permit.Caller, which id.Order, a Ask) (Done, error) {
	want, err := a.Want()
	if err != nil {
		return Done{}, err
	}
	terms, err := s.Merchants.Terms(ctx, tx)
	if err != nil {
		return Done{}, err
	}
	o, err := s.Orders.Hold(ctx, tx, which)
	if err != nil {
		return Done{}, err
	}
	if !c.MayAt(o.Store) {
		return Done{}, order.ErrNotFound
	}
	before := o
	p, err := Decide(Facts{
		Order: o, Want: want, Reason: a.Reason, Caller: c, Debt: ledger.DebtPolicy(terms.Debt.Points),
		GraceDays: terms.Debt.ReinstatementGraceDays, Zone: terms.Zone, Now: tx.Now(),
	}, id.Refund(tx.NewID(id.OfRefund, o.ID.Bucket())))
	if err != nil {
		return Done{}, err
	}
	done := Done{Status: p.Order.Status, Zone: terms.Zone}
	if done.Balance, err = s.points(ctx, tx, &p); err != nil {
		return Done{}, refused(err)
	}
	if err := s.Orders.RecordRefunds(ctx, tx, []order.Given{{Order: &p.Order, Refund: p.Refund}}); err != nil {
		return Done{}, err
	}
	done.Refund = p.Refund
	return done, s.Jobs.Emit(ctx, tx, o.ID.Bucket(), string(p.Refund.ID)+":deed", p.deedOf(c, &before))
}

// points books what goes back and what is taken, and says what the member has
// then.
func (s *Service) points(ctx context.Context, tx *db.Tx, p *Plan) (*unit.Points, error) {
	if p.Order.Member == "" {
		return nil, nil
	}
	var balance unit.Points
	if len(p.Ops) == 0 {
		account, err := s.Ledger.Account(ctx, tx, p.Order.Member, ledger.Points)
		balance = unit.Points(account.View(ledger.At(tx.Now())).Balance)
		return &balance, err
	}
	done, err := s.Ledger.Book(ctx, tx, p.Ops)
	if err != nil {
		return nil, err
	}
	p.settle(done)
	balance = unit.Points(done[len(done)-1].Balance)
	return &balance, nil
}
