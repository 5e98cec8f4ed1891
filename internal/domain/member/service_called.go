package member

import (
	"context"
	"fmt"
	"slices"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/platform/db"
)

// Called is how a list that is not about members calls one: masked, as Sheet.Show
// does. Absent texts are empty.
type Called struct {
	Number string
	Name   string
	Phone  string
}

// calledMost is how many members one statement names: the longest page of a list.
const calledMost = page.Most

// Called says how lists call members: one statement for a page. Ids may repeat
// and may be empty, as those of walk-ins; who is not there is not in the answer.
func (s *Service) Called(ctx context.Context, tx *db.Tx, ids []id.Member) (map[id.Member]Called, error) {
	wanted := slices.Clone(ids)
	slices.Sort(wanted)
	wanted = slices.DeleteFunc(slices.Compact(wanted), func(one id.Member) bool { return one == "" })
	all := make(map[id.Member]Called, len(wanted))
	for chunk := range slices.Chunk(wanted, calledMost) {
		rows, err := selectCalled(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("find what %d members are called: %w", len(chunk), err)
		}
		members, err := s.openAll(ctx, tx, rows)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			all[m.ID] = Called{Number: m.Number, Name: MaskName(m.Name), Phone: MaskPhone(m.Phone)}
		}
	}
	return all, nil
}
