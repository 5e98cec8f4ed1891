package store_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/store"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/web/webtest"
)

func TestStoresAreChecked(t *testing.T) {
	good := store.Store{Code: " S-1 ", Name: " 总店 ", Timezone: "Asia/Shanghai", Status: store.Open}
	got, err := good.Clean("body")
	if err != nil || got.Code != "S-1" || got.Name != "总店" {
		t.Fatalf("%+v %v", got, err)
	}
	bad := store.Store{Code: "店", Timezone: "Mars/One", Address: strings.Repeat("x", 121), Phone: strings.Repeat("1", 31), Status: "gone"}
	_, err = bad.Clean("body")
	var fields []string
	for _, f := range fault.Of(err).Fields {
		fields = append(fields, f.Location)
		if f.Text.ZH == "" || f.Text.EN == "" {
			t.Errorf("%s is not explained in both languages", f.Location)
		}
	}
	if !slices.Equal(fields, []string{"body.code", "body.name", "body.timezone", "body.address", "body.phone", "body.status"}) {
		t.Errorf("named %v", fields)
	}
	for _, zone := range []string{"", "Local", "CST+8", "../etc/passwd"} {
		s := good
		s.Timezone = zone
		if _, err := s.Clean("body"); err == nil {
			t.Errorf("%q passed for a time zone", zone)
		}
	}
}

func open(t *testing.T) (*store.Service, *webtest.Server, *[]deed.Deed) {
	t.Helper()
	d := dbtest.New(t)
	s := &store.Service{
		DB: d, Jobs: job.New(d, slog.New(slog.DiscardHandler)),
		Zone: func(context.Context, *db.Tx) (*time.Location, error) { return time.LoadLocation("Asia/Shanghai") },
	}
	var deeds []deed.Deed
	job.On(s.Jobs, "test", func(_ context.Context, _ *db.Tx, e deed.Deed) error {
		deeds = append(deeds, e)
		return nil
	})
	server := webtest.New(t, d.Clock())
	s.Routes(server.API)
	return s, server, &deeds
}

func TestStoresOverHTTP(t *testing.T) {
	s, server, deeds := open(t)
	owner := server.Role(permit.Owner)
	a := owner.Do("POST", "/stores", `{"code":"S1","name":"总店"}`).Want(t, 201)
	if a.Body["timezone"] != "Asia/Shanghai" || a.Body["status"] != "open" || a.Body["code"] != "S1" {
		t.Errorf("opened %s", a.Raw)
	}
	first := a.Body["id"].(string)
	owner.Do("POST", "/stores", `{"code":"s1","name":"二店"}`).WantProblem(t, 409, "store.code_taken")
	b := owner.Do("POST", "/stores", `{"code":"S2","name":"二店","timezone":"Europe/London","address":"路 1 号","phone":"010-1"}`, "Idempotency-Key: k").Want(t, 201)
	again := owner.Do("POST", "/stores", `{"code":"S2","name":"二店","timezone":"Europe/London","address":"路 1 号","phone":"010-1"}`, "Idempotency-Key: k").Want(t, 201)
	if again.Body["id"] != b.Body["id"] || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("the same request opened %s and %s", b.Raw, again.Raw)
	}
	second := b.Body["id"].(string)
	bad := owner.Do("POST", "/stores", `{"code":"店","name":"","timezone":"X"}`).WantProblem(t, 422, "request.invalid")
	if got := bad.Fields(); !slices.Equal(got, []string{"body.code", "body.name", "body.timezone"}) {
		t.Errorf("named %v", got)
	}
	owner.Do("POST", "/stores", `{"code":"S3","name":"三店","colour":"red"}`).WantProblem(t, 422, "request.invalid")

	owner.Do("PATCH", "/stores/"+second, `{"code":"s1"}`).WantProblem(t, 409, "store.code_taken")
	owner.Do("PATCH", "/stores/"+second, `{"status":"shut"}`).WantProblem(t, 422, "request.invalid")
	p := owner.Do("PATCH", "/stores/"+second, `{"name":"新店","status":"closed"}`).Want(t, 200)
	if p.Body["name"] != "新店" || p.Body["status"] != "closed" || p.Body["code"] != "S2" {
		t.Errorf("changed to %s", p.Raw)
	}
	owner.Do("PATCH", "/stores/"+second, `{"name":null}`).WantProblem(t, 422, "request.invalid")
	if p := owner.Do("PATCH", "/stores/"+second, `{"address":null}`).Want(t, 200); p.Body["address"] != "" || p.Body["phone"] != "010-1" {
		t.Errorf("cleared to %s", p.Raw)
	}
	owner.Do("PATCH", "/stores/sto_nothing", `{"name":"x"}`).WantProblem(t, 404, "store.not_found")
	if one := owner.Do("GET", "/stores/"+second, nil).Want(t, 200); one.Body["name"] != "新店" || one.Body["id"] != second || one.Body["phone"] != "010-1" {
		t.Errorf("shows %s", one.Raw)
	}
	owner.Do("GET", "/stores/sto_nothing", nil).WantProblem(t, 404, "store.not_found")

	limited := permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_2", Permissions: permit.All(), Stores: []id.Store{id.Store(first)}}
	c := server.As(limited)
	if l := c.Do("GET", "/stores", nil).Want(t, 200); len(l.Body["items"].([]any)) != 1 {
		t.Errorf("sees %s", l.Raw)
	}
	c.Do("PATCH", "/stores/"+second, `{"name":"x"}`).WantProblem(t, 404, "store.not_found")
	c.Do("GET", "/stores/"+second, nil).WantProblem(t, 404, "store.not_found")
	c.Do("GET", "/stores/"+first, nil).Want(t, 200)
	c.Do("POST", "/stores", `{"code":"S9","name":"x"}`).WantProblem(t, 403, "store.denied")
	foreign := server.As(permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_3", Permissions: permit.All()})
	foreign.Do("PATCH", "/stores/"+first, `{"name":"x"}`).WantProblem(t, 404, "store.not_found")
	foreign.Do("GET", "/stores/"+first, nil).WantProblem(t, 404, "store.not_found")
	server.Role(permit.Cashier).Do("POST", "/stores", `{"code":"S9","name":"x"}`).WantProblem(t, 403, "permission.denied")
	if l := owner.Do("GET", "/stores", nil).Want(t, 200); len(l.Body["items"].([]any)) != 2 {
		t.Errorf("sees %s", l.Raw)
	}
	if err := s.Jobs.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(*deeds) != 4 || (*deeds)[2].Action != "store.update" || (*deeds)[2].After["status"] != "closed" || (*deeds)[2].Before["name"] != "二店" {
		t.Errorf("told %+v", *deeds)
	}
}

func TestStoresAreFoundAndDemoStoresPurged(t *testing.T) {
	s, _, _ := open(t)
	caller := permit.System(dbtest.Merchant, "demo")
	err := s.DB.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		kept, err := s.Open(ctx, tx, caller, store.Store{Code: "Main", Name: "总店"})
		if err != nil {
			return err
		}
		demo, err := s.Open(ctx, tx, caller, store.Store{Code: "D1", Name: "演示店", Source: store.SourceDemo})
		if err != nil {
			return err
		}
		if got, err := s.FindByCode(ctx, tx, " main "); err != nil || got.ID != kept.ID {
			t.Errorf("by code: %+v %v", got, err)
		}
		if n, err := s.Purge(ctx, tx); n != 1 || err != nil {
			t.Errorf("purged %d %v", n, err)
		}
		if _, err := s.Find(ctx, tx, demo.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("still there: %v", err)
		}
		all, err := s.All(ctx, tx)
		if len(all) != 1 || all[0].MayTrade() != nil {
			t.Errorf("left %+v", all)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
