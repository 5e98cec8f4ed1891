package proof

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/platform/db"
)

const (
	lookBack  = 3 * 24 * time.Hour // what is younger is checked every day
	lookTurns = 30                 // days in which everything older is checked once
	pageMost  = 1000               // postings that are read at a time
)

// look holds leaves beside the book: all of the last days and a part of what is
// older. Postings that were missed are sealed late. What is not as it was sealed
// fails the job, so that it waits as a dead letter for a person.
func (s *Service) look(ctx context.Context, merchant id.Merchant, _ string, args Look) error {
	var wrong []Breach
	next := args.From
	for n := 0; n < chunksMost && next >= 0; n++ {
		at, found, err := s.CatchUp(ctx, merchant, next)
		if err != nil {
			return err
		}
		next, wrong = at, append(wrong, found...)
	}
	if next >= 0 {
		err := s.DB.Write(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
			return s.Jobs.Enqueue(ctx, tx, 0, fmt.Sprintf("%s+%d", args.Day, next), time.Time{}, Look{Day: args.Day, From: next})
		})
		if err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d postings are not what was sealed, the first is %s, which %s: run huiji verify", len(wrong), wrong[0].Posting, wrong[0].Text.EN)
	}
	return nil
}

// CatchUp checks the next chunk from a leaf on, seals what it finds missed, and
// says where to go on; below zero at the end.
func (s *Service) CatchUp(ctx context.Context, merchant id.Merchant, from int64) (next int64, wrong []Breach, err error) {
	var size int64
	var missed []Leaf
	err = s.DB.Read(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
		next, missed, wrong = -1, nil, nil
		since, turn := db.Millis(tx.Now().Add(-lookBack)), tx.Now().Unix()/(24*60*60)%lookTurns
		chunks, err := chunksToCheck(ctx, tx, from, since, turn, 1)
		if err != nil || len(chunks) == 0 {
			return err
		}
		if size, err = findSize(ctx, tx); err != nil {
			return err
		}
		late, _, err := lateLeaves(ctx, tx)
		if err != nil {
			return err
		}
		w, err := s.hold(ctx, tx, chunks, late)
		if err != nil {
			return err
		}
		next, wrong, missed = chunks[0].end(), w.wrong, w.missed()
		return nil
	})
	if err != nil || len(missed) == 0 {
		return next, wrong, err
	}
	err = s.DB.Write(ctx, merchant, func(ctx context.Context, tx *db.Tx) error { return s.append(ctx, tx, size, 0, missed) })
	if errors.Is(err, errRaced) {
		return from, nil, nil // Look again.
	}
	return next, wrong, err
}

// hold walks the book beside a run of ordinary chunks.
func (s *Service) hold(ctx context.Context, tx *db.Tx, run []chunk, late map[id.Posting]int64) (*walk, error) {
	before, err := chunkBefore(ctx, tx, run[0].first)
	if err != nil {
		return nil, err
	}
	last := run[len(run)-1]
	next, closed, err := following(ctx, tx, last)
	if err != nil {
		return nil, err
	}
	w := newWalk(before.toAt, run, next, late)
	w.until, w.closed, w.sealed = last.toAt, closed, tilesOf(ctx, tx).leaf
	if err := s.each(ctx, tx, before.toAt, last.toAt, w.see); err != nil {
		return nil, err
	}
	if w.strange, err = s.real(ctx, tx, w.strange); err != nil {
		return nil, err
	}
	return w, s.lost(ctx, tx, w)
}

// following are the chunks behind one that may hold postings of its last moment;
// closed says that the log goes on beyond that moment.
func following(ctx context.Context, tx *db.Tx, last chunk) (next []chunk, closed bool, err error) {
	const few = 4
	from := last.end()
	for {
		some, err := chunksTo(ctx, tx, last.toAt, from, few)
		if err != nil {
			return nil, false, err
		}
		for _, c := range some {
			next, from = append(next, c), max(from, c.end())
			if c.toAt > last.toAt {
				return next, true, nil
			}
		}
		if len(some) < few {
			return next, false, nil
		}
	}
}

// each shows every posting recorded in [from, until] to fn.
func (s *Service) each(ctx context.Context, tx *db.Tx, from, until int64, fn func(Leaf) error) error {
	ask := Range{From: from, Until: until, Limit: pageMost}
	for {
		page, err := s.Recorded(ctx, tx, ask)
		if err != nil {
			return err
		}
		for _, one := range page {
			if err := fn(one); err != nil {
				return err
			}
		}
		if len(page) < pageMost {
			return nil
		}
		ask.From, ask.After = page[len(page)-1].RecordedAt, page[len(page)-1].ID
	}
}

// lost looks for postings that were not where their leaf has them: gone, or moved
// to another moment.
func (s *Service) lost(ctx context.Context, tx *db.Tx, w *walk) error {
	for _, which := range slices.SortedFunc(maps.Keys(w.leaves), func(a, b id.Posting) int { return cmp.Compare(w.leaves[a], w.leaves[b]) }) {
		n := w.leaves[which]
		p, err := s.Find(ctx, tx, which)
		switch f := fault.Of(err); {
		case f != nil && f.Kind == fault.NotFound:
			w.say(which, gone(n))
		case err != nil:
			return err
		default:
			w.moved(p.ID)
			before := len(w.wrong)
			if err := w.compare(p, n); err != nil {
				return err
			}
			if len(w.wrong) == before { // The posting is whole, so the row that tells its chunk's moment is not.
				w.say(which, lang.Sayf("叶 %d：日志中的时刻已损坏", "leaf %d: the moment that the log tells is damaged", n))
			}
		}
	}
	return nil
}
