package db

import (
	"context"
	"reflect"
	"strings"
	"sync"
)

// growth counts the rows that this process put into each table. The server plans
// for tables as it last counted them, and counts a new one only after a minute or
// more: until then every statement keeps the plan that was right for an empty
// table. So the program has a table counted while it is young.
type growth struct {
	mu   sync.Mutex
	rows map[string]int64
}

// young are the numbers of rows at which a table is counted.
var young = [...]int64{100, 1_000, 10_000, 100_000}

// add counts rows and returns the tables that are to be counted now.
func (g *growth) add(inserted map[string]int64) (due []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rows == nil {
		g.rows = map[string]int64{}
	}
	for table, n := range inserted {
		before := g.rows[table]
		g.rows[table] = before + n
		for _, mark := range young {
			if before < mark && before+n >= mark {
				due = append(due, table)
				break
			}
		}
	}
	return due
}

// count notes what a transaction has inserted, and has the server count the
// tables that have grown.
func (e *postgres) count(ctx context.Context, inserted map[string]int64) {
	due := e.growth.add(inserted)
	if len(due) == 0 {
		return
	}
	// A small sample tells how large a table is, and does not keep a core from
	// those who buy. What fails here the server makes good by itself, later.
	const sampled = "SET LOCAL default_statistics_target = 10; ANALYZE "
	go func() { _, _ = e.readers.Exec(context.WithoutCancel(ctx), sampled+strings.Join(due, ", ")) }()
}

// note counts the rows of an insert: one, or as many as its arrays hold.
func (s *pgSession) note(query string, args []any) {
	rest, ok := strings.CutPrefix(query, "INSERT INTO ")
	if !ok {
		return
	}
	table, _, _ := strings.Cut(rest, " ")
	rows := int64(1)
	if len(args) > 0 {
		if v := reflect.ValueOf(args[0]); v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8 {
			rows = int64(v.Len())
		}
	}
	if s.inserted == nil {
		s.inserted = map[string]int64{}
	}
	s.inserted[table] += rows
}
