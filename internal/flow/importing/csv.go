package importing

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// A row whose quotes are not closed ends after this many lines: one stray quote
// costs its line and not the rest of the file.
const mostLinesOfRow = 50

// lineReader reads lines and can take some of them back.
type lineReader struct {
	in      *bufio.Reader
	waiting []readLine // lines that were read ahead and given back
	err     error
}

// readLine is a line, and whether it was cut.
type readLine struct {
	text []byte
	cut  bool
}

// next is the next line with its end, at most longestRecord bytes of it; a longer
// line is cut and reported. The last answer is io.EOF.
func (l *lineReader) next() (line []byte, cut bool, err error) {
	if len(l.waiting) > 0 {
		first := l.waiting[0]
		l.waiting = l.waiting[1:]
		return first.text, first.cut, nil
	}
	for l.err == nil {
		var part []byte
		part, l.err = l.in.ReadSlice('\n')
		if room := longestRecord - len(line); len(part) > room {
			part, cut = part[:room], true
		}
		line = append(line, part...)
		if l.err == bufio.ErrBufferFull {
			l.err = nil
			continue
		}
		if l.err == io.EOF && len(line) > 0 || l.err == nil {
			return line, cut, nil
		}
	}
	return nil, false, l.err
}

// readText cuts text into rows. Values may stand in quotes and then hold line
// ends and doubled quotes; a quote inside a value without quotes is an ordinary
// character.
func readText(text io.Reader, rows *rowReader) error {
	rows.most = MostRows
	lines := &lineReader{in: bufio.NewReaderSize(text, longestRecord)}
	cutter := &cutter{delimiter: byte(rows.profile.Delimiter)}
	for number := 1; ; {
		record, cut, err := lines.next()
		if err == io.EOF {
			return rows.end()
		}
		if err != nil {
			return err
		}
		if number == 1 {
			record = bytes.TrimPrefix(record, []byte("\ufeff"))
		}
		if cutter.delimiter == 0 && number >= rows.profile.HeaderRow {
			cutter.delimiter = guessDelimiter(record)
		}
		problem := Reason("")
		if cut {
			problem = cutter.raw(record)
		} else if problem, err = cutter.whole(lines, record); err != nil {
			return err
		}
		if problem == "" && len(cutter.fields) == 1 && strings.TrimSpace(cutter.fields[0]) == "" {
			number++
			continue // A line without anything in it.
		}
		if err := rows.take(number, cutter.fields, problem); err != nil {
			return err
		}
		number++
	}
}

// guessDelimiter is the mark that cuts the header into the most columns.
func guessDelimiter(header []byte) byte {
	best, most := byte(','), 0
	for _, mark := range []byte(",\t;|") {
		if n := bytes.Count(header, []byte{mark}); n > most {
			best, most = mark, n
		}
	}
	return best
}

// cutter cuts one row into its fields.
type cutter struct {
	delimiter byte
	fields    []string
	ends      []int // of the fields in plain
	plain     []byte
}

// whole cuts the row that begins with the line and reads further lines while a
// quote is open.
func (c *cutter) whole(lines *lineReader, record []byte) (Reason, error) {
	var ahead []readLine
	first := record
	for {
		done, ok := c.cut(record)
		if done {
			if !ok {
				return BadRecord, nil
			}
			return "", nil
		}
		line, cut, err := lines.next()
		if err != nil && err != io.EOF {
			return "", err
		}
		if err == nil {
			ahead = append(ahead, readLine{line, cut})
		}
		if err == io.EOF || cut || len(ahead) > mostLinesOfRow || len(record)+len(line) > longestRecord {
			lines.waiting = append(ahead, lines.waiting...)
			return c.raw(first), nil
		}
		record = append(record[:len(record):len(record)], line...)
	}
}

// raw keeps a row that cannot be cut as one field, so that it can be shown.
func (c *cutter) raw(record []byte) Reason {
	c.fields = append(c.fields[:0], strings.ToValidUTF8(string(bytes.TrimRight(record, "\r\n")), "?"))
	return BadRecord
}

// cut fills fields from the text of a row. Done is false while a quote is open.
func (c *cutter) cut(record []byte) (done, ok bool) {
	record = bytes.TrimSuffix(record, []byte("\n"))
	record = bytes.TrimSuffix(record, []byte("\r"))
	c.fields, c.ends, c.plain = c.fields[:0], c.ends[:0], c.plain[:0]
	ok = true
	for {
		if len(record) > 0 && record[0] == '"' {
			end := c.unquote(record[1:])
			if end < 0 {
				return false, false
			}
			record = record[1+end:]
			if len(record) > 0 && record[0] != c.delimiter {
				ok = false // Something stands behind the closing quote.
			}
		}
		at := bytes.IndexByte(record, c.delimiter)
		if at < 0 {
			c.plain = append(c.plain, record...)
			c.ends = append(c.ends, len(c.plain))
			break
		}
		c.plain = append(c.plain, record[:at]...)
		c.ends = append(c.ends, len(c.plain))
		record = record[at+1:]
	}
	text, from := string(c.plain), 0
	for _, end := range c.ends {
		c.fields = append(c.fields, text[from:end])
		from = end
	}
	return true, ok
}

// unquote appends a quoted value to plain and is the length of it in the text,
// with its closing quote; -1 when that is missing.
func (c *cutter) unquote(text []byte) int {
	for from := 0; ; {
		at := bytes.IndexByte(text[from:], '"')
		if at < 0 {
			return -1
		}
		c.plain = append(c.plain, text[from:from+at]...)
		from += at + 1
		if from == len(text) || text[from] != '"' {
			return from
		}
		c.plain = append(c.plain, '"')
		from++
	}
}
