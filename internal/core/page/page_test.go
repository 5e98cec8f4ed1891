package page_test

import (
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/core/page"
)

func TestPagesFollowEachOther(t *testing.T) {
	all := []int{1, 2, 3, 4, 5}
	var seen []int
	want := page.Want{Limit: 2}
	for range 5 {
		var after int
		if _, err := want.After(&after); err != nil {
			t.Fatal(err)
		}
		p, err := page.Cut(all[after:min(len(all), after+want.Size()+1)], want.Size(), func(n int) any { return n })
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, p.Items...)
		if want.Cursor = p.Next; p.Next == "" {
			break
		}
	}
	if len(seen) != 5 || want.Cursor != "" {
		t.Fatalf("saw %v, cursor %q", seen, want.Cursor)
	}
}

func TestSizes(t *testing.T) {
	for in, want := range map[int]int{0: page.Default, -3: page.Default, 7: 7, 9999: page.Most} {
		if got := (page.Want{Limit: in}).Size(); got != want {
			t.Errorf("%d: %d, want %d", in, got, want)
		}
	}
}

func TestABrokenCursorNamesItsField(t *testing.T) {
	for _, c := range []string{"!!!", "e30", "bnVsbA=="} {
		var after int
		_, err := page.Want{Cursor: c}.After(&after)
		if fault.CodeOf(err) != "cursor.invalid" {
			t.Errorf("%q: %v", c, err)
		}
	}
}
