package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"newsdesk/index"
	"newsdesk/watch"
)

const (
	// After a failure an update is tried again, each time after twice as long.
	retryFirst = 5 * time.Second
	retryMost  = 5 * time.Minute
	retryTold  = 100 // the same failure is told again after so many tries, some eight hours

	// retryBusy is when it is tried again while another process builds.
	retryBusy = time.Second

	// scanShare bounds what looking at everything may take: one part in so many
	// of the time.
	scanShare = 20

	// maxPending bounds the names that wait; with more, all is looked at.
	maxPending = 10_000
)

// A freshener keeps an index up to date with its articles: with what the
// operating system tells to have changed, at once, and with all of it by looking
// now and then.
type freshener struct {
	index    *index.Index
	articles index.Collection
	every    time.Duration // how often to look at everything
	log      *slog.Logger
	wake     chan struct{} // holds one where all is to be looked at now

	mu       sync.Mutex
	checked  time.Time // when the index was last known to be up to date
	failing  error     // why it is not, of the last try
	updates  int       // that were published
	failures int       // in all
	warned   map[string]bool

	// Of the goroutine that runs it:
	names   map[string]bool // to look at
	all     bool            // look at everything
	tries   int             // that failed in a row
	notYet  time.Time       // no update before
	nextAll time.Time       // when to look at everything
	told    map[string]bool // problems of files, by their words
}

// freshness is how a freshener fares.
type freshness struct {
	Checked  time.Time // when the index was last known to be up to date; zero if never
	Failing  error     // why it is not kept so, of the last try
	Updates  int       // that changed something
	Failures int
}

func (f *freshener) state() freshness {
	if f == nil {
		return freshness{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return freshness{f.checked, f.failing, f.updates, f.failures}
}

func (f *freshener) stale() bool { return f.state().Failing != nil }

// freshen returns what keeps the index fresh; nil where nothing can change, or
// where the index is not of these articles.
func (a *app) freshen(x *index.Index, c index.Collection, log *slog.Logger) *freshener {
	stats, err := x.Stats()
	if err == nil && stats.Collection != c.Name && c.FS != nil {
		log.Warn("the index is of other articles, and is not brought up to date: name their folder with DATA_DIR", "index", stats.Collection, "articles", c.Name)
	}
	if err != nil || c.FS == nil || stats.Collection != c.Name {
		return nil
	}
	every, _ := time.ParseDuration(a.settings["SCAN_EVERY"]) // checked with the settings
	return &freshener{index: x, articles: c, every: every, log: log, wake: make(chan struct{}, 1), names: make(map[string]bool), told: make(map[string]bool), warned: make(map[string]bool)}
}

// run keeps the index fresh until ctx ends.
func (f *freshener) run(ctx context.Context) {
	if f == nil {
		return
	}
	f.all = true // what came while the program did not run
	watched := filepath.IsAbs(f.articles.Name)
	var changes <-chan watch.Batch
	for ctx.Err() == nil {
		if changes == nil && watched {
			changes = f.watch(ctx)
		}
		if f.update(ctx); !watched && f.tries == 0 {
			return // the sample articles never change
		}
		timer := time.NewTimer(time.Until(f.due()))
		select {
		case b, ok := <-changes:
			if !ok {
				changes = nil
			}
			f.note(b.Names, b.All || !ok)
		case <-f.wake:
			f.note(nil, true)
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

func (f *freshener) watch(ctx context.Context) <-chan watch.Batch {
	changes, err := watch.Folder(ctx, f.articles.Name, f.warn)
	if err != nil {
		f.warn(err)
	}
	return changes
}

// look has all be looked at as soon as that may be.
func (f *freshener) look() {
	if f == nil {
		return
	}
	select {
	case f.wake <- struct{}{}:
	default: // it will be
	}
}

// warn tells once what keeps changes from being noticed.
func (f *freshener) warn(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.warned[err.Error()] {
		f.warned[err.Error()] = true
		f.log.Warn("some changes of articles are noticed only by looking at all now and then", "every", f.every, "err", err)
	}
}

// due is when to do something next, if nothing is told before.
func (f *freshener) due() time.Time {
	if len(f.names) > 0 || f.all || f.nextAll.Before(f.notYet) {
		return f.notYet
	}
	return f.nextAll
}

func (f *freshener) note(names []string, all bool) {
	f.all = f.all || all || len(f.names)+len(names) > maxPending
	for _, name := range names {
		f.names[name] = true
	}
	if f.all {
		clear(f.names)
	}
}

// update brings the index up to date with what is pending, if it is time.
func (f *freshener) update(ctx context.Context) {
	now := time.Now()
	if now.Before(f.due()) {
		return
	}
	f.note(nil, !now.Before(f.nextAll))
	var s index.Summary
	var err error
	if f.all {
		s, err = f.index.Update(ctx, f.articles, nil)
	} else {
		s, err = f.index.UpdateFiles(ctx, f.articles, slices.Collect(maps.Keys(f.names)))
	}
	took := time.Since(now)
	f.notYet = time.Now().Add(min(took, retryFirst)) // a steady stream leaves half the time to others
	if f.all {
		f.nextAll = time.Now().Add(max(f.every, scanShare*took))
	}
	switch {
	case ctx.Err() != nil:
		return
	case errors.Is(err, index.ErrBusy):
		f.notYet = time.Now().Add(retryBusy)
		return
	case err != nil:
		f.failed(err)
		return
	}
	f.succeeded(s, now)
}

func (f *freshener) failed(err error) {
	wait := min(retryMost, retryFirst<<min(f.tries, 10))
	f.tries++
	f.notYet = time.Now().Add(wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	level := slog.LevelDebug // it is known
	if f.failing == nil || f.failing.Error() != err.Error() || f.tries%retryTold == 0 {
		level = slog.LevelError
	}
	f.log.Log(context.Background(), level, "index not updated", "err", err, "tries", f.tries, "again_in", wait)
	f.failing = err
	f.failures++
}

func (f *freshener) succeeded(s index.Summary, began time.Time) {
	for _, p := range s.Problems {
		if !f.told[p] {
			f.log.Warn("article left out", "problem", p)
		}
	}
	if f.all {
		clear(f.told) // what was mended is told again when it breaks again
	}
	for _, p := range s.Problems {
		f.told[p] = true
	}
	if s.Published {
		f.log.Info("index updated", "articles", s.Articles, "added", s.Added, "changed", s.Changed, "removed", s.Removed,
			"took", s.Took.Round(time.Millisecond))
	}
	clear(f.names)
	f.all, f.tries = false, 0
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failing != nil {
		f.log.Info("index is kept up to date again")
	}
	f.checked, f.failing = began, nil
	if s.Published {
		f.updates++
	}
}
