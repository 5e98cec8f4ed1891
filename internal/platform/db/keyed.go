package db

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Keys is a list of keys to look for in one statement: a relation called key,
// with the columns named in the manner of "bucket smallint, id text". The first
// column is bucket where the keys are those of members' rows.
type Keys struct {
	Columns string
	Rows    [][]any // each once: a key that comes twice finds its rows twice
}

// AllOf reads the rows that match a list of keys. The query is of the form SELECT …
// FROM key CROSS JOIN some_table t WHERE … [ORDER BY …] with tx.ForUpdate() behind
// it or not, and says in its WHERE what of t equals what of key; its own arguments
// are $1 and on. Keys come in any number: they are cut into pieces of a size that
// the engine takes, and where rows of several buckets cannot be held by one
// statement (rule P-06), into pieces of one bucket, in the order given.
func AllOf[T any](ctx context.Context, tx *Tx, scan func(Row) (T, error), keys Keys, query string, args ...any) ([]T, error) {
	shape := shapeOf(keys.Columns)
	var all []T
	for _, piece := range tx.engine.pieces(shape, keys.Rows) {
		text, values, err := tx.engine.keyed(shape, piece, query, len(args))
		if err != nil {
			return nil, fmt.Errorf("look for %d keys: %w", len(keys.Rows), err)
		}
		some, err := All(ctx, tx, scan, text, append(slices.Clone(args), values...)...)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = some
			continue
		}
		all = append(all, some...)
	}
	return all, nil
}

// ChangeAll changes the rows that match a list of keys, in the manner of Later. The
// statement is of the form UPDATE some_table SET … FROM key WHERE some_table.bucket
// = key.bucket AND …; the columns of key may hold what is set.
func ChangeAll(ctx context.Context, tx *Tx, keys Keys, statement string, args ...any) error {
	shape := shapeOf(keys.Columns)
	for _, piece := range tx.engine.pieces(shape, keys.Rows) {
		text, values, err := tx.engine.keyed(shape, piece, statement, len(args))
		if err != nil {
			return fmt.Errorf("change %d rows: %w", len(keys.Rows), err)
		}
		if err := tx.session.later(ctx, text, append(slices.Clone(plain(args)), values...)); err != nil {
			return err
		}
	}
	return nil
}

// column is one column of keys or of an insert.
type column struct{ name, kind string }

// shapeOf reads "bucket smallint, id text".
func shapeOf(columns string) []column {
	var all []column
	for part := range strings.SplitSeq(columns, ",") {
		name, kind, _ := strings.Cut(strings.TrimSpace(part), " ")
		all = append(all, column{name, kind})
	}
	return all
}

func names(shape []column) string {
	all := make([]string, len(shape))
	for i, c := range shape {
		all[i] = c.name
	}
	return strings.Join(all, ", ")
}

// perBucket cuts keys into pieces of one bucket.
func perBucket(rows [][]any, most int) [][][]any {
	var all [][][]any
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && n < most && rows[n][0] == rows[0][0] {
			n++
		}
		all = append(all, rows[:n])
		rows = rows[n:]
	}
	return all
}

func (e *sqlite) pieces(_ []column, rows [][]any) [][][]any {
	return slices.Collect(slices.Chunk(rows, keysMax))
}

// keysMax is how many keys one statement of the embedded engine names.
const keysMax = 64

// keyed fills a piece up to a power of two with rows that match nothing, so that
// there are few texts to prepare.
func (e *sqlite) keyed(shape []column, rows [][]any, query string, before int) (string, []any, error) {
	size := 1
	for size < len(rows) {
		size *= 2
	}
	var b strings.Builder
	b.WriteString("WITH key(" + names(shape) + ") AS (VALUES ")
	values := make([]any, size*len(shape)) // Beyond the rows: NULL, which equals nothing.
	for i := range size {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(placeholders(before+i*len(shape)+1, len(shape)))
		if i < len(rows) {
			copy(values[i*len(shape):], rows[i])
		}
	}
	b.WriteString(") ")
	b.WriteString(query)
	return b.String(), values, nil
}

func (e *postgres) pieces(shape []column, rows [][]any) [][][]any {
	if e.sharded && shape[0].name == "bucket" {
		return perBucket(rows, arrayMax)
	}
	return slices.Collect(slices.Chunk(rows, arrayMax))
}

// arrayMax is how many rows one statement carries in arrays.
const arrayMax = 512

// keyed passes keys as one array a column, so that any number of them is one
// text to prepare, and looks each up in turn: rows are held in the order of the
// keys. On several machines the statement names its one bucket, for without it no
// machine would be the one to ask.
func (e *postgres) keyed(shape []column, rows [][]any, query string, before int) (string, []any, error) {
	values, err := arrays(shape, rows)
	if err != nil {
		return "", nil, err
	}
	if e.sharded && shape[0].name == "bucket" {
		values = append(values, rows[0][0])
	}
	known, ok := e.texts.Load(query)
	if !ok {
		if known, err = e.lateral(shape, query, before); err != nil {
			return "", nil, err
		}
		e.texts.Store(query, known)
	}
	return known.(string), values, nil
}

// lateral writes a statement on keys for PostgreSQL.
func (e *postgres) lateral(shape []column, query string, before int) (string, error) {
	if e.sharded && shape[0].name == "bucket" {
		query = strings.ReplaceAll(query, "key.bucket", "$"+strconv.Itoa(before+len(shape)+1))
	}
	key := "unnest(" + casts(shape, before) + ") AS key(" + names(shape) + ")"
	if keyedUpdate.MatchString(query) {
		return strings.Replace(query, "FROM key", "FROM "+key, 1), nil
	}
	parts := keyedForm.FindStringSubmatch(query)
	if parts == nil {
		return "", fmt.Errorf("neither SELECT … FROM key CROSS JOIN some_table t WHERE … [ORDER BY …] nor UPDATE some_table SET … FROM key WHERE …: %s", query)
	}
	columns, table, alias, where, order, lock := parts[1], parts[2], parts[3], parts[4], parts[5], parts[6]
	// OFFSET 0 keeps the server from reading the table first and the keys after:
	// with the counts of a young database that looks cheaper, and the plan stays.
	return columns + " FROM " + key + " CROSS JOIN LATERAL (SELECT * FROM " +
		table + " " + alias + " WHERE " + where + " OFFSET 0" + lock + ") " + alias + order, nil
}

// keyedForm takes a query on keys apart.
var keyedForm = regexp.MustCompile(`(?s)^(SELECT .*?)\s+FROM key CROSS JOIN (\w+) (\w+)(?: /\* all buckets \*/)?\s+WHERE (.*?)( ORDER BY [\w., ]+?)?( FOR UPDATE(?: SKIP LOCKED)?)?$`)

var keyedUpdate = regexp.MustCompile(`(?s)^UPDATE \w+\s+SET .*\sFROM key\s+WHERE `)

// casts lists one typed array a column, from $before+1 on.
func casts(shape []column, before int) string {
	all := make([]string, len(shape))
	for i, c := range shape {
		all[i] = "$" + strconv.Itoa(before+i+1) + "::" + c.kind + "[]"
	}
	return strings.Join(all, ",")
}

// arrays turns rows into one slice a column, of the type the column has.
func arrays(shape []column, rows [][]any) ([]any, error) {
	all := make([]any, len(shape))
	for i, c := range shape {
		var err error
		switch c.kind {
		case "smallint":
			all[i], err = gather(rows, i, whole[int16])
		case "integer":
			all[i], err = gather(rows, i, whole[int32])
		case "bigint":
			all[i], err = gather(rows, i, whole[int64])
		case "text":
			all[i], err = gather(rows, i, text)
		case "bytea":
			all[i], err = gather(rows, i, bytes)
		case "boolean":
			all[i], err = gather(rows, i, truth)
		default:
			err = fmt.Errorf("no array of %s", c.kind)
		}
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
	}
	return all, nil
}

func gather[T any](rows [][]any, i int, to func(any) (T, error)) ([]T, error) {
	all := make([]T, len(rows))
	for n, row := range rows {
		var err error
		if all[n], err = to(row[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}
