package main

import (
	"errors"
	"fmt"
	"os"

	"newsdesk/eval"
)

type benchCmd struct {
	Passages  int    `default:"20000" help:"How many passages, about."`
	Questions int    `default:"200" help:"How many questions each number of clients asks in all."`
	Clients   []int  `default:"1,2,8" help:"How many ask at once; several numbers are measured one after the other."`
	Seed      uint64 `default:"1" help:"Another seed makes up other articles and questions."`
	JSON      bool   `name:"json" help:"Print the report as JSON."`
}

// maxClients is far beyond what one machine serves at once.
const maxClients = 1000

func (c *benchCmd) Run(a *app) (err error) {
	if c.Passages < 1 || c.Questions < 1 {
		return misuse{errors.New("--passages and --questions: give numbers of 1 or more")}
	}
	for _, n := range c.Clients {
		if n < 1 || n > maxClients {
			return misuse{fmt.Errorf("--clients %d: give numbers from 1 to %d", n, maxClients)}
		}
	}
	dir, err := os.MkdirTemp("", "newsdesk-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	bar := newProgress(a.stderr, "indexing made-up articles")
	report, err := eval.Bench(a.ctx, eval.BenchConfig{
		Dir: dir, Version: version, Passages: c.Passages, Questions: c.Questions,
		Clients: c.Clients, Seed: c.Seed, Progress: bar.show,
	})
	bar.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(a.stdout, report)
	}
	return report.WriteTable(a.stdout)
}
