package importing

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WriteAside writes the rows that were set aside as CSV: their own columns, so
// that they can be put right and imported again with the same profile, and behind
// them the row's number, the code of the reason and the reason in both languages.
// It reads the file once more.
func WriteAside(f File, p Profile, aside []Aside, out io.Writer) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil { // So that spreadsheets know the encoding.
		return fmt.Errorf("write rows set aside: %w", err)
	}
	w := csv.NewWriter(out)
	width := 0
	found := func(format Format) error {
		width = len(format.Headers)
		return w.Write(append(slices.Clone(format.Headers), "row_number", "reason_code", "reason_zh", "reason_en"))
	}
	row := func(rec Record) error {
		if len(aside) == 0 || aside[0].Row != rec.Number {
			return nil
		}
		reason := aside[0].Reason
		aside = aside[1:]
		cells := make([]string, width, width+4)
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

// harmless keeps a spreadsheet from running a cell as a formula. Negative numbers
// stay as they are.
func harmless(cell string) string {
	cell = strings.ToValidUTF8(cell, "?")
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if _, number := ParseDecimal(cell, '.'); number {
		return cell
	}
	return "'" + cell
}
