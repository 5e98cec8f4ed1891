package member_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/domain/member"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/vault"
)

// house is the members of a test database and what they told.
type house struct {
	*member.Service
	t          *testing.T
	mu         sync.Mutex
	deeds      []deed.Deed
	registered []member.Registered
}

func open(t *testing.T) *house {
	t.Helper()
	d := dbtest.New(t)
	keys, err := vault.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []id.Merchant{dbtest.Merchant, dbtest.Other} {
		if err := d.Write(context.Background(), m, keys.Found); err != nil {
			t.Fatal(err)
		}
	}
	h := &house{t: t}
	h.Service = &member.Service{
		DB: d, Jobs: job.New(d, slog.New(slog.DiscardHandler)), Vault: keys,
		Zone: func(context.Context, *db.Tx) (*time.Location, error) { return shanghai, nil },
	}
	job.On(h.Jobs, "test", func(_ context.Context, _ *db.Tx, e deed.Deed) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.deeds = append(h.deeds, e)
		return nil
	})
	job.On(h.Jobs, "test", func(_ context.Context, _ *db.Tx, e member.Registered) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.registered = append(h.registered, e)
		return nil
	})
	return h
}

func (h *house) write(fn db.Func) error { return h.DB.Write(context.Background(), dbtest.Merchant, fn) }

func (h *house) drain() {
	h.t.Helper()
	if err := h.Jobs.Drain(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) enrol(drafts ...member.Draft) ([]member.Member, error) {
	var all []member.Member
	err := h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = h.Enrol(ctx, tx, drafts)
		return err
	})
	return all, err
}

func (h *house) join(d member.Draft) member.Member {
	h.t.Helper()
	all, err := h.enrol(d)
	if err != nil {
		h.t.Fatal(err)
	}
	dbtest.Clock(h.DB).Advance(time.Second)
	return all[0]
}

func (h *house) find(who id.Member) (m member.Member, err error) {
	err = h.DB.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		m, err = h.Find(ctx, tx, who)
		return err
	})
	return m, err
}

func (h *house) listed(f member.Filter) []string {
	h.t.Helper()
	p, _, err := h.List(context.Background(), owner, f, page.Want{})
	if err != nil {
		h.t.Fatal(err)
	}
	return names(p.Items)
}

func names(all []member.Member) []string {
	out := []string{}
	for _, m := range all {
		out = append(out, m.Name)
	}
	return out
}

var owner = permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_1", Name: "店主", Role: permit.Owner, Permissions: permit.All()}

func TestEnrolKeepsEverythingAndSealsIt(t *testing.T) {
	h := open(t)
	if err := h.SetFields(context.Background(), owner, []member.Field{{Code: "size", Name: "尺码", Kind: member.Amount}}); err != nil {
		t.Fatal(err)
	}
	m := h.join(member.Draft{
		Phone: "+86 138 1234 5678", CardNo: "00042", ExternalID: "C-9", Name: "张三", Gender: "male", Birthday: "2001-04L-15",
		BirthdayCalendar: "lunar", Store: "sto_1", Referrer: "mem_x", Tags: []string{"老客户"}, Fields: map[string]any{"size": 41.5}, Source: "pos",
		Consents: []member.Consent{{Purpose: member.ForService, Granted: true}},
	})
	got, err := h.find(m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Phone != "13812345678" || got.CardNo != "00042" || got.ExternalID != "C-9" || got.Name != "张三" || !got.Birthday.Leap ||
		got.Fields["size"] != 41.5 || got.Store != "sto_1" || got.Referrer != "mem_x" || got.Gender != member.Male || got.Source != "pos" ||
		!slices.Equal(got.Tags, []string{"老客户"}) || !got.JoinedAt.Equal(dbtest.Start) || !member.IsNumber(got.Number) {
		t.Errorf("came back as %+v", got)
	}
	err = h.DB.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		type raw struct {
			sealed []byte
			claim  string
		}
		all, err := db.All(ctx, tx, func(r db.Row) (x raw, err error) { return x, r.Scan(&x.sealed, &x.claim) },
			`SELECT m.sealed, c.value FROM member m JOIN member_claim c ON c.member_id = m.id WHERE m.merchant_id = $1 /* all buckets */`, tx.Merchant())
		if len(all) != 4 {
			t.Errorf("%d claims, want number, phone, card and external id", len(all))
		}
		for _, x := range all {
			if strings.Contains(string(x.sealed), "张三") || strings.Contains(string(x.sealed), "1381234") || strings.Contains(x.claim, "1381234") {
				t.Error("personal data lies open in the database")
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.drain()
	if !slices.Equal(h.registered, []member.Registered{{Store: "sto_1", Day: 20260101, Count: 1}}) {
		t.Errorf("told %v", h.registered)
	}
}

func TestWhatIsTakenIsRefusedWithoutTellingWhose(t *testing.T) {
	h := open(t)
	first := h.join(member.Draft{Phone: "13812345678", CardNo: "VIP1", ExternalID: "x1", Name: "张三"})
	for _, c := range []struct {
		draft member.Draft
		want  error
		field string
	}{
		{member.Draft{Phone: "+8613812345678", At: "body"}, member.ErrPhoneTaken, "body.phone"},
		{member.Draft{CardNo: "vip1", At: "body"}, member.ErrCardTaken, "body.card_no"},
		{member.Draft{CardNo: first.Number, At: "body"}, member.ErrCardTaken, "body.card_no"},
		{member.Draft{ExternalID: "x1", At: "body"}, member.ErrExternalTaken, "body.external_id"},
	} {
		_, err := h.enrol(c.draft)
		if !errors.Is(err, c.want) || !slices.Equal(wrong(t, err), []string{c.field}) {
			t.Errorf("%+v: %v", c.draft, err)
		}
		if s := fmt.Sprint(err, fault.Of(err)); strings.Contains(s, string(first.ID)) || strings.Contains(s, "张") {
			t.Errorf("it tells whose: %s", s)
		}
	}
	// Nothing of what was refused stays: the same card with a free phone is fine.
	h.join(member.Draft{Phone: "13900000000", ExternalID: "X1"})
	// Another merchant's members are another world.
	err := h.DB.Write(context.Background(), dbtest.Other, func(ctx context.Context, tx *db.Tx) error {
		_, err := h.Enrol(ctx, tx, []member.Draft{{Phone: "13812345678"}})
		if err == nil {
			_, err = h.Find(ctx, tx, first.ID)
		}
		return err
	})
	if !errors.Is(err, member.ErrNotFound) {
		t.Errorf("across merchants: %v", err)
	}
}

func TestManyEnrolAtOnceOrNone(t *testing.T) {
	h := open(t)
	var drafts []member.Draft
	for i := range 300 {
		drafts = append(drafts, member.Draft{
			ExternalID: fmt.Sprint("c", i), Source: "import:x", At: fmt.Sprintf("rows[%d]", i),
			JoinedAt: dbtest.Start.Add(-time.Duration(i%3) * 24 * time.Hour), Store: id.Store(fmt.Sprint("sto_", i%2)),
		})
	}
	all, err := h.enrol(drafts...)
	if err != nil || len(all) != 300 {
		t.Fatalf("%d enrolled: %v", len(all), err)
	}
	h.drain()
	sum := 0
	for _, r := range h.registered {
		sum += r.Count
	}
	if len(h.registered) != 6 || sum != 300 {
		t.Errorf("told %v", h.registered)
	}
	_, err = h.enrol(member.Draft{ExternalID: "new", At: "rows[0]"}, member.Draft{ExternalID: "c7", At: "rows[1]"}, member.Draft{ExternalID: "new", At: "rows[2]"})
	if !errors.Is(err, member.ErrExternalTaken) || !slices.Equal(wrong(t, err), []string{"rows[1].external_id", "rows[2].external_id"}) || fault.Of(err).Data != nil {
		t.Errorf("a batch with two values taken: %v %v", err, wrong(t, err))
	}
	err = h.write(func(ctx context.Context, tx *db.Tx) error {
		found, err := h.FindBy(ctx, tx, member.ByExternal, []string{"c0", "c299", "new", "C0"})
		if len(found) != 2 || found["c299"] != all[299].ID {
			t.Errorf("found %v", found)
		}
		many, err2 := h.FindMany(ctx, tx, []id.Member{all[0].ID, all[150].ID, "mem_nobody"})
		if len(many) != 2 || many[all[150].ID].ExternalID != "c150" {
			t.Errorf("found %v", many)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheSamePhoneAtTheSameTimeEnrolsOnce(t *testing.T) {
	h := open(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	enrolled, refused := 0, 0
	for range 8 {
		wg.Go(func() {
			_, err := h.enrol(member.Draft{Phone: "13812345678"})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				enrolled++
			case errors.Is(err, member.ErrPhoneTaken):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if enrolled != 1 || refused != 7 {
		t.Errorf("%d enrolled, %d refused", enrolled, refused)
	}
}

func TestListsFindAndNarrow(t *testing.T) {
	h := open(t)
	h.join(member.Draft{Phone: "13812345678", Name: "张三", Store: "sto_1", Tags: []string{"VIP"}})
	h.join(member.Draft{Phone: "13912345678", Name: "张小明", Store: "sto_2", Tags: []string{"VIP", "新客"}})
	third := h.join(member.Draft{CardNo: "A-77", Name: "John Smith", Store: "sto_1"})
	if _, _, err := h.Turn(context.Background(), owner, third.ID, member.Freeze, "核对"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f    member.Filter
		want []string
	}{
		{member.Filter{}, []string{"John Smith", "张小明", "张三"}},
		{member.Filter{Query: "张"}, []string{"张小明", "张三"}},
		{member.Filter{Query: "zxm"}, []string{"张小明"}},
		{member.Filter{Query: "5678"}, []string{"张小明", "张三"}},
		{member.Filter{Query: "+86 139 1234 5678"}, []string{"张小明"}},
		{member.Filter{Query: "a77"}, []string{"John Smith"}},
		{member.Filter{Query: third.Number}, []string{"John Smith"}},
		{member.Filter{Query: "smith"}, []string{"John Smith"}},
		{member.Filter{Query: "张", Tag: "新客"}, []string{"张小明"}},
		{member.Filter{Tag: "VIP"}, []string{"张小明", "张三"}},
		{member.Filter{Tag: "VIP", Store: "sto_1"}, []string{"张三"}},
		{member.Filter{Store: "sto_1"}, []string{"John Smith", "张三"}},
		{member.Filter{Status: member.Frozen}, []string{"John Smith"}},
		{member.Filter{Status: member.Active}, []string{"张小明", "张三"}},
		{member.Filter{Tier: "basic", Query: "张三"}, []string{"张三"}},
		{member.Filter{Tier: "gold"}, []string{}},
		{member.Filter{Query: "nobody"}, []string{}},
		{member.Filter{Query: " - "}, []string{"John Smith", "张小明", "张三"}},
	} {
		if got := h.listed(c.f); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.f, got, c.want)
		}
	}
}

func TestPagesNeitherRepeatNorMiss(t *testing.T) {
	h := open(t)
	var drafts []member.Draft
	for i := range 25 {
		// Several joined in the same millisecond.
		drafts = append(drafts, member.Draft{Phone: fmt.Sprintf("139000000%02d", i), Name: "张", Tags: []string{"t"}, JoinedAt: dbtest.Start.Add(-time.Duration(i/4) * time.Hour)})
	}
	if _, err := h.enrol(drafts...); err != nil {
		t.Fatal(err)
	}
	for _, f := range []member.Filter{{}, {Query: "张"}, {Tag: "t"}, {Status: member.Active}} {
		seen, cursor := map[id.Member]bool{}, ""
		last := dbtest.Start.Add(time.Hour)
		for range 10 {
			p, _, err := h.List(context.Background(), owner, f, page.Want{Limit: 7, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range p.Items {
				if seen[m.ID] || m.JoinedAt.After(last) {
					t.Fatalf("%+v: %s again or out of order", f, m.ID)
				}
				seen[m.ID], last = true, m.JoinedAt
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if len(seen) != 25 {
			t.Errorf("%+v: %d members on all pages, want 25", f, len(seen))
		}
	}
	_, _, err := h.List(context.Background(), owner, member.Filter{}, page.Want{Cursor: "??"})
	if fault.CodeOf(err) != "cursor.invalid" {
		t.Errorf("a wrong cursor: %v", err)
	}
}

func TestResolve(t *testing.T) {
	h := open(t)
	first := h.join(member.Draft{Phone: "13812345678", Name: "张三", CardNo: "1234", ExternalID: "e 1"})
	second := h.join(member.Draft{Phone: "13912345678", Name: "李四"})
	third := h.join(member.Draft{Phone: "13700000001", Name: "王五"})
	if _, _, err := h.Turn(context.Background(), owner, third.ID, member.Close, "本人注销"); err != nil {
		t.Fatal(err)
	}
	err := h.write(func(ctx context.Context, tx *db.Tx) error {
		for said, want := range map[string][]string{
			"13812345678": {"张三"}, "+86-139-1234-5678": {"李四"}, first.Number: {"张三"}, "1234": {"张三"}, "e 1": {"张三"},
			"5678": {"李四", "张三"}, "13700000001": {}, third.Number: {}, "0001": {}, "张三": {}, "": {},
		} {
			got, err := h.Resolve(ctx, tx, said)
			if err != nil || !slices.Equal(names(got), want) {
				t.Errorf("%q means %v, want %v (%v)", said, names(got), want, err)
			}
		}
		s, err := h.Standing(ctx, tx, second.ID)
		if err != nil || s != second.Standing() {
			t.Errorf("standing %+v %v", s, err)
		}
		if err := h.Exists(ctx, tx, "mem_nobody"); !errors.Is(err, member.ErrNotFound) {
			t.Errorf("nobody exists: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) update(who id.Member, p member.Patch) (m member.Member, err error) {
	err = h.write(func(ctx context.Context, tx *db.Tx) error {
		m, err = h.Update(ctx, tx, owner, who, p)
		return err
	})
	return m, err
}

func TestUpdateMovesClaimsAndSearch(t *testing.T) {
	h := open(t)
	m := h.join(member.Draft{Phone: "13812345678", Name: "张三", Tags: []string{"a"}})
	other := h.join(member.Draft{Phone: "13900000000", Name: "李四"})
	if _, err := h.update(m.ID, member.Patch{Phone: member.To("13900000000"), At: "body"}); !errors.Is(err, member.ErrPhoneTaken) {
		t.Fatalf("somebody else's phone: %v", err)
	}
	got, err := h.update(m.ID, member.Patch{
		Phone: member.To("13711112222"), Name: member.To("王五"), Tags: member.To([]string{"b"}),
		Consents: []member.Consent{{Purpose: member.MarketingSMS, Granted: true}},
	})
	if err != nil || got.Name != "王五" {
		t.Fatalf("%+v %v", got, err)
	}
	if found := h.listed(member.Filter{Query: "张三"}); len(found) != 0 {
		t.Errorf("still found by the old name: %v", found)
	}
	if found := h.listed(member.Filter{Query: "2222", Tag: "b"}); !slices.Equal(found, []string{"王五"}) {
		t.Errorf("found by the new phone and tag: %v", found)
	}
	if found := h.listed(member.Filter{Tag: "a"}); len(found) != 0 {
		t.Errorf("still found by the old tag: %v", found)
	}
	// The old phone is free, the new one taken.
	if _, err := h.update(other.ID, member.Patch{Phone: member.To("13711112222")}); !errors.Is(err, member.ErrPhoneTaken) {
		t.Errorf("the new phone: %v", err)
	}
	if _, err := h.update(other.ID, member.Patch{Phone: member.To("13812345678")}); err != nil {
		t.Errorf("the old phone: %v", err)
	}
	if _, err := h.update("mem_nobody", member.Patch{}); !errors.Is(err, member.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	_, agreed, _, err := h.Get(context.Background(), owner, m.ID)
	if err != nil || len(agreed) != 1 || !agreed[0].Granted {
		t.Errorf("consents %v %v", agreed, err)
	}
	h.deeds = nil
	h.drain()
	i := slices.IndexFunc(h.deeds, func(d deed.Deed) bool { return d.Object == string(m.ID) })
	if i < 0 {
		t.Fatal("no deed was told")
	}
	d := h.deeds[i]
	if d.Action != "member.update" || d.After["phone"] != "137****2222" || d.Before["name"] != "张*" || d.After["consent.marketing_sms"] != "true" || d.ActorID != "stf_1" {
		t.Errorf("told %+v", d)
	}
	if strings.Contains(fmt.Sprint(d), "13711112222") || strings.Contains(fmt.Sprint(d), "王五") {
		t.Errorf("the deed holds personal data: %+v", d)
	}
}

func TestTurnsLeaveTracesAndClosingFreesThePhone(t *testing.T) {
	h, ctx := open(t), context.Background()
	m := h.join(member.Draft{Phone: "13812345678", CardNo: "c1", ExternalID: "e1", Name: "张三"})
	for _, turn := range []member.Turn{member.Freeze, member.Unfreeze, member.Close, member.Close} {
		if _, _, err := h.Turn(ctx, owner, m.ID, turn, "本人要求"); err != nil {
			t.Fatalf("%s: %v", turn, err)
		}
	}
	if _, _, err := h.Turn(ctx, owner, m.ID, member.Freeze, "x"); fault.CodeOf(err) != "request.invalid" {
		t.Errorf("too short a reason: %v", err)
	}
	if _, _, err := h.Turn(ctx, owner, m.ID, member.Freeze, "核对"); !errors.Is(err, member.ErrClosed) {
		t.Errorf("freezing who left: %v", err)
	}
	if _, err := h.update(m.ID, member.Patch{Name: member.To("x")}); !errors.Is(err, member.ErrClosed) {
		t.Errorf("changing who left: %v", err)
	}
	if _, err := h.enrol(member.Draft{ExternalID: "e1"}); !errors.Is(err, member.ErrExternalTaken) {
		t.Errorf("the external id of who left: %v", err)
	}
	again := h.join(member.Draft{Phone: "13812345678", CardNo: "C1", Name: "张三"})
	if again.ID == m.ID {
		t.Error("the same member came back")
	}
	h.drain()
	var actions []string
	for _, d := range h.deeds {
		actions = append(actions, d.Action+" "+d.Reason)
	}
	slices.Sort(actions)
	if !slices.Equal(actions, []string{"member.close 本人要求", "member.freeze 本人要求", "member.unfreeze 本人要求"}) {
		t.Errorf("told %v", actions)
	}
}

func TestRevealIsTold(t *testing.T) {
	h, ctx := open(t), context.Background()
	m := h.join(member.Draft{Phone: "13812345678", Name: "张三"})
	if _, _, err := h.Reveal(ctx, owner, m.ID, " "); fault.CodeOf(err) != "request.invalid" {
		t.Errorf("without a reason: %v", err)
	}
	got, _, err := h.Reveal(ctx, owner, m.ID, "电话核对")
	if err != nil || got.Phone != "13812345678" {
		t.Fatalf("%+v %v", got, err)
	}
	if _, _, err := h.Reveal(ctx, owner, "mem_nobody", "电话核对"); !errors.Is(err, member.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	h.drain()
	if len(h.deeds) != 1 || h.deeds[0].Action != "member.reveal" || h.deeds[0].Reason != "电话核对" || h.deeds[0].Object != string(m.ID) {
		t.Errorf("told %+v", h.deeds)
	}
}

func TestTagsAreCounted(t *testing.T) {
	h := open(t)
	h.join(member.Draft{Phone: "13812345678", Tags: []string{"a", "b"}})
	h.join(member.Draft{Phone: "13812345679", Tags: []string{"b"}})
	got, err := h.Tags(context.Background(), owner)
	if err != nil || !slices.Equal(got, []member.TagCount{{Tag: "b", Members: 2}, {Tag: "a", Members: 1}}) {
		t.Errorf("%v %v", got, err)
	}
}

func TestFieldsAreReplaced(t *testing.T) {
	h, ctx := open(t), context.Background()
	for _, fields := range [][]member.Field{
		{{Code: "b", Name: "乙", Kind: member.Choice, Choices: []string{"x"}, Required: true}, {Code: "a", Name: "甲", Kind: member.Text}},
		{{Code: "a", Name: "甲", Kind: member.Text}},
		{},
	} {
		if err := h.SetFields(ctx, owner, fields); err != nil {
			t.Fatal(err)
		}
		got, err := h.Fields(ctx, owner)
		if err != nil || len(got) != len(fields) || (len(got) > 0 && (got[0].Code != fields[0].Code || got[0].Required != fields[0].Required)) {
			t.Errorf("%+v %v, want %+v", got, err, fields)
		}
	}
}

func TestDemoMembersLeaveWithoutTrace(t *testing.T) {
	h, ctx := open(t), context.Background()
	stays := h.join(member.Draft{Phone: "13812345678", Name: "张三", Tags: []string{"t"}})
	var drafts []member.Draft
	for i := range 30 {
		drafts = append(drafts, member.Draft{
			Phone: fmt.Sprintf("139000000%02d", i), Name: "李四", Tags: []string{"t"}, Source: member.SourceDemo, Store: "sto_1",
			Consents: []member.Consent{{Purpose: member.ForService, Granted: true}},
		})
	}
	if _, err := h.enrol(drafts...); err != nil {
		t.Fatal(err)
	}
	err := h.write(func(ctx context.Context, tx *db.Tx) error {
		ids, err := h.Demo(ctx, tx, 100)
		if err != nil || len(ids) != 30 {
			t.Errorf("%d demo members: %v", len(ids), err)
		}
		gone, err := h.Purge(ctx, tx, append(ids, stays.ID))
		if !slices.Equal(gone, []member.Registered{{Store: "sto_1", Day: 20260101, Count: 30}}) {
			t.Errorf("gone %v", gone)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = h.DB.Read(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		for table, want := range map[string]int{"member": 1, "member_claim": 2, "member_tag": 1, "member_consent": 0} {
			n, err := db.One(ctx, tx, func(r db.Row) (n int, err error) { return n, r.Scan(&n) },
				"SELECT COUNT(*) FROM "+table+" WHERE merchant_id = $1 /* all buckets */", tx.Merchant())
			if err != nil || n != want {
				t.Errorf("%s holds %d rows, want %d (%v)", table, n, want, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.listed(member.Filter{}); !slices.Equal(got, []string{"张三"}) {
		t.Errorf("left: %v", got)
	}
}
