package db

import (
	"slices"
	"testing"
)

func TestYoungTablesAreCountedAsTheyGrow(t *testing.T) {
	var g growth
	s := &pgSession{}
	s.note("SELECT 1", nil)
	s.note("INSERT INTO member (id) VALUES ($1)", []any{"a"})
	s.note("INSERT INTO orders (bucket, id) SELECT * FROM unnest($1::smallint[])", []any{make([]int16, 98)})
	s.note("INSERT INTO blob (b) VALUES ($1)", []any{make([]byte, 500)})
	if due := g.add(s.inserted); s.inserted["member"] != 1 || s.inserted["orders"] != 98 || s.inserted["blob"] != 1 || len(due) != 0 {
		t.Fatalf("%v, due %v", s.inserted, due)
	}
	if due := g.add(map[string]int64{"orders": 1, "member": 98}); len(due) != 0 {
		t.Errorf("due at 99: %v", due)
	}
	if due := g.add(map[string]int64{"orders": 1}); !slices.Equal(due, []string{"orders"}) {
		t.Errorf("due at 100: %v", due)
	}
	if due := g.add(map[string]int64{"orders": 50_000}); !slices.Equal(due, []string{"orders"}) {
		t.Errorf("due over two marks at once: %v", due)
	}
	if due := g.add(map[string]int64{"orders": 10}); len(due) != 0 {
		t.Errorf("due between the marks: %v", due)
	}
}
