package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"huiji/internal/core/lang"
)

// settings is what every command gets beside its own flags.
type settings struct {
	lang   lang.Tag
	log    *slog.Logger
	parsed *kong.Context
	file   *fileResolver
}

// logFlags says what is logged. Logs go to standard error and never hold
// personal data.
type logFlags struct {
	Format string `help:"text or json." enum:"text,json" default:"text" env:"HUIJI_LOG_FORMAT"`
	Level  string `help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"HUIJI_LOG_LEVEL"`
}

func (l logFlags) logger() *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.Level)); err != nil {
		level = slog.LevelInfo // kong has refused anything else.
	}
	options := &slog.HandlerOptions{Level: level}
	if l.Format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// fileResolver answers with the values of the configuration file, below flags
// and environment.
type fileResolver struct {
	path   string
	values map[string]any
}

// load reads the file that --config names.
func (f *fileResolver) load(r io.Reader) (kong.Resolver, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	name := "the file of --config"
	if file, ok := r.(*os.File); ok {
		name = file.Name()
	}
	return nothing{}, f.parse(name, raw)
}

func (f *fileResolver) parse(path string, raw []byte) error {
	f.path, f.values = path, map[string]any{}
	if err := yaml.NewDecoder(bytes.NewReader(raw)).Decode(&f.values); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// Validate refuses a key that is no flag of any command.
func (f *fileResolver) Validate(app *kong.Application) error {
	var known []string
	var collect func(n *kong.Node)
	collect = func(n *kong.Node) {
		for _, flag := range n.Flags {
			known = append(known, flag.Name)
		}
		for _, child := range n.Children {
			collect(child)
		}
	}
	collect(app.Node)
	for name := range f.values {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s: there is no setting called %q", f.path, name)
		}
	}
	return nil
}

// Resolve gives a flag its value from the file unless the environment has one.
// Without --config the file is huiji.yaml in the data folder, when there is one.
func (f *fileResolver) Resolve(c *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if f.values == nil {
		if err := f.findInData(c); err != nil {
			return nil, err
		}
	}
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	return f.values[flag.Name], nil
}

func (f *fileResolver) findInData(c *kong.Context) error {
	f.values = map[string]any{}
	data := "./data"
	if env, set := os.LookupEnv("HUIJI_DATA"); set {
		data = env
	}
	for _, p := range c.Path {
		if p.Flag != nil && p.Flag.Name == "data" {
			data = fmt.Sprint(c.FlagValue(p.Flag))
		}
	}
	path := filepath.Join(data, "huiji.yaml")
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.parse(path, raw); err != nil {
		return err
	}
	return f.Validate(c.Model)
}

// nothing is a resolver without answers: the values are in fileResolver.
type nothing struct{}

func (nothing) Validate(*kong.Application) error { return nil }

func (nothing) Resolve(*kong.Context, *kong.Path, *kong.Flag) (any, error) { return nil, nil }

// configCommand prints what is in force for serving.
type configCommand struct {
	serveCommand `embed:""`
}

// Run prints a line per setting: name, value and where it comes from.
func (configCommand) Run(s *settings) error {
	width := 0
	for _, flag := range s.parsed.Flags() {
		width = max(width, len(flag.Name))
	}
	for _, flag := range s.parsed.Flags() {
		if flag.Name == "help" {
			continue
		}
		fmt.Printf("%-*s  %-40s  %s\n", width, flag.Name, shown(flag.Name, s.parsed.FlagValue(flag)), s.origin(flag))
	}
	return nil
}

// shown hides the password of a database url.
func shown(name string, value any) string {
	text := fmt.Sprint(value)
	if name != "database" || text == "" {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return "(cannot be read)"
	}
	return u.Redacted()
}

func (s *settings) origin(flag *kong.Flag) string {
	for _, p := range s.parsed.Path {
		if p.Flag == flag && !p.Resolved {
			return "flag"
		}
	}
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return "environment " + env
		}
	}
	if _, set := s.file.values[flag.Name]; set {
		return "file " + s.file.path
	}
	return "default"
}
