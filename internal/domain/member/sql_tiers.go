package member

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// eachTier calls fn with every member of a bucket and the code of their tier.
func eachTier(ctx context.Context, tx *db.Tx, bucket id.Bucket, fn func(id.Member, string)) error {
	return tx.Each(ctx, func(r db.Row) error {
		var who id.Member
		var tier string
		err := r.Scan(&who, &tier)
		fn(who, tier)
		return err
	}, `SELECT id, tier FROM member WHERE bucket = $1 AND merchant_id = $2`, bucket, tx.Merchant())
}
