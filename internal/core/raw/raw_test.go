package raw_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"huiji/internal/core/raw"
)

// throughMap is what Canonical promises to be equal to.
func throughMap(t *testing.T, text []byte) []byte {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCanonicalIsWhatAMapMakesOfIt(t *testing.T) {
	pieces := []string{
		`"a"`, `""`, `"积分"`, `"<b>&"`, `"\u79ef"`, `"a\"b\\"`, "\"\u2028\"", "\"\xff\"", `"\ud83d\ude00"`, `"\/"`, `1`, `-0`, `1.50`, `1e3`, `12345678901234567890`,
		`true`, `false`, `null`, `{}`, `[]`, `{"b":1,"a":[1, {"x":"]}"}]}`, `[ 1 , "," ]`, "\"\x7f\"",
	}
	names := []string{`"a"`, `"b"`, `"amount"`, `"\u0061"`, `"积"`, `""`, `"<"`, `"a b"`}
	spaces := []string{"", " ", "\n\t", "  "}
	random := rand.New(rand.NewPCG(7, 7))
	space := func() string { return spaces[random.IntN(len(spaces))] }
	for range 20_000 {
		text := space() + "{" + space()
		for i := range random.IntN(6) {
			if i > 0 {
				text += "," + space()
			}
			text += names[random.IntN(len(names))] + space() + ":" + space() + pieces[random.IntN(len(pieces))] + space()
		}
		text += "}" + space()
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q is not JSON", text)
		}
		fields, ok := raw.Object([]byte(text))
		got, whole := raw.Canonical(fields)
		if want := throughMap(t, []byte(text)); !ok || !whole || !bytes.Equal(got, want) {
			t.Fatalf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestPartsOfAList(t *testing.T) {
	all, ok := raw.List([]byte(` [ {"a":"]"} , 1,"x,y" ,[2,3]] `))
	if !ok || len(all) != 4 || string(all[0]) != `{"a":"]"}` || string(all[1]) != "1" || string(all[2]) != `"x,y"` || string(all[3]) != "[2,3]" {
		t.Fatalf("%q %v", all, ok)
	}
	if all, ok := raw.List([]byte("[ ]")); !ok || len(all) != 0 {
		t.Fatalf("%q %v", all, ok)
	}
	for _, other := range []string{"{}", "1", `"x"`, "null"} {
		if _, ok := raw.List([]byte(other)); ok {
			t.Errorf("%s is no list", other)
		}
	}
	for _, other := range []string{"[]", "1", `"{"`, "null"} {
		if _, ok := raw.Object([]byte(other)); ok {
			t.Errorf("%s is no object", other)
		}
	}
}
