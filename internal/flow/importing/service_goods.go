package importing

import (
	"context"
	"fmt"

	"huiji/internal/core/fault"
	"huiji/internal/domain/catalog"
	"huiji/internal/platform/db"
)

// goods adds the articles that the catalogue does not have yet, and reads what it
// says about all of them.
func (r *run) goods(ctx context.Context, dry bool) error {
	r.Goods = make([]Goods, len(r.plan.Articles))
	for from := 0; from < len(r.plan.Articles); from += mostAtOnce {
		articles := r.plan.Articles[from:min(from+mostAtOnce, len(r.plan.Articles))]
		added, work := 0, r.s.DB.Write
		if dry {
			work = r.s.DB.Read
		}
		var err error
		for range attempts { // What was added by somebody else meanwhile is found by the next.
			err = work(ctx, r.Actor.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
				added, err = r.stock(ctx, tx, articles, r.Goods[from:], dry)
				return err
			})
			if f := fault.Of(err); f == nil || f.Kind != fault.Conflict {
				break
			}
		}
		if err != nil {
			return fmt.Errorf("add products %d to %d: %w", from+1, from+len(articles), err)
		}
		r.report.New.Products += int64(added)
	}
	return nil
}

func (r *run) stock(ctx context.Context, tx *db.Tx, articles []Article, into []Goods, dry bool) (added int, err error) {
	skus, products := make([]string, len(articles)), make([]catalog.Product, len(articles))
	for i, a := range articles {
		skus[i], products[i] = a.SKU, a.product()
	}
	if !dry {
		if added, err = r.s.Catalog.Ensure(ctx, tx, products); err != nil {
			return 0, err
		}
	}
	there, err := r.s.Catalog.Prices(ctx, tx, skus)
	for i, a := range articles {
		p, known := there[a.SKU]
		if !known {
			p = products[i]
		}
		into[i] = goodsOf(p, a)
	}
	return added, err
}
