package bookkeeping

import (
	"context"

	"huiji/internal/domain/analytics"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
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
	const name = "bookkeeping"
	job.On(s.Jobs, name, func(ctx context.Context, tx *db.Tx, e order.Completed) error {
		return s.Analytics.Add(ctx, tx, OfOrders(e.Days))
	})
	job.On(s.Jobs, name, func(ctx context.Context, tx *db.Tx, e order.Refunded) error {
		return s.Analytics.Add(ctx, tx, OfOrders(e.Days))
	})
	job.On(s.Jobs, name, func(ctx context.Context, tx *db.Tx, e order.Claimed) error {
		return s.Analytics.Add(ctx, tx, OfOrders(e.Days))
	})
	job.On(s.Jobs, name, func(ctx context.Context, tx *db.Tx, e member.Registered) error {
		return s.Analytics.Add(ctx, tx, OfMembers(e))
	})
	job.On(s.Jobs, name, func(ctx context.Context, tx *db.Tx, e ledger.Posted) error {
		return s.Analytics.Add(ctx, tx, OfPostings(e.Lines))
	})
}
