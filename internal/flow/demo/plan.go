package demo

import (
	"cmp"
	"slices"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/unit"
)

// plan is a script that is being written.
type plan struct {
	seed    uint64
	size    Size
	zone    *time.Location
	now     time.Time
	first   day.Date // of the script's full days
	today   day.Date
	start   time.Time // when the first day begins
	special occasions

	shops   []Shop
	shelf   []Good
	persons []Person

	frozen map[int]time.Time  // since when a person may not buy
	busy   map[int][]day.Date // on which days a person does not come to buy
	due    map[day.Date][]Event
	last   []int         // the age of the day on which a person came last
	purse  []unit.Points // about what a person can spend; the rules in force know better
	sales  int
}

// Plan writes the script that ends at now. The same seed, moment, zone and size
// give the same script.
func Plan(seed uint64, now time.Time, zone *time.Location, size Size) Script {
	today := day.Of(now, zone)
	p := &plan{
		seed: seed, size: size, zone: zone, now: now, today: today, first: today.AddDays(-size.Days),
		shops: shops(), shelf: goods(), frozen: map[int]time.Time{}, busy: map[int][]day.Date{}, due: map[day.Date][]Event{},
	}
	p.start = p.first.Start(zone)
	p.special = p.occasions()
	p.persons = p.people()
	p.last, p.purse = make([]int, len(p.persons)), make([]unit.Points, len(p.persons))
	for i := range p.last {
		p.last[i] = -1000
	}
	s := Script{Shops: p.shops, Goods: p.shelf, People: p.persons, Start: p.start, Openings: p.openings()}
	for _, o := range s.Openings {
		if o.Ends == 0 || o.Ends > today {
			p.purse[o.Person] += o.Points
		}
	}
	p.desk()
	for i, orders := range p.traffic() {
		s.Days = append(s.Days, p.day(p.first.AddDays(i), orders))
	}
	number(s.Days)
	return s
}

// number names the events, the earliest first.
func number(days []Day) {
	n := 0
	for _, d := range days {
		for i := range d.Events {
			n++
			d.Events[i].No = n
		}
	}
}

// Count is how many events the script has.
func (s Script) Count() int {
	n := 0
	for _, d := range s.Days {
		n += len(d.Events)
	}
	return n
}

// Brought lists the people who joined before the script begins.
func (s Script) Brought() []int {
	var all []int
	for i, one := range s.People {
		if one.Joined.Before(s.Start) {
			all = append(all, i)
		}
	}
	return all
}

// day writes one day: who joins, who buys, and what was due from days before.
func (p *plan) day(date day.Date, orders int) Day {
	d := newDice(p.seed, "day"+date.String())
	events := p.joins(d, date)
	joined := 0
	for _, e := range events {
		if e.Sale != nil {
			joined++
		}
	}
	events = append(events, p.visits(d, date, orders, joined)...)
	for _, e := range events {
		p.returns(d, e)
	}
	events = append(events, p.due[date]...)
	events = slices.DeleteFunc(events, func(e Event) bool { return !e.At.Before(p.now) })
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	return Day{Date: date, Events: events}
}

// event is something that happens to a person, or to a walk-in, at a shop.
func (p *plan) event(at time.Time, person, shop int) Event {
	clerks := p.shops[shop].Clerks
	shift := p.age(day.Of(at, p.zone)) + at.In(p.zone).Hour()/evening
	return Event{At: at, Person: person, Shop: shop, Clerk: clerks[shift%len(clerks)], Lane: person}
}

// evening is the hour at which the second shift begins.
const evening = 16

// joins lets people become members; most of them do so to buy something.
func (p *plan) joins(d dice, date day.Date) []Event {
	var events []Event
	for i := range p.persons {
		one := &p.persons[i]
		if one.manner != fresh || day.Of(one.Joined, p.zone) != date {
			continue
		}
		e := p.event(one.Joined, i, one.Shop)
		e.Join = true
		events = append(events, e)
		if d.in(0.86) {
			events = append(events, p.sell(d, p.event(one.Joined.Add(time.Duration(d.between(60, 170))*time.Second), i, one.Shop)))
		}
	}
	return events
}

// walkIns is the share of orders without a member.
const walkIns = 0.35

// visits fills the day with orders, of members and of walk-ins.
func (p *plan) visits(d dice, date day.Date, orders, had int) []Event {
	type visit struct {
		at   time.Time
		shop int
	}
	shop := newUrn(len(p.shops), func(i int) float64 { return float64(p.shops[i].weight) })
	visits := make([]visit, max(0, orders-had))
	for i := range visits {
		visits[i] = visit{at: p.moment(d, date), shop: shop.draw(d)}
	}
	slices.SortFunc(visits, func(a, b visit) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.shop, b.shop)) })
	guests := p.guests(date)
	share := walkIns * float64(orders) / float64(max(1, len(visits)))
	events := make([]Event, 0, len(visits))
	for _, v := range visits {
		person := -1
		if !d.in(share) {
			person = p.guest(d, guests[v.shop], v.at, p.age(date))
		}
		events = append(events, p.sell(d, p.event(v.at, person, v.shop)))
	}
	return events
}

// guests says for each shop who may come on a day, and how likely.
func (p *plan) guests(date day.Date) []urn {
	from, age := date.Start(p.zone), p.age(date)
	will := make([]float64, len(p.persons))
	for i := range p.persons {
		if one := &p.persons[i]; one.Joined.Before(from) {
			will[i] = one.will(float64(age), float64(p.size.Days))
		}
		if age-p.last[i] <= 2 {
			will[i] /= 10
		}
	}
	all := make([]urn, len(p.shops))
	for s := range all {
		all[s] = newUrn(len(p.persons), func(i int) float64 {
			if p.persons[i].Shop != s {
				return will[i] / 9 // Now and then people go to another shop.
			}
			return will[i]
		})
	}
	return all
}

// will is how often a day, about, a person comes when the script is age days old
// of days.
func (one *Person) will(age, days float64) float64 {
	switch one.manner {
	case loyal:
		return one.appetite / 8
	case regular:
		return one.appetite / 22
	case occasional:
		return one.appetite / 70
	case fading:
		return max(0, 1-age/days/0.45) * one.appetite / 9 // The last of them have come before the middle.
	}
	return one.appetite / 20
}

// guest draws who comes; -1 when all who were drawn cannot or were there today.
func (p *plan) guest(d dice, from urn, at time.Time, age int) int {
	if from.empty() {
		return -1
	}
	for range 12 {
		person := from.draw(d)
		since, frozen := p.frozen[person]
		busy := slices.Contains(p.busy[person], day.Of(at, p.zone))
		if p.last[person] != age && !busy && (!frozen || at.Before(since)) {
			p.last[person] = age
			return person
		}
	}
	return -1
}
