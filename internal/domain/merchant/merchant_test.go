package merchant_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/domain/merchant"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/web/webtest"
)

func wrong(t *testing.T, err error) []string {
	t.Helper()
	var all []string
	if f := fault.Of(err); f != nil {
		for _, field := range f.Fields {
			all = append(all, field.Location)
			if field.Text.ZH == "" || field.Text.EN == "" {
				t.Errorf("%s is not explained in both languages", field.Location)
			}
		}
	}
	return all
}

func TestTemplatesAreRight(t *testing.T) {
	for _, one := range merchant.Templates() {
		for _, err := range []error{one.Offset.Check("body"), one.Debt.Check("body"), one.Receipt.Check("body")} {
			if err != nil {
				t.Errorf("%s: %v", one.Trade, err)
			}
		}
		if one.Name.ZH == "" || one.Name.EN == "" {
			t.Errorf("%s has no name", one.Trade)
		}
	}
	got, ok := merchant.TemplateOf(merchant.Retail)
	want := merchant.Offset{Points: 100, Amount: 100, Step: 100, MaxPercent: 50, MinPoints: 0}
	if !ok || got.Offset != want || got.Debt != (merchant.Debt{Points: "negative", ReinstatementGraceDays: 7}) || got.Receipt.ClaimDays != 7 {
		t.Errorf("retail begins with %+v", got.Settings)
	}
	if _, ok := merchant.TemplateOf("bank"); ok {
		t.Error("a trade that is none")
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for _, c := range []struct {
		err  error
		want []string
	}{
		{merchant.Offset{Points: 100, Amount: 100, Step: 50, MaxPercent: 100}.Check("body"), nil},
		{merchant.Offset{Points: 3, Amount: 100, Step: 100, MaxPercent: 50}.Check("body"), []string{"body.step"}},
		{merchant.Offset{Points: 3, Amount: 100, Step: 3, MaxPercent: 0}.Check("body"), nil},
		{merchant.Offset{MaxPercent: 101, MinPoints: -1}.Check("body"), []string{"body.points", "body.amount", "body.step", "body.max_percent", "body.min_points"}},
		{merchant.Debt{Points: "ignore", ReinstatementGraceDays: -1}.Check("body"), []string{"body.points", "body.reinstatement_grace_days"}},
		{merchant.Debt{Points: "refuse"}.Check("body"), nil},
		{merchant.Receipt{Footer: strings.Repeat("谢", 301), ClaimDays: 91}.Check("body"), []string{"body.footer", "body.claim_days"}},
	} {
		if got := wrong(t, c.err); !slices.Equal(got, c.want) {
			t.Errorf("named %v, want %v", got, c.want)
		}
	}
	_, err := merchant.Merchant{Trade: "bank", Currency: "JPY", Timezone: "Local"}.Clean("body")
	if got := wrong(t, err); !slices.Equal(got, []string{"body.name", "body.trade", "body.currency", "body.timezone"}) {
		t.Errorf("named %v", got)
	}
	m, err := merchant.Merchant{Name: " 好 店 ", Trade: "retail", Currency: "gbp", Timezone: "Europe/London"}.Clean("body")
	if err != nil || m.Currency != "GBP" || m.Name != "好 店" {
		t.Errorf("%+v %v", m, err)
	}
}

func open(t *testing.T) (*merchant.Service, *[]deed.Deed) {
	t.Helper()
	d := dbtest.New(t)
	s := &merchant.Service{DB: d, Jobs: job.New(d, slog.New(slog.DiscardHandler))}
	var deeds []deed.Deed
	job.On(s.Jobs, "test", func(_ context.Context, _ *db.Tx, e deed.Deed) error {
		deeds = append(deeds, e)
		return nil
	})
	return s, &deeds
}

func TestFoundingBringsTheTemplate(t *testing.T) {
	s, _ := open(t)
	caller := permit.System("mer_new", "setup")
	err := s.DB.Write(context.Background(), "mer_new", func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Found(ctx, tx, caller, merchant.Merchant{Name: "美美", Trade: merchant.Beauty, Currency: "CNY", Timezone: "Asia/Shanghai"})
		if err != nil {
			return err
		}
		terms, err := s.Terms(ctx, tx)
		if err != nil {
			return err
		}
		want, _ := merchant.TemplateOf(merchant.Beauty)
		if terms.Settings != want.Settings || terms.Merchant.ID != "mer_new" || terms.Zone.String() != "Asia/Shanghai" {
			t.Errorf("terms %+v", terms)
		}
		all, err := s.All(ctx, tx)
		if len(all) != 3 {
			t.Errorf("%d merchants", len(all))
		}
		_, wrongErr := s.Found(ctx, tx, caller, merchant.Merchant{Trade: "x"})
		if len(wrong(t, wrongErr)) != 4 {
			t.Errorf("founding with nothing: %v", wrongErr)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.DB.Read(context.Background(), "mer_nobody", func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Terms(ctx, tx)
		return err
	})
	if !errors.Is(err, merchant.ErrNotFound) {
		t.Errorf("nobody's terms: %v", err)
	}
}

func TestSettingsOverHTTP(t *testing.T) {
	s, deeds := open(t)
	server := webtest.New(t, s.DB.Clock())
	s.Routes(server.API)
	owner, cashier := server.Role(permit.Owner), server.Role(permit.Cashier)

	a := cashier.Do("GET", "/settings/points-offset", nil).Want(t, 200)
	if string(a.Raw[:len(a.Raw)-1]) != `{"points":100,"amount":100,"step":100,"max_percent":50,"min_points":0}` {
		t.Errorf("a retail merchant begins with %s", a.Raw)
	}
	for _, path := range []string{"/settings/points-offset", "/settings/debt", "/settings/receipt", "/settings/merchant"} {
		got := owner.Do("GET", path, nil).Want(t, 200)
		owner.Do("PUT", path, string(got.Raw)).Want(t, 200) // What was read can be written back.
		cashier.Do("PUT", path, string(got.Raw)).WantProblem(t, 403, "permission.denied")
		owner.Do("PUT", path, `{"nothing":1}`).WantProblem(t, 422, "request.invalid")
	}
	owner.Do("PUT", "/settings/points-offset", `{"points":50,"amount":100,"step":50,"max_percent":30,"min_points":100}`).Want(t, 200)
	owner.Do("PUT", "/settings/points-offset", `{"points":60,"amount":100,"step":60,"max_percent":30,"min_points":100}`).Want(t, 200)
	a = owner.Do("PUT", "/settings/points-offset", `{"points":0,"amount":0,"step":0,"max_percent":300,"min_points":-5}`).WantProblem(t, 422, "request.invalid")
	if len(a.Fields()) != 5 {
		t.Errorf("named %v", a.Fields())
	}
	if a := owner.Do("GET", "/settings/points-offset", nil); a.Body["points"] != 60.0 {
		t.Errorf("in force: %s", a.Raw)
	}
	if a := owner.Do("PUT", "/settings/debt", `{"points":"refuse"}`).Want(t, 200); a.Body["reinstatement_grace_days"] != 7.0 {
		t.Errorf("set %s", a.Raw)
	}
	owner.Do("PUT", "/settings/debt", `{"points":"never"}`).WantProblem(t, 422, "request.invalid")
	owner.Do("PUT", "/settings/receipt", `{"footer":"谢谢惠顾","claim_days":0}`).Want(t, 200)
	if a := owner.Do("GET", "/settings/receipt", nil); a.Body["footer"] != "谢谢惠顾" || a.Body["claim_days"] != 0.0 {
		t.Errorf("in force: %s", a.Raw)
	}
	owner.Do("PUT", "/settings/merchant", `{"name":"x","timezone":"Asia/Shanghai","trade":"retail","currency":"USD"}`).WantProblem(t, 422, "merchant.currency_fixed")
	owner.Do("PUT", "/settings/merchant", `{"name":"新名","timezone":"Mars/One","trade":"retail"}`).WantProblem(t, 422, "request.invalid")
	if a := owner.Do("PUT", "/settings/merchant", `{"name":"新名","timezone":"Asia/Urumqi","trade":"restaurant"}`).Want(t, 200); a.Body["currency"] != "CNY" {
		t.Errorf("set %s", a.Raw)
	}
	if err := s.Jobs.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(*deeds) != 5 {
		t.Fatalf("told %d deeds: %+v", len(*deeds), *deeds)
	}
	i := slices.IndexFunc(*deeds, func(d deed.Deed) bool { return d.Object == "merchant" })
	if d := (*deeds)[i]; d.Before["name"] != "测试商户" || d.After["name"] != "新名" || d.Action != "setting.set" || d.ActorID != "stf_owner" {
		t.Errorf("told %+v", d)
	}
	err := s.DB.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		zone, err := s.Zone(ctx, tx)
		if err != nil || zone.String() != "Asia/Urumqi" {
			t.Errorf("zone %v %v", zone, err)
		}
		versions, err := db.All(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
			`SELECT version FROM merchant_setting WHERE merchant_id = $1 AND name = 'points-offset' ORDER BY version`, tx.Merchant())
		if !slices.Equal(versions, []int64{1, 2}) {
			t.Errorf("versions %v", versions)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTwoWhoSetAtOnceBothCount(t *testing.T) {
	s, _ := open(t)
	caller := permit.System(dbtest.Merchant, "test")
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			if err := s.SetReceipt(context.Background(), caller, merchant.Receipt{ClaimDays: 10 + i}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	err := s.DB.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		n, err := db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
			`SELECT MAX(version) FROM merchant_setting WHERE merchant_id = $1 AND name = 'receipt'`, tx.Merchant())
		if n != 6 {
			t.Errorf("%d versions, want 6", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
