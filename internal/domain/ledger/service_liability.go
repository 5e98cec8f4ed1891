package ledger

import (
	"context"
	"fmt"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// pastMost is how many postings a past liability is computed from while somebody
// waits for it.
const pastMost = 1_000_000

// Owed is the liability of an asset: now from the accounts, in the past from the
// postings recorded by then, judged by the clock of then. AsOf is a local day, the
// whole of it, or an instant; "" is now.
func (s *Service) Owed(ctx context.Context, caller permit.Caller, asset Asset, asOf string) (l Liability, u Usage, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		definition, err := s.definition(ctx, tx, asset)
		if err != nil {
			return err
		}
		terms, err := s.Reports.Terms(ctx, tx)
		if err != nil {
			return err
		}
		at, err := asOfMoment(asOf, terms.Zone, tx.Now())
		if err != nil {
			return err
		}
		sums := newLiability(definition, terms, at)
		if sums.Past = at < At(tx.Now()); sums.Past {
			err = s.owedThen(ctx, tx, asset, sums)
		} else {
			err = s.owedNow(ctx, tx, asset, sums)
		}
		if err != nil {
			return err
		}
		if l, err = sums.done(); err != nil {
			return err
		}
		all, _, err := s.flows(ctx, tx, asset, terms.Zone)
		u = all.usage()
		return err
	})
	return l, u, err
}

// asOfMoment reads the instant of a liability. A day counts until its last
// millisecond, in which what ends at midnight is still good; today is now.
func asOfMoment(asOf string, zone *time.Location, now time.Time) (Moment, error) {
	if asOf == "" {
		return At(now), nil
	}
	begins, err := instant(asOf, zone, false)
	if err != nil {
		return 0, fault.New(fault.Invalid, "request.invalid", "须为日期 YYYY-MM-DD，或带时区的 RFC 3339 时间", "must be a date YYYY-MM-DD or an RFC 3339 time with an offset").At("query.as_of", asOf)
	}
	if begins.After(now) {
		return 0, fault.New(fault.Invalid, "request.invalid", "as_of 须为过去的时刻", "as_of must be a past instant").At("query.as_of", asOf)
	}
	at := begins
	if ends, err := instant(asOf, zone, true); err == nil && ends.After(begins) {
		at = ends.Add(-time.Millisecond)
	}
	return min(At(at), At(now)), nil
}

func (s *Service) owedNow(ctx context.Context, tx *db.Tx, asset Asset, sums *liabilityOf) error {
	return s.eachBucket(ctx, tx, func(bucket id.Bucket, tier func(id.Member) string) error {
		return eachIn(ctx, tx, bucket, asset, func(a Account) error { return sums.add(a, tier) })
	})
}

// owedThen replays the postings of account after account.
func (s *Service) owedThen(ctx context.Context, tx *db.Tx, asset Asset, sums *liabilityOf) error {
	n, err := countRecorded(ctx, tx, sums.AsOf, pastMost+1)
	if err != nil {
		return fmt.Errorf("count the postings: %w", err)
	}
	if n > pastMost {
		return errTooMuchPast
	}
	return s.eachBucket(ctx, tx, func(bucket id.Bucket, tier func(id.Member) string) error {
		a := Account{Asset: asset}
		err := eachUntil(ctx, tx, bucket, asset, sums.AsOf, func(p Posting) error {
			if p.Holder != a.Holder {
				if err := sums.add(a, tier); err != nil {
					return err
				}
				a = Account{Holder: p.Holder, Asset: asset}
			}
			if err := a.follow(&p); err != nil {
				return fmt.Errorf("replay %s: %w", p.Holder, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return sums.add(a, tier)
	})
}

// eachBucket calls fn for every bucket, with the tiers of its members. No more
// than one bucket is in memory.
func (s *Service) eachBucket(ctx context.Context, tx *db.Tx, fn func(bucket id.Bucket, tier func(id.Member) string) error) error {
	for bucket := range id.Bucket(id.Buckets) {
		tiers, err := s.Reports.Tiers(ctx, tx, bucket)
		if err != nil {
			return fmt.Errorf("find the tiers of bucket %d: %w", bucket, err)
		}
		if err := fn(bucket, func(who id.Member) string { return tiers[who] }); err != nil {
			return fmt.Errorf("add bucket %d up: %w", bucket, err)
		}
	}
	return nil
}
