// Package upkeep lets people see the work in the background and mend it: how much
// waits, what has failed for the last time (the dead letters), and, when the cause
// is mended, that it is tried again. It owns no table.
//
//  1. Nothing here shows what a job carries. Of the error that ended it only what
//     cannot be about a person is shown, see Clean.
//  2. A dead letter is named by an id of its own, made of what never changes, so
//     that the names of causes stay inside.
//  3. A replay leaves a line in the audit log.
package upkeep

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/domain/audit"
)

// ReplayMax is how many dead letters one request tries again.
const ReplayMax = 1000

// errNotFound does not tell a letter that never was from one that is no more.
var errNotFound = fault.New(fault.NotFound, "job.not_found",
	"没有这个失败的任务：它可能已经重试过", "there is no such dead letter: it may have been replayed already")

// Letter is a dead letter as people see it.
type Letter struct {
	ID, Kind            string
	Attempts            int
	Error               string // cleaned
	CreatedAt, FailedAt time.Time
}

// Overview is how a merchant's jobs stand.
type Overview struct {
	Waiting, Retrying, Running, Dead int64
	Kinds                            []Kind        // of the dead letters
	DueFor                           time.Duration // how long the job that is due longest waits; 0 when none is due
}

// Kind is how many dead letters there are of one kind of job.
type Kind struct {
	Kind string
	Dead int64
}

// Replayed is what a replay did.
type Replayed struct {
	Replayed int64 `json:"replayed"`
	Left     int64 `json:"left"` // dead letters of the same kind that are still there
}

// place is where a page of dead letters ended.
type place struct {
	At int64  `json:"at"`
	ID string `json:"id"`
}

// nameOf is the id of a dead letter for people: its bucket, the time of the job
// and a hash of whose it is and of the job's own name.
func nameOf(of id.Merchant, bucket id.Bucket, made time.Time, jobID string) string {
	sum := sha256.Sum256([]byte(string(of) + "|" + jobID))
	return id.New(id.OfJob, bucket, made, binary.BigEndian.Uint64(sum[:8]))
}

// Limits of what is shown of an error.
const (
	errorMax  = 300
	digitsMax = 6 // a status of SQL has five; a day, a phone and a card have more
)

// hidden stands for what is not shown.
const hidden = "…"

// Clean is what may be shown of an error. The errors of handlers name no persons,
// but those of databases and of the far end repeat what they were given. So what
// is quoted, what is not ASCII (as Chinese names are), addresses with an @ and
// long numbers are left out, phone numbers however they are written. Ids of our
// own stay.
func Clean(message string) string {
	s := audit.MaskPhones(strings.ToValidUTF8(message, hidden))
	s = withoutForeign(withoutQuotes(s))
	parts := strings.Fields(s)
	for i, part := range parts {
		if strings.Contains(part, "@") {
			parts[i] = hidden
		}
	}
	s = withoutNumbers(strings.Join(parts, " "))
	if len(s) <= errorMax {
		return s
	}
	return s[:strings.LastIndexByte(s[:errorMax], ' ')+1] + hidden
}

// withoutQuotes leaves out what stands between quotation marks, and everything
// behind one that is never closed. An apostrophe inside a word is none.
func withoutQuotes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		opens := c == '"' || c == '`' || c == '\'' && (i == 0 || !letter(s[i-1]))
		if !opens {
			b.WriteByte(c)
			continue
		}
		b.WriteByte(c)
		b.WriteString(hidden)
		end := closing(s, i)
		if end < 0 {
			return b.String()
		}
		b.WriteByte(c)
		i = end
	}
	return b.String()
}

// closing is where the quotation that opens at i ends, past what a backslash
// escapes; -1 when it never does. One that opens escaped ends escaped.
func closing(s string, i int) int {
	if i > 0 && s[i-1] == '\\' {
		end := strings.Index(s[i+1:], s[i-1:i+1])
		if end < 0 {
			return -1
		}
		return i + 1 + end + 1
	}
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case s[i]:
			return j
		}
	}
	return -1
}

// withoutForeign puts one mark for each run of what is not printable ASCII.
// Control characters and line ends become spaces.
func withoutForeign(s string) string {
	var b strings.Builder
	running := false
	for _, r := range s {
		switch {
		case r < ' ' || r == 0x7f:
			b.WriteByte(' ')
		case r > '~' && !running:
			b.WriteString(hidden)
		case r <= '~':
			b.WriteRune(r)
		}
		running = r > '~'
	}
	return b.String()
}

// withoutNumbers leaves out numbers of more than digitsMax digits, also when
// single spaces or dashes part them, except in ids of our own.
func withoutNumbers(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if n := ownID(s[i:]); n > 0 && (i == 0 || !letter(s[i-1])) {
			b.WriteString(s[i : i+n])
			i += n
			continue
		}
		n, digits := number(s[i:])
		switch {
		case digits > digitsMax:
			b.WriteString(hidden)
		case digits > 0:
			b.WriteString(s[i : i+n])
		default:
			n = 1
			b.WriteByte(s[i])
		}
		i += n
	}
	return b.String()
}

// ownID is how many bytes at the start of s are an id of ours; 0 when none is.
func ownID(s string) int {
	const prefix, whole = 3, 28
	if len(s) < whole || !id.Is(s[:prefix], s[:whole]) || len(s) > whole && letter(s[whole]) {
		return 0
	}
	return whole
}

// number is how long the number at the start of s is, and how many digits it has.
func number(s string) (length, digits int) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] >= '0' && s[i] <= '9':
			digits++
			length = i + 1
		case digits == 0 || i != length || s[i] != ' ' && s[i] != '-':
			return length, digits
		}
	}
	return length, digits
}

// letter reports whether c can stand inside a word.
func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
