package member

import (
	"context"
	"slices"
	"strconv"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/vault"
)

// Update changes a member and leaves a trace of it, masked.
func (s *Service) Update(ctx context.Context, tx *db.Tx, caller permit.Caller, who id.Member, p Patch) (Member, error) {
	sheet, err := s.Sheet(ctx, tx)
	if err != nil {
		return Member{}, err
	}
	before, _, err := s.hold(ctx, tx, who)
	if err != nil {
		return Member{}, err
	}
	if before.Status == Closed {
		return Member{}, ErrClosed
	}
	after, agreed, err := p.Apply(before, Facts{Fields: sheet.Fields, Calendar: &Calendar{}, Zone: sheet.Zone, Now: tx.Now()})
	if err != nil {
		return Member{}, err
	}
	if err := s.reclaim(ctx, tx, p.At, before, after); err != nil {
		return Member{}, err
	}
	v, err := s.Vault.For(ctx, tx)
	if err != nil {
		return Member{}, err
	}
	r, err := seal(v, after)
	if err != nil {
		return Member{}, err
	}
	if err := updateMember(ctx, tx, r); err != nil {
		return Member{}, err
	}
	if err := reindex(ctx, tx, v, before, after); err != nil {
		return Member{}, err
	}
	if err := insertConsents(ctx, tx, []Member{after}, [][]Consent{agreed}); err != nil {
		return Member{}, err
	}
	return after, s.tellUpdated(ctx, tx, caller, before, after, agreed)
}

func (s *Service) tellUpdated(ctx context.Context, tx *db.Tx, caller permit.Caller, before, after Member, agreed []Consent) error {
	d := about(caller, "member.update", after)
	d.Before, d.After = Differences(before, after)
	for _, c := range agreed {
		d.After["consent."+string(c.Purpose)] = strconv.FormatBool(c.Granted)
	}
	if len(d.After) == 0 {
		return nil
	}
	return s.tell(ctx, tx, d, after.ID)
}

// reclaim claims what is new to a member and then gives back what they gave up.
func (s *Service) reclaim(ctx context.Context, tx *db.Tx, at string, before, after Member) error {
	had, err := s.keys(ctx, tx, before)
	if err != nil {
		return err
	}
	wants, err := s.keys(ctx, tx, after)
	if err != nil {
		return err
	}
	same := func(in []held) func(held) bool {
		return func(h held) bool {
			return slices.ContainsFunc(in, func(o held) bool { return o.ref() == h.ref() })
		}
	}
	gone := slices.DeleteFunc(slices.Clone(had), same(wants))
	fresh := slices.DeleteFunc(slices.Clone(wants), same(had))
	if len(fresh) > 0 {
		lost, err := lostClaims(ctx, tx, fresh)
		if err != nil {
			return err
		}
		if err := taken([]Draft{{At: at}}, lost); err != nil {
			return err
		}
	}
	for _, h := range gone {
		if err := deleteClaim(ctx, tx, h.key); err != nil {
			return err
		}
	}
	return nil
}

// reindex brings what a member is found by up to date.
func reindex(ctx context.Context, tx *db.Tx, v *vault.Vault, before, after Member) error {
	if slices.Equal(Terms(before), Terms(after)) && slices.Equal(before.Tags, after.Tags) {
		return nil
	}
	if err := deleteTokens(ctx, tx, after.ID); err != nil {
		return err
	}
	if err := deleteTags(ctx, tx, after.ID); err != nil {
		return err
	}
	return index(ctx, tx, v, []Member{after})
}
