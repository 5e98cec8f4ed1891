package auth

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Visit is from where somebody signs in.
type Visit struct {
	IP        string
	Agent     string
	RequestID string
}

// Signed is a fresh session.
type Signed struct {
	Token   string
	EndsAt  time.Time
	Account Account
	Zone    *time.Location
}

// Login makes a session for whoever knows the account's password. A wrong
// account and a wrong password get the same answer after the same work.
func (s *Service) Login(ctx context.Context, account, password string, from Visit) (Signed, error) {
	proven, renewed, err := s.prove(ctx, account, password, from, "auth.login")
	if err != nil {
		return Signed{}, err
	}
	var signed Signed
	err = s.DB.Write(ctx, proven.Merchant, func(ctx context.Context, tx *db.Tx) error {
		a, err := holdAccount(ctx, tx, proven.ID)
		if errors.Is(err, db.ErrNoRow) || err == nil && (a.Status != Active || a.password != proven.password) {
			return errWrong // It changed in the moment between.
		}
		if err != nil {
			return fmt.Errorf("hold the account: %w", err)
		}
		a.LastLoginAt = tx.Now()
		if renewed != "" {
			a.password = renewed
		}
		if err := updateAccount(ctx, tx, a); err != nil {
			return err
		}
		signed, err = s.Begin(ctx, tx, a, from, "auth.login")
		return err
	})
	return signed, err
}

// Begin makes a session of the account and tells of it under the name of the
// action.
func (s *Service) Begin(ctx context.Context, tx *db.Tx, a Account, from Visit, action string) (Signed, error) {
	token := newToken()
	session := Session{
		ID: tx.NewID(id.OfSession, 0), CreatedAt: tx.Now(), LastSeenAt: tx.Now(), EndsAt: tx.Now().Add(absoluteTime),
		IP: from.IP, Agent: line(from.Agent, 200), hash: hashOf(token), account: a.ID,
	}
	if err := s.makeRoom(ctx, tx, a.ID); err != nil {
		return Signed{}, err
	}
	if err := insertSession(ctx, tx, session); err != nil {
		return Signed{}, err
	}
	if err := deleteFailures(ctx, tx, s.accountSubject(a.Account)); err != nil {
		return Signed{}, err
	}
	zone, err := s.zone(ctx, tx)
	if err != nil {
		return Signed{}, err
	}
	d := deed.By(from.stamp(a.caller()), action, string(a.ID))
	d.Label = a.Name
	return Signed{Token: token, EndsAt: session.EndsAt, Account: a, Zone: zone}, s.tell(ctx, tx, d)
}

// makeRoom ends the account's sessions that are over, and its oldest ones when
// there are as many as there may be.
func (s *Service) makeRoom(ctx context.Context, tx *db.Tx, who id.Staff) error {
	sessions, err := listSessions(ctx, tx, who)
	if err != nil {
		return fmt.Errorf("list the sessions: %w", err)
	}
	kept := 0
	for _, old := range sessions { // The newest first.
		if !old.ended(tx.Now()) {
			if kept++; kept < sessionsMax {
				continue
			}
		}
		if _, err := deleteSession(ctx, tx, who, old.ID); err != nil {
			return err
		}
	}
	return nil
}

// stamp puts the visit on the caller, for the audit log.
func (v Visit) stamp(c permit.Caller) permit.Caller {
	c.IP, c.RequestID = v.IP, v.RequestID
	return c
}

// prove finds the account whose password this is. Renewed is the password hashed
// anew, when the cost of hashing has changed since. Tries at one account are
// looked at one after another, so that many at once are not more than the rule of
// wrong passwords allows.
func (s *Service) prove(ctx context.Context, account, password string, from Visit, action string) (a Account, renewed string, err error) {
	subject := s.accountSubject(account)
	leave, err := s.turns.enter(ctx, subject)
	if err != nil {
		return a, "", err
	}
	defer leave()
	if a, err = s.admit(ctx, account, from.IP); err != nil {
		return a, "", err
	}
	if len(password) > 4*longestSecret {
		password = "" // Too long to be anybody's, and not worth the hashing.
	}
	right, old, err := s.Hasher.Verify(ctx, password, a.password)
	if err != nil {
		return a, "", err
	}
	switch {
	case !right:
		return a, "", s.failed(ctx, a, account, from, action, errWrong)
	case a.Status != Active:
		return a, "", s.failed(ctx, a, account, from, action, errOff)
	}
	if old {
		renewed, err = s.Hasher.Hash(ctx, password)
	}
	return a, renewed, err
}

// admit finds the account, empty when there is none, and refuses while it or the
// address has to wait.
func (s *Service) admit(ctx context.Context, account, ip string) (a Account, err error) {
	err = s.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		name, address := s.subjects(account, ip)
		held, err := findFailures(ctx, tx, name, address)
		if err != nil {
			return fmt.Errorf("count the failures: %w", err)
		}
		for _, f := range held {
			if wait := f.waits(tx.Now()); wait > 0 {
				e := *errTries
				e.RetryAfter = wait
				return &e
			}
		}
		a, err = byName(ctx, tx, accountKey(account))
		if errors.Is(err, db.ErrNoRow) {
			a, err = Account{}, nil
		}
		return err
	})
	return a, err
}

// failed counts a try that failed for the account and for the address, tells the
// merchant of the account, if there is one, and answers why. A failure that
// cannot be counted gets no answer at all.
func (s *Service) failed(ctx context.Context, a Account, account string, from Visit, action string, why *fault.Error) error {
	ctx = context.WithoutCancel(ctx) // Hanging up does not make it free.
	err := s.DB.Write(ctx, a.Merchant, func(ctx context.Context, tx *db.Tx) error {
		name, address := s.subjects(account, from.IP)
		held, err := holdFailures(ctx, tx, name, address)
		if err != nil {
			return err
		}
		for _, f := range held {
			f.failures = f.oneMore(tx.Now())
			if err := updateFailures(ctx, tx, f); err != nil {
				return err
			}
		}
		if a.ID == "" {
			return nil
		}
		d := deed.By(from.stamp(permit.Caller{Who: permit.ByStaff}), action, string(a.ID))
		d.Result, d.Label, d.After = "failed", mask(account), map[string]any{"code": why.Code}
		return s.tell(ctx, tx, d)
	})
	if err != nil {
		return fmt.Errorf("count a failure: %w", err)
	}
	s.Log.InfoContext(ctx, "a sign-in failed", "account", mask(account), "ip", from.IP, "known", a.ID != "")
	if n := s.alarm.count(s.now()); n == alarmAt {
		s.Log.ErrorContext(ctx, "many sign-ins fail: somebody may be trying stolen passwords", "failures", n, "within", failureWindow.String())
	}
	return why
}

// subjects are what failures are counted for; without an address twice the same.
func (s *Service) subjects(account, ip string) (name, address string) {
	name = s.accountSubject(account)
	if ip == "" {
		return name, name
	}
	return name, "ip:" + addressOf(ip)
}

func (s *Service) accountSubject(account string) string {
	return "account:" + s.Hasher.blind(accountKey(account))
}

// Logout ends the caller's session.
func (s *Service) Logout(ctx context.Context, c permit.Caller, token string) error {
	if c.Who != permit.ByStaff {
		return errNotStaff
	}
	err := s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		f, err := findSession(ctx, tx, hashOf(token))
		if errors.Is(err, db.ErrNoRow) {
			return nil // Somebody ended it a moment ago.
		}
		if err != nil {
			return err
		}
		if _, err := deleteSession(ctx, tx, f.account.ID, f.session.ID); err != nil {
			return err
		}
		return s.tell(ctx, tx, deed.By(c, "auth.logout", c.ID))
	})
	s.forget()
	return err
}

// ChangePassword replaces the caller's own password, ends all their sessions and
// begins a new one.
func (s *Service) ChangePassword(ctx context.Context, c permit.Caller, current, next string, from Visit) (Signed, error) {
	if c.Who != permit.ByStaff {
		return Signed{}, errNotStaff
	}
	a, words, err := s.person(ctx, c)
	if err != nil {
		return Signed{}, err
	}
	var wrong fault.Collect
	s.checkPassword(&wrong, "body.new", next, a.Roles, words)
	if next == current {
		wrong.Add("body.new", nil, "新密码不能与当前密码相同", "the new password must differ from the current one")
	}
	if err := wrong.Err(); err != nil {
		return Signed{}, err
	}
	proven, _, err := s.prove(ctx, a.Account, current, from, "auth.password")
	if errors.Is(err, errWrong) {
		return Signed{}, fault.New(fault.Invalid, "auth.password_wrong", "当前密码不正确", "the current password is wrong").At("body.current", nil)
	}
	if err != nil {
		return Signed{}, err
	}
	phc, err := s.Hasher.Hash(ctx, next)
	if err != nil {
		return Signed{}, err
	}
	var signed Signed
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		held, err := holdAccount(ctx, tx, a.ID)
		if err != nil {
			return fmt.Errorf("hold the account: %w", err)
		}
		if held.Status != Active || held.password != proven.password {
			return ErrRequired // It changed in the moment between.
		}
		held.password, held.long = phc, longEnough(next)
		if err := updateAccount(ctx, tx, held); err != nil {
			return err
		}
		if err := deleteSessions(ctx, tx, held.ID); err != nil {
			return err
		}
		signed, err = s.Begin(ctx, tx, held, from, "auth.password")
		return err
	})
	s.forget()
	return signed, err
}

// person is the caller's account, and the words their password must not be made
// of.
func (s *Service) person(ctx context.Context, c permit.Caller) (a Account, words []string, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if a, err = findAccount(ctx, tx, id.Staff(c.ID)); err != nil {
			return err
		}
		m, err := s.Merchant(ctx, tx)
		words = []string{a.Account, a.Name, m.Name}
		return err
	})
	if errors.Is(err, db.ErrNoRow) {
		err = ErrRequired
	}
	return a, words, err
}

// turns lets tries at one account go one after another, and only so many at all.
type turns struct {
	mu     sync.Mutex
	held   map[string]*turn
	inside int
}

type turn struct {
	free  chan struct{}
	users int
}

func (t *turns) enter(ctx context.Context, name string) (leave func(), err error) {
	t.mu.Lock()
	if t.inside >= queueMax+runtime.GOMAXPROCS(0) {
		t.mu.Unlock()
		return nil, errBusy
	}
	t.inside++
	one := t.held[name]
	if one == nil {
		one = &turn{free: make(chan struct{}, 1)}
		t.held[name] = one
	}
	one.users++
	t.mu.Unlock()
	select {
	case one.free <- struct{}{}:
		return func() {
			<-one.free
			t.leave(name, one)
		}, nil
	case <-ctx.Done():
		t.leave(name, one)
		return nil, ctx.Err()
	}
}

func (t *turns) leave(name string, one *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inside--
	if one.users--; one.users == 0 {
		delete(t.held, name)
	}
}

// alarmAt is how many failures within the window, over all accounts and
// addresses, are worth waking somebody.
const alarmAt = 100

// alarm counts failures over all accounts.
type alarm struct {
	mu    sync.Mutex
	since time.Time
	n     int
}

func (a *alarm) count(now time.Time) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if age := now.Sub(a.since); age > failureWindow || age < 0 {
		a.since, a.n = now, 0
	}
	a.n++
	return a.n
}
