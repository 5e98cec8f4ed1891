package importing

import (
	"slices"
	"strings"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
)

// Column is what a column of the file means.
type Column string

// The columns that a profile can name.
const (
	ColOrder       Column = "order"
	ColOriginal    Column = "original" // the order that a return belongs to
	ColCustomer    Column = "customer" // the other system's id of the member
	ColPhone       Column = "phone"
	ColCard        Column = "card"
	ColName        Column = "name" // of the member
	ColSKU         Column = "sku"
	ColDescription Column = "description"
	ColCategory    Column = "category"
	ColQuantity    Column = "quantity"
	ColPrice       Column = "price"    // of one unit
	ColAmount      Column = "amount"   // of the whole line, after its discount
	ColDiscount    Column = "discount" // of the whole line
	ColDate        Column = "date"     // stands before time where the file has both
	ColTime        Column = "time"
	ColStore       Column = "store"
	ColType        Column = "type"
	ColPayment     Column = "payment"
)

func columns() []Column {
	return []Column{
		ColOrder, ColOriginal, ColCustomer, ColPhone, ColCard, ColName, ColSKU, ColDescription, ColCategory,
		ColQuantity, ColPrice, ColAmount, ColDiscount, ColDate, ColTime, ColStore, ColType, ColPayment,
	}
}

// The encodings of a text file. Auto takes UTF-8 when the whole file is valid
// UTF-8, otherwise GB18030; a byte order mark decides at once.
const (
	Auto    = "auto"
	UTF8    = "utf-8"
	GB18030 = "gb18030"
)

// What else can stand beside the order number, where numbers repeat.
const (
	WithStore    = "store"
	WithDay      = "day"
	WithCustomer = "customer"
)

// The tenders that an imported order can have been paid with.
const (
	Cash  = "cash"
	Card  = "card"
	Other = "other"
)

// rowKind is what the type column says about a row.
type rowKind int

const (
	bySign rowKind = iota // the profile has no types, or the file no such column
	typeSale
	typeReturn
	typeIgnored
)

// Profile says what a file's columns and marks mean. ParseProfile makes one.
type Profile struct {
	Name          string
	Currency      string              // ISO 4217; "" = not said
	Encoding      string              // utf-8, gb18030 or auto
	Delimiter     rune                // 0 = found from the header
	Sheet         string              // of an XLSX file; "" = the first one
	HeaderRow     int                 // counted from 1
	Columns       map[Column][]string // headers, the first that the file has is taken
	OrderWith     []string            // WithStore, WithDay, WithCustomer
	Layouts       []string            // of time, as package time writes them
	ExcelTime     bool                // a time may be a number of days since 1899-12-30
	Zone          *time.Location      // of the file's times
	Decimal       byte                // '.' or ','
	OnePiece      bool                // a quantity with a fraction is sold as one piece
	NegativeIs    bool                // a negative quantity marks a return
	ReturnPrefix  string              // of the order number of a return
	Charges       []string            // article codes, folded; * stands for any characters
	BadDebtCodes  []string            // article codes, folded; * stands for any characters
	BadDebtPrefix string              // of the order number
	BadDebtPrice  bool                // a negative price is a bad debt
	Stores        map[string]string   // the file's name of a store, folded, to its code
	types         map[string]rowKind  // the type column's values, folded
	payments      map[string]string   // the payment column's values, folded, to a tender
}

// IsCharge reports whether an article, given by its folded code, is sold and
// earns nothing.
func (p Profile) IsCharge(sku string) bool { return matchesAny(p.Charges, sku) }

// HasTypes reports whether the type column says which rows are returns.
func (p Profile) HasTypes() bool { return len(p.types) > 0 }

// Tender is the method for a value of the payment column; other for an unknown one.
func (p Profile) Tender(value string) string {
	if method, ok := p.payments[fold.Code(value)]; ok {
		return method
	}
	return Other
}

// matchesAny reports whether one of the patterns fits the whole code.
func matchesAny(patterns []string, code string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, code) })
}

// matches reports whether a pattern, in which * stands for any characters, fits
// the whole code.
func matches(pattern, code string) bool {
	head, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return pattern == code
	}
	if !strings.HasPrefix(code, head) {
		return false
	}
	code = code[len(head):]
	for {
		middle, after, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(code, middle)
		}
		at := strings.Index(code, middle)
		if at < 0 {
			return false
		}
		code, rest = code[at+len(middle):], after
	}
}

// ParseProfile reads a profile in YAML and reports everything that is wrong with
// it at once, each with its line. Name is the file's, for the errors.
func ParseProfile(name string, text []byte) (Profile, error) {
	y, err := readYAML(name, text)
	if err != nil {
		return Profile{}, err
	}
	p := Profile{
		Encoding: Auto, HeaderRow: 1, Columns: map[Column][]string{}, Zone: time.UTC, Decimal: '.',
		Stores: map[string]string{}, types: map[string]rowKind{}, payments: map[string]string{},
	}
	y.text("name", &p.Name)
	y.text("currency", &p.Currency)
	y.section("file", p.readFile)
	y.section("columns", p.readColumns)
	y.section("order", p.readOrder)
	y.section("time", p.readTime)
	y.section("numbers", p.readNumbers)
	y.section("returns", p.readReturns)
	y.section("types", p.readTypes)
	y.codes("charges", &p.Charges)
	y.section("bad_debt", p.readBadDebt)
	y.section("stores", p.readStores)
	y.section("payments", p.readPayments)
	y.rest()
	p.check(y)
	return p, y.err()
}

func (p *Profile) readFile(y *yamlSection) {
	y.choice("encoding", &p.Encoding, Auto, UTF8, GB18030)
	delimiter := Auto
	y.text("delimiter", &delimiter)
	switch delimiter {
	case Auto:
		p.Delimiter = 0
	case "tab", "\t":
		p.Delimiter = '\t'
	case ",", ";", "|":
		p.Delimiter = rune(delimiter[0])
	default:
		y.wrong("delimiter", "分隔符须为 \",\"、\";\"、\"|\"、tab 或 auto", "delimiter must be \",\", \";\", \"|\", tab or auto")
	}
	y.text("sheet", &p.Sheet)
	y.number("header_row", &p.HeaderRow, 1, 100)
}

func (p *Profile) readColumns(y *yamlSection) {
	for _, c := range columns() {
		var names []string
		y.list(string(c), &names)
		for _, name := range names {
			if header := fold.Code(name); header != "" {
				p.Columns[c] = append(p.Columns[c], header)
			}
		}
	}
}

func (p *Profile) readOrder(y *yamlSection) {
	y.list("together_with", &p.OrderWith)
	for _, with := range p.OrderWith {
		if !slices.Contains([]string{WithStore, WithDay, WithCustomer}, with) {
			y.wrong("together_with", "together_with 只能含 store、day、customer", "together_with may hold store, day and customer only")
		}
	}
}

func (p *Profile) readTime(y *yamlSection) {
	var formats []string
	y.list("formats", &formats)
	for _, format := range formats {
		if format == "excel" {
			p.ExcelTime = true
			continue
		}
		layout, ok := layoutOf(format)
		if !ok {
			y.wrong("formats", "时间格式用 %Y %m %d %H %M %S（或 %y %I %p %b %z）书写，须含年月日；Excel 的日期数字写 excel", "a time format is written with %Y %m %d %H %M %S (or %y %I %p %b %z) and has a year, a month and a day; write excel for Excel's day numbers")
			continue
		}
		p.Layouts = append(p.Layouts, layout)
	}
	zone := "UTC"
	y.text("zone", &zone)
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		y.wrong("zone", "时区须为 Asia/Shanghai 这样的 IANA 名称", "zone must be an IANA name such as Asia/Shanghai")
		return
	}
	p.Zone = location
}

func (p *Profile) readNumbers(y *yamlSection) {
	mark, fraction := ".", "set_aside"
	y.choice("decimal", &mark, ".", ",")
	p.Decimal = mark[0]
	y.choice("fraction", &fraction, "set_aside", "one_piece")
	p.OnePiece = fraction == "one_piece"
}

func (p *Profile) readReturns(y *yamlSection) {
	y.flag("negative_quantity", &p.NegativeIs)
	y.text("order_prefix", &p.ReturnPrefix)
}

func (p *Profile) readTypes(y *yamlSection) {
	for key, kind := range map[string]rowKind{"sale": typeSale, "return": typeReturn, "ignore": typeIgnored} {
		var values []string
		y.codes(key, &values)
		for _, v := range values {
			if before, twice := p.types[v]; twice && before != kind {
				y.wrong(key, "同一个类型只能出现在一处", "a type may stand in one list only")
			}
			p.types[v] = kind
		}
	}
}

func (p *Profile) readBadDebt(y *yamlSection) {
	y.codes("codes", &p.BadDebtCodes)
	y.text("order_prefix", &p.BadDebtPrefix)
	y.flag("negative_price", &p.BadDebtPrice)
}

func (p *Profile) readStores(y *yamlSection) {
	for _, key := range y.keys() {
		code := ""
		y.text(key, &code)
		p.Stores[fold.Code(key)] = fold.Code(code)
	}
}

func (p *Profile) readPayments(y *yamlSection) {
	for _, method := range []string{Cash, Card, Other} {
		var values []string
		y.codes(method, &values)
		for _, v := range values {
			p.payments[v] = method
		}
	}
}

// check looks at what only the whole profile can tell.
func (p *Profile) check(y *yamlSection) {
	for _, needed := range []Column{ColOrder, ColSKU, ColQuantity, ColTime} {
		if len(p.Columns[needed]) == 0 && (needed != ColTime || len(p.Columns[ColDate]) == 0) {
			y.lacks("columns."+string(needed), "方案缺少必需的列", "the profile lacks a column that is needed")
		}
	}
	if len(p.Columns[ColPrice]) == 0 && len(p.Columns[ColAmount]) == 0 {
		y.lacks("columns.price", "方案须有单价 price 或金额 amount 列", "the profile needs a price column or an amount column")
	}
	if len(p.Layouts) == 0 && !p.ExcelTime {
		y.lacks("time.formats", "方案须写明至少一种时间格式", "the profile needs at least one time format")
	}
	if p.Currency != "" && !isCurrency(p.Currency) {
		y.wrong("currency", "货币须为三个大写字母，如 CNY", "currency must be three capital letters, such as CNY")
	}
	if strings.TrimSpace(p.Name) == "" {
		y.lacks("name", "方案须有名称", "the profile needs a name")
	}
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// layoutOf turns %Y-%m-%d into the layout of package time. Numbers may have one
// digit or two, as people and spreadsheets write them.
func layoutOf(format string) (string, bool) {
	parts := map[byte]string{
		'Y': "2006", 'y': "06", 'm': "1", 'd': "2", 'H': "15", 'I': "3", 'M': "4", 'S': "5", 'p': "PM", 'b': "Jan", 'z': "-0700",
	}
	compact := !strings.ContainsAny(strings.NewReplacer("%Y", "", "%m", "", "%d", "", "%H", "", "%M", "", "%S", "").Replace(format), "-/.: 年月日时分秒%")
	var b strings.Builder
	seen := map[byte]bool{}
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		if i == len(format) || parts[format[i]] == "" {
			return "", false
		}
		part := parts[format[i]]
		if compact && len(part) == 1 {
			part = "0" + part // Digits that touch have a fixed width.
		}
		seen[format[i]] = true
		b.WriteString(part)
	}
	return b.String(), (seen['Y'] || seen['y']) && (seen['m'] || seen['b']) && seen['d']
}

// missing is the error for headers that the profile needs and the file lacks.
func missing(wanted []string, headers []string) error {
	return fault.Newf(fault.Invalid, "import.column_missing",
		"文件缺少所需的列：%s；文件的表头是：%s", "the file lacks the columns %s; its headers are %s",
		strings.Join(wanted, "; "), strings.Join(headers, ", "))
}
