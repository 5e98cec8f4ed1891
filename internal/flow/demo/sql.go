package demo

import (
	"context"
	"encoding/json"

	"huiji/internal/platform/db"
)

func scanRun(r db.Row) (run Run, err error) {
	var begun, lease int64
	var trouble string
	err = r.Scan(&run.ID, &run.State, &run.Seed, &run.Edition, &run.Size.Members, &run.Size.Days, &run.Size.Orders, &begun,
		&run.Step, &run.Done, &run.Total, &lease, &trouble)
	run.Begun, run.LeaseUntil = db.Time(begun), db.Time(lease)
	if err == nil && trouble != "" {
		err = json.Unmarshal([]byte(trouble), &run.Trouble)
	}
	return run, err
}

func (r Run) trouble() (string, error) {
	if r.Trouble.Empty() {
		return "", nil
	}
	raw, err := json.Marshal(r.Trouble)
	return string(raw), err
}

func find(ctx context.Context, tx *db.Tx) (Run, error) {
	return db.One(ctx, tx, scanRun, `SELECT id, state, seed, edition, members, days, orders, begun_at, step, done, total, lease_until, trouble
		FROM demo_run WHERE merchant_id = $1`, tx.Merchant())
}

func hold(ctx context.Context, tx *db.Tx) (Run, error) {
	return db.One(ctx, tx, scanRun, `SELECT id, state, seed, edition, members, days, orders, begun_at, step, done, total, lease_until, trouble
		FROM demo_run WHERE merchant_id = $1`+tx.ForUpdate(), tx.Merchant())
}

// insert reports false when there is a demo already.
func insert(ctx context.Context, tx *db.Tx, r Run) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO demo_run (merchant_id, id, state, seed, edition, members, days, orders, begun_at, step, done, total, lease_until, trouble)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '') ON CONFLICT (merchant_id) DO NOTHING`,
		tx.Merchant(), r.ID, r.State, r.Seed, r.Edition, r.Size.Members, r.Size.Days, r.Size.Orders, db.Millis(r.Begun),
		r.Step, r.Done, r.Total, db.Millis(r.LeaseUntil))
	return n == 1, err
}

// update writes how far the run is; false when somebody else went on with it, or
// when it is no longer in the state it was.
func update(ctx context.Context, tx *db.Tx, r Run, state State, step int) (bool, error) {
	trouble, err := r.trouble()
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `UPDATE demo_run SET state = $5, step = $6, done = $7, total = $8, lease_until = $9, trouble = $10
		WHERE merchant_id = $1 AND id = $2 AND state = $3 AND step = $4`,
		tx.Merchant(), r.ID, state, step, r.State, r.Step, r.Done, r.Total, db.Millis(r.LeaseUntil), trouble)
	return n == 1, err
}

// release gives the lease back, with why the attempt ended; the lease of somebody
// else stays.
func release(ctx context.Context, tx *db.Tx, r Run) error {
	trouble, err := r.trouble()
	if err != nil {
		return err
	}
	return tx.Later(ctx, `UPDATE demo_run SET lease_until = 0, trouble = $4 WHERE merchant_id = $1 AND id = $2 AND lease_until = $3`,
		tx.Merchant(), r.ID, db.Millis(r.LeaseUntil), trouble)
}

func remove(ctx context.Context, tx *db.Tx, r Run) error {
	return tx.Later(ctx, `DELETE FROM demo_run WHERE merchant_id = $1 AND id = $2`, tx.Merchant(), r.ID)
}
