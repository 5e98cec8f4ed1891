package analytics

import (
	"context"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// add increases sums; they come in the order of Sum.
func add(ctx context.Context, tx *db.Tx, sums []Delta) error {
	rows := make([][]any, 0, len(sums))
	for _, d := range sums {
		rows = append(rows, []any{tx.Merchant(), d.Store, d.Day, d.Metric, d.Value})
	}
	return tx.InsertLater(ctx, `INSERT INTO analytics_day (merchant_id, store_id, day, metric, value) VALUES`, rows,
		`ON CONFLICT (merchant_id, day, store_id, metric) DO UPDATE SET value = analytics_day.value + excluded.value`)
}

const (
	sumDays = `SELECT day, metric, CAST(SUM(value) AS BIGINT) FROM analytics_day WHERE merchant_id = $1 AND day >= $2 AND day <= $3`
	byDay   = ` GROUP BY day, metric`
)

// read sums the stores up; nil means all of them.
func read(ctx context.Context, tx *db.Tx, from, to day.Date, stores []id.Store) (Days, error) {
	days := Days{}
	each := func(r db.Row) error {
		var d Delta
		if err := r.Scan(&d.Day, &d.Metric, &d.Value); err != nil {
			return err
		}
		if days[d.Day] == nil {
			days[d.Day] = map[Metric]int64{}
		}
		days[d.Day][d.Metric] = d.Value
		return nil
	}
	if stores == nil {
		return days, tx.Each(ctx, each, sumDays+byDay, tx.Merchant(), from, to)
	}
	args := []any{tx.Merchant(), from, to}
	for _, store := range stores {
		args = append(args, store)
	}
	return days, tx.Each(ctx, each, sumDays+` AND store_id IN `+tx.In(4, len(stores))+byDay, args...)
}

func deleteEmpty(ctx context.Context, tx *db.Tx) error {
	return tx.Later(ctx, `DELETE FROM analytics_day WHERE merchant_id = $1 AND value = 0`, tx.Merchant())
}

func purge(ctx context.Context, tx *db.Tx, store id.Store) error {
	return tx.Later(ctx, `DELETE FROM analytics_day WHERE merchant_id = $1 AND store_id = $2`, tx.Merchant(), store)
}
