package vault

import (
	"crypto/rand"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// NoteKey makes an Ed25519 key pair for signed notes. The secret is sealed by a
// vault before it is kept; the verifier is public.
func NoteKey(name string) (secret, verifier string, err error) {
	secret, verifier, err = note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", "", fmt.Errorf("make the signing key: %w", err)
	}
	return secret, verifier, nil
}
