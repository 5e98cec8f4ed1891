package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/proof"
	"huiji/internal/migration"
	"huiji/internal/platform/clock"
	"huiji/internal/platform/db"
)

// demoMost is how many members demo data has at the very most.
const demoMost = 1 << 20

// newProof wires the log of postings to the book.
func newProof(d *db.DB, book *ledger.Service, members *member.Service) *proof.Service {
	return &proof.Service{
		DB: d,
		Recorded: func(ctx context.Context, tx *db.Tx, r proof.Range) ([]proof.Leaf, error) {
			read, err := book.Leaves(ctx, tx, ledger.Moment(r.From), r.After, ledger.Moment(r.Until), r.Limit)
			all := make([]proof.Leaf, len(read))
			for i, one := range read {
				all[i] = leafOf(one)
			}
			return all, err
		},
		Find: func(ctx context.Context, tx *db.Tx, which id.Posting) (proof.Leaf, error) {
			one, err := book.Leaf(ctx, tx, which)
			return leafOf(one), err
		},
		Demo: func(ctx context.Context, tx *db.Tx) (map[id.Member]bool, error) {
			some, err := members.Demo(ctx, tx, demoMost)
			demo := make(map[id.Member]bool, len(some))
			for _, one := range some {
				demo[one] = true
			}
			return demo, err
		},
	}
}

func leafOf(l ledger.Leaf) proof.Leaf {
	return proof.Leaf{ID: l.ID, Holder: l.Holder, RecordedAt: int64(l.RecordedAt), Data: l.Data}
}

// Verified is what a verification of an installation saw.
type Verified struct {
	File []string // what is not whole in the database file itself
	Logs []proof.Report
}

// Breaches counts everything that is not as it should be.
func (v Verified) Breaches() (n int) {
	n = len(v.File)
	for _, r := range v.Logs {
		n += len(r.Breaches) + r.More
	}
	return n
}

// errNoLog says that there is no database to verify.
var errNoLog = fault.New(fault.NotFound, "verify.nothing", "这里没有数据库", "there is no database here")

// Verify holds the logs of all merchants of a place against the book, see
// proof.Verify. It reads only, needs no key files and no running server.
func Verify(ctx context.Context, p Place, trust proof.Trust, progress func(done, total int)) (v Verified, err error) {
	path := filepath.Join(p.Data, "huiji.db")
	if p.Database == "" {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return v, errNoLog.At("--data", p.Data)
		}
	}
	d, err := db.Open(ctx, cmp.Or(p.Database, path), clock.Wall{})
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if v.File, err = d.Sound(ctx); err != nil {
		return v, fmt.Errorf("examine the database file: %w", err)
	}
	current, err := d.Current(ctx, migration.Files)
	if err == nil && !current {
		err = fault.New(fault.Conflict, "verify.schema", "数据库的结构与本程序的版本不同：请用同一版本的 huiji", "the database's schema is of another version than the program: use the same version of huiji")
	}
	if err != nil {
		return v, err
	}
	return v, verifyAll(ctx, d, trust, progress, &v)
}

func verifyAll(ctx context.Context, d *db.DB, trust proof.Trust, progress func(done, total int), v *Verified) error {
	var merchants []merchant.Merchant
	err := d.Read(ctx, "", func(ctx context.Context, tx *db.Tx) (err error) {
		merchants, err = (&merchant.Service{DB: d}).All(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("list the merchants: %w", err)
	}
	logs := newProof(d, &ledger.Service{DB: d}, &member.Service{DB: d})
	const parts = 1000 // of the way of one merchant
	for i, m := range merchants {
		r, err := logs.Verify(ctx, m.ID, trust, func(done, total int64) {
			progress(i*parts+int(done*parts/max(total, 1)), len(merchants)*parts)
		})
		v.Logs = append(v.Logs, r)
		if err != nil {
			return fmt.Errorf("verify the log of %s: %w", m.ID, err)
		}
		progress((i+1)*parts, len(merchants)*parts)
	}
	for _, k := range trust.Notes {
		if !slices.ContainsFunc(merchants, func(m merchant.Merchant) bool { return m.ID == k.Merchant }) {
			v.File = append(v.File, fmt.Sprintf("the merchant %s of the checkpoint file is not there", k.Merchant))
		}
	}
	return nil
}

// Receipt is a proof that holds, and what it says of its posting.
type Receipt struct {
	proof.Receipt
	Fields []ledger.LeafField
}

var errReceipt = fault.New(fault.Invalid, "proof.invalid", "证明不成立", "the proof does not hold")

// CheckReceipt checks a proof as the API answered it against a merchant's public
// key; without one against the key that stands in the proof itself, which shows
// only that it is whole.
func CheckReceipt(raw []byte, key string) (r Receipt, err error) {
	if r.Receipt, err = proof.ReadReceipt(raw); err == nil {
		err = r.Check(cmp.Or(key, r.Key))
	}
	if err != nil {
		return r, fmt.Errorf("%w: %w", errReceipt, err)
	}
	which, fields, ok := ledger.ReadLeaf(r.Leaf)
	if !ok || which != r.Posting {
		return r, fmt.Errorf("%w: the leaf is not the posting %s", errReceipt, r.Posting)
	}
	for _, f := range fields {
		if f.Name == "merchant_id" && f.Value != string(r.Checkpoint.Merchant) {
			return r, fmt.Errorf("%w: the posting belongs to %s and the log to %s", errReceipt, f.Value, r.Checkpoint.Merchant)
		}
	}
	r.Fields = fields
	return r, nil
}
