package db

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Together runs steps that do not depend on each other, as the reads with which
// a journey begins. On PostgreSQL what they ask at the same time travels in one
// round trip, in the order of the steps; on SQLite, where asking costs nothing,
// they run one after another. The error is that of the first step that failed,
// in their order. A step may not book writes for later.
func (tx *Tx) Together(ctx context.Context, steps ...func(ctx context.Context, tx *Tx) error) error {
	pg, ok := tx.session.(*pgSession)
	if !ok {
		for _, step := range steps {
			if err := step(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	}
	w := &weaver{asks: make(chan *ask), ends: make(chan end)}
	for i, step := range steps {
		own := *tx
		own.session = strand{w, i}
		go func() {
			defer func() {
				if p := recover(); p != nil {
					w.ends <- end{step: i, panicked: p}
				}
			}()
			err := step(ctx, &own)
			w.ends <- end{step: i, err: err}
		}()
	}
	return w.weave(ctx, pg, len(steps))
}

// ask is one statement that a step waits for: each reads its rows, or none when
// only the count is wanted.
type ask struct {
	step  int
	query string
	args  []any
	each  func(Row) error
	count int64
	done  chan error
}

type end struct {
	step     int
	err      error
	panicked any
}

// weaver gathers what the steps ask until every step that still runs waits, and
// then sends all of it.
type weaver struct {
	asks chan *ask
	ends chan end
}

func (w *weaver) weave(ctx context.Context, s *pgSession, live int) error {
	var waiting []*ask
	var first end
	first.step = live
	var panicked any
	for live > 0 {
		select {
		case a := <-w.asks:
			waiting = append(waiting, a)
		case e := <-w.ends:
			live--
			if e.panicked != nil {
				panicked = e.panicked
			}
			if e.err != nil && e.step < first.step {
				first = e
			}
		}
		if live > 0 && len(waiting) == live {
			// Who asks first is chance; what is locked first must not be.
			slices.SortFunc(waiting, func(a, b *ask) int { return a.step - b.step })
			s.ask(ctx, waiting)
			waiting = nil
		}
	}
	if panicked != nil {
		panic(fmt.Sprint("in a step: ", panicked))
	}
	return first.err
}

// ask sends statements in one round trip and hands each its answer.
func (s *pgSession) ask(ctx context.Context, asks []*ask) {
	batch := s.front()
	before := batch.Len()
	for _, a := range asks {
		s.note(a.query, a.args)
		batch.Queue(a.query, a.args...)
	}
	results := s.conn.SendBatch(ctx, batch)
	var failed error
	for range before {
		if _, err := results.Exec(); err != nil && failed == nil {
			failed = err
		}
	}
	own := make([]error, len(asks))
	for i, a := range asks {
		if failed == nil {
			own[i], failed = a.read(results)
		}
	}
	if err := results.Close(); failed == nil {
		failed = err
	}
	for i, a := range asks {
		if failed != nil {
			own[i] = full(failed)
		}
		a.done <- own[i]
	}
}

// read takes the answer. The first error is the reader's own, the second the
// engine's, after which nothing more can be read.
func (a *ask) read(results pgx.BatchResults) (own, failed error) {
	if a.each == nil {
		tag, err := results.Exec()
		a.count = tag.RowsAffected()
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		return nil, err
	}
	for rows.Next() && own == nil {
		own = a.each(rows)
	}
	rows.Close()
	if own != nil {
		return own, nil
	}
	return nil, rows.Err()
}

// strand is the session of one step.
type strand struct {
	w    *weaver
	step int
}

func (s strand) wait(a *ask) error {
	a.step, a.done = s.step, make(chan error, 1)
	s.w.asks <- a
	return <-a.done
}

func (s strand) exec(_ context.Context, query string, args []any) (int64, error) {
	a := &ask{query: query, args: args}
	err := s.wait(a)
	return a.count, err
}

func (s strand) query(_ context.Context, each func(Row) error, query string, args []any) error {
	return s.wait(&ask{query: query, args: args, each: each})
}

func (s strand) later(context.Context, string, []any) error {
	return errors.New("a step that runs together with others books nothing for later")
}
