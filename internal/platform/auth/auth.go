// Package auth knows who may come in: staff accounts with their passwords and
// sessions, API keys, and the one-time token with which an empty installation is
// set up. It owns the tables auth_*.
//
//  1. Nothing that lets somebody in is stored: of a token only its SHA-256, of a
//     password only an argon2id tag over its HMAC with a pepper that lives in a
//     file outside the database.
//  2. An account name is unique over the installation, in whatever case or width
//     it is typed.
//  3. Nobody grants a role, a scope or a store beyond their own, and nobody
//     changes an account that holds more than they do.
//  4. A merchant always keeps one active owner of every store.
//  5. A wrong password is counted for the account and for the address; an account
//     that does not exist is answered, counted and delayed like one that does.
//  6. What ends a right (disabling, another role, another password) ends the
//     sessions that carry it, in this process at once and in others within
//     cacheTime.
package auth

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
)

// How long a session lasts, and how often its use is written down.
const (
	idleTime     = 30 * time.Minute
	absoluteTime = 12 * time.Hour
	seenEvery    = time.Minute
	cacheTime    = 5 * time.Second
)

// Limits of what one merchant or one person may have.
const (
	staffMax    = 2000
	storesMax   = 500
	sessionsMax = 100
	keysMax     = 50
)

// How many requests staff may make, and a key unless it says otherwise.
const (
	staffPerSecond = 10 // 600 a minute
	staffBurst     = 100
	DefaultRate    = 50 // requests a second of a key
	rateMax        = 10_000
)

// Status says whether an account may sign in.
type Status string

// The states of an account.
const (
	Active   Status = "active"
	Disabled Status = "disabled"
)

// Account is one person who works for the merchant.
type Account struct {
	Merchant    id.Merchant
	ID          id.Staff
	Account     string // as it was written when it was made
	Name        string
	Roles       []permit.Role
	Stores      []id.Store // empty = every store
	Status      Status
	CreatedAt   time.Time
	LastLoginAt time.Time // zero = never

	password string // the PHC string
	long     bool   // the password has the length that owners and managers need
}

// Session is one signed-in browser or program of an account.
type Session struct {
	ID         string
	CreatedAt  time.Time
	LastSeenAt time.Time
	EndsAt     time.Time // it ends earlier when nobody uses it
	IP         string
	Agent      string
	Current    bool // it is the one that asks

	hash    string
	account id.Staff
}

// ended reports whether the session is over at now.
func (s Session) ended(now time.Time) bool {
	return !now.Before(s.EndsAt) || now.Sub(s.LastSeenAt) > idleTime
}

// Key is an API key without the key itself.
type Key struct {
	ID        string
	Name      string
	Tail      string   // its last four characters, by which people tell keys apart
	Scopes    []string // permission names, or "*" alone
	Rate      int64    // requests a second; 0 = no limit
	CreatedAt time.Time
	EndsAt    time.Time

	merchant id.Merchant
}

// ErrRequired says that nobody is signed in with this token, or no longer.
var ErrRequired = fault.New(fault.Unauthenticated, "auth.required", "请先登录；登录可能已过期", "sign in first; the session may have ended")

var (
	errWrong = fault.New(fault.Unauthenticated, "auth.invalid_credentials", "账号或密码不正确", "the account or the password is wrong")
	errOff   = fault.New(fault.Denied, "auth.account_disabled", "该账号已停用，请联系店主", "this account is disabled; ask the owner")
	errTries = fault.New(fault.TooMany, "auth.too_many_attempts", "登录失败次数过多，请稍后再试", "too many failed attempts, try again later")
	errBusy  = &fault.Error{
		Kind: fault.Unavailable, Code: "auth.busy", RetryAfter: time.Second,
		Text: fault.New(fault.Unavailable, "", "登录人数较多，请稍后重试", "many people are signing in, try again shortly").Text,
	}
	errNotStaff   = fault.New(fault.Denied, "auth.staff_only", "只有登录的员工可以这样做", "only staff who are signed in can do this")
	errNoStaff    = fault.New(fault.NotFound, "staff.not_found", "没有这个员工", "there is no such staff member")
	errNoSession  = fault.New(fault.NotFound, "session.not_found", "没有这个登录", "there is no such session")
	errNoKey      = fault.New(fault.NotFound, "key.not_found", "没有这个密钥", "there is no such key")
	errTaken      = fault.New(fault.Conflict, "staff.account_taken", "该账号名已被使用", "this account name is taken")
	errLastOwner  = fault.New(fault.Conflict, "staff.last_owner", "至少保留一名可管理全部门店的启用状态店主", "one active owner of every store must remain")
	errOwnStatus  = fault.New(fault.Conflict, "staff.own_status", "不能停用自己的账号", "you cannot disable your own account")
	errOwnSecret  = fault.New(fault.Conflict, "staff.own_password", "修改自己的密码请使用“修改密码”，需输入当前密码", "change your own password with the current one, under change password")
	errBeyond     = fault.New(fault.Denied, "staff.beyond_own", "不能授予或更改超出自己权限的角色", "you cannot grant or change a role that may do more than you")
	errBeyondShop = fault.New(fault.Denied, "staff.beyond_stores", "不能授予自己管理范围以外的门店", "you cannot grant stores beyond your own")
	errTooMany    = fault.Newf(fault.Conflict, "staff.too_many", "员工账号已达上限 %d 个", "there are already %d staff accounts, the most there can be", staffMax)
	errManyKeys   = fault.Newf(fault.Conflict, "key.too_many", "有效密钥已达上限 %d 个，请先停用不用的", "there are already %d keys in force, the most there can be; revoke one first", keysMax)
	errSetup      = fault.New(fault.Invalid, "setup.token_invalid", "设置链接无效、已使用或已过期；重新启动服务会给出新的链接", "the setup link is wrong, used or over; starting the server again prints a new one")
)

// accountKey is the form in which account names are equal.
func accountKey(account string) string { return strings.ToLower(fold.Line(account)) }

// caller is the account as who acts.
func (a Account) caller() permit.Caller {
	c := permit.Caller{Merchant: a.Merchant, Who: permit.ByStaff, ID: string(a.ID), Name: a.Name, Permissions: permissionsOf(a.Roles)}
	for _, r := range permit.Roles() {
		if slices.Contains(a.Roles, r) {
			c.Role = r
			break
		}
	}
	if len(a.Stores) > 0 {
		c.Stores = a.Stores
	}
	return c
}

// owns reports whether the account keeps the merchant governable: an active
// owner of every store.
func (a Account) owns() bool {
	return a.Status == Active && len(a.Stores) == 0 && slices.Contains(a.Roles, permit.Owner)
}

// caller is the key as who acts.
func (k Key) caller() permit.Caller {
	c := permit.Caller{Merchant: k.merchant, Who: permit.ByKey, ID: k.ID, Name: k.Name}
	if slices.Equal(k.Scopes, []string{everything}) {
		c.Permissions = permit.All()
		return c
	}
	for _, s := range k.Scopes {
		c.Permissions = append(c.Permissions, permit.Permission(s))
	}
	return c
}

func permissionsOf(roles []permit.Role) []permit.Permission {
	var all []permit.Permission
	for _, r := range roles {
		for _, p := range r.Permissions() {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// everything is the scope of a key that may do whatever there is to do.
const everything = "*"

// mask shows enough of an account name for its owner to know it, and no more:
// people type their phone number, or by mistake their password, into that field.
func mask(account string) string {
	r := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, account))
	switch {
	case len(r) >= 8:
		return string(r[:2]) + "***" + string(r[len(r)-2:])
	case len(r) > 0:
		return string(r[:1]) + "***"
	}
	return "***"
}

// line makes what a client says about itself fit to store: one line of at most
// n characters without anything unseen.
func line(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if utf8.RuneCountInString(s) > n {
		s = string([]rune(s)[:n])
	}
	return s
}
