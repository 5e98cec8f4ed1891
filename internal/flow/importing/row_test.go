package importing

import (
	"strings"
	"testing"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

func testNow() time.Time { return time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC) }

// sheetOf reads a small file in which columns are named by their header.
func sheetOf(t testing.TB, p Profile, header string, rows ...string) *Sheet {
	t.Helper()
	known := Known{Now: testNow(), Home: "sto_home", Stores: map[string]id.Store{"S1": "sto_1", "一店": "sto_1"}}
	s, err := ReadSheet(fileOf([]byte(header+"\n"+strings.Join(rows, "\n")+"\n")), p, known, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReasons(t *testing.T) {
	p := small(t, `returns: {order_prefix: C}
bad_debt: {codes: [B], order_prefix: X, negative_price: true}
types: {sale: [销售], return: [退货], ignore: [充值]}
`)
	const header = "no,who,tel,card,code,text,n,p,amt,off,at,shop,kind"
	for _, c := range []struct {
		row  string
		want Reason
	}{
		{"1,m,13800138000,c1,a,t,1,1,,,2026-01-01,S1,销售", ""},
		{"C1,m,,,a,t,-1,1,,,2026-01-01,,退货", ""},
		{"C1,m,,,a,t,1,1,,,2026-01-01,,销售", ""}, // the prefix alone marks a return
		{",m,,,a,t,1,1,,,2026-01-01,,销售", BadOrder},
		{strings.Repeat("9", 65) + ",m,,,a,t,1,1,,,2026-01-01,,销售", BadOrder},
		{"1," + strings.Repeat("9", 65) + ",,,a,t,1,1,,,2026-01-01,,销售", BadCustomer},
		{"1,m,12,,a,t,1,1,,,2026-01-01,,销售", BadPhone},
		{"1,m,,c 1,a,t,1,1,,,2026-01-01,,销售", BadCard},
		{"1,m,," + strings.Repeat("9", 41) + ",a,t,1,1,,,2026-01-01,,销售", BadCard},
		{"1,m,,,,t,1,1,,,2026-01-01,,销售", BadSKU},
		{"1,m,,,a," + strings.Repeat("瓷", 201) + ",1,1,,,2026-01-01,,销售", BadDescription},
		{"1,m,,,a,t,,1,,,2026-01-01,,销售", BadQuantity},
		{"1,m,,,a,t,1.5,1,,,2026-01-01,,销售", BadQuantity},
		{"1,m,,,a,t,1000001,1,,,2026-01-01,,销售", BadQuantity},
		{"1,m,,,a,t,0,1,,,2026-01-01,,销售", ZeroQuantity},
		{"1,m,,,a,t,-1,0,,,2026-01-01,,销售", WriteOff},
		{"1,m,,,a,t,1,,,,2026-01-01,,销售", BadPrice},
		{"1,m,,,a,t,1,1.2345678,,,2026-01-01,,销售", BadPrice},
		{"1,m,,,a,t,1000000,100000000,,,2026-01-01,,销售", BadAmount},
		{"1,m,,,a,t,1,,x,,2026-01-01,,销售", BadAmount},
		{"1,m,,,a,t,1,,-1,,2026-01-01,,销售", BadAmount},
		{"1,m,,,a,t,1,1,,2,2026-01-01,,销售", BadDiscount},
		{"1,m,,,b,t,1,1,,,2026-01-01,,销售", BadDebt},
		{"X1,m,,,a,t,1,1,,,2026-01-01,,销售", BadDebt},
		{"1,m,,,a,t,1,-1,,,2026-01-01,,销售", BadDebt},
		{"1,m,,,a,t,1,1,,,01.02.2026,,销售", BadTime},
		{"1,m,,,a,t,1,1,,,1026-01-01,,销售", BadTime},
		{"1,m,,,a,t,1,1,,,2026-06-02,,销售", FutureTime},
		{"1,m,,,a,t,1,1,,,2026-01-01,二店,销售", UnknownStore},
		{"1,m,,,a,t,1,1,,,2026-01-01,,借货", BadType},
		{"1,m,,,a,t,1,1,,,2026-01-01,,充值", Ignored},
		{`1,m,,,a,"t`, BadRecord},
		{"1,m,,,a,\x00,1,1,,,2026-01-01,,销售", BadEncoding},
	} {
		s := sheetOf(t, p, header, c.row)
		got := Reason("")
		if len(s.Aside) > 0 {
			got = s.Aside[0].Reason
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.row, got, c.want)
		}
		if text := c.want.Text(); c.want != "" && (text.ZH == "" || text.ZH == "未知原因") {
			t.Errorf("%s has no sentence", c.want)
		}
	}
	if s := sheetOf(t, p, header, "1,m,,,a,t,1,1,,,2026-01-01,,销售", "1,other,,,a,t,1,1,,,2026-01-01,,销售"); len(s.Aside) != 1 || s.Aside[0] != (Aside{3, OtherMember}) {
		t.Errorf("two members in one order: %v", s.Aside)
	}
}

func TestMoneyOfRows(t *testing.T) {
	for _, c := range []struct {
		name, row         string
		quantity          int64
		price, gross, net unit.Money
	}{
		{"price", "1,a,3,2.55,,,2026-01-01", 3, 255, 765, 765},
		{"three decimals", "1,a,3,0.335,,,2026-01-01", 3, 34, 101, 101},
		{"a thousandth", "1,a,1,0.001,,,2026-01-01", 1, 0, 0, 0},
		{"gift", "1,a,3,0,,,2026-01-01", 3, 0, 0, 0},
		{"discount", "1,a,3,10,,5.50,2026-01-01", 3, 1000, 3000, 2450},
		{"negative discount is one too", "1,a,3,10,,-5.50,2026-01-01", 3, 1000, 3000, 2450},
		{"amount below price", "1,a,3,10,24.5,,2026-01-01", 3, 1000, 3000, 2450},
		{"amount above price", "1,a,3,10,31,,2026-01-01", 3, 1033, 3100, 3100},
		{"amount alone", "1,a,3,,31,,2026-01-01", 3, 1033, 3100, 3100},
		{"weighed", "1,a,1.235,12.8,,,2026-01-01", 1, 1581, 1581, 1581},
		{"weighed with discount", "1,a,1.5,10,,1,2026-01-01", 1, 1500, 1500, 1400},
		{"returned", "1,a,-3,10,-24.5,,2026-01-01", 3, 1000, 3000, 2450},
	} {
		p := small(t, "returns: {negative_quantity: true}\nnumbers: {fraction: one_piece}\n")
		s := sheetOf(t, p, "no,code,n,p,amt,off,at", c.row)
		if len(s.items) != 1 {
			t.Errorf("%s: set aside: %v", c.name, s.Aside)
			continue
		}
		if i := s.items[0]; i.quantity != c.quantity || i.price != c.price || i.gross != c.gross || i.net != c.net {
			t.Errorf("%s: %d at %d = %d, %d paid; want %d at %d = %d, %d paid", c.name, i.quantity, i.price, i.gross, i.net, c.quantity, c.price, c.gross, c.net)
		}
	}
}

func TestTimesOfRows(t *testing.T) {
	p, err := ParseProfile("p.yaml", []byte(`name: p
columns: {order: no, sku: code, quantity: n, price: p, date: day, time: at}
time: {formats: ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", excel], zone: Asia/Shanghai}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ day, at, want string }{
		{"2026-01-05", "10:00:00", "2026-01-05T10:00:00+08:00"},
		{"", "2026-01-05 10:00:00", "2026-01-05T10:00:00+08:00"},
		{"2026-01-05", "2026-01-05 10:00:00", "2026-01-05T10:00:00+08:00"},
		{"2026-01-05", "", "2026-01-05T00:00:00+08:00"},
		{"46027", "0.5", "2026-01-05T12:00:00+08:00"},
		{"", "46027.000011574", "2026-01-05T00:00:01+08:00"},
		{"", "", "malformed.time"},
		{"46027", "x", "malformed.time"},
		{"", "-5", "malformed.time"},
		{"", "NaN", "malformed.time"},
		{"", "1e300", "malformed.time"},
	} {
		s := sheetOf(t, p, "no,code,n,p,day,at", "1,a,1,1,"+c.day+","+c.at)
		got := ""
		if len(s.Aside) == 1 {
			got = string(s.Aside[0].Reason)
		} else {
			got = NewPlan(s).Deal(0).At.In(p.Zone).Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%q %q: %s, want %s", c.day, c.at, got, c.want)
		}
	}
}

func TestMembersOfRows(t *testing.T) {
	s := sheetOf(t, small(t, ""), "no,who,tel,card,name,code,n,p,at",
		"1,m1,13800138000,,张三,a,1,1,2026-01-01",
		"2,m1,,c1,,a,1,1,2026-01-01",                         // the same, with a card
		"3,,138-0013-8000,,,a,1,1,2026-01-01",                // the same, by phone
		"4,,,c1,,a,1,1,2026-01-01",                           // the same, by card
		"5,m2,13800138000,,,a,1,1,2026-01-01",                // another id with the phone of m1: another member, without it
		"6,,13900139000,,,a,1,1,2026-01-01",                  // known by phone alone
		"7,m3,13900139000,,李四,a,1,1,2026-01-01",              // and now by an id too
		"8,,,,,a,1,1,2026-01-01",                             // nobody
		"9,,,,,a,1,1,2026-01-01", "9,m1,,,,a,1,1,2026-01-01", // named further down
	)
	want := []Customer{{"m1", "13800138000", "c1", "张三"}, {External: "m2"}, {"m3", "13900139000", "", "李四"}}
	if len(s.Members) != len(want) || s.Members[0] != want[0] || s.Members[1] != want[1] || s.Members[2] != want[2] {
		t.Errorf("%+v", s.Members)
	}
	var who []int32
	for _, g := range s.groups {
		who = append(who, g.member)
	}
	for i, want := range []int32{0, 0, 0, 0, 1, 2, 2, -1, 0} {
		if who[i] != want {
			t.Errorf("order %d belongs to %d, want %d", i+1, who[i], want)
		}
	}
}

func TestArticles(t *testing.T) {
	s := sheetOf(t, small(t, "charges: [post]\n"), "no,code,text,cat,n,p,at",
		"1,85123a,碗,餐具,1,2.55,2026-01-03",
		"2,85123A,found,,1,0,2026-01-04", // a gift moves neither name nor price
		"3,８５１２３Ａ,碗,,1,2.10,2026-01-02",  // earlier: its price is older
		"4,Post,,,1,8,2026-01-01",
		"5,85123A,check,,1,2.65,2026-01-03",
	)
	if len(s.Articles) != 2 {
		t.Fatalf("%+v", s.Articles)
	}
	if got, want := s.Articles[0], (Article{SKU: "85123a", Key: "85123A", Name: "碗", Category: "餐具", Price: 265}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, want := s.Articles[1], (Article{SKU: "Post", Key: "POST", Name: "Post", Price: 800, Charge: true}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestOrderNumbersThatRepeat(t *testing.T) {
	rows := []string{
		"1,a,1,1,2026-01-01,S1", "1,a,1,1,2026-01-01,S1", "1,a,1,1,2026-01-02,S1", "1,a,1,1,2026-01-01,",
	}
	for more, want := range map[string]int{
		"": 1, "order: {together_with: day}\n": 2, "order: {together_with: [store, day]}\n": 3,
	} {
		s := sheetOf(t, small(t, more), "no,code,n,p,at,shop", rows...)
		if len(s.groups) != want {
			t.Errorf("%q: %d orders, want %d", more, len(s.groups), want)
		}
	}
}

func TestStoresAndTenders(t *testing.T) {
	p := small(t, "stores: {东门: s1}\npayments: {cash: [现金], card: [POS]}\n")
	s := sheetOf(t, p, "no,code,n,p,at,shop,pay",
		"1,a,1,1,2026-01-01,东门,现金", "2,a,1,1,2026-01-01,一店,pos", "3,a,1,1,2026-01-01,s1,微信", "4,a,1,1,2026-01-01,,")
	var got []string
	plan := NewPlan(s)
	for i := range plan.Count() {
		d := plan.Deal(i)
		got = append(got, string(d.Store)+" "+p.Tender(d.Payment))
	}
	if strings.Join(got, ",") != "sto_1 cash,sto_1 card,sto_1 other,sto_home other" {
		t.Error(got)
	}
}

// TestDaysThatDoNotExist are set aside, never moved to the next day that does.
func TestDaysThatDoNotExist(t *testing.T) {
	p := small(t, "")
	for _, at := range []string{"2026-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-05 24:00:00", "2026-01-05 10:60:00"} {
		if s := sheetOf(t, p, "no,code,n,p,at", "1,a,1,1,"+at); len(s.Aside) != 1 || s.Aside[0].Reason != BadTime {
			t.Errorf("%s: %v", at, s.Aside)
		}
	}
	if s := sheetOf(t, p, "no,code,n,p,at", "1,a,1,1,2024-02-29"); len(s.Aside) != 0 {
		t.Errorf("a leap day: %v", s.Aside)
	}
}
