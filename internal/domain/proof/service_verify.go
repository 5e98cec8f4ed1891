package proof

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/platform/db"
)

const (
	tilesAtOnce  = 64
	chunksAtOnce = 16
	// breachesMost is how many breaches are told one by one.
	breachesMost = 1000
	// patience is how far the book may run ahead of the log, as when the program
	// was stopped in between.
	patience = 24 * time.Hour
)

// Trust is what the auditor brings: a public key, checkpoints kept outside.
// Without a key the database's own is believed.
type Trust struct {
	Key   string
	Notes []Kept
}

// Report is what a verification saw.
type Report struct {
	Merchant    id.Merchant
	Key         string // the public key by which signatures were checked
	Leaves      int64
	Late        []id.Posting // sealed after their time
	Pending     int64        // recorded since, not sealed yet
	Demo        int64        // of demo data, which is not sealed
	Checkpoints int
	Last        Kept // the newest signed checkpoint; zero when there is none
	Breaches    []Breach
	More        int // breaches beyond those that are told
}

func (r *Report) say(all ...Breach) {
	for _, b := range all {
		if slices.Contains(r.Breaches, b) {
			continue
		}
		if len(r.Breaches) == breachesMost {
			r.More++
			continue
		}
		r.Breaches = append(r.Breaches, b)
	}
}

// log says that something of the log itself is wrong.
func (r *Report) log(text lang.Text) { r.say(Breach{Text: text}) }

// Verify computes the whole log of a merchant anew from the postings as they lie
// in the database and holds it against the stored hashes, the rolls and every
// signed checkpoint. It reads only, and works without the installation's keys.
// The error says what could not be read at all.
func (s *Service) Verify(ctx context.Context, merchant id.Merchant, trust Trust, progress func(done, total int64)) (Report, error) {
	v := verification{Service: s, merchant: merchant, trust: trust, progress: progress, r: Report{Merchant: merchant}}
	for _, step := range []func(context.Context, *db.Tx) error{v.begin, v.tree, v.lates} {
		if err := s.DB.Read(ctx, merchant, step); err != nil {
			return v.r, err
		}
	}
	for next := int64(0); next >= 0; {
		err := s.DB.Read(ctx, merchant, func(ctx context.Context, tx *db.Tx) (err error) {
			next, err = v.run(ctx, tx, next)
			return err
		})
		if err != nil {
			return v.r, err
		}
	}
	for _, step := range []func(context.Context, *db.Tx) error{v.missing, v.tail} {
		if err := s.DB.Read(ctx, merchant, step); err != nil {
			return v.r, err
		}
	}
	return v.r, nil
}

// verification is one run over one log, of the size it had at the beginning.
type verification struct {
	*Service
	merchant id.Merchant
	trust    Trust
	progress func(done, total int64)
	r        Report

	size   int64
	notes  []Checkpoint // with a good signature, by size
	late   map[id.Posting]int64
	listed int64 // leaves that rolls tell of
	missed []Leaf
	last   chunk // the last ordinary one
}

// begin reads the size and everything signed.
func (v *verification) begin(ctx context.Context, tx *db.Tx) (err error) {
	if v.size, err = findSize(ctx, tx); err != nil {
		return fmt.Errorf("read the size of the log: %w", err)
	}
	v.r.Leaves = v.size
	pair, err := findKey(ctx, tx)
	if err != nil {
		return fmt.Errorf("read the public key: %w", err)
	}
	v.chooseKey(pair.verifier)
	kept, err := checkpoints(ctx, tx)
	if err != nil {
		return fmt.Errorf("read the checkpoints: %w", err)
	}
	for _, k := range kept {
		c, err := OpenCheckpoint(k.note, v.r.Key)
		switch {
		case err != nil:
			v.r.log(lang.Sayf("%s 的检查点签名无效：%v", "the checkpoint of %s is not validly signed: %v", db.Time(k.at).Format(time.RFC3339), err))
		case c.Merchant != v.merchant || c.Size != k.size || db.Millis(c.At) != k.at:
			v.r.log(lang.Sayf("%s 的检查点与其记录不符", "the checkpoint of %s is not what its row says", db.Time(k.at).Format(time.RFC3339)))
		default:
			v.notes = append(v.notes, c)
			v.r.Checkpoints++
			v.r.Last = Kept{v.merchant, v.r.Key, k.note}
		}
	}
	if v.size > 0 && len(kept) == 0 {
		v.r.log(lang.Say("日志有内容，却没有任何签名的检查点", "the log has leaves and no signed checkpoint at all"))
	}
	v.brought()
	slices.SortStableFunc(v.notes, func(a, b Checkpoint) int { return int(min(1, max(-1, a.Size-b.Size))) })
	return nil
}

// chooseKey takes the key that was brought, and says when the database has
// another.
func (v *verification) chooseKey(own string) {
	v.r.Key = own
	brought := []string{v.trust.Key}
	for _, k := range v.trust.Notes {
		if k.Merchant == v.merchant {
			brought = append(brought, k.Key)
		}
	}
	for _, key := range brought {
		if key != "" && key != own {
			v.r.log(lang.Sayf("数据库中的公钥 %q 不是所给的公钥 %q", "the public key in the database, %q, is not the one given, %q", own, key))
		}
		if key != "" && v.r.Key == own {
			v.r.Key = key
		}
	}
}

// brought adds the checkpoints that were kept outside.
func (v *verification) brought() {
	for _, k := range v.trust.Notes {
		if k.Merchant != v.merchant {
			continue
		}
		c, err := OpenCheckpoint(k.Note, v.r.Key)
		if err != nil || c.Merchant != v.merchant {
			v.r.log(lang.Sayf("所给文件中的检查点签名无效：%v", "the checkpoint in the file given is not validly signed: %v", err))
			continue
		}
		v.notes = append(v.notes, c)
		v.r.Checkpoints++
	}
}

// tree computes every hash above the leaves anew, and the roots at the sizes that
// were signed.
func (v *verification) tree(ctx context.Context, tx *db.Tx) error {
	stored := tilesOf(ctx, tx)
	e, notes := &edge{}, v.notes
	signed := func() {
		for len(notes) > 0 && notes[0].Size <= e.size {
			if c := notes[0]; c.Size == e.size && c.Root != e.root() {
				v.r.log(lang.Sayf("日志与 %s 签名的检查点（%d 片叶）不一致：其后有人改过日志", "the log is not the one that was signed at %s (%d leaves): it was changed since", c.At.Format(time.RFC3339), c.Size))
			}
			notes = notes[1:]
		}
	}
	for e.size < v.size {
		page, err := leafTiles(ctx, tx, e.size/tileWidth, tilesAtOnce)
		if err != nil {
			return fmt.Errorf("read the leaves from %d on: %w", e.size, err)
		}
		for i := 0; i < len(page) && e.size < v.size; i++ {
			want := min(tileWidth, v.size-e.size)
			if page[i].number != e.size/tileWidth || int64(len(page[i].hashes)) < want*tlog.HashSize {
				page = page[:i]
				break
			}
			for _, h := range split(page[i].hashes[:want*tlog.HashSize]) {
				if err := v.above(stored, e.add(h)); err != nil {
					return err
				}
				signed()
			}
		}
		if len(page) == 0 {
			v.r.log(lang.Sayf("叶 %d 起的哈希缺失，日志应有 %d 片叶", "the hashes from leaf %d on are missing; the log should have %d leaves", e.size, v.size))
			return nil
		}
		v.progress(e.size/2, v.size)
	}
	for _, c := range notes {
		v.r.log(lang.Sayf("%s 签名时日志有 %d 片叶，现在只有 %d 片", "at %s a log of %d leaves was signed, and it has %d now", c.At.Format(time.RFC3339), c.Size, v.size))
	}
	return v.above(stored, e.open())
}

// above holds tiles that were computed against those above the leaves that are
// stored.
func (v *verification) above(stored *tiles, computed []tile) error {
	for _, t := range computed {
		if t.level == 0 {
			continue
		}
		b, err := stored.get(t.level, t.number)
		if err != nil {
			return fmt.Errorf("read tile %d/%d: %w", t.level, t.number, err)
		}
		if !bytes.HasPrefix(b, t.hashes) {
			v.r.log(lang.Sayf("哈希块 %d/%d 已损坏", "the tile of hashes %d/%d is damaged", t.level, t.number))
		}
	}
	return nil
}

// lates holds every posting that was sealed late against its leaf.
func (v *verification) lates(ctx context.Context, tx *db.Tx) error {
	late, chunks, err := lateLeaves(ctx, tx)
	if err != nil {
		return fmt.Errorf("read what was sealed late: %w", err)
	}
	v.late = late
	stored := tilesOf(ctx, tx)
	w := newWalk(0, nil, nil, nil)
	w.sealed = stored.leaf
	for _, c := range chunks {
		for i, which := range c.roll {
			n := c.first + int64(i)
			if n >= v.size {
				continue
			}
			v.r.Late = append(v.r.Late, which)
			if late[which] != n {
				w.say(which, lang.Sayf("在日志中出现两次（叶 %d 和 %d）", "is in the log twice (leaves %d and %d)", n, late[which]))
			}
			p, err := v.Find(ctx, tx, which)
			switch f := fault.Of(err); {
			case f != nil && f.Kind == fault.NotFound:
				w.say(which, gone(n))
			case err != nil:
				return err
			default:
				if err := w.compare(p, n); err != nil {
					return err
				}
			}
		}
	}
	v.r.say(w.wrong...)
	return nil
}
