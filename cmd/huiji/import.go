package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"huiji/internal/app"
	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/flow/importing"
)

// importCommands bring data in.
type importCommands struct {
	Orders importOrders `cmd:"" help:"Import orders, with their members and products, from a CSV (plain or gz) or XLSX file. Running it again changes nothing, completes a run that was stopped, and adds rows that were put right."`
}

type importOrders struct {
	place    `embed:""`
	whose    `embed:""`
	File     string `arg:"" help:"The file."`
	Profile  string `help:"What the columns mean: online-retail, generic, or a YAML file." required:"" placeholder:"NAME|FILE.yaml"`
	DryRun   bool   `help:"Tell what would come of it and write nothing to the database."`
	Report   string `help:"Write the reconciliation as JSON." type:"path" placeholder:"FILE"`
	SetAside string `help:"Write the rows that were set aside, each with its reason, as CSV (default: in --data, named after the file)." type:"path" placeholder:"FILE"`
}

// importMemory is what the program tries to stay below while it imports.
const importMemory = 400 << 20

var errStopped = fault.New(fault.Unavailable, "import.stopped",
	"导入已中断：已写入的订单保留，再次运行同一命令即可接着完成", "the import was stopped: what was written stays, and the same command completes it")

// Run imports and prints the reconciliation.
func (c importOrders) Run(ctx context.Context, s *settings) error {
	profile, err := c.profile()
	if err != nil {
		return err
	}
	file := importing.File{Name: filepath.Base(c.File), Open: func() (io.ReadCloser, error) { return os.Open(c.File) }}
	if _, err := os.Stat(c.File); err != nil {
		return fault.Newf(fault.Invalid, "flag.invalid", "无法读取文件：%v", "cannot read the file: %v", err).At("FILE", c.File)
	}
	if err := errors.Join(c.spared("--report", c.Report), c.spared("--set-aside", c.SetAside)); err != nil {
		return err
	}
	debug.SetMemoryLimit(importMemory)
	return c.with(ctx, s, func(a *app.App) error {
		m, err := c.find(ctx, a)
		if err != nil {
			return err
		}
		bar := newBar(os.Stderr)
		progress := func(done, total int64) { bar.show(int(done), int(total)) }
		got, err := a.Importer.Import(ctx, permit.System(m.ID, "import"), file, profile, importing.Options{DryRun: c.DryRun, Progress: progress})
		bar.end()
		if errors.Is(err, context.Canceled) {
			return errStopped
		}
		if err != nil {
			return err
		}
		if err := a.Jobs.Drain(ctx); err != nil {
			return err
		}
		return c.tell(s.lang, file, profile, got)
	})
}

// spared refuses to write over the file that is imported.
func (c importOrders) spared(flag, path string) error {
	in, err := os.Stat(c.File)
	if err != nil || path == "" {
		return err
	}
	if out, err := os.Stat(path); err == nil && os.SameFile(in, out) {
		return fault.Newf(fault.Invalid, "flag.invalid", "不能写入正在导入的文件", "this is the file that is imported; name another one").At(flag, path)
	}
	return nil
}

// profile is one that comes with the product, or a file.
func (c importOrders) profile() (importing.Profile, error) {
	if ext := strings.ToLower(filepath.Ext(c.Profile)); ext != ".yaml" && ext != ".yml" {
		return importing.IncludedProfile(c.Profile)
	}
	text, err := os.ReadFile(c.Profile)
	if err != nil {
		return importing.Profile{}, fault.Newf(fault.Invalid, "flag.invalid", "无法读取导入方案：%v", "cannot read the profile: %v", err).At("--profile", c.Profile)
	}
	return importing.ParseProfile(filepath.Base(c.Profile), text)
}

// tell prints the reconciliation and writes the files.
func (c importOrders) tell(tag lang.Tag, file importing.File, p importing.Profile, got *importing.Result) error {
	if _, err := io.WriteString(os.Stdout, got.Report.Table(tag)); err != nil {
		return err
	}
	if c.Report != "" {
		raw, err := json.MarshalIndent(got.Report, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Report, append(raw, '\n'), 0o600); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	if len(got.Aside) == 0 && c.SetAside == "" {
		return nil
	}
	path := c.SetAside
	if path == "" {
		path = filepath.Join(c.Data, file.Name+".set-aside.csv")
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the rows set aside: %w", err)
	}
	if err := errors.Join(importing.WriteAside(file, p, got.Aside, out), out.Close()); err != nil {
		return err
	}
	_, err = fmt.Println(lang.Sayf("搁置的行已写入 %s", "the rows set aside are in %s", path).In(tag))
	return err
}
