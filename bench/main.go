// Bench measures newsdesk beside other search engines in one run: Bleve's own
// match query, SQLite FTS5, Xapian and Lucene, over the same made-up passages,
// with the same questions and the best ten passages asked for. The questions go
// around twice: once all engines are given newsdesk's terms, once the others are
// given passages and questions as they were typed, stop-words included.
//
// The other engines return ten ids; newsdesk reads and unpacks the passages too,
// texts and all, and its time includes that.
//
// Every engine is a process of its own, this program again or a helper that
// ./setup builds, which takes questions on standard input and tells how long
// each took by its own clock. Questions go around the engines in turn (A B C,
// B C A, …), so that whatever else the machine does hits all of them alike.
//
//	cd bench && ./setup && go run -tags sqlite_fts5 . -sizes 10k,100k
//
// What was built in -keep is used again, so an interrupted run goes on where it
// was. An engine that is not there is named and left out.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// config is what the flags say.
type config struct {
	sizes     []int // passages, ascending
	questions int
	warm      time.Duration
	budget    time.Duration
	patience  time.Duration // for building one store
	until     time.Time     // no building goes on behind it
	clients   int
	gate      time.Duration
	seed      uint64
	keep      string
	engines   []string // by name; empty for all
	rebuild   []string // engines that are built anew
	json      bool
	stderr    io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == engineCommand {
		return runEngine(ctx, args[1:], stdin, stdout)
	}
	c, err := parse(args, stderr)
	if err != nil {
		return err
	}
	helpers, err := filepath.Abs("helpers")
	if err != nil {
		return err
	}
	r := report{Seed: c.seed, Questions: c.questions, Machine: machine()}
	list := choose(ctx, c, engines(helpers), &r)
	if err := enoughDisk(c); err != nil {
		return err
	}
	var problem error
	for _, size := range c.sizes {
		one, err := measure(ctx, c, list, size)
		if err != nil {
			problem = fmt.Errorf("%d passages: %w", size, err)
			break
		}
		r.Sizes = append(r.Sizes, one)
	}
	// What was measured before something went wrong holds all the same.
	write := r.writeTable
	if c.json {
		write = r.writeJSON
	}
	return errors.Join(write(stdout), problem)
}

func parse(args []string, stderr io.Writer) (config, error) {
	c := config{stderr: stderr}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	sizes := f.String("sizes", "10k", "passages, such as 10k,100k,1m, measured one after the other")
	f.IntVar(&c.questions, "questions", 600, "how many are asked, each of them once, behind half as many others to warm up")
	f.DurationVar(&c.warm, "warm", 3*time.Second, "how long each engine warms up at least; Java compiles what is used often")
	f.DurationVar(&c.budget, "budget", time.Minute, "an engine that has searched so long is asked no further questions of a round")
	limit := f.Duration("limit", 40*time.Minute, "nothing is built any more after so long; what there is, is asked")
	f.DurationVar(&c.patience, "patience", 30*time.Minute, "a store that takes longer to build is given up")
	f.IntVar(&c.clients, "clients", 8, "that ask newsdesk at once, with its gate and without")
	f.DurationVar(&c.gate, "gate", 5*time.Second, "how long these ask either side at least, all questions over and over")
	f.Uint64Var(&c.seed, "seed", 1, "another seed makes up other passages and questions")
	f.StringVar(&c.keep, "keep", filepath.Join(os.TempDir(), "newsdesk-side-by-side"), "folder of what is built, used again by the next run")
	only := f.String("engines", "", "only these are built and asked, such as newsdesk,bleve (all)")
	rebuild := f.String("rebuild", "", "build these anew, such as newsdesk after a change of it")
	f.BoolVar(&c.json, "json", false, "print the report as JSON")
	if err := f.Parse(args); err != nil {
		return c, err
	}
	if f.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q: see -help", f.Arg(0))
	}
	c.until = time.Now().Add(*limit)
	c.engines, c.rebuild = split(*only), split(*rebuild)
	for _, name := range slices.Concat(c.engines, c.rebuild) {
		if !slices.ContainsFunc(engines(""), func(e engine) bool { return e.name == name }) {
			return c, fmt.Errorf("there is no engine %s: name some of %s", name, names(engines("")))
		}
	}
	if c.questions < 1 || c.clients < 1 {
		return c, errors.New("-questions and -clients: give numbers of 1 or more")
	}
	for _, s := range split(*sizes) {
		n, err := parseSize(s)
		if err != nil {
			return c, err
		}
		c.sizes = append(c.sizes, n)
	}
	if len(c.sizes) == 0 {
		return c, errors.New("-sizes: name at least one")
	}
	slices.Sort(c.sizes)
	return c, nil
}

func names(list []engine) string {
	var all []string
	for _, e := range list {
		all = append(all, e.name)
	}
	return strings.Join(all, ", ")
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// parseSize reads a number of passages with k for thousands or m for millions.
func parseSize(s string) (int, error) {
	digits, times := strings.ToLower(s), 1
	if d, ok := strings.CutSuffix(digits, "k"); ok {
		digits, times = d, 1000
	} else if d, ok := strings.CutSuffix(digits, "m"); ok {
		digits, times = d, 1000000
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 100000 && times > 1000 || n*times > 100000000 {
		return 0, fmt.Errorf("-sizes %q: give numbers such as 500, 10k or 1m, up to 100m", s)
	}
	return n * times, nil
}

// choose leaves out the engines that are not wanted or not there.
func choose(ctx context.Context, c config, all []engine, r *report) []engine {
	var list []engine
	for _, e := range all {
		if len(c.engines) > 0 && !slices.Contains(c.engines, e.name) {
			continue
		}
		if err := e.check(ctx); err != nil {
			r.Missing = append(r.Missing, fmt.Sprintf("%s: %v", e.name, err))
			c.say("%s is left out: %v", e.name, err)
			continue
		}
		list = append(list, e)
	}
	return list
}

func (c config) say(format string, args ...any) {
	fmt.Fprintf(c.stderr, "bench: %s "+format+"\n", append([]any{time.Now().Format("15:04:05")}, args...)...)
}

// bytesPerPassage is what all corpora and indexes take at most, in round
// numbers, with the room that merging wants for a while.
const bytesPerPassage = 20000

// enoughDisk says beforehand what the run takes, and refuses where it cannot
// end well.
func enoughDisk(c config) error {
	if err := os.MkdirAll(c.keep, 0o755); err != nil {
		return err
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(c.keep, &fs); err != nil {
		return fmt.Errorf("free space in %s: %w", c.keep, err)
	}
	var need uint64
	for _, size := range c.sizes {
		need += uint64(size) * bytesPerPassage
	}
	have, err := sizeOf(c.keep)
	if err != nil {
		return err
	}
	free := fs.Bavail * uint64(fs.Bsize)
	c.say("%s may grow to %.1f GB; it has %.1f GB now, and %.0f GB are free", c.keep, gigabytes(need), gigabytes(uint64(have)), gigabytes(free))
	if free+uint64(have) < need {
		return fmt.Errorf("too little space: name a folder on a larger disk with -keep, or fewer passages with -sizes")
	}
	return nil
}

func gigabytes(n uint64) float64 { return float64(n) / 1e9 }
