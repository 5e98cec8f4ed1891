package order

import (
	"context"
	"strconv"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Kinds of claims: what is unique over all orders of a merchant.
const (
	byNumber   = "number"
	byExternal = "external"
	byRefund   = "refund"
)

// claim is the right of one order or refund to a value.
type claim struct {
	kind, value, owner string
}

// dollar is the n-th placeholder.
func dollar(n int) string { return "$" + strconv.Itoa(n) }

func (c claim) bucket(merchant id.Merchant) id.Bucket {
	return id.HashBucket(string(merchant) + "|" + c.kind + "|" + c.value)
}

// insertClaims takes the claims, at the commit.
func insertClaims(ctx context.Context, tx *db.Tx, claims []claim) error {
	rows := make([][]any, len(claims))
	for i, c := range claims {
		rows[i] = []any{c.bucket(tx.Merchant()), tx.Merchant(), c.kind, c.value, c.owner}
	}
	return tx.InsertLater(ctx, `INSERT INTO order_claim (bucket, merchant_id, kind, value, owner_id) VALUES`, rows, "")
}

// selectClaims finds the owners of values of one kind.
func selectClaims(ctx context.Context, tx *db.Tx, kind string, values []string) ([]claim, error) {
	rows := make([][]any, len(values))
	for i, value := range values {
		rows[i] = []any{claim{kind: kind, value: value}.bucket(tx.Merchant()), value}
	}
	return db.AllOf(ctx, tx, func(r db.Row) (c claim, err error) {
		return c, r.Scan(&c.kind, &c.value, &c.owner)
	}, db.Keys{Columns: "bucket smallint, wanted text", Rows: rows},
		`SELECT c.kind, c.value, c.owner_id FROM key CROSS JOIN order_claim c
		WHERE c.bucket = key.bucket AND c.merchant_id = $1 AND c.kind = $2 AND c.value = key.wanted`, tx.Merchant(), kind)
}

const insertOrder = `INSERT INTO orders (bucket, merchant_id, id, number, kind, status, member_id, claimed_by, store_id,
	actor_id, actor_name, source, external_id, subtotal, discount, discount_reason, points_used, points_amount, total,
	points_earned, member_balance, snapshot, refunded, points_returned, points_clawed, occurred_at, recorded_at, day, line_count) VALUES`

const insertLine = `INSERT INTO order_line (bucket, merchant_id, order_id, line_no, sku, name, category, kind, tax_rate,
	quantity, price, earns_points, amount, discount, points_used, points_amount, paid, points_earned, refunded_quantity,
	refunded, state) VALUES`

const insertTender = `INSERT INTO order_tender (bucket, merchant_id, order_id, tender_no, method, amount, tendered, refunded) VALUES`

// insertOrders writes orders with their lines and tenders in few statements.
func insertOrders(ctx context.Context, tx *db.Tx, orders []Order) error {
	var heads, lines, tenders [][]any
	for i := range orders {
		o := &orders[i]
		snapshot, err := o.encodeSnapshot()
		if err != nil {
			return err
		}
		bucket := o.ID.Bucket()
		heads = append(heads, []any{
			bucket, tx.Merchant(), o.ID, o.Number, o.Kind, o.Status, o.Member, o.ClaimedBy, o.Store,
			o.ActorID, o.ActorName, o.Source, o.ExternalID, o.Subtotal, o.Discount, o.DiscountReason, o.PointsUsed, o.PointsAmount, o.Total,
			o.PointsEarned, o.MemberBalance, snapshot, o.Refunded, o.PointsReturned, o.PointsClawed,
			db.Millis(o.OccurredAt), db.Millis(o.RecordedAt), o.Day, len(o.Lines),
		})
		for j := range o.Lines {
			row, err := lineRow(tx, o, &o.Lines[j])
			if err != nil {
				return err
			}
			lines = append(lines, row)
		}
		for _, t := range o.Tenders {
			tenders = append(tenders, []any{bucket, tx.Merchant(), o.ID, t.No, t.Method, t.Amount, t.Tendered, t.Refunded})
		}
	}
	for _, part := range []struct {
		prefix string
		rows   [][]any
	}{{insertOrder, heads}, {insertLine, lines}, {insertTender, tenders}} {
		if err := tx.InsertLater(ctx, part.prefix, part.rows, ""); err != nil {
			return err
		}
	}
	return nil
}

func lineRow(tx *db.Tx, o *Order, l *Line) ([]any, error) {
	state, err := l.state(o.Kind)
	if err != nil {
		return nil, err
	}
	return []any{
		o.ID.Bucket(), tx.Merchant(), o.ID, l.No, l.SKU, l.Name, l.Category, l.Kind, l.TaxRate, l.Quantity, l.Price,
		l.EarnsPoints, l.Amount, l.Discount, l.PointsUsed, l.PointsAmount, l.Paid, l.PointsEarned, l.Returned, l.Refunded, state,
	}, nil
}

// state is what a line holds as it is kept: nothing for a line that holds
// everything.
func (l *Line) state(kind Kind) (string, error) {
	if kind != Sale || l.untouched() {
		return "", nil
	}
	return l.Holding.encode()
}

// updateRefunded writes what a refund changed on the order.
func updateRefunded(ctx context.Context, tx *db.Tx, o *Order, r *Refund) error {
	bucket := o.ID.Bucket()
	if err := tx.Later(ctx, `UPDATE orders SET status = $4, refunded = $5, points_returned = $6, points_clawed = $7
		WHERE bucket = $1 AND merchant_id = $2 AND id = $3`,
		bucket, tx.Merchant(), o.ID, o.Status, o.Refunded, o.PointsReturned, o.PointsClawed); err != nil {
		return err
	}
	for _, t := range r.Lines {
		if err := updateLine(ctx, tx, o, o.line(t.No)); err != nil {
			return err
		}
	}
	for _, back := range r.Tenders {
		for _, t := range o.Tenders {
			if t.No != back.No {
				continue
			}
			if err := tx.Later(ctx, `UPDATE order_tender SET refunded = $5 WHERE bucket = $1 AND merchant_id = $2 AND order_id = $3 AND tender_no = $4`,
				bucket, tx.Merchant(), o.ID, t.No, t.Refunded); err != nil {
				return err
			}
		}
	}
	return nil
}

func updateLine(ctx context.Context, tx *db.Tx, o *Order, l *Line) error {
	state, err := l.state(o.Kind)
	if err != nil {
		return err
	}
	return tx.Later(ctx, `UPDATE order_line SET refunded_quantity = $5, refunded = $6, points_earned = $7, state = $8
		WHERE bucket = $1 AND merchant_id = $2 AND order_id = $3 AND line_no = $4`,
		o.ID.Bucket(), tx.Merchant(), o.ID, l.No, l.Returned, l.Refunded, l.PointsEarned, state)
}

func insertRefunds(ctx context.Context, tx *db.Tx, given []Given) error {
	rows := make([][]any, len(given))
	for i := range given {
		r := &given[i].Refund
		detail, err := r.encodeDetail()
		if err != nil {
			return err
		}
		rows[i] = []any{
			r.Order.Bucket(), tx.Merchant(), r.ID, r.Order, r.ExternalID, r.Amount, r.PointsReturned, r.PointsClawed, r.PointsDebt,
			detail, r.Reason, r.Store, r.ActorID, r.ActorName, db.Millis(r.OccurredAt), db.Millis(r.RecordedAt), r.Day,
		}
	}
	return tx.InsertLater(ctx, `INSERT INTO order_refund (bucket, merchant_id, id, order_id, external_id, amount, points_returned,
		points_clawed, points_debt, detail, reason, store_id, actor_id, actor_name, occurred_at, recorded_at, day) VALUES`, rows, "")
}

// updateClaimed gives a walk-in's order to a member; false when somebody did
// before.
func updateClaimed(ctx context.Context, tx *db.Tx, o *Order) (bool, error) {
	snapshot, err := o.encodeSnapshot()
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `UPDATE orders SET member_id = $4, claimed_by = $5, points_earned = $6, member_balance = $7, snapshot = $8
		WHERE bucket = $1 AND merchant_id = $2 AND id = $3 AND member_id = ''`,
		o.ID.Bucket(), tx.Merchant(), o.ID, o.Member, o.ClaimedBy, o.PointsEarned, o.MemberBalance, snapshot)
	if err != nil || n != 1 {
		return false, err
	}
	for i := range o.Lines {
		if err := updateLine(ctx, tx, o, &o.Lines[i]); err != nil {
			return false, err
		}
	}
	return true, nil
}
