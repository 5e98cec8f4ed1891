package ledger

import (
	"context"
	"sync"

	"huiji/internal/core/permit"
	"huiji/internal/platform/once"
)

// Asked is one request of a batch under its own key.
type Asked struct {
	Key     once.Key
	Request Request
}

// Answered is what became of one request of a batch.
type Answered struct {
	Outcome Outcome
	Rules   Rules
	Err     error
}

// Batch books a list of requests by the merchant's rules, each alone, as Single
// would one after another: one that fails changes nothing for its neighbours.
// Answers are in the order of the requests. Those on one account act in their
// order; a key that comes twice acts once.
func (s *Service) Batch(ctx context.Context, caller permit.Caller, asked []Asked) []Answered {
	all := make([]*single, len(asked))
	var open []*single
	for i, a := range asked {
		all[i] = &single{caller: caller, key: a.Key, ask: a.Request}
		if all[i].err = all[i].address(); all[i].err == nil {
			open = append(open, all[i])
		}
	}
	for len(open) > 0 {
		open = open[s.share(ctx, open):]
	}
	answers := make([]Answered, len(all))
	for i, one := range all {
		answers[i] = Answered{one.out, one.rules, one.err}
	}
	return answers
}

// share books the first of a list, each lane at the same time as the others, and
// says how many. It stops before a key that it has put into another lane: what
// that one booked must be seen.
func (s *Service) share(ctx context.Context, all []*single) int {
	lanes, lists := []string{}, map[string][]*single{}
	where := make(map[string]string, len(all))
	count := 0
	for _, one := range all {
		lane, cause := s.lane(one), one.cause()
		if first, twice := where[cause]; twice && first != lane {
			break
		}
		where[cause] = lane
		if lists[lane] == nil {
			lanes = append(lanes, lane)
		}
		lists[lane] = append(lists[lane], one)
		count++
	}
	var working sync.WaitGroup
	for _, lane := range lanes {
		working.Go(func() {
			if err := s.together(ctx, lane, lists[lane]); err != nil {
				for _, one := range lists[lane] {
					one.err = err
				}
			}
		})
	}
	working.Wait()
	return count
}
