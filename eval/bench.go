package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"newsdesk/index"
)

// BenchConfig says what to measure the speed of.
type BenchConfig struct {
	// Dir holds the indexes that are built, each in a folder of its own. What
	// an earlier run left there is used again.
	Dir string

	Version   string // goes into the index
	Sizes     []int  // passages, about; each 1 or more
	Questions int    // 1 or more
	Clients   []int  // that ask at once, 1 or more each
	Seed      uint64

	// Rebuild has each index rebuilt once more while it is asked, and brought
	// up to date with some new articles.
	Rebuild bool

	// Phase is told what begins, Progress how far a build has come. Either may
	// be nil.
	Phase    func(what string)
	Progress func(index.Progress)
}

// A BenchReport is what Bench measured. MB are millions of bytes.
type BenchReport struct {
	Seed      uint64      `json:"seed"`
	Questions int         `json:"questions"`
	Cores     int         `json:"cores"` // that the program may use
	Sizes     []BenchSize `json:"sizes"` // fewest passages first
}

// A BenchSize is what was measured with so many passages.
type BenchSize struct {
	Articles int `json:"articles"`
	Passages int `json:"passages"`

	Build Build `json:"build"`

	// Cold is with none of the index's files in the system's memory, which only
	// Linux can be asked for; Warm with those that the searches before left.
	Cold *Opened `json:"cold,omitempty"`
	Warm Opened  `json:"warm"`

	Loads  []Load `json:"loads"` // in the order of BenchConfig.Clients
	AtRest Memory `json:"at_rest"`

	Beside *Beside  `json:"beside_rebuild,omitempty"`
	Update *Updated `json:"update,omitempty"`
}

// Build is how fast an index was built, and how large it is.
type Build struct {
	Kept              bool    `json:"kept"` // by an earlier run, which measured this
	Seconds           float64 `json:"seconds"`
	PassagesPerSecond float64 `json:"passages_per_second"`
	MBPerSecond       float64 `json:"mb_per_second"` // of titles and texts
	TextMB            float64 `json:"text_mb"`
	IndexMB           float64 `json:"index_mb"`
	IndexPerText      float64 `json:"index_per_text"`
	Peak              Memory  `json:"peak"`
}

// Memory is the resident set of the process: what is its own, and what the
// system keeps of files that it reads as memory and gives to others when they
// need it. It is 0 where the system does not tell. The two of a peak need not
// have been at the same time.
type Memory struct {
	AnonymousMB float64 `json:"anonymous_mb"`
	MappedMB    float64 `json:"mapped_mb"`
}

// Opened is how long a closed index takes to answer again.
type Opened struct {
	OpenMS   float64 `json:"open_ms"`
	SearchMS float64 `json:"first_search_ms"`
	AskMS    float64 `json:"first_ask_ms"` // after that search
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

// Beside is how one client was served while the index was rebuilt.
type Beside struct {
	Seconds float64 `json:"seconds"` // that the rebuild took
	Asked   int     `json:"asked"`
	Ask     Served  `json:"ask"`
}

// Updated is how long it took to take in a file of new articles.
type Updated struct {
	Articles     int     `json:"articles"`
	Seconds      float64 `json:"seconds"`
	TimesShorter float64 `json:"times_shorter_than_build"`
}

// Bench makes up a corpus of each size, builds an index of it and asks it
// questions.
func Bench(ctx context.Context, c BenchConfig) (BenchReport, error) {
	r := BenchReport{Seed: c.Seed, Questions: c.Questions, Cores: runtime.GOMAXPROCS(0)}
	if c.Phase == nil {
		c.Phase = func(string) {}
	}
	for _, size := range slices.Sorted(slices.Values(c.Sizes)) {
		one, err := c.measure(ctx, size)
		if err != nil {
			return r, fmt.Errorf("%s: %w", counted(size, "passage"), err)
		}
		r.Sizes = append(r.Sizes, one)
	}
	return r, nil
}

func (c BenchConfig) measure(ctx context.Context, size int) (r BenchSize, err error) {
	c.Phase("making up articles, " + counted(size, "passage"))
	m, err := Generate(ctx, c.Seed, size)
	if err != nil {
		return r, err
	}
	b := &bench{c: c, made: m, dir: filepath.Join(c.Dir, fmt.Sprintf("seed-%d-passages-%d", c.Seed, size))}
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return r, err
	}
	b.questions = m.Ask(c.Questions)
	if err := b.build(ctx, &r); err != nil {
		return r, fmt.Errorf("build the index: %w", err)
	}
	if err := b.openTwice(ctx, &r); err != nil {
		return r, fmt.Errorf("open the index again: %w", err)
	}
	x, err := b.open()
	if err != nil {
		return r, fmt.Errorf("open the index again: %w", err)
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	if err := b.load(ctx, x, &r); err != nil {
		return r, err
	}
	r.AtRest = restingMemory()
	if !c.Rebuild {
		return r, nil
	}
	if err := b.besideRebuild(ctx, x, &r); err != nil {
		return r, fmt.Errorf("rebuild while asked: %w", err)
	}
	if err := b.update(ctx, x, &r); err != nil {
		return r, fmt.Errorf("update: %w", err)
	}
	return r, nil
}
