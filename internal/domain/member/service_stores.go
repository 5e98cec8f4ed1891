package member

import (
	"context"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// StoresUsed says at which of the stores any member joined.
func (s *Service) StoresUsed(ctx context.Context, tx *db.Tx, stores []id.Store) ([]id.Store, error) {
	used, err := storesUsed(ctx, tx, stores)
	if err != nil {
		return nil, fmt.Errorf("find which stores have members: %w", err)
	}
	return used, nil
}
