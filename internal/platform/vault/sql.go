package vault

import (
	"context"

	"huiji/internal/platform/db"
)

func keys(ctx context.Context, tx *db.Tx) (map[string][]byte, error) {
	sealed := map[string][]byte{}
	err := tx.Each(ctx, func(r db.Row) error {
		var purpose string
		var key []byte
		if err := r.Scan(&purpose, &key); err != nil {
			return err
		}
		sealed[purpose] = key
		return nil
	}, `SELECT purpose, sealed FROM vault_key WHERE merchant_id = $1`, tx.Merchant())
	return sealed, err
}

func insert(ctx context.Context, tx *db.Tx, purpose string, sealed []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO vault_key (merchant_id, purpose, sealed, created_at) VALUES ($1, $2, $3, $4)`,
		tx.Merchant(), purpose, sealed, db.Millis(tx.Now()))
	return err
}
