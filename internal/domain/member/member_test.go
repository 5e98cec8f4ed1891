package member_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/domain/member"
)

var shanghai = time.FixedZone("CST", 8*3600)

func facts(fields ...member.Field) member.Facts {
	return member.Facts{
		Fields: fields, Calendar: &member.Calendar{}, Zone: shanghai,
		Now: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC),
	}
}

// wrong lists the locations of a fault's fields, and fails the test when one of
// them lacks a sentence in either language.
func wrong(t *testing.T, err error) []string {
	t.Helper()
	f := fault.Of(err)
	if f == nil {
		return nil
	}
	var all []string
	for _, field := range f.Fields {
		if field.Text.ZH == "" || field.Text.EN == "" {
			t.Errorf("%s is not explained in both languages", field.Location)
		}
		all = append(all, field.Location)
	}
	return all
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]string{
		"13812345678":       "13812345678",
		" 138 1234 5678 ":   "13812345678",
		"138-1234-5678":     "13812345678",
		"+86 138-1234-5678": "13812345678",
		"0086 13812345678":  "13812345678",
		"8613812345678":     "13812345678",
		"（＋８６）１３８１２３４５６７８":        "13812345678",
		"\u202a13812345678\u202c": "13812345678",
		"19912345678":             "19912345678",
		"+44 20 7183 8750":        "+442071838750",
		"0044 20 7183 8750":       "+442071838750",
		"+852 2345 6789":          "+85223456789",
		"010-62345678":            "+861062345678",
	} {
		if got, ok := member.Phone(in); !ok || got != want {
			t.Errorf("%q became %q %v, want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{
		"", "   ", "1381234567", "138123456789", "1381234567a", "abc", "+", "+86", "123", "+999999", "一三八",
		strings.Repeat("1", 40), "138 1234 5678 ext 9", "\x00", "0", "00",
	} {
		if got, ok := member.Phone(in); ok {
			t.Errorf("%q was taken for the phone number %q", in, got)
		}
	}
}

func FuzzPhone(f *testing.F) {
	for _, s := range []string{"13812345678", "+442071838750", "０８６", "\xff", "+++"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := member.Phone(s)
		if !ok {
			return
		}
		if again, ok := member.Phone(got); !ok || again != got {
			t.Fatalf("%q became %q, which became %q %v", s, got, again, ok)
		}
	})
}

func TestMasks(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{member.MaskPhone("13812345678"), "138****5678"},
		{member.MaskPhone("+442071838750"), "+44****8750"},
		{member.MaskPhone("+85223456"), "+8****56"},
		{member.MaskPhone("12345"), "1****"},
		{member.MaskPhone(""), ""},
		{member.MaskName("张三"), "张*"},
		{member.MaskName("欧阳娜娜"), "欧*"},
		{member.MaskName("John Smith"), "J*"},
		{member.MaskName(""), ""},
		{member.MaskCode("0000000042"), "****0042"},
		{member.MaskCode("0042"), "****"},
		{member.MaskCode(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("masked as %q, want %q", c.got, c.want)
		}
	}
}

func TestNumbersCarryACheckDigit(t *testing.T) {
	seen := map[string]bool{}
	for i := range uint64(2000) {
		n := member.Number(i * 0x9e3779b97f4a7c15)
		if !member.IsNumber(n) || n[0] < '6' {
			t.Fatalf("%s is no member number", n)
		}
		seen[n] = true
		// One digit mistyped is noticed.
		at := int(i % 10)
		slip := []byte(n)
		slip[at] = '0' + (slip[at]-'0'+1)%10
		if member.IsNumber(string(slip)) && slip[0] >= '6' {
			t.Fatalf("%s passes as well as %s", slip, n)
		}
	}
	if len(seen) < 1990 {
		t.Errorf("only %d different numbers of 2000", len(seen))
	}
	for _, s := range []string{"", "6000000000 ", "600000000", "13812345678", "60000000a0"} {
		if member.IsNumber(s) {
			t.Errorf("%q passes for a member number", s)
		}
	}
}

func TestTurns(t *testing.T) {
	for _, c := range []struct {
		from member.Status
		turn member.Turn
		to   member.Status
		code string
	}{
		{member.Active, member.Freeze, member.Frozen, ""},
		{member.Frozen, member.Freeze, member.Frozen, ""},
		{member.Frozen, member.Unfreeze, member.Active, ""},
		{member.Active, member.Unfreeze, "", "member.not_frozen"},
		{member.Active, member.Close, member.Closed, ""},
		{member.Frozen, member.Close, member.Closed, ""},
		{member.Closed, member.Close, member.Closed, ""},
		{member.Closed, member.Freeze, "", "member.closed"},
		{member.Closed, member.Unfreeze, "", "member.closed"},
	} {
		got, err := c.turn.After(c.from)
		if got != c.to || fault.CodeOf(err) != c.code {
			t.Errorf("%s %s: %q %v, want %q %q", c.turn, c.from, got, err, c.to, c.code)
		}
	}
	for status, want := range map[member.Status]error{member.Active: nil, member.Frozen: member.ErrFrozen, member.Closed: member.ErrClosed} {
		if err := (member.Member{Status: status}).MayTrade(); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", status, err, want)
		}
	}
}

func TestDraftsSayEverythingThatIsWrong(t *testing.T) {
	_, _, err := member.Draft{
		Phone: "123", CardNo: "0 1", ExternalID: strings.Repeat("x", 65), Name: strings.Repeat("名", 41), Gender: "m",
		Birthday: "2026-02-30", BirthdayCalendar: "moon", Tags: []string{"ok", "a,b", strings.Repeat("标", 25)},
		Fields: map[string]any{"nothing": "x"}, At: "body", ByHand: true, JoinedAt: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		Consents: []member.Consent{{Purpose: "all"}, {Purpose: member.ForService, At: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}.Read(facts(member.Field{Code: "size", Name: "尺码", Kind: member.Text, Required: true}))
	got := wrong(t, err)
	for _, want := range []string{
		"body.phone", "body.card_no", "body.external_id", "body.name", "body.gender", "body.birthday_calendar", "body.tags",
		"body.fields.nothing", "body.fields.size", "body.joined_at", "body.consents[0].purpose", "body.consents[1].at",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not named in %v", want, got)
		}
	}
	_, _, err = member.Draft{At: "body", Name: "张三"}.Read(facts())
	if got := wrong(t, err); !slices.Equal(got, []string{"body.phone"}) {
		t.Errorf("without any identity: %v", got)
	}
	_, _, err = member.Draft{At: "body", Phone: "13812345678", Birthday: "2026-02-30"}.Read(facts())
	if got := wrong(t, err); !slices.Equal(got, []string{"body.birthday"}) {
		t.Errorf("a day that does not exist: %v", got)
	}
}

func TestDraftsBecomeMembers(t *testing.T) {
	m, agreed, err := member.Draft{
		Phone: "+86 138 1234 5678", CardNo: " 00042 ", ExternalID: "A 7", Name: "  张　三 ", Gender: "female",
		Birthday: "1990/5/2", Tags: []string{" 老客户 ", "VIP", "vip"}, Source: "pos",
		Consents: []member.Consent{{Purpose: member.MarketingSMS, Granted: true, Version: "2026-01"}},
	}.Read(facts())
	if err != nil {
		t.Fatal(err)
	}
	if m.Phone != "13812345678" || m.CardNo != "00042" || m.ExternalID != "A 7" || m.Name != "张 三" || m.Birthday.String() != "1990-05-02" {
		t.Errorf("read as %+v", m.Personal)
	}
	if !slices.Equal(m.Tags, []string{"老客户", "VIP"}) || m.Tier != member.BaseTier || m.Status != member.Active || m.JoinedAt.IsZero() {
		t.Errorf("read as %+v", m)
	}
	if len(agreed) != 1 || agreed[0].At.IsZero() {
		t.Errorf("consents %+v", agreed)
	}
}

func TestPatchesChangeOnlyWhatWasSent(t *testing.T) {
	fields := []member.Field{{Code: "size", Name: "尺码", Kind: member.Text}, {Code: "pet", Name: "宠物", Kind: member.Boolean}}
	before := member.Member{
		Personal: member.Personal{
			Name: "张三", Phone: "13812345678", CardNo: "0042", Birthday: member.Birthday{Year: 1990, Month: 5, Day: 2},
			Fields: map[string]any{"size": "M", "pet": true},
		},
		Gender: member.Male, Tags: []string{"a"}, Store: "sto_1",
	}
	after, _, err := member.Patch{Name: member.To("李四"), Phone: member.To(""), Fields: member.To(map[string]any{"size": nil})}.Apply(before, facts(fields...))
	if err != nil {
		t.Fatal(err)
	}
	if after.Name != "李四" || after.Phone != "" || after.CardNo != "0042" || after.Gender != member.Male || after.Store != "sto_1" || len(after.Fields) != 1 {
		t.Errorf("changed to %+v", after)
	}
	if before.Fields["size"] != "M" {
		t.Error("the member before was changed too")
	}
	was, is := member.Differences(before, after)
	if was["name"] != "张*" || is["name"] != "李*" || was["phone"] != "138****5678" || is["phone"] != "" || len(was) != 3 {
		t.Errorf("differences %v %v", was, is)
	}
	_, _, err = member.Patch{Phone: member.To(""), CardNo: member.To(""), At: "body"}.Apply(before, facts())
	if got := wrong(t, err); !slices.Equal(got, []string{"body.phone"}) {
		t.Errorf("without any identity left: %v", got)
	}
	// The calendar alone turns the same figures into a lunar date.
	after, _, err = member.Patch{BirthdayCalendar: member.To("lunar")}.Apply(before, facts())
	if err != nil || !after.Birthday.Lunar || after.Birthday.Month != 5 {
		t.Errorf("%+v %v", after.Birthday, err)
	}
	after, _, err = member.Patch{Fields: member.To[map[string]any](nil), Tags: member.To[[]string](nil), Birthday: member.To(""), Store: member.To(id.Store(""))}.Apply(before, facts(fields...))
	if err != nil || after.Fields != nil || len(after.Tags) != 0 || !after.Birthday.IsZero() || after.Store != "" {
		t.Errorf("%+v %v", after, err)
	}
}

func TestReasons(t *testing.T) {
	if got, err := member.Reason(" 核对 ", "body.reason"); got != "核对" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	for _, s := range []string{"", " ", "x", strings.Repeat("长", 201)} {
		if _, err := member.Reason(s, "body.reason"); !slices.Equal(wrong(t, err), []string{"body.reason"}) {
			t.Errorf("%q passed for a reason", s)
		}
	}
}

func TestTags(t *testing.T) {
	many := make([]string, 21)
	for i := range many {
		many[i] = string(rune('a' + i))
	}
	if _, err := member.Tags(many, "body.tags"); !slices.Equal(wrong(t, err), []string{"body.tags"}) {
		t.Errorf("21 tags: %v", err)
	}
	if got, err := member.Tags(many[:20], "body.tags"); err != nil || len(got) != 20 {
		t.Errorf("20 tags: %v %v", got, err)
	}
}

func TestConsentsInForce(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 1, 1, h, 0, 0, 0, time.UTC) }
	got := member.InForce([]member.Consent{
		{Purpose: member.Personalised, Granted: true, At: at(1)},
		{Purpose: member.MarketingSMS, Granted: false, At: at(3)},
		{Purpose: member.MarketingSMS, Granted: true, At: at(2)},
	})
	if len(got) != 2 || got[0].Purpose != member.MarketingSMS || got[0].Granted || !got[1].Granted {
		t.Errorf("%+v", got)
	}
}

func TestFields(t *testing.T) {
	choice := member.Field{Code: "size", Name: "尺码", Kind: member.Choice, Choices: []string{"S", "M"}}
	for _, c := range []struct {
		field member.Field
		in    any
		want  any
		ok    bool
	}{
		{member.Field{Kind: member.Text}, " 你好 ", "你好", true},
		{member.Field{Kind: member.Text}, 1.0, nil, false},
		{member.Field{Kind: member.Text}, strings.Repeat("x", 501), nil, false},
		{member.Field{Kind: member.Text}, "  ", nil, true},
		{member.Field{Kind: member.Text}, nil, nil, true},
		{member.Field{Kind: member.Amount}, 1.5, 1.5, true},
		{member.Field{Kind: member.Amount}, "１２", 12.0, true},
		{member.Field{Kind: member.Amount}, "NaN", nil, false},
		{member.Field{Kind: member.Amount}, "1e13", nil, false},
		{member.Field{Kind: member.Amount}, true, nil, false},
		{member.Field{Kind: member.Date}, "2026-02-28", "2026-02-28", true},
		{member.Field{Kind: member.Date}, "2026-02-29", nil, false},
		{member.Field{Kind: member.Boolean}, false, false, true},
		{member.Field{Kind: member.Boolean}, "true", true, true},
		{member.Field{Kind: member.Boolean}, "yes", nil, false},
		{member.Field{Kind: member.Boolean}, 1.0, nil, false},
		{choice, "S", "S", true},
		{choice, "XL", nil, false},
		{choice, []any{"S"}, nil, false},
	} {
		got, text := c.field.Read(c.in)
		if got != c.want || text.Empty() != c.ok || (text.ZH == "") != (text.EN == "") {
			t.Errorf("%s of %v: %v %v, want %v", c.field.Kind, c.in, got, text, c.want)
		}
	}
}

func TestFieldSets(t *testing.T) {
	good := []member.Field{{Code: "size", Name: "尺码", Kind: member.Choice, Choices: []string{"S", "M"}}, {Code: "note_2", Name: "备注", Kind: member.Text}}
	if err := member.CheckFields(good, nil, "body.items"); err != nil {
		t.Fatal(err)
	}
	bad := []member.Field{
		{Code: "Size", Name: "", Kind: "colour"},
		{Code: "a", Name: "甲", Kind: member.Text, Choices: []string{"x"}},
		{Code: "a", Name: "乙", Kind: member.Choice},
		{Code: "b", Name: "丙", Kind: member.Choice, Choices: []string{"x", "x", " y"}},
	}
	got := wrong(t, member.CheckFields(bad, nil, "body.items"))
	for _, want := range []string{
		"body.items[0].code", "body.items[0].name", "body.items[0].kind", "body.items[1].choices", "body.items[2].code",
		"body.items[2].choices", "body.items[3].choices[1]", "body.items[3].choices[2]",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not named in %v", want, got)
		}
	}
	err := member.CheckFields([]member.Field{{Code: "size", Name: "尺码", Kind: member.Text}}, good, "body.items")
	if fault.CodeOf(err) != "member_field.kind_fixed" {
		t.Errorf("a change of kind: %v", err)
	}
}

func TestTermsFindWhatPeopleType(t *testing.T) {
	m := member.Member{Number: "6000000018", Personal: member.Personal{Name: "单小明", Phone: "13812345678", CardNo: "VIP-001", ExternalID: "Cust 9"}}
	terms := member.Terms(m)
	for _, q := range []string{
		"单", "单小", "单小明", "小明", "sxm", "SX", "dx", "13812345678", "+86 138-1234-5678", "5678", "6000000018", "vip001", "VIP-001", "cust9",
	} {
		if !slices.Contains(terms, member.Query(q)) {
			t.Errorf("%q does not find %v", q, terms)
		}
	}
	for _, q := range []string{"明", "1234", "VIP", "x"} {
		if slices.Contains(terms, member.Query(q)) {
			t.Errorf("%q finds", q)
		}
	}
	terms = member.Terms(member.Member{Personal: member.Personal{Name: "John van Smith", Phone: "+442071838750"}})
	for _, q := range []string{"j", "john", "John Van", "smi", "+44 20 7183 8750", "0044 2071838750", "8750"} {
		if !slices.Contains(terms, member.Query(q)) {
			t.Errorf("%q does not find %v", q, terms)
		}
	}
	if terms := member.Terms(member.Member{Personal: member.Personal{Phone: "+861062345678"}}); !slices.Contains(terms, member.Query("010-62345678")) {
		t.Errorf("a landline is not found as it is written: %v", terms)
	}
	if n := len(member.Terms(member.Member{Personal: member.Personal{Name: strings.Repeat("ab cd ", 6)}})); n > 48 {
		t.Errorf("%d terms", n)
	}
}
