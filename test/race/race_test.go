// Package race lets many act on one thing at once, and sends the same request
// again and again, to two servers of one place: never is there a unit too many,
// and what was asked once happens once.
package race

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"huiji/test/load"
	"huiji/test/place"
)

func TestMain(m *testing.M) { place.Main(m) }

// crowd is how many act at once.
const crowd = 50

// contest is a thing that has enough for some of the crowd.
type contest struct {
	name string
	path string
	// body is what each of the crowd asks, with MEMBER, OBJECT and STORE.
	body string
	// before makes what the crowd is after; its id is the OBJECT.
	before func(s *load.Shop, member, key string) string
	// winners is how many must get it and left what the member has after; the
	// others must hear one of the refusals.
	winners  int
	left     int64
	refusals string
	// same says that all of them send one and the same request: each must hear
	// the same answer of it, though there is enough for it only once.
	same bool
}

// begin is the points of each contest's member.
const begin = 1000

// contests are all of them: a new operation is a line here.
func contests() []contest {
	const one = `{"member_id":"MEMBER","amount":60,"reason":"R"}`
	const all = `{"member_id":"MEMBER","amount":1000,"reason":"R"}`
	return []contest{
		{"redeem", "/ledger/redeem", one, nil, 16, 40, "points.insufficient", false},
		{"adjust down", "/ledger/adjust", `{"member_id":"MEMBER","amount":-60,"reason":"R"}`, nil, 16, 40, "points.insufficient", false},
		{"earn", "/ledger/earn", one, nil, crowd, begin + crowd*60, "", false},
		{"take back in parts", "/ledger/reverse", `{"posting_id":"OBJECT","amount":60,"reason":"R"}`, earned, 16, begin + 40, "posting.amount_exceeds posting.reversed_already", false},
		{"take back whole", "/ledger/reverse", `{"posting_id":"OBJECT","reason":"R"}`, earned, 1, begin, "posting.reversed_already", false},
		{"give back in parts", "/ledger/reverse", `{"posting_id":"OBJECT","amount":60,"reason":"R"}`, redeemed, 16, 960, "posting.amount_exceeds posting.reversed_already", false},
		{"give back whole", "/ledger/reverse", `{"posting_id":"OBJECT","reason":"R"}`, redeemed, 1, begin, "posting.reversed_already", false},
		{"pay with points", "/orders", `{"store_id":"STORE","member_id":"MEMBER","lines":[{"sku":"PLAIN","quantity":1}],"use_points":300,` +
			`"payments":[{"method":"cash","amount":9700}]}`, nil, 3, 100, "points.insufficient", false},
		{"one redeem of all", "/ledger/redeem", all, nil, crowd, 0, "", true},
		{"one adjustment of all", "/ledger/adjust", `{"member_id":"MEMBER","amount":-1000,"reason":"R"}`, nil, crowd, 0, "", true},
		{"one reversal", "/ledger/reverse", `{"posting_id":"OBJECT","reason":"R"}`, redeemed, crowd, begin, "", true},
		{"one sale for all points", "/orders", `{"store_id":"STORE","member_id":"MEMBER","lines":[{"sku":"PLAIN","quantity":1}],"use_points":1000,` +
			`"external_id":"X-MEMBER","payments":[{"method":"cash","amount":9000}]}`, nil, crowd, 0, "", true},
	}
}

func earned(s *load.Shop, member, key string) string { return book(s, "earn", member, key) }

func redeemed(s *load.Shop, member, key string) string { return book(s, "redeem", member, key) }

func book(s *load.Shop, verb, member, key string) string {
	return s.Must("POST", "/ledger/"+verb, key, fmt.Sprintf(`{"member_id":%q,"amount":%d,"reason":"R"}`, member, begin))["id"].(string)
}

func TestNeverAUnitTooMany(t *testing.T) {
	rounds := 5
	if load.Long() {
		rounds = 1000
	}
	s := load.Open(t, 0)
	s.AnotherServer()
	clients := make([]*http.Client, crowd)
	for i := range clients {
		clients[i] = load.NewClient()
		defer clients[i].CloseIdleConnections()
	}
	for _, c := range contests() {
		t.Run(c.name, func(t *testing.T) {
			waited := 0
			for round := range rounds {
				again, wrong := c.hold(s, clients, fmt.Sprint(c.name, " ", round))
				if waited += again; wrong != "" {
					t.Fatalf("round %d: %s", round, wrong)
				}
			}
			t.Logf("%d rounds of %d; %d times a server asked to try again", rounds, crowd, waited)
		})
	}
	s.Healthy()
}

// hold lets the crowd act at once. It says how often a server asked to try again,
// and what went wrong.
func (c contest) hold(s *load.Shop, clients []*http.Client, name string) (waited int, wrong string) {
	member, object := s.Member(begin), ""
	if c.before != nil {
		object = c.before(s, member, name+" before")
	}
	body := strings.NewReplacer("MEMBER", member, "OBJECT", object, "STORE", s.Store).Replace(c.body)
	answers, errs := make([]load.Answer, crowd), make([]error, crowd)
	start := make(chan struct{})
	var mu sync.Mutex
	var group sync.WaitGroup
	for i := range crowd {
		group.Go(func() {
			<-start
			key := fmt.Sprint(name, " ", i)
			if c.same {
				key = name
			}
			a, again, err := s.Insist(clients[i], i, c.path, key, body)
			answers[i], errs[i] = a, err
			mu.Lock()
			defer mu.Unlock()
			waited += again
		})
	}
	close(start)
	group.Wait()
	winners := 0
	for i, a := range answers {
		switch {
		case errs[i] == nil && c.same && !reflect.DeepEqual(a.Body, answers[0].Body):
			return waited, fmt.Sprintf("one hears %d %v, another %d %v", a.Status, a.Body, answers[0].Status, answers[0].Body)
		case errs[i] != nil:
			return waited, errs[i].Error()
		case a.Status == http.StatusCreated:
			winners++
		case a.Status != http.StatusConflict || !strings.Contains(c.refusals, a.Code()):
			return waited, fmt.Sprintf("%d %v", a.Status, a.Body)
		}
	}
	if left := s.Points(member); winners != c.winners || left != c.left {
		return waited, fmt.Sprintf("%d of %d got it and %d points are left, want %d and %d", winners, crowd, left, c.winners, c.left)
	}
	return waited, ""
}

// TestAllAtOnce lets every sort of spending have a go at the same points.
func TestAllAtOnce(t *testing.T) {
	rounds := 5
	if load.Long() {
		rounds = 1000
	}
	s := load.Open(t, 0)
	s.AnotherServer()
	client := load.NewClient()
	client.Transport.(*http.Transport).MaxIdleConnsPerHost = crowd
	defer client.CloseIdleConnections()
	for round := range rounds {
		random := rand.New(rand.NewPCG(uint64(round), 1))
		member := s.Member(begin)
		type one struct {
			path, body string
			spends     int64
		}
		all := make([]one, crowd)
		for i := range all {
			n := int64(1 + random.IntN(100))
			all[i] = []one{
				{"/ledger/redeem", fmt.Sprintf(`{"member_id":%q,"amount":%d,"reason":"R"}`, member, n), n},
				{"/ledger/adjust", fmt.Sprintf(`{"member_id":%q,"amount":%d,"reason":"R"}`, member, -n), n},
				{"/orders", fmt.Sprintf(`{"store_id":%q,"member_id":%q,"lines":[{"sku":"PLAIN","quantity":1}],"use_points":100,`+
					`"payments":[{"method":"cash","amount":9900}]}`, s.Store, member), 100},
			}[random.IntN(3)]
		}
		var mu sync.Mutex
		spent, least := int64(0), int64(begin)
		var group sync.WaitGroup
		for i, o := range all {
			group.Go(func() {
				a, _, err := s.Insist(client, i, o.path, fmt.Sprint("all ", round, " ", i), o.body)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && a.Status == http.StatusCreated:
					spent += o.spends
				case err == nil && a.Code() == "points.insufficient":
					least = min(least, o.spends)
				default:
					t.Errorf("%s: %d %v %v", o.path, a.Status, a.Body, err)
				}
			})
		}
		group.Wait()
		// Who was refused would have been too many at the end, too.
		if left := s.Points(member); left != begin-spent || left < 0 || left >= least {
			t.Fatalf("round %d: %d points left after %d were spent, and %d were refused", round, left, spent, least)
		}
	}
	s.Healthy()
}
