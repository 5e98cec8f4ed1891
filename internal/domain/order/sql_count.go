package order

import (
	"context"

	"huiji/internal/platform/db"
)

// countSome counts orders up to a limit: whether there are any is a question for
// the first days, and counting millions would answer nothing more.
func countSome(ctx context.Context, tx *db.Tx, limit int) (int64, error) {
	return db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT COUNT(*) FROM (SELECT id FROM orders WHERE merchant_id = $1 LIMIT $2 /* all buckets */) AS counted`, tx.Merchant(), limit)
}
