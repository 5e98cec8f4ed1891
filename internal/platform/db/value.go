package db

import (
	"fmt"
	"reflect"
)

// What arrays hold has one type a column, whatever the types of the program are
// called. These read a value by the kind of thing it is.

func whole[T int16 | int32 | int64](v any) (T, error) {
	var n int64
	switch v := v.(type) {
	case int64:
		n = v
	case int:
		n = int64(v)
	default:
		switch r := reflect.ValueOf(v); {
		case r.IsValid() && r.CanInt():
			n = r.Int()
		case r.IsValid() && r.CanUint() && r.Uint() <= 1<<62:
			n = int64(r.Uint())
		default:
			return 0, fmt.Errorf("%T is no whole number", v)
		}
	}
	if out := T(n); int64(out) == n {
		return out, nil
	}
	return 0, fmt.Errorf("%d does not fit", n)
}

func text(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	if r := reflect.ValueOf(v); r.IsValid() && r.Kind() == reflect.String {
		return r.String(), nil
	}
	return "", fmt.Errorf("%T is no text", v)
}

func bytes(v any) ([]byte, error) {
	switch b := v.(type) {
	case []byte:
		if b == nil {
			return []byte{}, nil
		}
		return b, nil
	case string:
		return []byte(b), nil
	}
	if r := reflect.ValueOf(v); r.IsValid() && r.Kind() == reflect.Slice && r.Type().Elem().Kind() == reflect.Uint8 {
		return append([]byte{}, r.Bytes()...), nil
	}
	return nil, fmt.Errorf("%T is no blob", v)
}

func truth(v any) (bool, error) {
	if r := reflect.ValueOf(v); r.IsValid() && r.Kind() == reflect.Bool {
		return r.Bool(), nil
	}
	return false, fmt.Errorf("%T is neither true nor false", v)
}
