package ledger

import (
	"strconv"
	"strings"

	"huiji/internal/core/id"
)

// Prefixes of the ids that the ledger makes. Such an id is the prefix, the body
// of the holder's id, the asset and a number, as in
// "pst_…24 characters….points.17": it carries its bucket and finds its row by
// primary key.
const (
	ofPosting = "pst"
	ofEntry   = "ent"
	ofLot     = "lot"
	ofHold    = "hld"
)

const assetLongest = 32

// ID is the posting's id.
func (p Posting) ID() id.Posting { return id.Posting(name(ofPosting, p.Key(), p.Seq)) }

// EntryID is the id of the holder's leg.
func (p Posting) EntryID() string { return name(ofEntry, p.Key(), p.Seq) }

// LotID is the id of a lot of the account.
func (k Key) LotID(no int64) string { return name(ofLot, k, no) }

// HoldID is the id of a hold of the account.
func (k Key) HoldID(no int64) string { return name(ofHold, k, no) }

// PostingID is the id of the account's posting with this number.
func (k Key) PostingID(seq int64) id.Posting { return id.Posting(name(ofPosting, k, seq)) }

func name(prefix string, k Key, no int64) string {
	body := id.Body(k.Holder)
	var b strings.Builder
	b.Grow(len(prefix) + len(body) + len(k.Asset) + 12)
	b.WriteString(prefix)
	b.WriteByte('_')
	b.WriteString(body)
	b.WriteByte('.')
	b.WriteString(string(k.Asset))
	b.WriteByte('.')
	b.WriteString(strconv.FormatInt(no, 10))
	return b.String()
}

// ParsePosting reads a posting's id back: its account and number. It reports
// false for anything that ID would not have written.
func ParsePosting(s id.Posting) (Key, int64, bool) { return parse(ofPosting, string(s)) }

// ParseHold reads a hold's id back.
func ParseHold(s string) (Key, int64, bool) { return parse(ofHold, s) }

// ParseLot reads a lot's id back.
func ParseLot(s string) (Key, int64, bool) { return parse(ofLot, s) }

func parse(prefix, s string) (Key, int64, bool) {
	rest, found := strings.CutPrefix(s, prefix+"_")
	if !found {
		return Key{}, 0, false
	}
	body, rest, found := strings.Cut(rest, ".")
	holder := id.Member(id.OfMember + "_" + body)
	if !found || !id.Is(id.OfMember, holder) {
		return Key{}, 0, false
	}
	asset, number, found := strings.Cut(rest, ".")
	if !found || !wellFormed(Asset(asset)) {
		return Key{}, 0, false
	}
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || seq <= 0 || strconv.FormatInt(seq, 10) != number {
		return Key{}, 0, false
	}
	return Key{holder, Asset(asset)}, seq, true
}

// wellFormed reports whether the code can be part of an id.
func wellFormed(a Asset) bool {
	if a == "" || len(a) > assetLongest {
		return false
	}
	for _, c := range []byte(a) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
