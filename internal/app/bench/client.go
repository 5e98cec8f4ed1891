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
	"strings"
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
	out  bytes.Buffer
	host string
	key  string
}

func dial(addr, apiKey string) (*conn, error) {
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw, in: bufio.NewReaderSize(raw, 32<<10), host: addr, key: apiKey}, nil
}

func (c *conn) do(r call) (status int, body []byte, err error) {
	c.out.Reset()
	fmt.Fprintf(&c.out, "%s /api/v1%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n", r.method, r.path, c.host, c.key)
	if r.key != "" {
		fmt.Fprintf(&c.out, "Idempotency-Key: %s\r\n", r.key)
	}
	if r.body != nil {
		fmt.Fprintf(&c.out, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(r.body))
	}
	c.out.WriteString("\r\n")
	c.out.Write(r.body)
	if _, err := c.raw.Write(c.out.Bytes()); err != nil {
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
	if status, err = strconv.Atoi(line[9:12]); err != nil {
		return 0, nil, err
	}
	length, chunked := 0, false
	for {
		if line, err = c.line(); err != nil || line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "content-length":
			length, err = strconv.Atoi(strings.TrimSpace(value))
		case "transfer-encoding":
			chunked = strings.TrimSpace(value) == "chunked"
		}
		if err != nil {
			return 0, nil, err
		}
	}
	if err != nil {
		return 0, nil, err
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
		n, err := strconv.ParseInt(line, 16, 32)
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

func (c *conn) line() (string, error) {
	line, err := c.in.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}

// drive lets n clients call for a while, each the next as soon as it has its
// answer. A status of 400 or more is an error; some are kept to be shown.
func drive(ctx context.Context, addr, apiKey string, n int, length time.Duration, next func(client, i int) call) (Result, error) {
	type share struct {
		latencies []time.Duration
		errs      int
		first     error
	}
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
				sent := time.Now()
				status, body, err := c.do(next(client, i))
				if err != nil {
					s.first = errors.Join(s.first, err)
					return
				}
				if status >= 400 {
					if s.errs++; s.first == nil {
						s.first = fmt.Errorf("status %d: %.300s", status, body)
					}
					continue
				}
				s.latencies = append(s.latencies, time.Since(sent))
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
