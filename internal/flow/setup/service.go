package setup

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/store"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/db"
	"huiji/internal/platform/vault"
)

// Service founds merchants.
type Service struct {
	DB        *db.DB
	Vault     *vault.Keyring
	Auth      *auth.Service
	Merchants *merchant.Service
	Stores    *store.Service
	Rulebook  *earning.Service
}

// Needed reports whether nobody has set the installation up yet.
func (s *Service) Needed(ctx context.Context) (bool, error) { return s.Auth.Needed(ctx) }

// WithToken founds the installation's first merchant for whoever holds the setup
// link, and signs the owner in.
func (s *Service) WithToken(ctx context.Context, token string, r Request, from auth.Visit) (signed auth.Signed, err error) {
	if err := s.Auth.CheckSetup(ctx, token); err != nil {
		return auth.Signed{}, err
	}
	err = s.found(ctx, r, func(ctx context.Context, tx *db.Tx) error {
		return s.Auth.UseSetup(ctx, tx, token)
	}, func(ctx context.Context, tx *db.Tx, owner auth.Account) error {
		signed, err = s.Auth.Begin(ctx, tx, owner, from, "auth.login")
		return err
	})
	return signed, err
}

// Found founds a merchant for the operator of the machine, who needs no link.
func (s *Service) Found(ctx context.Context, r Request) (of id.Merchant, err error) {
	err = s.found(ctx, r, nothing, func(_ context.Context, tx *db.Tx, _ auth.Account) error {
		of = tx.Merchant()
		return nil
	})
	return of, err
}

func nothing(context.Context, *db.Tx) error { return nil }

// found makes everything in one transaction of the new merchant. The request is
// checked whole and the password hashed before it begins, because that takes a
// while.
func (s *Service) found(ctx context.Context, r Request, before db.Func, after func(ctx context.Context, tx *db.Tx, owner auth.Account) error) error {
	owner, err := s.Auth.Prepare(ctx, "body.owner", auth.Draft{
		Account: r.Owner, Name: r.OwnerName, Password: r.Password, Roles: []permit.Role{permit.Owner},
	}, r.Merchant)
	of := id.Merchant(s.DB.NewID(id.OfMerchant))
	p := r.plan(of)
	if err := together(nil, p.check(), err); err != nil {
		return err
	}
	return s.DB.Write(ctx, of, func(ctx context.Context, tx *db.Tx) error {
		if err := before(ctx, tx); err != nil {
			return err
		}
		if _, err := s.Merchants.Found(ctx, tx, p.Caller, p.Merchant); err != nil {
			return err
		}
		if err := s.Vault.Found(ctx, tx); err != nil {
			return err
		}
		if _, err := s.Stores.Open(ctx, tx, p.Caller, p.Store); err != nil {
			return err
		}
		if err := s.Rulebook.Begin(ctx, tx, p.Policy, "setup"); err != nil {
			return err
		}
		account, err := s.Auth.CreateAccount(ctx, tx, p.Caller, owner)
		if err != nil {
			return err
		}
		return after(ctx, tx, account)
	})
}

func visit(ip, agent, request string) auth.Visit {
	return auth.Visit{IP: ip, Agent: agent, RequestID: request}
}
