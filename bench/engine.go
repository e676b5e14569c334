package main

import (
	"cmp"
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
	store   string   // of several engines with one store, the first builds it
	holds   string   // what the store holds, in words
	rounds  []string // in which it is asked; none for one that is only built
	most    int      // passages that it is measured with at most; 0 for any number
	missing string   // what to do where the command is not there

	version string // as it says
}

// The rounds of questions. In the first, all engines are given newsdesk's terms
// of the passages and questions, so that what is compared is how they look them
// up and score them. In the second, the others are given the texts and the
// questions as people type them, and keep all words of both, as they do when
// they are told of no stop-words. newsdesk is asked the same in both, the question
// as it stands, and leaves stop-words out by itself.
const (
	sameTerms = "same terms"
	asTyped   = "as typed"
)

// What stores hold.
const (
	holdsTerms    = "newsdesk's terms"
	holdsAllWords = "all words, stemmed"
	holdsPassages = "newsdesk's terms, texts, all fields"
)

// engines are all there are, in the order of the table.
func engines(helpers string) []engine {
	self := func(name string) []string {
		program, err := os.Executable()
		if err != nil {
			program = os.Args[0]
		}
		return []string{program, engineCommand, name}
	}
	list := []engine{
		{name: "newsdesk", command: self("newsdesk"), holds: holdsPassages, rounds: []string{sameTerms, asTyped}},
		{name: "newsdesk-ask", command: self("newsdesk-ask"), store: "newsdesk", holds: holdsPassages, rounds: []string{sameTerms}},
		{name: "bleve", command: self("bleve"), holds: holdsTerms, rounds: []string{sameTerms}},
		{name: "bleve-highlight", command: self("bleve-highlight"), holds: holdsTerms + ", texts, term vectors", rounds: []string{sameTerms}, most: highlightMost},
		{name: "bleve-fields", command: self("bleve-fields"), holds: holdsPassages},
	}
	// Those that index what newsdesk took of the texts, or the texts themselves.
	for _, of := range []struct{ suffix, file, holds, round string }{
		{"", termsFile, holdsTerms, sameTerms},
		{"-typed", textsFile, holdsAllWords, asTyped},
	} {
		if of.file == textsFile {
			list = append(list, engine{name: "bleve-typed", command: self("bleve-typed"), holds: of.holds, rounds: []string{of.round}})
		}
		list = append(list,
			engine{
				name: "lucene" + of.suffix, command: []string{filepath.Join(helpers, "lucene.sh"), of.file}, holds: of.holds, rounds: []string{of.round},
				missing: "run ./setup, which builds it with liblucene8-java",
			},
			engine{
				name: "xapian" + of.suffix, command: []string{filepath.Join(helpers, "xapian"), of.file}, holds: of.holds, rounds: []string{of.round},
				// Passages a flush; the default of 10,000 is for small machines, and
				// 200,000 took a third more time than this.
				env:     []string{"XAPIAN_FLUSH_THRESHOLD=50000"},
				missing: "run ./setup, which builds it with libxapian-dev",
			},
			engine{
				name: "sqlite" + of.suffix, command: self("sqlite" + of.suffix), holds: of.holds, rounds: []string{of.round},
				missing: "run with -tags sqlite_fts5 and a C compiler (CGO_ENABLED=1)",
			})
	}
	for i := range list {
		list[i].store = cmp.Or(list[i].store, list[i].name)
	}
	return list
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
	CPUSeconds   float64 `json:"cpu_s"`   // of all cores and all of it, reading the corpus and closing too
	Bytes        int64   `json:"bytes"`
	PeakAnon     int64   `json:"peak_anonymous_bytes"`
	PeakMapped   int64   `json:"peak_mapped_bytes"`
	Version      string  `json:"version"`
	Corpus       corpusFacts
	Kept         bool `json:"kept"` // by an earlier run, whatever else the machine did then
}

const builtFile = "built.json"

// build fills the engine's store under dir, or finds it there: whole, or of a
// run that was interrupted, and then it is begun anew.
func (e *engine) build(ctx context.Context, c config, k corpus, anew bool) (built, error) {
	store := e.dir(k)
	if b, ok := readBuilt(store); ok && b.Corpus == k.corpusFacts && b.Version == e.version && !anew {
		b.Kept = true
		return b, nil
	}
	patience := min(c.patience, time.Until(c.until))
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
	if patience == c.patience {
		late = fmt.Errorf("it took longer than the %v of -patience", c.patience)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, late)
	defer cancel()
	var out, problems strings.Builder
	cmd := e.run(ctx, "build", data, k.dir)
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Start(); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
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
	b.CPUSeconds = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if b.Bytes, err = sizeOf(data); err != nil {
		return built{}, err
	}
	c.say("%s: %.0f s, %.1f s of merging", e.store, b.IndexSeconds, b.MergeSeconds)
	return b, writeJSON(filepath.Join(store, builtFile), b)
}

// errTime is why an engine is left out for which no time was left.
var errTime = errors.New("the time of -limit was up; run it again to go on from here")

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
