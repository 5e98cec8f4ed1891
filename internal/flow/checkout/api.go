package checkout

import (
	"context"
	"net/http"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/member"
	"huiji/internal/domain/order"
	"huiji/internal/platform/web"
)

const tag = "Orders"

// Routes registers the till's operations.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "quote-order", Method: http.MethodPost, Path: "/orders/quote", Tag: tag, Need: permit.OrderSell,
		Summary: "Price a basket without selling it: what is shown is what is charged",
	}, s.quote)
	web.Register(api, web.Op{
		ID: "create-order", Method: http.MethodPost, Path: "/orders", Tag: tag, Need: permit.OrderSell, Key: true, Forever: true,
		Status: http.StatusCreated, Summary: "Sell a basket",
	}, s.create)
	web.Register(api, web.Op{
		ID: "get-order-receipt", Method: http.MethodGet, Path: "/orders/{id}/receipt", Tag: tag, Need: permit.OrderRead,
		Summary: "What the receipt of an order says",
	}, s.receipt)
}

type lineBody struct {
	SKU      string `json:"sku"`
	Quantity int64  `json:"quantity"`
	Price    *int64 `json:"price,omitempty" doc:"In place of the catalogue's; needs order.price when it differs"`
}

type discountBody struct {
	Amount int64  `json:"amount"`
	Reason string `json:"reason"`
}

type paymentBody struct {
	Method string `json:"method" doc:"cash, card or other"`
	Amount int64  `json:"amount"`
	// Tendered has no 0: nobody who pays hands over nothing.
	Tendered int64 `json:"tendered,omitempty" minimum:"1" doc:"Only of cash: what was handed over, at least amount and at most 10000000 more; absent when nobody said"`
}

type quoteBody struct {
	StoreID   string        `json:"store_id"`
	MemberID  string        `json:"member_id,omitempty" doc:"Absent for a walk-in"`
	Lines     []lineBody    `json:"lines" nullable:"false"`
	Discount  *discountBody `json:"discount,omitempty" doc:"For the whole order; needs order.discount"`
	CouponIDs any           `json:"coupon_ids,omitempty" doc:"A list of coupons, or \"best\""`
	UsePoints any           `json:"use_points,omitempty" doc:"How many points pay, or \"max\""`
}

type sellBody struct {
	StoreID    string        `json:"store_id"`
	MemberID   string        `json:"member_id,omitempty" doc:"Absent for a walk-in"`
	Lines      []lineBody    `json:"lines" nullable:"false"`
	Discount   *discountBody `json:"discount,omitempty" doc:"For the whole order; needs order.discount"`
	CouponIDs  any           `json:"coupon_ids,omitempty" doc:"A list of coupons, or \"best\""`
	UsePoints  any           `json:"use_points,omitempty" doc:"How many points pay, or \"max\""`
	Payments   []paymentBody `json:"payments,omitempty" doc:"Must add up to the total; none when it is 0"`
	ExternalID string        `json:"external_id,omitempty" doc:"The order's id in another system, unique"`
	OccurredAt string        `json:"occurred_at,omitempty" doc:"RFC 3339; when the sale was made, up to 31 days ago"`
}

type quoteInput struct{ Body quoteBody }

type sellInput struct{ Body sellBody }

type quoteOutput struct{ Body quoteView }

type orderOutput struct{ Body order.View }

// quoteView is a price as it is shown before the sale.
type quoteView struct {
	Lines        []order.LineView `json:"lines" nullable:"false"`
	Subtotal     int64            `json:"subtotal"`
	Discounts    []discountView   `json:"discounts" nullable:"false"`
	PointsUsed   int64            `json:"points_used"`
	PointsAmount int64            `json:"points_amount"`
	PointsUsable int64            `json:"points_usable" doc:"The most points that can pay for this basket"`
	PointsReason string           `json:"points_reason" doc:"What limits them; empty when only the points at hand do"`
	Total        int64            `json:"total"`
	Earn         earnView         `json:"earn"`
}

type discountView struct {
	Kind   string `json:"kind" enum:"manual"`
	Name   string `json:"name"`
	Amount int64  `json:"amount"`
}

type earnView struct {
	Points      int64             `json:"points"`
	Growth      int64             `json:"growth"`
	Explanation []order.AwardView `json:"explanation" nullable:"false"`
}

func (s *Service) quote(ctx context.Context, in *quoteInput) (*quoteOutput, error) {
	ask, err := in.Body.ask()
	if err != nil {
		return nil, err
	}
	p, err := s.Quote(ctx, web.Caller(ctx), ask)
	if err != nil {
		return nil, err
	}
	return &quoteOutput{Body: p.show(web.Lang(ctx))}, nil
}

func (s *Service) create(ctx context.Context, in *sellInput) (*orderOutput, error) {
	b := in.Body
	ask, err := quoteBody{
		StoreID: b.StoreID, MemberID: b.MemberID, Lines: b.Lines, Discount: b.Discount, CouponIDs: b.CouponIDs, UsePoints: b.UsePoints,
	}.ask()
	if err != nil {
		return nil, err
	}
	if ask.OccurredAt, err = web.ParseTime("body.occurred_at", b.OccurredAt); err != nil {
		return nil, err
	}
	ask.ExternalID = b.ExternalID
	for _, p := range b.Payments {
		ask.Payments = append(ask.Payments, order.Tender{
			Method: order.Method(p.Method), Amount: unit.Money(p.Amount), Tendered: unit.Money(p.Tendered),
		})
	}
	o, zone, err := s.Sell(ctx, web.Caller(ctx), web.OnceKey(ctx), ask)
	if err != nil {
		return nil, err
	}
	return &orderOutput{Body: o.Show(zone, web.Lang(ctx))}, nil
}

func (b quoteBody) ask() (Ask, error) {
	a := Ask{Store: id.Store(b.StoreID), Member: id.Member(b.MemberID)}
	for _, l := range b.Lines {
		item := Item{SKU: l.SKU, Quantity: l.Quantity}
		if l.Price != nil {
			price := unit.Money(*l.Price)
			item.Price = &price
		}
		a.Items = append(a.Items, item)
	}
	if b.Discount != nil {
		a.Discount = &Discount{Amount: unit.Money(b.Discount.Amount), Reason: b.Discount.Reason}
	}
	var c fault.Collect
	a.Use = use(&c, b.UsePoints)
	a.Coupons = coupons(&c, b.CouponIDs)
	return a, c.Err()
}

// use reads a number of points or "max".
func use(c *fault.Collect, value any) order.Use {
	switch v := value.(type) {
	case nil:
		return order.Use{}
	case string:
		if v == "max" {
			return order.Use{Max: true}
		}
	case float64:
		if n := int64(v); float64(n) == v && n >= 0 && n <= unit.Max {
			return order.Use{Points: unit.Points(n)}
		}
	}
	c.Add("body.use_points", value, "使用积分须为不小于 0 的整数，或 \"max\"", "use_points must be a whole number from 0, or \"max\"")
	return order.Use{}
}

// coupons reads a list of coupons or "best"; the best of no coupons is none.
func coupons(c *fault.Collect, value any) (all []string) {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		if v == "best" {
			return nil
		}
	case []any:
		for _, one := range v {
			text, ok := one.(string)
			if !ok {
				break
			}
			all = append(all, text)
		}
		if len(all) == len(v) {
			return all
		}
	}
	c.Add("body.coupon_ids", value, "须为券编号的列表，或 \"best\"", "coupon_ids must be a list of coupon ids, or \"best\"")
	return nil
}

func (p Plan) show(read lang.Tag) quoteView {
	v := quoteView{
		Lines: order.ShowLines(p.Lines), Subtotal: int64(p.Subtotal), Discounts: []discountView{}, PointsUsed: int64(p.Usage.Points),
		PointsAmount: int64(p.Usage.Amount), PointsUsable: int64(p.Usage.Usable), PointsReason: web.Spoken(p.Usage.Because, read), Total: int64(p.Total),
		Earn: earnView{Points: int64(earning.Total(p.Awards)), Explanation: order.ShowAwards(kept(p.Awards), read)},
	}
	if p.Discount > 0 {
		v.Discounts = append(v.Discounts, discountView{Kind: "manual", Name: p.DiscountReason, Amount: int64(p.Discount)})
	}
	return v
}

type receiptInput struct {
	ID string `path:"id" maxLength:"40"`
}

type receiptOutput struct{ Body receiptView }

type receiptView struct {
	Merchant      string            `json:"merchant"`
	Currency      string            `json:"currency"`
	Store         receiptStore      `json:"store"`
	Number        string            `json:"number"`
	OccurredAt    string            `json:"occurred_at" format:"date-time"`
	StaffName     string            `json:"staff_name"`
	Lines         []receiptLine     `json:"lines" nullable:"false"`
	Subtotal      int64             `json:"subtotal"`
	Discount      int64             `json:"discount"`
	PointsUsed    int64             `json:"points_used"`
	PointsAmount  int64             `json:"points_amount"`
	Total         int64             `json:"total"`
	Payments      []receiptPayment  `json:"payments" nullable:"false"`
	Refunded      int64             `json:"refunded"`
	Member        *receiptMember    `json:"member" doc:"null for a walk-in"`
	PointsEarned  int64             `json:"points_earned"`
	PointsBalance int64             `json:"points_balance" doc:"Right after the sale"`
	Explanation   []order.AwardView `json:"explanation" nullable:"false"`
	Footer        string            `json:"footer"`
}

type receiptStore struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Phone   string `json:"phone"`
}

type receiptLine struct {
	Name     string `json:"name"`
	Quantity int64  `json:"quantity"`
	Price    int64  `json:"price"`
	Amount   int64  `json:"amount"`
}

type receiptPayment struct {
	Method   string `json:"method"`
	Amount   int64  `json:"amount"`
	Tendered *int64 `json:"tendered" doc:"The cash that was handed over; null when it was not said"`
	Change   *int64 `json:"change" doc:"tendered − amount, what was given back; null when tendered is"`
}

type receiptMember struct {
	MemberNo string `json:"member_no"`
	Name     string `json:"name" doc:"Masked"`
}

func (s *Service) receipt(ctx context.Context, in *receiptInput) (*receiptOutput, error) {
	r, err := s.Receipt(ctx, web.Caller(ctx), id.Order(in.ID))
	if err != nil {
		return nil, err
	}
	return &receiptOutput{Body: r.show(web.Lang(ctx))}, nil
}

func (r Receipt) show(read lang.Tag) receiptView {
	o := &r.Order
	v := receiptView{
		Merchant: r.Terms.Name, Currency: r.Terms.Currency,
		Store:  receiptStore{Code: r.Store.Code, Name: r.Store.Name, Address: r.Store.Address, Phone: r.Store.Phone},
		Number: o.Number, OccurredAt: web.Time(o.OccurredAt, r.Terms.Zone), StaffName: o.ActorName, Lines: []receiptLine{},
		Subtotal: int64(o.Subtotal), Discount: int64(o.Discount), PointsUsed: int64(o.PointsUsed), PointsAmount: int64(o.PointsAmount),
		Total: int64(o.Total), Payments: []receiptPayment{}, Refunded: int64(o.Refunded), PointsEarned: int64(o.PointsEarned),
		PointsBalance: int64(o.MemberBalance), Explanation: order.ShowAwards(o.Awards, read), Footer: r.Terms.Receipt.Footer,
	}
	for _, l := range o.Lines {
		v.Lines = append(v.Lines, receiptLine{Name: l.Name, Quantity: l.Quantity, Price: int64(l.Price), Amount: int64(l.Amount)})
	}
	for _, t := range o.Tenders {
		tendered, change := t.Cash()
		v.Payments = append(v.Payments, receiptPayment{Method: string(t.Method), Amount: int64(t.Amount), Tendered: tendered, Change: change})
	}
	if r.Member != nil {
		v.Member = &receiptMember{MemberNo: r.Member.Number, Name: member.MaskName(r.Member.Name)}
	}
	return v
}
