package crash

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"huiji/test/load"
)

const (
	clients = 32
	members = 20
)

// rounds is how many kills one run makes: ten, or HUIJI_CRASH_ROUNDS.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("HUIJI_CRASH_ROUNDS")
	if text == "" {
		return 10
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("HUIJI_CRASH_ROUNDS is %q, not a number of rounds", text)
	}
	return n
}

// TestServerKilledUnderLoad kills the server with SIGKILL.
func TestServerKilledUnderLoad(t *testing.T) {
	s := load.Open(t, members)
	storm{Shop: s, t: t, kill: func(stop func()) time.Duration {
		s.Kill()
		stop()
		return s.Start()
	}}.blow()
}

// TestDatabaseKilledUnderLoad stops PostgreSQL at once, as a crash does, and
// starts it again; the server lives through it.
func TestDatabaseKilledUnderLoad(t *testing.T) {
	if os.Getenv("TEST_DATABASE_URL") == "" {
		t.Skip("TEST_DATABASE_URL not set")
	}
	pg := durable(t)
	s := load.Open(t, members)
	storm{Shop: s, t: t, kill: func(stop func()) time.Duration {
		pg("-m", "immediate", "stop")
		time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
		pg("-l", os.DevNull, "start")
		began := time.Now()
		s.Ready("", 0)
		took := time.Since(began)
		stop()
		return took
	}}.blow()
}

// durable is a PostgreSQL server of the test's own, which syncs what it commits.
// It returns how to control it.
func durable(t *testing.T) func(args ...string) {
	t.Helper()
	folder := t.TempDir()
	// PostgreSQL does not run as root, and its user has to get there.
	for path := folder; path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	folder = filepath.Join(folder, "pg")
	script, err := filepath.Abs("../../scripts/postgres.sh")
	if err != nil {
		t.Fatal(err)
	}
	run := func(c *exec.Cmd) string {
		var errs strings.Builder
		c.Stderr = &errs
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s%s", c.Args, err, out, errs.String())
		}
		return strings.TrimSpace(string(out))
	}
	t.Cleanup(func() { run(exec.Command(script, "stop", folder)) })
	t.Setenv("TEST_DATABASE_URL", run(exec.Command(script, "start", folder)))
	data := filepath.Join(folder, "data")
	control := filepath.Join(run(exec.Command(script, "bin")), "pg_ctl")
	var options string // As it was started the first time.
	return func(args ...string) {
		if options == "" {
			raw, err := os.ReadFile(filepath.Join(data, "postmaster.opts"))
			if err != nil {
				t.Fatal(err)
			}
			_, options, _ = strings.Cut(strings.TrimSpace(string(raw)), " ")
		}
		c := exec.Command(control, append([]string{"-D", data, "-s", "-w", "-o", options}, args...)...)
		c.Dir = "/"
		info, err := os.Stat(data)
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t); int(owner.Uid) != os.Getuid() {
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
		}
		if out, err := runQuietly(c); err != nil {
			t.Fatalf("%v: %v %s", c.Args, err, out)
		}
	}
}

// runQuietly gives the command files, not pipes: the server that it leaves
// behind would hold a pipe open.
func runQuietly(c *exec.Cmd) (string, error) {
	out, err := os.CreateTemp("", "huiji-control-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(out.Name()) }()
	c.Stdout, c.Stderr = out, out
	err = c.Run()
	_ = out.Close()
	said, _ := os.ReadFile(out.Name())
	return string(said), err
}

// storm is kill after kill under load.
type storm struct {
	*load.Shop
	t *testing.T
	// kill kills, has the load stopped and brings everything back. It says how
	// long it took to be ready again.
	kill func(stop func()) time.Duration
}

func (s storm) blow() {
	var all []*load.Request
	var ready []time.Duration
	unknown, whole := 0, 0
	for round := range rounds(s.t) {
		sent, took := s.strike(round)
		ready = append(ready, took)
		s.Book.Expect(sent)
		s.Book.Read(false)
		n, there := s.Book.Judge(sent)
		unknown, whole = unknown+n, whole+there
		s.again(sent)
		s.again(sample(all, 100))
		s.Book.Read(false)
		s.Book.Judge(sent)
		s.Book.Balanced()
		all = append(all, sent...)
		if last := round == rounds(s.t)-1; last || round%10 == 9 {
			s.Book.Read(true)
			s.Book.Judge(all)
			s.Book.Reported()
			s.Healthy()
		}
		if s.t.Failed() {
			s.t.Fatalf("round %d", round)
		}
	}
	if len(all) < 20*len(ready) || unknown == 0 {
		s.t.Fatalf("%d requests, %d of them under way at a kill: the load was none", len(all), unknown)
	}
	slices.Sort(ready)
	at := func(percent int) time.Duration { return ready[(len(ready)-1)*percent/100].Round(time.Millisecond) }
	s.t.Logf("%d kills, %d requests, %d of them without an answer, %d of which had happened whole; ready again after %v (median), %v (90 %%), %v (longest)",
		len(ready), len(all), unknown, whole, at(50), at(90), at(100))
}

// strike has clients send requests until a kill at a time nobody knows. It
// returns what they sent, with the answers that came.
func (s storm) strike(round int) ([]*load.Request, time.Duration) {
	stop := make(chan struct{})
	var mu sync.Mutex
	var sent []*load.Request
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			client := load.NewClient()
			defer client.CloseIdleConnections()
			random := rand.New(rand.NewPCG(uint64(round), uint64(c)))
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				r := s.Next(fmt.Sprintf("storm-%d-%d-%d", round, c, i), random)
				mu.Lock()
				sent = append(sent, r)
				mu.Unlock()
				if !s.try(client, r) {
					return
				}
			}
		})
	}
	time.Sleep(time.Duration(150+rand.IntN(500)) * time.Millisecond)
	took := s.kill(func() {
		close(stop)
		group.Wait()
	})
	return sent, took
}

// try sends a request once. What is not answered may have happened or not. It
// reports whether the server is there.
func (s storm) try(client *http.Client, r *load.Request) bool {
	a, err := s.Post(client, 0, r.Kind.Path, r.Key, r.Body(r.Key))
	switch {
	case err != nil:
		return false
	case a.Later:
		time.Sleep(200 * time.Millisecond)
	default:
		s.Note(r, a)
	}
	return true
}

// again sends requests once more, as clients do that had no answer: each has its
// one effect then, and those that had their answer get the same again.
func (s storm) again(requests []*load.Request) {
	work := make(chan *load.Request)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			client := load.NewClient()
			defer client.CloseIdleConnections()
			for r := range work {
				s.Settle(client, r)
			}
		})
	}
	for _, r := range requests {
		if r.Refused == "" { // What was refused is not kept and may succeed now.
			work <- r
		}
	}
	close(work)
	group.Wait()
}

func sample(all []*load.Request, n int) []*load.Request {
	some := make([]*load.Request, 0, n)
	for range min(n, len(all)) {
		some = append(some, all[rand.IntN(len(all))])
	}
	return some
}
