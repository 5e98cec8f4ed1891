package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// A token is 256 random bits in 43 characters; that of a key begins with hj_.
const (
	tokenBytes = 32
	tokenChars = 43
	keyPrefix  = "hj_"
)

func newToken() string { return base64.RawURLEncoding.EncodeToString(secret(tokenBytes)) }

// hashOf is what is stored of a token. It has so many bits that nobody can go
// through them, so it needs no slow hash.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// shaped reports whether token can be one at all, so that what certainly is none
// costs no look-up.
func shaped(token string) (key, ok bool) {
	rest, key := strings.CutPrefix(token, keyPrefix)
	if len(rest) != tokenChars {
		return key, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(rest)
	return key, err == nil && len(raw) == tokenBytes
}
