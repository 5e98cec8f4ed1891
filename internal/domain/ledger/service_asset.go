package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Assets are the merchant's definitions, with points among them.
func (s *Service) Assets(ctx context.Context, tx *db.Tx) (Assets, error) {
	rows, err := selectAssets(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("read the assets: %w", err)
	}
	all := Assets{Points: PointsDefinition()}
	for _, row := range rows {
		var d Definition
		if err := json.Unmarshal([]byte(row.value), &d); err != nil {
			return nil, fmt.Errorf("read asset %s: %w", row.code, err)
		}
		d.Asset, d.Version = row.code, row.version
		all[row.code] = d
	}
	return all, nil
}

// assetsOf reads the definitions that ops need: none where all are plain points,
// which most are.
func (s *Service) assetsOf(ctx context.Context, tx *db.Tx, ops []Op) (Assets, error) {
	for i := range ops {
		if op := &ops[i]; op.Key().Asset != Points || op.Kind == Transfer || op.Kind == Exchange {
			return s.Assets(ctx, tx)
		}
	}
	return nil, nil
}

// knows checks that the merchant has the asset. Location names the field.
func (s *Service) knows(ctx context.Context, tx *db.Tx, location string, asset Asset) error {
	if asset == Points {
		return nil
	}
	all, err := s.Assets(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := all.Define(asset); err != nil {
		return fault.Of(err).At(location, string(asset))
	}
	return nil
}

// ShowAssets are the merchant's definitions.
func (s *Service) ShowAssets(ctx context.Context, caller permit.Caller) (all Assets, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		all, err = s.Assets(ctx, tx)
		return err
	})
	return all, err
}

// SetAsset defines an asset, or changes what is set for it, and leaves a trace.
func (s *Service) SetAsset(ctx context.Context, caller permit.Caller, d Definition) (Definition, error) {
	err := s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		all, err := s.Assets(ctx, tx)
		if err != nil {
			return err
		}
		had, there := all[d.Asset]
		if d.Version = 1; there {
			d.Version = had.Version + 1
			err = d.Check(&had)
		} else {
			err = d.Check(nil)
		}
		if err != nil {
			return err
		}
		for i, r := range d.Rates {
			if _, err := all.Define(r.Into); err != nil {
				return fault.Of(err).At(fmt.Sprintf("body.rates[%d].into", i), string(r.Into))
			}
		}
		value, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("write asset %s: %w", d.Asset, err)
		}
		saved, err := saveAsset(ctx, tx, stored{d.Asset, string(value), d.Version})
		if err != nil {
			return fmt.Errorf("save asset %s: %w", d.Asset, err)
		}
		if !saved {
			return errQuicker
		}
		return s.tellAsset(ctx, tx, caller, had, d)
	})
	return d, err
}

var errQuicker = fault.New(fault.Conflict, "asset.changed_meanwhile", "该资产刚被他人修改，请刷新后再试", "somebody else has just changed this asset: look again, then try")

func (s *Service) tellAsset(ctx context.Context, tx *db.Tx, caller permit.Caller, had, is Definition) error {
	d := deed.By(caller, "setting.asset", string(is.Asset))
	d.Label = is.Name.ZH
	if had.Version > 0 {
		d.Before = had.said()
	}
	d.After = is.said()
	return s.Jobs.Emit(ctx, tx, 0, "asset:"+string(is.Asset)+":"+decimal(is.Version), d)
}
