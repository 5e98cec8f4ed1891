package importing

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"huiji/internal/core/lang"
)

// Table is the reconciliation for people, as plain text.
func (r *Report) Table(tag lang.Tag) string {
	var b strings.Builder
	say := func(zh, en string) string { return lang.Say(zh, en).In(tag) }
	line := func(name string, n int64, note string) {
		_, _ = fmt.Fprintf(&b, "%s %s%s\n", padRight(name, 28), padLeft(count(n), 12), note) // A builder takes all.
	}
	line(say("读取行数", "rows read"), r.RowsRead, "")
	line(say("= 使用行数", "= rows used"), r.RowsUsed, "")
	for _, reason := range slices.Sorted(maps.Keys(r.RowsSetAside)) {
		line("+ "+string(reason), r.RowsSetAside[reason], "  "+reason.Text().In(tag))
	}
	b.WriteByte('\n')
	made := func(n int64) string {
		if r.DryRun {
			return ""
		}
		return "  " + say("本次新增 ", "new in this run: ") + count(n)
	}
	line(say("会员", "members"), r.Members, made(r.New.Members))
	line(say("商品", "products"), r.Products, made(r.New.Products))
	line(say("订单", "orders"), r.Orders, made(r.New.Orders))
	if r.Supplements > 0 {
		line(say("其中补单", "of them supplements"), r.Supplements, "")
	}
	line(say("退款", "refunds"), r.Refunds, made(r.New.Refunds))
	line(say("冲减单（退货未匹配到销售）", "credits (no sale matches)"), r.Credits, made(r.New.Credits))
	if r.PointsOwed > 0 {
		line(say("扣回后会员欠分", "points that members owe"), int64(r.PointsOwed), "")
	}
	b.WriteByte('\n')
	b.WriteString(r.months(tag))
	if r.FileCurrency != "" {
		_, _ = fmt.Fprintf(&b, "\n%s\n", lang.Sayf("文件的币种是 %s，金额按商户币种 %s 记账，未作换算", "the file is in %s; amounts were booked in the merchant's %s, unit for unit", r.FileCurrency, r.Currency).In(tag))
	}
	if r.Digest != "" {
		_, _ = fmt.Fprintf(&b, "\n%s %s\n", say("余额摘要", "digest of balances"), r.Digest)
	}
	if r.DryRun {
		_, _ = fmt.Fprintf(&b, "\n%s\n", say("试运行：没有写入任何数据", "dry run: nothing was written"))
	}
	return b.String()
}

// months is money and points by month, with the sum below.
func (r *Report) months(tag lang.Tag) string {
	say := func(zh, en string) string { return lang.Say(zh, en).In(tag) }
	rows := [][]string{{
		say("月份", "month"), say("订单", "orders"), say("销售额", "gross"), say("退款", "refunds"), say("冲减单", "credits"),
		say("退还", "refunded"), say("其中冲减", "of it credited"), say("获得积分", "points earned"), say("扣回积分", "clawed back"),
	}}
	sum := Month{
		Month: say("合计", "total"), Orders: r.Orders, Gross: r.Gross, Refunds: r.Refunds, Credits: r.Credits, Refunded: r.Refunded,
		Credited: r.Credited, PointsEarned: r.PointsEarned, PointsClawedBack: r.PointsClawedBack,
	}
	for _, m := range append(slices.Clone(r.Months), sum) {
		rows = append(rows, []string{
			m.Month, count(m.Orders), m.Gross.Yuan(), count(m.Refunds), count(m.Credits), m.Refunded.Yuan(), m.Credited.Yuan(),
			count(int64(m.PointsEarned)), count(int64(m.PointsClawedBack)),
		})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], columnsOf(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i == 0 {
				b.WriteString(padRight(cell, widths[i]))
				continue
			}
			b.WriteString("  " + padLeft(cell, widths[i]))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// count writes a number with a comma between thousands.
func count(n int64) string {
	digits := fmt.Sprint(n)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// columnsOf is how wide a terminal shows text: Chinese characters and their
// punctuation take two columns.
func columnsOf(s string) (n int) {
	for _, r := range s {
		n++
		if r >= 0x2e80 {
			n++
		}
	}
	return n
}

func padRight(s string, width int) string { return s + strings.Repeat(" ", max(0, width-columnsOf(s))) }

func padLeft(s string, width int) string { return strings.Repeat(" ", max(0, width-columnsOf(s))) + s }
