package message_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/domain/message"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/web/webtest"
)

var (
	ann = id.Member(id.New(id.OfMember, 7, dbtest.Start, 1))
	bob = id.Member(id.New(id.OfMember, 200, dbtest.Start, 2))
)

func open(t *testing.T) *message.Service {
	t.Helper()
	return &message.Service{
		DB: dbtest.New(t),
		Exists: func(_ context.Context, tx *db.Tx, who id.Member) error {
			if tx.Merchant() == dbtest.Merchant && (who == ann || who == bob) {
				return nil
			}
			return fault.New(fault.NotFound, "member.not_found", "没有这个会员", "there is no such member")
		},
		Zone: func(context.Context, *db.Tx) (*time.Location, error) { return time.FixedZone("CST", 8*3600), nil },
	}
}

func add(t *testing.T, s *message.Service, all ...message.Message) int64 {
	t.Helper()
	var n int64
	err := s.DB.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = s.Add(ctx, tx, all)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func told(who id.Member, cause string) message.Message {
	return message.Message{Member: who, Kind: "points.expiring", Text: lang.Say("积分即将过期", "points expire soon"), Cause: cause}
}

func TestACauseIsToldOnce(t *testing.T) {
	s := open(t)
	if n := add(t, s, told(ann, "a"), told(ann, "b"), told(bob, "a")); n != 3 {
		t.Errorf("%d were new, want 3", n)
	}
	if n := add(t, s, told(ann, "a"), told(ann, "c"), told(ann, "c")); n != 1 {
		t.Errorf("%d were new, want 1", n)
	}
	if n := add(t, s); n != 0 {
		t.Errorf("%d of none were new", n)
	}
}

func TestMessagesOverHTTP(t *testing.T) {
	s := open(t)
	server := webtest.New(t, s.DB.Clock())
	s.Routes(server.API)
	var all []message.Message
	for i := range 5 {
		m := told(ann, fmt.Sprint(i))
		m.Kind, m.CreatedAt = fmt.Sprint("k", i), dbtest.Start.Add(time.Duration(i/2)*time.Hour)
		all = append(all, m)
	}
	add(t, s, append(all, told(bob, "b"))...)
	cashier := server.Role(permit.Cashier)
	var kinds string
	for cursor := ""; ; {
		a := cashier.Do("GET", "/members/"+string(ann)+"/messages?limit=2"+cursor, nil).Want(t, 200)
		for _, item := range a.Body["items"].([]any) {
			kinds += item.(map[string]any)["kind"].(string)
		}
		next, more := a.Body["next_cursor"].(string)
		if !more {
			break
		}
		cursor = "&cursor=" + next
	}
	if kinds != "k4k3k2k1k0" {
		t.Errorf("listed %s", kinds)
	}
	a := cashier.English().Do("GET", "/members/"+string(bob)+"/messages", nil).Want(t, 200)
	one := a.Body["items"].([]any)[0].(map[string]any)
	if one["text"] != "points expire soon" || one["read_at"] != nil || one["created_at"] != "2026-01-01T17:00:00.000+08:00" {
		t.Errorf("listed %s", a.Raw)
	}
	cashier.Do("GET", "/members/mem_nobody/messages", nil).WantProblem(t, 404, "member.not_found")
	foreign := server.As(permit.Caller{Merchant: dbtest.Other, Who: permit.ByStaff, ID: "stf_x", Permissions: permit.All()})
	foreign.Do("GET", "/members/"+string(ann)+"/messages", nil).WantProblem(t, 404, "member.not_found")
	cashier.Do("GET", "/members/"+string(ann)+"/messages?limit=0", nil).WantProblem(t, 422, "request.invalid")
	cashier.Do("GET", "/members/"+string(ann)+"/messages?cursor=x", nil).WantProblem(t, 422, "cursor.invalid")
	server.Nobody().Do("GET", "/members/"+string(ann)+"/messages", nil).WantProblem(t, 401, "auth.required")

	err := s.DB.Write(context.Background(), dbtest.Merchant, func(ctx context.Context, tx *db.Tx) error {
		return s.Purge(ctx, tx, []id.Member{ann})
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := cashier.Do("GET", "/members/"+string(ann)+"/messages", nil); len(a.Body["items"].([]any)) != 0 {
		t.Errorf("after the purge: %s", a.Raw)
	}
	if a := cashier.Do("GET", "/members/"+string(bob)+"/messages", nil); len(a.Body["items"].([]any)) != 1 {
		t.Errorf("the purge took more: %s", a.Raw)
	}
}
