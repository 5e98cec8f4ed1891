package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

type greet struct{ Name string }

func (greet) Kind() string { return "test.greet" }

type met struct{ Name string }

func (met) Kind() string { return "test.met" }

func queue(t *testing.T) (*job.Queue, *db.DB) {
	d := dbtest.New(t)
	return job.New(d, slog.New(slog.DiscardHandler)), d
}

func write(t *testing.T, d *db.DB, fn db.Func) {
	t.Helper()
	if err := d.Write(context.Background(), dbtest.Merchant, fn); err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, q *job.Queue) {
	t.Helper()
	if err := q.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// undone is how many jobs are not done: waiting, running or dead.
func undone(t *testing.T, q *job.Queue, d *db.DB) (n int64) {
	t.Helper()
	err := d.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		s, err := q.Look(ctx, tx)
		n = s.Waiting + s.Running + s.DeadLetters()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAJobExistsIfAndOnlyIfItsCauseWasCommitted(t *testing.T) {
	q, d := queue(t)
	var ran []string
	job.Handle(q, func(_ context.Context, _ *db.Tx, g greet) error {
		ran = append(ran, g.Name)
		return nil
	})
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		return q.Enqueue(ctx, tx, 7, "a", time.Time{}, greet{"committed"})
	})
	err := d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if err := q.Enqueue(ctx, tx, 7, "b", time.Time{}, greet{"rolled back"}); err != nil {
			return err
		}
		return errors.New("no")
	})
	if err == nil {
		t.Fatal("it should have failed")
	}
	drain(t, q)
	if len(ran) != 1 || ran[0] != "committed" {
		t.Fatalf("ran %v", ran)
	}
}

func TestTheSameCauseRunsOnce(t *testing.T) {
	q, d := queue(t)
	ran := 0
	job.Handle(q, func(context.Context, *db.Tx, greet) error { ran++; return nil })
	for range 3 {
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			return q.Enqueue(ctx, tx, 7, "same", time.Time{}, greet{})
		})
		drain(t, q)
	}
	if ran != 1 {
		t.Fatalf("ran %d times", ran)
	}
}

func TestAnEventIsOneJobPerSubscriber(t *testing.T) {
	q, d := queue(t)
	heard := map[string]int{}
	job.On(q, "one", func(context.Context, *db.Tx, met) error { heard["one"]++; return nil })
	job.On(q, "two", func(context.Context, *db.Tx, met) error {
		if heard["two"]++; heard["two"] <= 2 {
			return errors.New("not yet")
		}
		return nil
	})
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return q.Emit(ctx, tx, 7, "x", met{}) })
	drain(t, q)
	dbtest.Clock(d).Advance(time.Minute)
	drain(t, q)
	// Together first, which failed and was rolled back; then each alone; then the
	// one at fault again.
	if heard["one"] != 2 || heard["two"] != 3 || undone(t, q, d) != 0 {
		t.Fatalf("heard %v, waiting %v", heard, undone(t, q, d))
	}
}

func TestASubscriberWithinHearsInTheTransactionItself(t *testing.T) {
	q, d := queue(t)
	heard := 0
	job.Within(q, func(_ context.Context, tx *db.Tx, m met) error {
		if heard++; m.Name == "bad" || tx.Merchant() != dbtest.Merchant {
			return errors.New("refused")
		}
		return nil
	})
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return q.Emit(ctx, tx, 7, "x", met{"good"}) })
	err := d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return q.Emit(ctx, tx, 7, "x", met{"bad"})
	})
	if heard != 2 || err == nil || undone(t, q, d) != 0 {
		t.Fatalf("heard %d, error %v, waiting %v", heard, err, undone(t, q, d))
	}
}

func TestAFailedJobWaitsLongerEachTimeAndEndsAsADeadLetter(t *testing.T) {
	q, d := queue(t)
	attempts, broken := 0, true
	job.Handle(q, func(_ context.Context, tx *db.Tx, _ greet) error {
		attempts++
		if attempts%2 == 0 {
			panic("bug")
		}
		if broken {
			return errors.New("the far end is down")
		}
		return nil
	})
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return q.Enqueue(ctx, tx, 7, "x", time.Time{}, greet{}) })
	drain(t, q)
	drain(t, q)
	if attempts != 1 {
		t.Fatalf("%d attempts without waiting", attempts)
	}
	for range job.AttemptsMax + 3 {
		dbtest.Clock(d).Advance(2 * time.Hour)
		drain(t, q)
	}
	if attempts != job.AttemptsMax {
		t.Fatalf("%d attempts, want %d", attempts, job.AttemptsMax)
	}
	var letters []job.Failure
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		letters, err = q.Failures(ctx, tx, "", job.Letter{}, 10)
		return err
	})
	if len(letters) != 1 || letters[0].LastError == "" || letters[0].Attempts != job.AttemptsMax {
		t.Fatalf("letters %+v", letters)
	}
	broken, attempts = false, 0
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		ok, err := q.Replay(ctx, tx, letters[0].Bucket, letters[0].ID)
		if !ok {
			t.Error("nothing to replay")
		}
		return err
	})
	drain(t, q)
	if attempts != 1 || undone(t, q, d) != 0 {
		t.Fatalf("%d attempts, %v", attempts, undone(t, q, d))
	}
}

func TestTheHandlersWorkAndTheMarkAreOneTransaction(t *testing.T) {
	q, d := queue(t)
	job.Handle(q, func(ctx context.Context, tx *db.Tx, g greet) error {
		_, err := tx.Exec(ctx, `INSERT INTO store (merchant_id, id, code, name, timezone, status, created_at) VALUES ($1, $2, $2, 'x', 'x', 'x', 0)`, tx.Merchant(), g.Name)
		if err != nil {
			return err
		}
		return errors.New("after the write")
	})
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return q.Enqueue(ctx, tx, 7, "x", time.Time{}, greet{"s"}) })
	drain(t, q)
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		n, err := db.One(ctx, tx, func(r db.Row) (n int, err error) { return n, r.Scan(&n) }, `SELECT COUNT(*) FROM store WHERE merchant_id = $1`, tx.Merchant())
		if n != 0 {
			t.Errorf("%d rows survived the failure", n)
		}
		return err
	})
}

func TestManyWorkersShareOneQueue(t *testing.T) {
	q, d := queue(t)
	var mu sync.Mutex
	ran := map[string]int{}
	job.Handle(q, func(_ context.Context, _ *db.Tx, g greet) error {
		mu.Lock()
		defer mu.Unlock()
		ran[g.Name]++
		return nil
	})
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		for i := range 100 {
			if err := q.Enqueue(ctx, tx, id.Bucket(i), fmt.Sprint(i), time.Time{}, greet{fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if err := q.Drain(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(ran) != 100 {
		t.Fatalf("%d jobs ran", len(ran))
	}
	for name, n := range ran {
		if n != 1 && d.Engine() == "sqlite" {
			t.Errorf("job %s ran %d times", name, n)
		}
	}
}

func TestAnOutsideJobIsLeasedAndTakenOverWhenItsWorkerDies(t *testing.T) {
	q, d := queue(t)
	var calls atomic.Int64
	job.HandleOutside(q, func(_ context.Context, m id.Merchant, jobID string, _ greet) error {
		if m != dbtest.Merchant || jobID != "test.greet#x" {
			t.Errorf("called for %s %s", m, jobID)
		}
		calls.Add(1)
		return nil
	})
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return q.Enqueue(ctx, tx, 7, "x", time.Time{}, greet{}) })
	// Somebody took the job and died with it.
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		return tx.Later(ctx, `UPDATE job SET state = 'leased', lease_until = $2 WHERE bucket = 7 AND merchant_id = $1`, tx.Merchant(), db.Millis(tx.Now().Add(time.Minute)))
	})
	drain(t, q)
	if calls.Load() != 0 {
		t.Fatal("a leased job was run")
	}
	dbtest.Clock(d).Advance(2 * time.Minute)
	drain(t, q)
	drain(t, q)
	if calls.Load() != 1 {
		t.Fatalf("%d calls", calls.Load())
	}
}

func TestADoubleTickRunsOnceInTheMerchantsZone(t *testing.T) {
	q, d := queue(t)
	var days []string
	job.Handle(q, func(_ context.Context, tx *db.Tx, g greet) error {
		if tx.Merchant() == dbtest.Merchant {
			days = append(days, g.Name)
		}
		return nil
	})
	q.Merchants(func(context.Context) ([]job.Merchant, error) {
		return []job.Merchant{{ID: dbtest.Merchant, Zone: "Asia/Shanghai"}, {ID: dbtest.Other, Zone: "America/New_York"}}, nil
	})
	q.Periodic("night", job.Daily(0, 5), func(period string) job.Args { return greet{period} })
	tick := func() {
		t.Helper()
		for range 2 {
			if err := q.Tick(context.Background()); err != nil {
				t.Fatal(err)
			}
			drain(t, q)
		}
	}
	dbtest.Clock(d).Set(time.Date(2026, 1, 31, 16, 4, 0, 0, time.UTC)) // 00:04 in Shanghai: not yet.
	tick()
	dbtest.Clock(d).Advance(time.Minute)
	tick()
	dbtest.Clock(d).Advance(24 * time.Hour)
	tick()
	if fmt.Sprint(days) != "[2026-02-01 2026-02-02]" {
		t.Fatalf("ran for %v", days)
	}
}

func TestWorkersStartAndStop(t *testing.T) {
	q, d := queue(t)
	done := make(chan struct{})
	job.Handle(q, func(context.Context, *db.Tx, greet) error { close(done); return nil })
	q.Start(context.Background(), 2)
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return q.Enqueue(ctx, tx, 7, "x", time.Time{}, greet{}) })
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Error("the job did not run")
	}
	q.Stop()
}

func TestADirectQueueRunsInTheTransactionThatAsksAndKeepsNothing(t *testing.T) {
	d := dbtest.New(t)
	q := job.Direct(d, slog.New(slog.DiscardHandler))
	var ran []string
	job.Handle(q, func(_ context.Context, tx *db.Tx, g greet) error {
		ran = append(ran, "greet "+g.Name)
		return nil
	})
	job.On(q, "listener", func(_ context.Context, _ *db.Tx, m met) error {
		ran = append(ran, "met "+m.Name)
		return nil
	})
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		if err := q.Emit(ctx, tx, 7, "x", met{"a"}); err != nil {
			return err
		}
		return q.Enqueue(ctx, tx, 7, "x", tx.Now().Add(time.Hour), greet{"b"})
	})
	if fmt.Sprint(ran) != "[met a greet b]" || undone(t, q, d) != 0 {
		t.Fatalf("ran %v, waiting %v", ran, undone(t, q, d))
	}
}
