package order

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/core/unit"
)

// sold makes an order out of a basket, paid by tenders of the given amounts (the
// last takes what is left), with one award that gives a point per yuan.
func sold(t *testing.T, b Basket, tenders ...unit.Money) *Order {
	t.Helper()
	p, err := b.Price()
	if err != nil {
		t.Fatal(err)
	}
	o := &Order{Kind: Sale, Status: StatusCompleted}
	p.Fill(o)
	rest := o.Total
	for _, amount := range tenders {
		amount = min(amount, rest)
		rest -= amount
		if amount > 0 {
			o.Tenders = append(o.Tenders, Tender{No: len(o.Tenders) + 1, Method: Card, Amount: amount})
		}
	}
	if rest > 0 {
		o.Tenders = append(o.Tenders, Tender{No: len(o.Tenders) + 1, Method: Cash, Amount: rest})
	}
	o.Attach([]Award{awardOf(t, o, BaseRuleForTest, o.Total/100)})
	return o
}

// BaseRuleForTest names the only rule of these tests.
const BaseRuleForTest = "base"

func awardOf(t *testing.T, o *Order, rule string, points unit.Money) Award {
	t.Helper()
	weights := make([]int64, len(o.Lines))
	for i, l := range o.Lines {
		weights[i] = int64(l.Paid)
	}
	shares, err := unit.Split(int64(points), weights)
	if err != nil {
		t.Fatal(err)
	}
	a := Award{Rule: rule, Version: 1, Points: unit.Points(points)}
	for i, l := range o.Lines {
		a.Lines = append(a.Lines, AwardLine{No: l.No, Quantity: l.Quantity, Money: l.Paid, Points: unit.Points(shares[i])})
	}
	return a
}

func give(t *testing.T, o *Order, w Want) Return {
	t.Helper()
	r, err := o.GiveBack(w)
	if err != nil {
		t.Fatalf("%+v: %v", w, err)
	}
	return r
}

func units(pairs ...int64) Want {
	var w Want
	for i := 0; i < len(pairs); i += 2 {
		w.Lines = append(w.Lines, WantLine{No: int(pairs[i]), Quantity: pairs[i+1]})
	}
	return w
}

func amount(m unit.Money) Want { return Want{Amount: &m} }

func both(w Want, m unit.Money) Want { w.Amount = &m; return w }

// Units of one line: the cumulative share, whatever the cut.
func TestUnitsTakeTheCumulativeShare(t *testing.T) {
	three := Basket{Items: []Item{{SKU: "a", Quantity: 3, Price: 333, EarnsPoints: true}, {SKU: "b", Quantity: 1, Price: 1}}}
	o := sold(t, three)
	var money []unit.Money
	for range 3 {
		money = append(money, give(t, o, units(1, 1)).Amount)
	}
	if fmt.Sprint(money) != "[333 333 333]" {
		t.Errorf("got %v", money)
	}
	five := Basket{Items: []Item{{SKU: "a", Quantity: 5, Price: 100}}, Discount: 498}
	o = sold(t, five)
	money = nil
	for range 5 {
		money = append(money, give(t, o, units(1, 1)).Amount)
	}
	if fmt.Sprint(money) != "[0 0 1 0 1]" || o.Status != StatusRefunded {
		t.Errorf("got %v, %s", money, o.Status)
	}
}

// The check of the domain rules: 60 yuan at one point, 40 yuan at three; giving B
// back asks for B's 120 points, not for 40 % of 180.
func TestALineGivesBackItsOwnPoints(t *testing.T) {
	o := sold(t, Basket{Items: []Item{{SKU: "A", Quantity: 1, Price: 6000}, {SKU: "B", Quantity: 1, Price: 4000}}})
	o.Attach([]Award{
		{Rule: "base", Points: 60, Lines: []AwardLine{{No: 1, Quantity: 1, Money: 6000, Points: 60}}},
		{Rule: "category:茶", Points: 120, Lines: []AwardLine{{No: 2, Quantity: 1, Money: 4000, Points: 120}}},
	})
	r := give(t, o, units(2, 1))
	if r.Amount != 4000 || len(r.Claws) != 1 || r.Claws[0] != (RulePoints{"category:茶", 120}) || o.Status != StatusPartlyRefunded {
		t.Errorf("got %+v", r)
	}
}

func TestPriceReduction(t *testing.T) {
	o := sold(t, Basket{
		Items:  []Item{{SKU: "a", Quantity: 2, Price: 5000}, {SKU: "b", Quantity: 1, Price: 10000}},
		Offset: Offset{Points: 100, Amount: 100, Step: 100, MaxPercent: 50}, Use: Use{Points: 2000}, Available: 5000,
	})
	r := give(t, o, amount(4500)) // a quarter of 180.00
	if r.Amount != 4500 || r.Used != 500 || r.Clawed() != 45 || len(r.Lines) != 2 || r.Lines[0].Units != 0 {
		t.Errorf("reduction %+v", r)
	}
	r = give(t, o, units(1, 2))
	if r.Amount != 6750 || r.Used != 750 || r.Clawed() != 67 {
		t.Errorf("line after a reduction %+v", r)
	}
	r = give(t, o, Want{})
	if r.Amount != 6750 || r.Used != 750 || r.Clawed() != 68 || o.Status != StatusRefunded || o.Refunded != o.Total {
		t.Errorf("rest %+v, %s", r, o.Status)
	}
}

// Less money than the goods were worth: the goods are back and their points too;
// what was kept can still be paid out later.
func TestKeepingAPart(t *testing.T) {
	o := sold(t, Basket{Items: []Item{{SKU: "a", Quantity: 2, Price: 1000}, {SKU: "b", Quantity: 1, Price: 3000}}})
	r := give(t, o, both(units(1, 1, 2, 1), 3000))
	if r.Amount != 3000 || r.Clawed() != 40 || r.Lines[0].Money != 750 || r.Lines[1].Money != 2250 {
		t.Errorf("got %+v", r)
	}
	if left := o.Left(); left.Units != 1 || left.Money != 2000 {
		t.Errorf("left %+v", left)
	}
	r = give(t, o, Want{})
	if r.Amount != 2000 || r.Clawed() != 10 || o.Status != StatusRefunded || o.PointsClawed != o.PointsEarned {
		t.Errorf("rest %+v", r)
	}
}

func TestLastTenderFirst(t *testing.T) {
	o := sold(t, Basket{Items: []Item{{SKU: "a", Quantity: 1, Price: 10000}}}, 6000, 3000)
	r := give(t, o, amount(3500))
	want := []Tender{{No: 3, Method: Cash, Amount: 1000}, {No: 2, Method: Card, Amount: 2500}}
	if fmt.Sprint(r.Tenders) != fmt.Sprint(want) {
		t.Errorf("got %+v", r.Tenders)
	}
	r = give(t, o, Want{})
	if fmt.Sprint(r.Tenders) != fmt.Sprint([]Tender{{No: 2, Method: Card, Amount: 500}, {No: 1, Method: Card, Amount: 6000}}) {
		t.Errorf("rest %+v", r.Tenders)
	}
}

func TestRefundsThatCannotBe(t *testing.T) {
	basket := Basket{Items: []Item{{SKU: "a", Quantity: 2, Price: 1000}, {SKU: "b", Quantity: 1, Price: 3000}}}
	for name, c := range map[string]struct {
		before []Want
		want   Want
		code   string
		field  string
	}{
		"no such line":         {nil, units(3, 1), "request.invalid", "body.lines[0].line_id"},
		"same line twice":      {nil, units(1, 1, 1, 1), "request.invalid", "body.lines[1].line_id"},
		"no units":             {nil, units(1, 0), "request.invalid", "body.lines[0].quantity"},
		"less than no units":   {nil, units(1, -1), "request.invalid", "body.lines[0].quantity"},
		"more than bought":     {nil, units(2, 1, 1, 3), "request.invalid", "body.lines[1].quantity"},
		"more than left":       {[]Want{units(1, 1)}, units(1, 2), "refund.quantity_exceeds", "body.lines[0].quantity"},
		"no money":             {nil, amount(0), "request.invalid", "body.amount"},
		"more than paid":       {nil, amount(5001), "refund.amount_exceeds", "body.amount"},
		"more money than left": {[]Want{amount(4000)}, amount(1001), "refund.amount_exceeds", "body.amount"},
		"more than the lines":  {nil, both(units(1, 1), 1001), "refund.amount_exceeds_lines", "body.amount"},
		"everything twice":     {[]Want{{}}, Want{}, "order.nothing_left", ""},
		"money after all":      {[]Want{{}}, amount(1), "order.nothing_left", ""},
		"rest after money":     {[]Want{amount(5000)}, Want{}, "order.nothing_left", ""},
	} {
		o := sold(t, basket)
		for _, w := range c.before {
			give(t, o, w)
		}
		before := fmt.Sprintf("%+v", o)
		_, err := o.GiveBack(c.want)
		f := fault.Of(err)
		if f == nil || f.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
			continue
		}
		if c.field != "" && (len(f.Fields) != 1 || f.Fields[0].Location != c.field) {
			t.Errorf("%s: fields %+v, want %s", name, f.Fields, c.field)
		}
		if fmt.Sprintf("%+v", o) != before {
			t.Errorf("%s: a refused refund changed the order", name)
		}
	}
	credit := &Order{Kind: Credit, Status: StatusCompleted}
	if _, err := credit.GiveBack(Want{}); fault.CodeOf(err) != "order.not_refundable" {
		t.Errorf("credit: %v", err)
	}
}

// Goods can come back after their money did, for nothing; gifts alone too.
func TestGoodsWithoutMoney(t *testing.T) {
	o := sold(t, Basket{Items: []Item{{SKU: "a", Quantity: 2, Price: 1000}}})
	give(t, o, amount(2000))
	if o.Status != StatusRefunded || o.Refundable(o.Lines[0]) != 2 {
		t.Errorf("%s %d", o.Status, o.Refundable(o.Lines[0]))
	}
	if r := give(t, o, units(1, 2)); r.Amount != 0 || r.Clawed() != 0 || len(r.Tenders) != 0 {
		t.Errorf("got %+v", r)
	}
	o = sold(t, Basket{Items: []Item{{SKU: "gift", Quantity: 1, Price: 0}}})
	if r := give(t, o, Want{}); r.Amount != 0 || o.Status != StatusRefunded || o.Lines[0].Returned != 1 {
		t.Errorf("gift %+v", r)
	}
}

// naive is what the laws say, in lists: for every line the units and what each
// of them must give back at the latest when all is given back.
type naive struct {
	units        map[int]int64
	money        unit.Money
	used, clawed unit.Points
	tenders      map[int]unit.Money
}

func (n *naive) add(t *testing.T, o *Order, r Return) {
	t.Helper()
	var lines unit.Money
	for _, l := range r.Lines {
		n.units[l.No] += l.Units
		n.used += l.Used
		lines += l.Money
		for _, e := range l.Earned {
			if e.Points < 0 {
				t.Fatalf("negative claw %+v", r)
			}
			n.clawed += e.Points
		}
		if l.Units < 0 || l.Money < 0 || l.Used < 0 {
			t.Fatalf("negative part %+v", r)
		}
	}
	var tenders unit.Money
	for _, back := range r.Tenders {
		n.tenders[back.No] += back.Amount
		tenders += back.Amount
	}
	n.money += r.Amount
	if lines != r.Amount || tenders != r.Amount {
		t.Fatalf("lines %d, tenders %d, amount %d", lines, tenders, r.Amount)
	}
	if n.money > o.Total || n.used > o.PointsUsed || n.clawed > o.PointsEarned {
		t.Fatalf("more back than there was: %+v of %+v", n, o)
	}
	if n.money != o.Refunded || n.used != o.PointsReturned || n.clawed != o.PointsClawed {
		t.Fatalf("the order's sums are off: %+v", o)
	}
}

// Law 8: any sequence of refunds by lines, by amount or both that gives
// everything back ends exactly as if nothing had been bought.
func TestAnySequenceEndsExactly(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 17))
		o := sold(t, anyBasket(r), unit.Money(r.Int64N(5000)), unit.Money(r.Int64N(5000)))
		if r.IntN(2) == 0 && len(o.Lines) > 1 {
			split := []Award{awardOf(t, o, "base", unit.Money(r.Int64N(200))), awardOf(t, o, "category:x", unit.Money(r.Int64N(200)))}
			o.Attach(split)
		}
		n := &naive{units: map[int]int64{}, tenders: map[int]unit.Money{}}
		for step := 0; ; step++ {
			w, more := anyWant(r, o, step)
			if !more {
				break
			}
			n.add(t, o, give(t, o, w))
		}
		if n.money != o.Total || n.used != o.PointsUsed || n.clawed != o.PointsEarned {
			t.Fatalf("seed %d ends with %+v of %d, %d used, %d earned", seed, n, o.Total, o.PointsUsed, o.PointsEarned)
		}
		for _, l := range o.Lines {
			if l.Refunded != l.Paid || l.Returned != n.units[l.No] {
				t.Fatalf("seed %d: line %+v", seed, l)
			}
		}
		for _, tender := range o.Tenders {
			if n.tenders[tender.No] != tender.Amount {
				t.Fatalf("seed %d: tender %+v gave back %d", seed, tender, n.tenders[tender.No])
			}
		}
		if o.Status != StatusRefunded {
			t.Fatalf("seed %d: status %s", seed, o.Status)
		}
	}
}

// Units alone: after any sequence, what came back of a line is exactly the
// share of the units that came back.
func TestUnitsDoNotDependOnTheOrderOfThings(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 23))
		o := sold(t, anyBasket(r))
		for range 6 {
			at := r.IntN(len(o.Lines))
			left := o.Lines[at].Holding.Left().Units
			if left == 0 || o.Status == StatusRefunded {
				continue
			}
			give(t, o, units(int64(o.Lines[at].No), r.Int64N(left)+1))
		}
		for _, l := range o.Lines {
			if want := int64(l.Paid) * l.Returned / l.Quantity; int64(l.Refunded) != want {
				t.Fatalf("seed %d: %d of %d units gave %d of %d, want %d", seed, l.Returned, l.Quantity, l.Refunded, l.Paid, want)
			}
		}
	}
}

func anyBasket(r *rand.Rand) Basket {
	b := Basket{Offset: Offset{Points: 100, Amount: 100, Step: unit.Points(r.IntN(3) * 50), MaxPercent: int64(r.IntN(101))}}
	var sum int64
	for i := range r.IntN(6) + 1 {
		item := Item{SKU: fmt.Sprint(i), Quantity: r.Int64N(7) + 1, Price: unit.Money(r.Int64N(3000)), EarnsPoints: true}
		if r.IntN(8) == 0 {
			item.Price = 0
		}
		sum += int64(item.Price) * item.Quantity
		b.Items = append(b.Items, item)
	}
	b.Discount = unit.Money(r.Int64N(sum/2 + 1))
	b.Available, b.Use = unit.Points(r.Int64N(5000)), Use{Max: r.IntN(2) == 0}
	return b
}

// anyWant picks a refund that is possible, and the whole rest after many steps.
func anyWant(r *rand.Rand, o *Order, step int) (Want, bool) {
	left := o.Left()
	if left.worthless() && (left.Units == 0 || o.Status == StatusRefunded) {
		return Want{}, false
	}
	if step > 8 {
		return Want{}, true
	}
	var lines []WantLine
	for _, l := range o.Lines {
		if n := l.Holding.Left().Units; n > 0 && r.IntN(2) == 0 {
			lines = append(lines, WantLine{l.No, r.Int64N(n) + 1})
		}
	}
	switch kind := r.IntN(4); {
	case kind == 0 && left.Money > 0:
		return amount(unit.Money(r.Int64N(int64(left.Money)) + 1)), true
	case kind == 1 && len(lines) > 0:
		w := Want{Lines: lines}
		if worth := o.worthOf(lines); worth > 0 {
			w = both(w, unit.Money(r.Int64N(int64(worth))+1))
		}
		return w, true
	case len(lines) > 0:
		return Want{Lines: lines}, true
	}
	return Want{}, true
}

func (o *Order) worthOf(lines []WantLine) (worth unit.Money) {
	for _, w := range lines {
		worth += o.Lines[w.No-1].Holding.value(w.Quantity).Money
	}
	return worth
}
