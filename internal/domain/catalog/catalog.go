// Package catalog knows what is sold: goods and services, with their SKU,
// barcodes, price, tax rate, and whether they earn points.
//
// A SKU names a product for ever. It is unique in either case and in full and
// half width, and is shown as it was first written. A barcode leads to one
// product; UPC-A and the EAN-13 that scanners make of it are the same. Prices are
// integers in the currency's smallest unit.
package catalog

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// Kind tells goods from services.
type Kind string

// The kinds.
const (
	Goods    Kind = "goods"
	Services Kind = "service"
)

// Status says whether a product is sold.
type Status string

// The statuses.
const (
	Active   Status = "active"
	Archived Status = "archived"
)

// SourceDemo marks the products that the demo data brought.
const SourceDemo = "demo"

// Limits of a product.
const (
	PriceMax    = unit.Money(10_000_000_000) // a hundred million yuan
	skuRunes    = 64
	nameRunes   = 120
	labelRunes  = 40 // of a category and a brand
	barcodesMax = 20
	barcodeLen  = 48
	taxRateMax  = 10_000 // basis points: 100 %
)

// Faults that callers tell apart.
var (
	ErrNotFound     = fault.New(fault.NotFound, "product.not_found", "没有这个商品", "there is no such product")
	ErrSKUTaken     = fault.New(fault.Conflict, "product.sku_taken", "该 SKU 已存在", "this SKU is there already")
	ErrBarcodeTaken = fault.New(fault.Conflict, "product.barcode_taken", "该条码已属于另一个商品", "this barcode belongs to another product")
)

// Product is one thing that is sold.
type Product struct {
	ID          id.Product
	SKU         string // as it was first written
	Name        string
	Price       unit.Money
	Category    string
	Brand       string
	Kind        Kind
	Barcodes    []string
	TaxRate     int64 // basis points: 1300 is 13 %
	EarnsPoints bool
	Status      Status
	Source      string
	CreatedAt   time.Time
}

// Key is the form in which SKUs are equal.
func Key(sku string) string { return fold.Code(sku) }

// Clean brings a product's texts into form and says everything that is wrong
// with it.
func (p Product) Clean(at string) (Product, error) {
	var c fault.Collect
	p.SKU, p.Name, p.Category, p.Brand = fold.Line(p.SKU), fold.Line(p.Name), fold.Line(p.Category), fold.Line(p.Brand)
	if !isSKU(p.SKU) {
		c.Add(at+".sku", p.SKU, "SKU 须为 1–64 个可见字符", "a SKU has 1 to 64 visible characters")
	}
	if n := utf8.RuneCountInString(p.Name); n < 1 || n > nameRunes {
		c.Add(at+".name", p.Name, "商品名称须为 1–120 个字", "a product's name has 1 to 120 characters")
	}
	if p.Price < 0 || p.Price > PriceMax {
		c.Add(at+".price", p.Price, "价格须为 0–10000000000 的整数（最小货币单位）", "a price is a whole number of the smallest unit, from 0 to 10,000,000,000")
	}
	for name, s := range map[string]string{".category": p.Category, ".brand": p.Brand} {
		if utf8.RuneCountInString(s) > labelRunes {
			c.Add(at+name, s, "最长 40 个字", "at most 40 characters")
		}
	}
	if p.Kind != Goods && p.Kind != Services {
		c.Add(at+".kind", string(p.Kind), "类型须为 goods 或 service", "kind must be goods or service")
	}
	if p.TaxRate < 0 || p.TaxRate > taxRateMax {
		c.Add(at+".tax_rate", p.TaxRate, "税率须为 0–10000 的整数（万分之一）", "a tax rate is a whole number of basis points, from 0 to 10,000")
	}
	if p.Status != Active && p.Status != Archived {
		c.Add(at+".status", string(p.Status), "状态须为 active 或 archived", "status must be active or archived")
	}
	p.Barcodes = barcodes(&c, at+".barcodes", p.Barcodes)
	return p, c.Err()
}

func isSKU(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= skuRunes && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsControl(r) })
}

// barcodes cleans a list of barcodes: without repetition, in the order given.
func barcodes(c *fault.Collect, at string, given []string) []string {
	clean := []string{}
	if len(given) > barcodesMax {
		c.Add(at, len(given), "一个商品最多 20 个条码", "a product has at most 20 barcodes")
		return clean
	}
	for i, code := range given {
		code = fold.Line(code)
		here := at + "[" + strconv.Itoa(i) + "]"
		switch {
		case !isBarcode(code):
			c.Add(here, code, "条码须为 1–48 位字母、数字或 - . / +，不含空格", "a barcode has 1 to 48 letters, digits or - . / + without blanks")
		case len(code) == 13 && digits(code) && checkDigit(code[:12]) != code[12]:
			c.Add(here, code, "13 位条码的校验位不正确，请核对是否输错", "the check digit of this 13-digit barcode is wrong: is it mistyped?")
		case !slices.ContainsFunc(clean, func(had string) bool { return BarcodeKey(had) == BarcodeKey(code) }):
			clean = append(clean, code)
		}
	}
	return clean
}

func isBarcode(s string) bool {
	return s != "" && len(s) <= barcodeLen && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("-./+", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// BarcodeKey is the form in which barcodes are equal: in either case, and a
// 12-digit UPC-A as the 13-digit EAN that many scanners make of it. Codes of
// other lengths, and 12 digits with another check digit, are a shop's own and
// stay as they are. Only a 13-digit code is refused for its check digit: it is
// printed by machines, so a wrong one is a slip of the hand and would never scan.
func BarcodeKey(code string) string {
	code = fold.Code(code)
	if len(code) == 12 && digits(code) && checkDigit(code[:11]) == code[11] {
		return "0" + code
	}
	return code
}

func digits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// checkDigit is the GS1 check digit of the digits before it.
func checkDigit(body string) byte {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// Search is the text in which a product is searched: SKU, name, pinyin initials
// of the name, and barcodes.
func (p Product) Search() string {
	parts := []string{fold.Search(p.SKU), fold.Search(p.Name)}
	parts = append(parts, fold.Initials(p.Name)...)
	for _, code := range p.Barcodes {
		parts = append(parts, fold.Search(code), fold.Search(BarcodeKey(code)))
	}
	return strings.Join(parts, " ")
}

// Patch is a change of a product: nil fields stay. The SKU never changes.
type Patch struct {
	Name, Category, Brand *string
	Price                 *unit.Money
	Kind                  *Kind
	Barcodes              *[]string
	TaxRate               *int64
	EarnsPoints           *bool
	Status                *Status
}

// Apply is the product after the change.
func (p Patch) Apply(before Product, at string) (Product, error) {
	after := before
	put(&after.Name, p.Name)
	put(&after.Category, p.Category)
	put(&after.Brand, p.Brand)
	put(&after.Price, p.Price)
	put(&after.Kind, p.Kind)
	put(&after.Barcodes, p.Barcodes)
	put(&after.TaxRate, p.TaxRate)
	put(&after.EarnsPoints, p.EarnsPoints)
	put(&after.Status, p.Status)
	return after.Clean(at)
}

func put[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Differences names what changed between two states of a product.
func Differences(before, after Product) (was, is map[string]any) {
	was, is = map[string]any{}, map[string]any{}
	for _, f := range []struct {
		name string
		same bool
		b, a any
	}{
		{"name", before.Name == after.Name, before.Name, after.Name},
		{"price", before.Price == after.Price, before.Price, after.Price},
		{"category", before.Category == after.Category, before.Category, after.Category},
		{"brand", before.Brand == after.Brand, before.Brand, after.Brand},
		{"kind", before.Kind == after.Kind, before.Kind, after.Kind},
		{"barcodes", slices.Equal(before.Barcodes, after.Barcodes), before.Barcodes, after.Barcodes},
		{"tax_rate", before.TaxRate == after.TaxRate, before.TaxRate, after.TaxRate},
		{"earns_points", before.EarnsPoints == after.EarnsPoints, before.EarnsPoints, after.EarnsPoints},
		{"status", before.Status == after.Status, before.Status, after.Status},
	} {
		if !f.same {
			was[f.name], is[f.name] = f.b, f.a
		}
	}
	return was, is
}
