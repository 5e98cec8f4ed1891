package order

import (
	"context"

	"huiji/internal/platform/db"
)

// Some counts the orders, but no further than limit.
func (s *Service) Some(ctx context.Context, tx *db.Tx, limit int) (int64, error) {
	return countSome(ctx, tx, limit)
}
