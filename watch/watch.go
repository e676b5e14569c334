// Package watch tells which files below a folder have changed, as soon as the
// operating system does.
//
// It knows nothing of what the files hold. What it cannot notice, it says; who
// uses it looks at everything now and then all the same.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A Batch is what has changed since the batch before.
type Batch struct {
	// Names are files and folders that are new, written, renamed or gone,
	// slash-separated and relative to the folder that is watched, in no order.
	// Of a new folder or one that is gone, what lies below it may be missing.
	Names []string

	// All says that more has changed than Names tells.
	All bool
}

const (
	// A batch is handed over when nothing has changed for as long as quiet, so
	// that a file is mostly whole and a copied folder is one batch, but longest
	// after its first change.
	quiet   = 300 * time.Millisecond
	longest = 5 * time.Second

	// maxNames bounds a batch; with more, all has changed.
	maxNames = 10_000
)

// Folder watches a folder and all below it, or one file, until ctx ends. Hidden
// files and folders, whose names begin with a dot, are passed over, and links to
// folders are not followed. While nobody receives, batches become one.
//
// The channel is closed when ctx ends or when the folder itself is gone. Warn is
// called with what keeps changes from being noticed, once for each reason.
func Folder(ctx context.Context, root string, warn func(error)) (<-chan Batch, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("watch the articles: %w", err)
	}
	notes, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch the articles: %w", limit(err))
	}
	w := &watcher{root: root, warn: warn, notes: notes, names: make(map[string]bool), warned: make(map[string]bool), folders: make(map[string]bool)}
	if !info.IsDir() {
		w.root, w.only = filepath.Dir(root), filepath.Base(root)
		err = notes.Add(w.root)
	} else {
		err = w.add(root)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("watch %s: %w", root, limit(err)), notes.Close())
	}
	if kind := remote(root); kind != "" {
		w.tell(fmt.Errorf("%s is on %s, which does not tell what others change in it", root, kind))
	}
	out := make(chan Batch)
	go w.run(ctx, out)
	return out, nil
}

// limit explains the errors by which Linux says that a user watches too much.
func limit(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("no more folders can be watched: raise fs.inotify.max_user_watches (%w)", err)
	case errors.Is(err, syscall.EMFILE):
		return fmt.Errorf("nothing more can be watched: raise fs.inotify.max_user_instances or the number of open files (%w)", err)
	}
	return err
}

type watcher struct {
	root, only string // only is the one name that counts, where it is not empty
	notes      *fsnotify.Watcher
	warn       func(error)
	warned     map[string]bool
	folders    map[string]bool // watched, by path

	names       map[string]bool // the batch to be
	all         bool
	first, last time.Time // of its changes
}

func (w *watcher) tell(err error) {
	if !w.warned[err.Error()] {
		w.warned[err.Error()] = true
		w.warn(err)
	}
}

// add watches a folder and those below it. Its error is that of the folder.
func (w *watcher) add(folder string) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path == folder:
			return err
		case err != nil:
			return nil // the index tells what it cannot read
		case !d.IsDir():
			return nil
		case path != w.root && hidden(d.Name()):
			return fs.SkipDir
		}
		switch err := w.notes.Add(path); {
		case err == nil:
			w.folders[path] = true
		case path == w.root:
			return err
		case errors.Is(err, syscall.ENOSPC):
			w.tell(limit(err))
			return fs.SkipAll
		case !errors.Is(err, fs.ErrNotExist):
			w.tell(fmt.Errorf("watch %s: %w", path, limit(err)))
		}
		return nil
	})
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

func (w *watcher) run(ctx context.Context, out chan<- Batch) {
	defer close(out)
	defer w.notes.Close()
	for {
		var ready chan<- Batch
		var batch Batch
		var wait <-chan time.Time
		if !w.first.IsZero() {
			due := w.last.Add(quiet)
			if latest := w.first.Add(longest); latest.Before(due) {
				due = latest
			}
			if left := time.Until(due); left > 0 {
				wait = time.After(left)
			} else {
				ready, batch = out, w.batch()
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-wait:
		case ready <- batch:
			w.names, w.all, w.first = make(map[string]bool), false, time.Time{}
		case err := <-w.notes.Errors:
			w.all = true // an overflow, or else something was missed as well
			w.touch()
			if err != nil && !errors.Is(err, fsnotify.ErrEventOverflow) {
				w.tell(fmt.Errorf("watch %s: %w", w.root, err))
			}
		case e := <-w.notes.Events:
			if !w.note(e) {
				select {
				case <-ctx.Done():
				case out <- Batch{All: true}:
				}
				return
			}
		}
	}
}

func (w *watcher) batch() Batch {
	b := Batch{All: w.all}
	for name := range w.names {
		b.Names = append(b.Names, name)
	}
	return b
}

func (w *watcher) touch() {
	w.last = time.Now()
	if w.first.IsZero() {
		w.first = w.last
	}
}

// note takes note of a change, and reports whether the root is still there.
func (w *watcher) note(e fsnotify.Event) bool {
	name, err := filepath.Rel(w.root, e.Name)
	if err != nil || strings.HasPrefix(name, "..") {
		return true
	}
	left := e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)
	if name == "." {
		return !left
	}
	name = filepath.ToSlash(name)
	if w.only != "" && name != w.only {
		return true
	}
	for part := range strings.SplitSeq(name, "/") {
		if hidden(part) {
			return true
		}
	}
	w.touch()
	if left && w.folders[e.Name] {
		w.forget(e.Name)
	}
	if e.Has(fsnotify.Create) && w.only == "" {
		// From here on its changes are noticed; what it holds by now is looked
		// at later, since its own name is in the batch.
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
			_ = w.add(e.Name) // it may be gone again
		}
	}
	if len(w.names) >= maxNames {
		w.all = true
	}
	if w.all {
		clear(w.names)
	} else {
		w.names[name] = true
	}
	return true
}

// forget ends the watching of a folder that left and of those below it, which
// would go on under their old names.
func (w *watcher) forget(folder string) {
	below := folder + string(filepath.Separator)
	for path := range w.folders {
		if path == folder || strings.HasPrefix(path, below) {
			_ = w.notes.Remove(path) // the system may have done so
			delete(w.folders, path)
		}
	}
}
