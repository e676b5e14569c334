package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

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
// than those named is left alone. Where nobody named a folder for the index
// and the usual one cannot be written, a temporary one serves this run.
func (a *app) openIndex() (*index.Index, index.Collection, error) {
	c, cerr := a.collection()
	x, err := a.openOrBuild(c, cerr)
	if !isReadOnly(err) {
		return x, c, err
	}
	denied := tryWrite(a.indexDir)
	if !isReadOnly(denied) {
		return nil, c, err // it is the articles that cannot be read
	}
	if a.indexDir != initialOf("INDEX_DIR") {
		return nil, c, fmt.Errorf("index folder %s cannot be written: %w: name another folder with --index or INDEX_DIR", a.indexDir, reason(denied))
	}
	temp, terr := os.MkdirTemp("", "newsdesk-index-")
	if terr != nil {
		return nil, c, err
	}
	a.note("%s cannot be written (%v): the index is built in a temporary folder and removed at the end; to keep one, name a folder with --index",
		a.indexDir, reason(denied))
	a.indexDir, a.tempDir = temp, temp
	x, err = a.openOrBuild(c, cerr)
	return x, c, err
}

// removeTemp removes what openIndex put in a temporary folder.
func (a *app) removeTemp() {
	if a.tempDir == "" {
		return
	}
	if err := os.RemoveAll(a.tempDir); err != nil {
		a.note("remove the temporary index: %v", err)
	}
}

// isReadOnly reports whether err comes of a folder where nothing may be written.
func isReadOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// tryWrite returns the error that writing into dir meets.
func tryWrite(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "try-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// initialOf is the value of a setting where none is given.
func initialOf(key string) string {
	for _, s := range settingsTable {
		if s.key == key {
			return s.initial
		}
	}
	return ""
}

// While another process builds the index, a question waits for it as long as
// busyPatience, and looks every busyPoll whether it is done.
const (
	busyPoll     = 50 * time.Millisecond
	busyPatience = time.Minute
)

// openOrBuild opens the index and builds it where c asks for that. The error
// is that of c, if there is one; an index that needs no articles serves still.
func (a *app) openOrBuild(c index.Collection, cerr error) (*index.Index, error) {
	x, err := index.Open(a.indexDir, version)
	if err != nil {
		return nil, err
	}
	for waited := time.Duration(0); ; waited += busyPoll {
		ready, err := a.isReady(x, c, cerr)
		if err == nil && !ready {
			if _, err = a.build(x, c, false); err != nil {
				err = fmt.Errorf("build the index: %w", err)
			}
		}
		if err == nil {
			if problem := x.Problem(); problem != nil {
				a.note("%v", problem)
			}
			return x, nil
		}
		if !errors.Is(err, index.ErrBusy) || waited >= busyPatience {
			_ = x.Close() // it was only read
			return nil, busy(err)
		}
		if waited == patience {
			a.note("waiting for another newsdesk to build the index")
		}
		select {
		case <-time.After(busyPoll):
		case <-a.ctx.Done():
			_ = x.Close()
			return nil, context.Cause(a.ctx)
		}
	}
}

// busy says what to do about a build that is under way elsewhere.
func busy(err error) error {
	if errors.Is(err, index.ErrBusy) {
		return fmt.Errorf("%w: wait until that is done, or end the other process", err)
	}
	return err
}

// isReady reports whether the index can be used as it is; where that is not
// so, and it must not be built from c either, the error says why.
func (a *app) isReady(x *index.Index, c index.Collection, cerr error) (bool, error) {
	if !x.Usable() {
		if problem := x.Problem(); cerr == nil && !errors.Is(problem, index.ErrNotBuilt) {
			cerr = problem
		}
		return false, cerr
	}
	stats, err := x.Stats()
	if err != nil {
		return false, err
	}
	switch {
	case stats.Collection == c.Name:
		return true, nil
	case strings.HasPrefix(stats.Collection, samplePrefix):
		return false, cerr
	case a.dataDir == "":
		return true, nil
	case cerr != nil:
		return false, cerr
	}
	return false, fmt.Errorf("the index in %s was built from %s, not from %s: run \"newsdesk reindex\" with the same --data, or name another index with --index",
		a.indexDir, stats.Collection, c.Name)
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
