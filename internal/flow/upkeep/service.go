package upkeep

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/domain/merchant"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
)

// Service shows and mends the work in the background.
type Service struct {
	DB        *db.DB
	Jobs      *job.Queue
	Merchants *merchant.Service
}

// Seen is how the jobs stand, with a page of the dead letters.
type Seen struct {
	Overview
	Letters page.Page[Letter]
	Zone    *time.Location
}

// Look says how the caller's jobs stand and lists dead letters, newest first: of
// one kind, or of every kind when kind is empty.
func (s *Service) Look(ctx context.Context, c permit.Caller, kind string, want page.Want) (seen Seen, err error) {
	var behind place
	if _, err := want.After(&behind); err != nil {
		return seen, err
	}
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if seen.Zone, err = s.Merchants.Zone(ctx, tx); err != nil {
			return err
		}
		if seen.Overview, err = s.overview(ctx, tx); err != nil {
			return err
		}
		found, err := s.Jobs.Failures(ctx, tx, kind, job.Letter{ID: behind.ID, CreatedAt: db.Time(behind.At)}, want.Size()+1)
		if err != nil {
			return fmt.Errorf("list dead letters: %w", err)
		}
		seen.Letters, err = shown(tx.Merchant(), found, want.Size())
		return err
	})
	return seen, err
}

func (s *Service) overview(ctx context.Context, tx *db.Tx) (o Overview, err error) {
	sight, err := s.Jobs.Look(ctx, tx)
	if err != nil {
		return o, fmt.Errorf("look at the jobs: %w", err)
	}
	o = Overview{Waiting: sight.Waiting, Retrying: sight.Retrying, Running: sight.Running, Dead: sight.DeadLetters()}
	if !sight.DueSince.IsZero() {
		o.DueFor = tx.Now().Sub(sight.DueSince)
	}
	for _, kind := range slices.Sorted(maps.Keys(sight.Dead)) {
		o.Kinds = append(o.Kinds, Kind{Kind: kind, Dead: sight.Dead[kind]})
	}
	return o, nil
}

func shown(of id.Merchant, found []job.Failure, size int) (page.Page[Letter], error) {
	cut, err := page.Cut(found, size, func(f job.Failure) any { return place{At: db.Millis(f.CreatedAt), ID: f.ID} })
	letters := page.Page[Letter]{Next: cut.Next}
	for _, f := range cut.Items {
		letters.Items = append(letters.Items, Letter{
			ID: nameOf(of, f.Bucket, f.CreatedAt, f.ID), Kind: f.Kind, Attempts: f.Attempts, Error: Clean(f.LastError),
			CreatedAt: f.CreatedAt, FailedAt: f.FailedAt,
		})
	}
	return letters, err
}

// Replay makes one dead letter ready again, once a key.
func (s *Service) Replay(ctx context.Context, c permit.Caller, key once.Key, name string) (done Replayed, err error) {
	err = s.keyed(ctx, c, key, &done, func(ctx context.Context, tx *db.Tx) error {
		f, err := s.find(ctx, tx, name)
		if err != nil {
			return err
		}
		there, err := s.Jobs.Replay(ctx, tx, f.Bucket, f.ID)
		if err != nil {
			return fmt.Errorf("replay %s: %w", name, err)
		}
		if !there {
			return errNotFound
		}
		d := deed.By(c, "job.replay", name)
		d.Label, d.Before = f.Kind, map[string]any{"attempts": f.Attempts}
		done.Replayed = 1
		return s.told(ctx, tx, d, f.Kind, &done)
	})
	return done, err
}

// find is the dead letter that people call by this name.
func (s *Service) find(ctx context.Context, tx *db.Tx, name string) (job.Failure, error) {
	bucket, _ := id.BucketOf(name)
	made, ok := id.MomentOf(name)
	if !ok || !id.Is(id.OfJob, name) {
		return job.Failure{}, errNotFound
	}
	found, err := s.Jobs.FailuresAt(ctx, tx, bucket, made)
	if err != nil {
		return job.Failure{}, fmt.Errorf("find %s: %w", name, err)
	}
	for _, f := range found {
		if nameOf(tx.Merchant(), f.Bucket, f.CreatedAt, f.ID) == name {
			return f, nil
		}
	}
	return job.Failure{}, errNotFound
}

// ReplayAll makes up to ReplayMax dead letters of one kind, or of every kind when
// kind is empty, ready again, once a key. None at all is no error.
func (s *Service) ReplayAll(ctx context.Context, c permit.Caller, key once.Key, kind string) (done Replayed, err error) {
	err = s.keyed(ctx, c, key, &done, func(ctx context.Context, tx *db.Tx) error {
		found, err := s.Jobs.Failures(ctx, tx, kind, job.Letter{}, ReplayMax)
		if err != nil {
			return fmt.Errorf("list dead letters: %w", err)
		}
		for _, f := range found {
			there, err := s.Jobs.Replay(ctx, tx, f.Bucket, f.ID)
			if err != nil {
				return fmt.Errorf("replay a dead letter: %w", err)
			}
			if there {
				done.Replayed++
			}
		}
		if done.Replayed == 0 {
			return nil
		}
		d := deed.By(c, "job.replay", kind)
		d.Label, d.After = kind, map[string]any{"jobs": done.Replayed}
		return s.told(ctx, tx, d, kind, &done)
	})
	return done, err
}

// keyed runs fn in one transaction, once a key, with done empty at its start.
func (s *Service) keyed(ctx context.Context, c permit.Caller, key once.Key, done *Replayed, fn db.Func) error {
	return s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		*done = Replayed{}
		again, err := once.Begin(ctx, tx, key, done)
		if err != nil || again {
			return err
		}
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return once.Keep(ctx, tx, key, *done)
	})
}

// told leaves the line in the audit log and counts what is left.
func (s *Service) told(ctx context.Context, tx *db.Tx, d deed.Deed, kind string, done *Replayed) error {
	if err := s.Jobs.Emit(ctx, tx, 0, tx.NewID(id.OfAudit, 0), d); err != nil {
		return err
	}
	sight, err := s.Jobs.Look(ctx, tx)
	if done.Left = sight.Dead[kind]; kind == "" {
		done.Left = sight.DeadLetters()
	}
	return err
}
