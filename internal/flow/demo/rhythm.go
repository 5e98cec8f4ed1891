package demo

import (
	"math"
	"time"

	"huiji/internal/core/day"
)

// The shops are open from 10 to 22 o'clock on every day; the last customer comes
// before five to ten.
const (
	opens  = 10
	closes = 22
)

// hours says how many of a hundred customers come in each hour from opening on:
// around noon and after work from Monday to Friday, all afternoon on weekends.
func hours(d day.Date) []int {
	switch weekday(d) {
	case time.Saturday, time.Sunday:
		return []int{4, 7, 8, 9, 11, 12, 11, 9, 9, 9, 7, 4}
	}
	return []int{3, 5, 10, 8, 4, 4, 5, 8, 13, 14, 10, 4}
}

func weekday(d day.Date) time.Weekday { return d.Start(time.UTC).Weekday() }

// moment is a time at which a customer stands at the till.
func (p *plan) moment(d dice, date day.Date) time.Time {
	hour, minutes := opens+weighted(hours(date)...).draw(d), 60
	if hour == closes-1 {
		minutes = 50 // What a customer does takes a few minutes.
	}
	return p.at(date, hour, d.IntN(minutes), d.IntN(60)).Add(time.Duration(d.IntN(1000)) * time.Millisecond)
}

// at is a time of day by the clock on the wall.
func (p *plan) at(date day.Date, hour, minute, second int) time.Time {
	return time.Date(int(date/10000), time.Month(date/100%100), int(date%100), hour, minute, second, 0, p.zone)
}

// occasions are the days that are not like the others.
type occasions struct {
	promotion day.Date // everything is cheaper
	rain      day.Date // the first of four days on which it pours
}

// occasions are found in the script's past: a promotion on a Saturday of the
// last month, a week of rain in its middle.
func (p *plan) occasions() occasions {
	promotion := p.today.AddDays(-min(21, p.size.Days))
	for weekday(promotion) != time.Saturday && promotion < p.today.AddDays(-1) {
		promotion = promotion.AddDays(1)
	}
	return occasions{promotion: promotion, rain: p.today.AddDays(-p.size.Days / 2)}
}

// traffic is how many orders each day has, today's included; all days together
// have what the size promises.
func (p *plan) traffic() []int {
	d, weights, sum := newDice(p.seed, "traffic"), make([]float64, p.size.Days+1), 0.0
	for i := range weights {
		weights[i] = p.pull(p.first.AddDays(i)) * (0.94 + 0.12*d.Float64())
		sum += weights[i]
	}
	counts, due := make([]int, len(weights)), 0.0
	for i, w := range weights {
		// What is rounded away on one day is made up for on the next.
		due += w / sum * float64(p.size.Orders*len(weights))
		counts[i] = int(math.Round(due))
		due -= float64(counts[i])
	}
	return counts
}

// pull is how strongly a day draws people in: a quiet start of the week, a lively
// end; more after payday; a shop that slowly grows.
func (p *plan) pull(date day.Date) float64 {
	w := map[time.Weekday]float64{
		time.Monday: 0.82, time.Tuesday: 0.80, time.Wednesday: 0.86, time.Thursday: 0.92,
		time.Friday: 1.10, time.Saturday: 1.34, time.Sunday: 1.22,
	}[weekday(date)]
	switch date % 100 {
	case 10, 11, 15, 16: // The tenth and the fifteenth are paydays.
		w *= 1.14
	}
	switch {
	case date == p.special.promotion:
		w *= 1.7
	case date >= p.special.rain && date < p.special.rain.AddDays(4):
		w *= 0.58
	}
	return w * (1 + 0.12*float64(p.age(date))/float64(p.size.Days))
}

// age is how many days of the script have passed by a date.
func (p *plan) age(date day.Date) int {
	return int(date.Start(time.UTC).Sub(p.first.Start(time.UTC)).Hours()) / 24
}
