package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
)

var errShort = fault.New(fault.Conflict, "points.insufficient", "积分不足", "not enough points")

func TestAFaultKeepsItsNameThroughWrapping(t *testing.T) {
	err := fmt.Errorf("redeem: %w", errShort.With("available", 3))
	if !errors.Is(err, errShort) || fault.CodeOf(err) != "points.insufficient" || fault.Of(err).Data["available"] != 3 {
		t.Fatalf("%v", err)
	}
	if errShort.Data != nil {
		t.Fatal("With changed the original")
	}
	if fault.CodeOf(errors.New("x")) != "internal" || fault.CodeOf(nil) != "" {
		t.Fatal("code of what is no fault")
	}
}

func TestCollectNamesAllFieldsAtOnce(t *testing.T) {
	var c fault.Collect
	if c.Err() != nil {
		t.Fatal("nothing is wrong yet")
	}
	c.Add("body.a", 1, "甲", "a")
	c.Add("body.b", 2, "乙", "b")
	f := fault.Of(c.Err())
	if f.Kind != fault.Invalid || len(f.Fields) != 2 || f.Fields[1].Text.In(lang.EN) != "b" || f.Text.In(lang.ZH) != "甲" {
		t.Fatalf("%+v", f)
	}
}

func TestAtNamesTheField(t *testing.T) {
	f := errShort.At("body.amount", 7)
	if len(f.Fields) != 1 || f.Fields[0].Location != "body.amount" || len(errShort.Fields) != 0 {
		t.Fatalf("%+v", f)
	}
}
