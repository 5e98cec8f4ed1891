package order

import (
	"context"
	"strings"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

func scanID(r db.Row) (o id.Order, err error) { return o, r.Scan(&o) }

// selectBySource lists orders of a source, those of one bucket beside each other.
func selectBySource(ctx context.Context, tx *db.Tx, source string, limit int) ([]id.Order, error) {
	return db.All(ctx, tx, scanID, `SELECT id FROM orders WHERE merchant_id = $1 AND source = $2 /* all buckets */
		ORDER BY bucket, id LIMIT $3`, tx.Merchant(), source, limit)
}

// selectByMembers lists the orders of members, claimed ones too.
func selectByMembers(ctx context.Context, tx *db.Tx, members []id.Member) ([]id.Order, error) {
	args := []any{tx.Merchant()}
	for _, m := range members {
		args = append(args, m)
	}
	return db.All(ctx, tx, scanID, `SELECT id FROM orders WHERE merchant_id = $1 /* all buckets */ AND member_id IN `+
		tx.In(2, len(members))+` ORDER BY bucket, id`, args...)
}

// selectHeld lists the claims that orders of one bucket and their refunds hold.
func selectHeld(ctx context.Context, tx *db.Tx, bucket id.Bucket, orders []id.Order) ([]claim, error) {
	args := chosen(tx, bucket, orders)
	heads, err := db.All(ctx, tx, func(r db.Row) (c [2]claim, err error) {
		c[0].kind, c[1].kind = byNumber, byExternal
		return c, r.Scan(&c[0].value, &c[1].value)
	}, `SELECT number, external_id FROM orders WHERE bucket = $1 AND merchant_id = $2 AND id IN `+tx.In(3, len(orders)), args...)
	if err != nil {
		return nil, err
	}
	held, err := db.All(ctx, tx, func(r db.Row) (c claim, err error) {
		c.kind = byRefund
		return c, r.Scan(&c.value)
	}, `SELECT external_id FROM order_refund WHERE bucket = $1 AND merchant_id = $2 AND external_id <> '' AND order_id IN `+
		tx.In(3, len(orders)), args...)
	if err != nil {
		return nil, err
	}
	for _, pair := range heads {
		held = append(held, pair[0])
		if pair[1].value != "" {
			held = append(held, pair[1])
		}
	}
	return held, nil
}

func chosen(tx *db.Tx, bucket id.Bucket, orders []id.Order) []any {
	args := []any{bucket, tx.Merchant()}
	for _, o := range orders {
		args = append(args, o)
	}
	return args
}

// deleteOrders removes orders of one bucket with everything that hangs on them.
func deleteOrders(ctx context.Context, tx *db.Tx, bucket id.Bucket, orders []id.Order) error {
	in := tx.In(3, len(orders))
	for _, query := range []string{
		`DELETE FROM order_line WHERE bucket = $1 AND merchant_id = $2 AND order_id IN ` + in,
		`DELETE FROM order_tender WHERE bucket = $1 AND merchant_id = $2 AND order_id IN ` + in,
		`DELETE FROM order_refund WHERE bucket = $1 AND merchant_id = $2 AND order_id IN ` + in,
		`DELETE FROM orders WHERE bucket = $1 AND merchant_id = $2 AND id IN ` + in,
	} {
		if err := tx.Later(ctx, query, chosen(tx, bucket, orders)...); err != nil {
			return err
		}
	}
	return nil
}

// deleteClaims gives claims back, those of one bucket in one statement.
func deleteClaims(ctx context.Context, tx *db.Tx, claims []claim) error {
	buckets := map[id.Bucket][]claim{}
	for _, c := range claims {
		b := c.bucket(tx.Merchant())
		buckets[b] = append(buckets[b], c)
	}
	for bucket, held := range buckets {
		args := []any{bucket, tx.Merchant()}
		or := make([]string, len(held))
		for i, c := range held {
			or[i] = "(kind = " + dollar(len(args)+1) + " AND value = " + dollar(len(args)+2) + ")"
			args = append(args, c.kind, c.value)
		}
		if err := tx.Later(ctx, `DELETE FROM order_claim WHERE bucket = $1 AND merchant_id = $2 AND (`+strings.Join(or, " OR ")+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}
