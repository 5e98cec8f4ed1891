package ledger

import (
	"fmt"
	"testing"
	"time"
)

// busy is an account with lots that cannot merge.
func busy(lots int) Account {
	a := Account{Holder: holderOf(1), Asset: Points, Seq: int64(lots), At: At(begin)}
	for n := range lots {
		a.place(Lot{
			No: int64(n + 1), Amount: 100, Remaining: 100, AvailableAt: At(begin) - Moment(n)*7001,
			ExpiresAt: At(begin.AddDate(0, n+1, 0)), Origin: "base",
		})
		a.Balance += 100
	}
	return a
}

func BenchmarkApply(b *testing.B) {
	for _, lots := range []int{0, 4, 24} {
		account := busy(lots)
		ends := begin.AddDate(0, 2, 0)
		b.Run(fmt.Sprintf("earn/%d lots", lots), func(b *testing.B) {
			b.ReportAllocs()
			op := Op{Kind: Earn, Holder: account.Holder, Amount: 50, Cause: "c", Origin: "base", ExpiresAt: ends}
			for b.Loop() {
				if _, _, err := Apply(account, nil, op, begin); err != nil {
					b.Fatal(err)
				}
			}
		})
		if lots == 0 {
			continue
		}
		b.Run(fmt.Sprintf("redeem/%d lots", lots), func(b *testing.B) {
			b.ReportAllocs()
			op := Op{Kind: Redeem, Holder: account.Holder, Amount: 150, Cause: "c"}
			for b.Loop() {
				if _, _, err := Apply(account, nil, op, begin); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("reverse/%d lots", lots), func(b *testing.B) {
			b.ReportAllocs()
			out, c, err := Apply(account, nil, Op{Kind: Redeem, Holder: account.Holder, Amount: 150, Cause: "c"}, begin)
			if err != nil {
				b.Fatal(err)
			}
			op := Op{Kind: Reversal, Holder: account.Holder, Of: out.Posting.ID(), Amount: 120, Cause: "r"}
			for b.Loop() {
				if _, _, err := Apply(c.Accounts[0], c.Postings, op, begin); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkApplyAll is the pure part of an import's batch; the time is of one op.
func BenchmarkApplyAll(b *testing.B) {
	const size = 1000
	ops := make([]Op, size)
	for n := range ops {
		ops[n] = Op{Kind: Earn, Holder: holderOf(uint64(n % 300)), Amount: 10, Cause: fmt.Sprint(n), Origin: "base"}
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%size != 0 {
			continue
		}
		if _, _, err := ApplyAll(Known{}, ops, begin.Add(time.Duration(n)), true); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCodec(b *testing.B) {
	for _, lots := range []int{1, 4, 24} {
		account := busy(lots)
		packed := encodeLots(&account)
		b.Run(fmt.Sprintf("encode/%d lots", lots), func(b *testing.B) {
			b.ReportAllocs()
			b.ReportMetric(float64(len(packed))/float64(lots), "bytes/lot")
			for b.Loop() {
				encodeLots(&account)
			}
		})
		b.Run(fmt.Sprintf("decode/%d lots", lots), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var read Account
				if err := decodeLots(packed, &read); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
