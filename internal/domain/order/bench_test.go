package order

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

// BenchmarkRecord records orders of 25 lines, 300 together, as an import does.
func BenchmarkRecord(b *testing.B) {
	d := dbtest.New(b)
	s := &Service{DB: d, Jobs: job.New(d, slog.New(slog.DiscardHandler))}
	items := make([]Item, 25)
	for i := range items {
		items[i] = Item{SKU: fmt.Sprint("sku-", i), Name: "WHITE HANGING HEART T-LIGHT HOLDER", Quantity: 6, Price: 255, EarnsPoints: true}
	}
	for n := 0; b.Loop(); n++ {
		err := d.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
			orders, named := make([]Order, 300), make([]*Order, 300)
			for i := range orders {
				p, err := Basket{Items: items}.Price()
				if err != nil {
					return err
				}
				o := &orders[i]
				*o = Order{
					ID: id.Order(tx.NewOwnID(id.OfOrder)), Kind: Sale, Status: StatusCompleted, Store: "sto_a", Source: FromImport,
					ExternalID: fmt.Sprint("X-", n, "-", i), OccurredAt: tx.Now(), Day: day.Of(tx.Now(), time.UTC),
				}
				p.Fill(o)
				o.Tenders = []Tender{{No: 1, Method: Other, Amount: o.Total}}
				named[i] = o
			}
			if err := s.Reserve(ctx, tx, named); err != nil {
				return err
			}
			return s.Record(ctx, tx, orders)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*300*25/b.Elapsed().Seconds(), "lines/s")
}
