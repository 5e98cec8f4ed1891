package auth

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/platform/dbtest"
	"huiji/internal/platform/job"
)

func TestPasswordRules(t *testing.T) {
	s := &Service{common: common()}
	owner, cashier := []permit.Role{permit.Owner}, []permit.Role{permit.Cashier}
	words := []string{"xiaoming", "王小明", "测试商户"}
	for _, c := range []struct {
		password string
		roles    []permit.Role
		good     bool
	}{
		{"short7!", cashier, false}, {"eight-ch", cashier, true}, {"eight-ch", owner, false},
		{"elevenchars", owner, false}, {"twelve-chars", owner, true}, {"twelve-chars", []permit.Role{permit.Cashier, permit.Manager}, true},
		{"四个汉字再四个字吧", cashier, true}, {strings.Repeat("长长短短", 32), cashier, false}, {strings.Repeat("ab1", 42) + "zq", cashier, true},
		{strings.Repeat("x9y8z", 26), cashier, false}, // 130 characters
		{"password", cashier, false}, {"PassWord123", cashier, false}, {"password2024", owner, false}, {"Qwertyuiop!!", owner, false},
		{"1qaz2wsx3edc4rfv", owner, false}, {"woaini1314520", owner, false}, {"123456789012", owner, false}, {"987654321098", owner, false},
		{"aaaaaaaaaaaa", owner, false}, {"abcabcabcabc", owner, false}, {"ｐａｓｓｗｏｒｄ", cashier, false},
		{"xiaoming2026", owner, false}, {"Xiaoming-likes-tea", owner, true}, {"测试商户2026", cashier, false}, {"huiji123", cashier, false},
		{"correct horse battery", owner, true}, {"\xff\xfe12345678abcd", owner, false},
	} {
		var wrong fault.Collect
		s.checkPassword(&wrong, "body.password", c.password, c.roles, words)
		err := wrong.Err()
		if (err == nil) != c.good {
			t.Errorf("%q for %v: %v, want good=%v", c.password, c.roles, err, c.good)
		}
		if f := fault.Of(err); f != nil && f.Fields[0].Value != nil {
			t.Errorf("the answer repeats the password %q", c.password)
		}
	}
}

func TestHashesVerifyAndRise(t *testing.T) {
	ctx := context.Background()
	h := NewHasher([]byte("pepper"), Usual())
	phc, err := h.Hash(ctx, "a good password")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatal(phc, err)
	}
	check := func(h *Hasher, password string, wantRight, wantOld bool) {
		t.Helper()
		right, old, err := h.Verify(ctx, password, phc)
		if err != nil || right != wantRight || old != wantOld {
			t.Fatalf("right %v old %v %v, want %v %v", right, old, err, wantRight, wantOld)
		}
	}
	check(h, "a good password", true, false)
	check(h, "another password", false, false)
	check(NewHasher([]byte("other pepper"), Usual()), "a good password", false, false)
	check(NewHasher([]byte("pepper"), Cost{Memory: 19456, Passes: 3, Lanes: 1}), "a good password", true, true)
	if right, _, err := h.Verify(ctx, "anything", ""); right || err != nil {
		t.Fatal("nobody's password was right", err)
	}
	if _, _, err := h.Verify(ctx, "x", "$argon2i$v=19$m=1,t=1,p=1$AA$AA"); err == nil {
		t.Fatal("an unknown form was read")
	}
}

func TestThePepperIsMadeOnceAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pepper")
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	phc, err := first.Hash(context.Background(), "secret")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v %v", info.Mode(), err)
	}
	second, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if right, _, err := second.Verify(context.Background(), "secret", phc); !right || err != nil {
		t.Fatal("the pepper changed", err)
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil {
		t.Fatal("a broken pepper file was accepted")
	}
}

func TestTooManyHashesAreRefused(t *testing.T) {
	h := NewHasher([]byte("pepper"), Usual())
	for range cap(h.slots) {
		h.slots <- struct{}{} // Every core is busy.
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for range queueMax {
		wg.Go(func() {
			if _, err := h.Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
				t.Error("one in the queue:", err)
			}
		})
	}
	for h.waiting.Load() < queueMax {
		runtime.Gosched()
	}
	_, err := h.Hash(ctx, "x")
	if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || f.RetryAfter == 0 {
		t.Fatalf("one too many: %v", err)
	}
	cancel()
	wg.Wait()
}

// TestUnknownAccountsCostTheSame shows that a name nobody has waits for a hash
// like any other: with every core busy it gets no answer either. Comparing times
// would prove less on a machine that does other things.
func TestUnknownAccountsCostTheSame(t *testing.T) {
	d := dbtest.New(t)
	log := slog.New(slog.DiscardHandler)
	s := New(Options{DB: d, Jobs: job.New(d, log), Log: log, Hasher: NewHasher([]byte("pepper"), Usual())})
	login := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		_, err := s.Login(ctx, "ghost", "not the password", Visit{})
		return err
	}
	for range cap(s.Hasher.slots) {
		s.Hasher.slots <- struct{}{}
	}
	if err := login(); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("it was answered without a hash: %v", err)
	}
	for range cap(s.Hasher.slots) {
		<-s.Hasher.slots
	}
	if _, err := s.Login(context.Background(), "ghost", "not the password", Visit{}); !errors.Is(err, errWrong) {
		t.Fatal(err)
	}
}

func TestTokensHaveAShape(t *testing.T) {
	token := newToken()
	for in, want := range map[string][2]bool{
		token: {false, true}, keyPrefix + token: {true, true}, "": {false, false}, "hj_": {true, false},
		token + "x": {false, false}, strings.Repeat("!", 43): {false, false},
	} {
		if key, ok := shaped(in); key != want[0] && ok || ok != want[1] {
			t.Errorf("%q: key %v ok %v", in, key, ok)
		}
	}
	if newToken() == token || hashOf(token) == token || len(hashOf(token)) != 64 {
		t.Error("tokens are not random or not hashed")
	}
}
