// Package crash kills the real program in the middle of its work and looks at
// what is left: nothing that was acknowledged may be lost, nothing may be half
// done, and running the work again completes it. With TEST_DATABASE_URL set the
// data is on PostgreSQL, otherwise in an SQLite file.
package crash

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"huiji/test/place"
)

func TestMain(m *testing.M) { place.Main(m) }

// shopFile writes a till's export: orders of members and walk-ins with returns.
func shopFile(t *testing.T, orders int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	rows := [][]string{{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"}}
	random := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2025, 1, 1, 9, 0, 0, 0, time.UTC)
	for i := range orders {
		at = at.Add(7 * time.Minute)
		customer := ""
		if i%3 > 0 {
			customer = strconv.Itoa(10_000 + random.IntN(500))
		}
		number, sign := strconv.Itoa(100_000+i), 1
		if i%20 == 19 {
			number, sign = "C"+number, -1
		}
		for range 1 + random.IntN(5) {
			article := random.IntN(60)
			rows = append(rows, []string{number, fmt.Sprint("A", article), fmt.Sprint("ARTICLE ", article), strconv.Itoa(sign * (1 + random.IntN(4))),
				at.Format(time.DateTime), fmt.Sprintf("%d.%02d", 1+article%9, article), customer, "United Kingdom"})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func digestOf(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Digest string }
	if err := json.Unmarshal(raw, &report); err != nil || report.Digest == "" {
		t.Fatalf("no digest in %s: %v", raw, err)
	}
	return report.Digest
}

func TestKilledInTheMiddleOfAnImport(t *testing.T) {
	file := shopFile(t, 6000)
	whole, broken := place.New(t), place.New(t)
	report := filepath.Join(t.TempDir(), "report.json")
	began := time.Now()
	whole.Run("import", "orders", file, "--profile", "online-retail", "--report", report)
	length := time.Since(began)
	want := digestOf(t, report)

	killed := 0
	for i := range 3 {
		c := broken.Command("import", "orders", file, "--profile", "online-retail")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(length * time.Duration(i+1) / 4)
		if err := c.Process.Signal(syscall.SIGKILL); err == nil {
			killed++
		}
		_ = c.Wait() // Says that it was killed.
	}
	if killed == 0 {
		t.Fatal("the import was never killed: the test shows nothing")
	}
	broken.Run("import", "orders", file, "--profile", "online-retail", "--report", report)
	if got := digestOf(t, report); got != want {
		t.Fatalf("after %d kills the balances differ: %s, want %s", killed, got, want)
	}
	broken.Run("import", "orders", file, "--profile", "online-retail", "--report", report)
	if got := digestOf(t, report); got != want {
		t.Fatalf("one more run changed the balances: %s, want %s", got, want)
	}
	broken.Run("doctor")
}
