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
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"huiji/test/place"
)

func TestMain(m *testing.M) { place.Main(m) }

// ack is a sale that was acknowledged, and the request that made it.
type ack struct{ key, body, id string }

func TestKilledInTheMiddleOfSales(t *testing.T) {
	p := place.New(t)
	p.Start()
	store := p.Must("GET", "/stores", "", "")["items"].([]any)[0].(map[string]any)["id"].(string)
	for i := range 5 {
		p.Must("POST", "/products", fmt.Sprint("p", i), fmt.Sprintf(`{"sku":"P%d","name":"商品%d","price":%d}`, i, i, 1000+i))
	}
	var members []string
	for i := range 20 {
		m := p.Must("POST", "/members", fmt.Sprint("m", i), fmt.Sprintf(`{"phone":"1390000%04d"}`, i))
		members = append(members, m["id"].(string))
		p.Must("POST", "/ledger/adjust", fmt.Sprint("a", i), fmt.Sprintf(`{"member_id":%q,"amount":100000,"reason":"开业"}`, m["id"]))
	}
	var mu sync.Mutex
	var acks []ack
	for round := range 3 {
		stop := make(chan struct{})
		var clients sync.WaitGroup
		for c := range 8 {
			clients.Go(func() {
				client := &http.Client{Transport: &http.Transport{}}
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					sku := rand.IntN(5)
					a := ack{key: fmt.Sprintf("sale-%d-%d-%d", round, c, i), body: fmt.Sprintf(
						`{"store_id":%q,"member_id":%q,"lines":[{"sku":"P%d","quantity":2}],"use_points":100,"payments":[{"method":"cash","amount":%d}]}`,
						store, members[rand.IntN(len(members))], sku, 2*(1000+sku)-100)}
					status, answer, err := p.Call(client, "POST", "/orders", a.key, a.body)
					if err != nil {
						return // Killed: not acknowledged.
					}
					if status != http.StatusCreated {
						t.Errorf("sale: %d %v", status, answer)
						return
					}
					a.id = answer["id"].(string)
					mu.Lock()
					acks = append(acks, a)
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Duration(300+rand.IntN(500)) * time.Millisecond)
		p.Kill()
		close(stop)
		clients.Wait()
		t.Logf("round %d: %d sales acknowledged so far, ready again in %v", round, len(acks), p.Start())
		for _, a := range acks[max(0, len(acks)-100):] {
			if got := p.Must("GET", "/orders/"+a.id, "", ""); got["id"] != a.id {
				t.Fatalf("order %s is gone", a.id)
			}
			if again := p.Must("POST", "/orders", a.key, a.body); again["id"] != a.id {
				t.Fatalf("key %s sold again: %v, first %s", a.key, again["id"], a.id)
			}
		}
	}
	if len(acks) < 20 {
		t.Fatalf("only %d sales: the load was none", len(acks))
	}
	p.Kill()
	p.Run("doctor")
}

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
