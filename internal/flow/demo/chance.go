package demo

import (
	"encoding/binary"
	"math/rand/v2"
	"sort"
)

// dice are the random numbers of one part of the script. Every part has its own,
// so that a change of one part leaves the others as they were.
type dice struct{ *rand.Rand }

func newDice(seed uint64, part string) dice {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:8], seed)
	copy(key[8:], part)
	return dice{rand.New(rand.NewChaCha8(key))}
}

// in reports true in a share of the cases.
func (d dice) in(share float64) bool { return d.Float64() < share }

// between is a whole number from least to most, both included.
func (d dice) between(least, most int) int { return least + d.IntN(most-least+1) }

// spread is a factor around 1, from 1/by to by.
func (d dice) spread(by float64) float64 {
	f := 1 + d.Float64()*(by-1)
	if d.in(0.5) {
		return 1 / f
	}
	return f
}

// pick draws from a list with equal chances.
func pick[T any](d dice, of []T) T { return of[d.IntN(len(of))] }

// urn draws indices by weight.
type urn struct{ sums []float64 }

func newUrn(n int, weight func(int) float64) urn {
	u := urn{sums: make([]float64, n)}
	total := 0.0
	for i := range n {
		total += weight(i)
		u.sums[i] = total
	}
	return u
}

// empty reports whether nothing can be drawn.
func (u urn) empty() bool { return len(u.sums) == 0 || u.sums[len(u.sums)-1] <= 0 }

// draw is an index with the chance of its weight.
func (u urn) draw(d dice) int {
	at := d.Float64() * u.sums[len(u.sums)-1]
	return min(sort.Search(len(u.sums), func(i int) bool { return u.sums[i] > at }), len(u.sums)-1)
}

// weighted is an urn over whole weights.
func weighted(weights ...int) urn {
	return newUrn(len(weights), func(i int) float64 { return float64(weights[i]) })
}
