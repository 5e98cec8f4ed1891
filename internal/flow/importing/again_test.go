package importing

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"huiji/internal/domain/earning"
	"huiji/internal/domain/order"
	"huiji/internal/platform/dbtest"
)

const againHeader = "no,orig,who,code,text,n,p,at\n"

// bringAside imports a file and gives what was set aside as the file that is
// written of it.
func (h *house) bringAside(p Profile, text string) (*Report, string) {
	h.Helper()
	r, err := h.Import(context.Background(), h.caller, fileOf([]byte(text)), p, Options{})
	if err != nil {
		h.Fatal(err)
	}
	var out bytes.Buffer
	if err := WriteAside(fileOf([]byte(text)), p, r.Aside, &out); err != nil {
		h.Fatal(err)
	}
	return r.Report, out.String()
}

// unchanged imports a file again and sees that nothing changes.
func (h *house) unchanged(p Profile, want *Report, text string) {
	h.Helper()
	before := h.rows()
	for _, deals := range []int{0, 1} {
		again := h.bring(p, Options{deals: deals}, text)
		if got, want := settled(again), settled(want); again.New != (Made{}) || !reflect.DeepEqual(got, want) {
			h.Errorf("again, %d deals at a time: made %+v\n%+v\nwant %+v", deals, again.New, got, want)
		}
	}
	if after := h.rows(); after != before {
		h.Errorf("rows before %s, after %s", before, after)
	}
	h.sound()
}

// TestRowsPutRightAreAdded: an order was imported without one of its rows, the
// row is put right in the file, and the file comes again.
func TestRowsPutRightAreAdded(t *testing.T) {
	file := func(quantity string) string {
		return againHeader + "1,,m,A,tea,2,10,2026-01-05\n1,,m,B,cup," + quantity + ",7,2026-01-05\n1,,m,D,pot,1,30,2026-01-05\n2,,,A,tea,1,10,2026-01-06\n"
	}
	h := open(t)
	first := h.bring(storyProfile(t), Options{}, file("x"))
	if first.RowsSetAside[BadQuantity] != 1 || first.Gross != 6000 || h.points("m") != 50 {
		t.Errorf("%+v", first)
	}
	second := h.bring(storyProfile(t), Options{}, file("3"))
	if second.RowsRead != 4 || second.RowsUsed != 4 || len(second.RowsSetAside) != 0 || second.Orders != 3 || second.Supplements != 1 ||
		second.Gross != 8100 || second.PointsEarned != 71 || second.New != (Made{Products: 1, Orders: 1}) {
		t.Errorf("%+v", second)
	}
	part, one := h.order("1#part2"), h.order("1")
	if part.Member != one.Member || part.OccurredAt != one.OccurredAt || part.Total != 2100 || part.PointsEarned != 21 || len(part.Lines) != 1 ||
		part.Lines[0].SKU != "B" || one.Total != 5000 || h.points("m") != 71 {
		t.Errorf("%+v\nafter %+v", part, one)
	}
	h.unchanged(storyProfile(t), second, file("3"))
	// The file as it was first is still known, and so is one with the row alone.
	if r := h.bring(storyProfile(t), Options{}, file("x")); r.New != (Made{}) || r.Orders != 2 || r.Gross != 6000 || r.Supplements != 0 {
		t.Errorf("%+v", r)
	}
	if r := h.bring(storyProfile(t), Options{}, againHeader+"1,,m,B,cup,3,7,2026-01-05\n"); r.New != (Made{}) || r.Orders != 1 || r.Gross != 2100 {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(second.Table("en"), "of them supplements") {
		t.Error(second.Table("en"))
	}
}

// TestTheFileOfRowsSetAside: only the rows that were set aside are put right, in
// the file that was written of them, one after the other.
func TestTheFileOfRowsSetAside(t *testing.T) {
	p := storyProfile(t)
	h := open(t)
	_, aside := h.bringAside(p, againHeader+"1,,m,A,=tea,2,10,2026-01-05\n1,,m,B,=cup,x,7,2026-01-05\n1,,m,-D,pot,y,30,2026-01-05\n")
	right := strings.Replace(aside, ",x,", ",3,", 1)
	second, left := h.bringAside(p, right)
	if second.RowsRead != 2 || second.RowsUsed != 1 || second.Supplements != 1 || second.Gross != 2100 || second.New.Orders != 1 {
		t.Errorf("%+v", second)
	}
	if name := h.order("1#part2").Lines[0].Name; name != "=cup" {
		t.Errorf("the name is %q", name)
	}
	h.unchanged(p, second, right)
	if strings.Count(left, "reason_code") != 1 || strings.Count(left, "\n") != 2 || !strings.Contains(left, "malformed.quantity") {
		t.Errorf("%q", left)
	}
	right = strings.Replace(right, ",y,", ",1,", 1)
	third := h.bring(p, Options{}, right)
	if third.RowsUsed != 2 || third.Supplements != 2 || third.Gross != 5100 || third.New.Orders != 1 || h.order("1#part3").Lines[0].SKU != "-D" {
		t.Errorf("%+v", third)
	}
	h.unchanged(p, third, right)
	// A row that was added and changed afterwards is not added once more.
	changed, aside := h.bringAside(p, strings.Replace(right, ",3,", ",4,", 1))
	if changed.RowsSetAside[OtherOrder] != 1 || changed.RowsUsed != 1 || changed.New != (Made{}) || !strings.Contains(aside, "conflict.order") {
		t.Errorf("%+v\n%s", changed, aside)
	}
	if again := h.bring(p, Options{}, aside); again.RowsSetAside[OtherOrder] != 1 || again.New != (Made{}) {
		t.Errorf("%+v", again)
	}
}

// TestAnOrderSetAsideWhole is no addition: its rows are an order.
func TestAnOrderSetAsideWhole(t *testing.T) {
	p := storyProfile(t)
	h := open(t)
	_, aside := h.bringAside(p, againHeader+"1,,m,A,tea,x,10,2026-01-05\n1,,m,A,tea,x,10,2026-01-05\n")
	right := strings.ReplaceAll(aside, ",x,", ",3,")
	r := h.bring(p, Options{}, right)
	if r.Orders != 1 || r.Supplements != 0 || len(h.order("1").Lines) != 2 {
		t.Errorf("%+v", r)
	}
	h.unchanged(p, r, right)
}

// TestWhatCannotBeAdded is set aside with a reason, and nothing is booked.
func TestWhatCannotBeAdded(t *testing.T) {
	const booked = "1,,m,A,tea,2,10,2026-01-05\n1,,m,B,cup,1,7,2026-01-05\n"
	for name, c := range map[string]struct {
		text string
		used int64
	}{
		"a row that was changed":            {"1,,m,A,tea,3,10,2026-01-05\n1,,m,B,cup,1,7,2026-01-05\n", 1},
		"a price that was changed":          {"1,,m,A,tea,2,11,2026-01-05\n1,,m,B,cup,1,7,2026-01-05\n", 1},
		"a row without the others":          {"1,,m,D,pot,1,30,2026-01-05\n", 0},
		"a row with some of the others":     {"1,,m,A,tea,2,10,2026-01-05\n1,,m,D,pot,1,30,2026-01-05\n", 1},
		"the number of another order":       {"1,,n,D,pot,1,30,2026-03-05\n1,,n,A,tea,1,10,2026-03-05\n", 0},
		"a row more, and another member":    {"1,,n,A,tea,2,10,2026-01-05\n1,,n,B,cup,1,7,2026-01-05\n1,,n,D,pot,1,30,2026-01-05\n", 2},
		"a row more and one that was moved": {"1,,m,A,tea,2,10,2026-01-05\n1,,m,B,cup,2,7,2026-01-05\n1,,m,D,pot,1,30,2026-01-05\n", 1},
	} {
		h := open(t)
		h.bring(storyProfile(t), Options{}, againHeader+booked)
		before := h.points("m")
		r := h.bring(storyProfile(t), Options{}, againHeader+c.text)
		rows := int64(strings.Count(c.text, "\n"))
		if r.RowsUsed != c.used || r.RowsSetAside[OtherOrder] != rows-c.used || r.New.Orders != 0 || r.Lines.Sold != c.used || h.points("m") != before {
			t.Errorf("%s: %+v", name, r)
		}
		h.unchanged(storyProfile(t), r, againHeader+c.text)
	}
	for _, reason := range []Reason{OtherOrder, OtherReturn} {
		if reason.Text().ZH == "未知原因" {
			t.Errorf("%s has no sentence", reason)
		}
	}
}

// TestEqualRows: the second of two equal rows was bad. The whole file tells them
// apart by their number.
func TestEqualRows(t *testing.T) {
	h := open(t)
	h.bring(storyProfile(t), Options{}, againHeader+"1,,m,A,tea,2,10,2026-01-05\n1,,m,A,tea,x,10,2026-01-05\n")
	right := againHeader + "1,,m,A,tea,2,10,2026-01-05\n1,,m,A,tea,2,10,2026-01-05\n"
	r := h.bring(storyProfile(t), Options{}, right)
	if r.Supplements != 1 || r.Gross != 4000 || h.points("m") != 40 {
		t.Errorf("%+v", r)
	}
	h.unchanged(storyProfile(t), r, right)
}

// TestReturnsAfterRowsWerePutRight: a return takes its line from where it was
// booked, whatever number the line has in the file now.
func TestReturnsAfterRowsWerePutRight(t *testing.T) {
	sale := func(n string) string {
		return "1,,m,A,tea,2,10,2026-01-05\n1,,m,B,cup," + n + ",7,2026-01-05\n1,,m,D,pot,1,30,2026-01-05\n"
	}
	returns := "C1,,m,D,pot,-1,30,2026-01-08\nC2,,m,B,cup,-1,7,2026-01-09\n"
	for _, deals := range []int{0, 1} {
		h := open(t)
		h.bring(storyProfile(t), Options{deals: deals}, againHeader+sale("x"))
		r := h.bring(storyProfile(t), Options{deals: deals}, againHeader+sale("3")+returns)
		if r.Refunds != 2 || r.Credits != 0 || r.Refunded != 3700 || r.PointsClawedBack != 37 {
			t.Errorf("%+v", r)
		}
		one, part := h.order("1"), h.order("1#part2")
		if one.Refunded != 3000 || one.Lines[1].Returned != 1 || part.Refunded != 700 || part.Lines[0].Returned != 1 {
			t.Errorf("%+v\n%+v", one, part)
		}
		h.unchanged(storyProfile(t), r, againHeader+sale("3")+returns)
	}
	// In a file of their own they find both orders too, by member or by number.
	for _, named := range []string{"", "1"} {
		h := open(t)
		h.bring(storyProfile(t), Options{}, againHeader+sale("x"))
		h.bring(storyProfile(t), Options{}, againHeader+sale("3"))
		later := againHeader + strings.ReplaceAll(returns, ",,m", ","+named+",m")
		r := h.bring(storyProfile(t), Options{}, later)
		if r.Refunds != 2 || r.Credits != 0 || h.order("1#part2").Refunded != 700 {
			t.Errorf("%+v", r)
		}
		h.unchanged(storyProfile(t), r, later)
	}
	// What was never booked cannot come back: it becomes a credit.
	h := open(t)
	h.bring(storyProfile(t), Options{}, againHeader+"1,,m,A,tea,2,10,2026-01-05\n")
	other := againHeader + "1,,m,A,tea,5,10,2026-01-05\nC1,,m,A,tea,-1,10,2026-01-06\n"
	r := h.bring(storyProfile(t), Options{}, other)
	if r.RowsSetAside[OtherOrder] != 1 || r.Refunds+r.Credits != 1 || r.Refunded != 1000 {
		t.Errorf("%+v", r)
	}
	h.unchanged(storyProfile(t), r, other)
}

// TestACancellationActsOnceHoweverItIsMatched: a sale that was put right is the
// better match for a return that was booked on another one already.
func TestACancellationActsOnceHoweverItIsMatched(t *testing.T) {
	file := func(n string) string {
		return againHeader + "1,,m,A,tea,2,10,2026-01-05\n2,,m,A,tea," + n + ",10,2026-01-06\nC1,,m,A,tea,-1,10,2026-01-07\n"
	}
	for _, deals := range []int{0, 1} {
		h := open(t)
		h.bring(storyProfile(t), Options{deals: deals}, file("x"))
		r := h.bring(storyProfile(t), Options{deals: deals}, file("3"))
		if r.Refunds != 1 || r.Credits != 0 || r.Refunded != 1000 || r.New != (Made{Orders: 1}) || h.points("m") != 40 || h.order("2").Refunded != 0 {
			t.Errorf("%+v", r)
		}
		h.unchanged(storyProfile(t), r, file("3"))
	}
}

// TestRowsOfReturns that were not part of a return when it was booked are set
// aside; under a number of their own they are a return.
func TestRowsOfReturns(t *testing.T) {
	file := func(n, number string) string {
		return againHeader + "1,,m,A,tea,9,10,2026-01-05\n1,,m,B,cup,3,7,2026-01-05\n" +
			"C1,,m,A,tea,-1,10,2026-01-07\nC1,,m,Z,elsewhere,-1,3,2026-01-07\n" + number + ",,m,B,cup," + n + ",7,2026-01-07\n"
	}
	h := open(t)
	first := h.bring(storyProfile(t), Options{}, file("x", "C1"))
	if first.Refunds != 1 || first.Credits != 1 {
		t.Errorf("%+v", first)
	}
	second, aside := h.bringAside(storyProfile(t), file("-2", "C1"))
	if second.RowsSetAside[OtherReturn] != 1 || second.RowsUsed != 4 || second.Lines.Returned != 2 || second.New != (Made{}) {
		t.Errorf("%+v", second)
	}
	h.unchanged(storyProfile(t), second, file("-2", "C1"))
	if again := h.bring(storyProfile(t), Options{}, aside); again.RowsSetAside[OtherReturn] != 1 || again.New != (Made{}) {
		t.Errorf("%+v", again)
	}
	third := h.bring(storyProfile(t), Options{}, file("-2", "C1b"))
	if third.RowsUsed != 5 || third.Refunds != 2 || third.Refunded != 2700 || third.New != (Made{Refunds: 1}) {
		t.Errorf("%+v", third)
	}
	h.unchanged(storyProfile(t), third, file("-2", "C1b"))
	if r := h.bring(storyProfile(t), Options{}, againHeader+"C1,,m,A,tea,-2,10,2026-01-07\n"); r.RowsSetAside[OtherReturn] != 1 || r.RowsUsed != 0 || r.New != (Made{}) {
		t.Errorf("%+v", r)
	}
}

// TestAnOrderOfTheTillKeepsItsNumber: an order that did not come from a file is
// never added to.
func TestAnOrderOfTheTillKeepsItsNumber(t *testing.T) {
	f := &Facts{}
	b := beside{whole: []bool{true}}
	for kind, source := range map[order.Kind]string{order.Sale: order.FromAPI, order.Credit: order.FromImport} {
		if f.addable(Deal{Member: -1}, []*order.Order{{Kind: kind, Source: source}}, b) {
			t.Errorf("a %s from %s was added to", kind, source)
		}
	}
	for name, want := range map[string]string{"1": "1", "1#part2": "1", "1#part1": "1#part1", "a#part2#part3": "a#part2", "#party": "#party"} {
		if got := numberOf(name); got != want {
			t.Errorf("%s is a part of %s, want %s", name, got, want)
		}
	}
}

// TestDamagedFilesPutRight damages rows of random files, imports them, puts the
// rows right step by step, and sees the same money as of a file without damage.
func TestDamagedFilesPutRight(t *testing.T) {
	for seed := range uint64(3) {
		random := seeded(100 + seed)
		rows := strings.Split(strings.TrimSpace(randomStory(seed, 60)), "\n")
		damaged := append([]string(nil), rows...)
		for i, row := range rows[1:] {
			if !strings.HasPrefix(row, "C") && random.IntN(3) == 0 {
				cells := strings.Split(row, ",")
				cells[4] = "x" + cells[4]
				damaged[i+1] = strings.Join(cells, ",")
			}
		}
		clean := open(t)
		want := clean.bring(storyProfile(t), Options{}, strings.Join(rows, "\n")+"\n")
		h := open(t)
		var last *Report
		for _, share := range []int{0, 2, 1} { // None, every other one, all.
			for i := range damaged {
				if share > 0 && i%share == 0 {
					damaged[i] = rows[i]
				}
			}
			text := strings.Join(damaged, "\n") + "\n"
			last = h.bring(storyProfile(t), Options{deals: 1 + random.IntN(9)}, text)
			h.unchanged(storyProfile(t), last, text)
		}
		if last.RowsUsed != want.RowsUsed || last.Gross != want.Gross || last.Refunded != want.Refunded || last.Lines != want.Lines ||
			last.Orders-last.Supplements != want.Orders || len(last.RowsSetAside) != len(want.RowsSetAside) {
			t.Errorf("seed %d:\n%+v\nwant %+v", seed, last, want)
		}
	}
}

// TestPartsEarnByTheRuleOfTheirTime, not by that of the day on which they were
// put right.
func TestPartsEarnByTheRuleOfTheirTime(t *testing.T) {
	h := open(t)
	h.bring(storyProfile(t), Options{}, againHeader+"1,,m,A,tea,2,10,2026-01-05\n1,,m,B,cup,x,7,2026-01-05\n")
	dbtest.Clock(h.DB).Set(on("2026-07-01"))
	rule := earning.Defaults("retail")
	rule.Points = 9
	if _, _, err := h.Rules.Set(context.Background(), h.caller, rule); err != nil {
		t.Fatal(err)
	}
	h.bring(storyProfile(t), Options{}, againHeader+"1,,m,A,tea,2,10,2026-01-05\n1,,m,B,cup,1,7,2026-01-05\n")
	if got := h.points("m"); got != 27 {
		t.Errorf("%d points, want 27", got)
	}
}

// TestRowsSetAsideAreReadByTheirProfile, whatever it says about the file.
func TestRowsSetAsideAreReadByTheirProfile(t *testing.T) {
	for _, more := range []string{
		"", "file: {delimiter: ';', header_row: 3}\n", "file: {encoding: gb18030, delimiter: tab}\n", "file: {delimiter: '|'}\nnumbers: {decimal: ','}\n",
	} {
		p := small(t, more)
		mark := ","
		if p.Delimiter != 0 {
			mark = string(p.Delimiter)
		}
		text := strings.Repeat("title\n", p.HeaderRow-1) + strings.ReplaceAll("no,code,text,n,p,tel,at\n1,a,x,y,10,+86 138 0013 8000,2026-01-05\n", ",", mark)
		h := open(t)
		_, aside := h.bringAside(p, text)
		if !strings.Contains(aside, "不超过一百万") {
			t.Errorf("%q: %q", more, aside)
		}
		right := strings.Replace(aside, mark+"y"+mark, mark+"2"+mark, 1)
		if r := h.bring(p, Options{}, right); r.RowsUsed != 1 || r.Members != 1 || r.Gross != 2000 {
			t.Errorf("%q: %+v of %s", more, r, fmt.Sprintf("%q", right))
		}
	}
}
