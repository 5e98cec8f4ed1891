package db

import (
	"slices"
	"strings"
	"testing"
)

// Where buckets lie on several machines, a statement that holds rows names one
// bucket as a constant (rule P-06 of distributed SQL).
func TestAShardedStatementNamesItsBucket(t *testing.T) {
	rows := [][]any{{int16(3), "a"}, {int16(3), "b"}, {int16(7), "c"}}
	shape := shapeOf("bucket smallint, id text")
	const query = "SELECT a.id FROM key CROSS JOIN a a WHERE a.bucket = key.bucket AND a.id = key.id FOR UPDATE"
	for _, one := range []struct {
		sharded bool
		pieces  int
		where   string
	}{{false, 1, "a.bucket = key.bucket"}, {true, 2, "a.bucket = $4"}} {
		e := &postgres{sharded: one.sharded}
		pieces := e.pieces(shape, rows)
		if len(pieces) != one.pieces {
			t.Fatalf("sharded %v: %d pieces, want %d", one.sharded, len(pieces), one.pieces)
		}
		last := pieces[len(pieces)-1]
		text, args, err := e.keyed(shape, last, query, 1)
		if err != nil || !strings.Contains(text, one.where+" AND a.id = key.id OFFSET 0 FOR UPDATE) a") || !strings.Contains(text, "unnest($2::smallint[],$3::text[])") {
			t.Errorf("sharded %v: %s, %v", one.sharded, text, err)
		}
		if one.sharded && (len(args) != 3 || args[2] != int16(7)) {
			t.Errorf("arguments %v, want the bucket last", args)
		}
	}
}

func TestQuestionMarksStandForTheirArguments(t *testing.T) {
	text, order := bare("SELECT $2, $1 WHERE a = $2 AND b = 'x' LIMIT $10")
	if text != "SELECT ?, ? WHERE a = ? AND b = 'x' LIMIT ?" || !slices.Equal(order, []int{1, 0, 1, 9}) {
		t.Errorf("%q %v", text, order)
	}
	p := prepared{order: []int{1, 0, 1}, count: 3}
	if got, err := p.bind([]any{"a", "b"}); err != nil || !slices.Equal(got, []any{"b", "a", "b"}) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := p.bind([]any{"a"}); err == nil {
		t.Error("a missing argument was not missed")
	}
	if _, err := (prepared{count: 2}).bind([]any{"a"}); err == nil {
		t.Error("a missing argument in order was not missed")
	}
}
