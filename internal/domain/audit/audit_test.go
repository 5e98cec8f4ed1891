package audit

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"huiji/internal/core/deed"
)

func TestTextIsOnePlainLine(t *testing.T) {
	for in, want := range map[string]string{
		"平常的一句话":             "平常的一句话",
		"a\r\nb\tc":          "a b c",
		"\x1b[31mred\x1b[0m": "red", "\x1b]0;title\x07after": "after", "\x1b]8;;http://x\x1b\\link": "link",
		"\u009b2Jcleared": "cleared", "\x1b": "", "a\x1b": "a", "\x1bc!": "!", "\x1b[": "",
		"back\x08\x7f\x00": "back", "\u202egnp.exe": "gnp.exe", "zero\u200bwidth": "zerowidth", "bad\xffbyte": "badbyte",
		strings.Repeat("长", 600): strings.Repeat("长", 499) + "…",
	} {
		if got := text(in); got != want {
			t.Errorf("%q is stored as %q, want %q", in, got, want)
		}
	}
}

func TestPhonesAreMasked(t *testing.T) {
	for in, want := range map[string]string{
		"13812345678":       "138****5678",
		"电话13812345678，请回电": "电话138****5678，请回电",
		"138-1234-5678":     "138****5678", "138 1234 5678": "138****5678", "+86 138 1234 5678": "+138****5678",
		"+8613812345678": "+138****5678", "8613812345678": "138****5678", "008613812345678": "138****5678",
		"5 138 1234 5678": "5 138****5678", "2026-01-01 13812345678": "2026-01-01 138****5678",
		"13812345678 13912345679": "138****5678 139****5679", "+44 7911 123456": "+447****3456",
		"no 12345678901": "no 12345678901", "20260101000123": "20260101000123", "19.99": "19.99", "+5": "+5", "1234567": "1234567", "": "", "+": "+",
	} {
		if got := MaskPhones(in); got != want {
			t.Errorf("%q is stored as %q, want %q", in, got, want)
		}
	}
}

// TestNoPhoneIsEverStored puts a phone number into every place of a deed, in
// every writing, and looks for it in the row.
func TestNoPhoneIsEverStored(t *testing.T) {
	bare := regexp.MustCompile(`1[3-9]\d{9}`)
	for _, prefix := range []string{"", "+86", "86 ", "0086-", "手机:", "99 ", "2026-01-01 ", "x", "1-", "a1b2 "} {
		for _, gap := range []string{"", " ", "-"} {
			phone := prefix + "138" + gap + "1234" + gap + "5678"
			d := Clean(deed.Deed{
				Action: phone, Object: phone, Label: phone, Store: phone, Reason: phone + "\n" + phone, Result: phone, ActorID: phone, ActorName: phone,
				RequestID: phone, IP: phone,
				Before: map[string]any{"phone": phone, "deep": map[string]any{"list": []any{phone, float64(13812345678)}}, phone: 1},
				After:  map[string]any{"typed": []string{phone}, "number": int64(13812345678)},
			})
			raw, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			joined := strings.NewReplacer(" ", "", "-", "").Replace(string(raw))
			if found := bare.FindString(joined); found != "" {
				t.Errorf("%q leaves %s in %s", phone, found, raw)
			}
		}
	}
}

func TestSecretsAreHiddenAndIDsStayWhole(t *testing.T) {
	d := Clean(deed.Deed{
		Object: "mem_138123456780123456789012", Before: map[string]any{"new_password": "letmein", "token": "abc"},
		After: map[string]any{"password": "reset", "count": 3, "by": "stf_000000138123456780000000", "yes": true, "none": nil},
	})
	if d.Object != "mem_138123456780123456789012" || fmt.Sprint(d.Before) != "map[new_password:*** token:***]" ||
		fmt.Sprint(d.After) != "map[by:stf_000000138123456780000000 count:3 none:<nil> password:reset yes:true]" {
		t.Fatalf("%+v", d)
	}
	var deep any = "bottom"
	for range 50 {
		deep = map[string]any{"x": deep}
	}
	if raw, _ := json.Marshal(Clean(deed.Deed{After: deep.(map[string]any)}).After); strings.Count(string(raw), "x") > depthMax+2 {
		t.Errorf("no end: %s", raw)
	}
}

func TestInstants(t *testing.T) {
	zone := time.FixedZone("east", 8*3600)
	for _, c := range []struct {
		in   string
		end  bool
		want string
	}{
		{"", false, "0001-01-01T00:00:00Z"}, {"2026-01-31", false, "2026-01-30T16:00:00Z"}, {"2026-01-31", true, "2026-01-31T16:00:00Z"},
		{"2026-01-31T09:00:00+08:00", true, "2026-01-31T01:00:00Z"},
	} {
		got, err := Instant("query.from", c.in, zone, c.end)
		if err != nil || got.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%q: %v %v, want %s", c.in, got, err, c.want)
		}
	}
	for _, in := range []string{"yesterday", "2026-02-30", "2026-01-31T09:00:00"} {
		if _, err := Instant("query.from", in, zone, false); err == nil {
			t.Errorf("%q was read", in)
		}
	}
}
