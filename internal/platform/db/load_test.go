package db_test

import (
	"context"
	"sync"
	"testing"

	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

// TestTheLoadIsSeen: on SQLite those who wait and what shared a commit, on
// PostgreSQL the connections.
func TestTheLoadIsSeen(t *testing.T) {
	d := dbtest.New(t)
	ctx, before := context.Background(), d.Load()
	began, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_ = d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
			close(began)
			<-release
			_, err := tx.Exec(ctx, `UPDATE merchant SET name = 'a' WHERE merchant_id = $1`, tx.Merchant())
			return err
		})
	})
	<-began
	const more = 3
	queued := make(chan struct{}, more)
	for range more {
		all.Go(func() {
			queued <- struct{}{}
			_ = d.Write(ctx, dbtest.Other, func(ctx context.Context, tx *db.Tx) error { return nil })
		})
	}
	for range more {
		<-queued
	}
	during := d.Load()
	close(release)
	all.Wait()
	after := d.Load()
	if d.Engine() == "postgres" {
		if during.InUse < 1 || after.InUse != 0 || after.Idle < 1 || after.Most < 1 || after.Commits != 0 {
			t.Fatalf("during %+v, after %+v", during, after)
		}
		return
	}
	if during.Queue > more || after.Queue != 0 || after.Grouped-before.Grouped != 1+more || after.Commits-before.Commits < 1 || after.Commits-before.Commits > 1+more {
		t.Fatalf("before %+v, during %+v, after %+v", before, during, after)
	}
}
