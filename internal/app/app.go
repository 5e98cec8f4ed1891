// Package app is the wiring: the only place that knows every part.
package app

import (
	"context"
	"log/slog"

	"huiji/internal/domain/analytics"
	"huiji/internal/domain/audit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/message"
	"huiji/internal/domain/order"
	"huiji/internal/domain/proof"
	"huiji/internal/domain/store"
	"huiji/internal/flow/bookkeeping"
	"huiji/internal/flow/checkout"
	"huiji/internal/flow/claim"
	"huiji/internal/flow/demo"
	"huiji/internal/flow/enroll"
	"huiji/internal/flow/expiry"
	"huiji/internal/flow/importing"
	"huiji/internal/flow/refund"
	"huiji/internal/flow/setup"
	"huiji/internal/flow/upkeep"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
	"huiji/internal/platform/vault"
	"huiji/internal/platform/web"
)

// Parts are what the program is given from outside.
type Parts struct {
	DB      *db.DB
	Log     *slog.Logger
	Vault   *vault.Keyring
	Hasher  *auth.Hasher
	Version string
}

// App is the whole program, ready to serve.
type App struct {
	Parts
	Jobs *job.Queue
	API  *web.API
	Auth *auth.Service

	Merchants *merchant.Service
	Stores    *store.Service
	Catalog   *catalog.Service
	Members   *member.Service
	Rulebook  *earning.Service
	Book      *ledger.Service
	Orders    *order.Service
	Messages  *message.Service
	Audit     *audit.Service
	Proofs    *proof.Service
	Analytics *analytics.Service

	Setup    *setup.Service
	Desk     *enroll.Service
	Till     *checkout.Service
	Refunds  *refund.Service
	Claims   *claim.Service
	Night    *expiry.Service
	Importer *importing.Service
	Sums     *bookkeeping.Service
	Demo     *demo.Service
	Upkeep   *upkeep.Service
}

// New wires the program. It starts nothing.
func New(p Parts) *App {
	a := &App{Parts: p, Jobs: job.New(p.DB, p.Log)}
	a.nouns()
	a.doors()
	a.verbs()
	a.API = web.New(web.Options{
		Log: p.Log, Clock: clockOf(p.DB), Version: p.Version,
		Authenticate: a.Auth.Authenticate, Denied: a.Auth.Denied, Ready: a.ready,
	})
	a.routes()
	a.API.Registry().MustRegister(newFigures(a))
	a.subscriptions()
	return a
}

func (a *App) nouns() {
	d, q := a.DB, a.Jobs
	a.Merchants = &merchant.Service{DB: d, Jobs: q}
	zone := a.Merchants.Zone
	a.Stores = &store.Service{DB: d, Jobs: q, Zone: zone}
	a.Catalog = &catalog.Service{DB: d, Jobs: q, Zone: zone}
	a.Members = &member.Service{DB: d, Jobs: q, Vault: a.Vault, Zone: zone}
	a.Rulebook = &earning.Service{DB: d, Jobs: q, Zone: zone}
	a.Book = &ledger.Service{DB: d, Jobs: q, Zone: zone, Rules: a.ledgerRules, Names: called[ledger.Person](a.Members)}
	a.Book.Reports = a.bookReports()
	a.Orders = &order.Service{DB: d, Jobs: q, Zone: zone, Names: called[order.Person](a.Members)}
	a.Messages = &message.Service{DB: d, Zone: zone, Exists: a.Members.Exists}
	a.Audit = &audit.Service{DB: d, Jobs: q, Zone: zone}
	a.Proofs = newProof(d, a.Book, a.Members)
	a.Proofs.Jobs, a.Proofs.Vault, a.Proofs.Zone = q, a.Vault, zone
	a.Analytics = &analytics.Service{DB: d, Zone: zone, Counts: a.counts, StoreThere: a.storeThere}
}

func (a *App) doors() {
	a.Auth = auth.New(auth.Options{
		DB: a.DB, Jobs: a.Jobs, Log: a.Log, Hasher: a.Hasher,
		Merchant: a.describe, Demo: a.hasDemo, StoreThere: a.storeThere,
	})
}

func (a *App) verbs() {
	d, q := a.DB, a.Jobs
	a.Setup = &setup.Service{DB: d, Vault: a.Vault, Auth: a.Auth, Merchants: a.Merchants, Stores: a.Stores, Rulebook: a.Rulebook}
	a.Desk = &enroll.Service{DB: d, Jobs: q, Members: a.Members, Stores: a.Stores}
	a.Till = &checkout.Service{
		DB: d, Jobs: q, Merchants: a.Merchants, Stores: a.Stores, Members: a.Members,
		Catalog: a.Catalog, Earning: a.Rulebook, Ledger: a.Book, Orders: a.Orders,
	}
	a.Refunds = &refund.Service{DB: d, Jobs: q, Merchants: a.Merchants, Ledger: a.Book, Orders: a.Orders}
	a.Claims = &claim.Service{
		DB: d, Jobs: q, Merchants: a.Merchants, Members: a.Members, Earning: a.Rulebook, Ledger: a.Book, Orders: a.Orders,
	}
	a.Night = &expiry.Service{Book: a.Book, Messages: a.Messages, Merchants: a.Merchants, Jobs: q}
	a.Sums = &bookkeeping.Service{Jobs: q, Analytics: a.Analytics}
	a.Upkeep = &upkeep.Service{DB: d, Jobs: q, Merchants: a.Merchants}
	a.Demo = a.newDemo()
	a.Importer = &importing.Service{
		DB: d, Jobs: q, Merchants: a.Merchants, Stores: a.Stores, Members: a.Members,
		Catalog: a.Catalog, Rules: a.Rulebook, Ledger: a.Book, Orders: a.Orders,
	}
}

func (a *App) routes() {
	for _, routes := range []func(*web.API){
		a.Setup.Routes, a.Auth.Routes, a.Merchants.Routes, a.Stores.Routes, a.Catalog.Routes, a.Members.Routes,
		a.Rulebook.Routes, a.Book.Routes, a.Till.Routes, a.Refunds.Routes, a.Claims.Routes, a.Orders.Routes,
		a.Messages.Routes, a.Audit.Routes, a.Analytics.Routes, a.Desk.Routes, a.Demo.Routes, a.Upkeep.Routes,
		a.Proofs.Routes,
	} {
		routes(a.API)
	}
}

func (a *App) subscriptions() {
	a.Jobs.Merchants(a.everyMerchant)
	once.Subscribe(a.Jobs)
	a.Auth.Subscribe()
	a.Audit.Subscribe()
	a.Proofs.Subscribe()
	a.Book.Subscribe()
	a.Night.Subscribe()
	a.Sums.Subscribe()
	a.Demo.Subscribe()
}

// everyMerchant lists whose periodic jobs to ask for.
func (a *App) everyMerchant(ctx context.Context) (list []job.Merchant, err error) {
	err = a.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		all, err := a.Merchants.All(ctx, tx)
		for _, m := range all {
			list = append(list, job.Merchant{ID: m.ID, Zone: m.Timezone})
		}
		return err
	})
	return list, err
}
