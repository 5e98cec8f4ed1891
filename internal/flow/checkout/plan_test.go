package checkout

import (
	"strings"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/order"
)

var noon = time.Date(2026, 1, 1, 4, 0, 0, 0, time.UTC)

func facts(items ...Item) Facts {
	return Facts{
		Ask: Ask{Store: "sto_a", Member: "mem_a", Items: items}, Caller: permit.System("mer_a", "test"),
		Goods: map[string]Good{
			"tea":  {Item: order.Item{SKU: "tea", Name: "茶", Category: "饮", Price: 999, EarnsPoints: true}},
			"wine": {Item: order.Item{SKU: "wine", Name: "酒", Price: 10000}},
		},
		Offset: order.Offset{Points: 100, Amount: 100, Step: 100, MaxPercent: 50}, Policy: earning.Defaults("retail"),
		Zone: time.FixedZone("+08:00", 8*3600), Currency: "CNY", Available: 5000, At: noon,
	}
}

// The order that a plan makes adds up with its lines, its awards and what the
// ledger is told.
func TestPlanOrderAndPostingsAgree(t *testing.T) {
	f := facts(Item{SKU: "tea", Quantity: 3}, Item{SKU: "wine", Quantity: 1})
	f.Ask.Discount, f.Ask.Use = &Discount{Amount: 97, Reason: " 抹零 "}, order.Use{Points: 1000}
	f.Policy.Categories = []earning.Rate{{Category: "饮", Points: 2, PerAmount: 100}}
	p, err := Decide(f)
	if err != nil {
		t.Fatal(err)
	}
	o := f.Sold(p, []order.Tender{{No: 1, Method: order.Cash, Amount: p.Total}})
	o.ID, o.Number = "ord_x", "26010100000001"
	list, err := ops(&o, p.Awards, f.Currency)
	if err != nil {
		t.Fatal(err)
	}
	if o.Total != 11900 || o.DiscountReason != "抹零" || o.Day != 20260101 || o.PointsUsed != 1000 || o.PointsEarned != earning.Total(p.Awards) {
		t.Errorf("order %+v", o)
	}
	if len(list) != 2 || list[0].Kind != ledger.Redeem || list[0].Cause != "ord_x:used" || list[0].Amount != 1000 ||
		list[1].Kind != ledger.Earn || list[1].Cause != "ord_x:earned:category:饮" || unit.Points(list[1].Amount) != o.PointsEarned {
		t.Errorf("ops %+v", list)
	}
	if !strings.Contains(list[0].Snapshot, "用 1000 分抵扣 10 元") || !strings.Contains(list[0].Snapshot, "1000 points paid CNY 10\"") {
		t.Errorf("used: %s", list[0].Snapshot)
	}
	for _, op := range list {
		if op.Holder != "mem_a" || op.Store != "sto_a" || op.Day != 20260101 || op.Reference != "ord_x" || !strings.Contains(op.Snapshot, `"because":{"zh":`) {
			t.Errorf("op %+v", op)
		}
	}
	if l := o.Lines[0]; l.PointsEarned != o.PointsEarned || l.Holding.Left().Money != l.Paid || l.Holding.Left().Earned[0].Points != o.PointsEarned {
		t.Errorf("line %+v", l)
	}
}

func TestPricesOfOnesOwn(t *testing.T) {
	same, other := unit.Money(999), unit.Money(1)
	for name, c := range map[string]struct {
		price *unit.Money
		may   []permit.Permission
		code  string
	}{
		"the catalogue's":      {&same, nil, ""},
		"another, allowed":     {&other, []permit.Permission{permit.OrderPrice}, ""},
		"another, not allowed": {&other, nil, "permission.denied"},
	} {
		f := facts(Item{SKU: "tea", Quantity: 1, Price: c.price})
		f.Caller.Permissions = c.may
		p, err := Decide(f)
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (p.Total != *c.price || len(p.Overrides) != len(c.may)) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestAWalkInEarnsNothing(t *testing.T) {
	f := facts(Item{SKU: "tea", Quantity: 1})
	f.Ask.Member = ""
	p, err := Decide(f)
	if err != nil || len(p.Awards) != 0 || p.Total != 999 {
		t.Errorf("%+v, %v", p, err)
	}
}
