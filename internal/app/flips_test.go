package app_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"huiji/internal/app"
	"huiji/internal/domain/proof"
	"huiji/internal/platform/db"
)

// covered are the tables on which verify speaks, each with what a row says. The
// sealed half of the signing key can only be judged by who can open it.
func covered() []string {
	return []string{
		`SELECT * FROM ledger_posting ORDER BY bucket, holder_id, asset, seq`, `SELECT * FROM proof_log`,
		`SELECT * FROM proof_chunk ORDER BY merchant_id, first`, `SELECT * FROM proof_tile ORDER BY merchant_id, level, number`,
		`SELECT * FROM proof_checkpoint ORDER BY merchant_id, at`, `SELECT merchant_id, verifier FROM proof_key`, `SELECT merchant_id FROM merchant`,
	}
}

// digest is the hash of all that verify speaks on; an error when it cannot be
// read.
func digest(path string) (sum string, err error) {
	handle, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=query_only(ON)")
	if err != nil {
		return "", err
	}
	defer func() { _ = handle.Close() }()
	hash := sha256.New()
	for _, query := range covered() {
		rows, err := handle.Query(query)
		if err != nil {
			return "", err
		}
		names, err := rows.Columns()
		if err != nil {
			return "", err
		}
		values, into := make([]sql.RawBytes, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return "", err
			}
			for _, v := range values {
				_, _ = fmt.Fprintf(hash, "%d:%s,", len(v), v) // A hash never fails to write.
			}
		}
		if err := rows.Err(); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), nil
}

// TestBitRotIsFound flips one bit at a time in copies of a database file: every
// flip that changes what the book or its log says is found.
func TestBitRotIsFound(t *testing.T) {
	if os.Getenv("TEST_DATABASE_URL") != "" {
		t.Skip("TEST_DATABASE_URL is set: this flips bits of SQLite's file, and the same test runs without it")
	}
	w := newWorld(t)
	s, _ := w.sealed(1100)
	path := w.file()
	s.clean(1104)
	if err := w.DB.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := digest(path)
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(3, 15))
	changed, unseen, found := 0, 0, 0
	folder := t.TempDir()
	for range 100 {
		at, bit := chance.IntN(len(raw)), chance.IntN(8)
		copied := filepath.Join(folder, "huiji.db")
		flipped := append([]byte(nil), raw...)
		flipped[at] ^= 1 << bit
		if err := os.WriteFile(copied, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		got, readErr := digest(copied)
		seen, err := app.Verify(context.Background(), app.Place{Data: folder}, proof.Trust{}, func(int, int) {})
		told := err != nil || seen.Breaches() > 0
		switch live := readErr != nil || got != whole; {
		case live && !told:
			t.Errorf("bit %d of byte %d was flipped, the data differ, and nothing is told", bit, at)
		case live:
			changed++
		case told:
			found++
		default:
			unseen++
		}
		for _, name := range []string{"huiji.db", "huiji.db-wal", "huiji.db-shm"} {
			if err := os.Remove(filepath.Join(folder, name)); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
	}
	t.Logf("100 flips in %d bytes: %d changed the book or its log and were found, %d more were found in indexes and other places, %d are in free or other tables' space", len(raw), changed, found, unseen)
	if changed < 20 {
		t.Errorf("only %d of 100 flips met data", changed)
	}
}

// file is the path of the world's database file.
func (w *world) file() (path string) {
	w.t.Helper()
	err := w.DB.Read(context.Background(), "", func(ctx context.Context, tx *db.Tx) error {
		return tx.Each(ctx, func(r db.Row) error {
			var number int
			var name string
			return r.Scan(&number, &name, &path)
		}, "PRAGMA database_list")
	})
	if err != nil || path == "" {
		w.t.Fatal(path, err)
	}
	return path
}
