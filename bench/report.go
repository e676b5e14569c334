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
	Passages  int       `json:"passages"`
	Words     int       `json:"words"`
	TextBytes int64     `json:"text_bytes"`
	Engines   []figures `json:"engines"` // the first is what the others are compared with
	LeftOut   []string  `json:"left_out,omitempty"`
	Gate      *gated    `json:"gate,omitempty"`
}

type figures struct {
	Name       string  `json:"name"`
	Version    string  `json:"version"`
	Built      built   `json:"built"`
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
	fmt.Fprintf(&b, "%s; %d questions of ten words, each asked once of each engine in turn; seed %d\n", r.Machine, r.Questions, r.Seed)
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
	text := float64(s.TextBytes)
	fmt.Fprintf(b, "\n%d passages of %.0f words, %.1f MB of text\n", s.Passages, float64(s.Words)/float64(max(1, s.Passages)), text/1e6)
	for _, l := range s.LeftOut {
		fmt.Fprintf(b, "left out: %s\n", l)
	}
	fmt.Fprintf(b, "\n%-16s%9s%9s%9s%10s%10s%9s\n", "search, ms", "p50", "p95", "p99", "p50 ×", "p99 ×", "same 10")
	for _, f := range s.Engines {
		note := fmt.Sprintf("%.2f", f.Overlap)
		if f.Name == "newsdesk-ask" {
			note = "–" // what is cited is no ranking
		}
		if f.Asked < s.Engines[0].Asked {
			note += fmt.Sprintf("  (the first %d questions)", f.Asked)
		}
		fmt.Fprintf(b, "%-16s%9.2f%9.2f%9.2f%10s%10s%9s\n", f.Name, f.Served.P50, f.Served.P95, f.Served.P99,
			ratio(f.Served.P50, s.Engines[0].Served.P50), ratio(f.Served.P99, s.Engines[0].Served.P99), note)
	}
	fmt.Fprintf(b, "\n%-16s%9s%9s%11s%9s%8s%16s%16s  %s\n", "building", "s", "merge s", "passages/s", "MB", "× text", "MB RSS building", "at rest", "version")
	fmt.Fprintf(b, "%-16s%9s%9s%11s%9s%8s%16s%16s\n", "", "", "", "", "", "", "anon + mapped", "anon + mapped")
	for _, f := range s.Engines {
		t := f.Built
		fmt.Fprintf(b, "%-16s%9.1f%9.1f%11.0f%9.1f%8.2f%16s%16s  %s\n", f.Name, t.IndexSeconds, t.MergeSeconds,
			float64(s.Passages)/(t.IndexSeconds+t.MergeSeconds), float64(t.Bytes)/1e6, float64(t.Bytes)/text,
			pair(t.PeakAnon, t.PeakMapped), pair(f.RestAnon, f.RestMapped), f.Version)
	}
	s.writeAnswers(b)
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

// writeAnswers compares whole answers with a plain match and its highlighter.
func (s sized) writeAnswers(b *strings.Builder) {
	match, ask := s.engine("bleve"), s.engine("newsdesk-ask")
	if match == nil || ask == nil {
		return
	}
	fmt.Fprintf(b, "\na whole answer of newsdesk takes %s times Bleve's plain match at p50, %s at p99", ratio(ask.Served.P50, match.Served.P50), ratio(ask.Served.P99, match.Served.P99))
	if marked := s.engine("bleve-highlight"); marked != nil {
		fmt.Fprintf(b, ";\nBleve with its highlighter takes %s and %s", ratio(marked.Served.P50, match.Served.P50), ratio(marked.Served.P99, match.Served.P99))
	}
	b.WriteByte('\n')
}

func (s sized) engine(name string) *figures {
	for i := range s.Engines {
		if s.Engines[i].Name == name {
			return &s.Engines[i]
		}
	}
	return nil
}

// writeGrowth tells how p50 grows from one size to the next.
func (r report) writeGrowth(b *strings.Builder) {
	for i := 1; i < len(r.Sizes); i++ {
		before, now := r.Sizes[i-1], r.Sizes[i]
		fmt.Fprintf(b, "\np50 from %d to %d passages:", before.Passages, now.Passages)
		for _, f := range now.Engines {
			if old := before.engine(f.Name); old != nil {
				fmt.Fprintf(b, " %s × %s", f.Name, ratio(f.Served.P50, old.Served.P50))
			}
		}
		b.WriteByte('\n')
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
