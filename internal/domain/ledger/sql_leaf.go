package ledger

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// listLeaves reads postings of all members in the order in which they were
// recorded, after a place, as they lie on disk. The holder's id begins with the
// bucket, so its order is the buckets' order too.
func listLeaves(ctx context.Context, tx *db.Tx, after place, until Moment, limit int) ([]Leaf, error) {
	return db.All(ctx, tx, scanLeaf(tx), `SELECT bucket, `+postingColumns+` FROM ledger_posting /* all buckets */
		WHERE merchant_id = $1 AND recorded_at >= $2 AND recorded_at <= $3 AND (recorded_at, holder_id, asset, seq) > ($2, $4, $5, $6)
		ORDER BY recorded_at, holder_id, asset, seq LIMIT $7`,
		tx.Merchant(), after.At, until, after.Holder, after.Asset, after.Seq, limit)
}

func findLeaf(ctx context.Context, tx *db.Tx, k Key, seq int64) (Leaf, error) {
	return db.One(ctx, tx, scanLeaf(tx), `SELECT bucket, `+postingColumns+` FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND seq = $5`,
		k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, seq)
}

// scanLeaf reads the bucket in front of a posting's columns.
func scanLeaf(tx *db.Tx) func(db.Row) (Leaf, error) {
	return func(r db.Row) (Leaf, error) {
		var bucket id.Bucket
		p, lots, err := scanPacked(behind{r, &bucket})
		return p.leaf(tx.Merchant(), bucket, lots), err
	}
}

// behind is a row with one more column in front.
type behind struct {
	db.Row
	first any
}

// Scan reads the first column too.
func (b behind) Scan(dest ...any) error { return b.Row.Scan(append([]any{b.first}, dest...)...) }
