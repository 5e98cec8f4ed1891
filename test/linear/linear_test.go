// Package linear records what concurrent clients ask of a few accounts and what
// they hear, over HTTP from two servers of one place, and has porcupine look for
// an order of one thing after another that explains all of it: nothing that was
// answered is ever forgotten, seen late or seen twice.
package linear

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"huiji/test/load"
	"huiji/test/place"
)

func TestMain(m *testing.M) { place.Main(m) }

const (
	clients  = 8
	accounts = 3
	patience = 2 * time.Minute // of the search, which takes far less
)

// TestHistoriesHaveAnOrder is the whole check.
func TestHistoriesHaveAnOrder(t *testing.T) {
	histories, length := 3, 60
	if load.Long() {
		histories, length = 100, 120
	}
	s := load.Open(t, 0)
	s.AnotherServer()
	refused := 0
	for seed := range histories {
		history := record(t, s, uint64(seed), length)
		if result := porcupine.CheckOperationsTimeout(model(), history, patience); result != porcupine.Ok {
			t.Fatalf("history %d of %d acts: %s", seed, len(history), result)
		}
		for _, o := range history {
			if o.Output.(said).refused {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Fatal("nobody was ever refused: the histories show little")
	}
	t.Logf("%d histories of %d acts on %d accounts; %d redemptions refused", histories, clients*length, accounts, refused)
	s.Healthy()
}

// record has every client do one thing after another on accounts that are new.
func record(t *testing.T, s *load.Shop, seed uint64, length int) []porcupine.Operation {
	t.Helper()
	members := make([]string, accounts)
	for i := range members {
		members[i] = s.Member(0)
	}
	var mu sync.Mutex
	var history []porcupine.Operation
	var group sync.WaitGroup
	began := time.Now()
	for c := range clients {
		group.Go(func() {
			client := load.NewClient()
			defer client.CloseIdleConnections()
			random := rand.New(rand.NewPCG(seed, uint64(c)))
			for i := range length {
				in := act{members[random.IntN(accounts)], []string{"earn", "redeem", "redeem", "read"}[random.IntN(4)], int64(1 + random.IntN(50))}
				if in.verb == "earn" {
					in.amount *= 2 // Else nearly everything is refused.
				}
				call := time.Since(began)
				out, err := do(s, client, random.IntN(2), fmt.Sprintf("history-%d-%d-%d", seed, c, i), in)
				back := time.Since(began)
				if err != nil {
					t.Errorf("%+v: %v", in, err)
					return
				}
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: c, Input: in, Output: out, Call: int64(call), Return: int64(back)})
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return history
}

// do does one thing at one of the servers. A server that asks to try again is
// asked with the same key, which makes it one act from the first call to the last
// answer.
func do(s *load.Shop, client *http.Client, server int, key string, in act) (said, error) {
	if in.verb == "read" {
		a, err := s.Get(client, server, "/ledger/balances?member_ids="+in.account)
		if err != nil || a.Status != http.StatusOK {
			return said{}, fmt.Errorf("%d %v: %w", a.Status, a.Body, err)
		}
		for _, item := range a.Body["items"].([]any) {
			if one := item.(map[string]any); one["asset"] == "points" {
				return said{balance: int64(one["available"].(float64))}, nil
			}
		}
		return said{}, nil
	}
	a, _, err := s.Insist(client, server, "/ledger/"+in.verb, key, fmt.Sprintf(`{"member_id":%q,"amount":%d,"reason":"历史"}`, in.account, in.amount))
	switch {
	case err != nil:
		return said{}, err
	case a.Status == http.StatusCreated:
		return said{balance: int64(a.Body["balance_after"].(float64))}, nil
	case a.Code() == "points.insufficient":
		return said{refused: true}, nil
	}
	return said{}, fmt.Errorf("%d %v", a.Status, a.Body)
}

// TestWhatHasNoOrderIsRefused shows that the model refuses what a broken ledger
// would answer, and nothing that a sound one may.
func TestWhatHasNoOrderIsRefused(t *testing.T) {
	type line struct {
		client     int
		verb       string
		amount     int64
		refused    bool
		balance    int64
		call, back int64
	}
	for _, c := range []struct {
		name  string
		sound bool
		lines []line
	}{
		{"one after another", true, []line{{0, "earn", 100, false, 100, 0, 1}, {1, "redeem", 60, false, 40, 2, 3}, {0, "redeem", 60, true, 0, 4, 5}, {1, "read", 0, false, 40, 6, 7}}},
		{"at once, in either order", true, []line{{0, "earn", 10, false, 30, 0, 9}, {1, "earn", 20, false, 20, 0, 9}, {2, "read", 0, false, 20, 0, 9}}},
		{"an update is lost", false, []line{{0, "earn", 10, false, 10, 0, 9}, {1, "earn", 10, false, 10, 0, 9}}},
		{"the same points twice", false, []line{{0, "earn", 100, false, 100, 0, 1}, {1, "redeem", 100, false, 0, 2, 9}, {2, "redeem", 100, false, 0, 2, 9}}},
		{"an answer before the commit", false, []line{{0, "earn", 10, false, 10, 0, 1}, {1, "read", 0, false, 0, 2, 3}}},
		{"read and gone again", false, []line{{0, "earn", 10, false, 10, 0, 9}, {1, "read", 0, false, 10, 1, 2}, {2, "read", 0, false, 0, 3, 4}}},
		{"refused in spite of enough", false, []line{{0, "earn", 10, false, 10, 0, 1}, {1, "redeem", 10, true, 0, 2, 3}}},
		{"a refusal that took something", false, []line{{0, "earn", 10, false, 10, 0, 1}, {1, "redeem", 20, true, 0, 2, 3}, {0, "read", 0, false, 0, 4, 5}}},
		{"below zero", false, []line{{0, "redeem", 10, false, -10, 0, 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var history []porcupine.Operation
			for _, l := range c.lines {
				history = append(history, porcupine.Operation{
					ClientId: l.client, Input: act{"account", l.verb, l.amount}, Output: said{l.refused, l.balance}, Call: l.call, Return: l.back,
				})
			}
			other := history[0] // Another account's history neither helps nor harms.
			other.Input, other.Output = act{"other", "earn", 7}, said{balance: 7}
			if got := porcupine.CheckOperations(model(), append(history, other)); got != c.sound {
				t.Errorf("explained: %v", got)
			}
		})
	}
}
