package bench

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// database makes an empty database on the server of base and returns its url and
// what removes it.
func database(ctx context.Context, base, name string) (string, func() error, error) {
	admin, err := pgx.Connect(ctx, base)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = admin.Close(ctx) }() // The work is done or reported.
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return "", nil, err
		}
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() error {
		admin, err := pgx.Connect(context.WithoutCancel(ctx), base)
		if err != nil {
			return err
		}
		defer func() { _ = admin.Close(context.WithoutCancel(ctx)) }()
		_, err = admin.Exec(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		return err
	}, nil
}

// checkpoint empties the write-ahead log's backlog before a round.
func checkpoint(ctx context.Context, url string) error {
	admin, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close(ctx) }()
	_, err = admin.Exec(ctx, "CHECKPOINT")
	return err
}

var (
	tpsLine     = regexp.MustCompile(`tps = ([0-9.]+)`)
	latencyLine = regexp.MustCompile(`latency average = ([0-9.]+) ms`)
)

// pgbench runs PostgreSQL's own benchmark: one commit per operation, no HTTP.
func pgbench(ctx context.Context, url string, clients int, length time.Duration) (Result, error) {
	return pgbenchOf(ctx, url, clients, length, "-N")
}

// oneRow is what pgbench -N does, always to the same account: the price of a
// transaction per operation where everybody wants one row.
const oneRow = `\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = 1;
SELECT abalance FROM pgbench_accounts WHERE aid = 1;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, 1, :delta, CURRENT_TIMESTAMP);
END;
`

// pgbenchOf runs one of pgbench's scripts: its own, or a file.
func pgbenchOf(ctx context.Context, url string, clients int, length time.Duration, script ...string) (Result, error) {
	out, err := exec.CommandContext(ctx, "pgbench", append(script, "-M", "prepared", "-n",
		"-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)), "-T", strconv.Itoa(max(1, int(length.Seconds()))), url)...).CombinedOutput()
	if err != nil {
		return Result{}, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	number := func(r *regexp.Regexp) float64 {
		m := r.FindSubmatch(out)
		if m == nil {
			return 0
		}
		n, _ := strconv.ParseFloat(string(m[1]), 64)
		return n
	}
	return Result{Scenario: "pgbench -N", Clients: clients, PerSecond: number(tpsLine), Mean: number(latencyLine)}, nil
}

func pgbenchInit(ctx context.Context, url string) error {
	out, err := exec.CommandContext(ctx, "pgbench", "-i", "-q", "-s", "10", url).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pgbench -i: %w: %s", err, out)
	}
	return nil
}
