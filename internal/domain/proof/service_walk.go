package proof

import (
	"context"
	"fmt"

	"huiji/internal/core/lang"
	"huiji/internal/platform/db"
)

// run holds some chunks beside the book and says where to go on; below zero at
// the end.
func (v *verification) run(ctx context.Context, tx *db.Tx, from int64) (next int64, err error) {
	chunks, err := chunksFrom(ctx, tx, from, chunksAtOnce)
	if err != nil {
		return 0, fmt.Errorf("read the rolls from leaf %d on: %w", from, err)
	}
	more := len(chunks) == chunksAtOnce
	var ordinary []chunk
	for _, c := range chunks {
		if more = more && c.first < v.size; c.first >= v.size {
			break // Appended since this began.
		}
		v.contiguous(c)
		if from = c.end(); c.toAt > 0 {
			ordinary = append(ordinary, c)
		}
	}
	if len(ordinary) > 0 {
		if err := v.beside(ctx, tx, ordinary); err != nil {
			return 0, err
		}
		v.last = ordinary[len(ordinary)-1]
	}
	v.progress((v.size+v.listed)/2, v.size)
	if !more || from >= v.size {
		if v.listed != v.size {
			v.r.log(lang.Sayf("日志应有 %d 片叶，名册中有 %d 片", "the log should have %d leaves, and its rolls tell of %d", v.size, v.listed))
		}
		return -1, nil
	}
	return from, nil
}

// contiguous sees that no leaf is without a name.
func (v *verification) contiguous(c chunk) {
	if c.first != v.listed {
		v.r.log(lang.Sayf("名册在叶 %d 与 %d 之间不连续", "the rolls do not join between the leaves %d and %d", v.listed, c.first))
		v.listed = c.first
	}
	v.listed += int64(len(c.roll))
}

func (v *verification) beside(ctx context.Context, tx *db.Tx, run []chunk) error {
	w, err := v.hold(ctx, tx, run, v.late)
	if err != nil {
		return fmt.Errorf("hold the leaves from %d on against the book: %w", run[0].first, err)
	}
	v.r.say(w.wrong...)
	v.missed = append(v.missed, w.missed()...)
	return nil
}

// missing tells which postings are in the book and not in the log. One that was
// sealed late while this ran is none of them.
func (v *verification) missing(ctx context.Context, tx *db.Tx) error {
	late, _, err := lateLeaves(ctx, tx)
	if err != nil {
		return fmt.Errorf("read what was sealed late: %w", err)
	}
	for _, p := range v.missed {
		if _, sealed := late[p.ID]; !sealed {
			v.r.say(Breach{p.ID, unsealed()})
		}
	}
	return nil
}

// tail counts what was recorded behind the end of the log.
func (v *verification) tail(ctx context.Context, tx *db.Tx) error {
	demo, err := v.Demo(ctx, tx)
	if err != nil {
		return fmt.Errorf("find the demo data: %w", err)
	}
	since, err := chunksTo(ctx, tx, v.last.toAt, v.last.end(), 1<<10)
	if err != nil {
		return fmt.Errorf("read the rolls that were written meanwhile: %w", err)
	}
	w := newWalk(0, since, nil, v.late)
	for _, one := range v.last.roll {
		w.next[one] = true
	}
	const forever = 1 << 62
	var oldest, newest Leaf
	err = v.each(ctx, tx, v.last.toAt, forever, func(p Leaf) error {
		_, sealed := w.leaves[p.ID]
		_, late := w.late[p.ID]
		switch {
		case sealed || late || w.next[p.ID]:
		case demo[p.Holder]:
			v.r.Demo++
		default:
			if v.r.Pending++; oldest.ID == "" {
				oldest = p
			}
			newest = p
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what is not sealed yet: %w", err)
	}
	if newest.RecordedAt-oldest.RecordedAt > patience.Milliseconds() {
		v.r.say(Breach{oldest.ID, lang.Sayf("一天多未存证；此后未存证的记账共 %d 笔", "was not sealed for more than a day; postings not sealed since: %d", v.r.Pending)})
	}
	return nil
}
