package once

import (
	"context"

	"huiji/internal/platform/db"
)

func insert(ctx context.Context, tx *db.Tx, k Key, answer []byte) error {
	until := int64(0)
	if !k.Forever {
		until = db.Millis(tx.Now().Add(keep))
	}
	return tx.Later(ctx, `INSERT INTO once (bucket, merchant_id, scope, key, fingerprint, answer, keep_until) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		k.Bucket(), tx.Merchant(), k.Scope, k.Key, k.Fingerprint, answer, until)
}

func find(ctx context.Context, tx *db.Tx, k Key) (fingerprint, answer []byte, err error) {
	type pair struct{ fingerprint, answer []byte }
	p, err := db.One(ctx, tx, func(r db.Row) (p pair, err error) { return p, r.Scan(&p.fingerprint, &p.answer) },
		`SELECT fingerprint, answer FROM once WHERE bucket = $1 AND merchant_id = $2 AND scope = $3 AND key = $4`,
		k.Bucket(), tx.Merchant(), k.Scope, k.Key)
	return p.fingerprint, p.answer, err
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
