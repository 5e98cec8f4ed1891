package db

import (
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite3 "modernc.org/sqlite"

	"huiji/internal/core/fault"
)

// errFull says that nothing more can be written. What was answered is safe.
var errFull = &fault.Error{
	Kind: fault.Unavailable, Code: "database.full", RetryAfter: 30 * time.Second,
	Text: fault.New(fault.Unavailable, "", "磁盘空间不足，暂时无法写入；已确认的数据完好", "the disk is full, nothing can be written now; everything confirmed is safe").Text,
}

// full names the error of a full disk; every other error stays as it is.
func full(err error) error {
	var s *sqlite3.Error
	if errors.As(err, &s) && s.Code()&0xff == sqliteFull {
		return errors.Join(errFull, err)
	}
	var p *pgconn.PgError
	if errors.As(err, &p) && p.Code == "53100" {
		return errors.Join(errFull, err)
	}
	return err
}
