package member

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/vault"
)

// Identity is a way to tell who somebody is, unique among a merchant's members.
type Identity string

// The identities. A code is a member number or a card number: they share one
// space, so that what a scanner reads never means two members.
const (
	ByPhone    Identity = "phone"
	ByCode     Identity = "code"
	ByExternal Identity = "external"
)

// drawsMax is how often a member number is drawn anew when it is taken.
const drawsMax = 8

// Enrol makes members out of drafts, hundreds in a few statements. All of them
// become members, or none: after a fault the transaction must be given up. A
// fault names every field that is wrong; a value that belongs to a member
// already is a conflict that does not tell whose it is.
func (s *Service) Enrol(ctx context.Context, tx *db.Tx, drafts []Draft) ([]Member, error) {
	sheet, err := s.Sheet(ctx, tx)
	if err != nil {
		return nil, err
	}
	facts := Facts{Fields: sheet.Fields, Calendar: &Calendar{}, Zone: sheet.Zone, Now: tx.Now()}
	members, agreed, err := readAll(drafts, facts)
	if err != nil {
		return nil, err
	}
	for i := range members {
		members[i].ID = id.Member(tx.NewOwnID(id.OfMember))
		members[i].Number = Number(tx.Entropy())
	}
	if err := s.claim(ctx, tx, drafts, members); err != nil {
		return nil, err
	}
	v, err := s.Vault.For(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(members))
	for i, m := range members {
		if rows[i], err = seal(v, m); err != nil {
			return nil, err
		}
	}
	if err := insertMembers(ctx, tx, rows); err != nil {
		return nil, err
	}
	if err := index(ctx, tx, v, members); err != nil {
		return nil, err
	}
	if err := insertConsents(ctx, tx, members, agreed); err != nil {
		return nil, err
	}
	return members, s.tellRegistered(ctx, tx, members, sheet.Zone)
}

func readAll(drafts []Draft, facts Facts) ([]Member, [][]Consent, error) {
	members, agreed := make([]Member, len(drafts)), make([][]Consent, len(drafts))
	var wrong fault.Collect
	for i, d := range drafts {
		var err error
		members[i], agreed[i], err = d.Read(facts)
		for _, f := range fieldsOf(err) {
			wrong.Add(f.Location, f.Value, f.Text.ZH, f.Text.EN)
		}
	}
	return members, agreed, wrong.Err()
}

// index writes by what members are found.
func index(ctx context.Context, tx *db.Tx, v *vault.Vault, members []Member) error {
	var tokens []found
	for _, m := range members {
		for _, term := range Terms(m) {
			token, err := v.Token("find", term)
			if err != nil {
				return fmt.Errorf("index member %s: %w", m.ID, err)
			}
			tokens = append(tokens, found{member: m, token: token})
		}
	}
	if err := insertTokens(ctx, tx, tokens); err != nil {
		return err
	}
	return insertTags(ctx, tx, members)
}

// tellRegistered tells once per store and local day.
func (s *Service) tellRegistered(ctx context.Context, tx *db.Tx, members []Member, zone *time.Location) error {
	for _, r := range registered(members, zone) {
		first := members[0].ID
		cause := string(first) + ":" + string(r.Store) + ":" + r.Day.String()
		if err := s.Jobs.Emit(ctx, tx, first.Bucket(), cause, r); err != nil {
			return err
		}
	}
	return nil
}

// registered adds members up by store and local day of joining.
func registered(members []Member, zone *time.Location) []Registered {
	var sums []Registered
	for _, m := range members {
		d := day.Of(m.JoinedAt, zone)
		i := slices.IndexFunc(sums, func(r Registered) bool { return r.Store == m.Store && r.Day == d })
		if i < 0 {
			i, sums = len(sums), append(sums, Registered{Store: m.Store, Day: d})
		}
		sums[i].Count++
	}
	return sums
}

// held is a key together with what it stands for in the draft.
type held struct {
	key
	index  int // of the draft
	number bool
}

// claim writes the claims of all members first, before anything else of them.
// A member number that is taken is drawn anew.
func (s *Service) claim(ctx context.Context, tx *db.Tx, drafts []Draft, members []Member) error {
	var all []held
	for i, m := range members {
		keys, err := s.keys(ctx, tx, m)
		if err != nil {
			return err
		}
		for _, k := range keys {
			k.index = i
			all = append(all, k)
		}
	}
	for range drawsMax {
		lost, err := lostClaims(ctx, tx, all)
		if err != nil || len(lost) == 0 {
			return err
		}
		if err := taken(drafts, lost); err != nil {
			return err
		}
		all = all[:0]
		for _, k := range lost {
			members[k.index].Number = Number(tx.Entropy())
			fresh, err := s.keys(ctx, tx, members[k.index])
			if err != nil {
				return err
			}
			fresh[0].index = k.index
			all = append(all, fresh[0])
		}
	}
	return errDrawn
}

// lostClaims claims, and reports which values belong to somebody else.
func lostClaims(ctx context.Context, tx *db.Tx, all []held) ([]held, error) {
	keys := make([]key, len(all))
	for i, h := range all {
		keys[i] = h.key
	}
	n, err := insertClaims(ctx, tx, keys)
	if err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	if n == int64(len(keys)) {
		return nil, nil
	}
	var lost []held
	for chunk := range slices.Chunk(all, inOne) {
		by, err := owners(ctx, tx, chunk)
		if err != nil {
			return nil, err
		}
		for _, h := range chunk {
			if by[h.ref()] != h.member {
				lost = append(lost, h)
			}
		}
	}
	return lost, nil
}

// ref is a key without its owner.
type ref struct {
	kind  Identity
	value string
}

func (k key) ref() ref { return ref{k.kind, k.value} }

func owners(ctx context.Context, tx *db.Tx, chunk []held) (map[ref]id.Member, error) {
	keys := make([]key, len(chunk))
	for i, h := range chunk {
		keys[i] = h.key
	}
	found, err := findClaims(ctx, tx, keys)
	if err != nil {
		return nil, fmt.Errorf("find claims: %w", err)
	}
	by := make(map[ref]id.Member, len(found))
	for _, k := range found {
		by[k.ref()] = k.member
	}
	return by, nil
}

// taken is the conflict that the lost claims amount to; nil when only member
// numbers were lost.
func taken(drafts []Draft, lost []held) error {
	var first *fault.Error
	for _, h := range lost {
		if h.number {
			continue
		}
		one, field := ErrPhoneTaken, ".phone"
		switch h.kind {
		case ByCode:
			one, field = ErrCardTaken, ".card_no"
		case ByExternal:
			one, field = ErrExternalTaken, ".external_id"
		}
		if first == nil {
			first = one.At(drafts[h.index].At+field, nil)
			continue
		}
		first.Fields = append(first.Fields, fault.Field{Location: drafts[h.index].At + field, Text: one.Text})
	}
	if first == nil {
		return nil
	}
	return first
}

// keys are what only this member may hold, the member number first.
func (s *Service) keys(ctx context.Context, tx *db.Tx, m Member) ([]held, error) {
	v, err := s.Vault.For(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := []held{}
	for i, one := range []struct {
		kind  Identity
		value string
	}{{ByCode, m.Number}, {ByPhone, m.Phone}, {ByCode, m.CardNo}, {ByExternal, m.ExternalID}} {
		if one.value == "" {
			continue
		}
		k, err := keyOf(v, tx.Merchant(), one.kind, one.value)
		if err != nil {
			return nil, err
		}
		k.member = m.ID
		all = append(all, held{key: k, number: i == 0})
	}
	return all, nil
}

// keyOf is where a value is claimed. Codes are equal in either case.
func keyOf(v *vault.Vault, merchant id.Merchant, kind Identity, value string) (key, error) {
	if kind == ByCode {
		value = fold.Code(value)
	}
	index, err := v.Index(string(kind), value)
	if err != nil {
		return key{}, fmt.Errorf("index a %s: %w", kind, err)
	}
	return key{bucket: id.HashBucket(string(merchant) + "|" + string(kind) + "|" + index), kind: kind, value: index}, nil
}
