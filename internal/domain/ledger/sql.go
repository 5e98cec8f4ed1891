package ledger

import (
	"context"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// inOne is how many holders one statement names.
const inOne = 64

// holdAccounts reads accounts and holds them until the commit, in the order of
// their keys. It makes those that are missing, so that there is something to
// hold; SQLite has one writer and needs neither.
func holdAccounts(ctx context.Context, tx *db.Tx, keys []Key) ([]Account, error) {
	held, err := selectHeld(ctx, tx, keys)
	if err != nil || len(held) == len(keys) || tx.ForUpdate() == "" {
		return held, err
	}
	there := make(map[Key]bool, len(held))
	for i := range held {
		there[held[i].Key()] = true
	}
	var missing []Key
	var rows [][]any
	for _, k := range keys {
		if !there[k] {
			missing = append(missing, k)
			rows = append(rows, []any{k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, 0, 0, 0, []byte{}, 0, 0})
		}
	}
	_, err = tx.Insert(ctx, `INSERT INTO ledger_account (bucket, merchant_id, holder_id, asset, seq, balance, debt, lots, next_change_at, held) VALUES`,
		rows, `ON CONFLICT (bucket, holder_id, asset) DO NOTHING`)
	if err != nil {
		return nil, err
	}
	made, err := selectHeld(ctx, tx, missing)
	return append(held, made...), err
}

// selectHeld holds the accounts that are there. A row that somebody else held is
// read as it was left by them.
func selectHeld(ctx context.Context, tx *db.Tx, keys []Key) ([]Account, error) {
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{k.Holder.Bucket(), k.Holder, k.Asset}
	}
	return db.AllOf(ctx, tx, scanAccount, db.Keys{Columns: "bucket smallint, holder_id text, asset text", Rows: rows},
		`SELECT a.holder_id, a.asset, a.seq, a.balance, a.debt, a.lots FROM key CROSS JOIN ledger_account a
		WHERE a.bucket = key.bucket AND a.merchant_id = $1 AND a.holder_id = key.holder_id AND a.asset = key.asset
		ORDER BY a.bucket, a.holder_id, a.asset`+tx.ForUpdate(), tx.Merchant())
}

// findCauses reads what causes have booked.
func findCauses(ctx context.Context, tx *db.Tx, causes []Cause) ([]Posting, error) {
	rows := make([][]any, len(causes))
	for i, c := range causes {
		rows[i] = []any{c.Bucket, c.Name}
	}
	return db.AllOf(ctx, tx, scanPosting, db.Keys{Columns: "bucket smallint, caused text", Rows: rows},
		`SELECT `+postingColumns+` FROM key CROSS JOIN ledger_posting p
		WHERE p.bucket = key.bucket AND p.merchant_id = $1 AND p.cause = key.caused`, tx.Merchant())
}

// causedAt says in which bucket causes have booked something; one that has not is
// not in the answer.
func causedAt(ctx context.Context, tx *db.Tx, causes []string) (map[string]id.Bucket, error) {
	at := make(map[string]id.Bucket, len(causes))
	rows := make([][]any, 0, len(causes))
	for _, cause := range causes {
		if _, twice := at[cause]; !twice {
			at[cause] = -1
			rows = append(rows, []any{cause})
		}
	}
	clear(at)
	_, err := db.AllOf(ctx, tx, func(r db.Row) (b id.Bucket, err error) {
		var cause string
		err = r.Scan(&cause, &b)
		at[cause] = b
		return b, err
	}, db.Keys{Columns: "caused text", Rows: rows}, `SELECT p.cause, p.bucket FROM key CROSS JOIN ledger_posting p /* all buckets */
		WHERE p.merchant_id = $1 AND p.cause = key.caused`, tx.Merchant())
	return at, err
}

// findPast reads what reversals look at: the postings, their reversals, and what
// expired or un-expired after them. A posting may come more than once.
func findPast(ctx context.Context, tx *db.Tx, all []numbered) ([]Posting, error) {
	rows := make([][]any, len(all))
	for i, of := range all {
		rows[i] = []any{of.key.Holder.Bucket(), of.key.Holder, of.key.Asset, of.seq}
	}
	return db.AllOf(ctx, tx, scanPosting, db.Keys{Columns: "bucket smallint, holder text, unit text, number bigint", Rows: rows},
		`SELECT `+postingColumns+` FROM key CROSS JOIN ledger_posting p
		WHERE p.bucket = key.bucket AND p.merchant_id = $1 AND p.holder_id = key.holder AND p.asset = key.unit
			AND p.seq >= key.number AND (p.seq = key.number OR p.reverses = key.number OR p.contra = 'expired')`, tx.Merchant())
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
			a.Holder.Bucket(), tx.Merchant(), a.Holder, a.Asset, a.Seq, a.Balance, a.Debt, encodeLots(a), a.NextChange(), a.inHolds(),
		})
	}
	return tx.InsertLater(ctx, `INSERT INTO ledger_account (bucket, merchant_id, holder_id, asset, seq, balance, debt, lots, next_change_at, held) VALUES`,
		rows, `ON CONFLICT (bucket, holder_id, asset) DO UPDATE SET seq = excluded.seq, balance = excluded.balance,
			debt = excluded.debt, lots = excluded.lots, next_change_at = excluded.next_change_at, held = excluded.held`)
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
	if err = decodeLots(lots, a); err != nil {
		return fmt.Errorf("account %s %s: %w", a.Holder, a.Asset, err)
	}
	return nil
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
