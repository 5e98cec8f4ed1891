package ledger

import (
	"encoding/binary"
	"strconv"

	"huiji/internal/core/id"
)

// leafVersion is the first field of a leaf: what follows never changes its
// meaning under the same version.
const leafVersion = "huiji-posting/1"

// Leaf is a posting as it is sealed: its place in the book and its canonical
// bytes, which hold every column.
type Leaf struct {
	ID         id.Posting
	Holder     id.Member
	RecordedAt Moment
	Data       []byte
}

// leafColumns names the fields of a leaf behind the version, in their order.
func leafColumns() []string {
	return []string{
		"bucket", "merchant_id", "holder_id", "asset", "seq", "cause", "fingerprint", "kind", "amount", "contra", "balance_after",
		"available_after", "reverses", "lots", "member_id", "store_id", "actor_id", "reference", "reason", "snapshot", "occurred_at", "recorded_at",
	}
}

// leaf is the posting as a leaf: the version and every column, each with its
// length in four bytes, big-endian, in front; numbers in decimal digits, so that
// a person can read them. Bucket and lots are given as they lie on disk.
func (p *Posting) leaf(merchant id.Merchant, bucket id.Bucket, lots []byte) Leaf {
	b := make([]byte, 0, 512+len(p.Snapshot)+len(lots))
	b = textField(b, leafVersion)
	b = numberField(b, int64(bucket))
	b = textField(b, merchant)
	b = textField(b, p.Holder)
	b = textField(b, p.Asset)
	b = numberField(b, p.Seq)
	b = textField(b, p.Cause)
	b = textField(b, string(p.Fingerprint))
	b = textField(b, p.Kind)
	b = numberField(b, p.Amount)
	b = textField(b, p.Contra)
	b = numberField(b, p.BalanceAfter)
	b = numberField(b, p.AvailableAfter)
	b = numberField(b, p.Reverses)
	b = textField(b, string(lots))
	b = textField(b, p.Member)
	b = textField(b, p.Store)
	b = textField(b, p.Actor)
	b = textField(b, p.Reference)
	b = textField(b, p.Reason)
	b = textField(b, p.Snapshot)
	b = numberField(b, int64(p.OccurredAt))
	b = numberField(b, int64(p.RecordedAt))
	return Leaf{ID: p.ID(), Holder: p.Holder, RecordedAt: p.RecordedAt, Data: b}
}

func textField[T ~string](b []byte, s T) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}

func numberField(b []byte, n int64) []byte {
	start := len(b)
	b = append(b, 0, 0, 0, 0)
	b = strconv.AppendInt(b, n, 10)
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-4))
	return b
}

// LeafField is one column of a posting that was read back from a leaf.
type LeafField struct{ Name, Value string }

// ReadLeaf reads the canonical bytes of a posting back: which posting it is and
// what its columns say. It reports false for anything else.
func ReadLeaf(data []byte) (which id.Posting, fields []LeafField, ok bool) {
	version, rest, ok := cutField(data)
	if !ok || version != leafVersion {
		return "", nil, false
	}
	said := map[string]string{}
	for _, name := range leafColumns() {
		var value string
		if value, rest, ok = cutField(rest); !ok {
			return "", nil, false
		}
		said[name] = value
		fields = append(fields, LeafField{name, value})
	}
	seq, err := strconv.ParseInt(said["seq"], 10, 64)
	if err != nil || len(rest) > 0 {
		return "", nil, false
	}
	return Key{id.Member(said["holder_id"]), Asset(said["asset"])}.PostingID(seq), fields, true
}

func cutField(b []byte) (value string, rest []byte, ok bool) {
	if len(b) < 4 {
		return "", nil, false
	}
	n := uint64(binary.BigEndian.Uint32(b))
	if uint64(len(b)-4) < n {
		return "", nil, false
	}
	return string(b[4 : 4+n]), b[4+n:], true
}
