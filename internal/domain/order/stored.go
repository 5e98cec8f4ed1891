package order

import (
	"encoding/json"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/unit"
)

// What an order keeps as JSON: its awards, what its lines still hold, and what a
// refund took. Names are short because there are many of them.

type storedSnapshot struct {
	Used   id.Posting    `json:"used,omitempty"`
	Awards []storedAward `json:"awards,omitempty"`
}

type storedAward struct {
	Rule    string      `json:"rule"`
	Version int64       `json:"version"`
	Points  unit.Points `json:"points"`
	Posting id.Posting  `json:"posting,omitempty"`
	Lines   [][4]int64  `json:"lines,omitempty"` // number, quantity, money, points
	Because lang.Text   `json:"because"`
}

type storedPoints struct {
	Rule   string      `json:"r"`
	Points unit.Points `json:"p"`
}

type storedHolding struct {
	Units  int64          `json:"u"`
	Money  unit.Money     `json:"m"`
	Used   unit.Points    `json:"p,omitempty"`
	Earned []storedPoints `json:"e,omitempty"`
	Gone   int64          `json:"g,omitempty"`
	Kept   unit.Money     `json:"k,omitempty"`
}

type storedTaken struct {
	No     int            `json:"no"`
	Units  int64          `json:"u,omitempty"`
	Money  unit.Money     `json:"m,omitempty"`
	Used   unit.Points    `json:"p,omitempty"`
	Earned []storedPoints `json:"e,omitempty"`
}

type storedTender struct {
	No     int        `json:"no"`
	Method Method     `json:"method"`
	Amount unit.Money `json:"amount"`
}

type storedDetail struct {
	Lines    []storedTaken  `json:"lines,omitempty"`
	Tenders  []storedTender `json:"tenders,omitempty"`
	Forgiven unit.Points    `json:"forgiven,omitempty"`
	Lapsed   unit.Points    `json:"lapsed,omitempty"`
}

// encodeSnapshot keeps nothing for an order that nothing was booked for.
func (o *Order) encodeSnapshot() (string, error) {
	if o.UsedPosting == "" && len(o.Awards) == 0 {
		return "", nil
	}
	s := storedSnapshot{Used: o.UsedPosting}
	for _, a := range o.Awards {
		kept := storedAward{Rule: a.Rule, Version: a.Version, Points: a.Points, Posting: a.Posting, Because: a.Because}
		for _, l := range a.Lines {
			kept.Lines = append(kept.Lines, [4]int64{int64(l.No), l.Quantity, int64(l.Money), int64(l.Points)})
		}
		s.Awards = append(s.Awards, kept)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("encode the snapshot of order %s: %w", o.ID, err)
	}
	return string(raw), nil
}

func (o *Order) decodeSnapshot(raw string) error {
	if raw == "" {
		return nil
	}
	var s storedSnapshot
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return fmt.Errorf("decode the snapshot of order %s: %w", o.ID, err)
	}
	o.UsedPosting = s.Used
	for _, kept := range s.Awards {
		a := Award{Rule: kept.Rule, Version: kept.Version, Points: kept.Points, Posting: kept.Posting, Because: kept.Because}
		for _, l := range kept.Lines {
			a.Lines = append(a.Lines, AwardLine{No: int(l[0]), Quantity: l[1], Money: unit.Money(l[2]), Points: unit.Points(l[3])})
		}
		o.Awards = append(o.Awards, a)
	}
	return nil
}

func (h Holding) encode() (string, error) {
	raw, err := json.Marshal(storedHolding{
		Units: h.Base.Units, Money: h.Base.Money, Used: h.Base.Used, Earned: keepPoints(h.Base.Earned), Gone: h.Gone, Kept: h.Kept,
	})
	if err != nil {
		return "", fmt.Errorf("encode what a line holds: %w", err)
	}
	return string(raw), nil
}

func (h *Holding) decode(raw string) error {
	var s storedHolding
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return fmt.Errorf("decode what a line holds: %w", err)
	}
	*h = Holding{Base: Basis{Units: s.Units, Money: s.Money, Used: s.Used, Earned: readPoints(s.Earned)}, Gone: s.Gone, Kept: s.Kept}
	return nil
}

// restore adds a line as it was kept: one without a state holds everything.
func (o *Order) restore(l Line, state string) error {
	switch {
	case state != "":
		if err := l.Holding.decode(state); err != nil {
			return fmt.Errorf("line %d of order %s: %w", l.No, o.ID, err)
		}
	case o.Kind == Sale:
		l.Holding.Base = l.whole()
		for _, a := range o.Awards {
			for _, share := range a.Lines {
				if share.No == l.No && share.Points > 0 {
					l.Holding.Base.Earned = append(l.Holding.Base.Earned, RulePoints{Rule: a.Rule, Points: share.Points})
				}
			}
		}
	}
	o.Lines = append(o.Lines, l)
	return nil
}

func (r *Refund) encodeDetail() (string, error) {
	d := storedDetail{Forgiven: r.PointsForgiven, Lapsed: r.PointsLapsed}
	for _, t := range r.Lines {
		d.Lines = append(d.Lines, storedTaken{No: t.No, Units: t.Units, Money: t.Money, Used: t.Used, Earned: keepPoints(t.Earned)})
	}
	for _, t := range r.Tenders {
		d.Tenders = append(d.Tenders, storedTender{No: t.No, Method: t.Method, Amount: t.Amount})
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encode refund %s: %w", r.ID, err)
	}
	return string(raw), nil
}

func (r *Refund) decodeDetail(raw string) error {
	var d storedDetail
	if err := json.Unmarshal([]byte(raw), &d); err != nil {
		return fmt.Errorf("decode refund %s: %w", r.ID, err)
	}
	r.PointsForgiven, r.PointsLapsed = d.Forgiven, d.Lapsed
	for _, t := range d.Lines {
		r.Lines = append(r.Lines, Taken{No: t.No, Units: t.Units, Money: t.Money, Used: t.Used, Earned: readPoints(t.Earned)})
	}
	for _, t := range d.Tenders {
		r.Tenders = append(r.Tenders, Tender{No: t.No, Method: t.Method, Amount: t.Amount})
	}
	return nil
}

func keepPoints(all []RulePoints) (kept []storedPoints) {
	for _, e := range all {
		kept = append(kept, storedPoints(e))
	}
	return kept
}

func readPoints(all []storedPoints) (read []RulePoints) {
	for _, e := range all {
		read = append(read, RulePoints(e))
	}
	return read
}
