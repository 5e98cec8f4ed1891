package ledger

import (
	"context"
	"strconv"
	"strings"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

func findAccount(ctx context.Context, tx *db.Tx, k Key) (Account, error) {
	return db.One(ctx, tx, scanAccount, `SELECT holder_id, asset, seq, balance, debt, lots FROM ledger_account
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4`, k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset)
}

func findAccounts(ctx context.Context, tx *db.Tx, holder id.Member) ([]Account, error) {
	return db.All(ctx, tx, scanAccount, `SELECT holder_id, asset, seq, balance, debt, lots FROM ledger_account
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 ORDER BY asset`, holder.Bucket(), tx.Merchant(), holder)
}

// findMany reads one asset's accounts of members in any bucket.
func findMany(ctx context.Context, tx *db.Tx, holders []id.Member, asset Asset) ([]Account, error) {
	rows := make([][]any, len(holders))
	for i, h := range holders {
		rows[i] = []any{h.Bucket(), h}
	}
	return db.AllOf(ctx, tx, scanAccount, db.Keys{Columns: "bucket smallint, holder_id text", Rows: rows},
		`SELECT a.holder_id, a.asset, a.seq, a.balance, a.debt, a.lots FROM key CROSS JOIN ledger_account a
		WHERE a.bucket = key.bucket AND a.merchant_id = $1 AND a.holder_id = key.holder_id AND a.asset = $2`, tx.Merchant(), asset)
}

func findPosting(ctx context.Context, tx *db.Tx, k Key, seq int64) (Posting, error) {
	return db.One(ctx, tx, scanPosting, `SELECT `+postingColumns+` FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND seq = $5`,
		k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, seq)
}

// sumReversed is how much of a posting has been reversed.
func sumReversed(ctx context.Context, tx *db.Tx, k Key, seq int64) (int64, error) {
	return db.One(ctx, tx, func(r db.Row) (sum int64, err error) { return sum, r.Scan(&sum) },
		`SELECT CAST(COALESCE(SUM(ABS(amount)), 0) AS BIGINT) FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND seq > $5 AND reverses = $5`,
		k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, seq)
}

// listAll reads an account's postings from a number on, in their order.
func listAll(ctx context.Context, tx *db.Tx, k Key, after int64, until Moment, limit int) ([]Posting, error) {
	return db.All(ctx, tx, scanPosting, `SELECT `+postingColumns+` FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND seq > $5 AND recorded_at <= $6 ORDER BY seq LIMIT $7`,
		k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, after, until, limit)
}

// place is where a list of entries goes on: after this entry, newest first.
type place struct {
	At     Moment    `json:"at"`
	Holder id.Member `json:"holder,omitempty"`
	Asset  Asset     `json:"asset"`
	Seq    int64     `json:"seq"`
}

// listOf reads a member's postings of one asset, newest first.
func listOf(ctx context.Context, tx *db.Tx, k Key, before int64, limit int) ([]Posting, error) {
	return db.All(ctx, tx, scanPosting, `SELECT `+postingColumns+` FROM ledger_posting
		WHERE bucket = $1 AND merchant_id = $2 AND holder_id = $3 AND asset = $4 AND seq < $5 ORDER BY seq DESC LIMIT $6`,
		k.Holder.Bucket(), tx.Merchant(), k.Holder, k.Asset, before, limit)
}

// list reads postings of all members, newest first.
func list(ctx context.Context, tx *db.Tx, f Filter, after place, limit int) ([]Posting, error) {
	args, where := []any{tx.Merchant()}, strings.Builder{}
	add := func(condition string, values ...any) {
		where.WriteString(" AND ")
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where.WriteString(condition)
	}
	if f.Holder != "" {
		add("bucket = ? AND holder_id = ?", f.Holder.Bucket(), f.Holder)
	}
	if f.Kind != "" {
		add("kind = ?", f.Kind)
	}
	if len(f.Stores) > 0 {
		var stores string
		args, stores = in(tx, args, f.Stores)
		where.WriteString(" AND store_id IN " + stores)
	}
	if !f.From.IsZero() {
		add("recorded_at >= ?", At(f.From))
	}
	if !f.To.IsZero() {
		add("recorded_at < ?", At(f.To))
	}
	if after.Seq > 0 {
		// The first condition is what the index understands on every engine.
		add("recorded_at <= ? AND (recorded_at, holder_id, asset, seq) < (?, ?, ?, ?)", after.At, after.At, after.Holder, after.Asset, after.Seq)
	}
	args = append(args, limit)
	return db.All(ctx, tx, scanPosting, `SELECT `+postingColumns+` FROM ledger_posting /* all buckets */
		WHERE merchant_id = $1`+where.String()+` ORDER BY recorded_at DESC, holder_id DESC, asset DESC, seq DESC LIMIT $`+strconv.Itoa(len(args)), args...)
}

// listEnding reads accounts of one bucket on which something ends before a
// moment.
func listEnding(ctx context.Context, tx *db.Tx, bucket id.Bucket, before Moment) ([]Account, error) {
	return db.All(ctx, tx, scanAccount, `SELECT holder_id, asset, seq, balance, debt, lots FROM ledger_account
		WHERE bucket = $1 AND merchant_id = $2 AND next_change_at > 0 AND next_change_at < $3 ORDER BY holder_id, asset`,
		bucket, tx.Merchant(), before)
}

// eachAccount calls fn for every account of the merchant.
func eachAccount(ctx context.Context, tx *db.Tx, fn func(Account) error) error {
	return tx.Each(ctx, func(r db.Row) error {
		a, err := scanAccount(r)
		if err != nil {
			return err
		}
		return fn(a)
	}, `SELECT holder_id, asset, seq, balance, debt, lots FROM ledger_account /* all buckets */
		WHERE merchant_id = $1 ORDER BY bucket, holder_id, asset`, tx.Merchant())
}

func listKept(ctx context.Context, tx *db.Tx, bucket id.Bucket) ([]kept, error) {
	return db.All(ctx, tx, func(r db.Row) (k kept, err error) {
		return k, r.Scan(&k.Holder, &k.Asset, &k.Seq, &k.Balance, &k.Debt, &k.lots, &k.next)
	}, `SELECT holder_id, asset, seq, balance, debt, lots, next_change_at FROM ledger_account
		WHERE bucket = $1 AND merchant_id = $2 ORDER BY holder_id, asset`, bucket, tx.Merchant())
}

// eachKept calls fn for every posting of one bucket, account after account.
func eachKept(ctx context.Context, tx *db.Tx, bucket id.Bucket, fn func(p Posting, lots []byte) error) error {
	return tx.Each(ctx, func(r db.Row) error {
		p, lots, err := scanPacked(r)
		if err != nil {
			return err
		}
		return fn(p, lots)
	}, `SELECT `+postingColumns+` FROM ledger_posting WHERE bucket = $1 AND merchant_id = $2 ORDER BY holder_id, asset, seq`, bucket, tx.Merchant())
}
