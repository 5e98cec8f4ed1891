package job

import (
	"context"
	"sync"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Sight is how the jobs stand.
type Sight struct {
	Waiting  int64            // to be run, now or later
	Retrying int64            // of these, those that have failed before
	Running  int64            // leased by a worker that talks to the world
	Dead     map[string]int64 // dead letters by kind of job
	DueSince time.Time        // since when the job that is due longest waits; zero when none is due
}

// DeadLetters is how many there are of all kinds.
func (s Sight) DeadLetters() (n int64) {
	for _, some := range s.Dead {
		n += some
	}
	return n
}

// Look says how the jobs of the transaction's merchant stand; without a merchant,
// those of the whole installation.
func (q *Queue) Look(ctx context.Context, tx *db.Tx) (Sight, error) { return look(ctx, tx) }

// Failure is a dead letter with what its finder needs besides.
type Failure struct {
	Letter
	FailedAt time.Time // of the last attempt
}

// Failures lists dead letters of the merchant, newest first, behind the given
// one; of every kind when kind is empty, from the start when behind is zero.
func (q *Queue) Failures(ctx context.Context, tx *db.Tx, kind string, behind Letter, limit int) ([]Failure, error) {
	return failures(ctx, tx, kind, behind, limit)
}

// FailuresAt lists the dead letters of one bucket that were made in the same
// millisecond.
func (q *Queue) FailuresAt(ctx context.Context, tx *db.Tx, bucket id.Bucket, made time.Time) ([]Failure, error) {
	return failuresAt(ctx, tx, bucket, made)
}

// The ways in which an attempt ends.
const (
	Done   = "done"
	Failed = "failed" // and will be tried again
	Died   = "dead"   // for the last time
)

func failure(j row) string {
	if j.attempts+1 >= AttemptsMax {
		return Died
	}
	return Failed
}

// Ended is a kind of job and a way in which its attempts ended.
type Ended struct{ Kind, How string }

// ended counts the attempts of this process.
type ended struct {
	mu     sync.Mutex
	counts map[Ended]int64
}

func (e *ended) add(how string, kinds ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.counts == nil {
		e.counts = map[Ended]int64{}
	}
	for _, kind := range kinds {
		e.counts[Ended{kind, how}]++
	}
}

// Ended counts the attempts that this process made since it began, by kind and
// end. Every kind that has a handler is in it, with zeros where nothing happened.
func (q *Queue) Ended() map[Ended]int64 {
	all := map[Ended]int64{}
	for kind := range q.handlers {
		for _, how := range []string{Done, Failed, Died} {
			all[Ended{kind, how}] = 0
		}
	}
	q.ended.mu.Lock()
	defer q.ended.mu.Unlock()
	for which, n := range q.ended.counts {
		all[which] = n
	}
	return all
}
