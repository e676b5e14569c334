package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"newsdesk/article"
)

// settle is how long before its reading a file must have been written for
// size and time to prove that it is unchanged. File systems keep times to a
// few milliseconds at worst (Linux: the clock tick).
const settle = 20 * time.Millisecond

// clockSlack is how far the clock of a file system may be ahead of this one. A
// file from later than that was written by a clock that was wrong, and has
// another time once it is changed.
const clockSlack = time.Hour

func isUnsettled(written time.Time) bool {
	age := time.Since(written)
	return age < settle && age > -clockSlack
}

// build is one run of Update (with a base) or Rebuild (without).
type build struct {
	ctx        context.Context // of this run only
	index      *Index
	collection Collection
	names      []string // of the files and folders to look at; nil for all
	purge      bool     // leave no earlier generation
	base       *generation
	known      *ledger // of the base
	sum        *Summary
	progress   func(Progress)

	out    *writer
	next   manifest
	change ledgerChange
	files  map[string]article.File // that were looked at

	// unlisted are files and folders that could not be looked at. What the
	// base holds of them stays.
	unlisted []string

	dirty map[string]bool // files that are still to be read
	gone  []string        // files that the base knows and the collection has no more

	// owner overlays the base: who holds an id in the new state. An empty file
	// name means that the id is gone.
	owner map[string]owned

	hidden map[string][]string // files read in this run that hold an id which an earlier file owns
	read   map[string]bool     // files read in this run
}

type owned struct {
	file string
	*holding
}

// A holding is what a build needs to know of an article in the new state.
type holding struct {
	hash     string
	lengths  lengths
	passages atomic.Int32 // 0 until it is known, and the lengths with it
}

func (r *record) holding() *holding {
	h := &holding{hash: r.Hash, lengths: r.Lengths}
	h.passages.Store(int32(r.Passages))
	return h
}

// look finds out what there is to do, and changes nothing on disk.
func (b *build) look() error {
	folder := folderOf(b.collection.FS)
	files, problems, err := b.list()
	if err != nil {
		return fmt.Errorf("read the articles in %s: %w", b.collection.Name, err)
	}
	for _, p := range problems {
		b.sum.Problems = append(b.sum.Problems, p.Error())
		b.unlisted = append(b.unlisted, p.Path)
	}
	b.plan(files)
	if folderOf(b.collection.FS) == folder { // nor was a disk mounted or taken away in between
		b.next.Folder = folder
	}
	if len(files) > 0 {
		b.index.filled = location{b.collection.Name, b.next.Folder}
	}
	return nil
}

func (b *build) list() ([]article.File, []*article.Problem, error) {
	if b.names != nil {
		return article.FilesBelow(b.ctx, b.collection.FS, b.names)
	}
	return article.Files(b.ctx, b.collection.FS)
}

// idle reports whether the base is up to date.
func (b *build) idle() bool { return b.base != nil && len(b.dirty) == 0 && len(b.gone) == 0 }

// runs counts the builds of this process.
var runs atomic.Int64

// run writes and publishes the new state. The caller holds the lock.
func (b *build) run() (err error) {
	// Another name each time: what Bleve has not given up yet still has the old.
	dir := filepath.Join(b.index.dir, fmt.Sprintf("%s%d-%d", buildPrefix, os.Getpid(), runs.Add(1)))
	if b.out, err = newWriter(b.ctx, dir, b.index.buildCores(), b.index.batchSize, b.base, b.index.dir); err != nil {
		return fmt.Errorf("begin a new index: %w", err)
	}
	defer func() {
		if err != nil {
			b.out.abandon()
		}
	}()
	if err = b.apply(); err != nil {
		return err
	}
	if err = b.out.finish(b.ctx); err != nil {
		return fmt.Errorf("write the new index: %w", err)
	}
	var before manifest
	if b.base != nil {
		before = b.base.manifest
	}
	if b.next.Ledger, err = writeLedger(dir, before, b.change); err != nil {
		return fmt.Errorf("write what is known of the files: %w", err)
	}
	b.finishManifest()
	if b.next.Articles == 0 && (!b.purge || len(b.sum.Problems) > 0) && !b.isEmptied() {
		return b.nothingFound()
	}
	if err = b.publish(dir); err != nil {
		return err
	}
	b.sum.Published = true
	return nil
}

// plan decides which files must be read and which are gone.
func (b *build) plan(files []article.File) {
	b.owner = make(map[string]owned)
	b.dirty = make(map[string]bool)
	b.hidden = make(map[string][]string)
	b.read = make(map[string]bool)
	b.change = make(ledgerChange)
	b.files = make(map[string]article.File, len(files))
	b.next = manifest{Schema: schema, Program: b.index.program, Collection: b.collection.Name, Purged: b.purge}
	if b.base != nil {
		b.next.Passages, b.next.Lengths = b.base.manifest.Passages, b.base.manifest.Lengths
	}
	for _, f := range files {
		b.files[f.Path] = f
		old, known := b.known.files[f.Path]
		if !known || old.Unsettled || old.Size != f.Size || old.ModTime != f.ModTime.UnixNano() {
			b.dirty[f.Path] = true
		}
	}
	looked := maps.Keys(b.known.files)
	if b.names != nil {
		looked = slices.Values(b.known.under(b.names, func(name string) bool { _, ok := b.files[name]; return ok }))
	}
	for path := range looked {
		if _, listed := b.files[path]; listed {
			continue
		}
		if !b.mayBeThere(path) {
			b.gone = append(b.gone, path)
			continue
		}
		b.keep(path)
	}
	slices.Sort(b.gone)
	b.sum.Files = len(b.known.files) - len(b.gone)
	for path := range b.dirty {
		if _, known := b.known.files[path]; !known {
			b.sum.Files++
		}
	}
}

// mayBeThere reports whether a file that was not listed lies where the
// listing met an error.
func (b *build) mayBeThere(path string) bool {
	return slices.ContainsFunc(b.unlisted, func(p string) bool {
		return p == path || strings.HasPrefix(path, p+"/")
	})
}

// keep leaves what the base holds of a file that could not be looked at.
func (b *build) keep(path string) {
	old := b.known.files[path]
	old.Unsettled = true
	b.change[path] = &old
}

// find looks at a file that an update of some files has not looked at, and
// reports whether it can be read. What is gone leaves the index.
func (b *build) find(path string) (bool, error) {
	if _, ok := b.files[path]; ok {
		return true, nil
	}
	files, problems, err := article.FilesBelow(b.ctx, b.collection.FS, []string{path})
	if err != nil {
		return false, err
	}
	for _, f := range files {
		b.files[f.Path] = f
	}
	switch _, ok := b.files[path]; {
	case ok:
		return true, nil
	case len(problems) > 0:
		b.keep(path)
		return false, nil
	}
	return false, b.removeFile(path)
}

// apply removes and reads until every id has the owner it should have. A file
// is read a second time only when an article left that hid one of its own.
func (b *build) apply() error {
	for _, path := range b.gone {
		if err := b.removeFile(path); err != nil {
			return err
		}
	}
	counted := b.countBytes()
	for len(b.dirty) > 0 {
		for _, path := range slices.Sorted(maps.Keys(b.dirty)) {
			delete(b.dirty, path)
			there, err := b.find(path)
			if err == nil && there {
				err = b.readFile(path, counted)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *build) removeFile(path string) error {
	held, err := b.heldBy(path)
	if err != nil {
		return err
	}
	b.removeAll(held, path)
	b.change[path] = nil
	return nil
}

// removeAll removes what a file held and holds no more.
func (b *build) removeAll(held map[string]*holding, path string) {
	for _, id := range slices.Sorted(maps.Keys(held)) {
		b.remove(id, path, held[id])
		b.sum.Removed++
	}
}

// remove takes an article out of the new state and sees to it that files
// which hold another article of that id are read.
func (b *build) remove(id, path string, h *holding) {
	b.drop(id, h)
	b.owner[id] = owned{}
	for _, other := range b.holders(id) {
		if other != path {
			b.dirty[other] = true
		}
	}
}

// holders are the files that hold an id which is an earlier file's.
func (b *build) holders(id string) []string {
	list := slices.Clone(b.hidden[id])
	for _, path := range b.known.shadowed[id] {
		if _, decided := b.change[path]; !decided {
			list = append(list, path)
		}
	}
	return list
}

// drop deletes an article's passages from the index being written.
func (b *build) drop(id string, h *holding) {
	b.out.known(h)
	passages := int(h.passages.Load())
	if passages == 0 {
		return // the writer has failed, and h may be written still
	}
	for n := range passages {
		b.out.delete(documentID(id, n))
	}
	b.next.Passages -= passages
	b.next.Lengths.add(h.lengths, -1)
}

// ownerOf returns who holds an id in the new state so far.
func (b *build) ownerOf(id string) (owned, error) {
	if o, ok := b.owner[id]; ok || b.base == nil {
		return o, nil
	}
	m, err := b.base.first(id)
	if err != nil {
		return owned{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if m == nil {
		return owned{}, nil
	}
	return owned{m.Record.File, m.Record.holding()}, nil
}

// heldBy returns the articles that a file holds in the new state so far.
func (b *build) heldBy(path string) (map[string]*holding, error) {
	held := make(map[string]*holding)
	if b.base != nil {
		err := b.base.eachFirst(b.ctx, fieldFile, path, func(m meta) {
			if _, overlaid := b.owner[m.Article]; !overlaid {
				held[m.Article] = m.Record.holding()
			}
		})
		if err != nil {
			if b.ctx.Err() == nil {
				err = fmt.Errorf("%w: %w", errDamaged, err)
			}
			return nil, fmt.Errorf("look up the articles of %s: %w", path, err)
		}
	}
	if b.read[path] {
		for id, o := range b.owner {
			if o.file == path {
				held[id] = o.holding
			}
		}
	}
	return held, nil
}

func (b *build) countUnchanged() {
	b.sum.Unchanged = b.base.manifest.Articles
	b.sum.Articles, b.sum.Passages = b.base.manifest.Articles, b.base.manifest.Passages
	b.addKnownProblems()
}

// addKnownProblems names what is wrong in the files: in all, or in those that
// were looked at.
func (b *build) addKnownProblems() {
	wrong := make(map[string][]string)
	add := func(path string) {
		f := b.known.files[path]
		if changed, ok := b.change[path]; ok && changed != nil {
			f = *changed
		} else if ok {
			return
		}
		wrong[path] = f.remarked().Problems
	}
	for path := range b.change {
		add(path)
	}
	for path := range b.known.remarked {
		if _, looked := b.files[path]; looked || b.names == nil {
			add(path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(wrong)) {
		b.sum.Problems = append(b.sum.Problems, wrong[path]...)
	}
}

func (b *build) finishManifest() {
	b.next.Passages += b.out.passages
	b.next.Lengths.add(b.out.lengths, +1)
	b.next.Created = time.Now().UTC()
	b.next.Articles = b.known.articles
	for path, f := range b.change {
		b.next.Articles -= b.known.files[path].Articles
		if f != nil {
			b.next.Articles += f.Articles
		}
	}
	b.sum.Articles, b.sum.Passages = b.next.Articles, b.next.Passages
	b.sum.Unchanged = b.next.Articles - b.sum.Added - b.sum.Changed
	b.addKnownProblems()
}

func (b *build) nothingFound() error {
	if n := len(b.sum.Problems); n > 0 {
		return fmt.Errorf("%w in %s that could be read (%d problems, the first: %s)", ErrNoArticles, b.collection.Name, n, b.sum.Problems[0])
	}
	return fmt.Errorf("%w in %s: put .md, .txt, .html, .json or .jsonl files there, or name another folder with --data", ErrNoArticles, b.collection.Name)
}

// hashOf fingerprints everything of an article that the index keeps. When it
// was updated or first seen, and what it copies, are not among that: they would
// have the same passages analysed again, and nobody asks the index for them.
func hashOf(a article.Article) string {
	packed, err := json.Marshal(struct {
		ID, Title, Source, URL   string
		Authors                  []string
		Section, Language, Image string
		Published                time.Time
		Text                     string
		Headings                 []article.Span
	}{a.ID, a.Title, a.Source, a.URL, a.Authors, a.Section, a.Language, a.Image, a.Published, a.Text, a.Headings})
	if err != nil {
		panic(err) // an Article holds nothing that JSON cannot write
	}
	sum := sha256.Sum256(packed)
	return hex.EncodeToString(sum[:12])
}
