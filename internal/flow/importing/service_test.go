package importing

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

// story holds one of everything: m buys, gets a gift and postage, brings some
// back at the same price, at a lower and at a higher one, and something bought
// elsewhere; n buys once; nobody buys and nobody brings back.
const story = `no,who,code,text,n,p,at
1,m,A,TEA,10,2.55,2026-01-05
1,m,G,GIFT,1,0,2026-01-05
1,m,post,POSTAGE,1,8,2026-01-05
2,n,a,TEA,1,0.335,2026-01-06
2,n,B,CUP,3,10,2026-01-06
3,,B,CUP,1,10,2026-01-07
4,m,B,CUP,2,10,2026-02-01
C1,m,A,TEA,-4,2.55,2026-02-02
C2,m,B,CUP,-1,7.5,2026-02-03
C6,m,B,CUP,-1,12,2026-02-03
C3,m,Z,ELSEWHERE,-1,5,2026-02-04
C4,,B,CUP,-1,10,2026-02-05
C5,m,post,POSTAGE,-1,3,2026-02-06
W1,,A,damaged,-5,0,2026-02-07
D1,,BAD,Adjust bad debt,1,-100,2026-02-08
5,n,A,TEA,x,1,2026-02-09
`

func storyProfile(t testing.TB) Profile {
	return small(t, "returns: {order_prefix: C}\ncharges: [POST]\nbad_debt: {negative_price: true}\ncurrency: GBP\n")
}

func TestImport(t *testing.T) {
	h := open(t)
	r := h.bring(storyProfile(t), Options{}, story)
	want := &Report{
		File: "small.csv", Profile: "small", Currency: "CNY", FileCurrency: "GBP", RowsRead: 16, RowsUsed: 13,
		RowsSetAside: map[Reason]int64{WriteOff: 1, BadDebt: 1, BadQuantity: 1},
		Members:      2, Products: 5, Orders: 4, Refunds: 3, Credits: 4,
		// 25.50 + 8 + 0.34 + 30 + 10 + 20; 10.20 back of order 1, 17.50 of 20.00 of order 4, 2.00 above what was paid, 5 + 10 + 3.
		Gross: 9384, Refunded: 4770, Credited: 2000, PointsEarned: 75, PointsClawedBack: 30,
		Lines: Lines{Sold: 7, Gifts: 1, Charges: 1, Returned: 6, Unmatched: 3},
		New:   Made{Members: 2, Products: 5, Orders: 4, Refunds: 3, Credits: 4},
		Months: []Month{
			{Month: "2026-01", Orders: 3, Gross: 7384, PointsEarned: 55},
			{Month: "2026-02", Orders: 1, Refunds: 3, Credits: 4, Gross: 2000, Refunded: 4770, Credited: 2000, PointsEarned: 20, PointsClawedBack: 30},
		},
		Digest: Digest([]Balance{{"m", "points", 15}, {"n", "points", 30}}),
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("%+v\nwant %+v", r, want)
	}
	h.sound()
	h.checkStory()
	if err := h.Jobs.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(h.deeds) != 2 || h.deeds[1].Action != "import.orders" || h.deeds[1].After["orders"] != 4.0 {
		t.Errorf("deeds: %+v", h.deeds)
	}
	var sales, back unit.Money
	for _, s := range h.sums {
		sales, back = sales+s.Sales, back+s.Refunded
	}
	if sales != 9384 || back != 4770 {
		t.Errorf("told: %d sold, %d back", sales, back)
	}
}

// checkStory looks at what became of the story.
func (h *house) checkStory() {
	h.Helper()
	one := h.order("1")
	if one.Kind != order.Sale || one.Status != order.StatusPartlyRefunded || one.Source != order.FromImport || one.Total != 3350 || one.Refunded != 1020 ||
		!one.OccurredAt.Equal(on("2026-01-05").Add(-8*3600e9)) || one.PointsEarned != 25 || one.PointsClawed != 10 || one.MemberBalance != 25 {
		h.Errorf("order 1: %+v", one)
	}
	if len(one.Lines) != 3 || one.Lines[1].Paid != 0 || one.Lines[2].EarnsPoints || one.Lines[2].Kind != "service" || one.Lines[0].Returned != 4 {
		h.Errorf("lines of order 1: %+v", one.Lines)
	}
	if len(one.Refunds) != 1 || one.Refunds[0].ExternalID != "C1#1" || one.Refunds[0].Amount != 1020 || one.Refunds[0].PointsClawed != 10 {
		h.Errorf("refunds of order 1: %+v", one.Refunds)
	}
	if two := h.order("2"); two.Lines[0].Amount != 34 || two.Lines[0].Price != 34 || two.Lines[0].SKU != "A" {
		h.Errorf("order 2: %+v", two.Lines)
	}
	if three := h.order("3"); three.Member != "" || three.PointsEarned != 0 || three.Tenders[0].Amount != 1000 || three.Tenders[0].Method != order.Other {
		h.Errorf("order 3: %+v", three)
	}
	if four := h.order("4"); four.Status != order.StatusPartlyRefunded || four.Refunded != 1750 || four.PointsClawed != 20 {
		h.Errorf("order 4: %+v", four)
	}
	difference := h.order("C6")
	if difference.Kind != order.Credit || difference.Total != -200 || difference.Lines[0].Quantity != -1 || !strings.Contains(difference.Lines[0].Name, "差价") {
		h.Errorf("credit C6: %+v", difference)
	}
	if c := h.order("C4"); c.Member != "" || c.Total != -1000 || c.Tenders[0].Amount != -1000 {
		h.Errorf("credit C4: %+v", c)
	}
	if m, n := h.points("m"), h.points("n"); m != 15 || n != 30 {
		h.Errorf("m has %d points, n %d", m, n)
	}
}

// settled is a report without what a second run does differently.
func settled(r *Report) Report {
	one := *r
	one.New, one.DryRun = Made{}, false
	return one
}

func TestASecondRunChangesNothing(t *testing.T) {
	h := open(t)
	first := h.bring(storyProfile(t), Options{}, story)
	before := h.rows()
	for _, deals := range []int{0, 1, 3} {
		again := h.bring(storyProfile(t), Options{deals: deals}, story)
		if again.New != (Made{}) {
			t.Errorf("%d deals at a time: made %+v", deals, again.New)
		}
		if got, want := settled(again), settled(first); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nwant %+v", got, want)
		}
	}
	if after := h.rows(); after != before {
		t.Errorf("rows before %s, after %s", before, after)
	}
	h.sound()
}

func TestADryRunTellsWhatARealOneDoes(t *testing.T) {
	h := open(t)
	before := h.rows()
	dry := h.bring(storyProfile(t), Options{DryRun: true}, story)
	if !dry.DryRun || dry.Digest != "" || dry.New != (Made{}) {
		t.Errorf("%+v", dry)
	}
	if after := h.rows(); after != before {
		t.Errorf("rows before %s, after %s", before, after)
	}
	real := settled(h.bring(storyProfile(t), Options{}, story))
	real.Digest = ""
	if got := settled(dry); !reflect.DeepEqual(got, real) {
		t.Errorf("%+v\nwant %+v", got, real)
	}
}

// randomStory is a file of sales and returns in which everything happens.
func randomStory(seed uint64, rows int) string {
	random := seeded(seed)
	var b strings.Builder
	b.WriteString("no,who,code,text,n,p,at\n")
	for i := range rows {
		order, back := i/3, random.IntN(4) == 0
		who := []string{"m", "n", "", "o"}[order%7%4]
		number, quantity := fmt.Sprint(order), 1+random.IntN(9)
		if back {
			number, quantity = "C"+number, -1-random.IntN(5)
		}
		fmt.Fprintf(&b, "%s,%s,%s,x,%d,%d.%03d,2026-%02d-%02d\n", number, who, []string{"A", "b", "B", "post", "C"}[random.IntN(5)],
			quantity, random.IntN(3)*7, []int{0, 0, 500, 5, 335}[random.IntN(5)], 1+i*4/rows, 1+i*27/rows%28)
	}
	return b.String()
}

func TestAKilledRunIsCompletedByTheNext(t *testing.T) {
	for seed := range uint64(3) {
		text := randomStory(seed, 60)
		whole := open(t)
		want := whole.bring(storyProfile(t), Options{}, text)
		whole.sound()
		for _, stop := range []int64{1, 17, 44} {
			h := open(t)
			ctx, kill := context.WithCancel(context.Background())
			o := Options{deals: 2, Progress: func(done, _ int64) {
				if done >= stop {
					kill()
				}
			}}
			if _, err := h.Import(ctx, h.caller, fileOf([]byte(text)), storyProfile(t), o); !errors.Is(err, context.Canceled) {
				t.Fatalf("killed at row %d: %v", stop, err)
			}
			got := h.bring(storyProfile(t), Options{deals: 5}, text)
			if got, want := settled(got), settled(want); !reflect.DeepEqual(got, want) {
				t.Errorf("seed %d, killed at row %d:\n%+v\nwant %+v", seed, stop, got, want)
			}
			if got, want := h.rows(), whole.rows(); got != want {
				t.Errorf("seed %d, killed at row %d: rows %s, want %s", seed, stop, got, want)
			}
			h.sound()
		}
	}
}

func TestTwoAtOnce(t *testing.T) {
	text := randomStory(9, 90)
	one := open(t)
	want := settled(one.bring(storyProfile(t), Options{}, text))
	h := open(t)
	var wait sync.WaitGroup
	results, failures := make([]*Result, 2), make([]error, 2)
	for i := range results {
		wait.Go(func() {
			results[i], failures[i] = h.Import(context.Background(), h.caller, fileOf([]byte(text)), storyProfile(t), Options{deals: 2})
		})
	}
	wait.Wait()
	for i, err := range failures {
		if err != nil {
			t.Fatal(err)
		}
		results[i].Report.Digest = want.Digest // Taken while the other one still ran.
		if got := settled(results[i].Report); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nwant %+v", got, want)
		}
	}
	if got, want := h.rows(), one.rows(); got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
	if got := h.bring(storyProfile(t), Options{}, text).Digest; got != want.Digest {
		t.Errorf("digest %s, want %s", got, want.Digest)
	}
	h.sound()
}

func TestTheRuleOfItsTime(t *testing.T) {
	h := open(t)
	dbtest.Clock(h.DB).Set(on("2026-03-01"))
	rule := earning.Defaults("retail")
	rule.Points = 3
	if _, _, err := h.Rules.Set(context.Background(), h.caller, rule); err != nil {
		t.Fatal(err)
	}
	dbtest.Clock(h.DB).Set(testNow())
	h.bring(small(t, ""), Options{}, "no,who,code,n,p,at\n1,old,A,1,100,2019-01-01\n2,first,A,1,100,2026-02-28\n3,second,A,1,100,2026-03-02\n")
	for who, want := range map[string]int64{"old": 100, "first": 100, "second": 300} {
		if got := h.points(who); got != want {
			t.Errorf("%s: %d points, want %d", who, got, want)
		}
	}
}

func TestWhatIsThereStays(t *testing.T) {
	h := open(t)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := h.Members.Enrol(ctx, tx, []member.Draft{{Phone: "13800138000", Name: "张三"}, {CardNo: "c-9"}}); err != nil {
			return err
		}
		_, err := h.Catalog.Add(ctx, tx, []catalog.Product{{SKU: "a-1", Name: "茶", Price: 999, Category: "饮", EarnsPoints: false, TaxRate: 1300}}, catalog.Indexed("p"))
		return err
	})
	r := h.bring(small(t, ""), Options{}, "no,who,tel,card,name,code,n,p,at\n"+
		"1,x1,138 0013 8000,,李四,A-1,1,100,2026-01-01\n2,,,C-9,,A-1,1,100,2026-01-01\n3,x3,,,王五,A-1,1,100,2026-01-01\n")
	if r.Members != 3 || r.New.Members != 1 || r.New.Products != 0 || r.PointsEarned != 0 {
		t.Errorf("%+v", r)
	}
	o := h.order("1")
	if o.Lines[0].SKU != "a-1" || o.Lines[0].Category != "饮" || o.Lines[0].TaxRate != 1300 || o.Lines[0].Price != 10000 {
		t.Errorf("%+v", o.Lines[0])
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		m, err := h.Members.Find(ctx, tx, o.Member)
		if m.Phone != "13800138000" || m.Name != "张三" {
			t.Errorf("%+v", m)
		}
		return err
	})
}

// TestReturnedAtTheTillMeanwhile: an order of an earlier file was refunded by
// hand before the file with its return came.
func TestReturnedAtTheTillMeanwhile(t *testing.T) {
	h := open(t)
	january := "no,who,code,n,p,at\n1,m,A,2,10,2026-01-05\n"
	h.bring(storyProfile(t), Options{}, january)
	one := h.order("1")
	h.write(func(ctx context.Context, tx *db.Tx) error {
		back, err := one.GiveBack(order.Want{Lines: []order.WantLine{{No: 1, Quantity: 1}}})
		if err != nil {
			return err
		}
		return h.Orders.RecordRefunds(ctx, tx, []order.Given{{Order: &one, Refund: order.Refund{
			ID: id.Refund(tx.NewID(id.OfRefund, one.ID.Bucket())), Order: one.ID, Amount: back.Amount, Lines: back.Lines, Tenders: back.Tenders,
			Store: one.Store, OccurredAt: tx.Now(), Day: one.Day,
		}}})
	})
	r := h.bring(storyProfile(t), Options{}, january+"C1,m,A,-1,10,2026-01-06\nC2,m,A,-1,10,2026-01-07\n")
	if r.Refunds != 1 || r.Credits != 1 || r.Refunded != 2000 || r.New.Orders != 0 || h.order("C2").Total != -1000 {
		t.Errorf("%+v", r)
	}
	again := h.bring(storyProfile(t), Options{}, january+"C1,m,A,-1,10,2026-01-06\nC2,m,A,-1,10,2026-01-07\n")
	if got, want := settled(again), settled(r); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	h.sound()
}

// TestSpentBeforeItWasReturned goes by the merchant's debt policy; a refund that
// the policy would refuse has happened all the same and leaves a debt.
func TestSpentBeforeItWasReturned(t *testing.T) {
	for policy, want := range map[string]int64{merchant.Negative: -5, merchant.Refuse: -5, merchant.Forgive: 0} {
		h := open(t)
		if err := h.Merchants.SetDebt(context.Background(), h.caller, merchant.Debt{Points: policy}); err != nil {
			t.Fatal(err)
		}
		sale := "no,who,code,n,p,at\n1,m,A,2,10,2026-01-05\n"
		h.bring(storyProfile(t), Options{}, sale)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Ledger.Book(ctx, tx, []ledger.Op{{Kind: ledger.Redeem, Holder: h.order1(ctx, tx), Amount: 15, Cause: "test"}})
			return err
		})
		r := h.bring(storyProfile(t), Options{}, sale+"C1,m,A,-1,10,2026-01-06\n")
		if got := h.points("m"); got != want || int64(r.PointsOwed) != -want || int64(r.PointsClawedBack) != 5-want {
			t.Errorf("%s: %d points, report %+v", policy, got, r)
		}
		h.sound()
	}
}

func (h *house) order1(ctx context.Context, tx *db.Tx) id.Member {
	found, err := h.Members.FindBy(ctx, tx, member.ByExternal, []string{"m"})
	if err != nil {
		h.Fatal(err)
	}
	return found["m"]
}

// TestReturnsOfEarlierFiles: two months in two files come to the same as in one,
// and each of them again changes nothing.
func TestReturnsOfEarlierFiles(t *testing.T) {
	const header = "no,orig,who,code,n,p,at\n"
	january := "1,,m,a,2,2,2026-01-05\n2,,m,A,3,2,2026-01-06\n7,,,B,2,10,2026-01-07\n8,,m,D,2,5,2026-01-08\n9,,m,post,1,8,2026-01-08\n"
	february := "3,,n,A,1,2,2026-02-01\nC1,,m,A,-3,2,2026-02-02\nC2,7,,B,-1,10,2026-02-03\nC3,,m,A,-4,2,2026-02-04\n" +
		"C4,,m,D,-1,3,2026-02-05\nC5,,m,D,-1,6,2026-02-05\nC6,,m,post,-1,7,2026-02-06\nC7,,,B,-1,10,2026-02-07\nC8,1,m,A,-9,2,2026-02-08\n"
	whole := open(t)
	want := settled(whole.bring(storyProfile(t), Options{}, header+january+february))
	whole.sound()
	for _, deals := range []int{0, 1, 4} {
		h := open(t)
		first := h.bring(storyProfile(t), Options{deals: deals}, header+january)
		second := h.bring(storyProfile(t), Options{deals: deals}, header+february)
		if got, want := second.Digest, want.Digest; got != want {
			t.Errorf("%d deals at a time: digest %s, want %s", deals, got, want)
		}
		if n := second.Refunds; n != want.Refunds || second.Credits != want.Credits || first.Refunded+second.Refunded != want.Refunded ||
			first.PointsClawedBack+second.PointsClawedBack != want.PointsClawedBack {
			t.Errorf("%d deals at a time: %+v\nwant %+v", deals, second, want)
		}
		before := h.rows()
		for _, text := range []string{february, january, january + february} {
			if again := h.bring(storyProfile(t), Options{deals: deals}, header+text); again.New != (Made{}) || again.Digest != want.Digest {
				t.Errorf("%d deals at a time, again: %+v", deals, again)
			}
		}
		again := h.bring(storyProfile(t), Options{}, header+february)
		if got, want := settled(again), settled(second); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nwant %+v", got, want)
		}
		if after := h.rows(); after != before || after != whole.rows() {
			t.Errorf("rows %s, then %s; in one file %s", before, after, whole.rows())
		}
		h.sound()
	}
}

func TestNoStore(t *testing.T) {
	h := open(t)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM store WHERE merchant_id = $1", tx.Merchant())
		return err
	})
	if _, err := h.Import(context.Background(), h.caller, fileOf([]byte(story)), storyProfile(t), Options{}); fault.CodeOf(err) != "import.no_store" {
		t.Errorf("%v", err)
	}
}

// generic is an export of a Chinese till: newest first, returns by their type
// with positive quantities and the number of their order, weighed goods, a store
// by name, an order number in every store.
const generic = `门店,订单号,原单号,类型,会员卡号,手机号,姓名,商品编码,商品名称,商品分类,数量,单价,优惠金额,支付方式,下单时间
一店,0003,0001,退货,,13800138000,张三,6901234567892,青瓷碗,餐具,1,19.90,1.99,现金,2026/1/7 9:05
一店,0002,,销售,K-77,,李四,S-1,散称茶叶（毛尖）,茶叶,0.535,128.00,,微信,2026/1/6 18:30
一店,0002,,销售,K-77,,李四,YF,运费,,1,6.00,,微信,2026/1/6 18:30
一店,0001,,销售,,138 0013 8000,张三,6901234567892,青瓷碗,餐具,3,19.90,5.97,现金,2026/1/5 10:00
一店,0001,,充值,,138 0013 8000,张三,CZ,储值,,1,100,,现金,2026/1/5 10:01
二店,0001,,销售,,,,6901234567892,青瓷碗,餐具,1,19.90,,现金,2026/1/5 10:00
`

func TestTheGenericProfile(t *testing.T) {
	p, err := IncludedProfile("generic")
	if err != nil {
		t.Fatal(err)
	}
	content, err := simplifiedchinese.GB18030.NewEncoder().String(strings.ReplaceAll(generic, "YF", "运费"))
	if err != nil {
		t.Fatal(err)
	}
	h := open(t)
	r := h.bring(p, Options{}, content)
	if r.RowsRead != 6 || r.RowsUsed != 4 || r.RowsSetAside[Ignored] != 1 || r.RowsSetAside[UnknownStore] != 1 || r.Orders != 2 || r.Refunds != 1 ||
		r.Credits != 0 || r.Gross != 5373+6848+600 || r.Refunded != 1791 || r.PointsEarned != 53+68 || r.PointsClawedBack != 17 {
		t.Errorf("%+v", r)
	}
	one, two := h.order("0001"), h.order("0002")
	if one.Discount != 597 || one.Total != 5373 || one.Tenders[0].Method != order.Cash || one.Refunded != 1791 || one.Lines[0].Category != "餐具" {
		t.Errorf("%+v", one)
	}
	if tea := two.Lines[0]; tea.Quantity != 1 || tea.Price != 6848 || !tea.EarnsPoints || two.Lines[1].EarnsPoints || two.Tenders[0].Method != order.Other {
		t.Errorf("%+v", two)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for value, kind := range map[string]member.Identity{"13800138000": member.ByPhone, "K-77": member.ByCode} {
			found, err := h.Members.FindBy(ctx, tx, kind, []string{value})
			if err != nil || found[value] == "" {
				t.Errorf("%s: %v %v", value, found, err)
			}
		}
		return nil
	})
	before := h.rows()
	if again := h.bring(p, Options{}, content); again.New != (Made{}) || h.rows() != before {
		t.Errorf("again: %+v", again)
	}
	h.sound()
}
