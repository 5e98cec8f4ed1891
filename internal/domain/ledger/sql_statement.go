package ledger

import (
	"context"
	"errors"

	"huiji/internal/platform/db"
)

// balanceBefore is the balance that the last posting recorded before a moment
// left; 0 when there is none.
func balanceBefore(ctx context.Context, tx *db.Tx, k Key, before Moment) (int64, error) {
	balance, err := db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT balance_after FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND recorded_at < $5 ORDER BY seq DESC LIMIT 1`,
		k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, before)
	if errors.Is(err, db.ErrNoRow) {
		return 0, nil
	}
	return balance, err
}

// listRecorded reads an account's postings recorded in [from, to), in their order.
func listRecorded(ctx context.Context, tx *db.Tx, k Key, from, to Moment, limit int) ([]Posting, error) {
	return db.All(ctx, tx, scanPosting, `SELECT `+postingColumns+` FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND recorded_at >= $5 AND recorded_at < $6 ORDER BY seq LIMIT $7`,
		k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, from, to, limit)
}
