package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// engineCommand makes this program an engine, as in "engine bleve serve DIR".
const engineCommand = "engine"

// top is how many passages every engine returns.
const top = 10

// An inner is an engine that is part of this program.
type inner struct {
	version func() string
	build   func(ctx context.Context, dir, corpus string) (built, error)
	open    func(ctx context.Context, dir string) (asker, error)
}

// An asker answers a question, or its terms where it does not analyse texts.
type asker interface {
	ask(ctx context.Context, question string, terms []string) (ids []int, err error)
	io.Closer
}

func inners() map[string]inner {
	return map[string]inner{
		"newsdesk":        newsdeskEngine(openNewsdesk),
		"newsdesk-ask":    newsdeskEngine(openNewsdeskAsk),
		"bleve":           bleveEngine(lean),
		"bleve-highlight": bleveEngine(highlighted),
		"bleve-fields":    bleveEngine(sameFields),
		"bleve-typed":     bleveEngine(allWords),
		"sqlite":          sqliteEngine(termsFile),
		"sqlite-typed":    sqliteEngine(textsFile),
	}
}

// runEngine is the program as an engine.
func runEngine(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: %s NAME version | build DIR CORPUS | serve DIR", engineCommand)
	}
	e, ok := inners()[args[0]]
	switch rest := args[2:]; {
	case !ok || e.build == nil:
		return fmt.Errorf("engine %s is not in this program", args[0])
	case args[1] == "version":
		_, err := fmt.Fprintln(stdout, e.version())
		return err
	case args[1] == "build" && len(rest) == 2:
		b, err := e.build(ctx, rest[0], rest[1])
		if err != nil {
			return err
		}
		return json.NewEncoder(stdout).Encode(b)
	case args[1] == "serve" && len(rest) == 1:
		a, err := e.open(ctx, rest[0])
		if err != nil {
			return err
		}
		defer a.Close()
		return serve(ctx, a, stdin, stdout)
	case args[1] == "gate" && len(rest) == 1:
		return serveGate(ctx, rest[0], stdin, stdout)
	}
	return fmt.Errorf("engine %s: %q is no command", args[0], strings.Join(args[1:], " "))
}

// serve answers the questions of stdin, one a line.
func serve(ctx context.Context, a asker, stdin io.Reader, stdout io.Writer) error {
	if _, err := io.WriteString(stdout, readyLine); err != nil {
		return err
	}
	in := bufio.NewScanner(stdin)
	for in.Scan() && ctx.Err() == nil {
		question, terms, _ := strings.Cut(in.Text(), "\t")
		list := strings.Fields(terms)
		start := time.Now()
		ids, err := a.ask(ctx, question, list)
		took := time.Since(start)
		if err != nil {
			return err
		}
		line := strconv.AppendInt(nil, took.Nanoseconds(), 10)
		for _, id := range ids {
			line = strconv.AppendInt(append(line, ' '), int64(id), 10)
		}
		if _, err := stdout.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return in.Err()
}

// unique leaves out terms that came before.
func unique(terms []string) []string {
	var list []string
	for _, t := range terms {
		if !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}
