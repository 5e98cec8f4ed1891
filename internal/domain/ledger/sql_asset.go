package ledger

import (
	"context"

	"huiji/internal/platform/db"
)

// stored is an asset's definition as it lies on disk.
type stored struct {
	code    Asset
	value   string // the Definition as JSON
	version int64
}

func selectAssets(ctx context.Context, tx *db.Tx) ([]stored, error) {
	return db.All(ctx, tx, func(r db.Row) (one stored, err error) {
		return one, r.Scan(&one.code, &one.value, &one.version)
	}, `SELECT code, value, version FROM ledger_asset WHERE merchant_id = $1 ORDER BY code`, tx.Merchant())
}

// saveAsset writes a definition whose version is one above what is there; false
// when somebody else was quicker.
func saveAsset(ctx context.Context, tx *db.Tx, one stored) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO ledger_asset (merchant_id, code, value, version) VALUES ($1, $2, $3, $4)
		ON CONFLICT (merchant_id, code) DO UPDATE SET value = excluded.value, version = excluded.version
		WHERE ledger_asset.version = excluded.version - 1`, tx.Merchant(), one.code, one.value, one.version)
	return n == 1, err
}
