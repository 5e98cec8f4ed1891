package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"huiji/internal/app"
	"huiji/web"
)

// Limits of a connection.
const (
	headTime     = 5 * time.Second
	idleTime     = 2 * time.Minute
	shutdownTime = 20 * time.Second
)

// The server's heap is small beside what it allocates for a request: collecting
// it at four times its size instead of twice takes a sixth off the work, until
// the limit is near.
const (
	heapGrowth = 400     // percent
	heapLimit  = 1 << 30 // bytes, soft
)

// collectLess sets this unless GOGC or GOMEMLIMIT say otherwise.
func collectLess() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(heapGrowth)
		debug.SetMemoryLimit(heapLimit)
	}
}

// serveCommand runs the server.
type serveCommand struct {
	place      `embed:""`
	Addr       string `help:"Where to listen." default:"127.0.0.1:8080" env:"HUIJI_ADDR"`
	OpsAddr    string `help:"Where metrics and health are for the operator; empty = nowhere." default:"127.0.0.1:8081" env:"HUIJI_OPS_ADDR"`
	Workers    int    `help:"How many background workers talk to the outside world." default:"2" env:"HUIJI_WORKERS"`
	TrustProxy bool   `help:"Take the caller's address from X-Forwarded-For: only behind a proxy of your own." env:"HUIJI_TRUST_PROXY"`
}

// Run serves until the program is told to stop; then it lets the requests and
// jobs that run come to their end.
func (c serveCommand) Run(ctx context.Context, s *settings) error {
	collectLess()
	return c.with(ctx, s, func(a *app.App) error {
		a.API.TrustProxy(c.TrustProxy)
		a.API.Apps(web.Apps(), "console", "pos", "docs")
		listener, err := net.Listen("tcp", c.Addr)
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		stopOps, err := c.operations(a, s.log)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		defer stopOps()
		base := "http://" + reachable(listener.Addr().String())
		if err := c.greet(ctx, a, base); err != nil {
			return errors.Join(err, listener.Close())
		}
		a.Jobs.Start(context.WithoutCancel(ctx), c.Workers)
		defer a.Jobs.Stop()
		return serve(ctx, listener, a.API.Server(), s.log)
	})
}

// greet says where the server is, and how to set it up when nobody has.
func (c serveCommand) greet(ctx context.Context, a *app.App, base string) error {
	needed, err := a.Setup.Needed(ctx)
	if err != nil {
		return err
	}
	if !needed {
		fmt.Fprintf(os.Stderr, "汇积 Huiji %s\n  管理台 Console  %s/console/\n  收银台 POS      %s/pos/\n", version, base, base)
		return nil
	}
	token, err := a.Auth.NewSetup(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "汇积 Huiji %s\n  首次使用：请在 30 分钟内打开下面的链接完成设置（只能使用一次）\n  First start: open this link within 30 minutes to set up (it works once)\n\n  %s/console/setup?token=%s\n\n", version, base, token)
	return nil
}

// reachable is an address a browser on this machine can open.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// operations serves metrics and health beside the product. When the usual
// address is taken, as by a second server on the machine, it goes on without.
func (c serveCommand) operations(a *app.App, log *slog.Logger) (stop func(), err error) {
	if c.OpsAddr == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", c.OpsAddr)
	if err != nil {
		if c.OpsAddr != "127.0.0.1:8081" {
			return nil, fmt.Errorf("listen for operations: %w", err)
		}
		log.Warn("no metrics: the operations address is taken; choose another with --ops-addr", "addr", c.OpsAddr)
		return func() {}, nil
	}
	server := &http.Server{Handler: a.API.Operations(), ReadHeaderTimeout: headTime}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("operations", "error", err)
		}
	}()
	return func() { _ = server.Close() }, nil // Nobody waits for metrics.
}

func serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headTime, IdleTimeout: idleTime, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	quiet, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := server.Shutdown(quiet); err != nil {
		return fmt.Errorf("shut down: %w", errors.Join(err, server.Close()))
	}
	return nil
}
