package checkout

import (
	"fmt"
	"strings"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/order"
)

// Override is a price that is not the catalogue's.
type Override struct {
	SKU      string
	From, To unit.Money
}

// Plan is what is due and what must be booked.
type Plan struct {
	order.Priced
	Awards    []earning.Award
	Overrides []Override
}

// Decide turns facts into a plan. Same facts, same plan.
func Decide(f Facts) (Plan, error) {
	items, overrides, err := f.items()
	if err != nil {
		return Plan{}, err
	}
	if len(overrides) > 0 {
		if err := f.Caller.Check(permit.OrderPrice); err != nil {
			return Plan{}, err
		}
	}
	basket := order.Basket{Items: items, Offset: f.Offset, Use: f.Ask.Use, Available: f.Available}
	if d := f.Ask.Discount; d != nil {
		basket.Discount, basket.DiscountReason = d.Amount, strings.TrimSpace(d.Reason)
	}
	p := Plan{Overrides: overrides}
	if p.Priced, err = basket.Price(); err != nil {
		return Plan{}, err
	}
	if f.Ask.Member == "" {
		return p, nil
	}
	if p.Awards, err = earning.Awards(f.Policy, f.sale(p.Lines)); err != nil {
		return Plan{}, err
	}
	for _, a := range p.Awards {
		for _, share := range a.Lines {
			p.Lines[share.No-1].PointsEarned += share.Points
		}
	}
	return p, nil
}

// items are the lines with what the catalogue knows of them.
func (f Facts) items() (items []order.Item, overrides []Override, err error) {
	var c fault.Collect
	for i, asked := range f.Ask.Items {
		location := fmt.Sprintf("body.lines[%d].sku", i)
		good, found := f.Goods[asked.SKU]
		switch {
		case !found:
			c.Add(location, asked.SKU, "没有这个商品", "there is no such product")
			continue
		case good.Archived:
			c.Add(location, asked.SKU, "该商品已下架", "this product is no longer sold")
			continue
		}
		item := good.Item
		item.Quantity = asked.Quantity
		if asked.Price != nil && *asked.Price != item.Price {
			overrides = append(overrides, Override{SKU: item.SKU, From: item.Price, To: *asked.Price})
			item.Price = *asked.Price
		}
		items = append(items, item)
	}
	return items, overrides, c.Err()
}

// sale is the priced lines as earning sees them: points are earned on what is
// really paid.
func (f Facts) sale(lines []order.Line) earning.Sale {
	s := earning.Sale{At: f.At, Zone: f.Zone, Currency: f.Currency, Lines: make([]earning.Line, len(lines))}
	for i, l := range lines {
		s.Lines[i] = earning.Line{
			No: l.No, SKU: l.SKU, Name: l.Name, Category: l.Category, Quantity: l.Quantity, Eligible: l.Paid, EarnsPoints: l.EarnsPoints,
		}
	}
	return s
}

// Sold is the order that the plan makes, paid with the tenders, without its id
// and number.
func (f Facts) Sold(p Plan, tenders []order.Tender) order.Order {
	o := order.Order{
		Kind: order.Sale, Status: order.StatusCompleted, Member: f.Ask.Member, Store: f.Ask.Store,
		ActorID: f.Caller.ID, ActorName: f.Caller.Name, Source: source(f.Caller), ExternalID: f.Ask.ExternalID,
		Tenders: tenders, OccurredAt: f.At, Day: day.Of(f.At, f.Zone),
	}
	p.Fill(&o)
	o.Attach(kept(p.Awards))
	return o
}

// kept is awards as the order keeps them.
func kept(awards []earning.Award) []order.Award {
	all := make([]order.Award, len(awards))
	for i, a := range awards {
		all[i] = order.Award{Rule: a.Rule, Version: a.Version, Points: a.Points, Because: a.Because}
		for _, l := range a.Lines {
			all[i].Lines = append(all[i].Lines, order.AwardLine(l))
		}
	}
	return all
}

func source(c permit.Caller) string {
	switch {
	case c.Who == permit.ByKey:
		return order.FromAPI
	case c.Who == permit.BySystem && c.ID == order.FromDemo:
		return order.FromDemo
	}
	return order.FromTill
}
