package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// workTime is how long one job works before it asks for another to go on, so
// that it never outlives its own lease.
const workTime = 80 * time.Second

// work is a job that loads or clears in the background.
type work struct {
	Run  string         `json:"run"`
	Goal State          `json:"goal"` // Loaded or None
	Part int            `json:"part"`
	At   int64          `json:"at"` // tells one attempt of a person from the next
	For  *permit.Caller `json:"for"`
}

// Kind names the job on disk.
func (work) Kind() string { return "demo.work" }

func (w work) cause() string { return fmt.Sprintf("%s:%s:%d+%d", w.Run, w.Goal, w.At, w.Part) }

// Subscribe tells the queue what this flow handles. It reaches no world outside,
// but a load is many transactions, and no job holds one for so long.
func (s *Service) Subscribe() {
	job.HandleOutside(s.Jobs, s.work)
}

// Start asks for the demo to be loaded in the background. It answers the job's id
// and how far the demo is.
func (s *Service) Start(ctx context.Context, caller permit.Caller) (jobID string, run Run, err error) {
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if run, err = s.begin(ctx, tx); err != nil {
			return err
		}
		jobID, err = s.ask(ctx, tx, caller, run, Loaded)
		return err
	})
	return jobID, run, err
}

// Stop asks for the demo to be removed in the background. A load that is under
// way stops.
func (s *Service) Stop(ctx context.Context, caller permit.Caller) (jobID string, run Run, err error) {
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if run, err = s.end(ctx, tx); err != nil {
			return err
		}
		if run.State == None {
			return errNone
		}
		jobID, err = s.ask(ctx, tx, caller, run, None)
		return err
	})
	return jobID, run, err
}

func (s *Service) ask(ctx context.Context, tx *db.Tx, caller permit.Caller, run Run, goal State) (string, error) {
	w := work{Run: run.ID, Goal: goal, At: tx.Now().UnixMilli(), For: &caller}
	return w.Kind() + "#" + w.cause(), s.Jobs.Enqueue(ctx, tx, 0, w.cause(), time.Time{}, w)
}

// work loads or clears for a while, and asks for another job when there is more
// to do. What a person has to decide is kept on the run and not tried again.
func (s *Service) work(ctx context.Context, merchant id.Merchant, _ string, w work) error {
	caller := *w.For
	caller.Merchant = merchant
	soon, cancel := context.WithTimeout(ctx, workTime)
	defer cancel()
	var err error
	if w.Goal == Loaded {
		err = s.Load(soon, caller, silent)
	} else {
		_, err = s.Clear(soon, caller, silent)
	}
	f := fault.Of(err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errWorking), ctx.Err() != nil:
		return err // Later: somebody else works, or the program stops.
	case soon.Err() != nil:
		return s.goOn(ctx, caller, w)
	case f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid || f.Kind == fault.NotFound):
		return nil
	}
	return err
}

func silent(_, _ int64) {}

func (s *Service) goOn(ctx context.Context, caller permit.Caller, w work) error {
	w.Part++
	return s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return s.Jobs.Enqueue(ctx, tx, 0, w.cause(), time.Time{}, w)
	})
}
