package eval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"newsdesk/answer"
	"newsdesk/index"
)

// A bench is the measuring of one size.
type bench struct {
	c         BenchConfig
	made      *Made
	dir       string // of the index and of what its building took
	questions []string
}

const (
	// results is how many passages a search of the bench asks for.
	results = 10

	// updated is how many new articles an update takes in.
	updated = 100

	benchCollection = "articles made up for a bench"
	benchBuildName  = "build.json" // in a bench's dir
)

func (b *bench) open() (*index.Index, error) {
	return index.Open(filepath.Join(b.dir, "index"), b.c.Version)
}

func (b *bench) collection(more int) index.Collection {
	return index.Collection{Name: benchCollection, FS: b.made.fsWith(more)}
}

// build builds the index, or brings one that an earlier run left up to date.
// That is a matter of moments, unless the run was interrupted or this program
// keeps its indexes in another way; then it is built anew.
func (b *bench) build(ctx context.Context, r *BenchSize) (err error) {
	x, err := b.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	figures := filepath.Join(b.dir, benchBuildName)
	do := x.Update
	raw, err := os.ReadFile(figures)
	if err != nil || json.Unmarshal(raw, &r.Build) != nil {
		do = x.Rebuild
	}
	b.c.Phase("indexing made-up articles")
	peak := watchMemory()
	s, err := do(ctx, b.collection(0), b.c.Progress)
	most := peak()
	if err != nil {
		return err
	}
	r.Articles, r.Passages = s.Articles, s.Passages
	if r.Build.Kept = !s.Full; r.Build.Kept {
		return nil
	}
	size, err := sizeOf(filepath.Join(b.dir, "index"))
	if err != nil {
		return err
	}
	seconds, text := s.Took.Seconds(), b.made.TextBytes
	r.Build = Build{
		Seconds: round(seconds), PassagesPerSecond: round(float64(s.Passages) / seconds),
		MBPerSecond: round(mega(text) / seconds), TextMB: round(mega(text)),
		IndexMB: round(mega(size)), IndexPerText: round(float64(size) / float64(text)), Peak: most,
	}
	if raw, err = json.Marshal(r.Build); err != nil {
		return err
	}
	return os.WriteFile(figures, raw, 0o644)
}

// openTwice opens the index with its files out of the system's memory, where
// that can be had, and once more with them in it.
func (b *bench) openTwice(ctx context.Context, r *BenchSize) error {
	b.c.Phase("opening the index")
	if evictTree(filepath.Join(b.dir, "index")) == nil {
		cold, err := b.opened(ctx)
		if err != nil {
			return err
		}
		r.Cold = &cold
	}
	var err error
	r.Warm, err = b.opened(ctx)
	return err
}

func (b *bench) opened(ctx context.Context) (o Opened, err error) {
	restingMemory() // no garbage of the build is collected meanwhile
	start := time.Now()
	x, err := b.open()
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	o.OpenMS = milli(time.Since(start))
	engine, q := answer.New(x), b.question(0)
	start = time.Now()
	if _, err := engine.Search(ctx, q, results); err != nil {
		return o, err
	}
	o.SearchMS = milli(time.Since(start))
	start = time.Now()
	if _, err := engine.Ask(ctx, q); err != nil {
		return o, err
	}
	o.AskMS = milli(time.Since(start))
	return o, nil
}

// question is the n-th, and behind the last the first again.
func (b *bench) question(n int) answer.Question {
	return answer.Question{Text: b.questions[n%len(b.questions)], Now: madeLast}
}

// load asks with each number of clients.
func (b *bench) load(ctx context.Context, x *index.Index, r *BenchSize) error {
	engine := answer.New(x)
	search := func(ctx context.Context, q answer.Question) error {
		_, err := engine.Search(ctx, q, results)
		return err
	}
	ask := func(ctx context.Context, q answer.Question) error {
		_, err := engine.Ask(ctx, q)
		return err
	}
	for n := range min(warmUp, len(b.questions)) {
		if err := ask(ctx, b.question(n)); err != nil {
			return fmt.Errorf("ask: %w", err)
		}
	}
	for _, clients := range b.c.Clients {
		b.c.Phase(fmt.Sprintf("asking, %s at once", counted(clients, "client")))
		l := Load{Clients: clients}
		var err error
		if l.Search, err = b.serve(ctx, clients, search); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if l.Ask, err = b.serve(ctx, clients, ask); err != nil {
			return fmt.Errorf("ask: %w", err)
		}
		r.Loads = append(r.Loads, l)
	}
	return nil
}

// serve asks every question once, clients at a time.
func (b *bench) serve(ctx context.Context, clients int, do func(context.Context, answer.Question) error) (Served, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	took := make([]time.Duration, len(b.questions))
	var next atomic.Int64
	var wait sync.WaitGroup
	start := time.Now()
	for range clients {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(b.questions) {
					return
				}
				begin := time.Now()
				if err := do(ctx, b.question(i)); err != nil {
					stop(fmt.Errorf("question %q: %w", b.questions[i], err))
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
	return servedIn(took, time.Since(start)), nil
}

func servedIn(took []time.Duration, all time.Duration) Served {
	return Served{durations(took), round(float64(len(took)) / all.Seconds())}
}

// besideRebuild asks, one question after the other, until a rebuild has ended.
func (b *bench) besideRebuild(ctx context.Context, x *index.Index, r *BenchSize) error {
	b.c.Phase("rebuilding while asked")
	engine := answer.New(x)
	type outcome struct {
		index.Summary
		err error
	}
	ended := make(chan outcome, 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		s, err := x.Rebuild(ctx, b.collection(0), b.c.Progress)
		ended <- outcome{s, err}
	}()
	var took []time.Duration
	start := time.Now()
	for {
		begin := time.Now()
		if _, err := engine.Ask(ctx, b.question(len(took))); err != nil {
			stop()
			return errors.Join((<-ended).err, err)
		}
		took = append(took, time.Since(begin))
		select {
		case o := <-ended:
			if o.err != nil {
				return o.err
			}
			r.Beside = &Beside{Seconds: round(o.Took.Seconds()), Asked: len(took), Ask: servedIn(took, time.Since(start))}
			return nil
		default:
		}
	}
}

// update takes in a file of new articles and then lets go of it again, so that
// a kept index is as it was.
func (b *bench) update(ctx context.Context, x *index.Index, r *BenchSize) error {
	b.c.Phase(fmt.Sprintf("taking in %d new articles", updated))
	s, err := x.Update(ctx, b.collection(updated), b.c.Progress)
	if err != nil {
		return err
	}
	if s.Added != updated || s.Full {
		return fmt.Errorf("%d articles were added, want %d by an update", s.Added, updated)
	}
	seconds := s.Took.Seconds()
	r.Update = &Updated{updated, round(seconds), round(r.Build.Seconds / seconds)}
	_, err = x.Update(ctx, b.collection(0), b.c.Progress)
	return err
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

func mega(bytes int64) float64 { return float64(bytes) / 1e6 }

func milli(d time.Duration) float64 { return round(float64(d) / float64(time.Millisecond)) }
