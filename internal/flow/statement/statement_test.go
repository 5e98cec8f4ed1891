package statement_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"huiji/internal/domain/ledger"
	"huiji/internal/flow/statement"
)

func paper() ledger.Paper {
	text := func(s string) ledger.Cell { return ledger.Cell{Text: s} }
	figure := func(n int64, scale int) ledger.Cell { return ledger.Cell{Amount: n, Scale: scale, Numeric: true} }
	return ledger.Paper{
		Title: "积分对账单", Facts: []ledger.Fact{{Name: "商户", Value: "=HYPERLINK(1)"}},
		Tables: []ledger.Table{
			{Name: "按月汇总", Head: []string{"月份", "期末"}, Rows: [][]ledger.Cell{{text("2026-01"), figure(-1234, 0)}}, Foot: []ledger.Cell{text("合计"), figure(-1234, 0)}},
			{Name: "明细", Head: []string{"说明", "金额"}, Rows: [][]ledger.Cell{{text("+86 来电，\"投诉\""), figure(1250, 2)}}},
		},
	}
}

func TestCSV(t *testing.T) {
	content, err := statement.Write(paper(), "csv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(content, []byte{0xef, 0xbb, 0xbf}) {
		t.Error("Excel would not know that it is UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(content[3:]))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, row := range rows {
		lines = append(lines, strings.Join(row, "|"))
	}
	want := `积分对账单;商户|'=HYPERLINK(1);按月汇总;月份|期末;2026-01|-1234;合计|-1234;明细;说明|金额;'+86 来电，"投诉"|12.50`
	if got := strings.Join(lines, ";"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestXLSX(t *testing.T) {
	content, err := statement.Write(paper(), "xlsx")
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	if got := strings.Join(book.GetSheetList(), " "); got != "按月汇总 明细" {
		t.Error(got)
	}
	for _, c := range []struct{ sheet, cell, want string }{
		{"按月汇总", "A1", "积分对账单"}, {"按月汇总", "B2", "=HYPERLINK(1)"}, {"按月汇总", "A4", "月份"}, {"按月汇总", "B5", "-1,234"},
		{"按月汇总", "A6", "合计"}, {"明细", "B5", "12.50"}, {"明细", "A5", `+86 来电，"投诉"`},
	} {
		if got, err := book.GetCellValue(c.sheet, c.cell); err != nil || got != c.want {
			t.Errorf("%s %s is %q (%v), want %q", c.sheet, c.cell, got, err, c.want)
		}
		if kind, _ := book.GetCellFormula(c.sheet, c.cell); kind != "" {
			t.Errorf("%s %s is a formula: %s", c.sheet, c.cell, kind)
		}
	}
	if raw, _ := book.GetCellValue("明细", "B5", excelize.Options{RawCellValue: true}); raw != "12.5" {
		t.Error("money is kept as", raw)
	}
}

func TestOtherFormats(t *testing.T) {
	if _, err := statement.Write(paper(), "pdf"); err == nil {
		t.Error("pdf was written")
	}
}
