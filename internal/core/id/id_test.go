package id_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiji/internal/core/id"
)

func TestAnIdKnowsItsBucketAndSortsByTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bucket := id.Bucket(rapid.IntRange(0, id.Buckets-1).Draw(t, "bucket"))
		at := time.UnixMilli(rapid.Int64Range(1, 1<<47).Draw(t, "ms"))
		one := id.New(id.OfMember, bucket, at, rapid.Uint64().Draw(t, "entropy"))
		later := id.New(id.OfMember, bucket, at.Add(time.Millisecond), rapid.Uint64().Draw(t, "entropy"))
		if got, ok := id.BucketOf(one); !ok || got != bucket {
			t.Fatalf("%s: bucket %d, want %d", one, got, bucket)
		}
		if moment, ok := id.MomentOf(one); !ok || !moment.Equal(at) {
			t.Fatalf("%s was made at %v, want %v", one, moment, at)
		}
		if one >= later {
			t.Fatalf("%s does not sort before %s", one, later)
		}
		if !id.Is(id.OfMember, one) || id.Is(id.OfOrder, one) {
			t.Fatalf("%s: wrong type", one)
		}
	})
}

func TestAnOwnIdFoundsItsBucketFairly(t *testing.T) {
	count := map[id.Bucket]int{}
	const n = 64_000
	for i := range uint64(n) {
		own := id.NewOwn(id.OfMember, "mer_a", time.UnixMilli(1_760_000_000_000+int64(i)), i*0x9e3779b97f4a7c15)
		count[id.Member(own).Bucket()]++
	}
	worst := 0
	for _, c := range count {
		worst = max(worst, c)
	}
	if mean := float64(n) / id.Buckets; len(count) != id.Buckets || float64(worst) > 1.4*mean {
		t.Fatalf("%d buckets, fullest %d, mean %.0f", len(count), worst, mean)
	}
}

// These hashes are on disk: they may never change.
func TestHashesAreFixedForEver(t *testing.T) {
	for value, want := range map[string]id.Bucket{"": 197, "phone|13800000000": 10, "mer_a|x": 197} {
		if got := id.HashBucket(value); got != want {
			t.Errorf("%q: %d, want %d", value, got, want)
		}
	}
	if got := id.New(id.OfMember, 255, time.UnixMilli(1), math.MaxUint64); got != "mem_zw000000000zzzzzzzzzzzzz" {
		t.Errorf("%s", got)
	}
	if got := id.New(id.OfOrder, 3, time.UnixMilli(1_760_000_000_000), 42); got != "ord_0c0skj1cr00000000000001a" {
		t.Errorf("%s", got)
	}
}

func TestWhatIsNoId(t *testing.T) {
	for _, s := range []string{"", "mem", "mem_", "mem_short", "mem_ILOU0000000000000000000i", "'; DROP TABLE member; --"} {
		if id.Is(id.OfMember, s) {
			t.Errorf("%q passes for an id", s)
		}
	}
	if _, ok := id.BucketOf("mem_!!0000000000000000000000"); ok {
		t.Error("a bucket was read out of nothing")
	}
	for _, s := range []string{"", "mem_0c0skj1cr0", "mem_!c0skj1cr00000000000001a"} {
		if _, ok := id.MomentOf(s); ok {
			t.Errorf("a moment was read out of %q", s)
		}
	}
}
