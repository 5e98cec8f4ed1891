package setup

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"huiji/internal/core/fault"
)

func places(err error) (all []string) {
	if f := fault.Of(err); f != nil {
		for _, field := range f.Fields {
			all = append(all, field.Location)
		}
	}
	return all
}

func TestFaultsStandWhereTheRequestAsked(t *testing.T) {
	for _, c := range []struct {
		name    string
		request Request
		want    []string
	}{
		{"what needs no more", Request{Merchant: "山里咖啡", StoreCode: "S1"}, nil},
		{"nothing", Request{}, []string{"body.merchant", "body.store.code"}},
		{"a name too long for a store, too", Request{Merchant: strings.Repeat("长", 61), StoreCode: "S1"}, []string{"body.merchant", "body.store.name"}},
		{"the store's own name", Request{Merchant: "店", StoreName: strings.Repeat("长", 41), StoreCode: "S 1"}, []string{"body.store.code", "body.store.name"}},
		{"the rest", Request{Merchant: "店", StoreCode: "S1", Trade: "bank", Currency: "JPY", Timezone: "Mars"}, []string{"body.trade", "body.currency", "body.timezone"}},
	} {
		if got := places(c.request.plan("mch_1").check()); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAllFaultsAreToldTogether(t *testing.T) {
	var owner fault.Collect
	owner.Add("body.owner.account", "", "账号必填", "an account is needed")
	err := together(nil, Request{Merchant: "店"}.plan("mch_1").check(), owner.Err())
	if got := places(err); !slices.Equal(got, []string{"body.store.code", "body.owner.account"}) {
		t.Errorf("places %v", got)
	}
	broken := errors.New("no entropy")
	if err := together(nil, owner.Err(), broken); !errors.Is(err, broken) {
		t.Errorf("what is no fault was hidden: %v", err)
	}
	if together(nil, nil, nil) != nil {
		t.Error("nothing is wrong")
	}
}
