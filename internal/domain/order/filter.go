package order

import (
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
)

// Filter narrows a list of orders; its zero value does not.
type Filter struct {
	Member id.Member
	Store  id.Store
	Status Status
	From   string // a local day or an instant, inclusive
	To     string // a local day, inclusive, or an instant, exclusive
	Query  string // an order number or an external id, whole
}

// Check reports what is wrong with the filter.
func (f Filter) Check() error {
	var c fault.Collect
	switch f.Status {
	case "", StatusCompleted, StatusPartlyRefunded, StatusRefunded:
	default:
		c.Add("query.status", string(f.Status), "状态须为 completed、partly_refunded 或 refunded", "status must be completed, partly_refunded or refunded")
	}
	if _, err := instant(f.From, time.UTC, false); err != nil {
		addInstant(&c, "query.from", f.From)
	}
	if _, err := instant(f.To, time.UTC, true); err != nil {
		addInstant(&c, "query.to", f.To)
	}
	return c.Err()
}

func addInstant(c *fault.Collect, location, value string) {
	c.Add(location, value, "须为日期 YYYY-MM-DD，或带时区的 RFC 3339 时间", "must be a date YYYY-MM-DD or an RFC 3339 time with an offset")
}

// Span is the instants between which the filter looks: from, and until without
// its end; zero where it is open.
func (f Filter) Span(zone *time.Location) (from, until time.Time, err error) {
	if from, err = instant(f.From, zone, false); err != nil {
		return from, until, err
	}
	until, err = instant(f.To, zone, true)
	return from, until, err
}

// instant reads a time, or a local day as its first instant or the one after it.
func instant(s string, zone *time.Location, after bool) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := day.Parse(s); err == nil {
		if after {
			return d.End(zone), nil
		}
		return d.Start(zone), nil
	}
	return time.Parse(time.RFC3339, s)
}
