package db

import (
	"context"
	"strconv"
	"strings"
	"time"

	"huiji/internal/core/id"
)

// Tx is one transaction of one merchant. Its time stands still, so everything
// that happens together is stamped together.
type Tx struct {
	session  session
	engine   engine
	merchant id.Merchant
	mint     *mint
	now      time.Time
	woken    bool
}

// Now is the time at which the transaction began, in UTC, in whole milliseconds.
func (tx *Tx) Now() time.Time { return tx.now }

// Merchant is whose transaction it is.
func (tx *Tx) Merchant() id.Merchant { return tx.merchant }

// ForUpdate is the clause that holds the rows of a SELECT until the end of the
// transaction.
func (tx *Tx) ForUpdate() string { return tx.engine.forUpdate() }

// SkipLocked is ForUpdate that passes over rows somebody else holds, so that
// many workers can share one table.
func (tx *Tx) SkipLocked() string { return tx.engine.skipLocked() }

// In writes a list of n placeholders from $first on, as in "($3,$4,$5)".
func (tx *Tx) In(first, n int) string { return placeholders(first, n) }

// Wake asks that the database's waker is called once the transaction is
// committed.
func (tx *Tx) Wake() { tx.woken = true }

// NewID makes an id in a member's bucket.
func (tx *Tx) NewID(prefix string, bucket id.Bucket) string {
	return id.New(prefix, bucket, tx.now, tx.mint.next(tx.now))
}

// NewOwnID makes an id that founds its own bucket: a member, or the order of a
// walk-in.
func (tx *Tx) NewOwnID(prefix string) string {
	return id.NewOwn(prefix, tx.merchant, tx.now, tx.mint.next(tx.now))
}

// Entropy is 64 random bits, for numbers that need not be secret.
func (tx *Tx) Entropy() uint64 { return tx.mint.random() }

// Exec runs one statement and reports how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	return tx.session.exec(ctx, query, plain(args))
}

// Later books a write whose count nobody needs: it is sent together with the
// next statement, or with the commit. Its error surfaces there.
func (tx *Tx) Later(ctx context.Context, query string, args ...any) error {
	return tx.session.later(ctx, query, plain(args))
}

// Insert writes many rows in few statements and reports how many it touched.
// Prefix ends with VALUES; suffix is "" or an ON CONFLICT clause.
func (tx *Tx) Insert(ctx context.Context, prefix string, rows [][]any, suffix string) (int64, error) {
	all, err := tx.engine.inserts(ctx, tx.session, prefix, rows, suffix)
	if err != nil {
		return 0, err
	}
	var total int64
	for _, one := range all {
		n, err := tx.session.exec(ctx, one.query, one.args)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// InsertLater is Insert in the manner of Later.
func (tx *Tx) InsertLater(ctx context.Context, prefix string, rows [][]any, suffix string) error {
	all, err := tx.engine.inserts(ctx, tx.session, prefix, rows, suffix)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := tx.session.later(ctx, one.query, one.args); err != nil {
			return err
		}
	}
	return nil
}

// Each calls fn for every row of a query without holding them all in memory. fn
// may not use the transaction.
func (tx *Tx) Each(ctx context.Context, fn func(Row) error, query string, args ...any) error {
	return tx.session.query(ctx, fn, query, plain(args))
}

// All reads every row of a query.
func All[T any](ctx context.Context, tx *Tx, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	var all []T
	err := tx.Each(ctx, func(r Row) error {
		one, err := scan(r)
		if err != nil {
			return err
		}
		all = append(all, one)
		return nil
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return all, nil
}

// One reads the first row of a query, or ErrNoRow.
func One[T any](ctx context.Context, tx *Tx, scan func(Row) (T, error), query string, args ...any) (T, error) {
	var zero T
	all, err := All(ctx, tx, scan, query, args...)
	if err != nil {
		return zero, err
	}
	if len(all) == 0 {
		return zero, ErrNoRow
	}
	return all[0], nil
}

// Millis is how a time is stored: Unix milliseconds, 0 for the zero time.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Time is the reverse of Millis, in UTC.
func Time(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// plain makes an absent blob an empty one: columns are never NULL.
func plain(args []any) []any {
	for i, a := range args {
		if b, ok := a.([]byte); ok && b == nil {
			args[i] = []byte{}
		}
	}
	return args
}

func placeholders(first, n int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	b.WriteByte(')')
	return b.String()
}
