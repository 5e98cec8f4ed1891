package once

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"

	"huiji/internal/core/raw"
)

// Fingerprint is the SHA-256 of a body, with JSON in a canonical form so that
// spaces and the order of fields do not count.
func Fingerprint(body []byte) []byte {
	if json.Valid(body) {
		if fields, is := raw.Object(body); is {
			return FingerprintOf(fields)
		}
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err == nil {
			if canonical, err := json.Marshal(value); err == nil {
				body = canonical
			}
		}
	}
	sum := sha256.Sum256(body)
	return sum[:]
}

// FingerprintOf is the fingerprint of a body that holds just these fields: a part
// of a larger request has the one it would have by itself.
func FingerprintOf(fields []raw.Field) []byte {
	canonical, _ := raw.Canonical(fields) // What cannot be read is refused by itself.
	sum := sha256.Sum256(canonical)
	return sum[:]
}
