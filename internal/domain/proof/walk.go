package proof

import (
	"errors"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"huiji/internal/core/id"
	"huiji/internal/core/lang"
)

// walk holds a run of ordinary chunks beside the postings of their time. Whoever
// walks shows it every posting recorded from the end of the chunk before to the
// end of the last chunk, both included.
type walk struct {
	from    int64 // postings of this very moment may belong to the chunk before
	until   int64
	closed  bool // the log goes on beyond until
	leaves  map[id.Posting]int64
	next    map[id.Posting]bool // of the chunks that follow, as far as they begin at the end of the last
	late    map[id.Posting]int64
	sealed  func(leaf int64) (tlog.Hash, error)
	ends    map[id.Posting]int64 // the last posting of a chunk and the moment its row tells
	strange []Leaf               // in the book and not in these chunks
	wrong   []Breach
}

func newWalk(from int64, chunks, next []chunk, late map[id.Posting]int64) *walk {
	w := &walk{from: from, leaves: map[id.Posting]int64{}, next: map[id.Posting]bool{}, late: late, ends: map[id.Posting]int64{}}
	for _, c := range chunks {
		for i, one := range c.roll {
			if _, twice := w.leaves[one]; twice {
				w.say(one, lang.Sayf("在日志中出现两次（叶 %d）", "is in the log twice (leaf %d)", c.first+int64(i)))
			}
			if n, twice := late[one]; twice {
				w.say(one, lang.Sayf("在日志中出现两次（叶 %d 和 %d）", "is in the log twice (leaves %d and %d)", c.first+int64(i), n))
			}
			w.leaves[one] = c.first + int64(i)
		}
		w.ends[c.roll[len(c.roll)-1]] = c.toAt
	}
	for _, c := range next {
		for _, one := range c.roll {
			w.next[one] = true
		}
	}
	return w
}

func (w *walk) say(which id.Posting, text lang.Text) {
	w.wrong = append(w.wrong, Breach{which, text})
}

// see judges one posting of the book.
func (w *walk) see(p Leaf) error {
	if n, ok := w.leaves[p.ID]; ok {
		delete(w.leaves, p.ID)
		if at, last := w.ends[p.ID]; last && at != p.RecordedAt {
			w.say(p.ID, lang.Sayf("叶 %d：日志中的时刻 %d 与记账时刻 %d 不符", "leaf %d: the log tells the moment %d, the posting %d", n, at, p.RecordedAt))
		}
		return w.compare(p, n)
	}
	if _, ok := w.late[p.ID]; ok || w.next[p.ID] || p.RecordedAt == w.from {
		return nil
	}
	w.strange = append(w.strange, p)
	return nil
}

// compare holds a posting against the hash of its leaf.
func (w *walk) compare(p Leaf, n int64) error {
	h, err := w.sealed(n)
	switch {
	case errors.Is(err, errDamaged):
		w.say(p.ID, lang.Sayf("叶 %d 的哈希缺失", "the hash of leaf %d is missing", n))
		return nil
	case err != nil:
		return err
	}
	if tlog.RecordHash(p.Data) != h {
		w.say(p.ID, changed(n))
	}
	return nil
}

func changed(n int64) lang.Text {
	return lang.Sayf("内容与存证时不一致（叶 %d）", "is not what was sealed (leaf %d)", n)
}

func gone(n int64) lang.Text {
	return lang.Sayf("已存证（叶 %d），账中却没有了", "was sealed (leaf %d) and is gone from the book", n)
}

func unsealed() lang.Text {
	return lang.Say("在账中，却没有存证，而日志已越过它的时刻", "is in the book and not in the log, which has passed its moment")
}

// moved forgets a posting that is told of already.
func (w *walk) moved(which id.Posting) {
	w.strange = slices.DeleteFunc(w.strange, func(p Leaf) bool { return p.ID == which })
}

// missed are the postings that should have been sealed: of the last moment of a
// log some may still come.
func (w *walk) missed() (all []Leaf) {
	for _, p := range w.strange {
		if w.closed || p.RecordedAt < w.until {
			all = append(all, p)
		}
	}
	return all
}
