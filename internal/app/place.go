package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"huiji/internal/core/fault"
	"huiji/internal/domain/merchant"
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
	if err := complete(ctx, d, keys); err != nil {
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

// complete refuses a place whose key files are gone: new ones would be made, and
// nothing that was sealed with the old ones could be read, nor anybody sign in.
func complete(ctx context.Context, d *db.DB, keys string) error {
	var merchants []merchant.Merchant
	err := d.Read(ctx, "", func(ctx context.Context, tx *db.Tx) (err error) {
		merchants, err = (&merchant.Service{DB: d}).All(ctx, tx)
		return err
	})
	if err != nil || len(merchants) == 0 {
		return err
	}
	for _, name := range []string{"huiji.key", "huiji.pepper"} {
		path := filepath.Join(keys, name)
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return fault.Newf(fault.NotFound, "key_file.missing",
				"缺少密钥文件 %s：请从备份恢复；没有它无法读取已加密的会员资料，也无法登录", "the key file %s is missing: restore it from a backup; without it members' data cannot be read and nobody can sign in", path)
		}
	}
	return nil
}
