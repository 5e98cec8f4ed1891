package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/web"
)

// Merchant is what signing in needs to know, and show, of a merchant.
type Merchant struct {
	ID       id.Merchant
	Name     string
	Trade    string
	Currency string
	Timezone string
}

// Options is what the service is made of. The three functions read what other
// packages own.
type Options struct {
	DB     *db.DB
	Jobs   *job.Queue
	Log    *slog.Logger
	Hasher *Hasher
	// Merchant describes the transaction's merchant.
	Merchant func(ctx context.Context, tx *db.Tx) (Merchant, error)
	// Demo reports whether the transaction's merchant has demo data.
	Demo func(ctx context.Context, tx *db.Tx) (bool, error)
	// StoreThere reports whether the transaction's merchant has the store.
	StoreThere func(ctx context.Context, tx *db.Tx, store id.Store) (bool, error)
}

// Service lets people and programs in. Verbs that take a transaction join it,
// the others open one.
type Service struct {
	Options
	common  map[string]bool
	known   *otter.Cache[string, pass]
	epoch   atomic.Int64 // counts what ended rights, see forget
	turns   turns
	refused sometimes
	alarm   alarm
}

// New returns the service. It starts nothing.
func New(o Options) *Service {
	return &Service{
		Options: o, common: common(),
		known: otter.Must(&otter.Options[string, pass]{
			MaximumSize: 20_000, ExpiryCalculator: otter.ExpiryCreating[string, pass](cacheTime),
		}),
		turns: turns{held: map[string]*turn{}}, refused: sometimes{last: map[string]time.Time{}},
	}
}

// cleaning is the nightly job that throws away what is over.
type cleaning struct {
	Period string `json:"period"`
}

// Kind names the job on disk.
func (cleaning) Kind() string { return "auth.clean" }

// Subscribe registers the nightly cleaning.
func (s *Service) Subscribe() {
	job.Handle(s.Jobs, func(ctx context.Context, tx *db.Tx, _ cleaning) error {
		if err := deleteEnded(ctx, tx); err != nil {
			return err
		}
		return deleteStale(ctx, tx)
	})
	s.Jobs.Periodic("auth.clean", job.Daily(3, 40), func(period string) job.Args { return cleaning{Period: period} })
}

// pass is an identity that was looked up a moment ago.
type pass struct {
	identity web.Identity
	session  Session // zero for a key
	endsAt   time.Time
	readAt   time.Time
}

// fresh reports whether the pass may still be used without another look.
func (p pass) fresh(now time.Time) bool {
	age := now.Sub(p.readAt)
	return age >= 0 && age < cacheTime
}

// Authenticate is who holds the token: a session or an API key. It is ErrRequired
// when nobody does, or no longer.
func (s *Service) Authenticate(ctx context.Context, token string) (web.Identity, error) {
	isKey, ok := shaped(token)
	if !ok {
		return web.Identity{}, ErrRequired
	}
	hash, now := hashOf(token), s.now()
	p, cached := s.known.GetIfPresent(hash)
	if !cached || !p.fresh(now) {
		epoch := s.epoch.Load()
		var err error
		if p, err = s.lookUp(ctx, hash, isKey); err != nil {
			return web.Identity{}, err
		}
		p.readAt = now
		s.remember(hash, p, epoch)
	}
	if !now.Before(p.endsAt) || p.session.ID != "" && p.session.ended(now) {
		return web.Identity{}, ErrRequired
	}
	s.seen(ctx, hash, p, now)
	return p.identity, nil
}

func (s *Service) lookUp(ctx context.Context, hash string, isKey bool) (p pass, err error) {
	err = s.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		if isKey {
			k, err := findKey(ctx, tx, hash)
			p = pass{identity: web.Identity{Caller: k.caller(), PerSecond: float64(k.Rate), Burst: int(2 * k.Rate)}, endsAt: k.EndsAt}
			return err
		}
		f, err := findSession(ctx, tx, hash)
		if err == nil && f.account.Status != Active {
			return ErrRequired
		}
		p = pass{
			identity: web.Identity{Caller: f.account.caller(), PerSecond: staffPerSecond, Burst: staffBurst},
			session:  f.session, endsAt: f.session.EndsAt,
		}
		return err
	})
	if errors.Is(err, db.ErrNoRow) {
		return pass{}, ErrRequired
	}
	if err != nil {
		return pass{}, fmt.Errorf("look up a token: %w", err)
	}
	return p, nil
}

// seen writes down, at most once a minute, that a session is in use. When that
// cannot be written, as on a full disk, reading goes on.
func (s *Service) seen(ctx context.Context, hash string, p pass, now time.Time) {
	if p.session.ID == "" || now.Sub(p.session.LastSeenAt) < seenEvery {
		return
	}
	epoch := s.epoch.Load()
	err := s.DB.Write(context.WithoutCancel(ctx), p.identity.Caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return touchSession(ctx, tx, hash)
	})
	if err != nil {
		s.Log.WarnContext(ctx, "note that a session is in use", "error", err)
		return
	}
	p.session.LastSeenAt = now
	s.remember(hash, p, epoch)
}

// remember keeps an identity that was read when the epoch was this, unless a
// right ended since.
func (s *Service) remember(hash string, p pass, epoch int64) {
	s.known.Set(hash, p)
	if s.epoch.Load() != epoch {
		s.known.Invalidate(hash)
	}
}

// forget drops every remembered identity after something that ended rights was
// committed. What is being looked up meanwhile is not remembered either.
func (s *Service) forget() {
	s.epoch.Add(1)
	s.known.InvalidateAll()
}

func (s *Service) now() time.Time { return s.DB.Clock().Now() }

// zone is the merchant's time zone.
func (s *Service) zone(ctx context.Context, tx *db.Tx) (*time.Location, error) {
	m, err := s.Merchant(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("read the merchant: %w", err)
	}
	zone, err := time.LoadLocation(m.Timezone)
	if err != nil {
		return nil, fmt.Errorf("time zone of %s: %w", m.ID, err)
	}
	return zone, nil
}

// tell leaves a trace in the audit log of the transaction's merchant.
func (s *Service) tell(ctx context.Context, tx *db.Tx, d deed.Deed) error {
	return s.Jobs.Emit(ctx, tx, 0, tx.NewID(id.OfAudit, 0), d)
}

// Denied writes down that a request was refused for lack of permission, once a
// minute for the same caller and operation.
func (s *Service) Denied(ctx context.Context, c permit.Caller, operation, permission string) {
	if c.Merchant == "" || !s.refused.now(string(c.Merchant)+"|"+string(c.Who)+"|"+c.ID+"|"+operation, s.now()) {
		return
	}
	err := s.DB.Write(context.WithoutCancel(ctx), c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		d := deed.By(c, "auth.denied", operation)
		d.Result, d.After = "denied", map[string]any{"permission": permission}
		return s.tell(ctx, tx, d)
	})
	if err != nil {
		s.Log.ErrorContext(ctx, "write down a refusal", "error", err)
	}
}

// sometimes lets the same thing through once a minute.
type sometimes struct {
	mu   sync.Mutex
	last map[string]time.Time
}

const (
	sometimesEvery = time.Minute
	sometimesMax   = 10_000
)

func (s *sometimes) now(what string, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, ok := s.last[what]; ok && at.Sub(last) < sometimesEvery && !at.Before(last) {
		return false
	}
	if len(s.last) >= sometimesMax {
		clear(s.last)
	}
	s.last[what] = at
	return true
}

// Needed reports whether the installation has no account at all, and so waits to
// be set up.
func (s *Service) Needed(ctx context.Context) (needed bool, err error) {
	err = s.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		there, err := anyAccount(ctx, tx)
		needed = !there
		return err
	})
	return needed, err
}

// setupTime is how long a setup link is good.
const setupTime = 30 * time.Minute

// NewSetup makes the token with which the installation can be set up once,
// within half an hour. The one before it is good no more.
func (s *Service) NewSetup(ctx context.Context) (token string, err error) {
	token = newToken()
	err = s.DB.Write(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		if err := deleteSetup(ctx, tx); err != nil {
			return err
		}
		return insertSetup(ctx, tx, hashOf(token), tx.Now().Add(setupTime))
	})
	return token, err
}

// CheckSetup is nil when the token could be used now. It is asked before the
// costly part of setting up.
func (s *Service) CheckSetup(ctx context.Context, token string) error {
	return s.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		good, err := setupGood(ctx, tx, hashOf(token))
		if err == nil && !good {
			err = errSetup.At("body.token", nil)
		}
		return err
	})
}

// UseSetup uses the token up. It fails when the token is wrong, over or used, and
// when the installation has an account already.
func (s *Service) UseSetup(ctx context.Context, tx *db.Tx, token string) error {
	used, err := useSetup(ctx, tx, hashOf(token))
	if err != nil {
		return err
	}
	there, err := anyAccount(ctx, tx)
	if err == nil && (!used || there) {
		err = errSetup.At("body.token", nil)
	}
	return err
}

// covers reports whether a caller with the permissions may hand out all of these.
func covers(c permit.Caller, wanted []permit.Permission) bool {
	return !slices.ContainsFunc(wanted, func(p permit.Permission) bool { return !c.May(p) })
}

// mayGrant checks that a caller hands out no more than they hold.
func mayGrant(c permit.Caller, location string, roles []permit.Role, stores []id.Store) error {
	if !covers(c, permissionsOf(roles)) {
		return errBeyond.At(location+".roles", roles)
	}
	if !within(c, stores) {
		return errBeyondShop.At(location+".stores", stores)
	}
	return nil
}

// within reports whether the stores, of which none means all, are the caller's.
func within(c permit.Caller, stores []id.Store) bool {
	if c.Stores == nil {
		return true
	}
	return len(stores) > 0 && !slices.ContainsFunc(stores, func(st id.Store) bool { return !slices.Contains(c.Stores, st) })
}

// shares reports whether the account works at one of the caller's stores.
func shares(c permit.Caller, a Account) bool {
	return c.Stores == nil || c.ID == string(a.ID) || slices.ContainsFunc(a.Stores, func(st id.Store) bool { return slices.Contains(c.Stores, st) })
}

// checkStores notes the stores that are not the merchant's.
func (s *Service) checkStores(ctx context.Context, tx *db.Tx, c *fault.Collect, location string, stores []id.Store) error {
	for i, store := range stores {
		there, err := s.StoreThere(ctx, tx, store)
		if err != nil {
			return fmt.Errorf("find store %s: %w", store, err)
		}
		if !there {
			c.Add(fmt.Sprintf("%s.stores[%d]", location, i), store, "没有这个门店", "there is no such store")
		}
	}
	return nil
}
