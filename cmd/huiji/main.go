// Command huiji is the whole product: the server and everything an operator does
// with it. Flags, environment (HUIJI_…) and a file say how it runs, in this
// order of precedence; `huiji config` shows what is in force.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // The zones of merchants, on machines that have none.

	"github.com/alecthomas/kong"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
)

// version is stamped by the build.
var version = "dev"

// commands is the command line: one struct is flags, environment and help.
type commands struct {
	Config kong.ConfigFlag `help:"YAML file with flag names as keys (default: huiji.yaml in --data)." placeholder:"FILE" env:"HUIJI_CONFIG"`
	Lang   string          `help:"Language of messages: zh-CN or en." enum:"zh-CN,en" default:"zh-CN" env:"HUIJI_LANG"`
	Log    logFlags        `embed:"" prefix:"log-"`

	Serve   serveCommand   `cmd:"" help:"Run the server with the web apps."`
	Init    initCommand    `cmd:"" help:"Set up a merchant, a store and the owner without a browser."`
	Key     keyCommands    `cmd:"" help:"API keys."`
	Import  importCommands `cmd:"" help:"Bring in another system's data."`
	Demo    demoCommands   `cmd:"" help:"Demo data: believable, and removable without trace."`
	Doctor  doctorCommand  `cmd:"" help:"Audit every law of the ledger on live data; exit 1 and a line per breach."`
	Verify  verifyCommand  `cmd:"" help:"Hold the book against its sealed log and signed checkpoints, or check a proof; exit 1 and a line per breach."`
	Jobs    jobsCommands   `cmd:"" help:"The work in the background: what waits, what failed, and trying it again."`
	Bench   benchCommands  `cmd:"" help:"Measure."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to date (serve does it by itself)."`
	OpenAPI openapiCommand `cmd:"" name:"openapi" help:"Print the OpenAPI document."`
	Show    configCommand  `cmd:"" name:"config" help:"Show the configuration that is in force, and where each value comes from."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

func main() {
	private()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run parses the arguments, runs the command and reports the exit code.
func run(ctx context.Context, args []string) int {
	var c commands
	file := &fileResolver{}
	parser, err := kong.New(&c,
		kong.Name("huiji"), kong.Description("汇积 Huiji: members, points, orders."), kong.UsageOnError(),
		kong.Configuration(file.load), kong.Resolvers(file), kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "huiji:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return 2
	}
	err = parsed.Run(&settings{lang: lang.Tag(c.Lang), log: c.Log.logger(), parsed: parsed, file: file})
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errBreaches):
		return 1
	}
	fmt.Fprintln(os.Stderr, "huiji:", sentence(err, lang.Tag(c.Lang)))
	return 1
}

// sentence is what a person reads of an error: the fault's sentence in their
// language with the fields it names, or the error as it is.
func sentence(err error, tag lang.Tag) string {
	f := fault.Of(err)
	if f == nil {
		return err.Error()
	}
	text := f.Text.In(tag)
	for _, field := range f.Fields {
		text += fmt.Sprintf("\n  %s: %s", field.Location, field.Text.In(tag))
	}
	return text
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run() error {
	fmt.Println(version)
	return nil
}
