// Package job keeps the work that must happen later in the same database as the
// data, so that a job exists if and only if its cause was committed. An event is
// nothing but one job per subscriber.
//
// A job is named by its kind and its cause, so the same cause enqueues once. An
// inside handler runs in the transaction that marks its job done; an outside
// handler, which talks to the world, holds a lease while it works. A job that
// fails is tried again later and later, and after the last attempt waits as a
// dead letter for a person to look at and replay.
package job

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Limits of a job's life.
const (
	AttemptsMax = 12
	leaseTime   = 2 * time.Minute
	keepDone    = 7 * 24 * time.Hour
	backoffMax  = time.Hour
)

// Args is the payload of a job or an event. Kind is stable for ever.
type Args interface{ Kind() string }

// handler runs one job. Inside handlers get a transaction, outside ones do not.
type handler struct {
	inside  func(ctx context.Context, tx *db.Tx, payload []byte) error
	outside func(ctx context.Context, merchant id.Merchant, jobID string, payload []byte) error
	// each runs many jobs of a kind at once, in one transaction; a subscriber's,
	// whose jobs are small.
	each func(ctx context.Context, tx *db.Tx, payloads [][]byte) error
}

// Queue knows every handler, every subscriber and every periodic job.
type Queue struct {
	db          *db.DB
	log         *slog.Logger
	handlers    map[string]handler
	subscribers map[string][]string // event kind → job kinds
	within      map[string][]func(ctx context.Context, tx *db.Tx, event Args) error
	periodic    []periodic
	merchants   func(ctx context.Context) ([]Merchant, error)
	nudge       chan struct{}
	direct      bool // nothing is kept for later
	stop        context.CancelFunc
	running     sync.WaitGroup
	ended       ended
}

// New returns an empty queue on the database.
func New(d *db.DB, log *slog.Logger) *Queue {
	return &Queue{
		db: d, log: log, handlers: map[string]handler{}, subscribers: map[string][]string{},
		nudge:     make(chan struct{}, 1),
		merchants: func(context.Context) ([]Merchant, error) { return nil, nil },
	}
}

// Direct returns a queue that keeps nothing: what is enqueued or told runs at
// once, in the transaction that asks for it, whenever it was to run. It is for
// history that is made rather than lived, and has no workers.
func Direct(d *db.DB, log *slog.Logger) *Queue {
	q := New(d, log)
	q.direct = true
	return q
}

// Handle registers fn for jobs of type A. It runs inside one transaction
// together with the mark that the job is done.
func Handle[A Args](q *Queue, fn func(context.Context, *db.Tx, A) error) {
	var zero A
	q.add(zero.Kind(), handler{inside: inside(fn)})
}

// HandleOutside registers fn for jobs of type A that talk to the world. It may
// run again after a crash, so jobID is the idempotency key at the far end.
func HandleOutside[A Args](q *Queue, fn func(ctx context.Context, merchant id.Merchant, jobID string, args A) error) {
	var zero A
	q.add(zero.Kind(), handler{outside: func(ctx context.Context, merchant id.Merchant, jobID string, payload []byte) error {
		args, err := decode[A](payload)
		if err != nil {
			return err
		}
		return fn(ctx, merchant, jobID, args)
	}})
}

// On registers fn as a subscriber called name of events of type E.
func On[E Args](q *Queue, name string, fn func(context.Context, *db.Tx, E) error) {
	OnEach(q, name, func(ctx context.Context, tx *db.Tx, events []E) error {
		for _, event := range events {
			if err := fn(ctx, tx, event); err != nil {
				return err
			}
		}
		return nil
	})
}

// OnEach is On for a subscriber that hears events which wait together as a list,
// in one transaction: for sums, which cost as much for many as for one.
func OnEach[E Args](q *Queue, name string, fn func(ctx context.Context, tx *db.Tx, events []E) error) {
	var zero E
	kind := zero.Kind() + ">" + name
	q.add(kind, handler{
		inside: inside(func(ctx context.Context, tx *db.Tx, event E) error { return fn(ctx, tx, []E{event}) }),
		each: func(ctx context.Context, tx *db.Tx, payloads [][]byte) error {
			events := make([]E, len(payloads))
			for i, payload := range payloads {
				var err error
				if events[i], err = decode[E](payload); err != nil {
					return err
				}
			}
			return fn(ctx, tx, events)
		},
	})
	q.subscribers[zero.Kind()] = append(q.subscribers[zero.Kind()], kind)
}

// Within registers fn as a subscriber that hears of events of type E in the very
// transaction that tells them: for what is a row beside its cause, as a line of
// the audit log. What costs more belongs into a job.
func Within[E Args](q *Queue, fn func(context.Context, *db.Tx, E) error) {
	var zero E
	if q.within == nil {
		q.within = map[string][]func(context.Context, *db.Tx, Args) error{}
	}
	q.within[zero.Kind()] = append(q.within[zero.Kind()], func(ctx context.Context, tx *db.Tx, event Args) error {
		return fn(ctx, tx, event.(E))
	})
}

// outsideKinds lists the kinds of jobs that talk to the world.
func (q *Queue) outsideKinds() (kinds []string) {
	for kind, h := range q.handlers {
		if h.outside != nil {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func (q *Queue) add(kind string, h handler) {
	if _, taken := q.handlers[kind]; taken {
		panic("job: two handlers for " + kind)
	}
	q.handlers[kind] = h
}

func inside[A any](fn func(context.Context, *db.Tx, A) error) func(context.Context, *db.Tx, []byte) error {
	return func(ctx context.Context, tx *db.Tx, payload []byte) error {
		args, err := decode[A](payload)
		if err != nil {
			return err
		}
		return fn(ctx, tx, args)
	}
}

func decode[A any](payload []byte) (args A, err error) {
	if err := json.Unmarshal(payload, &args); err != nil {
		return args, fmt.Errorf("decode payload: %w", err)
	}
	return args, nil
}

// Enqueue adds a job in the caller's transaction. The id names the cause: the
// same cause enqueues once. The zero runAt means at once.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, bucket id.Bucket, cause string, runAt time.Time, args Args) error {
	payload, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("encode job %s: %w", args.Kind(), err)
	}
	if q.direct {
		return q.runNow(ctx, tx, []string{args.Kind()}, payload)
	}
	if runAt.Before(tx.Now()) {
		runAt = tx.Now()
	}
	tx.Wake()
	return insert(ctx, tx, [][]any{q.row(tx, bucket, args.Kind(), cause, payload, runAt)})
}

// Emit tells every subscriber of the event, in the caller's transaction. An
// event that nobody listens to costs nothing.
func (q *Queue) Emit(ctx context.Context, tx *db.Tx, bucket id.Bucket, cause string, event Args) error {
	for _, fn := range q.within[event.Kind()] {
		if err := fn(ctx, tx, event); err != nil {
			return err
		}
	}
	kinds := q.subscribers[event.Kind()]
	if len(kinds) == 0 {
		return nil
	}
	payload, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", event.Kind(), err)
	}
	if q.direct {
		return q.runNow(ctx, tx, kinds, payload)
	}
	rows := make([][]any, 0, len(kinds))
	for _, kind := range kinds {
		rows = append(rows, q.row(tx, bucket, kind, cause, payload, tx.Now()))
	}
	tx.Wake()
	return insert(ctx, tx, rows)
}

// runNow runs the handlers of a direct queue.
func (q *Queue) runNow(ctx context.Context, tx *db.Tx, kinds []string, payload []byte) error {
	for _, kind := range kinds {
		h := q.handlers[kind]
		if h.inside == nil {
			return fmt.Errorf("no inside handler for job kind %s", kind)
		}
		if err := h.inside(ctx, tx, payload); err != nil {
			return fmt.Errorf("run %s: %w", kind, err)
		}
	}
	return nil
}

func (q *Queue) row(tx *db.Tx, bucket id.Bucket, kind, cause string, payload []byte, runAt time.Time) []any {
	return []any{bucket, tx.Merchant(), kind + "#" + cause, kind, string(payload), "ready", db.Millis(runAt), db.Millis(tx.Now())}
}

// Replay makes a dead letter ready again. It reports false when there is none.
func (q *Queue) Replay(ctx context.Context, tx *db.Tx, bucket id.Bucket, jobID string) (bool, error) {
	tx.Wake()
	return revive(ctx, tx, bucket, jobID)
}

// Letter is a job as a person sees it.
type Letter struct {
	Bucket    id.Bucket
	ID, Kind  string
	Attempts  int
	LastError string
	CreatedAt time.Time
}

// backoff is how long to wait after the n-th failed attempt: 1 s, 4 s, 16 s …
// up to an hour.
func backoff(attempts int) time.Duration {
	wait := time.Second
	for range attempts - 1 {
		if wait *= 4; wait >= backoffMax {
			return backoffMax
		}
	}
	return wait
}
