package proof

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"huiji/internal/core/id"
)

// Receipt proves that a posting is in the log below a signed checkpoint.
type Receipt struct {
	Posting    id.Posting
	Leaf       []byte // the posting's canonical bytes
	Index      int64  // which leaf it is
	Path       tlog.RecordProof
	Key        string // the public key, to be compared with the one the merchant tells
	Checkpoint Checkpoint
}

// Hash is the hash of the leaf.
func (r *Receipt) Hash() tlog.Hash { return tlog.RecordHash(r.Leaf) }

// Check checks the receipt against the merchant's public key: the signature, and
// that the path leads from the leaf to the signed root. Which posting the leaf is
// must be read out of the leaf itself.
func (r *Receipt) Check(key string) error {
	c, err := OpenCheckpoint(r.Checkpoint.Note, key)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(r.Path, c.Size, c.Root, r.Index, r.Hash()); err != nil {
		return fmt.Errorf("follow the path from leaf %d to the root: %w", r.Index, err)
	}
	r.Checkpoint = c
	return nil
}

// ReadReceipt reads the API's answer. Nothing is checked; what the answer says of
// hash, size and root is not read, for Check computes it.
func ReadReceipt(raw []byte) (Receipt, error) {
	var said struct {
		Posting    string   `json:"posting_id"`
		Leaf       []byte   `json:"leaf"`
		Index      *int64   `json:"index"`
		Path       []string `json:"path"`
		Key        string   `json:"key"`
		Checkpoint string   `json:"checkpoint"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return Receipt{}, fmt.Errorf("read the proof: %w", err)
	}
	if said.Index == nil || *said.Index < 0 || len(said.Leaf) == 0 || said.Checkpoint == "" {
		return Receipt{}, errors.New("read the proof: it has no leaf, index or checkpoint")
	}
	r := Receipt{Posting: id.Posting(said.Posting), Leaf: said.Leaf, Index: *said.Index, Key: said.Key, Checkpoint: Checkpoint{Note: said.Checkpoint}}
	for _, one := range said.Path {
		h, err := tlog.ParseHash(one)
		if err != nil {
			return Receipt{}, fmt.Errorf("read the path: %w", err)
		}
		r.Path = append(r.Path, h)
	}
	return r, nil
}

func encoded(h tlog.Hash) string { return base64.StdEncoding.EncodeToString(h[:]) }
