package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// An engine is a way to search, as a command with three forms:
//
//	version          prints its name and version
//	build DIR CORPUS fills the empty folder DIR, then prints a line of JSON: built
//	serve DIR        prints "ready", then for each line of input, a question, a
//	                 tab and its terms, one with the nanoseconds that the search
//	                 took and the ids of the ten best passages, best first
type engine struct {
	name    string
	command []string
	env     []string
	store   string // of several engines with one store, the first builds it
	most    int    // passages that it is measured with at most; 0 for any number
	missing string // what to do where the command is not there

	version string // as it says
}

// engines are all there are, in the order of the table.
func engines(helpers string) []engine {
	self := func(name string) []string {
		program, err := os.Executable()
		if err != nil {
			program = os.Args[0]
		}
		return []string{program, engineCommand, name}
	}
	return []engine{
		{name: "newsdesk", command: self("newsdesk"), store: "newsdesk"},
		{name: "newsdesk-ask", command: self("newsdesk-ask"), store: "newsdesk"},
		{name: "bleve", command: self("bleve"), store: "bleve"},
		{name: "bleve-highlight", command: self("bleve-highlight"), store: "bleve-highlight", most: highlightMost},
		{
			name: "lucene", command: []string{filepath.Join(helpers, "lucene.sh")}, store: "lucene",
			missing: "run ./setup, which builds it with liblucene8-java",
		},
		{
			name: "xapian", command: []string{filepath.Join(helpers, "xapian")}, store: "xapian",
			// Passages a flush; the default of 10,000 is for small machines, and
			// 200,000 took a third more time than this.
			env:     []string{"XAPIAN_FLUSH_THRESHOLD=50000"},
			missing: "run ./setup, which builds it with libxapian-dev",
		},
		{
			name: "sqlite", command: self("sqlite"), store: "sqlite",
			missing: "run with -tags sqlite_fts5 and a C compiler (CGO_ENABLED=1)",
		},
	}
}

// highlightMost bounds the passages of the index that holds texts and term
// vectors for the highlighter: a million would take as long as all the others
// together, and what a highlighter costs does not depend on it.
const highlightMost = 100000

func (e *engine) check(ctx context.Context) error {
	out, err := e.run(ctx, "version").Output()
	if err != nil {
		if e.missing != "" {
			return errors.New(e.missing)
		}
		return err
	}
	e.version = strings.TrimSpace(string(out))
	return nil
}

func (e *engine) run(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, e.command[0], append(e.command[1:len(e.command):len(e.command)], args...)...)
	cmd.Env = append(os.Environ(), e.env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// built is what building a store took. The memory is the most that was seen,
// looking ten times a second.
type built struct {
	IndexSeconds float64 `json:"index_s"`
	MergeSeconds float64 `json:"merge_s"` // to one segment, where that is one's choice
	Bytes        int64   `json:"bytes"`
	PeakAnon     int64   `json:"peak_anonymous_bytes"`
	PeakMapped   int64   `json:"peak_mapped_bytes"`
	Version      string  `json:"version"`
	Corpus       corpusFacts
}

const builtFile = "built.json"

// build fills the engine's store under dir, or finds it there: whole, or of a
// run that was interrupted, and then it is begun anew.
func (e *engine) build(ctx context.Context, c config, k corpus, anew bool) (built, error) {
	store := e.dir(k)
	if b, ok := readBuilt(store); ok && b.Corpus == k.corpusFacts && b.Version == e.version && !anew {
		return b, nil
	}
	patience := min(buildPatience, time.Until(c.until))
	if patience <= 0 {
		return built{}, errTime
	}
	c.say("%s: building %d passages", e.store, k.Passages)
	if err := os.RemoveAll(store); err != nil {
		return built{}, err
	}
	data := filepath.Join(store, "data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		return built{}, err
	}
	late := errTime
	if patience == buildPatience {
		late = fmt.Errorf("it took longer than %v", buildPatience)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, late)
	defer cancel()
	var out, problems strings.Builder
	cmd := e.run(ctx, "build", data, k.dir)
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Start(); err != nil {
		return built{}, err
	}
	watch := watchMemory(cmd.Process.Pid)
	err := cmd.Wait()
	peak := watch()
	if ctx.Err() != nil {
		return built{}, context.Cause(ctx)
	}
	if err != nil {
		return built{}, fmt.Errorf("%w: %s", err, lastLine(problems.String()))
	}
	var b built
	if err := json.Unmarshal([]byte(lastLine(out.String())), &b); err != nil {
		return built{}, fmt.Errorf("%q is no report of a build: %w", out.String(), err)
	}
	b.Version, b.Corpus, b.PeakAnon, b.PeakMapped = e.version, k.corpusFacts, peak.anon, peak.mapped
	if b.Bytes, err = sizeOf(data); err != nil {
		return built{}, err
	}
	c.say("%s: %.0f s, %.1f s of merging", e.store, b.IndexSeconds, b.MergeSeconds)
	return b, writeJSON(filepath.Join(store, builtFile), b)
}

// errTime is why an engine is left out for which no time was left.
var errTime = errors.New("the time of -limit was up; run it again to go on from here")

// buildPatience is several times what the slowest engine takes for a million.
const buildPatience = 20 * time.Minute

func (e *engine) dir(k corpus) string { return filepath.Join(k.dir, "store-"+e.store) }

func readBuilt(store string) (b built, ok bool) {
	raw, err := os.ReadFile(filepath.Join(store, builtFile))
	return b, err == nil && json.Unmarshal(raw, &b) == nil
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// sizeOf counts the bytes of all files under dir, those that have two names
// once each.
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
