package importing

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"huiji/internal/core/day"
	"huiji/internal/core/fold"
	"huiji/internal/core/unit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/member"
)

// line is one row that sells or returns something, with everything in it
// understood. Quantity and money are above or equal to zero in either case.
type line struct {
	back        bool // a return
	number      string
	original    string // the order that a return names; "" when it names none
	who         Customer
	code        string // of the article, as the file writes it
	key         string // the same, folded
	description string
	category    string
	quantity    int64
	price       unit.Money // of one unit, rounded, to be shown
	exact       Decimal    // of one unit; zero where the file gives only an amount
	gross       unit.Money // quantity × exact price, rounded once
	net         unit.Money // after the line's discount
	at          time.Time
	store       string // as the file names it
	payment     string
	amended     bool // an earlier run set the row aside
}

// Customer is how the file names a member.
type Customer struct {
	External string // the other system's id
	Phone    string // as member.Phone writes it
	Card     string
	Name     string
}

// Nobody reports whether the row names no member.
func (c Customer) Nobody() bool { return c.External == "" && c.Phone == "" && c.Card == "" }

// clone lets go of the row that the names were cut from.
func (c Customer) clone() Customer {
	return Customer{strings.Clone(c.External), strings.Clone(c.Phone), strings.Clone(c.Card), strings.Clone(c.Name)}
}

// rowParser turns records into lines. It remembers the last of some values,
// because the rows of an order repeat them.
type rowParser struct {
	profile  Profile
	format   Format
	now      time.Time
	lastTime string
	last     time.Time
	codes    map[string]string // folded article codes by what stood in the file
	known    map[string]string // ids and cards of members, in the same way
	phones   map[string]string // "" for what is no phone number
}

func newRowParser(p Profile, f Format, now time.Time) *rowParser {
	return &rowParser{profile: p, format: f, now: now, codes: map[string]string{}, known: map[string]string{}, phones: map[string]string{}}
}

// parse understands one row, or says why it is set aside.
func (r *rowParser) parse(rec Record) (line, Reason) {
	if rec.Problem != "" {
		return line{}, rec.Problem
	}
	kind, reason := r.kind(rec.Fields)
	if reason != "" {
		return line{}, reason
	}
	var l line
	if reason := r.names(rec.Fields, &l); reason != "" {
		return line{}, reason
	}
	quantity, price, reason := r.numbers(rec.Fields)
	if reason != "" {
		return line{}, reason
	}
	if r.isBadDebt(l, price) {
		return line{}, BadDebt
	}
	if reason := r.judge(&l, kind, quantity); reason != "" {
		return line{}, reason
	}
	if reason := r.money(rec.Fields, &l, quantity, price); reason != "" {
		return line{}, reason
	}
	if l.at, reason = r.time(rec.Fields); reason != "" {
		return line{}, reason
	}
	l.number, l.amended = r.key(l), r.format.amended(rec.Fields)
	return l, ""
}

// kind reads the type column.
func (r *rowParser) kind(fields []string) (rowKind, Reason) {
	if !r.profile.HasTypes() || !r.format.Has(ColType) {
		return bySign, ""
	}
	kind, known := r.profile.types[fold.Code(r.format.Field(fields, ColType))]
	switch {
	case !known:
		return 0, BadType
	case kind == typeIgnored:
		return 0, Ignored
	}
	return kind, ""
}

// names reads what the row calls its order, member, article and store.
func (r *rowParser) names(fields []string, l *line) Reason {
	l.number, l.original = r.format.Field(fields, ColOrder), r.format.Field(fields, ColOriginal)
	l.who = Customer{
		External: r.name(r.format.Field(fields, ColCustomer)), Card: r.name(r.format.Field(fields, ColCard)),
		Name: cut(plainText(r.format.Field(fields, ColName)), longestMember),
	}
	l.code = r.format.Field(fields, ColSKU)
	l.key = r.code(l.code)
	l.description, l.category = plainText(r.format.Field(fields, ColDescription)), plainText(r.format.Field(fields, ColCategory))
	l.store, l.payment = r.format.Field(fields, ColStore), r.format.Field(fields, ColPayment)
	for _, limit := range []struct {
		value       string
		least, most int
		reason      Reason
	}{
		{l.number, 1, longestCode, BadOrder}, {l.original, 0, longestCode, BadOriginal},
		{l.who.External, 0, longestCode, BadCustomer}, {l.who.Card, 0, longestCard, BadCard},
		{l.key, 1, longestCode, BadSKU}, {l.description, 0, longestName, BadDescription},
	} {
		if n := utf8.RuneCountInString(limit.value); n < limit.least || n > limit.most {
			return limit.reason
		}
	}
	switch {
	case l.who.External == unreadable:
		return BadCustomer
	case l.who.Card == unreadable || strings.Contains(l.who.Card, " "):
		return BadCard
	case l.key == unreadable:
		return BadSKU
	}
	return r.phone(r.format.Field(fields, ColPhone), &l.who)
}

func (r *rowParser) phone(text string, who *Customer) Reason {
	if text == "" {
		return ""
	}
	phone, known := r.phones[text]
	if !known {
		phone, _ = member.Phone(text) // "" is remembered for what is none.
		r.phones[strings.Clone(text)] = phone
	}
	if who.Phone = phone; phone == "" {
		return BadPhone
	}
	return ""
}

// code is an article code, folded.
func (r *rowParser) code(text string) string {
	folded, known := r.codes[text]
	if !known {
		folded = visible(fold.Code(text))
		r.codes[strings.Clone(text)] = folded
	}
	return folded
}

// name is the id or card of a member in the form in which they are compared.
func (r *rowParser) name(text string) string {
	plain, known := r.known[text]
	if !known {
		plain = visible(fold.Line(text))
		r.known[strings.Clone(text)] = plain
	}
	return plain
}

// unreadable stands for a code with characters that no code has.
const unreadable = "\x00"

func visible(s string) string {
	if strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return unreadable
	}
	return s
}

// plainText is text with single spaces and without marks that cannot be seen.
func plainText(s string) string {
	ascii, space := true, false
	for i := range len(s) {
		b := s[i]
		if b >= utf8.RuneSelf || b < ' ' || b == 0x7f || b == ' ' && space {
			ascii = false
			break
		}
		space = b == ' '
	}
	if ascii {
		return s
	}
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == '\ufeff' || c == '\u200b' {
			return ' '
		}
		return c
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:runes]))
}

// numbers reads quantity and price; a price that is not there is zero and the
// amount decides.
func (r *rowParser) numbers(fields []string) (quantity, price Decimal, reason Reason) {
	quantity, ok := ParseDecimal(r.format.Field(fields, ColQuantity), r.profile.Decimal)
	if !ok || quantity.Abs().Units > mostQuantity*pow10(quantity.Scale) || !quantity.Whole() && !r.profile.OnePiece {
		return Decimal{}, Decimal{}, BadQuantity
	}
	text := r.format.Field(fields, ColPrice)
	if text == "" && r.format.Field(fields, ColAmount) != "" {
		return quantity, Decimal{}, ""
	}
	price, ok = ParseDecimal(text, r.profile.Decimal)
	if !ok {
		return Decimal{}, Decimal{}, BadPrice
	}
	return quantity, price, ""
}

func pow10(n uint8) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func (r *rowParser) isBadDebt(l line, price Decimal) bool {
	p := r.profile
	return p.BadDebtPrefix != "" && strings.HasPrefix(l.number, p.BadDebtPrefix) ||
		p.BadDebtPrice && price.Units < 0 || matchesAny(p.BadDebtCodes, l.key)
}

// judge tells a sale from a return and from stock that was written off.
func (r *rowParser) judge(l *line, kind rowKind, quantity Decimal) Reason {
	p := r.profile
	l.back = kind == typeReturn || p.ReturnPrefix != "" && strings.HasPrefix(l.number, p.ReturnPrefix) || p.NegativeIs && quantity.Units < 0
	switch {
	case quantity.Zero():
		return ZeroQuantity
	case quantity.Units < 0 && !l.back:
		return WriteOff
	}
	return ""
}

// money works out what the line costs: quantity × price less its discount, or
// the amount where the file has one.
func (r *rowParser) money(fields []string, l *line, quantity, price Decimal) Reason {
	if price.Units < 0 {
		return BadPrice
	}
	gross, err := Amount(quantity.Abs(), price)
	if err != nil {
		return BadAmount
	}
	l.gross, l.net, l.exact = gross, gross, price
	if reason := r.discounted(fields, l); reason != "" {
		return reason
	}
	l.quantity = quantity.Abs().Units
	if !quantity.Whole() {
		l.quantity, l.exact = 1, Decimal{}
		l.price = l.gross
		return ""
	}
	if l.exact.Zero() && l.gross > 0 {
		each, _ := unit.RatioHalfUp(int64(l.gross), 1, l.quantity) // Never more than gross.
		l.price = unit.Money(each)
		return ""
	}
	if l.price, err = l.exact.Money(); err != nil || l.price > catalog.PriceMax {
		return BadPrice
	}
	return ""
}

// discounted applies the amount and the discount of the row. An amount above
// quantity × price is what the line cost.
func (r *rowParser) discounted(fields []string, l *line) Reason {
	if text := r.format.Field(fields, ColAmount); text != "" {
		amount, ok := ParseDecimal(text, r.profile.Decimal)
		net, err := amount.Abs().Money()
		if !ok || err != nil || amount.Units < 0 && !l.back {
			return BadAmount
		}
		if l.net = net; net > l.gross {
			l.gross, l.exact = net, Decimal{}
		}
		return ""
	}
	text := r.format.Field(fields, ColDiscount)
	if text == "" {
		return ""
	}
	discount, ok := ParseDecimal(text, r.profile.Decimal)
	off, err := discount.Abs().Money()
	if !ok || err != nil || off > l.gross {
		return BadDiscount
	}
	l.net = l.gross - off
	return ""
}

// time reads when the row happened, from one column or two.
func (r *rowParser) time(fields []string) (time.Time, Reason) {
	date, clock := r.format.Field(fields, ColDate), r.format.Field(fields, ColTime)
	text := strings.TrimSpace(date + " " + clock)
	if text == r.lastTime && text != "" {
		return r.last, ""
	}
	at, ok := r.instant(date, clock, text)
	switch {
	case !ok || at.Year() < 1980 || at.Year() > 2999:
		return time.Time{}, BadTime
	case at.After(r.now):
		return time.Time{}, FutureTime
	}
	r.lastTime, r.last = strings.Clone(text), at
	return at, ""
}

func (r *rowParser) instant(date, clock, text string) (time.Time, bool) {
	for _, layout := range r.profile.Layouts {
		for _, candidate := range []string{text, clock} {
			if at, err := time.ParseInLocation(layout, candidate, r.profile.Zone); err == nil {
				return at, true
			}
		}
	}
	if !r.profile.ExcelTime {
		return time.Time{}, false
	}
	days := 0.0
	for _, part := range []string{date, clock} {
		if part == "" {
			continue
		}
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || !(n >= 0 && n < 1_000_000) {
			return time.Time{}, false
		}
		days += n
	}
	seconds := int(days*86400 + 0.5)
	return time.Date(1899, 12, 30, 0, 0, seconds, 0, r.profile.Zone), text != ""
}

// key is what makes the rows of one order belong together.
func (r *rowParser) key(l line) string {
	key := l.number
	for _, with := range r.profile.OrderWith {
		switch with {
		case WithStore:
			key += "/" + l.store
		case WithDay:
			key += "/" + day.Of(l.at, r.profile.Zone).String()
		case WithCustomer:
			key += "/" + l.who.key()
		}
	}
	return key
}

// key is the first of the names that the row has.
func (c Customer) key() string {
	switch {
	case c.External != "":
		return c.External
	case c.Phone != "":
		return c.Phone
	}
	return c.Card
}
