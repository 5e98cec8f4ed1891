// Package demo fills an empty merchant with a shop that looks lived in, and
// takes it away again without trace.
//
// It invents nothing of the product's own: a script says who came when and
// bought what, and the real journeys (opening a store, enrolling, selling,
// refunding, the nightly expiry) play it at the simulated time. So every number
// a visitor sees was made by the rules that will make the real ones. The script
// is a pure function of a seed and the present: the same two give the same
// people, goods and days.
package demo

import (
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/unit"
)

// Size is how large a shop is invented.
type Size struct {
	Members int // people who are members at the end
	Days    int // full days before today
	Orders  int // a day, on average over all days
}

// Full is what the product shows: 2,000 members and 90 days.
func Full() Size { return Size{Members: 2000, Days: 90, Orders: 100} }

// about is how many members and orders there are in the end, more or less.
func (s Size) about() int64 { return int64(s.Members + (s.Days+1)*s.Orders) }

// Script is everything that will happen, in the order of time.
type Script struct {
	Shops    []Shop
	Goods    []Good
	People   []Person
	Start    time.Time // when the demo begins: people who joined before are brought along
	Openings []Opening // what those people bring along
	Days     []Day
}

// Shop is a store to be opened.
type Shop struct {
	Code, Name, Address string
	Clerks              []string // who stands at the till
	weight              int      // how much it sells beside the others
}

// Good is a product or a service.
type Good struct {
	SKU, Name, Category, Brand, Barcode string
	Service                             bool
	Price                               unit.Money
	TaxRate                             int64 // basis points
	Earns                               bool
	weight                              int // how often it is bought beside the others
}

// Person is a member. Referrer is an index of People, or -1.
type Person struct {
	Name, Phone, Gender string
	Birthday, Calendar  string // as the form of members takes them; "" = not given
	Tags                []string
	Shop                int // of Shops: where they joined and mostly buy
	Joined              time.Time
	Referrer            int
	manner              manner
	appetite            float64 // how much more than others of their manner they come
	likes               [2]string
}

// Opening is what a person had in the system before, as one lot.
type Opening struct {
	Person int
	Points unit.Points
	Ends   day.Date // the last day on which it is good; 0 = never ends
}

// Day is one local day with its events, the earliest first.
type Day struct {
	Date   day.Date
	Events []Event
}

// Event is one thing that happens. Of the acts exactly one is there.
type Event struct {
	No     int // its place in the script, which names it
	At     time.Time
	Person int // of People; -1 = a walk-in
	Shop   int // of Shops
	Clerk  string
	Lane   int // events of one lane happen one after another

	Join   bool // the person becomes a member
	Sale   *Sale
	Return *Return
	Adjust *Adjustment
	Freeze string // the reason for which the person is frozen
}

// Sale is an order. No counts the script's orders from 1.
type Sale struct {
	No             int
	Lines          []Line
	Discount       unit.Money
	DiscountReason string
	Points         Points
	Method         string // cash, card or other
	subtotal       unit.Money
}

// Line is one good of a sale.
type Line struct {
	Good     int // of Goods
	Quantity int64
}

// Points is how the customer pays with points: not at all, as much as possible,
// or in a round number, at most UpTo.
type Points struct {
	Max  bool
	UpTo unit.Points
}

// Any reports whether points are used.
func (p Points) Any() bool { return p.Max || p.UpTo > 0 }

// Return gives back goods of an earlier sale.
type Return struct {
	Sale   int // the sale's number
	Lines  []Back
	Reason string
}

// Back is how much of a line comes back. Line counts from 1.
type Back struct {
	Line     int
	Quantity int64
}

// Adjustment is points given or taken by hand.
type Adjustment struct {
	Points unit.Points
	Reason string
}

// manner is how somebody is a customer.
type manner int

const (
	loyal      manner = iota // every week or so, for years
	regular                  // every three weeks
	occasional               // when passing by
	fading                   // came often, comes no more
	fresh                    // joined while the script runs
)
