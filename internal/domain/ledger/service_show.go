package ledger

import (
	"context"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Show is a member's accounts, now or as of a past instant, with the merchant's
// time zone.
func (s *Service) Show(ctx context.Context, caller permit.Caller, holder id.Member, asOf time.Time) (all []Holding, zone *time.Location, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		rules, err := s.rulesOf(ctx, tx, holder)
		if err != nil {
			return err
		}
		zone = rules.Zone
		if asOf.IsZero() {
			all, err = s.Accounts(ctx, tx, holder)
			return err
		}
		if asOf.After(tx.Now()) {
			return fault.New(fault.Invalid, "request.invalid", "as_of 须为过去的时刻", "as_of must be a past instant").At("query.as_of", asOf.Format(time.RFC3339))
		}
		all, err = s.AccountsAsOf(ctx, tx, holder, asOf)
		return err
	})
	return all, zone, err
}

// History is a page of a member's postings of one asset, newest first.
func (s *Service) History(ctx context.Context, caller permit.Caller, key Key, want page.Want) (p page.Page[Posting], zone *time.Location, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		rules, err := s.rulesOf(ctx, tx, key.Holder)
		if err != nil {
			return err
		}
		zone = rules.Zone
		if err := s.knows(ctx, tx, "query.asset", key.Asset); err != nil {
			return err
		}
		p, err = s.Entries(ctx, tx, key, want)
		return err
	})
	return p, zone, err
}

// ShowBalances are the points of up to 200 members. Who has none yet has zero.
func (s *Service) ShowBalances(ctx context.Context, caller permit.Caller, holders []id.Member) ([]Holding, error) {
	if err := checkBalances(holders); err != nil {
		return nil, err
	}
	found := make(map[id.Member]Holding, len(holders))
	err := s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		some, err := s.Balances(ctx, tx, holders, Points)
		for _, h := range some {
			found[h.Holder] = h
		}
		return err
	})
	all := make([]Holding, 0, len(holders))
	for _, who := range holders {
		h := found[who]
		h.Holder, h.Asset = who, Points
		all = append(all, h)
	}
	return all, err
}

// Search is what a list of all postings is asked for.
type Search struct {
	Holder   id.Member
	Kind     Kind
	Store    id.Store
	From, To string // a local day or an instant; a day counts whole
}

// Person is how a list across members calls one, masked. Absent texts are empty.
type Person struct {
	Number string
	Name   string
	Phone  string
}

// Found is a page of postings with what is needed to show them.
type Found struct {
	page.Page[Posting]
	People map[id.Member]Person
	Zone   *time.Location
}

// Browse is a page of the postings of all members, newest first, of those at the
// caller's stores and at none.
func (s *Service) Browse(ctx context.Context, caller permit.Caller, ask Search, want page.Want) (found Found, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if found.Zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		f := Filter{Holder: ask.Holder, Kind: ask.Kind, Stores: seen(caller, ask.Store)}
		if f.From, f.To, err = ask.span(found.Zone); err != nil {
			return err
		}
		if ask.Store != "" && !caller.MayAt(ask.Store) {
			return nil
		}
		if found.Page, err = s.List(ctx, tx, f, want); err != nil {
			return err
		}
		found.People, err = s.Names(ctx, tx, holders(found.Items))
		return err
	})
	return found, err
}

func holders(postings []Posting) []id.Member {
	all := make([]id.Member, len(postings))
	for i := range postings {
		all[i] = postings[i].Holder
	}
	return all
}

// seen are the stores whose postings the caller sees; none for all of them.
func seen(caller permit.Caller, asked id.Store) []id.Store {
	if asked != "" {
		return []id.Store{asked}
	}
	if caller.Stores == nil {
		return nil
	}
	return append([]id.Store{""}, caller.Stores...)
}

func (a Search) span(zone *time.Location) (from, to time.Time, err error) {
	var c fault.Collect
	read := func(location, s string, end bool) time.Time {
		at, err := instant(s, zone, end)
		if err != nil {
			c.Add(location, s, "须为日期 YYYY-MM-DD，或带时区的 RFC 3339 时间", "must be a date YYYY-MM-DD or an RFC 3339 time with an offset")
		}
		return at
	}
	from, to = read("query.from", a.From, false), read("query.to", a.To, true)
	return from, to, c.Err()
}

// instant reads a time, or a local day as its beginning or its end.
func instant(s string, zone *time.Location, end bool) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	d, err := day.Parse(s)
	switch {
	case err != nil:
		return time.Parse(time.RFC3339, s)
	case end:
		return d.End(zone), nil
	}
	return d.Start(zone), nil
}

// Detail is one posting with how much of it has been reversed.
func (s *Service) Detail(ctx context.Context, caller permit.Caller, which id.Posting) (p Posting, reversed int64, zone *time.Location, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		if p, err = s.Posting(ctx, tx, which); err != nil {
			return err
		}
		reversed, err = s.ReversedOf(ctx, tx, p)
		return err
	})
	return p, reversed, zone, err
}
