package message

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

func insert(ctx context.Context, tx *db.Tx, all []Message) (int64, error) {
	rows := make([][]any, 0, len(all))
	for _, m := range all {
		rows = append(rows, []any{m.Member.Bucket(), tx.Merchant(), m.Cause, m.ID, m.Member, m.Kind, m.Text.ZH, m.Text.EN, db.Millis(m.CreatedAt)})
	}
	return tx.Insert(ctx, `INSERT INTO message (bucket, merchant_id, cause, id, member_id, kind, zh, en, created_at) VALUES`, rows,
		"ON CONFLICT (bucket, merchant_id, cause) DO NOTHING")
}

// place is where a list stands: the last message seen.
type place struct {
	Created int64      `json:"c"`
	ID      id.Message `json:"i"`
}

func placeOf(m Message) any { return place{Created: db.Millis(m.CreatedAt), ID: m.ID} }

// list reads a member's messages, newest first.
func list(ctx context.Context, tx *db.Tx, who id.Member, limit int) ([]Message, error) {
	return db.All(ctx, tx, scan, `SELECT id, member_id, kind, zh, en, cause, created_at, read_at FROM message
		WHERE bucket = $1 AND merchant_id = $2 AND member_id = $3 ORDER BY created_at DESC, id DESC LIMIT $4`,
		who.Bucket(), tx.Merchant(), who, limit)
}

func listAfter(ctx context.Context, tx *db.Tx, who id.Member, after place, limit int) ([]Message, error) {
	return db.All(ctx, tx, scan, `SELECT id, member_id, kind, zh, en, cause, created_at, read_at FROM message
		WHERE bucket = $1 AND merchant_id = $2 AND member_id = $3 AND (created_at, id) < ($4, $5)
		ORDER BY created_at DESC, id DESC LIMIT $6`, who.Bucket(), tx.Merchant(), who, after.Created, after.ID, limit)
}

func purge(ctx context.Context, tx *db.Tx, who id.Member) error {
	return tx.Later(ctx, `DELETE FROM message WHERE bucket = $1 AND merchant_id = $2 AND member_id = $3`, who.Bucket(), tx.Merchant(), who)
}

func scan(r db.Row) (m Message, err error) {
	var created, read int64
	err = r.Scan(&m.ID, &m.Member, &m.Kind, &m.Text.ZH, &m.Text.EN, &m.Cause, &created, &read)
	m.CreatedAt, m.ReadAt = db.Time(created), db.Time(read)
	return m, err
}
