package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/permit"
	"huiji/internal/domain/catalog"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/web/webtest"
)

func open(t *testing.T) (*catalog.Service, *webtest.Server, *[]deed.Deed) {
	t.Helper()
	d := dbtest.New(t)
	s := &catalog.Service{
		DB: d, Jobs: job.New(d, slog.New(slog.DiscardHandler)),
		Zone: func(context.Context, *db.Tx) (*time.Location, error) { return time.FixedZone("CST", 8*3600), nil },
	}
	var deeds []deed.Deed
	job.On(s.Jobs, "test", func(_ context.Context, _ *db.Tx, e deed.Deed) error {
		deeds = append(deeds, e)
		return nil
	})
	server := webtest.New(t, d.Clock())
	s.Routes(server.API)
	return s, server, &deeds
}

func write(t *testing.T, s *catalog.Service, fn db.Func) {
	t.Helper()
	if err := s.DB.Write(context.Background(), dbtest.Merchant, fn); err != nil {
		t.Fatal(err)
	}
}

func TestAddingIsAllOrNone(t *testing.T) {
	s, _, _ := open(t)
	at := catalog.Indexed("items")
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		first := product("A", "甲")
		first.Barcodes = []string{"6901234567892"}
		_, err := s.Add(ctx, tx, []catalog.Product{first, product("B", "乙")}, at)
		return err
	})
	for _, c := range []struct {
		made []catalog.Product
		want error
		at   []string
	}{
		{[]catalog.Product{product("C", "丙"), product("a", "甲")}, catalog.ErrSKUTaken, []string{"items[1].sku"}},
		{[]catalog.Product{product("D", "丁"), product("d", "丁")}, catalog.ErrSKUTaken, []string{"items[1].sku"}},
		{[]catalog.Product{{SKU: "E", Name: "戊", Barcodes: []string{"x", "6901234567892"}}}, catalog.ErrBarcodeTaken, []string{"items[0].barcodes[1]"}},
		{[]catalog.Product{{SKU: "F", Name: "己", Barcodes: []string{"y"}}, {SKU: "G", Name: "庚", Barcodes: []string{"Y"}}}, catalog.ErrBarcodeTaken, []string{"items[1].barcodes[0]"}},
	} {
		err := s.DB.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Add(ctx, tx, c.made, at)
			return err
		})
		if !errors.Is(err, c.want) || !slices.Equal(wrong(t, err), c.at) {
			t.Errorf("%v: %v %v", c.made, err, wrong(t, err))
		}
	}
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		found, err := s.Prices(ctx, tx, []string{"a", "A", "B", "C", "D", "E"})
		if len(found) != 3 || found["a"].SKU != "A" || found["A"].Name != "甲" || found["B"].Price != 1999 {
			t.Errorf("prices %v", found)
		}
		return err
	})
}

func TestEnsureAddsOnlyWhatIsMissing(t *testing.T) {
	s, _, _ := open(t)
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		var all []catalog.Product
		for i := range 450 {
			all = append(all, product(fmt.Sprint("s", i), "品"))
		}
		if n, err := s.Ensure(ctx, tx, all); n != 450 || err != nil {
			t.Errorf("%d new, %v", n, err)
		}
		changed := product("S7", "改名")
		if n, err := s.Ensure(ctx, tx, []catalog.Product{changed, product("new", "新"), product("NEW", "又")}); n != 1 || err != nil {
			t.Errorf("%d new, %v", n, err)
		}
		if n, err := s.Ensure(ctx, tx, nil); n != 0 || err != nil {
			t.Errorf("%d of none, %v", n, err)
		}
		skus := make([]string, 450)
		for i := range skus {
			skus[i] = fmt.Sprint("S", i)
		}
		found, err := s.Prices(ctx, tx, skus)
		if len(found) != 450 || found["S7"].Name != "品" {
			t.Errorf("%d found, %v", len(found), found["S7"])
		}
		return err
	})
}

func TestProductsOverHTTP(t *testing.T) {
	s, server, deeds := open(t)
	owner, cashier := server.Role(permit.Owner), server.Role(permit.Cashier)
	a := owner.Do("POST", "/products", `{"sku":"KF-01","name":"美式咖啡","price":1999,"category":"咖啡","barcodes":["036000291452"]}`).Want(t, 201)
	if a.Body["earns_points"] != true || a.Body["kind"] != "goods" || a.Body["status"] != "active" || a.Body["price"] != 1999.0 || a.Body["created_at"] != "2026-01-01T17:00:00.000+08:00" {
		t.Errorf("created %s", a.Raw)
	}
	owner.Do("POST", "/products", `{"sku":"kf-01","name":"x","price":1}`).WantProblem(t, 409, "product.sku_taken")
	owner.Do("POST", "/products", `{"sku":"KF-02","name":"x","price":1,"barcodes":["0036000291452"]}`).WantProblem(t, 409, "product.barcode_taken")
	bad := owner.Do("POST", "/products", `{"sku":"","name":"","price":-1,"tax_rate":-1,"barcodes":["6901234567893"]}`).WantProblem(t, 422, "request.invalid")
	if got := bad.Fields(); len(got) != 5 {
		t.Errorf("named %v", got)
	}
	owner.Do("POST", "/products", `{"sku":"X","name":"x","price":1.5}`).WantProblem(t, 422, "request.invalid")
	owner.Do("POST", "/products", `{"sku":"X","name":"x","price":1,"colour":"red"}`).WantProblem(t, 422, "request.invalid")
	cashier.Do("POST", "/products", `{"sku":"X","name":"x","price":1}`).WantProblem(t, 403, "permission.denied")
	first := owner.Do("POST", "/products", `{"sku":"洗/剪 1","name":"洗剪吹 100%","price":8800,"kind":"service","earns_points":false}`, "Idempotency-Key: k").Want(t, 201)
	again := owner.Do("POST", "/products", `{"sku":"洗/剪 1","name":"洗剪吹 100%","price":8800,"kind":"service","earns_points":false}`, "Idempotency-Key: k").Want(t, 201)
	if string(first.Raw) != string(again.Raw) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%s was answered again as %s", first.Raw, again.Raw)
	}

	for q, want := range map[string]string{
		"美式": "KF-01", "mskf": "KF-01", "kf01": "KF-01", "036000291452": "KF-01", "0036000291452": "KF-01", "100%25": "洗/剪 1", "xjc": "洗/剪 1",
		"%25%25": "", "_": "KF-01,洗/剪 1", "nothing": "", "": "KF-01,洗/剪 1",
	} {
		if got := skus(cashier.Do("GET", "/products?q="+q, nil).Want(t, 200)); got != want {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
	if got := skus(cashier.Do("GET", "/products?category="+"%E5%92%96%E5%95%A1", nil).Want(t, 200)); got != "KF-01" {
		t.Errorf("the category holds %q", got)
	}

	owner.Do("PATCH", "/products/kf-01", `{"name":null}`).WantProblem(t, 422, "request.invalid")
	owner.Do("PATCH", "/products/kf-01", `{"sku":"Z"}`).WantProblem(t, 422, "request.invalid")
	owner.Do("PATCH", "/products/nothing", `{"name":"x"}`).WantProblem(t, 404, "product.not_found")
	p := owner.Do("PATCH", "/products/kf-01", `{"price":2100,"category":null,"barcodes":["A1"],"status":"archived"}`).Want(t, 200)
	if p.Body["sku"] != "KF-01" || p.Body["price"] != 2100.0 || p.Body["category"] != "" || p.Body["status"] != "archived" || p.Body["name"] != "美式咖啡" {
		t.Errorf("changed to %s", p.Raw)
	}
	owner.Do("PATCH", "/products/kf-01", `{}`).Want(t, 200)
	owner.Do("PATCH", "/products/kf-01", `{"barcodes":null}`).Want(t, 200)
	owner.Do("POST", "/products", `{"sku":"KF-03","name":"y","price":1,"category":"茶","barcodes":["036000291452","a1"]}`).Want(t, 201)
	if got := cashier.Do("GET", "/products/%E6%B4%97%2F%E5%89%AA%201", nil).Want(t, 200); got.Body["name"] != "洗剪吹 100%" || got.Body["kind"] != "service" {
		t.Errorf("got %s", got.Raw)
	}
	cashier.Do("GET", "/products/nothing", nil).WantProblem(t, 404, "product.not_found")
	if got := cashier.Do("GET", "/categories", nil).Want(t, 200); len(got.Body["items"].([]any)) != 1 {
		t.Errorf("categories %s", got.Raw)
	}
	foreign := server.As(permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_x", Permissions: permit.All()})
	foreign.Do("GET", "/products/KF-01", nil).WantProblem(t, 404, "product.not_found")
	foreign.Do("PATCH", "/products/KF-01", `{"price":1}`).WantProblem(t, 404, "product.not_found")
	foreign.Do("POST", "/products", `{"sku":"KF-01","name":"x","price":1,"barcodes":["a1"]}`).Want(t, 201)
	if err := s.Jobs.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(*deeds, func(d deed.Deed) bool { return d.Action == "product.update" })
	if d := (*deeds)[i]; len(*deeds) != 6 || d.Object != "KF-01" || d.Before["price"] != 1999.0 || d.After["price"] != 2100.0 {
		t.Errorf("told %d: %+v", len(*deeds), d)
	}
}

func skus(a webtest.Answer) string {
	var all []string
	for _, item := range a.Body["items"].([]any) {
		all = append(all, item.(map[string]any)["sku"].(string))
	}
	slices.Sort(all)
	out := ""
	for i, s := range all {
		if i > 0 {
			out += ","
		}
		out += s
	}
	return out
}

func TestPagesOfProducts(t *testing.T) {
	s, server, _ := open(t)
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		var all []catalog.Product
		for i := range 11 {
			p := product(fmt.Sprint("s", i), "品")
			p.CreatedAt, p.Category = dbtest.Start.Add(time.Duration(i/3)*time.Minute), "c"
			all = append(all, p)
		}
		_, err := s.Add(ctx, tx, all, catalog.Indexed("items"))
		return err
	})
	for _, filter := range []string{"", "&category=c", "&q=s", "&status=active"} {
		seen, cursor := map[string]bool{}, ""
		for range 9 {
			a := server.Role(permit.Cashier).Do("GET", "/products?limit=4"+filter+cursor, nil).Want(t, 200)
			for _, item := range a.Body["items"].([]any) {
				sku := item.(map[string]any)["sku"].(string)
				if seen[sku] {
					t.Errorf("%s again", sku)
				}
				seen[sku] = true
			}
			next, more := a.Body["next_cursor"].(string)
			if !more {
				break
			}
			cursor = "&cursor=" + next
		}
		if len(seen) != 11 {
			t.Errorf("%q: %d products on all pages, want 11", filter, len(seen))
		}
	}
}

func TestDemoProductsLeave(t *testing.T) {
	s, _, _ := open(t)
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		demo := product("D", "演示")
		demo.Source, demo.Barcodes = catalog.SourceDemo, []string{"x"}
		if _, err := s.Add(ctx, tx, []catalog.Product{demo, product("K", "留")}, catalog.Indexed("items")); err != nil {
			return err
		}
		if n, err := s.Purge(ctx, tx); n != 1 || err != nil {
			t.Errorf("purged %d, %v", n, err)
		}
		// Its SKU and its barcode are free again.
		demo.Source = ""
		_, err := s.Add(ctx, tx, []catalog.Product{demo}, catalog.Indexed("items"))
		return err
	})
}
