package archtest

import (
	"os"
	"testing"
)

// TestTheHouse holds the law against the project itself.
func TestTheHouse(t *testing.T) {
	problems, err := Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}
