package job

import (
	"context"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// row is a job as it is claimed.
type row struct {
	bucket   id.Bucket
	merchant id.Merchant
	id       string
	kind     string
	payload  string
	attempts int
}

func insert(ctx context.Context, tx *db.Tx, rows [][]any) error {
	const query = `INSERT INTO job (bucket, merchant_id, id, kind, payload, state, run_at, created_at) VALUES`
	return tx.InsertLater(ctx, query, rows, "ON CONFLICT (bucket, merchant_id, id) DO NOTHING")
}

func scan(r db.Row) (j row, err error) {
	return j, r.Scan(&j.bucket, &j.merchant, &j.id, &j.kind, &j.payload, &j.attempts)
}

// candidates lists what is due of the kinds, or of all others, and what was
// leased by somebody who is gone.
func candidates(ctx context.Context, tx *db.Tx, kinds []string, these bool, limit int) ([]row, error) {
	args := []any{db.Millis(tx.Now()), limit}
	which := ""
	if len(kinds) > 0 {
		for _, kind := range kinds {
			args = append(args, kind)
		}
		which = ` AND kind NOT IN ` + tx.In(3, len(kinds))
		if these {
			which = ` AND kind IN ` + tx.In(3, len(kinds))
		}
	}
	due, err := db.All(ctx, tx, scan, `SELECT bucket, merchant_id, id, kind, payload, attempts FROM job
		WHERE state = 'ready' AND run_at <= $1`+which+` ORDER BY run_at, id LIMIT $2 /* all buckets */`, args...)
	if err != nil || !these {
		return due, err // Only outside jobs are leased.
	}
	lapsed, err := db.All(ctx, tx, scan, `SELECT bucket, merchant_id, id, kind, payload, attempts FROM job
		WHERE state = 'leased' AND lease_until <= $1`+which+` ORDER BY lease_until, id LIMIT $2 /* all buckets */`, args...)
	return append(due, lapsed...), err
}

// hold locks a ready job for this transaction; false when somebody else has it.
func hold(ctx context.Context, tx *db.Tx, j row) (bool, error) {
	held, err := holdEach(ctx, tx, []row{j})
	return held[j.id], err
}

// holdEach locks those of a merchant's jobs that are ready and that nobody else
// has, and tells them by id. It looks by key alone: with the state among the
// conditions, PostgreSQL may walk through everything that is ready.
func holdEach(ctx context.Context, tx *db.Tx, jobs []row) (map[string]bool, error) {
	rows := make([][]any, len(jobs))
	for i, j := range jobs {
		rows[i] = []any{j.bucket, j.id}
	}
	held := make(map[string]bool, len(jobs))
	_, err := db.AllOf(ctx, tx, func(r db.Row) (none struct{}, err error) {
		var jobID, state string
		var runAt int64
		err = r.Scan(&jobID, &state, &runAt)
		held[jobID] = state == "ready" && runAt <= db.Millis(tx.Now())
		return none, err
	}, db.Keys{Columns: "bucket smallint, job_id text", Rows: rows},
		`SELECT j.id, j.state, j.run_at FROM key CROSS JOIN job j WHERE j.bucket = key.bucket AND j.merchant_id = $1 AND j.id = key.job_id`+tx.SkipLocked(), jobs[0].merchant)
	return held, err
}

func lease(ctx context.Context, tx *db.Tx, j row, until time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE job SET state = 'leased', lease_until = $4
		WHERE bucket = $1 AND merchant_id = $2 AND id = $3
		AND ((state = 'ready' AND run_at <= $5) OR (state = 'leased' AND lease_until <= $5))`,
		j.bucket, j.merchant, j.id, db.Millis(until), db.Millis(tx.Now()))
	return n == 1, err
}

// finish marks jobs of one merchant done.
func finish(ctx context.Context, tx *db.Tx, jobs ...row) error {
	if len(jobs) == 0 {
		return nil
	}
	rows := make([][]any, len(jobs))
	for i, j := range jobs {
		rows[i] = []any{j.bucket, j.id}
	}
	return db.ChangeAll(ctx, tx, db.Keys{Columns: "bucket smallint, job_id text", Rows: rows},
		`UPDATE job SET state = 'done', attempts = attempts + 1, last_error = ''
		FROM key WHERE job.bucket = key.bucket AND job.merchant_id = $1 AND job.id = key.job_id`, jobs[0].merchant)
}

func fail(ctx context.Context, tx *db.Tx, j row, cause error) error {
	state := "ready"
	if j.attempts+1 >= AttemptsMax {
		state = "dead"
	}
	text := cause.Error()
	if len(text) > 1000 {
		text = text[:1000]
	}
	return tx.Later(ctx, `UPDATE job SET state = $4, attempts = $5, run_at = $6, last_error = $7
		WHERE bucket = $1 AND merchant_id = $2 AND id = $3 AND state <> 'done'`,
		j.bucket, j.merchant, j.id, state, j.attempts+1, db.Millis(tx.Now().Add(backoff(j.attempts+1))), text)
}

func revive(ctx context.Context, tx *db.Tx, bucket id.Bucket, jobID string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE job SET state = 'ready', attempts = 0, run_at = $4
		WHERE bucket = $1 AND merchant_id = $2 AND id = $3 AND state = 'dead'`, bucket, tx.Merchant(), jobID, db.Millis(tx.Now()))
	return n == 1, err
}

func doneBefore(ctx context.Context, tx *db.Tx, before time.Time, limit int) ([]row, error) {
	return db.All(ctx, tx, scan, `SELECT bucket, merchant_id, id, kind, payload, attempts FROM job
		WHERE state = 'done' AND created_at < $1 ORDER BY created_at LIMIT $2 /* all buckets */`, db.Millis(before), limit)
}

func forget(ctx context.Context, tx *db.Tx, j row) error {
	return tx.Later(ctx, `DELETE FROM job WHERE bucket = $1 AND merchant_id = $2 AND id = $3 AND state = 'done'`, j.bucket, j.merchant, j.id)
}
