package app_test

import (
	"fmt"
	"sync"
	"testing"
)

// TestNobodySpendsTwice lets many tills spend the same points at once.
func TestNobodySpendsTwice(t *testing.T) {
	s := newWorld(t).shop("race")
	s.product("A", 10000)
	m := s.member("13800000001", 1000)
	var mu sync.Mutex
	outcomes := map[string]int{}
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			status, answer := s.call(s.key, "POST", "/orders", s.sale(m, map[string]any{"use_points": 300, "payments": cash(9700)}))
			mu.Lock()
			defer mu.Unlock()
			outcomes[fmt.Sprint(status, " ", answer["code"])]++
		})
	}
	wg.Wait()
	// 97 points are earned with every sale, so later sales may use these too;
	// what may never happen is a point spent twice.
	sold := outcomes["201 <nil>"]
	if sold < 3 || outcomes["409 points.insufficient"] != 24-sold {
		t.Fatalf("%v", outcomes)
	}
	if got := s.points(m); got != float64(1000-300*sold+97*sold) || got < 0 {
		t.Fatalf("%v points after %d sales", got, sold)
	}
	s.healthy()
}

// TestNobodyBooksTwice lets many book on one account at once, straight in the
// ledger: what test/race does with the real program, here under the race detector.
func TestNobodyBooksTwice(t *testing.T) {
	s := newWorld(t).shop("race")
	for _, c := range []struct {
		path    string
		body    map[string]any
		winners int
		left    float64
	}{
		{"/ledger/redeem", map[string]any{"amount": 60}, 16, 40},
		{"/ledger/adjust", map[string]any{"amount": -60}, 16, 40},
		{"/ledger/reverse", map[string]any{"amount": 60}, 16, 40},
		{"/ledger/reverse", map[string]any{}, 1, 0},
	} {
		m := s.member(fmt.Sprintf("138%08d", s.keys.Load()), 0)
		earned := s.want(201, "POST", "/ledger/earn", map[string]any{"member_id": m, "amount": 1000, "reason": "赠送"})
		if c.body["reason"] = "并发"; c.path == "/ledger/reverse" {
			c.body["posting_id"] = earned["id"]
		} else {
			c.body["member_id"] = m
		}
		var mu sync.Mutex
		statuses := map[int]int{}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				status, _ := s.call(s.key, "POST", c.path, c.body)
				mu.Lock()
				defer mu.Unlock()
				statuses[status]++
			})
		}
		wg.Wait()
		if statuses[201] != c.winners || statuses[409] != 50-c.winners || s.points(m) != c.left {
			t.Errorf("%s %v: %v, %v points left", c.path, c.body, statuses, s.points(m))
		}
	}
	s.healthy()
}

// TestNobodyIsRefundedTwice lets many tills refund the same line at once.
func TestNobodyIsRefundedTwice(t *testing.T) {
	s := newWorld(t).shop("race")
	s.product("A", 10000)
	m := s.member("13800000001", 1000)
	o := s.want(201, "POST", "/orders", s.sale(m, map[string]any{
		"lines": []any{map[string]any{"sku": "A", "quantity": 3}}, "use_points": 300, "payments": cash(29700),
	}))
	line := o["lines"].([]any)[0].(map[string]any)["line_id"]
	var mu sync.Mutex
	given, refused := 0.0, 0
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			status, answer := s.call(s.key, "POST", "/orders/"+o["id"].(string)+"/refunds", map[string]any{
				"lines": []any{map[string]any{"line_id": line, "quantity": 1}}, "reason": "退货",
			})
			mu.Lock()
			defer mu.Unlock()
			if status == 201 {
				given += answer["amount"].(float64)
			} else {
				refused++
			}
		})
	}
	wg.Wait()
	if given != 29700 || refused != 13 {
		t.Fatalf("%v fen given back, %d refused", given, refused)
	}
	if got := s.points(m); got != 1000 {
		t.Fatalf("%v points, want what there was before", got)
	}
	s.healthy()
}

// TestOnePhoneIsOneMember lets many tills enrol the same phone at once.
func TestOnePhoneIsOneMember(t *testing.T) {
	s := newWorld(t).shop("race")
	var mu sync.Mutex
	statuses := map[int]int{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			status, _ := s.call(s.key, "POST", "/members", map[string]any{"phone": "13800000001"})
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	wg.Wait()
	if statuses[201] != 1 || statuses[409] != 15 {
		t.Fatalf("%v", statuses)
	}
}

// TestTheSameRequestManyTimesActsOnce sends one sale again and again, at once
// and one after another.
func TestTheSameRequestManyTimesActsOnce(t *testing.T) {
	s := newWorld(t).shop("race")
	s.product("A", 10000)
	m := s.member("13800000001", 0)
	var mu sync.Mutex
	ids := map[any]int{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for {
				status, answer := s.call(s.key, "POST", "/orders", s.sale(m, map[string]any{"payments": cash(10000)}), "Idempotency-Key: the-same")
				if status == 409 && answer["code"] == "idempotency.in_progress" {
					continue
				}
				mu.Lock()
				defer mu.Unlock()
				ids[answer["id"]]++
				return
			}
		})
	}
	wg.Wait()
	if len(ids) != 1 || s.points(m) != 100 {
		t.Fatalf("%v, %v points", ids, s.points(m))
	}
	s.healthy()
}

// TestAKeyIsOneForAllMembers uses a key for one member and then for others,
// whose rows live in other buckets.
func TestAKeyIsOneForAllMembers(t *testing.T) {
	s := newWorld(t).shop("keys")
	earn := func(member string) (int, map[string]any) {
		return s.call(s.key, "POST", "/ledger/earn", map[string]any{"member_id": member, "amount": 5, "reason": "赠送"}, "Idempotency-Key: one-key")
	}
	first := s.member("13800000001", 0)
	if status, answer := earn(first); status != 201 {
		t.Fatalf("%d %v", status, answer)
	}
	for i := range 5 {
		other := s.member(fmt.Sprint("1380000001", i), 0)
		if status, answer := earn(other); status != 422 || answer["code"] != "idempotency.key_reused" || s.points(other) != 0 {
			t.Errorf("%d %v", status, answer)
		}
	}
	if status, _ := earn(first); status != 201 || s.points(first) != 5 {
		t.Errorf("%d, %v points", status, s.points(first))
	}
}
