package order

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// HoldMany is Hold for many at once, in the order in which orders are held
// everywhere: by bucket and id. All of them must be there.
func (s *Service) HoldMany(ctx context.Context, tx *db.Tx, orders []id.Order) ([]Order, error) {
	sorted := slices.SortedFunc(slices.Values(orders), func(a, b id.Order) int {
		return cmp.Or(cmp.Compare(a.Bucket(), b.Bucket()), cmp.Compare(a, b))
	})
	sorted = slices.Compact(sorted)
	all, err := holdOrders(ctx, tx, sorted)
	if err != nil {
		return nil, fmt.Errorf("hold %d orders: %w", len(sorted), err)
	}
	if len(all) != len(sorted) {
		return nil, ErrNotFound
	}
	for from := 0; from < len(all); from += inOne {
		if err := s.fill(ctx, tx, all[from:min(from+inOne, len(all))]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Heads is FindMany without lines and tenders, for who wants the sums of many
// orders and their refunds.
func (s *Service) Heads(ctx context.Context, tx *db.Tx, orders []id.Order) ([]Order, error) {
	var all []Order
	for chunk := range slices.Chunk(orders, inOne) {
		heads, err := selectOrders(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("find the heads of %d orders: %w", len(chunk), err)
		}
		refunds, err := selectRefunds(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("find the refunds of %d orders: %w", len(chunk), err)
		}
		at := make(map[id.Order]*Order, len(heads))
		for i := range heads {
			at[heads[i].ID] = &heads[i]
		}
		for _, r := range refunds {
			if o := at[r.order]; o != nil {
				o.Refunds = append(o.Refunds, r.value)
			}
		}
		all = append(all, heads...)
	}
	return all, nil
}
