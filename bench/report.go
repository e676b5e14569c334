package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// A report is what a run measured. MB are millions of bytes.
type report struct {
	Machine   string   `json:"machine"`
	Seed      uint64   `json:"seed"`
	Questions int      `json:"questions"`
	Missing   []string `json:"missing,omitempty"` // engines that are not there, with what to do
	Sizes     []sized  `json:"sizes"`
}

// sized is what was measured with one number of passages.
type sized struct {
	Passages      int      `json:"passages"`
	Words         int      `json:"words"`
	TextBytes     int64    `json:"text_bytes"`
	QuestionWords float64  `json:"question_words"` // as typed, in the mean
	QuestionTerms float64  `json:"question_terms"` // newsdesk's of them
	Rounds        []round  `json:"rounds"`
	Stores        []store  `json:"stores"`
	LeftOut       []string `json:"left_out,omitempty"`
	Gate          *gated   `json:"gate,omitempty"`
}

// A round is questions asked of some engines in turn, see sameTerms.
type round struct {
	Name    string    `json:"name"`
	Engines []figures `json:"engines"` // the first is what the others are compared with
}

// A store is what one or several engines search.
type store struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Holds   string `json:"holds"`
	Built   built  `json:"built"`
}

// rates are passages a second, of indexing alone and with merging.
func (s store) rates(passages int) (indexing, merged float64) {
	rate := func(seconds float64) float64 {
		if seconds == 0 {
			return 0
		}
		return float64(passages) / seconds
	}
	return rate(s.Built.IndexSeconds), rate(s.Built.IndexSeconds + s.Built.MergeSeconds)
}

type figures struct {
	Name       string  `json:"name"`
	Asked      int     `json:"asked"`
	Served     spread  `json:"served"`
	RestAnon   int64   `json:"rest_anonymous_bytes"` // after the last question
	RestMapped int64   `json:"rest_mapped_bytes"`
	Overlap    float64 `json:"overlap"` // of the best ten with the first engine's
}

func (r report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

func (r report) writeTable(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %d questions, each asked once of each engine in turn; seed %d\n", r.Machine, r.Questions, r.Seed)
	for _, m := range r.Missing {
		fmt.Fprintf(&b, "left out: %s\n", m)
	}
	for _, s := range r.Sizes {
		s.write(&b)
	}
	r.writeGrowth(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (s sized) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n%d passages of %.0f words, %.1f MB of text\n", s.Passages, float64(s.Words)/float64(max(1, s.Passages)), float64(s.TextBytes)/1e6)
	for _, l := range s.LeftOut {
		fmt.Fprintf(b, "left out: %s\n", l)
	}
	fmt.Fprintf(b, "questions of %.1f words as typed, of which %.1f are terms of newsdesk's, no stop-words\n", s.QuestionWords, s.QuestionTerms)
	for _, r := range s.Rounds {
		r.write(b)
	}
	s.writeAnswers(b)
	s.writeStores(b)
	if g := s.Gate; g != nil {
		fmt.Fprintf(b, "\n%-16s%9s%9s%9s%12s\n", fmt.Sprintf("%d clients, ms", g.Clients), "p50", "p95", "p99", "a second")
		for _, l := range []struct {
			name string
			load
		}{{"with the gate", g.With}, {"without", g.Without}} {
			fmt.Fprintf(b, "%-16s%9.2f%9.2f%9.2f%12.0f\n", l.name, l.P50, l.P95, l.P99, l.PerSecond)
		}
		fmt.Fprintf(b, "p99 without the gate is %s times that with it\n", ratio(g.Without.P99, g.With.P99))
	}
}

func (r round) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s\n", map[string]string{
		sameTerms: "same terms: all engines look up newsdesk's terms",
		asTyped:   "as typed: the others keep the stop-words of passages and questions",
	}[r.Name])
	fmt.Fprintf(b, "%-16s%9s%9s%9s%10s%10s%9s%22s\n", "search, ms", "p50", "p95", "p99", "p50 ×", "p99 ×", "same 10", "MB RSS anon + mapped")
	for _, f := range r.Engines {
		same, note := fmt.Sprintf("%.2f", f.Overlap), ""
		if f.Name == "newsdesk-ask" {
			same = "–" // what is cited is no ranking
		}
		if f.Asked < r.Engines[0].Asked {
			note = fmt.Sprintf("  (the first %d questions)", f.Asked)
		}
		fmt.Fprintf(b, "%-16s%9.2f%9.2f%9.2f%10s%10s%9s%22s%s\n", f.Name, f.Served.P50, f.Served.P95, f.Served.P99,
			ratio(f.Served.P50, r.Engines[0].Served.P50), ratio(f.Served.P99, r.Engines[0].Served.P99), same, pair(f.RestAnon, f.RestMapped), note)
	}
}

// writeStores tells what building took. A rate is of indexing alone, or with
// merging to one segment; what newsdesk merges is part of its indexing.
func (s sized) writeStores(b *strings.Builder) {
	fmt.Fprintf(b, "\n%-16s%9s%9s%9s%14s%14s%9s%8s%22s  %s\n", "building", "s", "merge s", "cpu s", "passages/s", "with merging", "MB", "× text", "MB RSS anon + mapped", "version: what is indexed")
	for _, t := range s.Stores {
		indexing, merged := t.rates(s.Passages)
		note := ""
		if t.Built.Kept {
			note = " (built by an earlier run)"
		}
		fmt.Fprintf(b, "%-16s%9.1f%9.1f%9.1f%14.0f%14.0f%9.1f%8.2f%22s  %s: %s%s\n", t.Name, t.Built.IndexSeconds, t.Built.MergeSeconds, t.Built.CPUSeconds, indexing, merged,
			float64(t.Built.Bytes)/1e6, float64(t.Built.Bytes)/float64(s.TextBytes), pair(t.Built.PeakAnon, t.Built.PeakMapped), t.Version, t.Holds, note)
	}
	if own, fields := s.store("newsdesk"), s.store("bleve-fields"); own != nil && fields != nil {
		indexing, merged := fields.rates(s.Passages)
		_, rate := own.rates(s.Passages)
		fmt.Fprintf(b, "newsdesk's rate is %s times that of Bleve with the same fields, %s times with merging\n", ratio(rate, indexing), ratio(rate, merged))
	}
}

// writeAnswers compares whole answers with a plain match and its highlighter.
func (s sized) writeAnswers(b *strings.Builder) {
	match, ask := s.engine(sameTerms, "bleve"), s.engine(sameTerms, "newsdesk-ask")
	if match == nil || ask == nil {
		return
	}
	fmt.Fprintf(b, "\na whole answer of newsdesk takes %s times Bleve's plain match at p50, %s at p99", ratio(ask.Served.P50, match.Served.P50), ratio(ask.Served.P99, match.Served.P99))
	if marked := s.engine(sameTerms, "bleve-highlight"); marked != nil {
		fmt.Fprintf(b, ";\nBleve with its highlighter takes %s and %s", ratio(marked.Served.P50, match.Served.P50), ratio(marked.Served.P99, match.Served.P99))
	}
	b.WriteByte('\n')
}

func (s sized) engine(in, name string) *figures {
	for _, r := range s.Rounds {
		for i := range r.Engines {
			if r.Name == in && r.Engines[i].Name == name {
				return &r.Engines[i]
			}
		}
	}
	return nil
}

func (s sized) store(name string) *store {
	for i := range s.Stores {
		if s.Stores[i].Name == name {
			return &s.Stores[i]
		}
	}
	return nil
}

// writeGrowth tells how p50 grows from one size to the next.
func (r report) writeGrowth(b *strings.Builder) {
	for i := 1; i < len(r.Sizes); i++ {
		before, now := r.Sizes[i-1], r.Sizes[i]
		for _, one := range now.Rounds {
			fmt.Fprintf(b, "\n%s, p50 from %d to %d passages:", one.Name, before.Passages, now.Passages)
			for _, f := range one.Engines {
				if old := before.engine(one.Name, f.Name); old != nil {
					fmt.Fprintf(b, " %s × %s", f.Name, ratio(f.Served.P50, old.Served.P50))
				}
			}
			b.WriteByte('\n')
		}
	}
}

func ratio(a, b float64) string {
	if b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", a/b)
}

func pair(anon, mapped int64) string {
	return fmt.Sprintf("%.0f + %.0f", float64(anon)/1e6, float64(mapped)/1e6)
}
