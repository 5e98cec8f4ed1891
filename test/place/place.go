// Package place runs the real program in a folder of its own, as an operator
// would: set up, serve, stop, kill, and call its API over the network. With
// TEST_DATABASE_URL set its data is on PostgreSQL, otherwise in an SQLite file.
package place

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"huiji/internal/platform/dbtest"
)

// program is the real binary, built once a run.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "huiji-crash-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "huiji")
	out, err := exec.Command("go", "build", "-tags", "noweb", "-o", path, "huiji/cmd/huiji").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// Main runs a package's tests and takes the binary away again.
func Main(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path)) // A temporary folder.
	}
	os.Exit(code)
}

// Owner and Password sign in to every place.
const (
	Owner    = "owner"
	Password = "correct horse battery"
)

// Place is one installation.
type Place struct {
	Key string // of the API

	t      *testing.T
	binary string
	target []string
	addr   string
	server *exec.Cmd
}

// New sets up a merchant with the store S1, an owner and an API key that may do
// everything.
func New(t *testing.T) *Place {
	t.Helper()
	binary, err := program()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	p := &Place{t: t, binary: binary, target: []string{"--data", data}}
	if os.Getenv("TEST_DATABASE_URL") != "" {
		p.target = append(p.target, "--database", dbtest.URL(t))
	}
	password := filepath.Join(data, "password")
	if err := os.WriteFile(password, []byte(Password), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Run("init", "--merchant", "测试", "--store", "S1", "--owner", Owner, "--password-file", password)
	p.Key = strings.TrimSpace(p.Run("key", "create", "--scopes", "*", "--rate", "0"))
	return p
}

// Run runs a command to its end and returns what it printed.
func (p *Place) Run(args ...string) string {
	p.t.Helper()
	var out, errs bytes.Buffer
	c := exec.Command(p.binary, append(args, p.target...)...)
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		p.t.Fatalf("huiji %s: %v\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

// Start serves and reports how long it took to be ready.
func (p *Place) Start() time.Duration {
	p.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.addr = l.Addr().String()
	if err := l.Close(); err != nil {
		p.t.Fatal(err)
	}
	began := time.Now()
	p.server = exec.Command(p.binary, append([]string{"serve", "--addr", p.addr, "--ops-addr", "", "--log-level", "error"}, p.target...)...)
	p.server.Stderr = os.Stderr
	if err := p.server.Start(); err != nil {
		p.t.Fatal(err)
	}
	for time.Since(began) < 20*time.Second {
		r, err := http.Get("http://" + p.addr + "/readyz")
		if err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return time.Since(began)
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Fatal("the server did not become ready")
	return 0
}

// Kill ends the server at once, without a chance to tidy up.
func (p *Place) Kill() {
	p.t.Helper()
	if err := p.server.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.server.Wait() // Says that it was killed.
}

// Call sends one request with the API key; an error is a connection that broke.
func (p *Place) Call(client *http.Client, method, path, key, body string) (status int, answer map[string]any, err error) {
	r, err := http.NewRequest(method, "http://"+p.addr+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+p.Key)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	raw, err := io.ReadAll(w.Body)
	_ = w.Body.Close()
	if err != nil {
		return 0, nil, err
	}
	return w.StatusCode, answer, json.Unmarshal(raw, &answer)
}

// Must is Call that fails the test unless it succeeds.
func (p *Place) Must(method, path, key, body string) map[string]any {
	p.t.Helper()
	status, answer, err := p.Call(http.DefaultClient, method, path, key, body)
	if err != nil || status >= 300 {
		p.t.Fatalf("%s %s: %d %v %v", method, path, status, answer, err)
	}
	return answer
}

// Command is a command of the program on this place, not started yet.
func (p *Place) Command(args ...string) *exec.Cmd {
	return exec.Command(p.binary, append(args, p.target...)...)
}

// Stop ends the server the way an operator does and waits for it.
func (p *Place) Stop() {
	p.t.Helper()
	if err := p.server.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.server.Wait(); err != nil {
		p.t.Fatalf("the server did not end well: %v", err)
	}
}

// URL is where the server is.
func (p *Place) URL() string { return "http://" + p.addr }
