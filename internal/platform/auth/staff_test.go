package auth_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/platform/auth"
)

// Without a name the account is the name; then what is wrong with it is told at
// the account alone, where a form has a field for it.
func TestAnEmptyAccountIsToldAtTheAccount(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		draft auth.Draft
		want  []string
	}{
		{auth.Draft{}, []string{"body.owner.account"}},
		{auth.Draft{Account: " \t", Name: " "}, []string{"body.owner.account"}},
		{auth.Draft{Name: "王店主"}, []string{"body.owner.account"}},
		{auth.Draft{Account: "boss", Name: strings.Repeat("长", 51)}, []string{"body.owner.name"}},
		{auth.Draft{Account: strings.Repeat("b", 51)}, []string{"body.owner.name"}},
	} {
		c.draft.Password, c.draft.Roles = ownerSecret, []permit.Role{permit.Owner}
		_, err := h.auth.Prepare(context.Background(), "body.owner", c.draft)
		var got []string
		if f := fault.Of(err); f != nil {
			for _, field := range f.Fields {
				got = append(got, field.Location)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v is wrong at %v, want %v", c.draft, got, c.want)
		}
	}
}
