package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/message"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Service loads and clears the demo.
type Service struct {
	DB   *db.DB
	Jobs *job.Queue
	// Zone is the merchant's time zone.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
	// Act is the product's journeys on a view of the database with another clock.
	// What they tell must not reach the audit log, which is about real people.
	Act func(view *db.DB) Actions
	// Size is how much is invented; the zero value is Full.
	Size Size

	// What clearing removes from.
	Members  *member.Service
	Orders   *order.Service
	Book     *ledger.Service
	Messages *message.Service
	Stores   *store.Service
	Catalog  *catalog.Service
	// Uncount takes what goes out of the reports, Forget whole stores.
	Uncount func(ctx context.Context, tx *db.Tx, c Counted) error
	Forget  func(ctx context.Context, tx *db.Tx, stores []id.Store) error
	// StaffStores are the stores that accounts of staff are limited to.
	StaffStores func(ctx context.Context, of id.Merchant) ([]id.Store, error)
}

// source marks what the demo brings.
const source = order.FromDemo

// lease is how long a worker has the demo for itself before it must have said
// how far it is. After one that was killed, others wait that long.
const lease = 20 * time.Second

// State is how far the merchant's demo is, and after it was cleared what of it is
// still there.
func (s *Service) State(ctx context.Context, caller permit.Caller) (run Run, kept Kept, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		run, err = find(ctx, tx)
		if err := orNone(&run, err); err != nil || run.State != None {
			return err
		}
		left, err := s.there(ctx, tx)
		kept = left.names()
		return err
	})
	return run, kept, err
}

func orNone(run *Run, err error) error {
	if errors.Is(err, db.ErrNoRow) {
		*run = Run{State: None}
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for the demo: %w", err)
	}
	return nil
}

// begin makes a run, or takes over one that was interrupted, in the caller's
// transaction. It belongs to nobody yet.
func (s *Service) begin(ctx context.Context, tx *db.Tx) (Run, error) {
	run, err := hold(ctx, tx)
	if err := orNone(&run, err); err != nil {
		return Run{}, err
	}
	if run.State != None {
		return run, run.mayLoad(tx.Now())
	}
	run = Run{ID: tx.NewID(id.OfRun, 0), State: Loading, Seed: seed, Edition: edition, Size: s.size(), Begun: tx.Now()}
	run.Total = run.Size.about() // The script is not written yet.
	made, err := insert(ctx, tx, run)
	if err == nil && !made {
		err = errWorking
	}
	return run, err
}

func (s *Service) size() Size {
	if s.Size == (Size{}) {
		return Full()
	}
	return s.Size
}

// end is begin for clearing: it stops a load, or takes over a clearing that was
// interrupted. Without a demo there is nothing to end.
func (s *Service) end(ctx context.Context, tx *db.Tx) (Run, error) {
	run, err := hold(ctx, tx)
	if err := orNone(&run, err); err != nil || run.State == None {
		return run, err
	}
	if run.State == Clearing {
		return run, nil
	}
	was := run
	// Whoever loads keeps the lease until they notice: nothing is removed under
	// their hands.
	run.State, run.Done, run.Trouble = Clearing, 0, lang.Text{}
	run.Total = run.Size.about()
	if _, err := update(ctx, tx, run, was.State, was.Step); err != nil {
		return Run{}, fmt.Errorf("begin to clear: %w", err)
	}
	return run, nil
}

// take takes the lease; errWorking when somebody else has it.
func (s *Service) take(ctx context.Context, caller permit.Caller, run Run) (Run, error) {
	err := s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		now, err := hold(ctx, tx)
		switch {
		case errors.Is(err, db.ErrNoRow), err == nil && (now.ID != run.ID || now.State != run.State):
			return errWorking
		case err != nil:
			return err
		case now.working(tx.Now()):
			return errWorking
		}
		run = now
		return s.renew(ctx, tx, &run, now)
	})
	return run, err
}

// renew says how far the worker is and keeps the lease. It is errStopped when
// the run is no longer the worker's.
func (s *Service) renew(ctx context.Context, tx *db.Tx, run *Run, was Run) error {
	now := *run
	if now.State != Loaded {
		now.LeaseUntil = tx.Now().Add(lease)
	}
	kept, err := update(ctx, tx, now, was.State, was.Step)
	if err != nil {
		return fmt.Errorf("say how far the demo is: %w", err)
	}
	if !kept {
		return errStopped
	}
	*run = now
	return nil
}

// save is renew in a transaction of its own, after a step.
func (s *Service) save(ctx context.Context, caller permit.Caller, run *Run, was Run) error {
	return s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error { return s.renew(ctx, tx, run, was) })
}

// leave gives the lease back after an attempt that ended early, and keeps why, so
// that a person can read it.
func (s *Service) leave(ctx context.Context, caller permit.Caller, run Run, why error) error {
	run.Trouble = lang.Text{}
	if f := fault.Of(why); f != nil && !errors.Is(why, errStopped) {
		run.Trouble = f.Text
	}
	return s.DB.Write(context.WithoutCancel(ctx), caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return release(ctx, tx, run)
	})
}

// tell leaves a line in the audit log.
func (s *Service) tell(ctx context.Context, tx *db.Tx, caller permit.Caller, action string, run Run, facts map[string]any) error {
	d := deed.By(caller, action, run.ID)
	d.After = facts
	return s.Jobs.Emit(ctx, tx, 0, run.ID+":"+action, d)
}
