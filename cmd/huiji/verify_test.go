package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huiji/internal/app"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/merchant"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
)

// TestVerify seals a few postings, keeps a checkpoint elsewhere, and changes one.
func TestVerify(t *testing.T) {
	folder := t.TempDir()
	data, password := filepath.Join(folder, "data"), filepath.Join(folder, "pw")
	kept, receipt := filepath.Join(folder, "kept.json"), filepath.Join(folder, "proof.json")
	if err := os.WriteFile(password, []byte("correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	huiji := func(want int, args ...string) (out, errs string) {
		t.Helper()
		return spoken(t, func() {
			if got := run(context.Background(), append(args, "--data", data)); got != want {
				t.Errorf("huiji %s ended with %d, want %d", strings.Join(args, " "), got, want)
			}
		})
	}
	if _, errs := huiji(1, "verify"); !strings.Contains(errs, "这里没有数据库") {
		t.Error(errs)
	}
	huiji(0, "init", "--merchant", "店", "--store", "S1", "--owner", "owner", "--password-file", password)
	which := sealed(t, data, receipt, 5)
	if err := os.Rename(filepath.Join(data, "huiji.key"), filepath.Join(folder, "huiji.key")); err != nil {
		t.Fatal(err) // An auditor has no key files.
	}
	out, errs := huiji(0, "verify", "--write", kept, "--lang", "en")
	if out != "" || !strings.Contains(errs, "5 postings sealed (0 of them late), 0 not yet, 1 checkpoints: 0 breaches") {
		t.Errorf("%q %q", out, errs)
	}
	out, _ = huiji(0, "verify", "--print-key")
	_, key, _ := strings.Cut(strings.TrimSpace(out), "\t")
	huiji(0, "verify", "--key", key, "--checkpoint", kept)
	if out, errs := huiji(0, "verify", "--proof", receipt, "--key", key); !strings.Contains(out, `reason           "开业"`) || !strings.HasPrefix(errs, "证明成立："+string(which)) {
		t.Errorf("%q %q", out, errs)
	}
	huiji(0, "verify", "--proof", receipt, "--checkpoint", kept)
	if _, errs := huiji(0, "verify", "--proof", receipt); !strings.Contains(errs, key) {
		t.Error(errs)
	}
	huiji(1, "verify", "--proof", receipt, "--key", "huiji/x+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
	change(t, data, `UPDATE ledger_posting SET amount = 11 WHERE merchant_id = $1 AND seq = 5`)
	if out, _ := huiji(1, "verify", "--checkpoint", kept); out != string(which)+": 内容与存证时不一致（叶 4）\n" {
		t.Errorf("%q", out)
	}
	change(t, data, `UPDATE ledger_posting SET amount = 10 WHERE merchant_id = $1 AND seq = 5`)
	change(t, data, `DELETE FROM proof_checkpoint WHERE merchant_id = $1`)
	if out, _ := huiji(1, "verify", "--lang", "en"); !strings.Contains(out, "no signed checkpoint") {
		t.Errorf("%q", out)
	}
}

// sealed books postings ten minutes ago, seals them, keeps a proof of the last
// and names it.
func sealed(t *testing.T, data, receipt string, postings int) id.Posting {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Place{Data: data}, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.DB.Close() }()
	of := only(t, a)
	holder := id.Member(id.NewOwn(id.OfMember, of, time.UnixMilli(1), 1))
	past := app.New(app.Parts{DB: a.DB.WithClock(clock.NewManual(time.Now().Add(-10 * time.Minute))), Log: a.Log, Vault: a.Vault, Hasher: a.Hasher})
	var which id.Posting
	for i := range postings {
		err := past.DB.Write(ctx, of, func(ctx context.Context, tx *db.Tx) error {
			done, err := past.Book.Book(ctx, tx, []ledger.Op{{Kind: ledger.Earn, Holder: holder, Amount: 10, Cause: "c" + string(rune('a'+i)), Reason: "开业"}})
			if err == nil {
				which = done[0].Posting.ID()
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Proofs.Append(ctx, of); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Proofs.Checkpoint(ctx, of); err != nil {
		t.Fatal(err)
	}
	r, _, err := a.Proofs.Prove(ctx, permit.System(of, "test"), which)
	if err != nil {
		t.Fatal(err)
	}
	path := []string{}
	for _, h := range r.Path {
		path = append(path, h.String())
	}
	raw, err := json.Marshal(map[string]any{
		"posting_id": r.Posting, "leaf": r.Leaf, "index": r.Index, "path": path, "key": r.Key, "checkpoint": r.Checkpoint.Note,
	})
	if err == nil {
		err = os.WriteFile(receipt, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return which
}

// only is the one merchant.
func only(t *testing.T, a *app.App) id.Merchant {
	t.Helper()
	var all []merchant.Merchant
	err := a.DB.Read(context.Background(), "", func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = a.Merchants.All(ctx, tx)
		return err
	})
	if err != nil || len(all) != 1 {
		t.Fatal(err, len(all))
	}
	return all[0].ID
}

// change touches the data behind the program's back.
func change(t *testing.T, data, query string) {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, filepath.Join(data, "huiji.db"), clock.Wall{})
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(app.Parts{DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	of := only(t, a)
	err = d.Write(ctx, of, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, of)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
