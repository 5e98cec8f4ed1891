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
		at, lots := someMoment(t), someLots(t)
		gotAt, got, err := decodeLots(encodeLots(at, lots))
		if err != nil || gotAt != at || !slices.Equal(got, lots) {
			t.Fatalf("%v %v became %v %v (%v)", at, lots, gotAt, got, err)
		}
	})
}

func TestMovementsComeBackFromTheirBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moves := []Movement{}
		for _, l := range someLots(t) {
			m := l.movement(l.Remaining, Tag(rapid.IntRange(0, int(WrittenOff)).Draw(t, "tag")))
			if rapid.Bool().Draw(t, "out") {
				m.Amount = -m.Amount
			}
			if rapid.IntRange(0, 9).Draw(t, "debt") == 0 {
				m = Movement{Amount: m.Amount}
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
	if at, lots, err := decodeLots(b); err == nil && len(b) > 0 {
		if again := encodeLots(at, lots); !bytes.Equal(again, b) {
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
	f.Add(encodeLots(1, []Lot{{No: 1, Amount: 5, Remaining: 3, AvailableAt: minute, Origin: "base"}}))
	f.Add(encodeMovements([]Movement{{Lot: 1, Amount: -3, Of: 5, ExpiresAt: 2 * minute}, {Amount: -7}}))
	f.Fuzz(checkBytes)
}

// TestDamagedBytesAreSeen is the sweep of FuzzCodec for every run: random
// bytes, and valid bytes with one byte changed, cut or added.
func TestDamagedBytesAreSeen(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	valid := [][]byte{
		encodeLots(1767225600000, []Lot{
			{No: 3, Amount: 90, Remaining: 40, AvailableAt: 1767225600123, ExpiresAt: 1798761600000, Origin: "base"},
			{No: 9, Amount: 10, Remaining: 10, AvailableAt: 1767225700000, Origin: "base"},
		}),
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
		_, _, lotsErr := decodeLots(append(bytes.Clone(b), 0))
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
