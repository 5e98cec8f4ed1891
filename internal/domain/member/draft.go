package member

import (
	"slices"
	"time"
	"unicode/utf8"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
)

// Draft is somebody who is to become a member, as it was typed or read from a
// file. At least one of phone, card number and external id must be there.
type Draft struct {
	Phone, CardNo, ExternalID, Name, Gender string
	Birthday, BirthdayCalendar              string // see ParseBirthday
	Store                                   id.Store
	Referrer                                id.Member
	Tags                                    []string
	Fields                                  map[string]any // by code: string, float64, bool or nil
	Consents                                []Consent
	Source                                  string
	JoinedAt                                time.Time // zero = now
	At                                      string    // where faults are located, as in "body"
	ByHand                                  bool      // required fields are insisted on
}

// Facts are what a form is checked against.
type Facts struct {
	Fields   []Field
	Calendar *Calendar
	Zone     *time.Location
	Now      time.Time
}

func (f Facts) today() day.Date { return day.Of(f.Now, f.Zone) }

// Read makes a member out of the draft, still without id and number, or says
// everything that is wrong with it. Its consents come apart.
func (d Draft) Read(f Facts) (Member, []Consent, error) {
	var c fault.Collect
	m := Member{Tier: BaseTier, Status: Active, Store: d.Store, Referrer: d.Referrer, Source: fold.Line(d.Source), JoinedAt: d.JoinedAt}
	if m.JoinedAt.IsZero() {
		m.JoinedAt = f.Now
	}
	if m.JoinedAt.After(f.Now) {
		c.Add(d.At+".joined_at", d.JoinedAt, "入会时间不能在将来", "joining cannot lie in the future")
	}
	if utf8.RuneCountInString(m.Source) > sourceRunes {
		c.Add(d.At+".source", d.Source, "来源最长 40 个字", "a source has at most 40 characters")
	}
	form{c: &c, at: d.At, facts: f}.person(&m, d)
	if m.Phone == "" && m.CardNo == "" && m.ExternalID == "" && len(fieldsOf(c.Err())) == 0 {
		c.Add(d.At+".phone", nil, "手机号、卡号、外部编号至少填一项", "give at least one of phone, card_no and external_id")
	}
	m.Fields = merge(&c, d.At+".fields", f.Fields, nil, d.Fields)
	if d.ByHand {
		missing(&c, d.At+".fields", f.Fields, m.Fields)
	}
	agreed := consents(&c, d.At+".consents", d.Consents, f.Now)
	return m, agreed, c.Err()
}

func fieldsOf(err error) []fault.Field {
	if f := fault.Of(err); f != nil {
		return f.Fields
	}
	return nil
}

// form checks the parts that a draft and a change have in common.
type form struct {
	c     *fault.Collect
	at    string
	facts Facts
}

func (f form) person(m *Member, d Draft) {
	f.phone(m, d.Phone)
	f.card(m, d.CardNo)
	f.external(m, d.ExternalID)
	f.name(m, d.Name)
	f.gender(m, d.Gender)
	f.birthday(m, d.Birthday, d.BirthdayCalendar)
	f.tags(m, d.Tags)
}

func (f form) phone(m *Member, s string) {
	m.Phone = ""
	if fold.Line(s) == "" {
		return
	}
	phone, ok := Phone(s)
	if !ok {
		// The value is not repeated: it may be somebody's number.
		f.c.Add(f.at+".phone", nil, "手机号须为 11 位大陆手机号，或以 + 和国家区号开头的号码",
			"phone must be an 11-digit mobile number of mainland China, or a number that begins with + and its country code")
		return
	}
	m.Phone = phone
}

func (f form) card(m *Member, s string) {
	card, ok := code(s, cardRunes, false)
	if !ok {
		f.c.Add(f.at+".card_no", nil, "卡号最长 40 位，不含空格", "card_no has at most 40 characters and no blanks")
		return
	}
	m.CardNo = card
}

func (f form) external(m *Member, s string) {
	external, ok := code(s, externalRunes, true)
	if !ok {
		f.c.Add(f.at+".external_id", nil, "外部编号最长 64 位可见字符", "external_id has at most 64 visible characters")
		return
	}
	m.ExternalID = external
}

func (f form) name(m *Member, s string) {
	m.Name = fold.Line(s)
	if utf8.RuneCountInString(m.Name) > nameRunes || !utf8.ValidString(s) {
		f.c.Add(f.at+".name", nil, "姓名最长 40 个字", "name has at most 40 characters")
	}
}

func (f form) gender(m *Member, s string) {
	m.Gender = Gender(s)
	if !slices.Contains([]Gender{"", Male, Female, Other}, m.Gender) {
		f.c.Add(f.at+".gender", s, "性别须为 male、female 或 other", "gender must be male, female or other")
	}
}

func (f form) birthday(m *Member, s, calendar string) {
	m.Birthday = Birthday{}
	if calendar != "" && calendar != Solar && calendar != Lunar {
		f.c.Add(f.at+".birthday_calendar", calendar, "历法须为 solar（公历）或 lunar（农历）", "birthday_calendar must be solar or lunar")
		return
	}
	if fold.Line(s) == "" {
		return
	}
	b, ok := ParseBirthday(s, calendar)
	if !ok || !b.Valid(f.facts.Calendar, f.facts.today()) {
		f.c.Add(f.at+".birthday", nil, "生日须为真实存在且不晚于今天的 YYYY-MM-DD（1900 年起），年份不详时为 --MM-DD，农历闰月在月份后加 L",
			"birthday must be a day that exists, YYYY-MM-DD from 1900 to today, --MM-DD when the year is unknown, with L after a lunar leap month")
		return
	}
	m.Birthday = b
}

func (f form) tags(m *Member, tags []string) {
	clean, err := Tags(tags, f.at+".tags")
	for _, field := range fieldsOf(err) {
		f.c.Add(field.Location, field.Value, field.Text.ZH, field.Text.EN)
	}
	m.Tags = clean
}

// Change is a part of a form that may have been sent or not. The zero value that
// was sent clears.
type Change[T any] struct {
	Sent  bool
	Value T
}

// To is a change to a value.
func To[T any](value T) Change[T] { return Change[T]{Sent: true, Value: value} }

// Patch is a change of a member: only what was sent changes.
type Patch struct {
	Phone, CardNo, ExternalID, Name, Gender, Birthday, BirthdayCalendar Change[string]

	Store    Change[id.Store]
	Tags     Change[[]string]
	Fields   Change[map[string]any] // sent values by code, nil clears one; a nil map clears all
	Consents []Consent              // further decisions
	At       string
}

// Apply is the member after the change, or everything that is wrong with it.
// What the merchant requires may not be cleared.
func (p Patch) Apply(m Member, f Facts) (Member, []Consent, error) {
	var c fault.Collect
	before, fm := m, form{c: &c, at: p.At, facts: f}
	for _, part := range []struct {
		change Change[string]
		read   func(*Member, string)
	}{{p.Phone, fm.phone}, {p.CardNo, fm.card}, {p.ExternalID, fm.external}, {p.Name, fm.name}, {p.Gender, fm.gender}} {
		if part.change.Sent {
			part.read(&m, part.change.Value)
		}
	}
	if p.Birthday.Sent || p.BirthdayCalendar.Sent {
		s, calendar := before.Birthday.String(), before.Birthday.Calendar()
		if p.Birthday.Sent {
			s = p.Birthday.Value
		}
		if p.BirthdayCalendar.Sent {
			calendar = p.BirthdayCalendar.Value
		}
		fm.birthday(&m, s, calendar)
	}
	if p.Store.Sent {
		m.Store = p.Store.Value
	}
	if p.Tags.Sent {
		fm.tags(&m, p.Tags.Value)
	}
	if p.Fields.Sent {
		held := before.Fields
		if p.Fields.Value == nil {
			held = nil
		}
		m.Fields = merge(&c, p.At+".fields", f.Fields, held, p.Fields.Value)
		missing(&c, p.At+".fields", f.Fields, m.Fields)
	}
	if c.Err() == nil && m.Phone == "" && m.CardNo == "" && m.ExternalID == "" {
		c.Add(p.At+".phone", nil, "手机号、卡号、外部编号至少保留一项", "keep at least one of phone, card_no and external_id")
	}
	agreed := consents(&c, p.At+".consents", p.Consents, f.Now)
	return m, agreed, c.Err()
}

// Differences names what changed between two states of a member, masked, for
// the audit log.
func Differences(before, after Member) (was, is map[string]any) {
	was, is = map[string]any{}, map[string]any{}
	note := func(name string, same bool, b, a any) {
		if !same {
			was[name], is[name] = b, a
		}
	}
	note("phone", before.Phone == after.Phone, MaskPhone(before.Phone), MaskPhone(after.Phone))
	note("card_no", before.CardNo == after.CardNo, MaskCode(before.CardNo), MaskCode(after.CardNo))
	note("external_id", before.ExternalID == after.ExternalID, before.ExternalID, after.ExternalID)
	note("name", before.Name == after.Name, MaskName(before.Name), MaskName(after.Name))
	note("gender", before.Gender == after.Gender, before.Gender, after.Gender)
	note("birthday", before.Birthday == after.Birthday, "***", "***")
	note("store_id", before.Store == after.Store, before.Store, after.Store)
	note("tags", slices.Equal(before.Tags, after.Tags), before.Tags, after.Tags)
	note("status", before.Status == after.Status, before.Status, after.Status)
	note("fields", sameFields(before.Fields, after.Fields), keysOf(before.Fields), keysOf(after.Fields))
	return was, is
}

func sameFields(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if other, ok := b[k]; !ok || other != v {
			return false
		}
	}
	return true
}

func keysOf(m map[string]any) []string {
	keys := []string{}
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
