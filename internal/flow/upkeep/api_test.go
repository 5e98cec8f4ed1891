package upkeep

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/merchant"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
	"huiji/internal/platform/web/webtest"
)

type mail struct {
	To string `json:"to"`
}

func (mail) Kind() string { return "test.mail" }

type sum struct{}

func (sum) Kind() string { return "test.sum" }

// office is a merchant whose jobs fail as long as broken is set.
type office struct {
	*testing.T
	*webtest.Server
	db     *db.DB
	jobs   *job.Queue
	s      *Service
	broken bool
	ran    int
	deeds  []deed.Deed
}

func open(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, db: dbtest.New(t), broken: true}
	o.jobs = job.New(o.db, slog.New(slog.DiscardHandler))
	work := func(what string) error {
		if o.broken {
			return errors.New(what)
		}
		o.ran++
		return nil
	}
	job.Handle(o.jobs, func(_ context.Context, _ *db.Tx, m mail) error { return work("refused by " + m.To) })
	job.Handle(o.jobs, func(context.Context, *db.Tx, sum) error { return work("the sums do not add up") })
	job.Within(o.jobs, func(_ context.Context, _ *db.Tx, d deed.Deed) error { o.deeds = append(o.deeds, d); return nil })
	o.s = &Service{DB: o.db, Jobs: o.jobs, Merchants: &merchant.Service{DB: o.db, Jobs: o.jobs}}
	o.Server = webtest.New(t, o.db.Clock())
	o.s.Routes(o.API)
	return o
}

// ask enqueues mails and one sum of the merchant.
func (o *office) ask(of id.Merchant, mails int) {
	o.Helper()
	err := o.db.Write(context.Background(), of, func(ctx context.Context, tx *db.Tx) error {
		for i := range mails {
			if err := o.jobs.Enqueue(ctx, tx, id.Bucket(i%id.Buckets), fmt.Sprint(i), time.Time{}, mail{To: "王小明 <wang@example.com> 13800138000"}); err != nil {
				return err
			}
		}
		return o.jobs.Enqueue(ctx, tx, 7, "all", time.Time{}, sum{})
	})
	if err != nil {
		o.Fatal(err)
	}
}

// fail lets everything of every merchant fail for the last time.
func (o *office) fail() {
	o.Helper()
	dbtest.Clock(o.db).Advance(time.Hour)
	for _, of := range []id.Merchant{dbtest.Merchant, dbtest.Other} {
		err := o.db.Write(context.Background(), of, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE job SET attempts = $2 WHERE merchant_id = $1`, tx.Merchant(), job.AttemptsMax-1)
			return err
		})
		if err != nil {
			o.Fatal(err)
		}
	}
	o.run()
}

func (o *office) run() {
	o.Helper()
	if err := o.jobs.Drain(context.Background()); err != nil {
		o.Fatal(err)
	}
}

type body struct {
	Summary summaryView  `json:"summary"`
	Items   []letterView `json:"items"`
	Next    *string      `json:"next_cursor"`
}

func (o *office) look(query string) (b body) {
	o.Helper()
	o.Role(permit.Auditor).Do("GET", "/jobs"+query, nil).Want(o.T, 200).Into(o.T, &b)
	return b
}

func TestALetterIsSeenAndReplayed(t *testing.T) {
	o := open(t)
	if raw := string(o.Role(permit.Owner).Do("GET", "/jobs", nil).Want(t, 200).Raw); !strings.Contains(raw, `"items":[]`) || !strings.Contains(raw, `"kinds":[]`) {
		t.Errorf("nothing at all: %s", raw)
	}
	o.ask(dbtest.Merchant, 2)
	dbtest.Clock(o.db).Advance(90 * time.Second)
	if s := o.look("").Summary; s.Waiting != 3 || s.DueFor != 90 || s.Retrying != 0 || s.Dead != 0 {
		t.Errorf("waiting %+v", s)
	}
	o.run()
	if s := o.look("").Summary; s.Waiting != 3 || s.DueFor != 0 || s.Retrying != 3 {
		t.Errorf("retrying %+v", s)
	}
	o.fail()
	seen := o.look("")
	if s := seen.Summary; s.Waiting != 0 || s.Dead != 3 || fmt.Sprint(s.Kinds) != "[{test.mail 2} {test.sum 1}]" {
		t.Errorf("dead %+v", s)
	}
	var one letterView
	for _, l := range seen.Items {
		if l.Kind == "test.mail" {
			one = l
		}
	}
	if one.Attempts != job.AttemptsMax || one.LastError != "refused by … … 138****8000" || !strings.HasPrefix(one.ID, "job_") ||
		one.CreatedAt != "2026-01-01T17:00:00.000+08:00" || one.FailedAt <= one.CreatedAt {
		t.Errorf("letter %+v", one)
	}
	manager := o.Role(permit.Manager)
	o.broken = false
	first := manager.Do("POST", "/jobs/"+one.ID+"/replay", nil, "Idempotency-Key: k1").Want(t, 200)
	if string(first.Raw) != "{\"replayed\":1,\"left\":1}\n" {
		t.Errorf("replayed %s", first.Raw)
	}
	if again := manager.Do("POST", "/jobs/"+one.ID+"/replay", nil, "Idempotency-Key: k1").Want(t, 200); string(again.Raw) != string(first.Raw) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again %s", again.Raw)
	}
	manager.Do("POST", "/jobs/"+one.ID+"/replay", nil).WantProblem(t, 404, "job.not_found")
	if s := o.look("").Summary; s.Waiting != 1 || s.Retrying != 0 || s.Dead != 2 {
		t.Errorf("made ready %+v", s)
	}
	o.run()
	if s := o.look("").Summary; s.Waiting != 0 || s.Dead != 2 || o.ran != 1 {
		t.Errorf("ran %d, %+v", o.ran, s)
	}
	if len(o.deeds) != 1 || o.deeds[0].Action != "job.replay" || o.deeds[0].Object != one.ID || o.deeds[0].Label != "test.mail" || o.deeds[0].ActorID != "stf_manager" {
		t.Errorf("deeds %+v", o.deeds)
	}
}

func TestAKindIsReplayedTogether(t *testing.T) {
	o := open(t)
	const mails = ReplayMax + 20
	o.ask(dbtest.Merchant, mails)
	o.ask(dbtest.Other, 1)
	o.fail()
	o.broken = false
	owner := o.Role(permit.Owner)
	ask := map[string]any{"kind": "test.mail"}
	first := owner.Do("POST", "/jobs/replay", ask, "Idempotency-Key: all").Want(t, 200)
	if string(first.Raw) != fmt.Sprintf("{\"replayed\":%d,\"left\":20}\n", ReplayMax) {
		t.Errorf("first %s", first.Raw)
	}
	if again := owner.Do("POST", "/jobs/replay", ask, "Idempotency-Key: all").Want(t, 200); string(again.Raw) != string(first.Raw) {
		t.Errorf("again %s", again.Raw)
	}
	owner.Do("POST", "/jobs/replay", map[string]any{"kind": "test.sum"}, "Idempotency-Key: all").WantProblem(t, 422, "idempotency.key_reused")
	owner.Do("POST", "/jobs/replay", ask, "Idempotency-Key: ").WantProblem(t, 400, "idempotency.key_missing")
	for _, want := range []string{`{"replayed":20,"left":0}`, `{"replayed":0,"left":0}`} {
		if got := owner.Do("POST", "/jobs/replay", ask).Want(t, 200); strings.TrimSpace(string(got.Raw)) != want {
			t.Errorf("%s, want %s", got.Raw, want)
		}
	}
	o.run()
	if s := o.look("").Summary; o.ran != mails || s.Dead != 1 || s.Waiting != 0 || len(o.deeds) != 2 || o.deeds[0].After["jobs"] != int64(ReplayMax) {
		t.Errorf("ran %d, %+v, deeds %+v", o.ran, s, o.deeds)
	}
	if done, err := o.s.ReplayAll(context.Background(), permit.System(dbtest.Merchant, "cli"), once.Key{}, ""); err != nil || done.Replayed != 1 || done.Left != 0 {
		t.Errorf("all kinds %+v %v", done, err)
	}
	err := o.db.Read(context.Background(), dbtest.Other, func(ctx context.Context, tx *db.Tx) error {
		s, err := o.jobs.Look(ctx, tx)
		if s.DeadLetters() != 2 {
			t.Errorf("the other merchant has %+v", s)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPagesOfLetters(t *testing.T) {
	o := open(t)
	o.ask(dbtest.Merchant, 4)
	o.fail()
	seen := map[string]bool{}
	for query, pages := "?limit=2", 1; ; pages++ {
		b := o.look(query)
		for _, l := range b.Items {
			seen[l.ID] = true
		}
		if b.Next == nil {
			if pages != 3 || len(seen) != 5 {
				t.Errorf("%d pages with %d letters", pages, len(seen))
			}
			break
		}
		query = "?limit=2&cursor=" + *b.Next
	}
	if b := o.look("?kind=test.sum"); len(b.Items) != 1 || b.Summary.Dead != 5 {
		t.Errorf("one kind %+v", b)
	}
	if b := o.look("?kind=nothing"); len(b.Items) != 0 {
		t.Errorf("no such kind %+v", b)
	}
	o.Role(permit.Owner).Do("GET", "/jobs?cursor=x", nil).WantProblem(t, 422, "cursor.invalid")
}

func TestWhoMayLookAndReplay(t *testing.T) {
	o := open(t)
	o.ask(dbtest.Merchant, 1)
	o.fail()
	name := o.look("").Items[0].ID
	o.Role(permit.Cashier).Do("GET", "/jobs", nil).WantProblem(t, 403, "permission.denied")
	o.Role(permit.Auditor).Do("POST", "/jobs/"+name+"/replay", nil).WantProblem(t, 403, "permission.denied")
	o.Nobody().Do("GET", "/jobs", nil).WantProblem(t, 401, "auth.required")
	theirs := o.As(permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_x", Permissions: permit.All()})
	for _, wrong := range []string{name, "job_0", "nothing", strings.Replace(name, "job_", "mem_", 1), name[:len(name)-1] + "0"} {
		theirs.Do("POST", "/jobs/"+wrong+"/replay", nil).WantProblem(t, 404, "job.not_found")
	}
	if len(o.deeds) != 0 {
		t.Errorf("deeds %+v", o.deeds)
	}
}
