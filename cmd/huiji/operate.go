package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"huiji/internal/app"
	"huiji/internal/app/bench"
)

// errBreaches makes the program end with 1 after the doctor has spoken.
var errBreaches = errors.New("laws are broken")

// doctorCommand audits the data.
type doctorCommand struct {
	place `embed:""`
}

// Run prints a line per breach on standard output and what was looked at on
// standard error.
func (c doctorCommand) Run(ctx context.Context, s *settings) error {
	return c.with(ctx, s, func(a *app.App) error {
		bar := newBar(os.Stderr)
		f, err := a.Doctor(ctx, bar.show)
		bar.end()
		if err != nil {
			return err
		}
		for _, line := range f.Breaches {
			fmt.Println(line)
		}
		fmt.Fprintf(os.Stderr, "%d merchants, %d accounts, %d postings: %d breaches\n", f.Merchants, f.Accounts, f.Postings, len(f.Breaches))
		if len(f.Breaches) > 0 {
			return errBreaches
		}
		return nil
	})
}

// migrateCommand brings the schema up to date: opening a place does it.
type migrateCommand struct {
	place `embed:""`
}

// Run migrates.
func (c migrateCommand) Run(ctx context.Context, s *settings) error {
	return c.with(ctx, s, func(*app.App) error { return nil })
}

type openapiCommand struct{}

// Run prints the document that describes the API, as JSON.
func (openapiCommand) Run() error {
	a := app.New(app.Parts{Log: slog.New(slog.DiscardHandler), Version: "1"})
	raw, err := a.API.OpenAPI().MarshalJSON()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(raw, '\n'))
	return err
}

// benchCommands measure the product.
type benchCommands struct {
	Ledger   benchLedger   `cmd:"" help:"The ledger over HTTP: single operations and batches, on SQLite and on the PostgreSQL server that is given."`
	Expiry   benchExpiry   `cmd:"" help:"A night in which 200,000 lots expire among a million."`
	Checkout benchCheckout `cmd:"" help:"Checkouts over HTTP: member, three lines, points offset, cash."`
	Import   benchImport   `cmd:"" help:"An import of real orders: time and memory."`
}

// benchFlags are common to the benchmarks.
type benchFlags struct {
	Database string `help:"PostgreSQL server to measure on (a database is made and dropped); without it SQLite." placeholder:"URL" env:"HUIJI_BENCH_DATABASE_URL"`
	Rounds   int    `help:"How often every scenario is measured." default:"5"`
	JSON     string `name:"json" help:"Write the figures to a file." placeholder:"FILE" type:"path"`
}

func (b benchFlags) finish(r *bench.Report, err error) error {
	if r != nil {
		r.Print(os.Stdout)
	}
	if err == nil && b.JSON != "" {
		err = r.Save(b.JSON)
	}
	return err
}

type benchLedger struct {
	benchFlags `embed:""`
	Members    int           `help:"Members to book for." default:"1000000"`
	Length     time.Duration `name:"seconds" help:"Length of a scenario in a round." default:"5s"`
	Scenarios  []string      `help:"Which to measure: c=1, c=16, c=64, c=256, zipf, hot, batch; all by default." placeholder:"NAME"`
	PGBench    bool          `name:"pgbench" help:"Interleave pgbench -N -M prepared on the PostgreSQL server and print the ratios."`
	NoSQLite   bool          `name:"no-sqlite" help:"Measure on PostgreSQL alone."`
	OpsAddr    string        `help:"Where the first server's metrics and profiles are meanwhile." placeholder:"ADDR"`
}

// Run measures and prints.
func (b benchLedger) Run(ctx context.Context) error {
	return b.finish(bench.Ledger{
		Database: b.Database, NoSQLite: b.NoSQLite, Members: b.Members, Rounds: b.Rounds, Length: b.Length, Scenarios: b.Scenarios,
		PGBench: b.PGBench, Operations: b.OpsAddr, Log: os.Stderr,
	}.Run(ctx))
}

type benchExpiry struct {
	benchFlags `embed:""`
	Members    int  `help:"Members, each with one open lot." default:"1000000"`
	Expiring   int  `help:"Of how many the lot expires." default:"200000"`
	NoSQLite   bool `name:"no-sqlite" help:"Measure on PostgreSQL alone."`
}

// Run measures and prints.
func (b benchExpiry) Run(ctx context.Context) error {
	return b.finish(bench.Expiry{
		Database: b.Database, NoSQLite: b.NoSQLite, Members: b.Members, Expiring: b.Expiring, Rounds: b.Rounds, Log: os.Stderr,
	}.Run(ctx))
}

type benchCheckout struct {
	benchFlags `embed:""`
	Clients    int           `help:"Clients that sell at the same time." default:"16"`
	Members    int           `help:"Members to sell to." default:"10000"`
	Length     time.Duration `name:"seconds" help:"Length of a round." default:"5s"`
	PGBench    bool          `name:"pgbench" help:"Interleave pgbench -N -M prepared on the same server and print the ratios."`
}

// Run measures and prints.
func (b benchCheckout) Run(ctx context.Context) error {
	return b.finish(bench.Checkout{
		Database: b.Database, Clients: b.Clients, Members: b.Members, Rounds: b.Rounds, Length: b.Length, PGBench: b.PGBench, Log: os.Stderr,
	}.Run(ctx))
}

type benchImport struct {
	benchFlags `embed:""`
	File       string `help:"The file; $$HUIJI_TESTDATA/online_retail/online_retail.csv.gz when empty." type:"path" placeholder:"FILE"`
	Profile    string `help:"Its profile." default:"online-retail"`
}

// Run measures and prints.
func (b benchImport) Run(ctx context.Context) error {
	file := b.File
	if file == "" {
		file = os.Getenv("HUIJI_TESTDATA") + "/online_retail/online_retail.csv.gz"
	}
	return b.finish(bench.Import{File: file, Profile: b.Profile, Database: b.Database, Rounds: b.Rounds, Log: os.Stderr}.Run(ctx))
}
