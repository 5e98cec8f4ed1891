// Package once makes a request act once: its key, the fingerprint of its body
// and its answer are kept in the transaction of the effect itself, so that one
// is there if and only if the other is. The same key with the same body gets the
// first answer again; with another body it is refused.
package once

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// keep is how long an answer is kept that is not kept for ever.
const keep = 30 * 24 * time.Hour

// ErrReused says that the key was used before for something else.
var ErrReused = fault.New(fault.Invalid, "idempotency.key_reused",
	"同一 Idempotency-Key 已用于内容不同的请求；新请求请换新的 Key", "this Idempotency-Key was used for a request with another body; use a new key").
	At("header.Idempotency-Key", nil)

// ErrMissing says that a request that changes value came without a key.
var ErrMissing = fault.New(fault.Malformed, "idempotency.key_missing",
	"缺少 Idempotency-Key 请求头（1–255 个字符）", "the header Idempotency-Key is missing (1 to 255 characters)").
	At("header.Idempotency-Key", nil)

// ErrInProgress says that the first request with the key is still running.
var ErrInProgress = &fault.Error{
	Kind: fault.Conflict, Code: "idempotency.in_progress", RetryAfter: time.Second,
	Text: fault.New(fault.Conflict, "", "同一 Idempotency-Key 的请求正在处理中，请稍后用同一 Key 重试", "the first request with this key is still running, retry with the same key").Text,
}

// purgeMax is how many keys one transaction forgets.
const purgeMax = 1000

// cleaning is the nightly job that forgets keys whose time is over.
type cleaning struct {
	Period string `json:"period"`
	Part   int    `json:"part,omitempty"`
}

// Kind names the job on disk.
func (cleaning) Kind() string { return "once.clean" }

// Subscribe asks for the nightly cleaning, part after part.
func Subscribe(q *job.Queue) {
	job.Handle(q, func(ctx context.Context, tx *db.Tx, c cleaning) error {
		n, err := Purge(ctx, tx, purgeMax)
		if err != nil || n < purgeMax {
			return err
		}
		c.Part++
		return q.Enqueue(ctx, tx, 0, fmt.Sprintf("%s+%d", c.Period, c.Part), time.Time{}, c)
	})
	q.Periodic("once.clean", job.Daily(3, 30), func(period string) job.Args { return cleaning{Period: period} })
}

// Key names one request of one caller on one operation. The zero Key makes no
// promise: Begin and Keep do nothing with it.
type Key struct {
	Scope       string // who and what: the caller and the operation
	Key         string // the client's Idempotency-Key
	Fingerprint []byte // SHA-256 of the body
	Forever     bool   // for orders and postings; otherwise 30 days
	replayed    *bool
}

// Tracked returns the key with a place in which Begin notes that it replayed.
func (k Key) Tracked(replayed *bool) Key {
	k.replayed = replayed
	return k
}

// Zero reports whether there is no key.
func (k Key) Zero() bool { return k.Key == "" }

// name is what a key is told by.
func (k Key) name() [2]string { return [2]string{k.Scope, k.Key} }

// Bucket is where a key lives that belongs to no member: the hash of the key.
func (k Key) Bucket() id.Bucket { return id.HashBucket(k.Scope + "|" + k.Key) }

// Begin looks the key up. When it was used before with the same body, it fills
// answer with the first answer and reports true; the caller then has nothing
// more to do. Otherwise the caller does the work and calls Keep in the same
// transaction: of two who do so at once the database lets one commit, and the
// other, tried again, finds the first one's answer here.
func Begin(ctx context.Context, tx *db.Tx, k Key, answer any) (again bool, err error) {
	if k.Zero() {
		return false, nil
	}
	used, err := findEach(ctx, tx, []Key{k})
	if err != nil {
		return false, fmt.Errorf("find the first answer: %w", err)
	}
	first, again := used[k.name()]
	if !again {
		return false, nil
	}
	if !bytes.Equal(first.fingerprint, k.Fingerprint) {
		return false, ErrReused
	}
	if err := json.Unmarshal(first.answer, answer); err != nil {
		return false, fmt.Errorf("decode the first answer: %w", err)
	}
	k.Replayed()
	return true, nil
}

// Keep stores the answer beside its effect.
func Keep(ctx context.Context, tx *db.Tx, k Key, answer any) error {
	if k.Zero() {
		return nil
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	return insertEach(ctx, tx, []Key{k}, [][]byte{raw})
}

// First is what a key did before.
type First[A any] struct {
	Again  bool  // it was used before with the same body
	Answer A     // the first answer, when Again
	Err    error // ErrReused when it was used for something else
}

// BeginEach is Begin for a list of requests, in one statement; its answers are in
// the order of the keys.
func BeginEach[A any](ctx context.Context, tx *db.Tx, keys []Key) ([]First[A], error) {
	all := make([]First[A], len(keys))
	used, err := findEach(ctx, tx, keys)
	if err != nil {
		return nil, fmt.Errorf("find the first answers: %w", err)
	}
	for i, k := range keys {
		first, again := used[k.name()]
		switch {
		case k.Zero() || !again:
		case !bytes.Equal(first.fingerprint, k.Fingerprint):
			all[i].Err = ErrReused
		default:
			if err := json.Unmarshal(first.answer, &all[i].Answer); err != nil {
				return nil, fmt.Errorf("decode the first answer: %w", err)
			}
			all[i].Again = true
			k.Replayed()
		}
	}
	return all, nil
}

// KeepEach is Keep for a list of requests and their answers, in one statement.
func KeepEach[A any](ctx context.Context, tx *db.Tx, keys []Key, answers []A) error {
	var kept []Key
	var raw [][]byte
	for i, k := range keys {
		if k.Zero() {
			continue
		}
		one, err := json.Marshal(answers[i])
		if err != nil {
			return fmt.Errorf("encode the answer: %w", err)
		}
		kept, raw = append(kept, k), append(raw, one)
	}
	return insertEach(ctx, tx, kept, raw)
}

// Replayed notes that an answer came from before, for effects that keep their
// own natural key, as the ledger does.
func (k Key) Replayed() {
	if k.replayed != nil {
		*k.replayed = true
	}
}
