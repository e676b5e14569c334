package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// measure builds what is missing for one size and asks, round by round.
func measure(ctx context.Context, c config, list []engine, size int) (sized, error) {
	dir := fmt.Sprintf("%s/%d", c.keep, size)
	k, err := openCorpus(ctx, c, dir, size)
	if err != nil {
		return sized{}, err
	}
	questions, err := k.questions()
	if err != nil {
		return sized{}, err
	}
	warm, questions := questions[c.questions:], questions[:c.questions]
	r := sized{Passages: k.Passages, Words: k.Words, TextBytes: k.TextBytes}
	r.QuestionWords, r.QuestionTerms = wordsPerQuestion(questions)
	there, err := r.buildAll(ctx, c, k, list)
	if err != nil {
		return r, err
	}
	for _, name := range []string{sameTerms, asTyped} {
		var asked []engine
		for _, e := range there {
			if slices.Contains(e.rounds, name) {
				asked = append(asked, e)
			}
		}
		if len(asked) == 0 {
			continue
		}
		one := round{Name: name}
		leftOut, err := one.askAll(ctx, c, k, asked, warm, questions)
		r.LeftOut = append(r.LeftOut, leftOut...)
		if err != nil {
			return r, err
		}
		r.Rounds = append(r.Rounds, one)
	}
	for _, e := range there {
		if e.name == "newsdesk" && r.engine(sameTerms, e.name) != nil {
			c.say("newsdesk: %d clients with a gate and without", c.clients)
			if r.Gate, err = e.gate(ctx, c, k); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// buildAll builds the stores that are not there yet, and returns the engines that
// have one. The others are left out, and why.
func (r *sized) buildAll(ctx context.Context, c config, k corpus, list []engine) (there []engine, err error) {
	anew := make(map[string]bool)
	for _, e := range list {
		if slices.Contains(c.rebuild, e.name) {
			anew[e.store] = true
		}
	}
	for _, e := range list {
		if e.most > 0 && k.Passages > e.most {
			r.LeftOut = append(r.LeftOut, fmt.Sprintf("%s: measured with %d passages at most", e.name, e.most))
			continue
		}
		b, err := e.build(ctx, c, k, anew[e.store])
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			r.LeftOut = append(r.LeftOut, fmt.Sprintf("%s: not built: %v", e.name, err))
			c.say("%s is left out: %v", e.name, err)
			continue
		}
		anew[e.store] = false // the next engine with this store takes it as it is
		if r.store(e.store) == nil {
			r.Stores = append(r.Stores, store{Name: e.store, Version: e.version, Holds: e.holds, Built: b})
		}
		there = append(there, e)
	}
	return there, nil
}

// wordsPerQuestion are the means of the words as they are typed, and of those
// that are newsdesk's terms.
func wordsPerQuestion(questions []string) (typed, terms float64) {
	for _, q := range questions {
		question, list, _ := strings.Cut(q, "\t")
		typed += float64(len(strings.Fields(question)))
		terms += float64(len(strings.Fields(list)))
	}
	n := float64(max(1, len(questions)))
	return typed / n, terms / n
}

// askAll starts all engines, warms them up, and asks the questions around. An
// engine that does not serve is left out, and why.
func (r *round) askAll(ctx context.Context, c config, k corpus, list []engine, warm, questions []string) (leftOut []string, err error) {
	var ring []*served
	for i := range list {
		c.say("%s: warming up", list[i].name)
		s, err := list[i].start(ctx, k)
		if err == nil {
			defer s.stop()
			err = s.warmUp(warm, c.warm)
		}
		if ctx.Err() != nil {
			return leftOut, context.Cause(ctx)
		}
		if err != nil {
			leftOut = append(leftOut, err.Error())
			c.say("%s is left out: %v", list[i].name, err)
			continue
		}
		ring = append(ring, s)
	}
	c.say("%s: asking %d questions of %d engines", r.Name, len(questions), len(ring))
	took := make([][]time.Duration, len(ring))
	found := make([][][]int, len(ring))
	spent := make([]time.Duration, len(ring))
	for n, q := range questions {
		if ctx.Err() != nil {
			return leftOut, context.Cause(ctx)
		}
		for i := range ring {
			at := (i + n) % len(ring) // another one is first each time
			if spent[at] > c.budget {
				continue
			}
			d, ids, err := ring[at].ask(q)
			if err != nil {
				return leftOut, err
			}
			spent[at] += d
			took[at], found[at] = append(took[at], d), append(found[at], ids)
		}
	}
	for i, s := range ring {
		rest := memoryOf(s.cmd.Process.Pid)
		r.Engines = append(r.Engines, figures{
			Name: s.name, Asked: len(took[i]), Served: percentiles(took[i]),
			RestAnon: rest.anon, RestMapped: rest.mapped, Overlap: overlap(found[0], found[i]),
		})
	}
	return leftOut, nil
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
