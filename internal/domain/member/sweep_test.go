package member_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"huiji/internal/core/day"
	"huiji/internal/domain/member"
)

// scribble is up to n characters out of an alphabet.
func scribble(r *rand.Rand, alphabet []rune, n int) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteRune(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// Whatever is typed as a phone number is refused, or read into a form that reads
// as itself.
func TestPhonesAnybodyCouldType(t *testing.T) {
	r, read := rand.New(rand.NewPCG(1, 1)), 0
	for range 30_000 {
		s := scribble(r, []rune("+0123456788669１３－ （) -.x\x00\u202a张"), 16)
		got, ok := member.Phone(s)
		if !ok {
			continue
		}
		read++
		if again, ok := member.Phone(got); !ok || again != got {
			t.Fatalf("%q became %q, which became %q %v", s, got, again, ok)
		}
		if masked := member.MaskPhone(got); len(got) > 4 && strings.Contains(masked, got[1:len(got)-1]) {
			t.Fatalf("%q is masked as %q", got, masked)
		}
	}
	if read == 0 {
		t.Error("nothing was read: the sweep proves nothing")
	}
}

// Whatever is typed as a birthday is refused, or is a day that reads as itself
// and comes round within thirteen months.
func TestBirthdaysAnybodyCouldType(t *testing.T) {
	r, c, read := rand.New(rand.NewPCG(2, 2)), &member.Calendar{}, 0
	for range 30_000 {
		calendar := []string{member.Solar, member.Lunar}[r.IntN(2)]
		s := scribble(r, []rune("--/.0011223456789L闰年月日"), 11)
		if r.IntN(2) == 0 {
			s = day.Date((1900+r.IntN(127))*10000 + (1+r.IntN(12))*100 + 1 + r.IntN(31)).String()
		}
		b, ok := member.ParseBirthday(s, calendar)
		if !ok || !b.Valid(c, today) {
			continue
		}
		read++
		if again, ok := member.ParseBirthday(b.String(), calendar); !ok || again != b {
			t.Fatalf("%q was read as %q and that as %q", s, b, again)
		}
		if next := b.Next(c, today); next < today || next > today.AddMonths(13) {
			t.Fatalf("%s %q is next kept on %s", calendar, s, next)
		}
	}
	if read < 1000 {
		t.Errorf("only %d were read: the sweep proves little", read)
	}
}
