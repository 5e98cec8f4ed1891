// Package bench measures the product from the outside: the server runs as a
// process of its own, a closed-loop client on raw keep-alive connections drives
// it, and whatever it is compared with runs in the same rounds on the same
// machine. Ratios are taken round by round; only they mean anything elsewhere.
package bench

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// Result is one figure of one scenario in one round.
type Result struct {
	Scenario  string  `json:"scenario"`
	Round     int     `json:"round"`
	Clients   int     `json:"clients"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Mean      float64 `json:"mean_ms"`
	Errors    int     `json:"errors"`
	ServerCPU float64 `json:"server_cpu_us_per_op"`
	EngineCPU float64 `json:"engine_cpu_us_per_op"`
	ClientCPU float64 `json:"client_cpu_us_per_op"`
}

// Report is everything one run measured.
type Report struct {
	Engine  string             `json:"engine"`
	Results []Result           `json:"results"`
	Ratios  map[string]Spread  `json:"ratios"`
	Facts   map[string]float64 `json:"facts,omitempty"`
	Checks  []string           `json:"checks,omitempty"`
}

// Spread is a median with its extremes over the rounds.
type Spread struct {
	Median, Min, Max float64
}

func spread(values []float64) Spread {
	slices.Sort(values)
	if len(values) == 0 {
		return Spread{}
	}
	half := len(values) / 2
	median := values[half]
	if len(values)%2 == 0 {
		median = (values[half-1] + values[half]) / 2
	}
	return Spread{Median: median, Min: values[0], Max: values[len(values)-1]}
}

// ratio compares two scenarios round by round.
func (r *Report) ratio(name, of, to string, figure func(Result) float64) {
	var all []float64
	for _, a := range r.Results {
		for _, b := range r.Results {
			if a.Round == b.Round && a.Scenario == of && b.Scenario == to && figure(b) > 0 {
				all = append(all, figure(a)/figure(b))
			}
		}
	}
	if r.Ratios == nil {
		r.Ratios = map[string]Spread{}
	}
	if len(all) > 0 {
		r.Ratios[name] = spread(all)
	}
}

// Print writes the report for people.
func (r *Report) Print(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-26s %5s %7s %10s %9s %9s %9s %7s %22s\n", "scenario", "round", "clients", "op/s", "mean ms", "p50 ms", "p99 ms", "errors", "CPU µs/op srv/db/client")
	for _, x := range r.Results {
		fmt.Fprintf(&b, "%-26s %5d %7d %10.0f %9.2f %9.2f %9.2f %7d %8.0f/%5.0f/%5.0f\n",
			x.Scenario, x.Round, x.Clients, x.PerSecond, x.Mean, x.P50, x.P99, x.Errors, x.ServerCPU, x.EngineCPU, x.ClientCPU)
	}
	for _, name := range sorted(r.Ratios) {
		s := r.Ratios[name]
		fmt.Fprintf(&b, "%-60s %.2f (%.2f–%.2f)\n", name, s.Median, s.Min, s.Max)
	}
	for _, name := range sorted(r.Facts) {
		fmt.Fprintf(&b, "%-60s %.2f\n", name, r.Facts[name])
	}
	for _, c := range r.Checks {
		fmt.Fprintln(&b, c)
	}
	_, _ = io.WriteString(w, b.String()) // To a terminal.
}

// Save writes the report as JSON.
func (r *Report) Save(path string) error {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o600)
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, cmp.Compare[string])
	return keys
}

// summary turns latencies into a Result.
func summary(latencies []time.Duration, took time.Duration, errs int) Result {
	slices.Sort(latencies)
	r := Result{PerSecond: float64(len(latencies)) / took.Seconds(), Errors: errs}
	if len(latencies) == 0 {
		return r
	}
	var sum time.Duration
	for _, l := range latencies {
		sum += l
	}
	at := func(q float64) float64 {
		return latencies[min(len(latencies)-1, int(q*float64(len(latencies))))].Seconds() * 1000
	}
	r.P50, r.P99, r.Mean = at(0.50), at(0.99), sum.Seconds()*1000/float64(len(latencies))
	return r
}
