package load

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Entry is one line of the book, as the server lists it.
type Entry struct {
	ID, Posting, Member, Kind, Mark, Order string
	Amount, After                          int64
}

// Book is what was read of the shop's book, and the requests that may be in it.
type Book struct {
	shop     *Shop
	known    map[string]Entry    // by id
	marks    map[string][]Entry  // by mark, or by order
	requests map[string]*Request // by key
}

// Expect tells of requests that were made, whatever became of them.
func (b *Book) Expect(requests []*Request) {
	for _, r := range requests {
		b.requests[r.Key] = r
	}
}

// Read reads the entries that are new, or all anew.
func (b *Book) Read(all bool) {
	b.shop.t.Helper()
	before := b.known
	if all {
		b.known, b.marks = map[string]Entry{}, map[string][]Entry{}
	}
	cursor := ""
	for page := 0; ; page++ {
		answer := b.shop.Must("GET", "/ledger/entries?limit=200"+cursor, "", "")
		fresh := 0
		for _, item := range answer["items"].([]any) {
			if b.add(entry(item.(map[string]any))) {
				fresh++
			}
		}
		next, more := answer["next_cursor"].(string)
		if !more || fresh == 0 && !all {
			break
		}
		cursor = "&cursor=" + url.QueryEscape(next)
	}
	if all {
		for id, e := range before {
			if b.known[id] != e {
				b.shop.t.Errorf("entry %s was %+v and is %+v", id, e, b.known[id])
			}
		}
	}
}

func entry(item map[string]any) Entry {
	return Entry{
		ID: item["id"].(string), Posting: item["posting_id"].(string), Member: item["member_id"].(string),
		Kind: item["kind"].(string), Mark: item["reason"].(string), Order: item["reference"].(string),
		Amount: int64(item["amount"].(float64)), After: int64(item["balance_after"].(float64)),
	}
}

func (b *Book) add(e Entry) bool {
	if _, there := b.known[e.ID]; there {
		return false
	}
	b.known[e.ID] = e
	mark := e.Mark
	if strings.HasPrefix(e.Order, "ord_") {
		mark = e.Order
	}
	b.marks[mark] = append(b.marks[mark], e)
	return true
}

// of is what a request has booked. An order that nobody acknowledged is looked
// for.
func (b *Book) of(r *Request) []Entry {
	if !r.Kind.Sale {
		return b.marks[r.Key]
	}
	if r.Answer != nil {
		return b.marks[r.id()]
	}
	found := b.shop.Must("GET", "/orders?q="+url.QueryEscape(r.Key), "", "")["items"].([]any)
	switch len(found) {
	case 0:
		return nil
	case 1:
		order := found[0].(map[string]any)["id"].(string)
		if len(b.marks[order]) == 0 {
			b.shop.t.Errorf("%s %s: the order is there and its points are not", r.Kind.Name, r.Key)
		}
		return b.marks[order]
	}
	b.shop.t.Errorf("%s %s: %d orders", r.Kind.Name, r.Key, len(found))
	return nil
}

// Judge compares requests with what they have booked: what was acknowledged is
// there as it was answered, what was refused is not, and of the others there is
// all or nothing. It says how many of those there are.
func (b *Book) Judge(requests []*Request) (unknown, there int) {
	b.shop.t.Helper()
	for _, r := range requests {
		entries := b.of(r)
		if n := len(entries); n != r.Kind.Entries && (n > 0 || r.Answer != nil) {
			b.shop.t.Errorf("%s %s has %d entries, %d make it whole; answered %v: %+v", r.Kind.Name, r.Key, n, r.Kind.Entries, r.Answer, entries)
			continue
		}
		switch {
		case r.Answer != nil:
			if wrong := b.compare(r, entries); wrong != "" {
				b.shop.t.Errorf("%s %s: %s", r.Kind.Name, r.Key, wrong)
			}
		case r.Refused != "" && len(entries) > 0:
			b.shop.t.Errorf("%s %s was refused (%s) and is there: %+v", r.Kind.Name, r.Key, r.Refused, entries)
		case r.Refused == "":
			unknown++
			there += min(1, len(entries))
		}
	}
	return unknown, there
}

// compare holds an answer against the entries.
func (b *Book) compare(r *Request, entries []Entry) string {
	if r.Kind.Sale {
		sum := int64(0)
		for _, e := range entries {
			sum += e.Amount
		}
		want := int64(r.Answer["points_earned"].(float64) - r.Answer["points_used"].(float64))
		after := int64(r.Answer["member_balance"].(float64))
		if sum != want || !slices.ContainsFunc(entries, func(e Entry) bool { return e.After == after }) {
			return fmt.Sprintf("the order says %d points and then %d, the book %+v", want, after, entries)
		}
		return ""
	}
	amount, after := r.Answer["amount"], r.Answer["balance_after"]
	if e := entries[0]; len(entries) == 1 && (e.Posting != r.id() || float64(e.Amount) != amount || float64(e.After) != after) {
		return fmt.Sprintf("the answer was %v, the book has %+v", r.Answer, e)
	}
	return ""
}

// Balanced checks that every entry belongs to a request, and that what members
// have is what their entries add up to.
func (b *Book) Balanced() {
	b.shop.t.Helper()
	orders := map[string]bool{}
	for _, r := range b.requests {
		if r.Kind.Sale && r.Answer != nil {
			orders[r.id()] = true
		}
	}
	sums := map[string]int64{}
	for _, e := range b.known {
		sums[e.Member] += e.Amount
		if b.requests[e.Mark] == nil && !orders[e.Order] {
			b.shop.t.Errorf("nobody asked for %+v", e)
		}
	}
	for some := range slices.Chunk(b.shop.Members, 200) {
		for _, item := range b.shop.Must("GET", "/ledger/balances?member_ids="+strings.Join(some, ","), "", "")["items"].([]any) {
			one := item.(map[string]any)
			member := one["member_id"].(string)
			if one["asset"] == "points" && int64(one["balance"].(float64)) != sums[member] {
				b.shop.t.Errorf("%s has %v points, and its entries add up to %d", member, one["balance"], sums[member])
			}
			if one["asset"] == "points" {
				delete(sums, member)
			}
		}
	}
	for member, sum := range sums {
		if sum != 0 {
			b.shop.t.Errorf("%s has no points, and its entries add up to %d", member, sum)
		}
	}
}

// Reported waits until the reports say what the book says: what a request tells
// others is part of it, and is written with it. The sums are kept by work in the
// background, which may take a moment.
func (b *Book) Reported() {
	b.shop.t.Helper()
	want := map[string]int64{}
	for _, e := range b.known {
		switch e.Kind {
		case "earn":
			want["points_earned"] += e.Amount
		case "redeem":
			want["points_redeemed"] -= e.Amount
		}
	}
	for _, r := range b.requests {
		if r.Kind.Sale && r.Answer != nil {
			want["orders"]++
		}
	}
	got := map[string]int64{}
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(100 * time.Millisecond) {
		clear(got)
		for _, day := range b.shop.Must("GET", "/reports/home", "", "")["trend"].([]any) {
			for metric := range want {
				got[metric] += int64(day.(map[string]any)[metric].(float64))
			}
		}
		if maps.Equal(got, want) {
			return
		}
	}
	b.shop.t.Errorf("the reports say %v, the book %v", got, want)
}

// Healthy has the doctor look at every law, beside the servers.
func (s *Shop) Healthy() {
	s.t.Helper()
	s.Run("doctor")
}
