package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

type migrations = fs.FS

// Migrate brings the schema up to date and reports the version it has then.
func (d *DB) Migrate(ctx context.Context, files fs.FS) (int64, error) {
	v, err := d.engine.migrate(ctx, oneEngine{FS: files, engine: d.engine.name()})
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return v, nil
}

// Current reports whether every migration in files has run.
func (d *DB) Current(ctx context.Context, files fs.FS) (bool, error) {
	have, want, err := d.engine.version(ctx, oneEngine{FS: files, engine: d.engine.name()})
	return have >= want, err
}

// oneEngine hides the files of the other engine: x.sql serves both,
// x.postgres.sql and x.sqlite.sql one.
type oneEngine struct {
	fs.FS
	engine string
}

// ReadDir lists what this engine runs.
func (f oneEngine) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(f.FS, name)
	if err != nil {
		return nil, err
	}
	var ours []fs.DirEntry
	for _, e := range all {
		parts := strings.Split(e.Name(), ".")
		if len(parts) == 3 && parts[1] != f.engine {
			continue
		}
		ours = append(ours, e)
	}
	return ours, nil
}

func provider(dialect database.Dialect, handle *sql.DB, files fs.FS) (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if dialect == database.DialectPostgres {
		// A row in a table, not a session's advisory lock: those do not exist
		// behind PgBouncer or on Citus.
		locker, err := lock.NewPostgresTableLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithLocker(locker))
	}
	return goose.NewProvider(dialect, handle, files, options...)
}

func migrateUp(ctx context.Context, dialect database.Dialect, handle *sql.DB, files fs.FS) (int64, error) {
	p, err := provider(dialect, handle, files)
	if err != nil {
		return 0, err
	}
	if _, err := p.Up(ctx); err != nil {
		return 0, err
	}
	return p.GetDBVersion(ctx)
}

func versions(ctx context.Context, dialect database.Dialect, handle *sql.DB, files fs.FS) (have, want int64, err error) {
	p, err := provider(dialect, handle, files)
	if err != nil {
		return 0, 0, err
	}
	have, want, err = p.GetVersions(ctx)
	if errors.Is(err, goose.ErrNoMigrations) {
		return 0, 0, nil
	}
	return have, want, err
}
