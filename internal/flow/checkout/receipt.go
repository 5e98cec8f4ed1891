package checkout

import (
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
)

// Receipt is what a till prints: the order as it was sold, and where, by whom
// and for whom.
type Receipt struct {
	Terms  merchant.Terms
	Store  store.Store
	Order  order.Order
	Member *member.Member // nil for a walk-in
}
