package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Sums adds the postings of members up as Posted told them, so that who purges
// them can take them out of what was counted.
func (s *Service) Sums(ctx context.Context, tx *db.Tx, holders []id.Member, zone *time.Location) ([]Line, error) {
	byBucket := make(map[id.Bucket][]id.Member)
	for _, h := range holders {
		byBucket[h.Bucket()] = append(byBucket[h.Bucket()], h)
	}
	var told tally
	for bucket, all := range byBucket {
		for chunk := range slices.Chunk(all, inOne) {
			postings, err := listSummed(ctx, tx, bucket, chunk)
			if err != nil {
				return nil, fmt.Errorf("add bucket %d up: %w", bucket, err)
			}
			for i := range postings {
				told.add(postings[i].toldOn(zone), postings[i:i+1])
			}
		}
	}
	return told.lines, nil
}

// toldOn is the local day that a posting was told for: an expiry counts for the
// day on which it was written down, everything else for the day it occurred on.
func (p *Posting) toldOn(zone *time.Location) day.Date {
	if p.Kind == Expire {
		return day.Of(p.RecordedAt.Time(), zone)
	}
	return day.Of(p.OccurredAt.Time(), zone)
}

// StoresUsed says which of the stores any posting names.
func (s *Service) StoresUsed(ctx context.Context, tx *db.Tx, stores []id.Store) ([]id.Store, error) {
	used, err := storesUsed(ctx, tx, stores)
	if err != nil {
		return nil, fmt.Errorf("find which stores have postings: %w", err)
	}
	return used, nil
}
