// Package expiry is the night: it writes down what has expired, and reminds
// members of what is about to, 30, 7 and 1 days before. Nothing waits for it:
// units past their end cannot be spent whether the night has run or not.
package expiry

import (
	"fmt"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/message"
)

const (
	// accountsMax is how many accounts one transaction settles: a tenth of a
	// second's work, so that the tills never wait for the night.
	accountsMax = 500
	// bucketsMax is how many buckets one transaction looks through for reminders.
	bucketsMax = 16
	// lateNights is how many nights a reminder may be late, as after a power cut.
	lateNights = 3
	// kindExpiring is the kind of the reminders.
	kindExpiring = "points.expiring"
)

// ahead says how many days before the end members are reminded.
func ahead() []int { return []int{30, 7, 1} }

// Tonight writes down what has expired. Day names the night, as in 2026-01-31;
// Bucket is where this part of it begins.
type Tonight struct {
	Day    string    `json:"day"`
	Bucket id.Bucket `json:"bucket,omitempty"`
	Part   int       `json:"part,omitempty"`
}

// Kind names the job on disk.
func (Tonight) Kind() string { return "expiry.tonight" }

// Remind reminds members of what ends soon, beginning with a bucket.
type Remind struct {
	Day    string    `json:"day"`
	Bucket id.Bucket `json:"bucket,omitempty"`
}

// Kind names the job on disk.
func (Remind) Kind() string { return "expiry.remind" }

// window is a span of ends that one reminder is for.
type window struct {
	days     int
	from, to time.Time
}

// windows are the ends to remind of tonight: those of the days that are 30, 7
// and 1 days ahead, and of the few before that a missed night left out.
func windows(today day.Date, zone *time.Location) []window {
	all := make([]window, 0, len(ahead()))
	for _, days := range ahead() {
		to := today.AddDays(days).End(zone)
		from := today.AddDays(max(days-lateNights-1, 0)).End(zone)
		all = append(all, window{days: days, from: from.Add(time.Millisecond), to: to.Add(time.Millisecond)})
	}
	return all
}

// reminders makes a message for everything that ends. Its cause is the end and
// how far ahead it is told, so that a night that runs twice reminds once.
func reminders(w window, ending []ledger.Ending, zone *time.Location) []message.Message {
	all := make([]message.Message, 0, len(ending))
	for _, e := range ending {
		if e.Asset != ledger.Points {
			continue
		}
		last := day.Of(e.At.Time().Add(-time.Millisecond), zone)
		all = append(all, message.Message{
			Member: e.Holder, Kind: kindExpiring,
			Cause: fmt.Sprintf("expiry:%s:%s:%d:%d", e.Holder, e.Asset, e.At, w.days),
			Text:  lang.Sayf("您有 %d 积分将于 %s 到期，请尽快使用。", "%d of your points end on %s. Use them before.", e.Amount, last),
		})
	}
	return all
}
