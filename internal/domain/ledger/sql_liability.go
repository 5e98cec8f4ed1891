package ledger

import (
	"context"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// eachIn calls fn for every account of an asset in one bucket.
func eachIn(ctx context.Context, tx *db.Tx, bucket id.Bucket, asset Asset, fn func(Account) error) error {
	return tx.Each(ctx, func(r db.Row) error {
		a, err := scanAccount(r)
		if err != nil {
			return err
		}
		return fn(a)
	}, `SELECT holder_id, asset, seq, balance, debt, lots FROM ledger_account
		WHERE bucket = $1 AND merchant_id = $2 AND asset = $3`, bucket, tx.Merchant(), asset)
}

// eachUntil calls fn for every posting of an asset in one bucket that was recorded
// by a moment, account after account: only with what a replay looks at. The sum
// keeps the engines from reading by the time of recording, which would go through
// the postings of all buckets for every one of them.
func eachUntil(ctx context.Context, tx *db.Tx, bucket id.Bucket, asset Asset, until Moment, fn func(Posting) error) error {
	return tx.Each(ctx, func(r db.Row) error {
		p := Posting{Asset: asset}
		var lots []byte
		err := r.Scan(&p.Holder, &p.Seq, &p.Amount, &p.RecordedAt, &lots)
		if err != nil {
			return err
		}
		if p.Movements, err = decodeMovements(lots); err != nil {
			return fmt.Errorf("posting %s: %w", p.ID(), err)
		}
		return fn(p)
	}, `SELECT holder_id, seq, amount, recorded_at, lots FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND asset = $3 AND recorded_at + 0 <= $4 ORDER BY holder_id, seq`, bucket, tx.Merchant(), asset, until)
}
