package member

import (
	"time"

	"huiji/internal/core/lang"
)

// View is a member as the outside sees it: masked. Absent texts are empty.
type View struct {
	ID               string         `json:"id" example:"mem_0a1b2c3d4e5f6g7h8j9k0m1n"`
	MemberNo         string         `json:"member_no" example:"6000000017"`
	Phone            string         `json:"phone" doc:"Masked, as in 138****5678"`
	Name             string         `json:"name" doc:"Masked, as in 张*"`
	Gender           string         `json:"gender" enum:",male,female,other"`
	Birthday         string         `json:"birthday" doc:"YYYY-MM-DD, or --MM-DD when the year is unknown; L after a lunar leap month"`
	BirthdayCalendar string         `json:"birthday_calendar" enum:",solar,lunar"`
	Tier             TierView       `json:"tier"`
	Tags             []string       `json:"tags" nullable:"false"`
	Status           string         `json:"status" enum:"active,frozen,closed"`
	JoinedAt         string         `json:"joined_at" format:"date-time"`
	StoreID          string         `json:"store_id"`
	CardNo           string         `json:"card_no" doc:"Masked, as in ****0042"`
	ExternalID       string         `json:"external_id"`
	ReferrerID       string         `json:"referrer_id"`
	Fields           map[string]any `json:"fields" doc:"The merchant's own fields by code; texts are masked"`
	Source           string         `json:"source"`
	Consents         []ConsentView  `json:"consents,omitempty" doc:"The decisions in force; only where one member is asked for"`
}

// TierView names a tier in the caller's language.
type TierView struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// ConsentView is one decision in force.
type ConsentView struct {
	Purpose string `json:"purpose" enum:"service,marketing_sms,personalised,brand_sharing"`
	Granted bool   `json:"granted"`
	Version string `json:"version"`
	Channel string `json:"channel"`
	At      string `json:"at" format:"date-time"`
}

// Sheet is what is needed to show members: the merchant's fields and time zone.
type Sheet struct {
	Fields []Field
	Zone   *time.Location
}

// Show masks a member for everybody.
func (s Sheet) Show(m Member, tag lang.Tag) View {
	v := View{
		ID: string(m.ID), MemberNo: m.Number, Phone: MaskPhone(m.Phone), Name: MaskName(m.Name), Gender: string(m.Gender),
		Birthday: m.Birthday.String(), Tier: TierView{Code: m.Tier, Name: TierName(m.Tier).In(tag)},
		Tags: append([]string{}, m.Tags...), Status: string(m.Status), JoinedAt: s.time(m.JoinedAt),
		StoreID: string(m.Store), CardNo: MaskCode(m.CardNo), ExternalID: m.ExternalID,
		ReferrerID: string(m.Referrer), Fields: s.Values(m, true), Source: m.Source,
	}
	if !m.Birthday.IsZero() {
		v.BirthdayCalendar = m.Birthday.Calendar()
	}
	return v
}

// ShowConsents shows the decisions in force.
func (s Sheet) ShowConsents(all []Consent) []ConsentView {
	views := []ConsentView{}
	for _, c := range InForce(all) {
		views = append(views, ConsentView{
			Purpose: string(c.Purpose), Granted: c.Granted, Version: c.Version, Channel: c.Channel, At: s.time(c.At),
		})
	}
	return views
}

// Values are the member's values of the fields that the merchant has. Masked,
// a text shows its first character only: it may hold a name or an address.
func (s Sheet) Values(m Member, masked bool) map[string]any {
	values := map[string]any{}
	for _, f := range s.Fields {
		v, held := m.Fields[f.Code]
		if !held {
			continue
		}
		if text, isText := v.(string); isText && f.Kind == Text && masked {
			v = MaskName(text)
		}
		values[f.Code] = v
	}
	return values
}

func (s Sheet) time(t time.Time) string { return t.In(s.Zone).Format(timeForm) }

// timeForm is RFC 3339 with milliseconds, as every time of the API.
const timeForm = "2006-01-02T15:04:05.000Z07:00"
