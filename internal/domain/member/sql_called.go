package member

import (
	"context"
	"fmt"
	"strings"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// selectCalled reads what up to calledMost members are called, still sealed. The
// merchant stands inside COALESCE: to SQLite an index that begins with it looks
// better than many keys do, and it leads through every member of the merchant.
func selectCalled(ctx context.Context, tx *db.Tx, ids []id.Member) ([]row, error) {
	args, or := []any{tx.Merchant()}, make([]string, len(ids))
	for i, one := range ids {
		or[i] = fmt.Sprintf("(bucket = $%d AND id = $%d)", len(args)+1, len(args)+2)
		args = append(args, one.Bucket(), one)
	}
	return db.All(ctx, tx, func(r db.Row) (m row, err error) { return m, r.Scan(&m.ID, &m.Number, &m.sealed) },
		`SELECT id, member_no, sealed FROM member WHERE COALESCE(merchant_id, '') = $1 AND /* all buckets */ (`+strings.Join(or, " OR ")+")", args...)
}
