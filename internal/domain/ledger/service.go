package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/group"
	"huiji/internal/platform/job"
)

// Service is the book. Verbs that take a transaction join it, the others open
// one.
type Service struct {
	DB   *db.DB
	Jobs *job.Queue
	// Rules is what the merchant has set, for requests that book one op of their
	// own; flows bring what they need in their ops. Holders may repeat.
	Rules func(ctx context.Context, tx *db.Tx, holders []id.Member) (Rulebook, error)
	// Names finds how members are called, in one statement for a page; ids may
	// repeat, and who is not there is not in the answer.
	Names func(ctx context.Context, tx *db.Tx, who []id.Member) (map[id.Member]Person, error)
	// Zone is the merchant's time zone, for lists across members.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
	// Reports is what statements and the liability need.
	Reports Reports

	singles group.Committer[[]*single]
}

// Book books a list of ops in its order, all or none: the first that fails is
// the error. It serves one op and ten thousand alike. A claw-back comes after
// the return of points of the same order, so that what returns can be taken.
func (s *Service) Book(ctx context.Context, tx *db.Tx, ops []Op) ([]Outcome, error) {
	return s.book(ctx, tx, ops, true)
}

// BookEach books a list of ops, each alone: the outcome of one that fails
// carries its error, and its neighbours go on.
func (s *Service) BookEach(ctx context.Context, tx *db.Tx, ops []Op) ([]Outcome, error) {
	return s.book(ctx, tx, ops, false)
}

// Held is accounts that nobody else can change until the commit.
type Held map[Key]Account

// Hold holds the accounts of members in one asset, for a journey that has to know
// them before it decides. Holders may repeat.
func (s *Service) Hold(ctx context.Context, tx *db.Tx, holders []id.Member, asset Asset) (Held, error) {
	keys := make([]Key, len(holders))
	for i, h := range holders {
		keys[i] = Key{h, asset}
	}
	slices.SortFunc(keys, Key.Compare)
	keys = slices.Compact(keys)
	accounts, err := holdAccounts(ctx, tx, keys)
	if err != nil {
		return nil, fmt.Errorf("hold %d accounts: %w", len(keys), err)
	}
	held := make(Held, len(accounts))
	for _, a := range accounts {
		held[a.Key()] = a
	}
	return held, nil
}

// BookHeld is Book on accounts that are held already, for facts that come into
// being in this very transaction: their causes cannot have booked anything
// before, and they reverse nothing.
func (s *Service) BookHeld(ctx context.Context, tx *db.Tx, held Held, ops []Op) ([]Outcome, error) {
	outcomes, changes, err := ApplyAll(Known{Accounts: held}, ops, tx.Now(), true)
	if err != nil {
		return nil, err
	}
	return outcomes, s.write(ctx, tx, changes)
}

func (s *Service) book(ctx context.Context, tx *db.Tx, ops []Op, strict bool) ([]Outcome, error) {
	known, err := s.gather(ctx, tx, ops)
	if err != nil {
		return nil, fmt.Errorf("gather what %d ops touch: %w", len(ops), err)
	}
	outcomes, changes, err := ApplyAll(known, ops, tx.Now(), strict)
	if err != nil {
		return nil, err
	}
	return outcomes, s.write(ctx, tx, changes)
}

// gather holds the accounts that the ops touch and reads what they have to know:
// the accounts first, so that nobody books in between.
func (s *Service) gather(ctx context.Context, tx *db.Tx, ops []Op) (Known, error) {
	w := wanted(ops)
	known := Known{
		Accounts: make(map[Key]Account, len(w.keys)), Answers: make(map[Cause]Posting), Past: make(map[Key][]Posting),
	}
	var accounts []Account
	var answers []Posting
	err := tx.Together(ctx,
		func(ctx context.Context, tx *db.Tx) (err error) {
			accounts, err = holdAccounts(ctx, tx, w.keys)
			return err
		},
		func(ctx context.Context, tx *db.Tx) (err error) {
			answers, err = findCauses(ctx, tx, w.causes)
			return err
		},
		func(ctx context.Context, tx *db.Tx) (err error) {
			known.Assets, err = s.assetsOf(ctx, tx, ops)
			return err
		})
	if err != nil {
		return Known{}, err
	}
	for _, a := range accounts {
		known.Accounts[a.Key()] = a
	}
	for _, p := range answers {
		known.Answers[Cause{p.Holder.Bucket(), p.Cause}] = p
	}
	if len(w.reversed) > 0 {
		postings, err := findPast(ctx, tx, w.reversed)
		if err != nil {
			return Known{}, err
		}
		slices.SortFunc(postings, func(a, b Posting) int { return cmp.Or(a.Key().Compare(b.Key()), cmp.Compare(a.Seq, b.Seq)) })
		for _, p := range postings {
			known.Past[p.Key()] = append(known.Past[p.Key()], p)
		}
	}
	return known, nil
}

// wants is what a list of ops touches.
type wants struct {
	keys     []Key   // sorted, each once
	causes   []Cause // each once
	reversed []numbered
}

type numbered struct {
	key Key
	seq int64
}

// wanted reads the ops that could be booked at all; the others fail by
// themselves.
func wanted(ops []Op) wants {
	var w wants
	for i := range ops {
		op := &ops[i]
		if check(op) != nil {
			continue
		}
		key := op.Key()
		w.keys = append(w.keys, key)
		switch op.Kind {
		case Transfer:
			w.keys = append(w.keys, Key{op.To, key.Asset})
		case Exchange:
			w.keys = append(w.keys, Key{op.Holder, op.Into})
		}
		w.causes = append(w.causes, Cause{key.Holder.Bucket(), op.Cause})
		if of, seq, ok := ParsePosting(op.Of); op.Kind == Reversal && ok && of == key {
			w.reversed = append(w.reversed, numbered{of, seq})
		}
	}
	slices.SortFunc(w.keys, Key.Compare)
	w.keys = slices.Compact(w.keys)
	slices.SortFunc(w.causes, Cause.Compare)
	w.causes = slices.Compact(w.causes)
	slices.SortFunc(w.reversed, func(a, b numbered) int {
		if c := a.key.Compare(b.key); c != 0 {
			return c
		}
		return int(min(1, max(-1, a.seq-b.seq)))
	})
	w.reversed = slices.Compact(w.reversed)
	return w
}

// write writes what was decided and tells it once.
func (s *Service) write(ctx context.Context, tx *db.Tx, c Changes) error {
	if len(c.Postings) == 0 {
		return nil
	}
	if err := insertPostings(ctx, tx, c.Postings); err != nil {
		return fmt.Errorf("write %d postings: %w", len(c.Postings), err)
	}
	if err := upsertAccounts(ctx, tx, c.Accounts); err != nil {
		return fmt.Errorf("write %d accounts: %w", len(c.Accounts), err)
	}
	first := &c.Postings[0]
	return s.Jobs.Emit(ctx, tx, first.Holder.Bucket(), string(first.ID()), Posted{Lines: c.Told})
}

// ExpireDue writes down what has expired on up to limit accounts, bucket after
// bucket beginning with from. It says how many postings it wrote and where to go
// on; more is false when the last bucket is done. Today is the local day the
// expiries count for in reports.
func (s *Service) ExpireDue(ctx context.Context, tx *db.Tx, from id.Bucket, today day.Date, limit int) (written int, next id.Bucket, more bool, err error) {
	var due []Account
	for next = from; next < id.Buckets && len(due) < limit; next++ {
		some, err := lockDue(ctx, tx, next, limit-len(due))
		if err != nil {
			return 0, from, false, fmt.Errorf("find what is due in bucket %d: %w", next, err)
		}
		due = append(due, some...)
	}
	if more = len(due) == limit; more && next > from {
		next-- // The last bucket may hold more.
	}
	changes, err := Settle(due, tx.Now(), today)
	if err != nil {
		return 0, from, false, err
	}
	return len(changes.Postings), next, more, s.write(ctx, tx, changes)
}

// Purge removes accounts and postings of members as if they had never been:
// for data that was made for show. It says how many postings went.
func (s *Service) Purge(ctx context.Context, tx *db.Tx, holders []id.Member) (int64, error) {
	byBucket := make(map[id.Bucket][]id.Member)
	for _, h := range holders {
		byBucket[h.Bucket()] = append(byBucket[h.Bucket()], h)
	}
	var gone int64
	for bucket, all := range byBucket {
		for chunk := range slices.Chunk(all, inOne) {
			n, err := deletePostings(ctx, tx, bucket, chunk)
			if err == nil {
				err = deleteAccounts(ctx, tx, bucket, chunk)
			}
			if err != nil {
				return 0, fmt.Errorf("purge bucket %d: %w", bucket, err)
			}
			gone += n
		}
	}
	return gone, deleteDays(ctx, tx) // Sums of days that had these postings are made anew.
}

// Account is one account; an empty one when nothing was ever booked.
func (s *Service) Account(ctx context.Context, tx *db.Tx, holder id.Member, asset Asset) (Account, error) {
	a, err := findAccount(ctx, tx, Key{holder, asset})
	if errors.Is(err, db.ErrNoRow) {
		return Account{Holder: holder, Asset: asset}, nil
	}
	return a, err
}
