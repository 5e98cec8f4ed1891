package ledger_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/domain/ledger"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

// BenchmarkReports reads the reports of a merchant with a hundred thousand accounts
// and a million postings: nine that give and one that takes, a month apart.
func BenchmarkReports(b *testing.B) {
	const accounts, atOnce = 100_000, 10_000
	d := dbtest.New(b)
	s := &ledger.Service{DB: d, Jobs: job.New(d, slog.New(slog.DiscardHandler))}
	s.Zone = func(context.Context, *db.Tx) (*time.Location, error) { return shanghai, nil }
	s.Reports = ledger.Reports{
		Terms: func(context.Context, *db.Tx) (ledger.Terms, error) {
			return ledger.Terms{Zone: shanghai, Worth: ledger.Worth{Points: 100, Amount: 100}}, nil
		},
		Tiers: func(context.Context, *db.Tx, id.Bucket) (map[id.Member]string, error) { return nil, nil },
	}
	s.Subscribe()
	for month := range 10 {
		for from := 0; from < accounts; from += atOnce {
			ops := make([]ledger.Op, atOnce)
			for i := range ops {
				ops[i] = ledger.Op{
					Kind: ledger.Earn, Holder: member(from + i), Amount: 100, Cause: fmt.Sprint(month, ":", from+i), Origin: "base",
					ExpiresAt: dbtest.Start.AddDate(0, 24+month, 0),
				}
				if month == 9 {
					ops[i].Kind, ops[i].ExpiresAt = ledger.Redeem, time.Time{}
				}
			}
			benchWrite(b, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := s.Book(ctx, tx, ops)
				return err
			})
			dbtest.Clock(d).Advance(72 * time.Hour)
		}
	}
	programme := func(b *testing.B) {
		for b.Loop() {
			if p, err := s.Programme(context.Background(), caller(), ledger.Points, "", ""); err != nil || !p.Ties {
				b.Fatal(err, p.Ties)
			}
		}
	}
	owed := func(asOf string) func(b *testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Owed(context.Background(), caller(), ledger.Points, asOf); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("programme/open", programme)
	benchWrite(b, d, func(ctx context.Context, tx *db.Tx) error {
		return s.Jobs.Enqueue(ctx, tx, 0, "1", time.Time{}, ledger.CloseDays{Period: "1"})
	})
	if err := s.Jobs.Drain(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Run("programme/closed", programme)
	b.Run("liability/now", owed(""))
	b.Run("liability/past", owed(d.Clock().Now().AddDate(0, 0, -20).Format(time.RFC3339)))
}

func benchWrite(b *testing.B, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	b.Helper()
	if err := d.Write(context.Background(), dbtest.Merchant, fn); err != nil {
		b.Fatal(err)
	}
}
