package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// measure builds what is missing for one size and asks.
func measure(ctx context.Context, c config, list []engine, size int) (sized, error) {
	dir := fmt.Sprintf("%s/%d", c.keep, size)
	k, err := openCorpus(ctx, c, dir, size)
	if err != nil {
		return sized{}, err
	}
	r := sized{Passages: k.Passages, Words: k.Words, TextBytes: k.TextBytes}
	anew := make(map[string]bool)
	for _, name := range c.rebuild {
		anew[name] = true
	}
	var there []engine
	for _, e := range list {
		if e.most > 0 && size > e.most {
			r.LeftOut = append(r.LeftOut, fmt.Sprintf("%s: measured with %d passages at most", e.name, e.most))
			continue
		}
		b, err := e.build(ctx, c, k, anew[e.store])
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		if err != nil {
			r.LeftOut = append(r.LeftOut, fmt.Sprintf("%s: not built: %v", e.name, err))
			c.say("%s is left out: %v", e.name, err)
			continue
		}
		anew[e.store] = false // the next engine with this store takes it as it is
		r.Engines = append(r.Engines, figures{Name: e.name, Version: e.version, Built: b})
		there = append(there, e)
	}
	if err := r.askAll(ctx, c, k, there); err != nil {
		return r, err
	}
	for _, e := range there {
		if e.name == "newsdesk" && r.engine(e.name) != nil {
			c.say("newsdesk: %d clients with a gate and without", c.clients)
			if r.Gate, err = e.gate(ctx, c, k); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// askAll starts all engines, warms them up, and asks the questions around.
func (r *sized) askAll(ctx context.Context, c config, k corpus, list []engine) error {
	questions, err := k.questions()
	if err != nil {
		return err
	}
	warm, questions := questions[c.questions:], questions[:c.questions]
	var ring []*served
	var there []figures
	for i := range list {
		c.say("%s: warming up", list[i].name)
		s, err := list[i].start(ctx, k)
		if err == nil {
			defer s.stop()
			err = s.warmUp(warm, c.warm)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			r.LeftOut = append(r.LeftOut, err.Error())
			c.say("%s is left out: %v", list[i].name, err)
			continue
		}
		ring, there = append(ring, s), append(there, r.Engines[i])
	}
	r.Engines = there
	c.say("asking %d questions of %d engines", len(questions), len(ring))
	took := make([][]time.Duration, len(ring))
	found := make([][][]int, len(ring))
	spent := make([]time.Duration, len(ring))
	for n, q := range questions {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for i := range ring {
			at := (i + n) % len(ring) // another one is first each time
			if spent[at] > c.budget {
				continue
			}
			d, ids, err := ring[at].ask(q)
			if err != nil {
				return err
			}
			spent[at] += d
			took[at], found[at] = append(took[at], d), append(found[at], ids)
		}
	}
	for i, s := range ring {
		rest := memoryOf(s.cmd.Process.Pid)
		f := &r.Engines[i]
		f.Asked, f.Served = len(took[i]), percentiles(took[i])
		f.RestAnon, f.RestMapped = rest.anon, rest.mapped
		f.Overlap = overlap(found[0], found[i])
	}
	return nil
}

// warmMost bounds the warming up of an engine that is slow.
const warmMost = 20 * time.Second

// warmUp asks all questions once, and again until it took so long.
func (s *served) warmUp(questions []string, least time.Duration) error {
	start := time.Now()
	for first := true; first || time.Since(start) < least; first = false {
		for _, q := range questions {
			if _, _, err := s.ask(q); err != nil {
				return err
			}
			if time.Since(start) > warmMost {
				return nil
			}
		}
	}
	return nil
}

// overlap is the mean share of the first list's ids that the second one has
// too, over the questions that both were asked.
func overlap(first, second [][]int) float64 {
	n, sum := min(len(first), len(second)), 0.0
	if n == 0 {
		return 0
	}
	for i := range n {
		both := 0
		for _, id := range first[i] {
			if slices.Contains(second[i], id) {
				both++
			}
		}
		if len(first[i]) == 0 {
			both = 1
		}
		sum += float64(both) / float64(max(1, len(first[i])))
	}
	return sum / float64(n)
}

// spread is of durations, in milliseconds.
type spread struct {
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
}

// percentiles are by nearest rank.
func percentiles(list []time.Duration) spread {
	sorted := slices.Sorted(slices.Values(list))
	at := func(p float64) float64 {
		if len(sorted) == 0 {
			return 0
		}
		rank := int(math.Ceil(p*float64(len(sorted)) - 1e-9))
		return float64(sorted[max(0, rank-1)]) / float64(time.Millisecond)
	}
	return spread{at(0.5), at(0.95), at(0.99)}
}
