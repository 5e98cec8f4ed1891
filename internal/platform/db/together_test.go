package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

func TestStepsTogetherReadWhatTheyWouldAlone(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.InsertLater(ctx, insertStore, [][]any{store("a"), store("b")}, ""); err != nil {
			return err
		}
		var first, second, third string
		one := func(into *string, code string) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) (err error) {
				*into, err = db.One(ctx, tx, func(r db.Row) (s string, err error) { return s, r.Scan(&s) },
					`SELECT name FROM store WHERE merchant_id = $1 AND code = $2`, tx.Merchant(), code)
				return err
			}
		}
		err := tx.Together(ctx, one(&first, "a"), func(ctx context.Context, tx *db.Tx) error {
			if err := one(&second, "b")(ctx, tx); err != nil { // Two in a row, beside one.
				return err
			}
			n, err := tx.Insert(ctx, insertStore, [][]any{store("c")}, "")
			if n != 1 {
				t.Errorf("%d rows", n)
			}
			return err
		})
		if err != nil {
			return err
		}
		if err := tx.Together(ctx); err != nil {
			return err
		}
		err = tx.Together(ctx, one(&third, "c"))
		if first != "店 a" || second != "店 b" || third != "店 c" {
			t.Errorf("read %q %q %q", first, second, third)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The first step at fault, in their order, is the error; the others end.
func TestAStepThatFailsIsTheError(t *testing.T) {
	d, ctx := dbtest.New(t), context.Background()
	early, late := errors.New("early"), errors.New("late")
	ask := func(ctx context.Context, tx *db.Tx) error {
		_, err := db.All(ctx, tx, func(r db.Row) (s string, err error) { return s, r.Scan(&s) },
			`SELECT name FROM store WHERE merchant_id = $1`, tx.Merchant())
		return err
	}
	err := d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return tx.Together(ctx, ask, func(ctx context.Context, tx *db.Tx) error {
			if err := ask(ctx, tx); err != nil {
				return err
			}
			return early
		}, func(context.Context, *db.Tx) error { return late })
	})
	if !errors.Is(err, early) {
		t.Errorf("got %v, want the first step's", err)
	}
	err = d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return tx.Together(ctx, ask, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `SELECT nonsense FROM store WHERE merchant_id = $1`, tx.Merchant())
			return err
		})
	})
	if err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("a statement at fault: %v", err)
	}
	defer func() {
		if p := recover(); p == nil || !strings.Contains(p.(string), "bug") {
			t.Errorf("a step's panic came as %v", p)
		}
		if got := codes(t, d); len(got) != 0 { // The connections still work.
			t.Errorf("stores %v", got)
		}
	}()
	_ = d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return tx.Together(ctx, ask, func(context.Context, *db.Tx) error { panic("in a step: bug") })
	})
}
