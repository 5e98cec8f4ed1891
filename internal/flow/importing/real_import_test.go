package importing

import (
	"context"
	"testing"

	"huiji/internal/core/unit"
)

// TestImportRealFile compares the books with what a script of plain loops made
// of the same file by the same rules: every sum, every month and every balance.
func TestImportRealFile(t *testing.T) {
	f := realFile(t)
	p, err := IncludedProfile("online-retail")
	if err != nil {
		t.Fatal(err)
	}
	h := open(t)
	result, err := h.Import(context.Background(), h.caller, f, p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := result.Report
	got := []int64{
		r.RowsUsed, r.Members, r.Products, r.Orders, r.Refunds, r.Credits, int64(r.Gross), int64(r.Refunded), int64(r.Credited),
		int64(r.PointsEarned), int64(r.PointsClawedBack), int64(r.PointsOwed),
	}
	want := []int64{540_570, 4372, 3844, 20_725, 3840, 1101, 1_065_562_248, 89_681_249, 42_784_335, 8_752_353, 448_748, 0}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("figure %d of the report is %d, want %d", i, got[i], want[i])
		}
	}
	for i, want := range realMonths() {
		if i >= len(r.Months) || r.Months[i] != want {
			t.Errorf("months %+v\nwant %+v", r.Months, want)
			break
		}
	}
	if want := "91caa2802daf898d302f2e10438b2279ccac333d5b6a526c7c7b9c0cce25762a"; r.Digest != want {
		t.Errorf("digest %s, want %s", r.Digest, want)
	}
	h.sound()
}

func realMonths() []Month {
	var all []Month
	for _, m := range []struct {
		month                   string
		orders, refunds, credit int64
		gross, back, credited   unit.Money
		earned, clawed          unit.Points
	}{
		{"2010-12", 1629, 164, 199, 82374614, 7478912, 6662444, 566829, 8077},
		{"2011-01", 1120, 223, 96, 69136456, 13136430, 4337419, 563569, 87778},
		{"2011-02", 1126, 184, 86, 52363189, 2556924, 1820097, 442879, 7182},
		{"2011-03", 1531, 293, 88, 71763936, 3437228, 2507767, 583962, 9397},
		{"2011-04", 1318, 264, 48, 53780862, 4460150, 757619, 454749, 29373},
		{"2011-05", 1731, 307, 81, 77053602, 4720251, 3551941, 659748, 8539},
		{"2011-06", 1576, 341, 60, 76173990, 7061678, 5828758, 653772, 12208},
		{"2011-07", 1540, 271, 71, 71922119, 3792108, 2703339, 592098, 9219},
		{"2011-08", 1406, 303, 65, 74807632, 5433375, 3156601, 636217, 22428},
		{"2011-09", 1896, 396, 79, 105859017, 3890255, 2278555, 940070, 15918},
		{"2011-10", 2129, 422, 100, 115497930, 8427463, 3715497, 1004727, 42164},
		{"2011-11", 2884, 516, 95, 150949633, 4774008, 2331398, 1140873, 22656},
		{"2011-12", 839, 156, 33, 63879268, 20512467, 3132900, 512860, 173809},
	} {
		all = append(all, Month{
			Month: m.month, Orders: m.orders, Refunds: m.refunds, Credits: m.credit, Gross: m.gross, Refunded: m.back,
			Credited: m.credited, PointsEarned: m.earned, PointsClawedBack: m.clawed,
		})
	}
	return all
}
