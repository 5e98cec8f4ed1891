package main

import (
	"context"
	"errors"
	"fmt"

	"huiji/internal/app"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/domain/merchant"
	"huiji/internal/platform/db"
)

// place says where an installation is.
type place struct {
	Data     string `help:"Folder of the database file and the keys." default:"./data" type:"path" env:"HUIJI_DATA"`
	Database string `help:"PostgreSQL url; without it the data is in an SQLite file in --data." placeholder:"URL" env:"HUIJI_DATABASE_URL"`
	Keys     string `help:"Folder of the key files, when it is not --data." type:"path" placeholder:"DIR" env:"HUIJI_KEYS"`
}

func (p place) open(ctx context.Context, s *settings) (*app.App, error) {
	return app.Open(ctx, app.Place{Data: p.Data, Database: p.Database, Keys: p.Keys}, version, s.log)
}

// with opens the place, runs fn and closes it.
func (p place) with(ctx context.Context, s *settings, fn func(a *app.App) error) error {
	a, err := p.open(ctx, s)
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.DB.Close())
}

// whose chooses a merchant where there are several.
type whose struct {
	Merchant string `name:"merchant" help:"Id or name of the merchant, where there are several." placeholder:"MERCHANT"`
}

var (
	errNobody = fault.New(fault.NotFound, "merchant.none", "还没有商户，请先运行 huiji init，或启动后用设置链接建立", "there is no merchant yet: run huiji init, or open the setup link that serve prints")
	errWhich  = fault.New(fault.Invalid, "merchant.which", "有多个商户，请用 --merchant 指明一个", "there are several merchants: name one with --merchant").At("--merchant", nil)
	errNot    = fault.New(fault.NotFound, "merchant.not_found", "没有这个商户", "there is no such merchant")
)

func (w whose) find(ctx context.Context, a *app.App) (m merchant.Merchant, err error) {
	var all []merchant.Merchant
	err = a.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) error {
		all, err = a.Merchants.All(ctx, tx)
		return err
	})
	switch {
	case err != nil:
		return m, fmt.Errorf("list merchants: %w", err)
	case len(all) == 0:
		return m, errNobody
	case w.Merchant == "" && len(all) == 1:
		return all[0], nil
	case w.Merchant == "":
		return m, errWhich
	}
	for _, one := range all {
		if one.ID == id.Merchant(w.Merchant) || one.Name == w.Merchant {
			return one, nil
		}
	}
	return m, errNot.At("--merchant", w.Merchant)
}
