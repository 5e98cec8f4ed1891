package checkout

import (
	"context"
	"fmt"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/once"
)

// together are sales of as many members, each with their own.
func (h *shop) together(n int) (group []*sale, members []id.Member) {
	h.Helper()
	caller := permit.System(dbtest.Merchant, "test")
	h.write(func(ctx context.Context, tx *db.Tx) error {
		drafts := make([]member.Draft, n)
		for i := range drafts {
			drafts[i] = member.Draft{Phone: fmt.Sprintf("1390000%04d", i), Store: h.store, At: "body"}
		}
		made, err := h.s.Members.Enrol(ctx, tx, drafts)
		for _, m := range made {
			members = append(members, m.ID)
		}
		return err
	})
	for i, who := range members {
		group = append(group, &sale{
			caller: caller, key: once.Key{Scope: "test", Key: fmt.Sprint(i), Fingerprint: []byte{byte(i)}, Forever: true},
			ask: Ask{
				Store: h.store, Member: who, Items: []Item{{SKU: "tea", Quantity: int64(i + 1)}},
				Payments: []order.Tender{{Method: order.Cash, Amount: 999 * unit.Money(i+1)}},
			},
		})
	}
	return group, members
}

func (h *shop) points(who id.Member) (n int64) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		a, err := h.s.Ledger.Account(ctx, tx, who, ledger.Points)
		n = a.View(ledger.At(tx.Now())).Balance
		return err
	})
	return n
}

// One sale of a group that is refused, for whatever reason and however late, is
// the only one to hear of it, and leaves nothing.
func TestNobodyPaysForTheirNeighbours(t *testing.T) {
	h := open(t)
	group, members := h.together(8)
	group[1].ask.Items[0].SKU = "nothing"                             // there is no such product
	group[2].ask.Payments = nil                                       // not paid
	group[3].ask.Use = order.Use{Points: 100}                         // has no points
	group[4].ask.ExternalID, group[5].ask.ExternalID = "same", "same" // found out when it is booked
	group[6].ask.Store = "sto_nowhere"
	h.s.sellGroup(context.Background(), dbtest.Merchant, group, func() {})
	want := map[int]string{1: "request.invalid", 2: "payments.mismatch", 3: "points.insufficient", 5: "order.external_taken", 6: "store.not_found"}
	for i, one := range group {
		if got := fault.CodeOf(one.err); got != want[i] {
			t.Errorf("sale %d: %q %v, want %q", i, got, one.err, want[i])
		}
		earned := int64(0)
		if one.err == nil {
			earned = int64(i+1) * 999 / 100
		}
		if got := h.points(members[i]); got != earned || (one.err == nil && int64(one.order.MemberBalance) != earned) {
			t.Errorf("member %d has %d points, the order says %d, want %d", i, got, one.order.MemberBalance, earned)
		}
	}
	h.drained()
	orders := int64(0)
	for _, told := range h.sold {
		for _, d := range told.Days {
			orders += d.Orders
		}
	}
	if orders != 3 {
		t.Errorf("%d orders told, want 3", orders)
	}
}

// The same group again gets the same answers, and sells nothing.
func TestAGroupSentAgainSellsNothing(t *testing.T) {
	h := open(t)
	group, members := h.together(5)
	h.s.sellGroup(context.Background(), dbtest.Merchant, group, func() {})
	first := make([]id.Order, len(group))
	for i, one := range group {
		if one.err != nil {
			t.Fatal(one.err)
		}
		first[i] = one.order.ID
	}
	other := *group[0]
	other.key.Fingerprint = []byte("another body")
	group[0] = &other
	h.s.sellGroup(context.Background(), dbtest.Merchant, group, func() {})
	if fault.CodeOf(group[0].err) != "idempotency.key_reused" {
		t.Errorf("another body under the same key: %v", group[0].err)
	}
	for i, one := range group[1:] {
		if one.err != nil || one.order.ID != first[i+1] || one.order.Total != 999*unit.Money(i+2) {
			t.Errorf("sale %d: %s %v, want %s", i+1, one.order.ID, one.err, first[i+1])
		}
	}
	for i, who := range members {
		if got := h.points(who); got != int64(i+1)*999/100 {
			t.Errorf("member %d has %d points", i, got)
		}
	}
}
