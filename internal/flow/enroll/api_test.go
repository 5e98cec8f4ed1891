package enroll_test

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/member"
	"huiji/internal/domain/store"
	"huiji/internal/flow/enroll"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
	"huiji/internal/platform/vault"
	"huiji/internal/platform/web/webtest"
)

// house is the journey with its nouns, and the deeds they told.
type house struct {
	*webtest.Server
	enroll *enroll.Service
	stores []id.Store // two open ones and a closed one
	deeds  []deed.Deed
	told   []member.Registered
}

func open(t *testing.T) *house {
	t.Helper()
	d, ctx := dbtest.New(t), context.Background()
	keys, err := vault.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []id.Merchant{dbtest.Merchant, dbtest.Other} {
		if err := d.Write(ctx, m, keys.Found); err != nil {
			t.Fatal(err)
		}
	}
	zone := func(context.Context, *db.Tx) (*time.Location, error) { return time.FixedZone("CST", 8*3600), nil }
	q := job.New(d, slog.New(slog.DiscardHandler))
	s := &enroll.Service{
		DB: d, Jobs: q, Members: &member.Service{DB: d, Jobs: q, Vault: keys, Zone: zone},
		Stores: &store.Service{DB: d, Jobs: q, Zone: zone},
	}
	h := &house{Server: webtest.New(t, d.Clock()), enroll: s}
	job.On(q, "test", func(_ context.Context, _ *db.Tx, e deed.Deed) error {
		h.deeds = append(h.deeds, e)
		return nil
	})
	job.On(q, "test", func(_ context.Context, _ *db.Tx, e member.Registered) error {
		h.told = append(h.told, e)
		return nil
	})
	s.Routes(h.API)
	s.Members.Routes(h.API)
	caller := permit.System(dbtest.Merchant, "test")
	for _, code := range []string{"S1", "S2", "S3"} {
		err := d.Write(ctx, dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
			made, err := s.Stores.Open(ctx, tx, caller, store.Store{Code: code, Name: code, Timezone: "Asia/Shanghai"})
			h.stores = append(h.stores, made.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	closed := store.Closed
	if _, err := s.Stores.Change(ctx, caller, h.stores[2], store.Patch{Status: &closed}); err != nil {
		t.Fatal(err)
	}
	h.drain(t)
	h.deeds = nil
	return h
}

func (h *house) drain(t *testing.T) {
	t.Helper()
	if err := h.enroll.Jobs.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestEnrolling(t *testing.T) {
	h := open(t)
	cashier, owner := h.Role(permit.Cashier), h.Role(permit.Owner)
	owner.Do("PUT", "/member-fields", `{"items":[{"code":"size","name":"尺码","kind":"choice","choices":["S","M"]},{"code":"note","name":"备注","kind":"text"}]}`).Want(t, 200)
	first := cashier.Do("POST", "/members", `{"phone":"13800000000","name":"王五"}`).Want(t, 201)
	a := cashier.Do("POST", "/members", map[string]any{
		"phone": "+86 138-1234-5678", "card_no": "0000000042", "external_id": "C9", "name": "张三", "gender": "female", "birthday": "1990-05-02",
		"store_id": h.stores[0], "referrer_code": first.Body["member_no"], "tags": []string{"老客户"},
		"fields": map[string]any{"size": "M", "note": "对花生过敏"}, "consents": []map[string]any{{"purpose": "marketing_sms", "granted": true, "version": "1"}},
	}).Want(t, 201)
	b := a.Body
	for name, want := range map[string]any{
		"phone": "138****5678", "name": "张*", "gender": "female", "birthday": "1990-05-02", "birthday_calendar": "solar", "card_no": "****0042",
		"external_id": "C9", "store_id": string(h.stores[0]), "status": "active", "joined_at": "2026-01-01T17:00:00.000+08:00",
		"referrer_id": first.Body["id"], "source": "staff",
	} {
		if b[name] != want {
			t.Errorf("%s is %v, want %v", name, b[name], want)
		}
	}
	if tier := b["tier"].(map[string]any); tier["code"] != "basic" || tier["name"] != "普通会员" {
		t.Errorf("tier %v", tier)
	}
	if f := b["fields"].(map[string]any); f["size"] != "M" || f["note"] != "对*" {
		t.Errorf("fields %v", f)
	}
	if strings.Contains(string(a.Raw), "13812345678") || strings.Contains(string(a.Raw), "张三") {
		t.Errorf("not masked: %s", a.Raw)
	}
	if one := cashier.English().Do("GET", "/members/"+b["id"].(string), nil).Want(t, 200); one.Body["tier"].(map[string]any)["name"] != "Basic" || len(one.Body["consents"].([]any)) != 1 {
		t.Errorf("shown as %s", one.Raw)
	}
	h.drain(t)
	var enrolled []string
	for _, d := range h.deeds {
		if d.Action == "member.enrol" {
			enrolled = append(enrolled, d.Label)
		}
	}
	if len(enrolled) != 2 || !strings.HasSuffix(enrolled[1], " 张*") && !strings.HasSuffix(enrolled[0], " 张*") {
		t.Errorf("deeds %v", enrolled)
	}
	if len(h.told) != 2 {
		t.Errorf("told %v", h.told)
	}
}

func TestWhatIsRefusedAtEnrolling(t *testing.T) {
	h := open(t)
	c := h.Role(permit.Cashier)
	c.Do("POST", "/members", `{"phone":"13812345678","card_no":"K1","external_id":"X1"}`).Want(t, 201)
	for _, one := range []struct {
		body   string
		status int
		code   string
		fields []string
	}{
		{`{"phone":"138 1234 5678"}`, 409, "member.phone_taken", []string{"body.phone"}},
		{`{"phone":"13900000000","card_no":"k1"}`, 409, "member.card_taken", []string{"body.card_no"}},
		{`{"external_id":"X1"}`, 409, "member.external_taken", []string{"body.external_id"}},
		{`{}`, 422, "request.invalid", []string{"body.phone"}},
		{`{"name":"张三"}`, 422, "request.invalid", []string{"body.phone"}},
		{`{"phone":"123","birthday":"1990-02-30","store_id":"sto_x","referrer_code":"6","fields":{"x":1},"tags":["a,b"]}`, 422, "request.invalid",
			[]string{"body.birthday", "body.fields.x", "body.phone", "body.referrer_code", "body.store_id", "body.tags"}},
		{`{"phone":"13900000000","gender":"m"}`, 422, "request.invalid", []string{"body.gender"}},
		{`{"phone":"13900000000","nickname":"x"}`, 422, "request.invalid", []string{"body.nickname"}},
		{`{"phone":13900000000}`, 422, "request.invalid", []string{"body.phone"}},
		{`{"phone":"13900000000","store_id":"` + string(h.stores[2]) + `"}`, 409, "store.closed", nil},
		{`{"phone":"13900000000","consents":[{"purpose":"all","granted":true}]}`, 422, "request.invalid", []string{"body.consents[0].purpose"}},
		{`{"phone":"13900000000","consents":[{"purpose":"service","granted":true,"at":"x"}]}`, 422, "request.invalid", []string{"body.consents[0].at"}},
	} {
		a := c.Do("POST", "/members", one.body).WantProblem(t, one.status, one.code)
		got := a.Fields()
		slices.Sort(got)
		if !slices.Equal(got, one.fields) && len(got)+len(one.fields) > 0 {
			t.Errorf("%s: named %v, want %v", one.body, got, one.fields)
		}
		if e := c.English().Do("POST", "/members", one.body); slices.ContainsFunc([]rune(e.Body["detail"].(string)), func(r rune) bool { return r > 0x2e80 }) {
			t.Errorf("%s: English is %v", one.body, e.Body["detail"])
		}
	}
	h.Nobody().Do("POST", "/members", `{"phone":"13900000000"}`).WantProblem(t, 401, "auth.required")
	h.Role(permit.Auditor).Do("POST", "/members", `{"phone":"13900000000"}`).WantProblem(t, 403, "permission.denied")
	// Nothing of all this stayed.
	c.Do("POST", "/members", `{"phone":"13900000000"}`).Want(t, 201)
}

func TestTheSameKeyEnrolsOnce(t *testing.T) {
	h := open(t)
	c := h.Role(permit.Cashier)
	body := `{"phone":"13812345678","name":"张三"}`
	first := c.Do("POST", "/members", body, "Idempotency-Key: one").Want(t, 201)
	again := c.Do("POST", "/members", body, "Idempotency-Key: one").Want(t, 201)
	if string(first.Raw) != string(again.Raw) || again.Header.Get("Idempotency-Replayed") != "true" || first.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("%s was answered again as %s", first.Raw, again.Raw)
	}
	c.Do("POST", "/members", `{"phone":"13900000000"}`, "Idempotency-Key: one").WantProblem(t, 422, "idempotency.key_reused")
	c.Do("POST", "/members", `{"phone":"13900000000"}`, "Idempotency-Key: ").Want(t, 201)
	// What is kept for the key holds nothing personal.
	err := h.enroll.DB.Read(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		kept, err := db.All(ctx, tx, func(r db.Row) (b []byte, err error) { return b, r.Scan(&b) }, `SELECT answer FROM once WHERE merchant_id = $1 /* all buckets */`, tx.Merchant())
		if len(kept) != 1 || string(kept[0]) != `"`+first.Body["id"].(string)+`"` {
			t.Errorf("kept %s", kept)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTwoTillsEnrolOnePhone(t *testing.T) {
	h := open(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 6 {
		c := h.Role(permit.Cashier)
		wg.Go(func() {
			a := c.Do("POST", "/members", `{"phone":"13812345678"}`)
			mu.Lock()
			defer mu.Unlock()
			statuses[a.Status]++
		})
	}
	wg.Wait()
	if statuses[201] != 1 || statuses[409] != 5 {
		t.Errorf("statuses %v", statuses)
	}
}

func (h *house) at(stores ...id.Store) *webtest.Client {
	return h.As(permit.Caller{Merchant: dbtest.Merchant, Who: permit.ByStaff, ID: "stf_at", Name: "店员", Role: permit.Cashier, Permissions: permit.Cashier.Permissions(), Stores: stores})
}

func TestStaffEnrolAtTheirStores(t *testing.T) {
	h := open(t)
	one, both := h.at(h.stores[0]), h.at(h.stores[0], h.stores[1])
	if a := one.Do("POST", "/members", `{"phone":"13800000001"}`).Want(t, 201); a.Body["store_id"] != string(h.stores[0]) {
		t.Errorf("joined at %v", a.Body["store_id"])
	}
	a := both.Do("POST", "/members", `{"phone":"13800000002"}`).Want(t, 201)
	if a.Body["store_id"] != "" {
		t.Errorf("joined at %v", a.Body["store_id"])
	}
	one.Do("POST", "/members", map[string]any{"phone": "13800000003", "store_id": h.stores[1]}).WantProblem(t, 422, "request.invalid")
	who := "/members/" + a.Body["id"].(string)
	both.Do("PATCH", who, map[string]any{"store_id": h.stores[1]}).Want(t, 200)
	one.Do("PATCH", who, map[string]any{"store_id": h.stores[0]}).WantProblem(t, 422, "request.invalid")
	one.Do("PATCH", who, map[string]any{"store_id": "sto_x"}).WantProblem(t, 422, "request.invalid")
	// Every store serves every member.
	one.Do("PATCH", who, `{"name":"李四"}`).Want(t, 200)
	both.Do("PATCH", who, `{"store_id":null}`).Want(t, 200)
}

func TestChangingAMember(t *testing.T) {
	h := open(t)
	c := h.Role(permit.Cashier)
	h.Role(permit.Owner).Do("PUT", "/member-fields", `{"items":[{"code":"size","name":"尺码","kind":"number"},{"code":"pet","name":"宠物","kind":"boolean"}]}`).Want(t, 200)
	a := c.Do("POST", "/members", `{"phone":"13812345678","card_no":"K-1","name":"张三","birthday":"1990-05-02","tags":["a"],"fields":{"size":41,"pet":true}}`).Want(t, 201)
	who := "/members/" + a.Body["id"].(string)
	p := c.Do("PATCH", who, `{"name":"李四","phone":null,"tags":["b","c"],"fields":{"size":null},"birthday_calendar":"lunar","consents":[{"purpose":"personalised","granted":false}]}`).Want(t, 200)
	if p.Body["name"] != "李*" || p.Body["phone"] != "" || p.Body["card_no"] != "****" || p.Body["birthday_calendar"] != "lunar" || len(p.Body["tags"].([]any)) != 2 {
		t.Errorf("changed to %s", p.Raw)
	}
	if f := p.Body["fields"].(map[string]any); len(f) != 1 || f["pet"] != true {
		t.Errorf("fields %v", f)
	}
	if agreed := p.Body["consents"].([]any); len(agreed) != 1 || agreed[0].(map[string]any)["granted"] != false {
		t.Errorf("consents %v", agreed)
	}
	p = c.Do("PATCH", who, `{"name":null,"birthday":null,"tags":null,"fields":null,"gender":null}`).Want(t, 200)
	if p.Body["name"] != "" || p.Body["birthday"] != "" || p.Body["birthday_calendar"] != "" || len(p.Body["tags"].([]any)) != 0 || len(p.Body["fields"].(map[string]any)) != 0 {
		t.Errorf("cleared to %s", p.Raw)
	}
	c.Do("PATCH", who, `{}`).Want(t, 200)
	for body, field := range map[string]string{
		`{"card_no":null}`: "body.phone", `{"birthday_calendar":null}`: "body.birthday_calendar", `{"consents":null}`: "body.consents",
		`{"status":"frozen"}`: "body.status", `{"phone":"12"}`: "body.phone", `{"member_no":"1"}`: "body.member_no", `{"fields":{"x":1}}`: "body.fields.x",
		`{"birthday":"2030-01-01"}`: "body.birthday", `{"name":1}`: "body.name",
	} {
		if a := c.Do("PATCH", who, body).WantProblem(t, 422, "request.invalid"); !slices.Contains(a.Fields(), field) {
			t.Errorf("%s: named %v, want %s", body, a.Fields(), field)
		}
	}
	c.Do("PATCH", who, `[1]`).WantProblem(t, 422, "request.invalid")
	c.Do("PATCH", "/members/mem_nobody", `{"name":"x"}`).WantProblem(t, 404, "member.not_found")
	foreign := h.As(permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_x", Permissions: permit.All()})
	foreign.Do("PATCH", who, `{"name":"x"}`).WantProblem(t, 404, "member.not_found")
	c.Do("POST", "/members", `{"phone":"13812345678"}`).Want(t, 201) // It was given back.
	c.Do("PATCH", who, `{"phone":"13812345678"}`).WantProblem(t, 409, "member.phone_taken")
}

func TestFindingAndShowingMembers(t *testing.T) {
	h := open(t)
	c := h.Role(permit.Cashier)
	a := c.Do("POST", "/members", `{"phone":"13812345678","name":"张三","tags":["VIP"]}`).Want(t, 201)
	c.Do("POST", "/members", `{"phone":"13900001111","name":"李四"}`).Want(t, 201)
	for q, n := range map[string]int{
		"q=张": 1, "q=zs": 1, "q=5678": 1, "q=138 1234 5678": 1, "q=" + a.Body["member_no"].(string): 1, "tag=VIP": 1, "tier=basic": 2, "tier=gold": 0,
		"status=frozen": 0, "status=active": 2, "store_id=sto_x": 0, "q=王": 0, "": 2,
	} {
		name, value, _ := strings.Cut(q, "=")
		got := c.Do("GET", "/members?"+url.Values{name: {value}}.Encode(), nil)
		if name == "" {
			got = c.Do("GET", "/members", nil)
		}
		if items := got.Want(t, 200).Body["items"].([]any); len(items) != n || got.Body["next_cursor"] != nil {
			t.Errorf("%q finds %d, want %d", q, len(items), n)
		}
	}
	p := c.Do("GET", "/members?limit=1", nil).Want(t, 200)
	p = c.Do("GET", "/members?limit=1&cursor="+p.Body["next_cursor"].(string), nil).Want(t, 200)
	if len(p.Body["items"].([]any)) != 1 || p.Body["next_cursor"] != nil {
		t.Errorf("the second page is %s", p.Raw)
	}
	for _, q := range []string{"limit=0", "limit=201", "status=gone", "segment_id=seg_1", "phone=1", "cursor=x"} {
		if a := c.Do("GET", "/members?"+q, nil); a.Status != 422 {
			t.Errorf("%s: %d", q, a.Status)
		}
	}
	c.Do("GET", "/members/mem_nobody", nil).WantProblem(t, 404, "member.not_found")
	foreign := h.As(permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_x", Permissions: permit.All()})
	foreign.Do("GET", "/members/"+a.Body["id"].(string), nil).WantProblem(t, 404, "member.not_found")
	if got := foreign.Do("GET", "/members?q=张", nil).Want(t, 200); len(got.Body["items"].([]any)) != 0 {
		t.Errorf("another merchant sees %s", got.Raw)
	}
	if got := c.Do("GET", "/member-tags", nil).Want(t, 200); len(got.Body["items"].([]any)) != 1 {
		t.Errorf("tags %s", got.Raw)
	}
}

func TestRevealingAndTurning(t *testing.T) {
	h := open(t)
	owner, manager, cashier := h.Role(permit.Owner), h.Role(permit.Manager), h.Role(permit.Cashier)
	a := cashier.Do("POST", "/members", `{"phone":"13812345678","name":"张三","birthday":"--05-02","card_no":"0042"}`).Want(t, 201)
	who := "/members/" + a.Body["id"].(string)
	cashier.Do("POST", who+"/reveal", `{"reason":"核对"}`).WantProblem(t, 403, "permission.denied")
	owner.Do("POST", who+"/reveal", `{"reason":" "}`).WantProblem(t, 422, "request.invalid")
	owner.Do("POST", who+"/reveal", `{}`).WantProblem(t, 422, "request.invalid")
	if got := manager.Do("POST", who+"/reveal", `{"reason":"电话核对"}`).Want(t, 200); got.Body["phone"] != "13812345678" || got.Body["name"] != "张三" || got.Body["birthday"] != "--05-02" || got.Body["card_no"] != "0042" {
		t.Errorf("revealed %s", got.Raw)
	}
	cashier.Do("POST", who+"/unfreeze", `{"reason":"核对"}`).WantProblem(t, 409, "member.not_frozen")
	if got := cashier.Do("POST", who+"/freeze", `{"reason":"可疑"}`).Want(t, 200); got.Body["status"] != "frozen" {
		t.Errorf("frozen as %s", got.Raw)
	}
	cashier.Do("POST", who+"/close", `{"reason":"本人要求"}`).WantProblem(t, 403, "permission.denied")
	if got := owner.Do("POST", who+"/close", `{"reason":"本人要求"}`).Want(t, 200); got.Body["status"] != "closed" {
		t.Errorf("closed as %s", got.Raw)
	}
	owner.Do("POST", who+"/unfreeze", `{"reason":"核对"}`).WantProblem(t, 409, "member.closed")
	cashier.Do("PATCH", who, `{"name":"x"}`).WantProblem(t, 409, "member.closed")
	owner.Do("POST", "/members/mem_nobody/freeze", `{"reason":"核对"}`).WantProblem(t, 404, "member.not_found")
	cashier.Do("POST", "/members", map[string]any{"phone": "13900001111", "referrer_code": a.Body["member_no"]}).WantProblem(t, 422, "request.invalid")
	h.drain(t)
	var actions []string
	for _, d := range h.deeds {
		actions = append(actions, d.Action)
	}
	slices.Sort(actions)
	if !slices.Equal(actions, []string{"member.close", "member.enrol", "member.freeze", "member.reveal"}) {
		t.Errorf("told %v", actions)
	}
}

func TestRequiredFieldsAreAskedForByHand(t *testing.T) {
	h := open(t)
	owner := h.Role(permit.Owner)
	owner.Do("PUT", "/member-fields", `{"items":[{"code":"size","name":"尺码","kind":"number","required":true}]}`).Want(t, 200)
	if a := owner.Do("POST", "/members", `{"phone":"13812345678"}`).WantProblem(t, 422, "request.invalid"); !slices.Equal(a.Fields(), []string{"body.fields.size"}) {
		t.Errorf("named %v", a.Fields())
	}
	owner.Do("POST", "/members", `{"phone":"13812345678","fields":{"size":"41.5"}}`).Want(t, 201)
	owner.Do("PUT", "/member-fields", `{"items":[{"code":"size","name":"尺码","kind":"text"}]}`).WantProblem(t, 409, "member_field.kind_fixed")
	owner.Do("PUT", "/member-fields", `{"items":[{"code":"1","name":"","kind":"text"}]}`).WantProblem(t, 422, "request.invalid")
	h.Role(permit.Manager).Do("PUT", "/member-fields", `{"items":[]}`).WantProblem(t, 403, "permission.denied")
	owner.Do("PUT", "/member-fields", `{"items":[]}`).Want(t, 200)
	if a := owner.Do("GET", "/member-fields", nil).Want(t, 200); string(a.Raw) != "{\"items\":[]}\n" {
		t.Errorf("fields %s", a.Raw)
	}
}
