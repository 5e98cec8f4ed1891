package app_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"huiji/internal/app"
	"huiji/internal/core/fault"
	"huiji/internal/flow/setup"
)

func TestAPlaceWithoutItsKeysIsRefused(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	open := func() (*app.App, error) {
		return app.Open(ctx, app.Place{Data: folder}, "test", slog.New(slog.DiscardHandler))
	}
	a, err := open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Setup.Found(ctx, setup.Request{Merchant: "店", StoreCode: "S1", Owner: "owner", Password: "correct horse battery"}); err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"huiji.key", "huiji.pepper"} {
		path := filepath.Join(folder, name)
		if err := os.Rename(path, path+".away"); err != nil {
			t.Fatal(err)
		}
		if _, err := open(); fault.CodeOf(err) != "key_file.missing" {
			t.Errorf("without %s: %v", name, err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("a new %s was made", name)
		}
		if err := os.Rename(path+".away", path); err != nil {
			t.Fatal(err)
		}
	}
	if a, err = open(); err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Close(); err != nil {
		t.Fatal(err)
	}
}
