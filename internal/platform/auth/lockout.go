package auth

import (
	"net/netip"
	"time"
)

// The rule of wrong passwords, for an account and for an address alike: from the
// fifth within the window on, each doubles the wait before the next try; the
// tenth locks for a quarter of an hour, the next tenth for twice that, up to a
// day. A lock that has been over for a day is forgotten.
const (
	failureWindow = 15 * time.Minute
	failuresFree  = 5
	failuresLock  = 10
	firstDelay    = time.Second
	firstLock     = 15 * time.Minute
	longestLock   = 24 * time.Hour
	lockMemory    = 24 * time.Hour
)

// failures is what is remembered of one subject.
type failures struct {
	count       int64
	firstAt     time.Time
	lockedUntil time.Time
	locks       int64
}

// waits is how long the subject must wait at now before its next try; 0 when it
// may try.
func (f failures) waits(now time.Time) time.Duration {
	// A clock that was set back must not lock for longer than the rule does.
	return min(max(0, f.lockedUntil.Sub(now)), longestLock)
}

// oneMore is what is remembered after another wrong password at now.
func (f failures) oneMore(now time.Time) failures {
	if f.locks > 0 && now.Sub(f.lockedUntil) > lockMemory {
		f.locks = 0
	}
	if f.count == 0 || now.Sub(f.firstAt) > failureWindow {
		f.count, f.firstAt = 0, now
	}
	f.count++
	switch {
	case f.count >= failuresLock:
		f.lockedUntil = now.Add(lockFor(f.locks))
		f.count, f.locks = 0, f.locks+1
	case f.count >= failuresFree:
		f.lockedUntil = now.Add(firstDelay << (f.count - failuresFree))
	}
	return f
}

// stale reports whether nothing of it counts any more.
func (f failures) stale(now time.Time) bool {
	return now.Sub(f.firstAt) > failureWindow && now.Sub(f.lockedUntil) > lockMemory
}

func lockFor(before int64) time.Duration {
	lock := firstLock
	for range before {
		if lock *= 2; lock >= longestLock {
			return longestLock
		}
	}
	return lock
}

// addressOf is the address as it is counted: of IPv6 the network, since one
// subscriber holds all of its addresses.
func addressOf(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
