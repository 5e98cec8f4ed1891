package importing

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"huiji/internal/core/unit"
)

func TestParseDecimal(t *testing.T) {
	for _, c := range []struct {
		text string
		mark byte
		want string
	}{
		{"2.55", '.', "255e-2"},
		{"2.10", '.', "21e-1"},
		{"0.001", '.', "1e-3"},
		{"-11062.06", '.', "-1106206e-2"},
		{"1,234.50", '.', "12345e-1"},
		{"1,234,567", '.', "1234567e-0"},
		{"1.234,5", ',', "12345e-1"},
		{"¥ 12.00", '.', "12e-0"},
		{"￥12.5元", '.', "125e-1"},
		{"(3.50)", '.', "-35e-1"},
		{"3.50-", '.', "-35e-1"},
		{"+7", '.', "7e-0"},
		{".5", '.', "5e-1"},
		{"5.", '.', "5e-0"},
		{"1E-3", '.', "1e-3"},
		{"2.5499999999999998", '.', "255e-2"}, // 2.55 as a spreadsheet keeps it
		{"2.1000000000000001", '.', "21e-1"},
		{"2.9999999999999996", '.', "3e-0"},
		{"1.2500000", '.', "125e-2"},
		{"1.1234567", '.', "?"},
		{"12,34", '.', "?"},
		{"1,2345.0", '.', "?"},
		{",123", '.', "?"},
		{"", '.', "?"},
		{".", '.', "?"},
		{"-", '.', "?"},
		{"abc", '.', "?"},
		{"1.2.3", '.', "?"},
		{"--1", '.', "?"},
		{"1e400", '.', "?"},
		{"1e", '.', "?"},
		{"99999999999999999999", '.', "?"},
		{"１２", '.', "?"},
	} {
		got := "?"
		if d, ok := ParseDecimal(c.text, c.mark); ok {
			got = fmt.Sprintf("%de-%d", d.Units, d.Scale)
		}
		if got != c.want {
			t.Errorf("%q with %q: %s, want %s", c.text, c.mark, got, c.want)
		}
	}
}

func TestAmountIsRoundedOncePerLine(t *testing.T) {
	for _, c := range []struct {
		quantity, price string
		want            unit.Money
	}{
		{"6", "2.55", 1530},
		{"1", "0.001", 0}, // the four lines of the real file with three decimals: PADS, and bank charges
		{"4", "0.001", 0}, // 0.4 of a penny
		{"5", "0.001", 1}, // half a penny goes up
		{"1000", "0.001", 100},
		{"3", "0.335", 101}, // 1.005; rounding each unit first would give 1.02
		{"7", "1.005", 704}, // 7.035
		{"-1", "0.005", -1}, // half away from zero on both sides
		{"1", "-11062.06", -1106206},
		{"80995", "2.08", 16846960},
		{"1.235", "12.8", 1581}, // 15.808, weighed
	} {
		q, _ := ParseDecimal(c.quantity, '.')
		p, _ := ParseDecimal(c.price, '.')
		if got, err := Amount(q, p); err != nil || got != c.want {
			t.Errorf("%s × %s = %d (%v), want %d", c.quantity, c.price, got, err, c.want)
		}
	}
	if _, err := Amount(Decimal{Units: unit.Max}, Decimal{Units: unit.Max}); err == nil {
		t.Error("an amount beyond all bounds was booked")
	}
}

// TestAmountAgainstFractions compares with exact fractions of any size.
func TestAmountAgainstFractions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		q := Decimal{Units: random.Int64N(200_000) - 100_000, Scale: uint8(random.IntN(4))}
		p := Decimal{Units: random.Int64N(10_000_000) - 5_000_000, Scale: uint8(random.IntN(7))}
		got, err := Amount(q, p)
		if err != nil {
			t.Fatalf("%v × %v: %v", q, p, err)
		}
		exact := new(big.Rat).Mul(fraction(q), fraction(p))
		if want := exact.Mul(exact, big.NewRat(100, 1)).FloatString(0); fmt.Sprint(int64(got)) != strings.TrimPrefix(want, "-0") && fmt.Sprint(int64(got)) != want {
			t.Fatalf("%v × %v = %d, want %s", q, p, got, want)
		}
	}
}

func fraction(d Decimal) *big.Rat { return big.NewRat(d.Units, pow10(d.Scale)) }
