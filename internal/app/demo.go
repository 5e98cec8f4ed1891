package app

import (
	"context"
	"errors"
	"slices"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
	"huiji/internal/flow/bookkeeping"
	"huiji/internal/flow/checkout"
	"huiji/internal/flow/demo"
	"huiji/internal/flow/refund"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
)

// newDemo wires the demo: it plays its script with the same journeys that serve
// the tills, on a view of the database with the script's clock.
func (a *App) newDemo() *demo.Service {
	return &demo.Service{
		DB: a.DB, Jobs: a.Jobs, Zone: a.Merchants.Zone, Act: a.actions,
		Members: a.Members, Orders: a.Orders, Book: a.Book, Messages: a.Messages, Stores: a.Stores, Catalog: a.Catalog,
		Uncount: a.uncount, Forget: a.Analytics.Purge, StaffStores: a.staffStores,
	}
}

// actions are the journeys on a view of the database. The sums of the reports
// are kept in the journeys' own transactions, so that nothing is left to run when
// they are over; nobody writes an audit log, because nobody real did anything.
func (a *App) actions(view *db.DB) demo.Actions {
	parts := a.Parts
	parts.DB = view
	b := &App{Parts: parts, Jobs: job.Direct(view, a.Log)}
	b.nouns()
	b.verbs()
	b.Sums.Subscribe()
	s := stand{b}
	return demo.Actions{
		OpenShop: s.openShop, Stock: s.stock, Enrol: s.enrol, Bring: s.bring, Sell: s.sell,
		GiveBack: s.giveBack, Adjust: s.adjust, Freeze: s.freeze, Expire: s.expire, Remind: s.remind,
	}
}

// uncount takes out of the reports what was counted.
func (a *App) uncount(ctx context.Context, tx *db.Tx, c demo.Counted) error {
	deltas := slices.Concat(bookkeeping.OfOrders(c.Orders), bookkeeping.OfPostings(c.Postings))
	for _, joined := range c.Joined {
		deltas = append(deltas, bookkeeping.OfMembers(joined)...)
	}
	return a.Analytics.Remove(ctx, tx, deltas)
}

// staffStores are the stores to which some account of staff is limited.
func (a *App) staffStores(ctx context.Context, of id.Merchant) ([]id.Store, error) {
	var stores []id.Store
	want := page.Want{Limit: page.Most}
	for {
		accounts, _, err := a.Auth.Staff(ctx, permit.System(of, "demo"), "", want)
		if err != nil {
			return nil, err
		}
		for _, one := range accounts.Items {
			stores = append(stores, one.Stores...)
		}
		if want.Cursor = accounts.Next; want.Cursor == "" {
			return stores, nil
		}
	}
}

// stand is the counter at which the demo's script is played.
type stand struct{ *App }

func (s stand) openShop(ctx context.Context, c permit.Caller, shop demo.Shop) (id.Store, error) {
	var opened store.Store
	err := s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		opened, err = s.Stores.FindByCode(ctx, tx, shop.Code)
		switch {
		case err == nil && opened.Source != store.SourceDemo:
			return store.ErrCodeTaken.At("code", shop.Code)
		case err == nil || !errors.Is(err, store.ErrNotFound):
			return err
		}
		opened, err = s.Stores.Open(ctx, tx, c, store.Store{Code: shop.Code, Name: shop.Name, Address: shop.Address, Source: store.SourceDemo})
		return err
	})
	return opened.ID, err
}

func (s stand) stock(ctx context.Context, c permit.Caller, goods []demo.Good) error {
	skus, products := make([]string, len(goods)), make([]catalog.Product, len(goods))
	for i, g := range goods {
		skus[i] = g.SKU
		products[i] = catalog.Product{
			SKU: g.SKU, Name: g.Name, Price: g.Price, Category: g.Category, Brand: g.Brand, Kind: catalog.Goods, Barcodes: []string{g.Barcode},
			TaxRate: g.TaxRate, EarnsPoints: g.Earns, Source: catalog.SourceDemo,
		}
		if g.Service {
			products[i].Kind = catalog.Services
		}
	}
	return s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		there, err := s.Catalog.Prices(ctx, tx, skus)
		if err != nil {
			return err
		}
		for _, p := range there {
			if p.Source != catalog.SourceDemo {
				return catalog.ErrSKUTaken.At("sku", p.SKU)
			}
		}
		_, err = s.Catalog.Ensure(ctx, tx, products)
		return err
	})
}

func (s stand) enrol(ctx context.Context, c permit.Caller, all []demo.Newcomer) ([]id.Member, error) {
	phones, ids := make([]string, len(all)), make([]id.Member, len(all))
	for i, one := range all {
		phones[i] = one.Phone
	}
	err := s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		there, err := s.before(ctx, tx, phones)
		if err != nil {
			return err
		}
		var drafts []member.Draft
		for _, one := range all {
			if there[one.Phone] == "" {
				drafts = append(drafts, draftOf(one))
			}
		}
		if len(drafts) > 0 {
			made, err := s.Members.Enrol(ctx, tx, drafts)
			if err != nil {
				return err
			}
			for i, m := range made {
				there[drafts[i].Phone] = m.ID
			}
		}
		for i, phone := range phones {
			ids[i] = there[phone]
		}
		return nil
	})
	return ids, err
}

// before finds who was enrolled by an attempt that was interrupted. Somebody with
// such a phone who is not the demo's is in the way.
func (s stand) before(ctx context.Context, tx *db.Tx, phones []string) (map[string]id.Member, error) {
	there, err := s.Members.FindBy(ctx, tx, member.ByPhone, phones)
	if err != nil || len(there) == 0 {
		return there, err
	}
	var ids []id.Member
	for _, who := range there {
		ids = append(ids, who)
	}
	found, err := s.Members.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, m := range found {
		if m.Source != member.SourceDemo {
			return nil, member.ErrPhoneTaken
		}
	}
	return there, nil
}

func draftOf(one demo.Newcomer) member.Draft {
	return member.Draft{
		Phone: one.Phone, Name: one.Name, Gender: one.Gender, Birthday: one.Birthday, BirthdayCalendar: one.Calendar, Tags: one.Tags,
		Store: one.Store, Referrer: one.Referrer, JoinedAt: one.Joined, Source: member.SourceDemo, At: "member",
	}
}

func (s stand) bring(ctx context.Context, c permit.Caller, all []demo.Grant) error {
	return s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		zone, err := s.Merchants.Zone(ctx, tx)
		if err != nil {
			return err
		}
		ops := make([]ledger.Op, len(all))
		for i, g := range all {
			ops[i] = ledger.Op{
				Kind: ledger.Opening, Holder: g.Member, Amount: int64(g.Points), Cause: g.Cause, ExpiresAt: g.Ends, Store: g.Store,
				Actor: c.ID, Reason: "旧系统积分余额", OccurredAt: tx.Now(), Day: day.Of(tx.Now(), zone),
			}
		}
		_, err = s.Book.Book(ctx, tx, ops)
		return err
	})
}

func (s stand) sell(ctx context.Context, c permit.Caller, b demo.Basket) error {
	ask := checkout.Ask{Store: b.Store, Member: b.Member, ExternalID: b.Name, Use: order.Use{Points: b.Points.UpTo, Max: b.Points.Max}}
	for _, l := range b.Lines {
		ask.Items = append(ask.Items, checkout.Item{SKU: l.SKU, Quantity: l.Quantity})
	}
	due := b.Subtotal - b.Discount
	if b.Discount > 0 {
		ask.Discount = &checkout.Discount{Amount: b.Discount, Reason: b.DiscountReason}
	}
	if b.Points.Any() {
		plan, err := s.Till.Quote(ctx, c, ask)
		if code := fault.CodeOf(err); code == "points.insufficient" || code == "points.not_usable" {
			ask.Use = order.Use{}
			plan, err = s.Till.Quote(ctx, c, ask)
		}
		if err != nil {
			return err
		}
		due = plan.Total
	}
	if due > 0 {
		ask.Payments = []order.Tender{{Method: order.Method(b.Method), Amount: due, Tendered: b.Tendered(due)}}
	}
	_, _, err := s.Till.Sell(ctx, c, once.Key{}, ask)
	if errors.Is(err, order.ErrExternalTaken) {
		return nil // Sold by an attempt that was interrupted.
	}
	return err
}

func (s stand) giveBack(ctx context.Context, c permit.Caller, p demo.Parcel) error {
	var sold order.Order
	err := s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		orders, err := s.Orders.ByExternal(ctx, tx, []string{p.Name})
		if err != nil {
			return err
		}
		sold, err = s.Orders.Find(ctx, tx, orders[p.Name])
		return err
	})
	if err != nil || len(sold.Refunds) > 0 {
		return err // A basket comes back once.
	}
	ask := refund.Ask{Reason: p.Reason}
	for _, l := range p.Lines {
		ask.Lines = append(ask.Lines, refund.Line{LineID: order.LineID(l.Line), Quantity: l.Quantity})
	}
	_, err = s.Refunds.Refund(ctx, c, once.Key{}, sold.ID, ask)
	return err
}

func (s stand) adjust(ctx context.Context, c permit.Caller, slip demo.Slip) error {
	c.Stores = []id.Store{slip.Store}
	_, _, err := s.Book.Single(ctx, c, once.Key{Key: slip.Cause}, ledger.Request{
		Kind: ledger.Adjust, Holder: slip.Member, Amount: int64(slip.Points), Reason: slip.Reason,
	})
	return err
}

func (s stand) freeze(ctx context.Context, c permit.Caller, who id.Member, reason string) error {
	_, _, err := s.Members.Turn(ctx, c, who, member.Freeze, reason)
	return err
}

func (s stand) expire(ctx context.Context, c permit.Caller) error {
	for from, more := id.Bucket(0), true; more; {
		err := s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
			from, more, err = s.Night.Part(ctx, tx, from)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s stand) remind(ctx context.Context, c permit.Caller, members map[id.Member]bool, first, end id.Bucket) error {
	// Real members are told on real nights alone.
	night := *s.Night
	night.Whom = func(who id.Member) bool { return members[who] }
	return s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return night.Reminders(ctx, tx, first, end)
	})
}
