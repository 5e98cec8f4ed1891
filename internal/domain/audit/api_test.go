package audit_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/audit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/web/webtest"
)

type logbook struct {
	t    *testing.T
	db   *db.DB
	jobs *job.Queue
	log  *audit.Service
	web  *webtest.Server
}

func newLogbook(t *testing.T) *logbook {
	t.Helper()
	d := dbtest.New(t)
	jobs := job.New(d, slog.New(slog.DiscardHandler))
	s := &audit.Service{DB: d, Jobs: jobs, Zone: func(context.Context, *db.Tx) (*time.Location, error) { return time.LoadLocation("Asia/Shanghai") }}
	s.Subscribe()
	server := webtest.New(t, d.Clock())
	s.Routes(server.API)
	return &logbook{t: t, db: d, jobs: jobs, log: s, web: server}
}

// tell tells deeds as a verb does, and runs the subscriber.
func (l *logbook) tell(m id.Merchant, deeds ...deed.Deed) {
	l.t.Helper()
	err := l.db.Write(context.Background(), m, func(ctx context.Context, tx *db.Tx) error {
		for _, d := range deeds {
			if err := l.jobs.Emit(ctx, tx, 0, tx.NewID(id.OfAudit, 0), d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := l.jobs.Drain(context.Background()); err != nil {
		l.t.Fatal(err)
	}
}

func actions(a webtest.Answer) []string {
	var all []string
	for _, one := range a.Body["items"].([]any) {
		all = append(all, one.(map[string]any)["action"].(string))
	}
	return all
}

func caller() permit.Caller {
	return permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_a", Name: "王店主", Role: permit.Owner, RequestID: "req_1", IP: "192.0.2.1"}
}

func TestADeedIsReadAsItWasTold(t *testing.T) {
	l := newLogbook(t)
	d := deed.By(caller(), "member.reveal", "mem_x")
	d.Label, d.Store, d.Reason, d.Result = "M001 张*", "sto_a", "顾客来电\r\n核对 13812345678", "failed"
	d.Before, d.After = map[string]any{"status": "active"}, map[string]any{"status": "frozen", "points": 12345678901234}
	l.tell(dbtest.Merchant, d)
	a := l.web.Role(permit.Auditor).Do("GET", "/audit", nil).Want(t, 200)
	one := a.Body["items"].([]any)[0].(map[string]any)
	if !strings.HasPrefix(one["id"].(string), "aud_") {
		t.Error(one["id"])
	}
	delete(one, "id")
	want := map[string]any{
		"at": "2026-01-01T17:00:00.000+08:00", "action": "member.reveal", "object": "mem_x", "label": "M001 张*", "store_id": "sto_a",
		"reason": "顾客来电 核对 138****5678", "before": map[string]any{"status": "active"}, "after": map[string]any{"status": "frozen", "points": 12345678901234.0},
		"result": "failed", "who": "staff", "actor_id": "stf_a", "actor_name": "王店主", "role": "owner", "request_id": "req_1", "ip": "192.0.2.1",
	}
	if fmt.Sprint(one) != fmt.Sprint(want) {
		t.Errorf("%v\n%v", one, want)
	}
	if a.Body["next_cursor"] != nil {
		t.Error("there is no more, but a cursor")
	}
}

func TestFilters(t *testing.T) {
	l := newLogbook(t)
	at := func(action, object, actor string) {
		d := deed.By(caller(), action, object)
		d.ActorID = actor
		l.tell(dbtest.Merchant, d)
		dbtest.Clock(l.db).Advance(8 * time.Hour)
	}
	at("member.freeze", "mem_1", "stf_a")   // 1 January, 17:00
	at("member.unfreeze", "mem_1", "stf_b") // 2 January, 01:00
	at("member_field.set", "mer_1", "stf_a")
	at("order.refund", "ord_1", "stf_b")   // 2 January, 17:00
	at("member.freezer", "mem_2", "stf_b") // 3 January, 01:00
	c := l.web.Role(permit.Owner)
	for query, want := range map[string][]string{
		"":                      {"member.freezer", "order.refund", "member_field.set", "member.unfreeze", "member.freeze"},
		"?action=member.freeze": {"member.freeze"},
		"?action=member.":       {"member.freezer", "member.unfreeze", "member.freeze"},
		"?action=member":        nil,
		"?action=member_":       nil,
		"?object=mem_1":         {"member.unfreeze", "member.freeze"},
		"?actor_id=stf_a":       {"member_field.set", "member.freeze"},
		"?object=mem_1&actor_id=stf_a&action=member.": {"member.freeze"},
		"?from=2026-01-02&to=2026-01-02":              {"order.refund", "member_field.set", "member.unfreeze"},
		"?from=2026-01-03":                            {"member.freezer"},
		"?to=2026-01-01T17:00:00%2B08:00":             nil,
		"?to=2026-01-02T01:00:00%2B08:00":             {"member.freeze"},
	} {
		if got := actions(c.Do("GET", "/audit"+query, nil).Want(t, 200)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for query, field := range map[string]string{
		"?from=soon": "query.from", "?to=2026-13-01": "query.to", "?action=DROP": "query.action", "?limit=0": "query.limit", "?cursor=x": "query.cursor", "?store=x": "query.store",
	} {
		if a := c.Do("GET", "/audit"+query, nil); a.Status != 422 || !slices.Equal(a.Fields(), []string{field}) {
			t.Errorf("%s: %d %v, want %s", query, a.Status, a.Fields(), field)
		}
	}
}

func TestPagesMissNothingOfOneMoment(t *testing.T) {
	l := newLogbook(t)
	var deeds []deed.Deed
	for i := range 23 {
		deeds = append(deeds, deed.By(caller(), "order.refund", fmt.Sprintf("ord_%02d", i)))
	}
	l.tell(dbtest.Merchant, deeds...)
	c := l.web.Role(permit.Auditor)
	seen := map[string]bool{}
	for cursor, n := "", 0; ; n++ {
		a := c.Do("GET", "/audit?limit=5&cursor="+cursor, nil).Want(t, 200)
		for _, one := range a.Body["items"].([]any) {
			seen[one.(map[string]any)["object"].(string)] = true
		}
		if a.Body["next_cursor"] == nil {
			if n != 4 || len(seen) != 23 {
				t.Fatalf("%d pages, %d of 23 rows", n+1, len(seen))
			}
			break
		}
		cursor = a.Body["next_cursor"].(string)
	}
}

func TestWhoMayRead(t *testing.T) {
	l := newLogbook(t)
	at := func(m id.Merchant, store, action string) {
		d := deed.By(caller(), action, "x")
		d.Store = store
		l.tell(m, d)
	}
	at(dbtest.Merchant, "sto_a", "order.a")
	at(dbtest.Merchant, "sto_b", "order.b")
	at(dbtest.Merchant, "", "auth.login")
	at(dbtest.Other, "sto_a", "order.theirs")
	for _, role := range []permit.Role{permit.Manager, permit.Cashier} {
		l.web.Role(role).Do("GET", "/audit", nil).WantProblem(t, 403, "permission.denied")
	}
	l.web.Nobody().Do("GET", "/audit", nil).WantProblem(t, 401, "auth.required")
	all := func(stores []id.Store, query string) []string {
		c := permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_x", Permissions: permit.Auditor.Permissions(), Stores: stores}
		got := actions(l.web.As(c).Do("GET", "/audit"+query, nil).Want(t, 200))
		slices.Sort(got)
		return got
	}
	for _, c := range []struct {
		stores []id.Store
		query  string
		want   []string
	}{
		{nil, "", []string{"auth.login", "order.a", "order.b"}}, {[]id.Store{"sto_a"}, "", []string{"order.a"}},
		{[]id.Store{"sto_a", "sto_b"}, "", []string{"order.a", "order.b"}}, {[]id.Store{"sto_b"}, "?object=x", []string{"order.b"}}, {[]id.Store{}, "", nil},
	} {
		if got := all(c.stores, c.query); !slices.Equal(got, c.want) {
			t.Errorf("limited to %v: %v, want %v", c.stores, got, c.want)
		}
	}
}

func TestOutsideOfAMerchantThereIsNoLog(t *testing.T) {
	l := newLogbook(t)
	err := l.db.Write(context.Background(), "", func(ctx context.Context, tx *db.Tx) error {
		return l.log.Add(ctx, tx, deed.Deed{Action: "auth.login", Result: "failed"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := actions(l.web.Role(permit.Owner).Do("GET", "/audit", nil).Want(t, 200)); len(got) != 0 {
		t.Fatal(got)
	}
}
