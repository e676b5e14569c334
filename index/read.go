package index

import (
	"fmt"
	"io/fs"
	"time"

	"newsdesk/article"
)

// maxFileProblems bounds what is kept of one file's problems; behind it only
// their number goes on.
const maxFileProblems = 100

// reading is the reading of one file.
type reading struct {
	path     string
	print    fingerprint
	held     map[string]*holding // what the file held before and has not shown again
	seen     map[string]string   // id to hash
	problems int
	failed   bool // the file could not be read whole
}

// readFile brings the new state up to date with one file. Articles that the
// file no longer holds leave the index only if it could be read to its end.
func (b *build) readFile(path string, fsys fs.FS) error {
	held, err := b.heldBy(path)
	if err != nil {
		return err
	}
	f := b.files[path]
	r := &reading{path: path, held: held, seen: make(map[string]string), print: fingerprint{
		Size: f.Size, ModTime: f.ModTime.UnixNano(), Unsettled: isUnsettled(f.ModTime),
	}}
	b.read[path] = true
	b.sum.FilesRead++
	for a, problem := range article.Read(b.ctx, fsys, path) {
		if err := b.ctx.Err(); err != nil {
			return err
		}
		if problem != nil {
			r.note(problem.Error())
			r.failed = r.failed || problem.Unread()
			continue
		}
		if err := b.take(r, a); err != nil {
			return fmt.Errorf("index %s: %w", path, err)
		}
	}
	if err := b.ctx.Err(); err != nil {
		return err
	}
	if r.failed {
		r.print.Unsettled = true
		r.print.Articles += len(r.held)
	} else {
		b.removeAll(r.held, path)
	}
	if over := r.problems - maxFileProblems; over > 0 {
		r.print.remark().Problems = append(r.print.remark().Problems, fmt.Sprintf("%s: and %d more problems", path, over))
	}
	b.change[path] = &r.print
	for _, id := range r.print.remarked().Shadowed {
		b.hidden[id] = append(b.hidden[id], path)
	}
	return nil
}

// take puts one article into the new state. Of several articles with one id
// the first in the order of paths, and within a file of lines, counts: so the
// state depends on the files alone, not on the way it was reached.
func (b *build) take(r *reading, a article.Article) error {
	hash := hashOf(a)
	if first, again := r.seen[a.ID]; again {
		if first != hash {
			r.note(fmt.Sprintf("%s: the id %q stands twice in this file; the first article counts", r.path, a.ID))
		}
		return nil
	}
	owner, err := b.ownerOf(a.ID)
	if err != nil {
		return err
	}
	if owner.file != "" && owner.file < r.path {
		r.print.remark().Shadowed = append(r.print.remark().Shadowed, a.ID)
		if owner.hash != hash {
			r.note(fmt.Sprintf("%s: the id %q is already that of an article in %s, which counts", r.path, a.ID, owner.file))
		}
		return nil
	}
	r.seen[a.ID] = hash
	r.print.Articles++
	delete(r.held, a.ID)
	switch {
	case owner.file == "":
		b.sum.Added++
	case owner.file == r.path && owner.hash == hash:
		return nil
	default:
		b.drop(a.ID, owner.holding)
		b.sum.Changed++
		if owner.file != r.path {
			b.dirty[owner.file] = true
		}
	}
	h, err := b.out.add(a, r.path, hash)
	b.owner[a.ID] = owned{r.path, h}
	return err
}

func (r *reading) note(problem string) {
	if r.problems++; r.problems <= maxFileProblems {
		r.print.remark().Problems = append(r.print.remark().Problems, problem)
	}
}

// countBytes returns the collection's files so that reading them is seen by
// progress.
func (b *build) countBytes() fs.FS {
	if b.progress == nil {
		return b.collection.FS
	}
	c := &countingFS{FS: b.collection.FS}
	var total int64
	for path := range b.dirty {
		total += b.files[path].Size
	}
	c.report = func() {
		articles := len(b.owner)
		if b.base != nil {
			articles += b.base.manifest.Articles
		}
		b.progress(Progress{Bytes: min(c.read, total), OfBytes: total, Articles: articles})
	}
	return c
}

// countingFS counts the bytes read from its files. It is used by one
// goroutine.
type countingFS struct {
	fs.FS
	read   int64
	last   time.Time
	report func()
}

func (c *countingFS) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return &countingFile{f, c}, nil
}

type countingFile struct {
	fs.File
	count *countingFS
}

func (f *countingFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.count.read += int64(n)
	if now := time.Now(); now.Sub(f.count.last) >= 100*time.Millisecond {
		f.count.last = now
		f.count.report()
	}
	return n, err
}
