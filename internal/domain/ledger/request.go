package ledger

import (
	"strings"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
)

// clockSlack is how far ahead of ours the clock of a caller may run.
const clockSlack = 5 * time.Minute

// Rules is what a single request needs to know besides itself.
type Rules struct {
	Zone      *time.Location // the merchant's
	Validity  day.Validity   // of value that comes without an expiry
	Debt      DebtPolicy
	GraceDays int   // of units that return into an expired lot; 0 = they expire at once
	Stopped   error // why nothing may be earned or used, as for a frozen member; nil = it may
}

// Rulebook is the rules for requests of several members.
type Rulebook struct {
	Rules                       // of them all; Stopped is not set
	Members map[id.Member]error // why nothing may be earned or used; nil = it may. Who is not there is no member
	Missing error               // said of who is not there
}

// Of is the rules for one member.
func (b Rulebook) Of(holder id.Member) (Rules, error) {
	stopped, there := b.Members[holder]
	if !there {
		return Rules{}, b.Missing
	}
	r := b.Rules
	r.Stopped = stopped
	return r, nil
}

// Request is one op that a caller asks for by itself, outside of any journey.
type Request struct {
	Kind        Kind
	Holder      id.Member
	Asset       Asset
	Amount      int64
	Of          id.Posting // of Reversal
	Whole       bool       // of Reversal: all that is left
	AvailableAt time.Time
	ExpiresAt   time.Time
	OccurredAt  time.Time
	Reference   string
	Reason      string
}

// GraceEnds is when units that return into an expired lot expire again: at the
// end of the local day so many days ahead; the zero time without grace.
func GraceEnds(days int, now time.Time, zone *time.Location) time.Time {
	if days <= 0 {
		return time.Time{}
	}
	return day.Of(now, zone).AddDays(days).End(zone)
}

// op completes a request by the rules.
func (r Request) op(rules Rules, now time.Time) (Op, error) {
	var c fault.Collect
	if strings.TrimSpace(r.Reason) == "" {
		c.Add("body.reason", r.Reason, "请填写原因", "say the reason")
	}
	if r.OccurredAt.After(now.Add(clockSlack)) {
		c.Add("body.occurred_at", r.OccurredAt.Format(time.RFC3339), "发生时间不能在未来", "what occurred cannot lie in the future")
	}
	if !r.ExpiresAt.IsZero() && !r.ExpiresAt.After(now) {
		c.Add("body.expires_at", r.ExpiresAt.Format(time.RFC3339), "到期时间须在未来", "the expiry must lie in the future")
	}
	if err := c.Err(); err != nil {
		return Op{}, err
	}
	occurred := r.OccurredAt
	if occurred.IsZero() {
		occurred = now
	}
	op := Op{
		Kind: r.Kind, Holder: r.Holder, Asset: r.Asset, Amount: r.Amount, Of: r.Of, Whole: r.Whole,
		AvailableAt: r.AvailableAt, ExpiresAt: r.ExpiresAt, OccurredAt: occurred, Day: day.Of(occurred, rules.Zone),
		Reference: r.Reference, Reason: r.Reason, Debt: rules.Debt, ReinstateUntil: GraceEnds(rules.GraceDays, now, rules.Zone),
	}
	if op.ExpiresAt.IsZero() && op.brings() {
		from := now
		if op.AvailableAt.After(from) {
			from = op.AvailableAt
		}
		op.ExpiresAt = rules.Validity.Ends(from, rules.Zone)
	}
	return op, nil
}

// brings reports whether the op brings value in.
func (o Op) brings() bool {
	return o.Kind == Earn || o.Kind == Opening || (o.Kind == Adjust && o.Amount > 0)
}

// inBody says of a fault's fields that they are the request body's.
func inBody(err error) error {
	f := fault.Of(err)
	if f == nil || len(f.Fields) == 0 {
		return err
	}
	named := *f
	named.Fields = make([]fault.Field, len(f.Fields))
	for i, field := range f.Fields {
		if field.Location == "amount" || field.Location == "available_at" || field.Location == "expires_at" || field.Location == "occurred_at" {
			field.Location = "body." + field.Location
		}
		named.Fields[i] = field
	}
	return &named
}
