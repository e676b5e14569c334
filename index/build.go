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
// index held before stays, unless the very folder that held articles is empty
// now: where a disk is not mounted, another has its path.
var ErrNoArticles = errors.New("no articles found")

// Update brings the index up to date with the collection. Files whose size and
// time have not changed are not opened; of a changed file only the articles
// that differ are indexed again. Without a usable index, or with one of
// another schema, it is a Rebuild. Progress may be nil; it is called from one
// goroutine at a time. Builds of one Index wait for each other.
func (x *Index) Update(ctx context.Context, c Collection, progress func(Progress)) (Summary, error) {
	return x.build(ctx, build{collection: c, progress: progress}, false)
}

// UpdateFiles is Update where no more than some files and folders can have
// changed, named by slash-separated paths in c.FS: only these are looked at,
// and what lies below them, so that it costs as much as they do. Problems are
// those of these files.
func (x *Index) UpdateFiles(ctx context.Context, c Collection, names []string) (Summary, error) {
	return x.build(ctx, build{collection: c, names: append([]string{}, names...)}, false)
}

// Rebuild builds the index anew from every article.
func (x *Index) Rebuild(ctx context.Context, c Collection, progress func(Progress)) (Summary, error) {
	return x.build(ctx, build{collection: c, progress: progress}, true)
}

// Purge is Rebuild that leaves nothing on disk of what the index held before:
// no deleted passage in the files of Bleve, no earlier generation. A collection
// without articles, of which nothing is unreadable, leaves an empty index.
func (x *Index) Purge(ctx context.Context, c Collection, progress func(Progress)) (Summary, error) {
	return x.build(ctx, build{collection: c, progress: progress, purge: true}, true)
}

func (x *Index) build(ctx context.Context, b build, full bool) (s Summary, err error) {
	start := time.Now()
	select {
	case x.building <- struct{}{}:
		defer func() { <-x.building }()
	case <-ctx.Done():
		return s, context.Cause(ctx)
	}
	b.ctx, b.index = ctx, x
	if problem := x.Problem(); isShortage(problem) {
		return s, problem // no reason to build anew
	}
	for err = errOvertaken; errors.Is(err, errOvertaken); {
		base := x.baseFor(b.collection, full)
		if s, err = b.on(base, full); base == nil {
			continue
		}
		if isDamage(err) {
			x.setAside(base, err)
			err = errOvertaken // by none: it is built anew
		}
		base.release()
	}
	s.Took = time.Since(start)
	if err != nil {
		return s, explainDisk(x.dir, err)
	}
	return s, nil
}

// errOvertaken is wrapped where another generation than the one looked at has
// to be built on.
var errOvertaken = errors.New("another process has brought the index up to date")

// baseFor returns the generation to build on, to be released, or nil where it
// has to be built anew.
func (x *Index) baseFor(c Collection, full bool) *generation {
	if full {
		return nil
	}
	// A state that only stands in for a damaged one is no base to build on.
	base, err := x.acquire()
	if err != nil {
		return nil
	}
	if x.Problem() != nil || base.manifest.Collection != c.Name || !base.isCurrent(x.dir) {
		base.release()
		return nil
	}
	return base
}

// ledgerOf returns the ledger of a generation. That of the newest one is kept,
// and each build leaves it as the next needs it.
func (x *Index) ledgerOf(g *generation) (*ledger, error) {
	if x.ledger != nil && x.ledgerFor == stateOf(g.name, g.manifest) {
		return x.ledger, nil
	}
	l, err := readLedger(filepath.Join(x.dir, g.name), g.manifest)
	if err == nil {
		x.ledger, x.ledgerFor = l, stateOf(g.name, g.manifest)
	}
	return l, err
}

// stateOf tells generations apart, those too that somebody removed, as their
// numbers begin anew then.
func stateOf(name string, m manifest) string {
	return fmt.Sprintf("%s of %d", name, m.Created.UnixNano())
}

// on builds on a generation, or anew where base is nil. What there is to do is
// found out without the lock, since that takes a second at a million files and
// is mostly nothing.
func (b build) on(base *generation, full bool) (s Summary, err error) {
	defer recoverDamage(&err)
	s.Full = base == nil
	b.base, b.sum, b.known = base, &s, newLedger()
	if base == nil {
		b.names = nil
	} else if b.known, err = b.index.ledgerOf(base); err != nil {
		return s, err
	}
	if err := b.look(); err != nil {
		return s, err
	}
	if b.idle() {
		b.countUnchanged()
		b.index.sweepIdle(base)
		return s, nil
	}
	unlock, err := lock(b.index.dir)
	if err != nil {
		return s, err
	}
	defer unlock()
	sweepBuilds(b.index.dir)
	now := b.index.baseFor(b.collection, full)
	if now != nil {
		now.release()
	}
	if now != base {
		return s, errOvertaken
	}
	if base != nil { // it answers out of memory where its files are no more
		if err := verify(filepath.Join(b.index.dir, base.name), base.manifest.Sums, 0); err != nil {
			return s, fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	return s, b.blame(b.run())
}

// blame returns the damage of the base where that may be why an update failed,
// which it would do again and again.
func (b build) blame(err error) error {
	if err == nil || b.base == nil || b.ctx.Err() != nil || errors.Is(err, ErrNoArticles) || explainDisk("", err) != err {
		return err
	}
	if damage := b.base.verify(b.ctx, filepath.Join(b.index.dir, b.base.name), 0); isDamage(damage) {
		return damage
	}
	return err
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

// explainDisk tells plainly what is lacking, since what Bleve reports is buried.
func explainDisk(dir string, err error) error {
	switch text := err.Error(); {
	case strings.Contains(text, "no space left on device"):
		return fmt.Errorf("the disk of the index folder %s is full: free some space and run it again; the old index is still in use (%w)", dir, err)
	case strings.Contains(text, "disk quota exceeded"):
		return fmt.Errorf("the quota of the index folder %s is full: free some space and run it again; the old index is still in use (%w)", dir, err)
	case isShortage(err):
		return explainShortage(err)
	}
	return err
}

func explainShortage(err error) error {
	if strings.Contains(err.Error(), "too many open files") {
		return fmt.Errorf("too many files are open: raise the limit, such as with ulimit -n 4096 or LimitNOFILE=4096 (%w)", err)
	}
	return fmt.Errorf("there is too little memory: end other programs, or give this one more (%w)", err)
}

// publish turns the finished build folder into the generation in use. Until
// CURRENT is written, failure leaves everything as it was; afterwards trouble
// is only a matter of space, and the next build sweeps again.
func (b *build) publish(buildDir string) (err error) {
	x := b.index
	var known map[string]sum
	if b.base != nil {
		known = b.base.manifest.Sums
	}
	if b.next.Sums, err = sumTree(buildDir, known); err != nil {
		return fmt.Errorf("sum up the new index: %w", err)
	}
	if err := writeManifest(buildDir, b.next); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	if err := syncTree(buildDir, known); err != nil {
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
	g, err := openGeneration(x.dir, name, x.sumUpTo)
	if err != nil && b.base != nil { // what was taken over is damaged
		err = fmt.Errorf("%w: %w", errDamaged, err)
	}
	if err == nil {
		if x.isAsked() { // nobody should wait
			_, _ = g.overview()
		}
		err = writeDurably(filepath.Join(x.dir, currentName), []byte(name+"\n"))
		if err != nil {
			_ = g.retire()
		}
	}
	if err != nil {
		_ = os.RemoveAll(filepath.Join(x.dir, name))
		return fmt.Errorf("open the new index: %w", err)
	}
	before := x.adopt(g)
	if b.purge {
		before = name
	}
	b.known.apply(b.change)
	x.ledger, x.ledgerFor = b.known, stateOf(name, b.next)
	sweepGenerations(x.dir, name, before)
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

// isAsked reports whether anything was asked of the generation in use that needs
// its overview.
func (x *Index) isAsked() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.cur != nil && x.cur.overviewed.Load() != nil
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

// leftovers lists what builds write and remove or rename when they end. Where
// no build is under way, one that was killed left them.
func leftovers(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var list []string
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), buildPrefix) || strings.HasPrefix(e.Name(), currentName+".") {
			list = append(list, filepath.Join(dir, e.Name()))
		}
	}
	return list
}

// sweepBuilds removes leftovers. The caller holds the lock.
func sweepBuilds(dir string) {
	for _, path := range leftovers(dir) {
		_ = os.RemoveAll(path)
	}
}

// sweepIdle removes leftovers, and what a build that was killed behind its
// publishing had still to sweep, if there are any and nobody is writing.
func (x *Index) sweepIdle(g *generation) {
	names, err := generations(x.dir)
	most, before := 2, ""
	if g.manifest.Purged {
		most, before = 1, g.name
	}
	if err != nil || len(leftovers(x.dir)) == 0 && len(names) <= most {
		return
	}
	if unlock, err := lock(x.dir); err == nil {
		defer unlock()
		if g.isCurrent(x.dir) {
			sweepBuilds(x.dir)
			sweepGenerations(x.dir, g.name, before)
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
			newer := generationNumber(name) > generationNumber(current) // it was never in use
			if name != current && (before == "" || !newer) {
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
