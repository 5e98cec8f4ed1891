package member

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/vault"
)

// Service is the merchant's members. Verbs that take a transaction join it, the
// others open one.
type Service struct {
	DB    *db.DB
	Jobs  *job.Queue
	Vault *vault.Keyring
	// Zone is the merchant's time zone, which decides what day it is.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
}

const tagsListed = 200

// Find is one member with everything personal, for what the product does itself.
// What leaves the product is masked by Sheet.Show.
func (s *Service) Find(ctx context.Context, tx *db.Tx, who id.Member) (Member, error) {
	r, err := find(ctx, tx, who)
	if errors.Is(err, db.ErrNoRow) {
		return Member{}, ErrNotFound
	}
	if err != nil {
		return Member{}, fmt.Errorf("find member %s: %w", who, err)
	}
	return s.open(ctx, tx, r)
}

// FindMany is Find for many at once; who is not there is not in the answer.
func (s *Service) FindMany(ctx context.Context, tx *db.Tx, ids []id.Member) (map[id.Member]Member, error) {
	found := make(map[id.Member]Member, len(ids))
	for chunk := range slices.Chunk(ids, inOne) {
		rows, err := findMany(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("find %d members: %w", len(chunk), err)
		}
		members, err := s.openAll(ctx, tx, rows)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			found[m.ID] = m
		}
	}
	return found, nil
}

// Standing is what a till needs to know, with nothing opened.
func (s *Service) Standing(ctx context.Context, tx *db.Tx, who id.Member) (Standing, error) {
	found, err := s.Standings(ctx, tx, []id.Member{who})
	if err != nil {
		return Standing{}, err
	}
	one, there := found[who]
	if !there {
		return Standing{}, ErrNotFound
	}
	return one, nil
}

// Standings is Standing for many, in one statement; who is not there is not in
// the answer. Somebody may be named twice.
func (s *Service) Standings(ctx context.Context, tx *db.Tx, who []id.Member) (map[id.Member]Standing, error) {
	all := make(map[id.Member]Standing, len(who))
	who = slices.Clone(who)
	slices.Sort(who)
	found, err := standings(ctx, tx, slices.Compact(who))
	if err != nil {
		return nil, fmt.Errorf("find %d members: %w", len(who), err)
	}
	for _, one := range found {
		all[one.ID] = one
	}
	return all, nil
}

// Exists is nil when the member is the merchant's, otherwise ErrNotFound.
func (s *Service) Exists(ctx context.Context, tx *db.Tx, who id.Member) error {
	_, err := s.Standing(ctx, tx, who)
	return err
}

// Sheet reads what is needed to show members.
func (s *Service) Sheet(ctx context.Context, tx *db.Tx) (Sheet, error) {
	fields, err := listFields(ctx, tx)
	if err != nil {
		return Sheet{}, fmt.Errorf("read the member fields: %w", err)
	}
	zone, err := s.Zone(ctx, tx)
	return Sheet{Fields: fields, Zone: zone}, err
}

// Filter narrows a list of members. Zero fields do not narrow.
type Filter struct {
	Query  string // name, phone, last four digits, pinyin initials, member number, card number, external id
	Tier   string
	Tag    string
	Status Status
	Store  id.Store
}

// List is a page of the members that the filter leaves, newest first.
func (s *Service) List(ctx context.Context, caller permit.Caller, f Filter, want page.Want) (p page.Page[Member], sheet Sheet, err error) {
	c := choice{tag: f.Tag, status: f.Status, store: f.Store, limit: want.Size() + 1}
	if _, err := want.After(&c.after); err != nil {
		return p, sheet, err
	}
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if sheet, err = s.Sheet(ctx, tx); err != nil {
			return err
		}
		if f.Tier != "" && f.Tier != BaseTier {
			return nil // Nobody is in another tier than the base one.
		}
		if q := Query(f.Query); q != "" {
			v, err := s.Vault.For(ctx, tx)
			if err != nil {
				return err
			}
			c.search = true
			if c.token, err = v.Token("find", q); err != nil {
				return err
			}
		}
		rows, err := list(ctx, tx, c)
		if err != nil {
			return fmt.Errorf("list members: %w", err)
		}
		members, err := s.openAll(ctx, tx, rows)
		if err != nil {
			return err
		}
		p, err = page.Cut(members, want.Size(), placeOf)
		return err
	})
	return p, sheet, err
}

// Get is one member with what they agreed to.
func (s *Service) Get(ctx context.Context, caller permit.Caller, who id.Member) (m Member, agreed []Consent, sheet Sheet, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if m, err = s.Find(ctx, tx, who); err != nil {
			return err
		}
		if agreed, err = s.Consents(ctx, tx, who); err != nil {
			return err
		}
		sheet, err = s.Sheet(ctx, tx)
		return err
	})
	return m, agreed, sheet, err
}

// Consents are all decisions of a member, oldest first; InForce picks the latest.
func (s *Service) Consents(ctx context.Context, tx *db.Tx, who id.Member) ([]Consent, error) {
	return listConsents(ctx, tx, who)
}

// Reveal shows a member in clear and notes who looked, and why.
func (s *Service) Reveal(ctx context.Context, caller permit.Caller, who id.Member, reason string) (m Member, sheet Sheet, err error) {
	reason, err = Reason(reason, "body.reason")
	if err != nil {
		return m, sheet, err
	}
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if m, err = s.Find(ctx, tx, who); err != nil {
			return err
		}
		if sheet, err = s.Sheet(ctx, tx); err != nil {
			return err
		}
		d := about(caller, "member.reveal", m)
		d.Reason = reason
		return s.tell(ctx, tx, d, m.ID)
	})
	return m, sheet, err
}

// Turn freezes, unfreezes or closes a member. Closing gives phone and card back,
// so that the person, or the number's next owner, can join anew; the id in
// another system stays taken, so that importing again does not enrol again.
func (s *Service) Turn(ctx context.Context, caller permit.Caller, who id.Member, turn Turn, reason string) (m Member, sheet Sheet, err error) {
	reason, err = Reason(reason, "body.reason")
	if err != nil {
		return m, sheet, err
	}
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if sheet, err = s.Sheet(ctx, tx); err != nil {
			return err
		}
		before, r, err := s.hold(ctx, tx, who)
		if err != nil {
			return err
		}
		m = before
		if m.Status, err = turn.After(before.Status); err != nil || m.Status == before.Status {
			return err
		}
		if m.Status == Closed {
			if err := s.release(ctx, tx, m); err != nil {
				return err
			}
		}
		if err := updateMember(ctx, tx, row{Member: m, sealed: r.sealed}); err != nil {
			return err
		}
		d := about(caller, "member."+string(turn), m)
		d.Reason = reason
		d.Before, d.After = Differences(before, m)
		return s.tell(ctx, tx, d, m.ID)
	})
	return m, sheet, err
}

// release gives up the claims of a member who leaves.
func (s *Service) release(ctx context.Context, tx *db.Tx, m Member) error {
	held, err := s.keys(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, k := range held {
		if k.kind == ByExternal || k.number {
			continue
		}
		if err := deleteClaim(ctx, tx, k.key); err != nil {
			return err
		}
	}
	return nil
}

// Tags counts the members of each tag, the most used first, up to 200 tags.
func (s *Service) Tags(ctx context.Context, caller permit.Caller) (tags []TagCount, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		tags, err = countTags(ctx, tx, tagsListed)
		return err
	})
	return tags, err
}

// Fields are the merchant's own fields, in the order of the form.
func (s *Service) Fields(ctx context.Context, caller permit.Caller) (fields []Field, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		fields, err = listFields(ctx, tx)
		return err
	})
	return fields, err
}

// SetFields replaces the merchant's own fields.
func (s *Service) SetFields(ctx context.Context, caller permit.Caller, fields []Field) error {
	return s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		had, err := listFields(ctx, tx)
		if err != nil {
			return err
		}
		if err := CheckFields(fields, had, "body.items"); err != nil {
			return err
		}
		if err := replaceFields(ctx, tx, fields); err != nil {
			return err
		}
		d := deed.By(caller, "member_field.set", string(tx.Merchant()))
		d.Before, d.After = map[string]any{"fields": codesOf(had)}, map[string]any{"fields": codesOf(fields)}
		return s.tell(ctx, tx, d, "")
	})
}

func codesOf(fields []Field) []string {
	codes := []string{}
	for _, f := range fields {
		codes = append(codes, f.Code)
	}
	return codes
}

// about begins a deed on a member, whose label tells them without naming them.
func about(caller permit.Caller, action string, m Member) deed.Deed {
	d := deed.By(caller, action, string(m.ID))
	d.Label = m.Number + " " + MaskName(m.Name)
	d.Store = string(m.Store)
	return d
}

// tell leaves a trace of the deed. Each is one of a kind, so its name is new.
func (s *Service) tell(ctx context.Context, tx *db.Tx, d deed.Deed, who id.Member) error {
	return s.Jobs.Emit(ctx, tx, who.Bucket(), tx.NewID(id.OfAudit, who.Bucket()), d)
}

// hold reads a member to change them and keeps others off.
func (s *Service) hold(ctx context.Context, tx *db.Tx, who id.Member) (Member, row, error) {
	r, err := hold(ctx, tx, who)
	if errors.Is(err, db.ErrNoRow) {
		return Member{}, row{}, ErrNotFound
	}
	if err != nil {
		return Member{}, row{}, fmt.Errorf("hold member %s: %w", who, err)
	}
	m, err := s.open(ctx, tx, r)
	return m, r, err
}

func (s *Service) openAll(ctx context.Context, tx *db.Tx, rows []row) ([]Member, error) {
	members := make([]Member, 0, len(rows))
	for _, r := range rows {
		m, err := s.open(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// open unseals what is personal.
func (s *Service) open(ctx context.Context, tx *db.Tx, r row) (Member, error) {
	v, err := s.Vault.For(ctx, tx)
	if err != nil {
		return Member{}, err
	}
	raw, err := v.Open(r.sealed, placeInVault(r.ID))
	if err != nil {
		return Member{}, fmt.Errorf("unseal member %s: %w", r.ID, err)
	}
	if err := json.Unmarshal(raw, &r.Personal); err != nil {
		return Member{}, fmt.Errorf("read member %s: %w", r.ID, err)
	}
	return r.Member, nil
}

func seal(v *vault.Vault, m Member) (row, error) {
	raw, err := json.Marshal(m.Personal)
	if err != nil {
		return row{}, fmt.Errorf("encode member %s: %w", m.ID, err)
	}
	sealed, err := v.Seal(raw, placeInVault(m.ID))
	if err != nil {
		return row{}, fmt.Errorf("seal member %s: %w", m.ID, err)
	}
	return row{Member: m, sealed: sealed}, nil
}

func placeInVault(who id.Member) string { return "member|" + string(who) }

// errDrawn says that every number drawn was taken.
var errDrawn = fault.New(fault.Unavailable, "member.no_number", "会员号暂时无法生成，请重试", "no member number could be drawn, try again")
