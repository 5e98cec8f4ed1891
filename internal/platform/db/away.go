package db

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"huiji/internal/core/fault"
)

// errAway says that the database server cannot be reached. Whether what was under
// way has happened, the same key tells.
var errAway = &fault.Error{
	Kind: fault.Unavailable, Code: "database.away", RetryAfter: time.Second,
	Text: fault.New(fault.Unavailable, "", "数据库暂时无法连接，请稍后用同一 Idempotency-Key 重试",
		"the database cannot be reached, try again shortly with the same Idempotency-Key").Text,
}

// away marks an error that says nothing about the request and all about the
// server: it is gone, going, not up yet, full of connections, or the spare that
// must not write.
func away(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || !unreachable(err) {
		return err
	}
	return errors.Join(errAway, err)
}

func unreachable(err error) bool {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		switch p.Code {
		case "57P01", "57P02", "57P03", "53300", "25006":
			return true
		}
		return strings.HasPrefix(p.Code, "08")
	}
	var n net.Error
	var c *pgconn.ConnectError
	return errors.As(err, &n) || errors.As(err, &c) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, errBroken) || pgconn.SafeToRetry(err)
}
