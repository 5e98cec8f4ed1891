// Package setup founds a merchant: the merchant with the settings of their
// trade, the first store, the first earning rule and the owner's account, all
// of it or nothing.
package setup

import (
	"cmp"
	"strings"

	"huiji/internal/core/fault"
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

// plan turns the request into what is founded.
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

// check says what is wrong with what is founded, as the nouns see it, at the
// places where the request asked for it.
func (p Plan) check() error {
	_, merchantFault := p.Merchant.Clean("body")
	opened := p.Store
	opened.Status = store.Open
	_, storeFault := opened.Clean("body.store")
	places := map[string]string{"body.name": "body.merchant", "body.store.timezone": "body.timezone"}
	if strings.TrimSpace(p.Store.Name) == "" { // Neither name was given, so the merchant's is the one that lacks.
		places["body.store.name"] = "body.merchant"
	}
	return together(places, merchantFault, storeFault)
}

// together makes one fault of several, each place named once. Whatever is no
// fault about fields comes before them.
func together(places map[string]string, errs ...error) error {
	var all *fault.Error
	seen := map[string]bool{}
	for _, err := range errs {
		if err == nil {
			continue
		}
		one := fault.Of(err)
		if one == nil || one.Kind != fault.Invalid {
			return err
		}
		if all == nil {
			all = &fault.Error{Kind: one.Kind, Code: one.Code, Text: one.Text}
		}
		for _, field := range one.Fields {
			field.Location = cmp.Or(places[field.Location], field.Location)
			if !seen[field.Location] {
				seen[field.Location] = true
				all.Fields = append(all.Fields, field)
			}
		}
	}
	if all == nil {
		return nil
	}
	return all
}
