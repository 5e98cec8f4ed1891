package bench

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is the product running as a process of its own.
type server struct {
	command *exec.Cmd
	addr    string
	data    string
	binary  string
	target  []string // --data … and, on PostgreSQL, --database …

	database   string // "" = SQLite
	postmaster int    // PostgreSQL's first process, when it is on this machine
	operations string // where metrics and profiles are; "" = nowhere
}

// startServer sets up a merchant in an empty place and serves it.
func startServer(ctx context.Context, data, database string) (*server, string, error) {
	s, key, err := found(ctx, data, database)
	if err != nil {
		return nil, "", err
	}
	return s, key, s.serve(ctx)
}

// found sets up a merchant in an empty place and makes a key for the client.
func found(ctx context.Context, data, database string) (*server, string, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	s := &server{data: data, binary: binary, database: database, target: []string{"--data", data}}
	if database != "" {
		s.target = append(s.target, "--database", database)
	}
	password := filepath.Join(data, "password")
	if err := os.WriteFile(password, []byte("correct horse battery"), 0o600); err != nil {
		return nil, "", err
	}
	if _, err := s.run(ctx, "init", "--merchant", "Bench", "--store", "S1", "--owner", "owner", "--password-file", password); err != nil {
		return nil, "", err
	}
	key, err := s.run(ctx, "key", "create", "--scopes", "*", "--rate", "0")
	return s, strings.TrimSpace(string(key)), err
}

// serve starts the server and waits until it answers.
func (s *server) serve(ctx context.Context) (err error) {
	if s.addr, err = freeAddr(); err != nil {
		return err
	}
	s.command = exec.Command(s.binary, append([]string{"serve", "--addr", s.addr, "--ops-addr", s.operations, "--log-level", "warn"}, s.target...)...)
	s.command.Stderr = os.Stderr
	if err := s.command.Start(); err != nil {
		return err
	}
	if s.database != "" {
		if s.postmaster, err = postmaster(ctx, s.database); err != nil {
			return err
		}
	}
	return s.wait(ctx)
}

// run runs another command of the product on the same place.
func (s *server) run(ctx context.Context, args ...string) ([]byte, error) {
	var out, errs bytes.Buffer
	command := exec.CommandContext(ctx, s.binary, append(args, s.target...)...)
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("huiji %s: %w: %s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.Bytes(), nil
}

func (s *server) wait(ctx context.Context) error {
	for range 200 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the server at %s did not become ready", s.addr)
}

func (s *server) stop() error {
	if s == nil || s.command == nil {
		return nil
	}
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.command.Wait()
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// cpu is how much processor time the server, the processes of PostgreSQL and
// this client have used so far.
type cpu struct{ server, engine, client time.Duration }

func (s *server) cpu() cpu {
	c := cpu{server: used(s.command.Process.Pid), client: used(os.Getpid())}
	if s.postmaster == 0 {
		return c
	}
	// What has ended counts with its parent; what has not, by itself.
	c.engine = used(s.postmaster)
	procs, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return c
	}
	for _, stat := range procs {
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil && parentOf(pid) == s.postmaster {
			c.engine += used(pid)
		}
	}
	return c
}

// postmaster is the process that all of the database server's are children of; 0
// when the server is on another machine.
func postmaster(ctx context.Context, url string) (int, error) {
	admin, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	defer func() { _ = admin.Close(ctx) }() // The work is done or reported.
	backend := int(admin.PgConn().PID())
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", backend))
	if err != nil || !strings.HasPrefix(string(name), "postgres") {
		return 0, nil
	}
	return parentOf(backend), nil
}

func parentOf(pid int) int {
	if fields := statOf(pid); len(fields) > 1 {
		parent, _ := strconv.Atoi(fields[1])
		return parent
	}
	return 0
}

// statOf is what /proc/pid/stat says behind the name, from the state on.
func statOf(pid int) []string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	return strings.Fields(rest)
}

// used is the user and system time of a process and of its children that have
// ended, from /proc/pid/stat, whose ticks are hundredths of a second on Linux.
func used(pid int) time.Duration {
	fields := statOf(pid)
	if len(fields) < 15 {
		return 0
	}
	var ticks int64
	for _, field := range fields[11:15] {
		n, _ := strconv.ParseInt(field, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// spent fills a result's CPU per operation.
func (r *Result) spent(before, after cpu, ops float64) {
	per := func(d time.Duration) float64 { return float64(d.Microseconds()) / max(1, ops) }
	r.ServerCPU, r.EngineCPU, r.ClientCPU = per(after.server-before.server), per(after.engine-before.engine), per(after.client-before.client)
}
