package demo_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // The zones of the tests, wherever they run.

	"huiji/internal/core/day"
	"huiji/internal/core/unit"
	"huiji/internal/domain/member"
	"huiji/internal/flow/demo"
)

var now = time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC) // half past four in the afternoon in Shanghai

func shanghai(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// scripts plays the laws against several seeds and moments: the script must be
// believable on every day on which somebody loads it.
func scripts(t *testing.T, law func(t *testing.T, s demo.Script, at time.Time, zone *time.Location)) {
	t.Helper()
	zone := shanghai(t)
	for seed, at := range []time.Time{now, now.AddDate(0, 3, 9), now.AddDate(0, -6, 3).Add(-9 * time.Hour)} {
		law(t, demo.Plan(uint64(seed), at, zone, demo.Full()), at, zone)
	}
}

func TestTheSameSeedAndMomentGiveTheSameScript(t *testing.T) {
	zone := shanghai(t)
	written := func(seed uint64, at time.Time) string {
		raw, err := json.Marshal(demo.Plan(seed, at, zone, demo.Size{Members: 300, Days: 20, Orders: 30}))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	first := written(7, now)
	if again := written(7, now); again != first {
		t.Error("the same seed gave another script")
	}
	if other := written(8, now); other == first {
		t.Error("another seed gave the same script")
	}
}

func TestCashIsHandedOverInWholeNotes(t *testing.T) {
	for due := unit.Money(1); due < 500_00; due += 37 {
		given := demo.Basket{Method: "cash"}.Tendered(due)
		if given < due || given-due >= 100_00 || given%5_00 != 0 {
			t.Errorf("%d handed over for %d", given, due)
		}
	}
	if given := (demo.Basket{Method: "card"}).Tendered(100); given != 0 {
		t.Errorf("%d in cash by a card", given)
	}
}

func TestThePromisedCounts(t *testing.T) {
	scripts(t, func(t *testing.T, s demo.Script, at time.Time, zone *time.Location) {
		if len(s.Shops) != 3 || len(s.Goods) != 80 || len(s.People) != 2000 || len(s.Days) != 91 {
			t.Fatalf("%d shops, %d goods, %d people, %d days", len(s.Shops), len(s.Goods), len(s.People), len(s.Days))
		}
		joined := len(s.Brought())
		for _, d := range s.Days {
			for _, e := range d.Events {
				if e.Join {
					joined++
				}
			}
		}
		if joined != 2000 {
			t.Errorf("%d people join", joined)
		}
		if s.Days[90].Date != day.Of(at, zone) {
			t.Errorf("the last day is %s", s.Days[90].Date)
		}
	})
}

// sums of a script.
type sums struct {
	orders, ofMembers, withPoints, refunds, adjustments, frozen int
	sales                                                       unit.Money
}

func sum(s demo.Script) (all sums) {
	for _, d := range s.Days[:90] {
		for _, e := range d.Events {
			switch {
			case e.Sale != nil:
				all.orders++
				if e.Person >= 0 {
					all.ofMembers++
				}
				if e.Sale.Points.Any() {
					all.withPoints++
				}
				all.sales += amount(s, e.Sale)
			case e.Return != nil:
				all.refunds++
			case e.Adjust != nil:
				all.adjustments++
			case e.Freeze != "":
				all.frozen++
			}
		}
	}
	return all
}

func amount(s demo.Script, sale *demo.Sale) (total unit.Money) {
	for _, l := range sale.Lines {
		total += s.Goods[l.Good].Price * unit.Money(l.Quantity)
	}
	return total - sale.Discount
}

func TestTheTotalsAreBelievable(t *testing.T) {
	scripts(t, func(t *testing.T, s demo.Script, _ time.Time, _ *time.Location) {
		all := sum(s)
		within := func(what string, got, least, most float64) {
			if got < least || got > most {
				t.Errorf("%s: %.3f is not within %v and %v", what, got, least, most)
			}
		}
		orders := float64(all.orders)
		within("orders a day", orders/90, 92, 108)
		within("orders of walk-ins", 1-float64(all.ofMembers)/orders, 0.32, 0.38)
		within("orders of members with points", float64(all.withPoints)/float64(all.ofMembers), 0.08, 0.12)
		within("refunded orders", float64(all.refunds)/orders, 0.02, 0.03)
		within("yuan an order", float64(all.sales)/100/orders, 120, 320)
		within("adjustments", float64(all.adjustments), 10, 40)
		within("frozen members", float64(all.frozen), 2, 2)
	})
}

func TestWeekendsAreBusierAndEveryHourIsOpen(t *testing.T) {
	scripts(t, func(t *testing.T, s demo.Script, at time.Time, zone *time.Location) {
		weekend, week := 0, 0
		byHour := map[int]int{}
		for _, d := range s.Days {
			opens := d.Date.Start(zone)
			for i, e := range d.Events {
				if e.At.Before(opens.Add(10*time.Hour)) || !e.At.Before(opens.Add(22*time.Hour)) {
					t.Fatalf("%s is outside the opening hours", e.At.In(zone))
				}
				if !e.At.Before(at) || i > 0 && e.At.Before(d.Events[i-1].At) {
					t.Fatalf("%s is in the future or out of order", e.At.In(zone))
				}
				byHour[e.At.In(zone).Hour()]++
			}
			switch opens.Weekday() {
			case time.Saturday, time.Sunday:
				weekend += len(d.Events) * 5
			default:
				week += len(d.Events) * 2
			}
		}
		if weekend < week*5/4 {
			t.Errorf("a weekend's day has only %d %% of another's events", 100*weekend/week)
		}
		if len(byHour) != 12 || byHour[19] < 2*byHour[10] {
			t.Errorf("by hour: %v", byHour)
		}
	})
}

// What comes back was bought before by the same person at the same shop, and
// never more of it; who is frozen does nothing more; who buys is a member.
func TestEveryEventFollowsFromThoseBefore(t *testing.T) {
	scripts(t, func(t *testing.T, s demo.Script, _ time.Time, _ *time.Location) {
		sold, frozen, purse := map[int]demo.Event{}, map[int]bool{}, map[int]unit.Points{}
		member, no := map[int]bool{}, 0
		for _, i := range s.Brought() {
			member[i] = true
		}
		for _, d := range s.Days {
			for _, e := range d.Events {
				if no++; e.No != no {
					t.Fatalf("event %d is called %d", no, e.No)
				}
				if e.Join {
					member[e.Person] = true
				}
				if e.Person >= 0 && (!member[e.Person] || frozen[e.Person]) {
					t.Fatalf("event %d of person %d, who is frozen or no member", e.No, e.Person)
				}
				switch {
				case e.Sale != nil:
					sold[e.Sale.No] = e
					checkSale(t, s, e.Sale)
				case e.Return != nil:
					checkReturn(t, sold[e.Return.Sale], e)
					delete(sold, e.Return.Sale) // A sale comes back once.
				case e.Freeze != "":
					frozen[e.Person] = true
				case e.Adjust != nil:
					if purse[e.Person] += e.Adjust.Points; purse[e.Person] < 0 {
						t.Fatalf("event %d takes what nobody gave", e.No)
					}
				}
			}
		}
	})
}

func checkSale(t *testing.T, s demo.Script, sale *demo.Sale) {
	t.Helper()
	if len(sale.Lines) < 1 || len(sale.Lines) > 5 || sale.Discount < 0 || amount(s, sale) <= 0 || (sale.Discount > 0) != (sale.DiscountReason != "") {
		t.Fatalf("sale %+v", sale)
	}
	for _, l := range sale.Lines {
		if l.Quantity < 1 || s.Goods[l.Good].Service && l.Quantity > 1 {
			t.Fatalf("sale %+v", sale)
		}
	}
}

func checkReturn(t *testing.T, sold, back demo.Event) {
	t.Helper()
	if sold.Sale == nil || !sold.At.Before(back.At) || sold.Person != back.Person || sold.Shop != back.Shop || sold.Lane != back.Lane {
		t.Fatalf("%+v returns %+v", back, sold)
	}
	for _, b := range back.Return.Lines {
		if b.Quantity < 1 || b.Quantity > sold.Sale.Lines[b.Line-1].Quantity {
			t.Fatalf("return %+v of %+v", back.Return, sold.Sale)
		}
	}
}

func TestTheShelfIsWhatAShopCouldSell(t *testing.T) {
	goods := demo.Plan(1, now, shanghai(t), demo.Size{Members: 10, Days: 5, Orders: 5}).Goods
	names, skus, codes, services := map[string]bool{}, map[string]bool{}, map[string]bool{}, 0
	for _, g := range goods {
		names[g.Name], skus[g.SKU], codes[g.Barcode] = true, true, true
		if g.Service {
			services++
		}
		if g.Price < 300 || g.Price > 1000_00 || g.Name == "" || g.Brand == "" || g.Category == "" || !slices.Contains([]int64{600, 900, 1300}, g.TaxRate) {
			t.Errorf("%+v", g)
		}
		checkBarcode(t, g.Barcode)
	}
	if len(names) != 80 || len(skus) != 80 || len(codes) != 80 || services != 10 {
		t.Errorf("%d names, %d SKUs, %d barcodes, %d services", len(names), len(skus), len(codes), services)
	}
}

func checkBarcode(t *testing.T, code string) {
	t.Helper()
	sum := 0
	for i, r := range code {
		sum += int(r-'0') * (1 + i%2*2)
	}
	if len(code) != 13 || code[0] != '2' || sum%10 != 0 {
		t.Errorf("barcode %s", code)
	}
}

// Everybody would pass the form of members as it is.
func TestThePeopleAreMembersAsTheFormWantsThem(t *testing.T) {
	scripts(t, func(t *testing.T, s demo.Script, at time.Time, zone *time.Location) {
		facts := member.Facts{Calendar: &member.Calendar{}, Zone: zone, Now: at}
		phones, lunar, yearless, none := map[string]bool{}, 0, 0, 0
		for i, p := range s.People {
			draft := member.Draft{
				Phone: p.Phone, Name: p.Name, Gender: p.Gender, Birthday: p.Birthday, BirthdayCalendar: p.Calendar,
				Tags: p.Tags, JoinedAt: p.Joined, At: "body",
			}
			m, _, err := draft.Read(facts)
			if err != nil {
				t.Fatalf("%+v: %v", p, err)
			}
			phones[m.Phone] = true
			switch {
			case m.Birthday.IsZero():
				none++
			case m.Birthday.Lunar:
				lunar++
			case m.Birthday.Year == 0:
				yearless++
			}
			if p.Referrer >= i || p.Referrer >= 0 && s.People[p.Referrer].Joined.After(p.Joined) {
				t.Fatalf("%+v was referred by somebody later", p)
			}
		}
		if len(phones) != 2000 || lunar < 100 || yearless < 100 || none < 300 || none > 700 {
			t.Errorf("%d phones, %d lunar birthdays, %d without a year, %d without any", len(phones), lunar, yearless, none)
		}
	})
}

func TestOldPointsEndInsideTheScriptAndSoonAfterIt(t *testing.T) {
	scripts(t, func(t *testing.T, s demo.Script, at time.Time, zone *time.Location) {
		today := day.Of(at, zone)
		inside, soon, later := 0, 0, 0
		for _, o := range s.Openings {
			if o.Points <= 0 || !s.People[o.Person].Joined.Before(s.Start) || o.Ends != 0 && o.Ends < day.Of(s.Start, zone) {
				t.Fatalf("%+v", o)
			}
			switch {
			case o.Ends != 0 && o.Ends < today:
				inside++
			case o.Ends != 0 && o.Ends < today.AddDays(30):
				soon++
			default:
				later++
			}
		}
		if all := len(s.Openings); inside < all/6 || soon < all/6 || later < all/3 {
			t.Errorf("%d end inside, %d soon, %d later", inside, soon, later)
		}
	})
}

// Members of the sort that fades come in the first weeks and not in the last.
func TestSomeCustomersStay(t *testing.T) {
	scripts(t, func(t *testing.T, s demo.Script, _ time.Time, _ *time.Location) {
		first, last := map[int]bool{}, map[int]bool{}
		for i, d := range s.Days {
			for _, e := range d.Events {
				if e.Sale == nil || e.Person < 0 {
					continue
				}
				if i < 30 {
					first[e.Person] = true
				} else if i >= 60 {
					last[e.Person] = true
				}
			}
		}
		lost, kept := 0, 0
		for person := range first {
			if last[person] {
				kept++
			} else {
				lost++
			}
		}
		if lost < 150 || kept < 250 {
			t.Errorf("%d came only at first, %d came back", lost, kept)
		}
	})
}
