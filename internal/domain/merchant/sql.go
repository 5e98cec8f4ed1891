package merchant

import (
	"context"

	"huiji/internal/platform/db"
)

func insert(ctx context.Context, tx *db.Tx, m Merchant) error {
	_, err := tx.Exec(ctx, `INSERT INTO merchant (merchant_id, name, trade, currency, timezone, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.ID, m.Name, m.Trade, m.Currency, m.Timezone, db.Millis(m.CreatedAt))
	return err
}

func update(ctx context.Context, tx *db.Tx, m Merchant) error {
	return tx.Later(ctx, `UPDATE merchant SET name = $2, trade = $3, timezone = $4 WHERE merchant_id = $1`,
		tx.Merchant(), m.Name, m.Trade, m.Timezone)
}

func find(ctx context.Context, tx *db.Tx) (Merchant, error) {
	return db.One(ctx, tx, scan, `SELECT merchant_id, name, trade, currency, timezone, created_at FROM merchant WHERE merchant_id = $1`, tx.Merchant())
}

func hold(ctx context.Context, tx *db.Tx) (Merchant, error) {
	return db.One(ctx, tx, scan, `SELECT merchant_id, name, trade, currency, timezone, created_at FROM merchant WHERE merchant_id = $1`+tx.ForUpdate(), tx.Merchant())
}

// all lists the merchants of the installation.
func all(ctx context.Context, tx *db.Tx) ([]Merchant, error) {
	return db.All(ctx, tx, scan, `SELECT merchant_id, name, trade, currency, timezone, created_at FROM merchant ORDER BY created_at, merchant_id`)
}

func scan(r db.Row) (m Merchant, err error) {
	var created int64
	err = r.Scan(&m.ID, &m.Name, &m.Trade, &m.Currency, &m.Timezone, &created)
	m.CreatedAt = db.Time(created)
	return m, err
}

// setting is one version of one setting.
type setting struct {
	name    string
	version int64
	value   string
}

// latest reads the version in force of every setting.
func latest(ctx context.Context, tx *db.Tx) ([]setting, error) {
	return db.All(ctx, tx, scanSetting, `SELECT s.name, s.version, s.value FROM merchant_setting s WHERE s.merchant_id = $1
		AND s.version = (SELECT MAX(l.version) FROM merchant_setting l WHERE l.merchant_id = s.merchant_id AND l.name = s.name)`, tx.Merchant())
}

// together reads the merchant and every setting in force in one statement.
func together(ctx context.Context, tx *db.Tx) (m Merchant, settings []setting, err error) {
	err = tx.Each(ctx, func(r db.Row) error {
		var s setting
		var created int64
		if err := r.Scan(&m.ID, &m.Name, &m.Trade, &m.Currency, &m.Timezone, &created, &s.name, &s.version, &s.value); err != nil {
			return err
		}
		m.CreatedAt = db.Time(created)
		if s.version > 0 {
			settings = append(settings, s)
		}
		return nil
	}, `SELECT m.merchant_id, m.name, m.trade, m.currency, m.timezone, m.created_at,
			COALESCE(s.name, ''), COALESCE(s.version, 0), COALESCE(s.value, '')
		FROM merchant m LEFT JOIN merchant_setting s ON s.merchant_id = m.merchant_id
			AND s.version = (SELECT MAX(l.version) FROM merchant_setting l WHERE l.merchant_id = s.merchant_id AND l.name = s.name)
		WHERE m.merchant_id = $1`, tx.Merchant())
	return m, settings, err
}

func scanSetting(r db.Row) (s setting, err error) { return s, r.Scan(&s.name, &s.version, &s.value) }

// appendVersion writes the next version; false when somebody else wrote it first.
func appendVersion(ctx context.Context, tx *db.Tx, s setting, by string) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO merchant_setting (merchant_id, name, version, value, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (merchant_id, name, version) DO NOTHING`, tx.Merchant(), s.name, s.version, s.value, by, db.Millis(tx.Now()))
	return n == 1, err
}
