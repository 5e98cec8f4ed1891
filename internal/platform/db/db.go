// Package db is the only place that knows which SQL engine runs. Everyone else
// writes the common subset of SQLite and PostgreSQL with $1 placeholders.
//
// On SQLite one goroutine writes, and transactions that wait together share one
// commit, each under its own savepoint. On PostgreSQL every transaction has its
// own connection, and statements whose answer nobody needs travel with the next
// one, so that a journey costs few round trips.
package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/platform/clock"
)

const attemptsMax = 10

// ErrNoRow is returned by One when nothing matches.
var ErrNoRow = errors.New("no row")

// errBusy says that the engine asked too often to try again.
var errBusy = &fault.Error{
	Kind: fault.Unavailable, Code: "database.busy", RetryAfter: time.Second,
	Text: fault.New(fault.Unavailable, "", "系统繁忙，请稍后重试", "the system is busy, try again shortly").Text,
}

// Func is what runs inside a transaction. It may run more than once, so it must
// touch nothing but the transaction and the variables it sets anew each time.
type Func func(ctx context.Context, tx *Tx) error

// DB hands out transactions. Nothing can be read or written outside of one.
type DB struct {
	*shared
	clock clock.Clock
}

// shared is what a database and its views with another clock have in common.
type shared struct {
	engine  engine
	mint    mint
	retries atomic.Int64
	wake    atomic.Pointer[func()]
}

// engine is one of the two databases.
type engine interface {
	name() string
	write(ctx context.Context, run func(ctx context.Context, s session) error) error
	read(ctx context.Context, run func(ctx context.Context, s session) error) error
	retryable(err error, attempt int) bool
	forUpdate() string
	skipLocked() string
	inserts(ctx context.Context, s session, prefix string, rows [][]any, suffix string) ([]statement, error)
	pieces(shape []column, rows [][]any) [][][]any
	keyed(shape []column, rows [][]any, query string, before int) (string, []any, error)
	analyze(ctx context.Context) error
	migrate(ctx context.Context, files migrations) (int64, error)
	version(ctx context.Context, files migrations) (have, want int64, err error)
	size(ctx context.Context) (int64, error)
	load() Load
	lanes() int
	close() error
}

// session is one open transaction on an engine.
type session interface {
	exec(ctx context.Context, query string, args []any) (int64, error)
	later(ctx context.Context, query string, args []any) error
	query(ctx context.Context, each func(Row) error, query string, args []any) error
}

// Row is what a scan function reads from.
type Row interface{ Scan(dest ...any) error }

// Open opens "postgres://…" or the path of an SQLite file, which is made when it
// is not there. It does not migrate.
func Open(ctx context.Context, url string, c clock.Clock) (*DB, error) {
	d := &DB{shared: &shared{}, clock: c}
	var err error
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		d.engine, err = openPostgres(ctx, url)
	} else {
		d.engine, err = openSQLite(ctx, url)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// WithClock is the same database with transactions that read another clock: for
// history that is made rather than lived, as demo data and simulations.
func (d *DB) WithClock(c clock.Clock) *DB { return &DB{shared: d.shared, clock: c} }

// NewID makes an id without a bucket before there is a transaction, as that of a
// merchant whose transaction it will be.
func (d *DB) NewID(prefix string) string {
	now := d.clock.Now()
	return id.New(prefix, 0, now, d.mint.next(now))
}

// Close waits for the transactions that run and closes the database. Closing
// again does nothing.
func (d *DB) Close() error { return d.engine.close() }

// Engine is "sqlite" or "postgres".
func (d *DB) Engine() string { return d.engine.name() }

// Clock is the clock that transactions read.
func (d *DB) Clock() clock.Clock { return d.clock }

// Lanes is how many grouped transactions at once make the engine busy and no
// more: while one waits for the disk, another is computed.
func (d *DB) Lanes() int { return d.engine.lanes() }

// Retries counts the transactions that the engine asked to repeat.
func (d *DB) Retries() int64 { return d.retries.Load() }

// Analyze refreshes what the engine knows of its tables, as after an import: a
// plan made for empty tables is slow on full ones.
func (d *DB) Analyze(ctx context.Context) error { return d.engine.analyze(ctx) }

// Size is how many bytes the database occupies.
func (d *DB) Size(ctx context.Context) (int64, error) { return d.engine.size(ctx) }

// OnWake sets what is called after a commit that asked for it, see Tx.Wake.
func (d *DB) OnWake(fn func()) { d.wake.Store(&fn) }

// Write runs fn in one transaction of the merchant and commits it; the zero
// merchant is the installation itself, as in signing in. When the engine asks
// for a retry, fn runs again from its start.
func (d *DB) Write(ctx context.Context, merchant id.Merchant, fn Func) error {
	return d.WriteThen(ctx, merchant, func() {}, fn)
}

// WriteThen is Write that calls handedOver when fn has run and only the engine
// has work left, as the commit is. It may be called again for a retry.
func (d *DB) WriteThen(ctx context.Context, merchant id.Merchant, handedOver func(), fn Func) error {
	var err error
	for attempt := range attemptsMax {
		if err := d.pause(ctx, attempt); err != nil {
			return err
		}
		woken := false
		err = d.engine.write(ctx, func(ctx context.Context, s session) error {
			tx := d.begin(merchant, s)
			err := fn(ctx, tx)
			if woken = tx.woken; err == nil {
				handedOver()
			}
			return err
		})
		if err == nil && woken {
			d.callWake()
		}
		if err == nil || !d.engine.retryable(err, attempt) {
			return err
		}
	}
	return fmt.Errorf("%w after %d attempts: %w", errBusy, attemptsMax, err)
}

// Read runs fn in a read-only transaction of the merchant, which sees one moment.
func (d *DB) Read(ctx context.Context, merchant id.Merchant, fn Func) error {
	return d.engine.read(ctx, func(ctx context.Context, s session) error {
		return fn(ctx, d.begin(merchant, s))
	})
}

func (d *DB) begin(merchant id.Merchant, s session) *Tx {
	return &Tx{
		session: s, engine: d.engine, merchant: merchant, mint: &d.mint,
		now: d.clock.Now().UTC().Truncate(time.Millisecond),
	}
}

func (d *DB) callWake() {
	if fn := d.wake.Load(); fn != nil {
		(*fn)()
	}
}

// pause waits a little longer, and a little randomly, before every retry.
func (d *DB) pause(ctx context.Context, attempt int) error {
	if attempt == 0 {
		return nil
	}
	d.retries.Add(1)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(rand.Int64N(int64(2*time.Millisecond) << min(attempt, 6)))):
		return nil
	}
}
