package order

import (
	"fmt"

	"huiji/internal/core/fault"
	"huiji/internal/core/unit"
)

// Item is one thing in the basket.
type Item struct {
	SKU         string
	Name        string
	Category    string
	Kind        string // goods or service
	TaxRate     int64  // basis points
	Quantity    int64  // at least 1
	Price       unit.Money
	EarnsPoints bool
}

// Basket is what a price is made of.
type Basket struct {
	Items          []Item
	Discount       unit.Money // for the whole order
	DiscountReason string
	Offset         Offset
	Use            Use
	Available      unit.Points // what the member can spend now
}

// Priced is a basket with its price. The lines add up to every sum to the fen.
type Priced struct {
	Lines          []Line
	Subtotal       unit.Money
	Discount       unit.Money
	DiscountReason string
	Usage          Usage
	Total          unit.Money
}

// Price prices the basket: price × quantity, then the order's discount, then
// points, each spread over the lines by largest remainder.
func (b Basket) Price() (Priced, error) {
	p := Priced{Discount: b.Discount, DiscountReason: b.DiscountReason}
	for i, item := range b.Items {
		amount, err := unit.Mul(item.Price, item.Quantity)
		if err != nil || item.Price < 0 || item.Quantity < 1 {
			return Priced{}, unit.ErrOverflow.At(fmt.Sprintf("body.lines[%d].quantity", i), item.Quantity)
		}
		if p.Subtotal, err = unit.Add(p.Subtotal, amount); err != nil {
			return Priced{}, unit.ErrOverflow.At(fmt.Sprintf("body.lines[%d].quantity", i), item.Quantity)
		}
		p.Lines = append(p.Lines, item.line(i+1, item.Quantity, amount))
	}
	if b.Discount < 0 || b.Discount > p.Subtotal {
		return Priced{}, fault.Newf(fault.Invalid, "discount.too_large", "优惠金额须为 0–%s", "the discount must be from 0 to %s", p.Subtotal.Yuan()).
			At("body.discount.amount", int64(b.Discount)).With("most", int64(p.Subtotal))
	}
	var err error
	if p.Usage, err = b.Offset.Usage(b.Use, b.Available, p.Subtotal-p.Discount); err != nil {
		return Priced{}, err
	}
	p.Total = p.Subtotal - p.Discount - p.Usage.Amount
	return p, p.spread()
}

func (item Item) line(no int, quantity int64, amount unit.Money) Line {
	return Line{
		No: no, SKU: item.SKU, Name: item.Name, Category: item.Category, Kind: item.Kind, TaxRate: item.TaxRate,
		Quantity: quantity, Price: item.Price, EarnsPoints: item.EarnsPoints, Amount: amount, Paid: amount,
	}
}

// spread gives every line its share of the discount and of the points.
func (p *Priced) spread() error {
	weights := make([]int64, len(p.Lines))
	for i, l := range p.Lines {
		weights[i] = int64(l.Amount)
	}
	discounts, err := unit.Split(int64(p.Discount), weights)
	if err != nil {
		return fmt.Errorf("spread the discount: %w", err)
	}
	for i, l := range p.Lines {
		weights[i] = int64(l.Amount) - discounts[i]
	}
	amounts, err := unit.Split(int64(p.Usage.Amount), weights)
	if err != nil {
		return fmt.Errorf("spread what points pay: %w", err)
	}
	points, err := unit.Split(int64(p.Usage.Points), amounts)
	if err != nil {
		return fmt.Errorf("spread the points: %w", err)
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		l.Discount, l.PointsAmount, l.PointsUsed = unit.Money(discounts[i]), unit.Money(amounts[i]), unit.Points(points[i])
		l.Paid = l.Amount - l.Discount - l.PointsAmount
		l.Holding = Holding{Base: Basis{Units: l.Quantity, Money: l.Paid, Used: l.PointsUsed}}
	}
	return nil
}

// PriceCredit makes the lines of a credit: the items' quantities and amounts,
// negative.
func PriceCredit(items []Item) (Priced, error) {
	var p Priced
	for i, item := range items {
		amount, err := unit.Mul(item.Price, -item.Quantity)
		if err != nil || item.Quantity < 1 {
			return Priced{}, unit.ErrOverflow.At(fmt.Sprintf("lines[%d].quantity", i), item.Quantity)
		}
		if p.Subtotal, err = unit.Add(p.Subtotal, amount); err != nil {
			return Priced{}, err
		}
		p.Lines = append(p.Lines, item.line(i+1, -item.Quantity, amount))
	}
	p.Total = p.Subtotal
	return p, nil
}

// Pay turns payments into tenders. They must add up to the total; an order that
// costs nothing has none.
func (p Priced) Pay(payments []Tender) ([]Tender, error) {
	var sum unit.Money
	var c fault.Collect
	tenders := make([]Tender, 0, len(payments))
	for i, t := range payments {
		if t.Amount < 1 {
			c.Add(fmt.Sprintf("body.payments[%d].amount", i), int64(t.Amount), "支付金额须大于 0", "an amount must be above 0")
		}
		next, err := unit.Add(sum, t.Amount)
		if err != nil {
			return nil, unit.ErrOverflow.At(fmt.Sprintf("body.payments[%d].amount", i), int64(t.Amount))
		}
		sum = next
		tenders = append(tenders, Tender{No: i + 1, Method: t.Method, Amount: t.Amount, Tendered: t.Tendered})
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	if sum != p.Total {
		return nil, fault.Newf(fault.Invalid, "payments.mismatch", "支付合计 %s 与应付 %s 不符", "the payments add up to %s, but %s is due", sum.Yuan(), p.Total.Yuan()).
			At("body.payments", int64(sum)).With("expected", int64(p.Total)).With("given", int64(sum))
	}
	return tenders, nil
}

// Fill copies the price onto an order.
func (p Priced) Fill(o *Order) {
	o.Lines, o.Subtotal, o.Discount, o.DiscountReason = p.Lines, p.Subtotal, p.Discount, p.DiscountReason
	o.PointsUsed, o.PointsAmount, o.Total = p.Usage.Points, p.Usage.Amount, p.Total
}
