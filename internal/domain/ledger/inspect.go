package ledger

import (
	"fmt"

	"huiji/internal/core/id"
)

// kept is an account as it lies on disk.
type kept struct {
	Account
	lots []byte
	next Moment
}

// inspection goes through the accounts of one bucket and its postings side by
// side, both in the order of their keys, and audits account after account. It
// judges the packed bytes too.
type inspection struct {
	Checked
	bucket   id.Bucket
	accounts []kept // those not yet begun
	key      Key    // the account whose postings are being gathered
	postings []Posting
	damaged  []string
}

func (w *inspection) posting(p Posting, lots []byte) {
	if p.Key() != w.key {
		w.close()
		w.key = p.Key()
	}
	moves, err := decodeMovements(lots)
	if err != nil {
		w.damaged = append(w.damaged, fmt.Sprintf("posting %d: %v", p.Seq, err))
	}
	p.Movements = moves
	w.postings = append(w.postings, p)
	w.Postings++
}

// close audits the account whose postings are gathered, and those before it,
// which have none.
func (w *inspection) close() {
	if w.key == (Key{}) {
		return
	}
	for len(w.accounts) > 0 && w.accounts[0].Key().Compare(w.key) < 0 {
		w.next(nil)
	}
	if len(w.accounts) > 0 && w.accounts[0].Key() == w.key {
		w.next(w.postings)
	} else {
		w.say(w.key, fmt.Sprintf("%d postings have no account", len(w.postings)))
	}
	w.key, w.postings, w.damaged = Key{}, nil, nil
}

func (w *inspection) finish() {
	w.close()
	for len(w.accounts) > 0 {
		w.next(nil)
	}
}

func (w *inspection) next(postings []Posting) {
	k := w.accounts[0]
	w.accounts = w.accounts[1:]
	damaged := w.damaged
	if postings == nil {
		damaged = nil
	}
	w.audit(k, postings, damaged)
}

func (w *inspection) audit(k kept, postings []Posting, damaged []string) {
	w.Accounts++
	for _, text := range damaged {
		w.say(k.Key(), text)
	}
	if k.Holder.Bucket() != w.bucket {
		w.say(k.Key(), fmt.Sprintf("the account lies in bucket %d and belongs to %d", w.bucket, k.Holder.Bucket()))
	}
	if err := decodeLots(k.lots, &k.Account); err != nil {
		w.say(k.Key(), err.Error())
		return
	}
	if k.next != k.NextChange() {
		w.say(k.Key(), fmt.Sprintf("the account's next change is noted as %d and is %d", k.next, k.NextChange()))
	}
	if len(damaged) > 0 {
		return
	}
	for _, text := range Audit(k.Account, postings) {
		w.say(k.Key(), text)
	}
}

func (w *inspection) say(k Key, text string) {
	w.Breaches = append(w.Breaches, Breach{k.Holder, k.Asset, text})
}
