// Package unit holds amounts: money in the currency's smallest unit and points,
// both integers, with the arithmetic that may not wrap or lose a fen.
package unit

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"huiji/internal/core/fault"
)

// Money is an amount in the currency's smallest unit: 1999 is 19.99 yuan.
type Money int64

// Points counts points, growth and other whole units of value.
type Points int64

// Max bounds every single amount. It leaves room to add ten thousand of them
// without leaving int64, so that sums are checked rarely and wrap never.
const Max = int64(100_000_000_000_000)

// ErrOverflow says that an amount left the range that can be booked.
var ErrOverflow = fault.New(fault.Invalid, "amount.too_large", "金额或数量超出可记账范围", "the amount is larger than can be booked")

// Add adds and refuses to leave the bookable range [-Max, Max].
func Add[T ~int64](a, b T) (T, error) {
	sum := a + b
	if (b > 0 && sum < a) || (b < 0 && sum > a) || int64(sum) > Max || int64(sum) < -Max {
		return 0, ErrOverflow
	}
	return sum, nil
}

// Mul multiplies and refuses to leave the bookable range [-Max, Max].
func Mul[T ~int64](a T, n int64) (T, error) {
	hi, lo := bits.Mul64(magnitude(int64(a)), magnitude(n))
	if hi != 0 || lo > uint64(Max) {
		return 0, ErrOverflow
	}
	if (a < 0) != (n < 0) {
		return T(-int64(lo)), nil
	}
	return T(int64(lo)), nil
}

// Ratio is floor(a × num / den) without overflow in the product. a and num must
// not be negative, den must be positive.
func Ratio(a, num, den int64) (int64, error) {
	if a < 0 || num < 0 || den <= 0 {
		return 0, fmt.Errorf("ratio of %d × %d / %d", a, num, den)
	}
	hi, lo := bits.Mul64(uint64(a), uint64(num))
	if hi >= uint64(den) {
		return 0, ErrOverflow
	}
	q, _ := bits.Div64(hi, lo, uint64(den))
	if q > uint64(Max) {
		return 0, ErrOverflow
	}
	return int64(q), nil
}

// RatioHalfUp is Ratio rounded half up instead of down.
func RatioHalfUp(a, num, den int64) (int64, error) {
	if a < 0 || num < 0 || den <= 0 {
		return 0, fmt.Errorf("ratio of %d × %d / %d", a, num, den)
	}
	hi, lo := bits.Mul64(uint64(a), uint64(num))
	if hi >= uint64(den) {
		return 0, ErrOverflow
	}
	q, r := bits.Div64(hi, lo, uint64(den))
	if r >= uint64(den)-r {
		q++
	}
	if q > uint64(Max) {
		return 0, ErrOverflow
	}
	return int64(q), nil
}

// Split divides total over weights by largest remainder: the parts add up to
// total exactly, and no part is further than one unit from its fair share. Ties
// go to the earlier part. Without any weight everything goes to the first part.
// Weights and total must not be negative.
func Split(total int64, weights []int64) ([]int64, error) {
	parts := make([]int64, len(weights))
	if len(weights) == 0 || total == 0 {
		return parts, nil
	}
	var sum int64
	for _, w := range weights {
		sum += w
	}
	if sum == 0 {
		parts[0] = total
		return parts, nil
	}
	type rest struct {
		at   int
		left uint64
	}
	given, rests := int64(0), make([]rest, len(weights))
	for i, w := range weights {
		if w < 0 || total < 0 {
			return nil, fmt.Errorf("split %d by weight %d", total, w)
		}
		hi, lo := bits.Mul64(uint64(total), uint64(w))
		q, r := bits.Div64(hi, lo, uint64(sum))
		parts[i] = int64(q)
		given += parts[i]
		rests[i] = rest{at: i, left: r}
	}
	slices.SortStableFunc(rests, func(a, b rest) int {
		switch {
		case a.left > b.left:
			return -1
		case a.left < b.left:
			return 1
		}
		return 0
	})
	for i := int64(0); i < total-given; i++ {
		parts[rests[i].at]++
	}
	return parts, nil
}

// Yuan writes money with two decimals, as in "19.99".
func (m Money) Yuan() string {
	sign := ""
	if m < 0 {
		sign = "-"
	}
	n := magnitude(int64(m))
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// Say writes money for people, in Chinese and in English: "19.97 元" and "CNY
// 19.97" for yuan, "19.97 USD" and "USD 19.97" for others; "" is yuan, too. Where
// there are no decimals, none are written.
func (m Money) Say(currency string) (zh, en string) {
	number := strings.TrimSuffix(m.Yuan(), ".00")
	if currency == "" || currency == "CNY" {
		return number + " 元", "CNY " + number
	}
	return number + " " + currency, currency + " " + number
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}
