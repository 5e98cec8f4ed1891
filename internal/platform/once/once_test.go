package once_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/once"
)

func act(d *db.DB, k once.Key, effects *atomic.Int64) (answer string, again bool, err error) {
	err = d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		again, err = once.Begin(ctx, tx, k, &answer)
		if again || err != nil {
			return err
		}
		answer = "first"
		if err := once.Keep(ctx, tx, k, answer); err != nil {
			return err
		}
		effects.Add(1)
		return nil
	})
	return answer, again, err
}

func TestAKeyActsOnce(t *testing.T) {
	d := dbtest.New(t)
	var effects atomic.Int64
	replayed := false
	k := once.Key{Scope: "staff:1:POST /orders", Key: "k1", Fingerprint: []byte("body")}.Tracked(&replayed)
	for range 3 {
		if answer, _, err := act(d, k, &effects); err != nil || answer != "first" {
			t.Fatalf("%q %v", answer, err)
		}
	}
	if effects.Load() != 1 || !replayed {
		t.Fatalf("%d effects, replayed %v", effects.Load(), replayed)
	}
	other := k
	other.Fingerprint = []byte("another body")
	if _, _, err := act(d, other, &effects); fault.CodeOf(err) != "idempotency.key_reused" {
		t.Fatalf("%v", err)
	}
	elsewhere := k
	elsewhere.Scope = "staff:2:POST /orders"
	if _, again, err := act(d, elsewhere, &effects); err != nil || again {
		t.Fatalf("another caller's key: %v %v", again, err)
	}
	if _, again, err := act(d, once.Key{}, &effects); err != nil || again {
		t.Fatalf("no key: %v %v", again, err)
	}
}

func TestManyAtOnceActOnce(t *testing.T) {
	d := dbtest.New(t)
	var effects atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			k := once.Key{Scope: "s", Key: "same", Fingerprint: []byte("b")}
			if answer, _, err := act(d, k, &effects); err != nil || answer != "first" {
				t.Errorf("%q %v", answer, err)
			}
		})
	}
	wg.Wait()
	var kept int64
	err := d.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		kept, err = db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) }, `SELECT COUNT(*) FROM once WHERE merchant_id = $1`, tx.Merchant())
		return err
	})
	if err != nil || kept != 1 {
		t.Fatalf("%d keys kept, %v", kept, err)
	}
}

func TestKeysAreForgottenUnlessForEver(t *testing.T) {
	d := dbtest.New(t)
	var effects atomic.Int64
	forever := once.Key{Scope: "s", Key: "order", Forever: true}
	for _, k := range []once.Key{{Scope: "s", Key: "short"}, forever} {
		if _, _, err := act(d, k, &effects); err != nil {
			t.Fatal(err)
		}
	}
	dbtest.Clock(d).Advance(31 * 24 * time.Hour)
	err := d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		n, err := once.Purge(ctx, tx, 100)
		if n != 1 {
			t.Errorf("%d forgotten, want 1", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, again, err := act(d, forever, &effects); err != nil || !again {
		t.Fatalf("the order's key is gone: %v", err)
	}
}
