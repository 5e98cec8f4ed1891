// Package store knows the merchant's shops (门店): where sales are made, in which
// time zone, and whether they are open. A code names a store in lists and files;
// it is unique in either case and never changes hands.
package store

import (
	"strings"
	"time"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
)

// Status says whether sales can be made.
type Status string

// The statuses.
const (
	Open   Status = "open"
	Closed Status = "closed"
)

// SourceDemo marks the stores that the demo data brought.
const SourceDemo = "demo"

const (
	codeMax      = 20
	nameRunes    = 40
	addressRunes = 120
	phoneRunes   = 30
)

// Faults that callers tell apart.
var (
	ErrNotFound  = fault.New(fault.NotFound, "store.not_found", "没有这家门店", "there is no such store")
	ErrClosed    = fault.New(fault.Conflict, "store.closed", "该门店已停业", "this store is closed")
	ErrCodeTaken = fault.New(fault.Conflict, "store.code_taken", "该门店编号已被使用", "this store code is already in use")
	ErrDenied    = fault.New(fault.Denied, "store.denied", "没有该门店的权限", "you may not act for this store")
)

// Store is one shop.
type Store struct {
	ID        id.Store
	Code      string // as it is written in files
	Name      string
	Timezone  string // IANA name, as in "Asia/Shanghai"
	Address   string
	Phone     string
	Status    Status
	Source    string
	CreatedAt time.Time
}

// MayTrade is nil when sales can be made.
func (s Store) MayTrade() error {
	if s.Status == Closed {
		return ErrClosed
	}
	return nil
}

// Clean brings a store's texts into form and says everything that is wrong with
// them.
func (s Store) Clean(at string) (Store, error) {
	var c fault.Collect
	s.Code, s.Name, s.Timezone = fold.Line(s.Code), fold.Line(s.Name), strings.TrimSpace(s.Timezone)
	s.Address, s.Phone = fold.Line(s.Address), fold.Line(s.Phone)
	if !isCode(s.Code) {
		c.Add(at+".code", s.Code, "门店编号须为 1–20 位字母、数字、- 或 _", "a store code has 1 to 20 letters, digits, - or _")
	}
	if n := utf8.RuneCountInString(s.Name); n < 1 || n > nameRunes {
		c.Add(at+".name", s.Name, "门店名称须为 1–40 个字", "a store name has 1 to 40 characters")
	}
	if !isZone(s.Timezone) {
		c.Add(at+".timezone", s.Timezone, "时区须为 IANA 名称，如 Asia/Shanghai", "a time zone is an IANA name, as in Asia/Shanghai")
	}
	if utf8.RuneCountInString(s.Address) > addressRunes {
		c.Add(at+".address", nil, "地址最长 120 个字", "an address has at most 120 characters")
	}
	if utf8.RuneCountInString(s.Phone) > phoneRunes {
		c.Add(at+".phone", nil, "电话最长 30 个字", "a phone number has at most 30 characters")
	}
	if s.Status != Open && s.Status != Closed {
		c.Add(at+".status", string(s.Status), "状态须为 open 或 closed", "status must be open or closed")
	}
	return s, c.Err()
}

func isCode(s string) bool {
	return s != "" && len(s) <= codeMax && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

func isZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// Patch is a change of a store: nil fields stay.
type Patch struct {
	Code, Name, Timezone, Address, Phone *string
	Status                               *Status
}

// Apply is the store after the change.
func (p Patch) Apply(s Store, at string) (Store, error) {
	for _, part := range []struct {
		from *string
		to   *string
	}{{p.Code, &s.Code}, {p.Name, &s.Name}, {p.Timezone, &s.Timezone}, {p.Address, &s.Address}, {p.Phone, &s.Phone}} {
		if part.from != nil {
			*part.to = *part.from
		}
	}
	if p.Status != nil {
		s.Status = *p.Status
	}
	return s.Clean(at)
}
