package app

import (
	"context"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/domain/merchant"
	"huiji/internal/platform/db"
)

// Finding is what the doctor says at the end.
type Finding struct {
	Merchants, Accounts, Postings int
	Breaches                      []string // a line each
}

// Doctor checks every law of the ledger and of the orders on the live data,
// merchant after merchant and bucket after bucket. It only reads.
func (a *App) Doctor(ctx context.Context, progress func(done, total int)) (Finding, error) {
	var f Finding
	var merchants []merchant.Merchant
	err := a.DB.Read(ctx, "", func(ctx context.Context, tx *db.Tx) (err error) {
		merchants, err = a.Merchants.All(ctx, tx)
		return err
	})
	if err != nil {
		return f, err
	}
	f.Merchants = len(merchants)
	total := len(merchants) * (id.Buckets + 1)
	for i, m := range merchants {
		for bucket := range id.Bucket(id.Buckets) {
			if err := a.examine(ctx, m.ID, bucket, &f); err != nil {
				return f, fmt.Errorf("examine bucket %d of %s: %w", bucket, m.ID, err)
			}
			progress(i*(id.Buckets+1)+int(bucket)+1, total)
		}
		err := a.DB.Read(ctx, m.ID, func(ctx context.Context, tx *db.Tx) error {
			found, err := a.Orders.Breaches(ctx, tx)
			f.Breaches = append(f.Breaches, found...)
			return err
		})
		if err != nil {
			return f, err
		}
		progress((i+1)*(id.Buckets+1), total)
	}
	return f, nil
}

func (a *App) examine(ctx context.Context, m id.Merchant, bucket id.Bucket, f *Finding) error {
	return a.DB.Read(ctx, m, func(ctx context.Context, tx *db.Tx) error {
		checked, err := a.Book.Audit(ctx, tx, bucket)
		f.Accounts += checked.Accounts
		f.Postings += checked.Postings
		for _, b := range checked.Breaches {
			f.Breaches = append(f.Breaches, fmt.Sprintf("%s %s: %s", b.Holder, b.Asset, b.Text))
		}
		return err
	})
}
