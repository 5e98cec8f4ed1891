package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/core/raw"
	"huiji/internal/platform/once"
)

// Part is one of the requests that a larger one carries, as it was written. It is
// judged by itself: what is wrong with it is no fault of its neighbours.
type Part struct {
	At     string // where it is, as in "body.ops[3]"
	fields []raw.Field
}

// declareParts describes a body whose parts are judged one by one: the framework
// must not refuse all of them for one.
func (a *API) declareParts(to *huma.Operation, op Op) {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(op.Parts), true, op.ID+"Request")
	to.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	to.SkipValidateBody = true
}

var errList = fault.New(fault.Invalid, "request.invalid", "请求中有字段不正确", "fields of the request are wrong")

// Parts takes the request's body apart, which is an object with one list of at
// least one and at most so many objects, called name. An error is of the whole.
func Parts(ctx context.Context, name string, most int) ([]Part, error) {
	body := requestOf(ctx).raw
	if !json.Valid(body) {
		return nil, fault.New(fault.Malformed, "request.malformed", "请求无法读取：不是有效的 JSON", "the request cannot be read: it is not valid JSON")
	}
	fields, is := raw.Object(body)
	if !is {
		return nil, wrongField("body", "须为对象", "must be an object")
	}
	var all []Part
	found := false
	for _, f := range fields {
		if f.Name != name {
			return nil, wrongField("body."+f.Name, "没有这个字段", "there is no such field")
		}
		items, is := raw.List(f.Value)
		switch {
		case !is:
			return nil, wrongField("body."+name, "须为数组", "must be an array")
		case len(items) == 0 || len(items) > most:
			return nil, wrongField("body."+name, fmt.Sprintf("须有 1–%d 项", most), fmt.Sprintf("must have 1 to %d items", most))
		}
		found, all = true, make([]Part, len(items))
		for i, item := range items {
			all[i].At = "body." + name + "[" + strconv.Itoa(i) + "]"
			if all[i].fields, is = raw.Object(item); !is {
				all[i].fields = nil
			} else if all[i].fields == nil {
				all[i].fields = []raw.Field{}
			}
		}
	}
	if !found {
		return nil, wrongField("body", "缺少必填字段 "+name, "the required field "+name+" is missing")
	}
	return all, nil
}

func wrongField(location, zh, en string) error {
	f := *errList
	f.Fields = []fault.Field{{Location: location, Text: lang.Say(zh, en)}}
	return &f
}

// Take takes a field out that says how to read the part. The error says that it is
// missing or no text of 1 to most bytes.
func (p *Part) Take(name string, most int) (string, error) {
	if p.fields == nil {
		return "", wrongField(p.At, "须为对象", "must be an object")
	}
	at := slices.IndexFunc(p.fields, func(f raw.Field) bool { return f.Name == name })
	if at < 0 {
		return "", wrongField(p.At, "缺少必填字段 "+name, "the required field "+name+" is missing")
	}
	text, is := raw.Text(p.fields[at].Value)
	if !is || text == "" || len(text) > most {
		return "", wrongField(p.At+"."+name, fmt.Sprintf("须为 1–%d 个字符的文字", most), fmt.Sprintf("must be a string of 1 to %d characters", most))
	}
	p.fields = slices.Delete(p.fields, at, at+1)
	return text, nil
}

// Named is the key of what is left of the part, the very one that it would have as
// a request by itself.
func (p *Part) Named(key string) once.Key {
	return once.Key{Key: key, Fingerprint: once.FingerprintOf(p.fields), Forever: true}
}

// Read fills into, a struct of texts and whole numbers, with what is left of the
// part, by the rules that it has as the body of an operation of its own.
func (p *Part) Read(ctx context.Context, into any) error {
	s, err := requestOf(ctx).api.shape(into)
	if err != nil {
		return err
	}
	value := reflect.ValueOf(into).Elem()
	if !s.fill(p.fields, value) {
		// Something is unusual: the framework says what is wrong, if anything is.
		if err := s.judge(ctx, p, into); err != nil {
			return err
		}
	}
	s.complete(value)
	return nil
}

// Allow is nil when the caller holds the permission; otherwise the refusal, which
// is told like that of a whole operation.
func Allow(ctx context.Context, operation string, need permit.Permission) error {
	r := requestOf(ctx)
	err := r.caller.Check(need)
	if err != nil && r.api != nil {
		r.api.options.Denied(ctx, r.caller, operation, string(need))
	}
	return err
}

// Said is what the caller reads of an error of the part.
func (p *Part) Said(ctx context.Context, err error) *Problem {
	if f := fault.Of(err); f != nil && len(f.Fields) > 0 {
		moved := *f
		moved.Fields = slices.Clone(f.Fields)
		for i, field := range moved.Fields {
			if rest, ours := strings.CutPrefix(field.Location, "body"); ours && !strings.HasPrefix(field.Location, p.At) {
				moved.Fields[i].Location = p.At + rest
			}
		}
		err = &moved
	}
	if said := (*Problem)(nil); errors.As(err, &said) {
		return said
	}
	return requestOf(ctx).api.problem(ctx, err)
}

// shape is how a struct is read.
type shape struct {
	registry huma.Registry
	schema   *huma.Schema
	fields   map[string]member
	required uint64 // which fields must be there, by their position
}

// member is one field of a shape.
type member struct {
	at       int
	least    int // characters
	most     int
	whole    bool // a whole number
	pointer  bool
	fallback string
}

// shape reads a struct's tags once.
func (a *API) shape(into any) (*shape, error) {
	t := reflect.TypeOf(into).Elem()
	if known, ok := a.shapes.Load(t); ok {
		return known.(*shape), nil
	}
	registry := a.huma.OpenAPI().Components.Schemas
	s := &shape{registry: registry, schema: huma.SchemaFromType(registry, t), fields: map[string]member{}}
	s.schema.PrecomputeMessages()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		declared := s.schema.Properties[name]
		if declared == nil {
			return nil, fmt.Errorf("field %s of %s is not in its schema", name, t)
		}
		m := member{at: i, most: 1 << 20}
		kind := t.Field(i).Type
		if m.pointer = kind.Kind() == reflect.Pointer; m.pointer {
			kind = kind.Elem()
		}
		switch kind.Kind() {
		case reflect.Int64:
			m.whole = true
		case reflect.String:
			if declared.MinLength != nil {
				m.least = *declared.MinLength
			}
			if declared.MaxLength != nil {
				m.most = *declared.MaxLength
			}
			m.fallback, _ = declared.Default.(string)
		default:
			return nil, fmt.Errorf("field %s of %s is neither a text nor a whole number", name, t)
		}
		if slices.Contains(s.schema.Required, name) {
			s.required |= 1 << i
		}
		s.fields[name] = m
	}
	a.shapes.Store(t, s)
	return s, nil
}

// fill sets what the fields say; false when anything is not plainly right.
func (s *shape) fill(fields []raw.Field, value reflect.Value) bool {
	var seen uint64
	for _, f := range fields {
		m, known := s.fields[f.Name]
		if !known || seen&(1<<m.at) != 0 {
			return false
		}
		seen |= 1 << m.at
		to := value.Field(m.at)
		if m.pointer {
			to.Set(reflect.New(to.Type().Elem()))
			to = to.Elem()
		}
		if m.whole {
			n, err := strconv.ParseInt(string(f.Value), 10, 64)
			if err != nil {
				return false
			}
			to.SetInt(n)
			continue
		}
		text, is := raw.Text(f.Value)
		if n := utf8.RuneCountInString(text); !is || n < m.least || n > m.most {
			return false
		}
		to.SetString(text)
	}
	return seen&s.required == s.required
}

// judge lets the framework read the part.
func (s *shape) judge(ctx context.Context, p *Part, into any) error {
	text, _ := raw.Canonical(p.fields) // Whole, or nothing would be here.
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return fmt.Errorf("read %s: %w", p.At, err)
	}
	path, found := huma.NewPathBuffer(nil, 0), huma.ValidateResult{}
	path.Push(p.At)
	huma.Validate(s.registry, s.schema, path, huma.ModeWriteToServer, value, &found)
	if len(found.Errors) > 0 {
		return refusal(requestOf(ctx), http.StatusUnprocessableEntity, "", found.Errors)
	}
	reflect.ValueOf(into).Elem().SetZero()
	if err := json.Unmarshal(text, into); err != nil {
		return wrongField(p.At, "字段的值不正确", "a field has a wrong value")
	}
	return nil
}

// complete gives what was left out its default.
func (s *shape) complete(value reflect.Value) {
	for _, m := range s.fields {
		if m.fallback != "" && value.Field(m.at).IsZero() {
			value.Field(m.at).SetString(m.fallback)
		}
	}
}
