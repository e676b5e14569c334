package eval

import (
	"fmt"
	"io"
	"strings"
)

// WriteTable writes the report for people.
func (r BenchReport) WriteTable(w io.Writer) error {
	var t table
	t.text("made-up articles (seed %d), %s, %s", r.Seed, counted(r.Questions, "question"), counted(r.Cores, "core"))
	t.gap()
	sizes := r.Sizes
	t.figures("passages", sizes, func(s BenchSize) any { return s.Passages })
	t.figures("articles", sizes, func(s BenchSize) any { return s.Articles })
	t.figures("text, MB", sizes, func(s BenchSize) any { return tenth(s.Build.TextMB) })
	t.gap()
	t.figures("build, s", sizes, func(s BenchSize) any { return tenth(s.Build.Seconds) })
	t.figures("  passages a second", sizes, func(s BenchSize) any { return whole(s.Build.PassagesPerSecond) })
	t.figures("  memory of its own, MB", sizes, func(s BenchSize) any { return whole(s.Build.Peak.AnonymousMB) })
	t.figures("  memory of files, MB", sizes, func(s BenchSize) any { return whole(s.Build.Peak.MappedMB) })
	t.figures("index on disk, MB", sizes, func(s BenchSize) any { return tenth(s.Build.IndexMB) })
	t.figures("  times the text", sizes, func(s BenchSize) any { return fmt.Sprintf("%.2f", s.Build.IndexPerText) })
	t.gap()
	t.opened("cold", sizes, func(s BenchSize) *Opened { return s.Cold })
	t.opened("warm", sizes, func(s BenchSize) *Opened { return &s.Warm })
	t.figures("memory at rest, own, MB", sizes, func(s BenchSize) any { return whole(s.AtRest.AnonymousMB) })
	t.figures("  of files, MB", sizes, func(s BenchSize) any { return whole(s.AtRest.MappedMB) })
	t.update(sizes)
	for _, s := range sizes {
		t.gap()
		t.row(counted(s.Passages, "passage")+", in ms", "clients", "p50", "p95", "p99", "a second")
		for _, l := range s.Loads {
			t.served("  search", l.Clients, l.Search)
		}
		for _, l := range s.Loads {
			t.served("  ask", l.Clients, l.Ask)
		}
		if s.Beside != nil {
			t.served("  ask, beside a rebuild", 1, s.Beside.Ask)
		}
	}
	var kept []string
	for _, s := range sizes {
		if s.Build.Kept {
			kept = append(kept, fmt.Sprint(s.Passages))
		}
	}
	if len(kept) > 0 {
		t.gap()
		t.text("not built now, but by an earlier run, which measured it: %s passages", strings.Join(kept, ", "))
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// figures is a row with a figure for each size.
func (t *table) figures(name string, sizes []BenchSize, of func(BenchSize) any) {
	list := make([]any, len(sizes))
	for i, s := range sizes {
		list[i] = of(s)
	}
	t.row(name, list...)
}

func (t *table) opened(name string, sizes []BenchSize, of func(BenchSize) *Opened) {
	for _, row := range []struct {
		name string
		of   func(*Opened) float64
	}{
		{"open, " + name + ", ms", func(o *Opened) float64 { return o.OpenMS }},
		{"  then the first search", func(o *Opened) float64 { return o.SearchMS }},
		{"  then the first ask", func(o *Opened) float64 { return o.AskMS }},
	} {
		t.figures(row.name, sizes, func(s BenchSize) any {
			if of(s) == nil {
				return "–"
			}
			return milliseconds(row.of(of(s)))
		})
	}
}

func (t *table) update(sizes []BenchSize) {
	if len(sizes) == 0 || sizes[0].Update == nil {
		return
	}
	t.gap()
	t.figures("rebuild while asked, s", sizes, func(s BenchSize) any { return tenth(s.Beside.Seconds) })
	t.figures(fmt.Sprintf("update of %d articles, s", updated), sizes, func(s BenchSize) any { return fmt.Sprintf("%.2f", s.Update.Seconds) })
	t.figures("  times shorter than build", sizes, func(s BenchSize) any { return whole(s.Update.TimesShorter) })
}

func (t *table) served(name string, clients int, s Served) {
	t.row(name, clients, milliseconds(s.P50), milliseconds(s.P95), milliseconds(s.P99), whole(s.PerSecond))
}

func tenth(v float64) string { return fmt.Sprintf("%.1f", v) }
func whole(v float64) string { return fmt.Sprintf("%.0f", v) }
