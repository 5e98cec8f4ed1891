package proof

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/vault"
)

// Service keeps the log. What it must know of the book it asks through functions.
type Service struct {
	DB    *db.DB
	Jobs  *job.Queue
	Vault *vault.Keyring
	// Recorded reads postings of all members in the order in which they were recorded.
	Recorded func(ctx context.Context, tx *db.Tx, r Range) ([]Leaf, error)
	// Find reads one posting; a fault of the kind NotFound when it is not there.
	Find func(ctx context.Context, tx *db.Tx, which id.Posting) (Leaf, error)
	// Demo are the members that came with demo data.
	Demo func(ctx context.Context, tx *db.Tx) (map[id.Member]bool, error)
	// Zone is the merchant's time zone.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)

	mu     sync.Mutex
	passed map[id.Merchant]passed
}

// passed is how far the postings behind the last leaf were read and found to be
// of demo data, so that they are not read again each time. It may be lost.
type passed struct{ last, at Range }

// Subscribe tells the queue what the log handles: it grows every five minutes, is
// signed once a day and checked once a day.
func (s *Service) Subscribe() {
	job.HandleOutside(s.Jobs, s.seal)
	job.HandleOutside(s.Jobs, s.sign)
	job.HandleOutside(s.Jobs, s.look)
	s.Jobs.Periodic("proof.seal", fiveMinutes, func(period string) job.Args { return Seal{Slot: period} })
	s.Jobs.Periodic("proof.sign", job.Daily(0, 20), func(period string) job.Args { return Sign{Day: period} })
	s.Jobs.Periodic("proof.look", job.Daily(3, 20), func(period string) job.Args { return Look{Day: period} })
}

func fiveMinutes(now time.Time, _ *time.Location) (string, bool) {
	return now.UTC().Truncate(5 * time.Minute).Format("2006-01-02T15:04"), true
}

// seal appends what is ripe and, when that is much, asks for another job to go on.
// The first leaves of a log are signed at once, so that there is a checkpoint.
func (s *Service) seal(ctx context.Context, merchant id.Merchant, _ string, args Seal) error {
	more := true
	var err error
	for n := 0; n < chunksMost && more; n++ {
		if more, err = s.Append(ctx, merchant); err != nil {
			return err
		}
	}
	signed := false
	err = s.DB.Read(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
		signed, err = hasCheckpoint(ctx, tx)
		return err
	})
	if err == nil && !signed {
		_, err = s.Checkpoint(ctx, merchant)
	}
	if err != nil || !more {
		return err
	}
	return s.DB.Write(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
		args.Part++
		return s.Jobs.Enqueue(ctx, tx, 0, fmt.Sprintf("%s+%d", args.Slot, args.Part), time.Time{}, args)
	})
}

// errRaced says that somebody else appended in between.
var errRaced = errors.New("the log grew in between")

// Append appends one chunk of postings that are ripe and says whether there are
// more. It reads and hashes beside the books and holds the log for a few rows.
func (s *Service) Append(ctx context.Context, merchant id.Merchant) (more bool, err error) {
	var size int64
	var ripened []Leaf
	err = s.DB.Read(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
		size, ripened, err = s.gather(ctx, tx)
		return err
	})
	if err != nil || len(ripened) == 0 {
		return false, err
	}
	err = s.DB.Write(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
		return s.append(ctx, tx, size, ripened[len(ripened)-1].RecordedAt, ripened)
	})
	if errors.Is(err, errRaced) {
		return false, nil
	}
	return err == nil && len(ripened) == chunkMost, err
}

// gather reads the next chunk's postings and the size of the log they follow.
func (s *Service) gather(ctx context.Context, tx *db.Tx) (size int64, ripened []Leaf, err error) {
	if size, err = findSize(ctx, tx); err != nil {
		return 0, nil, err
	}
	last, err := chunkBefore(ctx, tx, size)
	if err != nil {
		return 0, nil, fmt.Errorf("read the end of the log: %w", err)
	}
	ask := Range{From: last.toAt, Until: db.Millis(tx.Now().Add(-ripe)), Limit: chunkMost}
	if len(last.roll) > 0 {
		ask.After = last.roll[len(last.roll)-1]
	}
	behind := Range{From: ask.From, After: ask.After}
	at := s.resume(tx.Merchant(), behind)
	ask.From, ask.After = at.From, at.After
	for len(ripened) < chunkMost {
		ask.Limit = chunkMost - len(ripened)
		read, err := s.Recorded(ctx, tx, ask)
		if err != nil {
			return 0, nil, err
		}
		kept, err := s.real(ctx, tx, read)
		if err != nil {
			return 0, nil, err
		}
		ripened = append(ripened, kept...)
		if n := len(read); n > 0 {
			ask.From, ask.After = read[n-1].RecordedAt, read[n-1].ID
		}
		if len(read) < ask.Limit {
			break
		}
	}
	if len(ripened) == 0 {
		s.remember(tx.Merchant(), passed{behind, Range{From: ask.From, After: ask.After}})
	}
	return size, ripened, nil
}

// resume is where to go on reading behind the last leaf.
func (s *Service) resume(merchant id.Merchant, last Range) Range {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.passed[merchant]; ok && p.last == last {
		return p.at
	}
	return last
}

func (s *Service) remember(merchant id.Merchant, p passed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.passed == nil {
		s.passed = map[id.Merchant]passed{}
	}
	s.passed[merchant] = p
}

// real leaves out what came with demo data.
func (s *Service) real(ctx context.Context, tx *db.Tx, all []Leaf) (kept []Leaf, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	demo, err := s.Demo(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("find the demo data: %w", err)
	}
	for _, one := range all {
		if !demo[one.Holder] {
			kept = append(kept, one)
		}
	}
	return kept, nil
}

// append appends leaves to a log of this size: the tiles, the roll and the size
// are one transaction. ToAt is 0 for postings that were found late.
func (s *Service) append(ctx context.Context, tx *db.Tx, size, toAt int64, leaves []Leaf) error {
	held, err := holdLog(ctx, tx)
	if err != nil {
		return fmt.Errorf("hold the log: %w", err)
	}
	if held != size {
		return errRaced
	}
	e, err := edgeOf(size, tilesOf(ctx, tx))
	if err != nil {
		return fmt.Errorf("read the log's edge: %w", err)
	}
	c := chunk{first: size, toAt: toAt}
	var changed []tile
	for _, one := range leaves {
		c.roll = append(c.roll, one.ID)
		changed = append(changed, e.add(tlog.RecordHash(one.Data))...)
	}
	above := 0 // the highest level that got a hash
	for _, full := range changed {
		above = max(above, full.level+1)
	}
	for _, open := range e.open() {
		if open.level <= above {
			changed = append(changed, open)
		}
	}
	if err := saveTiles(ctx, tx, changed); err != nil {
		return fmt.Errorf("write %d tiles: %w", len(changed), err)
	}
	if err := insertChunk(ctx, tx, c); err != nil {
		return fmt.Errorf("write the roll of leaf %d: %w", c.first, err)
	}
	return saveSize(ctx, tx, e.size)
}
