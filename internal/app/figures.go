package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// figuresTime is how long the database may take to answer for the figures.
const figuresTime = 5 * time.Second

// figures are what the operator's monitoring reads of the jobs and the database,
// asked for anew each time. They are of the whole installation: no label names a
// merchant, let alone a person.
type figures struct {
	app *App

	info, up, bytes, retries         *prometheus.Desc
	connections, most, waits, waited *prometheus.Desc
	queue, commits, grouped          *prometheus.Desc
	jobs, due, attempts              *prometheus.Desc
}

func newFigures(a *App) *figures {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("huiji_"+name, help, labels, nil)
	}
	return &figures{
		app:     a,
		info:    desc("info", "1; which version runs on which engine", "version", "engine"),
		up:      desc("database_up", "whether the database answered for these figures"),
		bytes:   desc("database_bytes", "what the database occupies"),
		retries: desc("database_retries_total", "transactions that the engine asked to repeat"),

		connections: desc("database_connections", "PostgreSQL: open connections", "state"),
		most:        desc("database_connections_max", "PostgreSQL: how many connections there may be"),
		waits:       desc("database_connection_waits_total", "PostgreSQL: how often somebody waited for a connection"),
		waited:      desc("database_connection_wait_seconds_total", "PostgreSQL: how long they waited altogether"),

		queue:   desc("database_write_queue", "SQLite: transactions that wait for the writer"),
		commits: desc("database_commits_total", "SQLite: commits"),
		grouped: desc("database_transactions_total", "SQLite: transactions; divided by the commits it is the size of a group"),

		jobs:     desc("jobs", "jobs that are not done: waiting for their first attempt, retrying, running outside, dead", "state"),
		due:      desc("jobs_due_seconds", "how long the job that is due longest has waited; 0 when none is due"),
		attempts: desc("job_attempts_total", "attempts of jobs by kind and end: done, failed (to be tried again), dead", "kind", "result"),
	}
}

// Describe tells that the figures depend on the engine.
func (f *figures) Describe(chan<- *prometheus.Desc) {}

// Collect reads the figures. A database that does not answer leaves out what only
// it knows.
func (f *figures) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), figuresTime)
	defer cancel()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	gauge(f.info, 1, f.app.Version, f.app.DB.Engine())
	f.process(to)
	sight, size, err := f.ask(ctx)
	if err != nil {
		f.app.Log.WarnContext(ctx, "figures", "error", err)
		gauge(f.up, 0)
		return
	}
	gauge(f.up, 1)
	gauge(f.bytes, float64(size))
	gauge(f.jobs, float64(sight.Waiting-sight.Retrying), "waiting")
	gauge(f.jobs, float64(sight.Retrying), "retrying")
	gauge(f.jobs, float64(sight.Running), "running")
	gauge(f.jobs, float64(sight.DeadLetters()), "dead")
	due := 0.0
	if !sight.DueSince.IsZero() {
		due = f.app.DB.Clock().Now().Sub(sight.DueSince).Seconds()
	}
	gauge(f.due, due)
}

// ask asks the database.
func (f *figures) ask(ctx context.Context) (sight job.Sight, size int64, err error) {
	err = f.app.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		sight, err = f.app.Jobs.Look(ctx, tx)
		return err
	})
	if err == nil {
		size, err = f.app.DB.Size(ctx)
	}
	return sight, size, err
}

// process tells what this process knows without asking.
func (f *figures) process(to chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, kind, value, labels...)
	}
	const counter, gauge = prometheus.CounterValue, prometheus.GaugeValue
	tell(f.retries, counter, float64(f.app.DB.Retries()))
	load := f.app.DB.Load()
	if load.Most > 0 {
		tell(f.connections, gauge, float64(load.InUse), "in_use")
		tell(f.connections, gauge, float64(load.Idle), "idle")
		tell(f.most, gauge, float64(load.Most))
		tell(f.waits, counter, float64(load.Waits))
		tell(f.waited, counter, load.Waited.Seconds())
	} else {
		tell(f.queue, gauge, float64(load.Queue))
		tell(f.commits, counter, float64(load.Commits))
		tell(f.grouped, counter, float64(load.Grouped))
	}
	for which, n := range f.app.Jobs.Ended() {
		tell(f.attempts, counter, float64(n), which.Kind, which.How)
	}
}
