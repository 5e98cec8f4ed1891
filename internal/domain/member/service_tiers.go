package member

import (
	"context"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Tiers says of what tier the members of a bucket are, for reports over all.
func (s *Service) Tiers(ctx context.Context, tx *db.Tx, bucket id.Bucket) (map[id.Member]string, error) {
	all := map[id.Member]string{}
	err := eachTier(ctx, tx, bucket, func(who id.Member, tier string) { all[who] = tier })
	if err != nil {
		return nil, fmt.Errorf("read the tiers of bucket %d: %w", bucket, err)
	}
	return all, nil
}
