package importing

import (
	"strconv"
	"strings"

	"huiji/internal/core/unit"
)

// Decimal is an exact decimal number: Units / 10^Scale. Trailing zeros are cut,
// so that equal numbers are equal values.
type Decimal struct {
	Units int64
	Scale uint8 // 0–6
}

// Zero reports whether the number is 0.
func (d Decimal) Zero() bool { return d.Units == 0 }

// Whole reports whether the number has no fraction.
func (d Decimal) Whole() bool { return d.Scale == 0 }

// Abs is the number without its sign.
func (d Decimal) Abs() Decimal {
	if d.Units < 0 {
		d.Units = -d.Units
	}
	return d
}

// Money is the number in the smallest unit of money, hundredths, rounded half
// away from zero.
func (d Decimal) Money() (unit.Money, error) { return Amount(Decimal{Units: 1}, d) }

// Amount is quantity × price in the smallest unit of money, rounded half away
// from zero once, after the multiplication.
func Amount(quantity, price Decimal) (unit.Money, error) {
	num, den := int64(1), int64(1)
	for scale := int(quantity.Scale) + int(price.Scale); scale > 2; scale-- {
		den *= 10
	}
	for scale := int(quantity.Scale) + int(price.Scale); scale < 2; scale++ {
		num *= 10
	}
	q, p := quantity.Abs().Units, price.Abs().Units
	q, err := unit.Mul(q, num)
	if err != nil {
		return 0, err
	}
	amount, err := unit.RatioHalfUp(q, p, den)
	if err != nil {
		return 0, err
	}
	if (quantity.Units < 0) != (price.Units < 0) {
		amount = -amount
	}
	return unit.Money(amount), nil
}

// ParseDecimal reads a number as spreadsheets and tills write it: with a sign
// before or behind it or in brackets, a currency sign, and groups of thousands.
// Mark is the decimal mark. More than six decimals are an error unless they are
// the noise of a binary fraction, such as 2.5499999999999998.
func ParseDecimal(s string, mark byte) (Decimal, bool) {
	s, negative := unsigned(s)
	if mark == '.' && strings.ContainsAny(s, "eE") {
		s = plain(s)
	}
	whole, fraction, found := strings.Cut(s, string(mark))
	groups := byte(',')
	if mark == ',' {
		groups = '.'
	}
	whole, ok := ungroup(whole, groups)
	if !ok || whole == "" && fraction == "" || found && fraction == "" && whole == "" {
		return Decimal{}, false
	}
	fraction, up, ok := trimFraction(len(strings.TrimLeft(whole, "0")), fraction)
	if !ok {
		return Decimal{}, false
	}
	d := Decimal{Scale: uint8(len(fraction))}
	for _, digit := range whole + fraction {
		d.Units = d.Units*10 + int64(digit-'0')
		if d.Units > unit.Max {
			return Decimal{}, false
		}
	}
	if up {
		d.Units++
	}
	for d.Scale > 0 && d.Units%10 == 0 {
		d.Units, d.Scale = d.Units/10, d.Scale-1
	}
	if negative {
		d.Units = -d.Units
	}
	return d, true
}

// unsigned takes the sign and the marks of money off a number.
func unsigned(s string) (string, bool) {
	s = strings.Trim(s, " ¥￥£$€元")
	negative := false
	if inner, ok := strings.CutPrefix(s, "("); ok && strings.HasSuffix(inner, ")") {
		s, negative = strings.TrimSuffix(inner, ")"), true
	} else if rest, ok := strings.CutPrefix(s, "-"); ok {
		s, negative = rest, true
	} else if rest, ok := strings.CutSuffix(s, "-"); ok {
		s, negative = rest, true
	} else {
		s = strings.TrimPrefix(s, "+")
	}
	return strings.Trim(s, " ¥￥£$€元"), negative
}

// plain writes 1E-3, as spreadsheets keep small numbers, without its exponent.
func plain(s string) string {
	if len(s) > 30 || s[0] < '0' || s[0] > '9' {
		return "?"
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > float64(unit.Max) {
		return "?" // Not a digit: the caller refuses it.
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// ungroup drops the marks between thousands: every group behind the first has
// three digits.
func ungroup(whole string, mark byte) (string, bool) {
	parts := strings.Split(whole, string(mark))
	for i, part := range parts {
		if i > 0 && len(part) != 3 || i == 0 && len(parts) > 1 && (part == "" || len(part) > 3) || !isDigits(part) {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// trimFraction cuts trailing zeros and the noise behind the fifteenth significant
// digit, which is all that a binary fraction holds. Up says that the last digit
// left must be rounded up.
func trimFraction(wholeDigits int, fraction string) (short string, up, ok bool) {
	if !isDigits(fraction) || len(fraction) > 40 {
		return "", false, false
	}
	if exact := 15 - wholeDigits; len(fraction) > exact && exact >= mostDecimals {
		up, fraction = fraction[exact] >= '5', fraction[:exact]
		if nines := strings.TrimRight(fraction, "9"); up {
			fraction = nines
			if nines == "" {
				return "", true, true
			}
			return nines, true, len(nines) <= mostDecimals
		}
	}
	fraction = strings.TrimRight(fraction, "0")
	return fraction, false, len(fraction) <= mostDecimals
}
