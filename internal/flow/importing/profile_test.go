package importing

import (
	"strings"
	"testing"
	"time"

	"huiji/internal/core/fault"
)

func TestIncludedProfiles(t *testing.T) {
	if got := strings.Join(ProfileNames(), " "); got != "generic online-retail" {
		t.Errorf("included profiles: %s", got)
	}
	for _, name := range ProfileNames() {
		p, err := IncludedProfile(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p.Name != name {
			t.Errorf("the profile in %s.yaml calls itself %s", name, p.Name)
		}
	}
	if _, err := IncludedProfile("../profiles/nothing"); fault.CodeOf(err) != "import.profile_unknown" {
		t.Errorf("an unknown profile: %v", err)
	}
	p, _ := IncludedProfile("online-retail")
	for _, code := range []string{"POST", "DOT", "C2", "M", "D", "BANK CHARGES", "AMAZONFEE", "CRUK", "S", "GIFT_0001_20"} {
		if !p.IsCharge(code) {
			t.Errorf("%s is a charge", code)
		}
	}
	for _, code := range []string{"85123A", "PADS", "DCGS0076", "POSTER", "SS"} {
		if p.IsCharge(code) {
			t.Errorf("%s is goods", code)
		}
	}
	if p.Zone.String() != "Europe/London" || p.Currency != "GBP" {
		t.Errorf("zone %s, currency %s", p.Zone, p.Currency)
	}
}

const smallProfile = `name: small
columns: {order: no, sku: code, quantity: n, price: p, time: at}
time: {formats: ["%Y-%m-%d"]}
`

func TestProfileFaultsNameKeyAndLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", smallProfile + "colour: red\n", "shop.yaml:4: colour"},
		{"unknown key inside", "name: x\nfile:\n  coding: utf-8\n" + rest(), "shop.yaml:3: file.coding"},
		{"unknown column", "name: x\ncolumns: {order: a, sku: b, quantity: c, price: d, time: e,\n  colour: f}\ntime: {formats: [excel]}\n", "shop.yaml:3: columns.colour"},
		{"key twice", smallProfile + "name: again\n", "shop.yaml:4: name"},
		{"encoding", smallProfile + "file:\n  encoding: latin1\n", "shop.yaml:5: file.encoding"},
		{"delimiter", smallProfile + "file:\n  delimiter: '::'\n", "shop.yaml:5: file.delimiter"},
		{"header row", smallProfile + "file:\n  header_row: 0\n", "shop.yaml:5: file.header_row"},
		{"flag", smallProfile + "returns:\n  negative_quantity: maybe\n", "shop.yaml:5: returns.negative_quantity"},
		{"list of lists", smallProfile + "charges: [[a]]\n", "shop.yaml:4: charges"},
		{"value for a section", smallProfile + "returns: yes\n", "shop.yaml:4: returns"},
		{"zone", "name: x\ntime:\n  formats: [excel]\n  zone: Mars/Olympus\ncolumns: {order: a, sku: b, quantity: c, price: d, time: e}\n", "shop.yaml:4: time.zone"},
		{"format", "name: x\ntime:\n  formats: ['%Q']\ncolumns: {order: a, sku: b, quantity: c, price: d, time: e}\n", "shop.yaml:3: time.formats"},
		{"together", smallProfile + "order: {together_with: [moon]}\n", "shop.yaml:4: order.together_with"},
		{"type in two lists", smallProfile + "types: {sale: [a],\n return: [a]}\n", "shop.yaml:"},
		{"currency", smallProfile + "currency: pounds\n", "shop.yaml:4: currency"},
		{"no sku", "name: x\ncolumns: {order: a, quantity: c, price: d, time: e}\ntime: {formats: [excel]}\n", "shop.yaml:1: columns.sku"},
		{"no price", "name: x\ncolumns: {order: a, sku: b, quantity: c, time: e}\ntime: {formats: [excel]}\n", "shop.yaml:1: columns.price"},
		{"no time format", "name: x\ncolumns: {order: a, sku: b, quantity: c, price: d, time: e}\n", "shop.yaml:1: time.formats"},
		{"anchors", "name: &x small\ncurrency: *x\n", "shop.yaml"},
		{"no yaml", "name: [", "shop.yaml"},
		{"no mapping", "- a\n", "shop.yaml"},
		{"empty", "", "shop.yaml"},
	} {
		_, err := ParseProfile("shop.yaml", []byte(c.text))
		f := fault.Of(err)
		if f == nil {
			t.Errorf("%s: no fault: %v", c.name, err)
			continue
		}
		found := false
		for _, field := range f.Fields {
			found = found || strings.HasPrefix(field.Location, c.want)
			if field.Text.ZH == "" || field.Text.EN == "" {
				t.Errorf("%s: a sentence is missing in %+v", c.name, field)
			}
		}
		if !found {
			t.Errorf("%s: %+v, want %s", c.name, f.Fields, c.want)
		}
	}
}

func rest() string { return strings.TrimPrefix(smallProfile, "name: small\n") }

func TestProfileReportsEverythingAtOnce(t *testing.T) {
	_, err := ParseProfile("p.yaml", []byte("nam: x\ncurrency: pounds\nfile: {encoding: ebcdic}\n"))
	if f := fault.Of(err); f == nil || len(f.Fields) < 7 {
		t.Errorf("%+v", f)
	}
}

func TestTimeLayouts(t *testing.T) {
	want := time.Date(2026, 1, 5, 9, 7, 3, 0, time.UTC)
	for format, text := range map[string]string{
		"%Y-%m-%d %H:%M:%S":    "2026-01-05 09:07:03",
		"%Y/%m/%d %H:%M:%S":    "2026/1/5 9:07:03",
		"%Y年%m月%d日 %H:%M:%S":   "2026年1月5日 9:07:03",
		"%Y%m%d%H%M%S":         "20260105090703",
		"%d.%m.%y %H.%M.%S":    "5.1.26 09.07.03",
		"%m/%d/%Y %I:%M:%S %p": "1/5/2026 9:07:03 AM",
		"%d %b %Y %H:%M:%S":    "5 Jan 2026 09:07:03",
	} {
		layout, ok := layoutOf(format)
		if !ok {
			t.Errorf("%s was refused", format)
			continue
		}
		if got, err := time.ParseInLocation(layout, text, time.UTC); err != nil || !got.Equal(want) {
			t.Errorf("%s read %q as %v (%v)", format, text, got, err)
		}
	}
	for _, format := range []string{"", "%", "%H:%M", "%Y-%m", "%Y-%m-%j", "YYYY-MM-DD"} {
		if layout, ok := layoutOf(format); ok {
			t.Errorf("%q was taken as %q", format, layout)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, code string
		want          bool
	}{
		{"POST", "POST", true}, {"POST", "POSTAGE", false}, {"POST*", "POSTAGE", true},
		{"*FEE", "AMAZONFEE", true}, {"A*FEE", "AMAZONFEE", true}, {"A*X*FEE", "AMAZONFEE", false},
		{"A*Z*E", "AMAZONFEE", true}, {"*", "", true}, {"", "", true}, {"A*A", "A", false},
	} {
		if got := matches(c.pattern, c.code); got != c.want {
			t.Errorf("%q fits %q: %v", c.pattern, c.code, got)
		}
	}
}
