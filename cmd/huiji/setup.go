package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"huiji/internal/app"
	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/flow/setup"
	"huiji/internal/platform/auth"
	"huiji/internal/platform/db"
)

// initCommand sets up a merchant without a browser.
type initCommand struct {
	place        `embed:""`
	Merchant     string `help:"Name of the merchant." required:"" placeholder:"NAME"`
	Store        string `help:"Code of the first store, as in S1." required:"" placeholder:"CODE"`
	StoreName    string `help:"Name of the first store; the merchant's when empty." placeholder:"NAME"`
	Owner        string `help:"Account of the owner." required:"" placeholder:"ACCOUNT"`
	PasswordFile string `help:"File with the owner's password (12 characters or more); - reads it from standard input." required:"" placeholder:"FILE"`
	Trade        string `help:"retail, restaurant, beauty or supermarket." enum:"retail,restaurant,beauty,supermarket" default:"retail"`
	Currency     string `help:"ISO 4217." default:"CNY"`
	Timezone     string `help:"IANA." default:"Asia/Shanghai"`
}

// Run sets up.
func (c initCommand) Run(ctx context.Context, s *settings) error {
	password, err := secret(c.PasswordFile)
	if err != nil {
		return err
	}
	return c.with(ctx, s, func(a *app.App) error {
		of, err := a.Setup.Found(ctx, setup.Request{
			Merchant: c.Merchant, Trade: c.Trade, Currency: c.Currency, Timezone: c.Timezone,
			StoreCode: c.Store, StoreName: c.StoreName, Owner: c.Owner, Password: password,
		})
		if err != nil {
			return err
		}
		if err := a.Jobs.Drain(ctx); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%s %s\n", of, c.Merchant)
		return nil
	})
}

// secret reads a password: the first line of a file.
func secret(path string) (string, error) {
	file := os.Stdin
	if path != "-" {
		var err error
		if file, err = os.Open(path); err != nil {
			return "", fault.Newf(fault.Invalid, "flag.invalid", "无法读取 --password-file：%v", "cannot read --password-file: %v", err).At("--password-file", path)
		}
	}
	raw := make([]byte, 4096)
	n, err := file.Read(raw)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	line, _, _ := strings.Cut(string(raw[:n]), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return "", errors.Join(fault.New(fault.Invalid, "flag.invalid", "--password-file 是空的", "--password-file is empty").At("--password-file", path), err)
	}
	return line, nil
}

// keyCommands are about API keys.
type keyCommands struct {
	Create keyCreateCommand `cmd:"" help:"Make an API key and print it, alone, on standard output. It is shown once."`
}

type keyCreateCommand struct {
	place  `embed:""`
	whose  `embed:""`
	Scopes []string `help:"Permissions, or * for all of them." required:"" placeholder:"SCOPE"`
	Rate   int64    `help:"Requests a second; 0 = no limit." default:"50"`
	Name   string   `help:"What the key is for." default:"command line"`
}

// Run prints the key.
func (c keyCreateCommand) Run(ctx context.Context, s *settings) error {
	return c.with(ctx, s, func(a *app.App) error {
		m, err := c.find(ctx, a)
		if err != nil {
			return err
		}
		var token string
		err = a.DB.Write(ctx, m.ID, func(ctx context.Context, tx *db.Tx) error {
			_, token, err = a.Auth.CreateKey(ctx, tx, permit.System(m.ID, "command line"), auth.KeyDraft{Name: c.Name, Scopes: c.Scopes, Rate: c.Rate})
			return err
		})
		if err != nil {
			return err
		}
		fmt.Println(token)
		return a.Jobs.Drain(ctx)
	})
}
