package store

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// insert reports false when the code is taken.
func insert(ctx context.Context, tx *db.Tx, s Store) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO store (merchant_id, id, code, name, timezone, address, phone, status, source, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		tx.Merchant(), s.ID, s.Code, s.Name, s.Timezone, s.Address, s.Phone, s.Status, s.Source, db.Millis(s.CreatedAt))
	return n == 1, err
}

func update(ctx context.Context, tx *db.Tx, s Store) error {
	return tx.Later(ctx, `UPDATE store SET code = $3, name = $4, timezone = $5, address = $6, phone = $7, status = $8
		WHERE merchant_id = $1 AND id = $2`, tx.Merchant(), s.ID, s.Code, s.Name, s.Timezone, s.Address, s.Phone, s.Status)
}

// findMany reads stores by their ids; what is not there is not in the answer.
func findMany(ctx context.Context, tx *db.Tx, ids []id.Store) ([]Store, error) {
	rows := make([][]any, len(ids))
	for i, one := range ids {
		rows[i] = []any{one}
	}
	return db.AllOf(ctx, tx, scan, db.Keys{Columns: "store_id text", Rows: rows},
		`SELECT s.id, s.code, s.name, s.timezone, s.address, s.phone, s.status, s.source, s.created_at
		FROM key CROSS JOIN store s WHERE s.merchant_id = $1 AND s.id = key.store_id`, tx.Merchant())
}

func hold(ctx context.Context, tx *db.Tx, which id.Store) (Store, error) {
	return db.One(ctx, tx, scan, `SELECT id, code, name, timezone, address, phone, status, source, created_at
		FROM store WHERE merchant_id = $1 AND id = $2`+tx.ForUpdate(), tx.Merchant(), which)
}

func list(ctx context.Context, tx *db.Tx) ([]Store, error) {
	return db.All(ctx, tx, scan, `SELECT id, code, name, timezone, address, phone, status, source, created_at
		FROM store WHERE merchant_id = $1 ORDER BY created_at, id`, tx.Merchant())
}

func deleteDemo(ctx context.Context, tx *db.Tx, which id.Store) error {
	return tx.Later(ctx, `DELETE FROM store WHERE merchant_id = $1 AND id = $2 AND source = 'demo'`, tx.Merchant(), which)
}

func scan(r db.Row) (s Store, err error) {
	var created int64
	err = r.Scan(&s.ID, &s.Code, &s.Name, &s.Timezone, &s.Address, &s.Phone, &s.Status, &s.Source, &created)
	s.CreatedAt = db.Time(created)
	return s, err
}
