package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Import says how the import is measured.
type Import struct {
	File     string
	Profile  string
	Database string // a PostgreSQL server; "" = SQLite
	Rounds   int
	Log      io.Writer
}

// Run imports the file into an empty place, as a process of its own, and
// measures its time and its greatest memory; then imports it a second time,
// which must change nothing, and calls the doctor.
func (b Import) Run(ctx context.Context) (*Report, error) {
	report := &Report{Engine: "sqlite", Facts: map[string]float64{}}
	if b.Database != "" {
		report.Engine = "postgres"
	}
	var seconds, memory []float64
	digest := ""
	for round := range b.Rounds {
		took, peak, got, err := b.round(ctx, report)
		if err != nil {
			return report, err
		}
		if digest != "" && digest != got {
			return report, fmt.Errorf("round %d ended with digest %s, the one before with %s", round+1, got, digest)
		}
		digest = got
		seconds, memory = append(seconds, took.Seconds()), append(memory, peak)
		_, _ = fmt.Fprintf(b.Log, "round %d: %.1f s, %.0f MB, digest %s\n", round+1, took.Seconds(), peak, got) // To a terminal.
	}
	report.Facts["import, seconds (median)"] = spread(seconds).Median
	report.Facts["import, greatest memory in MB (worst)"] = spread(memory).Max
	report.Checks = append(report.Checks, "digest "+digest)
	return report, nil
}

func (b Import) round(ctx context.Context, report *Report) (took time.Duration, peak float64, digest string, err error) {
	data, err := os.MkdirTemp("", "huiji-bench-")
	if err != nil {
		return 0, 0, "", err
	}
	defer func() { _ = os.RemoveAll(data) }() // A temporary folder.
	binary, err := os.Executable()
	if err != nil {
		return 0, 0, "", err
	}
	s := &server{data: data, binary: binary, target: []string{"--data", data}}
	if b.Database != "" {
		url, drop, err := database(ctx, b.Database, "huiji_bench")
		if err != nil {
			return 0, 0, "", err
		}
		defer func() { _ = drop() }() // The next run drops it first.
		s.target = append(s.target, "--database", url)
	}
	password := filepath.Join(data, "password")
	if err := os.WriteFile(password, []byte("correct horse battery"), 0o600); err != nil {
		return 0, 0, "", err
	}
	if _, err := s.run(ctx, "init", "--merchant", "Bench", "--store", "S1", "--owner", "owner", "--password-file", password, "--currency", "GBP"); err != nil {
		return 0, 0, "", err
	}
	first, took, peak, err := b.once(ctx, s)
	if err != nil {
		return 0, 0, "", err
	}
	second, again, _, err := b.once(ctx, s)
	if err != nil {
		return 0, 0, "", fmt.Errorf("second run: %w", err)
	}
	if first != second {
		return 0, 0, "", fmt.Errorf("the second run changed the balances: %s, then %s", first, second)
	}
	report.Facts["second run, seconds"] = again.Seconds()
	if _, err := s.run(ctx, "doctor"); err != nil {
		return 0, 0, "", err
	}
	return took, peak, first, nil
}

func (b Import) once(ctx context.Context, s *server) (digest string, took time.Duration, peak float64, err error) {
	out := filepath.Join(s.data, "report.json")
	command := exec.CommandContext(ctx, s.binary, append([]string{"import", "orders", b.File, "--profile", b.Profile, "--report", out}, s.target...)...)
	var errs strings.Builder
	command.Stderr = &errs
	began := time.Now()
	if err := command.Run(); err != nil {
		return "", 0, 0, fmt.Errorf("import: %w: %s", err, errs.String())
	}
	took = time.Since(began)
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = float64(usage.Maxrss) / 1024
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		return "", 0, 0, err
	}
	var report struct{ Digest string }
	if err := json.Unmarshal(raw, &report); err != nil {
		return "", 0, 0, err
	}
	return report.Digest, took, peak, nil
}
