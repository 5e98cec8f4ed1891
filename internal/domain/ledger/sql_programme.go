package ledger

import (
	"context"
	"errors"

	"huiji/internal/core/day"
	"huiji/internal/platform/db"
)

// flowOf is a flow of one asset.
type flowOf struct {
	asset Asset
	Flow
}

func scanFlow(r db.Row) (f flowOf, err error) {
	return f, r.Scan(&f.asset, &f.Contra, &f.Postings, &f.Given, &f.Taken)
}

// sumRecorded adds up the postings recorded in [from, to).
func sumRecorded(ctx context.Context, tx *db.Tx, from, to Moment) ([]flowOf, error) {
	return db.All(ctx, tx, scanFlow, `SELECT asset, contra, COUNT(*),
			CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS BIGINT)
		FROM ledger_posting /* all buckets */ WHERE merchant_id = $1 AND recorded_at >= $2 AND recorded_at < $3 GROUP BY asset, contra`,
		tx.Merchant(), from, to)
}

// firstRecorded is when the first posting from a moment on was recorded; 0 when
// there is none.
func firstRecorded(ctx context.Context, tx *db.Tx, from Moment) (Moment, error) {
	return db.One(ctx, tx, func(r db.Row) (m Moment, err error) { return m, r.Scan(&m) },
		`SELECT COALESCE(MIN(recorded_at), 0) FROM ledger_posting WHERE merchant_id = $1 AND recorded_at >= $2 /* all buckets */`, tx.Merchant(), from)
}

// countRecorded counts the postings recorded by a moment, up to a limit.
func countRecorded(ctx context.Context, tx *db.Tx, until Moment, limit int64) (int64, error) {
	return db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT COUNT(*) FROM (SELECT 1 FROM ledger_posting WHERE merchant_id = $1 AND recorded_at <= $2 /* all buckets */ LIMIT $3) AS counted`,
		tx.Merchant(), until, limit)
}

// sumAccounts is what members' accounts of an asset hold, and how many postings
// they have: an account's number is that of its last posting.
func sumAccounts(ctx context.Context, tx *db.Tx, asset Asset) (tied, error) {
	return db.One(ctx, tx, func(r db.Row) (t tied, err error) { return t, r.Scan(&t.balances, &t.postings) },
		`SELECT CAST(COALESCE(SUM(balance), 0) AS BIGINT), CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM ledger_account
		WHERE merchant_id = $1 AND asset = $2 /* all buckets */`, tx.Merchant(), asset)
}

// closed is up to which local day, included, the sums of days are kept, and by
// which time zone they were cut.
type closed struct {
	zone string
	day  day.Date
}

func findClosed(ctx context.Context, tx *db.Tx) (closed, error) {
	c, err := db.One(ctx, tx, func(r db.Row) (c closed, err error) { return c, r.Scan(&c.zone, &c.day) },
		`SELECT zone, day FROM ledger_programme_closed WHERE merchant_id = $1`, tx.Merchant())
	if errors.Is(err, db.ErrNoRow) {
		return closed{}, nil
	}
	return c, err
}

func saveClosed(ctx context.Context, tx *db.Tx, c closed) error {
	return tx.Later(ctx, `INSERT INTO ledger_programme_closed (merchant_id, zone, day) VALUES ($1, $2, $3)
		ON CONFLICT (merchant_id) DO UPDATE SET zone = excluded.zone, day = excluded.day`, tx.Merchant(), c.zone, c.day)
}

// sumMonths reads the kept sums of an asset by month.
func sumMonths(ctx context.Context, tx *db.Tx, asset Asset) (flows, error) {
	all := flows{}
	return all, tx.Each(ctx, func(r db.Row) error {
		var m Month
		var f Flow
		err := r.Scan(&m, &f.Contra, &f.Postings, &f.Given, &f.Taken)
		all.add(m, f)
		return err
	}, `SELECT day / 100, contra, CAST(SUM(postings) AS BIGINT), CAST(SUM(given) AS BIGINT), CAST(SUM(taken) AS BIGINT)
		FROM ledger_programme_day WHERE merchant_id = $1 AND asset = $2 GROUP BY day / 100, contra`, tx.Merchant(), asset)
}

func insertDay(ctx context.Context, tx *db.Tx, d day.Date, sums []flowOf) error {
	rows := make([][]any, 0, len(sums))
	for _, f := range sums {
		rows = append(rows, []any{tx.Merchant(), f.asset, d, f.Contra, f.Postings, f.Given, f.Taken})
	}
	return tx.InsertLater(ctx, `INSERT INTO ledger_programme_day (merchant_id, asset, day, contra, postings, given, taken) VALUES`, rows,
		`ON CONFLICT (merchant_id, asset, day, contra) DO UPDATE SET postings = excluded.postings, given = excluded.given, taken = excluded.taken`)
}

func deleteDays(ctx context.Context, tx *db.Tx) error {
	if err := tx.Later(ctx, `DELETE FROM ledger_programme_day WHERE merchant_id = $1`, tx.Merchant()); err != nil {
		return err
	}
	return tx.Later(ctx, `DELETE FROM ledger_programme_closed WHERE merchant_id = $1`, tx.Merchant())
}
