package eval

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"newsdesk/answer"
	"newsdesk/index"
)

// BenchConfig says what to measure the speed of.
type BenchConfig struct {
	Dir       string // an empty folder to build the index in
	Version   string // goes into the index
	Passages  int    // about so many, 1 or more
	Questions int    // 1 or more
	Clients   []int  // that ask at once, 1 or more each
	Seed      uint64
	Progress  func(index.Progress) // of the build; may be nil
}

// A BenchReport is what Bench measured. MB are millions of bytes. Its JSON
// form is stable.
type BenchReport struct {
	Seed      uint64 `json:"seed"`
	Articles  int    `json:"articles"`
	Passages  int    `json:"passages"`
	Questions int    `json:"questions"`
	Cores     int    `json:"cores"` // that the program may use

	Build  Build  `json:"build"`
	Memory Memory `json:"memory"`
	Open   Opened `json:"open"`
	Loads  []Load `json:"loads"` // in the order of BenchConfig.Clients
}

// Build is how fast an index was built, and how large it is.
type Build struct {
	Seconds           float64 `json:"seconds"`
	PassagesPerSecond float64 `json:"passages_per_second"`
	MBPerSecond       float64 `json:"mb_per_second"` // of titles and texts
	TextMB            float64 `json:"text_mb"`
	IndexMB           float64 `json:"index_mb"`
	IndexPerText      float64 `json:"index_per_text"`
}

// Memory is what the process holds after the last question. The resident set
// is 0 where the system does not tell; it counts what the system keeps of the
// index in memory too, and gives back when others need it.
type Memory struct {
	ResidentMB float64 `json:"resident_mb"`
	PeakMB     float64 `json:"peak_mb"` // of the resident set, the build included
	HeapMB     float64 `json:"heap_mb"`
}

// Opened is how long an index that was closed takes to answer again. Its files
// are in the system's memory still.
type Opened struct {
	OpenMS  float64 `json:"open_ms"`
	FirstMS float64 `json:"first_search_ms"`
}

// A Load is so many clients that ask at once, each as soon as it has its
// answer.
type Load struct {
	Clients int    `json:"clients"`
	Search  Served `json:"search"`
	Ask     Served `json:"ask"`
}

// Served is how they were served.
type Served struct {
	Percentiles
	PerSecond float64 `json:"per_second"`
}

// results is how many passages a search of the bench asks for.
const results = 10

// Bench makes up a corpus, builds an index of it and asks it questions.
func Bench(ctx context.Context, c BenchConfig) (BenchReport, error) {
	r := BenchReport{Seed: c.Seed, Questions: c.Questions, Cores: runtime.GOMAXPROCS(0)}
	m, err := Generate(ctx, c.Seed, c.Passages)
	if err != nil {
		return r, err
	}
	if err := r.build(ctx, c, m); err != nil {
		return r, err
	}
	questions := m.Ask(c.Questions)
	start := time.Now()
	x, err := index.Open(c.Dir, c.Version)
	if err != nil {
		return r, fmt.Errorf("open the index again: %w", err)
	}
	defer x.Close()
	r.Open.OpenMS = milli(time.Since(start))
	engine := answer.New(x)
	search := func(ctx context.Context, q answer.Question) error {
		_, err := engine.Search(ctx, q, results)
		return err
	}
	ask := func(ctx context.Context, q answer.Question) error {
		_, err := engine.Ask(ctx, q)
		return err
	}
	start = time.Now()
	if err := search(ctx, answer.Question{Text: questions[0], Now: madeLast}); err != nil {
		return r, err
	}
	r.Open.FirstMS = milli(time.Since(start))
	for _, clients := range c.Clients {
		l := Load{Clients: clients}
		if l.Search, err = serve(ctx, questions, clients, search); err != nil {
			return r, fmt.Errorf("search: %w", err)
		}
		if l.Ask, err = serve(ctx, questions, clients, ask); err != nil {
			return r, fmt.Errorf("ask: %w", err)
		}
		r.Loads = append(r.Loads, l)
	}
	r.Memory = memory()
	return r, nil
}

func (r *BenchReport) build(ctx context.Context, c BenchConfig, m *Made) (err error) {
	x, err := index.Open(c.Dir, c.Version)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	s, err := x.Rebuild(ctx, index.Collection{Name: "articles made up for a bench", FS: m.FS()}, c.Progress)
	if err != nil {
		return fmt.Errorf("build the index: %w", err)
	}
	size, err := sizeOf(c.Dir)
	if err != nil {
		return fmt.Errorf("measure the index: %w", err)
	}
	r.Articles, r.Passages = s.Articles, s.Passages
	seconds := s.Took.Seconds()
	r.Build = Build{
		Seconds: round(seconds), PassagesPerSecond: round(float64(s.Passages) / seconds),
		MBPerSecond: round(mega(m.TextBytes) / seconds), TextMB: round(mega(m.TextBytes)),
		IndexMB: round(mega(size)), IndexPerText: round(float64(size) / float64(m.TextBytes)),
	}
	return nil
}

// serve asks every question once, clients at a time.
func serve(ctx context.Context, questions []string, clients int, do func(context.Context, answer.Question) error) (Served, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	took := make([]time.Duration, len(questions))
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
				begin := time.Now()
				if err := do(ctx, answer.Question{Text: questions[i], Now: madeLast}); err != nil {
					stop(fmt.Errorf("question %q: %w", questions[i], err))
					return
				}
				took[i] = time.Since(begin)
			}
		})
	}
	wait.Wait()
	if ctx.Err() != nil {
		return Served{}, context.Cause(ctx)
	}
	rate := float64(len(questions)) / time.Since(start).Seconds()
	return Served{durations(took), round(rate)}, nil
}

func sizeOf(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}

// memory reads the figures of this process; Linux alone tells the resident set.
func memory() Memory {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	m := Memory{HeapMB: round(mega(int64(stats.HeapAlloc)))}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(status)) {
		key, value, _ := strings.Cut(line, ":")
		kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch {
		case err != nil:
		case key == "VmRSS":
			m.ResidentMB = round(mega(kib * 1024))
		case key == "VmHWM":
			m.PeakMB = round(mega(kib * 1024))
		}
	}
	return m
}

func mega(bytes int64) float64 { return float64(bytes) / 1e6 }

func milli(d time.Duration) float64 { return round(float64(d) / float64(time.Millisecond)) }

// WriteTable writes the report for people.
func (r BenchReport) WriteTable(w io.Writer) error {
	var t table
	t.text("%s made up (seed %d): %s, %.1f MB of text; %s",
		counted(r.Articles, "article"), r.Seed, counted(r.Passages, "passage"), r.Build.TextMB, counted(r.Cores, "core"))
	t.gap()
	t.text("%-*s%.1f s, %.0f passages/s, %.2f MB/s", nameWidth, "build", r.Build.Seconds, r.Build.PassagesPerSecond, r.Build.MBPerSecond)
	t.text("%-*s%.1f MB, %.2f times the text", nameWidth, "index on disk", r.Build.IndexMB, r.Build.IndexPerText)
	t.text("%-*s%.0f MB resident (at most %.0f), %.0f MB heap", nameWidth, "memory", r.Memory.ResidentMB, r.Memory.PeakMB, r.Memory.HeapMB)
	t.text("%-*s%s ms, then the first search %s ms", nameWidth, "open again", milliseconds(r.Open.OpenMS), milliseconds(r.Open.FirstMS))
	t.gap()
	t.row(counted(r.Questions, "question")+", in ms", "clients", "p50", "p95", "p99", "a second")
	for _, kind := range []struct {
		name   string
		served func(Load) Served
	}{
		{"  search", func(l Load) Served { return l.Search }},
		{"  ask", func(l Load) Served { return l.Ask }},
	} {
		for _, l := range r.Loads {
			s := kind.served(l)
			t.row(kind.name, l.Clients, milliseconds(s.P50), milliseconds(s.P95), milliseconds(s.P99), fmt.Sprintf("%.0f", s.PerSecond))
		}
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}
