// Package member knows who the customers are: how they are reached and
// recognised, what they agreed to, and whether they may take part.
//
// A member belongs to the merchant, not to a store: the store is only where
// they joined, and every store serves every member. Phone, card number and the
// id in another system are each unique per merchant, kept so by claims. Personal
// data is sealed on disk; what is searched are blind tokens, and what is shown
// is masked unless it is revealed, with a reason, to somebody who may see it.
package member

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
)

// Status says whether a member takes part.
type Status string

// The statuses. Closed is for ever.
const (
	Active Status = "active"
	Frozen Status = "frozen"
	Closed Status = "closed"
)

// Gender as the member states it; empty when not stated.
type Gender string

// The genders that can be stated.
const (
	Male   Gender = "male"
	Female Gender = "female"
	Other  Gender = "other"
)

// SourceDemo marks the members that the demo data brought: Purge removes them
// and nobody else.
const SourceDemo = "demo"

// Limits of the parts of a member.
const (
	nameRunes     = 40
	cardRunes     = 40
	externalRunes = 64
	sourceRunes   = 40
	reasonMin     = 2 // runes: "核对" is a reason
	reasonMax     = 200
)

// Faults that callers tell apart.
var (
	ErrNotFound      = fault.New(fault.NotFound, "member.not_found", "没有这个会员", "there is no such member")
	ErrPhoneTaken    = fault.New(fault.Conflict, "member.phone_taken", "该手机号已是会员", "this phone number already belongs to a member")
	ErrCardTaken     = fault.New(fault.Conflict, "member.card_taken", "该卡号已被使用", "this card number is already in use")
	ErrExternalTaken = fault.New(fault.Conflict, "member.external_taken", "该外部编号已对应一位会员", "this external id already belongs to a member")
	ErrFrozen        = fault.New(fault.Conflict, "member.frozen", "该会员已冻结，不能交易", "this member is frozen and cannot trade")
	ErrClosed        = fault.New(fault.Conflict, "member.closed", "该会员已注销", "this member's account is closed")
	errNotFrozen     = fault.New(fault.Conflict, "member.not_frozen", "该会员没有被冻结", "this member is not frozen")
)

// Personal is what identifies a person. It is sealed on disk as one piece.
type Personal struct {
	Name       string         `json:"n,omitempty"`
	Phone      string         `json:"p,omitempty"`
	CardNo     string         `json:"c,omitempty"`
	ExternalID string         `json:"x,omitempty"`
	Birthday   Birthday       `json:"b,omitzero"`
	Fields     map[string]any `json:"f,omitempty"` // by code, as Field.Read returns them
}

// Member is one customer of the merchant.
type Member struct {
	ID     id.Member
	Number string // ten digits, see Number
	Personal
	Gender   Gender
	Tier     string // the tier's code
	Tags     []string
	Status   Status
	Store    id.Store  // where they joined; may be none
	Referrer id.Member // may be none
	Source   string    // as in "console", "demo", "import:online-retail"
	JoinedAt time.Time
}

// Standing is what a till needs to know of a member: nothing personal.
type Standing struct {
	ID     id.Member
	Number string
	Tier   string
	Status Status
	Store  id.Store
}

// MayTrade is nil when the member takes part; otherwise it says why not.
func (s Standing) MayTrade() error { return s.Status.mayTrade() }

// MayTrade is nil when the member takes part; otherwise it says why not.
func (m Member) MayTrade() error { return m.Status.mayTrade() }

// Standing is the member without anything personal.
func (m Member) Standing() Standing {
	return Standing{ID: m.ID, Number: m.Number, Tier: m.Tier, Status: m.Status, Store: m.Store}
}

func (s Status) mayTrade() error {
	switch s {
	case Frozen:
		return ErrFrozen
	case Closed:
		return ErrClosed
	}
	return nil
}

// Turn is a change of status.
type Turn string

// The turns.
const (
	Freeze   Turn = "freeze"
	Unfreeze Turn = "unfreeze"
	Close    Turn = "close"
)

// After is the status that the turn leads to. A closed member stays closed;
// freezing a frozen member changes nothing and is no fault, so that a repeated
// request is harmless.
func (t Turn) After(from Status) (Status, error) {
	switch {
	case from == Closed && t == Close:
		return Closed, nil
	case from == Closed:
		return "", ErrClosed
	case t == Freeze:
		return Frozen, nil
	case t == Close:
		return Closed, nil
	case from != Frozen:
		return "", errNotFrozen
	}
	return Active, nil
}

// BaseTier is the tier of everybody until the merchant has a ladder of tiers.
const BaseTier = "basic"

// TierName is what a tier is called.
func TierName(code string) lang.Text {
	if code == BaseTier {
		return lang.Say("普通会员", "Basic")
	}
	return lang.Say(code, code)
}

// Reason checks why somebody does something to a member. It returns the reason
// without blanks at its ends.
func Reason(s, location string) (string, error) {
	s = fold.Line(s)
	if n := utf8.RuneCountInString(s); n < reasonMin || n > reasonMax {
		var c fault.Collect
		c.Add(location, s, "请写明原因，2–200 个字", "give a reason of 2 to 200 characters")
		return "", c.Err()
	}
	return s, nil
}

// Tags makes a list of tags clean: trimmed, without repetition in either case,
// in the order given. It reports up to 20 tags of up to 24 characters as right.
func Tags(tags []string, location string) ([]string, error) {
	var c fault.Collect
	clean := []string{}
	for _, tag := range tags {
		tag = fold.Line(tag)
		switch {
		case tag == "" || utf8.RuneCountInString(tag) > tagRunes || strings.ContainsAny(tag, ",，;；、"):
			c.Add(location, tag, "标签须为 1–24 个字，不含逗号、分号、顿号", "a tag has 1 to 24 characters, without commas and semicolons")
		case !slices.ContainsFunc(clean, func(had string) bool { return strings.EqualFold(had, tag) }):
			clean = append(clean, tag)
		}
	}
	if len(clean) > tagsMax {
		c.Add(location, len(clean), "一位会员最多 20 个标签", "a member has at most 20 tags")
	}
	return clean, c.Err()
}

const (
	tagsMax  = 20
	tagRunes = 24
)
