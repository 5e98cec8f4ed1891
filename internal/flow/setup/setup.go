// Package setup founds a merchant: the merchant with the settings of their
// trade, the first store, the first earning rule and the owner's account, all
// of it or nothing.
package setup

import (
	"cmp"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/store"
)

// What a request that does not say gets.
const (
	defaultTrade    = "retail"
	defaultCurrency = "CNY"
	defaultTimezone = "Asia/Shanghai"
)

// Request is what a newcomer tells.
type Request struct {
	Merchant  string // its name
	Trade     string // retail, restaurant, beauty, supermarket; "" = retail
	Currency  string // ISO 4217; "" = CNY
	Timezone  string // IANA; "" = Asia/Shanghai
	StoreCode string
	StoreName string // "" = the merchant's name
	Owner     string // the account
	OwnerName string // "" = the account
	Password  string
}

// Plan is what is founded.
type Plan struct {
	Merchant merchant.Merchant
	Store    store.Store
	Policy   earning.Policy
	Caller   permit.Caller // the product itself, acting for the newcomer
}

// plan turns the request into what is founded. Every field is checked by the
// noun that owns it.
func (r Request) plan(of id.Merchant) Plan {
	trade := cmp.Or(r.Trade, defaultTrade)
	zone := cmp.Or(r.Timezone, defaultTimezone)
	caller := permit.System(of, "setup")
	caller.Role = permit.Owner
	return Plan{
		Merchant: merchant.Merchant{
			Name: r.Merchant, Trade: merchant.Trade(trade), Currency: cmp.Or(r.Currency, defaultCurrency), Timezone: zone,
		},
		Store:  store.Store{Code: r.StoreCode, Name: cmp.Or(r.StoreName, r.Merchant), Timezone: zone},
		Policy: earning.Defaults(trade),
		Caller: caller,
	}
}
