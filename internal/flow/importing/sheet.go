package importing

import (
	"strings"
	"time"

	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// Known is what is known before the file is read.
type Known struct {
	Now    time.Time           // rows later than this are set aside
	Stores map[string]id.Store // by code and by name, both folded
	Home   id.Store            // of rows that name no store
}

// Sheet is a file read into memory, as narrow as it goes: a hundred bytes a row.
type Sheet struct {
	Read     int64 // rows below the header
	Format   Format
	Aside    []Aside // in the order of rows
	Members  []Customer
	Articles []Article
	groups   []group
	items    []item
	texts    []string // descriptions and payments; 0 is ""
	byNumber map[groupKey]int32
}

// Aside is a row that is not used.
type Aside struct {
	Row    int
	Reason Reason
}

// Article is a product as the file knows it.
type Article struct {
	SKU      string // as it is first written
	Key      string // the same, folded
	Name     string // its most frequent description
	Category string
	Price    unit.Money // the last one it was sold at
	Charge   bool       // sold, and earning nothing
}

// group is the rows of one order or one cancellation.
type group struct {
	number   string
	original string // the order that a return names
	back     bool
	member   int32 // -1 = nobody
	store    id.Store
	payment  int32
	at       int64 // Unix milliseconds of the earliest row
	first    int32 // its first item
	lines    int32
}

// item is one used row.
type item struct {
	row      int32
	group    int32
	article  int32
	name     int32
	quantity int64
	price    unit.Money
	gross    unit.Money
	net      unit.Money
	exact    Decimal
	amended  bool // an earlier run set the row aside
}

// sheetReader fills a sheet.
type sheetReader struct {
	*Sheet
	profile  Profile
	known    Known
	rows     *rowParser
	byMember map[string]int32 // "x", "p" or "c" and the name
	byCode   map[string]int32
	byText   map[string]int32
	names    map[[2]int32]int32 // how often an article was called so
	sold     []int64            // when each article was last sold at a price
	progress func(rows int64)
	lastWho  Customer
	lastAt   int32
}

type groupKey struct {
	number string
	back   bool
}

// progressRows is how many rows are read between two reports of progress.
const progressRows = 20_000

// ReadSheet reads the whole file. Progress may be nil.
func ReadSheet(f File, p Profile, known Known, progress func(rows int64)) (*Sheet, error) {
	r := &sheetReader{
		Sheet:   &Sheet{texts: []string{""}, byNumber: map[groupKey]int32{}},
		profile: p, known: known, progress: progress, byMember: map[string]int32{}, byCode: map[string]int32{},
		byText: map[string]int32{"": 0}, names: map[[2]int32]int32{},
	}
	found := func(format Format) error {
		r.Format, r.rows = format, newRowParser(p, format, known.Now)
		return nil
	}
	if err := f.Each(p, found, r.take); err != nil {
		return nil, err
	}
	r.nameArticles()
	return r.Sheet, nil
}

func (r *sheetReader) take(rec Record) error {
	r.Read++
	if r.progress != nil && r.Read%progressRows == 0 {
		r.progress(r.Read)
	}
	l, reason := r.rows.parse(rec)
	if reason == "" {
		reason = r.add(l, rec.Number)
	}
	if reason != "" {
		r.Aside = append(r.Aside, Aside{Row: rec.Number, Reason: reason})
	}
	return nil
}

// add puts a line into its order.
func (r *sheetReader) add(l line, row int) Reason {
	store, known := r.store(l.store)
	if !known {
		return UnknownStore
	}
	at, old := r.byNumber[groupKey{l.number, l.back}]
	who := int32(-1)
	if !l.who.Nobody() {
		if who = r.lastAt; l.who != r.lastWho {
			who = r.member(l.who)
			r.lastWho, r.lastAt = l.who.clone(), who
		}
	}
	if !old {
		at = r.open(l, store, who)
	}
	g := &r.groups[at]
	if g.member >= 0 && who >= 0 && g.member != who {
		return OtherMember
	}
	if g.member < 0 {
		g.member = who
	}
	g.at, g.lines = min(g.at, l.at.UnixMilli()), g.lines+1
	if g.original == "" && l.original != "" {
		g.original = strings.Clone(l.original)
	}
	r.items = append(r.items, item{
		row: int32(row), group: at, article: r.article(l), name: r.text(l.description),
		quantity: l.quantity, price: l.price, gross: l.gross, net: l.net, exact: l.exact, amended: l.amended,
	})
	return ""
}

func (r *sheetReader) open(l line, store id.Store, who int32) int32 {
	at := int32(len(r.groups))
	g := group{
		number: strings.Clone(l.number), back: l.back, member: who, store: store,
		payment: r.text(l.payment), at: l.at.UnixMilli(), first: int32(len(r.items)),
	}
	r.groups = append(r.groups, g)
	r.byNumber[groupKey{g.number, g.back}] = at
	return at
}

func (r *sheetReader) store(name string) (id.Store, bool) {
	if name == "" {
		return r.known.Home, true
	}
	folded := fold.Code(name)
	if code, mapped := r.profile.Stores[folded]; mapped {
		folded = code
	}
	store, known := r.known.Stores[folded]
	return store, known
}

// member finds the row's member by any of its names, or notes a new one. A phone
// or card that leads to somebody with another id is left with them.
func (r *sheetReader) member(c Customer) int32 {
	keys := [...]string{"x" + c.External, "p" + c.Phone, "c" + c.Card}
	at := int32(-1)
	for _, key := range keys {
		found, known := r.byMember[key]
		if known && (c.External == "" || r.Members[found].External == "" || r.Members[found].External == c.External) {
			at = found
			break
		}
	}
	if at < 0 {
		at = int32(len(r.Members))
		r.Members = append(r.Members, Customer{})
	}
	m := &r.Members[at]
	for i, into := range [...]*string{&m.External, &m.Phone, &m.Card} {
		_, taken := r.byMember[keys[i]]
		if value := keys[i][1:]; value != "" && *into == "" && !taken {
			*into = strings.Clone(value)
			r.byMember[keys[i]] = at
		}
	}
	if m.Name == "" && c.Name != "" {
		m.Name = strings.Clone(c.Name)
	}
	return at
}

func (r *sheetReader) article(l line) int32 {
	at, known := r.byCode[l.key]
	if !known {
		at = int32(len(r.Articles))
		r.Articles = append(r.Articles, Article{SKU: fold.Line(l.code), Key: l.key, Charge: r.profile.IsCharge(l.key)})
		r.sold = append(r.sold, -1)
		r.byCode[l.key] = at
	}
	a := &r.Articles[at]
	if l.category != "" && a.Category == "" {
		a.Category = cut(fold.Line(l.category), longestLabel)
	}
	if sold := l.at.UnixMilli(); !l.back && l.price > 0 && sold >= r.sold[at] {
		a.Price, r.sold[at] = l.price, sold
	}
	if l.description != "" {
		r.names[[2]int32{at, r.text(l.description)}]++
	}
	return at
}

func (r *sheetReader) text(s string) int32 {
	at, known := r.byText[s]
	if !known {
		at = int32(len(r.texts))
		s = strings.Clone(s)
		r.texts = append(r.texts, s)
		r.byText[s] = at
	}
	return at
}

// nameArticles gives each article its most frequent description; of equally
// frequent ones the first that the file has, and its code where it has none.
func (r *sheetReader) nameArticles() {
	best := make([][2]int32, len(r.Articles)) // how often, and which text
	for key, n := range r.names {
		at, text := key[0], key[1]
		if n > best[at][0] || n == best[at][0] && text < best[at][1] {
			best[at] = [2]int32{n, text}
		}
	}
	for i := range r.Articles {
		a := &r.Articles[i]
		if a.Name = cut(fold.Line(r.texts[best[i][1]]), longestGoods); a.Name == "" {
			a.Name = a.SKU
		}
	}
}
