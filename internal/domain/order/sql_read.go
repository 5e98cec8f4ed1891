package order

import (
	"context"
	"fmt"
	"strings"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

const orderColumns = `id, number, kind, status, member_id, claimed_by, store_id, actor_id, actor_name, source, external_id,
	subtotal, discount, discount_reason, points_used, points_amount, total, points_earned, member_balance, snapshot, refunded,
	points_returned, points_clawed, occurred_at, recorded_at, day, line_count`

func scanOrder(r db.Row) (Order, error) {
	var o Order
	var snapshot string
	var occurred, recorded int64
	if err := r.Scan(&o.ID, &o.Number, &o.Kind, &o.Status, &o.Member, &o.ClaimedBy, &o.Store, &o.ActorID, &o.ActorName, &o.Source,
		&o.ExternalID, &o.Subtotal, &o.Discount, &o.DiscountReason, &o.PointsUsed, &o.PointsAmount, &o.Total, &o.PointsEarned,
		&o.MemberBalance, &snapshot, &o.Refunded, &o.PointsReturned, &o.PointsClawed, &occurred, &recorded, &o.Day, &o.LineCount); err != nil {
		return Order{}, err
	}
	o.OccurredAt, o.RecordedAt = db.Time(occurred), db.Time(recorded)
	return o, o.decodeSnapshot(snapshot)
}

// selectOrder reads the head of an order.
func selectOrder(ctx context.Context, tx *db.Tx, order id.Order) (Order, error) {
	return db.One(ctx, tx, scanOrder, `SELECT `+orderColumns+` FROM orders WHERE bucket = $1 AND merchant_id = $2 AND id = $3`,
		order.Bucket(), tx.Merchant(), order)
}

// holdOrder reads the head of an order and keeps others off until the commit.
func holdOrder(ctx context.Context, tx *db.Tx, order id.Order) (Order, error) {
	return db.One(ctx, tx, scanOrder, `SELECT `+orderColumns+` FROM orders WHERE bucket = $1 AND merchant_id = $2 AND id = $3`+tx.ForUpdate(),
		order.Bucket(), tx.Merchant(), order)
}

// byID are orders as keys to look for.
func byID(orders []id.Order) db.Keys {
	rows := make([][]any, len(orders))
	for i, one := range orders {
		rows[i] = []any{one.Bucket(), one}
	}
	return db.Keys{Columns: "bucket smallint, wanted text", Rows: rows}
}

// selectOrders reads the heads of orders, in no order.
func selectOrders(ctx context.Context, tx *db.Tx, orders []id.Order) ([]Order, error) {
	return db.AllOf(ctx, tx, scanOrder, byID(orders), `SELECT `+orderColumns+` FROM key CROSS JOIN orders o
		WHERE o.bucket = key.bucket AND o.merchant_id = $1 AND o.id = key.wanted`, tx.Merchant())
}

// holdOrders is selectOrders that keeps others off until the commit. The orders
// come sorted by bucket and id, and are held in that order.
func holdOrders(ctx context.Context, tx *db.Tx, orders []id.Order) ([]Order, error) {
	return db.AllOf(ctx, tx, scanOrder, byID(orders), `SELECT `+orderColumns+` FROM key CROSS JOIN orders o
		WHERE o.bucket = key.bucket AND o.merchant_id = $1 AND o.id = key.wanted ORDER BY o.bucket, o.id`+tx.ForUpdate(), tx.Merchant())
}

// part is a row that hangs on an order.
type part[T any] struct {
	order id.Order
	value T
	state string
}

func selectLines(ctx context.Context, tx *db.Tx, orders []id.Order) ([]part[Line], error) {
	return db.AllOf(ctx, tx, func(r db.Row) (p part[Line], err error) {
		l := &p.value
		return p, r.Scan(&p.order, &l.No, &l.SKU, &l.Name, &l.Category, &l.Kind, &l.TaxRate, &l.Quantity, &l.Price, &l.EarnsPoints, &l.Amount,
			&l.Discount, &l.PointsUsed, &l.PointsAmount, &l.Paid, &l.PointsEarned, &l.Returned, &l.Refunded, &p.state)
	}, byID(orders), `SELECT order_id, line_no, sku, name, category, kind, tax_rate, quantity, price, earns_points, amount, discount, points_used,
		points_amount, paid, points_earned, refunded_quantity, refunded, state FROM key CROSS JOIN order_line l
		WHERE l.bucket = key.bucket AND l.merchant_id = $1 AND l.order_id = key.wanted ORDER BY order_id, line_no`, tx.Merchant())
}

func selectTenders(ctx context.Context, tx *db.Tx, orders []id.Order) ([]part[Tender], error) {
	return db.AllOf(ctx, tx, func(r db.Row) (p part[Tender], err error) {
		return p, r.Scan(&p.order, &p.value.No, &p.value.Method, &p.value.Amount, &p.value.Tendered, &p.value.Refunded)
	}, byID(orders), `SELECT order_id, tender_no, method, amount, tendered, refunded FROM key CROSS JOIN order_tender t
		WHERE t.bucket = key.bucket AND t.merchant_id = $1 AND t.order_id = key.wanted ORDER BY order_id, tender_no`, tx.Merchant())
}

func selectRefunds(ctx context.Context, tx *db.Tx, orders []id.Order) ([]part[Refund], error) {
	return db.AllOf(ctx, tx, func(r db.Row) (p part[Refund], err error) {
		var detail string
		var occurred, recorded int64
		v := &p.value
		if err := r.Scan(&v.ID, &v.Order, &v.ExternalID, &v.Amount, &v.PointsReturned, &v.PointsClawed, &v.PointsDebt, &detail, &v.Reason,
			&v.Store, &v.ActorID, &v.ActorName, &occurred, &recorded, &v.Day); err != nil {
			return p, err
		}
		p.order, v.OccurredAt, v.RecordedAt = v.Order, db.Time(occurred), db.Time(recorded)
		return p, v.decodeDetail(detail)
	}, byID(orders), `SELECT id, order_id, external_id, amount, points_returned, points_clawed, points_debt, detail, reason, store_id, actor_id,
		actor_name, occurred_at, recorded_at, day FROM key CROSS JOIN order_refund r
		WHERE r.bucket = key.bucket AND r.merchant_id = $1 AND r.order_id = key.wanted ORDER BY order_id, recorded_at, id`, tx.Merchant())
}

// choice is what a list narrows to, with its place.
type choice struct {
	Filter
	ids    []id.Order // nil = any; from a search by number or external id
	stores []id.Store // nil = any
	from   int64      // inclusive; 0 = any
	until  int64      // exclusive; 0 = any
	after  *place     // nil = from the start
	limit  int
}

// place is the position of an order in a list.
type place struct {
	At int64    `json:"at"`
	ID id.Order `json:"id"`
}

// selectPage lists the heads of orders, newest first.
func selectPage(ctx context.Context, tx *db.Tx, c choice) ([]Order, error) {
	where, args := c.where(tx)
	args = append(args, c.limit)
	return db.All(ctx, tx, scanOrder, `SELECT `+orderColumns+` FROM orders WHERE merchant_id = $1 /* all buckets */`+where+
		` ORDER BY occurred_at DESC, id DESC LIMIT `+dollar(len(args)), args...)
}

// where writes the conditions of a list, from the second parameter on.
func (c choice) where(tx *db.Tx) (string, []any) {
	var b strings.Builder
	args := []any{tx.Merchant()}
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", dollar(len(args)), 1)
		}
		b.WriteString(" AND " + condition)
	}
	if c.Member != "" {
		add("member_id = ?", c.Member)
	}
	if c.Status != "" {
		add("status = ?", c.Status)
	}
	if c.from != 0 {
		add("occurred_at >= ?", c.from)
	}
	if c.until != 0 {
		add("occurred_at < ?", c.until)
	}
	if c.after != nil {
		add("(occurred_at, id) < (?, ?)", c.after.At, c.after.ID)
	}
	if c.stores != nil {
		b.WriteString(" AND store_id IN " + tx.In(len(args)+1, len(c.stores)))
		for _, s := range c.stores {
			args = append(args, s)
		}
	}
	if c.ids != nil {
		b.WriteString(" AND id IN " + tx.In(len(args)+1, len(c.ids)))
		for _, o := range c.ids {
			args = append(args, o)
		}
	}
	return b.String(), args
}

// selectBreaches finds up to limit orders whose parts do not add up.
func selectBreaches(ctx context.Context, tx *db.Tx, limit int) ([]string, error) {
	return db.All(ctx, tx, func(r db.Row) (string, error) {
		var order id.Order
		var total, lines, tenders, refunded, back int64
		err := r.Scan(&order, &total, &lines, &tenders, &refunded, &back)
		return fmt.Sprintf("order %s: total %d, lines %d, tenders %d, refunded %d, refunds %d", order, total, lines, tenders, refunded, back), err
	}, `WITH parts AS (
		SELECT o.id, o.total, o.refunded,
			COALESCE((SELECT SUM(l.paid) FROM order_line l WHERE l.bucket = o.bucket AND l.order_id = o.id AND l.merchant_id = o.merchant_id), 0) AS lines,
			COALESCE((SELECT SUM(t.amount) FROM order_tender t WHERE t.bucket = o.bucket AND t.order_id = o.id AND t.merchant_id = o.merchant_id), 0) AS tenders,
			COALESCE((SELECT SUM(r.amount) FROM order_refund r WHERE r.bucket = o.bucket AND r.order_id = o.id AND r.merchant_id = o.merchant_id), 0) AS back
		FROM orders o WHERE o.merchant_id = $1 /* all buckets */)
		SELECT id, total, CAST(lines AS BIGINT), CAST(tenders AS BIGINT), refunded, CAST(back AS BIGINT) FROM parts
		WHERE total <> lines OR total <> tenders OR refunded <> back OR (total >= 0 AND refunded > total) ORDER BY id LIMIT $2`, tx.Merchant(), limit)
}
