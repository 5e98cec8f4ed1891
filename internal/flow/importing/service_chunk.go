package importing

import (
	"context"
	"fmt"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
)

// chunk is deals on their way into the database, in one transaction.
type chunk struct {
	*run
	done    *booked
	held    map[int]*order.Order   // by deal: orders that this transaction made or holds
	earlier map[int][]*order.Order // by cancellation: heads of sales of earlier files
	stored  map[id.Order]int       // those of them that are held, as deals with numbers below zero
}

// book books the deals that are not there yet and counts all of them.
func (c *chunk) book(ctx context.Context, tx *db.Tx, deals []Deal) error {
	fresh, err := c.known(ctx, tx, deals)
	if err != nil {
		return fmt.Errorf("find what is there already: %w", err)
	}
	for _, w := range c.plan.waves(fresh) {
		if err := c.sell(ctx, tx, w.sales); err != nil {
			return fmt.Errorf("book %d sales: %w", len(w.sales), err)
		}
		if err := c.giveBack(ctx, tx, w.backs); err != nil {
			return fmt.Errorf("book %d cancellations: %w", len(w.backs), err)
		}
	}
	return nil
}

// sell books sales: what they earn first, so that the orders know their postings.
func (c *chunk) sell(ctx context.Context, tx *db.Tx, sales []Deal) error {
	if len(sales) == 0 {
		return nil
	}
	orders, reserve := make([]order.Order, len(sales)), make([]*order.Order, len(sales))
	awards := make([][]earning.Award, len(sales))
	var err error
	for i, d := range sales {
		if orders[i], awards[i], err = c.sale(d, c.newOrder(tx, d)); err != nil {
			return err
		}
		reserve[i] = &orders[i]
	}
	if err := c.s.Orders.Reserve(ctx, tx, reserve); err != nil {
		return err
	}
	if err := c.earn(ctx, tx, orders, awards); err != nil {
		return err
	}
	if err := c.s.Orders.Record(ctx, tx, orders); err != nil {
		return err
	}
	for i, d := range sales {
		c.held[d.Group], c.done.orders[d.Group] = &orders[i], orders[i].ID
		c.done.sold(&orders[i], d.Part > 0)
	}
	c.done.made.Orders += int64(len(sales))
	return nil
}

// newOrder makes an order's id, in its member's bucket.
func (c *chunk) newOrder(tx *db.Tx, d Deal) id.Order {
	owner := c.owner(d)
	if owner == "" {
		return id.Order(tx.NewOwnID(id.OfOrder))
	}
	return id.Order(tx.NewID(id.OfOrder, owner.Bucket()))
}

// earn books what orders earn, and notes on each its postings and what its member
// has after it.
func (c *chunk) earn(ctx context.Context, tx *db.Tx, orders []order.Order, awards [][]earning.Award) error {
	var ops []ledger.Op
	var of []int
	var unpaid []id.Member // members with an order that earns nothing
	for i := range orders {
		more, err := c.earned(&orders[i], awards[i])
		if err != nil {
			return err
		}
		if len(more) == 0 && orders[i].Member != "" {
			unpaid = append(unpaid, orders[i].Member)
		}
		for range more {
			of = append(of, i)
		}
		ops = append(ops, more...)
	}
	has, err := c.balances(ctx, tx, unpaid)
	if err != nil {
		return err
	}
	var done []ledger.Outcome
	if len(ops) > 0 {
		if done, err = c.s.Ledger.Book(ctx, tx, ops); err != nil {
			return err
		}
	}
	for i := range orders {
		o := &orders[i]
		for len(of) > 0 && of[0] == i {
			o.Booked(done[0].Posting.Cause, done[0].Posting.ID())
			has[o.Member] = unit.Points(done[0].Balance)
			of, done = of[1:], done[1:]
		}
		o.MemberBalance = has[o.Member]
	}
	return nil
}

func (c *chunk) balances(ctx context.Context, tx *db.Tx, members []id.Member) (map[id.Member]unit.Points, error) {
	has := map[id.Member]unit.Points{}
	if len(members) == 0 {
		return has, nil
	}
	found, err := c.s.Ledger.Balances(ctx, tx, members, ledger.Points)
	for _, h := range found {
		has[h.Holder] = unit.Points(h.Balance)
	}
	return has, err
}

// returns is cancellations decided, to be booked together.
type returns struct {
	given   []order.Given
	ops     []ledger.Op
	of      []int // by op: which of given it belongs to
	credits []order.Order
}

// giveBack books cancellations.
func (c *chunk) giveBack(ctx context.Context, tx *db.Tx, backs []Deal) error {
	if err := c.hold(ctx, tx, backs); err != nil {
		return err
	}
	if err := c.holdEarlier(ctx, tx, backs); err != nil {
		return err
	}
	var r returns
	for _, d := range backs {
		if err := c.cancel(tx, d, &r); err != nil {
			return err
		}
	}
	if len(r.ops) > 0 {
		done, err := c.s.Ledger.Book(ctx, tx, r.ops)
		if err != nil {
			return err
		}
		for i, o := range done {
			refund := &r.given[r.of[i]].Refund
			refund.PointsForgiven += unit.Points(o.Reversal.Forgiven)
			refund.PointsLapsed += unit.Points(o.Reversal.Lapsed)
			refund.PointsDebt += unit.Points(o.Reversal.Debt)
		}
	}
	if err := c.s.Orders.RecordRefunds(ctx, tx, r.given); err != nil {
		return err
	}
	reserve := make([]*order.Order, len(r.credits))
	for i := range r.credits {
		reserve[i] = &r.credits[i]
		c.done.credited(&r.credits[i])
	}
	for i := range r.given {
		c.done.refunded(&r.given[i].Refund)
	}
	c.done.made.Refunds, c.done.made.Credits = c.done.made.Refunds+int64(len(r.given)), c.done.made.Credits+int64(len(r.credits))
	if len(reserve) == 0 {
		return nil
	}
	if err := c.s.Orders.Reserve(ctx, tx, reserve); err != nil {
		return err
	}
	return c.s.Orders.Record(ctx, tx, r.credits)
}

// hold reads and holds the orders that cancellations give back.
func (c *chunk) hold(ctx context.Context, tx *db.Tx, backs []Deal) error {
	groups := map[id.Order]int{}
	var missing []id.Order
	for _, d := range backs {
		for _, take := range d.Takes {
			as := c.orderOf(take.Group)
			if _, seen := groups[as]; c.held[take.Group] == nil && !seen {
				groups[as] = take.Group
				missing = append(missing, as)
			}
		}
	}
	found, err := c.s.Orders.HoldMany(ctx, tx, missing)
	if err != nil {
		return err
	}
	for i := range found {
		c.held[groups[found[i].ID]] = &found[i]
	}
	return nil
}

// orderOf is the order that a sale became.
func (c *chunk) orderOf(group int) id.Order {
	if as, here := c.done.orders[group]; here {
		return as
	}
	return c.run.orders[group]
}

// cancel decides one cancellation. What an order can no longer give back, because
// somebody refunded it otherwise in the meantime, becomes a credit too.
func (c *chunk) cancel(tx *db.Tx, d Deal, r *returns) error {
	d.matchEarlier(c.earlierSales(d), c.plan.Articles)
	var extra []Line
	before := len(r.given)
	for _, take := range d.Takes {
		o := c.held[take.Group]
		if o == nil {
			return fmt.Errorf("the order of cancellation %s is gone", d.Number)
		}
		refund, claws, excess, err := c.refund(o, d, take, len(r.given)-before+1, id.Refund(tx.NewID(id.OfRefund, o.ID.Bucket())))
		if f := fault.Of(err); f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
			extra = append(extra, take.returned()...)
			continue
		}
		if err != nil {
			return err
		}
		if excess > 0 {
			extra = append(extra, take.difference(excess))
		}
		ops, err := c.clawed(o, &refund, claws)
		if err != nil {
			return err
		}
		for range ops {
			r.of = append(r.of, len(r.given))
		}
		r.ops, r.given = append(r.ops, ops...), append(r.given, order.Given{Order: o, Refund: refund})
	}
	if len(d.Lines)+len(extra) == 0 {
		return nil
	}
	credit, err := c.credit(d, extra, c.newOrder(tx, d))
	if err != nil {
		return err
	}
	r.credits = append(r.credits, credit)
	return nil
}
