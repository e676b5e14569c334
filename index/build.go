package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// A Collection is the articles that an index is made from.
type Collection struct {
	Name string // for people, and to tell one collection from another; its path
	FS   fs.FS
}

// Progress says how far a build has come. Bytes are those of the files as
// stored, so that compressed ones count what they take on disk.
type Progress struct {
	Bytes, OfBytes int64
	Articles       int // in the new state so far
}

// Summary says what an update or a rebuild did.
type Summary struct {
	Full      bool
	Published bool // a new generation is in use; false where nothing had changed

	Files     int // in the collection
	FilesRead int

	Added, Changed, Removed, Unchanged int // articles; Unchanged counts those of unread files too
	Articles, Passages                 int // in the index afterwards

	Problems []string // files and records left out, each with place and reason
	Took     time.Duration
}

// ErrNoArticles is wrapped when a collection holds nothing to index. What the
// index held before stays, since an empty folder is more often a disk that is
// not mounted than a wish.
var ErrNoArticles = errors.New("no articles found")

// Update brings the index up to date with the collection. Files whose size and
// time have not changed are not opened; of a changed file only the articles
// that differ are indexed again. Without a usable index, or with one of
// another schema, it is a Rebuild. Progress may be nil; it is called from one
// goroutine at a time.
func (x *Index) Update(ctx context.Context, c Collection, progress func(Progress)) (Summary, error) {
	return x.build(ctx, c, false, progress)
}

// Rebuild builds the index anew from every article.
func (x *Index) Rebuild(ctx context.Context, c Collection, progress func(Progress)) (Summary, error) {
	return x.build(ctx, c, true, progress)
}

func (x *Index) build(ctx context.Context, c Collection, full bool, progress func(Progress)) (Summary, error) {
	start := time.Now()
	unlock, err := lock(x.dir)
	if err != nil {
		return Summary{}, err
	}
	defer unlock()
	sweepBuilds(x.dir)

	var base *generation
	if !full {
		// A state that only stands in for a damaged one is no base to build on.
		if base, err = x.acquire(); err == nil {
			defer base.release()
		}
		if base == nil || x.Problem() != nil || base.manifest.Collection != c.Name || !base.isCurrent(x.dir) {
			base = nil
		}
	}
	s, err := x.buildOn(ctx, base, c, progress)
	if base != nil && errors.Is(err, errDamaged) {
		x.setAside(base, err)
		s, err = x.buildOn(ctx, nil, c, progress)
	}
	s.Took = time.Since(start)
	if err != nil {
		return s, explainDisk(x.dir, err)
	}
	return s, nil
}

// buildOn builds on a generation, or anew where base is nil.
func (x *Index) buildOn(ctx context.Context, base *generation, c Collection, progress func(Progress)) (s Summary, err error) {
	defer recoverDamage(&err)
	s.Full = base == nil
	b := &build{ctx: ctx, index: x, collection: c, base: base, sum: &s, progress: progress}
	return s, b.run()
}

// lock makes the caller the only writer of the index in dir.
func lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the index folder: %w", err)
	}
	l := flock.New(filepath.Join(dir, "LOCK"))
	ok, err := l.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("write the index: %w", err)
	case !ok:
		return nil, ErrBusy
	}
	return func() { _ = l.Unlock() }, nil
}

// explainDisk tells a full disk plainly, since what Bleve reports is buried.
func explainDisk(dir string, err error) error {
	if strings.Contains(err.Error(), "no space left on device") {
		return fmt.Errorf("the disk of the index folder %s is full: free some space and run it again; the old index is still in use (%w)", dir, err)
	}
	return err
}

// publish turns the finished build folder into the generation in use. Until
// CURRENT is written, failure leaves everything as it was; afterwards trouble
// is only a matter of space, and the next build sweeps again.
func (x *Index) publish(buildDir string, m manifest, base *generation) (err error) {
	var known map[string]sum
	if base != nil {
		known = base.manifest.Sums
	}
	if m.Sums, err = sumTree(filepath.Join(buildDir, bleveName), known); err != nil {
		return fmt.Errorf("sum up the new index: %w", err)
	}
	if err := writeManifest(buildDir, m); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	if err := syncTree(buildDir); err != nil {
		return fmt.Errorf("make the new index durable: %w", err)
	}
	names, err := generations(x.dir)
	if err != nil {
		return fmt.Errorf("list the generations: %w", err)
	}
	next := 1
	if len(names) > 0 {
		next = generationNumber(names[len(names)-1]) + 1
	}
	name := fmt.Sprintf("%s%06d", genPrefix, next)
	if err := os.Rename(buildDir, filepath.Join(x.dir, name)); err != nil {
		return fmt.Errorf("name the new index: %w", err)
	}
	g, err := openGeneration(x.dir, name)
	if err == nil {
		err = writeDurably(filepath.Join(x.dir, currentName), []byte(name+"\n"))
		if err != nil {
			_ = g.retire()
		}
	}
	if err != nil {
		_ = os.RemoveAll(filepath.Join(x.dir, name))
		return fmt.Errorf("open the new index: %w", err)
	}
	sweepGenerations(x.dir, name, x.adopt(g))
	return nil
}

// isCurrent reports whether a generation is the one on disk that CURRENT
// names, which it no longer is where somebody took the folder away.
func (g *generation) isCurrent(dir string) bool {
	current, err := readCurrent(dir)
	if err != nil || current != g.name {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, g.name, manifestName))
	return err == nil
}

// adopt makes a generation that was just published the one in use, and returns
// the name of the one that was, or "".
func (x *Index) adopt(g *generation) (before string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.cur != nil {
		before = x.cur.name
	}
	if x.closed {
		_ = g.retire()
		return before
	}
	info, err := os.Stat(filepath.Join(x.dir, currentName))
	if err != nil {
		info = nil // the next refresh opens it once more, which does no harm
	}
	x.bad = nil
	x.swap(g, nil, info)
	return before
}

// sweepBuilds removes what builds that were killed left behind. The caller
// holds the lock, so no build is under way.
func sweepBuilds(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), buildPrefix) || strings.HasPrefix(e.Name(), currentName+".") {
			_ = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}

// sweepGenerations removes all generations but the current one and the one in
// use before it, which stands in should the current one be damaged; where none
// was in use, the newest other one. Processes that have an older one open keep
// their mapped files.
func sweepGenerations(dir, current, before string) {
	names, err := generations(dir)
	if err != nil {
		return
	}
	if before == "" {
		for _, name := range names {
			if name != current {
				before = name // in order, so the newest stays
			}
		}
	}
	for _, name := range names {
		if name != current && name != before {
			_ = os.RemoveAll(filepath.Join(dir, name))
		}
	}
}
