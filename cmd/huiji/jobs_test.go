package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huiji/internal/app"
	"huiji/internal/core/id"
	"huiji/internal/domain/merchant"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// mail is a job that no program handles.
type mail struct{}

// Kind names the job on disk.
func (mail) Kind() string { return "test.mail" }

// TestJobs lists dead letters and tries them again: one by its id, then all.
func TestJobs(t *testing.T) {
	folder := t.TempDir()
	password := filepath.Join(folder, "pw")
	if err := os.WriteFile(password, []byte("correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(folder, "data")
	huiji := func(want int, args ...string) (out, errs string) {
		t.Helper()
		return spoken(t, func() {
			if got := run(context.Background(), append(args, "--data", data)); got != want {
				t.Errorf("huiji %s ended with %d, want %d", strings.Join(args, " "), got, want)
			}
		})
	}
	huiji(0, "init", "--merchant", "店", "--store", "S1", "--owner", "owner", "--password-file", password)
	if out, errs := huiji(0, "jobs"); out != "" || errs != "等待 0（其中重试 0），运行中 0，失败 0\n" {
		t.Errorf("nothing to see: %q %q", out, errs)
	}
	fail(t, data, 3)
	out, errs := huiji(0, "jobs", "list", "--lang", "en")
	rows := strings.Split(strings.TrimSpace(out), "\n")
	if len(rows) != 3 || !strings.Contains(rows[0], "12 attempts  test.mail  no handler for job kind test.mail") || errs != "0 waiting (0 of them retrying), 0 running, 3 dead\n" {
		t.Fatalf("%q %q", out, errs)
	}
	one, _, _ := strings.Cut(rows[0], " ")
	huiji(1, "jobs", "replay")
	huiji(1, "jobs", "replay", one, "--all")
	if _, errs := huiji(0, "jobs", "replay", one, "--lang", "en"); !strings.HasPrefix(errs, "jobs that will be tried again: 1;") {
		t.Error(errs)
	}
	if _, errs := huiji(1, "jobs", "replay", one); errs != "huiji: "+one+": 没有这个失败的任务：它可能已经重试过\n" {
		t.Error(errs)
	}
	if _, errs := huiji(0, "jobs", "replay", "--all", "--kind", "test.other"); !strings.HasPrefix(errs, "0 个任务") {
		t.Error(errs)
	}
	if _, errs := huiji(0, "jobs", "replay", "--all"); !strings.HasPrefix(errs, "2 个任务将重新执行") {
		t.Error(errs)
	}
	if out, errs := huiji(0, "jobs"); out != "" || !strings.HasPrefix(errs, "等待 3（其中重试 0），运行中 0，失败 0；最久的已等待 ") {
		t.Errorf("%q %q", out, errs)
	}
}

// fail makes dead letters of the only merchant.
func fail(t *testing.T, data string, n int) {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Place{Data: data, Database: os.Getenv("HUIJI_DATABASE_URL")}, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var all []merchant.Merchant
	err = a.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) (err error) { all, err = a.Merchants.All(ctx, tx); return err })
	if err == nil {
		err = a.DB.Write(ctx, all[0].ID, func(ctx context.Context, tx *db.Tx) error {
			for i := range n {
				if err := a.Jobs.Enqueue(ctx, tx, id.Bucket(i), "x", time.Time{}, mail{}); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, `UPDATE job SET attempts = $2 WHERE merchant_id = $1`, tx.Merchant(), job.AttemptsMax-1)
			return err
		})
	}
	if err == nil {
		err = a.Jobs.Drain(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Close(); err != nil {
		t.Fatal(err)
	}
}

// spoken is what fn prints.
func spoken(t *testing.T, fn func()) (out, errs string) {
	t.Helper()
	kept := [2]*os.File{os.Stdout, os.Stderr}
	var said [2]*os.File
	for i := range said {
		f, err := os.Create(filepath.Join(t.TempDir(), "said"))
		if err != nil {
			t.Fatal(err)
		}
		said[i] = f
	}
	os.Stdout, os.Stderr = said[0], said[1]
	fn()
	os.Stdout, os.Stderr = kept[0], kept[1]
	var texts [2]string
	for i, f := range said {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(raw)
		_ = f.Close() // It was only read.
	}
	return texts[0], texts[1]
}
