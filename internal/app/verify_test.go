package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"huiji/internal/app"
	"huiji/internal/core/id"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/proof"
	"huiji/internal/platform/db"
)

// sealed is a shop with members and postings, all of them in the log.
func (w *world) sealed(postings int) (s *shop, members []string) {
	w.t.Helper()
	s = w.shop("sealed")
	for i := range 3 {
		members = append(members, s.member(fmt.Sprintf("1380000%04d", i), 100))
	}
	s.earn(members, postings)
	s.want(201, "POST", "/ledger/redeem", map[string]any{"member_id": members[0], "amount": 5, "reason": "换礼"})
	w.clock.Advance(2 * time.Minute)
	w.work()
	return s, members
}

// earn books postings in transactions of 97.
func (s *shop) earn(members []string, postings int) {
	s.t.Helper()
	var ops []ledger.Op
	for i := range postings {
		ops = append(ops, ledger.Op{
			Kind: ledger.Earn, Holder: id.Member(members[i%len(members)]), Amount: int64(i + 1), Cause: fmt.Sprint("bulk:", s.keys.Add(1)), Actor: "test",
			Reason: "批量", Snapshot: `{"n":1}`,
		})
	}
	for chunk := range slices.Chunk(ops, 97) {
		err := s.DB.Write(context.Background(), s.merchant, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Book.Book(ctx, tx, chunk)
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
		s.clock.Advance(time.Second)
	}
}

// work lets the periodic jobs of the moment run.
func (w *world) work() {
	w.t.Helper()
	ctx := context.Background()
	err := w.Jobs.Tick(ctx)
	if err == nil {
		err = w.Jobs.Drain(ctx)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (s *shop) verify(trust proof.Trust) proof.Report {
	s.t.Helper()
	r, err := s.Proofs.Verify(context.Background(), s.merchant, trust, func(int64, int64) {})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *shop) clean(leaves int64) proof.Report {
	s.t.Helper()
	r := s.verify(proof.Trust{})
	if len(r.Breaches) > 0 || r.Leaves != leaves {
		s.t.Fatalf("%d leaves, want %d; breaches: %v", r.Leaves, leaves, r.Breaches)
	}
	return r
}

// names reports whether a breach is told of the posting, or of the log itself
// when none is given.
func names(r proof.Report, which id.Posting) bool {
	return slices.ContainsFunc(r.Breaches, func(b proof.Breach) bool { return b.Posting == which })
}

func (s *shop) exec(query string, args ...any) {
	s.t.Helper()
	err := s.DB.Write(context.Background(), s.merchant, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			err = fmt.Errorf("%s touched no row", query)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// newest is the id of a member's newest posting.
func (s *shop) newest(member string) id.Posting {
	s.t.Helper()
	return id.Posting(s.want(200, "GET", "/members/"+member+"/entries", nil)["items"].([]any)[0].(map[string]any)["posting_id"].(string))
}

func TestAPostingIsProven(t *testing.T) {
	w := newWorld(t)
	s, members := w.sealed(1200)
	s.clean(1204)
	which := s.newest(members[0])
	status, answer := s.call(s.key, "GET", "/ledger/postings/"+string(which)+"/proof", nil)
	if status != 200 {
		t.Fatal(status, answer)
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	key := s.verify(proof.Trust{}).Key
	r, err := app.CheckReceipt(raw, key)
	if err != nil || r.Posting != which || r.Checkpoint.Size != 1204 {
		t.Fatalf("%v %+v", err, r)
	}
	if err := tlog.CheckRecord(r.Path, r.Checkpoint.Size, r.Checkpoint.Root, r.Index, r.Hash()); err != nil {
		t.Fatal(err)
	}
	if answer["leaf_hash"] != r.Hash().String() || answer["root"] != r.Checkpoint.Root.String() || answer["size"] != 1204.0 {
		t.Errorf("%v", answer)
	}
	for name, change := range map[string]func(m map[string]any){
		"another posting": func(m map[string]any) { m["posting_id"] = string(s.newest(members[1])) },
		"another index":   func(m map[string]any) { m["index"] = 3 },
		"a longer path":   func(m map[string]any) { m["path"] = append(m["path"].([]any), answer["root"]) },
		"another note": func(m map[string]any) {
			m["checkpoint"] = strings.Replace(m["checkpoint"].(string), "\n1204\n", "\n1205\n", 1)
		},
		"another leaf": func(m map[string]any) { m["leaf"] = m["root"] },
	} {
		var m map[string]any
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		change(m)
		changed, _ := json.Marshal(m) // It came from JSON.
		if _, err := app.CheckReceipt(changed, key); err == nil {
			t.Errorf("with %s the proof still holds", name)
		}
	}
	s.notProven(members, which)
}

// notProven asks for proofs that cannot be given.
func (s *shop) notProven(members []string, which id.Posting) {
	s.t.Helper()
	path := "/ledger/postings/" + string(which) + "/proof"
	if status, answer := s.call(s.key, "GET", path[:len(path)-len("/proof")]+"9/proof", nil); status != 404 {
		s.t.Error("a posting that is not there:", status, answer)
	}
	s.exec(`UPDATE ledger_posting SET amount = amount - 1 WHERE merchant_id = $1 AND cause = (SELECT MAX(cause) FROM ledger_posting WHERE kind = 'redeem')`, s.merchant)
	if status, answer := s.call(s.key, "GET", path, nil); status != 409 || answer["code"] != "proof.mismatch" {
		s.t.Error("a changed posting:", status, answer)
	}
	s.want(201, "POST", "/ledger/earn", map[string]any{"member_id": members[0], "amount": 1, "reason": "再来"})
	path = "/ledger/postings/" + string(s.newest(members[0])) + "/proof"
	if status, answer := s.call(s.key, "GET", path, nil); status != 409 || answer["code"] != "proof.not_sealed_yet" {
		s.t.Error("a posting of this moment:", status, answer)
	}
	s.clock.Advance(6 * time.Minute)
	s.work()
	s.want(200, "GET", path, nil)
}

// TestEveryChangeIsNamed changes each column of a posting in turn.
func TestEveryChangeIsNamed(t *testing.T) {
	w := newWorld(t)
	s, members := w.sealed(40)
	s.clean(44)
	which := s.newest(members[0])
	const find = ` FROM ledger_posting WHERE kind = 'redeem'`
	for column, change := range map[string]any{
		"bucket": 300, "merchant_id": "mer_x", "holder_id": "mem_x", "asset": "pointz", "seq": 99, "cause": "x", "fingerprint": []byte("x"),
		"kind": "earn", "amount": -4, "contra": "issued", "balance_after": 1, "available_after": 1, "reverses": 1, "lots": []byte{1, 0},
		"member_id": "x", "store_id": "x", "actor_id": "x", "reference": "x", "reason": "x", "snapshot": "x", "occurred_at": 1, "recorded_at": 1,
	} {
		var text string
		var number int64
		var blob []byte
		err := s.DB.Read(context.Background(), s.merchant, func(ctx context.Context, tx *db.Tx) error {
			return tx.Each(ctx, func(r db.Row) error {
				switch change.(type) {
				case int:
					return r.Scan(&number)
				case string:
					return r.Scan(&text)
				}
				return r.Scan(&blob)
			}, `SELECT `+column+find)
		})
		if err != nil {
			t.Fatal(column, err)
		}
		before := map[bool]any{true: number}[fmt.Sprintf("%T", change) == "int"]
		switch change.(type) {
		case string:
			before = text
		case []byte:
			before = blob
		}
		key := `reason = '换礼'`
		if column == "reason" {
			key = `kind = 'redeem'`
		}
		s.exec(`UPDATE ledger_posting SET `+column+` = $1 WHERE `+key, change)
		if r := s.verify(proof.Trust{}); !names(r, which) {
			t.Errorf("%s was changed; told: %v", column, r.Breaches)
		}
		s.exec(`UPDATE ledger_posting SET `+column+` = $1 WHERE `+key, before)
	}
	s.clean(44)
}

func TestWhatIsTakenAddedOrSwappedIsNamed(t *testing.T) {
	w := newWorld(t)
	s, members := w.sealed(1100)
	s.clean(1104)
	key, _, _ := ledger.ParsePosting(s.newest(members[1]))
	const mine = ` WHERE merchant_id = $1 AND holder_id = $2 AND seq = $3`
	copied := func(to int) {
		s.exec(`INSERT INTO ledger_posting (bucket, merchant_id, holder_id, asset, seq, cause, fingerprint, kind, amount, contra, balance_after, available_after,
			reverses, lots, member_id, store_id, actor_id, reference, reason, snapshot, occurred_at, recorded_at)
			SELECT bucket, merchant_id, holder_id, asset, seq + $4, 'copy', fingerprint, kind, amount, contra, balance_after, available_after,
			reverses, lots, member_id, store_id, actor_id, reference, reason, snapshot, occurred_at, recorded_at FROM ledger_posting`+mine, s.merchant, key.Holder, 3, to)
	}
	copied(5000)
	if r := s.verify(proof.Trust{}); !names(r, key.PostingID(5003)) || len(r.Breaches) != 1 {
		t.Errorf("one was added: %v", r.Breaches)
	}
	s.exec(`DELETE FROM ledger_posting`+mine, s.merchant, key.Holder, 5003)
	s.clean(1104)

	move := func(from, to int) {
		s.exec(`UPDATE ledger_posting SET seq = $4`+mine, s.merchant, key.Holder, from, to)
	}
	swap := func(a, b int) { move(a, 9000); move(b, a); move(9000, b) }
	swap(4, 5)
	if r := s.verify(proof.Trust{}); !names(r, key.PostingID(4)) || !names(r, key.PostingID(5)) || len(r.Breaches) != 2 {
		t.Errorf("two were swapped: %v", r.Breaches)
	}
	swap(4, 5)
	s.clean(1104)

	s.exec(`DELETE FROM ledger_posting`+mine, s.merchant, key.Holder, 7)
	if r := s.verify(proof.Trust{}); !names(r, key.PostingID(7)) || len(r.Breaches) != 1 {
		t.Errorf("one was taken away: %v", r.Breaches)
	}
}

func TestADamagedLogIsTold(t *testing.T) {
	w := newWorld(t)
	s, _ := w.sealed(1100)
	kept := s.clean(1104).Last
	for name, change := range map[string][2]string{
		"a leaf hash":     {`UPDATE proof_tile SET hashes = $2 WHERE merchant_id = $1 AND level = 0 AND number = 1`, `hashes FROM proof_tile WHERE level = 0 AND number = 1`},
		"an upper hash":   {`UPDATE proof_tile SET hashes = $2 WHERE merchant_id = $1 AND level = 1`, `hashes FROM proof_tile WHERE level = 1`},
		"a roll":          {`UPDATE proof_chunk SET roll = $2 WHERE merchant_id = $1 AND first = 512`, `roll FROM proof_chunk WHERE first = 512`},
		"a moment":        {`UPDATE proof_chunk SET to_at = $2 WHERE merchant_id = $1 AND first = 512`, `to_at FROM proof_chunk WHERE first = 512`},
		"a chunk's place": {`UPDATE proof_chunk SET first = $2 WHERE merchant_id = $1 AND first > 1000`, `first FROM proof_chunk WHERE first > 1000`},
		"the size":        {`UPDATE proof_log SET size = $2 WHERE merchant_id = $1`, `size FROM proof_log`},
		"a note":          {`UPDATE proof_checkpoint SET note = $2 WHERE merchant_id = $1`, `note FROM proof_checkpoint`},
		"a note's size":   {`UPDATE proof_checkpoint SET size = $2 WHERE merchant_id = $1`, `size FROM proof_checkpoint`},
		"a note's moment": {`UPDATE proof_checkpoint SET at = $2 WHERE merchant_id = $1`, `at FROM proof_checkpoint`},
		"the public key":  {`UPDATE proof_key SET verifier = $2 WHERE merchant_id = $1`, `verifier FROM proof_key`},
	} {
		for by := range 2 {
			before, after := s.damaged(change[1], by)
			s.exec(change[0], s.merchant, after)
			if r, err := s.Proofs.Verify(context.Background(), s.merchant, proof.Trust{}, func(int64, int64) {}); err == nil && len(r.Breaches) == 0 {
				t.Errorf("%s was changed and nothing is told", name)
			}
			s.exec(change[0], s.merchant, before)
		}
	}
	s.clean(1104)
	s.rewritten(kept)
}

// damaged reads a value and makes another of it.
func (s *shop) damaged(what string, by int) (before, after any) {
	s.t.Helper()
	err := s.DB.Read(context.Background(), s.merchant, func(ctx context.Context, tx *db.Tx) error {
		return tx.Each(ctx, func(r db.Row) error {
			switch {
			case strings.HasPrefix(what, "hashes"):
				var b []byte
				err := r.Scan(&b)
				other := slices.Clone(b)
				other[32*3+by] ^= 1
				before, after = b, other
				return err
			case strings.HasPrefix(what, "roll"), strings.HasPrefix(what, "note"), strings.HasPrefix(what, "verifier"):
				var text string
				err := r.Scan(&text)
				at := len(text) / (2 + by)
				before, after = text, text[:at]+string(text[at]^1)+text[at+1:]
				return err
			}
			var n int64
			err := r.Scan(&n)
			before, after = n, n+int64(1-2*by)
			return err
		}, `SELECT `+what)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return before, after
}

// rewritten makes the whole log anew over a changed book, signed by the
// installation itself: only the checkpoint kept outside tells.
func (s *shop) rewritten(kept proof.Kept) {
	s.t.Helper()
	for _, table := range []string{"proof_log", "proof_chunk", "proof_tile", "proof_checkpoint"} {
		s.exec(`DELETE FROM ` + table)
	}
	s.exec(`UPDATE ledger_posting SET amount = amount - 1 WHERE merchant_id = $1 AND kind = 'redeem'`, s.merchant)
	s.clock.Advance(6 * time.Minute)
	s.work()
	s.clean(1104)
	r := s.verify(proof.Trust{Notes: []proof.Kept{kept}})
	if len(r.Breaches) != 1 || !names(r, "") {
		s.t.Errorf("a log that was written anew: %v", r.Breaches)
	}
	kept.Note = strings.Replace(kept.Note, "\n1104\n", "\n1103\n", 1)
	if r := s.verify(proof.Trust{Notes: []proof.Kept{kept}}); len(r.Breaches) == 0 {
		s.t.Error("a forged checkpoint file is believed")
	}
	if r := s.verify(proof.Trust{Key: "huiji/x+00000000+AAAA"}); len(r.Breaches) == 0 {
		s.t.Error("another public key is believed")
	}
}

// TestTheLogGoesOnAfterAnInterruption stops appending between and inside chunks,
// and lets several append at once.
func TestTheLogGoesOnAfterAnInterruption(t *testing.T) {
	w := newWorld(t)
	s, members := w.sealed(10)
	s.earn(members, 2000)
	w.clock.Advance(2 * time.Minute)
	ctx := context.Background()
	if more, err := s.Proofs.Append(ctx, s.merchant); err != nil || !more {
		t.Fatal(more, err)
	}
	s.exec(`INSERT INTO proof_chunk (merchant_id, first, to_at, roll) VALUES ($1, $2, 0, 'x')`, s.merchant, 14+512)
	if _, err := s.Proofs.Append(ctx, s.merchant); err == nil {
		t.Fatal("a chunk was written over another")
	}
	s.exec(`DELETE FROM proof_chunk WHERE merchant_id = $1 AND roll = 'x'`, s.merchant)
	if r := s.clean(14 + 512); r.Pending != 2000-512 {
		t.Fatalf("%d are pending", r.Pending)
	}
	again := app.New(app.Parts{DB: w.DB, Log: w.Log, Vault: w.Vault, Hasher: w.Hasher, Version: "test"})
	var all sync.WaitGroup
	for _, one := range []*proof.Service{s.Proofs, again.Proofs, s.Proofs} {
		all.Go(func() {
			for range 8 {
				if _, err := one.Append(ctx, s.merchant); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if r := s.clean(2014); r.Pending != 0 {
		t.Fatalf("%d are pending", r.Pending)
	}
}

// TestAStragglerIsSealedLate books while the clock is set back behind the log.
func TestAStragglerIsSealedLate(t *testing.T) {
	w := newWorld(t)
	s, _ := w.sealed(700)
	late := s.member("13900000001", 0)
	w.clock.Advance(-2*time.Minute - 5*time.Second)
	s.want(201, "POST", "/ledger/earn", map[string]any{"member_id": late, "amount": 9, "reason": "时钟回拨"})
	which := s.newest(late)
	w.clock.Advance(10 * time.Minute)
	w.work()
	if r := s.verify(proof.Trust{}); len(r.Breaches) != 1 || !names(r, which) {
		t.Fatalf("before it is found: %v", r.Breaches)
	}
	w.clock.Advance(24 * time.Hour)
	w.work()
	r := s.clean(705)
	if len(r.Late) != 1 || r.Late[0] != which {
		t.Fatalf("late: %v", r.Late)
	}
	if got := s.want(200, "GET", "/ledger/postings/"+string(which)+"/proof", nil); got["index"] != 704.0 {
		t.Errorf("%v", got)
	}
	s.exec(`UPDATE ledger_posting SET amount = amount + 1 WHERE merchant_id = $1 AND holder_id = $2`, s.merchant, late)
	if r := s.verify(proof.Trust{}); len(r.Breaches) != 1 || !names(r, which) {
		t.Errorf("the late one was changed: %v", r.Breaches)
	}
}

// TestACheckpointIsSignedEveryDay lets four days pass.
func TestACheckpointIsSignedEveryDay(t *testing.T) {
	w := newWorld(t)
	s, members := w.sealed(3)
	for range 4 {
		w.clock.Advance(24 * time.Hour)
		s.earn(members, 5)
		w.work()
		w.work()
	}
	w.clock.Advance(6 * time.Minute)
	w.work()
	if r := s.clean(27); r.Checkpoints != 5 || r.Last.Note == "" {
		t.Errorf("%d checkpoints", r.Checkpoints)
	}
}
