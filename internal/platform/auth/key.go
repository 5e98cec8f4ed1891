package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// keyYear is the longest a key lives, and how long it lives unless it says less.
const keyYear = 366 * 24 * time.Hour

// KeyDraft is a key as somebody asks for it.
type KeyDraft struct {
	Name   string
	Scopes []string  // permission names, or "*" alone for everything
	Rate   int64     // requests a second; 0 = no limit
	EndsAt time.Time // zero = in a year
}

// CreateKey adds a key to the transaction's merchant and answers the key itself,
// which nobody can find out again.
func (s *Service) CreateKey(ctx context.Context, tx *db.Tx, c permit.Caller, d KeyDraft) (Key, string, error) {
	if d.EndsAt.IsZero() {
		d.EndsAt = tx.Now().Add(keyYear)
	}
	d.Name = fold.Line(d.Name)
	if err := checkKey(d, tx.Now()); err != nil {
		return Key{}, "", err
	}
	if err := mayScope(c, d.Scopes); err != nil {
		return Key{}, "", err
	}
	others, err := listKeys(ctx, tx)
	if err != nil {
		return Key{}, "", fmt.Errorf("list the keys: %w", err)
	}
	if len(others) >= keysMax {
		return Key{}, "", errManyKeys
	}
	token := keyPrefix + newToken()
	k := Key{
		ID: tx.NewID(id.OfKey, 0), Name: d.Name, Tail: token[len(token)-4:], Scopes: d.Scopes, Rate: d.Rate,
		CreatedAt: tx.Now(), EndsAt: d.EndsAt.UTC().Truncate(time.Millisecond), merchant: tx.Merchant(),
	}
	if err := insertKey(ctx, tx, k, hashOf(token)); err != nil {
		return Key{}, "", err
	}
	told := deed.By(c, "key.create", k.ID)
	told.Label = k.Name
	told.After = map[string]any{"scopes": strings.Join(k.Scopes, " "), "rate": k.Rate, "tail": k.Tail}
	return k, token, s.tell(ctx, tx, told)
}

// MakeKey is CreateKey in a transaction of its own.
func (s *Service) MakeKey(ctx context.Context, c permit.Caller, d KeyDraft) (k Key, token string, zone *time.Location, err error) {
	err = s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.zone(ctx, tx); err != nil {
			return err
		}
		k, token, err = s.CreateKey(ctx, tx, c, d)
		return err
	})
	return k, token, zone, err
}

// Keys are the merchant's keys in force, newest first.
func (s *Service) Keys(ctx context.Context, c permit.Caller) (keys []Key, zone *time.Location, err error) {
	err = s.DB.Read(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.zone(ctx, tx); err != nil {
			return err
		}
		keys, err = listKeys(ctx, tx)
		return err
	})
	return keys, zone, err
}

// RevokeKey ends a key for ever.
func (s *Service) RevokeKey(ctx context.Context, c permit.Caller, keyID string) error {
	err := s.DB.Write(ctx, c.Merchant, func(ctx context.Context, tx *db.Tx) error {
		k, err := findKeyByID(ctx, tx, keyID)
		if errors.Is(err, db.ErrNoRow) {
			return errNoKey
		}
		if err != nil {
			return err
		}
		if _, err := revokeKey(ctx, tx, keyID); err != nil {
			return err
		}
		d := deed.By(c, "key.revoke", keyID)
		d.Label, d.Before = k.Name, map[string]any{"tail": k.Tail}
		return s.tell(ctx, tx, d)
	})
	s.forget()
	return err
}

// mayScope checks that a key gets no more than its maker has. A key works at
// every store, so who does not cannot make one.
func mayScope(c permit.Caller, scopes []string) error {
	if c.Stores != nil {
		return errBeyondShop
	}
	wanted := permit.All()
	if !slices.Equal(scopes, []string{everything}) {
		wanted = nil
		for _, scope := range scopes {
			wanted = append(wanted, permit.Permission(scope))
		}
	}
	if !covers(c, wanted) {
		return errBeyond.At("body.scopes", nil)
	}
	return nil
}

func checkKey(d KeyDraft, now time.Time) error {
	var wrong fault.Collect
	if n := utf8.RuneCountInString(d.Name); n < 1 || n > 50 {
		wrong.Add("body.name", d.Name, "名称须为 1–50 个字符", "a name has 1 to 50 characters")
	}
	if len(d.Scopes) == 0 {
		wrong.Add("body.scopes", nil, "至少选择一项权限，或 * 表示全部", "choose at least one permission, or * for everything")
	}
	for i, scope := range d.Scopes {
		location := fmt.Sprintf("body.scopes[%d]", i)
		switch {
		case scope == everything && len(d.Scopes) > 1:
			wrong.Add(location, scope, "* 只能单独使用", "* stands alone")
		case scope != everything && !slices.Contains(permit.All(), permit.Permission(scope)):
			wrong.Add(location, scope, "没有这项权限", "there is no such permission")
		case slices.Contains(d.Scopes[:i], scope):
			wrong.Add(location, scope, "权限不能重复", "scopes must not repeat")
		}
	}
	if d.Rate < 0 || d.Rate > rateMax {
		wrong.Add("body.rate", d.Rate, "每秒请求数须为 0–10000，0 表示不限", "a rate is 0 to 10000 requests a second, 0 means no limit")
	}
	if !d.EndsAt.After(now) || d.EndsAt.Sub(now) > keyYear {
		wrong.Add("body.expires_at", d.EndsAt.Format(time.RFC3339), "到期时间须在未来一年之内", "a key ends in the future, within a year")
	}
	return wrong.Err()
}
