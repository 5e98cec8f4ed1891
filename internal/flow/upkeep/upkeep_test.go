package upkeep

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"huiji/internal/core/id"
)

func TestWhatIsShownOfAnError(t *testing.T) {
	for message, want := range map[string]string{
		"":                                   "",
		"database.busy: the system is busy":  "database.busy: the system is busy",
		"context deadline exceeded":          "context deadline exceeded",
		"dial tcp 10.0.0.7:5432: connection": "dial tcp 10.0.0.7:5432: connection",
		`ERROR: duplicate key value violates unique constraint "member_phone" (SQLSTATE 23505)`: `ERROR: duplicate key value violates unique constraint "…" (SQLSTATE 23505)`,
		`invalid input syntax for type bigint: "张三"`:                                            `invalid input syntax for type bigint: "…"`,
		`a name that says \"so\" and "John \"Jack\" Smith" did`:                                 `a name that says \"…" and "…" did`,
		"the member's row of 'Mary O\\'Neil' is gone":                                           "the member's row of '…' is gone",
		`cut in the middle of "Wang Wei is`:                                                     `cut in the middle of "…`,
		"member mem_0c0skj1cr00000000000001a has 13800138000":                                   "member mem_0c0skj1cr00000000000001a has 138****8000",
		"phone 138-0013 8000 or +4915112345678":                                                 "phone 138****8000 or +491****5678",
		"card 6222 0000 1111 2222 of 1990-02-03":                                                "card … of …",
		"mail to zhang.san@example.com, refused":                                                "mail to … refused",
		"会员李四不存在: not found":                                                                    "…: not found",
		"panic: runtime error\r\n\x1b[31mindex out of range [7] with length 3":                  "panic: runtime error [31mindex out of range [7] with length 3",
		"mem_1380013800013800138000138":                                                         "mem_…",
	} {
		if got := Clean(message); got != want {
			t.Errorf("%q\n got  %q\n want %q", message, got, want)
		}
	}
	if long := Clean(strings.Repeat("word ", 200)); len(long) > errorMax+len(hidden) || !strings.HasSuffix(long, " …") {
		t.Errorf("%d bytes: %q", len(long), long)
	}
	if long := Clean(strings.Repeat("w", 1000)); long != hidden {
		t.Errorf("one long word became %q", long)
	}
}

// A name, a phone, a birthday and a card number show nowhere, whatever stands
// around them.
func TestNothingAboutAPersonIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SampledFrom([]string{"张小明", "13912345678", "1988-08-08", "62220000111122223", "li.si@example.com"}).Draw(t, "secret")
		around := rapid.StringOf(rapid.RuneFrom([]rune("abc XYZ_:,.()[]'\"`\\\n\x1b中@-/12"))).Draw(t, "around")
		cut := rapid.IntRange(0, utf8.RuneCountInString(around)).Draw(t, "cut")
		runes := []rune(around)
		got := Clean(string(runes[:cut]) + " " + secret + " " + string(runes[cut:]))
		if strings.Contains(got, secret) || !utf8.ValidString(got) || len(got) > errorMax+len(hidden) {
			t.Fatalf("%q shows %q", got, secret)
		}
		if again := Clean(got); strings.Contains(again, secret) {
			t.Fatal(again)
		}
	})
}

func TestALetterKeepsItsName(t *testing.T) {
	made := time.UnixMilli(1_760_000_000_123).UTC()
	name := nameOf("mer_a", 200, made, "ledger.posted>bookkeeping#pst_x")
	bucket, _ := id.BucketOf(name)
	moment, ok := id.MomentOf(name)
	if !id.Is(id.OfJob, name) || bucket != 200 || !ok || !moment.Equal(made) {
		t.Fatalf("%s: %d %v", name, bucket, moment)
	}
	if other := nameOf("mer_a", 200, made, "ledger.posted>bookkeeping#pst_y"); other == name {
		t.Fatal("two letters of one moment have one name")
	}
	if other := nameOf("mer_b", 200, made, "ledger.posted>bookkeeping#pst_x"); other == name {
		t.Fatal("two merchants' letters have one name")
	}
}
