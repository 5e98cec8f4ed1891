package earning

import (
	"context"
	"fmt"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/deed"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Service keeps the merchant's earning rule.
type Service struct {
	DB   *db.DB
	Jobs *job.Queue
	// Zone is the merchant's time zone.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
}

// Begin gives a new merchant its first policy; a merchant who has one keeps it.
func (s *Service) Begin(ctx context.Context, tx *db.Tx, p Policy, by string) error {
	p.Version, p.EffectiveAt, p.SetBy = 1, tx.Now(), by
	if _, err := insertPolicy(ctx, tx, p); err != nil {
		return fmt.Errorf("set the first earning rule: %w", err)
	}
	return nil
}

// At is the policy in force at an instant; before the first version, the first.
func (s *Service) At(ctx context.Context, tx *db.Tx, at time.Time) (Policy, error) {
	p, err := selectAt(ctx, tx, at)
	if err != nil {
		return Policy{}, fmt.Errorf("find the earning rule: %w", err)
	}
	return p, nil
}

// Versions is the policies of the merchant, oldest first, for judging many
// orders of many times.
func (s *Service) Versions(ctx context.Context, tx *db.Tx) (Versions, error) {
	all, err := selectAll(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("find the earning rules: %w", err)
	}
	return all, nil
}

// Current is the policy in force now, with the merchant's time zone.
func (s *Service) Current(ctx context.Context, c permit.Caller) (p Policy, zone *time.Location, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		p, err = s.At(ctx, tx, tx.Now())
		return err
	})
	return p, zone, err
}

// History is every version, oldest first, with the merchant's time zone.
func (s *Service) History(ctx context.Context, c permit.Caller) (all Versions, zone *time.Location, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		all, err = s.Versions(ctx, tx)
		return err
	})
	return all, zone, err
}

// Set makes a new version that is in force from now on. Setting what is in force
// already changes nothing.
func (s *Service) Set(ctx context.Context, c permit.Caller, p Policy) (set Policy, zone *time.Location, err error) {
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		if err = p.Check(day.Of(tx.Now(), zone)); err != nil {
			return err
		}
		set, err = s.set(ctx, tx, c, p)
		return err
	})
	return set, zone, err
}

func (s *Service) set(ctx context.Context, tx *db.Tx, c permit.Caller, p Policy) (Policy, error) {
	all, err := s.Versions(ctx, tx)
	if err != nil {
		return Policy{}, err
	}
	var last Policy
	if len(all) > 0 {
		last = all[len(all)-1]
		if last.Same(p) {
			return last, nil
		}
	}
	p.Version, p.EffectiveAt, p.SetBy = last.Version+1, tx.Now(), c.ID
	if p.EffectiveAt.Before(last.EffectiveAt) {
		p.EffectiveAt = last.EffectiveAt // A clock that was set back must not reorder the versions.
	}
	done, err := insertPolicy(ctx, tx, p)
	if err != nil {
		return Policy{}, fmt.Errorf("set the earning rule: %w", err)
	}
	if !done {
		return Policy{}, errSetByTwo
	}
	d := deed.By(c, "setting.earning", "earning")
	d.Before, d.After = last.facts(), p.facts()
	return p, s.Jobs.Emit(ctx, tx, 0, fmt.Sprintf("setting.earning:%d", p.Version), d)
}

// facts is the policy as the audit log shows it.
func (p Policy) facts() map[string]any {
	if p.Version == 0 {
		return nil
	}
	return map[string]any{
		"version": p.Version, "points": int64(p.Points), "per_amount": int64(p.PerAmount), "rounding": string(p.Rounding),
		"validity": p.Validity, "pending_days": p.PendingDays, "categories": len(p.Categories), "excluded_skus": len(p.ExcludedSKUs),
	}
}
