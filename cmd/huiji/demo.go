package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"huiji/internal/app"
	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/flow/demo"
)

// demoCommands load and clear the demo data.
type demoCommands struct {
	Load  demoLoad  `cmd:"" help:"Load 3 stores, 80 products and services, 2,000 members and 90 days of orders. A load that was stopped goes on."`
	Clear demoClear `cmd:"" help:"Remove the demo data without trace. What the merchant's own data names stays and is listed."`
}

type demoLoad struct {
	place `embed:""`
	whose `embed:""`
}

type demoClear struct {
	place `embed:""`
	whose `embed:""`
}

var (
	errLoadStopped  = fault.New(fault.Unavailable, "demo.stopped", "载入已中断：再次运行 huiji demo load 可接着完成，或用 huiji demo clear 清除", "loading was stopped: run huiji demo load again to go on, or huiji demo clear to remove it")
	errClearStopped = fault.New(fault.Unavailable, "demo.stopped", "清除已中断：再次运行 huiji demo clear 可接着完成", "clearing was stopped: run huiji demo clear again to go on")
)

// Run loads.
func (c demoLoad) Run(ctx context.Context, s *settings) error {
	return c.with(ctx, s, func(a *app.App) error {
		caller, err := c.caller(ctx, a)
		if err != nil {
			return err
		}
		bar := newBar(os.Stderr)
		err = a.Demo.Load(ctx, caller, func(done, total int64) { bar.show(int(done), int(total)) })
		bar.end()
		if errors.Is(err, context.Canceled) {
			return errLoadStopped
		}
		if err != nil {
			return err
		}
		fmt.Println(lang.Say("演示数据已载入；用 huiji demo clear 可清除，不留痕迹", "the demo data is loaded; huiji demo clear removes it without trace").In(s.lang))
		return a.Jobs.Drain(ctx)
	})
}

// Run clears, and lists what stays.
func (c demoClear) Run(ctx context.Context, s *settings) error {
	return c.with(ctx, s, func(a *app.App) error {
		caller, err := c.caller(ctx, a)
		if err != nil {
			return err
		}
		bar := newBar(os.Stderr)
		cleared, err := a.Demo.Clear(ctx, caller, func(done, total int64) { bar.show(int(done), int(total)) })
		bar.end()
		if errors.Is(err, context.Canceled) {
			return errClearStopped
		}
		if err != nil {
			return err
		}
		fmt.Println(said(cleared).In(s.lang))
		return a.Jobs.Drain(ctx)
	})
}

func (w whose) caller(ctx context.Context, a *app.App) (permit.Caller, error) {
	m, err := w.find(ctx, a)
	return permit.System(m.ID, "cli"), err
}

// said is what a person reads after clearing.
func said(c demo.Cleared) lang.Text {
	t := lang.Sayf("演示数据已清除：%d 位会员，%d 笔订单", "the demo data is gone: %d members, %d orders", c.Members, c.Orders)
	if kept := append(append([]string{}, c.Kept.Stores...), c.Kept.Products...); len(kept) > 0 {
		names := strings.Join(kept, ", ")
		t.ZH += "\n真实数据引用了以下门店和商品，已保留：" + names
		t.EN += "\nthese stores and products stay, because your own data names them: " + names
	}
	return t
}
