package order

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Many orders are held as one is, and their heads carry what was given back.
func TestHeldAndHeadsOfMany(t *testing.T) {
	h := open(t)
	var ids []id.Order
	h.must(func(ctx context.Context, tx *db.Tx) error {
		orders := make([]Order, inOne+20)
		for i := range orders {
			orders[i] = h.make(tx, storeA, memberOf(tx), tx.Now())
			orders[i].ExternalID = fmt.Sprint("X-", i)
			ids = append(ids, orders[i].ID)
		}
		return h.record(ctx, tx, orders...)
	})
	h.must(func(ctx context.Context, tx *db.Tx) error {
		held, err := h.s.HoldMany(ctx, tx, append(ids, ids[0]))
		if err != nil || len(held) != len(ids) {
			return fmt.Errorf("held %d: %w", len(held), err)
		}
		for i := range held[1:] {
			if a, b := held[i].ID, held[i+1].ID; a.Bucket() > b.Bucket() || a.Bucket() == b.Bucket() && a >= b {
				t.Fatalf("held %s before %s", a, b)
			}
		}
		var given []Given
		for i := range held {
			o := &held[i]
			if found := h.findIn(ctx, tx, o.ID); !reflect.DeepEqual(found, *o) {
				t.Fatalf("held  %+v\nfound %+v", *o, found)
			}
			back, err := o.GiveBack(units(1, 1))
			if err != nil {
				return err
			}
			given = append(given, Given{Order: o, Refund: Refund{
				ID: id.Refund(tx.NewID(id.OfRefund, o.ID.Bucket())), Order: o.ID, Amount: back.Amount, PointsClawed: back.Clawed(),
				Lines: back.Lines, Tenders: back.Tenders, Store: o.Store, OccurredAt: tx.Now(), Day: o.Day,
			}})
		}
		return h.s.RecordRefunds(ctx, tx, given)
	})
	h.must(func(ctx context.Context, tx *db.Tx) error {
		heads, err := h.s.Heads(ctx, tx, ids)
		if err != nil || len(heads) != len(ids) {
			return fmt.Errorf("found %d heads: %w", len(heads), err)
		}
		for _, o := range heads {
			if len(o.Lines)+len(o.Tenders) > 0 || len(o.Refunds) != 1 || o.Refunds[0].Amount != o.Refunded || o.Refunded == 0 {
				t.Fatalf("head %+v", o)
			}
		}
		if _, err := h.s.HoldMany(ctx, tx, []id.Order{ids[0], "ord_000000000000000000000000"}); err != ErrNotFound {
			t.Errorf("an order that is not there: %v", err)
		}
		none, err := h.s.HoldMany(ctx, tx, nil)
		if err != nil || len(none) != 0 {
			t.Errorf("nothing to hold: %v %v", none, err)
		}
		return nil
	})
}
