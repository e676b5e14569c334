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
	"time"

	"newsdesk/article"
)

// settle is how long before its reading a file must have been written for
// size and time to prove that it is unchanged. File systems keep times to a
// few milliseconds at worst (Linux: the clock tick).
const settle = 20 * time.Millisecond

// build is one run of Update (with a base) or Rebuild (without).
type build struct {
	ctx        context.Context // of this run only
	index      *Index
	collection Collection
	base       *generation
	sum        *Summary
	progress   func(Progress)

	out      *writer
	analyzer analyzer
	next     manifest
	files    map[string]article.File

	// unlisted are files and folders that could not be looked at. What the
	// base holds of them stays.
	unlisted []string

	dirty map[string]bool // files to be read in this pass

	// owner overlays the base: who holds an id in the new state. An empty file
	// name means that the id is gone.
	owner map[string]owned

	hidden map[string][]string // files that hold an id which an earlier file owns
	read   map[string]bool     // files read in this run
}

type owned struct {
	file string
	rec  *record
}

func (b *build) run() (err error) {
	files, problems, err := article.Files(b.ctx, b.collection.FS)
	if err != nil {
		return fmt.Errorf("read the articles in %s: %w", b.collection.Name, err)
	}
	for _, p := range problems {
		b.sum.Problems = append(b.sum.Problems, p.Error())
		b.unlisted = append(b.unlisted, p.Path)
	}
	b.sum.Files = len(files)
	b.plan(files)
	if b.base != nil && len(b.dirty) == 0 && len(b.gone()) == 0 {
		b.countUnchanged()
		return nil
	}
	dir := filepath.Join(b.index.dir, fmt.Sprintf("%s%d", buildPrefix, os.Getpid()))
	if b.out, err = newWriter(b.ctx, dir, b.base, b.index.dir); err != nil {
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
	b.finishManifest()
	if b.next.Articles == 0 {
		return b.nothingFound()
	}
	if err = b.index.publish(dir, b.next, b.base); err != nil {
		return err
	}
	b.sum.Published = true
	return nil
}

// plan decides which files must be read and carries over what is known of
// the others.
func (b *build) plan(files []article.File) {
	b.owner = make(map[string]owned)
	b.dirty = make(map[string]bool)
	b.hidden = make(map[string][]string)
	b.read = make(map[string]bool)
	b.files = make(map[string]article.File, len(files))
	b.next = manifest{
		Schema: schema, Program: b.index.program, Collection: b.collection.Name,
		Files: make(map[string]fingerprint, len(files)),
	}
	if b.base != nil {
		b.next.Passages, b.next.Lengths = b.base.manifest.Passages, b.base.manifest.Lengths
	}
	for _, f := range files {
		b.files[f.Path] = f
		if b.base != nil {
			old, known := b.base.manifest.Files[f.Path]
			if known && !old.Unsettled && old.Size == f.Size && old.ModTime.Equal(f.ModTime) {
				b.next.Files[f.Path] = old
				b.hide(f.Path, old.Shadowed)
				continue
			}
		}
		b.dirty[f.Path] = true
	}
	if b.base != nil {
		for path, old := range b.base.manifest.Files {
			if _, listed := b.files[path]; !listed && b.mayBeThere(path) {
				old.Unsettled = true
				b.next.Files[path] = old
				b.hide(path, old.Shadowed)
			}
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

// gone lists the files that the base knows and the collection has no more.
func (b *build) gone() []string {
	var gone []string
	if b.base != nil {
		for path := range b.base.manifest.Files {
			if _, ok := b.files[path]; !ok && !b.mayBeThere(path) {
				gone = append(gone, path)
			}
		}
		slices.Sort(gone)
	}
	return gone
}

// apply removes and reads until every id has the owner it should have. A file
// is read a second time only when an article left that hid one of its own.
func (b *build) apply() error {
	for _, path := range b.gone() {
		if err := b.removeFile(path); err != nil {
			return err
		}
	}
	counted := b.countBytes()
	for len(b.dirty) > 0 {
		paths := slices.Sorted(maps.Keys(b.dirty))
		b.dirty = make(map[string]bool)
		for _, path := range paths {
			if err := b.readFile(path, counted); err != nil {
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
	return nil
}

// removeAll removes what a file held and holds no more.
func (b *build) removeAll(held map[string]*record, path string) {
	for _, id := range slices.Sorted(maps.Keys(held)) {
		b.remove(id, path, held[id])
		b.sum.Removed++
	}
}

// remove takes an article out of the new state and sees to it that files
// which hold another article of that id are read.
func (b *build) remove(id, path string, rec *record) {
	b.drop(id, rec)
	b.owner[id] = owned{}
	for _, other := range b.hidden[id] {
		if _, exists := b.files[other]; exists && other != path {
			b.dirty[other] = true
		}
	}
}

func (b *build) hide(path string, ids []string) {
	for _, id := range ids {
		b.hidden[id] = append(b.hidden[id], path)
	}
}

// drop deletes an article's passages from the index being written.
func (b *build) drop(id string, rec *record) {
	for n := range rec.Passages {
		b.out.delete(documentID(id, n))
	}
	b.next.Passages -= rec.Passages
	b.next.Lengths.add(rec.Lengths, -1)
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
	return owned{m.Record.File, m.Record}, nil
}

// heldBy returns the articles that a file holds in the new state so far.
func (b *build) heldBy(path string) (map[string]*record, error) {
	held := make(map[string]*record)
	if b.base != nil {
		err := b.base.eachFirst(b.ctx, fieldFile, path, func(m meta) {
			if _, overlaid := b.owner[m.Article]; !overlaid {
				held[m.Article] = m.Record
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
				held[id] = o.rec
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

// addKnownProblems names what is wrong in the files.
func (b *build) addKnownProblems() {
	for _, path := range slices.Sorted(maps.Keys(b.next.Files)) {
		b.sum.Problems = append(b.sum.Problems, b.next.Files[path].Problems...)
	}
}

func (b *build) finishManifest() {
	b.next.Created = time.Now().UTC()
	for _, f := range b.next.Files {
		b.next.Articles += f.Articles
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

// hashOf fingerprints everything of an article that the index keeps.
func hashOf(a article.Article) string {
	packed, err := json.Marshal(a)
	if err != nil {
		panic(err) // an Article holds nothing that JSON cannot write
	}
	sum := sha256.Sum256(packed)
	return hex.EncodeToString(sum[:12])
}
