// Package group lets requests that arrive together share one transaction and one
// wait for the disk, while each keeps its own answer.
//
// There is one lane for every name, as a merchant's. A lane gathers one group at a
// time; whoever comes meanwhile waits and is in the next one. A group that has
// nothing left to do but to wait for the database says so, and the next one begins
// beside it. A caller alone is a group of one and waits for nobody. What a group
// does is given by its owner: it answers every member by itself, so that one that
// fails never fails its neighbours.
package group

import (
	"context"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
)

// Limits of a lane.
const (
	groupMax   = 256
	waitingMax = 4096
	runningMax = 2 // one that works and one that waits for the database
	gatherFor  = 500 * time.Microsecond
	runFor     = 30 * time.Second
)

// errCrowded says that more requests wait than can be answered soon.
var errCrowded = &fault.Error{
	Kind: fault.Unavailable, Code: "system.crowded", RetryAfter: time.Second,
	Text: fault.New(fault.Unavailable, "", "请求过多，请稍后重试", "too many requests are waiting, try again shortly").Text,
}

// Run is what the owner of a committer does with a group of at least one request:
// it leaves in each what its caller is to find. When it calls handedOver, the next
// group may begin before it returns.
type Run[T any] func(ctx context.Context, group []T, handedOver func())

// Committer gathers requests of one sort. Its zero value is ready.
type Committer[T any] struct {
	mu    sync.Mutex
	lanes map[string]*lane[T]
}

// lane is those who wait in it, in their order, and what of it runs.
type lane[T any] struct {
	waiting []*member[T]
	arrived chan struct{} // told when somebody comes while the lane gathers
	wanted  int           // how many must wait for arrived to be told

	last    int             // the size of the group before
	begun   bool            // a group gathers, or runs and has not handed over
	running int             // groups that run, handed over or not
	apart   map[string]bool // whose requests run
}

// member is one request in a lane.
type member[T any] struct {
	ctx   context.Context
	value T
	apart string
	done  chan struct{}
	err   error
}

// Do puts a request into the lane and returns when its group has run. Run is the
// same in every call; it gets the values of the context of the first of its group
// but not its end. Requests with the same apart, unless it is empty, never run at
// the same time, together or in two groups. The error is that of a caller who left
// before the turn came, or that too many wait.
func (c *Committer[T]) Do(ctx context.Context, name, apart string, value T, run Run[T]) error {
	m := &member[T]{ctx: ctx, value: value, apart: apart, done: make(chan struct{})}
	if err := c.join(name, m, run); err != nil {
		return err
	}
	select {
	case <-m.done:
		return m.err
	case <-ctx.Done():
		if c.leave(name, m) {
			return ctx.Err()
		}
		<-m.done // It is being done: the caller shall know what became of it.
		return m.err
	}
}

// Lane names the lane of an owner's name in which requests of a bucket go, where
// there are several.
func Lane(owner string, bucket id.Bucket, lanes int) string {
	return owner + "/" + strconv.Itoa(int(bucket)%max(1, lanes))
}

// Waiting is how many requests wait in a lane for their turn.
func (c *Committer[T]) Waiting(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l := c.lanes[name]; l != nil {
		return len(l.waiting)
	}
	return 0
}

func (c *Committer[T]) join(name string, m *member[T], run Run[T]) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lanes == nil {
		c.lanes = map[string]*lane[T]{}
	}
	l := c.lanes[name]
	if l == nil {
		l = &lane[T]{arrived: make(chan struct{}, 1), apart: map[string]bool{}}
		c.lanes[name] = l
	}
	if len(l.waiting) >= waitingMax {
		return errCrowded
	}
	l.waiting = append(l.waiting, m)
	if l.wanted > 0 && len(l.waiting) >= l.wanted {
		l.wanted = 0
		l.arrived <- struct{}{}
	}
	c.advance(name, l, run)
	return nil
}

// leave takes a request out that has not begun; false when it has.
func (c *Committer[T]) leave(name string, m *member[T]) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l := c.lanes[name]; l != nil {
		for i, w := range l.waiting {
			if w == m {
				l.waiting = append(l.waiting[:i], l.waiting[i+1:]...)
				return true
			}
		}
	}
	return false
}

// advance begins the next group of a lane if its turn has come, and ends a lane
// that has nothing left. The committer is locked.
func (c *Committer[T]) advance(name string, l *lane[T], run Run[T]) {
	if l.begun || l.running >= runningMax {
		return
	}
	if l.ready() {
		l.begun = true
		go c.work(name, l, run)
	} else if l.running == 0 {
		delete(c.lanes, name)
	}
}

// work gathers a group and runs it.
func (c *Committer[T]) work(name string, l *lane[T], run Run[T]) {
	l.gather(&c.mu)
	members := l.next()
	l.running++
	c.mu.Unlock()
	var once sync.Once
	handOver := func() {
		once.Do(func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			l.begun = false
			c.advance(name, l, run)
		})
	}
	if len(members) > 0 { // Else all have left meanwhile.
		runGroup(members, run, handOver)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l.running--
	for _, m := range members {
		delete(l.apart, m.apart)
	}
	once.Do(func() { l.begun = false })
	c.advance(name, l, run)
}

// gather waits a moment, after a group of several, until as many are back: their
// callers answer and come again together, and one larger group costs less than
// two. It returns with the committer locked.
func (l *lane[T]) gather(mu *sync.Mutex) {
	mu.Lock()
	if l.last <= 1 || len(l.waiting) >= l.last {
		return
	}
	l.wanted = l.last
	mu.Unlock()
	timer := time.NewTimer(gatherFor)
	select {
	case <-l.arrived:
	case <-timer.C:
	}
	timer.Stop()
	mu.Lock()
	if l.wanted == 0 { // Told, perhaps after the timer.
		select {
		case <-l.arrived:
		default:
		}
	}
	l.wanted = 0
}

// ready reports whether somebody waits who may run now.
func (l *lane[T]) ready() bool {
	for _, m := range l.waiting {
		if m.apart == "" || !l.apart[m.apart] {
			return true
		}
	}
	return false
}

// next takes the first who may be together, and leaves the others their order.
func (l *lane[T]) next() []*member[T] {
	var members, later []*member[T]
	for _, m := range l.waiting {
		if len(members) == groupMax || (m.apart != "" && l.apart[m.apart]) {
			later = append(later, m)
			continue
		}
		if m.apart != "" {
			l.apart[m.apart] = true
		}
		members = append(members, m)
	}
	l.waiting, l.last = later, len(members)
	return members
}

// runGroup runs a group and answers its members. A panic is a bug of ours: it
// becomes everyone's error and ends neither the lane nor the server.
func runGroup[T any](members []*member[T], run Run[T], handOver func()) {
	values := make([]T, len(members))
	for i, m := range members {
		values[i] = m.value
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(members[0].ctx), runFor)
	defer cancel()
	defer func() {
		var stack []byte
		p := recover()
		if p != nil {
			stack = debug.Stack()
		}
		for _, m := range members {
			if p != nil {
				m.err = fmt.Errorf("panic in a group: %v\n%s", p, stack)
			}
			close(m.done)
		}
	}()
	run(ctx, values, handOver)
}

// Each runs a group together. When that fails by one of them, it runs each alone,
// so that the one at fault is the only one to hear of it; when the system cannot
// take any of them, all hear of that.
// A panic is an error like another: the bug of one is not everyone's.
func Each[T any](members []T, run func([]T) error, fail func(T, error)) {
	err := guarded(members, run)
	if err == nil {
		return
	}
	f := fault.Of(err)
	if len(members) == 1 || (f != nil && f.Kind == fault.Unavailable) {
		for _, one := range members {
			fail(one, err)
		}
		return
	}
	for i := range members {
		Each(members[i:i+1], run, fail)
	}
}

func guarded[T any](members []T, run func([]T) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a group: %v\n%s", p, debug.Stack())
		}
	}()
	return run(members)
}
