package ledger

import (
	"huiji/internal/core/day"
	"huiji/internal/core/id"
)

// Posted is told once for every list of ops that was booked, however long the
// list: reports need the sums, and an event for every posting would cost more
// than the posting.
type Posted struct {
	Lines []Line `json:"lines"`
}

// Kind names the event on disk.
func (Posted) Kind() string { return "ledger.posted" }

// Line sums up postings that count alike in reports. Units are signed: of kind
// earn and contra issued above zero, of its reversals below. A posting written
// beside an op (an expiry that was due, a write-off) counts for the op's day.
type Line struct {
	Store  id.Store `json:"store_id,omitempty"`
	Day    day.Date `json:"day"`
	Kind   Kind     `json:"kind"`
	Contra Contra   `json:"contra"`
	Asset  Asset    `json:"asset"`
	Count  int64    `json:"count"`
	Units  int64    `json:"units"`
}

// tally sums up postings in the order in which they first appear.
type tally struct{ lines []Line }

func (t *tally) add(d day.Date, postings []Posting) {
	for i := range postings {
		p := &postings[i]
		l := t.line(Line{Store: p.Store, Day: d, Kind: p.Kind, Contra: p.Contra, Asset: p.Asset})
		l.Count++
		l.Units += p.Amount
	}
}

// line finds the line for sums of this name, the latest first: lists of ops come
// in the order of their days.
func (t *tally) line(name Line) *Line {
	for i := len(t.lines) - 1; i >= 0; i-- {
		l := &t.lines[i]
		if l.Day == name.Day && l.Kind == name.Kind && l.Contra == name.Contra && l.Store == name.Store && l.Asset == name.Asset {
			return l
		}
	}
	t.lines = append(t.lines, name)
	return &t.lines[len(t.lines)-1]
}
