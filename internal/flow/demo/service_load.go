package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Limits of what is done at once.
const (
	hands    = 16  // sales that run at the same time; divides the buckets
	peopleIn = 100 // one transaction
	grantsIn = 250
)

// nightAfter is when the nightly work is done: after midnight.
const nightAfter = 5 * time.Minute

// Load plays the script to its end, beginning where the last attempt stopped.
// Progress hears how many people, sales and other events are done, of how many.
// When ctx ends, Load stops between two events and can be called again.
func (s *Service) Load(ctx context.Context, caller permit.Caller, progress func(done, total int64)) error {
	var run Run
	var zone *time.Location
	err := s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		run, err = s.begin(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if run, err = s.take(ctx, caller, run); err != nil {
		return err
	}
	if err := s.play(ctx, caller, &run, zone, progress); err != nil {
		return errors.Join(err, s.leave(ctx, caller, run, err))
	}
	return nil
}

// stage is a script that is being played.
type stage struct {
	Script
	merchant id.Merchant
	zone     *time.Location
	hands    []hand
	shops    []id.Store
	members  []id.Member // as People; "" = has not joined yet
}

// hand walks journeys at the time of its own watch.
type hand struct {
	watch *watch
	Actions
}

func (s *Service) play(ctx context.Context, caller permit.Caller, run *Run, zone *time.Location, progress func(done, total int64)) error {
	script := Plan(uint64(run.Seed), run.Begun, zone, run.Size)
	st := &stage{Script: script, merchant: caller.Merchant, zone: zone, members: make([]id.Member, len(script.People))}
	for range hands {
		w := &watch{now: script.Start}
		st.hands = append(st.hands, hand{watch: w, Actions: s.Act(s.DB.WithClock(w))})
	}
	brought := len(script.Brought()) + len(script.Openings)
	run.Total = int64(brought + script.Count())
	done := func(events int) error {
		was := *run
		run.Step, run.Done = run.Step+1, run.Done+int64(events)
		progress(run.Done, run.Total)
		return s.save(ctx, caller, run, was)
	}
	keep := func() error { return s.save(ctx, caller, run, *run) }
	if err := st.open(ctx, run.Step, keep); err != nil {
		return err
	}
	if run.Step == 0 {
		if err := done(brought); err != nil {
			return err
		}
	}
	for _, d := range script.Days[run.Step-1:] {
		if err := st.day(ctx, d, run.Begun); err != nil {
			return err
		}
		if err := done(len(d.Events)); err != nil {
			return err
		}
	}
	return s.finish(ctx, caller, run)
}

// finish says that everything is there.
func (s *Service) finish(ctx context.Context, caller permit.Caller, run *Run) error {
	return s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		was := *run
		now := was
		now.State, now.LeaseUntil, now.Trouble = Loaded, time.Time{}, lang.Text{}
		if err := s.renew(ctx, tx, &now, was); err != nil {
			return err
		}
		*run = now
		return s.tell(ctx, tx, caller, "demo.load", now, map[string]any{
			"members": now.Size.Members, "days": now.Size.Days, "events": now.Total,
		})
	})
}

// open opens the shops, fills the shelf and brings everybody who joined before
// the day the script goes on with: at first those of before, with what they
// bring along. Keep keeps the lease while that takes.
func (st *stage) open(ctx context.Context, step int, keep func() error) error {
	h, caller, from := st.hands[0], st.caller(""), st.Start
	h.watch.set(from)
	for _, shop := range st.Shops {
		opened, err := h.OpenShop(ctx, caller, shop)
		if err != nil {
			return fmt.Errorf("open %s: %w", shop.Code, inTheWay(err))
		}
		st.shops = append(st.shops, opened)
	}
	if err := h.Stock(ctx, caller, st.Goods); err != nil {
		return fmt.Errorf("fill the shelf: %w", inTheWay(err))
	}
	if step > 0 {
		from = st.Days[min(step, len(st.Days))-1].Date.Start(st.zone)
		h.watch.set(from)
	}
	var people []int
	for i, one := range st.People {
		if one.Joined.Before(from) {
			people = append(people, i)
		}
	}
	for chunk := range slices.Chunk(people, peopleIn) {
		if err := st.enrol(ctx, h, chunk); err != nil {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
	if step > 0 {
		return nil
	}
	if err := st.bring(ctx, h); err != nil {
		return err
	}
	return keep()
}

// inTheWay explains a conflict with what the merchant had before.
func inTheWay(err error) error {
	if f := fault.Of(err); f != nil && f.Kind == fault.Conflict {
		return errors.Join(errBefore.With("because", f.Code), err)
	}
	return err
}

// enrol makes members of people, all at once.
func (st *stage) enrol(ctx context.Context, h hand, people []int) error {
	all := make([]Newcomer, len(people))
	for i, who := range people {
		one := st.People[who]
		all[i] = Newcomer{Person: one, Store: st.shops[one.Shop]}
		if one.Referrer >= 0 {
			all[i].Referrer = st.members[one.Referrer]
		}
	}
	ids, err := h.Enrol(ctx, st.caller(""), all)
	if err != nil {
		return fmt.Errorf("enrol %d people: %w", len(people), inTheWay(err))
	}
	for i, who := range people {
		st.members[who] = ids[i]
	}
	return nil
}

func (st *stage) bring(ctx context.Context, h hand) error {
	var all []Grant
	for i, o := range st.Openings {
		g := Grant{Cause: fmt.Sprintf("demo:opening:%d", i+1), Member: st.members[o.Person], Points: o.Points}
		g.Store = st.shops[st.People[o.Person].Shop]
		if o.Ends != 0 {
			g.Ends = o.Ends.End(st.zone)
		}
		all = append(all, g)
	}
	for chunk := range slices.Chunk(all, grantsIn) {
		if err := h.Bring(ctx, st.caller(""), chunk); err != nil {
			return fmt.Errorf("bring old points along: %w", err)
		}
	}
	return nil
}

// day plays a day: its events by many hands at once, those of one lane one after
// another; then the night, unless it is still to come.
func (st *stage) day(ctx context.Context, d Day, present time.Time) error {
	lanes := make([][]Event, len(st.hands))
	for _, e := range d.Events {
		at := (e.Lane%len(lanes) + len(lanes)) % len(lanes)
		lanes[at] = append(lanes[at], e)
	}
	err := st.together(ctx, func(ctx context.Context, i int) error { return st.lane(ctx, st.hands[i], lanes[i]) })
	if night := d.Date.End(st.zone).Add(nightAfter); err == nil && !night.After(present) {
		err = st.night(ctx, night)
	}
	return err
}

// night does what is done after midnight.
func (st *stage) night(ctx context.Context, at time.Time) error {
	joined := make(map[id.Member]bool, len(st.members))
	for _, who := range st.members {
		joined[who] = true
	}
	delete(joined, "")
	caller, share := st.caller(""), id.Bucket(id.Buckets/len(st.hands))
	for i := range st.hands {
		st.hands[i].watch.set(at)
	}
	if err := st.hands[0].Expire(ctx, caller); err != nil {
		return fmt.Errorf("expire what is due by %s: %w", at, err)
	}
	return st.together(ctx, func(ctx context.Context, i int) error {
		first := id.Bucket(i) * share
		return st.hands[i].Remind(ctx, caller, joined, first, first+share)
	})
}

// together lets every hand do its part, and waits. The first error stops the
// others.
func (st *stage) together(ctx context.Context, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(st.hands))
	var working sync.WaitGroup
	for i := range st.hands {
		working.Go(func() {
			if errs[i] = do(ctx, i); errs[i] != nil {
				cancel()
			}
		})
	}
	working.Wait()
	return first(errs)
}

// first is the error that made the others stop.
func first(errs []error) (found error) {
	for _, err := range errs {
		if err != nil && (found == nil || errors.Is(found, context.Canceled)) {
			found = err
		}
	}
	return found
}

func (st *stage) lane(ctx context.Context, h hand, events []Event) error {
	for _, e := range events {
		if err := ctx.Err(); err != nil {
			return err
		}
		h.watch.set(e.At)
		if err := st.event(ctx, h, e); err != nil {
			return fmt.Errorf("event %d of the demo: %w", e.No, err)
		}
	}
	return nil
}

func (st *stage) event(ctx context.Context, h hand, e Event) error {
	caller := st.caller(e.Clerk)
	who := id.Member("")
	if e.Person >= 0 {
		who = st.members[e.Person]
	}
	switch {
	case e.Join:
		return st.enrol(ctx, h, []int{e.Person})
	case e.Sale != nil:
		return h.Sell(ctx, caller, st.basket(e, who))
	case e.Return != nil:
		return refused(h.GiveBack(ctx, caller, Parcel{Name: saleName(e.Return.Sale), Lines: e.Return.Lines, Reason: e.Return.Reason}))
	case e.Adjust != nil:
		return refused(h.Adjust(ctx, caller, Slip{
			Cause: fmt.Sprintf("demo:adjust:%d", e.No), Store: st.shops[e.Shop], Adjustment: *e.Adjust, Member: who,
		}))
	}
	return h.Freeze(ctx, caller, who, e.Freeze)
}

// refused lets the merchant's own rules have the last word: a refund or an
// adjustment that they do not allow does not happen.
func refused(err error) error {
	switch fault.CodeOf(err) {
	case "points.debt_refused", "points.insufficient":
		return nil
	}
	return err
}

func saleName(no int) string { return fmt.Sprintf("DEMO-%06d", no) }

func (st *stage) basket(e Event, who id.Member) Basket {
	b := Basket{
		Name: saleName(e.Sale.No), Store: st.shops[e.Shop], Member: who, Discount: e.Sale.Discount,
		DiscountReason: e.Sale.DiscountReason, Points: e.Sale.Points, Method: e.Sale.Method, Subtotal: e.Sale.subtotal,
	}
	for _, l := range e.Sale.Lines {
		b.Lines = append(b.Lines, Goods{SKU: st.Goods[l.Good].SKU, Quantity: l.Quantity})
	}
	return b
}

// caller is the product acting as an invented clerk.
func (st *stage) caller(clerk string) permit.Caller {
	c := permit.System(st.merchant, "demo")
	if clerk != "" {
		c.Name = clerk
	}
	return c
}
