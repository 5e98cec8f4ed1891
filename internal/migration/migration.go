// Package migration carries the SQL files, in the order they run. A file called
// x.sql serves both engines; x.postgres.sql and x.sqlite.sql only one of them.
package migration

import "embed"

// Files are the migrations.
//
//go:embed *.sql
var Files embed.FS
