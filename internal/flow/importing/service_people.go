package importing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/platform/db"
)

// members finds the file's members and enrols those who are not there yet.
func (r *run) members(ctx context.Context, dry bool) error {
	r.Whose = make([]id.Member, len(r.plan.Members))
	if dry {
		for i := range r.Whose {
			r.Whose[i] = nobodyYet
		}
		return nil
	}
	first := r.plan.firstDeals()
	for from := 0; from < len(r.plan.Members); from += mostAtOnce {
		span := [2]int{from, min(from+mostAtOnce, len(r.plan.Members))}
		var enrolled int
		var err error
		for range attempts { // Who was enrolled by somebody else meanwhile is found by the next.
			err = r.s.DB.Write(ctx, r.Actor.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
				enrolled, err = r.enrol(ctx, tx, span, first)
				return err
			})
			if f := fault.Of(err); f == nil || f.Kind != fault.Conflict {
				break
			}
		}
		if err != nil {
			return fmt.Errorf("enrol members %d to %d: %w", span[0]+1, span[1], err)
		}
		r.report.New.Members += int64(enrolled)
	}
	return nil
}

// nobodyYet stands for a member in a dry run, which enrols nobody.
const nobodyYet id.Member = "mem_000000000000000000000000"

// firstDeals is by member the first thing that happened to them.
func (p *Plan) firstDeals() []int32 {
	first := make([]int32, len(p.Members))
	for i := range first {
		first[i] = -1
	}
	for _, at := range p.turn {
		if m := p.groups[at].member; m >= 0 && first[m] < 0 {
			first[m] = at
		}
	}
	return first
}

// enrol finds or enrols the members of a span. They joined on the day of their
// first order.
func (r *run) enrol(ctx context.Context, tx *db.Tx, span [2]int, first []int32) (int, error) {
	t, err := r.taken(ctx, tx, r.plan.Members[span[0]:span[1]])
	if err != nil {
		return 0, err
	}
	var drafts []member.Draft
	var whose []int
	for i := span[0]; i < span[1]; i++ {
		c := r.plan.Members[i]
		if who := t.find(c); who != "" {
			r.Whose[i] = who
			continue
		}
		g := r.plan.groups[first[i]]
		drafts = append(drafts, member.Draft{
			ExternalID: c.External, Phone: c.Phone, CardNo: c.Card, Name: c.Name, Store: g.store, JoinedAt: time.UnixMilli(g.at),
			Source: cut("import:"+r.Profile.Name, longestMember), At: "members",
		})
		whose = append(whose, i)
	}
	if len(drafts) == 0 {
		return 0, nil
	}
	made, err := r.s.Members.Enrol(ctx, tx, drafts)
	for n, m := range made {
		r.Whose[whose[n]] = m.ID
	}
	return len(made), err
}

// taken is who has the names of some members already.
type taken struct{ externals, phones, cards map[string]id.Member }

func (r *run) taken(ctx context.Context, tx *db.Tx, members []Customer) (t taken, err error) {
	for _, by := range []struct {
		kind member.Identity
		name func(Customer) string
		into *map[string]id.Member
	}{
		{member.ByExternal, func(c Customer) string { return c.External }, &t.externals},
		{member.ByPhone, func(c Customer) string { return c.Phone }, &t.phones},
		{member.ByCode, func(c Customer) string { return c.Card }, &t.cards},
	} {
		var names []string
		for _, c := range members {
			if name := by.name(c); name != "" {
				names = append(names, name)
			}
		}
		if *by.into, err = r.s.Members.FindBy(ctx, tx, by.kind, names); err != nil {
			return t, err
		}
	}
	return t, nil
}

// find is the member that a file means: by the id there, or else by phone, or
// else by card, whoever enrolled them.
func (t taken) find(c Customer) id.Member {
	if who := t.externals[c.External]; who != "" && c.External != "" {
		return who
	}
	if who := t.phones[c.Phone]; who != "" && c.Phone != "" {
		return who
	}
	if c.Card == "" {
		return ""
	}
	return t.cards[c.Card]
}

// balances is what every member has of every asset, under the id that the other
// system knows them by.
func (s *Service) balances(ctx context.Context, caller permit.Caller) ([]Balance, error) {
	externals := map[id.Member]string{}
	for want := (page.Want{Limit: page.Most}); ; {
		p, _, err := s.Members.List(ctx, caller, member.Filter{}, want)
		if err != nil {
			return nil, fmt.Errorf("list the members: %w", err)
		}
		for _, m := range p.Items {
			externals[m.ID] = m.ExternalID
		}
		if want.Cursor = p.Next; p.Next == "" {
			break
		}
	}
	var all []Balance
	has := map[id.Member]bool{}
	err := s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return s.Ledger.Each(ctx, tx, func(h ledger.Holding) error {
			all = append(all, Balance{externals[h.Holder], string(h.Asset), h.Balance})
			has[h.Holder] = has[h.Holder] || h.Asset == ledger.Points
			return nil
		})
	})
	for who, external := range externals {
		if !has[who] {
			all = append(all, Balance{external, string(ledger.Points), 0})
		}
	}
	return slices.Clip(all), err
}
