package app

import (
	"context"
	"errors"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/domain/analytics"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/migration"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
)

// What one noun must know of another is a question that it asks through a
// function; these are the answers.

func clockOf(d *db.DB) clock.Clock {
	if d == nil { // Only the OpenAPI document is wanted.
		return clock.Wall{}
	}
	return d.Clock()
}

// ready is nil when the database answers and its schema is current.
func (a *App) ready(ctx context.Context) error {
	current, err := a.DB.Current(ctx, migration.Files)
	if err == nil && !current {
		err = errors.New("the schema is older than the program")
	}
	return err
}

// ledgerRules is what ledger requests must know of their members and merchant.
func (a *App) ledgerRules(ctx context.Context, tx *db.Tx, holders []id.Member) (ledger.Rulebook, error) {
	book := ledger.Rulebook{Members: make(map[id.Member]error, len(holders)), Missing: member.ErrNotFound}
	var terms merchant.Terms
	var policy earning.Policy
	var standings map[id.Member]member.Standing
	err := tx.Together(ctx,
		func(ctx context.Context, tx *db.Tx) (err error) {
			standings, err = a.Members.Standings(ctx, tx, holders)
			return err
		},
		func(ctx context.Context, tx *db.Tx) (err error) { terms, err = a.Merchants.Terms(ctx, tx); return err },
		func(ctx context.Context, tx *db.Tx) (err error) {
			policy, err = a.Rulebook.At(ctx, tx, tx.Now())
			return err
		})
	if err != nil {
		return book, err
	}
	for who, standing := range standings {
		book.Members[who] = standing.MayTrade()
	}
	book.Rules = ledger.Rules{
		Zone: terms.Zone, Validity: policy.Validity, Debt: ledger.DebtPolicy(terms.Debt.Points),
		GraceDays: terms.Debt.ReinstatementGraceDays,
	}
	return book, nil
}

func (a *App) describe(ctx context.Context, tx *db.Tx) (auth.Merchant, error) {
	m, err := a.Merchants.Find(ctx, tx)
	return auth.Merchant{ID: m.ID, Name: m.Name, Trade: string(m.Trade), Currency: m.Currency, Timezone: m.Timezone}, err
}

func (a *App) hasDemo(ctx context.Context, tx *db.Tx) (bool, error) {
	some, err := a.Members.Demo(ctx, tx, 1)
	return len(some) > 0, err
}

// ordersCounted is how far the home page counts orders: it asks whether there
// are any.
const ordersCounted = 1000

// counts is what the home page counts.
func (a *App) counts(ctx context.Context, tx *db.Tx, stores []id.Store) (c analytics.Counts, err error) {
	if c.MembersTotal, err = a.Members.Count(ctx, tx, stores); err != nil {
		return c, err
	}
	if c.Members = c.MembersTotal; stores != nil {
		if c.Members, err = a.Members.Count(ctx, tx, nil); err != nil {
			return c, err
		}
	}
	if c.Products, err = a.Catalog.Count(ctx, tx); err != nil {
		return c, err
	}
	if c.Orders, err = a.Orders.Some(ctx, tx, ordersCounted); err != nil {
		return c, err
	}
	if c.Staff, err = a.Auth.CountStaff(ctx, tx); err != nil {
		return c, err
	}
	c.Demo, err = a.hasDemo(ctx, tx)
	return c, err
}

// called answers how members are called, in the asking noun's own words.
func called[Person ~struct{ Number, Name, Phone string }](members *member.Service) func(context.Context, *db.Tx, []id.Member) (map[id.Member]Person, error) {
	return func(ctx context.Context, tx *db.Tx, who []id.Member) (map[id.Member]Person, error) {
		found, err := members.Called(ctx, tx, who)
		if err != nil {
			return nil, err
		}
		all := make(map[id.Member]Person, len(found))
		for one, said := range found {
			all[one] = Person(said)
		}
		return all, nil
	}
}

func (a *App) storeThere(ctx context.Context, tx *db.Tx, store id.Store) (bool, error) {
	_, err := a.Stores.Find(ctx, tx, store)
	if f := fault.Of(err); f != nil && f.Kind == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}
