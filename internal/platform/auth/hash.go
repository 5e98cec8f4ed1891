package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// Cost is what one hash costs. Memory is in KiB.
type Cost struct {
	Memory, Passes uint32
	Lanes          uint8
}

// Usual is the cost of a password: argon2id with 19 MiB and two passes.
func Usual() Cost { return Cost{Memory: 19456, Passes: 2, Lanes: 1} }

const (
	saltSize   = 16
	tagSize    = 32
	pepperSize = 32
	// queueMax is how many wait for a hash; each takes a core and 19 MiB, and a
	// flood of logins must not take the shop down.
	queueMax = 32
)

// Hasher makes and checks the hashes of passwords, as many at a time as there
// are cores.
type Hasher struct {
	pepper  []byte
	cost    Cost
	slots   chan struct{}
	waiting atomic.Int64
}

// Open reads the pepper from path and makes one, readable by its owner alone,
// when there is none. Without this file no password in the database can be
// tried, nor used.
func Open(path string) (*Hasher, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the pepper file: %w", err)
	}
	pepper, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(pepper) != pepperSize {
		return nil, fmt.Errorf("the pepper file %s does not hold %d hexadecimal digits", path, 2*pepperSize)
	}
	return NewHasher(pepper, Usual()), nil
}

// NewHasher returns a hasher with a pepper that is kept elsewhere.
func NewHasher(pepper []byte, cost Cost) *Hasher {
	return &Hasher{pepper: pepper, cost: cost, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

func create(path string) (*Hasher, error) {
	pepper := secret(pepperSize)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return Open(path) // Another process made it a moment ago.
	}
	if err != nil {
		return nil, fmt.Errorf("write the pepper file: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(pepper) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write the pepper file: %w", err)
	}
	return NewHasher(pepper, Usual()), nil
}

// Hash is the PHC string of a password. It waits for a core; when too many wait
// already, or ctx ends, it refuses.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := secret(saltSize)
	tag, err := h.tag(ctx, password, h.cost, salt)
	if err != nil {
		return "", err
	}
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Passes, h.cost.Lanes,
		b.EncodeToString(salt), b.EncodeToString(tag)), nil
}

// Verify checks a password against its PHC string, and says whether the string
// was made at another cost than today's. An empty string is nobody's: it costs
// the same and is never right.
func (h *Hasher) Verify(ctx context.Context, password, phc string) (right, old bool, err error) {
	if phc == "" {
		_, err := h.tag(ctx, password, h.cost, make([]byte, saltSize))
		return false, false, err
	}
	cost, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	tag, err := h.tag(ctx, password, cost, salt)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(tag, want) == 1, cost != h.cost, nil
}

func (h *Hasher) tag(ctx context.Context, password string, cost Cost, salt []byte) ([]byte, error) {
	if err := h.enter(ctx); err != nil {
		return nil, err
	}
	defer func() { <-h.slots }()
	mac := hmac.New(sha256.New, h.pepper)
	mac.Write([]byte(password))
	return argon2.IDKey(mac.Sum(nil), salt, cost.Passes, cost.Memory, cost.Lanes, tagSize), nil
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	default:
	}
	if h.waiting.Add(1) > queueMax {
		h.waiting.Add(-1)
		return errBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// blind is a name under which something can be counted without being stored.
func (h *Hasher) blind(value string) string {
	mac := hmac.New(sha256.New, h.pepper)
	mac.Write([]byte("subject|" + value))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func parsePHC(phc string) (cost Cost, salt, tag []byte, err error) {
	parts := strings.Split(phc, "$")
	version := 0
	if len(parts) != 6 || parts[1] != "argon2id" {
		return cost, nil, nil, errors.New("a stored password is not in a form this version knows")
	}
	if _, err = fmt.Sscanf(parts[2], "v=%d", &version); err == nil {
		_, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.Memory, &cost.Passes, &cost.Lanes)
	}
	if err == nil {
		salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	}
	if err == nil {
		tag, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	if err != nil || version != argon2.Version || cost.Passes == 0 || cost.Lanes == 0 || len(tag) != tagSize {
		return cost, nil, nil, errors.New("a stored password cannot be read")
	}
	return cost, salt, tag, nil
}

// secret is n random bytes.
func secret(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // Never fails.
	return b
}
