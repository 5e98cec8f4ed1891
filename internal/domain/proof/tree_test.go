package proof

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"huiji/internal/core/id"
)

// kept is a log in memory.
type kept map[[2]int64][]byte

func (k kept) save(all []tile) {
	for _, t := range all {
		k[[2]int64{int64(t.level), t.number}] = t.hashes
	}
}

func (k kept) tiles() *tiles {
	return &tiles{ask: func(level int, number int64) ([]byte, error) { return k[[2]int64{int64(level), number}], nil }}
}

// TestTheTreeIsTheLibrarys grows a log leaf by leaf over three levels of tiles:
// its roots are the library's, its proofs pass the library's check, and an edge
// that is read back goes on the same.
func TestTheTreeIsTheLibrarys(t *testing.T) {
	const leaves = 256*256 + 700
	log, e := kept{}, &edge{}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (all []tlog.Hash, err error) {
		for _, i := range indexes {
			all = append(all, stored[i])
		}
		return all, nil
	})
	for n := range int64(leaves) {
		h := tlog.RecordHash(fmt.Append(nil, n))
		more, err := tlog.StoredHashesForRecordHash(n, h, reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		log.save(e.add(h))
		if n < 600 || n%4001 == 0 || n > leaves-5 {
			log.save(e.open())
			want, err := tlog.TreeHash(n+1, reader)
			if err != nil || e.root() != want {
				t.Fatalf("%d leaves: root %v, want %v, %v", n+1, e.root(), want, err)
			}
			if e, err = edgeOf(n+1, log.tiles()); err != nil || e.root() != want {
				t.Fatalf("%d leaves, read back: %v %v", n+1, e.root(), err)
			}
		}
	}
	for _, n := range []int64{0, 1, 255, 256, 65535, 65536, leaves - 1} {
		path, err := tlog.ProveRecord(leaves, n, log.tiles())
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(path, leaves, e.root(), n, tlog.RecordHash(fmt.Append(nil, n))); err != nil {
			t.Errorf("leaf %d: %v", n, err)
		}
	}
	old, err := tlog.TreeHash(40_000, reader)
	if err != nil {
		t.Fatal(err)
	}
	path, err := tlog.ProveTree(leaves, 40_000, log.tiles())
	if err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckTree(path, leaves, e.root(), 40_000, old); err != nil {
		t.Errorf("consistency with the log of before: %v", err)
	}
}

func TestARollComesBack(t *testing.T) {
	roll := []id.Posting{"pst_000000000000000000000001.points.1", "pst_000000000000000000000002.a_b.17"}
	if got := readRoll(written(roll)); len(got) != 2 || got[0] != roll[0] || got[1] != roll[1] {
		t.Fatalf("%q", got)
	}
}
