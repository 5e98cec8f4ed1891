package member_test

import (
	"context"
	"fmt"
	"testing"

	"huiji/internal/core/id"
	"huiji/internal/domain/member"
	"huiji/internal/platform/db"
	"huiji/internal/platform/dbtest"
)

func TestListsCallMembersMasked(t *testing.T) {
	h := open(t)
	drafts := []member.Draft{{Phone: "13800000001", Name: "张小明", At: "body"}, {CardNo: "C-1", At: "body"}}
	for n := range 250 {
		drafts = append(drafts, member.Draft{ExternalID: fmt.Sprint("x", n), Name: "李四", At: "body"})
	}
	all, err := h.enrol(drafts...)
	if err != nil {
		t.Fatal(err)
	}
	asked := []id.Member{"", all[0].ID, all[1].ID, all[0].ID, "mem_nobody", ""}
	for _, m := range all {
		asked = append(asked, m.ID)
	}
	called := func(of id.Merchant, asked ...id.Member) (found map[id.Member]member.Called) {
		t.Helper()
		err := h.DB.Read(context.Background(), of, func(ctx context.Context, tx *db.Tx) (err error) {
			found, err = h.Called(ctx, tx, asked)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	found := called(dbtest.Merchant, asked...)
	if len(found) != len(all) || found[all[0].ID] != (member.Called{Number: all[0].Number, Name: "张*", Phone: "138****0001"}) ||
		found[all[1].ID] != (member.Called{Number: all[1].Number}) || found[all[251].ID].Name != "李*" {
		t.Errorf("%d of %d: %+v", len(found), len(all), found[all[0].ID])
	}
	if found := called(dbtest.Other, asked...); len(found) != 0 {
		t.Errorf("another merchant hears %v", found)
	}
	if found := called(dbtest.Merchant, "", ""); len(found) != 0 {
		t.Errorf("nobody is %v", found)
	}
}
