package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"huiji/internal/app"
	"huiji/internal/core/id"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
)

// seedAtOnce is how many members one transaction makes.
const seedAtOnce = 2000

// benchPoints is what every member has to begin with: nobody runs out.
const benchPoints = 10_000_000

// book is the place that is measured, opened beside the server: to fill it
// quickly, and to look at it.
type book struct {
	*app.App
	merchant id.Merchant
	members  []id.Member
}

func openBook(ctx context.Context, s *server) (*book, error) {
	a, err := app.Open(ctx, app.Place{Data: s.data, Database: s.database}, "bench", slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	b := &book{App: a}
	err = a.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		all, err := a.Merchants.All(ctx, tx)
		if err == nil && len(all) == 1 {
			b.merchant = all[0].ID
		}
		return err
	})
	return b, err
}

// seed enrols members, each with one lot of points, by the verbs that an import
// uses, thousands in a transaction. Ends says when the lot of the n-th expires;
// the zero time = never.
func (b *book) seed(ctx context.Context, members int, now clock.Clock, ends func(n int) time.Time) error {
	b.members = make([]id.Member, members)
	workers := 1
	if b.DB.Engine() == "postgres" {
		workers = 2
	}
	parts := make(chan int, workers)
	errs := make([]error, workers)
	var working sync.WaitGroup
	for worker := range workers {
		working.Go(func() {
			for from := range parts {
				if errs[worker] == nil {
					errs[worker] = b.seedPart(ctx, from, min(from+seedAtOnce, members), now, ends)
				}
			}
		})
	}
	for from := 0; from < members; from += seedAtOnce {
		parts <- from
	}
	close(parts)
	working.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := b.Jobs.Drain(ctx); err != nil {
		return err
	}
	return b.DB.Analyze(ctx)
}

func (b *book) seedPart(ctx context.Context, from, to int, now clock.Clock, ends func(n int) time.Time) error {
	return b.DB.WithClock(now).Write(ctx, b.merchant, func(ctx context.Context, tx *db.Tx) error {
		drafts := make([]member.Draft, 0, to-from)
		for n := from; n < to; n++ {
			drafts = append(drafts, member.Draft{ExternalID: fmt.Sprintf("bench-%d", n), Source: "bench", At: "bench"})
		}
		made, err := b.Members.Enrol(ctx, tx, drafts)
		if err != nil {
			return fmt.Errorf("enrol: %w", err)
		}
		ops := make([]ledger.Op, len(made))
		for i, m := range made {
			b.members[from+i] = m.ID
			ops[i] = ledger.Op{
				Kind: ledger.Opening, Holder: m.ID, Amount: benchPoints, Cause: fmt.Sprintf("bench:%d", from+i), Actor: "bench",
				Reason: "bench", ExpiresAt: ends(from + i),
			}
		}
		_, err = b.Book.Book(ctx, tx, ops)
		return err
	})
}

// settle makes the database as calm as one that has been filled long ago.
func settle(ctx context.Context, url string) error {
	if url == "" {
		return nil
	}
	admin, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close(ctx) }()
	for _, statement := range []string{"VACUUM (FREEZE, ANALYZE)", "CHECKPOINT"} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// audit checks every law on some buckets and says how many accounts they hold.
func (b *book) audit(ctx context.Context, buckets ...id.Bucket) (accounts int, err error) {
	err = b.DB.Read(ctx, b.merchant, func(ctx context.Context, tx *db.Tx) error {
		for _, bucket := range buckets {
			c, err := b.Book.Audit(ctx, tx, bucket)
			if err != nil {
				return err
			}
			for _, breach := range c.Breaches {
				return fmt.Errorf("%s %s: %s", breach.Holder, breach.Asset, breach.Text)
			}
			accounts += c.Accounts
		}
		return nil
	})
	return accounts, err
}
