package importing

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
)

// there is what of some deals was booked before.
type there struct {
	orders  map[string]id.Order  // sales and credits by their names
	refunds map[string]id.Refund // by their names
	heads   map[id.Order]*order.Order
}

// known counts the deals that were booked before and answers with the others.
func (c *chunk) known(ctx context.Context, tx *db.Tx, deals []Deal) (fresh []Deal, err error) {
	t, err := c.look(ctx, tx, deals)
	if err != nil {
		return nil, err
	}
	for _, d := range deals {
		if as := t.orders[c.saleID(d)]; !d.Back && as != "" {
			c.done.orders[d.Group] = as
			c.done.sold(t.heads[as])
		}
	}
	if c.earlier, err = c.before(ctx, tx, deals); err != nil {
		return nil, err
	}
	for _, d := range deals {
		switch {
		case d.Back && t.cancelled(c, d):
			t.count(c, d)
		case d.Back || t.orders[c.saleID(d)] == "":
			fresh = append(fresh, d)
		}
	}
	return fresh, nil
}

// look asks for all names of the deals at once.
func (c *chunk) look(ctx context.Context, tx *db.Tx, deals []Deal) (t there, err error) {
	var orders, refunds []string
	for _, d := range deals {
		if !d.Back {
			orders = append(orders, c.saleID(d))
			continue
		}
		orders = append(orders, c.creditID(d))
		refunds = append(refunds, c.refundIDs(d)...)
	}
	if t.orders, err = c.s.Orders.ByExternal(ctx, tx, orders); err != nil {
		return t, err
	}
	if t.refunds, err = c.s.Orders.RefundsByExternal(ctx, tx, refunds); err != nil {
		return t, err
	}
	heads, err := c.s.Orders.Heads(ctx, tx, t.ids(c, deals))
	t.heads = make(map[id.Order]*order.Order, len(heads))
	for i := range heads {
		t.heads[heads[i].ID] = &heads[i]
	}
	for _, as := range t.orders {
		if t.heads[as] == nil && err == nil {
			err = fmt.Errorf("order %s has a name and no row", as)
		}
	}
	return t, err
}

func (c *chunk) refundIDs(d Deal) (names []string) {
	for _, take := range d.Takes {
		names = append(names, refundID(d, c.plan.groups[take.Group].number))
	}
	return names
}

// ids are the orders to read: those found, and those whose refunds were found.
func (t there) ids(c *chunk, deals []Deal) []id.Order {
	all := slices.Collect(maps.Values(t.orders))
	for _, d := range deals {
		for i, name := range c.refundIDs(d) {
			if t.refunds[name] != "" {
				all = append(all, t.orderOf(c, d.Takes[i].Group))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// cancelled reports whether a cancellation was booked before. It is booked whole
// or not at all, so that one part of it tells.
func (t there) cancelled(c *chunk, d Deal) bool {
	return t.orders[c.creditID(d)] != "" || len(t.refundsOf(c, d)) > 0
}

// refundsOf are the refunds that a cancellation came to.
func (t there) refundsOf(c *chunk, d Deal) (all []*order.Refund) {
	of := func(o *order.Order) {
		if o == nil {
			return // An order of this file that was taken away by hand.
		}
		name := refundID(d, o.ExternalID)
		for i := range o.Refunds {
			if o.Refunds[i].ExternalID == name {
				all = append(all, &o.Refunds[i])
			}
		}
	}
	for i, name := range c.refundIDs(d) {
		if t.refunds[name] != "" {
			of(t.heads[t.orderOf(c, d.Takes[i].Group)])
		}
	}
	for _, o := range c.earlier[d.Group] {
		of(o)
	}
	return all
}

// orderOf is the order that a sale of the file became, in this run or before.
func (t there) orderOf(c *chunk, group int) id.Order {
	if as := c.orderOf(group); as != "" {
		return as
	}
	return t.orders[c.plan.groups[group].number] // Booked before, and in this very chunk.
}

// count counts what a cancellation came to when it was booked.
func (t there) count(c *chunk, d Deal) {
	if as := t.orders[c.creditID(d)]; as != "" {
		c.done.credited(t.heads[as])
	}
	for _, r := range t.refundsOf(c, d) {
		c.done.refunded(r)
	}
}

// try decides deals without booking them, in memory.
func (r *run) try(deals []Deal) (*booked, error) {
	b := &booked{rows: int64(rowsOf(deals))}
	for _, d := range deals {
		var err error
		if d.Back {
			err = r.tryBack(b, d)
		} else {
			err = r.trySale(b, d)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (r *run) trySale(b *booked, d Deal) error {
	o, _, err := r.sale(d, "")
	if err != nil {
		return err
	}
	if r.plan.shrinks[int32(d.Group)] {
		r.trial[d.Group] = &o
	}
	b.sold(&o)
	return nil
}

func (r *run) tryBack(b *booked, d Deal) error {
	var extra []Line
	for _, take := range d.Takes {
		refund, _, excess, err := r.refund(r.trial[take.Group], d, take, "")
		if err != nil {
			return err
		}
		if excess > 0 {
			extra = append(extra, take.priceDifference(excess))
		}
		b.refunded(&refund)
	}
	if len(d.Lines)+len(extra) == 0 {
		return nil
	}
	credit, err := r.credit(d, extra, "")
	if err != nil {
		return err
	}
	b.credited(&credit)
	return nil
}
