package ledger

import (
	"context"
	"errors"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Leaves are up to limit postings of all members in the order in which they were
// recorded, ties by holder, asset and number: those recorded at a moment or
// later and, when a posting of that moment is named, after it; none recorded
// later than until.
func (s *Service) Leaves(ctx context.Context, tx *db.Tx, from Moment, after id.Posting, until Moment, limit int) ([]Leaf, error) {
	at := place{At: from}
	if after != "" {
		key, seq, ok := ParsePosting(after)
		if !ok {
			return nil, fmt.Errorf("read postings after %q: %w", after, errPosting)
		}
		at.Holder, at.Asset, at.Seq = key.Holder, key.Asset, seq
	}
	leaves, err := listLeaves(ctx, tx, at, until, limit)
	if err != nil {
		return nil, fmt.Errorf("read the postings from %d on: %w", from, err)
	}
	return leaves, nil
}

// Leaf is one posting as a leaf.
func (s *Service) Leaf(ctx context.Context, tx *db.Tx, which id.Posting) (Leaf, error) {
	key, seq, ok := ParsePosting(which)
	if !ok {
		return Leaf{}, errPosting
	}
	leaf, err := findLeaf(ctx, tx, key, seq)
	if errors.Is(err, db.ErrNoRow) {
		return Leaf{}, errPosting
	}
	return leaf, err
}
