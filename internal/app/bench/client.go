package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// call is one request: a POST with a body, or a GET without one.
type call struct {
	method, path, key string
	body              []byte
}

// conn is one keep-alive connection that speaks just enough HTTP.
type conn struct {
	raw  net.Conn
	in   *bufio.Reader
	out  []byte
	head string // what every request says
}

func dial(addr, apiKey string) (*conn, error) {
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw, in: bufio.NewReaderSize(raw, 32<<10), head: " HTTP/1.1\r\nHost: " + addr + "\r\nAuthorization: Bearer " + apiKey + "\r\n"}, nil
}

func (c *conn) do(r call) (status int, body []byte, err error) {
	c.out = append(append(append(append(c.out[:0], r.method...), " /api/v1"...), r.path...), c.head...)
	if r.key != "" {
		c.out = append(append(append(c.out, "Idempotency-Key: "...), r.key...), "\r\n"...)
	}
	if r.body != nil {
		c.out = append(c.out, "Content-Type: application/json\r\nContent-Length: "...)
		c.out = append(strconv.AppendInt(c.out, int64(len(r.body)), 10), "\r\n"...)
	}
	c.out = append(append(c.out, "\r\n"...), r.body...)
	if _, err := c.raw.Write(c.out); err != nil {
		return 0, nil, err
	}
	return c.read()
}

func (c *conn) read() (status int, body []byte, err error) {
	line, err := c.line()
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 {
		return 0, nil, fmt.Errorf("status line %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, err
	}
	length, chunked := 0, false
	for {
		if line, err = c.line(); err != nil {
			return 0, nil, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("content-length")):
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
		case bytes.EqualFold(name, []byte("transfer-encoding")):
			chunked = string(bytes.TrimSpace(value)) == "chunked"
		}
		if err != nil {
			return 0, nil, err
		}
	}
	if chunked {
		body, err = c.chunks()
		return status, body, err
	}
	body = make([]byte, length)
	_, err = io.ReadFull(c.in, body)
	return status, body, err
}

func (c *conn) chunks() (body []byte, err error) {
	for {
		line, err := c.line()
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseInt(string(line), 16, 32)
		if err != nil {
			return nil, err
		}
		part := make([]byte, n+2)
		if _, err := io.ReadFull(c.in, part); err != nil {
			return nil, err
		}
		if n == 0 {
			return body, nil
		}
		body = append(body, part[:n]...)
	}
}

// line is good until the next one is read.
func (c *conn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

// load is what the clients of a scenario send: what comes next, and what to make
// of its answer.
type load struct {
	next func(client, i int) call
	seen func(client int, sent call, body []byte) error // nil = nothing is looked at
}

// share is what one client measured.
type share struct {
	latencies []time.Duration
	errs      int
	first     error
}

// drive lets n clients call for a while, each the next as soon as it has its
// answer. A status of 400 or more is an error; the first is kept to be shown.
func drive(ctx context.Context, addr, apiKey string, n int, length time.Duration, l load) (Result, error) {
	shares := make([]share, n)
	began := time.Now()
	var wg sync.WaitGroup
	for client := range n {
		wg.Go(func() {
			s := &shares[client]
			c, err := dial(addr, apiKey)
			if err != nil {
				s.first = err
				return
			}
			defer func() { _ = c.raw.Close() }()
			for i := 0; time.Since(began) < length && ctx.Err() == nil; i++ {
				if err := s.one(c, client, i, l); err != nil {
					s.first = errors.Join(s.first, err)
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	var all []time.Duration
	errs, first := 0, error(nil)
	for _, s := range shares {
		all = append(all, s.latencies...)
		errs += s.errs
		if first == nil {
			first = s.first
		}
	}
	r := summary(all, took, errs)
	r.Clients = n
	return r, first
}

// one sends one call. The error ends the client.
func (s *share) one(c *conn, client, i int, l load) error {
	what := l.next(client, i)
	sent := time.Now()
	status, body, err := c.do(what)
	if err != nil {
		return err
	}
	took := time.Since(sent)
	if status >= 400 {
		if s.errs++; s.first == nil {
			s.first = fmt.Errorf("status %d: %.300s", status, body)
		}
		return nil
	}
	s.latencies = append(s.latencies, took)
	if l.seen == nil {
		return nil
	}
	return l.seen(client, what, body)
}

// each sends every call of a list over n connections and wants success.
func each(addr, apiKey string, n, total int, what func(i int) call, seen func(i int, body []byte)) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for worker := range n {
		wg.Go(func() {
			c, err := dial(addr, apiKey)
			if err != nil {
				errs[worker] = err
				return
			}
			defer func() { _ = c.raw.Close() }()
			for i := worker; i < total; i += n {
				status, body, err := c.do(what(i))
				if err == nil && status >= 400 {
					err = fmt.Errorf("status %d: %.300s", status, body)
				}
				if err != nil {
					errs[worker] = err
					return
				}
				if seen != nil {
					seen(i, body)
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
