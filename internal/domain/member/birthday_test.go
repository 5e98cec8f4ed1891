package member_test

import (
	"testing"

	"huiji/internal/core/day"
	"huiji/internal/domain/member"
)

const today day.Date = 20260101

func parse(t *testing.T, s, calendar string) member.Birthday {
	t.Helper()
	b, ok := member.ParseBirthday(s, calendar)
	if !ok {
		t.Fatalf("%q (%s) is not understood", s, calendar)
	}
	return b
}

func TestBirthdaysAreReadAndWritten(t *testing.T) {
	for _, c := range []struct{ in, calendar, want string }{
		{"1990-05-02", "", "1990-05-02"},
		{"1990/5/2", "solar", "1990-05-02"},
		{"1990.5.2", "solar", "1990-05-02"},
		{"1990年5月2日", "solar", "1990-05-02"},
		{"１９９０－０５－０２", "solar", "1990-05-02"},
		{"--05-02", "", "--05-02"},
		{"05-02", "", "--05-02"},
		{"5月2日", "", "--05-02"},
		{"0000-05-02", "", "--05-02"},
		{"2001-04L-15", "lunar", "2001-04L-15"},
		{"2001年闰4月15日", "lunar", "2001-04L-15"},
		{"--04L-15", "lunar", "--04L-15"},
	} {
		b := parse(t, c.in, c.calendar)
		if b.String() != c.want {
			t.Errorf("%q became %q, want %q", c.in, b, c.want)
		}
		if again := parse(t, b.String(), b.Calendar()); again != b {
			t.Errorf("%q came back as %q", b, again)
		}
	}
	for _, in := range []string{"", "x", "1990", "1990-05", "90-05-02", "1990-05-02-03", "1990-0-2", "2001-04L-15", "-1990-05-02", "1990--02", "13-"} {
		if b, ok := member.ParseBirthday(in, "solar"); ok && b.Valid(&member.Calendar{}, today) {
			t.Errorf("%q was understood as %s", in, b)
		}
	}
}

func FuzzBirthday(f *testing.F) {
	f.Add("2001-04L-15", true)
	f.Add("--02-29", false)
	c := &member.Calendar{}
	f.Fuzz(func(t *testing.T, s string, lunar bool) {
		calendar := member.Solar
		if lunar {
			calendar = member.Lunar
		}
		b, ok := member.ParseBirthday(s, calendar)
		if !ok || !b.Valid(c, today) {
			return
		}
		again, ok := member.ParseBirthday(b.String(), calendar)
		if !ok || again != b {
			t.Fatalf("%q was read as %q and that as %q", s, b, again)
		}
		if next := b.Next(c, today); next < today {
			t.Fatalf("%q is next kept on %s", s, next)
		}
	})
}

func TestBirthdaysThatExist(t *testing.T) {
	c := &member.Calendar{}
	for _, one := range []struct {
		in, calendar string
		valid        bool
	}{
		{"2000-02-29", "solar", true},
		{"1999-02-29", "solar", false},
		{"1900-02-29", "solar", false},
		{"--02-29", "solar", true},
		{"--02-30", "solar", false},
		{"--04-31", "solar", false},
		{"2026-01-01", "solar", true},
		{"2026-01-02", "solar", false}, // the future
		{"2027-01-01", "solar", false},
		{"1900-01-01", "solar", true},
		{"1899-12-31", "solar", false},
		{"2001-13-01", "solar", false},
		{"2001-04L-15", "lunar", true},  // 2001 has a leap fourth month
		{"2002-04L-15", "lunar", false}, // 2002 has none
		{"2001-04L-30", "lunar", false}, // of 29 days
		{"2001-04-30", "lunar", true},
		{"--12-30", "lunar", true},
		{"--12-31", "lunar", false},
		{"2025-11-13", "lunar", true},  // 1 January 2026
		{"2025-11-14", "lunar", false}, // the day after
		{"2026-01-01", "lunar", false},
	} {
		if got := parse(t, one.in, one.calendar).Valid(c, today); got != one.valid {
			t.Errorf("%s %s: valid %v, want %v", one.calendar, one.in, got, one.valid)
		}
	}
}

func TestBirthdaysAreKept(t *testing.T) {
	c := &member.Calendar{}
	for _, one := range []struct {
		in, calendar string
		year         int
		want         day.Date
	}{
		{"2000-02-29", "solar", 2024, 20240229},
		{"2000-02-29", "solar", 2025, 20250228},
		{"--02-29", "solar", 2100, 21000228},
		{"--12-31", "solar", 2025, 20251231},
		{"1990-01-01", "lunar", 2025, 20250129},  // Spring Festival
		{"1990-08-15", "lunar", 2025, 20251006},  // Mid-Autumn
		{"1990-12-30", "lunar", 2025, 20260216},  // the last month of 2025 has 29 days
		{"2001-04L-15", "lunar", 2020, 20200606}, // 2020 has a leap fourth month too
		{"2001-04L-15", "lunar", 2021, 20210526}, // 2021 has none: the ordinary one
		{"1990-06-06", "lunar", 2025, 20250630},  // before the leap sixth month
	} {
		if got := parse(t, one.in, one.calendar).In(c, one.year); got != one.want {
			t.Errorf("%s %s in %d: %s, want %s", one.calendar, one.in, one.year, got, one.want)
		}
	}
	if got := (member.Birthday{}).In(c, 2025); got != 0 {
		t.Errorf("no birthday is kept on %s", got)
	}
	if got := parse(t, "--08-15", "lunar").In(c, 9999); got != 0 {
		t.Errorf("a year beyond the calendar gives %s", got)
	}
}

func TestNextBirthday(t *testing.T) {
	c := &member.Calendar{}
	for _, one := range []struct {
		in, calendar string
		from, want   day.Date
	}{
		{"1990-05-02", "solar", 20260502, 20260502},
		{"1990-05-02", "solar", 20260503, 20270502},
		{"2000-02-29", "solar", 20260301, 20270228},
		{"1990-12-30", "lunar", 20260101, 20260216}, // still the lunar year before
		{"1990-12-30", "lunar", 20260217, 20270205},
		{"1990-01-01", "lunar", 20260101, 20260217},
	} {
		if got := parse(t, one.in, one.calendar).Next(c, one.from); got != one.want {
			t.Errorf("%s %s from %s: %s, want %s", one.calendar, one.in, one.from, got, one.want)
		}
	}
	if got := (member.Birthday{}).Next(c, today); got != 0 {
		t.Errorf("no birthday comes on %s", got)
	}
}
