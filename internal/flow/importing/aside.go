package importing

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// asideHeaders are the columns that stand behind the file's own in a file of rows
// set aside.
func asideHeaders() []string { return []string{"row_number", "reason_code", "reason_zh", "reason_en"} }

// isAside reports whether headers are those of a file of rows set aside.
func isAside(headers []string) bool {
	own := len(headers) - len(asideHeaders())
	return own >= 0 && slices.Equal(headers[own:], asideHeaders())
}

// amended reports whether a row says that an earlier run set it aside before its
// order was booked. A row that was set aside because its order was booked
// otherwise says nothing of the kind.
func (f Format) amended(fields []string) bool {
	code := len(f.Headers) - len(asideHeaders()) + 1
	if !f.aside || code >= len(fields) {
		return false
	}
	reason := Reason(fields[code])
	return reason != "" && reason != OtherOrder && reason != OtherReturn
}

// WriteAside writes the rows that were set aside as CSV that the same profile
// reads: their own columns, so that they can be put right and imported again, and
// behind them the row's number, the code of the reason and the reason in both
// languages. It reads the file once more.
func WriteAside(f File, p Profile, aside []Aside, out io.Writer) error {
	// The mark, so that spreadsheets know the encoding; the lines, because the
	// profile looks for the headers below them.
	if _, err := io.WriteString(out, "\ufeff"+strings.Repeat("\n", p.HeaderRow-1)); err != nil {
		return fmt.Errorf("write rows set aside: %w", err)
	}
	w := csv.NewWriter(out)
	w.Comma = cmp.Or(p.Delimiter, ',')
	width := 0
	found := func(format Format) error {
		headers := format.Headers
		if format.aside {
			headers = headers[:len(headers)-len(asideHeaders())]
		}
		width = len(headers)
		return w.Write(slices.Concat(headers, asideHeaders()))
	}
	row := func(rec Record) error {
		if len(aside) == 0 || aside[0].Row != rec.Number {
			return nil
		}
		reason := aside[0].Reason
		aside = aside[1:]
		cells := make([]string, width, width+len(asideHeaders()))
		copy(cells, rec.Fields)
		for i, cell := range cells {
			cells[i] = harmless(cell)
		}
		text := reason.Text()
		return w.Write(append(cells, strconv.Itoa(rec.Number), string(reason), text.ZH, text.EN))
	}
	if err := f.Each(p, found, row); err != nil {
		return err
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write rows set aside: %w", err)
	}
	return nil
}

// formula begins what a spreadsheet runs.
const formula = "=+-@\t\r"

// harmless keeps a spreadsheet from running a cell as a formula. Negative numbers
// stay as they are.
func harmless(cell string) string {
	cell = strings.ToValidUTF8(cell, "?")
	if cell == "" || !strings.ContainsRune(formula, rune(cell[0])) {
		return cell
	}
	if _, number := ParseDecimal(cell, '.'); number {
		return cell
	}
	return "'" + cell
}

// unharmed are the cells of a row set aside as they were before harmless.
func unharmed(fields []string) []string {
	fields = slices.Clone(fields)
	for i, cell := range fields {
		if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(formula, rune(cell[1])) {
			fields[i] = cell[1:]
		}
	}
	return fields
}
