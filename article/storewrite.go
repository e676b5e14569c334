package article

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"syscall"
)

// A write is one file to be replaced, by its path below the store's folder.
type write struct {
	name string
	data []byte
	over fs.FileInfo // the file that it replaces, as it was read; nil if there may be none
}

// errChanged says that somebody saved a file between its reading and its
// replacing. Nothing has been replaced then.
var errChanged = errors.New("a file was changed by somebody else meanwhile; try again")

// isChanged reports whether the file that is to be replaced is another one now.
func (s *Store) isChanged(w write) bool {
	if w.over == nil {
		return false
	}
	info, err := os.Stat(s.path(w.name))
	return err != nil || !os.SameFile(info, w.over) || info.Size() != w.over.Size() || !info.ModTime().Equal(w.over.ModTime())
}

// writers is how many files are made durable at once: a disk takes many
// little longer than one.
const writers = 16

// commit replaces files so that each is whole at any moment, and returns once
// all are durable: temporary files beside them, fsync, rename in the order
// given, fsync of the folders. Nothing has changed if none was renamed yet.
func (s *Store) commit(ctx context.Context, writes []write) (err error) {
	temps := make([]string, len(writes))
	defer func() {
		for _, temp := range temps {
			if temp != "" {
				_ = os.Remove(temp)
			}
		}
		err = s.explain(err)
	}()
	changed := make(map[string]bool) // folders
	for _, w := range writes {
		if err := s.makeFolder(path.Dir(w.name), changed); err != nil {
			return err
		}
	}
	if err := atOnce(len(writes), func(i int) (err error) {
		dir := path.Dir(writes[i].name)
		if path.Dir(dir) == versionsName {
			dir = versionsName // where a crash's leftovers are found without looking into every folder
		}
		temps[i], err = writeTemp(s.path(dir), tempPrefix, writes[i].data, 0o644)
		return err
	}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, w := range writes {
		if s.isChanged(w) {
			return fmt.Errorf("%s: %w", w.name, errChanged)
		}
	}
	for i, w := range writes {
		if err := os.Rename(temps[i], s.path(w.name)); err != nil {
			return err
		}
		temps[i] = ""
		changed[path.Dir(w.name)] = true
	}
	return s.syncFolders(changed)
}

func (s *Store) syncFolders(changed map[string]bool) error {
	var folders []string
	for dir := range changed {
		folders = append(folders, dir)
	}
	return s.explain(atOnce(len(folders), func(i int) error { return syncFolder(s.path(folders[i])) }))
}

// atOnce calls fn for 0 to n-1, several at once, and returns all errors.
func atOnce(n int, fn func(i int) error) error {
	if n == 1 {
		return fn(0)
	}
	errs := make([]error, n)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, writers) {
		wg.Go(func() {
			for i := range next {
				errs[i] = fn(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return errors.Join(errs...)
}

// AsidePrefix begins the names of files that ReplaceFile is writing, or was
// writing when its process ended.
const AsidePrefix = ".tmp-"

// ReplaceFile replaces a small file as a whole and durably: whatever crashes, it
// holds either what it held before or data, and data once ReplaceFile has
// returned nil. It makes the folder if there is none.
func ReplaceFile(path string, data []byte, mode fs.FileMode) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temp, err := writeTemp(dir, AsidePrefix, data, mode)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		if temp != "" {
			_ = os.Remove(temp)
		}
		return err
	}
	return syncFolder(dir)
}

// writeTemp writes a durable file into a folder, and returns its path even
// where that failed halfway.
func writeTemp(dir, prefix string, data []byte, mode fs.FileMode) (temp string, err error) {
	f, err := os.CreateTemp(dir, prefix+"*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	return f.Name(), errors.Join(err, f.Close())
}

// makeFolder makes a folder with those above it, and notes what has to be
// synced for it to stay.
func (s *Store) makeFolder(dir string, changed map[string]bool) error {
	for up := dir; up != "."; up = path.Dir(up) {
		_, err := os.Stat(s.path(up))
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		changed[path.Dir(up)] = true
	}
	return os.MkdirAll(s.path(dir), 0o755)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s *Store) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// explain says plainly what can be done about a full disk.
func (s *Store) explain(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("the disk of the articles' folder %s is full: free some space and try again (%w)", s.dir, err)
	}
	return err
}
