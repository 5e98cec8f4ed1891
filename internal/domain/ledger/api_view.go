package ledger

import (
	"time"

	"huiji/internal/core/lang"
	"huiji/internal/platform/web"
)

type accountView struct {
	Asset     string         `json:"asset"`
	Balance   int64          `json:"balance" doc:"available + pending + held − debt"`
	Available int64          `json:"available"`
	Pending   int64          `json:"pending" doc:"becomes available later"`
	Held      int64          `json:"held" doc:"reserved for a checkout that is not complete"`
	Debt      int64          `json:"debt" doc:"paid by the next points that become available"`
	Expiring  []expiringView `json:"expiring" nullable:"false" doc:"what ends when, soonest first"`
	Lots      []lotView      `json:"lots" nullable:"false" doc:"what is open, in the order in which it is spent"`
}

type expiringView struct {
	Amount int64  `json:"amount"`
	At     string `json:"at" doc:"good until just before"`
}

type lotView struct {
	ID          string  `json:"id"`
	Amount      int64   `json:"amount"`
	Remaining   int64   `json:"remaining"`
	AvailableAt string  `json:"available_at"`
	ExpiresAt   *string `json:"expires_at" doc:"good until just before; null = never ends"`
	Origin      string  `json:"origin" doc:"the rule that made it"`
}

func showAccount(h Holding, zone *time.Location) accountView {
	v := accountView{
		Asset: string(h.Asset), Balance: h.Balance, Available: h.Available, Pending: h.Pending, Held: h.Held, Debt: h.Debt,
		Expiring: make([]expiringView, 0, len(h.Expiring)), Lots: make([]lotView, 0, len(h.Lots)),
	}
	for _, e := range h.Expiring {
		v.Expiring = append(v.Expiring, expiringView{e.Amount, web.Time(e.At.Time(), zone)})
	}
	key := Key{h.Holder, h.Asset}
	for _, l := range h.Lots {
		v.Lots = append(v.Lots, lotView{
			ID: key.LotID(l.No), Amount: l.Amount, Remaining: l.Remaining, Origin: l.Origin,
			AvailableAt: web.Time(l.AvailableAt.Time(), zone), ExpiresAt: ends(l.ExpiresAt, zone),
		})
	}
	return v
}

func ends(m Moment, zone *time.Location) *string {
	if m == 0 {
		return nil
	}
	s := web.Time(m.Time(), zone)
	return &s
}

// EntryView is one entry of an account. It is exported because it is embedded: the
// API's description leaves out what an unexported struct brings in.
type EntryView struct {
	ID           string `json:"id"`
	PostingID    string `json:"posting_id"`
	Kind         string `json:"kind" enum:"earn,redeem,expire,adjust,reverse,opening,hold,capture,release,transfer,exchange,extend,activate"`
	Asset        string `json:"asset"`
	Amount       int64  `json:"amount" doc:"above zero in, below zero out"`
	Held         int64  `json:"held" doc:"what a hold put aside above zero, what it gave free below; the balance stays"`
	BalanceAfter int64  `json:"balance_after"`
	OccurredAt   string `json:"occurred_at"`
	RecordedAt   string `json:"recorded_at"`
	Reference    string `json:"reference"`
	StoreID      string `json:"store_id"`
	Reason       string `json:"reason"`
	Explanation  string `json:"explanation" doc:"why, in the caller's language"`
}

func showEntry(p Posting, zone *time.Location, tag lang.Tag) EntryView {
	return EntryView{
		ID: p.EntryID(), PostingID: string(p.ID()), Kind: string(p.Kind), Asset: string(p.Asset), Amount: p.Amount, Held: p.Reserved(),
		BalanceAfter: p.BalanceAfter, OccurredAt: web.Time(p.OccurredAt.Time(), zone), RecordedAt: web.Time(p.RecordedAt.Time(), zone),
		Reference: p.Reference, StoreID: string(p.Store), Reason: p.Reason, Explanation: p.Explain().In(tag),
	}
}

type bookEntryView struct {
	EntryView
	MemberID    string `json:"member_id"`
	MemberNo    string `json:"member_no"`
	MemberName  string `json:"member_name" doc:"Masked, as in 张*; empty when not given"`
	MemberPhone string `json:"member_phone" doc:"Masked, as in 138****5678; empty when not given"`
	ActorID     string `json:"actor_id"`
}

func showBookEntry(p Posting, who Person, zone *time.Location, tag lang.Tag) bookEntryView {
	return bookEntryView{
		EntryView: showEntry(p, zone, tag), MemberID: string(p.Holder), MemberNo: who.Number, MemberName: who.Name, MemberPhone: who.Phone,
		ActorID: p.Actor,
	}
}

type movedView struct {
	ID          string  `json:"id"`
	Amount      int64   `json:"amount" doc:"into the lot above zero, out of it below"`
	AvailableAt string  `json:"available_at"`
	ExpiresAt   *string `json:"expires_at" doc:"good until just before; null = never ends"`
}

// PostingView is one posting; exported for the same reason as EntryView.
type PostingView struct {
	ID             string      `json:"id"`
	Kind           string      `json:"kind" enum:"earn,redeem,expire,adjust,reverse,opening,hold,capture,release,transfer,exchange,extend,activate"`
	Asset          string      `json:"asset"`
	MemberID       string      `json:"member_id"`
	Amount         int64       `json:"amount"`
	BalanceAfter   int64       `json:"balance_after"`
	AvailableAfter int64       `json:"available_after"`
	Reference      string      `json:"reference"`
	Reason         string      `json:"reason"`
	StoreID        string      `json:"store_id"`
	ActorID        string      `json:"actor_id"`
	Reverses       *string     `json:"reverses" doc:"the posting that this one reverses, or the hold that it captures or releases"`
	OccurredAt     string      `json:"occurred_at"`
	RecordedAt     string      `json:"recorded_at"`
	Lots           []movedView `json:"lots" nullable:"false" doc:"what went into which lot, or came out of it"`
}

func showPosting(p Posting, zone *time.Location) PostingView {
	v := PostingView{
		ID: string(p.ID()), Kind: string(p.Kind), Asset: string(p.Asset), MemberID: string(p.Holder), Amount: p.Amount,
		BalanceAfter: p.BalanceAfter, AvailableAfter: p.AvailableAfter, Reference: p.Reference, Reason: p.Reason,
		StoreID: string(p.Store), ActorID: p.Actor, Lots: make([]movedView, 0, len(p.Movements)),
		OccurredAt: web.Time(p.OccurredAt.Time(), zone), RecordedAt: web.Time(p.RecordedAt.Time(), zone),
	}
	if p.Reverses > 0 {
		of := string(p.Key().PostingID(p.Reverses))
		v.Reverses = &of
	}
	for _, m := range p.Movements {
		if m.Lot == 0 || m.Tag == PaysDebt {
			continue
		}
		v.Lots = append(v.Lots, movedView{
			ID: p.Key().LotID(m.Lot), Amount: m.Amount, AvailableAt: web.Time(m.AvailableAt.Time(), zone), ExpiresAt: ends(m.ExpiresAt, zone),
		})
	}
	return v
}

type reversalView struct {
	PostingView
	Returned   int64 `json:"returned" doc:"what came back to the member"`
	ClawedBack int64 `json:"clawed_back" doc:"what was taken back, debt included"`
	Debt       int64 `json:"debt" doc:"the part of clawed_back that the member now owes"`
	Forgiven   int64 `json:"forgiven" doc:"what could not be taken and was written off"`
	Lapsed     int64 `json:"lapsed" doc:"what had expired: returned and gone at once, or counted as given back already"`
}

func showReversal(o Outcome, zone *time.Location) reversalView {
	r := o.Reversal
	return reversalView{showPosting(o.Posting, zone), r.Returned, r.ClawedBack, r.Debt, r.Forgiven, r.Lapsed}
}

type detailView struct {
	PostingView
	Explanation string         `json:"explanation"`
	Reversed    int64          `json:"reversed" doc:"how much of it has been reversed"`
	Snapshot    []SnapshotLine `json:"snapshot" nullable:"false" doc:"the order's lines as they were then"`
}

func showDetail(p Posting, reversed int64, zone *time.Location, tag lang.Tag) detailView {
	v := detailView{PostingView: showPosting(p, zone), Explanation: p.Explain().In(tag), Reversed: reversed, Snapshot: p.Kept().Lines}
	if v.Snapshot == nil {
		v.Snapshot = []SnapshotLine{}
	}
	return v
}
