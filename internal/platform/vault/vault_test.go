package vault_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/vault"
)

func open(t *testing.T, d *db.DB, ring *vault.Keyring, m id.Merchant, found bool) (v *vault.Vault, err error) {
	t.Helper()
	err = d.Write(context.Background(), m, func(ctx context.Context, tx *db.Tx) error {
		if found {
			if err := ring.Found(ctx, tx); err != nil {
				return err
			}
		}
		v, err = ring.For(ctx, tx)
		return err
	})
	return v, err
}

func TestWhatIsSealedOpensOnlyInItsPlaceAndForItsMerchant(t *testing.T) {
	d := dbtest.New(t)
	path := filepath.Join(t.TempDir(), "huiji.key")
	ring, err := vault.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := open(t, d, ring, dbtest.Merchant, true)
	if err != nil {
		t.Fatal(err)
	}
	other, err := open(t, d, ring, dbtest.Other, true)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := mine.Seal([]byte("13812345678"), "member|mem_a")
	if err != nil || bytes.Contains(sealed, []byte("1381234")) {
		t.Fatalf("%x %v", sealed, err)
	}
	if plain, err := mine.Open(sealed, "member|mem_a"); err != nil || string(plain) != "13812345678" {
		t.Fatalf("%s %v", plain, err)
	}
	if _, err := mine.Open(sealed, "member|mem_b"); err == nil {
		t.Error("it opened in another place")
	}
	if _, err := other.Open(sealed, "member|mem_a"); err == nil {
		t.Error("it opened for another merchant")
	}
	a, _ := mine.Index("phone", "13812345678")
	b, _ := other.Index("phone", "13812345678")
	c, _ := mine.Index("card", "13812345678")
	if a == b || a == c || len(a) != 32 {
		t.Errorf("indexes %s %s %s", a, b, c)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file can be read by others: %v %v", info.Mode(), err)
	}

	again, err := vault.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	reopened, err := open(t, d, again, dbtest.Merchant, false)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := reopened.Open(sealed, "member|mem_a"); err != nil || string(plain) != "13812345678" {
		t.Fatalf("after a restart: %s %v", plain, err)
	}
	same, _ := reopened.Index("phone", "13812345678")
	if same != a {
		t.Error("the index changed over a restart")
	}
	if token, err := mine.Token("name", "张"); err != nil || token < 0 {
		t.Errorf("token %d %v", token, err)
	}

	stranger, err := vault.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, d, stranger, dbtest.Merchant, false); err == nil {
		t.Error("the wrong key opened the vault")
	}
}
