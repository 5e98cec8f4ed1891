// Package enroll is the journey by which somebody becomes a member, and by which
// a member's data changes: the member, the store where it happens and the member
// who brought them meet here.
package enroll

import (
	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/member"
	"huiji/internal/domain/store"
)

// Request is who wants to become a member.
type Request struct {
	member.Draft
	ReferrerCode string // the number, or the card number, of the member who brought them
}

// Facts are what the plan looks at.
type Facts struct {
	Member   member.Facts
	Store    *store.Store     // nil when there is none of that id, or not for this caller
	Referrer *member.Standing // nil when nobody has that code
}

// errStore says that a member cannot be put at a store.
var errStore = fault.New(fault.Invalid, "request.invalid", "没有这家门店，或没有该门店的权限", "there is no such store, or you may not act for it")

// Plan completes the draft, or says everything that is wrong with the request. A
// store that is not the caller's is said not to be there.
func Plan(r Request, f Facts) (member.Draft, error) {
	d := r.Draft
	var wrong fault.Collect
	if d.Store != "" && f.Store == nil {
		wrong.Add("body.store_id", string(d.Store), errStore.Text.ZH, errStore.Text.EN)
	}
	if r.ReferrerCode != "" {
		switch {
		case f.Referrer == nil:
			wrong.Add("body.referrer_code", r.ReferrerCode, "没有这个推荐人，请填写会员号", "there is no such referrer; give a member number")
		case f.Referrer.Status == member.Closed:
			wrong.Add("body.referrer_code", r.ReferrerCode, "推荐人已注销", "the referrer's account is closed")
		default:
			d.Referrer = f.Referrer.ID
		}
	}
	if _, _, err := d.Read(f.Member); err != nil {
		for _, field := range fault.Of(err).Fields {
			wrong.Add(field.Location, field.Value, field.Text.ZH, field.Text.EN)
		}
	}
	if err := wrong.Err(); err != nil {
		return member.Draft{}, err
	}
	if f.Store != nil {
		return d, f.Store.MayTrade()
	}
	return d, nil
}

// StoreOf is the store at which a caller enrols who names none: the only one
// they work at, otherwise none.
func StoreOf(caller permit.Caller, named id.Store) id.Store {
	if named == "" && len(caller.Stores) == 1 {
		return caller.Stores[0]
	}
	return named
}

// SourceOf says how a member came to us: typed by staff, or through the API.
func SourceOf(caller permit.Caller) string {
	if caller.Who == permit.ByKey {
		return "api"
	}
	return string(caller.Who)
}

// joined is the deed of enrolling, which tells the member without naming them.
func joined(caller permit.Caller, m member.Member) deed.Deed {
	d := deed.By(caller, "member.enrol", string(m.ID))
	d.Label, d.Store = m.Number+" "+member.MaskName(m.Name), string(m.Store)
	_, d.After = member.Differences(member.Member{}, m)
	return d
}
