package member

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/lang"
)

// Kind is the kind of a merchant's own field.
type Kind string

// The kinds of fields.
const (
	Text    Kind = "text"
	Amount  Kind = "number"
	Date    Kind = "date"
	Choice  Kind = "choice"
	Boolean Kind = "boolean"
)

const (
	fieldsMax    = 30
	choicesMax   = 50
	labelRunes   = 24
	textRunes    = 500
	amountMax    = 1e12
	codeLenMax   = 32
	choiceRunes  = 40
	fieldCodeSay = "字段代码须以小写字母开头，只含小写字母、数字和下划线，最长 32 位"
	fieldCodeEN  = "a field code begins with a lower-case letter and has only lower-case letters, digits and underscores, 32 at most"
)

var errFieldKind = fault.New(fault.Conflict, "member_field.kind_fixed", "已有字段不能更改类型，请用新的代码新建字段", "the kind of a field cannot change; make a new field with another code")

// Field is a merchant's own field on the member form.
type Field struct {
	Code     string
	Name     string
	Kind     Kind
	Choices  []string // of Choice only
	Required bool     // asked for when somebody enrols by hand; imports may lack it
}

// CheckFields reports everything that is wrong with a new set of fields. Had is
// the set in force: a field keeps its kind for ever, because members hold values.
func CheckFields(fields, had []Field, location string) error {
	var c fault.Collect
	if len(fields) > fieldsMax {
		c.Add(location, len(fields), "自定义字段最多 30 个", "there are at most 30 fields")
	}
	for i, f := range fields {
		at := location + "[" + strconv.Itoa(i) + "]"
		f.check(&c, at)
		if slices.ContainsFunc(fields[:i], func(o Field) bool { return o.Code == f.Code }) {
			c.Add(at+".code", f.Code, "字段代码不能重复", "a field code may appear once")
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	for i, f := range fields {
		if j := slices.IndexFunc(had, func(o Field) bool { return o.Code == f.Code }); j >= 0 && had[j].Kind != f.Kind {
			return errFieldKind.At(location+"["+strconv.Itoa(i)+"].kind", string(f.Kind))
		}
	}
	return nil
}

func (f Field) check(c *fault.Collect, at string) {
	if !isFieldCode(f.Code) {
		c.Add(at+".code", f.Code, fieldCodeSay, fieldCodeEN)
	}
	if n := utf8.RuneCountInString(f.Name); n < 1 || n > labelRunes {
		c.Add(at+".name", f.Name, "字段名称须为 1–24 个字", "a field name has 1 to 24 characters")
	}
	if !slices.Contains([]Kind{Text, Amount, Date, Choice, Boolean}, f.Kind) {
		c.Add(at+".kind", string(f.Kind), "字段类型须为 text、number、date、choice 或 boolean", "kind must be text, number, date, choice or boolean")
	}
	if f.Kind != Choice {
		if len(f.Choices) > 0 {
			c.Add(at+".choices", f.Choices, "只有 choice 类型可以有选项", "only a choice has choices")
		}
		return
	}
	if len(f.Choices) < 1 || len(f.Choices) > choicesMax {
		c.Add(at+".choices", len(f.Choices), "选项须为 1–50 个", "a choice has 1 to 50 choices")
	}
	for i, one := range f.Choices {
		if n := utf8.RuneCountInString(one); n < 1 || n > choiceRunes || fold.Line(one) != one || slices.Contains(f.Choices[:i], one) {
			c.Add(at+".choices["+strconv.Itoa(i)+"]", one, "选项须为 1–40 个字，首尾无空格，且不重复", "a choice has 1 to 40 characters, no blanks at its ends, and appears once")
		}
	}
}

func isFieldCode(s string) bool {
	if len(s) < 1 || len(s) > codeLenMax || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// Read checks a value and returns it as it is kept: a string, a float64 or a
// bool. A nil value or a blank text clears the field and comes back as nil. The
// text says what would be right when the value is not.
func (f Field) Read(v any) (any, lang.Text) {
	if v == nil {
		return nil, lang.Text{}
	}
	if s, ok := v.(string); ok {
		if v = fold.Line(s); v == "" {
			return nil, lang.Text{}
		}
	}
	s, isText := v.(string)
	n, isNumber := v.(float64)
	_, isBool := v.(bool)
	switch f.Kind {
	case Text:
		if isText && utf8.RuneCountInString(s) <= textRunes {
			return s, lang.Text{}
		}
		return nil, lang.Say("须为不超过 500 个字的文字", "must be text of at most 500 characters")
	case Amount:
		if isText {
			parsed, err := strconv.ParseFloat(s, 64)
			n, isNumber = parsed, err == nil
		}
		if isNumber && math.Abs(n) <= amountMax {
			return n, lang.Text{}
		}
		return nil, lang.Say("须为数字，绝对值不超过一万亿", "must be a number of at most 1,000,000,000,000")
	case Date:
		if d, err := day.Parse(s); isText && err == nil {
			return d.String(), lang.Text{}
		}
		return nil, lang.Say("须为真实存在的日期 YYYY-MM-DD", "must be a date YYYY-MM-DD that exists")
	case Choice:
		if isText && slices.Contains(f.Choices, s) {
			return s, lang.Text{}
		}
		return nil, lang.Sayf("须为以下之一：%s", "must be one of: %s", strings.Join(f.Choices, " / "))
	}
	if isText && (s == "true" || s == "false") {
		return s == "true", lang.Text{}
	}
	if isBool {
		return v, lang.Text{}
	}
	return nil, lang.Say("须为 true 或 false", "must be true or false")
}

// merge puts new values over the ones held. Values of fields that the merchant
// no longer has stay where they are, unseen.
func merge(c *fault.Collect, at string, fields []Field, held, given map[string]any) map[string]any {
	merged := map[string]any{}
	for code, v := range held {
		merged[code] = v
	}
	for code, v := range given {
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Code == code })
		if i < 0 {
			c.Add(at+"."+code, nil, "没有这个自定义字段", "there is no such field")
			continue
		}
		value, wrong := fields[i].Read(v)
		if !wrong.Empty() {
			c.Add(at+"."+code, nil, wrong.ZH, wrong.EN)
			continue
		}
		if value == nil {
			delete(merged, code)
			continue
		}
		merged[code] = value
	}
	if len(merged) == 0 {
		return nil
	}
	return merged
}

func missing(c *fault.Collect, at string, fields []Field, values map[string]any) {
	for _, f := range fields {
		if _, held := values[f.Code]; f.Required && !held {
			c.Add(at+"."+f.Code, nil, "「"+f.Name+"」必填", "“"+f.Name+"” is required")
		}
	}
}
