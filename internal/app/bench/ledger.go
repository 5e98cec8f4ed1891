package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/clock"
)

// Ledger says how the ledger is measured.
type Ledger struct {
	Database   string // a PostgreSQL server; "" = SQLite alone
	NoSQLite   bool
	Members    int
	Rounds     int
	Length     time.Duration
	Scenarios  []string // of scenarios; empty = all
	PGBench    bool     // interleave pgbench on the PostgreSQL server
	Operations string   // where a server's metrics and profiles are while it is measured
	Log        io.Writer
}

// scenario is one way to load the server.
type scenario struct {
	name    string
	clients int
	batch   int
	pick    func(members int) func(*rand.Rand) func() int
	pgbench []string // the script it is compared with, at the same number of clients
	against string   // how the comparison is called
}

func scenarios() []scenario {
	own, row := []string{"-N"}, []string(nil)
	hot := func(int) func(*rand.Rand) func() int { return oneAlone }
	return []scenario{
		{"c=1", 1, 1, uniform, own, "pgbench -N c=1"},
		{"c=16", 16, 1, uniform, own, "pgbench -N c=16"},
		{"c=64", 64, 1, uniform, own, "pgbench -N c=64"},
		{"c=256", 256, 1, uniform, nil, "pgbench -N c=64"},
		{"zipf c=64", 64, 1, zipf, nil, "pgbench -N c=64"},
		{"hot c=64", 64, 1, hot, row, "pgbench one row c=64"},
		{"batch c=16", 16, 100, uniform, nil, "pgbench -N c=16"},
	}
}

// rig is one server with its data.
type rig struct {
	engine string
	*server
	key  string
	book *book
}

// Run measures single operations and batches over HTTP, on SQLite and on the
// PostgreSQL server that is given, in the same rounds.
func (b Ledger) Run(ctx context.Context) (report *Report, err error) {
	engines := b.engines()
	report = &Report{Engine: strings.Join(engines, " and "), Facts: map[string]float64{}}
	chosen, err := b.wanted()
	if err != nil {
		return report, err
	}
	var closers []func() error
	defer func() {
		for i := range closers {
			err = errors.Join(err, closers[len(closers)-1-i]())
		}
	}()
	theirs := ""
	if b.Database != "" && b.PGBench {
		var drop func() error
		if theirs, drop, err = database(ctx, b.Database, "huiji_pgbench"); err != nil {
			return report, err
		}
		closers = append(closers, drop)
		if err := pgbenchInit(ctx, theirs); err != nil {
			return report, err
		}
	}
	var rigs []*rig
	for _, engine := range engines {
		r, closes, err := b.rig(ctx, engine, report)
		closers = append(closers, closes...)
		if err != nil {
			return report, fmt.Errorf("%s: %w", engine, err)
		}
		rigs = append(rigs, r)
		b.Operations = "" // The first engine has it.
	}
	return report, b.measure(ctx, rigs, chosen, theirs, report)
}

func (b Ledger) engines() (all []string) {
	if b.Database != "" {
		all = append(all, "postgres")
	}
	if b.Database == "" || !b.NoSQLite {
		all = append(all, "sqlite")
	}
	return all
}

// rig fills a database and serves it.
func (b Ledger) rig(ctx context.Context, engine string, report *Report) (r *rig, closes []func() error, err error) {
	data, err := os.MkdirTemp("", "huiji-bench-")
	if err != nil {
		return nil, nil, err
	}
	closes = append(closes, func() error { return os.RemoveAll(data) })
	url := ""
	if engine == "postgres" {
		var drop func() error
		if url, drop, err = database(ctx, b.Database, "huiji_bench"); err != nil {
			return nil, closes, err
		}
		closes = append(closes, drop)
	}
	r = &rig{engine: engine}
	if r.server, r.key, err = found(ctx, data, url); err != nil {
		return nil, closes, err
	}
	if r.book, err = openBook(ctx, r.server); err != nil {
		return nil, closes, err
	}
	closes = append(closes, r.book.DB.Close)
	say(b.Log, "%s: seeding %d members …", engine, b.Members)
	began := time.Now()
	never := func(int) time.Time { return time.Time{} }
	if err := r.book.seed(ctx, b.Members, clock.Wall{}, never); err != nil {
		return nil, closes, fmt.Errorf("seed: %w", err)
	}
	if err := settle(ctx, url); err != nil {
		return nil, closes, err
	}
	report.Facts[engine+": seeding, seconds"] = time.Since(began).Seconds()
	r.operations = b.Operations
	closes = append(closes, r.stop)
	return r, closes, r.serve(ctx)
}

func say(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format+"\n", args...) // To a terminal.
}

func (b Ledger) wanted() (all []scenario, err error) {
	if len(b.Scenarios) == 0 {
		return scenarios(), nil
	}
	for _, name := range b.Scenarios {
		found := false
		for _, s := range scenarios() {
			if word, _, _ := strings.Cut(s.name, " "); s.name == name || word == name {
				all, found = append(all, s), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
	}
	return all, nil
}

// step is one measurement of a round.
type step func(ctx context.Context, round int) error

func (b Ledger) measure(ctx context.Context, rigs []*rig, chosen []scenario, theirs string, report *Report) error {
	var number atomic.Int64
	run := runName(time.Now())
	var steps []step
	peers := map[string]bool{}
	for _, s := range chosen {
		for _, r := range rigs {
			steps = append(steps, func(ctx context.Context, round int) error {
				return b.ours(ctx, r, s, run, &number, round, report)
			})
		}
		if theirs != "" && !peers[s.against] {
			peers[s.against] = true
			steps = append(steps, b.peer(s, theirs, report))
		}
	}
	for round := range b.Rounds {
		for i := range steps {
			if err := steps[(i+round*(len(steps)/max(1, b.Rounds)+1))%len(steps)](ctx, round); err != nil {
				return err
			}
		}
		say(b.Log, "round %d of %d", round+1, b.Rounds)
	}
	perSecond := func(r Result) float64 { return r.PerSecond }
	for _, s := range chosen {
		for _, r := range rigs {
			report.ratio(fmt.Sprintf("%s %s ÷ %s, op/s", r.engine, s.name, s.against), r.engine+" "+s.name, s.against, perSecond)
			if s.batch > 1 || s.clients > 64 {
				against := map[bool]string{true: "c=16", false: "c=64"}[s.batch > 1]
				report.ratio(fmt.Sprintf("%s %s ÷ %s, op/s", r.engine, s.name, against), r.engine+" "+s.name, r.engine+" "+against, perSecond)
			}
		}
	}
	return b.end(ctx, rigs, report)
}

// peer is what a scenario is compared with.
func (b Ledger) peer(s scenario, url string, report *Report) step {
	clients := min(s.clients, 64)
	return func(ctx context.Context, round int) error {
		if err := checkpoint(ctx, url); err != nil {
			return err
		}
		script, file := s.pgbench, ""
		if script == nil && strings.Contains(s.against, "one row") {
			f, err := os.CreateTemp("", "huiji-bench-*.sql")
			if err != nil {
				return err
			}
			file = f.Name()
			defer func() { _ = os.Remove(file) }() // A temporary file.
			if _, err := f.WriteString(oneRow); err != nil {
				return errors.Join(err, f.Close())
			}
			if err := f.Close(); err != nil {
				return err
			}
			script = []string{"-f", file}
		}
		if script == nil {
			script = []string{"-N"}
		}
		r, err := pgbenchOf(ctx, url, clients, b.Length, script...)
		r.Scenario, r.Round = s.against, round
		report.Results = append(report.Results, r)
		return err
	}
}

// ours measures one scenario, after a warm-up, and checks what it left behind.
func (b Ledger) ours(ctx context.Context, r *rig, s scenario, run string, number *atomic.Int64, round int, report *Report) error {
	if r.database != "" {
		if err := checkpoint(ctx, r.database); err != nil {
			return err
		}
	}
	members := r.book.members
	fresh := func() *traffic {
		return newTraffic(run, number, members, s.clients, s.batch, s.pick(len(members)))
	}
	if _, err := drive(ctx, r.addr, r.key, s.clients, min(time.Second, b.Length/3), fresh().load()); err != nil {
		return fmt.Errorf("%s %s, warming up: %w", r.engine, s.name, err)
	}
	t := fresh()
	before := r.cpu()
	began := time.Now()
	x, err := drive(ctx, r.addr, r.key, s.clients, b.Length, t.load())
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.engine, s.name, err)
	}
	took := time.Since(began)
	after := r.cpu()
	ops, replays := t.done()
	x.Scenario, x.Round, x.PerSecond = r.engine+" "+s.name, round, float64(ops)/took.Seconds()
	x.spent(before, after, float64(ops))
	report.Results = append(report.Results, x)
	report.Facts[r.engine+": requests sent a second time and answered again"] += float64(replays)
	bucket := id.Bucket(0)
	if len(members) > 0 {
		bucket = members[0].Bucket() // Where the busiest account is.
	}
	accounts, err := r.book.audit(ctx, bucket, id.Bucket((int(bucket)+1+round)%id.Buckets))
	if err != nil {
		return fmt.Errorf("after %s %s: %w", r.engine, s.name, err)
	}
	report.Facts[r.engine+": accounts on which balance = lots = entries was checked"] += float64(accounts)
	return nil
}

// end lets the doctor look at everything.
func (b Ledger) end(ctx context.Context, rigs []*rig, report *Report) error {
	for _, r := range rigs {
		say(b.Log, "%s: the doctor looks at everything …", r.engine)
		if _, err := r.run(ctx, "doctor"); err != nil {
			return fmt.Errorf("after the load: %w", err)
		}
		report.Checks = append(report.Checks, r.engine+": the doctor finds every law kept on every account")
	}
	return nil
}
