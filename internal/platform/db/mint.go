package db

import (
	"math/rand/v2"
	"sync"
	"time"
)

// mint makes the entropy of ids: random, but rising within one millisecond, so
// that ids made one after another also sort one after another.
type mint struct {
	mu   sync.Mutex
	ms   int64
	last uint64
}

func (m *mint) next(now time.Time) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	step := uint64(rand.Uint32()) + 1
	if ms := now.UnixMilli(); ms != m.ms || m.last > m.last+step {
		m.ms, m.last = ms, rand.Uint64()>>1
		return m.last
	}
	m.last += step
	return m.last
}

func (m *mint) random() uint64 { return rand.Uint64() }
