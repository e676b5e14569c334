package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"newsdesk/article"
	"newsdesk/index"
)

// An importSource is a file or folder as it was named on the command line.
type importSource struct {
	path   string // absolute
	folder bool
	files  []importFile // in the order of reading
	broken []*article.Problem
}

type importFile struct {
	name string // below the folder; "" for the file itself
	path string
	size int64 // bytes on disk
}

func (s *importSource) file(name string) *importFile {
	for i := range s.files {
		if s.files[i].name == name {
			return &s.files[i]
		}
	}
	return nil
}

func openSource(ctx context.Context, name string) (*importSource, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, misuse{fmt.Errorf("%s: %w", name, reason(err))}
	}
	s := &importSource{path: path, folder: info.IsDir()}
	switch {
	case s.folder:
		return s, s.list(ctx)
	case !info.Mode().IsRegular():
		return nil, misuse{fmt.Errorf("%s is no regular file: write it to one first, so that a stopped import can go on", name)}
	case !article.IsWARC(name) && !article.Reads(name):
		return nil, misuse{fmt.Errorf("%s is of an unknown kind: want .jsonl, .json, .warc, .md, .txt or .html, each with .gz or without", name)}
	}
	s.files = []importFile{{path: path, size: info.Size()}}
	return s, nil
}

// list finds the files of a folder: those that a collection may hold, and WARC.
func (s *importSource) list(ctx context.Context) error {
	files, problems, err := article.Files(ctx, os.DirFS(s.path))
	if err != nil {
		return err
	}
	for _, f := range files {
		s.files = append(s.files, importFile{f.Path, filepath.Join(s.path, filepath.FromSlash(f.Path)), f.Size})
	}
	err = filepath.WalkDir(s.path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !article.IsWARC(d.Name()) || !d.Type().IsRegular() {
			return nil // Files has told of what cannot be looked into
		}
		info, err := d.Info()
		if err != nil {
			return nil // it is gone
		}
		name, err := filepath.Rel(s.path, path)
		s.files = append(s.files, importFile{filepath.ToSlash(name), path, info.Size()})
		return err
	})
	slices.SortFunc(s.files, func(a, b importFile) int { return strings.Compare(a.name, b.name) })
	s.broken = problems
	return err
}

// articleStore is where articles go.
type articleStore interface {
	PutAll(ctx context.Context, list []article.Article) ([]article.Outcome, error)
}

// An importRun is one run of the import.
type importRun struct {
	store   articleStore
	filter  importFilter
	journal *importJournal
	rejects rejectFile
	sum     importSummary

	bytes atomic.Int64 // read so far, or passed over
}

// all imports the sources one after the other.
func (r *importRun) all(a *app, sources []*importSource) error {
	marks, total, goesOn := make([]importMark, len(sources)), int64(0), false
	for i, s := range sources {
		marks[i] = r.journal.from(s, r.filter.String())
		goesOn = goesOn || marks[i].Records > 0 && !marks[i].Done
		for _, f := range s.files {
			total += f.size
		}
	}
	if goesOn && r.journal.RejectsFile == r.rejects.path {
		r.rejects.size = r.journal.Rejects
	} else if err := r.rejects.startAnew(); err != nil {
		return err
	}
	bar := newProgress(a.stderr, "importing")
	defer bar.end()
	show := func() {
		bar.show(index.Progress{Bytes: min(r.bytes.Load(), total), OfBytes: total, Articles: r.sum.Added + r.sum.Edited + r.sum.Unchanged})
	}
	for i, s := range sources {
		if marks[i].Done {
			r.sum.Before += len(s.files)
			r.bytes.Add(s.files[0].size)
			continue
		}
		if marks[i].Records > 0 {
			a.note("%s: going on behind record %d", s.path, marks[i].Records)
		}
		if err := r.one(a.ctx, s, marks[i], show); err != nil {
			return err
		}
	}
	return nil
}

// one imports one source: while a batch is being put away, the next is read.
func (r *importRun) one(ctx context.Context, s *importSource, from importMark, show func()) error {
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	batches := make(chan *importBatch)
	go func() {
		defer close(batches)
		reader := importReader{run: r, source: s, out: func(b *importBatch) bool {
			select {
			case batches <- b:
				return true
			case <-reading.Done():
				return false
			}
		}}
		reader.read(reading, from)
	}()
	for b := range batches {
		if err := r.put(ctx, s, b); err != nil {
			return err
		}
		show()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// put makes a batch safe, and then notes in the journal how far that is. It is
// carried through where the program is told to stop, so that nothing is said
// to be there that is not.
func (r *importRun) put(ctx context.Context, s *importSource, b *importBatch) error {
	outcomes, err := r.store.PutAll(context.WithoutCancel(ctx), b.articles)
	if err != nil {
		return err
	}
	for i, o := range outcomes {
		if o.Err != nil {
			x := b.from[i]
			x.Reason, x.URL = o.Err.Error(), b.articles[i].URL
			b.rejects = append(b.rejects, x)
			continue
		}
		r.sum.count(o.Change)
	}
	for why, n := range b.leftOut {
		r.sum.LeftOut[why] += n
	}
	r.sum.Rejected += len(b.rejects)
	r.sum.Files += b.files
	r.sum.Unread += b.unread
	if err := r.rejects.write(b.rejects); err != nil {
		return fmt.Errorf("write the rejects: %w", err)
	}
	r.journal.RejectsFile, r.journal.Rejects = r.rejects.path, r.rejects.size
	if r.journal.Files[s.path] = b.mark; b.mark.Done && s.folder {
		delete(r.journal.Files, s.path) // what is added to it later may stand anywhere
	}
	if err := r.journal.save(); err != nil {
		return fmt.Errorf("write the journal of the import: %w", err)
	}
	return nil
}

// countedFile tells how much of a file has been read.
type countedFile struct {
	*os.File
	bytes *atomic.Int64
}

func (f countedFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.bytes.Add(int64(n))
	return n, err
}

// countedFS is a file system of one file.
type countedFS struct {
	path  string
	bytes *atomic.Int64
}

func (c countedFS) Open(string) (fs.File, error) {
	f, err := os.Open(c.path)
	if err != nil {
		return nil, err
	}
	return countedFile{f, c.bytes}, nil
}

var _ io.ReadSeeker = countedFile{}
