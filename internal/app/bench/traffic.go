package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"huiji/internal/core/id"
)

// The mix of operations, in percent; what is left is reversals of what the same
// client earned before. One request in a hundred is the repetition of an earlier
// one.
const (
	earnShare   = 60
	redeemShare = 35
	againShare  = 1
)

// keptMax is how many requests a client remembers to send them again, and how many
// postings to reverse them.
const keptMax = 256

// traffic is what the clients of one scenario send.
type traffic struct {
	run     string
	number  *atomic.Int64 // keys are in the order of time over all clients
	members []id.Member
	batch   int // ops in a request; 1 = single requests
	clients []client
}

// client is what one client knows.
type client struct {
	random  *rand.Rand
	pick    func() int // whose account
	earned  []string   // postings that can still be reversed
	kept    []repeated
	repeats int // the position in kept that is being repeated; −1 = none

	ops, replays int
}

type repeated struct {
	call
	posting string // the first one of its answer
}

func newTraffic(run string, number *atomic.Int64, members []id.Member, clients, batch int, pick func(*rand.Rand) func() int) *traffic {
	t := &traffic{run: run, number: number, members: members, batch: batch, clients: make([]client, clients)}
	for i := range t.clients {
		random := rand.New(rand.NewPCG(uint64(i), uint64(number.Load())))
		t.clients[i] = client{random: random, pick: pick(random), repeats: -1}
	}
	return t
}

func (t *traffic) load() load { return load{next: t.next, seen: t.seen} }

// next is what a client sends next.
func (t *traffic) next(n, _ int) call {
	c := &t.clients[n]
	if c.repeats = -1; len(c.kept) > 0 && c.random.IntN(100) < againShare {
		c.repeats = c.random.IntN(len(c.kept))
		return c.kept[c.repeats].call
	}
	if t.batch == 1 {
		path, body := t.op(c, []byte("{"))
		return call{method: "POST", path: "/ledger/" + path, key: t.key(), body: body}
	}
	body := []byte(`{"ops":[`)
	for i := range t.batch {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, `{"idempotency_key":"`+t.key()+`",`...)
		var verb string
		verb, body = t.op(c, body)
		body = append(body[:len(body)-1], `,"op":"`+verb+`"}`...)
	}
	return call{method: "POST", path: "/ledger/batch", body: append(body, "]}"...)}
}

// key grows with time, as keys should that are to lie side by side on disk.
func (t *traffic) key() string {
	return t.run + "-" + fmt.Sprintf("%010d", t.number.Add(1))
}

// op writes the fields of one operation behind what is there, and names it.
func (t *traffic) op(c *client, body []byte) (string, []byte) {
	chance := c.random.IntN(100)
	if chance >= earnShare+redeemShare && len(c.earned) > 0 {
		last := c.earned[len(c.earned)-1]
		c.earned = c.earned[:len(c.earned)-1]
		return "reverse", append(body, `"posting_id":"`+last+`","reason":"bench"}`...)
	}
	verb := "earn"
	if chance >= earnShare && chance < earnShare+redeemShare {
		verb = "redeem"
	}
	body = append(body, `"member_id":"`+string(t.members[c.pick()])+`","amount":`...)
	body = strconv.AppendInt(body, 1+c.random.Int64N(200), 10)
	return verb, append(body, `,"reason":"bench","reference":"till-1"}`...)
}

// seen remembers what can be reversed, and compares what was repeated.
func (t *traffic) seen(n int, sent call, body []byte) error {
	c := &t.clients[n]
	c.ops += t.batch
	first := between(body, `"id":"pst_`)
	if bytes.Contains(body, []byte(`"ok":false`)) {
		return fmt.Errorf("an op of a batch was refused: %.600s", body[bytes.Index(body, []byte(`"ok":false`)):])
	}
	if c.repeats >= 0 {
		if was := c.kept[c.repeats].posting; was != first {
			return fmt.Errorf("a request sent again was answered with %s instead of %s", first, was)
		}
		c.replays++
		return nil
	}
	if len(c.kept) < keptMax {
		c.kept = append(c.kept, repeated{sent, first})
	} else {
		c.kept[c.random.IntN(keptMax)] = repeated{sent, first}
	}
	for rest := body; len(c.earned) < keptMax; {
		at := bytes.Index(rest, []byte(`"id":"pst_`))
		if at < 0 {
			break
		}
		id := between(rest[at:], `"id":"pst_`)
		rest = rest[at+len(id):]
		if bytes.HasPrefix(rest[bytes.Index(rest, []byte(`"kind":"`)):], []byte(`"kind":"earn"`)) {
			c.earned = append(c.earned, id)
		}
	}
	return nil
}

// between is the posting's id that a mark begins.
func between(body []byte, mark string) string {
	at := bytes.Index(body, []byte(mark))
	if at < 0 {
		return ""
	}
	rest := body[at+len(`"id":"`):]
	return string(rest[:bytes.IndexByte(rest, '"')])
}

// done is how many ops were answered, and how many requests were repeated.
func (t *traffic) done() (ops, replays int) {
	for i := range t.clients {
		ops, replays = ops+t.clients[i].ops, replays+t.clients[i].replays
	}
	return ops, replays
}

// Who is asked: everybody alike, some far more than others, or one alone.
func uniform(members int) func(*rand.Rand) func() int {
	return func(r *rand.Rand) func() int { return func() int { return r.IntN(members) } }
}

func zipf(members int) func(*rand.Rand) func() int {
	return func(r *rand.Rand) func() int {
		z := rand.NewZipf(r, 1.1, 1, uint64(members-1))
		return func() int { return int(z.Uint64()) }
	}
}

func oneAlone(*rand.Rand) func() int { return func() int { return 0 } }

// runName names a run so that keys of a later one are later.
func runName(now time.Time) string { return strconv.FormatInt(now.UnixMilli(), 36) }
