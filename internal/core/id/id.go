// Package id makes and reads the identifiers of the product.
//
// An id is a type, an underscore and 24 characters of lower-case Crockford
// base32, which hold 120 bits: 8 bits bucket, 48 bits Unix milliseconds and 64
// bits entropy. The bucket comes first so that any id of a member's thing leads
// to its bucket without a look-up; inside a bucket ids sort by time, so that
// indexes grow at their right edge. The bucket of a member is fixed for ever:
// hash(merchant, member) mod 256. Things that belong to a member carry the
// member's bucket; configuration (merchant, store, staff, product) carries 0.
package id

import (
	"hash/fnv"
	"strings"
	"time"
)

// Buckets is how many buckets there are. It never changes.
const Buckets = 256

// Bucket is the distribution unit of a member's rows.
type Bucket int16

// Typed ids. Their zero value means "none".
type (
	Merchant string // mer_…
	Store    string // sto_…
	Staff    string // stf_…
	Product  string // prd_…
	Member   string // mem_…
	Order    string // ord_…
	Refund   string // rfd_…
	Posting  string // pst_…, see Posting's constructor in domain/ledger
	Message  string // msg_…
)

// Prefixes of the ids, without their underscore.
const (
	OfMerchant = "mer"
	OfStore    = "sto"
	OfStaff    = "stf"
	OfProduct  = "prd"
	OfMember   = "mem"
	OfOrder    = "ord"
	OfRefund   = "rfd"
	OfMessage  = "msg"
	OfSession  = "ses"
	OfKey      = "key"
	OfAudit    = "aud"
	OfRun      = "run"
	OfJob      = "job"
)

const (
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	bodyLen  = 24
)

// New puts an id together. Entropy is the caller's: ids are unique, not secret.
func New(prefix string, bucket Bucket, at time.Time, entropy uint64) string {
	return prefix + "_" + body(bucket, at, entropy)
}

// NewOwn makes an id that belongs to no member's bucket yet: its bucket is the
// hash of the merchant and of the rest of the id. Members and walk-in orders are
// made this way.
func NewOwn(prefix string, merchant Merchant, at time.Time, entropy uint64) string {
	rest := body(0, at, entropy)
	return New(prefix, HashBucket(string(merchant)+"|"+rest), at, entropy)
}

// HashBucket is the bucket of a value that has no owner yet, as in a claim on a
// phone number. FNV-1a, folded; fixed for ever.
func HashBucket(value string) Bucket {
	h := fnv.New32a()
	_, _ = h.Write([]byte(value)) // A hash never fails to write.
	sum := h.Sum32()
	return Bucket((sum ^ sum>>8 ^ sum>>16 ^ sum>>24) % Buckets)
}

// BucketOf reads the bucket out of any id; false when s is not an id.
func BucketOf[T ~string](s T) (Bucket, bool) {
	_, rest, found := strings.Cut(string(s), "_")
	if !found || len(rest) < bodyLen {
		return 0, false
	}
	hi, lo := strings.IndexByte(alphabet, rest[0]), strings.IndexByte(alphabet, rest[1])
	if hi < 0 || lo < 0 {
		return 0, false
	}
	// 10 bits in two characters; the bucket is the upper eight.
	return Bucket((hi<<5 | lo) >> 2), true
}

// MomentOf reads out of a whole id when it was made; false when s is not an id.
func MomentOf[T ~string](s T) (time.Time, bool) {
	prefix, rest, _ := strings.Cut(string(s), "_")
	if !Is(prefix, s) {
		return time.Time{}, false
	}
	// Twelve characters are 60 bits: 8 of the bucket, 48 of the time, 4 of the entropy.
	var bits uint64
	for i := range 12 {
		bits = bits<<5 | uint64(strings.IndexByte(alphabet, rest[i]))
	}
	return time.UnixMilli(int64(bits >> 4 & (1<<48 - 1))).UTC(), true
}

// Is reports whether s is a whole id with this prefix.
func Is[T ~string](prefix string, s T) bool {
	rest, found := strings.CutPrefix(string(s), prefix+"_")
	if !found || len(rest) != bodyLen {
		return false
	}
	for i := range len(rest) {
		if strings.IndexByte(alphabet, rest[i]) < 0 {
			return false
		}
	}
	return true
}

// Body is an id without its type.
func Body[T ~string](s T) string {
	_, rest, _ := strings.Cut(string(s), "_")
	return rest
}

// Bucket is the bucket of the member's rows; 0 for an id that is none.
func (m Member) Bucket() Bucket { b, _ := BucketOf(m); return b }

// Bucket is the bucket of the order's rows: its member's, or its own for a walk-in.
func (o Order) Bucket() Bucket { b, _ := BucketOf(o); return b }

// Bucket is the bucket of the posting's rows: its holder's.
func (p Posting) Bucket() Bucket { b, _ := BucketOf(p); return b }

func body(bucket Bucket, at time.Time, entropy uint64) string {
	ms := uint64(at.UnixMilli()) & (1<<48 - 1)
	// 120 bits as 64 high and 56 low.
	hi := uint64(bucket)<<56 | ms<<8 | entropy>>56
	lo := entropy & (1<<56 - 1)
	var b [bodyLen]byte
	for i := bodyLen - 1; i >= 0; i-- {
		b[i] = alphabet[lo&31]
		lo = lo>>5 | (hi&31)<<51
		hi >>= 5
	}
	return string(b[:])
}
