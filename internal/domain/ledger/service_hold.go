package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// HoldPage is a page of open holds with what is needed to show them.
type HoldPage struct {
	page.Page[HoldState]
	People map[id.Member]Person
	Zone   *time.Location
}

func (p HoldPage) next() *string {
	if p.Next == "" {
		return nil
	}
	return &p.Next
}

// OpenHolds lists the holds that are open now: those of one member, or of all,
// account by account. A page may hold more than was wanted when its last account
// has several.
func (s *Service) OpenHolds(ctx context.Context, caller permit.Caller, holder id.Member, want page.Want) (found HoldPage, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if found.Zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		accounts, err := s.withHolds(ctx, tx, holder, want)
		if err != nil {
			return err
		}
		found.Next = accounts.Next
		var who []id.Member
		for _, a := range accounts.Items {
			who = append(who, a.Holder)
			for _, h := range a.View(At(tx.Now())).Holds {
				state, err := s.holdState(ctx, tx, a.Key(), h.No)
				if err != nil {
					return err
				}
				found.Items = append(found.Items, state)
			}
		}
		found.People, err = s.Names(ctx, tx, who)
		return err
	})
	return found, err
}

// withHolds is a page of accounts that have units in holds.
func (s *Service) withHolds(ctx context.Context, tx *db.Tx, holder id.Member, want page.Want) (page.Page[Account], error) {
	if holder != "" {
		accounts, err := findAccounts(ctx, tx, holder)
		return page.Page[Account]{Items: accounts}, err
	}
	var after Key
	if _, err := want.After(&after); err != nil {
		return page.Page[Account]{}, err
	}
	accounts, err := listHeld(ctx, tx, after, want.Size()+1)
	if err != nil {
		return page.Page[Account]{}, fmt.Errorf("list the holds: %w", err)
	}
	return page.Cut(accounts, want.Size(), func(a Account) any { return a.Key() })
}

// HoldOf is a hold with what became of it.
func (s *Service) HoldOf(ctx context.Context, caller permit.Caller, hold string) (state HoldState, zone *time.Location, err error) {
	key, no, ok := ParseHold(hold)
	if !ok {
		return HoldState{}, nil, errHold
	}
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		state, err = s.holdState(ctx, tx, key, no)
		return err
	})
	return state, zone, err
}

func (s *Service) holdState(ctx context.Context, tx *db.Tx, key Key, no int64) (HoldState, error) {
	p, err := findPosting(ctx, tx, key, no)
	if errors.Is(err, db.ErrNoRow) || (err == nil && p.Kind != Hold) {
		return HoldState{}, errHold
	}
	if err != nil {
		return HoldState{}, err
	}
	followers, err := findOfHold(ctx, tx, key, no)
	if err != nil {
		return HoldState{}, fmt.Errorf("find what became of a hold: %w", err)
	}
	return stateOf(p, followers, At(tx.Now())), nil
}
