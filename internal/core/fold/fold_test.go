package fold_test

import (
	"slices"
	"testing"

	"huiji/internal/core/fold"
)

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name string
		fn   func(string) string
		in   string
		want string
	}{
		{"full-width digits", fold.Width, "１３８　００１３", "138 0013"},
		{"dashes", fold.Width, "138–0013—8000−1", "138-0013-8000-1"},
		{"zero-width marks", fold.Width, "\u200e138\ufeff00", "13800"},
		{"ends", fold.Width, "\t张三\u3000", "张三"},
		{"runs of spaces", fold.Line, "  John \t  Smith ", "John Smith"},
		{"either case", fold.Code, " ａb-1  x ", "AB-1 X"},
		{"search", fold.Search, "O’Brien-Smith (Jr.)", "obriensmithjr"},
		{"search Chinese", fold.Search, "古力·娜扎", "古力娜扎"},
	} {
		if got := c.fn(c.in); got != c.want {
			t.Errorf("%s: %q became %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestInitials(t *testing.T) {
	for in, want := range map[string][]string{
		"张小明":      {"zxm"},
		"美式咖啡 L":   {"mskfl"},
		"John":     nil,
		"":         nil,
		"iPhone 壳": {"iphonek"},
	} {
		if got := fold.Initials(in); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
	// Surnames with a reading of their own are found under each of them.
	for surname, letter := range map[string]string{"单雄信": "sxx", "曾国藩": "zgf", "仇英": "qy", "解缙": "xj"} {
		if got := fold.Initials(surname); !slices.Contains(got, letter) {
			t.Errorf("%s: %v lacks %s", surname, got, letter)
		}
	}
}
