package proof

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hashes lie in tiles: a tile of level 0 holds 256 leaf hashes, a tile of level 1
// the roots of 256 tiles below it, and so on.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// tile is one row of hashes; only the last of a level is not full.
type tile struct {
	level  int
	number int64
	hashes []byte
}

// edge is the right edge of a log, which is all that has to be known to append
// to it and to compute its root.
type edge struct {
	size int64
	rows [][]tlog.Hash // by level: the tile that is not full yet
}

// widthAt is how many hashes the last tile of a level has in a log of this size,
// and which tile that is; zero when all are full.
func widthAt(size int64, level int) (number int64, width int) {
	hashes := size >> (tileHeight * level)
	return hashes / tileWidth, int(hashes % tileWidth)
}

// add appends a leaf and returns the tiles that it filled.
func (e *edge) add(leaf tlog.Hash) (full []tile) {
	e.size++
	h := leaf
	for level := 0; ; level++ {
		if level == len(e.rows) {
			e.rows = append(e.rows, nil)
		}
		e.rows[level] = append(e.rows[level], h)
		if len(e.rows[level]) < tileWidth {
			return full
		}
		number := e.size>>(tileHeight*(level+1)) - 1
		full = append(full, tile{level, number, joined(e.rows[level])})
		h = rootOf(e.rows[level])
		e.rows[level] = nil
	}
}

// open are the tiles that are not full.
func (e *edge) open() (all []tile) {
	for level, row := range e.rows {
		if len(row) > 0 {
			number, _ := widthAt(e.size, level)
			all = append(all, tile{level, number, joined(row)})
		}
	}
	return all
}

// root is the hash of the whole tree: its perfect subtrees, from the smallest at
// the right to the largest. A log without leaves has the hash of nothing.
func (e *edge) root() tlog.Hash {
	var h tlog.Hash
	begun := false
	for _, row := range e.rows {
		for len(row) > 0 {
			width := len(row) & -len(row)
			one := rootOf(row[len(row)-width:])
			if row = row[:len(row)-width]; begun {
				h = tlog.NodeHash(one, h)
			} else {
				h, begun = one, true
			}
		}
	}
	return h
}

// rootOf is the root over a power of two of hashes.
func rootOf(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(rootOf(hashes[:half]), rootOf(hashes[half:]))
}

func joined(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

func split(b []byte) (hashes []tlog.Hash) {
	for ; len(b) >= tlog.HashSize; b = b[tlog.HashSize:] {
		hashes = append(hashes, tlog.Hash(b[:tlog.HashSize]))
	}
	return hashes
}

// tiles reads hashes of a log out of its tiles, each of which it asks for once.
type tiles struct {
	ask  func(level int, number int64) ([]byte, error)
	kept map[[2]int64][]byte
}

func (t *tiles) get(level int, number int64) ([]byte, error) {
	at := [2]int64{int64(level), number}
	if b, ok := t.kept[at]; ok {
		return b, nil
	}
	b, err := t.ask(level, number)
	if err == nil {
		if t.kept == nil {
			t.kept = map[[2]int64][]byte{}
		}
		t.kept[at] = b
	}
	return b, err
}

// leaf is the hash of a leaf.
func (t *tiles) leaf(n int64) (h tlog.Hash, err error) {
	b, err := t.get(0, n/tileWidth)
	at := int(n%tileWidth) * tlog.HashSize
	if err != nil || len(b) < at+tlog.HashSize {
		return h, fmt.Errorf("leaf %d: %w", n, orDamaged(err))
	}
	return tlog.Hash(b[at : at+tlog.HashSize]), nil
}

// ReadHashes answers the library's questions.
func (t *tiles) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	all := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		at := tlog.TileForIndex(tileHeight, index)
		b, err := t.get(at.L, at.N)
		if err != nil || len(b) < at.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%d: %w", at.L, at.N, orDamaged(err))
		}
		if all[i], err = tlog.HashFromTile(at, b[:at.W*tlog.HashSize], index); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func orDamaged(err error) error {
	if err != nil {
		return err
	}
	return errDamaged
}

// edgeOf reads the right edge of a log of this size.
func edgeOf(size int64, t *tiles) (*edge, error) {
	e := &edge{size: size}
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		number, width := widthAt(size, level)
		var row []tlog.Hash
		if width > 0 {
			b, err := t.get(level, number)
			if err != nil || len(b) < width*tlog.HashSize {
				return nil, fmt.Errorf("tile %d/%d: %w", level, number, orDamaged(err))
			}
			row = split(b[:width*tlog.HashSize])
		}
		e.rows = append(e.rows, row)
	}
	return e, nil
}
