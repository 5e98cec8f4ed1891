package enroll

import (
	"context"
	"errors"

	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/member"
	"huiji/internal/domain/store"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
)

// Service enrols members and changes their data.
type Service struct {
	DB      *db.DB
	Jobs    *job.Queue
	Members *member.Service
	Stores  *store.Service
}

// Shown is a member together with what is needed to show them.
type Shown struct {
	Member   member.Member
	Consents []member.Consent
	Sheet    member.Sheet
}

// Enrol makes one member, at most once a key. Only the member's id is kept for
// the key: the answer holds personal data, which lies nowhere unsealed.
func (s *Service) Enrol(ctx context.Context, caller permit.Caller, key once.Key, r Request) (shown Shown, err error) {
	r.Store, r.Source, r.At, r.ByHand = StoreOf(caller, r.Store), SourceOf(caller), "body", true
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		var who id.Member
		again, err := once.Begin(ctx, tx, key, &who)
		if err != nil {
			return err
		}
		if !again {
			if who, err = s.book(ctx, tx, caller, r); err != nil {
				return err
			}
			if err := once.Keep(ctx, tx, key, who); err != nil {
				return err
			}
		}
		shown, err = s.show(ctx, tx, who)
		return err
	})
	return shown, err
}

func (s *Service) book(ctx context.Context, tx *db.Tx, caller permit.Caller, r Request) (id.Member, error) {
	facts, err := s.gather(ctx, tx, caller, r)
	if err != nil {
		return "", err
	}
	draft, err := Plan(r, facts)
	if err != nil {
		return "", err
	}
	made, err := s.Members.Enrol(ctx, tx, []member.Draft{draft})
	if err != nil {
		return "", err
	}
	m := made[0]
	return m.ID, s.Jobs.Emit(ctx, tx, m.ID.Bucket(), tx.NewID(id.OfAudit, m.ID.Bucket()), joined(caller, m))
}

func (s *Service) gather(ctx context.Context, tx *db.Tx, caller permit.Caller, r Request) (f Facts, err error) {
	sheet, err := s.Members.Sheet(ctx, tx)
	if err != nil {
		return f, err
	}
	f.Member = member.Facts{Fields: sheet.Fields, Calendar: &member.Calendar{}, Zone: sheet.Zone, Now: tx.Now()}
	if f.Store, err = s.store(ctx, tx, caller, r.Store); err != nil {
		return f, err
	}
	if code := fold.Line(r.ReferrerCode); code != "" {
		f.Referrer, err = s.referrer(ctx, tx, code)
	}
	return f, err
}

// store is the store when it is there and the caller's, otherwise nil.
func (s *Service) store(ctx context.Context, tx *db.Tx, caller permit.Caller, which id.Store) (*store.Store, error) {
	if which == "" || !caller.MayAt(which) {
		return nil, nil
	}
	found, err := s.Stores.Find(ctx, tx, which)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return &found, err
}

// referrer is the member with a code, otherwise nil.
func (s *Service) referrer(ctx context.Context, tx *db.Tx, code string) (*member.Standing, error) {
	found, err := s.Members.FindBy(ctx, tx, member.ByCode, []string{code})
	if err != nil || found[code] == "" {
		return nil, err
	}
	standing, err := s.Members.Standing(ctx, tx, found[code])
	return &standing, err
}

// Change changes a member's data. Moving them to another store takes a caller
// who may act for both.
func (s *Service) Change(ctx context.Context, caller permit.Caller, who id.Member, p member.Patch) (shown Shown, err error) {
	p.At = "body"
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if p.Store.Sent {
			if err := s.mayMove(ctx, tx, caller, who, p.Store.Value); err != nil {
				return err
			}
		}
		if _, err := s.Members.Update(ctx, tx, caller, who, p); err != nil {
			return err
		}
		shown, err = s.show(ctx, tx, who)
		return err
	})
	return shown, err
}

func (s *Service) mayMove(ctx context.Context, tx *db.Tx, caller permit.Caller, who id.Member, to id.Store) error {
	standing, err := s.Members.Standing(ctx, tx, who)
	if err != nil || standing.Store == to {
		return err
	}
	found, err := s.store(ctx, tx, caller, to)
	if err != nil {
		return err
	}
	if (to != "" && found == nil) || !caller.MayAt(standing.Store) {
		return errStore.At("body.store_id", string(to))
	}
	return nil
}

func (s *Service) show(ctx context.Context, tx *db.Tx, who id.Member) (shown Shown, err error) {
	if shown.Member, err = s.Members.Find(ctx, tx, who); err != nil {
		return Shown{}, err
	}
	if shown.Consents, err = s.Members.Consents(ctx, tx, who); err != nil {
		return Shown{}, err
	}
	shown.Sheet, err = s.Members.Sheet(ctx, tx)
	return shown, err
}
