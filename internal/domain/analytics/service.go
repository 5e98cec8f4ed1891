package analytics

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Service is the sums. Verbs that take a transaction join it, the others open
// one.
type Service struct {
	DB *db.DB
	// Zone is the merchant's time zone, which decides what day it is.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
	// Counts counts what other packages own; members at the stores, nil for all of
	// them, and the rest of the whole merchant.
	Counts func(ctx context.Context, tx *db.Tx, stores []id.Store) (Counts, error)
	// StoreThere reports whether the transaction's merchant has the store.
	StoreThere func(ctx context.Context, tx *db.Tx, store id.Store) (bool, error)
}

var errNoStore = fault.New(fault.NotFound, "store.not_found", "没有这个门店", "there is no such store")

// Add increases sums by what an event says. Deltas may be below zero, and may
// name the same sum more than once.
func (s *Service) Add(ctx context.Context, tx *db.Tx, deltas []Delta) error {
	sums := Sum(deltas)
	if len(sums) == 0 {
		return nil
	}
	return add(ctx, tx, sums)
}

// Remove takes out of the sums what deltas had added, as when demo data goes. A
// sum that comes to nothing is no longer there.
func (s *Service) Remove(ctx context.Context, tx *db.Tx, deltas []Delta) error {
	less := slices.Clone(deltas)
	for i := range less {
		less[i].Value = -less[i].Value
	}
	if err := s.Add(ctx, tx, less); err != nil {
		return err
	}
	return deleteEmpty(ctx, tx)
}

// Days are the sums from one local day to another, both included, over the
// stores; nil means all of them and what happened at none.
func (s *Service) Days(ctx context.Context, tx *db.Tx, from, to day.Date, stores []id.Store) (Days, error) {
	if stores != nil && len(stores) == 0 {
		return Days{}, nil
	}
	days, err := read(ctx, tx, from, to, stores)
	if err != nil {
		return nil, fmt.Errorf("read the sums: %w", err)
	}
	return days, nil
}

// Purge takes stores out of the sums, as when demo data goes.
func (s *Service) Purge(ctx context.Context, tx *db.Tx, stores []id.Store) error {
	for _, store := range stores {
		if err := purge(ctx, tx, store); err != nil {
			return err
		}
	}
	return nil
}

// Home is the report of today at one store, or with "" at all that the caller may
// see.
func (s *Service) Home(ctx context.Context, c permit.Caller, store id.Store) (h Home, err error) {
	stores := c.Stores
	if store != "" {
		if !c.MayAt(store) {
			return Home{}, errNoStore.At("query.store_id", store)
		}
		stores = []id.Store{store}
	}
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if store != "" {
			there, err := s.StoreThere(ctx, tx, store)
			if err != nil {
				return fmt.Errorf("find the store: %w", err)
			}
			if !there {
				return errNoStore.At("query.store_id", store)
			}
		}
		zone, err := s.Zone(ctx, tx)
		if err != nil {
			return fmt.Errorf("read the time zone: %w", err)
		}
		today := day.Of(tx.Now(), zone)
		days, err := s.Days(ctx, tx, today.AddDays(1-TrendDays), today, stores)
		if err != nil {
			return err
		}
		counts, err := s.Counts(ctx, tx, stores)
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		h = HomeOf(today, days, counts)
		return nil
	})
	return h, err
}
