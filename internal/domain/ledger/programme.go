package ledger

import (
	"cmp"
	"slices"
)

// Flow is what passed between members and one programme account.
type Flow struct {
	Contra   Contra
	Postings int64
	Given    int64 // into members' accounts
	Taken    int64 // out of members' accounts
}

// Sum is the programme account's own leg: what it received less what it gave.
func (f Flow) Sum() int64 { return f.Taken - f.Given }

// MonthFlows is a month of the programme accounts. The opening and the closing are
// what members have: Opening − Σ sums = Closing.
type MonthFlows struct {
	Month   Month
	Opening int64
	Flows   []Flow
	Closing int64
}

// Programme is the other side of every account of one asset, by the month in
// which postings were recorded.
type Programme struct {
	Definition Definition
	Period     Period
	Months     []MonthFlows // of the period, those without postings too
	Totals     []Flow       // of the period
	Opening    int64
	Closing    int64
	// The audit over all time: the programme's sum and members' balances must come
	// to zero, and every posting must be counted.
	Sum      int64
	Balances int64
	Ties     bool
}

// flows are what was counted of an asset, by month.
type flows map[Month]map[Contra]Flow

func (f flows) add(m Month, one Flow) {
	if f[m] == nil {
		f[m] = map[Contra]Flow{}
	}
	sum := f[m][one.Contra]
	sum.Contra = one.Contra
	sum.Postings += one.Postings
	sum.Given += one.Given
	sum.Taken += one.Taken
	f[m][one.Contra] = sum
}

// held is what members' accounts say: their balances and how many postings they
// have.
type tied struct{ balances, postings int64 }

// totals are over all months.
func (f flows) totals() (sum, postings int64) {
	for _, month := range f {
		for _, one := range month {
			sum += one.Sum()
			postings += one.Postings
		}
	}
	return sum, postings
}

// ties reports whether what was counted is all there is.
func (f flows) ties(to tied) bool {
	sum, postings := f.totals()
	return sum == -to.balances && postings == to.postings
}

// usage is how much was used and how much expired, to date.
func (f flows) usage() (u Usage) {
	for _, month := range f {
		u.Redeemed += month[Redeemed].Sum()
		u.Expired += month[Expired].Sum()
		u.Postings += month[Redeemed].Postings + month[Expired].Postings
	}
	return u
}

// programme cuts a period out.
func (f flows) programme(p Period, to tied) Programme {
	all := Programme{Period: p, Balances: to.balances, Ties: f.ties(to)}
	all.Sum, _ = f.totals()
	for month, of := range f {
		if month < p.From {
			for _, one := range of {
				all.Opening -= one.Sum()
			}
		}
	}
	all.Closing = all.Opening
	sums := flows{}
	for _, month := range p.Each() {
		m := MonthFlows{Month: month, Opening: all.Closing, Flows: ordered(f[month])}
		for _, one := range m.Flows {
			all.Closing -= one.Sum()
			sums.add(0, one)
		}
		m.Closing = all.Closing
		all.Months = append(all.Months, m)
	}
	all.Totals = ordered(sums[0])
	return all
}

// ordered leaves out what moved nothing and puts the accounts in one order.
func ordered(of map[Contra]Flow) []Flow {
	order := []Contra{Issued, Opened, Redeemed, Expired, Adjusted, Forgiven, Exchanged, InTransit}
	place := func(c Contra) int {
		if at := slices.Index(order, c); at >= 0 {
			return at
		}
		return len(order)
	}
	var all []Flow
	for _, one := range of {
		if one.Contra != Unmoved && one.Postings > 0 {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(place(a.Contra), place(b.Contra)), cmp.Compare(a.Contra, b.Contra))
	})
	return all
}
