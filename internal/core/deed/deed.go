// Package deed says who did what to what. A verb that must leave a trace tells
// a Deed in its own transaction; the audit log is its subscriber.
package deed

import (
	"huiji/internal/core/permit"
)

// Deed is one act worth a line in the audit log. Before and After hold masked
// values only: the audit log is read by people.
type Deed struct {
	Action    string         `json:"action"` // as in "member.reveal", "order.refund"
	Object    string         `json:"object"` // the id of what was acted on
	Label     string         `json:"label,omitempty"`
	Store     string         `json:"store,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Before    map[string]any `json:"before,omitempty"`
	After     map[string]any `json:"after,omitempty"`
	Result    string         `json:"result,omitempty"` // "" = done, "denied", "failed"
	Who       permit.Who     `json:"who"`
	ActorID   string         `json:"actor_id"`
	ActorName string         `json:"actor_name"`
	Role      permit.Role    `json:"role,omitempty"`
	RequestID string         `json:"request_id,omitempty"`
	IP        string         `json:"ip,omitempty"`
}

// Kind names the event on disk.
func (Deed) Kind() string { return "deed" }

// By begins a deed of the caller.
func By(c permit.Caller, action, object string) Deed {
	return Deed{
		Action: action, Object: object, Who: c.Who, ActorID: c.ID, ActorName: c.Name,
		Role: c.Role, RequestID: c.RequestID, IP: c.IP,
	}
}
