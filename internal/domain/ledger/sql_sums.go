package ledger

import (
	"context"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// listSummed reads of the postings of up to inOne members of one bucket only what
// counts in reports.
func listSummed(ctx context.Context, tx *db.Tx, bucket id.Bucket, holders []id.Member) ([]Posting, error) {
	args, list := in(tx, []any{bucket, tx.Merchant()}, holders)
	return db.All(ctx, tx, func(r db.Row) (p Posting, err error) {
		return p, r.Scan(&p.Holder, &p.Asset, &p.Seq, &p.Store, &p.Kind, &p.Contra, &p.Amount, &p.OccurredAt, &p.RecordedAt)
	}, `SELECT holder_id, asset, seq, store_id, kind, contra, amount, occurred_at, recorded_at FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id IN `+list, args...)
}

func storesUsed(ctx context.Context, tx *db.Tx, stores []id.Store) (used []id.Store, err error) {
	for chunk := range slices.Chunk(stores, inOne) {
		args, list := in(tx, []any{tx.Merchant()}, chunk)
		some, err := db.All(ctx, tx, func(r db.Row) (one id.Store, err error) { return one, r.Scan(&one) },
			`SELECT DISTINCT store_id FROM ledger_posting WHERE merchant_id = $1 /* all buckets */ AND store_id IN `+list, args...)
		if err != nil {
			return nil, err
		}
		used = append(used, some...)
	}
	return used, nil
}
