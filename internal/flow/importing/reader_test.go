package importing

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"huiji/internal/core/fault"
)

// fileOf is a file in memory.
func fileOf(content []byte) File {
	return File{Name: "small.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// small is a profile with one-letter headers.
func small(t testing.TB, more string) Profile {
	t.Helper()
	p, err := ParseProfile("small.yaml", []byte(`name: small
columns: {order: no, original: orig, customer: who, phone: tel, card: card, name: name, sku: code, description: text, category: cat,
  quantity: n, price: p, amount: amt, discount: off, date: day, time: at, store: shop, type: kind, payment: pay}
time: {formats: ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"], zone: Asia/Shanghai}
`+more))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// read gathers all rows as "number:fields", or "number!reason".
func read(t testing.TB, content []byte, p Profile) ([]string, error) {
	t.Helper()
	var all []string
	err := fileOf(content).Each(p, func(Format) error { return nil }, func(r Record) error {
		if r.Problem != "" {
			all = append(all, fmt.Sprintf("%d!%s", r.Number, r.Problem))
			return nil
		}
		all = append(all, fmt.Sprintf("%d:%s", r.Number, strings.Join(r.Fields, "|")))
		return nil
	})
	return all, err
}

func TestRows(t *testing.T) {
	const header = "no,code,n,p,at,text\n"
	long := strings.Repeat("x", longestRecord+10)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"plain", header + "1,a,2,3,4,5\n", []string{"2:1|a|2|3|4|5"}},
		{"no line end at the end", header + "1,a,2,3,4,5", []string{"2:1|a|2|3|4|5"}},
		{"carriage returns", strings.ReplaceAll(header+"1,a,2,3,4,5\n", "\n", "\r\n"), []string{"2:1|a|2|3|4|5"}},
		{"byte order mark", "\ufeff" + header + "1,a,2,3,4,5\n", []string{"2:1|a|2|3|4|5"}},
		{"quotes", header + `1,"a,b","2",3,4,"say ""hi"""` + "\n", []string{`2:1|a,b|2|3|4|say "hi"`}},
		{"line end in quotes", header + "1,a,2,3,4,\"two\nlines\"\n2,b,,,,\n", []string{"2:1|a|2|3|4|two\nlines", "3:2|b||||"}},
		{"quote in a plain value", header + `1,a,2,3,4,5" plate` + "\n", []string{`2:1|a|2|3|4|5" plate`}},
		{"text behind a quote", header + `1,a,2,3,4,"x"y` + "\n2,b,2,3,4,5\n", []string{"2!malformed.record", "3:2|b|2|3|4|5"}},
		{"stray quote costs one row", header + "1,a,2,3,4,\"stray\n2,b,2,3,4,5\n3,c,2,3,4,5\n", []string{"2!malformed.record", "3:2|b|2|3|4|5", "4:3|c|2|3|4|5"}},
		{"blank lines are no rows", header + "\n1,a,2,3,4,5\n\n , ,,\n2,b,2,3,4,5\n", []string{"3:1|a|2|3|4|5", "6:2|b|2|3|4|5"}},
		{"short row", header + "1,a\n", []string{"2:1|a"}},
		{"long row of blanks", header + "1,a,2,3,4,5,,\n", []string{"2:1|a|2|3|4|5"}},
		{"too many values", header + "1,a,2,3,4,5,6\n", []string{"2!malformed.record"}},
		{"too long", header + "1,a,2,3,4," + long + "\n2,b,2,3,4,5\n", []string{"2!malformed.record", "3:2|b|2|3|4|5"}},
		{"wrong bytes", header + "1,a,2,3,4,\xff\n", []string{"2!malformed.encoding"}},
		{"zero byte", header + "1,a,2,3,4,\x00\n", []string{"2!malformed.encoding"}},
		{"semicolons", "no;code;n;p;at\n1;a;2;3,5;4\n", []string{"2:1|a|2|3,5|4"}},
		{"tabs", "no\tcode\tn\tp\tat\n1\ta\t2\t3\t4\n", []string{"2:1|a|2|3|4"}},
	} {
		more := ""
		if c.name == "wrong bytes" {
			more = "file: {encoding: utf-8}\n"
		}
		got, err := read(t, []byte(c.text), small(t, more))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q (%v), want %q", c.name, got, err, c.want)
		}
	}
}

func TestEncodings(t *testing.T) {
	text := "no,code,n,p,at,text\n" + strings.Repeat("1,a,2,3,2026-01-01,plain\n", 20_000) + "2,b,2,3,2026-01-01,青花瓷碗（大）\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	u16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(gb)
	_ = w.Close()
	for name, content := range map[string][]byte{
		"utf-8": []byte(text), "with mark": []byte("\ufeff" + text), "gb18030": gb, "utf-16": u16, "gb18030 in gz": packed.Bytes(),
	} {
		rows, err := read(t, content, small(t, ""))
		if err != nil || len(rows) != 20_001 || !strings.HasSuffix(rows[20_000], "青花瓷碗（大）") {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
	if rows, err := read(t, gb, small(t, "file: {encoding: gb18030}\n")); err != nil || !strings.HasSuffix(rows[len(rows)-1], "（大）") {
		t.Errorf("gb18030 by the profile: %v", err)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	good := "no,code,n,p,at\n1,a,2,3,2026-01-01\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "import.file_empty"},
		{"blank", "\n\n\n", "import.no_header"},
		{"no such columns", "a,b,c\n1,2,3\n", "import.column_missing"},
		{"old excel", "\xd0\xcf\x11\xe0........", "import.old_excel"},
		{"broken xlsx", "PK\x03\x04 and nothing more", "import.xlsx_malformed"},
		{"columns", strings.Repeat("x,", MostColumns+1) + good, "import.columns_too_many"},
	} {
		if _, err := read(t, []byte(c.text), small(t, "")); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := read(t, []byte("\x1f\x8b\x08broken"), small(t, "")); err == nil {
		t.Error("a broken gz was read")
	}
	_, err := read(t, []byte("no,code,n,at\n"), small(t, ""))
	if f := fault.Of(err); f == nil || !strings.Contains(f.Text.EN, "price (P / AMT)") {
		t.Errorf("the missing column is not named: %v", err)
	}
	broken := File{Name: "x", Open: func() (io.ReadCloser, error) { return nil, errors.New("gone") }}
	if err := broken.Each(small(t, ""), nil, nil); err == nil {
		t.Error("a file that cannot be opened was read")
	}
}

func TestHeaderBelowATitle(t *testing.T) {
	got, err := read(t, []byte("销售明细;;\n;;\nno;code;n;p;at\n1;a;2;3;4\n"), small(t, "file: {header_row: 3}\n"))
	if err != nil || !reflect.DeepEqual(got, []string{"4:1|a|2|3|4"}) {
		t.Errorf("%q %v", got, err)
	}
}

func TestSheets(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{
		{"no", "code", "n", "p", "at", "text"},
		{"1", "00042", 2, 2.55, 46027.5, "日式饭碗"},
		{},
		{"2", "a", -1, 0.001, "2026-01-05 10:00:00", "x"},
	} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.NewSheet("other"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, out.Bytes(), small(t, ""))
	want := []string{"2:1|00042|2|2.55|46027.5|日式饭碗", "4:2|a|-1|0.001|2026-01-05 10:00:00|x"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q %v", got, err)
	}
	if _, err := read(t, out.Bytes(), small(t, "file: {sheet: nothing}\n")); fault.CodeOf(err) != "import.sheet_missing" {
		t.Errorf("a sheet that is not there: %v", err)
	}
	if _, err := read(t, out.Bytes(), small(t, "file: {sheet: other}\n")); fault.CodeOf(err) != "import.no_header" {
		t.Errorf("an empty sheet: %v", err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 60 { // A broken file is an error, never a panic.
		broken := bytes.Clone(out.Bytes())
		for range 1 + random.IntN(20) {
			broken[4+random.IntN(len(broken)-4)] ^= byte(1 << random.IntN(8))
		}
		_, _ = read(t, broken, small(t, ""))
	}
}

// TestCutterAgainstTheStandardReader writes random values with encoding/csv and
// reads them back.
func TestCutterAgainstTheStandardReader(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	letters := []rune("ab,\"\n\r 瓷\t;")
	for range 500 {
		var rows [][]string
		for range 1 + random.IntN(8) {
			row := []string{"1", "c"}
			for len(row) < 6 {
				value := make([]rune, random.IntN(6))
				for i := range value {
					value[i] = letters[random.IntN(len(letters))]
				}
				row = append(row, strings.ReplaceAll(string(value), "\r\n", "\n"))
			}
			rows = append(rows, row)
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		_ = w.Write([]string{"no", "code", "n", "p", "at", "text"})
		_ = w.WriteAll(rows)
		got, err := read(t, out.Bytes(), small(t, "file: {delimiter: ','}\n"))
		if err != nil || len(got) != len(rows) {
			t.Fatalf("%q: %d rows of %d, %v", out.String(), len(got), len(rows), err)
		}
		for i, row := range rows {
			if want := fmt.Sprintf("%d:%s", i+2, strings.Join(row, "|")); got[i] != want {
				t.Fatalf("%q: %q, want %q", out.String(), got[i], want)
			}
		}
	}
}

// sound reads any bytes with everything behind the reader and checks what must
// hold for every file.
func sound(t testing.TB, content []byte, p Profile) {
	s, err := ReadSheet(fileOf(content), p, Known{Now: testNow()}, nil)
	if err != nil {
		return
	}
	plan := NewPlan(s)
	if plan.Read != plan.Rows()+int64(len(plan.Aside)) {
		t.Fatalf("%q: %d rows read, %d used, %d set aside", content, plan.Read, plan.Rows(), len(plan.Aside))
	}
	for i := range plan.Count() {
		d := plan.Deal(i)
		for _, l := range d.Lines {
			if l.Quantity < 1 || l.Paid < 0 || l.Paid > l.Amount || l.Price < 0 {
				t.Fatalf("%q: line %+v", content, l)
			}
		}
	}
	var out bytes.Buffer
	if err := WriteAside(fileOf(content), p, s.Aside, &out); err != nil {
		t.Fatalf("%q: %v", content, err)
	}
}

const seedText = "no,orig,who,tel,card,name,code,text,cat,n,p,amt,off,day,at,shop,kind,pay\n" +
	"1,,m1,13800138000,c1,张三,A,碗,cat,2,2.55,,,2026-01-05,10:00:00,,,现金\n" +
	"\"2\",,m1,,,,a,\"x,\"\"y\"\"\",,-1,2.55,,,,2026-01-06,,,\n" +
	"3,1,,,,,A,z,,-1,0.001,1,,,2026-01-07 10:00:00,,,\n"

// TestBrokenFiles breaks a small file in many ways.
func TestBrokenFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	marks := []string{"\"", ",", "\n", "\r", "-", "\x00", "\xff", "瓷", "9", "", ".", "E", "\ufeff"}
	p := small(t, "returns: {negative_quantity: true}\nnumbers: {fraction: one_piece}\n")
	for range 3000 {
		broken := []byte(seedText)
		for range 1 + random.IntN(6) {
			at := random.IntN(len(broken))
			broken = append(broken[:at:at], append([]byte(marks[random.IntN(len(marks))]), broken[min(len(broken), at+random.IntN(3)):]...)...)
		}
		sound(t, broken, p)
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(seedText))
	f.Add([]byte("\ufeff订单号;商品编码;数量;单价;下单时间\n1;a;2;3,5;2026-01-01\n"))
	p := small(f, "returns: {negative_quantity: true}\nnumbers: {fraction: one_piece}\n")
	f.Fuzz(func(t *testing.T, content []byte) { sound(t, content, p) })
}

func FuzzProfile(f *testing.F) {
	for _, name := range ProfileNames() {
		text, _ := profiles.ReadFile("profiles/" + name + ".yaml")
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = ParseProfile("fuzz.yaml", text) })
}

// TestBrokenProfiles breaks the included profiles.
func TestBrokenProfiles(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for _, name := range ProfileNames() {
		text, _ := profiles.ReadFile("profiles/" + name + ".yaml")
		for range 500 {
			broken := bytes.Clone(text)
			for range 1 + random.IntN(4) {
				broken[random.IntN(len(broken))] = "[]{}:,'\"\n\t&*!|-% x1"[random.IntN(19)]
			}
			_, _ = ParseProfile("broken.yaml", broken)
		}
	}
}

// TestFilesThatAreDamaged names the file and what is wrong with it.
func TestFilesThatAreDamaged(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for i := range 50_000 {
		_, _ = fmt.Fprintf(w, "%d,a,2,3,2026-01-01,%d\n", i, i*7919)
	}
	_ = w.Close()
	header := func(text string) []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, _ = w.Write([]byte(text))
		_ = w.Close()
		return out.Bytes()
	}
	whole := append(header("no,code,n,p,at,text\n"), packed.Bytes()...) // Two packed files in a row are one.
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-6] ^= 1 // In the checksum.
	for name, content := range map[string][]byte{"cut off": whole[:len(whole)/2], "checksum": flipped, "no gz": []byte("\x1f\x8b\x00\x00\x00\x00\x00")} {
		for _, more := range []string{"", "file: {encoding: utf-8}\n"} {
			_, err := read(t, content, small(t, more))
			if f := fault.Of(err); f == nil || f.Code != "import.gz_malformed" || !strings.Contains(f.Text.EN, "small.csv") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if rows, err := read(t, whole, small(t, "")); err != nil || len(rows) != 50_000 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// TestHeadersTwice: a header that is needed and stands twice is an error; one that
// nobody reads may.
func TestHeadersTwice(t *testing.T) {
	_, err := read(t, []byte("no,code,N,p,at,n\n1,a,2,3,2026-01-01,4\n"), small(t, ""))
	if f := fault.Of(err); f == nil || f.Code != "import.column_twice" || !strings.Contains(f.Text.EN, `"N" stands twice, in columns 3 and 6: which of them is quantity`) {
		t.Errorf("%v", err)
	}
	if rows, err := read(t, []byte("no,code,n,p,at,x,x\n1,a,2,3,2026-01-01,4,5\n"), small(t, "")); err != nil || len(rows) != 1 {
		t.Errorf("%q %v", rows, err)
	}
}

// TestHugeCells cost their own row, in quotes or without them, and no row behind.
func TestHugeCells(t *testing.T) {
	huge := strings.Repeat("x", 3*longestRecord)
	const header, good = "no,code,n,p,at,text\n", "9,z,2,3,4,5\n"
	for name, row := range map[string]string{
		"plain": "1,a,2,3,4," + huge + "\n", "quoted": "1,a,2,3,4,\"" + huge + "\"\n", "first": huge + ",a,2,3,4,5\n",
	} {
		got, err := read(t, []byte(header+row+good), small(t, ""))
		if want := []string{"2!malformed.record", "3:9|z|2|3|4|5"}; err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
		}
	}
	// A line that was read ahead of an open quote and is too long stays so.
	got, err := read(t, []byte(header+"1,a,2,3,4,\"open\n2,b,2,3,4,"+huge+"\n"+good), small(t, ""))
	if want := []string{"2!malformed.record", "3!malformed.record", "4:9|z|2|3|4|5"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

// TestTheMarkDecides: a file that begins with the mark of UTF-8 is UTF-8, whatever
// the profile says.
func TestTheMarkDecides(t *testing.T) {
	got, err := read(t, []byte("\ufeffno,code,n,p,at,text\n1,a,2,3,4,碗\n"), small(t, "file: {encoding: gb18030}\n"))
	if want := []string{"2:1|a|2|3|4|碗"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q %v", got, err)
	}
}
