package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
)

// Expiry says how the night is measured in which many lots expire.
type Expiry struct {
	Database string // a PostgreSQL server; "" = SQLite alone
	NoSQLite bool
	Members  int // each with one open lot
	Expiring int // of how many it expires
	Rounds   int
	Log      io.Writer
}

// Run measures, on each engine, how long it takes to write the expiries down, and
// its longest transaction.
func (b Expiry) Run(ctx context.Context) (*Report, error) {
	engines := Ledger{Database: b.Database, NoSQLite: b.NoSQLite}.engines()
	report := &Report{Facts: map[string]float64{}}
	for _, engine := range engines {
		var all, longest []float64
		for range b.Rounds {
			took, most, err := b.round(ctx, engine)
			if err != nil {
				return report, fmt.Errorf("%s: %w", engine, err)
			}
			all, longest = append(all, took.Seconds()), append(longest, most.Seconds())
			say(b.Log, "%s: %.2f s, longest transaction %.3f s", engine, took.Seconds(), most.Seconds())
		}
		report.Facts[engine+": expiry, seconds (median)"] = spread(all).Median
		report.Facts[engine+": longest transaction, seconds (worst)"] = spread(longest).Max
	}
	return report, nil
}

func (b Expiry) round(ctx context.Context, engine string) (took, longest time.Duration, err error) {
	data, err := os.MkdirTemp("", "huiji-bench-")
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	url := ""
	if engine == "postgres" {
		var drop func() error
		if url, drop, err = database(ctx, b.Database, "huiji_bench"); err != nil {
			return 0, 0, err
		}
		defer func() { err = errors.Join(err, drop()) }()
	}
	s, _, err := found(ctx, data, url)
	if err != nil {
		return 0, 0, err
	}
	k, err := openBook(ctx, s)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, k.DB.Close()) }()
	now := time.Now()
	every := max(1, b.Members/max(1, b.Expiring))
	say(b.Log, "%s: seeding %d members …", engine, b.Members)
	err = k.seed(ctx, b.Members, clock.NewManual(now.AddDate(0, 0, -2)), func(n int) time.Time {
		if n%every == 0 && n/every < b.Expiring {
			return now.AddDate(0, 0, -1)
		}
		return now.AddDate(1, 0, n%28)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("seed: %w", err)
	}
	if err := settle(ctx, url); err != nil {
		return 0, 0, err
	}
	return b.night(ctx, k)
}

// night writes down what has expired, part after part, as the nightly job does.
func (b Expiry) night(ctx context.Context, k *book) (took, longest time.Duration, err error) {
	began := time.Now()
	for from, more := id.Bucket(0), true; more; {
		part := time.Now()
		var next id.Bucket
		err := k.DB.Write(ctx, k.merchant, func(ctx context.Context, tx *db.Tx) (err error) {
			next, more, err = k.Night.Part(ctx, tx, from)
			return err
		})
		if err != nil {
			return 0, 0, err
		}
		from, longest = next, max(longest, time.Since(part))
	}
	took = time.Since(began)
	_, err = k.audit(ctx, k.members[0].Bucket(), (k.members[0].Bucket()+1)%id.Buckets)
	return took, longest, err
}
