package app_test

import (
	"context"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"huiji/internal/platform/db"
)

// TestTheFiguresOfTheOperator: what /metrics tells, of jobs, requests and the
// engine that runs, and that it names no merchant.
func TestTheFiguresOfTheOperator(t *testing.T) {
	w := newWorld(t)
	s := w.shop("figures")
	things := s.things()
	rec := httptest.NewRecorder()
	w.API.Operations().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	told := rec.Body.String()
	if rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, told)
	}
	want := []string{
		`huiji_jobs{state="dead"} 1`, `huiji_jobs{state="waiting"} \d+`, `huiji_jobs{state="retrying"} 0`, `huiji_jobs{state="running"} 0`,
		`huiji_jobs_due_seconds \d+`, `huiji_job_attempts_total{kind="test.hopeless",result="dead"} 1`,
		`huiji_job_attempts_total{kind="ledger.posted>bookkeeping",result="done"} \d+`, `huiji_job_attempts_total{kind="expiry.tonight",result="failed"} 0`,
		`huiji_database_up 1`, `huiji_database_bytes [1-9].*`, `huiji_database_retries_total \d+`,
		`huiji_http_in_flight 0`, `huiji_http_seconds_count{operation="create-order",status="201"} 1`,
	}
	other := []string{"huiji_database_connections", "huiji_database_connection_waits"}
	if w.DB.Engine() == "postgres" {
		want = append(want, `huiji_info{engine="postgres",version="test"} 1`, `huiji_database_connections{state="idle"} [1-9]\d*`, `huiji_database_connections{state="in_use"} \d+`,
			`huiji_database_connections_max [1-9]\d*`, `huiji_database_connection_waits_total \d+`, `huiji_database_connection_wait_seconds_total \S+`)
		other = []string{"huiji_database_write_queue", "huiji_database_commits"}
	} else {
		want = append(want, `huiji_info{engine="sqlite",version="test"} 1`, `huiji_database_write_queue 0`, `huiji_database_commits_total [1-9]\d*`, `huiji_database_transactions_total [1-9]\d*`)
	}
	for _, line := range want {
		if !regexp.MustCompile(`(?m)^` + strings.NewReplacer("{", `\{`, "}", `\}`).Replace(line) + `$`).MatchString(told) {
			t.Errorf("%s is missing", line)
		}
	}
	for _, never := range append(other, string(s.merchant), s.store, things["member"], "13800000001", "owner-figures") {
		if strings.Contains(told, never) {
			t.Errorf("%s is told", never)
		}
	}
	if t.Failed() {
		for line := range strings.Lines(told) {
			if strings.HasPrefix(line, "huiji_") && !strings.Contains(line, "_bucket") {
				t.Log(line)
			}
		}
	}
}

// A database that does not answer is a figure, not a silence.
func TestTheFiguresWithoutADatabase(t *testing.T) {
	w := newWorld(t)
	err := w.DB.Write(context.Background(), "", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DROP TABLE job`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	w.API.Operations().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	if told := rec.Body.String(); rec.Code != 200 || !strings.Contains(told, "huiji_database_up 0") || strings.Contains(told, "huiji_jobs{") {
		t.Errorf("%d %s", rec.Code, told)
	}
}
