package demo

import (
	"huiji/internal/core/id"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
)

// Counted is what was counted of things that go, and goes out of the reports with
// them.
type Counted struct {
	Orders   []order.DaySums
	Postings []ledger.Line
	Joined   []member.Registered
}

// Kept is what the demo brought and stays, because the merchant's own data names
// it.
type Kept struct {
	Stores   []string // their names
	Products []string // their SKUs
}

// Cleared is what Clear removed.
type Cleared struct {
	Members, Orders int64
	Kept            Kept
}

// remains are the demo's stores and products that are still there.
type remains struct {
	stores   []store.Store
	products []catalog.Product
}

func (r remains) storeIDs() []id.Store {
	all := make([]id.Store, len(r.stores))
	for i, one := range r.stores {
		all[i] = one.ID
	}
	return all
}

func (r remains) skus() []string {
	all := make([]string, len(r.products))
	for i, one := range r.products {
		all[i] = one.SKU
	}
	return all
}

// names is what people call them.
func (r remains) names() Kept {
	kept := Kept{Stores: []string{}, Products: r.skus()}
	for _, one := range r.stores {
		kept.Stores = append(kept.Stores, one.Name)
	}
	return kept
}
