package importing

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"huiji/internal/core/fault"
)

// Limits of an XLSX file, so that a small file cannot unpack into a huge one.
const (
	mostPacked   = 10 << 20
	mostUnpacked = 50 << 20
	mostRatio    = 100
	mostParts    = 1000
)

// readSheet reads the rows of one sheet as they are stored: numbers and dates
// without their formats.
func readSheet(in io.Reader, file, sheet string, rows *rowReader) (err error) {
	rows.most = MostSheetRows
	packed, err := io.ReadAll(io.LimitReader(in, mostPacked+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	if err := checkParts(file, packed); err != nil {
		return err
	}
	broken := fault.Newf(fault.Malformed, "import.xlsx_malformed", "%s 不是可读取的 XLSX 文件", "%s is no XLSX file that can be read", file)
	defer func() {
		if recover() != nil {
			err = broken // The reader of a broken file may stumble; the import may not.
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(packed), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostUnpacked,
	})
	if err != nil {
		return broken
	}
	defer func() { _ = book.Close() }() // Only read from.
	if sheet, err = pickSheet(book, sheet); err != nil {
		return err
	}
	lines, err := book.Rows(sheet)
	if err != nil {
		return broken
	}
	for number := 1; lines.Next(); number++ {
		fields, err := lines.Columns()
		if err != nil {
			return broken
		}
		if err := rows.take(number, fields, ""); err != nil {
			return err
		}
	}
	if lines.Error() != nil {
		return broken
	}
	return rows.end()
}

// checkParts refuses a file that is or unpacks too large.
func checkParts(file string, packed []byte) error {
	if len(packed) > mostPacked {
		return fault.Newf(fault.TooLarge, "import.file_too_large", "XLSX 文件最大 %d MiB，更大的请另存为 CSV", "an XLSX file has at most %d MiB; save a larger one as CSV", mostPacked>>20)
	}
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return fault.Newf(fault.Malformed, "import.xlsx_malformed", "%s 不是可读取的 XLSX 文件", "%s is no XLSX file that can be read", file)
	}
	var size, least uint64
	for _, part := range archive.File {
		size += min(part.UncompressedSize64, mostUnpacked+1)
		least += part.CompressedSize64
	}
	if len(archive.File) > mostParts || size > mostUnpacked || size > mostRatio*max(least, 1) {
		return fault.Newf(fault.TooLarge, "import.file_too_large", "%s 解压后过大，请另存为 CSV", "%s is too large when unpacked; save it as CSV", file)
	}
	return nil
}

// pickSheet is the sheet that the profile names, or the first one.
func pickSheet(book *excelize.File, sheet string) (string, error) {
	names := book.GetSheetList()
	if sheet == "" && len(names) > 0 {
		return names[0], nil
	}
	if !slices.Contains(names, sheet) {
		return "", fault.Newf(fault.Invalid, "import.sheet_missing", "文件没有工作表“%s”；有：%v", "the file has no sheet %q; it has %v", sheet, names)
	}
	return sheet, nil
}
