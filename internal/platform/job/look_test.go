package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"testing"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

type hopeless struct{ Why string }

func (hopeless) Kind() string { return "test.hopeless" }

type easy struct{}

func (easy) Kind() string { return "test.easy" }

type faraway struct{}

func (faraway) Kind() string { return "test.faraway" }

// TestTheQueueIsSeenAsItStands follows one job that never succeeds until it is a
// dead letter, beside one that waits for tomorrow, one that is done and one that
// a worker has leased.
func TestTheQueueIsSeenAsItStands(t *testing.T) {
	d := dbtest.New(t)
	ctx, q := context.Background(), job.New(d, slog.New(slog.DiscardHandler))
	job.Handle(q, func(_ context.Context, _ *db.Tx, h hopeless) error { return errors.New(h.Why) })
	job.Handle(q, func(context.Context, *db.Tx, easy) error { return nil })
	write := func(fn func(ctx context.Context, tx *db.Tx) error) {
		t.Helper()
		if err := d.Write(ctx, dbtest.Merchant, fn); err != nil {
			t.Fatal(err)
		}
	}
	look := func() (s job.Sight) {
		t.Helper()
		write(func(ctx context.Context, tx *db.Tx) (err error) { s, err = q.Look(ctx, tx); return err })
		return s
	}
	write(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			q.Enqueue(ctx, tx, 3, "one", time.Time{}, hopeless{Why: "the far end is closed"}),
			q.Enqueue(ctx, tx, 3, "two", time.Time{}, hopeless{Why: "so is this one"}),
			q.Enqueue(ctx, tx, 4, "later", tx.Now().Add(20*24*time.Hour), easy{}),
			q.Enqueue(ctx, tx, 5, "now", time.Time{}, easy{}),
		)
	})
	if s := look(); s.Waiting != 4 || s.Retrying != 0 || s.Running != 0 || s.DeadLetters() != 0 || !s.DueSince.Equal(dbtest.Start) {
		t.Fatalf("at first %+v", s)
	}
	run := func() {
		t.Helper()
		if _, err := q.RunDue(ctx, 10); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if s := look(); s.Waiting != 3 || s.Retrying != 2 || !s.DueSince.IsZero() {
		t.Fatalf("after one attempt %+v", s)
	}
	for range job.AttemptsMax - 1 {
		dbtest.Clock(d).Advance(time.Hour)
		run()
	}
	s := look()
	if s.Waiting != 1 || s.Retrying != 0 || s.DeadLetters() != 2 || s.Dead["test.hopeless"] != 2 {
		t.Fatalf("in the end %+v", s)
	}
	write(func(ctx context.Context, tx *db.Tx) error {
		first, err := q.Failures(ctx, tx, "", job.Letter{}, 1)
		if err != nil || len(first) != 1 || first[0].ID != "test.hopeless#two" || first[0].LastError != "so is this one" || !first[0].FailedAt.Equal(tx.Now()) {
			t.Errorf("first %+v %v", first, err)
		}
		rest, err := q.Failures(ctx, tx, "test.hopeless", first[0].Letter, 5)
		if err != nil || len(rest) != 1 || rest[0].ID != "test.hopeless#one" {
			t.Errorf("rest %+v %v", rest, err)
		}
		if none, err := q.Failures(ctx, tx, "test.easy", job.Letter{}, 5); err != nil || len(none) != 0 {
			t.Errorf("none %+v %v", none, err)
		}
		same, err := q.FailuresAt(ctx, tx, 3, dbtest.Start)
		if err != nil || len(same) != 2 {
			t.Errorf("of one moment %+v %v", same, err)
		}
		if none, err := q.FailuresAt(ctx, tx, 4, dbtest.Start); err != nil || len(none) != 0 {
			t.Errorf("of another bucket %+v %v", none, err)
		}
		return nil
	})
	counted := q.Ended()
	want := map[job.Ended]int64{
		{Kind: "test.easy", How: job.Done}: 1, {Kind: "test.easy", How: job.Failed}: 0, {Kind: "test.easy", How: job.Died}: 0,
		{Kind: "test.hopeless", How: job.Done}: 0, {Kind: "test.hopeless", How: job.Failed}: 2 * (job.AttemptsMax - 1), {Kind: "test.hopeless", How: job.Died}: 2,
	}
	if !maps.Equal(counted, want) {
		t.Errorf("counted %v, want %v", counted, want)
	}
}

// TestEveryMerchantSeesTheirOwn and the installation sees all.
func TestEveryMerchantSeesTheirOwn(t *testing.T) {
	d := dbtest.New(t)
	ctx, q := context.Background(), job.New(d, slog.New(slog.DiscardHandler))
	leased, release := make(chan struct{}), make(chan struct{})
	job.HandleOutside(q, func(context.Context, id.Merchant, string, faraway) error { close(leased); <-release; return nil })
	err := d.Write(ctx, dbtest.Other, func(ctx context.Context, tx *db.Tx) error {
		for i := range 3 {
			if err := q.Enqueue(ctx, tx, 1, fmt.Sprint(i), tx.Now().Add(time.Hour), easy{}); err != nil {
				return err
			}
		}
		return q.Enqueue(ctx, tx, 1, "x", time.Time{}, faraway{})
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { _, err := q.RunDue(ctx, 10); done <- err }()
	<-leased
	for merchant, want := range map[id.Merchant][2]int64{dbtest.Merchant: {0, 0}, dbtest.Other: {3, 1}, "": {3, 1}} {
		err := d.Read(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
			s, err := q.Look(ctx, tx)
			if s.Waiting != want[0] || s.Running != want[1] {
				t.Errorf("%q: %+v, want %v", merchant, s, want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
