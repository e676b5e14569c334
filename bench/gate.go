package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// gated is how many clients at once were served by newsdesk's index, which lets
// so many searches run as there are cores, and by the same without that gate.
type gated struct {
	Clients int  `json:"clients"`
	With    load `json:"with"`
	Without load `json:"without"`
}

type load struct {
	spread
	PerSecond float64 `json:"per_second"`
}

// gate runs the trial in a process of its own.
func (e *engine) gate(ctx context.Context, c config, k corpus) (*gated, error) {
	out, err := e.run(ctx, "gate", e.dir(k)+"/data", k.path(questionsFile), strconv.Itoa(c.clients)).Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w: %s", err, lastLine(string(failed.Stderr)))
		}
		return nil, err
	}
	g := &gated{}
	return g, json.Unmarshal(out, g)
}

// gateBlock is how many questions either side is asked before it is the other's
// turn.
const gateBlock = 100

// noGate stands for as many searches at once as anybody asks for.
const noGate = 4096

func runGate(ctx context.Context, dir, questionsPath, clients string, stdout io.Writer) error {
	n, err := strconv.Atoi(clients)
	if err != nil || n < 1 {
		return fmt.Errorf("%q clients: give a number of 1 or more", clients)
	}
	raw, err := os.ReadFile(questionsPath)
	if err != nil {
		return err
	}
	questions := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
	with, err := openNewsdesk(ctx, dir)
	if err != nil {
		return err
	}
	defer with.Close()
	// An index sizes its gate by the cores there are when it is opened.
	cores := runtime.GOMAXPROCS(noGate)
	without, err := openNewsdesk(ctx, dir)
	runtime.GOMAXPROCS(cores)
	if err != nil {
		return err
	}
	defer without.Close()
	// A third of the questions warm both up.
	cut := len(questions) / 3
	sides := [2]asker{with, without}
	var took [2][]time.Duration
	var spent [2]time.Duration
	for _, side := range sides {
		if _, _, err := together(ctx, side, questions[:cut], n); err != nil {
			return err
		}
	}
	for at := cut; at < len(questions); at += gateBlock {
		for i, side := range sides {
			list, all, err := together(ctx, side, questions[at:min(len(questions), at+gateBlock)], n)
			if err != nil {
				return err
			}
			took[i], spent[i] = append(took[i], list...), spent[i]+all
		}
	}
	loadOf := func(i int) load { return load{percentiles(took[i]), float64(len(took[i])) / spent[i].Seconds()} }
	return json.NewEncoder(stdout).Encode(gated{n, loadOf(0), loadOf(1)})
}

// together asks every question once, clients at a time.
func together(ctx context.Context, a asker, questions []string, clients int) (took []time.Duration, all time.Duration, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	took = make([]time.Duration, len(questions))
	var next atomic.Int64
	var wait sync.WaitGroup
	start := time.Now()
	for range clients {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(questions) {
					return
				}
				question, terms, _ := strings.Cut(questions[i], "\t")
				begin := time.Now()
				if _, err := a.ask(ctx, question, strings.Fields(terms)); err != nil {
					stop(err)
					return
				}
				took[i] = time.Since(begin)
			}
		})
	}
	wait.Wait()
	return took, time.Since(start), context.Cause(ctx)
}
