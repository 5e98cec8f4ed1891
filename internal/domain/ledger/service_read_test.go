package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/domain/ledger"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

func TestTenThousandLotsExpireInChunks(t *testing.T) {
	b := open(t)
	const members, lots = 2500, 4
	for batch := range members / 500 {
		var ops []ledger.Op
		for n := range 500 {
			for l := range lots {
				ops = append(ops, ledger.Op{
					Kind: ledger.Earn, Holder: member(batch*500 + n), Amount: 5, Cause: fmt.Sprintf("%d:%d:%d", batch, n, l),
					ExpiresAt: dbtest.Start.Add(time.Duration(1+l) * time.Hour),
				})
			}
			ops = append(ops, ledger.Op{Kind: ledger.Earn, Holder: member(batch*500 + n), Amount: 1, Cause: fmt.Sprintf("%d:%d:n", batch, n)})
		}
		b.must(ops...)
	}
	b.wait(24 * time.Hour)
	if v := b.view(member(7)); v.Balance != 1 {
		t.Fatalf("a balance counts what expired: %+v", v)
	}
	total, chunks, next, more := 0, 0, id.Bucket(0), true
	for more {
		err := b.write(func(ctx context.Context, tx *db.Tx) error {
			n, to, again, err := b.ExpireDue(ctx, tx, next, 20260102, 400)
			if err == nil {
				total, next, more = total+n, to, again
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		chunks++
	}
	if total != members*lots || chunks < members/400 || chunks > members/400+2 {
		t.Fatalf("%d expiries in %d chunks", total, chunks)
	}
	if n := b.audit(); n != members*(2*lots+1) {
		t.Fatalf("%d postings", n)
	}
	err := b.write(func(ctx context.Context, tx *db.Tx) error {
		n, _, more, err := b.ExpireDue(ctx, tx, 0, 20260102, 400)
		if n != 0 || more {
			t.Errorf("%d expire twice", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEndingForReminders(t *testing.T) {
	b := open(t)
	in := func(days int) time.Time { return dbtest.Start.Add(time.Duration(days) * 24 * time.Hour) }
	b.must(
		ledger.Op{Kind: ledger.Earn, Holder: member(1), Amount: 10, Cause: "1", ExpiresAt: in(7)},
		ledger.Op{Kind: ledger.Earn, Holder: member(1), Amount: 20, Cause: "2", ExpiresAt: in(30)},
		ledger.Op{Kind: ledger.Earn, Holder: member(2), Amount: 40, Cause: "3", ExpiresAt: in(31)},
		ledger.Op{Kind: ledger.Earn, Holder: member(3), Amount: 80, Cause: "4"},
	)
	var all []ledger.Ending
	b.read(func(ctx context.Context, tx *db.Tx) error {
		for bucket := range id.Bucket(id.Buckets) {
			some, err := b.Ending(ctx, tx, bucket, in(30), in(31))
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	if len(all) != 1 || all[0].Holder != member(1) || all[0].Amount != 20 || all[0].At.Time() != in(30) {
		t.Fatalf("%+v", all)
	}
}

func TestAccountsAsOfAPastInstant(t *testing.T) {
	b := open(t)
	who := member(1)
	b.must(ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 100, Cause: "1", AvailableAt: dbtest.Start.Add(2 * time.Hour), ExpiresAt: dbtest.Start.Add(10 * time.Hour)})
	b.wait(5 * time.Hour)
	b.must(ledger.Op{Kind: ledger.Redeem, Holder: who, Amount: 40, Cause: "2"})
	b.wait(20 * time.Hour)
	b.must(ledger.Op{Kind: ledger.Earn, Holder: who, Amount: 7, Cause: "3"})
	b.read(func(ctx context.Context, tx *db.Tx) error {
		for _, c := range []struct {
			hours                       float64
			balance, available, pending int64
		}{{-1, 0, 0, 0}, {0, 100, 0, 100}, {2, 100, 100, 0}, {5, 60, 60, 0}, {9.9, 60, 60, 0}, {10, 0, 0, 0}, {25, 7, 7, 0}} {
			at := dbtest.Start.Add(time.Duration(c.hours * float64(time.Hour)))
			held, err := b.AccountsAsOf(ctx, tx, who, at)
			if err != nil || len(held) != 1 || held[0].Balance != c.balance || held[0].Available != c.available || held[0].Pending != c.pending {
				t.Errorf("after %v hours: %+v %v", c.hours, held, err)
			}
		}
		none, err := b.Accounts(ctx, tx, member(9))
		if err != nil || len(none) != 1 || none[0].Asset != ledger.Points || none[0].Balance != 0 {
			t.Errorf("%+v %v", none, err)
		}
		return nil
	})
}

func TestListsGoOnByCursor(t *testing.T) {
	b := open(t)
	for n := range 25 {
		b.must(
			ledger.Op{Kind: ledger.Earn, Holder: member(n % 3), Amount: 10, Cause: fmt.Sprintf("e%d", n), Store: id.Store([]string{"sto_a", "sto_b"}[n%2])},
			ledger.Op{Kind: ledger.Redeem, Holder: member(n % 3), Amount: 1, Cause: fmt.Sprintf("u%d", n), Store: "sto_c"},
		)
		if n%4 == 0 {
			b.wait(time.Minute)
		}
	}
	count := func(f ledger.Filter) (n int) {
		seen, cursor, last := map[id.Posting]bool{}, "", ledger.Moment(0)
		for {
			var p page.Page[ledger.Posting]
			b.read(func(ctx context.Context, tx *db.Tx) (err error) {
				p, err = b.List(ctx, tx, f, page.Want{Limit: 7, Cursor: cursor})
				return err
			})
			for _, one := range p.Items {
				if seen[one.ID()] || (last != 0 && one.RecordedAt > last) {
					t.Fatalf("%s out of order or twice", one.ID())
				}
				seen[one.ID()], last = true, one.RecordedAt
			}
			if cursor = p.Next; cursor == "" {
				return len(seen)
			}
		}
	}
	for _, c := range []struct {
		name   string
		filter ledger.Filter
		want   int
	}{
		{"all", ledger.Filter{}, 50},
		{"one kind", ledger.Filter{Kind: ledger.Earn}, 25},
		{"one store", ledger.Filter{Stores: []id.Store{"sto_a"}}, 13},
		{"three stores", ledger.Filter{Stores: []id.Store{"sto_a", "sto_b", "sto_c"}}, 50},
		{"one member", ledger.Filter{Holder: member(0)}, 18},
		{"a time", ledger.Filter{From: dbtest.Start.Add(time.Minute), To: dbtest.Start.Add(3 * time.Minute)}, 16},
		{"nothing", ledger.Filter{Kind: ledger.Expire}, 0},
	} {
		if n := count(c.filter); n != c.want {
			t.Errorf("%s: %d, want %d", c.name, n, c.want)
		}
	}
	var seqs []int64
	for cursor := ""; ; {
		var p page.Page[ledger.Posting]
		b.read(func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = b.Entries(ctx, tx, ledger.Key{Holder: member(1), Asset: ledger.Points}, page.Want{Limit: 5, Cursor: cursor})
			return err
		})
		for _, one := range p.Items {
			seqs = append(seqs, one.Seq)
		}
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if len(seqs) != 16 || !slices.IsSortedFunc(seqs, func(a, b int64) int { return int(b - a) }) {
		t.Fatalf("%v", seqs)
	}
	b.read(func(ctx context.Context, tx *db.Tx) error {
		_, err := b.List(ctx, tx, ledger.Filter{}, page.Want{Cursor: "nonsense"})
		if fault.CodeOf(err) != "cursor.invalid" {
			t.Error(err)
		}
		return nil
	})
}

func TestBalancesOfManyMembers(t *testing.T) {
	b := open(t)
	var ops []ledger.Op
	holders := make([]id.Member, 0, 200)
	for n := range 200 {
		holders = append(holders, member(n))
		if n%2 == 0 {
			ops = append(ops, ledger.Op{Kind: ledger.Earn, Holder: member(n), Amount: int64(n + 1), Cause: fmt.Sprint(n), ExpiresAt: dbtest.Start.Add(time.Hour)})
		}
	}
	b.must(ops...)
	sum := func() (sum int64, n int) {
		b.read(func(ctx context.Context, tx *db.Tx) error {
			all, err := b.Balances(ctx, tx, append(holders, holders...), ledger.Points)
			for _, h := range all {
				sum += h.Balance
			}
			n = len(all)
			return err
		})
		return sum, n
	}
	if total, n := sum(); n != 100 || total != 10_000 {
		t.Fatalf("%d in %d accounts", total, n)
	}
	var each int64
	b.read(func(ctx context.Context, tx *db.Tx) error {
		return b.Each(ctx, tx, func(h ledger.Holding) error {
			each += h.Balance
			return nil
		})
	})
	if each != 10_000 {
		t.Fatalf("all accounts hold %d", each)
	}
	b.wait(time.Hour)
	if total, _ := sum(); total != 0 {
		t.Fatalf("%d after the expiry", total)
	}
}

func TestPurgeLeavesNoTrace(t *testing.T) {
	b := open(t)
	b.must(
		ledger.Op{Kind: ledger.Earn, Holder: member(1), Amount: 10, Cause: "1"},
		ledger.Op{Kind: ledger.Earn, Holder: member(2), Amount: 10, Cause: "2"},
		ledger.Op{Kind: ledger.Redeem, Holder: member(2), Amount: 5, Cause: "3"},
	)
	err := b.write(func(ctx context.Context, tx *db.Tx) error {
		n, err := b.Purge(ctx, tx, []id.Member{member(2), member(3)})
		if n != 2 {
			t.Errorf("%d postings went", n)
		}
		return err
	})
	if err != nil || b.view(member(2)).Balance != 0 || b.view(member(1)).Balance != 10 || b.audit() != 1 {
		t.Fatal(err)
	}
}
