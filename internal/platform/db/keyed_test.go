package db_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

type pair struct {
	code string
	n    int64
}

func byKeys(ctx context.Context, tx *db.Tx, rows [][]any) ([]pair, error) {
	return db.AllOf(ctx, tx, func(r db.Row) (p pair, err error) { return p, r.Scan(&p.code, &p.n) },
		db.Keys{Columns: "code text, created_at bigint", Rows: rows},
		`SELECT s.code, s.created_at FROM key CROSS JOIN store s WHERE s.code = key.code AND s.created_at = key.created_at AND s.merchant_id = $1 AND $2 = $2
			ORDER BY s.code`, tx.Merchant(), "x")
}

func TestKeysFindTheirRowsAndNoOthers(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	var rows, keys [][]any
	for i := range 1300 {
		row := store(fmt.Sprintf("%04d", i))
		row[6] = int64(i)
		rows = append(rows, row)
		if i%2 == 0 {
			keys = append(keys, []any{fmt.Sprintf("%04d", i), i})
		} else {
			keys = append(keys, []any{fmt.Sprintf("%04d", i), i + 1}) // There is no such pair.
		}
	}
	err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertLater(ctx, insertStore, rows, "")
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		for _, n := range []int{0, 1, 2, 3, 63, 64, 65, 512, 513, 1300} {
			got, err := byKeys(ctx, tx, keys[:n])
			if err != nil {
				return err
			}
			slices.SortFunc(got, func(a, b pair) int { return int(a.n - b.n) })
			if len(got) != (n+1)/2 {
				t.Errorf("%d keys found %d rows", n, len(got))
			}
			for i, p := range got {
				if p.n != int64(2*i) || p.code != fmt.Sprintf("%04d", 2*i) {
					t.Fatalf("row %d is %v", i, p)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A list of keys changes its rows, each to what its own key says, and no others.
func TestKeysChangeTheirRows(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	const n = 1100
	err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		var rows, keys [][]any
		for i := range n {
			rows = append(rows, store(fmt.Sprintf("%04d", i)))
			if i%2 == 0 {
				keys = append(keys, []any{fmt.Sprintf("%04d", i), 7_000 + i})
			}
		}
		if err := tx.InsertLater(ctx, insertStore, rows, ""); err != nil {
			return err
		}
		return db.ChangeAll(ctx, tx, db.Keys{Columns: "code text, n bigint", Rows: keys},
			`UPDATE store SET created_at = key.n
				FROM key WHERE store.code = key.code AND store.merchant_id = $1`, tx.Merchant())
	})
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	err = d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return tx.Each(ctx, func(r db.Row) error {
			var code string
			var at int64
			if err := r.Scan(&code, &at); err != nil {
				return err
			}
			var i int64
			if _, err := fmt.Sscanf(code, "%d", &i); err != nil {
				return err
			}
			if at == 7_000+i {
				changed++
			} else if i%2 == 0 || at >= 7_000 && at < 7_000+n {
				t.Errorf("row %s has %d", code, at)
			}
			return nil
		}, "SELECT code, created_at FROM store WHERE merchant_id = $1", tx.Merchant())
	})
	if err != nil || changed != n/2 {
		t.Errorf("%d rows changed of %d, %v", changed, n/2, err)
	}
}

// What cannot be written is an error with the column's name, on an engine that
// asks for types; it never becomes something else.
func TestAValueOfAnotherKindIsRefused(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	if d.Engine() == "sqlite" {
		t.Skip("SQLite keeps any value in any column; TEST_DATABASE_URL is not set")
	}
	bad := store("b")
	bad[6] = "not a number"
	err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertLater(ctx, insertStore, [][]any{store("a"), bad}, "")
	})
	if err == nil || len(codes(t, d)) != 0 {
		t.Fatalf("written: %v", err)
	}
}
