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
	named, members := c.wanted(deals)
	ids, err := c.candidates(ctx, tx, named, members)
	if err != nil {
		return nil, fmt.Errorf("find sales of earlier files: %w", err)
	}
	here := map[id.Order]bool{}
	for _, as := range c.done.orders {
		here[as] = true
	}
	ids = slices.DeleteFunc(ids, func(as id.Order) bool { return here[as] || c.run.mine[as] })
	heads, err := c.s.Orders.Heads(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("read %d sales of earlier files: %w", len(ids), err)
	}
	found := map[int][]*order.Order{}
	for i := range heads {
		o := &heads[i]
		for _, d := range slices.Concat(named[numberOf(o.ExternalID)], members[o.Member]) {
			if d.eligible(o) {
				found[d.Group] = append(found[d.Group], o)
			}
		}
	}
	return found, nil
}

// wanted are the cancellations that have something that matches no sale in the
// file, by the order that they name or else by their member.
func (c *chunk) wanted(deals []Deal) (named map[string][]Deal, members map[id.Member][]Deal) {
	named, members = map[string][]Deal{}, map[id.Member][]Deal{}
	for _, d := range deals {
		if len(d.Lines) == 0 {
			continue
		}
		if name := c.plan.names(d); name != "" {
			named[name] = append(named[name], d)
		} else if d.Member >= 0 && d.Original == "" {
			members[c.Whose[d.Member]] = append(members[c.Whose[d.Member]], d)
		}
	}
	return named, members
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

// candidates are the orders that are named, with what was added to them, and the
// members' orders.
func (c *chunk) candidates(ctx context.Context, tx *db.Tx, named map[string][]Deal, members map[id.Member][]Deal) ([]id.Order, error) {
	ids, err := c.s.Orders.ByMembers(ctx, tx, slices.Sorted(maps.Keys(members)))
	if err != nil {
		return nil, err
	}
	numbers := slices.Sorted(maps.Keys(named))
	for n := 0; n < mostAdded && len(numbers) > 0; n++ {
		names := make([]string, len(numbers))
		for i, number := range numbers {
			names[i] = partID(number, n)
		}
		found, err := c.s.Orders.ByExternal(ctx, tx, names)
		if err != nil {
			return nil, err
		}
		ids = append(ids, slices.Collect(maps.Values(found))...)
		numbers = slices.DeleteFunc(numbers, func(number string) bool { return found[partID(number, n)] == "" })
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
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
