package importing

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
)

// File is what is imported: CSV, plain or gz, or XLSX. Open gives its bytes from
// the start, each time anew.
type File struct {
	Name string // as errors and the report call it
	Open func() (io.ReadCloser, error)
}

// Record is one row of a file.
type Record struct {
	Number  int      // counted from 1, headers included, as a spreadsheet shows it
	Fields  []string // valid until the next record; as many as there are headers
	Problem Reason   // "" = the row could be cut into columns
}

// mostBytes bounds the unpacked text of a file.
const mostBytes = 8 << 30

// Format says how a file turned out to be written.
type Format struct {
	Headers []string
	at      map[Column]int
	aside   bool // it is a file of rows set aside: the last headers are those of asideHeaders
}

// Field is the trimmed value of a column; "" where the file has no such column.
func (f Format) Field(fields []string, c Column) string {
	at, ok := f.at[c]
	if !ok || at >= len(fields) {
		return ""
	}
	return strings.TrimSpace(fields[at])
}

// Has reports whether the file has the column.
func (f Format) Has(c Column) bool { _, ok := f.at[c]; return ok }

// Each reads the file and calls found once, with its headers, and then row for
// every row below them. Rows without any value are skipped and not counted. It
// uses a constant amount of memory for text, and for XLSX what its limits allow.
func (f File) Each(p Profile, found func(Format) error, row func(Record) error) error {
	source, err := f.Open()
	if err != nil {
		return fmt.Errorf("open %s: %w", f.Name, err)
	}
	defer func() { _ = source.Close() }() // Only read from.
	in := bufio.NewReaderSize(source, 64<<10)
	magic, err := in.Peek(4)
	if err != nil && err != io.EOF {
		return fmt.Errorf("read %s: %w", f.Name, err)
	}
	rows := &rowReader{file: f.Name, profile: p, found: found, row: row}
	switch {
	case len(magic) == 0:
		return fault.Newf(fault.Invalid, "import.file_empty", "文件 %s 是空的", "the file %s is empty", f.Name)
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")):
		return readSheet(in, f.Name, p.Sheet, rows)
	case bytes.HasPrefix(magic, []byte("\xd0\xcf\x11\xe0")):
		return fault.Newf(fault.Invalid, "import.old_excel", "%s 是旧版 .xls 文件，请在 Excel 中另存为 .xlsx 或 CSV", "%s is an old .xls file; save it as .xlsx or CSV", f.Name)
	}
	return f.eachText(in, bytes.HasPrefix(magic, []byte("\x1f\x8b")), p.Encoding, rows)
}

func (f File) eachText(in io.Reader, packed bool, name string, rows *rowReader) error {
	if name == Auto {
		var err error
		if name, err = f.detect(); err != nil {
			return err
		}
	}
	unpacked, err := f.unpack(in, packed)
	if err != nil {
		return err
	}
	text := bufio.NewReaderSize(unpacked, 64<<10)
	if mark, _ := text.Peek(3); string(mark) == "\ufeff" { // What cannot be read shows below.
		name = UTF8 // Whatever the profile says: the rows set aside are written so.
	}
	return readText(decoded(text, name), rows)
}

// unpack is the text behind gzip, bounded.
func (f File) unpack(in io.Reader, packed bool) (io.Reader, error) {
	if packed {
		broken := fault.Newf(fault.Malformed, "import.gz_malformed", "%s 不完整或已损坏，无法解压", "%s is cut off or damaged and cannot be unpacked", f.Name)
		unzipped, err := gzip.NewReader(in)
		if err != nil {
			return nil, broken
		}
		in = &named{unzipped, broken}
	}
	return &bounded{in: in, left: mostBytes}, nil
}

// named is an input whose errors all have one name.
type named struct {
	in  io.Reader
	err error
}

// Read reads.
func (n *named) Read(p []byte) (int, error) {
	read, err := n.in.Read(p)
	if err != nil && err != io.EOF {
		err = n.err
	}
	return read, err
}

// bounded is an input that is an error, not an end, when it is too long.
type bounded struct {
	in   io.Reader
	left int64
}

// Read reads what is allowed.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fault.Newf(fault.TooLarge, "import.file_too_large", "文件解压后超过 %d GiB，请按时间拆分", "the file holds more than %d GiB of text; split it by time", int64(mostBytes>>30))
	}
	return n, err
}

// detect looks at the whole file: a byte order mark decides, then UTF-8 when
// every byte is valid, otherwise GB18030. A first page of plain ASCII says
// nothing about the names further down.
func (f File) detect() (string, error) {
	source, err := f.Open()
	if err != nil {
		return "", fmt.Errorf("open %s: %w", f.Name, err)
	}
	defer func() { _ = source.Close() }() // Only read from.
	in := bufio.NewReaderSize(source, 64<<10)
	magic, _ := in.Peek(2) // What cannot be read shows below.
	text, err := f.unpack(in, bytes.Equal(magic, []byte("\x1f\x8b")))
	if err != nil {
		return "", err
	}
	var carry [utf8.UTFMax]byte
	kept, first := 0, true
	page := make([]byte, 256<<10)
	for {
		copy(page, carry[:kept])
		n, err := io.ReadFull(text, page[kept:])
		got := page[:kept+n]
		if first && (bytes.HasPrefix(got, []byte("\xff\xfe")) || bytes.HasPrefix(got, []byte("\xfe\xff"))) {
			return utf16, nil
		}
		first = false
		end := err != nil
		whole := got
		if !end {
			whole = got[:len(got)-unfinished(got)]
		}
		if !utf8.Valid(whole) {
			return GB18030, nil
		}
		kept = copy(carry[:], got[len(whole):])
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return UTF8, nil
		}
		if err != nil {
			return "", fmt.Errorf("read %s: %w", f.Name, err)
		}
	}
}

// utf16 is only ever detected, from its byte order mark.
const utf16 = "utf-16"

// unfinished is how many bytes at the end begin a character that goes on behind.
func unfinished(page []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(page); n++ {
		if b := page[len(page)-n]; utf8.RuneStart(b) {
			if !utf8.FullRune(page[len(page)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// decoded turns text into UTF-8. Bytes of a UTF-8 file pass as they are: a wrong
// one costs its row, not the file.
func decoded(text io.Reader, name string) io.Reader {
	var decoder *encoding.Decoder
	switch name {
	case GB18030:
		decoder = simplifiedchinese.GB18030.NewDecoder()
	case utf16:
		decoder = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
	default:
		return text
	}
	return decoder.Reader(text)
}

// rowReader finds the header and hands the rows below it on.
type rowReader struct {
	file    string
	profile Profile
	found   func(Format) error
	row     func(Record) error
	format  Format
	seen    int // rows with a value so far, with those above the header
	most    int
}

// header takes the row that holds the headers.
func (r *rowReader) header(fields []string) error {
	r.format = Format{at: map[Column]int{}}
	for _, name := range fields {
		r.format.Headers = append(r.format.Headers, strings.Clone(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))))
	}
	for len(r.format.Headers) > 0 && r.format.Headers[len(r.format.Headers)-1] == "" {
		r.format.Headers = r.format.Headers[:len(r.format.Headers)-1]
	}
	if len(r.format.Headers) > MostColumns {
		return fault.Newf(fault.TooLarge, "import.columns_too_many", "文件有 %d 列，最多 %d 列", "the file has %d columns, at most %d are read", len(r.format.Headers), MostColumns)
	}
	r.format.aside = isAside(r.format.Headers)
	for c, names := range r.profile.Columns {
		at, ok := locate(r.format.Headers, names)
		if !ok {
			continue
		}
		if again := slices.IndexFunc(r.format.Headers[at+1:], func(h string) bool { return fold.Code(h) == fold.Code(r.format.Headers[at]) }); again >= 0 {
			return fault.Newf(fault.Invalid, "import.column_twice",
				"表头“%s”出现了两次（第 %d 列和第 %d 列），无法确定用哪一列作 %s", "the header %q stands twice, in columns %d and %d: which of them is %s cannot be told",
				r.format.Headers[at], at+1, at+again+2, c)
		}
		r.format.at[c] = at
	}
	if lacking := r.format.lacking(r.profile); len(lacking) > 0 {
		return missing(lacking, r.format.Headers)
	}
	return r.found(r.format)
}

// locate is the position of the first of the names that the headers have.
func locate(headers, names []string) (int, bool) {
	for _, name := range names {
		for i, header := range headers {
			if fold.Code(header) == name {
				return i, true
			}
		}
	}
	return 0, false
}

// lacking are the columns that are needed and not there, each with the headers
// that were looked for.
func (f Format) lacking(p Profile) (all []string) {
	lacks := func(some ...Column) {
		var names []string
		for _, c := range some {
			if f.Has(c) {
				return
			}
			names = append(names, p.Columns[c]...)
		}
		all = append(all, fmt.Sprintf("%s (%s)", some[0], strings.Join(names, " / ")))
	}
	lacks(ColOrder)
	lacks(ColSKU)
	lacks(ColQuantity)
	lacks(ColPrice, ColAmount)
	lacks(ColTime, ColDate)
	return all
}

// take hands one row on. Fields beyond the headers must be empty.
func (r *rowReader) take(number int, fields []string, problem Reason) error {
	if problem == "" && isBlank(fields) {
		return nil
	}
	if r.format.at == nil {
		if number < r.profile.HeaderRow {
			return nil
		}
		return r.header(fields)
	}
	if r.seen++; r.seen > r.most {
		return fault.Newf(fault.TooLarge, "import.rows_too_many", "文件超过 %d 行，请按时间拆分", "the file has more than %d rows; split it by time", r.most)
	}
	width := len(r.format.Headers)
	if problem == "" && len(fields) > width {
		if !isBlank(fields[width:]) {
			problem = BadRecord
		}
		fields = fields[:width]
	}
	if problem == "" && !readable(fields) {
		problem = BadEncoding
	}
	if r.format.aside {
		fields = unharmed(fields)
	}
	return r.row(Record{Number: number, Fields: fields, Problem: problem})
}

// end is called after the last row.
func (r *rowReader) end() error {
	if r.format.at == nil {
		return fault.Newf(fault.Invalid, "import.no_header", "文件 %s 没有表头行", "the file %s has no header row", r.file)
	}
	return nil
}

func isBlank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

// readable reports whether all text is valid and free of control characters that
// no engine stores alike.
func readable(fields []string) bool {
	for _, f := range fields {
		if !utf8.ValidString(f) || strings.IndexByte(f, 0) >= 0 || strings.Contains(f, "\ufffd") {
			return false
		}
	}
	return true
}
