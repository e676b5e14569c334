package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/commands"
	"newsdesk/index"

	"github.com/alecthomas/kong"
)

// version is what a release's build sets with -ldflags "-X main.version=…".
var version = "0.1.0"

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitMisuse = 2
)

const description = `Newsdesk answers questions about the news with sentences quoted word for word
from articles, each with its source. Answers go to standard output, everything
else to standard error.`

// cli is the command line.
type cli struct {
	Data  string `placeholder:"DIR" help:"Folder of the articles (setting DATA_DIR; without one data/articles, or else the sample articles)."`
	Index string `placeholder:"DIR" help:"Folder of the index (setting INDEX_DIR; without one var/index)."`
	Now   string `placeholder:"TIME" help:"When the question is asked, such as 2025-11-26; nothing published later is used. Default: now."`

	Ask      askCmd      `cmd:"" help:"Answer a question with quoted sentences and their sources."`
	Search   searchCmd   `cmd:"" help:"List the passages that fit some words, best first."`
	Latest   latestCmd   `cmd:"" help:"Show the newest articles, grouped by story."`
	Article  articleCmd  `cmd:"" help:"Show an article in full, with its former headlines and its copies."`
	Import   importCmd   `cmd:"" help:"Take many articles at once out of .jsonl, .json or WARC files and folders."`
	Reindex  reindexCmd  `cmd:"" help:"Bring the index up to date with the articles."`
	Forget   forgetCmd   `cmd:"" help:"Remove an article for good, from files, feeds and index."`
	Chat     chatCmd     `cmd:"" help:"Ask at a prompt; the slash commands work as on Discord."`
	Serve    serveCmd    `cmd:"" help:"Run the Discord bot, and gather the feeds."`
	Feeds    feedsCmd    `cmd:"" help:"Show and change the list of feeds that articles are gathered from."`
	Commands commandsCmd `cmd:"" help:"Print the slash commands' definitions, or register them."`
	Eval     evalCmd     `cmd:"" help:"Measure answers on questions with known answers."`
	Bench    benchCmd    `cmd:"" help:"Measure speed on articles made up for it."`
	Learn    learnCmd    `cmd:"" hidden:"" help:"Learn the weights of ranking from questions with known answers."`
	Check    checkCmd    `cmd:"" help:"Print the settings and test what can be tested."`

	Version kong.VersionFlag `help:"Print the version."`
}

// app is one run of the program.
type app struct {
	ctx            context.Context
	settings       settings
	stdin          io.Reader
	stdout, stderr io.Writer

	dataDir  string // as named by flag or setting; empty where none is
	indexDir string
	tempDir  string        // stands in for indexDir where that cannot be written; removed at the end
	ownIndex bool          // --index was named; eval leaves any other index alone
	now      time.Time     // zero for the present
	pause    time.Duration // between two requests to a host; zero for the usual one
	started  time.Time
}

// A misuse is an error of whoever called the program: exit code 2.
type misuse struct{ error }

func (m misuse) Unwrap() error { return m.error }

// parsed stops kong when it has printed help or a version.
type parsed int

func run(ctx context.Context, args []string, lookup func(string) (string, bool), stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if r := recover(); r != nil {
			p, ok := r.(parsed)
			if !ok {
				panic(r)
			}
			code = int(p)
		}
	}()
	var c cli
	parser, err := kong.New(&c,
		kong.Name("newsdesk"), kong.Description(description), kong.Vars{"version": "newsdesk " + version, "rejects": defaultRejects},
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { panic(parsed(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 80}),
	)
	if err != nil {
		panic(err) // the struct above is wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "newsdesk: %v (see newsdesk --help)\n", err)
		return exitMisuse
	}
	a := &app{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr, started: time.Now()}
	defer a.removeTemp()
	if err := a.prepare(c, lookup); err != nil {
		return a.fail(err)
	}
	if err := command.Run(a); err != nil {
		return a.fail(err)
	}
	return exitDone
}

// prepare reads the settings and the flags that all subcommands share.
func (a *app) prepare(c cli, lookup func(string) (string, bool)) error {
	var err error
	if a.settings, err = readSettings(lookup); err != nil {
		return misuse{err}
	}
	a.dataDir, a.indexDir = a.settings["DATA_DIR"], a.settings["INDEX_DIR"]
	if c.Data != "" {
		a.dataDir = c.Data
	}
	if c.Index != "" {
		a.indexDir, a.ownIndex = c.Index, true
	}
	if c.Now != "" {
		if a.now, err = parseNow("--now", c.Now); err != nil {
			return misuse{err}
		}
	}
	return nil
}

// parseNow reads a moment; a day stands for its end, so that what was
// published on it counts.
func parseNow(name, s string) (time.Time, error) {
	t, err := commands.ParseDay(name, s)
	if err != nil || t.IsZero() {
		return t, err
	}
	return commands.EndOfDay(t), nil
}

// asked returns when a question is asked that does not say so itself.
func (a *app) asked() time.Time {
	if a.now.IsZero() {
		return time.Now()
	}
	return a.now
}

// errStopped is what is left to say when the program was told to stop.
var errStopped = errors.New("stopped")

// stopped reports whether an error comes of the program being told to stop.
func (a *app) stopped(err error) bool {
	return a.ctx.Err() != nil && errors.Is(err, context.Canceled)
}

// fail prints an error, a line for each of several, and returns the exit code.
func (a *app) fail(err error) int {
	if a.stopped(err) {
		err = errStopped
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		a.note("%s", line)
	}
	var m misuse
	var option *commands.BadOption
	var source *answer.UnknownSource
	var operator *answer.BadOperator
	if errors.As(err, &m) || errors.As(err, &option) || errors.As(err, &source) || errors.As(err, &operator) || isQuestionError(err) {
		return exitMisuse
	}
	return exitFailed
}

// isQuestionError tells what is wrong with a question from what is wrong with
// the program or its surroundings.
func isQuestionError(err error) bool {
	for _, e := range []error{answer.ErrEmpty, answer.ErrNoWords, answer.ErrOnlyOperators, answer.ErrTooLong, answer.ErrBackward, answer.ErrFuture} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// note prints a line on standard error.
func (a *app) note(format string, args ...any) {
	fmt.Fprintf(a.stderr, "newsdesk: %s\n", visible(fmt.Sprintf(format, args...)))
}

// localArticles is where a project keeps its articles.
const localArticles = "data/articles"

// collection returns the articles to work with.
func (a *app) collection() (index.Collection, error) {
	dir := a.dataDir
	if dir == "" && isDir(localArticles) {
		dir = localArticles
	}
	if dir == "" {
		return sampleCollection()
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return index.Collection{}, err
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return index.Collection{}, fmt.Errorf("articles folder %s: %w: name a folder with --data or DATA_DIR", dir, reason(err))
	case !info.IsDir():
		// One file is a collection too.
		return index.Collection{Name: abs, FS: oneFile(abs)}, nil
	}
	return index.Collection{Name: abs, FS: os.DirFS(abs)}, nil
}

// reason takes the operation and the path off a file error.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
