package member

import (
	"context"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

func storesUsed(ctx context.Context, tx *db.Tx, stores []id.Store) (used []id.Store, err error) {
	for chunk := range slices.Chunk(stores, inOne) {
		args := []any{tx.Merchant()}
		for _, one := range chunk {
			args = append(args, one)
		}
		some, err := db.All(ctx, tx, func(r db.Row) (one id.Store, err error) { return one, r.Scan(&one) },
			`SELECT DISTINCT store_id FROM member WHERE merchant_id = $1 /* all buckets */ AND store_id IN `+tx.In(2, len(chunk)), args...)
		if err != nil {
			return nil, err
		}
		used = append(used, some...)
	}
	return used, nil
}
