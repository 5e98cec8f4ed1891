package order

import (
	"math/rand/v2"
	"strings"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/core/unit"
)

var retailOffset = Offset{Points: 100, Amount: 100, Step: 100, MaxPercent: 50}

func priced(t *testing.T, b Basket) Priced {
	t.Helper()
	p, err := b.Price()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// 9.99 × 3 with 10.00 off: 19.97, spread to the fen.
func TestDiscountIsSpreadToTheFen(t *testing.T) {
	p := priced(t, Basket{
		Items:    []Item{{SKU: "a", Quantity: 1, Price: 999}, {SKU: "b", Quantity: 1, Price: 999}, {SKU: "c", Quantity: 1, Price: 999}},
		Discount: 1000,
	})
	if p.Subtotal != 2997 || p.Total != 1997 {
		t.Fatalf("got %+v", p)
	}
	for i, want := range []unit.Money{334, 333, 333} {
		if l := p.Lines[i]; l.Discount != want || l.Paid != 999-want || l.No != i+1 {
			t.Errorf("line %+v", l)
		}
	}
}

func TestUsage(t *testing.T) {
	odd := Offset{Points: 100, Amount: 30, Step: 25, MaxPercent: 100} // 10 points are worth 3 fen
	least := Offset{Points: 1, Amount: 1, MaxPercent: 50, MinPoints: 500}
	for name, c := range map[string]struct {
		offset    Offset
		use       Use
		available unit.Points
		eligible  unit.Money
		points    unit.Points
		amount    unit.Money
		usable    unit.Points
		because   string
		code      string
	}{
		"none asked":            {retailOffset, Use{}, 5000, 1997, 0, 0, 900, "最多抵扣本单的 50%", ""},
		"max by percent":        {retailOffset, Use{Max: true}, 5000, 1997, 900, 900, 900, "积分最多抵扣本单的 50%，每 100 分一档，这笔最多可用 900 分", ""},
		"max by what is there":  {retailOffset, Use{Max: true}, 777, 10000, 700, 700, 700, "每 100 分一档，这笔最多可用 700 分", ""},
		"max of whole hundreds": {retailOffset, Use{Max: true}, 700, 10000, 700, 700, 700, "", ""},
		"max of nothing":        {retailOffset, Use{Max: true}, 0, 10000, 0, 0, 0, "至少须用 100 分", ""},
		"max of a debt":         {retailOffset, Use{Max: true}, -50, 10000, 0, 0, 0, "至少须用 100 分", ""},
		"asked exactly":         {retailOffset, Use{Points: 300}, 5000, 1997, 300, 300, 900, "50%", ""},
		"covers everything":     {Offset{100, 100, 1, 100, 0}, Use{Points: 5000}, 9000, 1997, 1997, 1997, 1997, "抵扣整单", ""},
		"covers all but cents":  {Offset{100, 100, 100, 100, 0}, Use{Max: true}, 9000, 1997, 1900, 1900, 1900, "抵扣整单", ""},
		"steps worth whole fen": {odd, Use{Max: true}, 9000, 1000, 3300, 990, 3300, "抵扣整单", ""},
		"fewest reached":        {least, Use{Max: true}, 9000, 1000, 500, 500, 500, "50%", ""},
		"fewest not reached":    {least, Use{Max: true}, 9000, 999, 0, 0, 0, "至少须用 500 分", ""},
		"nothing to pay":        {retailOffset, Use{Max: true}, 9000, 0, 0, 0, 0, "至少须用", ""},
		"switched off":          {Offset{}, Use{Max: true}, 9000, 5000, 0, 0, 0, "未开启", ""},
		"more than there are":   {retailOffset, Use{Points: 600}, 500, 99999, 0, 0, 0, "", "points.insufficient"},
		"more than the percent": {retailOffset, Use{Points: 1000}, 5000, 1997, 0, 0, 0, "", "points.not_usable"},
		"no whole step":         {retailOffset, Use{Points: 150}, 5000, 1997, 0, 0, 0, "", "points.not_usable"},
		"fewer than the fewest": {least, Use{Points: 400}, 9000, 5000, 0, 0, 0, "", "points.not_usable"},
		"asked while off":       {Offset{}, Use{Points: 100}, 9000, 5000, 0, 0, 0, "", "points.not_usable"},
		"worth more than int64": {Offset{unit.Points(unit.Max), 1, 1, 100, 0}, Use{Max: true}, 9000, 5000, 0, 0, 0, "", "amount.too_large"},
	} {
		u, err := c.offset.Usage(c.use, c.available, c.eligible)
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
			continue
		}
		if u.Points != c.points || u.Amount != c.amount || u.Usable != c.usable || !strings.Contains(u.Because.ZH, c.because) || (c.because == "") != u.Because.Empty() {
			t.Errorf("%s: %+v", name, u)
		}
	}
	_, err := retailOffset.Usage(Use{Points: 150}, 5000, 1997)
	if f := fault.Of(err); f.Data["usable"] != int64(100) || f.Fields[0].Location != "body.use_points" {
		t.Errorf("150 points: %+v", f)
	}
}

func TestPointsAreSpreadWithTheirMoney(t *testing.T) {
	p := priced(t, Basket{
		Items:    []Item{{SKU: "a", Quantity: 1, Price: 1000}, {SKU: "gift", Quantity: 2, Price: 0}, {SKU: "b", Quantity: 2, Price: 1000}},
		Discount: 300, Offset: Offset{Points: 1000, Amount: 10, Step: 1000, MaxPercent: 50}, Use: Use{Points: 50000}, Available: 60000,
	})
	if p.Total != 2200 || p.Usage.Amount != 500 {
		t.Fatalf("got %+v", p)
	}
	if a, g, b := p.Lines[0], p.Lines[1], p.Lines[2]; a.PointsAmount != 167 || a.PointsUsed != 16700 || b.PointsAmount != 333 || b.PointsUsed != 33300 ||
		g.PointsUsed != 0 || a.Paid+b.Paid != 2200 {
		t.Errorf("got %+v", p.Lines)
	}
}

func TestPricesThatCannotBe(t *testing.T) {
	one := []Item{{SKU: "a", Quantity: 1, Price: 1000}}
	for name, c := range map[string]struct {
		basket Basket
		code   string
	}{
		"discount above the goods": {Basket{Items: one, Discount: 1001}, "discount.too_large"},
		"negative discount":        {Basket{Items: one, Discount: -1}, "discount.too_large"},
		"no units":                 {Basket{Items: []Item{{Price: 1}}}, "amount.too_large"},
		"line overflow":            {Basket{Items: []Item{{Quantity: 1 << 40, Price: 1 << 40}}}, "amount.too_large"},
		"sum overflow":             {Basket{Items: []Item{{Quantity: 1, Price: unit.Money(unit.Max)}, {Quantity: 1, Price: 1}}}, "amount.too_large"},
	} {
		if _, err := c.basket.Price(); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if p := priced(t, Basket{Items: one, Discount: 1000}); p.Total != 0 || p.Lines[0].Paid != 0 {
		t.Errorf("a discount may be the whole price: %+v", p)
	}
}

func TestPay(t *testing.T) {
	p := Priced{Total: 1000}
	got, err := p.Pay([]Tender{{Method: Cash, Amount: 400, Tendered: 500}, {Method: Card, Amount: 600}})
	if err != nil || len(got) != 2 || got[0] != (Tender{No: 1, Method: Cash, Amount: 400, Tendered: 500}) || got[1] != (Tender{No: 2, Method: Card, Amount: 600}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := (Priced{}).Pay(nil); err != nil || len(got) != 0 {
		t.Errorf("nothing to pay: %+v, %v", got, err)
	}
	for name, c := range map[string]struct {
		payments []Tender
		code     string
		field    string
	}{
		"none":     {nil, "payments.mismatch", "body.payments"},
		"too much": {[]Tender{{Method: Cash, Amount: 1001}}, "payments.mismatch", "body.payments"},
		"zero":     {[]Tender{{Method: Cash, Amount: 1000}, {Method: Card}}, "request.invalid", "body.payments[1].amount"},
		"negative": {[]Tender{{Method: Cash, Amount: 2000}, {Method: Card, Amount: -1000}}, "request.invalid", "body.payments[1].amount"},
		"overflow": {[]Tender{{Method: Cash, Amount: unit.Money(unit.Max)}, {Method: Card, Amount: 1}}, "amount.too_large", "body.payments[1].amount"},
	} {
		_, err := p.Pay(c.payments)
		if f := fault.Of(err); f == nil || f.Code != c.code || f.Fields[0].Location != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if f := fault.Of(func() error { _, err := p.Pay(nil); return err }()); f.Data["expected"] != int64(1000) {
		t.Errorf("data %v", f.Data)
	}
}

// Whatever is in the basket, its lines add up to its sums and nothing is below 0.
func TestLinesAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 2000 {
		p := priced(t, anyBasket(r))
		var sum Priced
		for _, l := range p.Lines {
			sum.Subtotal, sum.Discount, sum.Total = sum.Subtotal+l.Amount, sum.Discount+l.Discount, sum.Total+l.Paid
			sum.Usage.Points, sum.Usage.Amount = sum.Usage.Points+l.PointsUsed, sum.Usage.Amount+l.PointsAmount
			if l.Paid < 0 || l.Discount < 0 || l.PointsAmount < 0 || l.PointsUsed < 0 {
				t.Fatalf("line below nothing %+v", l)
			}
		}
		if sum.Subtotal != p.Subtotal || sum.Discount != p.Discount || sum.Total != p.Total || sum.Usage.Points != p.Usage.Points || sum.Usage.Amount != p.Usage.Amount {
			t.Fatalf("lines %+v of %+v", sum, p)
		}
		if p.Subtotal-p.Discount-p.Usage.Amount != p.Total {
			t.Fatalf("sums %+v", p)
		}
	}
}

func TestCredit(t *testing.T) {
	p, err := PriceCredit([]Item{{SKU: "a", Quantity: 3, Price: 250}, {SKU: "b", Quantity: 1, Price: 100}})
	if err != nil || p.Total != -850 || p.Subtotal != -850 || p.Lines[0].Quantity != -3 || p.Lines[0].Paid != -750 {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := PriceCredit([]Item{{Quantity: 0, Price: 1}}); err == nil {
		t.Error("no units were accepted")
	}
}

func TestNames(t *testing.T) {
	if got := Number(20260102, 123400012345); got != "26010200012345" {
		t.Errorf("number %s", got)
	}
	if no, ok := ParseLineID(LineID(12)); no != 12 || !ok {
		t.Error("a line's id does not read back")
	}
	for _, s := range []string{"", "12", "line_", "line_0", "line_01", "line_-1", "line_x", "line_+1"} {
		if _, ok := ParseLineID(s); ok {
			t.Errorf("%q was accepted", s)
		}
	}
}
