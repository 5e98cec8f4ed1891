package member

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Count counts members who are not closed, at the stores; nil = everywhere.
func (s *Service) Count(ctx context.Context, tx *db.Tx, stores []id.Store) (int64, error) {
	return count(ctx, tx, stores)
}
