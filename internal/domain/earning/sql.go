package earning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/unit"
	"huiji/internal/platform/db"
)

// stored is how a policy is kept.
type stored struct {
	Points       unit.Points  `json:"points"`
	PerAmount    unit.Money   `json:"per_amount"`
	Rounding     Rounding     `json:"rounding"`
	Validity     day.Validity `json:"validity"`
	PendingDays  int          `json:"pending_days,omitempty"`
	Categories   []storedRate `json:"categories,omitempty"`
	ExcludedSKUs []string     `json:"excluded_skus,omitempty"`
}

type storedRate struct {
	Category  string      `json:"category"`
	Points    unit.Points `json:"points"`
	PerAmount unit.Money  `json:"per_amount"`
}

// insertPolicy adds a version; false when somebody added the same one first.
func insertPolicy(ctx context.Context, tx *db.Tx, p Policy) (bool, error) {
	s := stored{
		Points: p.Points, PerAmount: p.PerAmount, Rounding: p.Rounding, Validity: p.Validity,
		PendingDays: p.PendingDays, ExcludedSKUs: p.ExcludedSKUs,
	}
	for _, rate := range p.Categories {
		s.Categories = append(s.Categories, storedRate(rate))
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return false, fmt.Errorf("encode the earning policy: %w", err)
	}
	n, err := tx.Exec(ctx, `INSERT INTO earning_policy (merchant_id, version, value, set_by, effective_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (merchant_id, version) DO NOTHING`,
		tx.Merchant(), p.Version, string(raw), p.SetBy, db.Millis(p.EffectiveAt))
	return n == 1, err
}

// selectAt finds the version in force at an instant, or the first one.
func selectAt(ctx context.Context, tx *db.Tx, at time.Time) (Policy, error) {
	p, err := db.One(ctx, tx, scanPolicy, `SELECT version, value, set_by, effective_at FROM earning_policy
		WHERE merchant_id = $1 AND (effective_at <= $2 OR version = 1) ORDER BY version DESC LIMIT 1`, tx.Merchant(), db.Millis(at))
	if errors.Is(err, db.ErrNoRow) {
		return Policy{}, errNoPolicy
	}
	return p, err
}

func selectAll(ctx context.Context, tx *db.Tx) (Versions, error) {
	return db.All(ctx, tx, scanPolicy, `SELECT version, value, set_by, effective_at FROM earning_policy
		WHERE merchant_id = $1 ORDER BY version`, tx.Merchant())
}

func scanPolicy(r db.Row) (Policy, error) {
	var p Policy
	var raw string
	var at int64
	if err := r.Scan(&p.Version, &raw, &p.SetBy, &at); err != nil {
		return Policy{}, err
	}
	var s stored
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return Policy{}, fmt.Errorf("decode the earning policy: %w", err)
	}
	p.EffectiveAt = db.Time(at)
	p.Points, p.PerAmount, p.Rounding, p.Validity = s.Points, s.PerAmount, s.Rounding, s.Validity
	p.PendingDays, p.ExcludedSKUs = s.PendingDays, s.ExcludedSKUs
	for _, rate := range s.Categories {
		p.Categories = append(p.Categories, Rate(rate))
	}
	return p, nil
}
