package db

import "context"

// soundMost is how many problems of a file are told.
const soundMost = 100

// Sound asks the engine whether the file itself is whole: pages, rows and
// indexes. It says what is not. PostgreSQL looks after its own pages.
func (d *DB) Sound(ctx context.Context) (problems []string, err error) {
	if d.Engine() != "sqlite" {
		return nil, nil
	}
	err = d.engine.read(ctx, func(ctx context.Context, s session) error {
		return s.query(ctx, func(r Row) error {
			var said string
			if err := r.Scan(&said); err != nil {
				return err
			}
			if said != "ok" && len(problems) < soundMost {
				problems = append(problems, said)
			}
			return nil
		}, "PRAGMA integrity_check", nil)
	})
	return problems, err
}
