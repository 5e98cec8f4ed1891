package proof

import (
	"context"
	"errors"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

func findSize(ctx context.Context, tx *db.Tx) (int64, error) {
	size, err := db.One(ctx, tx, scanNumber, `SELECT size FROM proof_log WHERE merchant_id = $1`, tx.Merchant())
	return size, none(err)
}

// holdLog holds the log until the commit and reads its size.
func holdLog(ctx context.Context, tx *db.Tx) (int64, error) {
	_, err := tx.Exec(ctx, `INSERT INTO proof_log (merchant_id, size) VALUES ($1, 0) ON CONFLICT (merchant_id) DO NOTHING`, tx.Merchant())
	if err != nil {
		return 0, err
	}
	return db.One(ctx, tx, scanNumber, `SELECT size FROM proof_log WHERE merchant_id = $1`+tx.ForUpdate(), tx.Merchant())
}

func saveSize(ctx context.Context, tx *db.Tx, size int64) error {
	_, err := tx.Exec(ctx, `UPDATE proof_log SET size = $2 WHERE merchant_id = $1`, tx.Merchant(), size)
	return err
}

func insertChunk(ctx context.Context, tx *db.Tx, c chunk) error {
	_, err := tx.Exec(ctx, `INSERT INTO proof_chunk (merchant_id, first, to_at, roll) VALUES ($1, $2, $3, $4)`,
		tx.Merchant(), c.first, c.toAt, written(c.roll))
	return err
}

// chunksFrom reads chunks of both kinds from a leaf on.
func chunksFrom(ctx context.Context, tx *db.Tx, first int64, limit int) ([]chunk, error) {
	return db.All(ctx, tx, scanChunk, `SELECT first, to_at, roll FROM proof_chunk WHERE merchant_id = $1 AND first >= $2 ORDER BY first LIMIT $3`,
		tx.Merchant(), first, limit)
}

// chunksToCheck reads ordinary chunks from a leaf on: those that end at a moment
// or later, and of the older ones a thirtieth.
func chunksToCheck(ctx context.Context, tx *db.Tx, first, since, turn int64, limit int) ([]chunk, error) {
	return db.All(ctx, tx, scanChunk, `SELECT first, to_at, roll FROM proof_chunk
		WHERE merchant_id = $1 AND to_at > 0 AND first >= $2 AND (to_at >= $3 OR first % 30 = $4) ORDER BY first LIMIT $5`,
		tx.Merchant(), first, since, turn, limit)
}

// chunksTo reads ordinary chunks that end at a moment or later, from a leaf on.
func chunksTo(ctx context.Context, tx *db.Tx, at, first int64, limit int) ([]chunk, error) {
	return db.All(ctx, tx, scanChunk, `SELECT first, to_at, roll FROM proof_chunk
		WHERE merchant_id = $1 AND to_at > 0 AND to_at >= $2 AND first >= $3 ORDER BY to_at, first LIMIT $4`, tx.Merchant(), at, first, limit)
}

// chunkBefore reads the last ordinary chunk before a leaf.
func chunkBefore(ctx context.Context, tx *db.Tx, first int64) (chunk, error) {
	c, err := db.One(ctx, tx, scanChunk, `SELECT first, to_at, roll FROM proof_chunk
		WHERE merchant_id = $1 AND to_at > 0 AND first < $2 ORDER BY first DESC LIMIT 1`, tx.Merchant(), first)
	return c, none(err)
}

// lateChunks reads what was found late: little or nothing.
func lateChunks(ctx context.Context, tx *db.Tx) ([]chunk, error) {
	return db.All(ctx, tx, scanChunk, `SELECT first, to_at, roll FROM proof_chunk WHERE merchant_id = $1 AND to_at = 0 ORDER BY first`, tx.Merchant())
}

func scanChunk(r db.Row) (c chunk, err error) {
	var roll string
	err = r.Scan(&c.first, &c.toAt, &roll)
	c.roll = readRoll(roll)
	return c, err
}

// tilesOf reads the hashes of the log through the transaction.
func tilesOf(ctx context.Context, tx *db.Tx) *tiles {
	return &tiles{ask: func(level int, number int64) ([]byte, error) {
		b, err := db.One(ctx, tx, scanBytes, `SELECT hashes FROM proof_tile WHERE merchant_id = $1 AND level = $2 AND number = $3`,
			tx.Merchant(), level, number)
		return b, none(err)
	}}
}

// leafTiles reads tiles of leaf hashes in their order.
func leafTiles(ctx context.Context, tx *db.Tx, from int64, limit int) ([]tile, error) {
	return db.All(ctx, tx, func(r db.Row) (t tile, err error) { return t, r.Scan(&t.number, &t.hashes) },
		`SELECT number, hashes FROM proof_tile WHERE merchant_id = $1 AND level = 0 AND number >= $2 ORDER BY number LIMIT $3`,
		tx.Merchant(), from, limit)
}

func saveTiles(ctx context.Context, tx *db.Tx, all []tile) error {
	rows := make([][]any, 0, len(all))
	for _, t := range all {
		rows = append(rows, []any{tx.Merchant(), t.level, t.number, t.hashes})
	}
	_, err := tx.Insert(ctx, `INSERT INTO proof_tile (merchant_id, level, number, hashes) VALUES`, rows,
		`ON CONFLICT (merchant_id, level, number) DO UPDATE SET hashes = excluded.hashes`)
	return err
}

func insertCheckpoint(ctx context.Context, tx *db.Tx, c Checkpoint) error {
	_, err := tx.Exec(ctx, `INSERT INTO proof_checkpoint (merchant_id, at, size, note) VALUES ($1, $2, $3, $4) ON CONFLICT (merchant_id, at) DO NOTHING`,
		tx.Merchant(), db.Millis(c.At), c.Size, c.Note)
	return err
}

// keptCheckpoint is a checkpoint as its row tells it.
type keptCheckpoint struct {
	at, size int64
	note     string
}

func checkpoints(ctx context.Context, tx *db.Tx) ([]keptCheckpoint, error) {
	return db.All(ctx, tx, func(r db.Row) (c keptCheckpoint, err error) { return c, r.Scan(&c.at, &c.size, &c.note) },
		`SELECT at, size, note FROM proof_checkpoint WHERE merchant_id = $1 ORDER BY at`, tx.Merchant())
}

func hasCheckpoint(ctx context.Context, tx *db.Tx) (bool, error) {
	at, err := db.One(ctx, tx, scanNumber, `SELECT at FROM proof_checkpoint WHERE merchant_id = $1 LIMIT 1`, tx.Merchant())
	return at > 0, none(err)
}

// signing is the key pair of a merchant; the secret is sealed.
type signing struct {
	verifier string
	sealed   []byte
}

func findKey(ctx context.Context, tx *db.Tx) (signing, error) {
	k, err := db.One(ctx, tx, func(r db.Row) (k signing, err error) { return k, r.Scan(&k.verifier, &k.sealed) },
		`SELECT verifier, sealed FROM proof_key WHERE merchant_id = $1`, tx.Merchant())
	return k, none(err)
}

func insertKey(ctx context.Context, tx *db.Tx, k signing) error {
	_, err := tx.Exec(ctx, `INSERT INTO proof_key (merchant_id, verifier, sealed, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (merchant_id) DO NOTHING`, tx.Merchant(), k.verifier, k.sealed, db.Millis(tx.Now()))
	return err
}

func scanNumber(r db.Row) (n int64, err error) { return n, r.Scan(&n) }

func scanBytes(r db.Row) (b []byte, err error) { return b, r.Scan(&b) }

// none takes what is not there as the zero value.
func none(err error) error {
	if errors.Is(err, db.ErrNoRow) {
		return nil
	}
	return err
}

// lateLeaves numbers what was found late.
func lateLeaves(ctx context.Context, tx *db.Tx) (map[id.Posting]int64, []chunk, error) {
	chunks, err := lateChunks(ctx, tx)
	late := map[id.Posting]int64{}
	for _, c := range chunks {
		for i, one := range c.roll {
			late[one] = c.first + int64(i)
		}
	}
	return late, chunks, err
}
