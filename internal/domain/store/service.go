package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
)

// Service is the merchant's stores. Verbs that take a transaction join it, the
// others open one.
type Service struct {
	DB   *db.DB
	Jobs *job.Queue
	// Zone is the merchant's time zone, for stores that name none.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
}

// Find is one store.
func (s *Service) Find(ctx context.Context, tx *db.Tx, which id.Store) (Store, error) {
	found, err := s.FindMany(ctx, tx, []id.Store{which})
	if err != nil {
		return Store{}, err
	}
	one, there := found[which]
	if !there {
		return Store{}, ErrNotFound
	}
	return one, nil
}

// FindMany is Find for many, in one statement; what is not there is not in the
// answer. One may be named twice.
func (s *Service) FindMany(ctx context.Context, tx *db.Tx, which []id.Store) (map[id.Store]Store, error) {
	all := make(map[id.Store]Store, len(which))
	which = slices.Clone(which)
	slices.Sort(which)
	found, err := findMany(ctx, tx, slices.Compact(which))
	if err != nil {
		return nil, fmt.Errorf("find %d stores: %w", len(which), err)
	}
	for _, one := range found {
		all[one.ID] = one
	}
	return all, nil
}

// FindByCode is the store with a code, in either case, as files name it.
func (s *Service) FindByCode(ctx context.Context, tx *db.Tx, code string) (Store, error) {
	stores, err := list(ctx, tx)
	if err != nil {
		return Store{}, err
	}
	if i := withCode(stores, code); i >= 0 {
		return stores[i], nil
	}
	return Store{}, ErrNotFound
}

// withCode looks for a code in either case; -1 when no store has it. Stores are
// few, so they are compared here: the engines fold letters differently.
func withCode(stores []Store, code string) int {
	return slices.IndexFunc(stores, func(one Store) bool { return fold.Code(one.Code) == fold.Code(code) })
}

// All are the merchant's stores, in the order they were opened.
func (s *Service) All(ctx context.Context, tx *db.Tx) ([]Store, error) { return list(ctx, tx) }

// List are the stores the caller may act for.
func (s *Service) List(ctx context.Context, caller permit.Caller) (stores []Store, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		stores, err = list(ctx, tx)
		return err
	})
	return slices.DeleteFunc(stores, func(one Store) bool { return !caller.MayAt(one.ID) }), err
}

// Get is one store. A store the caller may not act for is not there.
func (s *Service) Get(ctx context.Context, caller permit.Caller, which id.Store) (one Store, err error) {
	if !caller.MayAt(which) {
		return Store{}, ErrNotFound
	}
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		one, err = s.Find(ctx, tx, which)
		return err
	})
	return one, err
}

// Open adds a store. Without a time zone it gets the merchant's.
func (s *Service) Open(ctx context.Context, tx *db.Tx, caller permit.Caller, made Store) (Store, error) {
	if made.Timezone == "" {
		zone, err := s.Zone(ctx, tx)
		if err != nil {
			return Store{}, err
		}
		made.Timezone = zone.String()
	}
	made.ID, made.Status, made.CreatedAt = id.Store(tx.NewID(id.OfStore, 0)), Open, tx.Now()
	made, err := made.Clean("body")
	if err != nil {
		return Store{}, err
	}
	stores, err := list(ctx, tx)
	if err != nil {
		return Store{}, err
	}
	if withCode(stores, made.Code) >= 0 {
		return Store{}, ErrCodeTaken.At("body.code", made.Code)
	}
	inserted, err := insert(ctx, tx, made)
	if err != nil {
		return Store{}, fmt.Errorf("open store %s: %w", made.Code, err)
	}
	if !inserted {
		return Store{}, ErrCodeTaken.At("body.code", made.Code)
	}
	return made, s.tell(ctx, tx, caller, "store.open", Store{}, made)
}

// Create is Open in a transaction of its own, at most once a key.
func (s *Service) Create(ctx context.Context, caller permit.Caller, key once.Key, made Store) (opened Store, err error) {
	if caller.Stores != nil {
		return Store{}, ErrDenied
	}
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		again, err := once.Begin(ctx, tx, key, &opened)
		if again || err != nil {
			return err
		}
		if opened, err = s.Open(ctx, tx, caller, made); err != nil {
			return err
		}
		return once.Keep(ctx, tx, key, opened)
	})
	return opened, err
}

// Change changes a store. A store the caller may not act for is not there.
func (s *Service) Change(ctx context.Context, caller permit.Caller, which id.Store, p Patch) (after Store, err error) {
	if !caller.MayAt(which) {
		return Store{}, ErrNotFound
	}
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		before, err := hold(ctx, tx, which)
		if errors.Is(err, db.ErrNoRow) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if after, err = p.Apply(before, "body"); err != nil || after == before {
			return err
		}
		stores, err := list(ctx, tx)
		if err != nil {
			return err
		}
		if i := withCode(stores, after.Code); i >= 0 && stores[i].ID != which {
			return ErrCodeTaken.At("body.code", after.Code)
		}
		if err := update(ctx, tx, after); err != nil {
			return err
		}
		return s.tell(ctx, tx, caller, "store.update", before, after)
	})
	return after, err
}

// Purge removes the stores that the demo data brought, but for those to be kept,
// and reports how many.
func (s *Service) Purge(ctx context.Context, tx *db.Tx, keep ...id.Store) (int64, error) {
	stores, err := list(ctx, tx)
	if err != nil {
		return 0, err
	}
	var gone int64
	for _, one := range stores {
		if one.Source != SourceDemo || slices.Contains(keep, one.ID) {
			continue
		}
		if err := deleteDemo(ctx, tx, one.ID); err != nil {
			return 0, err
		}
		gone++
	}
	return gone, nil
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, caller permit.Caller, action string, before, after Store) error {
	d := deed.By(caller, action, string(after.ID))
	d.Label, d.Store = after.Code+" "+after.Name, string(after.ID)
	d.Before, d.After = map[string]any{}, map[string]any{}
	for _, f := range []struct{ name, was, is string }{
		{"code", before.Code, after.Code}, {"name", before.Name, after.Name}, {"timezone", before.Timezone, after.Timezone},
		{"address", before.Address, after.Address}, {"phone", before.Phone, after.Phone}, {"status", string(before.Status), string(after.Status)},
	} {
		if f.was != f.is {
			d.Before[f.name], d.After[f.name] = f.was, f.is
		}
	}
	return s.Jobs.Emit(ctx, tx, 0, tx.NewID(id.OfAudit, 0), d)
}
