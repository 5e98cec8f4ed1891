package db

import (
	"sync/atomic"
	"time"
)

// Load is how busy the database is, as this process sees it. What the other
// engine alone has is zero.
type Load struct {
	// SQLite: transactions that wait for the writer, commits since the start, and
	// the transactions that shared them.
	Queue, Commits, Grouped int64
	// PostgreSQL: connections in use and idle, how many there may be, how often
	// somebody had to wait for one since the start, and for how long altogether.
	InUse, Idle, Most, Waits int64
	Waited                   time.Duration
}

// Load says how busy the database is. It asks no connection and never waits.
func (d *DB) Load() Load { return d.engine.load() }

// sharing counts the commits of the SQLite writer and what went into them.
type sharing struct{ commits, members atomic.Int64 }

func (s *sharing) count(members int) {
	s.commits.Add(1)
	s.members.Add(int64(members))
}

func (e *sqlite) load() Load {
	return Load{Queue: int64(len(e.queue)), Commits: e.shared.commits.Load(), Grouped: e.shared.members.Load()}
}

func (e *postgres) load() Load {
	w, r := e.pool.Stat(), e.readers.Stat()
	return Load{
		InUse: int64(w.AcquiredConns() + r.AcquiredConns()), Idle: int64(w.IdleConns() + r.IdleConns()), Most: int64(w.MaxConns() + r.MaxConns()),
		Waits: w.EmptyAcquireCount() + r.EmptyAcquireCount(), Waited: w.EmptyAcquireWaitTime() + r.EmptyAcquireWaitTime(),
	}
}
