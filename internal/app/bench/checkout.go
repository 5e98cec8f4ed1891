package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"time"
)

// Checkout says how the checkout is measured.
type Checkout struct {
	Database string // a PostgreSQL server; "" = SQLite
	Clients  int
	Members  int
	Rounds   int
	Length   time.Duration
	PGBench  bool // interleave pgbench on the same server
	Log      io.Writer
}

const (
	benchProducts = 200
)

// shop is what the client knows of the seeded shop.
type shop struct {
	store   string
	members []string
	prices  []int64
	run     string
	sent    atomic.Int64
	kept    chan call // one in a hundred, sent again afterwards
}

// Run measures checkouts over HTTP: a member, three lines, points offset, cash.
func (b Checkout) Run(ctx context.Context) (*Report, error) {
	data, err := os.MkdirTemp("", "huiji-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(data) }() // A temporary folder.
	report := &Report{Engine: "sqlite"}
	var drops []func() error
	defer func() {
		for _, drop := range drops {
			_ = drop() // The next run drops it first.
		}
	}()
	ours, theirs := "", ""
	if b.Database != "" {
		report.Engine = "postgres"
		var drop func() error
		if ours, drop, err = database(ctx, b.Database, "huiji_bench"); err != nil {
			return nil, err
		}
		drops = append(drops, drop)
		if b.PGBench {
			if theirs, drop, err = database(ctx, b.Database, "huiji_pgbench"); err != nil {
				return nil, err
			}
			drops = append(drops, drop)
			if err := pgbenchInit(ctx, theirs); err != nil {
				return nil, err
			}
		}
	}
	s, key, err := startServer(ctx, data, ours)
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	err = b.measure(ctx, s, key, ours, theirs, report)
	return report, errors.Join(err, s.stop())
}

func (b Checkout) measure(ctx context.Context, s *server, key, ours, theirs string, report *Report) error {
	_, _ = fmt.Fprintln(b.Log, "seeding", b.Members, "members …") // To a terminal.
	shop, err := b.seed(s.addr, key)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	if _, err := drive(ctx, s.addr, key, b.Clients, b.Length, load{next: shop.checkout}); err != nil {
		return fmt.Errorf("warm up: %w", err)
	}
	for round := range b.Rounds {
		steps := []func() error{func() error { return b.ourRound(ctx, s, key, ours, shop, round, report) }}
		if theirs != "" {
			steps = append(steps, func() error { return b.theirRound(ctx, theirs, round, report) })
		}
		for i := range steps {
			if err := steps[(i+round)%len(steps)](); err != nil {
				return err
			}
		}
		_, _ = fmt.Fprintln(b.Log, "round", round+1, "of", b.Rounds) // To a terminal.
	}
	if theirs != "" {
		report.ratio(fmt.Sprintf("checkout ÷ pgbench -N, op/s, c = %d", b.Clients), "checkout", "pgbench -N", func(r Result) float64 { return r.PerSecond })
		b.tail(report)
	}
	return b.verify(ctx, s, key, shop, report)
}

// tail compares our p99 with the mean latency of pgbench in the same round.
func (b Checkout) tail(report *Report) {
	var all []float64
	for _, x := range report.Results {
		for _, y := range report.Results {
			if x.Round == y.Round && x.Scenario == "checkout" && y.Scenario == "pgbench -N" && y.Mean > 0 {
				all = append(all, x.P99/y.Mean)
			}
		}
	}
	report.Ratios[fmt.Sprintf("checkout p99 ÷ pgbench mean latency, c = %d", b.Clients)] = spread(all)
}

func (b Checkout) ourRound(ctx context.Context, s *server, key, url string, shop *shop, round int, report *Report) error {
	if url != "" {
		if err := checkpoint(ctx, url); err != nil {
			return err
		}
	}
	before := s.cpu()
	r, err := drive(ctx, s.addr, key, b.Clients, b.Length, load{next: shop.checkout})
	if err != nil {
		return err
	}
	r.Scenario, r.Round = "checkout", round
	r.spent(before, s.cpu(), r.PerSecond*b.Length.Seconds())
	report.Results = append(report.Results, r)
	return nil
}

func (b Checkout) theirRound(ctx context.Context, url string, round int, report *Report) error {
	if err := checkpoint(ctx, url); err != nil {
		return err
	}
	r, err := pgbench(ctx, url, b.Clients, b.Length)
	r.Round = round
	report.Results = append(report.Results, r)
	return err
}

// seed makes products and members with points over the API.
func (b Checkout) seed(addr, key string) (*shop, error) {
	s := &shop{members: make([]string, b.Members), prices: make([]int64, benchProducts), run: fmt.Sprintf("%x", time.Now().UnixNano()), kept: make(chan call, 10_000)}
	err := each(addr, key, 1, 1, func(int) call { return call{method: "GET", path: "/stores"} }, func(_ int, body []byte) {
		var list struct{ Items []struct{ ID string } }
		if json.Unmarshal(body, &list) == nil && len(list.Items) > 0 {
			s.store = list.Items[0].ID
		}
	})
	if err != nil {
		return nil, err
	}
	err = each(addr, key, 4, benchProducts, func(i int) call {
		s.prices[i] = 500 + int64(i)*37
		return s.post("/products", "product", i, `{"sku":"P%04d","name":"商品 %04d","price":%d,"category":"C%d"}`, i, i, s.prices[i], i%8)
	}, nil)
	if err != nil {
		return nil, err
	}
	err = each(addr, key, 16, b.Members, func(i int) call {
		return s.post("/members", "member", i, `{"phone":"139%08d","store_id":"%s"}`, i, s.store)
	}, func(i int, body []byte) {
		var m struct{ ID string }
		if json.Unmarshal(body, &m) == nil {
			s.members[i] = m.ID
		}
	})
	if err != nil {
		return nil, err
	}
	return s, each(addr, key, 16, b.Members, func(i int) call {
		return s.post("/ledger/adjust", "points", i, `{"member_id":"%s","amount":%d,"reason":"bench"}`, s.members[i], benchPoints)
	}, nil)
}

func (s *shop) post(path, kind string, i int, format string, args ...any) call {
	return call{method: "POST", path: path, key: fmt.Sprintf("%s-%s-%d", s.run, kind, i), body: fmt.Appendf(nil, format, args...)}
}

// checkout is one sale: three different articles, 100 points offset, the rest in
// cash.
func (s *shop) checkout(client, _ int) call {
	n := s.sent.Add(1)
	random := rand.New(rand.NewPCG(uint64(n), 20260101)) // The n-th sale is the same in every run.
	first := random.IntN(benchProducts)
	total := int64(-100)
	var lines [3]int
	for i := range lines {
		lines[i] = (first + i*61) % benchProducts
		total += s.prices[lines[i]]
	}
	c := s.post("/orders", "order", int(n), `{"store_id":"%s","member_id":"%s","lines":[{"sku":"P%04d","quantity":1},{"sku":"P%04d","quantity":1},{"sku":"P%04d","quantity":1}],"use_points":100,"payments":[{"method":"cash","amount":%d}]}`,
		s.store, s.members[random.IntN(len(s.members))], lines[0], lines[1], lines[2], total)
	if n%100 == 0 {
		select {
		case s.kept <- c:
		default:
		}
	}
	return c
}

// verify sends the kept requests again, which must change nothing, and lets the
// doctor look at every account.
func (b Checkout) verify(ctx context.Context, s *server, key string, shop *shop, report *Report) error {
	count := len(shop.kept)
	err := each(s.addr, key, 8, count, func(int) call { return <-shop.kept }, nil)
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	report.Checks = append(report.Checks, fmt.Sprintf("%d requests sent a second time were answered again", count))
	if _, err := s.run(ctx, "doctor"); err != nil {
		return fmt.Errorf("after the load: %w", err)
	}
	report.Checks = append(report.Checks, "the doctor finds balance = lots − debt = entries on every account")
	return nil
}
