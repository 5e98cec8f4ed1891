package member

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
)

// Purpose is what personal data may be used for. Each is agreed to apart and can
// be withdrawn apart.
type Purpose string

// The purposes.
const (
	ForService   Purpose = "service"
	MarketingSMS Purpose = "marketing_sms"
	Personalised Purpose = "personalised"
	BrandSharing Purpose = "brand_sharing"
)

// Consent is one decision of a member. Decisions are kept for ever, the latest
// of a purpose is in force; no decision means no.
type Consent struct {
	Purpose  Purpose
	Granted  bool
	Version  string // of the policy that was shown
	Channel  string // where it was given, as in "pos"
	At       time.Time
	Evidence string // as in the number of the signed form
}

// consents checks decisions and dates those that carry no date.
func consents(c *fault.Collect, at string, given []Consent, now time.Time) []Consent {
	var clean []Consent
	for i, one := range given {
		here := at + "[" + strconv.Itoa(i) + "]"
		one.Version, one.Channel, one.Evidence = fold.Line(one.Version), fold.Line(one.Channel), fold.Line(one.Evidence)
		if one.At.IsZero() {
			one.At = now
		}
		if !slices.Contains([]Purpose{ForService, MarketingSMS, Personalised, BrandSharing}, one.Purpose) {
			c.Add(here+".purpose", string(one.Purpose), "用途须为 service、marketing_sms、personalised 或 brand_sharing", "purpose must be service, marketing_sms, personalised or brand_sharing")
		}
		if one.At.After(now) {
			c.Add(here+".at", one.At, "同意时间不能在将来", "consent cannot be given in the future")
		}
		for name, s := range map[string]string{".version": one.Version, ".channel": one.Channel} {
			if utf8.RuneCountInString(s) > 40 {
				c.Add(here+name, nil, "最长 40 个字", "at most 40 characters")
			}
		}
		if utf8.RuneCountInString(one.Evidence) > 200 {
			c.Add(here+".evidence", nil, "最长 200 个字", "at most 200 characters")
		}
		if slices.ContainsFunc(clean, func(o Consent) bool { return o.Purpose == one.Purpose && o.At.Equal(one.At) }) {
			c.Add(here+".purpose", string(one.Purpose), "同一用途只能给出一次", "a purpose may be given once")
		}
		clean = append(clean, one)
	}
	return clean
}

// InForce keeps the latest decision of each purpose, in the order of purposes.
func InForce(all []Consent) []Consent {
	latest := []Consent{}
	for _, purpose := range []Purpose{ForService, MarketingSMS, Personalised, BrandSharing} {
		var found *Consent
		for i := range all {
			if all[i].Purpose == purpose && (found == nil || all[i].At.After(found.At)) {
				found = &all[i]
			}
		}
		if found != nil {
			latest = append(latest, *found)
		}
	}
	return latest
}
