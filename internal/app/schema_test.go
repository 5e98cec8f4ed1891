package app_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"huiji/internal/app"
	"huiji/internal/platform/web"
)

// description is the OpenAPI document as an outsider reads it.
type description struct {
	paths   map[string]map[string]any // by path, below web.Base
	schemas map[string]any
}

func describe(t *testing.T) description {
	t.Helper()
	a := app.New(app.Parts{Log: slog.New(slog.DiscardHandler), Version: "1"})
	raw, err := a.API.OpenAPI().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	d := description{paths: map[string]map[string]any{}, schemas: document.Components.Schemas}
	for path, operations := range document.Paths {
		d.paths[strings.TrimPrefix(path, web.Base)] = operations
	}
	return d
}

// TestTheDescriptionHoldsEveryField compares every shape of the description with
// the Go type that it was made from: what encoding/json writes of the type must
// stand in it. Fields of an embedded struct that is not exported would not.
func TestTheDescriptionHoldsEveryField(t *testing.T) {
	a := app.New(app.Parts{Log: slog.New(slog.DiscardHandler), Version: "1"})
	schemas := a.API.OpenAPI().Components.Schemas
	compared := 0
	for name, schema := range schemas.Map() {
		of := schemas.TypeFromRef("#/components/schemas/" + name)
		for of != nil && of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		if of == nil || of.Kind() != reflect.Struct || schema.Type != "object" {
			continue
		}
		compared++
		written, described := slices.Sorted(maps.Keys(fieldsOf(of))), slices.Sorted(maps.Keys(schema.Properties))
		if !slices.Equal(written, described) {
			t.Errorf("%s: JSON has %v, the description %v", name, written, described)
		}
	}
	if compared < 50 {
		t.Errorf("only %d shapes were compared", compared)
	}
}

// TestAHiddenFieldIsFound holds the comparison itself: an embedded struct brings
// its fields in, exported or not, as encoding/json has it.
func TestAHiddenFieldIsFound(t *testing.T) {
	type inner struct {
		Inside int    `json:"inside"`
		Hidden string `json:"-"`
		quiet  int
	}
	type outer struct {
		inner
		Named inner `json:"named,omitempty"`
		Plain bool
	}
	v := outer{inner: inner{Inside: 1, quiet: 2}}
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var written map[string]any
	if err := json.Unmarshal(raw, &written); err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Sorted(maps.Keys(fieldsOf(reflect.TypeFor[outer]()))), slices.Sorted(maps.Keys(written)); !slices.Equal(got, want) || v.quiet != 2 {
		t.Errorf("found %v, JSON has %v", got, want)
	}
}

// fieldsOf is what encoding/json writes of a struct.
func fieldsOf(of reflect.Type) map[string]bool {
	all := map[string]bool{}
	for i := range of.NumField() {
		f := of.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case name == "-":
		case f.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			maps.Copy(all, fieldsOf(inner))
		case !f.IsExported():
		case name == "":
			all[f.Name] = true
		default:
			all[name] = true
		}
	}
	return all
}

// TestAnswersAreAsDescribed calls operations on a shop in which something of
// everything has happened, and holds every answer against its description.
func TestAnswersAreAsDescribed(t *testing.T) {
	d := describe(t)
	w := newWorld(t)
	s := w.shop("described")
	things := s.things()
	order := s.want(200, "GET", "/orders/"+things["order"], nil)
	line := order["lines"].([]any)[0].(map[string]any)["line_id"]
	asked := 0
	ask := func(method, operation, path string, body any) {
		t.Helper()
		status, answer := w.call(s.key, method, path, body)
		if status >= 300 {
			t.Errorf("%s %s: %d %v", method, path, status, answer)
			return
		}
		asked++
		for _, wrong := range d.hold(method, operation, status, answer) {
			t.Errorf("%s %s: %s", method, operation, wrong)
		}
	}
	reason := map[string]any{"reason": "试一试"}
	back := map[string]any{"reason": "试一试", "lines": []any{map[string]any{"line_id": line, "quantity": 1}}}
	ask("POST", "/orders/{id}/refunds/quote", "/orders/"+things["order"]+"/refunds/quote", back)
	ask("POST", "/orders/{id}/refunds", "/orders/"+things["order"]+"/refunds", back)
	ask("POST", "/ledger/earn", "/ledger/earn", map[string]any{"member_id": things["member"], "amount": 20, "reason": "试一试"})
	ask("POST", "/ledger/redeem", "/ledger/redeem", map[string]any{"member_id": things["member"], "amount": 5, "reason": "试一试"})
	newest := s.want(200, "GET", "/ledger/entries?kind=earn&member_id="+things["member"], nil)["items"].([]any)[0].(map[string]any)
	ask("POST", "/ledger/reverse", "/ledger/reverse", map[string]any{"posting_id": newest["posting_id"], "amount": 1, "reason": "试一试"})
	hold := s.want(201, "POST", "/ledger/holds", map[string]any{"member_id": things["member"], "amount": 9, "ttl_seconds": 3600})["id"].(string)
	ask("POST", "/ledger/holds/{id}/capture", "/ledger/holds/"+hold+"/capture", map[string]any{"amount": 4, "keep_rest": true})
	ask("POST", "/members/{id}/freeze", "/members/"+things["member"]+"/freeze", reason)
	ask("POST", "/members/{id}/reveal", "/members/"+things["member"]+"/reveal", reason)
	ids := map[string]string{"/members": things["member"], "/orders": things["order"], "/stores": things["store"], "/staff": things["staff"], "/ledger": things["posting"], "/products": "A"}
	w.clock.Advance(2 * time.Minute)
	w.work() // What was booked is sealed.
	for operation, methods := range d.paths {
		if _, read := methods["get"]; !read || strings.HasPrefix(operation, "/sessions") { // A key has no sessions.
			continue
		}
		named := ids["/"+strings.SplitN(operation, "/", 3)[1]]
		if strings.HasPrefix(operation, "/ledger/holds/") {
			named = hold
		}
		path := placeholder.ReplaceAllString(operation, named)
		if operation == "/ledger/balances" {
			path += "?member_ids=" + things["member"]
		}
		ask("GET", operation, path, nil)
	}
	if asked < 30 {
		t.Errorf("only %d operations were asked", asked)
	}
}

// hold compares an answer with what the description says of it.
func (d description) hold(method, operation string, status int, answer any) []string {
	op, _ := d.paths[operation][strings.ToLower(method)].(map[string]any)
	responses, _ := op["responses"].(map[string]any)
	response, _ := responses[fmt.Sprint(status)].(map[string]any)
	content, _ := response["content"].(map[string]any)
	shape, _ := content["application/json"].(map[string]any)
	schema, _ := shape["schema"].(map[string]any)
	if schema == nil {
		return []string{fmt.Sprintf("answers of status %d are not described", status)}
	}
	return d.compare("answer", schema, answer)
}

var reference = regexp.MustCompile(`^#/components/schemas/(.+)$`)

// compare names what an answer holds that its schema does not, and what it lacks.
func (d description) compare(at string, schema map[string]any, value any) (wrong []string) {
	if ref, is := schema["$ref"].(string); is {
		schema, _ = d.schemas[reference.FindStringSubmatch(ref)[1]].(map[string]any)
	}
	switch v := value.(type) {
	case []any:
		items, _ := schema["items"].(map[string]any)
		for i, one := range v {
			wrong = append(wrong, d.compare(fmt.Sprintf("%s[%d]", at, i), items, one)...)
		}
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			property, described := properties[name].(map[string]any)
			switch {
			case described:
				wrong = append(wrong, d.compare(at+"."+name, property, v[name])...)
			case properties != nil || schema["additionalProperties"] == nil || schema["additionalProperties"] == false:
				wrong = append(wrong, at+"."+name+" is not described")
			}
		}
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, there := v[name.(string)]; !there {
				wrong = append(wrong, at+"."+name.(string)+" is missing")
			}
		}
	}
	return wrong
}
