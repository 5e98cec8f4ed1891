package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// pollEvery is how often a worker looks for jobs nobody told it about.
const pollEvery = 300 * time.Millisecond

// gatherFor is how long a worker that was woken waits for company: what comes
// together shares a commit.
const gatherFor = 100 * time.Millisecond

// claimMax is how many candidates one look fetches.
const claimMax = 256

// Start begins to work and to tick the periodic jobs, until Stop. One worker
// runs what belongs to a transaction; n more talk to the world, so that a slow
// far end never holds up the books.
func (q *Queue) Start(ctx context.Context, n int) {
	ctx, q.stop = context.WithCancel(ctx)
	q.db.OnWake(q.wake)
	q.running.Go(func() { q.work(ctx, false) })
	for range n {
		q.running.Go(func() { q.work(ctx, true) })
	}
	q.running.Go(func() { q.tick(ctx) })
}

// Stop lets the running jobs end and returns.
func (q *Queue) Stop() {
	if q.stop != nil {
		q.stop()
		q.running.Wait()
	}
}

func (q *Queue) wake() {
	select {
	case q.nudge <- struct{}{}:
	default:
	}
}

func (q *Queue) work(ctx context.Context, outside bool) {
	timer := time.NewTicker(pollEvery)
	defer timer.Stop()
	for {
		n, err := q.runDue(ctx, outside, claimMax)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			q.log.ErrorContext(ctx, "jobs", "error", err)
		}
		if n == claimMax {
			continue
		}
		nudge := q.nudge
		if outside {
			nudge = nil // What waits for the world can wait for the timer.
		}
		select {
		case <-ctx.Done():
			return
		case <-nudge:
			time.Sleep(gatherFor)
		case <-timer.C:
		}
	}
}

// Drain runs jobs until none is due. For tests and for commands that leave
// nothing behind.
func (q *Queue) Drain(ctx context.Context) error {
	for {
		n, err := q.RunDue(ctx, claimMax)
		if err != nil || n == 0 {
			return err
		}
	}
}

// RunDue runs up to limit jobs of each sort that are due and reports how many it
// ran. A job that fails is put back and does not stop the others.
func (q *Queue) RunDue(ctx context.Context, limit int) (int, error) {
	inside, err := q.runDue(ctx, false, limit)
	if err != nil {
		return inside, err
	}
	outside, err := q.runDue(ctx, true, limit)
	return inside + outside, err
}

func (q *Queue) runDue(ctx context.Context, outside bool, limit int) (ran int, err error) {
	kinds := q.outsideKinds()
	if outside && len(kinds) == 0 {
		return 0, nil
	}
	var due []row
	err = q.db.Read(ctx, "", func(ctx context.Context, tx *db.Tx) (err error) {
		due, err = candidates(ctx, tx, kinds, outside, limit)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("look for jobs: %w", err)
	}
	for len(due) > 0 && ctx.Err() == nil {
		n := q.together(due)
		did, err := q.runSome(ctx, due[:n])
		if ran += did; err != nil {
			return ran, err
		}
		due = due[n:]
	}
	return ran, nil
}

// together is how many of the first jobs can share one transaction: those of
// subscribers, which are small, of one merchant.
func (q *Queue) together(due []row) int {
	n := 0
	for n < len(due) && due[n].merchant == due[0].merchant && q.handlers[due[n].kind].each != nil {
		n++
	}
	return max(n, 1)
}

// runSome runs jobs in one transaction; when that fails, each alone, so that the
// one at fault is the only one put back.
func (q *Queue) runSome(ctx context.Context, jobs []row) (ran int, err error) {
	if len(jobs) > 1 {
		var done []string
		err := q.db.Write(ctx, jobs[0].merchant, func(ctx context.Context, tx *db.Tx) (err error) {
			done, err = q.eachInTx(ctx, tx, jobs)
			return err
		})
		if err == nil {
			q.ended.add(Done, done...)
			return len(done), nil
		}
	}
	for _, j := range jobs {
		if ctx.Err() != nil {
			return ran, nil
		}
		did, err := q.run(ctx, j)
		if err != nil {
			return ran, err
		}
		if did {
			ran++
		}
	}
	return ran, nil
}

// eachInTx runs the jobs that nobody else has, those of a kind together, in the
// transaction that marks them done, and tells their kinds.
func (q *Queue) eachInTx(ctx context.Context, tx *db.Tx, jobs []row) (done []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	held, err := holdEach(ctx, tx, jobs)
	if err != nil {
		return nil, err
	}
	var kinds []string
	var mine []row
	payloads := map[string][][]byte{}
	for _, j := range jobs {
		if !held[j.id] {
			continue
		}
		if payloads[j.kind] == nil {
			kinds = append(kinds, j.kind)
		}
		payloads[j.kind] = append(payloads[j.kind], []byte(j.payload))
		mine, done = append(mine, j), append(done, j.kind)
	}
	if err := finish(ctx, tx, mine...); err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if err := q.handlers[kind].each(ctx, tx, payloads[kind]); err != nil {
			return nil, err
		}
	}
	return done, nil
}

// errTaken says that another worker was quicker.
var errTaken = errors.New("taken")

func (q *Queue) run(ctx context.Context, j row) (did bool, err error) {
	h, known := q.handlers[j.kind]
	switch {
	case !known:
		err = fmt.Errorf("no handler for job kind %s", j.kind)
	case h.outside != nil:
		err = q.runOutside(ctx, j, h)
	default:
		err = q.runInside(ctx, j)
	}
	if errors.Is(err, errTaken) || (err != nil && ctx.Err() != nil) {
		return false, nil
	}
	if err == nil {
		q.ended.add(Done, j.kind)
		return true, nil
	}
	q.ended.add(failure(j), j.kind)
	q.log.WarnContext(ctx, "job failed", "job", j.id, "attempt", j.attempts+1, "error", err)
	return true, q.db.Write(ctx, j.merchant, func(ctx context.Context, tx *db.Tx) error {
		return fail(ctx, tx, j, err)
	})
}

func (q *Queue) runInside(ctx context.Context, j row) error {
	return q.db.Write(ctx, j.merchant, func(ctx context.Context, tx *db.Tx) error { return q.inTx(ctx, tx, j) })
}

// inTx runs a job in the transaction that marks it done.
func (q *Queue) inTx(ctx context.Context, tx *db.Tx, j row) (err error) {
	// A handler that panics is a bug of ours; it fails its job, not the server.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	held, err := hold(ctx, tx, j)
	if err != nil {
		return err
	}
	if !held {
		return errTaken
	}
	if err := q.handlers[j.kind].inside(ctx, tx, []byte(j.payload)); err != nil {
		return err
	}
	return finish(ctx, tx, j)
}

func (q *Queue) runOutside(ctx context.Context, j row, h handler) error {
	err := q.db.Write(ctx, j.merchant, func(ctx context.Context, tx *db.Tx) error {
		held, err := lease(ctx, tx, j, tx.Now().Add(leaseTime))
		if err == nil && !held {
			err = errTaken
		}
		return err
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, leaseTime-10*time.Second)
	defer cancel()
	if err := h.outside(ctx, j.merchant, j.id, []byte(j.payload)); err != nil {
		return err
	}
	return q.db.Write(context.WithoutCancel(ctx), j.merchant, func(ctx context.Context, tx *db.Tx) error {
		return finish(ctx, tx, j)
	})
}

// periodic is work that comes back: once per period of the merchant's clock.
type periodic struct {
	name  string
	every Every
	make  func(period string) Args
}

// Every names the period of local time in which now lies, and whether its work
// is due by now. The name makes a double tick run once.
type Every func(now time.Time, zone *time.Location) (period string, due bool)

// Daily is due every local day from hour:minute on.
func Daily(hour, minute int) Every {
	return func(now time.Time, zone *time.Location) (string, bool) {
		local := now.In(zone)
		y, m, d := local.Date()
		return local.Format(time.DateOnly), !local.Before(time.Date(y, m, d, hour, minute, 0, 0, zone))
	}
}

// Hourly is due in every hour.
func Hourly() Every {
	return func(now time.Time, _ *time.Location) (string, bool) { return now.UTC().Format("2006-01-02T15"), true }
}

// Merchant is whose periodic jobs are asked for, and the zone of their clock.
type Merchant struct {
	ID   id.Merchant
	Zone string // as in Asia/Shanghai
}

// Merchants sets where the queue learns whose periodic jobs to ask for.
func (q *Queue) Merchants(list func(ctx context.Context) ([]Merchant, error)) { q.merchants = list }

// Periodic asks for args made of the period's name, once per period and
// merchant.
func (q *Queue) Periodic(name string, every Every, make func(period string) Args) {
	q.periodic = append(q.periodic, periodic{name: name, every: every, make: make})
}

// Tick enqueues every periodic job that is due now. It is called each minute,
// and may be called as often as anybody likes.
func (q *Queue) Tick(ctx context.Context) error {
	merchants, err := q.merchants(ctx)
	if err != nil {
		return fmt.Errorf("list merchants: %w", err)
	}
	for _, m := range merchants {
		where, err := time.LoadLocation(m.Zone)
		if err != nil {
			return fmt.Errorf("time zone of %s: %w", m.ID, err)
		}
		if err := q.tickMerchant(ctx, m.ID, where); err != nil {
			return err
		}
	}
	return q.purge(ctx)
}

func (q *Queue) tickMerchant(ctx context.Context, merchant id.Merchant, zone *time.Location) error {
	for _, p := range q.periodic {
		err := q.db.Write(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
			period, due := p.every(tx.Now(), zone)
			if !due {
				return nil
			}
			return q.Enqueue(ctx, tx, id.HashBucket(string(merchant)), p.name+"@"+period, tx.Now(), p.make(period))
		})
		if err != nil {
			return fmt.Errorf("tick %s: %w", p.name, err)
		}
	}
	return nil
}

// purge forgets jobs that were done a week ago. A period's name is older than
// that long before it could be asked for again.
func (q *Queue) purge(ctx context.Context) error {
	var old []row
	err := q.db.Read(ctx, "", func(ctx context.Context, tx *db.Tx) (err error) {
		old, err = doneBefore(ctx, tx, tx.Now().Add(-keepDone), 500)
		return err
	})
	if err != nil || len(old) == 0 {
		return err
	}
	for _, j := range old {
		err := q.db.Write(ctx, j.merchant, func(ctx context.Context, tx *db.Tx) error { return forget(ctx, tx, j) })
		if err != nil {
			return fmt.Errorf("forget done jobs: %w", err)
		}
	}
	return nil
}

func (q *Queue) tick(ctx context.Context) {
	timer := time.NewTicker(time.Minute)
	defer timer.Stop()
	for {
		if err := q.Tick(ctx); err != nil && ctx.Err() == nil {
			q.log.ErrorContext(ctx, "periodic jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
	}
}
