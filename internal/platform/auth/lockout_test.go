package auth

import (
	"testing"
	"time"
)

func at(minutes float64) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minutes * float64(time.Minute)))
}

func TestWrongPasswordsDelayAndThenLock(t *testing.T) {
	now, f := at(0), failures{}
	for i, want := range []time.Duration{0, 0, 0, 0, 1, 2, 4, 8, 16} {
		f = f.oneMore(now)
		if got := f.waits(now); got != want*time.Second {
			t.Fatalf("after failure %d: wait %v, want %v s", i+1, got, int(want))
		}
		now = now.Add(f.waits(now))
	}
	for i, want := range []time.Duration{15, 30, 60, 120, 240, 480, 960, 1440, 1440} {
		f = f.oneMore(now) // The tenth.
		if got := f.waits(now); got != want*time.Minute {
			t.Fatalf("lock %d lasts %v, want %d min", i+1, got, want)
		}
		now = now.Add(f.waits(now))
		for range 9 {
			f = f.oneMore(now)
		}
	}
}

func TestFailuresAreForgotten(t *testing.T) {
	f := failures{}
	for range 4 {
		f = f.oneMore(at(0))
	}
	if f = f.oneMore(at(15.1)); f.waits(at(15.1)) != 0 || f.count != 1 {
		t.Fatalf("failures of a quarter of an hour ago still count: %+v", f)
	}
	for range 9 {
		f = f.oneMore(at(16))
	}
	if f.waits(at(16)) != 15*time.Minute {
		t.Fatalf("not locked: %+v", f)
	}
	late := at(16 + 15 + 24*60 + 1)
	if !f.stale(late) || f.stale(at(40)) {
		t.Fatal("a lock is remembered for a day after its end, and no longer")
	}
	for range 10 {
		f = f.oneMore(late)
	}
	if f.waits(late) != 15*time.Minute {
		t.Fatalf("the lock of the day before still doubles: %v", f.waits(late))
	}
}

func TestAClockSetBackDoesNotLockForLonger(t *testing.T) {
	f := failures{lockedUntil: at(0)}
	if got := f.waits(at(-100 * 24 * 60)); got > longestLock {
		t.Fatal(got)
	}
}

func TestAddressesAreCountedBySubscriber(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "somewhere": "somewhere",
	} {
		if got := addressOf(in); got != want {
			t.Errorf("%s is counted as %s, want %s", in, got, want)
		}
	}
}

func TestAccountNamesAreMasked(t *testing.T) {
	for in, want := range map[string]string{"13812345678": "13***78", "boss": "b***", "": "***", "a\r\nb": "a***"} {
		if got := mask(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}
