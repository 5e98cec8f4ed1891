package proof

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Prove is the proof that a posting is in the log, up to a checkpoint that is
// signed for it, and the merchant's time zone. It writes nothing.
func (s *Service) Prove(ctx context.Context, caller permit.Caller, which id.Posting) (r Receipt, zone *time.Location, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		r, err = s.prove(ctx, tx, which)
		return err
	})
	return r, zone, err
}

func (s *Service) prove(ctx context.Context, tx *db.Tx, which id.Posting) (r Receipt, err error) {
	leaf, err := s.Find(ctx, tx, which)
	if err != nil {
		return r, err
	}
	r = Receipt{Posting: leaf.ID, Leaf: leaf.Data}
	if r.Index, err = s.locate(ctx, tx, leaf); err != nil {
		return r, err
	}
	size, err := findSize(ctx, tx)
	if err != nil {
		return r, err
	}
	t := tilesOf(ctx, tx)
	switch h, err := t.leaf(r.Index); {
	case err != nil:
		return r, err
	case h != tlog.RecordHash(leaf.Data):
		return r, errMismatch
	}
	if r.Checkpoint, r.Key, err = s.signed(ctx, tx, size); err != nil {
		return r, fmt.Errorf("sign the log: %w", err)
	}
	r.Path, err = tlog.ProveRecord(size, r.Index, t)
	return r, err
}

// locate finds the number of a posting's leaf by the moment at which it was
// recorded.
func (s *Service) locate(ctx context.Context, tx *db.Tx, p Leaf) (int64, error) {
	first := int64(0)
	for {
		chunks, err := chunksTo(ctx, tx, p.RecordedAt, first, 2)
		if err != nil {
			return 0, fmt.Errorf("find the leaf of %s: %w", p.ID, err)
		}
		for _, c := range chunks {
			if i := slices.Index(c.roll, p.ID); i >= 0 {
				return c.first + int64(i), nil
			}
			first = c.end()
		}
		if len(chunks) < 2 || chunks[1].toAt > p.RecordedAt {
			break
		}
	}
	late, _, err := lateLeaves(ctx, tx)
	if err != nil {
		return 0, fmt.Errorf("find the late leaf of %s: %w", p.ID, err)
	}
	if n, ok := late[p.ID]; ok {
		return n, nil
	}
	kept, err := s.real(ctx, tx, []Leaf{p})
	switch {
	case err != nil:
		return 0, err
	case len(kept) == 0:
		return 0, errDemo
	}
	return 0, errNotYet()
}
