package member

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// selectCalled reads what members are called, still sealed.
func selectCalled(ctx context.Context, tx *db.Tx, ids []id.Member) ([]row, error) {
	return db.AllOf(ctx, tx, func(r db.Row) (m row, err error) { return m, r.Scan(&m.ID, &m.Number, &m.sealed) }, byID(ids),
		`SELECT m.id, m.member_no, m.sealed FROM key CROSS JOIN member m
		WHERE m.bucket = key.bucket AND m.merchant_id = $1 AND m.id = key.member_id`, tx.Merchant())
}
