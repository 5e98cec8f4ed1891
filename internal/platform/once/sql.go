package once

import (
	"context"

	"huiji/internal/platform/db"
)

// insertEach keeps answers. A key that somebody else keeps at the same moment
// fails the transaction, which then finds their answer.
func insertEach(ctx context.Context, tx *db.Tx, keys []Key, answers [][]byte) error {
	rows := make([][]any, len(keys))
	for i, k := range keys {
		until := int64(0)
		if !k.Forever {
			until = db.Millis(tx.Now().Add(keep))
		}
		rows[i] = []any{k.Bucket(), tx.Merchant(), k.Scope, k.Key, k.Fingerprint, answers[i], until}
	}
	return tx.InsertLater(ctx, `INSERT INTO once (bucket, merchant_id, scope, key, fingerprint, answer, keep_until) VALUES`, rows, "")
}

// used is what is kept of a key.
type used struct{ fingerprint, answer []byte }

// findEach reads what is kept of keys, by their names.
func findEach(ctx context.Context, tx *db.Tx, keys []Key) (map[[2]string]used, error) {
	all := make(map[[2]string]used)
	rows := make([][]any, 0, len(keys))
	asked := make(map[[2]string]bool, len(keys))
	for _, k := range keys {
		if !k.Zero() && !asked[k.name()] {
			asked[k.name()] = true
			rows = append(rows, []any{k.Bucket(), k.Scope, k.Key})
		}
	}
	_, err := db.AllOf(ctx, tx, func(r db.Row) (u used, err error) {
		var name [2]string
		err = r.Scan(&name[0], &name[1], &u.fingerprint, &u.answer)
		all[name] = u
		return u, err
	}, db.Keys{Columns: "bucket smallint, wanted_scope text, wanted_key text", Rows: rows},
		`SELECT o.scope, o.key, o.fingerprint, o.answer FROM key CROSS JOIN once o
		WHERE o.bucket = key.bucket AND o.merchant_id = $1 AND o.scope = key.wanted_scope AND o.key = key.wanted_key`, tx.Merchant())
	return all, err
}

// Purge forgets up to limit keys whose time is over.
func Purge(ctx context.Context, tx *db.Tx, limit int) (int, error) {
	ended, err := db.All(ctx, tx, func(r db.Row) (k endedKey, err error) {
		return k, r.Scan(&k.bucket, &k.scope, &k.key)
	}, `SELECT bucket, scope, key FROM once WHERE merchant_id = $1 AND keep_until > 0 AND keep_until <= $2 LIMIT $3 /* all buckets */`,
		tx.Merchant(), db.Millis(tx.Now()), limit)
	if err != nil {
		return 0, err
	}
	for _, k := range ended {
		err := tx.Later(ctx, `DELETE FROM once WHERE bucket = $1 AND merchant_id = $2 AND scope = $3 AND key = $4`, k.bucket, tx.Merchant(), k.scope, k.key)
		if err != nil {
			return 0, err
		}
	}
	return len(ended), nil
}

type endedKey struct {
	bucket     int16
	scope, key string
}
