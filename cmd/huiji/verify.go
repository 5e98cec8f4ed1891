package main

import (
	"context"
	"fmt"
	"os"

	"huiji/internal/app"
	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/domain/proof"
)

// verifyCommand holds the book against its log. It needs neither a running server
// nor the key files.
type verifyCommand struct {
	place      `embed:""`
	Checkpoint string `help:"Checkpoint file that was kept elsewhere: the log must be the one signed there." type:"existingfile" placeholder:"FILE"`
	Key        string `help:"The merchant's public key, as --print-key prints it; without it the database's own is believed." placeholder:"KEY"`
	Write      string `help:"After a clean verification, write the newest signed checkpoints to a file to be kept elsewhere." type:"path" placeholder:"FILE"`
	PrintKey   bool   `help:"Print the public keys, a line a merchant, and do nothing else."`
	Proof      string `help:"Check the proof of one posting, as the API answered it, instead of a database." type:"existingfile" placeholder:"FILE"`
}

// Run prints a line per breach on standard output and what was looked at on
// standard error.
func (c verifyCommand) Run(ctx context.Context, s *settings) error {
	trust, err := c.trust()
	if err != nil {
		return err
	}
	if c.Proof != "" {
		return c.receipt(s, trust)
	}
	bar := newBar(os.Stderr)
	show := bar.show
	if c.PrintKey {
		show = func(int, int) {}
	}
	seen, err := app.Verify(ctx, app.Place{Data: c.Data, Database: c.Database}, trust, show)
	if c.PrintKey {
		for _, r := range seen.Logs {
			fmt.Printf("%s\t%s\n", r.Merchant, r.Key)
		}
		return err
	}
	bar.end()
	tell(seen, s.lang)
	switch {
	case err != nil:
		return err
	case seen.Breaches() > 0:
		return errBreaches
	case c.Write != "":
		return c.write(seen)
	}
	return nil
}

func (c verifyCommand) trust() (t proof.Trust, err error) {
	t.Key = c.Key
	if c.Checkpoint == "" {
		return t, nil
	}
	raw, err := os.ReadFile(c.Checkpoint)
	if err == nil {
		t.Notes, err = proof.ReadKept(raw)
	}
	if err != nil {
		return t, fault.Newf(fault.Invalid, "flag.invalid", "无法读取 --checkpoint：%v", "cannot read --checkpoint: %v", err).At("--checkpoint", c.Checkpoint)
	}
	return t, nil
}

// tell prints what was found.
func tell(seen app.Verified, tag lang.Tag) {
	for _, line := range seen.File {
		fmt.Println(lang.Sayf("数据库文件：%s", "database file: %s", line).In(tag))
	}
	for _, r := range seen.Logs {
		for _, b := range r.Breaches {
			about := string(r.Merchant)
			if b.Posting != "" {
				about = string(b.Posting)
			}
			fmt.Printf("%s: %s\n", about, b.Text.In(tag))
		}
		if r.More > 0 {
			fmt.Println(lang.Sayf("%s：另有 %d 处", "%s: and %d more", r.Merchant, r.More).In(tag))
		}
		for i, which := range r.Late {
			if i == lateShown {
				break
			}
			fmt.Fprintln(os.Stderr, lang.Sayf("%s：补存证", "%s: was sealed late", which).In(tag))
		}
		fmt.Fprintln(os.Stderr, lang.Sayf("%s：已存证 %d 笔（其中补存 %d 笔），待存证 %d 笔，检查点 %d 个；不符 %d 处",
			"%s: %d postings sealed (%d of them late), %d not yet, %d checkpoints: %d breaches",
			r.Merchant, r.Leaves, len(r.Late), r.Pending, r.Checkpoints, len(r.Breaches)+r.More).In(tag))
	}
}

// lateShown is how many late postings are named.
const lateShown = 20

func (c verifyCommand) write(seen app.Verified) error {
	kept := []proof.Kept{}
	for _, r := range seen.Logs {
		if r.Last.Note != "" {
			kept = append(kept, r.Last)
		}
	}
	raw, err := proof.WriteKept(kept)
	if err != nil {
		return err
	}
	return os.WriteFile(c.Write, raw, 0o600)
}

// receipt checks one proof. No database is opened.
func (c verifyCommand) receipt(s *settings, trust proof.Trust) error {
	raw, err := os.ReadFile(c.Proof)
	if err != nil {
		return err
	}
	key := trust.Key
	for _, k := range trust.Notes {
		if r, err := proof.ReadReceipt(raw); err == nil && key == "" && r.Key == k.Key {
			key = k.Key
		}
	}
	if key == "" && len(trust.Notes) > 0 {
		return fault.New(fault.Invalid, "proof.key", "证明所用的公钥不在 --checkpoint 文件中", "the key of the proof is not in the file of --checkpoint")
	}
	r, err := app.CheckReceipt(raw, key)
	if err != nil {
		fmt.Println(err)
		return errBreaches
	}
	for _, f := range r.Fields {
		fmt.Printf("%-16s %q\n", f.Name, f.Value)
	}
	fmt.Fprintln(os.Stderr, lang.Sayf("证明成立：%s 是日志的第 %d 片叶，签名于 %s（共 %d 片叶）", "the proof holds: %s is leaf %d of the log signed at %s (%d leaves)",
		r.Posting, r.Index, r.Checkpoint.At.Format("2006-01-02T15:04:05Z07:00"), r.Checkpoint.Size).In(s.lang))
	if key == "" {
		fmt.Fprintln(os.Stderr, lang.Sayf("注意：用的是证明自带的公钥，请与商户公布的公钥核对：%s", "Mind: the key in the proof itself was used; compare it with the one the merchant publishes: %s", r.Key).In(s.lang))
	}
	return nil
}
