// Package message keeps what members are told inside the product. Each message
// names its cause, which is unique for ever, so that telling twice is telling
// once.
package message

import (
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/lang"
)

// Message is one thing a member is told, in both languages.
type Message struct {
	ID        id.Message
	Member    id.Member
	Kind      string // as in "points.expiring"
	Text      lang.Text
	Cause     string // unique for ever; it names the member's thing, as in "lot_x:30d"
	CreatedAt time.Time
	ReadAt    time.Time // zero = not read
}
