package order

import (
	"context"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

func usedStores(ctx context.Context, tx *db.Tx, stores []id.Store) (used []id.Store, err error) {
	for chunk := range slices.Chunk(stores, inOne) {
		some, err := db.All(ctx, tx, func(r db.Row) (one id.Store, err error) { return one, r.Scan(&one) },
			`SELECT DISTINCT store_id FROM orders WHERE merchant_id = $1 /* all buckets */ AND store_id IN `+tx.In(2, len(chunk)), named(tx, chunk)...)
		if err != nil {
			return nil, err
		}
		used = append(used, some...)
	}
	return used, nil
}

func usedSKUs(ctx context.Context, tx *db.Tx, skus []string) (used []string, err error) {
	for chunk := range slices.Chunk(skus, inOne) {
		some, err := db.All(ctx, tx, func(r db.Row) (one string, err error) { return one, r.Scan(&one) },
			`SELECT DISTINCT sku FROM order_line WHERE merchant_id = $1 /* all buckets */ AND sku IN `+tx.In(2, len(chunk)), named(tx, chunk)...)
		if err != nil {
			return nil, err
		}
		used = append(used, some...)
	}
	return used, nil
}

// named puts values behind the merchant, as arguments.
func named[T any](tx *db.Tx, values []T) []any {
	args := []any{tx.Merchant()}
	for _, v := range values {
		args = append(args, v)
	}
	return args
}
