// Package dbtest opens an empty, migrated database for one test. With
// TEST_DATABASE_URL set it is PostgreSQL; otherwise it is SQLite in a temporary
// folder. The whole test suite is therefore the conformance suite.
package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"huiji/internal/core/id"
	"huiji/internal/migration"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
)

// Start is the time at which every test database begins: 1 January 2026, 17:00
// in Shanghai.
var Start = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// Merchant is the merchant that every test database knows: "测试商户", CNY,
// Asia/Shanghai, retail. Other is a second one, for tests of separation.
const (
	Merchant id.Merchant = "mer_00000000000000000000000a"
	Other    id.Merchant = "mer_00000000000000000000000b"
)

// New opens the database. The clock stands at Start until the test moves it.
func New(t testing.TB) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), URL(t), clock.NewManual(Start))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	for _, m := range []id.Merchant{Merchant, Other} {
		err = d.Write(context.Background(), m, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO merchant (merchant_id, name, trade, currency, timezone, created_at)
				VALUES ($1, '测试商户', 'retail', 'CNY', 'Asia/Shanghai', $2)`, m, db.Millis(tx.Now()))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// Clock is the clock of a database that New opened.
func Clock(d *db.DB) *clock.Manual { return d.Clock().(*clock.Manual) }

// URL is the address of an empty, migrated database without any merchant.
func URL(t testing.TB) string {
	t.Helper()
	if base := os.Getenv("TEST_DATABASE_URL"); base != "" {
		return postgres(t, base)
	}
	return sqlite(t)
}

// template is made once a process: migrating is slow, copying is quick.
var template = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "huiji-template-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "empty.db")
	d, err := db.Open(context.Background(), path, clock.Wall{})
	if err != nil {
		return "", err
	}
	if _, err := d.Migrate(context.Background(), migration.Files); err != nil {
		return "", err
	}
	if err := d.Close(); err != nil {
		return "", err
	}
	raw, err := os.ReadFile(path)
	return string(raw), errorsOf(err, os.RemoveAll(folder))
})

func errorsOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func sqlite(t testing.TB) string {
	raw, err := template()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, []byte(raw), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// postgres copies a migrated template database, which is made once a server and
// named after the migrations it holds.
func postgres(t testing.TB, base string) string {
	ctx := context.Background()
	admin, err := pgx.Connect(ctx, base)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close(ctx) }()
	from := "huiji_template_" + fingerprint(t)
	if err := makeTemplate(ctx, admin, base, from); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("huiji_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+from); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin, err := pgx.Connect(ctx, base)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = admin.Close(ctx) }()
		if _, err := admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return withDatabase(t, base, name)
}

func makeTemplate(ctx context.Context, admin *pgx.Conn, base, name string) error {
	// Many test processes start at once; one makes the template.
	const lock = 7_240_193
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock($1)", lock); err != nil {
		return err
	}
	defer func() { _, _ = admin.Exec(ctx, "SELECT pg_advisory_unlock($1)", lock) }() // Closing the connection frees it too.
	var there bool
	if err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return err
	}
	making := name + "_making"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + making + " WITH (FORCE)", "CREATE DATABASE " + making} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return err
		}
	}
	u, err := url.Parse(base)
	if err != nil {
		return err
	}
	u.Path = "/" + making
	d, err := db.Open(ctx, u.String(), clock.Wall{})
	if err != nil {
		return err
	}
	_, err = d.Migrate(ctx, migration.Files)
	if err := errorsOf(err, d.Close()); err != nil {
		return err
	}
	_, err = admin.Exec(ctx, "ALTER DATABASE "+making+" RENAME TO "+name)
	return err
}

func withDatabase(t testing.TB, base, name string) string {
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func fingerprint(t testing.TB) string {
	names, err := fs.Glob(migration.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, name := range names {
		f, err := migration.Files.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(sum, f); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}
