package catalog

import (
	"context"

	"huiji/internal/platform/db"
)

func countProducts(ctx context.Context, tx *db.Tx) (int64, error) {
	return db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT COUNT(*) FROM catalog_product WHERE merchant_id = $1`, tx.Merchant())
}
