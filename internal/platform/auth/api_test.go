package auth_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/web/webtest"
)

type dict = map[string]any

func newStaff(account string, more dict) dict {
	all := dict{"account": account, "name": "小李", "password": cashierSecret, "roles": []string{"cashier"}}
	for name, value := range more {
		all[name] = value
	}
	return all
}

func ids(a webtest.Answer) []string {
	var all []string
	for _, one := range a.Body["items"].([]any) {
		m := one.(dict)
		if account, ok := m["account"]; ok {
			all = append(all, account.(string))
		} else {
			all = append(all, m["id"].(string))
		}
	}
	return all
}

func TestHiringAndChangingStaff(t *testing.T) {
	h := newHouse(t)
	boss := h.login("boss", ownerSecret)
	a := h.do(boss, "POST", "/staff", newStaff("Till.1", dict{"stores": []string{string(storeA)}})).Want(t, 201)
	who := a.Body["id"].(string)
	if !id.Is(id.OfStaff, who) || a.Body["status"] != "active" || a.Body["last_login_at"] != nil || fmt.Sprint(a.Body["stores"]) != "[sto_a]" ||
		a.Body["created_at"] != "2026-01-01T17:00:00.000+08:00" || strings.Contains(string(a.Raw), "argon2") {
		t.Fatalf("%s", a.Raw)
	}
	if one := h.do(boss, "GET", "/staff/"+who, nil).Want(t, 200); string(one.Raw) != string(a.Raw) {
		t.Errorf("shows %s, made %s", one.Raw, a.Raw)
	}
	h.do(boss, "GET", "/staff/stf_nobody", nil).WantProblem(t, 404, "staff.not_found")
	h.do(boss, "POST", "/staff", newStaff("TILL.1", nil)).WantProblem(t, 409, "staff.account_taken")
	till := h.login("till.1", cashierSecret)
	list := h.do(boss, "GET", "/staff", nil).Want(t, 200)
	if got := ids(list); len(got) != 2 || !slices.Contains(got, "Till.1") {
		t.Fatal(got)
	}
	h.do(boss, "PATCH", "/staff/"+who, dict{"name": "李雷"}).Want(t, 200)
	if h.do(till, "GET", "/me", nil).Want(t, 200).Body["staff"].(dict)["name"] != "李雷" {
		t.Error("the new name is not shown")
	}
	h.do(boss, "PATCH", "/staff/"+who, dict{"stores": []string{}}).Want(t, 200)
	h.do(till, "GET", "/me", nil).WantProblem(t, 401, "auth.required") // Other stores: sign in again.
	till = h.login("till.1", cashierSecret)
	h.do(boss, "PATCH", "/staff/"+who, dict{"status": "disabled"}).Want(t, 200)
	h.do(till, "GET", "/me", nil).WantProblem(t, 401, "auth.required")
	h.do("", "POST", "/auth/login", dict{"account": "till.1", "password": cashierSecret}).WantProblem(t, 403, "auth.account_disabled")
	h.do("", "POST", "/auth/login", dict{"account": "till.1", "password": "wrong"}).WantProblem(t, 401, "auth.invalid_credentials")
	if got := ids(h.do(boss, "GET", "/staff?status=disabled", nil).Want(t, 200)); !slices.Equal(got, []string{"Till.1"}) {
		t.Fatal(got)
	}
	h.do(boss, "PATCH", "/staff/"+who, dict{"status": "active", "password": "a new till drawer"}).Want(t, 200)
	h.login("till.1", "a new till drawer")
	h.deeds()
	last := h.told[len(h.told)-1]
	if i := slices.IndexFunc(h.told, func(d deed.Deed) bool { return d.After["password"] == "reset" }); i < 0 {
		t.Errorf("the reset is not told: %+v", last)
	}
	for _, d := range h.told {
		if strings.Contains(fmt.Sprint(d), "drawer") {
			t.Errorf("a deed shows a password: %+v", d)
		}
	}
}

func TestEveryWrongFieldOfStaffIsNamed(t *testing.T) {
	h := newHouse(t)
	boss := h.login("boss", ownerSecret)
	for _, c := range []struct {
		body dict
		want []string
	}{
		{newStaff("x", dict{"name": strings.Repeat("长", 51), "password": "short", "roles": []string{}}), []string{"body.account", "body.name", "body.roles", "body.password"}},
		{newStaff("a b", nil), []string{"body.account"}},
		{newStaff("till", dict{"roles": []string{"cashier", "cashier"}}), []string{"body.roles[1]"}},
		{newStaff("till", dict{"roles": []string{"king"}}), []string{"body.roles[0]"}},
		{newStaff("till", dict{"stores": []string{"sto_a", "sto_a"}}), []string{"body.stores[1]"}},
		{newStaff("till", dict{"stores": []string{"sto_a", "sto_x"}}), []string{"body.stores[1]"}},
		{newStaff("till", dict{"password": "elevenchars", "roles": []string{"manager"}}), []string{"body.password"}},
		{newStaff("till", dict{"password": "password123"}), []string{"body.password"}},
		{newStaff("zhangxiaolong", dict{"password": "zhangxiaolong1"}), []string{"body.password"}},
		{newStaff("till", dict{"rolls": 1}), []string{"body.rolls"}},
		{dict{}, []string{"body", "body", "body"}},
	} {
		a := h.do(boss, "POST", "/staff", c.body)
		if got := a.Fields(); a.Status != 422 || !slices.Equal(got, c.want) {
			t.Errorf("%v: %d %v, want %v: %s", c.body, a.Status, got, c.want, a.Raw)
		}
	}
	who := h.do(boss, "POST", "/staff", newStaff("till", nil)).Want(t, 201).Body["id"].(string)
	for _, c := range []struct {
		body string
		want string
	}{
		{`{"name":""}`, "body.name"}, {`{"name":7}`, "body.name"}, {`{"roles":[]}`, "body.roles"}, {`{"status":"gone"}`, "body.status"},
		{`{"password":"short"}`, "body.password"}, {`{"account":"other"}`, "body.account"}, {`{"stores":["sto_x"]}`, "body.stores[0]"},
		{`{"roles":["manager"]}`, "body.password"}, {`{"roles":["manager"],"password":"elevenchars"}`, "body.password"},
	} {
		a := h.do(boss, "PATCH", "/staff/"+who, c.body)
		if got := a.Fields(); a.Status != 422 || !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %d %v, want %s: %s", c.body, a.Status, got, c.want, a.Raw)
		}
	}
	h.do(boss, "PATCH", "/staff/"+who, dict{"roles": []string{"manager"}, "password": "long enough to manage"}).Want(t, 200)
	h.do(boss, "PATCH", "/staff/"+who, dict{"roles": []string{"cashier"}}).Want(t, 200)
	h.do(boss, "PATCH", "/staff/"+who, dict{"roles": []string{"manager"}}).Want(t, 200) // Its password is long enough.
	h.do(boss, "PATCH", "/staff/stf_nobody", `{"name":"x"}`).WantProblem(t, 404, "staff.not_found")
	h.do(boss, "GET", "/staff?cursor=x", nil).WantProblem(t, 422, "cursor.invalid")
}

func TestNobodyGrantsMoreThanTheyHave(t *testing.T) {
	h := newHouse(t)
	h.make(dbtest.Merchant, auth.Draft{Account: "branch", Password: ownerSecret, Roles: []permit.Role{permit.Owner}, Stores: []id.Store{storeA}})
	branch := h.login("branch", ownerSecret)
	h.do(branch, "POST", "/staff", newStaff("t1", dict{"stores": []string{"sto_b"}})).WantProblem(t, 403, "staff.beyond_stores")
	h.do(branch, "POST", "/staff", newStaff("t1", nil)).WantProblem(t, 403, "staff.beyond_stores")
	mine := h.do(branch, "POST", "/staff", newStaff("t1", dict{"stores": []string{"sto_a"}})).Want(t, 201).Body["id"].(string)
	h.do(branch, "PATCH", "/staff/"+mine, dict{"stores": []string{"sto_a", "sto_b"}}).WantProblem(t, 403, "staff.beyond_stores")
	h.do(branch, "PATCH", "/staff/"+string(h.owner.ID), dict{"name": "x"}).WantProblem(t, 404, "staff.not_found")
	h.do(branch, "POST", "/keys", dict{"name": "k", "scopes": []string{"order.read"}}).WantProblem(t, 403, "staff.beyond_stores")
	both := h.make(dbtest.Merchant, auth.Draft{Account: "both", Password: cashierSecret, Roles: []permit.Role{permit.Cashier}, Stores: []id.Store{storeA, storeB}})
	h.do(branch, "PATCH", "/staff/"+string(both.ID), dict{"password": "mine now, thanks"}).WantProblem(t, 403, "staff.beyond_stores")
	if got := ids(h.do(branch, "GET", "/staff", nil).Want(t, 200)); slices.Contains(got, "boss") || len(got) != 3 {
		t.Fatalf("who is limited to a store sees %v", got)
	}

	h.do(branch, "GET", "/staff/"+string(h.owner.ID), nil).WantProblem(t, 404, "staff.not_found")
	h.do(branch, "GET", "/staff/"+mine, nil).Want(t, 200)
	h.do(h.login("t1", cashierSecret), "GET", "/staff/"+mine, nil).WantProblem(t, 403, "permission.denied")

	_, desk := h.key(dbtest.Merchant, "staff.read", "staff.write", "key.manage")
	h.do(desk, "POST", "/staff", newStaff("t2", nil)).WantProblem(t, 403, "staff.beyond_own")
	h.do(desk, "POST", "/staff", newStaff("t2", dict{"roles": []string{"owner"}, "password": ownerSecret})).WantProblem(t, 403, "staff.beyond_own")
	h.do(desk, "PATCH", "/staff/"+string(h.owner.ID), dict{"password": "mine now, thanks"}).WantProblem(t, 403, "staff.beyond_own")
	h.do(desk, "PATCH", "/staff/"+mine, dict{"status": "disabled"}).WantProblem(t, 403, "staff.beyond_own")
	h.do(desk, "POST", "/keys", dict{"name": "k", "scopes": []string{"*"}}).WantProblem(t, 403, "staff.beyond_own")
	h.do(desk, "POST", "/keys", dict{"name": "k", "scopes": []string{"order.refund"}}).WantProblem(t, 403, "staff.beyond_own")
	h.do(desk, "POST", "/keys", dict{"name": "k", "scopes": []string{"staff.read"}}).Want(t, 201)
}

func TestAnOwnerAlwaysRemains(t *testing.T) {
	h := newHouse(t)
	boss := h.login("boss", ownerSecret)
	self := "/staff/" + string(h.owner.ID)
	h.do(boss, "PATCH", self, dict{"status": "disabled"}).WantProblem(t, 409, "staff.own_status")
	h.do(boss, "PATCH", self, dict{"password": "by the back door"}).WantProblem(t, 409, "staff.own_password")
	h.do(boss, "PATCH", self, dict{"roles": []string{"manager"}}).WantProblem(t, 409, "staff.last_owner")
	h.do(boss, "PATCH", self, dict{"stores": []string{"sto_a"}}).WantProblem(t, 409, "staff.last_owner")
	// Two owners who disable each other at once.
	second := h.make(dbtest.Merchant, auth.Draft{Account: "second", Password: ownerSecret, Roles: []permit.Role{permit.Owner}})
	other := h.login("second", ownerSecret)
	var wg sync.WaitGroup
	var answers [2]webtest.Answer
	wg.Go(func() { answers[0] = h.do(boss, "PATCH", "/staff/"+string(second.ID), dict{"status": "disabled"}) })
	wg.Go(func() { answers[1] = h.do(other, "PATCH", self, dict{"status": "disabled"}) })
	wg.Wait()
	done := 0
	for _, a := range answers {
		if a.Status == 200 {
			done++
		}
	}
	if done != 1 {
		t.Fatalf("%s\n%s", answers[0].Raw, answers[1].Raw)
	}
}

func TestKeys(t *testing.T) {
	h := newHouse(t)
	boss := h.login("boss", ownerSecret)
	a := h.do(boss, "POST", "/keys", dict{"name": "webshop", "scopes": []string{"staff.read", "order.read"}}).Want(t, 201)
	key, keyID := a.Body["key"].(string), a.Body["id"].(string)
	if !strings.HasPrefix(key, "hj_") || len(key) != 46 || a.Body["rate"] != float64(50) || a.Body["tail"] != key[42:] || a.Body["expires_at"] != "2027-01-02T17:00:00.000+08:00" {
		t.Fatalf("%s", a.Raw)
	}
	if list := h.do(boss, "GET", "/keys", nil).Want(t, 200); strings.Contains(string(list.Raw), key) || len(list.Body["items"].([]any)) != 1 {
		t.Fatalf("%s", list.Raw)
	}
	me := h.do(key, "GET", "/me", nil).Want(t, 200)
	if me.Body["staff"] != nil || me.Body["key"].(dict)["name"] != "webshop" || fmt.Sprint(me.Body["permissions"]) != "[staff.read order.read]" {
		t.Fatalf("%s", me.Raw)
	}
	h.do(key, "GET", "/staff", nil).Want(t, 200)
	h.do(key, "GET", "/keys", nil).WantProblem(t, 403, "permission.denied")
	who, err := h.auth.Authenticate(context.Background(), key)
	if err != nil || who.PerSecond != 50 || who.Burst != 100 || who.Caller.Who != permit.ByKey || who.Caller.Stores != nil {
		t.Fatalf("%+v %v", who, err)
	}
	h.do(boss, "DELETE", "/keys/"+keyID, nil).Want(t, 204)
	h.do(key, "GET", "/me", nil).WantProblem(t, 401, "auth.required")
	h.do(boss, "DELETE", "/keys/"+keyID, nil).WantProblem(t, 404, "key.not_found")
	h.wantDeeds("staff.create", "auth.login", "key.create", "auth.denied denied", "key.revoke")

	short := h.do(boss, "POST", "/keys", dict{"name": "day", "scopes": []string{"*"}, "rate": 0, "expires_at": "2026-01-02T17:00:00+08:00"}).Want(t, 201).Body["key"].(string)
	if who, err := h.auth.Authenticate(context.Background(), short); err != nil || who.PerSecond != 0 || len(who.Caller.Permissions) != len(permit.All()) {
		t.Fatalf("%+v %v", who, err)
	}
	h.clock.Advance(24 * time.Hour)
	h.do(short, "GET", "/me", nil).WantProblem(t, 401, "auth.required")
}

func TestEveryWrongFieldOfAKeyIsNamed(t *testing.T) {
	h := newHouse(t)
	boss := h.login("boss", ownerSecret)
	for _, c := range []struct {
		body string
		want []string
	}{
		{`{"name":"","scopes":[],"rate":-1,"expires_at":"2020-01-01T00:00:00Z"}`, []string{"body.name", "body.scopes", "body.rate", "body.expires_at"}},
		{`{"name":"k","scopes":["*","order.read"]}`, []string{"body.scopes[0]"}},
		{`{"name":"k","scopes":["order.fly","order.read","order.read"]}`, []string{"body.scopes[0]", "body.scopes[2]"}},
		{`{"name":"k","scopes":["*"],"rate":10001}`, []string{"body.rate"}},
		{`{"name":"k","scopes":["*"],"expires_at":"2027-06-01T00:00:00Z"}`, []string{"body.expires_at"}},
		{`{"name":"k","scopes":["*"],"expires_at":"tomorrow"}`, []string{"body.expires_at"}},
	} {
		a := h.do(boss, "POST", "/keys", c.body)
		if got := a.Fields(); a.Status != 422 || !slices.Equal(got, c.want) {
			t.Errorf("%s: %d %v, want %v", c.body, a.Status, got, c.want)
		}
	}
	for range 50 {
		h.key(dbtest.Merchant, "order.read")
	}
	h.do(boss, "POST", "/keys", `{"name":"k","scopes":["*"]}`).WantProblem(t, 409, "key.too_many")
}

func TestMerchantsAreApart(t *testing.T) {
	h := newHouse(t)
	stranger := h.make(dbtest.Other, auth.Draft{Account: "stranger", Password: ownerSecret, Roles: []permit.Role{permit.Owner}})
	theirs, _ := h.key(dbtest.Other, "*")
	boss, there := h.login("boss", ownerSecret), h.login("stranger", ownerSecret)
	if m := h.do(there, "GET", "/me", nil).Want(t, 200).Body["merchant"].(dict); m["id"] != string(dbtest.Other) {
		t.Fatal(m)
	}
	if got := ids(h.do(boss, "GET", "/staff", nil)); !slices.Equal(got, []string{"boss"}) {
		t.Fatal(got)
	}
	if got := ids(h.do(boss, "GET", "/keys", nil)); len(got) != 0 {
		t.Fatal(got)
	}
	h.do(boss, "PATCH", "/staff/"+string(stranger.ID), `{"status":"disabled"}`).WantProblem(t, 404, "staff.not_found")
	h.do(boss, "GET", "/staff/"+string(stranger.ID), nil).WantProblem(t, 404, "staff.not_found")
	h.do(boss, "DELETE", "/keys/"+theirs.ID, nil).WantProblem(t, 404, "key.not_found")
	session := ids(h.do(there, "GET", "/sessions", nil))[0]
	h.do(boss, "DELETE", "/sessions/"+session, nil).WantProblem(t, 404, "session.not_found")
	h.do(boss, "POST", "/staff", newStaff("Stranger", nil)).WantProblem(t, 409, "staff.account_taken") // Accounts are unique over the installation.
	h.do(there, "POST", "/staff", newStaff("till", dict{"stores": []string{"sto_a"}})).WantProblem(t, 422, "request.invalid")
}

func TestAResetLiftsTheLock(t *testing.T) {
	h := newHouse(t)
	boss := h.login("boss", ownerSecret)
	who := h.do(boss, "POST", "/staff", newStaff("till", nil)).Want(t, 201).Body["id"].(string)
	for i := range 5 {
		h.try("till", "wrong", fmt.Sprintf("198.51.100.%d", i))
	}
	if code, _ := h.try("till", cashierSecret, "198.51.100.9"); code != "auth.too_many_attempts" {
		t.Fatal(code)
	}
	h.do(boss, "PATCH", "/staff/"+who, dict{"password": "the drawer is new"}).Want(t, 200)
	if code, _ := h.try("till", "the drawer is new", "198.51.100.9"); code != "" {
		t.Fatal(code)
	}
}

func TestRolesAndPages(t *testing.T) {
	h := newHouse(t)
	boss := h.login("boss", ownerSecret)
	if items := h.do(boss, "GET", "/roles", nil).Want(t, 200).Body["items"].([]any); len(items) != 4 || items[0].(dict)["role"] != "owner" {
		t.Fatal(items)
	}
	for i := range 7 {
		h.clock.Advance(time.Second)
		h.make(dbtest.Merchant, auth.Draft{Account: fmt.Sprintf("till%d", i), Password: cashierSecret, Roles: []permit.Role{permit.Cashier}})
	}
	var all []string
	for cursor := ""; ; {
		a := h.do(boss, "GET", "/staff?limit=3&cursor="+cursor, nil).Want(t, 200)
		all = append(all, ids(a)...)
		if a.Body["next_cursor"] == nil {
			break
		}
		cursor = a.Body["next_cursor"].(string)
	}
	if !slices.Equal(all, []string{"till6", "till5", "till4", "till3", "till2", "till1", "till0", "boss"}) {
		t.Fatal(all)
	}
}
