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

// before finds for cancellations that match no sale in the file the sales of
// earlier files that they can belong to: the order they name, or else their
// member's. Only heads are read.
func (c *chunk) before(ctx context.Context, tx *db.Tx, deals []Deal) (map[int][]*order.Order, error) {
	named, members := map[string][]Deal{}, map[id.Member][]Deal{}
	for _, d := range deals {
		if !d.Back || len(d.Lines) == 0 {
			continue
		}
		if name := c.plan.names(d); name != "" {
			named[name] = append(named[name], d)
		} else if d.Member >= 0 && d.Original == "" {
			members[c.Whose[d.Member]] = append(members[c.Whose[d.Member]], d)
		}
	}
	heads, err := c.candidates(ctx, tx, named, members)
	if err != nil {
		return nil, fmt.Errorf("find sales of earlier files: %w", err)
	}
	found := map[int][]*order.Order{}
	for i := range heads {
		o := &heads[i]
		for _, d := range slices.Concat(named[o.ExternalID], members[o.Member]) {
			if d.eligible(o) {
				found[d.Group] = append(found[d.Group], o)
			}
		}
	}
	return found, nil
}

// names is the sale that a cancellation names and the file does not have; "" when
// it names none, or one in the file.
func (p *Plan) names(d Deal) string {
	name := d.Original
	if name == "" {
		name = d.Number
	}
	if _, here := p.byNumber[groupKey{name, false}]; here {
		return ""
	}
	if d.Original == "" && d.Member >= 0 {
		return "" // Its own number would say nothing that its member does not.
	}
	return name
}

// candidates reads the heads of the orders that are named and of the members'
// orders, without those of this file.
func (c *chunk) candidates(ctx context.Context, tx *db.Tx, named map[string][]Deal, members map[id.Member][]Deal) ([]order.Order, error) {
	owners, err := c.s.Orders.ByExternal(ctx, tx, slices.Sorted(maps.Keys(named)))
	if err != nil {
		return nil, err
	}
	theirs, err := c.s.Orders.ByMembers(ctx, tx, slices.Sorted(maps.Keys(members)))
	if err != nil {
		return nil, err
	}
	here := map[id.Order]bool{}
	for _, as := range c.done.orders {
		here[as] = true
	}
	ids := slices.DeleteFunc(append(slices.Collect(maps.Values(owners)), theirs...), func(as id.Order) bool { return here[as] || c.run.mine[as] })
	slices.Sort(ids)
	return c.s.Orders.Heads(ctx, tx, slices.Compact(ids))
}

// holdEarlier holds the sales of earlier files that cancellations can belong to.
func (c *chunk) holdEarlier(ctx context.Context, tx *db.Tx, backs []Deal) error {
	var missing []id.Order
	for _, d := range backs {
		for _, o := range c.earlier[d.Group] {
			if _, known := c.stored[o.ID]; !known {
				c.stored[o.ID] = -1 - len(c.stored)
				missing = append(missing, o.ID)
			}
		}
	}
	found, err := c.s.Orders.HoldMany(ctx, tx, missing)
	for i := range found {
		c.held[c.stored[found[i].ID]] = &found[i]
	}
	return err
}

// earlierSales are the held sales of earlier files that a cancellation can belong
// to.
func (c *chunk) earlierSales(d Deal) (sales []earlier) {
	for _, o := range c.earlier[d.Group] {
		at := c.stored[o.ID]
		sales = append(sales, earlier{at, c.held[at]})
	}
	return sales
}
