package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// inOne is how many keys one statement names.
const inOne = 200

// insert writes the products that are not there yet and reports how many that
// were.
func insert(ctx context.Context, tx *db.Tx, all []Product) (int64, error) {
	rows := make([][]any, 0, len(all))
	for _, p := range all {
		rows = append(rows, []any{
			tx.Merchant(), Key(p.SKU), p.ID, p.SKU, p.Name, p.Search(), encode(p.Barcodes), p.Price, p.Category, p.Brand, p.Kind,
			p.TaxRate, p.EarnsPoints, p.Status, p.Source, db.Millis(p.CreatedAt), db.Millis(tx.Now()),
		})
	}
	return tx.Insert(ctx, `INSERT INTO catalog_product (merchant_id, sku_key, id, sku, name, search, barcodes, price, category, brand, kind,
		tax_rate, earns_points, status, source, created_at, updated_at) VALUES`, rows, "ON CONFLICT (merchant_id, sku_key) DO NOTHING")
}

func update(ctx context.Context, tx *db.Tx, p Product) error {
	return tx.Later(ctx, `UPDATE catalog_product SET name = $3, search = $4, barcodes = $5, price = $6, category = $7, brand = $8, kind = $9,
		tax_rate = $10, earns_points = $11, status = $12, updated_at = $13 WHERE merchant_id = $1 AND sku_key = $2`,
		tx.Merchant(), Key(p.SKU), p.Name, p.Search(), encode(p.Barcodes), p.Price, p.Category, p.Brand, p.Kind,
		p.TaxRate, p.EarnsPoints, p.Status, db.Millis(tx.Now()))
}

func find(ctx context.Context, tx *db.Tx, sku string) (Product, error) {
	return db.One(ctx, tx, scan, `SELECT id, sku, name, barcodes, price, category, brand, kind, tax_rate, earns_points, status, source, created_at
		FROM catalog_product WHERE merchant_id = $1 AND sku_key = $2`, tx.Merchant(), Key(sku))
}

func hold(ctx context.Context, tx *db.Tx, sku string) (Product, error) {
	return db.One(ctx, tx, scan, `SELECT id, sku, name, barcodes, price, category, brand, kind, tax_rate, earns_points, status, source, created_at
		FROM catalog_product WHERE merchant_id = $1 AND sku_key = $2`+tx.ForUpdate(), tx.Merchant(), Key(sku))
}

// findMany reads products by their keys.
func findMany(ctx context.Context, tx *db.Tx, keys []string) ([]Product, error) {
	rows := make([][]any, len(keys))
	for i, key := range keys {
		rows[i] = []any{key}
	}
	return db.AllOf(ctx, tx, scan, db.Keys{Columns: "wanted text", Rows: rows},
		`SELECT p.id, p.sku, p.name, p.barcodes, p.price, p.category, p.brand, p.kind, p.tax_rate, p.earns_points, p.status, p.source, p.created_at
		FROM key CROSS JOIN catalog_product p WHERE p.merchant_id = $1 AND p.sku_key = key.wanted`, tx.Merchant())
}

// after puts values behind the merchant, as arguments.
func after(merchant id.Merchant, values []string) []any {
	args := []any{merchant}
	for _, v := range values {
		args = append(args, v)
	}
	return args
}

// owner is which product a barcode leads to.
type owner struct{ barcode, sku string }

// insertBarcodes writes the barcodes that lead nowhere yet and reports how many
// that were.
func insertBarcodes(ctx context.Context, tx *db.Tx, all []owner) (int64, error) {
	rows := make([][]any, 0, len(all))
	for _, o := range all {
		rows = append(rows, []any{tx.Merchant(), o.barcode, o.sku})
	}
	return tx.Insert(ctx, `INSERT INTO catalog_barcode (merchant_id, barcode, sku_key) VALUES`, rows, "ON CONFLICT (merchant_id, barcode) DO NOTHING")
}

func deleteBarcodes(ctx context.Context, tx *db.Tx, sku string) error {
	return tx.Later(ctx, `DELETE FROM catalog_barcode WHERE merchant_id = $1 AND sku_key = $2`, tx.Merchant(), Key(sku))
}

// findBarcodes reads which products up to inOne barcodes lead to.
func findBarcodes(ctx context.Context, tx *db.Tx, keys []string) ([]owner, error) {
	return db.All(ctx, tx, func(r db.Row) (o owner, err error) { return o, r.Scan(&o.barcode, &o.sku) },
		`SELECT barcode, sku_key FROM catalog_barcode WHERE merchant_id = $1 AND barcode IN `+tx.In(2, len(keys)), after(tx.Merchant(), keys)...)
}

// place is where a list stands: the last product seen.
type place struct {
	Created int64      `json:"c"`
	ID      id.Product `json:"i"`
}

func placeOf(p Product) any { return place{Created: db.Millis(p.CreatedAt), ID: p.ID} }

// list reads products, newest first. A category leads over its own index; a
// search reads the merchant's products, which are thousands, not millions.
func list(ctx context.Context, tx *db.Tx, f Filter, from place, limit int) ([]Product, error) {
	var text strings.Builder
	args := []any{tx.Merchant()}
	text.WriteString(`SELECT id, sku, name, barcodes, price, category, brand, kind, tax_rate, earns_points, status, source, created_at
		FROM catalog_product WHERE merchant_id = $1`)
	and := func(condition string, values ...any) {
		text.WriteString(" AND " + condition)
		args = append(args, values...)
	}
	next := func(n int) string { return fmt.Sprintf("$%d", len(args)+n) }
	if f.Category != "" {
		and("category = "+next(1), f.Category)
	}
	if f.Status != "" {
		and("status = "+next(1), f.Status)
	}
	if q := fold.Search(f.Query); q != "" {
		and("search LIKE "+next(1)+` ESCAPE '\'`, "%"+escape(q)+"%")
	}
	if from.ID != "" {
		and("(created_at, id) < ("+next(1)+", "+next(2)+")", from.Created, from.ID)
	}
	text.WriteString(" ORDER BY created_at DESC, id DESC LIMIT " + next(1))
	return db.All(ctx, tx, scan, text.String(), append(args, limit)...)
}

// escape makes what was typed mean itself inside LIKE.
func escape(q string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q)
}

// CategoryCount is how many products of a category are sold.
type CategoryCount struct {
	Name     string
	Products int64
}

func countCategories(ctx context.Context, tx *db.Tx) ([]CategoryCount, error) {
	return db.All(ctx, tx, func(r db.Row) (c CategoryCount, err error) { return c, r.Scan(&c.Name, &c.Products) },
		`SELECT category, COUNT(*) AS products FROM catalog_product WHERE merchant_id = $1 AND status = 'active' AND category <> ''
			GROUP BY category ORDER BY products DESC, category`, tx.Merchant())
}

// demoProducts lists what the demo data brought: at most a few hundred.
func demoProducts(ctx context.Context, tx *db.Tx) ([]Product, error) {
	return db.All(ctx, tx, scan, `SELECT id, sku, name, barcodes, price, category, brand, kind, tax_rate, earns_points, status, source, created_at
		FROM catalog_product WHERE merchant_id = $1 AND source = 'demo' ORDER BY sku_key`, tx.Merchant())
}

func deleteDemo(ctx context.Context, tx *db.Tx, sku string) error {
	return tx.Later(ctx, `DELETE FROM catalog_product WHERE merchant_id = $1 AND sku_key = $2 AND source = 'demo'`, tx.Merchant(), Key(sku))
}

func scan(r db.Row) (p Product, err error) {
	var codes string
	var created int64
	err = r.Scan(&p.ID, &p.SKU, &p.Name, &codes, &p.Price, &p.Category, &p.Brand, &p.Kind, &p.TaxRate, &p.EarnsPoints, &p.Status, &p.Source, &created)
	if err != nil {
		return Product{}, err
	}
	p.CreatedAt = db.Time(created)
	if err := json.Unmarshal([]byte(codes), &p.Barcodes); err != nil {
		return Product{}, fmt.Errorf("read the barcodes of %s: %w", p.SKU, err)
	}
	return p, nil
}

func encode(codes []string) string {
	raw, err := json.Marshal(append([]string{}, codes...))
	if err != nil {
		return "[]" // Strings always encode.
	}
	return string(raw)
}
