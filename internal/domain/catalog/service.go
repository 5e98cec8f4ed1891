package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
	"huiji/internal/platform/once"
)

// Service is the merchant's products. Verbs that take a transaction join it, the
// others open one.
type Service struct {
	DB   *db.DB
	Jobs *job.Queue
	// Zone is the merchant's time zone.
	Zone func(ctx context.Context, tx *db.Tx) (*time.Location, error)
}

// Filter narrows a list of products. Zero fields do not narrow.
type Filter struct {
	Query    string // part of the name, its pinyin initials, SKU or barcode
	Category string
	Status   Status
}

// Prices finds products by SKU for a till, in one statement.
// The answer is keyed by the SKUs as they were given; what is not there is not in
// it.
func (s *Service) Prices(ctx context.Context, tx *db.Tx, skus []string) (map[string]Product, error) {
	keys := make([]string, 0, len(skus))
	for _, sku := range skus {
		keys = append(keys, Key(sku))
	}
	slices.Sort(keys)
	byKey := make(map[string]Product, len(keys))
	all, err := findMany(ctx, tx, slices.Compact(keys))
	if err != nil {
		return nil, fmt.Errorf("find %d products: %w", len(keys), err)
	}
	for _, p := range all {
		byKey[Key(p.SKU)] = p
	}
	found := make(map[string]Product, len(skus))
	for _, sku := range skus {
		if p, there := byKey[Key(sku)]; there {
			found[sku] = p
		}
	}
	return found, nil
}

// Add makes new products, many at once: all of them, or none. Location tells
// where each one's faults are.
func (s *Service) Add(ctx context.Context, tx *db.Tx, made []Product, location func(i int) string) ([]Product, error) {
	clean, err := s.clean(tx, made, location)
	if err != nil {
		return nil, err
	}
	n, err := insert(ctx, tx, clean)
	if err != nil {
		return nil, fmt.Errorf("add %d products: %w", len(made), err)
	}
	if n < int64(len(clean)) {
		return nil, s.skuTaken(ctx, tx, clean, location)
	}
	return clean, s.claim(ctx, tx, clean, location)
}

// Ensure adds the products that are not there yet and leaves the others as they
// are; it reports how many were new. A SKU may come several times: the first
// counts.
func (s *Service) Ensure(ctx context.Context, tx *db.Tx, wanted []Product) (int, error) {
	there, err := s.Prices(ctx, tx, skusOf(wanted))
	if err != nil {
		return 0, err
	}
	seen, missing := map[string]bool{}, []Product{}
	for _, p := range wanted {
		if _, known := there[p.SKU]; known || seen[Key(p.SKU)] {
			continue
		}
		seen[Key(p.SKU)] = true
		missing = append(missing, p)
	}
	if len(missing) == 0 {
		return 0, nil
	}
	_, err = s.Add(ctx, tx, missing, Indexed("products"))
	return len(missing), err
}

// Indexed locates faults by place, as in "products[3]".
func Indexed(name string) func(i int) string {
	return func(i int) string { return name + "[" + strconv.Itoa(i) + "]" }
}

func skusOf(all []Product) []string {
	skus := make([]string, 0, len(all))
	for _, p := range all {
		skus = append(skus, p.SKU)
	}
	return skus
}

// clean checks all products, and gives them id, status and time where they have
// none.
func (s *Service) clean(tx *db.Tx, made []Product, location func(i int) string) ([]Product, error) {
	clean := make([]Product, len(made))
	var wrong fault.Collect
	for i, p := range made {
		p.ID = id.Product(tx.NewID(id.OfProduct, 0))
		if p.CreatedAt.IsZero() {
			p.CreatedAt = tx.Now()
		}
		if p.Status == "" {
			p.Status = Active
		}
		if p.Kind == "" {
			p.Kind = Goods
		}
		var err error
		if clean[i], err = p.Clean(location(i)); err != nil {
			for _, f := range fault.Of(err).Fields {
				wrong.Add(f.Location, f.Value, f.Text.ZH, f.Text.EN)
			}
		}
	}
	return clean, wrong.Err()
}

// skuTaken says which SKUs were there already.
func (s *Service) skuTaken(ctx context.Context, tx *db.Tx, made []Product, location func(i int) string) error {
	there, err := s.Prices(ctx, tx, skusOf(made))
	if err != nil {
		return err
	}
	taken := ErrSKUTaken
	for i, p := range made {
		if there[p.SKU].ID != p.ID {
			taken = taken.At(location(i)+".sku", p.SKU)
		}
	}
	return taken
}

// claim makes the barcodes of new products lead to them.
func (s *Service) claim(ctx context.Context, tx *db.Tx, made []Product, location func(i int) string) error {
	var wanted []owner
	for _, p := range made {
		for _, code := range p.Barcodes {
			wanted = append(wanted, owner{barcode: BarcodeKey(code), sku: Key(p.SKU)})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	n, err := insertBarcodes(ctx, tx, wanted)
	if err != nil {
		return fmt.Errorf("claim %d barcodes: %w", len(wanted), err)
	}
	if n == int64(len(wanted)) {
		return nil
	}
	return s.barcodeTaken(ctx, tx, made, wanted, location)
}

// barcodeTaken says which barcodes lead elsewhere.
func (s *Service) barcodeTaken(ctx context.Context, tx *db.Tx, made []Product, wanted []owner, location func(i int) string) error {
	leads := map[string]string{}
	for chunk := range slices.Chunk(wanted, inOne) {
		keys := make([]string, len(chunk))
		for i, o := range chunk {
			keys[i] = o.barcode
		}
		found, err := findBarcodes(ctx, tx, keys)
		if err != nil {
			return fmt.Errorf("find barcodes: %w", err)
		}
		for _, o := range found {
			leads[o.barcode] = o.sku
		}
	}
	taken := ErrBarcodeTaken
	for i, p := range made {
		for j, code := range p.Barcodes {
			if leads[BarcodeKey(code)] != Key(p.SKU) {
				taken = taken.At(location(i)+".barcodes["+strconv.Itoa(j)+"]", code).With("sku", leads[BarcodeKey(code)])
			}
		}
	}
	return taken
}

// Create adds one product at the caller's wish, at most once a key.
func (s *Service) Create(ctx context.Context, caller permit.Caller, key once.Key, made Product) (p Product, zone *time.Location, err error) {
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		again, err := once.Begin(ctx, tx, key, &p)
		if again || err != nil {
			return err
		}
		all, err := s.Add(ctx, tx, []Product{made}, func(int) string { return "body" })
		if err != nil {
			return err
		}
		p = all[0]
		d := about(caller, "product.create", p)
		_, d.After = Differences(Product{}, p)
		if err := s.tell(ctx, tx, d); err != nil {
			return err
		}
		return once.Keep(ctx, tx, key, p)
	})
	return p, zone, err
}

// Change changes a product and leaves a trace of it.
func (s *Service) Change(ctx context.Context, caller permit.Caller, sku string, change Patch) (p Product, zone *time.Location, err error) {
	err = s.DB.Write(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		before, err := hold(ctx, tx, sku)
		if errors.Is(err, db.ErrNoRow) {
			return ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("hold product %s: %w", sku, err)
		}
		if p, err = change.Apply(before, "body"); err != nil {
			return err
		}
		d := about(caller, "product.update", p)
		if d.Before, d.After = Differences(before, p); len(d.After) == 0 {
			return nil
		}
		if !slices.Equal(before.Barcodes, p.Barcodes) {
			if err := deleteBarcodes(ctx, tx, p.SKU); err != nil {
				return err
			}
			if err := s.claim(ctx, tx, []Product{p}, func(int) string { return "body" }); err != nil {
				return err
			}
		}
		if err := update(ctx, tx, p); err != nil {
			return err
		}
		return s.tell(ctx, tx, d)
	})
	return p, zone, err
}

// Get is one product.
func (s *Service) Get(ctx context.Context, caller permit.Caller, sku string) (p Product, zone *time.Location, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		p, err = find(ctx, tx, sku)
		if errors.Is(err, db.ErrNoRow) {
			return ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("find product %s: %w", sku, err)
		}
		zone, err = s.Zone(ctx, tx)
		return err
	})
	return p, zone, err
}

// List is a page of products, newest first.
func (s *Service) List(ctx context.Context, caller permit.Caller, f Filter, want page.Want) (p page.Page[Product], zone *time.Location, err error) {
	var from place
	if _, err := want.After(&from); err != nil {
		return p, nil, err
	}
	f.Category = fold.Line(f.Category)
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if zone, err = s.Zone(ctx, tx); err != nil {
			return err
		}
		found, err := list(ctx, tx, f, from, want.Size()+1)
		if err != nil {
			return fmt.Errorf("list products: %w", err)
		}
		p, err = page.Cut(found, want.Size(), placeOf)
		return err
	})
	return p, zone, err
}

// Categories counts the products that are sold by category, the fullest first.
func (s *Service) Categories(ctx context.Context, caller permit.Caller) (all []CategoryCount, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		all, err = countCategories(ctx, tx)
		return err
	})
	return all, err
}

// Demo lists the products that the demo data brought.
func (s *Service) Demo(ctx context.Context, tx *db.Tx) ([]Product, error) {
	return demoProducts(ctx, tx)
}

// Purge removes the products that the demo data brought, but for the SKUs to be
// kept, and reports how many.
func (s *Service) Purge(ctx context.Context, tx *db.Tx, keep ...string) (int64, error) {
	all, err := demoProducts(ctx, tx)
	if err != nil {
		return 0, fmt.Errorf("list the demo's products: %w", err)
	}
	var gone int64
	for _, p := range all {
		if slices.Contains(keep, p.SKU) {
			continue
		}
		if err := deleteBarcodes(ctx, tx, p.SKU); err != nil {
			return 0, err
		}
		if err := deleteDemo(ctx, tx, p.SKU); err != nil {
			return 0, err
		}
		gone++
	}
	return gone, nil
}

func about(caller permit.Caller, action string, p Product) deed.Deed {
	d := deed.By(caller, action, p.SKU)
	d.Label = p.Name
	return d
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, d deed.Deed) error {
	return s.Jobs.Emit(ctx, tx, 0, tx.NewID(id.OfAudit, 0), d)
}
