package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"huiji/internal/app"
	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/flow/upkeep"
	"huiji/internal/platform/once"
)

// jobsCommands show the work in the background and try again what has failed.
type jobsCommands struct {
	List   jobsList   `cmd:"" default:"withargs" help:"How the jobs stand, and a line per dead letter (a job that failed for the last time)."`
	Replay jobsReplay `cmd:"" help:"Try dead letters again: those named, or --all."`
}

type jobsList struct {
	place `embed:""`
	whose `embed:""`
	Kind  string `help:"Only dead letters of this kind of job." placeholder:"KIND"`
}

type jobsReplay struct {
	place `embed:""`
	whose `embed:""`
	IDs   []string `arg:"" name:"id" optional:"" help:"Ids of dead letters, as huiji jobs lists them."`
	All   bool     `help:"Every dead letter."`
	Kind  string   `help:"With --all: only those of this kind of job." placeholder:"KIND"`
}

var errWhichJobs = fault.New(fault.Invalid, "flag.invalid", "请写明要重试的任务编号，或用 --all 重试全部（二者选一）", "name the dead letters to try again, or use --all (one of the two)")

// Run prints a line per dead letter on standard output and how the jobs stand on
// standard error.
func (c jobsList) Run(ctx context.Context, s *settings) error {
	return c.with(ctx, s, func(a *app.App) error {
		caller, err := c.caller(ctx, a)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		for want := (page.Want{Limit: page.Most}); ; {
			seen, err := a.Upkeep.Look(ctx, caller, c.Kind, want)
			if err != nil {
				return err
			}
			if want.Cursor == "" {
				fmt.Fprintln(os.Stderr, standing(seen.Overview).In(s.lang))
			}
			if err := lines(table, seen, s.lang); err != nil {
				return err
			}
			if want.Cursor = seen.Letters.Next; want.Cursor == "" {
				return table.Flush()
			}
		}
	})
}

// standing is one sentence about the jobs.
func standing(o upkeep.Overview) lang.Text {
	t := lang.Sayf("等待 %d（其中重试 %d），运行中 %d，失败 %d", "%d waiting (%d of them retrying), %d running, %d dead", o.Waiting, o.Retrying, o.Running, o.Dead)
	if o.DueFor > 0 {
		late := o.DueFor.Round(time.Second)
		t.ZH += fmt.Sprintf("；最久的已等待 %v", late)
		t.EN += fmt.Sprintf("; the one due longest has waited %v", late)
	}
	return t
}

func lines(to io.Writer, seen upkeep.Seen, tag lang.Tag) error {
	for _, l := range seen.Letters.Items {
		attempts := lang.Sayf("%d 次", "%d attempts", l.Attempts).In(tag)
		when := l.FailedAt.In(seen.Zone).Format("2006-01-02 15:04:05")
		if _, err := fmt.Fprintf(to, "%s\t%s\t%s\t%s\t%s\n", l.ID, when, attempts, l.Kind, l.Error); err != nil {
			return err
		}
	}
	return nil
}

// Run makes the letters ready again: the server runs them within a second, or
// when it is started.
func (c jobsReplay) Run(ctx context.Context, s *settings) error {
	if c.All == (len(c.IDs) > 0) {
		return errWhichJobs
	}
	return c.with(ctx, s, func(a *app.App) error {
		caller, err := c.caller(ctx, a)
		if err != nil {
			return err
		}
		n, err := c.replay(ctx, a.Upkeep, caller)
		if n > 0 || err == nil {
			fmt.Fprintln(os.Stderr, lang.Sayf("%d 个任务将重新执行；服务运行时马上开始，否则在下次启动时", "jobs that will be tried again: %d; at once when the server runs, otherwise when it starts", n).In(s.lang))
		}
		return err
	})
}

func (c jobsReplay) replay(ctx context.Context, s *upkeep.Service, caller permit.Caller) (n int64, err error) {
	for _, name := range c.IDs {
		done, err := s.Replay(ctx, caller, once.Key{}, name)
		if err != nil {
			return n, about(name, err)
		}
		n += done.Replayed
	}
	for c.All {
		done, err := s.ReplayAll(ctx, caller, once.Key{}, c.Kind)
		if n += done.Replayed; err != nil || done.Replayed == 0 || done.Left == 0 {
			return n, err
		}
	}
	return n, nil
}

// about says which letter the fault is about.
func about(name string, err error) error {
	f := fault.Of(err)
	if f == nil {
		return fmt.Errorf("replay %s: %w", name, err)
	}
	named := *f
	named.Text = lang.Say(name+": "+f.Text.ZH, name+": "+f.Text.EN)
	return &named
}
