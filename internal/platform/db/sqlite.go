package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/pressly/goose/v3/database"
	sqlite3 "modernc.org/sqlite"
)

// groupMax is how many waiting transactions share one commit.
const groupMax = 64

// SQLite's result codes that matter here.
const (
	sqliteBusy                     = 5
	sqliteUnique, sqlitePrimaryKey = 2067, 1555
	sqliteLocked                   = 6
	sqliteFull                     = 13
)

// sqlite is the embedded engine: one connection writes, several read.
type sqlite struct {
	path         string
	handle       *sql.DB // for the writer and for migrations
	readHandle   *sql.DB
	writer       *sqliteConn
	readers      chan *sqliteConn
	queue        chan *waiting
	done, closed chan struct{}
	closing      sync.Once
	shared       sharing
}

// waiting is one transaction in the queue of the writer.
type waiting struct {
	ctx    context.Context
	run    func(ctx context.Context, s session) error
	answer chan error
	err    error
	panics any
}

func openSQLite(ctx context.Context, path string) (engine, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	// FULL, because a power cut with NORMAL loses commits that were answered.
	const pragmas = "_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-65536)&_pragma=temp_store(MEMORY)&_pragma=journal_size_limit(67108864)"
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	handle, err := sql.Open("sqlite", file+"?_txlock=immediate&"+pragmas)
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	readHandle, err := sql.Open("sqlite", file+"?_pragma=query_only(ON)&"+pragmas)
	if err != nil {
		return nil, fmt.Errorf("open sqlite for reading: %w", err)
	}
	e := &sqlite{
		path: path, handle: handle, readHandle: readHandle,
		queue: make(chan *waiting, 4096), done: make(chan struct{}), closed: make(chan struct{}),
	}
	writer, err := handle.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to sqlite %s: %w", path, err)
	}
	e.writer = newSQLiteConn(writer)
	n := max(4, runtime.NumCPU())
	e.readers = make(chan *sqliteConn, n)
	for range n {
		conn, err := readHandle.Conn(ctx)
		if err != nil {
			return nil, fmt.Errorf("connect to sqlite for reading: %w", err)
		}
		e.readers <- newSQLiteConn(conn)
	}
	go e.work()
	return e, nil
}

// private makes the file readable by its owner alone before the engine does.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open database file: %w", err)
	}
	return f.Close()
}

func (e *sqlite) lanes() int { return 1 } // One writer.

func (e *sqlite) name() string       { return "sqlite" }
func (e *sqlite) forUpdate() string  { return "" } // One writer: already serial.
func (e *sqlite) skipLocked() string { return "" }

func (e *sqlite) analyze(ctx context.Context) error {
	return e.write(ctx, func(ctx context.Context, s session) error {
		_, err := s.exec(ctx, "ANALYZE", nil)
		return err
	})
}

func (e *sqlite) retryable(err error, attempt int) bool {
	var s *sqlite3.Error
	if !errors.As(err, &s) {
		return false
	}
	switch s.Code() {
	case sqliteUnique, sqlitePrimaryKey: // As on PostgreSQL: another look, once.
		return attempt == 0
	}
	return s.Code()&0xff == sqliteBusy || s.Code()&0xff == sqliteLocked
}

// write queues the transaction for the writer and waits for the commit it is in.
func (e *sqlite) write(ctx context.Context, run func(ctx context.Context, s session) error) error {
	w := &waiting{ctx: ctx, run: run, answer: make(chan error, 1)}
	select {
	case <-e.done:
		return errors.New("the database is closed")
	case <-ctx.Done():
		return ctx.Err()
	case e.queue <- w:
	}
	err := <-w.answer
	if w.panics != nil {
		panic(w.panics)
	}
	return err
}

// work is the one goroutine that writes.
func (e *sqlite) work() {
	defer close(e.closed)
	for {
		select {
		case w := <-e.queue:
			e.group(w)
		case <-e.done:
			return
		}
	}
}

// group runs the first transaction and those that wait behind it, and commits
// them together. Nobody is answered before the commit is on disk.
func (e *sqlite) group(first *waiting) {
	// A statement that is interrupted rolls the whole transaction back, and with
	// it the neighbours. So nothing here is interrupted by a caller who leaves.
	ctx := context.WithoutCancel(first.ctx)
	if _, err := e.writer.exec(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		first.answer <- fmt.Errorf("begin: %w", err)
		return
	}
	// The first needs no savepoint: when it fails, nothing else is there to keep.
	if !e.alone(ctx, first) {
		return
	}
	members := []*waiting{first}
	broken := error(nil)
	for w := e.next(1); w != nil && broken == nil; w = e.next(len(members)) {
		members = append(members, w)
		broken = e.one(w)
	}
	e.shared.count(len(members))
	if broken == nil {
		if _, err := e.writer.exec(ctx, "COMMIT", nil); err != nil {
			broken = fmt.Errorf("commit: %w", err)
		}
	}
	if broken != nil {
		// The engine may have rolled back by itself; then this reports an error
		// that says nothing new.
		_, _ = e.writer.exec(ctx, "ROLLBACK", nil)
	}
	for _, w := range members {
		if w.err == nil {
			w.err = broken
		}
		w.answer <- w.err
	}
}

// alone runs the first transaction of a group. When it fails it is rolled back
// and answered, and there is no group.
func (e *sqlite) alone(ctx context.Context, w *waiting) bool {
	if w.err = w.ctx.Err(); w.err == nil {
		w.err = e.guarded(ctx, w)
	}
	if w.err == nil {
		return true
	}
	if _, err := e.writer.exec(ctx, "ROLLBACK", nil); err != nil {
		w.err = errors.Join(w.err, fmt.Errorf("roll back: %w", err))
	}
	w.answer <- w.err
	return false
}

// next is another transaction that waits already, up to groupMax.
func (e *sqlite) next(have int) *waiting {
	if have >= groupMax {
		return nil
	}
	select {
	case w := <-e.queue:
		return w
	default:
		return nil
	}
}

// one runs a transaction under its own savepoint. Its own failure is kept in w;
// the error returned is one that breaks the whole group.
func (e *sqlite) one(w *waiting) error {
	if w.err = w.ctx.Err(); w.err != nil {
		return nil
	}
	ctx := context.WithoutCancel(w.ctx)
	if _, err := e.writer.exec(ctx, "SAVEPOINT member", nil); err != nil {
		w.err = err
		return err
	}
	w.err = e.guarded(ctx, w)
	undo := "RELEASE member"
	if w.err != nil {
		if _, err := e.writer.exec(ctx, "ROLLBACK TO member", nil); err != nil {
			return fmt.Errorf("roll back one of a group: %w", err)
		}
	}
	if _, err := e.writer.exec(ctx, undo, nil); err != nil {
		return fmt.Errorf("release one of a group: %w", err)
	}
	return nil
}

// guarded runs the caller's function and keeps its panic for the caller.
func (e *sqlite) guarded(ctx context.Context, w *waiting) (err error) {
	defer func() {
		if w.panics = recover(); w.panics != nil {
			err = fmt.Errorf("panic in a transaction: %v", w.panics)
		}
	}()
	return w.run(ctx, e.writer)
}

func (e *sqlite) read(ctx context.Context, run func(ctx context.Context, s session) error) error {
	var conn *sqliteConn
	select {
	case conn = <-e.readers:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.done:
		return errors.New("the database is closed")
	}
	defer func() { e.readers <- conn }()
	quiet := context.WithoutCancel(ctx)
	if _, err := conn.exec(quiet, "BEGIN", nil); err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	defer func() { _, _ = conn.exec(quiet, "ROLLBACK", nil) }() // Nothing was written.
	return run(ctx, conn)
}

func (e *sqlite) migrate(ctx context.Context, files migrations) (int64, error) {
	return migrateUp(ctx, database.DialectSQLite3, e.handle, files)
}

func (e *sqlite) version(ctx context.Context, files migrations) (have, want int64, err error) {
	return versions(ctx, database.DialectSQLite3, e.readHandle, files)
}

func (e *sqlite) size(context.Context) (int64, error) {
	var total int64
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(e.path + suffix)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return total, nil
}

func (e *sqlite) close() (err error) {
	e.closing.Do(func() {
		close(e.done)
		<-e.closed
		errs := []error{e.writer.close()}
		for range cap(e.readers) {
			errs = append(errs, (<-e.readers).close())
		}
		err = errors.Join(append(errs, e.handle.Close(), e.readHandle.Close())...)
	})
	return err
}

// stmtsMax is how many prepared statements a connection keeps before it starts
// over; the texts of the product are far fewer.
const stmtsMax = 600

// sqliteConn is one connection with its prepared statements.
type sqliteConn struct {
	conn  *sql.Conn
	stmts map[string]prepared
}

// prepared is a statement whose $n have become bare question marks, with the
// number of the argument that each of them stands for: the driver looks numbered
// ones up by name, one by one, which makes a row of many cost the square of its
// length.
type prepared struct {
	*sql.Stmt
	order []int // nil when it is 0, 1, 2 …
	count int
}

func newSQLiteConn(conn *sql.Conn) *sqliteConn {
	return &sqliteConn{conn: conn, stmts: map[string]prepared{}}
}

func (c *sqliteConn) prepare(ctx context.Context, query string) (prepared, error) {
	if stmt, ok := c.stmts[query]; ok {
		return stmt, nil
	}
	if len(c.stmts) >= stmtsMax {
		for text, stmt := range c.stmts {
			if err := stmt.Close(); err != nil {
				return prepared{}, err
			}
			delete(c.stmts, text)
		}
	}
	text, order := bare(query)
	stmt, err := c.conn.PrepareContext(ctx, text)
	if err != nil {
		return prepared{}, err
	}
	p := prepared{Stmt: stmt, order: order, count: len(order)}
	if inOrder(order) {
		p.order = nil
	}
	c.stmts[query] = p
	return p, nil
}

// bare replaces every $n by ? and tells which arguments they were, from 0.
// Quoted text holds no $n in the SQL of the program.
func bare(query string) (string, []int) {
	var b strings.Builder
	var order []int
	for i := 0; i < len(query); i++ {
		n, end := 0, i+1
		if query[i] == '$' {
			for end < len(query) && query[end] >= '0' && query[end] <= '9' {
				n = n*10 + int(query[end]-'0')
				end++
			}
		}
		if n == 0 {
			b.WriteByte(query[i])
			continue
		}
		b.WriteByte('?')
		order = append(order, n-1)
		i = end - 1
	}
	return b.String(), order
}

func inOrder(order []int) bool {
	for i, n := range order {
		if i != n {
			return false
		}
	}
	return true
}

// bind puts the arguments in the order of the question marks.
func (p prepared) bind(args []any) ([]any, error) {
	if p.order == nil {
		if len(args) != p.count {
			return nil, fmt.Errorf("%d arguments for %d placeholders", len(args), p.count)
		}
		return args, nil
	}
	out := make([]any, p.count)
	for i, n := range p.order {
		if n >= len(args) {
			return nil, fmt.Errorf("no argument for $%d", n+1)
		}
		out[i] = args[n]
	}
	return out, nil
}

func (c *sqliteConn) exec(ctx context.Context, query string, args []any) (int64, error) {
	stmt, err := c.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	if args, err = stmt.bind(args); err != nil {
		return 0, err
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, full(err)
	}
	return res.RowsAffected()
}

func (c *sqliteConn) later(ctx context.Context, query string, args []any) error {
	_, err := c.exec(ctx, query, args)
	return err
}

func (c *sqliteConn) query(ctx context.Context, each func(Row) error, query string, args []any) error {
	stmt, err := c.prepare(ctx, query)
	if err != nil {
		return err
	}
	if args, err = stmt.bind(args); err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := each(rows); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return rows.Close()
}

func (c *sqliteConn) close() error {
	var errs []error
	for _, stmt := range c.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, c.conn.Close())...)
}
