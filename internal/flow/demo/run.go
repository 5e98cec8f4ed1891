package demo

import (
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
)

// State is how far the demo is.
type State string

// The states.
const (
	None     State = "none"
	Loading  State = "loading"
	Loaded   State = "loaded"
	Clearing State = "clearing"
)

// edition names what Plan writes: when it writes anything else for the same
// seed, the number rises, so that a load that was interrupted before an update
// is not continued with another script.
const edition = 1

// seed is the seed of every demo: all the world sees the same shop.
const seed = 20260101

// Faults of the demo.
var (
	errLoaded   = fault.New(fault.Conflict, "demo.loaded", "演示数据已载入；如需重新载入，请先清除", "the demo data is loaded already; clear it first to load it anew")
	errWorking  = fault.New(fault.Conflict, "demo.working", "演示数据正在载入或清除；若上次被强行中断，约 20 秒后可继续", "the demo data is being loaded or cleared; after a worker was killed, it can go on in about 20 seconds")
	errClearing = fault.New(fault.Conflict, "demo.clearing", "演示数据尚未清除完，请先完成清除", "the demo data is not cleared completely yet, finish clearing first")
	errEdition  = fault.New(fault.Conflict, "demo.interrupted", "上次载入被中断，且程序已更新，请先清除演示数据", "the program was updated after an interrupted load; clear the demo data first")
	errStopped  = fault.New(fault.Conflict, "demo.stopped", "载入已被中止，演示数据正在清除", "loading was stopped, the demo data is being cleared")
	errNone     = fault.New(fault.NotFound, "demo.none", "没有演示数据", "there is no demo data")
	errBefore   = fault.New(fault.Conflict, "demo.in_the_way", "商户自己的数据与演示数据重复（门店编号、商品编码或手机号），无法载入", "the merchant's own data has the same store code, SKU or phone number as the demo data, which cannot be loaded")
)

// Run is one demo, from loading to clearing.
type Run struct {
	ID          string
	State       State
	Seed        int64
	Edition     int
	Size        Size
	Begun       time.Time // the script's present
	Step        int       // how many steps are done: the opening of the shops, then each day
	Done, Total int64     // for people to see
	LeaseUntil  time.Time // until when somebody works on it
	Trouble     lang.Text // why the last attempt ended early; empty = it did not
}

// Percent is how much of the work is done, 0 to 100.
func (r Run) Percent() int {
	switch {
	case r.State == Loaded:
		return 100
	case r.Total <= 0:
		return 0
	}
	return int(min(99, 100*r.Done/r.Total))
}

// working reports whether somebody loads or clears at the moment.
func (r Run) working(now time.Time) bool { return now.Before(r.LeaseUntil) }

// mayLoad is nil when loading may begin or go on.
func (r Run) mayLoad(now time.Time) error {
	switch {
	case r.State == Loaded:
		return errLoaded
	case r.working(now):
		return errWorking
	case r.State == Clearing:
		return errClearing
	case r.State == Loading && r.Edition != edition:
		return errEdition
	}
	return nil
}
