package job

import (
	"context"
	"math"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// look reads each state by itself, so that the index of the state is used and
// the jobs that are done are never walked through.
func look(ctx context.Context, tx *db.Tx) (s Sight, err error) {
	var since int64
	s, err = db.One(ctx, tx, func(r db.Row) (s Sight, err error) { return s, r.Scan(&s.Waiting, &s.Retrying, &since) },
		`SELECT COUNT(*), COALESCE(SUM(CASE WHEN attempts > 0 THEN 1 ELSE 0 END), 0),
			COALESCE(MIN(CASE WHEN run_at <= $2 THEN run_at END), 0)
		FROM job WHERE state = 'ready' AND ($1 = '' OR merchant_id = $1) /* all buckets */`, tx.Merchant(), db.Millis(tx.Now()))
	if err != nil {
		return s, err
	}
	s.DueSince = db.Time(since)
	s.Running, err = db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT COUNT(*) FROM job WHERE state = 'leased' AND ($1 = '' OR merchant_id = $1) /* all buckets */`, tx.Merchant())
	if err != nil {
		return s, err
	}
	s.Dead = map[string]int64{}
	return s, tx.Each(ctx, func(r db.Row) error {
		var kind string
		var n int64
		err := r.Scan(&kind, &n)
		s.Dead[kind] = n
		return err
	}, `SELECT kind, COUNT(*) FROM job WHERE state = 'dead' AND ($1 = '' OR merchant_id = $1) GROUP BY kind /* all buckets */`, tx.Merchant())
}

func scanFailure(r db.Row) (f Failure, err error) {
	var created, next int64
	err = r.Scan(&f.Bucket, &f.ID, &f.Kind, &f.Attempts, &f.LastError, &created, &next)
	f.CreatedAt = db.Time(created)
	// What failed was put off, though nobody comes back to it any more.
	f.FailedAt = db.Time(next).Add(-backoff(f.Attempts))
	return f, err
}

func failures(ctx context.Context, tx *db.Tx, kind string, behind Letter, limit int) ([]Failure, error) {
	before := int64(math.MaxInt64)
	if !behind.CreatedAt.IsZero() {
		before = db.Millis(behind.CreatedAt)
	}
	return db.All(ctx, tx, scanFailure, `SELECT bucket, id, kind, attempts, last_error, created_at, run_at FROM job
		WHERE merchant_id = $1 AND state = 'dead' AND ($2 = '' OR kind = $2)
		AND (created_at < $3 OR (created_at = $3 AND id < $4))
		ORDER BY created_at DESC, id DESC LIMIT $5 /* all buckets */`, tx.Merchant(), kind, before, behind.ID, limit)
}

func failuresAt(ctx context.Context, tx *db.Tx, bucket id.Bucket, made time.Time) ([]Failure, error) {
	return db.All(ctx, tx, scanFailure, `SELECT bucket, id, kind, attempts, last_error, created_at, run_at FROM job
		WHERE bucket = $1 AND merchant_id = $2 AND state = 'dead' AND created_at = $3`, bucket, tx.Merchant(), db.Millis(made))
}
