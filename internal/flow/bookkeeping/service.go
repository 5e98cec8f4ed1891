package bookkeeping

import (
	"context"

	"huiji/internal/domain/analytics"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Service hears events and adds to the sums of the reports.
type Service struct {
	Jobs      *job.Queue
	Analytics *analytics.Service
}

// Subscribe listens to orders, members and the ledger.
func (s *Service) Subscribe() {
	hear(s, func(e order.Completed) []analytics.Delta { return OfOrders(e.Days) })
	hear(s, func(e order.Refunded) []analytics.Delta { return OfOrders(e.Days) })
	hear(s, func(e order.Claimed) []analytics.Delta { return OfOrders(e.Days) })
	hear(s, OfMembers)
	hear(s, func(e ledger.Posted) []analytics.Delta { return OfPostings(e.Lines) })
}

// hear adds what events of a kind say to the sums.
func hear[E job.Args](s *Service, of func(E) []analytics.Delta) {
	job.OnEach(s.Jobs, "bookkeeping", func(ctx context.Context, tx *db.Tx, events []E) error {
		var all []analytics.Delta
		for _, e := range events {
			all = append(all, of(e)...)
		}
		return s.Analytics.Add(ctx, tx, all)
	})
}
