package audit

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Service is the audit log. Verbs that take a transaction join it, the others
// open one.
type Service struct {
	DB   *db.DB
	Jobs *job.Queue
	// Zone is the merchant's time zone, for days and for showing times.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
}

// Subscribe writes down every deed that is told, in the transaction of the deed:
// one is there if and only if the other is.
func (s *Service) Subscribe() { job.Within(s.Jobs, s.Add) }

// Add writes one deed down. Outside of any merchant, as when a sign-in fails
// under a name nobody has, there is no log, and nothing is written.
func (s *Service) Add(ctx context.Context, tx *db.Tx, d deed.Deed) error {
	if tx.Merchant() == "" {
		return nil
	}
	return insert(ctx, tx, Event{ID: tx.NewID(id.OfAudit, 0), At: tx.Now(), Deed: Clean(d)})
}

// List is a page of the log, newest first, of what the caller may see.
func (s *Service) List(ctx context.Context, c permit.Caller, f Filter, want page.Want) (events page.Page[Event], zone *time.Location, err error) {
	q := search{
		before: place{At: math.MaxInt64}, action: f.Action, actor: f.ActorID, object: f.Object,
		stores: c.Stores, limit: want.Size() + 1,
	}
	if strings.HasSuffix(f.Action, ".") {
		q.prefix = len(f.Action)
	}
	if _, err := want.After(&q.before); err != nil {
		return events, nil, err
	}
	if c.Stores != nil && len(c.Stores) == 0 {
		q.stores = []id.Store{"-"} // Limited to none: sees nothing.
	}
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return fmt.Errorf("read the time zone: %w", err)
		}
		if err := period(&q, f, zone); err != nil {
			return err
		}
		all, err := list(ctx, tx, q)
		if err != nil {
			return fmt.Errorf("read the audit log: %w", err)
		}
		events, err = page.Cut(all, want.Size(), func(e Event) any { return place{At: db.Millis(e.At), ID: e.ID} })
		return err
	})
	return events, zone, err
}

// period narrows the search to the filter's days or times.
func period(q *search, f Filter, zone *time.Location) error {
	from, err := Instant("query.from", f.From, zone, false)
	if err != nil {
		return err
	}
	to, err := Instant("query.to", f.To, zone, true)
	if err != nil {
		return err
	}
	q.from, q.to = db.Millis(from), math.MaxInt64
	if !to.IsZero() {
		q.to = db.Millis(to)
	}
	return nil
}
