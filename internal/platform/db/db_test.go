package db_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

const insertStore = `INSERT INTO store (merchant_id, id, code, name, timezone, status, created_at) VALUES`

func store(code string) []any {
	return []any{dbtest.Merchant, "sto_" + code, code, "店 " + code, "Asia/Shanghai", "open", int64(1)}
}

func codes(t *testing.T, d *db.DB) []string {
	t.Helper()
	var got []string
	err := d.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		got, err = db.All(ctx, tx, func(r db.Row) (s string, err error) { return s, r.Scan(&s) },
			`SELECT code FROM store WHERE merchant_id = $1 ORDER BY code`, tx.Merchant())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWriteCommitsAllOrNothing(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.InsertLater(ctx, insertStore, [][]any{store("a"), store("b")}, ""); err != nil {
			return err
		}
		n, err := tx.Insert(ctx, insertStore, [][]any{store("b"), store("c")}, "ON CONFLICT DO NOTHING")
		if n != 1 {
			t.Errorf("inserted %d rows, want 1", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	err = d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Insert(ctx, insertStore, [][]any{store("d")}, ""); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("got %v, want the function's own error", err)
	}
	if got := codes(t, d); len(got) != 3 {
		t.Fatalf("stores %v, want a b c", got)
	}
}

func TestClosingAgainDoesNothing(t *testing.T) {
	d := dbtest.New(t) // Which closes it a third time.
	for range 2 {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLaterSurfacesItsErrorAtTheCommit(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Later(ctx, insertStore+` ($1, 'x', 'x', 'x', 'x', 'x', 1)`, tx.Merchant()); err != nil {
			return err
		}
		return tx.Later(ctx, insertStore+` ($1, 'x', 'x', 'x', 'x', 'x', 1)`, tx.Merchant())
	})
	if err == nil {
		t.Fatal("a duplicate key was committed")
	}
	if got := codes(t, d); len(got) != 0 {
		t.Fatalf("stores %v, want none", got)
	}
}

func TestManyRowsInFewStatements(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	var rows [][]any
	for i := range 1000 {
		rows = append(rows, store(string(rune('a'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10))))
	}
	err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Insert(ctx, insertStore, rows, "")
		if n != 1000 {
			t.Errorf("inserted %d rows, want 1000", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := codes(t, d); len(got) != 1000 {
		t.Fatalf("%d stores, want 1000", len(got))
	}
}

// One transaction of a group that fails, panics or whose caller left must not
// touch its neighbours.
func TestNeighboursDoNotFailTogether(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i := range 60 {
		wg.Go(func() {
			defer func() { _ = recover() }() // Every third panics on purpose.
			err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
				code := string(rune('a'+i/10)) + string(rune('0'+i%10))
				if _, err := tx.Insert(ctx, insertStore, [][]any{store(code)}, ""); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return errors.New("refused")
				case 2:
					panic("bug")
				}
				return nil
			})
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				done++
			}
		})
	}
	wg.Wait()
	if got := codes(t, d); done != 20 || len(got) != 20 {
		t.Fatalf("%d acknowledged, %d there, want 20 and 20", done, len(got))
	}
}

func TestReadersCannotWrite(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	err := d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Insert(ctx, insertStore, [][]any{store("a")}, "")
		return err
	})
	if err == nil {
		t.Fatal("a read-only transaction wrote")
	}
}

// Lost updates are what FOR UPDATE is for. An engine that is set to SERIALIZABLE
// may refuse a transaction too often; then it says so, and it is not counted.
func TestCountersLoseNothing(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Insert(ctx, insertStore, [][]any{store("n")}, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var acknowledged atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 10 {
				err := d.Write(ctx, dbtest.Merchant, increase)
				switch {
				case err == nil:
					acknowledged.Add(1)
				case fault.CodeOf(err) != "database.busy":
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	err = d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		n, err := counted(ctx, tx, "")
		if n != acknowledged.Load()+1 || n < 100 {
			t.Errorf("counted %d, acknowledged %d", n-1, acknowledged.Load())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func counted(ctx context.Context, tx *db.Tx, lock string) (int64, error) {
	return db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT created_at FROM store WHERE merchant_id = $1 AND code = 'n'`+lock, tx.Merchant())
}

func increase(ctx context.Context, tx *db.Tx) error {
	n, err := counted(ctx, tx, tx.ForUpdate())
	if err != nil {
		return err
	}
	return tx.Later(ctx, `UPDATE store SET created_at = $2 WHERE merchant_id = $1 AND code = 'n'`, tx.Merchant(), n+1)
}

func TestBlobsAndTruthSurvive(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	for _, want := range [][]byte{nil, {}, {0}, {1, 2, 255}} {
		var got []byte
		err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
			if _, err := tx.Exec(ctx, `DELETE FROM vault_key WHERE merchant_id = $1`, tx.Merchant()); err != nil {
				return err
			}
			if err := tx.Later(ctx, `INSERT INTO vault_key (merchant_id, purpose, sealed, created_at) VALUES ($1, 'p', $2, 0)`, tx.Merchant(), want); err != nil {
				return err
			}
			got, err = db.One(ctx, tx, func(r db.Row) (b []byte, err error) { return b, r.Scan(&b) },
				`SELECT sealed FROM vault_key WHERE merchant_id = $1`, tx.Merchant())
			return err
		})
		if err != nil || string(got) != string(want) {
			t.Fatalf("%v came back as %v: %v", want, got, err)
		}
	}
}

func TestIdsRiseAndCarryTheirBucket(t *testing.T) {
	d := dbtest.New(t)
	err := d.Write(context.Background(), dbtest.Merchant, func(_ context.Context, tx *db.Tx) error {
		last := ""
		for range 1000 {
			now := tx.NewID(id.OfMessage, 77)
			if b, ok := id.BucketOf(now); !ok || b != 77 || now <= last || !id.Is(id.OfMessage, now) {
				t.Fatalf("id %q after %q, bucket %d", now, last, b)
			}
			last = now
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTimesAreWholeMillisecondsInUTC(t *testing.T) {
	at := time.Date(2026, 2, 3, 4, 5, 6, 7_000_000, time.UTC)
	if got := db.Time(db.Millis(at)); !got.Equal(at) || !db.Time(0).IsZero() || db.Millis(time.Time{}) != 0 {
		t.Fatalf("%v became %v", at, got)
	}
}
