package ledger

import (
	"context"
	"fmt"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// inOne is how many accounts or causes one statement names.
const inOne = 64

// found is what one bucket holds of what a list of ops touches.
type found struct {
	accounts []Account
	known    int64 // how many of the causes asked for have been booked
	asked    bool  // whether known was asked for
}

// lockAccounts makes the accounts exist and holds them until the commit, in the
// order of their keys. SQLite has one writer: there is nothing to hold.
func lockAccounts(ctx context.Context, tx *db.Tx, keys []Key) error {
	if tx.ForUpdate() == "" {
		return nil
	}
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		rows = append(rows, []any{k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, 0, 0, 0, []byte{}, 0})
	}
	err := tx.InsertLater(ctx, `INSERT INTO ledger_account (bucket, merchant_id, holder_id, asset, seq, balance, debt, lots, next_change_at) VALUES`,
		rows, `ON CONFLICT (bucket, holder_id, asset) DO NOTHING`)
	if err != nil {
		return err
	}
	for chunk := range perBucket(keys) {
		args := []any{chunk[0].Holder.Bucket(), tx.Merchant()}
		args, where := among(tx, args, chunk)
		err := tx.Later(ctx, `SELECT seq FROM ledger_account WHERE bucket = $1 AND merchant_id = $2 AND `+where+
			` ORDER BY holder_id, asset`+tx.ForUpdate(), args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// readAccounts reads up to inOne accounts of one bucket, and counts which of the
// causes are known. On PostgreSQL it travels behind the statements that hold the
// accounts, so that it sees what was committed while they waited.
func readAccounts(ctx context.Context, tx *db.Tx, keys []Key, causes []string) (found, error) {
	f := found{}
	args := []any{keys[0].Holder.Bucket(), tx.Merchant()}
	args, where := among(tx, args, keys)
	count := "0"
	if len(causes) > 0 && len(causes) <= inOne {
		f.asked = true
		var list string
		args, list = in(tx, args, causes)
		count = `(SELECT COUNT(*) FROM ledger_posting WHERE bucket = $1 AND merchant_id = $2 AND cause IN ` + list + `)`
	}
	var err error
	f.accounts, err = db.All(ctx, tx, func(r db.Row) (a Account, err error) {
		var lots []byte
		if err = r.Scan(&a.Holder, &a.Asset, &a.Seq, &a.Balance, &a.Debt, &lots, &f.known); err != nil {
			return a, err
		}
		return a, a.unpack(lots)
	}, `SELECT holder_id, asset, seq, balance, debt, lots, `+count+` FROM ledger_account
		WHERE bucket = $1 AND merchant_id = $2 AND `+where, args...)
	f.asked = f.asked && len(f.accounts) > 0
	return f, err
}

// findCauses reads what the causes of one bucket have booked.
func findCauses(ctx context.Context, tx *db.Tx, bucket id.Bucket, causes []string) ([]Posting, error) {
	var all []Posting
	for chunk := range slices.Chunk(causes, inOne) {
		args, list := in(tx, []any{bucket, tx.Merchant()}, chunk)
		some, err := db.All(ctx, tx, scanPosting, `SELECT `+postingColumns+` FROM ledger_posting
			WHERE bucket = $1 AND merchant_id = $2 AND cause IN `+list, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// causedElsewhere counts what a cause has booked in other buckets.
func causedElsewhere(ctx context.Context, tx *db.Tx, bucket id.Bucket, cause string) (int64, error) {
	return db.One(ctx, tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT COUNT(*) FROM ledger_posting WHERE merchant_id = $1 AND cause = $2 AND bucket <> $3 /* all buckets */`, tx.Merchant(), cause, bucket)
}

// findPast reads what a reversal looks at: the posting, its reversals, and what
// expired or un-expired after it.
func findPast(ctx context.Context, tx *db.Tx, k Key, of int64) ([]Posting, error) {
	return db.All(ctx, tx, scanPosting, `SELECT `+postingColumns+` FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND seq >= $5 AND (seq = $5 OR reverses = $5 OR contra = 'expired')
		ORDER BY seq`, k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, of)
}

// insertPostings writes postings. An account's number is its key: had somebody
// else written in between, this fails instead of losing an update.
func insertPostings(ctx context.Context, tx *db.Tx, postings []Posting) error {
	rows := make([][]any, 0, len(postings))
	for i := range postings {
		p := &postings[i]
		rows = append(rows, []any{
			p.Holder.Bucket(), tx.Merchant(), p.Holder, p.Asset, p.Seq, p.Cause, p.Fingerprint, p.Kind, p.Amount, p.Contra,
			p.BalanceAfter, p.AvailableAfter, p.Reverses, encodeMovements(p.Movements), p.Member, p.Store, p.Actor,
			p.Reference, p.Reason, p.Snapshot, p.OccurredAt, p.RecordedAt,
		})
	}
	return tx.InsertLater(ctx, `INSERT INTO ledger_posting (bucket, merchant_id, holder_id, asset, seq, cause, fingerprint, kind, amount, contra,
		balance_after, available_after, reverses, lots, member_id, store_id, actor_id, reference, reason, snapshot, occurred_at, recorded_at) VALUES`, rows, "")
}

// upsertAccounts writes the accounts after a list of ops.
func upsertAccounts(ctx context.Context, tx *db.Tx, accounts []Account) error {
	rows := make([][]any, 0, len(accounts))
	for i := range accounts {
		a := &accounts[i]
		rows = append(rows, []any{
			a.Holder.Bucket(), tx.Merchant(), a.Holder, a.Asset, a.Seq, a.Balance, a.Debt, encodeLots(a.At, a.Lots), a.NextChange(),
		})
	}
	return tx.InsertLater(ctx, `INSERT INTO ledger_account (bucket, merchant_id, holder_id, asset, seq, balance, debt, lots, next_change_at) VALUES`,
		rows, `ON CONFLICT (bucket, holder_id, asset) DO UPDATE SET seq = excluded.seq, balance = excluded.balance,
			debt = excluded.debt, lots = excluded.lots, next_change_at = excluded.next_change_at`)
}

// lockDue holds and reads accounts of one bucket on which something has expired.
func lockDue(ctx context.Context, tx *db.Tx, bucket id.Bucket, limit int) ([]Account, error) {
	return db.All(ctx, tx, scanAccount, `SELECT holder_id, asset, seq, balance, debt, lots FROM ledger_account
		WHERE bucket = $1 AND merchant_id = $2 AND next_change_at > 0 AND next_change_at <= $3
		ORDER BY holder_id, asset LIMIT $4`+tx.ForUpdate(), bucket, tx.Merchant(), db.Millis(tx.Now()), limit)
}

func deletePostings(ctx context.Context, tx *db.Tx, bucket id.Bucket, holders []id.Member) (int64, error) {
	args, list := in(tx, []any{bucket, tx.Merchant()}, holders)
	return tx.Exec(ctx, `DELETE FROM ledger_posting WHERE bucket = $1 AND merchant_id = $2 AND holder_id IN `+list, args...)
}

func deleteAccounts(ctx context.Context, tx *db.Tx, bucket id.Bucket, holders []id.Member) error {
	args, list := in(tx, []any{bucket, tx.Merchant()}, holders)
	return tx.Later(ctx, `DELETE FROM ledger_account WHERE bucket = $1 AND merchant_id = $2 AND holder_id IN `+list, args...)
}

const postingColumns = `holder_id, asset, seq, cause, fingerprint, kind, amount, contra, balance_after, available_after,
	reverses, lots, member_id, store_id, actor_id, reference, reason, snapshot, occurred_at, recorded_at`

func scanPosting(r db.Row) (Posting, error) {
	p, lots, err := scanPacked(r)
	if err != nil {
		return p, err
	}
	if p.Movements, err = decodeMovements(lots); err != nil {
		return p, fmt.Errorf("posting %s: %w", p.ID(), err)
	}
	return p, nil
}

// scanPacked leaves the movements packed, for who wants to judge them.
func scanPacked(r db.Row) (p Posting, lots []byte, err error) {
	err = r.Scan(&p.Holder, &p.Asset, &p.Seq, &p.Cause, &p.Fingerprint, &p.Kind, &p.Amount, &p.Contra, &p.BalanceAfter, &p.AvailableAfter,
		&p.Reverses, &lots, &p.Member, &p.Store, &p.Actor, &p.Reference, &p.Reason, &p.Snapshot, &p.OccurredAt, &p.RecordedAt)
	return p, lots, err
}

func scanAccount(r db.Row) (a Account, err error) {
	var lots []byte
	if err = r.Scan(&a.Holder, &a.Asset, &a.Seq, &a.Balance, &a.Debt, &lots); err != nil {
		return a, err
	}
	return a, a.unpack(lots)
}

func (a *Account) unpack(lots []byte) (err error) {
	if a.At, a.Lots, err = decodeLots(lots); err != nil {
		return fmt.Errorf("account %s %s: %w", a.Holder, a.Asset, err)
	}
	return nil
}

// among is the condition that names accounts of one bucket.
func among(tx *db.Tx, args []any, keys []Key) ([]any, string) {
	holders, assets := make([]id.Member, 0, len(keys)), make([]Asset, 0, 1)
	for _, k := range keys {
		if len(holders) == 0 || holders[len(holders)-1] != k.Holder {
			holders = append(holders, k.Holder)
		}
		if !slices.Contains(assets, k.Asset) {
			assets = append(assets, k.Asset)
		}
	}
	args, whose := in(tx, args, holders)
	args, which := in(tx, args, assets)
	return args, `holder_id IN ` + whose + ` AND asset IN ` + which
}

// in adds a list to the arguments, filled up to a power of two by repeating its
// last value, so that there are few different statements to prepare.
func in[T any](tx *db.Tx, args []any, values []T) ([]any, string) {
	size := 1
	for size < len(values) {
		size *= 2
	}
	list := tx.In(len(args)+1, size)
	for i := range size {
		args = append(args, values[min(i, len(values)-1)])
	}
	return args, list
}

// perBucket cuts sorted keys into pieces of one bucket, none longer than inOne.
func perBucket(keys []Key) func(yield func([]Key) bool) {
	return func(yield func([]Key) bool) {
		for len(keys) > 0 {
			n, bucket := 1, keys[0].Holder.Bucket()
			for n < len(keys) && n < inOne && keys[n].Holder.Bucket() == bucket {
				n++
			}
			if !yield(keys[:n]) {
				return
			}
			keys = keys[n:]
		}
	}
}
