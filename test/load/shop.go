// Package load puts load on the real program: requests of every kind that
// changes value, from many clients, each remembered with its answer. It reads
// the book back and says whether it holds what was acknowledged, nothing half,
// and nothing that nobody asked for.
package load

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/test/place"
)

const (
	articles = 5
	opening  = 1_000_000 // points that every member begins with
)

func price(article int) int { return 1000 + article }

// Long reports whether the long forms of tests are wanted, as in make soak.
func Long() bool { return os.Getenv("HUIJI_SOAK") != "" }

// Shop is a place with articles and members, and what is in its book.
type Shop struct {
	*place.Place
	Store   string
	Members []string
	Book    *Book

	t       *testing.T
	servers []string // the URLs beside the place's own
	mu      sync.Mutex
	made    map[string][]string // ids of what was made, by kind
}

// Open sets a shop up and serves it until the test ends.
func Open(t *testing.T, members int) *Shop {
	t.Helper()
	s := &Shop{Place: place.New(t), t: t, made: map[string][]string{}}
	s.Start()
	t.Cleanup(s.Kill)
	s.Store = s.Must("GET", "/stores", "", "")["items"].([]any)[0].(map[string]any)["id"].(string)
	for i := range articles {
		s.Must("POST", "/products", fmt.Sprint("p", i), fmt.Sprintf(`{"sku":"P%d","name":"商品%d","price":%d}`, i, i, price(i)))
	}
	s.Must("POST", "/products", "plain", `{"sku":"PLAIN","name":"不积分","price":10000,"earns_points":false}`)
	s.Book = &Book{shop: s, marks: map[string][]Entry{}, known: map[string]Entry{}, requests: map[string]*Request{}}
	var first []*Request
	for range members {
		m := s.Member(0)
		s.Members = append(s.Members, m)
		first = append(first, &Request{
			Kind: Kind{Name: "opening", Path: "/ledger/adjust", Entries: 1}, Key: "opening-" + m, Fields: fmt.Sprintf(`"member_id":%q,"amount":%d`, m, opening),
		})
	}
	for _, r := range first {
		s.Settle(http.DefaultClient, r)
	}
	s.Book.Expect(first)
	return s
}

// Member enrols somebody with some points.
func (s *Shop) Member(points int64) string {
	s.t.Helper()
	s.mu.Lock()
	s.made["member"] = append(s.made["member"], "")
	n := len(s.made["member"])
	s.mu.Unlock()
	m := s.Must("POST", "/members", fmt.Sprint("member-", n), fmt.Sprintf(`{"phone":"139%08d"}`, n))["id"].(string)
	if points > 0 {
		s.Must("POST", "/ledger/adjust", fmt.Sprint("points-", n), fmt.Sprintf(`{"member_id":%q,"amount":%d,"reason":"开业"}`, m, points))
	}
	return m
}

// AnotherServer serves the same data from a second process until the test ends:
// what one process keeps in order by itself, two must keep in order in the
// database.
func (s *Shop) AnotherServer() {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		s.t.Fatal(err)
	}
	c := s.Command("serve", "--addr", addr, "--ops-addr", "", "--log-level", "error")
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { end(c) })
	url := "http://" + addr
	s.Ready(url, 0)
	s.servers = append(s.servers, url)
}

func end(c *exec.Cmd) {
	_ = c.Process.Kill() // It may have ended.
	_ = c.Wait()         // Says that it was killed.
}

// Ready waits until a server, the place's own when url is "", is ready for a
// while without a break.
func (s *Shop) Ready(url string, steady time.Duration) {
	s.t.Helper()
	if url == "" {
		url = s.URL()
	}
	since := time.Time{}
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		r, err := http.Get(url + "/readyz")
		if err != nil {
			since = time.Time{}
			continue
		}
		_ = r.Body.Close()
		switch {
		case r.StatusCode != http.StatusOK:
			since = time.Time{}
		case since.IsZero():
			since = time.Now()
		}
		if !since.IsZero() && time.Since(since) >= steady {
			return
		}
	}
	s.t.Fatal("the server did not become ready in 30 s")
}

// Server is one of the servers.
func (s *Shop) Server(n int) string {
	all := append([]string{s.URL()}, s.servers...)
	return all[n%len(all)]
}

// NewClient is a client with connections of its own.
func NewClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}, Timeout: time.Minute}
}

// Answer is what a server answered.
type Answer struct {
	Status   int
	Body     map[string]any
	Replayed bool // it says that it was answered before
	Later    bool // it asks to try again
}

// Code is the code of a refusal.
func (a Answer) Code() string {
	code, _ := a.Body["code"].(string) // "" of what was done.
	return code
}

// Post sends a request to one of the servers. The error is a connection that
// broke. An answer that no server may give fails the test.
func (s *Shop) Post(client *http.Client, server int, path, key, body string) (Answer, error) {
	return s.send(client, "POST", s.Server(server)+"/api/v1"+path, key, body)
}

// Get asks one of the servers.
func (s *Shop) Get(client *http.Client, server int, path string) (Answer, error) {
	return s.send(client, "GET", s.Server(server)+"/api/v1"+path, "", "")
}

func (s *Shop) send(client *http.Client, method, url, key, body string) (a Answer, err error) {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return a, err
	}
	r.Header.Set("Authorization", "Bearer "+s.Key)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w, err := client.Do(r)
	if err != nil {
		return a, err
	}
	raw, err := io.ReadAll(w.Body)
	_ = w.Body.Close()
	if err != nil {
		return a, err
	}
	a.Status, a.Replayed = w.StatusCode, w.Header.Get("Idempotency-Replayed") == "true"
	if err := json.Unmarshal(raw, &a.Body); err != nil {
		s.t.Errorf("%s %s: %d with a body that is no JSON: %s", method, url, a.Status, raw)
	}
	a.Later = a.Status == http.StatusServiceUnavailable || a.Status == http.StatusTooManyRequests || a.Code() == "idempotency.in_progress"
	if a.Later && w.Header.Get("Retry-After") == "" || a.Status >= 500 && a.Status != http.StatusServiceUnavailable {
		s.t.Errorf("%s %s %s: %d %v, Retry-After %q: an error of ours", method, url, body, a.Status, a.Body, w.Header.Get("Retry-After"))
	}
	return a, nil
}

// Insist is Post that tries again, with the same key, while the server asks for
// it. It says how often it did. After many attempts the test fails.
func (s *Shop) Insist(client *http.Client, server int, path, key, body string) (a Answer, again int, err error) {
	for again = range 1000 {
		if a, err = s.Post(client, server, path, key, body); err != nil || !a.Later {
			return a, again, err
		}
		time.Sleep(time.Duration(1+rand.IntN(10*min(20, 1+again))) * time.Millisecond)
	}
	s.t.Errorf("POST %s %s: still %d %v after %d attempts", path, key, a.Status, a.Body, again)
	return a, again, nil
}

// Settle sends a request until it is answered for good, and notes the answer.
func (s *Shop) Settle(client *http.Client, r *Request) {
	s.t.Helper()
	a, _, err := s.Insist(client, 0, r.Kind.Path, r.Key, r.Body(r.Key))
	if err != nil {
		s.t.Errorf("%s %s: %v", r.Kind.Name, r.Key, err)
		return
	}
	s.Note(r, a)
}

// Note keeps the final answer to a request. Whoever was acknowledged once is
// acknowledged ever after, with the same answer.
func (s *Shop) Note(r *Request, a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.Status == http.StatusCreated && !a.Replayed {
		if r.done++; r.done > 1 {
			s.t.Errorf("%s %s: done a second time: %v", r.Kind.Name, r.Key, a.Body)
		}
	}
	switch {
	case a.Status == http.StatusCreated && r.Answer == nil:
		r.Answer, r.Refused = a.Body, ""
		s.made[r.Kind.Name] = append(s.made[r.Kind.Name], r.id())
	case a.Status == http.StatusCreated:
		if !reflect.DeepEqual(a.Body, r.Answer) {
			s.t.Errorf("%s %s: answered %v, first %v", r.Kind.Name, r.Key, a.Body, r.Answer)
		}
	case a.Status == http.StatusConflict && r.Answer == nil:
		r.Refused = a.Code()
	default:
		s.t.Errorf("%s %s %s: %d %v, answered before: %v", r.Kind.Name, r.Key, r.Body(r.Key), a.Status, a.Body, r.Answer)
	}
}

// Points is what a member has.
func (s *Shop) Points(member string) int64 {
	s.t.Helper()
	for _, item := range s.Must("GET", "/members/"+member+"/accounts", "", "")["items"].([]any) {
		if a := item.(map[string]any); a["asset"] == "points" {
			return int64(a["balance"].(float64))
		}
	}
	return 0
}
