package importing

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"huiji/internal/core/unit"
)

// realFile is the UCI Online Retail file, 541,909 rows.
func realFile(t testing.TB) File {
	t.Helper()
	dir := os.Getenv("HUIJI_TESTDATA")
	if dir == "" {
		t.Skip("HUIJI_TESTDATA not set: the real file is not here")
	}
	name := filepath.Join(dir, "online_retail", "online_retail.csv.gz")
	return File{Name: "online_retail.csv.gz", Open: func() (io.ReadCloser, error) { return os.Open(name) }}
}

func realPlan(t testing.TB) *Plan {
	t.Helper()
	f := realFile(t)
	p, err := IncludedProfile("online-retail")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ReadSheet(f, p, Known{Now: testNow()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return NewPlan(s)
}

// TestRealFile compares the plan with counts that were taken from the file by
// other means: a script of plain loops over the rows, with exact decimals.
func TestRealFile(t *testing.T) {
	plan := realPlan(t)
	r := newReport("f", Profile{}, plan)
	if plan.Read != 541_909 || plan.Rows() != 540_570 {
		t.Errorf("%d rows read, %d used", plan.Read, plan.Rows())
	}
	if want := map[Reason]int64{WriteOff: 1336, BadDebt: 3}; !maps.Equal(r.RowsSetAside, want) {
		t.Errorf("set aside: %v, want %v", r.RowsSetAside, want)
	}
	if len(plan.Members) != 4372 || len(plan.Articles) != 3844 {
		t.Errorf("%d members, %d articles", len(plan.Members), len(plan.Articles))
	}
	if want := (Lines{Sold: 531_282, Gifts: 1179, Charges: 2359, Returned: 9288, Unmatched: 1794}); r.Lines != want {
		t.Errorf("lines %+v, want %+v", r.Lines, want)
	}
	var got, want struct {
		sales, walkIns, cancellations, refunds, otherPrice, whole int
		gross, back                                               unit.Money
	}
	for i := range plan.Count() {
		d := plan.Deal(i)
		var sum unit.Money
		for _, l := range d.Lines {
			sum += l.Paid
		}
		if !d.Back {
			got.sales++
			got.gross += sum
			if d.Member < 0 {
				got.walkIns++
			}
			continue
		}
		got.cancellations++
		got.refunds += len(d.Takes)
		if len(d.Lines) == 0 {
			got.whole++
		}
		for _, take := range d.Takes {
			for _, l := range take.Lines {
				sum += l.Money
				if !l.Same {
					got.otherPrice++
				}
			}
		}
		got.back += sum
	}
	want = got
	want.sales, want.walkIns, want.cancellations, want.refunds = 20_725, 2189, 3836, 3840
	want.gross, want.back = 1_065_562_248, 89_681_249
	if got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	t.Logf("%d lines come back at another price; %d cancellations are matched whole", got.otherPrice, got.whole)
}

// TestRealPrices is what becomes of prices with three decimals: the file has
// four such lines, each one unit at 0.001.
func TestRealPrices(t *testing.T) {
	plan := realPlan(t)
	n, cases := 0, 0
	for i := range plan.items {
		item := &plan.items[i]
		if item.exact.Scale == 3 {
			n++
			if item.gross != 0 || item.price != 0 || item.exact != (Decimal{1, 3}) {
				t.Errorf("row %d: %+v", item.row, item)
			}
		}
	}
	for _, a := range plan.Articles {
		if a.Key == "85123A" {
			cases++
		}
	}
	if n != 4 || cases != 1 {
		t.Errorf("%d lines with three decimals, %d articles 85123A", n, cases)
	}
}
