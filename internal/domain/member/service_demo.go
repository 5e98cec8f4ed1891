package member

import (
	"context"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Demo lists up to limit members that the demo data brought.
func (s *Service) Demo(ctx context.Context, tx *db.Tx, limit int) ([]id.Member, error) {
	return demoMembers(ctx, tx, limit)
}

// Purge removes members that the demo data brought, without trace, and says what
// is to be subtracted from the counts. Who did not come with the demo data is
// left alone.
func (s *Service) Purge(ctx context.Context, tx *db.Tx, ids []id.Member) ([]Registered, error) {
	zone, err := s.Zone(ctx, tx)
	if err != nil {
		return nil, err
	}
	found, err := s.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var gone []Member
	for _, who := range ids {
		m, there := found[who]
		if !there || m.Source != SourceDemo {
			continue
		}
		keys, err := s.keys(ctx, tx, m)
		if err != nil {
			return nil, err
		}
		for _, h := range keys {
			if err := deleteClaim(ctx, tx, h.key); err != nil {
				return nil, err
			}
		}
		if err := deleteMember(ctx, tx, who); err != nil {
			return nil, err
		}
		gone = append(gone, m)
	}
	return registered(gone, zone), nil
}
