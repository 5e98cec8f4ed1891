package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

func insert(ctx context.Context, tx *db.Tx, e Event) error {
	before, err := written(e.Before)
	if err != nil {
		return err
	}
	after, err := written(e.After)
	if err != nil {
		return err
	}
	return tx.Later(ctx, `INSERT INTO audit_event (merchant_id, id, at, action, object, label, store_id, reason, before, after, result, who, actor_id, actor_name, role, request_id, ip)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		tx.Merchant(), e.ID, db.Millis(e.At), e.Action, e.Object, e.Label, e.Store, e.Reason, before, after, e.Result,
		e.Who, e.ActorID, e.ActorName, e.Role, e.RequestID, e.IP)
}

// written is a list of facts as it is stored; "" for none.
func written(facts map[string]any) (string, error) {
	if len(facts) == 0 {
		return "", nil
	}
	raw, err := json.Marshal(facts)
	if err != nil {
		return "", fmt.Errorf("encode the facts of a deed: %w", err)
	}
	return string(raw), nil
}

func scan(r db.Row) (e Event, err error) {
	var at int64
	var before, after string
	err = r.Scan(&e.ID, &at, &e.Action, &e.Object, &e.Label, &e.Store, &e.Reason, &before, &after, &e.Result,
		&e.Who, &e.ActorID, &e.ActorName, &e.Role, &e.RequestID, &e.IP)
	if err != nil {
		return e, err
	}
	e.At = db.Time(at)
	for _, one := range []struct {
		raw  string
		into *map[string]any
	}{{before, &e.Before}, {after, &e.After}} {
		if one.raw == "" {
			continue
		}
		if err := json.Unmarshal([]byte(one.raw), one.into); err != nil {
			return e, fmt.Errorf("read the facts of %s: %w", e.ID, err)
		}
	}
	return e, nil
}

// search is what a page of the log is chosen by.
type search struct {
	from, to int64 // milliseconds; to is the first no more
	before   place
	action   string
	prefix   int // how much of action has to match; 0 = all of it
	actor    string
	object   string
	stores   []id.Store // nil = all
	limit    int
}

const (
	columns = `SELECT id, at, action, object, label, store_id, reason, before, after, result, who, actor_id, actor_name, role, request_id, ip
		FROM audit_event WHERE merchant_id = $1 AND at >= $2 AND at < $3 AND (at, id) < ($4, $5)
		AND ($6 = '' OR action = $6 OR SUBSTR(action, 1, $7) = $6) AND ($8 = '' OR actor_id = $8)`
	atObject = ` AND object = $10`
	order    = ` ORDER BY at DESC, id DESC LIMIT $9`
)

func list(ctx context.Context, tx *db.Tx, s search) ([]Event, error) {
	args := []any{tx.Merchant(), s.from, s.to, s.before.At, s.before.ID, s.action, s.prefix, s.actor, s.limit}
	if s.object != "" {
		args = append(args, s.object)
	}
	here := len(args) + 1
	for _, store := range s.stores {
		args = append(args, store)
	}
	switch n := len(s.stores); {
	case s.object != "" && n > 0:
		return db.All(ctx, tx, scan, columns+atObject+` AND store_id IN `+tx.In(here, n)+order, args...)
	case s.object != "":
		return db.All(ctx, tx, scan, columns+atObject+order, args...)
	case n > 0:
		return db.All(ctx, tx, scan, columns+` AND store_id IN `+tx.In(here, n)+order, args...)
	}
	return db.All(ctx, tx, scan, columns+order, args...)
}
