package ledger

import (
	"slices"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
)

// TestReturnOfTheTripleLine is domain-rules §4: an order of 100 is line A 60 at
// one point and line B 40 at three. The member spends all 180 and returns B.
func TestReturnOfTheTripleLine(t *testing.T) {
	order := func(t *testing.T) (*book, Outcome) {
		b := newBook(t)
		sale := b.earn(60+120, time.Time{})
		b.redeem(180)
		return b, sale
	}
	t.Run("forgive", func(t *testing.T) {
		b, sale := order(t)
		if r := b.reverse(sale, 120, Forgive); r != (Reversed{Forgiven: 120}) {
			t.Fatalf("%+v", r)
		}
		b.is(0, 0, 0, 0)
		for _, p := range b.past {
			if p.BalanceAfter < 0 {
				t.Fatalf("posting %d leaves %d", p.Seq, p.BalanceAfter)
			}
		}
	})
	t.Run("debt", func(t *testing.T) {
		b, sale := order(t)
		if r := b.reverse(sale, 120, Negative); r != (Reversed{ClawedBack: 120, Debt: 120}) {
			t.Fatalf("%+v", r)
		}
		b.is(-120, 0, 0, 120)
		b.refuses(Op{Kind: Redeem, Amount: 1}, "points.insufficient")
		b.earn(150, time.Time{})
		b.is(30, 30, 0, 0)
		if l := b.view().Lots[0]; l.Amount != 150 || l.Remaining != 30 {
			t.Fatalf("the lot shows %+v", l)
		}
	})
}

// TestPendingLotPaysTheDebtWhenItBecomesAvailable, also when it has expired by
// the time somebody looks: it paid before that.
func TestPendingLotPaysTheDebtWhenItBecomesAvailable(t *testing.T) {
	b := newBook(t)
	sale := b.earn(50, time.Time{})
	b.redeem(50)
	b.do(Op{Kind: Earn, Amount: 80, AvailableAt: begin.Add(days(1)), ExpiresAt: begin.Add(days(2))})
	b.reverse(sale, 0, Negative)
	b.is(30, 0, 80, 50)
	b.now = begin.Add(days(1))
	b.is(30, 30, 0, 0)
	b.now = begin.Add(days(3))
	b.is(0, 0, 0, 0)
	b.earn(5, time.Time{})
	b.is(5, 5, 0, 0)
	if p := b.past[len(b.past)-2]; p.Kind != Expire || p.Amount != -30 || p.Movements[0].Tag != PaysDebt || p.Movements[0].Amount != -50 {
		t.Fatalf("%+v", p)
	}
}

// TestRefundOfAnOrderPaidWithPoints is a refund of an order that was partly
// paid with points, in either order.
func TestRefundOfAnOrderPaidWithPoints(t *testing.T) {
	for _, returnFirst := range []bool{true, false} {
		b := newBook(t)
		b.earn(100, time.Time{})
		used := b.redeem(100)
		earned := b.earn(40, time.Time{})
		b.redeem(40)
		if returnFirst {
			b.reverse(used, 0, Negative)
			b.reverse(earned, 0, Negative)
		} else {
			b.reverse(earned, 0, Negative)
			b.is(-40, 0, 0, 40)
			b.reverse(used, 0, Negative)
		}
		b.is(60, 60, 0, 0)
	}
}

// TestFaultsOfOthers are the faults of domain-rules §22 that a ledger can have.
func TestFaultsOfOthers(t *testing.T) {
	t.Run("B1: too little is an error, and a claw-back takes the part that is left", func(t *testing.T) {
		b := newBook(t)
		sale := b.earn(100, time.Time{})
		b.redeem(60)
		b.refuses(Op{Kind: Redeem, Amount: 60}, "points.insufficient")
		if r := b.reverse(sale, 0, Forgive); r != (Reversed{ClawedBack: 40, Forgiven: 60}) {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("B2 B9: the entry's balance is the account's, never a stale read", func(t *testing.T) {
		h := holderOf(1)
		outs, c, err := ApplyAll(Known{}, []Op{
			{Kind: Earn, Holder: h, Amount: 100, Cause: "1"}, {Kind: Redeem, Holder: h, Amount: 80, Cause: "2"}, {Kind: Redeem, Holder: h, Amount: 80, Cause: "3"},
		}, begin, false)
		if err != nil || outs[1].Posting.BalanceAfter != 20 || fault.CodeOf(outs[2].Err) != "points.insufficient" || c.Accounts[0].Balance != 20 {
			t.Fatalf("%+v %v", outs, err)
		}
	})
	t.Run("B11: what is booked is what was taken", func(t *testing.T) {
		b := newBook(t)
		sale := b.earn(100, time.Time{})
		b.redeem(100)
		b.reverse(sale, 0, Forgive)
		var sum int64
		for _, p := range b.past {
			sum += p.Amount
		}
		if sum != b.account.Balance || sum != 0 {
			t.Fatalf("entries %d, balance %d", sum, b.account.Balance)
		}
	})
	t.Run("B16: a migrated balance expires like any other", func(t *testing.T) {
		b := newBook(t)
		b.do(Op{Kind: Opening, Amount: 500, ExpiresAt: begin.Add(days(1))})
		b.redeem(100)
		b.now = begin.Add(days(1))
		b.is(0, 0, 0, 0)
	})
	t.Run("B17: partial returns never subtract twice", func(t *testing.T) {
		b := newBook(t)
		sale := b.earn(100, time.Time{})
		b.reverse(sale, 60, Negative)
		b.refuses(Op{Kind: Reversal, Of: sale.Posting.ID(), Amount: 60}, "posting.amount_exceeds")
		b.reverse(sale, 40, Negative)
		b.is(0, 0, 0, 0)
	})
}

func TestLotsOfOneKindMerge(t *testing.T) {
	b := newBook(t)
	ends := begin.Add(days(30))
	for range 50 {
		b.now = b.now.Add(time.Hour)
		b.do(Op{Kind: Earn, Amount: 2, ExpiresAt: ends, Origin: "base"})
		b.do(Op{Kind: Earn, Amount: 1, ExpiresAt: ends, AvailableAt: begin.Add(days(20)), Origin: "base"})
	}
	if lots := b.view().Lots; len(lots) != 2 || lots[0].Amount != 100 || lots[1].Remaining != 50 {
		t.Fatalf("%+v", lots)
	}
}

func TestOneFailingOpLeavesItsNeighboursAlone(t *testing.T) {
	one, two := holderOf(1), holderOf(2)
	ops := []Op{
		{Kind: Earn, Holder: one, Amount: 10, Cause: "a"},
		{Kind: Redeem, Holder: two, Amount: 1, Cause: "b"},
		{Kind: Earn, Holder: two, Amount: 5, Cause: "c"},
		{Kind: Redeem, Holder: one, Amount: 10, Cause: "d"},
		{Kind: Reversal, Holder: one, Of: Key{one, Points}.PostingID(2), Whole: true, Cause: "e"},
	}
	outs, c, err := ApplyAll(Known{}, ops, begin, false)
	if err != nil || outs[1].Err == nil || len(c.Postings) != 4 || len(c.Accounts) != 2 {
		t.Fatalf("%+v %+v %v", outs, c, err)
	}
	if outs[4].Reversal.Returned != 10 || c.Accounts[0].Balance != 10 || c.Accounts[1].Balance != 5 {
		t.Fatalf("%+v", c.Accounts)
	}
	if _, c, err := ApplyAll(Known{}, ops, begin, true); fault.CodeOf(err) != "points.insufficient" || len(c.Postings) != 0 {
		t.Fatalf("strict: %v %v", c, err)
	}
}

func TestAClockSetBackDoesNotUndoWhatWasWritten(t *testing.T) {
	b := newBook(t)
	b.earn(100, begin.Add(days(5)))
	b.now = begin.Add(days(5))
	b.earn(1, time.Time{})
	b.now = begin
	b.is(1, 1, 0, 0)
	b.redeem(1)
	if last := b.past[len(b.past)-1]; last.RecordedAt != At(begin.Add(days(5))) {
		t.Fatalf("recorded at %v", last.RecordedAt.Time())
	}
}

func TestALateImportOfExpiredValueIsWrittenDownAsExpired(t *testing.T) {
	b := newBook(t)
	sale := b.do(Op{Kind: Earn, Amount: 100, OccurredAt: begin.Add(-days(400)), ExpiresAt: begin.Add(-days(35))})
	if sale.Balance != 0 || sale.Posting.BalanceAfter != 100 || sale.Posting.AvailableAfter != 0 {
		t.Fatalf("%+v", sale)
	}
	b.is(0, 0, 0, 0)
	if r := b.reverse(sale, 30, Negative); r != (Reversed{Lapsed: 30}) {
		t.Fatalf("%+v", r)
	}
	b.is(0, 0, 0, 0)
}

func TestPostedSumsUp(t *testing.T) {
	h := holderOf(1)
	_, c, err := ApplyAll(Known{}, []Op{
		{Kind: Earn, Holder: h, Amount: 10, Cause: "1", Day: 20260101, Store: "sto_a"},
		{Kind: Earn, Holder: h, Amount: 20, Cause: "2", Day: 20260101, Store: "sto_a"},
		{Kind: Earn, Holder: h, Amount: 5, Cause: "3", Day: 20260102, Store: "sto_a"},
		{Kind: Redeem, Holder: h, Amount: 7, Cause: "4", Day: 20260102},
	}, begin, true)
	want := []Line{
		{Store: "sto_a", Day: 20260101, Kind: Earn, Contra: Issued, Asset: Points, Count: 2, Units: 30},
		{Store: "sto_a", Day: 20260102, Kind: Earn, Contra: Issued, Asset: Points, Count: 1, Units: 5},
		{Day: 20260102, Kind: Redeem, Contra: Redeemed, Asset: Points, Count: 1, Units: -7},
	}
	if err != nil || !slices.Equal(c.Told, want) || (Posted{}).Kind() != "ledger.posted" {
		t.Fatalf("%+v %v", c.Told, err)
	}
}

// TestAuditSeesEveryKindOfDamage changes what is stored, one thing at a time.
func TestAuditSeesEveryKindOfDamage(t *testing.T) {
	story := func() (Account, []Posting) {
		b := newBook(t)
		sale := b.earn(100, begin.Add(days(9)))
		b.earn(50, time.Time{})
		b.redeem(120)
		b.reverse(sale, 60, Negative)
		b.now = begin.Add(days(10))
		b.earn(35, time.Time{})
		b.earn(40, begin.Add(days(11)))
		b.now = begin.Add(days(12))
		b.redeem(1)
		return b.account, slices.Clone(b.past)
	}
	if a, past := story(); len(Audit(a, past)) != 0 || len(past) != 8 {
		t.Fatalf("%q in %d postings", Audit(a, past), len(past))
	}
	for name, damage := range map[string]func(a *Account, p []Posting){
		"balance":           func(a *Account, _ []Posting) { a.Balance++ },
		"debt":              func(a *Account, _ []Posting) { a.Debt++ },
		"lot":               func(a *Account, _ []Posting) { a.Lots[0].Remaining++ },
		"lot gone":          func(a *Account, _ []Posting) { a.Lots = nil },
		"count":             func(a *Account, _ []Posting) { a.Seq++ },
		"time":              func(a *Account, _ []Posting) { a.At++ },
		"amount":            func(_ *Account, p []Posting) { p[0].Amount++ },
		"balance after":     func(_ *Account, p []Posting) { p[2].BalanceAfter++ },
		"available after":   func(_ *Account, p []Posting) { p[2].AvailableAfter-- },
		"movement":          func(_ *Account, p []Posting) { p[2].Movements = p[2].Movements[:1] },
		"other lot":         func(_ *Account, p []Posting) { swap(p[2].Movements) },
		"gap":               func(_ *Account, p []Posting) { p[1].Seq = 7 },
		"holder":            func(_ *Account, p []Posting) { p[1].Holder = holderOf(9) },
		"kind":              func(_ *Account, p []Posting) { p[2].Kind = Earn },
		"contra":            func(_ *Account, p []Posting) { p[0].Contra = Adjusted },
		"reverses later":    func(_ *Account, p []Posting) { p[3].Reverses = 5 },
		"reverses none":     func(_ *Account, p []Posting) { p[3].Reverses = 0 },
		"reverses redeem":   func(_ *Account, p []Posting) { p[3].Reverses = 3 },
		"reverses too much": func(_ *Account, p []Posting) { p[3].Reverses = 2 },
		"earn reverses":     func(_ *Account, p []Posting) { p[1].Reverses = 1 },
		"recorded":          func(_ *Account, p []Posting) { p[0].RecordedAt = p[7].RecordedAt },
		"expired early":     func(_ *Account, p []Posting) { p[6].RecordedAt = p[5].RecordedAt },
	} {
		a, past := story()
		a.Lots = slices.Clone(a.Lots)
		for i := range past {
			past[i].Movements = slices.Clone(past[i].Movements)
		}
		damage(&a, past)
		if len(Audit(a, past)) == 0 {
			t.Errorf("%s: the audit sees nothing", name)
		}
	}
}

func swap(m []Movement) { m[0], m[1] = m[1], m[0] }

func TestIDsOfAnAccount(t *testing.T) {
	p := Posting{Holder: holderOf(3), Asset: Points, Seq: 12}
	body := id.Body(p.Holder)
	if string(p.ID()) != "pst_"+body+".points.12" || p.EntryID() != "ent_"+body+".points.12" || p.Key().LotID(4) != "lot_"+body+".points.4" {
		t.Fatal(p.ID(), p.EntryID(), p.Key().LotID(4))
	}
	if (Key{holderOf(1), Points}).Compare(Key{holderOf(1), Points}) != 0 {
		t.Fatal("an account is not itself")
	}
}
