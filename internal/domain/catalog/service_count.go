package catalog

import (
	"context"

	"huiji/internal/platform/db"
)

// Count counts the products, archived ones included.
func (s *Service) Count(ctx context.Context, tx *db.Tx) (int64, error) { return countProducts(ctx, tx) }
