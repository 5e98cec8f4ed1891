package importing

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
)

// there is what of some deals was booked before.
type there struct {
	orders  map[string]id.Order  // sales, their parts and credits, by their names
	refunds map[string]id.Refund // by their names
	whole   map[id.Order]*order.Order
	given   map[string]given // the refunds of those orders, by their names
}

// given is a refund and what it was a refund of.
type given struct {
	order  *order.Order
	refund *order.Refund
}

// known counts the deals that were booked before and answers with what is left
// to book: the others, and what is to be added to sales.
func (c *chunk) known(ctx context.Context, tx *db.Tx, deals []Deal) (fresh []Deal, err error) {
	t, err := c.look(ctx, tx, deals)
	if err != nil {
		return nil, err
	}
	if fresh, err = c.sales(ctx, tx, t, deals); err != nil {
		return nil, err
	}
	var backs, again []Deal
	for _, d := range deals {
		if !d.Back {
			continue
		}
		d.settle(c.placesOf)
		if t.cancelled(c, d) {
			again = append(again, d)
		} else {
			backs = append(backs, d)
		}
	}
	if err := c.trace(ctx, tx, t, again); err != nil {
		return nil, err
	}
	for _, d := range again {
		t.count(c, d)
	}
	if c.earlier, err = c.before(ctx, tx, backs); err != nil {
		return nil, err
	}
	return c.plan.inOrder(append(fresh, backs...)), nil
}

// inOrder puts deals into the order of time, sales before cancellations.
func (p *Plan) inOrder(deals []Deal) []Deal {
	slices.SortStableFunc(deals, func(a, b Deal) int { return p.compare(int32(p.whole(a.Group)), int32(p.whole(b.Group))) })
	return deals
}

// look asks for all names of the deals at once, and reads the orders that it
// finds.
func (c *chunk) look(ctx context.Context, tx *db.Tx, deals []Deal) (*there, error) {
	t := &there{orders: map[string]id.Order{}, refunds: map[string]id.Refund{}, whole: map[id.Order]*order.Order{}, given: map[string]given{}}
	var orders []string
	var backs []Deal
	for _, d := range deals {
		if !d.Back {
			orders = append(orders, saleID(d))
			continue
		}
		orders, backs = append(orders, c.creditID(d)), append(backs, d)
	}
	if err := c.findOrders(ctx, tx, t, orders); err != nil {
		return nil, err
	}
	for n := 1; len(backs) > 0; n++ {
		names := make([]string, len(backs))
		for i, d := range backs {
			names[i] = refundID(d, n)
		}
		found, err := c.s.Orders.RefundsByExternal(ctx, tx, names)
		if err != nil {
			return nil, err
		}
		for name, as := range found {
			t.refunds[name] = as
		}
		backs = slices.DeleteFunc(backs, func(d Deal) bool { return found[refundID(d, n)] == "" })
	}
	return t, nil
}

// findOrders finds orders by their names and reads them.
func (c *chunk) findOrders(ctx context.Context, tx *db.Tx, t *there, names []string) error {
	found, err := c.s.Orders.ByExternal(ctx, tx, names)
	if err != nil {
		return err
	}
	var ids []id.Order
	for name, as := range found {
		t.orders[name] = as
		ids = append(ids, as)
	}
	if err := c.read(ctx, tx, t, ids); err != nil {
		return err
	}
	for _, as := range ids {
		if t.whole[as] == nil {
			return fmt.Errorf("order %s has a name and no row", as)
		}
	}
	return nil
}

// read reads orders that were not read yet.
func (c *chunk) read(ctx context.Context, tx *db.Tx, t *there, ids []id.Order) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(as id.Order) bool { return t.whole[as] != nil })
	slices.Sort(ids)
	found, err := c.s.Orders.FindMany(ctx, tx, slices.Compact(ids))
	for i := range found {
		o := &found[i]
		t.whole[o.ID] = o
		for n := range o.Refunds {
			t.given[o.Refunds[n].ExternalID] = given{o, &o.Refunds[n]}
		}
	}
	return err
}

// sales counts the sales that were booked before, and answers with the others and
// with the parts that are to be added. A row that an order was booked without and
// that cannot be added is set aside.
func (c *chunk) sales(ctx context.Context, tx *db.Tx, t *there, deals []Deal) (fresh []Deal, err error) {
	var open []Deal // booked, and not with all that the file has
	parts := map[int][]*order.Order{}
	for _, d := range deals {
		as := t.orders[saleID(d)]
		switch {
		case d.Back:
		case as == "":
			fresh = append(fresh, d)
		default:
			parts[d.Group] = []*order.Order{t.whole[as]}
			if len(c.compare(c.plan, d, parts[d.Group]).fresh) > 0 {
				open = append(open, d)
			}
		}
	}
	for n := 1; n < mostAdded && len(open) > 0; n++ {
		names := make([]string, len(open))
		for i, d := range open {
			names[i] = partID(d.Number, n)
		}
		if err := c.findOrders(ctx, tx, t, names); err != nil {
			return nil, err
		}
		open = slices.DeleteFunc(open, func(d Deal) bool {
			as := t.orders[partID(d.Number, n)]
			if as != "" {
				parts[d.Group] = append(parts[d.Group], t.whole[as])
			}
			return as == ""
		})
	}
	for _, d := range deals {
		if had := parts[d.Group]; !d.Back && had != nil {
			fresh = append(fresh, c.again(d, had)...)
		}
	}
	return fresh, nil
}

// again counts a sale that was booked before, and answers with what is to be
// added to it, if anything.
func (c *chunk) again(d Deal, parts []*order.Order) []Deal {
	b := c.compare(c.plan, d, parts)
	for n, o := range parts {
		c.done.orders[c.plan.part(d.Group, n)] = o.ID
		if b.holds[n] {
			c.done.sold(o, n > 0)
		}
	}
	var more []Deal
	switch {
	case len(b.fresh) == 0:
	case c.addable(d, parts, b):
		more = []Deal{b.addition(c.plan, d, parts)}
		b.added(more[0].Group)
	default:
		for _, l := range b.fresh {
			c.done.setAside(l.item, OtherOrder)
		}
	}
	if c.plan.shrinks[int32(d.Group)] {
		c.done.places[d.Group] = b.places
	}
	return more
}

// placesOf is where the lines of a sale stand, in this run or before; nil = as the
// file has them.
func (c *chunk) placesOf(group int) []place {
	if places := c.done.places[group]; places != nil {
		return places
	}
	return c.run.places[group]
}

// cancelled reports whether a cancellation was booked before. It is booked whole
// or not at all, so that one part of it tells.
func (t *there) cancelled(c *chunk, d Deal) bool {
	return t.orders[c.creditID(d)] != "" || t.refunds[refundID(d, 1)] != ""
}

// trace reads the orders that cancellations were refunds of when they were booked.
// They need not be those that the plan gives them to now.
func (c *chunk) trace(ctx context.Context, tx *db.Tx, t *there, again []Deal) error {
	var ids []id.Order
	for _, d := range again {
		if t.refunds[refundID(d, 1)] == "" {
			continue
		}
		for _, take := range d.Takes {
			if as := c.orderOf(take.Group); as != "" {
				ids = append(ids, as)
			}
		}
	}
	if err := c.read(ctx, tx, t, ids); err != nil {
		return err
	}
	lost := slices.DeleteFunc(slices.Clone(again), func(d Deal) bool { _, all := t.refundsOf(d); return all })
	if len(lost) == 0 {
		return nil
	}
	named, members := map[string][]Deal{}, map[id.Member][]Deal{}
	for _, d := range lost {
		named[cmp.Or(d.Original, d.Number)] = nil
		if d.Member >= 0 {
			members[c.Whose[d.Member]] = nil
		}
	}
	ids, err := c.candidates(ctx, tx, named, members)
	if err != nil {
		return fmt.Errorf("find what cancellations were refunds of: %w", err)
	}
	return c.read(ctx, tx, t, ids)
}

// refundsOf are the refunds that a cancellation came to. All is false when some of
// them are on orders that were not read.
func (t *there) refundsOf(d Deal) (found []given, all bool) {
	for n := 1; t.refunds[refundID(d, n)] != ""; n++ {
		g, read := t.given[refundID(d, n)]
		if !read {
			return found, false
		}
		found = append(found, g)
	}
	return found, true
}

// count counts what a cancellation came to when it was booked, and sets aside the
// rows that were not part of it.
func (t *there) count(c *chunk, d Deal) {
	units := map[string]int64{}
	if as := t.orders[c.creditID(d)]; as != "" {
		c.done.credited(t.whole[as])
		credited(units, t.whole[as])
	}
	refunds, all := t.refundsOf(d)
	for _, g := range refunds {
		c.done.refunded(g.refund)
		gaveBack(units, g.order, g.refund)
	}
	if !all {
		return // An order was taken away by hand: what it held cannot be told.
	}
	for _, i := range c.otherRows(c.plan, d.Group, units) {
		c.done.setAside(i, OtherReturn)
	}
}
