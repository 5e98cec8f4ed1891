package race

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"huiji/test/load"
)

// TestWhatIsAskedOnceHappensOnce sends every request one to five times, shuffled
// and at once, to two servers.
func TestWhatIsAskedOnceHappensOnce(t *testing.T) {
	const wave, workers = 100, 32
	waves := 4
	if load.Long() {
		waves = 200
	}
	s := load.Open(t, 20)
	s.AnotherServer()
	requests, copies, waited := 0, 0, 0
	for n := range waves {
		random := rand.New(rand.NewPCG(uint64(n), 7))
		var all, sends []*load.Request
		for i := range wave {
			r := s.Next(fmt.Sprintf("wave-%d-%d", n, i), random)
			all = append(all, r)
			for range 1 + random.IntN(5) {
				sends = append(sends, r)
			}
		}
		random.Shuffle(len(sends), func(i, j int) { sends[i], sends[j] = sends[j], sends[i] })
		waited += deliver(t, s, sends, workers)
		s.Book.Expect(all)
		s.Book.Read(false)
		s.Book.Judge(all)
		another(t, s, all)
		s.Book.Read(false)
		s.Book.Judge(all)
		s.Book.Balanced()
		if t.Failed() {
			t.Fatalf("wave %d", n)
		}
		requests, copies = requests+len(all), copies+len(sends)
	}
	s.Book.Read(true)
	s.Book.Reported()
	s.Healthy()
	t.Logf("%d requests sent %d times; %d times a server asked to try again", requests, copies, waited)
}

// deliver sends requests at once, each until it has its final answer.
func deliver(t *testing.T, s *load.Shop, sends []*load.Request, workers int) (waited int) {
	t.Helper()
	var mu sync.Mutex
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			client := load.NewClient()
			defer client.CloseIdleConnections()
			for i := w; i < len(sends); i += workers {
				r := sends[i]
				a, again, err := s.Insist(client, i, r.Kind.Path, r.Key, r.Body(r.Key))
				if err != nil {
					t.Errorf("%s %s: %v", r.Kind.Name, r.Key, err)
					continue
				}
				s.Note(r, a)
				mu.Lock()
				waited += again
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return waited
}

// another uses the keys for other requests.
func another(t *testing.T, s *load.Shop, all []*load.Request) {
	t.Helper()
	client := load.NewClient()
	defer client.CloseIdleConnections()
	for i, r := range all {
		if r.Answer == nil {
			t.Errorf("%s %s was refused: %s", r.Kind.Name, r.Key, r.Refused)
			continue
		}
		a, _, err := s.Insist(client, i, r.Kind.Path, r.Key, r.Body("another "+r.Key))
		if err != nil || a.Status != 422 || a.Code() != "idempotency.key_reused" {
			t.Errorf("%s %s with another body: %d %v %v", r.Kind.Name, r.Key, a.Status, a.Body, err)
		}
	}
}
