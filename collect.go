package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"newsdesk/data"
	"newsdesk/index"
)

// oneFile returns a file system that holds just the file at path.
func oneFile(path string) fs.FS {
	return singleFS{os.DirFS(filepath.Dir(path)), filepath.Base(path)}
}

type singleFS struct {
	fs.FS
	name string
}

func (s singleFS) Open(name string) (fs.File, error) {
	if name != "." && name != s.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return s.FS.Open(name)
}

// ReadDir hides what else stands in the folder.
func (s singleFS) ReadDir(name string) ([]fs.DirEntry, error) {
	info, err := fs.Stat(s.FS, s.name)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}

// samplePrefix begins the name of the sample collection. A digest of the
// articles follows it, so that another version of the program with other
// samples builds its index anew.
const samplePrefix = "the sample articles"

func sampleCollection() (index.Collection, error) {
	sum := sha256.New()
	err := fs.WalkDir(data.Sample(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(data.Sample(), path)
		fmt.Fprintf(sum, "%s %d\n", path, len(raw))
		sum.Write(raw)
		return err
	})
	return index.Collection{Name: fmt.Sprintf("%s (%x)", samplePrefix, sum.Sum(nil)[:4]), FS: data.Sample()}, err
}

// openIndex opens the index, and builds it where there is none yet, so that
// the first question is answered without any set-up. An index of the sample
// articles gives way to one of the person's own; an index of other articles
// than those named is left alone.
func (a *app) openIndex() (*index.Index, index.Collection, error) {
	c, err := a.collection()
	x, xerr := index.Open(a.indexDir, version)
	if xerr != nil {
		return nil, c, xerr
	}
	if x.Usable() {
		if problem := x.Problem(); problem != nil {
			a.note("%v", problem)
		}
		stats, serr := x.Stats()
		if serr != nil {
			return nil, c, serr
		}
		switch {
		case stats.Collection == c.Name:
			return x, c, nil
		case !strings.HasPrefix(stats.Collection, samplePrefix):
			if a.dataDir == "" {
				return x, c, nil
			}
			if err == nil {
				err = fmt.Errorf("the index in %s was built from %s, not from %s: run \"newsdesk reindex\" with the same --data, or name another index with --index",
					a.indexDir, stats.Collection, c.Name)
			}
		}
	}
	if err != nil {
		return nil, c, err
	}
	if problem := x.Problem(); problem != nil && !x.Usable() && !errors.Is(problem, index.ErrNotBuilt) {
		return nil, c, problem
	}
	if _, err := a.build(x, c, false); err != nil {
		return nil, c, fmt.Errorf("build the index: %w", err)
	}
	return x, c, nil
}

// build updates or rebuilds the index, showing progress on standard error.
func (a *app) build(x *index.Index, c index.Collection, full bool) (index.Summary, error) {
	work := x.Update
	if full {
		work = x.Rebuild
	}
	bar := newProgress(a.stderr, "reading articles")
	s, err := work(a.ctx, c, bar.show)
	bar.end()
	return s, err
}
