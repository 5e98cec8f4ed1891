package member

import (
	"huiji/internal/core/day"
	"huiji/internal/core/id"
)

// Registered tells that members joined: how many, at which store, on which local
// day. A batch tells it once per store and day.
type Registered struct {
	Store id.Store `json:"store"` // "" = at none
	Day   day.Date `json:"day"`
	Count int      `json:"count"`
}

// Kind names the event on disk.
func (Registered) Kind() string { return "member.registered" }
