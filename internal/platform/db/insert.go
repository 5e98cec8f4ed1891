package db

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// rowsMax is how many rows one multi-row statement of the embedded engine
// carries.
const rowsMax = 128

// exactMax is up to how many rows such a statement is made to measure, so that
// the number of different statements, each prepared once, stays small.
const exactMax = 16

// statement is one statement with its arguments.
type statement struct {
	query string
	args  []any
}

// withValues writes a row of placeholders a row.
func withValues(prefix string, rows [][]any, suffix string) statement {
	var b strings.Builder
	b.WriteString(prefix)
	width := len(rows[0])
	args := make([]any, 0, len(rows)*width)
	for i, row := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte(' ')
		b.WriteString(placeholders(i*width+1, width))
		args = append(args, row...)
	}
	if suffix != "" {
		b.WriteByte(' ')
		b.WriteString(suffix)
	}
	return statement{b.String(), plain(args)}
}

func (e *sqlite) inserts(_ context.Context, _ session, prefix string, rows [][]any, suffix string) ([]statement, error) {
	var all []statement
	for len(rows) > 0 {
		n := min(len(rows), rowsMax)
		if n > exactMax && n < rowsMax {
			n = exactMax
		}
		all = append(all, withValues(prefix, rows[:n], suffix))
		rows = rows[n:]
	}
	return all, nil
}

// inserts of several rows pass one array a column: one text to prepare for any
// number of rows, and a third of the work for the server.
func (e *postgres) inserts(ctx context.Context, s session, prefix string, rows [][]any, suffix string) ([]statement, error) {
	switch len(rows) {
	case 0:
		return nil, nil
	case 1:
		return []statement{withValues(prefix, rows, suffix)}, nil
	}
	shape, err := e.insertShape(ctx, s, prefix)
	if err != nil {
		return nil, err
	}
	query := strings.TrimSuffix(strings.TrimSpace(prefix), "VALUES") + "SELECT * FROM unnest(" + casts(shape, 0) + ")"
	if suffix != "" {
		query += " " + suffix
	}
	var all []statement
	for chunk := range slices.Chunk(rows, arrayMax) {
		args, err := arrays(shape, chunk)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", prefix, err)
		}
		all = append(all, statement{query, args})
	}
	return all, nil
}

var insertParts = regexp.MustCompile(`^INSERT INTO (\w+) \(([^)]*)\) VALUES\s*$`)

// insertShape asks the server once which types the columns of an insert have.
func (e *postgres) insertShape(ctx context.Context, s session, prefix string) ([]column, error) {
	if known, ok := e.shapes.Load(prefix); ok {
		return known.([]column), nil
	}
	parts := insertParts.FindStringSubmatch(prefix)
	if parts == nil {
		return nil, fmt.Errorf("an insert of rows is INSERT INTO table (columns) VALUES, not %q", prefix)
	}
	kinds := map[string]string{}
	err := s.query(ctx, func(r Row) error {
		var name, kind string
		err := r.Scan(&name, &kind)
		kinds[name] = kind
		return err
	}, "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0", []any{parts[1]})
	if err != nil {
		return nil, fmt.Errorf("read the columns of %s: %w", parts[1], err)
	}
	var shape []column
	for name := range strings.SplitSeq(parts[2], ",") {
		name = strings.TrimSpace(name)
		if kinds[name] == "" {
			return nil, fmt.Errorf("%s has no column %s", parts[1], name)
		}
		shape = append(shape, column{name, kinds[name]})
	}
	e.shapes.Store(prefix, shape)
	return shape, nil
}
