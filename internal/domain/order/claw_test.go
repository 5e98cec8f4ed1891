package order

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"huiji/internal/core/unit"
)

func TestClawsAreSharedOverLines(t *testing.T) {
	earned := func(points ...unit.Points) (lines []Taken) {
		for i, n := range points {
			lines = append(lines, Taken{No: i + 1, Earned: []RulePoints{{"base", n / 2}, {"category:茶", n - n/2}}})
		}
		return lines
	}
	for _, c := range []struct {
		lines            []Taken
		forgiven, lapsed unit.Points
		want             string
	}{
		{earned(20, 30), 0, 0, "[{20 0 0} {30 0 0}]"},
		{earned(20, 30), 44, 0, "[{2 18 0} {4 26 0}]"},
		{earned(20, 30), 25, 25, "[{0 10 10} {0 15 15}]"},
		{earned(1, 0, 1), 1, 0, "[{0 1 0} {0 0 0} {1 0 0}]"},
		{earned(1, 1), 1, 1, "[{0 1 0} {0 0 1}]"},
		{[]Taken{{No: 1}, {No: 2}}, 0, 0, "[{0 0 0} {0 0 0}]"},
		{nil, 0, 0, "[]"},
	} {
		r := Refund{Lines: c.lines, PointsForgiven: c.forgiven, PointsLapsed: c.lapsed}
		if got := fmt.Sprint(r.ClawsByLine()); got != c.want {
			t.Errorf("%d forgiven and %d lapsed of %+v: %s, want %s", c.forgiven, c.lapsed, c.lines, got, c.want)
		}
	}
}

// Whatever was earned, forgiven and lapsed: the lines add up to the refund, each
// line to what it had earned, and nothing is below zero.
func TestClawsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 5000 {
		refund := Refund{}
		for i := range 1 + r.IntN(6) {
			n := unit.Points(r.Int64N(1 + r.Int64N(1000)))
			refund.PointsClawed += n
			refund.Lines = append(refund.Lines, Taken{No: i + 1, Earned: []RulePoints{{"base", n}}})
		}
		refund.PointsForgiven = unit.Points(r.Int64N(int64(refund.PointsClawed) + 1))
		refund.PointsLapsed = unit.Points(r.Int64N(int64(refund.PointsClawed-refund.PointsForgiven) + 1))
		var sum Claw
		for i, c := range refund.ClawsByLine() {
			if c.Taken+c.Forgiven+c.Lapsed != refund.Lines[i].Clawed() || c.Taken < 0 || c.Forgiven < 0 || c.Lapsed < 0 {
				t.Fatalf("line %d of %+v: %+v", i, refund, c)
			}
			sum = Claw{sum.Taken + c.Taken, sum.Forgiven + c.Forgiven, sum.Lapsed + c.Lapsed}
		}
		if sum != (Claw{refund.ClawedBack(), refund.PointsForgiven, refund.PointsLapsed}) {
			t.Fatalf("%+v: the lines add up to %+v", refund, sum)
		}
	}
}
