package load

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Kind is one kind of request that changes value.
type Kind struct {
	Name    string
	Path    string
	Entries int // that one request makes in the book
	// Fields are the body's without the mark; "" when there is nothing yet to act
	// on.
	Fields func(p *Pick) string
	// Sale says that an order is made: its entries refer to it by its id.
	Sale bool
}

// Kinds are all of them, each as likely as another: who adds an operation to the
// ledger adds a line here, and it is killed, repeated and shuffled with the rest.
func Kinds() []Kind {
	return []Kind{
		{"earn", "/ledger/earn", 1, func(p *Pick) string { return p.f(`"member_id":%q,"amount":%d`, p.Member(), p.Amount()) }, false},
		{"redeem", "/ledger/redeem", 1, func(p *Pick) string { return p.f(`"member_id":%q,"amount":%d`, p.Member(), p.Amount()) }, false},
		{"raise", "/ledger/adjust", 1, func(p *Pick) string { return p.f(`"member_id":%q,"amount":%d`, p.Member(), p.Amount()) }, false},
		{"lower", "/ledger/adjust", 1, func(p *Pick) string { return p.f(`"member_id":%q,"amount":%d`, p.Member(), -p.Amount()) }, false},
		{"take back", "/ledger/reverse", 1, func(p *Pick) string { return p.f(`"posting_id":%q,"amount":1`, p.Made("earn")) }, false},
		{"give back", "/ledger/reverse", 1, func(p *Pick) string { return p.f(`"posting_id":%q`, p.Made("redeem")) }, false},
		{"sale", "/orders", 2, (*Pick).basket, true},
	}
}

// Pick chooses what a request is about.
type Pick struct {
	shop   *Shop
	random *rand.Rand
	none   bool
}

// Member is anybody.
func (p *Pick) Member() string { return p.shop.Members[p.random.IntN(len(p.shop.Members))] }

// Amount is a few points.
func (p *Pick) Amount() int { return 1 + p.random.IntN(100) }

// Made is the id of what a request of a kind has made, each once. When there is
// none the request is not made.
func (p *Pick) Made(kind string) string {
	p.shop.mu.Lock()
	defer p.shop.mu.Unlock()
	all := p.shop.made[kind]
	if len(all) == 0 {
		p.none = true
		return ""
	}
	i := p.random.IntN(len(all))
	id := all[i]
	p.shop.made[kind] = append(all[:i], all[i+1:]...)
	return id
}

func (p *Pick) f(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// basket is a sale of which points pay a part; the rest earns points.
func (p *Pick) basket() string {
	n := p.random.IntN(articles)
	return p.f(`"store_id":%q,"member_id":%q,"lines":[{"sku":"P%d","quantity":2}],"use_points":100,"payments":[{"method":"cash","amount":%d}]`,
		p.shop.Store, p.Member(), n, 2*price(n)-100)
}

// Request is one request and what is known of it.
type Request struct {
	Kind   Kind
	Key    string // also the mark by which it is found in the book
	Fields string

	Answer  map[string]any // nil until it is acknowledged
	Refused string         // the code with which it was refused, then nothing came of it

	done int // answers that are not repetitions
}

// Next is a new request.
func (s *Shop) Next(key string, random *rand.Rand) *Request {
	kinds := Kinds()
	for {
		p := &Pick{shop: s, random: random}
		k := kinds[random.IntN(len(kinds))]
		if fields := k.Fields(p); !p.none {
			return &Request{Kind: k, Key: key, Fields: fields}
		}
	}
}

// Body is the request's body. With another mark it is another request.
func (r *Request) Body(mark string) string {
	field := "reason"
	if r.Kind.Sale {
		field = "external_id"
	}
	return fmt.Sprintf(`{%q:%q,%s}`, field, mark, strings.TrimSpace(r.Fields))
}

// id is the id of what the request made.
func (r *Request) id() string {
	id, _ := r.Answer["id"].(string) // "" before there is an answer.
	return id
}
