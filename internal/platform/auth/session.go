package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Me is who calls, and where.
type Me struct {
	Account  *Account // nil for a key
	Merchant Merchant
	Demo     bool
}

// Me describes the caller.
func (s *Service) Me(ctx context.Context, c permit.Caller) (me Me, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if c.Who == permit.ByStaff {
			a, err := findAccount(ctx, tx, id.Staff(c.ID))
			if errors.Is(err, db.ErrNoRow) {
				return ErrRequired
			}
			if err != nil {
				return err
			}
			me.Account = &a
		}
		if me.Merchant, err = s.Merchant(ctx, tx); err != nil {
			return err
		}
		me.Demo, err = s.Demo(ctx, tx)
		return err
	})
	return me, err
}

// Sessions are the caller's own sessions, newest first. Token tells which of
// them is asking.
func (s *Service) Sessions(ctx context.Context, c permit.Caller, token string) (sessions []Session, zone *time.Location, err error) {
	if c.Who != permit.ByStaff {
		return nil, nil, errNotStaff
	}
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.zone(ctx, tx); err != nil {
			return err
		}
		sessions, err = listSessions(ctx, tx, id.Staff(c.ID))
		sessions = slices.DeleteFunc(sessions, func(one Session) bool { return one.ended(tx.Now()) })
		for i := range sessions {
			sessions[i].Current = sessions[i].hash == hashOf(token)
		}
		return err
	})
	return sessions, zone, err
}

// EndSession ends one of the caller's own sessions.
func (s *Service) EndSession(ctx context.Context, c permit.Caller, sessionID string) error {
	if c.Who != permit.ByStaff {
		return errNotStaff
	}
	err := s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		ended, err := deleteSession(ctx, tx, id.Staff(c.ID), sessionID)
		if err != nil {
			return err
		}
		if !ended {
			return errNoSession
		}
		return s.tell(ctx, tx, deed.By(c, "auth.end_session", sessionID))
	})
	s.forget()
	return err
}
