// Package proof keeps the evidence that nobody changed the book afterwards. Every
// posting is a leaf of an append-only Merkle log, one log a merchant, in the
// manner of certificate transparency (RFC 6962, golang.org/x/mod/sumdb/tlog). It
// owns the hashes of the log, the list of what its leaves are, the signed
// checkpoints and the key that signs them.
//
// # Shape
//
// Postings are appended in chunks, a minute after they were recorded, by a job
// beside the books: booking neither waits for the log nor writes anything for it.
// A chunk is one row whose roll names the posting of every leaf; the hashes lie
// in tiles of 256, each level over the one below. A posting costs its hash and
// its name, some seventy bytes.
//
// # Laws
//
//  1. Leaves never change and never go; the log only grows at its end.
//  2. Every posting is one leaf, and no posting is two. What came with demo data
//     is none: it is removed without trace.
//  3. Leaves of ordinary chunks follow each other in the order in which the
//     postings were recorded. A posting that turns up behind the end of the log,
//     as after a clock was set back, is found by the daily check and appended to
//     a chunk of its own kind: it is sealed, and seen to be late.
//  4. A checkpoint is the size and the root of the log at a moment, signed. Two
//     checkpoints of one log are always consistent. Who keeps one outside can
//     show that no leaf below it was changed, and nobody can make another.
package proof

import (
	"strings"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
)

// Limits of the log's work.
const (
	// ripe is how old a posting is before it is sealed: longer than any
	// transaction may run, so that none of its moment can follow.
	ripe = 60 * time.Second
	// chunkMost is how many postings one chunk holds.
	chunkMost = 512
	// chunksMost is how many chunks one job appends or checks; another goes on.
	chunksMost = 64
)

// Leaf is one posting as the log sees it.
type Leaf struct {
	ID         id.Posting
	Holder     id.Member
	RecordedAt int64  // Unix milliseconds
	Data       []byte // the canonical bytes that are hashed
}

// Range chooses postings: those recorded at From or later and, when After names
// one of that moment, behind it; none recorded later than Until. Milliseconds.
type Range struct {
	From  int64
	After id.Posting
	Until int64
	Limit int
}

// chunk is what was appended together.
type chunk struct {
	first int64 // the number of its first leaf; the log's first is 0
	toAt  int64 // when its last posting was recorded; 0 = found late
	roll  []id.Posting
}

func (c *chunk) end() int64 { return c.first + int64(len(c.roll)) }

// A roll is kept as a line a posting, without what all their ids begin with.
const idsBegin = "pst_"

func written(roll []id.Posting) string {
	lines := make([]string, len(roll))
	for i, one := range roll {
		lines[i] = strings.TrimPrefix(string(one), idsBegin)
	}
	return strings.Join(lines, "\n")
}

func readRoll(text string) (roll []id.Posting) {
	for line := range strings.SplitSeq(text, "\n") {
		roll = append(roll, id.Posting(idsBegin+line))
	}
	return roll
}

// Breach is something that is not as it was sealed.
type Breach struct {
	Posting id.Posting // "" when it is the log itself
	Text    lang.Text
}

// Why a posting has no proof.
var (
	errDemo     = fault.New(fault.Conflict, "proof.demo", "演示数据不存证：清除演示数据时会不留痕迹地删除", "demo data is not sealed: it can be removed without trace")
	errMismatch = fault.New(fault.Conflict, "proof.mismatch", "这笔记账与存证时不一致：请管理员运行 huiji verify", "this posting is not what was sealed: let the administrator run huiji verify")
	errDamaged  = fault.New(fault.Internal, "proof.damaged", "存证日志已损坏：请运行 huiji verify", "the log is damaged: run huiji verify")
)

// errNotYet says that the posting will be sealed soon.
func errNotYet() error {
	f := fault.New(fault.Conflict, "proof.not_sealed_yet", "这笔记账尚未存证：记账约五分钟后即可取得证明，请稍后再试", "this posting is not sealed yet: a proof is there about five minutes after it was recorded, try again then")
	f.RetryAfter = 5 * time.Minute
	return f
}
