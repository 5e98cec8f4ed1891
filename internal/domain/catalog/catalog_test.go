package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/domain/catalog"
)

func wrong(t *testing.T, err error) []string {
	t.Helper()
	var all []string
	if f := fault.Of(err); f != nil {
		for _, field := range f.Fields {
			all = append(all, field.Location)
			if field.Text.ZH == "" || field.Text.EN == "" {
				t.Errorf("%s is not explained in both languages", field.Location)
			}
		}
	}
	slices.Sort(all)
	return all
}

func product(sku, name string) catalog.Product {
	return catalog.Product{SKU: sku, Name: name, Price: 1999, Kind: catalog.Goods, Status: catalog.Active, EarnsPoints: true}
}

func TestProductsSayEverythingThatIsWrong(t *testing.T) {
	_, err := catalog.Product{
		SKU: "a\x00", Price: -1, Category: strings.Repeat("类", 41), Brand: strings.Repeat("牌", 41), Kind: "thing", TaxRate: 10_001, Status: "gone",
		Barcodes: []string{"6901234567893", "a b", ""},
	}.Clean("body")
	if got := wrong(t, err); !slices.Equal(got, []string{
		"body.barcodes[0]", "body.barcodes[1]", "body.barcodes[2]", "body.brand", "body.category", "body.kind", "body.name", "body.price",
		"body.sku", "body.status", "body.tax_rate",
	}) {
		t.Errorf("named %v", got)
	}
	p := product("x", "y")
	p.Barcodes = make([]string, 21)
	if _, err := p.Clean("body"); !slices.Equal(wrong(t, err), []string{"body.barcodes"}) {
		t.Errorf("21 barcodes: %v", err)
	}
	for _, sku := range []string{"", " ", strings.Repeat("x", 65), "a\nb\u0001"} {
		if _, err := product(sku, "y").Clean("body"); err == nil {
			t.Errorf("%q passed for a SKU", sku)
		}
	}
	for _, sku := range []string{"85123A", "BANK CHARGES", "gift_0001/80", "咖啡-大", strings.Repeat("x", 64)} {
		if _, err := product(sku, "y").Clean("body"); err != nil {
			t.Errorf("%q: %v", sku, err)
		}
	}
}

func TestSKUsAreEqualInEitherCase(t *testing.T) {
	if catalog.Key(" ａb-1 ") != catalog.Key("AB-1") || catalog.Key("ab1") == catalog.Key("ab-1") {
		t.Error("keys differ in case or not in dashes")
	}
	p, err := product("  Latte  L ", " 拿铁 ").Clean("body")
	if err != nil || p.SKU != "Latte L" || p.Name != "拿铁" {
		t.Errorf("%+v %v", p, err)
	}
}

func TestBarcodes(t *testing.T) {
	p := product("x", "y")
	// EAN-13, EAN-8, UPC-A and the same as EAN-13, a shop's own.
	p.Barcodes = []string{"6901234567892", "96385074", "036000291452", "0036000291452", "A-1", "a-1", "123456789012"}
	got, err := p.Clean("body")
	if err != nil || !slices.Equal(got.Barcodes, []string{"6901234567892", "96385074", "036000291452", "A-1", "123456789012"}) {
		t.Errorf("%v %v", got.Barcodes, err)
	}
	for in, want := range map[string]string{
		"036000291452": "0036000291452", "036000291453": "036000291453", "abc": "ABC", "６９": "69",
	} {
		if got := catalog.BarcodeKey(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestSearchText(t *testing.T) {
	p := product("KF-01", "美式咖啡 Large")
	p.Barcodes = []string{"036000291452"}
	text := p.Search()
	for _, q := range []string{"kf01", "美式", "咖啡large", "mskf", "036000291452", "0036000291452"} {
		if !strings.Contains(text, q) {
			t.Errorf("%q is not in %q", q, text)
		}
	}
}

func TestPatchesOfProducts(t *testing.T) {
	before, err := product("x", "y").Clean("body")
	if err != nil {
		t.Fatal(err)
	}
	name, status := " 新 ", catalog.Archived
	after, err := catalog.Patch{Name: &name, Status: &status}.Apply(before, "body")
	if err != nil || after.Name != "新" || after.Status != catalog.Archived || after.Price != 1999 || !after.EarnsPoints {
		t.Errorf("%+v %v", after, err)
	}
	was, is := catalog.Differences(before, after)
	if len(was) != 2 || is["name"] != "新" || was["name"] != "y" {
		t.Errorf("differences %v %v", was, is)
	}
	bad := ""
	if _, err := (catalog.Patch{Name: &bad}).Apply(before, "body"); !slices.Equal(wrong(t, err), []string{"body.name"}) {
		t.Errorf("without a name: %v", err)
	}
}
