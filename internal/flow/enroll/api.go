package enroll

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/member"
	"huiji/internal/platform/web"
)

const tag = "Members"

// Routes registers enrolling and changing.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "enrol-member", Method: http.MethodPost, Path: "/members", Tag: tag, Need: permit.MemberWrite, Status: http.StatusCreated,
		Summary: "Enrol a member by phone, card number or external id",
	}, s.enrol)
	web.Register(api, web.Op{
		ID: "change-member", Method: http.MethodPatch, Path: "/members/{id}", Tag: tag, Need: permit.MemberWrite, Patch: true,
		Summary: "Change a member: only what is sent changes, null clears",
	}, s.change)
}

type consentBody struct {
	Purpose  string `json:"purpose" enum:"service,marketing_sms,personalised,brand_sharing"`
	Granted  bool   `json:"granted"`
	Version  string `json:"version,omitempty" maxLength:"400" doc:"Of the policy that was shown"`
	Channel  string `json:"channel,omitempty" maxLength:"400" doc:"Where it was given, as in pos"`
	At       string `json:"at,omitempty" maxLength:"40" doc:"RFC 3339; now unless given"`
	Evidence string `json:"evidence,omitempty" maxLength:"2000"`
}

type enrolInput struct {
	Body struct {
		Phone            string         `json:"phone,omitempty" maxLength:"100" doc:"Mainland mobile numbers with or without +86, others with their country code"`
		CardNo           string         `json:"card_no,omitempty" maxLength:"200"`
		ExternalID       string         `json:"external_id,omitempty" maxLength:"400" doc:"The member's id in another system"`
		Name             string         `json:"name,omitempty" maxLength:"400"`
		Gender           string         `json:"gender,omitempty" enum:"male,female,other"`
		Birthday         string         `json:"birthday,omitempty" maxLength:"40" doc:"YYYY-MM-DD, or --MM-DD when the year is unknown; L after a lunar leap month, as in 2001-04L-15"`
		BirthdayCalendar string         `json:"birthday_calendar,omitempty" enum:"solar,lunar" doc:"solar unless given"`
		StoreID          string         `json:"store_id,omitempty" maxLength:"40"`
		ReferrerCode     string         `json:"referrer_code,omitempty" maxLength:"200" doc:"The member number of who brought them"`
		Tags             []string       `json:"tags,omitempty" nullable:"false" maxItems:"100"`
		Fields           map[string]any `json:"fields,omitempty" doc:"The merchant's own fields by code"`
		Consents         []consentBody  `json:"consents,omitempty" nullable:"false" maxItems:"20"`
	}
}

type changeBody struct {
	Phone            *string        `json:"phone,omitempty" maxLength:"100" nullable:"true"`
	CardNo           *string        `json:"card_no,omitempty" maxLength:"200" nullable:"true"`
	ExternalID       *string        `json:"external_id,omitempty" maxLength:"400" nullable:"true"`
	Name             *string        `json:"name,omitempty" maxLength:"400" nullable:"true"`
	Gender           *string        `json:"gender,omitempty" enum:"male,female,other" nullable:"true"`
	Birthday         *string        `json:"birthday,omitempty" maxLength:"40" nullable:"true"`
	BirthdayCalendar *string        `json:"birthday_calendar,omitempty" enum:"solar,lunar"`
	StoreID          *string        `json:"store_id,omitempty" maxLength:"40" nullable:"true"`
	Tags             []string       `json:"tags,omitempty" maxItems:"100" nullable:"true"`
	Fields           map[string]any `json:"fields,omitempty" nullable:"true" doc:"Only the fields that are sent change; null clears one"`
	Consents         []consentBody  `json:"consents,omitempty" nullable:"false" maxItems:"20" doc:"Further decisions"`
}

type changeInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body changeBody
}

type output struct{ Body member.View }

func (s *Service) enrol(ctx context.Context, in *enrolInput) (*output, error) {
	b := in.Body
	agreed, err := consents(b.Consents)
	if err != nil {
		return nil, err
	}
	shown, err := s.Enrol(ctx, web.Caller(ctx), web.OnceKey(ctx), Request{
		Draft: member.Draft{
			Phone: b.Phone, CardNo: b.CardNo, ExternalID: b.ExternalID, Name: b.Name, Gender: b.Gender, Birthday: b.Birthday,
			BirthdayCalendar: b.BirthdayCalendar, Store: id.Store(b.StoreID), Tags: b.Tags, Fields: b.Fields, Consents: agreed,
		},
		ReferrerCode: b.ReferrerCode,
	})
	return show(ctx, shown, err)
}

func (s *Service) change(ctx context.Context, in *changeInput) (*output, error) {
	p, err := patch(in.Body, web.Body(ctx))
	if err != nil {
		return nil, err
	}
	shown, err := s.Change(ctx, web.Caller(ctx), id.Member(in.ID), p)
	return show(ctx, shown, err)
}

// patch tells from the raw body what was sent: an absent field stays, a null
// clears.
func patch(b changeBody, raw []byte) (p member.Patch, err error) {
	sent := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &sent); err != nil {
		return p, fault.New(fault.Malformed, "request.malformed", "请求须为 JSON 对象", "the body must be a JSON object")
	}
	var wrong fault.Collect
	for _, name := range []string{"birthday_calendar", "consents"} {
		if string(sent[name]) == "null" {
			wrong.Add("body."+name, nil, "不能清空", "cannot be cleared")
		}
	}
	for name, part := range map[string]struct {
		from *string
		to   *member.Change[string]
	}{
		"phone": {b.Phone, &p.Phone}, "card_no": {b.CardNo, &p.CardNo}, "external_id": {b.ExternalID, &p.ExternalID}, "name": {b.Name, &p.Name},
		"gender": {b.Gender, &p.Gender}, "birthday": {b.Birthday, &p.Birthday}, "birthday_calendar": {b.BirthdayCalendar, &p.BirthdayCalendar},
	} {
		if _, there := sent[name]; there {
			*part.to = member.To(value(part.from))
		}
	}
	if _, there := sent["store_id"]; there {
		p.Store = member.To(id.Store(value(b.StoreID)))
	}
	if _, there := sent["tags"]; there {
		p.Tags = member.To(b.Tags)
	}
	if _, there := sent["fields"]; there {
		p.Fields = member.To(b.Fields)
	}
	if err := wrong.Err(); err != nil {
		return p, err
	}
	p.Consents, err = consents(b.Consents)
	return p, err
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func consents(given []consentBody) ([]member.Consent, error) {
	var all []member.Consent
	for i, c := range given {
		at, err := web.ParseTime("body.consents["+strconv.Itoa(i)+"].at", c.At)
		if err != nil {
			return nil, err
		}
		all = append(all, member.Consent{
			Purpose: member.Purpose(c.Purpose), Granted: c.Granted, Version: c.Version, Channel: c.Channel, At: at, Evidence: c.Evidence,
		})
	}
	return all, nil
}

func show(ctx context.Context, shown Shown, err error) (*output, error) {
	if err != nil {
		return nil, err
	}
	v := shown.Sheet.Show(shown.Member, web.Lang(ctx))
	v.Consents = shown.Sheet.ShowConsents(shown.Consents)
	return &output{Body: v}, nil
}
