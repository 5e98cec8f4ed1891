package order

import (
	"context"
	"fmt"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Sums adds orders and their refunds up as the events told them, so that who
// purges them can take them out of what was counted.
func (s *Service) Sums(ctx context.Context, tx *db.Tx, orders []id.Order) ([]DaySums, error) {
	var days []DaySums
	for chunk := range slices.Chunk(orders, inOne) {
		heads, err := selectOrders(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("add %d orders up: %w", len(chunk), err)
		}
		ofMember := make(map[id.Order]bool, len(heads))
		for i := range heads {
			days = addDay(days, heads[i].sums())
			ofMember[heads[i].ID] = heads[i].Member != ""
		}
		refunds, err := selectRefunds(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("add the refunds of %d orders up: %w", len(chunk), err)
		}
		for i := range refunds {
			days = addDay(days, refunds[i].value.sums(ofMember[refunds[i].order]))
		}
	}
	return days, nil
}

// Uses says which of the stores and which of the SKUs any order names.
func (s *Service) Uses(ctx context.Context, tx *db.Tx, stores []id.Store, skus []string) ([]id.Store, []string, error) {
	inStores, err := usedStores(ctx, tx, stores)
	if err != nil {
		return nil, nil, fmt.Errorf("find which stores have orders: %w", err)
	}
	sold, err := usedSKUs(ctx, tx, skus)
	if err != nil {
		return nil, nil, fmt.Errorf("find which products were sold: %w", err)
	}
	return inStores, sold, nil
}
