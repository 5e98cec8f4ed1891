package checkout

import (
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
)

// Good is what the catalogue says of one thing for sale.
type Good struct {
	Item     order.Item // without a quantity, at the catalogue's price
	Archived bool
}

// Facts are everything Decide looks at, read in one transaction.
type Facts struct {
	Ask       Ask
	Caller    permit.Caller
	Goods     map[string]Good // by SKU; it may hold more than the ask names
	Offset    order.Offset
	Policy    earning.Policy
	Zone      *time.Location // the merchant's
	Currency  string
	Available unit.Points // what the member can spend now
	At        time.Time   // when the sale was made
}

// read is what one look at the database found for a list of asks.
type read struct {
	now       time.Time
	terms     merchant.Terms
	stores    map[id.Store]store.Store
	members   map[id.Member]member.Standing
	goods     map[string]Good
	available map[id.Member]unit.Points // of a quote
	held      ledger.Held               // of a sale
	policies  map[time.Time]earning.Policy
	taken     map[string]error // of external ids
}

// account is a member's, as it is held: an empty one where nothing was ever
// booked.
func (r *read) account(who id.Member) ledger.Account {
	key := ledger.Key{Holder: who, Asset: ledger.Points}
	if a, there := r.held[key]; there {
		return a
	}
	return ledger.Account{Holder: key.Holder, Asset: key.Asset}
}

// soldAt is when the goods of an ask changed hands.
func (a Ask) soldAt(now time.Time) time.Time {
	if !a.OccurredAt.IsZero() && a.OccurredAt.Before(now) {
		return a.OccurredAt
	}
	return now
}

// facts are what was found for one ask: its store is open and its member takes
// part.
func (r *read) facts(c permit.Caller, a Ask) (Facts, error) {
	if err := r.taken[a.ExternalID]; err != nil {
		return Facts{}, err
	}
	where, there := r.stores[a.Store]
	if !there {
		return Facts{}, store.ErrNotFound.At("body.store_id", string(a.Store))
	}
	if err := where.MayTrade(); err != nil {
		return Facts{}, err
	}
	f := Facts{
		Ask: a, Caller: c, Zone: r.terms.Zone, Currency: r.terms.Currency, At: a.soldAt(r.now),
		Offset: order.Offset(r.terms.Offset), Goods: r.goods,
	}
	if a.Member == "" {
		return f, nil
	}
	who, there := r.members[a.Member]
	if !there {
		return Facts{}, member.ErrNotFound.At("body.member_id", string(a.Member))
	}
	if err := who.MayTrade(); err != nil {
		return Facts{}, err
	}
	f.Available, f.Policy = r.available[a.Member], r.policies[f.At]
	if r.held != nil {
		f.Available = unit.Points(r.account(a.Member).View(ledger.At(r.now)).Available)
	}
	return f, nil
}
