package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

const accountColumns = `merchant_id, id, account, name, roles, stores, password, password_long, status, created_at, last_login_at`

func scanAccount(r db.Row) (Account, error) {
	var a Account
	err := scanInto(r, &a)
	return a, err
}

// scanInto reads an account, and after it whatever else the row has.
func scanInto(r db.Row, a *Account, more ...any) error {
	var roles, stores string
	var created, login int64
	into := []any{&a.Merchant, &a.ID, &a.Account, &a.Name, &roles, &stores, &a.password, &a.long, &a.Status, &created, &login}
	if err := r.Scan(append(into, more...)...); err != nil {
		return err
	}
	a.CreatedAt, a.LastLoginAt = db.Time(created), db.Time(login)
	if err := json.Unmarshal([]byte(roles), &a.Roles); err != nil {
		return fmt.Errorf("read the roles of %s: %w", a.ID, err)
	}
	if err := json.Unmarshal([]byte(stores), &a.Stores); err != nil {
		return fmt.Errorf("read the stores of %s: %w", a.ID, err)
	}
	return nil
}

// listed is a list as it is stored, as in ["owner"].
func listed[T ~string](all []T) (string, error) {
	if len(all) == 0 {
		return "[]", nil
	}
	raw, err := json.Marshal(all)
	return string(raw), err
}

// byName finds an account of any merchant: whoever signs in has not said whose
// they are.
func byName(ctx context.Context, tx *db.Tx, key string) (Account, error) {
	return db.One(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM auth_account WHERE account_key = $1 /* all merchants */`, key)
}

func findAccount(ctx context.Context, tx *db.Tx, who id.Staff) (Account, error) {
	return db.One(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM auth_account WHERE merchant_id = $1 AND id = $2`, tx.Merchant(), who)
}

func holdAccount(ctx context.Context, tx *db.Tx, who id.Staff) (Account, error) {
	return db.One(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM auth_account WHERE merchant_id = $1 AND id = $2`+tx.ForUpdate(), tx.Merchant(), who)
}

// holdOwners holds the account and everybody who is an owner, in one order, so
// that two owners who disable each other meet here.
func holdOwners(ctx context.Context, tx *db.Tx, who id.Staff) ([]Account, error) {
	return db.All(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM auth_account
		WHERE merchant_id = $1 AND (id = $2 OR roles LIKE '%"owner"%') ORDER BY id`+tx.ForUpdate(), tx.Merchant(), who)
}

type accountPlace struct {
	At int64    `json:"at"`
	ID id.Staff `json:"id"`
}

func listAccounts(ctx context.Context, tx *db.Tx, before accountPlace, limit int) ([]Account, error) {
	return db.All(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM auth_account
		WHERE merchant_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4`,
		tx.Merchant(), before.At, before.ID, limit)
}

func countAccounts(ctx context.Context, tx *db.Tx) (int64, error) {
	return db.One(ctx, tx, scanCount, `SELECT COUNT(*) FROM auth_account WHERE merchant_id = $1`, tx.Merchant())
}

func scanCount(r db.Row) (n int64, err error) { return n, r.Scan(&n) }

// anyAccount reports whether the installation has any account at all.
func anyAccount(ctx context.Context, tx *db.Tx) (bool, error) {
	found, err := db.All(ctx, tx, scanText, `SELECT id FROM auth_account LIMIT 1 /* all merchants */`)
	return len(found) > 0, err
}

func scanText(r db.Row) (s string, err error) { return s, r.Scan(&s) }

func insertAccount(ctx context.Context, tx *db.Tx, a Account) (bool, error) {
	roles, stores, err := lists(a)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO auth_account (merchant_id, id, account, account_key, name, roles, stores, password, password_long, status, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (account_key) DO NOTHING`,
		tx.Merchant(), a.ID, a.Account, accountKey(a.Account), a.Name, roles, stores, a.password, a.long, a.Status, db.Millis(a.CreatedAt))
	return n == 1, err
}

func updateAccount(ctx context.Context, tx *db.Tx, a Account) error {
	roles, stores, err := lists(a)
	if err != nil {
		return err
	}
	return tx.Later(ctx, `UPDATE auth_account SET name = $3, roles = $4, stores = $5, password = $6, password_long = $7, status = $8, last_login_at = $9
		WHERE merchant_id = $1 AND id = $2`,
		tx.Merchant(), a.ID, a.Name, roles, stores, a.password, a.long, a.Status, db.Millis(a.LastLoginAt))
}

func lists(a Account) (roles, stores string, err error) {
	if roles, err = listed(a.Roles); err != nil {
		return "", "", err
	}
	stores, err = listed(a.Stores)
	return roles, stores, err
}

// signedIn is a session with whose it is.
type signedIn struct {
	account Account
	session Session
}

// findSession finds a session by its token's hash, of any merchant.
func findSession(ctx context.Context, tx *db.Tx, hash string) (signedIn, error) {
	return db.One(ctx, tx, func(r db.Row) (f signedIn, err error) {
		var seen, ends int64
		err = scanInto(r, &f.account, &f.session.ID, &seen, &ends)
		f.session.hash, f.session.LastSeenAt, f.session.EndsAt = hash, db.Time(seen), db.Time(ends)
		return f, err
	}, `SELECT a.merchant_id, a.id, a.account, a.name, a.roles, a.stores, a.password, a.password_long, a.status, a.created_at, a.last_login_at,
		s.id, s.last_seen_at, s.ends_at
		FROM auth_session s JOIN auth_account a ON a.merchant_id = s.merchant_id AND a.id = s.account_id
		WHERE s.token_hash = $1`, hash)
}

func insertSession(ctx context.Context, tx *db.Tx, s Session) error {
	return tx.Later(ctx, `INSERT INTO auth_session (token_hash, merchant_id, id, account_id, created_at, last_seen_at, ends_at, ip, agent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.hash, tx.Merchant(), s.ID, s.account, db.Millis(s.CreatedAt), db.Millis(s.LastSeenAt), db.Millis(s.EndsAt), s.IP, s.Agent)
}

func listSessions(ctx context.Context, tx *db.Tx, who id.Staff) ([]Session, error) {
	return db.All(ctx, tx, func(r db.Row) (s Session, err error) {
		var created, seen, ends int64
		err = r.Scan(&s.hash, &s.ID, &created, &seen, &ends, &s.IP, &s.Agent)
		s.account, s.CreatedAt, s.LastSeenAt, s.EndsAt = who, db.Time(created), db.Time(seen), db.Time(ends)
		return s, err
	}, `SELECT token_hash, id, created_at, last_seen_at, ends_at, ip, agent FROM auth_session
		WHERE merchant_id = $1 AND account_id = $2 ORDER BY created_at DESC, id DESC`, tx.Merchant(), who)
}

// touchSession writes down that a session is used, unless somebody just did.
func touchSession(ctx context.Context, tx *db.Tx, hash string) error {
	return tx.Later(ctx, `UPDATE auth_session SET last_seen_at = $3 WHERE merchant_id = $1 AND token_hash = $2 AND last_seen_at < $3`,
		tx.Merchant(), hash, db.Millis(tx.Now()))
}

func deleteSession(ctx context.Context, tx *db.Tx, who id.Staff, sessionID string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM auth_session WHERE merchant_id = $1 AND account_id = $2 AND id = $3`, tx.Merchant(), who, sessionID)
	return n == 1, err
}

func deleteSessions(ctx context.Context, tx *db.Tx, who id.Staff) error {
	return tx.Later(ctx, `DELETE FROM auth_session WHERE merchant_id = $1 AND account_id = $2`, tx.Merchant(), who)
}

func deleteEnded(ctx context.Context, tx *db.Tx) error {
	return tx.Later(ctx, `DELETE FROM auth_session WHERE merchant_id = $1 AND (ends_at <= $2 OR last_seen_at < $3)`,
		tx.Merchant(), db.Millis(tx.Now()), db.Millis(tx.Now().Add(-idleTime)))
}

func scanFailures(r db.Row) (f subject, err error) {
	var first, until int64
	err = r.Scan(&f.name, &f.count, &first, &until, &f.locks)
	f.firstAt, f.lockedUntil = db.Time(first), db.Time(until)
	return f, err
}

// subject is what wrong passwords are counted for.
type subject struct {
	name string
	failures
}

func findFailures(ctx context.Context, tx *db.Tx, account, address string) ([]subject, error) {
	return db.All(ctx, tx, scanFailures, `SELECT subject, failures, first_at, locked_until, locks FROM auth_failure WHERE subject IN ($1, $2)`, account, address)
}

// holdFailures holds both subjects, in one order, made if they are new.
func holdFailures(ctx context.Context, tx *db.Tx, account, address string) ([]subject, error) {
	first, second := min(account, address), max(account, address)
	rows := [][]any{{first, 0, 0, 0, 0}}
	if second != first {
		rows = append(rows, []any{second, 0, 0, 0, 0})
	}
	err := tx.InsertLater(ctx, `INSERT INTO auth_failure (subject, failures, first_at, locked_until, locks) VALUES`, rows, `ON CONFLICT (subject) DO NOTHING`)
	if err != nil {
		return nil, err
	}
	return db.All(ctx, tx, scanFailures, `SELECT subject, failures, first_at, locked_until, locks FROM auth_failure
		WHERE subject IN ($1, $2) ORDER BY subject`+tx.ForUpdate(), first, second)
}

func updateFailures(ctx context.Context, tx *db.Tx, f subject) error {
	return tx.Later(ctx, `UPDATE auth_failure SET failures = $2, first_at = $3, locked_until = $4, locks = $5 WHERE subject = $1`,
		f.name, f.count, db.Millis(f.firstAt), db.Millis(f.lockedUntil), f.locks)
}

func deleteFailures(ctx context.Context, tx *db.Tx, name string) error {
	return tx.Later(ctx, `DELETE FROM auth_failure WHERE subject = $1`, name)
}

// deleteStale forgets the subjects of which nothing counts any more.
func deleteStale(ctx context.Context, tx *db.Tx) error {
	return tx.Later(ctx, `DELETE FROM auth_failure WHERE first_at < $1 AND locked_until < $2`,
		db.Millis(tx.Now().Add(-failureWindow)), db.Millis(tx.Now().Add(-lockMemory)))
}

func deleteSetup(ctx context.Context, tx *db.Tx) error {
	return tx.Later(ctx, `DELETE FROM auth_setup`)
}

func insertSetup(ctx context.Context, tx *db.Tx, hash string, ends time.Time) error {
	return tx.Later(ctx, `INSERT INTO auth_setup (token_hash, ends_at) VALUES ($1, $2)`, hash, db.Millis(ends))
}

func setupGood(ctx context.Context, tx *db.Tx, hash string) (bool, error) {
	found, err := db.All(ctx, tx, scanText, `SELECT token_hash FROM auth_setup WHERE token_hash = $1 AND used_at = 0 AND ends_at > $2`, hash, db.Millis(tx.Now()))
	return len(found) == 1, err
}

func useSetup(ctx context.Context, tx *db.Tx, hash string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE auth_setup SET used_at = $2 WHERE token_hash = $1 AND used_at = 0 AND ends_at > $2`, hash, db.Millis(tx.Now()))
	return n == 1, err
}

// Keys.

func scanKey(r db.Row) (k Key, err error) {
	var scopes string
	var created, ends int64
	if err := r.Scan(&k.merchant, &k.ID, &k.Name, &k.Tail, &scopes, &k.Rate, &created, &ends); err != nil {
		return k, err
	}
	k.CreatedAt, k.EndsAt = db.Time(created), db.Time(ends)
	if err := json.Unmarshal([]byte(scopes), &k.Scopes); err != nil {
		return k, fmt.Errorf("read the scopes of %s: %w", k.ID, err)
	}
	return k, nil
}

// findKey finds a key by its hash, of any merchant.
func findKey(ctx context.Context, tx *db.Tx, hash string) (Key, error) {
	return db.One(ctx, tx, scanKey, `SELECT merchant_id, id, name, tail, scopes, rate, created_at, ends_at FROM auth_key
		WHERE key_hash = $1 AND revoked_at = 0`, hash)
}

func listKeys(ctx context.Context, tx *db.Tx) ([]Key, error) {
	return db.All(ctx, tx, scanKey, `SELECT merchant_id, id, name, tail, scopes, rate, created_at, ends_at FROM auth_key
		WHERE merchant_id = $1 AND revoked_at = 0 AND ends_at > $2 ORDER BY created_at DESC, id DESC`, tx.Merchant(), db.Millis(tx.Now()))
}

func findKeyByID(ctx context.Context, tx *db.Tx, keyID string) (Key, error) {
	return db.One(ctx, tx, scanKey, `SELECT merchant_id, id, name, tail, scopes, rate, created_at, ends_at FROM auth_key
		WHERE merchant_id = $1 AND id = $2 AND revoked_at = 0`, tx.Merchant(), keyID)
}

func insertKey(ctx context.Context, tx *db.Tx, k Key, hash string) error {
	scopes, err := listed(k.Scopes)
	if err != nil {
		return err
	}
	return tx.Later(ctx, `INSERT INTO auth_key (key_hash, merchant_id, id, name, tail, scopes, rate, created_at, ends_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		hash, tx.Merchant(), k.ID, k.Name, k.Tail, scopes, k.Rate, db.Millis(k.CreatedAt), db.Millis(k.EndsAt))
}

func revokeKey(ctx context.Context, tx *db.Tx, keyID string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE auth_key SET revoked_at = $3 WHERE merchant_id = $1 AND id = $2 AND revoked_at = 0`, tx.Merchant(), keyID, db.Millis(tx.Now()))
	return n == 1, err
}
