package member

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

// A page must cost a page however many members there are: every list walks an
// index that is already in its order, and reads no whole table.
func TestListsWalkAnIndex(t *testing.T) {
	d, ctx := crowd(t, 20_000), context.Background()
	if d.Engine() == "postgres" {
		if err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "ANALYZE")
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	// A whole table read, or the pick of a page out of more than a page.
	whole := regexp.MustCompile(`(?i)seq scan|hash join|SCAN [mtg]\b`)
	err := d.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		later := place{Joined: db.Millis(dbtest.Start), ID: "mem_z"}
		for name, c := range map[string]choice{
			"newest": {}, "further on": {after: later}, "by name": {search: true, token: common}, "by name, further on": {search: true, token: common, after: later},
			"by tag": {tag: "t0"}, "at a store": {store: "sto_1"}, "frozen": {status: Frozen},
		} {
			c.limit = 51
			plan := explain(ctx, t, d.Engine(), tx, c.query(tx.Merchant()))
			if whole.MatchString(plan) {
				t.Errorf("%s:\n%s", name, plan)
			}
			rows, err := list(ctx, tx, c)
			if err != nil || (c.status == "" && len(rows) != 51) {
				t.Errorf("%s: %d members, %v", name, len(rows), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func explain(ctx context.Context, t *testing.T, engine string, tx *db.Tx, q *query) string {
	t.Helper()
	scan, verb := func(r db.Row) (s string, err error) { return s, r.Scan(&s) }, "EXPLAIN "
	if engine == "sqlite" {
		scan = func(r db.Row) (s string, err error) { var a, b, c int; return s, r.Scan(&a, &b, &c, &s) }
		verb = "EXPLAIN QUERY PLAN "
	}
	lines, err := db.All(ctx, tx, scan, verb+q.text.String(), q.args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// common is the token of a name that half of a crowd have.
const common = 1

// crowd is a merchant with n members, unsealed: only their rows are looked at.
func crowd(t *testing.T, n int) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	for from := 0; from < n; from += 2000 {
		err := d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
			rows, members, tokens := make([]row, 2000), make([]Member, 2000), make([]found, 2000)
			for i := range rows {
				k := from + i
				m := Member{
					ID: id.Member(tx.NewOwnID(id.OfMember)), Tier: BaseTier, Status: Active, Tags: []string{fmt.Sprint("t", k/2%2)},
					Store: id.Store(fmt.Sprint("sto_", k%10)), JoinedAt: dbtest.Start.Add(-time.Duration(k) * time.Minute),
				}
				rows[i], members[i], tokens[i] = row{Member: m}, m, found{member: m, token: int64(k%2 + common)}
			}
			if err := insertMembers(ctx, tx, rows); err != nil {
				return err
			}
			if err := insertTokens(ctx, tx, tokens); err != nil {
				return err
			}
			return insertTags(ctx, tx, members)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return d
}
