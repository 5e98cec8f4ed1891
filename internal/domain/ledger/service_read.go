package ledger

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/platform/db"
)

// replayChunk is how many postings are read at a time when an account is
// computed for a past instant.
const replayChunk = 2000

// balancesMost is how many members one request for balances names.
const balancesMost = 200

// Holding is a member's account of one asset at a moment.
type Holding struct {
	Holder id.Member
	Asset  Asset
	View
}

// Accounts are all of a member's accounts now; points are always among them.
func (s *Service) Accounts(ctx context.Context, tx *db.Tx, holder id.Member) ([]Holding, error) {
	accounts, err := findAccounts(ctx, tx, holder)
	if err != nil {
		return nil, fmt.Errorf("find the accounts of %s: %w", holder, err)
	}
	if !slices.ContainsFunc(accounts, func(a Account) bool { return a.Asset == Points }) {
		accounts = append(accounts, Account{Holder: holder, Asset: Points})
	}
	all := make([]Holding, 0, len(accounts))
	for _, a := range accounts {
		all = append(all, Holding{holder, a.Asset, a.View(At(tx.Now()))})
	}
	return all, nil
}

// AccountsAsOf are all of a member's accounts as the book held them at a past
// instant: with every posting recorded by then, judged by the clock of then.
func (s *Service) AccountsAsOf(ctx context.Context, tx *db.Tx, holder id.Member, instant time.Time) ([]Holding, error) {
	now, err := s.Accounts(ctx, tx, holder)
	if err != nil {
		return nil, err
	}
	for i := range now {
		a := Account{Holder: holder, Asset: now[i].Asset}
		for {
			postings, err := listAll(ctx, tx, a.Key(), a.Seq, At(instant), replayChunk)
			if err != nil {
				return nil, fmt.Errorf("read the postings of %s: %w", holder, err)
			}
			if a, err = a.Replay(postings); err != nil {
				return nil, fmt.Errorf("replay %s: %w", holder, err)
			}
			if len(postings) < replayChunk {
				break
			}
		}
		now[i].View = a.View(At(instant))
	}
	return now, nil
}

// Balances are one asset's accounts of many members; who has none is not there.
func (s *Service) Balances(ctx context.Context, tx *db.Tx, holders []id.Member, asset Asset) ([]Holding, error) {
	holders = slices.Clone(holders)
	slices.Sort(holders)
	holders = slices.Compact(holders)
	all := make([]Holding, 0, len(holders))
	for chunk := range slices.Chunk(holders, balancesMost) {
		accounts, err := findMany(ctx, tx, chunk, asset)
		if err != nil {
			return nil, fmt.Errorf("find %d balances: %w", len(chunk), err)
		}
		for _, a := range accounts {
			all = append(all, Holding{a.Holder, a.Asset, a.View(At(tx.Now()))})
		}
	}
	return all, nil
}

// Posting is one posting.
func (s *Service) Posting(ctx context.Context, tx *db.Tx, which id.Posting) (Posting, error) {
	key, seq, ok := ParsePosting(which)
	if !ok {
		return Posting{}, errPosting
	}
	p, err := findPosting(ctx, tx, key, seq)
	if errors.Is(err, db.ErrNoRow) {
		return Posting{}, errPosting
	}
	return p, err
}

// ReversedOf is how much of a posting has been reversed.
func (s *Service) ReversedOf(ctx context.Context, tx *db.Tx, p Posting) (int64, error) {
	return sumReversed(ctx, tx, p.Key(), p.Seq)
}

// Entries are a member's postings of one asset, newest first.
func (s *Service) Entries(ctx context.Context, tx *db.Tx, k Key, want page.Want) (page.Page[Posting], error) {
	before := int64(math.MaxInt64)
	if _, err := want.After(&before); err != nil {
		return page.Page[Posting]{}, err
	}
	postings, err := listOf(ctx, tx, k, before, want.Size()+1)
	if err != nil {
		return page.Page[Posting]{}, fmt.Errorf("list the entries of %s: %w", k.Holder, err)
	}
	return page.Cut(postings, want.Size(), func(p Posting) any { return p.Seq })
}

// Filter chooses postings of all members.
type Filter struct {
	Holder   id.Member
	Kind     Kind
	Stores   []id.Store // any of them
	From, To time.Time  // recorded in [From, To)
}

// List is the postings of all members, the last recorded first.
func (s *Service) List(ctx context.Context, tx *db.Tx, f Filter, want page.Want) (page.Page[Posting], error) {
	var after place
	if _, err := want.After(&after); err != nil {
		return page.Page[Posting]{}, err
	}
	postings, err := list(ctx, tx, f, after, want.Size()+1)
	if err != nil {
		return page.Page[Posting]{}, fmt.Errorf("list postings: %w", err)
	}
	return page.Cut(postings, want.Size(), func(p Posting) any { return place{p.RecordedAt, p.Holder, p.Asset, p.Seq} })
}

// Ending is how much of a member's value ends at a moment.
type Ending struct {
	Holder id.Member
	Asset  Asset
	Expiring
}

// Ending lists what ends in [from, to) in one bucket, by member: for reminders.
func (s *Service) Ending(ctx context.Context, tx *db.Tx, bucket id.Bucket, from, to time.Time) ([]Ending, error) {
	accounts, err := listEnding(ctx, tx, bucket, At(to))
	if err != nil {
		return nil, fmt.Errorf("list what ends in bucket %d: %w", bucket, err)
	}
	var all []Ending
	for _, a := range accounts {
		for _, e := range a.View(At(tx.Now())).Expiring {
			if e.At >= At(from) && e.At < At(to) {
				all = append(all, Ending{a.Holder, a.Asset, e})
			}
		}
	}
	return all, nil
}

// Each calls fn with every account of the merchant as it is now. Fn may not use
// the transaction.
func (s *Service) Each(ctx context.Context, tx *db.Tx, fn func(Holding) error) error {
	return eachAccount(ctx, tx, func(a Account) error {
		return fn(Holding{a.Holder, a.Asset, a.View(At(tx.Now()))})
	})
}

// Checked is what an audit looked at and found.
type Checked struct {
	Accounts, Postings int
	Breaches           []Breach
}

// Breach is a law that does not hold, in words that name the posting.
type Breach struct {
	Holder id.Member
	Asset  Asset
	Text   string
}

// Audit checks every law on every account of one bucket.
func (s *Service) Audit(ctx context.Context, tx *db.Tx, bucket id.Bucket) (Checked, error) {
	accounts, err := listKept(ctx, tx, bucket)
	if err != nil {
		return Checked{}, fmt.Errorf("read the accounts of bucket %d: %w", bucket, err)
	}
	w := inspection{bucket: bucket, accounts: accounts}
	err = eachKept(ctx, tx, bucket, func(p Posting, lots []byte) error {
		w.posting(p, lots)
		return nil
	})
	if err != nil {
		return Checked{}, fmt.Errorf("read the postings of bucket %d: %w", bucket, err)
	}
	w.finish()
	return w.Checked, nil
}

// checkBalances refuses a list of members that is too long or holds no ids.
func checkBalances(holders []id.Member) error {
	var c fault.Collect
	if len(holders) == 0 || len(holders) > balancesMost {
		c.Add("query.member_ids", len(holders), "member_ids 须列出 1–200 个会员 id，以逗号分隔", "member_ids lists 1 to 200 member ids, separated by commas")
	}
	for _, h := range holders {
		if !id.Is(id.OfMember, h) {
			c.Add("query.member_ids", string(h), "不是会员 id", "this is not a member's id")
		}
	}
	return c.Err()
}
