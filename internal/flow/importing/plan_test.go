package importing

import (
	"fmt"
	"strings"
	"testing"
)

// told writes a plan down, one line for each deal: sales as "1: A×2=510", and
// cancellations as "C1 <- 1.1×2=510 | A×1=255", where "1.1" is line 1 of order 1
// and "~" marks another price.
func told(p *Plan) string {
	var all []string
	for i := range p.Count() {
		d := p.Deal(i)
		var parts []string
		for _, take := range d.Takes {
			for _, l := range take.Lines {
				mark := "="
				if !l.Same {
					mark = "~"
				}
				parts = append(parts, fmt.Sprintf("%s.%d×%d%s%d", p.Numbered(take.Group).Number, l.No, l.Quantity, mark, l.Money))
			}
		}
		arrow := ": "
		if d.Back {
			arrow = " <- " + strings.Join(parts, " ") + " | "
		}
		var lines []string
		for _, l := range d.Lines {
			lines = append(lines, fmt.Sprintf("%s×%d=%d", p.Articles[l.Article].Key, l.Quantity, l.Paid))
		}
		all = append(all, strings.TrimSpace(d.Number+arrow+strings.Join(lines, " ")))
	}
	return strings.Join(all, "\n")
}

func TestMatching(t *testing.T) {
	const header = "no,orig,who,code,n,p,at,off"
	for _, c := range []struct {
		name string
		more string
		rows []string
		want string
	}{
		{"the most recent with enough", "", []string{
			"1,,m,A,5,2,2026-01-01", "2,,m,A,1,2,2026-01-02", "3,,m,A,4,2,2026-01-03", "C1,,m,A,-4,2,2026-01-04", "C2,,m,A,-4,2,2026-01-05",
		}, "1: A×5=1000\n2: A×1=200\n3: A×4=800\nC1 <- 3.1×4=800 |\nC2 <- 1.1×4=800 |"},
		{"split from the most recent backwards", "", []string{
			"1,,m,A,2,2,2026-01-01", "2,,m,A,3,2,2026-01-02", "C1,,m,A,-4,2,2026-01-04",
		}, "1: A×2=400\n2: A×3=600\nC1 <- 2.1×3=600 1.1×1=200 |"},
		{"more than was bought", "", []string{
			"1,,m,A,2,2,2026-01-01", "C1,,m,A,-5,2,2026-01-04",
		}, "1: A×2=400\nC1 <- 1.1×2=400 | A×3=600"},
		{"bought later is not returned earlier", "", []string{
			"C1,,m,A,-1,2,2026-01-01", "1,,m,A,2,2,2026-01-02",
		}, "C1 <-  | A×1=200\n1: A×2=400"},
		{"newest first in the file", "", []string{
			"C1,,m,A,-1,2,2026-01-03", "1,,m,A,2,2,2026-01-02",
		}, "1: A×2=400\nC1 <- 1.1×1=200 |"},
		{"the same minute", "", []string{
			"C1,,m,A,-1,2,2026-01-02", "1,,m,A,2,2,2026-01-02",
		}, "1: A×2=400\nC1 <- 1.1×1=200 |"},
		{"somebody else's", "", []string{
			"1,,n,A,2,2,2026-01-01", "C1,,m,A,-1,2,2026-01-02",
		}, "1: A×2=400\nC1 <-  | A×1=200"},
		{"nobody's", "", []string{
			"1,,,A,2,2,2026-01-01", "C1,,,A,-1,2,2026-01-02",
		}, "1: A×2=400\nC1 <-  | A×1=200"},
		{"the same price before a more recent one", "", []string{
			"1,,m,A,2,2,2026-01-01", "2,,m,A,2,3,2026-01-02", "C1,,m,A,-1,2,2026-01-03",
		}, "1: A×2=400\n2: A×2=600\nC1 <- 1.1×1=200 |"},
		{"another price when there is no other", "", []string{
			"1,,m,A,2,3,2026-01-01", "C1,,m,A,-1,2,2026-01-03", "C2,,m,A,-1,4,2026-01-04",
		}, "1: A×2=600\nC1 <- 1.1×1~200 |\nC2 <- 1.1×1~400 |"},
		{"a charge at another price", "charges: [M]\n", []string{
			"1,,m,M,1,3,2026-01-01", "C1,,m,M,-1,2,2026-01-03", "C2,,m,M,-1,3,2026-01-04",
		}, "1: M×1=300\nC1 <-  | M×1=200\nC2 <- 1.1×1=300 |"},
		{"two lines of one order", "", []string{
			"1,,m,A,1,2,2026-01-01", "1,,m,A,1,2,2026-01-01", "C1,,m,A,-2,2,2026-01-03",
		}, "1: A×1=200 A×1=200\nC1 <- 1.2×1=200 1.1×1=200 |"},
		{"two rows for one line", "", []string{
			"1,,m,A,5,2,2026-01-01", "C1,,m,A,-1,2,2026-01-03", "C1,,m,A,-2,2,2026-01-03",
		}, "1: A×5=1000\nC1 <- 1.1×3=600 |"},
		{"several orders at once, in part", "", []string{
			"1,,m,A,1,2,2026-01-01", "2,,m,B,1,2,2026-01-02", "C1,,m,B,-1,2,2026-01-03", "C1,,m,A,-1,2,2026-01-03", "C1,,m,D,-1,9,2026-01-03",
		}, "1: A×1=200\n2: B×1=200\nC1 <- 2.1×1=200 1.1×1=200 | D×1=900"},
		{"a gift comes back as a gift", "", []string{
			"1,,m,A,1,0,2026-01-01", "1,,m,A,1,2,2026-01-01", "C1,,m,A,-1,0,2026-01-03", "C2,,m,A,-1,2,2026-01-03", "C3,,m,A,-1,2,2026-01-03",
		}, "1: A×1=0 A×1=200\nC1 <- 1.1×1=0 |\nC2 <- 1.2×1=200 |\nC3 <-  | A×1=200"},
		{"a gift is not paid out", "", []string{
			"1,,m,A,1,0,2026-01-01", "C1,,m,A,-1,2,2026-01-03",
		}, "1: A×1=0\nC1 <-  | A×1=200"},
		{"either case", "", []string{
			"1,,m,85123a,1,2,2026-01-01", "C1,,m,85123A,-1,2,2026-01-03",
		}, "1: 85123A×1=200\nC1 <- 1.1×1=200 |"},
		{"the order that is named, by anybody", "", []string{
			"1,,,A,1,2,2026-01-01", "2,,m,A,1,2,2026-01-02", "C1,1,m,A,-1,2,2026-01-03", "C2,1,m,A,-1,2,2026-01-03",
		}, "1: A×1=200\n2: A×1=200\nC1 <- 1.1×1=200 |\nC2 <-  | A×1=200"},
		{"an order named that is not there", "", []string{
			"2,,m,A,1,2,2026-01-02", "C1,1,m,A,-1,2,2026-01-03",
		}, "2: A×1=200\nC1 <-  | A×1=200"},
		{"an order named that comes later", "", []string{
			"C1,1,m,A,-1,2,2026-01-03", "1,,m,A,1,2,2026-01-04",
		}, "C1 <-  | A×1=200\n1: A×1=200"},
		{"a return under the number of its order", "returns: {order_prefix: C, negative_quantity: true}\n", []string{
			"1,,,A,2,2,2026-01-01", "1,,,A,-1,2,2026-01-01", "1,,,B,-1,2,2026-01-01",
		}, "1: A×2=400\n1 <- 1.1×1=200 | B×1=200"},
		{"rows of an order that stand apart", "", []string{
			"1,,m,A,1,2,2026-01-01", "2,,n,A,1,2,2026-01-01", "1,,m,B,1,2,2026-01-02", "C1,,m,B,-1,2,2026-01-03",
		}, "1: A×1=200 B×1=200\n2: A×1=200\nC1 <- 1.2×1=200 |"},
		{"money of a split follows the units", "", []string{
			"1,,m,A,1,0.335,2026-01-01", "2,,m,A,1,0.335,2026-01-02", "3,,m,A,1,0.335,2026-01-02", "C1,,m,A,-3,0.335,2026-01-04",
		}, "1: A×1=34\n2: A×1=34\n3: A×1=34\nC1 <- 3.1×1=33 2.1×1=34 1.1×1=34 |"},
		{"a discount is part of the price", "", []string{
			"1,,m,A,2,10,2026-01-01,5", "2,,m,A,2,10,2026-01-01,", "C1,,m,A,-1,7.5,2026-01-04,",
		}, "1: A×2=1500\n2: A×2=2000\nC1 <- 1.1×1=750 |"},
	} {
		more := c.more
		if !strings.Contains(more, "returns:") {
			more += "returns: {order_prefix: C}\n"
		}
		s := sheetOf(t, small(t, more), header, c.rows...)
		if len(s.Aside) > 0 {
			t.Errorf("%s: set aside: %v", c.name, s.Aside)
		}
		if got := told(NewPlan(s)); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestUnitsComeBackOnce checks on random files that no line gives back more
// than was sold and that all of a return is either matched or left.
func TestUnitsComeBackOnce(t *testing.T) {
	random := seeded(11)
	for range 300 {
		var rows []string
		for i := range 60 {
			quantity := 1 + random.IntN(6)
			number := fmt.Sprint(1 + random.IntN(30))
			if random.IntN(3) == 0 {
				number, quantity = "C"+number, -quantity
			}
			rows = append(rows, fmt.Sprintf("%s,%s,%s,%d,%d.%02d,2026-01-%02d", number, number, []string{"A", "a", "B"}[random.IntN(3)], quantity, random.IntN(2), random.IntN(3), 1+i/3))
		}
		s := sheetOf(t, small(t, "returns: {order_prefix: C}\n"), "no,who,code,n,p,at", unite(rows)...)
		plan := NewPlan(s)
		back, rest := map[int32]int64{}, int64(0)
		for i := range plan.items {
			for _, piece := range plan.pieces[int32(i)] {
				back[piece.sold] += piece.quantity
				rest -= piece.quantity
			}
			if plan.groups[plan.items[i].group].back {
				rest += plan.items[i].quantity
			}
		}
		for sold, n := range back {
			if n > plan.items[sold].quantity {
				t.Fatalf("%d units of %d came back", n, plan.items[sold].quantity)
			}
		}
		for i := range plan.Count() {
			if d := plan.Deal(i); d.Back {
				for _, l := range d.Lines {
					rest -= l.Quantity
				}
			}
		}
		if rest != 0 {
			t.Fatalf("%d returned units are neither matched nor left", rest)
		}
	}
}

// unite gives all rows three members, by their order's number, so that an order
// has one member.
func unite(rows []string) []string {
	for i, row := range rows {
		parts := strings.Split(row, ",")
		parts[1] = "m" + fmt.Sprint(len(strings.TrimPrefix(parts[1], "C")))
		rows[i] = strings.Join(parts, ",")
	}
	return rows
}
