package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Draft is an account as somebody asks for it.
type Draft struct {
	Account  string
	Name     string // the account's name when empty
	Password string
	Roles    []permit.Role
	Stores   []id.Store // empty = every store
}

// Ready is a draft whose fields are right and whose password is hashed: that
// takes a while, and so happens before a transaction.
type Ready struct {
	account  Account
	location string
}

// Prepare checks every field of a draft and hashes its password. Location is
// where the draft stands in the request, as in "body"; words are further names
// that the password must not be made of, as the shop's.
func (s *Service) Prepare(ctx context.Context, location string, d Draft, words ...string) (Ready, error) {
	var wrong fault.Collect
	a := Account{Account: fold.Line(d.Account), Name: fold.Line(d.Name), Roles: d.Roles, Stores: d.Stores, Status: Active}
	if a.Name == "" {
		a.Name = a.Account
	}
	checkAccountName(&wrong, location, a.Account)
	if a.Name != "" { // Otherwise it is the account that lacks, which is said.
		checkName(&wrong, location, a.Name)
	}
	checkRoles(&wrong, location, a.Roles)
	checkStoreList(&wrong, location, a.Stores)
	s.checkPassword(&wrong, location+".password", d.Password, a.Roles, append(words, a.Account, a.Name))
	if err := wrong.Err(); err != nil {
		return Ready{}, err
	}
	var err error
	a.password, err = s.Hasher.Hash(ctx, d.Password)
	a.long = longEnough(d.Password)
	return Ready{account: a, location: location}, err
}

// CreateAccount adds a prepared account to the transaction's merchant.
func (s *Service) CreateAccount(ctx context.Context, tx *db.Tx, c permit.Caller, r Ready) (Account, error) {
	a := r.account
	if err := mayGrant(c, r.location, a.Roles, a.Stores); err != nil {
		return Account{}, err
	}
	var wrong fault.Collect
	if err := s.checkStores(ctx, tx, &wrong, r.location, a.Stores); err != nil {
		return Account{}, err
	}
	if err := wrong.Err(); err != nil {
		return Account{}, err
	}
	if n, err := countAccounts(ctx, tx); err != nil || n >= staffMax {
		return Account{}, errorOr(err, errTooMany)
	}
	a.Merchant, a.ID, a.CreatedAt = tx.Merchant(), id.Staff(tx.NewID(id.OfStaff, 0)), tx.Now()
	made, err := insertAccount(ctx, tx, a)
	if err != nil || !made {
		return Account{}, errorOr(err, errTaken.At(r.location+".account", a.Account))
	}
	d := deed.By(c, "staff.create", string(a.ID))
	d.Label, d.After = a.Name, facts(a)
	return a, s.tell(ctx, tx, d)
}

// errorOr is err, or otherwise when there is none.
func errorOr(err error, otherwise *fault.Error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Hire prepares and adds an account of the caller's merchant.
func (s *Service) Hire(ctx context.Context, c permit.Caller, d Draft) (a Account, zone *time.Location, err error) {
	var m Merchant
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		m, err = s.Merchant(ctx, tx)
		return err
	})
	if err != nil {
		return Account{}, nil, err
	}
	// Before the costly part, so that it is not done for nothing.
	if err := mayGrant(c, "body", d.Roles, d.Stores); err != nil {
		return Account{}, nil, err
	}
	ready, err := s.Prepare(ctx, "body", d, m.Name)
	if err != nil {
		return Account{}, nil, err
	}
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.zone(ctx, tx); err != nil {
			return err
		}
		a, err = s.CreateAccount(ctx, tx, c, ready)
		return err
	})
	return a, zone, err
}

// Change is what may be changed of an account; nil stays.
type Change struct {
	Name     *string
	Roles    *[]permit.Role
	Stores   *[]id.Store
	Status   *Status
	Password *string
}

// UpdateStaff changes an account. What it lost, or a new password, ends its
// sessions; a new password also lifts the lock of wrong ones.
func (s *Service) UpdateStaff(ctx context.Context, c permit.Caller, who id.Staff, change Change) (after Account, zone *time.Location, err error) {
	before, words, err := s.target(ctx, c, who)
	if err != nil {
		return Account{}, nil, err
	}
	change, phc, err := s.checkChange(ctx, c, before, change, words)
	if err != nil {
		return Account{}, nil, err
	}
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.zone(ctx, tx); err != nil {
			return err
		}
		after, err = s.update(ctx, tx, c, who, change, phc)
		return err
	})
	s.forget()
	return after, zone, err
}

// target is the account to change, which the caller must be above, and the words
// that its password must not be made of.
func (s *Service) target(ctx context.Context, c permit.Caller, who id.Staff) (a Account, words []string, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if a, err = findAccount(ctx, tx, who); err != nil {
			return err
		}
		m, err := s.Merchant(ctx, tx)
		words = []string{m.Name, a.Account, a.Name}
		return err
	})
	if errors.Is(err, db.ErrNoRow) || err == nil && !shares(c, a) {
		return Account{}, nil, errNoStaff
	}
	return a, words, err
}

// checkChange checks every field of a change and hashes its password.
func (s *Service) checkChange(ctx context.Context, c permit.Caller, a Account, change Change, words []string) (Change, string, error) {
	var wrong fault.Collect
	if change.Name != nil {
		name := fold.Line(*change.Name)
		change.Name = &name
		checkName(&wrong, "body", name)
		words = append(words, name)
	}
	roles := a.Roles
	if change.Roles != nil {
		roles = *change.Roles
		checkRoles(&wrong, "body", roles)
	}
	if change.Stores != nil {
		checkStoreList(&wrong, "body", *change.Stores)
	}
	if change.Status != nil && *change.Status != Active && *change.Status != Disabled {
		wrong.Add("body.status", *change.Status, "状态须为 active 或 disabled", "status must be active or disabled")
	}
	if change.Password != nil {
		s.checkPassword(&wrong, "body.password", *change.Password, roles, words)
	}
	if err := wrong.Err(); err != nil {
		return change, "", err
	}
	if change.Password == nil {
		return change, "", nil
	}
	if own(c, a.ID) {
		return change, "", errOwnSecret.At("body.password", nil)
	}
	phc, err := s.Hasher.Hash(ctx, *change.Password)
	return change, phc, err
}

func own(c permit.Caller, who id.Staff) bool { return c.Who == permit.ByStaff && c.ID == string(who) }

// update is the part of UpdateStaff that holds the account.
func (s *Service) update(ctx context.Context, tx *db.Tx, c permit.Caller, who id.Staff, change Change, phc string) (Account, error) {
	held, err := holdOwners(ctx, tx, who)
	if err != nil {
		return Account{}, fmt.Errorf("hold the account: %w", err)
	}
	at := slices.IndexFunc(held, func(a Account) bool { return a.ID == who })
	if at < 0 || !shares(c, held[at]) {
		return Account{}, errNoStaff
	}
	before := held[at]
	after := applied(before, change, phc)
	if err := s.mayChange(ctx, tx, c, before, after, change); err != nil {
		return Account{}, err
	}
	others := slices.DeleteFunc(slices.Clone(held), func(a Account) bool { return a.ID == who || !a.owns() })
	if before.owns() && !after.owns() && len(others) == 0 {
		return Account{}, errLastOwner
	}
	if err := updateAccount(ctx, tx, after); err != nil {
		return Account{}, err
	}
	d := deed.By(c, "staff.update", string(who))
	d.Label = after.Name
	d.Before, d.After = differences(facts(before), facts(after))
	if phc != "" {
		d.After["password"] = "reset"
		if err := deleteFailures(ctx, tx, s.accountSubject(after.Account)); err != nil {
			return Account{}, err
		}
	}
	if len(d.After) == 0 {
		return after, nil
	}
	if phc != "" || change.Roles != nil || change.Stores != nil || change.Status != nil {
		if err := deleteSessions(ctx, tx, who); err != nil {
			return Account{}, err
		}
	}
	return after, s.tell(ctx, tx, d)
}

// mayChange checks what needs the account as it is now.
func (s *Service) mayChange(ctx context.Context, tx *db.Tx, c permit.Caller, before, after Account, change Change) error {
	if own(c, before.ID) && after.Status != Active {
		return errOwnStatus.At("body.status", after.Status)
	}
	// Whoever changes an account can become it, by its password; so they must hold
	// already what it holds.
	if !own(c, before.ID) {
		if err := mayGrant(c, "body", before.Roles, before.Stores); err != nil {
			return err
		}
	}
	if change.Roles != nil || change.Stores != nil {
		if err := mayGrant(c, "body", after.Roles, after.Stores); err != nil {
			return err
		}
	}
	var wrong fault.Collect
	if change.Stores != nil {
		if err := s.checkStores(ctx, tx, &wrong, "body", after.Stores); err != nil {
			return err
		}
	}
	if change.Roles != nil && privileged(after.Roles) && !after.long {
		wrong.Add("body.password", nil, "设为店主或店长时，须同时设置至少 12 个字符的新密码", "to become an owner or a manager, an account needs a new password of at least 12 characters in the same request")
	}
	return wrong.Err()
}

func applied(a Account, change Change, phc string) Account {
	if change.Name != nil {
		a.Name = *change.Name
	}
	if change.Roles != nil {
		a.Roles = *change.Roles
	}
	if change.Stores != nil {
		a.Stores = *change.Stores
	}
	if change.Status != nil {
		a.Status = *change.Status
	}
	if phc != "" {
		a.password, a.long = phc, longEnough(*change.Password)
	}
	return a
}

// facts are what the audit log keeps of an account.
func facts(a Account) map[string]any {
	var roles, stores []string
	for _, r := range a.Roles {
		roles = append(roles, string(r))
	}
	for _, st := range a.Stores {
		stores = append(stores, string(st))
	}
	return map[string]any{"name": a.Name, "roles": strings.Join(roles, " "), "stores": strings.Join(stores, " "), "status": string(a.Status)}
}

// differences keeps of two lists of facts what differs.
func differences(before, after map[string]any) (was, is map[string]any) {
	was, is = map[string]any{}, map[string]any{}
	for name, value := range after {
		if before[name] != value {
			was[name], is[name] = before[name], value
		}
	}
	return was, is
}

// Staff is a page of the accounts the caller may see, newest first. Callers who
// are limited to stores see who works there.
func (s *Service) Staff(ctx context.Context, c permit.Caller, status Status, want page.Want) (p page.Page[Account], zone *time.Location, err error) {
	from := accountPlace{At: 1 << 62}
	if _, err := want.After(&from); err != nil {
		return p, nil, err
	}
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.zone(ctx, tx); err != nil {
			return err
		}
		seen, place := []Account{}, from
		for len(seen) <= want.Size() {
			some, err := listAccounts(ctx, tx, place, page.Most+1)
			if err != nil {
				return fmt.Errorf("list the staff: %w", err)
			}
			for _, a := range some {
				place = placeOf(a)
				if shares(c, a) && (status == "" || a.Status == status) {
					seen = append(seen, a)
				}
			}
			if len(some) <= page.Most {
				break
			}
		}
		p, err = page.Cut(seen[:min(len(seen), want.Size()+1)], want.Size(), func(a Account) any { return placeOf(a) })
		return err
	})
	return p, zone, err
}

func placeOf(a Account) accountPlace { return accountPlace{At: db.Millis(a.CreatedAt), ID: a.ID} }

// CountStaff is how many accounts the transaction's merchant has.
func (s *Service) CountStaff(ctx context.Context, tx *db.Tx) (int64, error) {
	return countAccounts(ctx, tx)
}

func longEnough(password string) bool { return utf8.RuneCountInString(password) >= shortestLong }

func checkAccountName(c *fault.Collect, location, account string) {
	odd := strings.ContainsFunc(account, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@+", r)
	})
	if n := utf8.RuneCountInString(account); n < 2 || n > 64 || odd {
		c.Add(location+".account", account, "账号须为 2–64 个字符，可用文字、数字和 . _ - @ +", "an account has 2 to 64 letters, digits and . _ - @ +")
	}
}

func checkName(c *fault.Collect, location, name string) {
	odd := strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	if n := utf8.RuneCountInString(name); n < 1 || n > 50 || odd {
		c.Add(location+".name", name, "姓名须为 1–50 个字符", "a name has 1 to 50 characters")
	}
}

func checkRoles(c *fault.Collect, location string, roles []permit.Role) {
	if len(roles) == 0 {
		c.Add(location+".roles", roles, "至少选择一个角色", "choose at least one role")
	}
	for i, r := range roles {
		switch {
		case !slices.Contains(permit.Roles(), r):
			c.Add(fmt.Sprintf("%s.roles[%d]", location, i), r, "角色须为 owner、manager、cashier 或 auditor", "a role is owner, manager, cashier or auditor")
		case slices.Contains(roles[:i], r):
			c.Add(fmt.Sprintf("%s.roles[%d]", location, i), r, "角色不能重复", "roles must not repeat")
		}
	}
}

func checkStoreList(c *fault.Collect, location string, stores []id.Store) {
	if len(stores) > storesMax {
		c.Add(location+".stores", len(stores), "门店至多 500 个；不限门店请留空", "at most 500 stores; leave it empty for every store")
	}
	for i, st := range stores {
		if slices.Contains(stores[:i], st) {
			c.Add(fmt.Sprintf("%s.stores[%d]", location, i), st, "门店不能重复", "stores must not repeat")
		}
	}
}

// OneOfStaff is one account that the caller may see; others are not there.
func (s *Service) OneOfStaff(ctx context.Context, c permit.Caller, who id.Staff) (a Account, zone *time.Location, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.zone(ctx, tx); err != nil {
			return err
		}
		a, err = findAccount(ctx, tx, who)
		return err
	})
	if errors.Is(err, db.ErrNoRow) || err == nil && !shares(c, a) {
		return Account{}, nil, errNoStaff
	}
	return a, zone, err
}
