// Package page cuts long lists: a limit and an opaque cursor, no page numbers
// and no totals.
package page

import (
	"encoding/base64"
	"encoding/json"

	"huiji/internal/core/fault"
)

// Limits of a list.
const (
	Default = 50
	Most    = 200
)

// Want is what the caller asks for.
type Want struct {
	Limit  int
	Cursor string
}

// Size is the limit in force: Default when none was asked for, never above Most.
func (w Want) Size() int {
	if w.Limit <= 0 {
		return Default
	}
	return min(w.Limit, Most)
}

// After reads the cursor into key, the position of the last item seen. It
// reports false when the list begins at its start.
func (w Want) After(key any) (bool, error) {
	if w.Cursor == "" {
		return false, nil
	}
	wrong := fault.New(fault.Invalid, "cursor.invalid", "cursor 须原样使用上一页返回的 next_cursor", "cursor must be the next_cursor of the page before").At("query.cursor", w.Cursor)
	raw, err := base64.RawURLEncoding.DecodeString(w.Cursor)
	if err != nil {
		return false, wrong
	}
	if err := json.Unmarshal(raw, key); err != nil {
		return false, wrong
	}
	return true, nil
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Next  string // "" at the end
}

// Cut makes a page out of up to size+1 items: the one too many only tells that
// there is more. Key is the position of an item.
func Cut[T any](items []T, size int, key func(T) any) (Page[T], error) {
	if len(items) <= size {
		return Page[T]{Items: items}, nil
	}
	items = items[:size]
	raw, err := json.Marshal(key(items[size-1]))
	if err != nil {
		return Page[T]{}, err
	}
	return Page[T]{Items: items, Next: base64.RawURLEncoding.EncodeToString(raw)}, nil
}
