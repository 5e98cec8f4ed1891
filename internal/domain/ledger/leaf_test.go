package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"
)

func sealedPosting() Posting {
	return Posting{
		Holder: "mem_000000000000000000000001", Asset: Points, Seq: 7, Cause: "c", Fingerprint: []byte{0, 1, 255}, Kind: Earn, Amount: 30,
		Contra: Issued, BalanceAfter: 130, AvailableAfter: 130, Reverses: 0, Member: "mem_000000000000000000000001", Store: "sto_1", Actor: "stf_1",
		Reference: "r", Reason: "开业", Snapshot: `{"a":1}`, OccurredAt: 1_767_258_000_000, RecordedAt: 1_767_258_000_001,
	}
}

// TestALeafNeverChangesItsBytes holds the format: what was sealed once must hash
// the same for ever.
func TestALeafNeverChangesItsBytes(t *testing.T) {
	p := sealedPosting()
	leaf := p.leaf("mer_00000000000000000000000a", 3, []byte{1, 0})
	sum := sha256.Sum256(append([]byte{0}, leaf.Data...))
	const want = "fdc1fbe3e0792cf6e850578ab11d29fa2f6b91e86a02de8c38d8e72bd5cf5009"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
	which, fields, ok := ReadLeaf(leaf.Data)
	if !ok || which != p.ID() || leaf.ID != p.ID() || len(fields) != 22 {
		t.Fatalf("%v %s %v", ok, which, fields)
	}
	said := map[string]string{}
	for _, f := range fields {
		said[f.Name] = f.Value
	}
	for name, value := range map[string]string{
		"bucket": "3", "merchant_id": "mer_00000000000000000000000a", "seq": "7", "fingerprint": "\x00\x01\xff", "kind": "earn", "amount": "30",
		"contra": "issued", "lots": "\x01\x00", "reason": "开业", "occurred_at": "1767258000000", "recorded_at": "1767258000001",
	} {
		if said[name] != value {
			t.Errorf("%s is %q, want %q", name, said[name], value)
		}
	}
}

// TestADamagedLeafIsNone cuts a leaf at every byte.
func TestADamagedLeafIsNone(t *testing.T) {
	p := sealedPosting()
	data := p.leaf("mer_a", 3, nil).Data
	for n := range data {
		if _, _, ok := ReadLeaf(data[:n]); ok {
			t.Fatalf("the first %d bytes are read as a leaf", n)
		}
	}
	if _, _, ok := ReadLeaf(append(slices.Clone(data), 0)); ok {
		t.Fatal("a leaf with one more byte is read as a leaf")
	}
}
