package member

import (
	"context"
	"fmt"
	"slices"

	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// FindBy looks up who holds each of the values: phone numbers in any writing,
// codes in either case, external ids as they are. What nobody holds is not in
// the answer.
func (s *Service) FindBy(ctx context.Context, tx *db.Tx, kind Identity, values []string) (map[string]id.Member, error) {
	v, err := s.Vault.For(ctx, tx)
	if err != nil {
		return nil, err
	}
	found := make(map[string]id.Member, len(values))
	for chunk := range slices.Chunk(values, inOne) {
		keys, asked := []key{}, map[ref][]string{}
		for _, value := range chunk {
			plain := fold.Line(value)
			if phone, ok := Phone(value); ok && kind == ByPhone {
				plain = phone
			}
			k, err := keyOf(v, tx.Merchant(), kind, plain)
			if err != nil {
				return nil, err
			}
			keys, asked[k.ref()] = append(keys, k), append(asked[k.ref()], value)
		}
		claims, err := findClaims(ctx, tx, keys)
		if err != nil {
			return nil, fmt.Errorf("find members by %s: %w", kind, err)
		}
		for _, k := range claims {
			for _, value := range asked[k.ref()] {
				found[value] = k.member
			}
		}
	}
	return found, nil
}

// candidatesMax is how many members a till is shown to choose from.
const candidatesMax = 20

// Resolve finds whom a till means: by phone, member number, card number or
// external id there is at most one; four digits are the end of a phone number
// and may leave several, newest first. Members who left are not among them.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, said string) ([]Member, error) {
	plain := fold.Line(said)
	for _, kind := range []Identity{ByPhone, ByCode, ByExternal} {
		found, err := s.FindBy(ctx, tx, kind, []string{plain})
		if err != nil {
			return nil, err
		}
		if who, held := found[plain]; held {
			m, err := s.Find(ctx, tx, who)
			if err != nil || m.Status == Closed {
				return nil, err
			}
			return []Member{m}, nil
		}
	}
	if len(plain) != 4 || !digits(plain) {
		return nil, nil
	}
	v, err := s.Vault.For(ctx, tx)
	if err != nil {
		return nil, err
	}
	token, err := v.Token("find", plain)
	if err != nil {
		return nil, err
	}
	rows, err := list(ctx, tx, choice{token: token, search: true, limit: candidatesMax})
	if err != nil {
		return nil, fmt.Errorf("find members by last four digits: %w", err)
	}
	all, err := s.openAll(ctx, tx, rows)
	return slices.DeleteFunc(all, func(m Member) bool {
		return m.Status == Closed || len(m.Phone) < 5 || m.Phone[len(m.Phone)-4:] != plain
	}), err
}
