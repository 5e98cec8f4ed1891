package unit_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"huiji/internal/core/unit"
)

func TestSplitAddsUpAndIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(0, unit.Max).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000), 1, 30).Draw(t, "weights")
		parts, err := unit.Split(total, weights)
		if err != nil {
			t.Fatal(err)
		}
		var sum, weight int64
		for i := range parts {
			sum += parts[i]
			weight += weights[i]
		}
		if sum != total {
			t.Fatalf("parts add up to %d, want %d", sum, total)
		}
		for i := range parts {
			if weight == 0 {
				break
			}
			fair := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i])), big.NewInt(weight))
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(parts[i]), fair)
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("part %d is %d, fair is %s", i, parts[i], fair.FloatString(3))
			}
		}
	})
}

func TestSplitExamples(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{1000, []int64{999, 999, 999}, []int64{334, 333, 333}},
		{10, []int64{0, 0}, []int64{10, 0}},
		{0, []int64{1, 2}, []int64{0, 0}},
		{5, nil, []int64{}},
		{100, []int64{1, 0, 2}, []int64{33, 0, 67}},
	} {
		if got, err := unit.Split(c.total, c.weights); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Split(%d, %v) = %v, %v; want %v", c.total, c.weights, got, err, c.want)
		}
	}
	if _, err := unit.Split(10, []int64{-1, 3}); err == nil {
		t.Error("a negative weight was accepted")
	}
}

func TestRatioAgainstBigIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, num := rapid.Int64Range(0, math.MaxInt64).Draw(t, "a"), rapid.Int64Range(0, math.MaxInt64).Draw(t, "num")
		den := rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")
		product := new(big.Int).Mul(big.NewInt(a), big.NewInt(num))
		down, rest := new(big.Int).QuoRem(product, big.NewInt(den), new(big.Int))
		half := new(big.Int).Set(down)
		if rest.Lsh(rest, 1).Cmp(big.NewInt(den)) >= 0 {
			half.Add(half, big.NewInt(1))
		}
		for _, c := range []struct {
			fn   func(a, num, den int64) (int64, error)
			want *big.Int
		}{{unit.Ratio, down}, {unit.RatioHalfUp, half}} {
			got, err := c.fn(a, num, den)
			if c.want.Cmp(big.NewInt(unit.Max)) > 0 {
				if err == nil {
					t.Fatalf("%d × %d / %d overflows but gave %d", a, num, den, got)
				}
			} else if err != nil || got != c.want.Int64() {
				t.Fatalf("%d × %d / %d = %d, %v; want %s", a, num, den, got, err, c.want)
			}
		}
	})
}

func TestArithmeticNeverWraps(t *testing.T) {
	if _, err := unit.Add(unit.Money(unit.Max), 1); err == nil {
		t.Error("the sum left the range")
	}
	if _, err := unit.Add(unit.Money(math.MaxInt64), math.MaxInt64); err == nil {
		t.Error("the sum wrapped")
	}
	if _, err := unit.Mul(unit.Money(math.MaxInt64), 3); err == nil {
		t.Error("the product wrapped")
	}
	if _, err := unit.Mul(unit.Money(math.MinInt64), -1); err == nil {
		t.Error("the product wrapped at the lowest number")
	}
	if got, err := unit.Mul(unit.Money(-1999), 3); err != nil || got != -5997 {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestMoneyIsSaidWithItsCurrency(t *testing.T) {
	for _, c := range []struct {
		money    unit.Money
		currency string
		zh, en   string
	}{
		{1997, "CNY", "19.97 元", "CNY 19.97"},
		{2400, "", "24 元", "CNY 24"},
		{50, "USD", "0.50 USD", "USD 0.50"},
		{-100, "CNY", "-1 元", "CNY -1"},
	} {
		if zh, en := c.money.Say(c.currency); zh != c.zh || en != c.en {
			t.Errorf("%d %s is said %q and %q", c.money, c.currency, zh, en)
		}
	}
}

func TestYuan(t *testing.T) {
	for in, want := range map[unit.Money]string{1999: "19.99", 0: "0.00", 5: "0.05", -120: "-1.20"} {
		if got := in.Yuan(); got != want {
			t.Errorf("%d is %q, want %q", in, got, want)
		}
	}
}
