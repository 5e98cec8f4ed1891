// Package vault keeps personal data unreadable at rest. Every merchant has a
// data key of its own (AES-256-GCM) and an index key (HMAC-SHA-256), both sealed
// by the key of the installation, which lives in a file outside the database.
// What must be found again is looked up by a blind index: the hash of a phone
// number alone could be reversed by trying all of them.
package vault

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// Keyring is the installation's key and the merchants' keys it opened so far.
type Keyring struct {
	root   tink.AEAD
	mu     sync.Mutex
	vaults map[id.Merchant]*Vault
}

// Vault seals and opens for one merchant.
type Vault struct {
	data  tink.AEAD
	index *prf.Set
}

// Open reads the installation's key from path and makes one, readable by its
// owner alone, when there is none. Whoever loses this file loses the names and
// phone numbers in the database.
func Open(path string) (*Keyring, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("understand the key file %s: %w", path, err)
	}
	return ring(handle)
}

// NewKeyring makes a keyring with a key that is kept nowhere, for tests.
func NewKeyring() (*Keyring, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	return ring(handle)
}

func create(path string) (*Keyring, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make the key: %w", err)
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("encode the key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return Open(path) // Another process made it a moment ago.
	}
	if err != nil {
		return nil, fmt.Errorf("write the key file: %w", err)
	}
	_, err = f.Write(b.Bytes())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write the key file: %w", err)
	}
	return ring(handle)
}

func ring(handle *keyset.Handle) (*Keyring, error) {
	root, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("use the key: %w", err)
	}
	return &Keyring{root: root, vaults: map[id.Merchant]*Vault{}}, nil
}

// For is the vault of the transaction's merchant.
func (k *Keyring) For(ctx context.Context, tx *db.Tx) (*Vault, error) {
	k.mu.Lock()
	v := k.vaults[tx.Merchant()]
	k.mu.Unlock()
	if v != nil {
		return v, nil
	}
	sealed, err := keys(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("read the merchant's keys: %w", err)
	}
	if len(sealed) < 2 {
		return nil, fmt.Errorf("the merchant %s has no keys", tx.Merchant())
	}
	v, err = k.unseal(tx.Merchant(), sealed)
	if err != nil {
		return nil, fmt.Errorf("open the merchant's keys (is this the right key file?): %w", err)
	}
	k.mu.Lock()
	k.vaults[tx.Merchant()] = v
	k.mu.Unlock()
	return v, nil
}

// Found makes the keys of a new merchant.
func (k *Keyring) Found(ctx context.Context, tx *db.Tx) error {
	for purpose, template := range map[string]func() (*keyset.Handle, error){
		"data":  func() (*keyset.Handle, error) { return keyset.NewHandle(aead.AES256GCMKeyTemplate()) },
		"index": func() (*keyset.Handle, error) { return keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate()) },
	} {
		handle, err := template()
		if err != nil {
			return fmt.Errorf("make the %s key: %w", purpose, err)
		}
		var b bytes.Buffer
		if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&b), k.root, aad(tx.Merchant(), purpose)); err != nil {
			return fmt.Errorf("seal the %s key: %w", purpose, err)
		}
		if err := insert(ctx, tx, purpose, b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keyring) unseal(merchant id.Merchant, sealed map[string][]byte) (*Vault, error) {
	data, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(sealed["data"])), k.root, aad(merchant, "data"))
	if err != nil {
		return nil, err
	}
	index, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(sealed["index"])), k.root, aad(merchant, "index"))
	if err != nil {
		return nil, err
	}
	v := &Vault{}
	if v.data, err = aead.New(data); err != nil {
		return nil, err
	}
	v.index, err = prf.NewPRFSet(index)
	return v, err
}

func aad(merchant id.Merchant, purpose string) []byte {
	return []byte("vault|" + string(merchant) + "|" + purpose)
}

// Seal makes plain unreadable. Place says where it stands, as in
// "member|mem_…": a value copied elsewhere does not open there.
func (v *Vault) Seal(plain []byte, place string) ([]byte, error) {
	return v.data.Encrypt(plain, []byte(place))
}

// Open is the reverse of Seal.
func (v *Vault) Open(sealed []byte, place string) ([]byte, error) {
	return v.data.Decrypt(sealed, []byte(place))
}

// Index is a value's blind index: 128 bits in hex, the same for the same kind
// and value.
func (v *Vault) Index(kind, value string) (string, error) {
	b, err := v.index.ComputePrimaryPRF([]byte(kind+"|"+value), 16)
	return hex.EncodeToString(b), err
}

// Token is a short blind index for searching, 63 bits, so rarely shared by two
// values; what it finds is checked against the value itself.
func (v *Vault) Token(kind, value string) (int64, error) {
	b, err := v.index.ComputePrimaryPRF([]byte("t|"+kind+"|"+value), 8)
	if err != nil {
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(b) >> 1), nil
}
