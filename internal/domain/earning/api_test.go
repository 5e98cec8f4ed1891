package earning

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/web/webtest"
)

type house struct {
	*testing.T
	db    *db.DB
	s     *Service
	queue *job.Queue
	*webtest.Server
	deeds []deed.Deed
}

func open(t *testing.T) *house {
	h := &house{T: t, db: dbtest.New(t)}
	h.queue = job.New(h.db, slog.New(slog.DiscardHandler))
	job.On(h.queue, "test", func(_ context.Context, _ *db.Tx, d deed.Deed) error { h.deeds = append(h.deeds, d); return nil })
	h.s = &Service{DB: h.db, Jobs: h.queue, Zone: func(context.Context, *db.Tx) (*time.Location, error) { return shanghai, nil }}
	h.Server = webtest.New(t, h.db.Clock())
	h.s.Routes(h.API)
	h.must(func(ctx context.Context, tx *db.Tx) error { return h.s.Begin(ctx, tx, Defaults("retail"), "setup") })
	return h
}

func (h *house) must(fn func(ctx context.Context, tx *db.Tx) error) {
	h.Helper()
	if err := h.db.Write(context.Background(), dbtest.Merchant, fn); err != nil {
		h.Fatal(err)
	}
}

func TestGetAndSetEarning(t *testing.T) {
	h := open(t)
	owner := h.Role(permit.Owner)
	first := owner.Do("GET", "/settings/earning", nil).Want(t, 200).Body
	if first["points"] != 1.0 || first["per_amount"] != 100.0 || first["rounding"] != "down" || first["pending_days"] != 0.0 ||
		first["version"] != 1.0 || first["effective_at"] != "2026-01-01T17:00:00.000+08:00" || first["validity"].(map[string]any)["kind"] != "never" {
		t.Errorf("first %v", first)
	}
	dbtest.Clock(h.db).Advance(time.Hour)
	body := `{"points": 2, "per_amount": 300, "rounding": "half_up", "validity": {"kind": "years_end", "n": 1}, "pending_days": 7,
		"categories": [{"category": "茶", "points": 3, "per_amount": 100}], "excluded_skus": ["A1"]}`
	second := owner.Do("PUT", "/settings/earning", body).Want(t, 200).Body
	if second["version"] != 2.0 || second["points"] != 2.0 || second["effective_at"] != "2026-01-01T18:00:00.000+08:00" || second["set_by"] != "stf_owner" {
		t.Errorf("second %v", second)
	}
	if again := owner.Do("PUT", "/settings/earning", body).Want(t, 200).Body; again["version"] != 2.0 {
		t.Errorf("setting the same makes version %v", again["version"])
	}
	owner.Do("PUT", "/settings/earning", `{"points": 1, "per_amount": 100}`).Want(t, 200)
	var all struct{ Items []policyBody }
	owner.Do("GET", "/settings/earning/versions", nil).Want(t, 200).Into(t, &all)
	if len(all.Items) != 3 || all.Items[0].Version != 3 || all.Items[0].Rounding != "down" || all.Items[1].Categories[0].Category != "茶" || all.Items[1].ExcludedSKUs[0] != "A1" {
		t.Errorf("versions %+v", all.Items)
	}
	if err := h.queue.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(h.deeds) != 2 || h.deeds[0].Action != "setting.earning" || h.deeds[0].ActorID != "stf_owner" || h.deeds[0].Before["points"] != 1.0 || h.deeds[0].After["points"] != 2.0 {
		t.Errorf("deeds %+v", h.deeds)
	}
}

func TestSetEarningRefusals(t *testing.T) {
	h := open(t)
	for name, c := range map[string]struct {
		body   string
		fields []string
	}{
		"rate":     {`{"points": -1, "per_amount": 0}`, []string{"body.points", "body.per_amount"}},
		"missing":  {`{"points": 1}`, []string{"body"}},
		"unknown":  {`{"points": 1, "per_amount": 100, "pointz": 1}`, []string{"body.pointz"}},
		"type":     {`{"points": 1.5, "per_amount": 100}`, []string{"body.points"}},
		"past day": {`{"points": 1, "per_amount": 100, "validity": {"kind": "date", "date": "2025-12-31"}}`, []string{"body.validity.date"}},
		"the rest": {`{"points": 1, "per_amount": 1, "rounding": "up", "pending_days": 400, "validity": {"kind": "days"}, "categories": [{"category": "", "points": 1, "per_amount": 1}]}`,
			[]string{"body.rounding", "body.pending_days", "body.validity.n", "body.categories[0].category"}},
	} {
		a := h.Role(permit.Owner).Do("PUT", "/settings/earning", c.body)
		if a.Status != 422 || len(a.Fields()) != len(c.fields) || !strings.HasPrefix(strings.Join(a.Fields(), " "), c.fields[0]) {
			t.Errorf("%s: %d %s", name, a.Status, a.Raw)
		}
		if name == "the rest" && !slices.Equal(a.Fields(), c.fields) {
			t.Errorf("fields %v", a.Fields())
		}
	}
	if e := h.Role(permit.Owner).English().Do("PUT", "/settings/earning", `{"points": 1, "per_amount": 0}`); e.Body["detail"] != "per_amount must be a whole number from 1 to 1000000000 in the smallest unit of money" {
		t.Errorf("English: %s", e.Raw)
	}
	h.Role(permit.Manager).Do("PUT", "/settings/earning", `{"points": 1, "per_amount": 100}`).WantProblem(t, 403, "permission.denied")
	h.Nobody().Do("GET", "/settings/earning", nil).Want(t, 401)
	h.Role(permit.Cashier).Do("GET", "/settings/earning", nil).Want(t, 200)
}

func TestPoliciesByTime(t *testing.T) {
	h := open(t)
	caller := permit.System(dbtest.Merchant, "test")
	dbtest.Clock(h.db).Advance(24 * time.Hour)
	p := Defaults("retail")
	p.Points = 5
	if _, _, err := h.s.Set(context.Background(), caller, p); err != nil {
		t.Fatal(err)
	}
	h.must(func(ctx context.Context, tx *db.Tx) error {
		for _, c := range []struct {
			at   time.Time
			want int64
		}{{dbtest.Start.AddDate(-10, 0, 0), 1}, {dbtest.Start.Add(23 * time.Hour), 1}, {tx.Now(), 2}} {
			if p, err := h.s.At(ctx, tx, c.at); err != nil || p.Version != c.want {
				t.Errorf("%v: %+v, %v", c.at, p, err)
			}
		}
		if err := h.s.Begin(ctx, tx, Defaults("beauty"), "again"); err != nil {
			return err
		}
		all, err := h.s.Versions(ctx, tx)
		if len(all) != 2 || all[0].SetBy != "setup" {
			t.Errorf("versions %+v", all)
		}
		return err
	})
	err := h.db.Read(context.Background(), dbtest.Other, func(ctx context.Context, tx *db.Tx) error {
		_, err := h.s.At(ctx, tx, tx.Now())
		return err
	})
	if fault.CodeOf(err) != "earning.not_set" {
		t.Errorf("another merchant: %v", err)
	}
}
