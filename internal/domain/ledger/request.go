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
	Validity  day.Validity   // of points that come without an expiry
	Assets    Assets         // what is set for other assets; filled where a request needs it
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

	HeldFor time.Duration // of Hold
	Keep    bool          // of Capture: what is left stays held
	To      id.Member     // of Transfer
	Into    Asset         // of Exchange
	Lot     int64         // of Extend and Activate
}

// holdLongest is for how long units may be held.
const holdLongest = 30 * 24 * time.Hour

// named reports whether a request is of another posting, which says whose account
// it is about.
func (r Request) named() bool {
	return r.Kind == Reversal || r.Kind == Capture || r.Kind == Release
}

// others are the members beside the holder whose rules a request needs.
func (r Request) others() []id.Member {
	if r.Kind == Transfer {
		return []id.Member{r.To}
	}
	return nil
}

// wants reports whether a request needs to know what is set for assets.
func (r Request) wants() bool {
	return (r.Asset != "" && r.Asset != Points) || r.Kind == Transfer || r.Kind == Exchange
}

// stops reports whether a member who takes no part any more may not do this. What
// undoes something is always allowed.
func (r Request) stops() bool { return r.Kind != Reversal && r.Kind != Release }

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
	ofHold := r.Kind == Hold || r.Kind == Capture || r.Kind == Release
	if strings.TrimSpace(r.Reason) == "" && !ofHold {
		c.Add("body.reason", r.Reason, "请填写原因", "say the reason")
	}
	if r.OccurredAt.After(now.Add(clockSlack)) {
		c.Add("body.occurred_at", r.OccurredAt.Format(time.RFC3339), "发生时间不能在未来", "what occurred cannot lie in the future")
	}
	if !r.ExpiresAt.IsZero() && !r.ExpiresAt.After(now) {
		c.Add("body.expires_at", r.ExpiresAt.Format(time.RFC3339), "到期时间须在未来", "the expiry must lie in the future")
	}
	if r.Kind == Hold && (r.HeldFor < time.Second || r.HeldFor > holdLongest) {
		c.Add("body.ttl_seconds", int64(r.HeldFor/time.Second), "冻结时长须为 1 秒至 30 天", "units are held for 1 second to 30 days")
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
	op.Keep, op.To, op.Lot = r.Keep, r.To, r.Lot
	if r.Kind == Hold {
		op.HeldUntil = now.Add(r.HeldFor)
	}
	if op.ExpiresAt.IsZero() && op.brings() {
		from := now
		if op.AvailableAt.After(from) {
			from = op.AvailableAt
		}
		op.ExpiresAt = rules.validity(op.Key().Asset).Ends(from, rules.Zone)
	}
	if r.Kind == Exchange {
		return r.exchange(op, rules, now)
	}
	return op, nil
}

// exchange completes an exchange by the rate that is set.
func (r Request) exchange(op Op, rules Rules, now time.Time) (Op, error) {
	from, err := rules.Assets.Define(op.Key().Asset)
	if err != nil {
		return Op{}, err
	}
	if _, err := rules.Assets.Define(r.Into); err != nil {
		return Op{}, fault.Of(err).At("body.into", string(r.Into))
	}
	op.Into = r.Into
	if op.Gets, err = from.exchange(r.Into, max(r.Amount, 0)); err != nil {
		return Op{}, err
	}
	op.ExpiresAt = rules.validity(r.Into).Ends(now, rules.Zone)
	return op, nil
}

// validity is that of value of an asset which comes without an end. Of an asset
// that is not there the booking says so.
func (r Rules) validity(asset Asset) day.Validity {
	if asset == Points {
		return r.Validity
	}
	return r.Assets[asset].Validity
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
