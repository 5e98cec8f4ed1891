package member

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// count counts members who are not closed, at the stores; nil = everywhere.
func count(ctx context.Context, tx *db.Tx, stores []id.Store) (int64, error) {
	query := `SELECT COUNT(*) FROM member WHERE merchant_id = $1 AND status <> 'closed' /* all buckets */`
	args := []any{tx.Merchant()}
	if stores != nil {
		for _, s := range stores {
			args = append(args, s)
		}
		if len(stores) == 0 {
			return 0, nil
		}
		query += ` AND store_id IN ` + tx.In(2, len(stores))
	}
	return db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) }, query, args...)
}
