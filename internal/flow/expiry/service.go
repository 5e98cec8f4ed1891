package expiry

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/message"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Service runs the night.
type Service struct {
	Book      *ledger.Service
	Messages  *message.Service
	Merchants *merchant.Service
	Jobs      *job.Queue
	// Whom says who is reminded, as when history is made for some members only;
	// nil = everybody.
	Whom func(who id.Member) bool
}

// Subscribe tells the queue what this flow handles, and asks for a night every
// local day.
func (s *Service) Subscribe() {
	job.Handle(s.Jobs, s.tonight)
	job.Handle(s.Jobs, s.remind)
	s.Jobs.Periodic("expiry", job.Daily(0, 5), func(period string) job.Args { return Tonight{Day: period} })
}

// tonight settles one part and asks for the next, until nothing is due; then it
// asks for the reminders.
func (s *Service) tonight(ctx context.Context, tx *db.Tx, t Tonight) error {
	next, more, err := s.Part(ctx, tx, t.Bucket)
	if err != nil {
		return err
	}
	if more {
		t.Bucket, t.Part = next, t.Part+1
		return s.Jobs.Enqueue(ctx, tx, next, fmt.Sprintf("%s+%d", t.Day, t.Part), time.Time{}, t)
	}
	return s.Jobs.Enqueue(ctx, tx, 0, t.Day, time.Time{}, Remind{Day: t.Day})
}

// Part settles up to accountsMax accounts from a bucket on and says where to go
// on.
func (s *Service) Part(ctx context.Context, tx *db.Tx, from id.Bucket) (next id.Bucket, more bool, err error) {
	zone, err := s.Merchants.Zone(ctx, tx)
	if err != nil {
		return 0, false, err
	}
	_, next, more, err = s.Book.ExpireDue(ctx, tx, from, day.Of(tx.Now(), zone), accountsMax)
	return next, more, err
}

// remind reminds the members of a few buckets and asks for the next.
func (s *Service) remind(ctx context.Context, tx *db.Tx, r Remind) error {
	end := min(r.Bucket+bucketsMax, id.Buckets)
	if err := s.Reminders(ctx, tx, r.Bucket, end); err != nil {
		return err
	}
	if end == id.Buckets {
		return nil
	}
	r.Bucket = end
	return s.Jobs.Enqueue(ctx, tx, end, fmt.Sprintf("%s+%d", r.Day, end), time.Time{}, r)
}

// Reminders reminds the members of the buckets [from, end) of what ends soon.
func (s *Service) Reminders(ctx context.Context, tx *db.Tx, from, end id.Bucket) error {
	zone, err := s.Merchants.Zone(ctx, tx)
	if err != nil {
		return err
	}
	for bucket := from; bucket < end; bucket++ {
		for _, w := range windows(day.Of(tx.Now(), zone), zone) {
			ending, err := s.Book.Ending(ctx, tx, bucket, w.from, w.to)
			if err != nil {
				return err
			}
			if s.Whom != nil {
				ending = slices.DeleteFunc(ending, func(e ledger.Ending) bool { return !s.Whom(e.Holder) })
			}
			if _, err := s.Messages.Add(ctx, tx, reminders(w, ending, zone)); err != nil {
				return err
			}
		}
	}
	return nil
}
