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
)

// server is the product running as a process of its own.
type server struct {
	command *exec.Cmd
	addr    string
	data    string
	binary  string
	target  []string // --data … and, on PostgreSQL, --database …
}

// startServer sets up a merchant in an empty place and serves it.
func startServer(ctx context.Context, data, database string) (*server, string, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	s := &server{data: data, binary: binary, target: []string{"--data", data}}
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
	if err != nil {
		return nil, "", err
	}
	if s.addr, err = freeAddr(); err != nil {
		return nil, "", err
	}
	s.command = exec.Command(binary, append([]string{"serve", "--addr", s.addr, "--ops-addr", "", "--log-level", "warn"}, s.target...)...)
	s.command.Stderr = os.Stderr
	if err := s.command.Start(); err != nil {
		return nil, "", err
	}
	return s, strings.TrimSpace(string(key)), s.wait(ctx)
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
	procs, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		return c
	}
	for _, comm := range procs {
		if raw, err := os.ReadFile(comm); err == nil && strings.HasPrefix(string(raw), "postgres") {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(comm))); err == nil {
				c.engine += used(pid)
			}
		}
	}
	return c
}

// used is the user and system time of a process, from /proc/pid/stat, whose
// ticks are hundredths of a second on Linux.
func used(pid int) time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// spent fills a result's CPU per operation.
func (r *Result) spent(before, after cpu, ops float64) {
	per := func(d time.Duration) float64 { return float64(d.Microseconds()) / max(1, ops) }
	r.ServerCPU, r.EngineCPU, r.ClientCPU = per(after.server-before.server), per(after.engine-before.engine), per(after.client-before.client)
}
