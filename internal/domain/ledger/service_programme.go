package ledger

import (
	"context"
	"fmt"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Where the programme accounts are read from. Postings never change, so the sums
// of a local day that is over are final: every night keeps those of the days
// since the last, and a report adds what was recorded after them, a day or two,
// from the postings themselves. So it is exact at every moment, reads little, and
// costs a sale nothing. Should a posting be recorded in a day that is closed
// (history that is loaded, a clock that was set back), then the count of postings
// no longer is Σ of the accounts' numbers: the report adds up all postings
// instead, and the night begins anew.
const (
	closedAfter   = time.Hour // how long after its end a day is closed
	daysAtOnce    = 14        // how many days one transaction closes
	programmeMost = 120       // months
)

// CloseDays is the job that keeps the sums of days that are over.
type CloseDays struct {
	Period string `json:"period"`
	Part   int    `json:"part"`
	Again  bool   `json:"again"` // the sums did not tie and were made anew
}

// Kind names the job on disk.
func (CloseDays) Kind() string { return "ledger.close_days" }

// Subscribe tells the queue what the book handles, and asks for the sums of the
// day before on every local day.
func (s *Service) Subscribe() {
	job.Handle(s.Jobs, s.closeDays)
	s.Jobs.Periodic("ledger.close_days", job.Daily(1, 30), func(period string) job.Args { return CloseDays{Period: period} })
}

func (s *Service) closeDays(ctx context.Context, tx *db.Tx, c CloseDays) error {
	more, err := s.closeSome(ctx, tx)
	if err != nil {
		return err
	}
	if !more && !c.Again {
		if more, err = s.reopen(ctx, tx); err != nil {
			return err
		}
		c.Again = more
	}
	if !more {
		return nil
	}
	c.Part++
	return s.Jobs.Enqueue(ctx, tx, 0, fmt.Sprintf("%s+%d", c.Period, c.Part), time.Time{}, c)
}

// closeSome keeps the sums of some days; more is true when others are left.
func (s *Service) closeSome(ctx context.Context, tx *db.Tx) (more bool, err error) {
	zone, err := s.Zone(ctx, tx)
	if err != nil {
		return false, err
	}
	c, err := s.closedBy(ctx, tx, zone)
	if err != nil {
		return false, err
	}
	last := day.Of(tx.Now().Add(-closedAfter), zone).AddDays(-1)
	for range daysAtOnce {
		first, err := firstRecorded(ctx, tx, c.next(zone))
		if err != nil {
			return false, fmt.Errorf("find the next day to close: %w", err)
		}
		d := day.Of(first.Time(), zone)
		if first == 0 || d > last {
			c.day = last
			return false, saveClosed(ctx, tx, c)
		}
		sums, err := sumRecorded(ctx, tx, At(d.Start(zone)), At(d.End(zone)))
		if err != nil {
			return false, fmt.Errorf("add up %s: %w", d, err)
		}
		if err := insertDay(ctx, tx, d, sums); err != nil {
			return false, fmt.Errorf("keep the sums of %s: %w", d, err)
		}
		c.day = d
	}
	return true, saveClosed(ctx, tx, c)
}

// closedBy is what is closed by the days of a time zone. Days of another zone are
// forgotten.
func (s *Service) closedBy(ctx context.Context, tx *db.Tx, zone *time.Location) (closed, error) {
	c, err := findClosed(ctx, tx)
	if err != nil {
		return closed{}, fmt.Errorf("find which days are closed: %w", err)
	}
	if c.zone == zone.String() {
		return c, nil
	}
	return closed{zone: zone.String()}, deleteDays(ctx, tx)
}

// next is the moment at which the first open day begins.
func (c closed) next(zone *time.Location) Moment {
	if c.day == 0 {
		return 0
	}
	return At(c.day.End(zone))
}

// reopen forgets the sums of all days when those of an asset do not tie; again is
// true then.
func (s *Service) reopen(ctx context.Context, tx *db.Tx) (again bool, err error) {
	zone, err := s.Zone(ctx, tx)
	if err != nil {
		return false, err
	}
	assets, err := s.Assets(ctx, tx)
	if err != nil {
		return false, err
	}
	for asset := range assets {
		all, err := s.kept(ctx, tx, asset, zone)
		if err != nil {
			return false, err
		}
		to, err := sumAccounts(ctx, tx, asset)
		if err != nil {
			return false, fmt.Errorf("add up the accounts of %s: %w", asset, err)
		}
		if !all.ties(to) {
			return true, deleteDays(ctx, tx)
		}
	}
	return false, nil
}

// kept is the flows of an asset: of closed days what was kept of them, of the
// others the postings.
func (s *Service) kept(ctx context.Context, tx *db.Tx, asset Asset, zone *time.Location) (flows, error) {
	c, err := findClosed(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("find which days are closed: %w", err)
	}
	all := flows{}
	if c.zone != zone.String() {
		c = closed{}
	} else if all, err = sumMonths(ctx, tx, asset); err != nil {
		return nil, fmt.Errorf("read the sums of %s: %w", asset, err)
	}
	return all, s.addRecorded(ctx, tx, all, asset, c.next(zone), zone)
}

// addRecorded adds the postings recorded from a moment on, month by month.
func (s *Service) addRecorded(ctx context.Context, tx *db.Tx, all flows, asset Asset, from Moment, zone *time.Location) error {
	for {
		first, err := firstRecorded(ctx, tx, from)
		if err != nil {
			return fmt.Errorf("find the first posting: %w", err)
		}
		if first == 0 {
			return nil
		}
		month := MonthOf(first.Time(), zone)
		from = At(month.End(zone))
		sums, err := sumRecorded(ctx, tx, first, from)
		if err != nil {
			return fmt.Errorf("add up %s: %w", month, err)
		}
		for _, one := range sums {
			if one.asset == asset {
				all.add(month, one.Flow)
			}
		}
	}
}

// flows is what passed between members and the programme accounts of an asset,
// with the accounts it must tie to.
func (s *Service) flows(ctx context.Context, tx *db.Tx, asset Asset, zone *time.Location) (flows, tied, error) {
	to, err := sumAccounts(ctx, tx, asset)
	if err != nil {
		return nil, tied{}, fmt.Errorf("add up the accounts of %s: %w", asset, err)
	}
	all, err := s.kept(ctx, tx, asset, zone)
	if err != nil || all.ties(to) {
		return all, to, err
	}
	all = flows{}
	return all, to, s.addRecorded(ctx, tx, all, asset, 0, zone)
}

// Programme is the other side of every account of an asset, by month.
func (s *Service) Programme(ctx context.Context, caller permit.Caller, asset Asset, from, to string) (p Programme, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		definition, err := s.definition(ctx, tx, asset)
		if err != nil {
			return err
		}
		zone, err := s.Zone(ctx, tx)
		if err != nil {
			return err
		}
		now := MonthOf(tx.Now(), zone)
		if from == "" && to == "" {
			from = now.Back(11).String()
		}
		period, err := ParsePeriod("", from, to, now, programmeMost)
		if err != nil {
			return err
		}
		all, held, err := s.flows(ctx, tx, asset, zone)
		if err != nil {
			return err
		}
		p = all.programme(period, held)
		p.Definition = definition
		return nil
	})
	return p, err
}
