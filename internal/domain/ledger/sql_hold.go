package ledger

import (
	"context"

	"huiji/internal/platform/db"
)

// listHeld lists accounts that have units in holds, in the order of their keys
// after one of them.
func listHeld(ctx context.Context, tx *db.Tx, after Key, limit int) ([]Account, error) {
	bucket := -1
	if after.Holder != "" {
		bucket = int(after.Holder.Bucket())
	}
	return db.All(ctx, tx, scanAccount, `SELECT holder_id, asset, seq, balance, debt, lots FROM ledger_account /* all buckets */
		WHERE merchant_id = $1 AND held > 0 AND (bucket > $2 OR (bucket = $2 AND (holder_id > $3 OR (holder_id = $3 AND asset > $4))))
		ORDER BY bucket, holder_id, asset LIMIT $5`, tx.Merchant(), bucket, after.Holder, after.Asset, limit)
}

// findOfHold reads what captured or released a hold, in order.
func findOfHold(ctx context.Context, tx *db.Tx, k Key, hold int64) ([]Posting, error) {
	return db.All(ctx, tx, scanPosting, `SELECT `+postingColumns+` FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND seq > $5 AND reverses = $5
		ORDER BY seq`, k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, hold)
}
