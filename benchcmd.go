package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsdesk/eval"
	"newsdesk/index"
)

type benchCmd struct {
	Sizes     []string `default:"5k,20k" help:"How many passages, about, such as 10k,100k,1m; each is built and asked."`
	Questions int      `default:"200" help:"How many questions each number of clients asks in all."`
	Clients   []int    `default:"1,2,8" help:"How many ask at once; several numbers are measured one after the other."`
	Rebuild   bool     `default:"true" negatable:"" help:"Measure answers beside a rebuild, and an update, too."`
	Keep      string   `placeholder:"DIR" help:"Folder where the indexes stay, so that the next run need not build them."`
	Seed      uint64   `default:"1" help:"Another seed makes up other articles and questions."`
	JSON      bool     `name:"json" help:"Print the report as JSON."`
	SVG       string   `name:"svg" placeholder:"FILE" help:"Draw the figures, too."`
}

const (
	// maxClients is far beyond what one machine serves at once.
	maxClients = 1000

	// maxPassages is beyond what one Bleve index is good for.
	maxPassages = 20_000_000
)

func (c *benchCmd) Run(a *app) (err error) {
	sizes, err := c.check()
	if err != nil {
		return misuse{err}
	}
	dir := c.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "newsdesk-bench-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	// Made before the long part begins, so that a wrong name shows at once.
	var plot *os.File
	if c.SVG != "" {
		if plot, err = os.Create(c.SVG); err != nil {
			return fmt.Errorf("draw the figures: %w", err)
		}
		defer func() { err = errors.Join(err, plot.Close()) }()
	}
	told := &benchProgress{app: a}
	report, err := eval.Bench(a.ctx, eval.BenchConfig{
		Dir: dir, Version: version, Sizes: sizes, Questions: c.Questions,
		Clients: c.Clients, Seed: c.Seed, Rebuild: c.Rebuild, Phase: told.begin, Progress: told.show,
	})
	told.end()
	if err != nil {
		return err
	}
	if plot != nil {
		if err := report.WriteSVG(plot); err != nil {
			return fmt.Errorf("draw the figures: %w", err)
		}
	}
	if c.JSON {
		return writeJSON(a.stdout, report)
	}
	return report.WriteTable(a.stdout)
}

// check returns the sizes, or what is wrong with the flags.
func (c *benchCmd) check() ([]int, error) {
	var sizes []int
	for _, s := range c.Sizes {
		n, err := parsePassages(s)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, n)
	}
	if slices.Sort(sizes); len(slices.Compact(slices.Clone(sizes))) < len(sizes) {
		return nil, errors.New("--sizes: one number stands there twice")
	}
	if c.Questions < 1 {
		return nil, errors.New("--questions: give a number of 1 or more")
	}
	for _, n := range c.Clients {
		if n < 1 || n > maxClients {
			return nil, fmt.Errorf("--clients %d: give numbers from 1 to %d", n, maxClients)
		}
	}
	return sizes, nil
}

// parsePassages reads a number with k for thousands or m for millions.
func parsePassages(s string) (int, error) {
	digits, times := strings.ToLower(s), 1
	if d, ok := strings.CutSuffix(digits, "k"); ok {
		digits, times = d, 1000
	} else if d, ok := strings.CutSuffix(digits, "m"); ok {
		digits, times = d, 1_000_000
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > maxPassages/times {
		return 0, fmt.Errorf("--sizes %s: give numbers such as 500, 10k or 1m, up to %dm", s, maxPassages/1_000_000)
	}
	return n * times, nil
}

// benchProgress tells what a bench is at, once it lasts.
type benchProgress struct {
	app *app
	bar *progress
}

func (p *benchProgress) begin(what string) {
	p.end()
	if time.Since(p.app.started) > patience {
		p.app.note("bench: %s", what)
	}
	p.bar = newProgress(p.app.stderr, "bench: "+what)
}

func (p *benchProgress) show(now index.Progress) { p.bar.show(now) }

func (p *benchProgress) end() {
	if p.bar != nil {
		p.bar.end()
	}
}
