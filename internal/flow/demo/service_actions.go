package demo

import (
	"context"
	"sync"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
)

// Actions are the product's journeys, as the demo walks them. All of them happen
// at the time of the clock they were made for. Walking one again, after an
// interruption, changes nothing: it finds what the first time left. A thing of
// the same name that is not the demo's is a Conflict fault.
type Actions struct {
	OpenShop func(ctx context.Context, caller permit.Caller, shop Shop) (id.Store, error)
	Stock    func(ctx context.Context, caller permit.Caller, goods []Good) error
	Enrol    func(ctx context.Context, caller permit.Caller, all []Newcomer) ([]id.Member, error)
	Bring    func(ctx context.Context, caller permit.Caller, all []Grant) error
	Sell     func(ctx context.Context, caller permit.Caller, basket Basket) error
	GiveBack func(ctx context.Context, caller permit.Caller, parcel Parcel) error
	Adjust   func(ctx context.Context, caller permit.Caller, slip Slip) error
	Freeze   func(ctx context.Context, caller permit.Caller, who id.Member, reason string) error
	// Expire and Remind are what the product does each night: what is due expires,
	// and those of the members who lose something soon are told. Reminding goes
	// bucket by bucket, from the first up to end.
	Expire func(ctx context.Context, caller permit.Caller) error
	Remind func(ctx context.Context, caller permit.Caller, members map[id.Member]bool, first, end id.Bucket) error
}

// Newcomer is a person at the counter.
type Newcomer struct {
	Person
	Store    id.Store
	Referrer id.Member // "" = none
}

// Grant is what a member brings along.
type Grant struct {
	Cause  string // names it for ever
	Store  id.Store
	Member id.Member
	Points unit.Points
	Ends   time.Time // zero = never
}

// Basket is a sale at the counter.
type Basket struct {
	Name           string // the order's id in another system
	Store          id.Store
	Member         id.Member // "" for a walk-in
	Lines          []Goods
	Subtotal       unit.Money
	Discount       unit.Money
	DiscountReason string
	Points         Points
	Method         string
}

// Goods is a line of a basket.
type Goods struct {
	SKU      string
	Quantity int64
}

// Parcel is what comes back of a basket.
type Parcel struct {
	Name   string // of the basket
	Lines  []Back
	Reason string
}

// Slip is points given or taken by hand.
type Slip struct {
	Cause string // names it for ever
	Store id.Store
	Adjustment
	Member id.Member
}

// watch is a clock that stands until it is set.
type watch struct {
	mu  sync.Mutex
	now time.Time
}

// Now is where the watch stands.
func (w *watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *watch) set(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
}
