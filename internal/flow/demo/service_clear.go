package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/store"
	"huiji/internal/platform/db"
)

// Limits of what one transaction removes.
const (
	membersOut = 50
	ordersOut  = 100
)

// Clear removes everything the demo brought, as if it had never been: first its
// members with all they did, then the orders of walk-ins, at last the shelf and
// the shops. What the merchant's own data names stays, and is in the answer.
// Without a demo there is nothing to do. Progress hears how much is gone, of
// about how much. When ctx ends, Clear stops between two transactions and can be
// called again.
func (s *Service) Clear(ctx context.Context, caller permit.Caller, progress func(done, total int64)) (Cleared, error) {
	var run Run
	var zone *time.Location
	err := s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		run, err = s.end(ctx, tx)
		return err
	})
	if err != nil || run.State == None {
		return Cleared{}, err
	}
	if run, err = s.take(ctx, caller, run); err != nil {
		return Cleared{}, err
	}
	sweep := &sweep{Service: s, caller: caller, run: run, zone: zone, progress: progress}
	cleared, err := sweep.all(ctx)
	if err != nil {
		return cleared, errors.Join(err, s.leave(ctx, caller, sweep.run, err))
	}
	return cleared, nil
}

// sweep is one clearing.
type sweep struct {
	*Service
	caller   permit.Caller
	run      Run
	zone     *time.Location
	progress func(done, total int64)
	cleared  Cleared
}

func (w *sweep) all(ctx context.Context) (Cleared, error) {
	for _, step := range []func(ctx context.Context, tx *db.Tx) (members, orders int, err error){w.members, w.walkIns} {
		for {
			n, err := w.step(ctx, step)
			if err != nil {
				return w.cleared, err
			}
			if n == 0 {
				break
			}
		}
	}
	staff, err := w.StaffStores(ctx, w.caller.Merchant)
	if err != nil {
		return w.cleared, fmt.Errorf("find where staff work: %w", err)
	}
	err = w.DB.Write(ctx, w.caller.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		w.cleared.Kept, err = w.last(ctx, tx, staff)
		return err
	})
	if err == nil {
		w.progress(w.run.Total, w.run.Total)
	}
	return w.cleared, err
}

// step removes a part in one transaction and says so.
func (w *sweep) step(ctx context.Context, part func(ctx context.Context, tx *db.Tx) (members, orders int, err error)) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	now := w.run
	var members, orders int
	err := w.DB.Write(ctx, w.caller.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		if members, orders, err = part(ctx, tx); err != nil {
			return err
		}
		now = w.run
		now.Step, now.Done = w.run.Step+1, w.run.Done+int64(members+orders)
		now.Total = max(now.Total, now.Done)
		return w.renew(ctx, tx, &now, w.run)
	})
	if err != nil {
		return 0, err
	}
	w.run = now
	w.cleared.Members, w.cleared.Orders = w.cleared.Members+int64(members), w.cleared.Orders+int64(orders)
	w.progress(w.run.Done, w.run.Total)
	return members + orders, nil
}

// members removes some of the demo's members with everything that is theirs.
func (w *sweep) members(ctx context.Context, tx *db.Tx) (members, orders int, err error) {
	who, err := w.Members.Demo(ctx, tx, membersOut)
	if err != nil || len(who) == 0 {
		return 0, 0, err
	}
	theirs, err := w.Orders.ByMembers(ctx, tx, who)
	if err != nil {
		return 0, 0, err
	}
	var counted Counted
	if counted.Orders, err = w.Orders.Sums(ctx, tx, theirs); err != nil {
		return 0, 0, err
	}
	if counted.Postings, err = w.Book.Sums(ctx, tx, who, w.zone); err != nil {
		return 0, 0, err
	}
	if err := w.Orders.Purge(ctx, tx, theirs); err != nil {
		return 0, 0, err
	}
	if _, err := w.Book.Purge(ctx, tx, who); err != nil {
		return 0, 0, err
	}
	if err := w.Messages.Purge(ctx, tx, who); err != nil {
		return 0, 0, err
	}
	if counted.Joined, err = w.Members.Purge(ctx, tx, who); err != nil {
		return 0, 0, err
	}
	return len(who), len(theirs), w.Uncount(ctx, tx, counted)
}

// walkIns removes some of the demo's orders of nobody.
func (w *sweep) walkIns(ctx context.Context, tx *db.Tx) (members, orders int, err error) {
	some, err := w.Orders.BySource(ctx, tx, source, ordersOut)
	if err != nil || len(some) == 0 {
		return 0, 0, err
	}
	var counted Counted
	if counted.Orders, err = w.Orders.Sums(ctx, tx, some); err != nil {
		return 0, 0, err
	}
	if err := w.Orders.Purge(ctx, tx, some); err != nil {
		return 0, 0, err
	}
	return 0, len(some), w.Uncount(ctx, tx, counted)
}

// last removes the shelf and the shops, but for what the merchant's own data
// names, and the run itself.
func (w *sweep) last(ctx context.Context, tx *db.Tx, staff []id.Store) (Kept, error) {
	kept, gone, err := w.inUse(ctx, tx, staff)
	if err != nil {
		return Kept{}, err
	}
	if _, err := w.Catalog.Purge(ctx, tx, kept.skus()...); err != nil {
		return Kept{}, fmt.Errorf("clear the shelf: %w", err)
	}
	if _, err := w.Stores.Purge(ctx, tx, kept.storeIDs()...); err != nil {
		return Kept{}, fmt.Errorf("close the shops: %w", err)
	}
	if err := w.Forget(ctx, tx, gone.storeIDs()); err != nil {
		return Kept{}, fmt.Errorf("take the shops out of the reports: %w", err)
	}
	held, err := hold(ctx, tx)
	if err != nil || held.ID != w.run.ID || held.Step != w.run.Step {
		return Kept{}, errors.Join(errStopped, err)
	}
	if err := remove(ctx, tx, w.run); err != nil {
		return Kept{}, err
	}
	names := kept.names()
	return names, w.tell(ctx, tx, w.caller, "demo.clear", w.run, map[string]any{
		"members": w.cleared.Members, "orders": w.cleared.Orders, "kept_stores": len(names.Stores), "kept_products": len(names.Products),
	})
}

// inUse tells the stores and products of the demo that orders, members, postings
// or staff still name from those that nobody does.
func (s *Service) inUse(ctx context.Context, tx *db.Tx, staff []id.Store) (kept, gone remains, err error) {
	if gone, err = s.there(ctx, tx); err != nil {
		return kept, gone, err
	}
	used, sold, err := s.Orders.Uses(ctx, tx, gone.storeIDs(), gone.skus())
	if err != nil {
		return kept, gone, err
	}
	for _, ask := range []func(context.Context, *db.Tx, []id.Store) ([]id.Store, error){s.Members.StoresUsed, s.Book.StoresUsed} {
		more, err := ask(ctx, tx, gone.storeIDs())
		if err != nil {
			return kept, gone, err
		}
		used = append(used, more...)
	}
	used = append(used, staff...)
	inStore := func(one store.Store) bool { return slices.Contains(used, one.ID) }
	inOrder := func(one catalog.Product) bool { return slices.Contains(sold, one.SKU) }
	kept.stores, gone.stores = part(gone.stores, inStore)
	kept.products, gone.products = part(gone.products, inOrder)
	return kept, gone, nil
}

// there are the stores and products that the demo brought.
func (s *Service) there(ctx context.Context, tx *db.Tx) (r remains, err error) {
	stores, err := s.Stores.All(ctx, tx)
	if err != nil {
		return r, fmt.Errorf("list the demo's stores: %w", err)
	}
	r.stores = slices.DeleteFunc(stores, func(one store.Store) bool { return one.Source != source })
	if r.products, err = s.Catalog.Demo(ctx, tx); err != nil {
		return r, fmt.Errorf("list the demo's products: %w", err)
	}
	return r, nil
}

// part tells those that are so from the others.
func part[T any](all []T, so func(T) bool) (yes, no []T) {
	for _, one := range all {
		if so(one) {
			yes = append(yes, one)
		} else {
			no = append(no, one)
		}
	}
	return yes, no
}
