package message

import (
	"context"
	"fmt"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Service is the messages to members. Verbs that take a transaction join it, the
// others open one.
type Service struct {
	DB *db.DB
	// Exists is nil when the member is the transaction's merchant's.
	Exists func(ctx context.Context, tx *db.Tx, who id.Member) error
	// Zone is the merchant's time zone.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
}

// Add tells members something, many at once, and reports how many messages were
// new: one whose cause was told before changes nothing. Id and time are given
// here; a time that is set stays, as in demo data.
func (s *Service) Add(ctx context.Context, tx *db.Tx, all []Message) (int64, error) {
	if len(all) == 0 {
		return 0, nil
	}
	given := make([]Message, len(all))
	for i, m := range all {
		m.ID = id.Message(tx.NewID(id.OfMessage, m.Member.Bucket()))
		if m.CreatedAt.IsZero() {
			m.CreatedAt = tx.Now()
		}
		given[i] = m
	}
	n, err := insert(ctx, tx, given)
	if err != nil {
		return 0, fmt.Errorf("add %d messages: %w", len(all), err)
	}
	return n, nil
}

// List is a page of a member's messages, newest first, and the merchant's time
// zone to show them in.
func (s *Service) List(ctx context.Context, caller permit.Caller, who id.Member, want page.Want) (p page.Page[Message], zone *time.Location, err error) {
	var after place
	more, err := want.After(&after)
	if err != nil {
		return p, nil, err
	}
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if err := s.Exists(ctx, tx, who); err != nil {
			return err
		}
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		var found []Message
		if more {
			found, err = listAfter(ctx, tx, who, after, want.Size()+1)
		} else {
			found, err = list(ctx, tx, who, want.Size()+1)
		}
		if err != nil {
			return fmt.Errorf("list messages of %s: %w", who, err)
		}
		p, err = page.Cut(found, want.Size(), placeOf)
		return err
	})
	return p, zone, err
}

// Purge removes every message of the members, for demo data.
func (s *Service) Purge(ctx context.Context, tx *db.Tx, ids []id.Member) error {
	for _, who := range ids {
		if err := purge(ctx, tx, who); err != nil {
			return err
		}
	}
	return nil
}
