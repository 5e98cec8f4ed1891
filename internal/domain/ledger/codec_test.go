package ledger

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"huiji/internal/core/id"

	"pgregory.net/rapid"
)

func someLots(t *rapid.T) []Lot {
	var lots []Lot
	for no := range rapid.Int64Range(0, 12).Draw(t, "lots") {
		remaining := rapid.Int64Range(1, 1<<50).Draw(t, "remaining")
		lots = append(lots, Lot{
			No: no + 1, Remaining: remaining, Amount: remaining + rapid.Int64Range(0, 1000).Draw(t, "spent"),
			AvailableAt: someMoment(t), ExpiresAt: someMoment(t),
			Origin: rapid.SampledFrom([]string{"", "base", "基础积分", "rule:7"}).Draw(t, "origin"),
		})
	}
	slices.SortFunc(lots, Lot.compare)
	return lots
}

func someMoment(t *rapid.T) Moment {
	if rapid.Bool().Draw(t, "whole") {
		return Moment(rapid.Int64Range(0, int64(latest)/minute).Draw(t, "minutes") * minute)
	}
	return Moment(rapid.Int64Range(0, int64(latest)).Draw(t, "millis"))
}

func TestLotsComeBackFromTheirBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Account{At: someMoment(t), Lots: someLots(t)}
		for no := range rapid.IntRange(0, 3).Draw(t, "holds") {
			if parts := someLots(t); len(parts) > 0 {
				slices.Reverse(parts) // They are in the order taken, whatever that was.
				a.Holds = append(a.Holds, Reservation{No: int64(no + 1), Until: 1 + someMoment(t)%latest, Parts: parts})
			}
		}
		var got Account
		err := decodeLots(encodeLots(&a), &got)
		if err != nil || got.At != a.At || !slices.Equal(got.Lots, a.Lots) || !slices.EqualFunc(got.Holds, a.Holds, Reservation.equal) {
			t.Fatalf("%+v became %+v (%v)", a, got, err)
		}
	})
}

func TestMovementsComeBackFromTheirBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moves := []Movement{}
		for _, l := range someLots(t) {
			m := l.movement(l.Remaining, Tag(rapid.IntRange(0, int(Captured)).Draw(t, "tag")))
			if rapid.Bool().Draw(t, "out") {
				m.Amount = -m.Amount
			}
			if rapid.IntRange(0, 9).Draw(t, "debt") == 0 {
				m = Movement{Amount: m.Amount}
			}
			if m.Tag == Reserved || m.Tag == Captured {
				m.Hold = 1 + rapid.Int64Range(0, 1<<40).Draw(t, "hold")
			}
			if m.Tag == Reserved && m.Amount < 0 {
				m.Until = 1 + someMoment(t)%latest
			}
			moves = append(moves, m)
		}
		got, err := decodeMovements(encodeMovements(moves))
		if err != nil || !slices.Equal(got, moves) {
			t.Fatalf("%v became %v (%v)", moves, got, err)
		}
	})
}

// checkBytes holds for any bytes at all: no panic, and what is taken is exactly
// what the encoder writes.
func checkBytes(t *testing.T, b []byte) {
	var a Account
	if err := decodeLots(b, &a); err == nil && len(b) > 0 {
		if again := encodeLots(&a); !bytes.Equal(again, b) {
			t.Fatalf("lots %x are written %x", b, again)
		}
	}
	if moves, err := decodeMovements(b); err == nil && len(b) > 0 {
		if again := encodeMovements(moves); !bytes.Equal(again, b) {
			t.Fatalf("movements %x are written %x", b, again)
		}
	}
}

func FuzzCodec(f *testing.F) {
	f.Add(encodeLots(&Account{At: 1, Lots: []Lot{{No: 1, Amount: 5, Remaining: 3, AvailableAt: minute, Origin: "base"}}}))
	f.Add(encodeMovements([]Movement{{Lot: 1, Amount: -3, Of: 5, ExpiresAt: 2 * minute}, {Amount: -7}}))
	f.Fuzz(checkBytes)
}

// TestDamagedBytesAreSeen is the sweep of FuzzCodec for every run: random
// bytes, and valid bytes with one byte changed, cut or added.
func TestDamagedBytesAreSeen(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	valid := [][]byte{
		encodeLots(&Account{At: 1767225600000, Lots: []Lot{
			{No: 3, Amount: 90, Remaining: 40, AvailableAt: 1767225600123, ExpiresAt: 1798761600000, Origin: "base"},
			{No: 9, Amount: 10, Remaining: 10, AvailableAt: 1767225700000, Origin: "base"},
		}, Holds: []Reservation{{No: 11, Until: 1767225800000, Parts: []Lot{{No: 3, Amount: 90, Remaining: 5, AvailableAt: 1767225600123, ExpiresAt: 1798761600000}}}}}),
		encodeMovements([]Movement{{Lot: 3, Amount: -50, Of: 90, AvailableAt: 1767225600123, ExpiresAt: 1798761600000, Origin: "base"}, {Amount: -4}}),
	}
	for range 200_000 {
		b := make([]byte, random.IntN(24))
		for i := range b {
			b[i] = byte(random.UintN(256))
		}
		if len(b) > 0 && random.UintN(2) == 0 {
			b[0] = codecVersion
		}
		checkBytes(t, b)
		b = bytes.Clone(valid[random.IntN(len(valid))])
		switch random.IntN(3) {
		case 0:
			b[random.IntN(len(b))] ^= byte(1 << random.UintN(8))
		case 1:
			b = b[:random.IntN(len(b))]
		default:
			b = append(b, byte(random.UintN(256)))
		}
		checkBytes(t, b)
	}
	for _, b := range valid {
		lotsErr := decodeLots(append(bytes.Clone(b), 0), &Account{})
		_, movesErr := decodeMovements(append(bytes.Clone(b), 0))
		if lotsErr == nil || movesErr == nil {
			t.Error("a byte too many is not seen")
		}
	}
}

func TestPostingIDsAreReadStrictly(t *testing.T) {
	k := Key{holderOf(1), Points}
	s := k.PostingID(17)
	if got, seq, ok := ParsePosting(s); !ok || got != k || seq != 17 || s.Bucket() != k.Holder.Bucket() {
		t.Fatalf("%s became %v %d %v", s, got, seq, ok)
	}
	for _, wrong := range []string{
		"", "pst_", string(s) + "0x", string(s) + ".1", "ent" + string(s)[3:], string(s[:10]),
		string(k.PostingID(0)), string(k.PostingID(-1)), "pst_" + string(k.Holder)[4:] + ".points.017",
		"pst_" + string(k.Holder)[4:] + ".points.+17", "pst_" + string(k.Holder)[4:] + "..17",
		"pst_" + string(k.Holder)[4:] + ".Points.17", "pst_" + string(k.Holder)[4:] + ".points.99999999999999999999",
	} {
		if _, _, ok := ParsePosting(id.Posting(wrong)); ok {
			t.Errorf("%q passes for a posting's id", wrong)
		}
	}
}
