package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"huiji/internal/migration"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
	"huiji/internal/platform/vault"
)

// Place is where an installation keeps its data and its keys.
type Place struct {
	Data     string // the folder; made when it is not there
	Database string // a PostgreSQL url; "" = the file huiji.db in Data
	Keys     string // the folder of the key files; "" = Data
}

// Open opens the place, brings its schema up to date and wires the program. The
// caller closes App.DB.
func Open(ctx context.Context, p Place, version string, log *slog.Logger) (*App, error) {
	keys := cmp.Or(p.Keys, p.Data)
	for _, folder := range []string{p.Data, keys} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder %s: %w", folder, err)
		}
	}
	d, err := db.Open(ctx, cmp.Or(p.Database, filepath.Join(p.Data, "huiji.db")), clock.Wall{})
	if err != nil {
		return nil, err
	}
	a, err := open(ctx, d, keys, version, log)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return a, nil
}

func open(ctx context.Context, d *db.DB, keys, version string, log *slog.Logger) (*App, error) {
	if _, err := d.Migrate(ctx, migration.Files); err != nil {
		return nil, err
	}
	ring, err := vault.Open(filepath.Join(keys, "huiji.key"))
	if err != nil {
		return nil, err
	}
	hasher, err := auth.Open(filepath.Join(keys, "huiji.pepper"))
	if err != nil {
		return nil, err
	}
	return New(Parts{DB: d, Log: log, Vault: ring, Hasher: hasher, Version: version}), nil
}
