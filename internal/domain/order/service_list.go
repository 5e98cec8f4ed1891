package order

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Found is a page of orders with what is needed to show them.
type Found struct {
	page.Page[Order]
	People map[id.Member]Person
	Zone   *time.Location
}

// Browse is List in a transaction of its own, with how the members are called.
func (s *Service) Browse(ctx context.Context, caller permit.Caller, f Filter, want page.Want) (found Found, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if found.Zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		if found.Page, err = s.List(ctx, tx, caller, f, found.Zone, want); err != nil {
			return err
		}
		found.People, err = s.Names(ctx, tx, buyers(found.Items))
		return err
	})
	return found, err
}

func buyers(orders []Order) []id.Member {
	all := make([]id.Member, len(orders))
	for i := range orders {
		all[i] = orders[i].Member
	}
	return all
}

// Get is one whole order at one of the caller's stores, with the merchant's time
// zone. An order elsewhere is not there.
func (s *Service) Get(ctx context.Context, caller permit.Caller, order id.Order) (o Order, zone *time.Location, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		if o, err = s.Find(ctx, tx, order); err != nil {
			return err
		}
		if !caller.MayAt(o.Store) {
			return ErrNotFound
		}
		return nil
	})
	return o, zone, err
}

// List is a page of the orders that the filter leaves of those at the caller's
// stores, newest first. Only the heads are read: no lines, tenders or refunds.
func (s *Service) List(ctx context.Context, tx *db.Tx, caller permit.Caller, f Filter, zone *time.Location, want page.Want) (page.Page[Order], error) {
	c, err := chose(caller, f, zone, want)
	if err != nil {
		return page.Page[Order]{}, err
	}
	if f.Query != "" {
		if c.ids, err = s.named(ctx, tx, f.Query); err != nil {
			return page.Page[Order]{}, err
		}
	}
	if c.ids != nil && len(c.ids) == 0 || c.stores != nil && len(c.stores) == 0 {
		return page.Page[Order]{}, nil
	}
	found, err := selectPage(ctx, tx, c)
	if err != nil {
		return page.Page[Order]{}, fmt.Errorf("list orders: %w", err)
	}
	return page.Cut(found, want.Size(), func(o Order) any { return place{At: db.Millis(o.OccurredAt), ID: o.ID} })
}

func chose(caller permit.Caller, f Filter, zone *time.Location, want page.Want) (choice, error) {
	if err := f.Check(); err != nil {
		return choice{}, err
	}
	from, until, err := f.Span(zone)
	if err != nil {
		return choice{}, err
	}
	c := choice{Filter: f, stores: caller.Stores, from: db.Millis(from), until: db.Millis(until), limit: want.Size() + 1}
	if f.Store != "" {
		c.stores = []id.Store{}
		if caller.MayAt(f.Store) {
			c.stores = append(c.stores, f.Store)
		}
	}
	var after place
	found, err := want.After(&after)
	if found {
		c.after = &after
	}
	return c, err
}

// named finds the orders that a number or an external id names.
func (s *Service) named(ctx context.Context, tx *db.Tx, query string) ([]id.Order, error) {
	ids := []id.Order{}
	for _, kind := range []string{byNumber, byExternal} {
		owners, err := s.owners(ctx, tx, kind, []string{query})
		if err != nil {
			return nil, err
		}
		if owner := id.Order(owners[query]); owner != "" && !slices.Contains(ids, owner) {
			ids = append(ids, owner)
		}
	}
	return ids, nil
}

// BySource lists up to limit orders of a source, for Purge.
func (s *Service) BySource(ctx context.Context, tx *db.Tx, source string, limit int) ([]id.Order, error) {
	return selectBySource(ctx, tx, source, limit)
}

// ByMembers lists every order of some members, for Purge.
func (s *Service) ByMembers(ctx context.Context, tx *db.Tx, members []id.Member) ([]id.Order, error) {
	var all []id.Order
	for chunk := range slices.Chunk(members, inOne) {
		found, err := selectByMembers(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("find the orders of %d members: %w", len(chunk), err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// Purge removes orders as if they had never been, with their lines, tenders,
// refunds and numbers. It is for data that was only shown: nothing is told, and
// what they booked elsewhere is the caller's to remove.
func (s *Service) Purge(ctx context.Context, tx *db.Tx, orders []id.Order) error {
	buckets := map[id.Bucket][]id.Order{}
	for _, o := range orders {
		buckets[o.Bucket()] = append(buckets[o.Bucket()], o)
	}
	for bucket, all := range buckets {
		for chunk := range slices.Chunk(all, inOne) {
			held, err := selectHeld(ctx, tx, bucket, chunk)
			if err != nil {
				return fmt.Errorf("find what %d orders hold: %w", len(chunk), err)
			}
			if err := deleteClaims(ctx, tx, held); err != nil {
				return fmt.Errorf("give back the numbers of %d orders: %w", len(chunk), err)
			}
			if err := deleteOrders(ctx, tx, bucket, chunk); err != nil {
				return fmt.Errorf("delete %d orders: %w", len(chunk), err)
			}
		}
	}
	return nil
}
