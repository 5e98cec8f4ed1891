package importing

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
)

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, n+1)) }

func TestReportAddsUp(t *testing.T) {
	plan := NewPlan(sheetOf(t, small(t, "returns: {order_prefix: C}\ncharges: [POST]\n"), "no,who,code,n,p,at",
		"1,m,A,2,2,2026-01-31", "1,m,post,1,5,2026-01-31", "1,m,G,1,0,2026-01-31", "C1,m,A,-1,2,2026-02-01", "C2,m,Z,-1,2,2026-02-01", "2,m,A,x,2,2026-01-31"))
	r := newReport("f", Profile{Name: "p"}, plan)
	if r.Lines != (Lines{Sold: 3, Gifts: 1, Charges: 1, Returned: 2, Unmatched: 1}) {
		t.Errorf("%+v", r.Lines)
	}
	zone := time.FixedZone("", 8*3600)
	january, february := r.month(time.Date(2026, 1, 31, 15, 59, 0, 0, time.UTC), zone), "2026-02"
	r.addSale(january, 900, 4)
	if m := r.month(time.Date(2026, 1, 31, 16, 0, 0, 0, time.UTC), zone); m.Month != february {
		t.Errorf("midnight in the file's zone is %s", m.Month)
	}
	r.addRefund(r.month(testNow().AddDate(0, -4, 0), zone), 200, 2, 1)
	r.addCredit(r.month(testNow().AddDate(0, -4, 0), zone), 200)
	if err := r.check(); fault.CodeOf(err) != "import.unbalanced" {
		t.Errorf("no row was used, and yet: %v", err)
	}
	r.RowsUsed = 5
	if err := r.check(); err != nil {
		t.Error(err)
	}
	if r.Refunded != 400 || r.Credited != 200 || r.Gross != 900 || r.PointsOwed != 1 {
		t.Errorf("%+v", r)
	}
	r.Months[0].Gross++
	if err := r.check(); err == nil {
		t.Error("the months do not add up, and yet there is no error")
	}
}

func TestReportOnTheWire(t *testing.T) {
	plan := NewPlan(sheetOf(t, small(t, ""), "no,code,n,p,at", "1,A,-2,2,2026-01-31"))
	raw, err := json.Marshal(newReport("f", Profile{Name: "p"}, plan))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"rows_read", "rows_used", "rows_set_aside", "members", "products", "orders", "refunds", "credits",
		"gross", "refunded", "points_earned", "points_clawed_back", "digest",
	} {
		if _, ok := got[key]; !ok {
			t.Errorf("the report lacks %s", key)
		}
	}
	if n := got["rows_set_aside"].(map[string]any)["write_off"]; n != 1.0 {
		t.Errorf("rows_set_aside: %v", got["rows_set_aside"])
	}
}

func TestDigest(t *testing.T) {
	// printf 'a:points:5\nb:points:-1\n' | sha256sum
	const want = "c29e4405bbdbab136307c92443c44ec1982fca39c53fca34256770ae87896af2"
	if got := Digest([]Balance{{"b", "points", -1}, {"a", "points", 5}}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if Digest(nil) != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Error("the digest of nothing is the SHA-256 of nothing")
	}
}

func TestRowsSetAside(t *testing.T) {
	p := small(t, "types: {sale: [s]}\n")
	const header = "no,code,text,n,p,at,kind,extra"
	rows := []string{
		"1,a,x,1,1,2026-01-01,s,kept",
		"2,a,=SUM(A1),x,1,2026-01-01,s,\"a,b\"",
		"3,a,x,-1,-1,2026-01-01,s,",
		"4,a,\"x",
	}
	file := fileOf([]byte(header + "\n" + strings.Join(rows, "\n") + "\n"))
	s, err := ReadSheet(file, p, Known{Now: testNow()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := WriteAside(file, p, s.Aside, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 4 || lines[0] != "\ufeff"+header+",row_number,reason_code,reason_zh,reason_en" {
		t.Fatalf("%q", lines)
	}
	for i, want := range []string{
		`2,a,'=SUM(A1),x,1,2026-01-01,s,"a,b",3,malformed.quantity,数量`,
		`3,a,x,-1,-1,2026-01-01,s,,4,write_off,库存核销`,
		`"4,a,""x",,,,,,,,5,malformed.record,`,
	} {
		if !strings.HasPrefix(lines[i+1], want) {
			t.Errorf("%q, want %q…", lines[i+1], want)
		}
	}
	again, err := ReadSheet(fileOf(out.Bytes()), p, Known{Now: testNow()}, nil)
	if err != nil || again.Read != 3 || len(again.Aside) != 3 {
		t.Errorf("what was set aside cannot be read again: %+v %v", again, err)
	}
}

func TestTable(t *testing.T) {
	r := &Report{
		RowsRead: 1234567, RowsUsed: 1234560, RowsSetAside: map[Reason]int64{WriteOff: 7}, Members: 2, Orders: 3, Credits: 1, PointsOwed: 5,
		Gross: 1234500, Refunded: 305, Credited: 5, PointsEarned: 12345, New: Made{Orders: 1}, Currency: "CNY", FileCurrency: "GBP", Digest: "abc",
		Months: []Month{{Month: "2026-01", Orders: 3, Credits: 1, Gross: 1234500, Refunded: 305, Credited: 5, PointsEarned: 12345}},
	}
	for tag, want := range map[lang.Tag][]string{
		lang.ZH: {
			"读取行数                        1,234,567", "+ write_off                             7  库存核销", "订单                                    3  本次新增 1",
			"2026-01     3  12345.00     0       1  3.05      0.05    12,345         0", "合计        3", "会员欠分", "GBP", "余额摘要 abc",
		},
		lang.EN: {
			"rows read                       1,234,567", "+ write_off                             7  stock written off", "new in this run: 1",
			"2026-01       3  12345.00        0        1      3.05            0.05         12,345            0", "total         3", "members owe", "digest of balances abc",
		},
	} {
		got := r.Table(tag)
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %q is not in\n%s", tag, part, got)
			}
		}
		if strings.Contains(got, "dry run") || strings.Contains(got, "试运行") {
			t.Errorf("no dry run:\n%s", got)
		}
	}
	r.DryRun, r.Digest = true, ""
	if got := r.Table(lang.EN); !strings.Contains(got, "dry run") || strings.Contains(got, "new in") || strings.Contains(got, "digest") {
		t.Errorf("a dry run:\n%s", got)
	}
}
