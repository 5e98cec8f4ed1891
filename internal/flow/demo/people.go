package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/unit"
)

// surnames with how many of a thousand people carry them, roughly.
const surnames = `王72 李71 张68 刘54 陈45 杨31 赵23 黄22 周21 吴20 徐17 孙15 胡13 朱13 高12 林12 何12 郭11 马11 罗9 梁8 宋8 郑8
谢7 韩7 唐7 冯6 于6 董6 萧6 程6 曹6 袁5 邓5 许5 傅5 沈5 曾5 彭5 吕5 苏4 卢4 蒋4 蔡4 贾4 丁4 魏4 薛4 叶4 阎4 余4 潘4 杜4 戴4 夏4
钟4 汪4 田4 任4 姜4 范4 方4 石4 姚4 谭4 廖4 邹4 熊4 金4 陆4 郝4 孔4 白4 崔3 康3 毛3 邱3 秦3 江3 史3 顾3 侯3 邵3 孟3 龙3 万3 段3
钱3 汤3 尹3 黎3 欧阳1 上官1 司徒1`

// Given names are put together from two characters, so that no list of real
// people was needed to make them.
const (
	firstOfWomen  = "雨思欣佳晓梦若语诗可婉静雅慧芷沐安书映清知念云锦采依舒乐亦南"
	secondOfWomen = "桐涵怡宁彤琪萱然瑶妍岚薇禾柔玥蓉晴苒菲溪凝雯月珊洁霖悦芸茜竹"
	firstOfMen    = "子浩宇俊志文明景一承泽嘉建书博思天永立远怀知云修正昊少允启若"
	secondOfMen   = "轩然辰杰远涛博毅帆铭宇航川安峰岩墨行言衡舟野谦诚松楠庭洲霖朗"
)

type names struct {
	surnames []string
	urn      urn
}

func newNames() names {
	n := names{}
	var weights []int
	for _, word := range strings.Fields(surnames) {
		name := strings.TrimRight(word, "0123456789")
		weight, _ := strconv.Atoi(word[len(name):]) // The list above is right: a test reads all of it.
		n.surnames, weights = append(n.surnames, name), append(weights, weight)
	}
	n.urn = weighted(weights...)
	return n
}

func (n names) draw(d dice, woman bool) string {
	first, second := firstOfMen, secondOfMen
	if woman {
		first, second = firstOfWomen, secondOfWomen
	}
	return n.surnames[n.urn.draw(d)] + string(pick(d, []rune(first))) + string(pick(d, []rune(second)))
}

// phone is a number that begins with the part of a network's range which it
// hands out last, counted through: nobody's.
func phone(n int) string { return fmt.Sprintf("1990000%04d", n+1) }

// people invents the members, the earliest first. A quarter joins while the
// script runs, as in a shop that has been growing for a year.
func (p *plan) people() []Person {
	d, all := newDice(p.seed, "people"), make([]Person, p.size.Members)
	names, shop := newNames(), newUrn(len(p.shops), func(i int) float64 { return float64(p.shops[i].weight) })
	for i := range all {
		// 62 of 100 customers of such a shop are women.
		woman := d.in(0.62)
		all[i] = Person{Name: names.draw(d, woman), Gender: "male", Shop: shop.draw(d), Referrer: -1, Joined: p.joined(d)}
		if woman {
			all[i].Gender = "female"
		}
		all[i].Birthday, all[i].Calendar = p.birthday(d)
		all[i].likes = [2]string{pick(d, categories()), pick(d, categories())}
	}
	slices.SortStableFunc(all, func(a, b Person) int { return a.Joined.Compare(b.Joined) })
	for i := range all {
		all[i].Phone = phone(i)
		p.habits(d, &all[i])
		if by := d.IntN(i + 1); all[i].manner == fresh && all[by].Joined.Before(day.Of(all[i].Joined, p.zone).Start(p.zone)) && d.in(0.12) {
			all[i].Referrer = by // A member since yesterday at least.
		}
	}
	return all
}

func categories() []string { return []string{skin, makeUp, hair, scent, tea, snacks, home, service} }

// joined is a moment of the last year, within opening hours.
func (p *plan) joined(d dice) time.Time {
	back := d.between(1, 364-p.size.Days) + p.size.Days
	if d.in(0.26) {
		back = d.IntN(p.size.Days + 1)
	}
	at := p.moment(d, p.today.AddDays(-back))
	if !at.Before(p.now) {
		at = p.moment(d, p.today.AddDays(-1))
	}
	return at
}

// habits gives a person a manner, an appetite, and the tags that a shop assistant
// would have put on them.
func (p *plan) habits(d dice, one *Person) {
	one.appetite = d.spread(2.2)
	one.manner = manner(weighted(16, 35, 32, 17).draw(d))
	if !one.Joined.Before(p.start) {
		one.manner = fresh
	}
	tags := map[manner][]string{
		loyal: {"老客户", "喜欢试新品"}, regular: {"周末到店", "附近上班"},
		occasional: {"旅游客", "附近上班"}, fading: {"待回访"}, fresh: {"新客"},
	}[one.manner]
	for _, tag := range tags {
		if d.in(0.4) {
			one.Tags = append(one.Tags, tag)
		}
	}
	for _, tag := range []string{"敏感肌", "爱喝茶", "企业团购", "学生", "孕期", "微信已加"} {
		if d.in(0.06) {
			one.Tags = append(one.Tags, tag)
		}
	}
}

// birthday is a day of birth as people give it: a quarter gives none, some give
// it without the year, some by the lunar calendar.
func (p *plan) birthday(d dice) (birthday, calendar string) {
	age := 18 + int(d.ExpFloat64()*9) + d.IntN(16)
	year, month := int(p.today/10000)-min(age, 78), d.between(1, 12)
	switch kind := d.Float64(); {
	case kind < 0.25:
		return "", ""
	case kind < 0.37:
		return fmt.Sprintf("--%02d-%02d", month, d.between(1, 28)), "solar"
	case kind < 0.47:
		return fmt.Sprintf("%04d-%02d-%02d", year, month, d.between(1, 29)), "lunar" // Every lunar month has 29 days.
	}
	return day.Date(year*10000 + month*100 + 1).AddDays(d.IntN(28)).String(), "solar"
}

// openings is what people bring along from the time before: old points in up to
// three lots, of which some end while the script runs and some soon after.
func (p *plan) openings() []Opening {
	d := newDice(p.seed, "openings")
	var all []Opening
	for i := range p.persons {
		one := &p.persons[i]
		if one.manner == fresh || d.in(0.25) {
			continue
		}
		base := map[manner]int{loyal: 1800, regular: 700, occasional: 220, fading: 900}[one.manner]
		for range d.between(1, 3) {
			points := d.between(base/4, base*2)
			all = append(all, Opening{Person: i, Points: unit.Points(points / 10 * 10), Ends: p.ends(d)})
		}
	}
	slices.SortStableFunc(all, func(a, b Opening) int { return cmp.Compare(a.Person, b.Person) })
	return all
}

// ends is the last day of a lot: a quarter inside the script, a quarter in the
// thirty days after it, the rest later.
func (p *plan) ends(d dice) day.Date {
	switch kind := d.Float64(); {
	case kind < 0.25:
		return p.today.AddDays(-d.between(1, max(1, p.size.Days-2)))
	case kind < 0.5:
		return p.today.AddDays(d.between(0, 29))
	case kind < 0.95:
		return p.today.AddDays(d.between(60, 400)).EndOfMonth()
	}
	return 0
}
