package group_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/platform/group"
)

// asked is a request that wants its own number back.
type asked struct{ in, out int }

func TestEveryoneGetsTheirOwnAnswer(t *testing.T) {
	var c group.Committer[*asked]
	var groups, running atomic.Int64
	var wg sync.WaitGroup
	const callers, times = 64, 50
	for i := range callers {
		wg.Go(func() {
			for n := range times {
				a := &asked{in: i*times + n}
				err := c.Do(context.Background(), "lane", "", a, func(_ context.Context, all []*asked, _ func()) {
					if running.Add(1) > 1 {
						t.Error("two groups of a lane at once")
					}
					groups.Add(1)
					for _, one := range all {
						one.out = one.in + 1
					}
					running.Add(-1)
				})
				if err != nil || a.out != a.in+1 {
					t.Errorf("asked %d, got %d, %v", a.in, a.out, err)
				}
			}
		})
	}
	wg.Wait()
	if n := groups.Load(); n >= callers*times {
		t.Errorf("%d groups for %d requests: nothing was shared", n, callers*times)
	}
}

// desk is an owner whose first group waits until release is closed.
type desk struct {
	group.Committer[*asked]
	begun, release chan struct{}
	mu             sync.Mutex
	sizes          []int
}

// open returns a desk whose first group is running, and what becomes of it.
func open() (d *desk, first chan error) {
	d = &desk{begun: make(chan struct{}), release: make(chan struct{})}
	first = make(chan error, 1)
	go func() { first <- d.ask(context.Background(), "") }()
	<-d.begun
	return d, first
}

func (d *desk) ask(ctx context.Context, apart string) error {
	return d.Do(ctx, "lane", apart, &asked{}, d.run)
}

func (d *desk) run(_ context.Context, all []*asked, _ func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sizes = append(d.sizes, len(all)); len(d.sizes) == 1 {
		close(d.begun)
		<-d.release
	}
}

// queued returns when n requests wait.
func (d *desk) queued(n int) {
	for d.Waiting("lane") < n {
		runtime.Gosched()
	}
}

func TestThoseApartAreNeverTogether(t *testing.T) {
	d, first := open()
	var wg sync.WaitGroup
	for i, who := range []string{"a", "a", "b", "", ""} {
		wg.Go(func() {
			if err := d.ask(context.Background(), who); err != nil {
				t.Error(err)
			}
		})
		d.queued(i + 1)
	}
	close(d.release)
	wg.Wait()
	if err := <-first; err != nil || !slices.Equal(d.sizes, []int{1, 4, 1}) {
		t.Errorf("groups of %v, want 1, then 4, and then the second a alone; %v", d.sizes, err)
	}
}

// A group that has handed over lets the next begin, but not one with requests
// that must be apart from its own, and not a third.
func TestTheNextGroupBeginsWhenOneHandsOver(t *testing.T) {
	var c group.Committer[*asked]
	type turn struct {
		sizes   []int
		hand    func()
		release chan struct{}
	}
	turns := make(chan *turn)
	run := func(_ context.Context, all []*asked, handedOver func()) {
		one := &turn{hand: handedOver, release: make(chan struct{})}
		for _, a := range all {
			one.sizes = append(one.sizes, a.in)
		}
		slices.Sort(one.sizes)
		turns <- one
		<-one.release
	}
	var wg sync.WaitGroup
	ask := func(who string, in int) {
		wg.Go(func() {
			if err := c.Do(context.Background(), "lane", who, &asked{in: in}, run); err != nil {
				t.Error(err)
			}
		})
	}
	waits := func(n int) {
		for c.Waiting("lane") < n {
			runtime.Gosched()
		}
	}
	ask("a", 1)
	first := <-turns
	ask("a", 2)
	waits(1)
	ask("b", 3)
	waits(2)
	first.hand()
	first.hand() // More often says no more.
	second := <-turns
	if !slices.Equal(second.sizes, []int{3}) {
		t.Errorf("beside the first runs %v, want the one of b", second.sizes)
	}
	ask("c", 4)
	waits(2)
	second.hand()
	select {
	case third := <-turns:
		t.Errorf("a third group runs: %v", third.sizes)
		close(third.release)
	default:
	}
	close(first.release)
	third := <-turns
	if !slices.Equal(third.sizes, []int{2, 4}) {
		t.Errorf("after the first runs %v, want the second of a, and c", third.sizes)
	}
	close(second.release)
	close(third.release)
	wg.Wait()
}

func TestWhoLeavesBeforeTheirTurnIsNotServed(t *testing.T) {
	d, first := open()
	ctx, leave := context.WithCancel(context.Background())
	gone := make(chan error, 1)
	go func() { gone <- d.ask(ctx, "") }()
	d.queued(1)
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("left with %v", err)
	}
	close(d.release)
	if err := <-first; err != nil || !slices.Equal(d.sizes, []int{1}) {
		t.Errorf("groups of %v, want the first alone; %v", d.sizes, err)
	}
}

func TestABugEndsNeitherTheLaneNorTheServer(t *testing.T) {
	var c group.Committer[*asked]
	for range 2 {
		err := c.Do(context.Background(), "lane", "", &asked{}, func(context.Context, []*asked, func()) { panic("bug") })
		if err == nil || !strings.Contains(err.Error(), "bug") || !strings.Contains(err.Error(), "group_test.go") {
			t.Fatalf("got %v, want the panic and where it was", err)
		}
	}
}

func TestTooManyAreTurnedAway(t *testing.T) {
	const most = 4096
	d, first := open()
	var wg sync.WaitGroup
	for range most {
		wg.Go(func() {
			if err := d.ask(context.Background(), ""); err != nil {
				t.Error(err)
			}
		})
	}
	d.queued(most)
	f := fault.Of(d.ask(context.Background(), ""))
	if f == nil || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
		t.Errorf("one too many got %v", f)
	}
	close(d.release)
	wg.Wait()
	served := 0
	for _, n := range d.sizes {
		served += n
	}
	if err := <-first; err != nil || served != most+1 || d.Waiting("lane") != 0 {
		t.Errorf("%d of %d served, %d wait, %v", served, most+1, d.Waiting("lane"), err)
	}
}

// Whoever is at fault, by an error or a bug, is the only one to hear of it; when
// the system can take nobody, nobody is tried alone.
func TestTheOneAtFaultIsTheOnlyOneToHearOfIt(t *testing.T) {
	faults := map[int]string{}
	var ran []int
	run := func(members []int) error {
		if slices.Contains(members, 3) {
			panic("bug")
		}
		if slices.Contains(members, 5) {
			return errors.New("refused")
		}
		ran = append(ran, members...)
		return nil
	}
	group.Each([]int{1, 3, 5, 7}, run, func(one int, err error) { faults[one] = err.Error() })
	if !slices.Equal(ran, []int{1, 7}) || len(faults) != 2 || !strings.Contains(faults[3], "bug") || faults[5] != "refused" {
		t.Errorf("ran %v, faults %v", ran, faults)
	}
	tries, heard := 0, 0
	full := &fault.Error{Kind: fault.Unavailable, Code: "database.full"}
	group.Each([]int{1, 2, 3}, func([]int) error { tries++; return full }, func(_ int, err error) {
		if errors.Is(err, full) {
			heard++
		}
	})
	if tries != 1 || heard != 3 {
		t.Errorf("%d tries, %d heard", tries, heard)
	}
}
