package db

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"
)

// poolMax is how many connections a pool opens unless the URL says
// pool_max_conns.
const poolMax = 16

// writing is what the server is told on connections that write. Every write finds
// its rows by their keys; but a server that thinks a table small, because nobody
// has counted it yet, reads all of it instead and keeps that plan, and one that
// weighs the number of keys anew plans every statement anew. Neither may ever be
// of use there, and what is said is only a hint.
const writing = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan"

// postgres is the engine for more than one machine's worth of shop. Reports and
// lists have their own connections, on which the server plans as it likes.
type postgres struct {
	pool    *pgxpool.Pool // writes
	readers *pgxpool.Pool
	sharded bool     // Citus: rows of several buckets may lie on several machines
	shapes  sync.Map // the types of the columns of an insert, by its prefix
	texts   sync.Map // the text of a query on keys, by the query as it is written
	growth  growth
}

func openPostgres(ctx context.Context, url string) (engine, error) {
	e := &postgres{}
	var err error
	if e.readers, err = openPool(ctx, url, ""); err != nil {
		return nil, err
	}
	if e.pool, err = openPool(ctx, url, writing); err != nil {
		e.readers.Close()
		return nil, err
	}
	if err := e.pool.QueryRow(ctx, "SELECT COUNT(*) > 0 FROM pg_extension WHERE extname = 'citus'").Scan(&e.sharded); err != nil {
		return nil, errors.Join(fmt.Errorf("ask postgres for its extensions: %w", err), e.close())
	}
	return e, nil
}

// openPool opens connections that begin by saying hello, a list of settings.
func openPool(ctx context.Context, url, hello string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database url: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = poolMax
	}
	config.ConnConfig.StatementCacheCapacity = stmtsMax
	config.ConnConfig.RuntimeParams["application_name"] = "huiji"
	if hello != "" {
		config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, hello)
			return err
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach postgres: %w", err)
	}
	return pool, nil
}

// lanes: on two cores a second lane makes groups smaller and nothing quicker.
func (e *postgres) lanes() int { return min(max(1, runtime.GOMAXPROCS(0)/2), 8) }

func (e *postgres) name() string       { return "postgres" }
func (e *postgres) forUpdate() string  { return " FOR UPDATE" }
func (e *postgres) skipLocked() string { return " FOR UPDATE SKIP LOCKED" }

// retryable lists what PostgreSQL itself rolled back and asks to repeat, and a
// connection that broke before the commit was sent. A unique violation is a race
// that was lost: another look, once, finds what the winner wrote.
func (e *postgres) retryable(err error, attempt int) bool {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		switch p.Code {
		case "40001", "40P01", "55P03":
			return true
		case "23505":
			return attempt == 0
		}
		return false
	}
	return errors.Is(err, errBroken)
}

// errBroken marks a connection that was lost before anything could be committed.
var errBroken = errors.New("connection lost before the commit")

func (e *postgres) write(ctx context.Context, run func(ctx context.Context, s session) error) error {
	return e.transact(ctx, e.pool, "begin", true, run)
}

func (e *postgres) read(ctx context.Context, run func(ctx context.Context, s session) error) error {
	return e.transact(ctx, e.readers, "begin isolation level repeatable read read only", false, run)
}

func (e *postgres) transact(ctx context.Context, pool *pgxpool.Pool, begin string, write bool, run func(ctx context.Context, s session) error) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return away(fmt.Errorf("acquire a connection: %w", err))
	}
	defer conn.Release()
	s := &pgSession{conn: conn.Conn(), begin: begin}
	// A panic in run passes through here; the open transaction must not go back
	// into the pool.
	finished := false
	defer func() {
		if !finished {
			s.rollback(ctx)
		}
	}()
	err = run(ctx, s)
	if err == nil && write {
		err = s.commit(ctx)
		finished = err == nil
		if finished {
			e.count(ctx, s.inserted)
		}
		return away(err)
	}
	finished = true
	s.rollback(ctx)
	if lost(err) {
		return away(errors.Join(errBroken, err))
	}
	return away(err)
}

// lost tells a broken connection from an error of the statement.
func lost(err error) bool {
	var p *pgconn.PgError
	if err == nil || errors.As(err, &p) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var n net.Error
	return errors.As(err, &n) || pgconn.SafeToRetry(err)
}

func (e *postgres) migrate(ctx context.Context, files migrations) (int64, error) {
	handle := stdlib.OpenDBFromPool(e.pool)
	v, err := migrateUp(ctx, database.DialectPostgres, handle, files)
	return v, errors.Join(err, handle.Close())
}

func (e *postgres) version(ctx context.Context, files migrations) (have, want int64, err error) {
	handle := stdlib.OpenDBFromPool(e.pool)
	have, want, err = versions(ctx, database.DialectPostgres, handle, files)
	return have, want, errors.Join(err, handle.Close())
}

func (e *postgres) analyze(ctx context.Context) error {
	_, err := e.pool.Exec(ctx, "ANALYZE")
	return err
}

func (e *postgres) size(ctx context.Context) (n int64, err error) {
	err = e.pool.QueryRow(ctx, "SELECT pg_database_size(current_database())").Scan(&n)
	return n, err
}

func (e *postgres) close() error {
	e.pool.Close()
	e.readers.Close()
	return nil
}

// pgSession is one transaction. Statements queued with later travel in front of
// the next one, in the same round trip; so does the begin in front of the first.
type pgSession struct {
	conn    *pgx.Conn
	begin   string
	open    bool
	pending pgx.Batch

	inserted map[string]int64 // rows by table
}

// front is what has to travel before the next statement: the transaction's begin
// and everything pending.
func (s *pgSession) front() *pgx.Batch {
	batch := &pgx.Batch{}
	if !s.open {
		batch.Queue(s.begin)
		s.open = true
	}
	for _, q := range s.pending.QueuedQueries {
		batch.Queue(q.SQL, q.Arguments...)
	}
	s.pending = pgx.Batch{}
	return batch
}

// send sends query behind what has to travel before it, and checks the answers of
// that. The caller reads the answer of query and closes the results.
func (s *pgSession) send(ctx context.Context, query string, args []any) (pgx.BatchResults, error) {
	batch := s.front()
	before := batch.Len()
	batch.Queue(query, args...)
	results := s.conn.SendBatch(ctx, batch)
	for range before {
		if _, err := results.Exec(); err != nil {
			return nil, errors.Join(full(err), closed(results))
		}
	}
	return results, nil
}

// closed closes results after an error that is already reported; what Close
// says is the same error again.
func closed(results pgx.BatchResults) error {
	_ = results.Close()
	return nil
}

func (s *pgSession) exec(ctx context.Context, query string, args []any) (int64, error) {
	s.note(query, args)
	results, err := s.send(ctx, query, args)
	if err != nil {
		return 0, err
	}
	tag, err := results.Exec()
	if err != nil {
		return 0, errors.Join(full(err), closed(results))
	}
	return tag.RowsAffected(), results.Close()
}

func (s *pgSession) later(_ context.Context, query string, args []any) error {
	s.note(query, args)
	s.pending.Queue(query, args...)
	return nil
}

func (s *pgSession) query(ctx context.Context, each func(Row) error, query string, args []any) error {
	results, err := s.send(ctx, query, args)
	if err != nil {
		return err
	}
	rows, err := results.Query()
	if err != nil {
		return errors.Join(full(err), closed(results))
	}
	for rows.Next() {
		if err := each(rows); err != nil {
			rows.Close()
			return errors.Join(err, closed(results))
		}
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return errors.Join(full(err), closed(results))
	}
	return results.Close()
}

// commit sends what is pending and the commit together. A transaction that
// never sent anything has nothing to commit.
func (s *pgSession) commit(ctx context.Context) error {
	if !s.open && s.pending.Len() == 0 {
		return nil
	}
	results, err := s.send(ctx, "commit", nil)
	if err != nil {
		s.rollback(ctx)
		return err
	}
	tag, err := results.Exec()
	if err != nil {
		return errors.Join(full(err), closed(results))
	}
	if tag.String() == "ROLLBACK" {
		return errors.Join(errors.New("the transaction was rolled back instead of committed"), closed(results))
	}
	s.open = false
	return results.Close()
}

func (s *pgSession) rollback(ctx context.Context) {
	s.pending = pgx.Batch{}
	if !s.open {
		return
	}
	s.open = false
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	// A rollback that fails leaves a connection that the pool throws away.
	if _, err := s.conn.Exec(ctx, "rollback"); err != nil {
		_ = s.conn.Close(ctx)
	}
}
