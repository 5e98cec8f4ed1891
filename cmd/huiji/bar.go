package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// bar shows how far long work has come: a line that redraws itself on a
// terminal, a line every tenth of the way elsewhere.
type bar struct {
	out      *os.File
	terminal bool
	drawn    time.Time
	tenth    int
}

const barWidth = 40

func newBar(out *os.File) *bar {
	info, err := out.Stat()
	return &bar{out: out, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (b *bar) show(done, total int) {
	if total <= 0 {
		return
	}
	if !b.terminal {
		if tenth := done * 10 / total; tenth > b.tenth {
			b.tenth = tenth
			_, _ = fmt.Fprintf(b.out, "%d %%\n", tenth*10) // To standard error.
		}
		return
	}
	if now := time.Now(); done < total && now.Sub(b.drawn) < 100*time.Millisecond {
		return
	} else {
		b.drawn = now
	}
	full := min(barWidth, done*barWidth/total)
	_, _ = fmt.Fprintf(b.out, "\r[%s%s] %3d %%  %d / %d", strings.Repeat("█", full), strings.Repeat("·", barWidth-full), done*100/total, done, total)
}

func (b *bar) end() {
	if b.terminal {
		_, _ = fmt.Fprintln(b.out)
	}
}
