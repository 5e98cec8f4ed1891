package merchant

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Service is the merchant and what they set. Verbs that take a transaction join
// it, the others open one.
type Service struct {
	DB   *db.DB
	Jobs *job.Queue

	zones sync.Map // *time.Location by name
}

// The names of the settings, as in their path.
const (
	offsetName   = "points-offset"
	debtName     = "debt"
	receiptName  = "receipt"
	merchantName = "merchant"
)

// errCurrency says that the currency cannot be set.
var errCurrency = fault.New(fault.Invalid, "merchant.currency_fixed", "币种在建立商户时确定，之后不能更改", "the currency is chosen when the merchant is founded and cannot be changed later")

// Terms is what a journey needs to know of the merchant: who they are, where
// their day begins, and every setting in force.
type Terms struct {
	Merchant
	Settings
	Zone *time.Location
}

// Found makes a merchant with the settings of their trade. The transaction is
// the new merchant's own.
func (s *Service) Found(ctx context.Context, tx *db.Tx, caller permit.Caller, m Merchant) (Merchant, error) {
	m.ID, m.CreatedAt = tx.Merchant(), tx.Now()
	m, err := m.Clean("body")
	if err != nil {
		return Merchant{}, err
	}
	if err := insert(ctx, tx, m); err != nil {
		return Merchant{}, fmt.Errorf("found the merchant: %w", err)
	}
	t, _ := TemplateOf(m.Trade)
	for _, one := range []struct {
		name  string
		value any
	}{{offsetName, t.Offset}, {debtName, t.Debt}, {receiptName, t.Receipt}} {
		if err := s.put(ctx, tx, caller, one.name, 0, one.value); err != nil {
			return Merchant{}, err
		}
	}
	d := deed.By(caller, "merchant.found", string(m.ID))
	d.Label, d.After = m.Name, asMap(m.body())
	return m, s.tell(ctx, tx, d)
}

// All are the merchants of the installation, in the order they were founded.
func (s *Service) All(ctx context.Context, tx *db.Tx) ([]Merchant, error) { return all(ctx, tx) }

// Find is the transaction's merchant.
func (s *Service) Find(ctx context.Context, tx *db.Tx) (Merchant, error) {
	m, err := find(ctx, tx)
	if err != nil {
		return Merchant{}, fmt.Errorf("find the merchant: %w", err)
	}
	return m, nil
}

// Zone is the merchant's time zone.
func (s *Service) Zone(ctx context.Context, tx *db.Tx) (*time.Location, error) {
	m, err := s.Find(ctx, tx)
	if err != nil {
		return nil, err
	}
	return s.zone(m)
}

// zone reads a time zone from its file, once.
func (s *Service) zone(m Merchant) (*time.Location, error) {
	if known, ok := s.zones.Load(m.Timezone); ok {
		return known.(*time.Location), nil
	}
	zone, err := time.LoadLocation(m.Timezone)
	if err != nil {
		return nil, fmt.Errorf("time zone of %s: %w", m.ID, err)
	}
	s.zones.Store(m.Timezone, zone)
	return zone, nil
}

// Terms reads the merchant and every setting in force, in one statement. What
// was never set is as the trade begins.
func (s *Service) Terms(ctx context.Context, tx *db.Tx) (Terms, error) {
	m, settings, err := together(ctx, tx)
	if err != nil {
		return Terms{}, fmt.Errorf("read the merchant's terms: %w", err)
	}
	if m.ID == "" {
		return Terms{}, ErrNotFound
	}
	t, _ := TemplateOf(m.Trade)
	terms := Terms{Merchant: m, Settings: t.Settings}
	for name, to := range map[string]any{offsetName: &terms.Offset, debtName: &terms.Debt, receiptName: &terms.Receipt} {
		i := slices.IndexFunc(settings, func(s setting) bool { return s.name == name })
		if i < 0 {
			continue
		}
		if err := json.Unmarshal([]byte(settings[i].value), to); err != nil {
			return Terms{}, fmt.Errorf("read the setting %s: %w", name, err)
		}
	}
	terms.Zone, err = s.zone(m)
	return terms, err
}

// Get is Terms in a transaction of its own.
func (s *Service) Get(ctx context.Context, caller permit.Caller) (terms Terms, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		terms, err = s.Terms(ctx, tx)
		return err
	})
	return terms, err
}

// SetOffset sets how points pay.
func (s *Service) SetOffset(ctx context.Context, caller permit.Caller, o Offset) error {
	return s.set(ctx, caller, offsetName, o.Check("body"), o, func(t Terms) any { return t.Offset })
}

// SetDebt sets what happens to points that were spent when their order is
// refunded.
func (s *Service) SetDebt(ctx context.Context, caller permit.Caller, d Debt) error {
	return s.set(ctx, caller, debtName, d.Check("body"), d, func(t Terms) any { return t.Debt })
}

// SetReceipt sets what receipts say.
func (s *Service) SetReceipt(ctx context.Context, caller permit.Caller, r Receipt) error {
	return s.set(ctx, caller, receiptName, r.Check("body"), r, func(t Terms) any { return t.Receipt })
}

// set writes the next version of a setting, unless it says what is in force
// already, and leaves a trace of the change.
func (s *Service) set(ctx context.Context, caller permit.Caller, name string, wrong error, value any, had func(Terms) any) error {
	if wrong != nil {
		return wrong
	}
	return s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if _, err := hold(ctx, tx); err != nil {
			return fmt.Errorf("hold the merchant: %w", err)
		}
		terms, err := s.Terms(ctx, tx)
		if err != nil {
			return err
		}
		before := had(terms)
		if before == value {
			return nil
		}
		version, err := versionOf(ctx, tx, name)
		if err != nil {
			return err
		}
		if err := s.put(ctx, tx, caller, name, version, value); err != nil {
			return err
		}
		return s.tellSetting(ctx, tx, caller, name, before, value)
	})
}

// SetMerchant sets the merchant's own name, trade and time zone. An empty
// currency is the one there is; another one is refused.
func (s *Service) SetMerchant(ctx context.Context, caller permit.Caller, m Merchant) (after Merchant, err error) {
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		before, err := hold(ctx, tx)
		if err != nil {
			return fmt.Errorf("hold the merchant: %w", err)
		}
		after = before
		after.Name, after.Trade, after.Timezone = m.Name, m.Trade, m.Timezone
		if m.Currency != "" && m.Currency != before.Currency {
			return errCurrency.At("body.currency", m.Currency)
		}
		if after, err = after.Clean("body"); err != nil || after == before {
			return err
		}
		version, err := versionOf(ctx, tx, merchantName)
		if err != nil {
			return err
		}
		if err := update(ctx, tx, after); err != nil {
			return err
		}
		if err := s.put(ctx, tx, caller, merchantName, version, after.body()); err != nil {
			return err
		}
		return s.tellSetting(ctx, tx, caller, merchantName, before.body(), after.body())
	})
	return after, err
}

// body is what of a merchant is set.
type body struct {
	Name     string `json:"name"`
	Trade    Trade  `json:"trade"`
	Currency string `json:"currency"`
	Timezone string `json:"timezone"`
}

func (m Merchant) body() body {
	return body{Name: m.Name, Trade: m.Trade, Currency: m.Currency, Timezone: m.Timezone}
}

func versionOf(ctx context.Context, tx *db.Tx, name string) (int64, error) {
	settings, err := latest(ctx, tx)
	if err != nil {
		return 0, fmt.Errorf("read the settings: %w", err)
	}
	for _, one := range settings {
		if one.name == name {
			return one.version, nil
		}
	}
	return 0, nil
}

// put writes the version after the one given.
func (s *Service) put(ctx context.Context, tx *db.Tx, caller permit.Caller, name string, after int64, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode the setting %s: %w", name, err)
	}
	written, err := appendVersion(ctx, tx, setting{name: name, version: after + 1, value: string(raw)}, caller.ID)
	if err != nil {
		return fmt.Errorf("write the setting %s: %w", name, err)
	}
	if !written {
		return errChanged
	}
	return nil
}

func (s *Service) tellSetting(ctx context.Context, tx *db.Tx, caller permit.Caller, name string, before, after any) error {
	d := deed.By(caller, "setting.set", name)
	d.Label, d.Before, d.After = name, asMap(before), asMap(after)
	return s.tell(ctx, tx, d)
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, d deed.Deed) error {
	return s.Jobs.Emit(ctx, tx, 0, tx.NewID(id.OfAudit, 0), d)
}

// asMap is a value as the audit log shows it, by its names on the wire.
func asMap(value any) map[string]any {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil // Settings are plain numbers and texts: they always encode.
	}
	named := map[string]any{}
	if json.Unmarshal(raw, &named) != nil {
		return nil
	}
	return named
}
