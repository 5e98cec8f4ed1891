package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"huiji/internal/core/id"
)

// Checkpoint is what a signed note says of a log.
type Checkpoint struct {
	Merchant id.Merchant
	Size     int64
	Root     tlog.Hash
	At       time.Time // in whole milliseconds
	Note     string    // the signed text
}

const logName = "huiji "

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s%s\n%d\n%s\n%s\n", logName, c.Merchant, c.Size, c.Root, c.At.UTC().Format(time.RFC3339Nano))
}

// keyName is the name of a merchant's signing key.
func keyName(of id.Merchant) string { return "huiji/" + string(of) }

// sign writes and signs the note.
func (c Checkpoint) sign(secret string) (Checkpoint, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return c, fmt.Errorf("use the signing key: %w", err)
	}
	signed, err := note.Sign(&note.Note{Text: c.text()}, signer)
	c.Note = string(signed)
	return c, err
}

var errNote = errors.New("this is no checkpoint of a log")

// OpenCheckpoint checks the signature of a note by the merchant's public key and
// reads it.
func OpenCheckpoint(text, key string) (c Checkpoint, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return c, fmt.Errorf("read the public key: %w", err)
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return c, fmt.Errorf("check the signature: %w", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[0], logName) {
		return c, errNote
	}
	c.Note, c.Merchant = text, id.Merchant(strings.TrimPrefix(lines[0], logName))
	var wrong [3]error
	c.Size, wrong[0] = strconv.ParseInt(lines[1], 10, 64)
	c.Root, wrong[1] = tlog.ParseHash(lines[2])
	c.At, wrong[2] = time.Parse(time.RFC3339Nano, lines[3])
	if err := errors.Join(wrong[:]...); err != nil {
		return c, errors.Join(errNote, err)
	}
	if c.text() != opened.Text || verifier.Name() != keyName(c.Merchant) {
		return c, errNote
	}
	return c, nil
}

// Kept is a merchant's checkpoint as it is kept outside of the installation,
// with the key that checks it.
type Kept struct {
	Merchant id.Merchant `json:"merchant"`
	Key      string      `json:"key"`
	Note     string      `json:"checkpoint"`
}

// keptFormat names what a checkpoint file is.
const keptFormat = "huiji-checkpoints/1"

type keptFile struct {
	Format      string `json:"format"`
	Checkpoints []Kept `json:"checkpoints"`
}

// WriteKept is a checkpoint file.
func WriteKept(all []Kept) ([]byte, error) {
	raw, err := json.MarshalIndent(keptFile{keptFormat, all}, "", "  ")
	return append(raw, '\n'), err
}

// ReadKept reads a checkpoint file. Signatures are not checked.
func ReadKept(raw []byte) ([]Kept, error) {
	var f keptFile
	if err := json.Unmarshal(raw, &f); err != nil || f.Format != keptFormat {
		return nil, errors.Join(errors.New("this is no checkpoint file"), err)
	}
	return f.Checkpoints, nil
}
