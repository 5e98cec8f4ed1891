// Package statement writes the ledger's reports as files: CSV that a spreadsheet
// opens as it is, and XLSX with a sheet for every table. It owns nothing and opens
// nothing.
package statement

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"huiji/internal/domain/ledger"
)

// Write writes a paper as csv or xlsx.
func Write(p ledger.Paper, format string) ([]byte, error) {
	switch format {
	case "csv":
		return writeCSV(p)
	case "xlsx":
		return writeXLSX(p)
	}
	return nil, fmt.Errorf("write %q: there is no format %q", p.Title, format)
}

// mark is the byte order mark by which Excel knows UTF-8; without it Chinese is
// read in the machine's own encoding.
const mark = "\ufeff"

// writeCSV writes one table below the other, with an empty line between.
func writeCSV(p ledger.Paper) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(mark)
	w := csv.NewWriter(&out)
	w.UseCRLF = true // RFC 4180, and what spreadsheets on Windows expect.
	lines := [][]string{{inert(p.Title)}}
	for _, f := range p.Facts {
		lines = append(lines, []string{inert(f.Name), inert(f.Value)})
	}
	for _, t := range p.Tables {
		lines = append(lines, []string{""}, []string{inert(t.Name)}, t.Head)
		for _, row := range t.Rows {
			lines = append(lines, fields(row))
		}
		if len(t.Foot) > 0 {
			lines = append(lines, fields(t.Foot))
		}
	}
	if err := w.WriteAll(lines); err != nil {
		return nil, fmt.Errorf("write %q as CSV: %w", p.Title, err)
	}
	return out.Bytes(), nil
}

func fields(row []ledger.Cell) []string {
	all := make([]string, len(row))
	for i, c := range row {
		if all[i] = c.String(); !c.Numeric {
			all[i] = inert(c.Text)
		}
	}
	return all
}

// inert keeps a text from being taken for a formula: somebody's reason for an
// adjustment must not run on the accountant's machine.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// writeXLSX writes a sheet for every table, with the facts above it.
func writeXLSX(p ledger.Paper) (content []byte, err error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // It has no file of its own.
	look, err := looks(f)
	if err != nil {
		return nil, fmt.Errorf("write %q as XLSX: %w", p.Title, err)
	}
	for i, t := range p.Tables {
		if i == 0 {
			err = f.SetSheetName("Sheet1", t.Name)
		} else {
			_, err = f.NewSheet(t.Name)
		}
		if err == nil {
			err = (&sheet{f: f, look: look}).write(p, t)
		}
		if err != nil {
			return nil, fmt.Errorf("write the sheet %q: %w", t.Name, err)
		}
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write %q as XLSX: %w", p.Title, err)
	}
	return out.Bytes(), nil
}

// look is the styles of a book: of a title, of a head, and of numbers with and
// without decimals, plain and as sums.
type look struct {
	title, head int
	number, sum map[int]int // by decimal places
	words       int         // of the sums' line
}

func looks(f *excelize.File) (look, error) {
	l := look{number: map[int]int{}, sum: map[int]int{}}
	var failed error
	style := func(s excelize.Style) int {
		n, err := f.NewStyle(&s)
		if err != nil {
			failed = err
		}
		return n
	}
	bold := &excelize.Font{Bold: true}
	under := []excelize.Border{{Type: "bottom", Style: 1, Color: "8A94A3"}}
	above := []excelize.Border{{Type: "top", Style: 1, Color: "8A94A3"}}
	l.title = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	l.head = style(excelize.Style{Font: bold, Border: under})
	l.words = style(excelize.Style{Font: bold, Border: above})
	for scale, code := range map[int]string{0: "#,##0", 1: "#,##0.0", 2: "#,##0.00", 3: "#,##0.000", 4: "#,##0.0000"} {
		l.number[scale] = style(excelize.Style{CustomNumFmt: &code})
		l.sum[scale] = style(excelize.Style{CustomNumFmt: &code, Font: bold, Border: above})
	}
	return l, failed
}

// sheet writes one sheet from top to bottom.
type sheet struct {
	f    *excelize.File
	look look
	out  *excelize.StreamWriter
	row  int
}

func (s *sheet) write(p ledger.Paper, t ledger.Table) (err error) {
	if s.out, err = s.f.NewStreamWriter(t.Name); err != nil {
		return err
	}
	for i, width := range widths(t) {
		if err := s.out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.line(excelize.Cell{StyleID: s.look.title, Value: p.Title}); err != nil {
		return err
	}
	for _, f := range p.Facts {
		if err := s.line(f.Name, f.Value); err != nil {
			return err
		}
	}
	s.row++
	var head []any
	for _, h := range t.Head {
		head = append(head, excelize.Cell{StyleID: s.look.head, Value: h})
	}
	if err := s.line(head...); err != nil {
		return err
	}
	for _, row := range t.Rows {
		if err := s.line(s.cells(row, s.look.number, 0)...); err != nil {
			return err
		}
	}
	if len(t.Foot) > 0 {
		if err := s.line(s.cells(t.Foot, s.look.sum, s.look.words)...); err != nil {
			return err
		}
	}
	return s.out.Flush()
}

func (s *sheet) line(cells ...any) error {
	s.row++
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.out.SetRow(at, cells)
}

func (s *sheet) cells(row []ledger.Cell, numbers map[int]int, texts int) []any {
	all := make([]any, len(row))
	for i, c := range row {
		if !c.Numeric {
			all[i] = excelize.Cell{StyleID: texts, Value: c.Text}
			continue
		}
		value := any(c.Amount)
		if c.Scale > 0 {
			divisor := 1.0
			for range c.Scale {
				divisor *= 10
			}
			value = float64(c.Amount) / divisor
		}
		all[i] = excelize.Cell{StyleID: numbers[c.Scale], Value: value}
	}
	return all
}

// widths fits the columns to what is in them; a Chinese character is as wide as
// two letters.
func widths(t ledger.Table) []float64 {
	all := make([]float64, len(t.Head))
	fit := func(i int, text string) {
		all[i] = max(all[i], min(60, float64(utf8.RuneCountInString(text)+(len(text)-utf8.RuneCountInString(text))/2)+3))
	}
	for i, h := range t.Head {
		fit(i, h)
		all[i] = max(all[i], 12)
	}
	for _, row := range slices.Concat(t.Rows, [][]ledger.Cell{t.Foot}) {
		for i, c := range row {
			fit(i, c.String())
		}
	}
	return all
}
