package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"newsdesk/article"
)

// A shelf is the store of the articles' folder, opened when there is something
// to put into it or to read, since who has no feeds may have but a file of
// articles.
type shelf struct {
	dir   string
	first chan struct{} // closed when an article is put there
	once  sync.Once

	mu    sync.Mutex
	store *article.Store
}

func (a *app) shelf() *shelf { return newShelf(a.articlesDir()) }

func newShelf(dir string) *shelf { return &shelf{dir: dir, first: make(chan struct{})} }

// open opens the store, and makes its folder.
func (s *shelf) open() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.store != nil {
		return nil
	}
	if info, err := os.Stat(s.dir); err == nil && !info.IsDir() {
		return misuse{fmt.Errorf("%s is one file, and the articles of feeds need a folder: name one with DATA_DIR or --data, and put the file into it", s.dir)}
	}
	store, err := article.OpenStore(s.dir)
	if err != nil {
		return fmt.Errorf("%w: name a folder that can be written with DATA_DIR or --data", err)
	}
	s.store = store
	return nil
}

// Put implements feed.Sink.
func (s *shelf) Put(ctx context.Context, a article.Article) (article.Change, error) {
	if err := s.open(); err != nil {
		return "", err
	}
	change, err := s.store.Put(ctx, a)
	if err == nil && change != article.Forgotten {
		s.once.Do(func() { close(s.first) })
	}
	return change, err
}

// Forgotten tells what people want gone, if there is a store.
func (s *shelf) Forgotten(id, address string) bool {
	if !isDir(s.dir) || s.open() != nil {
		return false
	}
	return s.store.Forgotten(id, address)
}

// Versions implements commands.Versions. Where there is no folder, or none that
// can be written, nothing is stored.
func (s *shelf) Versions(id string) ([]article.Version, error) {
	if !isDir(s.dir) {
		return nil, article.ErrNotStored
	}
	switch err := s.open(); {
	case isReadOnly(err):
		return nil, fmt.Errorf("%w: %w", article.ErrNotStored, err)
	case err != nil:
		return nil, err
	}
	return s.store.Versions(id)
}
