// Package permit names what may be done, the roles as sets of permissions, and
// the caller who holds them.
package permit

import (
	"slices"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
)

// Permission is one thing that may be done, as in "order.refund".
type Permission string

// The permissions. Public needs no sign-in, SignedIn only a sign-in.
const (
	Public   Permission = "public"
	SignedIn Permission = "signed_in"

	MemberRead    Permission = "member.read"
	MemberReadPII Permission = "member.read_pii"
	MemberWrite   Permission = "member.write"
	MemberClose   Permission = "member.close"
	LedgerRead    Permission = "ledger.read"
	LedgerEarn    Permission = "ledger.earn"
	LedgerRedeem  Permission = "ledger.redeem"
	LedgerAdjust  Permission = "ledger.adjust"
	LedgerReverse Permission = "ledger.reverse"
	OrderRead     Permission = "order.read"
	OrderSell     Permission = "order.sell"
	OrderPrice    Permission = "order.price"
	OrderDiscount Permission = "order.discount"
	OrderRefund   Permission = "order.refund"
	CatalogRead   Permission = "catalog.read"
	CatalogWrite  Permission = "catalog.write"
	StoreRead     Permission = "store.read"
	StoreWrite    Permission = "store.write"
	StaffRead     Permission = "staff.read"
	StaffWrite    Permission = "staff.write"
	SettingRead   Permission = "setting.read"
	SettingWrite  Permission = "setting.write"
	ReportRead    Permission = "report.read"
	AuditRead     Permission = "audit.read"
	KeyManage     Permission = "key.manage"
	DemoManage    Permission = "demo.manage"
	JobRead       Permission = "job.read"
	JobReplay     Permission = "job.replay"
)

// All lists every permission that a role or a key can hold.
func All() []Permission {
	return []Permission{
		MemberRead, MemberReadPII, MemberWrite, MemberClose,
		LedgerRead, LedgerEarn, LedgerRedeem, LedgerAdjust, LedgerReverse,
		OrderRead, OrderSell, OrderPrice, OrderDiscount, OrderRefund,
		CatalogRead, CatalogWrite, StoreRead, StoreWrite, StaffRead, StaffWrite,
		SettingRead, SettingWrite, ReportRead, AuditRead, KeyManage, DemoManage,
		JobRead, JobReplay,
	}
}

// Role is a named set of permissions.
type Role string

// The roles.
const (
	Owner   Role = "owner"
	Manager Role = "manager"
	Cashier Role = "cashier"
	Auditor Role = "auditor"
)

// Roles lists the roles from the most to the least powerful.
func Roles() []Role { return []Role{Owner, Manager, Cashier, Auditor} }

// Permissions is what a role may do; nothing for an unknown role.
func (r Role) Permissions() []Permission {
	switch r {
	case Owner:
		return All()
	case Manager:
		return []Permission{
			MemberRead, MemberReadPII, MemberWrite, MemberClose,
			LedgerRead, LedgerEarn, LedgerRedeem, LedgerAdjust, LedgerReverse,
			OrderRead, OrderSell, OrderPrice, OrderDiscount, OrderRefund,
			CatalogRead, CatalogWrite, StoreRead, StaffRead, SettingRead, ReportRead,
			JobRead, JobReplay,
		}
	case Cashier:
		return []Permission{MemberRead, MemberWrite, LedgerRead, OrderRead, OrderSell, CatalogRead, StoreRead, SettingRead}
	case Auditor:
		return []Permission{MemberRead, LedgerRead, OrderRead, CatalogRead, StoreRead, StaffRead, SettingRead, ReportRead, AuditRead, JobRead}
	}
	return nil
}

// Who says which kind of caller acts.
type Who string

// The kinds of callers.
const (
	ByStaff  Who = "staff"
	ByKey    Who = "key"
	BySystem Who = "system"
)

// Caller is who acts, for which merchant, and what they may do.
type Caller struct {
	Merchant    id.Merchant
	Who         Who
	ID          string // staff or key id; for the system the name of the job
	Name        string // as the audit log shows it
	Role        Role   // "" for a key or the system
	Permissions []Permission
	Stores      []id.Store // the stores the caller is limited to; nil = every store
	RequestID   string
	IP          string
}

// System is the product itself acting, as in a nightly job.
func System(merchant id.Merchant, name string) Caller {
	return Caller{Merchant: merchant, Who: BySystem, ID: name, Name: name, Permissions: All()}
}

// May reports whether the caller holds the permission.
func (c Caller) May(p Permission) bool {
	switch p {
	case Public:
		return true
	case SignedIn:
		return c.Merchant != ""
	}
	return slices.Contains(c.Permissions, p)
}

// MayAt reports whether the caller may act at the store. No store at all is
// open to everybody.
func (c Caller) MayAt(store id.Store) bool {
	return store == "" || c.Stores == nil || slices.Contains(c.Stores, store)
}

// Check is nil when the caller holds the permission, otherwise a Denied fault
// that names it.
func (c Caller) Check(p Permission) error {
	if c.May(p) {
		return nil
	}
	return fault.Newf(fault.Denied, "permission.denied", "没有权限：%s", "you lack the permission %s", string(p)).With("permission", string(p))
}
