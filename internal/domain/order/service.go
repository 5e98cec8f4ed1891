package order

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Service keeps the orders. Verbs that take a transaction join it; Browse and
// Get open one.
type Service struct {
	DB   *db.DB
	Jobs *job.Queue
	// Zone is the merchant's time zone.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
	// Names finds how members are called, in one statement for a page. Ids may
	// repeat and may be empty; who is not there is not in the answer.
	Names func(ctx context.Context, tx *db.Tx, who []id.Member) (map[id.Member]Person, error)
}

// inOne is how many values one statement names, breachList how many breaches are
// told.
const (
	inOne      = 100
	breachList = 50
)

// Reserve gives every order without a number one, and takes the orders' numbers
// and external ids for them at the commit. Look with Taken or ByExternal first: an
// external id that another order has is a fault here, as is a number that was
// drawn before, of a hundred million a day. Either breaks a unique key, and the
// transaction runs again.
func (s *Service) Reserve(ctx context.Context, tx *db.Tx, orders []*Order) error {
	claims := make([]claim, 0, 2*len(orders))
	for _, o := range orders {
		if o.Number == "" {
			o.Number = Number(o.Day, tx.Entropy())
		}
		claims = append(claims, claim{byNumber, o.Number, string(o.ID)})
		if o.ExternalID != "" {
			claims = append(claims, claim{byExternal, o.ExternalID, string(o.ID)})
		}
	}
	return insertClaims(ctx, tx, claims)
}

// Taken are the errors of those external ids that orders have already,
// ErrExternalTaken with the order_id.
func (s *Service) Taken(ctx context.Context, tx *db.Tx, values []string) (map[string]error, error) {
	owners, err := s.owners(ctx, tx, byExternal, values)
	taken := make(map[string]error, len(owners))
	for value, owner := range owners {
		taken[value] = ErrExternalTaken.At("body.external_id", value).With("order_id", owner)
	}
	return taken, err
}

func (s *Service) owners(ctx context.Context, tx *db.Tx, kind string, values []string) (map[string]string, error) {
	all := make(map[string]string, len(values))
	for chunk := range slices.Chunk(values, inOne) {
		claims, err := selectClaims(ctx, tx, kind, chunk)
		if err != nil {
			return nil, fmt.Errorf("find who has %s: %w", kind, err)
		}
		for _, c := range claims {
			all[c.value] = c.owner
		}
	}
	return all, nil
}

// ByExternal finds orders by their ids in another system; who is not there is
// not in the answer.
func (s *Service) ByExternal(ctx context.Context, tx *db.Tx, values []string) (map[string]id.Order, error) {
	return typed[id.Order](s.owners(ctx, tx, byExternal, values))
}

// RefundsByExternal finds refunds by their ids in another system.
func (s *Service) RefundsByExternal(ctx context.Context, tx *db.Tx, values []string) (map[string]id.Refund, error) {
	return typed[id.Refund](s.owners(ctx, tx, byRefund, values))
}

// ByNumber finds an order by its number.
func (s *Service) ByNumber(ctx context.Context, tx *db.Tx, number string) (id.Order, error) {
	owners, err := s.owners(ctx, tx, byNumber, []string{number})
	if err != nil {
		return "", err
	}
	if owners[number] == "" {
		return "", ErrNotFound
	}
	return id.Order(owners[number]), nil
}

func typed[T ~string](all map[string]string, err error) (map[string]T, error) {
	if err != nil {
		return nil, err
	}
	out := make(map[string]T, len(all))
	for value, owner := range all {
		out[value] = T(owner)
	}
	return out, nil
}

// Record writes orders that Reserve named, all in few statements, and tells
// Completed once for all of them. They are best of one source.
func (s *Service) Record(ctx context.Context, tx *db.Tx, orders []Order) error {
	if len(orders) == 0 {
		return nil
	}
	for i := range orders {
		orders[i].RecordedAt, orders[i].LineCount = tx.Now(), len(orders[i].Lines)
	}
	if err := insertOrders(ctx, tx, orders); err != nil {
		return fmt.Errorf("record %d orders: %w", len(orders), err)
	}
	first := orders[0].ID
	return s.Jobs.Emit(ctx, tx, first.Bucket(), string(first)+":completed", completedOf(orders))
}

// RecordRefunds writes refunds that GiveBack decided, with what they changed on
// their orders, and tells Refunded once for all of them. An order may appear
// more than once, in the order of its refunds. A refund whose external id was
// taken before is a fault: look with RefundsByExternal first.
func (s *Service) RecordRefunds(ctx context.Context, tx *db.Tx, given []Given) error {
	if len(given) == 0 {
		return nil
	}
	var claims []claim
	for i := range given {
		r := &given[i].Refund
		r.RecordedAt = tx.Now()
		if r.ExternalID != "" {
			claims = append(claims, claim{byRefund, r.ExternalID, string(r.ID)})
		}
		if err := updateRefunded(ctx, tx, given[i].Order, r); err != nil {
			return fmt.Errorf("record refund %s: %w", r.ID, err)
		}
	}
	if err := insertRefunds(ctx, tx, given); err != nil {
		return fmt.Errorf("record %d refunds: %w", len(given), err)
	}
	if len(claims) > 0 {
		if err := insertClaims(ctx, tx, claims); err != nil {
			return fmt.Errorf("reserve refund ids: %w", err)
		}
	}
	first := given[0].Refund
	return s.Jobs.Emit(ctx, tx, first.Order.Bucket(), string(first.ID)+":refunded", refundedOf(given))
}

// Claim gives a walk-in's order, held by the caller, to its Member, and tells
// Claimed.
func (s *Service) Claim(ctx context.Context, tx *db.Tx, o *Order) error {
	done, err := updateClaimed(ctx, tx, o)
	if err != nil {
		return fmt.Errorf("claim order %s: %w", o.ID, err)
	}
	if !done {
		return ErrClaimed
	}
	sums := DaySums{
		Store: o.Store, Day: o.Day, MemberOrders: 1, MemberSales: o.Total, MemberRefunded: o.Refunded, PointsEarned: o.PointsEarned,
	}
	return s.Jobs.Emit(ctx, tx, o.ID.Bucket(), string(o.ID)+":claimed", Claimed{Order: o.ID, Member: o.Member, Days: []DaySums{sums}})
}

// Find is one order with everything that hangs on it.
func (s *Service) Find(ctx context.Context, tx *db.Tx, order id.Order) (Order, error) {
	o, err := selectOrder(ctx, tx, order)
	return s.whole(ctx, tx, o, err)
}

// Hold is Find that keeps others from changing the order until the commit.
func (s *Service) Hold(ctx context.Context, tx *db.Tx, order id.Order) (Order, error) {
	o, err := holdOrder(ctx, tx, order)
	return s.whole(ctx, tx, o, err)
}

func (s *Service) whole(ctx context.Context, tx *db.Tx, o Order, err error) (Order, error) {
	if errors.Is(err, db.ErrNoRow) {
		return Order{}, ErrNotFound
	}
	if err != nil {
		return Order{}, fmt.Errorf("find an order: %w", err)
	}
	orders := []Order{o}
	if err := s.fill(ctx, tx, orders); err != nil {
		return Order{}, err
	}
	return orders[0], nil
}

// FindMany is Find for many at once, in no order; who is not there is not in the
// answer. It holds nothing.
func (s *Service) FindMany(ctx context.Context, tx *db.Tx, orders []id.Order) ([]Order, error) {
	var all []Order
	for chunk := range slices.Chunk(orders, inOne) {
		found, err := selectOrders(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("find %d orders: %w", len(chunk), err)
		}
		if err := s.fill(ctx, tx, found); err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// fill reads the lines, tenders and refunds of up to inOne orders.
func (s *Service) fill(ctx context.Context, tx *db.Tx, orders []Order) error {
	if len(orders) == 0 {
		return nil
	}
	ids, at := make([]id.Order, len(orders)), make(map[id.Order]*Order, len(orders))
	for i := range orders {
		ids[i], at[orders[i].ID] = orders[i].ID, &orders[i]
	}
	lines, err := selectLines(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("find the lines of orders: %w", err)
	}
	tenders, err := selectTenders(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("find the tenders of orders: %w", err)
	}
	refunds, err := selectRefunds(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("find the refunds of orders: %w", err)
	}
	for _, l := range lines {
		if err := at[l.order].restore(l.value, l.state); err != nil {
			return err
		}
	}
	for _, t := range tenders {
		at[t.order].Tenders = append(at[t.order].Tenders, t.value)
	}
	for _, r := range refunds {
		at[r.order].Refunds = append(at[r.order].Refunds, r.value)
	}
	return nil
}

// Breaches says which orders do not add up: none, ever.
func (s *Service) Breaches(ctx context.Context, tx *db.Tx) ([]string, error) {
	found, err := selectBreaches(ctx, tx, breachList)
	if err != nil {
		return nil, fmt.Errorf("check the orders: %w", err)
	}
	return found, nil
}
