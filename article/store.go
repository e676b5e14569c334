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
	"time"
)

// A Store keeps gathered articles as files that people can read, edit and put
// in git: below its folder, YYYY/MM/DD/<words of the title>-<id>.md, by the day
// of publication in UTC, else of first seeing, in Markdown with YAML front
// matter. Read reads them like any other file.
//
// A file keeps its name for good, whatever becomes of title, text and date, and
// may be moved to any folder below the store's that Files looks into. What
// people change in it stays until the outlet itself changes that very part of
// the article.
//
// All methods may be called at once from many goroutines, and by several
// processes that have the same folder open.
type Store struct {
	dir   string
	now   func() time.Time
	token string        // tells this Store from others of the folder
	turn  chan struct{} // held by whoever writes, for the whole of it

	refused refusals

	mu    sync.Mutex // guards what follows
	files *listing
	near  near
}

// A Change says what putting an article into a Store did.
type Change string

const (
	Added     Change = "added"
	Edited    Change = "edited"    // a new version of one that was there
	Unchanged Change = "unchanged" // title and text were there, just so
	Forgotten Change = "forgotten" // people wanted it gone; it was not taken
)

// An Outcome is what became of one article of several.
type Outcome struct {
	ID     string // that it was given, or was made
	Change Change // empty if it was not taken
	Err    error  // why this article cannot be kept
}

var (
	// ErrNotStored is wrapped when a store has no article of an id.
	ErrNotStored = errors.New("no such article is stored")

	// ErrStoreBusy is wrapped when another process wrote to the folder for so
	// long that waiting for it was given up.
	ErrStoreBusy = errors.New("another newsdesk has been writing to the folder of articles for 30 seconds; try again when it is done, or end it")
)

// OpenStore opens the store in a folder, which is made if need be. It lists the
// folder, opens no article, and sweeps what a crash left half-written.
func OpenStore(dir string) (*Store, error) {
	s := &Store{dir: dir, now: time.Now, token: newToken(), turn: make(chan struct{}, 1), files: newListing(dir)}
	s.refused.path = s.path(forgottenName)
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("open the store of articles: %w", err)
	}
	return s, nil
}

func (s *Store) open() error {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	// While another process writes, its temporary files stay.
	var sweep func(string)
	if file, err := s.lockFile(context.Background(), lockPause); err == nil {
		defer file.Close()
		sweep = func(name string) { _ = os.Remove(name) }
	} else if !errors.Is(err, ErrStoreBusy) {
		return err
	}
	if err := s.refused.refresh(); err != nil {
		return err
	}
	if sweep != nil {
		s.sweepVersions(sweep)
	}
	return s.refresh(sweep)
}

// Close ends the use of the store. Nothing is lost without it.
func (s *Store) Close() error { return nil }

// Get returns an article as its file has it now. The error wraps ErrNotStored
// if there is none.
func (s *Store) Get(id string) (Article, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, _, err := s.find(id)
	if errors.Is(err, ErrNotStored) && s.isBehind() {
		if err := s.refresh(nil); err != nil {
			return Article{}, err
		}
		found, _, err = s.find(id)
	}
	return found.Article, err
}

// isBehind reports whether another process may have written since the folders
// were listed, which reading alone does not take in. Whoever asks for what is
// not there has them looked over once a second at most.
func (s *Store) isBehind() bool {
	age := time.Since(s.files.at)
	if age < time.Second {
		return false
	}
	writer, err := os.ReadFile(s.path(writerName))
	return err == nil && string(writer) != s.token || age > refreshEvery
}

// find returns an article and the name of its file. A file that has gone since
// the folders were listed is looked for in all of them. The caller holds mu.
func (s *Store) find(id string) (stored, string, error) {
	found, name, gone, err := s.findListed(id)
	if gone {
		if err := s.refresh(nil); err != nil {
			return stored{}, "", err
		}
		found, name, _, err = s.findListed(id)
	}
	return found, name, err
}

func (s *Store) findListed(id string) (found stored, name string, gone bool, err error) {
	names := s.namesOf(id)
	for _, name := range names {
		found, err := s.read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			gone = true
		case err != nil:
			return stored{}, name, false, err
		case found.ID == id:
			return found, name, false, nil
		}
	}
	return stored{}, "", gone, fmt.Errorf("%w: %q", ErrNotStored, id)
}

// namesOf returns the files that may hold an article.
func (s *Store) namesOf(id string) []string {
	key := keyOf(id)
	name, ok := s.files.files[key]
	if !ok {
		return nil
	}
	return append([]string{name}, s.files.more[key]...)
}

// read reads one file of the store.
func (s *Store) read(name string) (stored, error) {
	file, err := os.Open(s.path(name))
	if err != nil {
		return stored{}, fmt.Errorf("%s: %w", name, withoutPath(err))
	}
	defer file.Close()
	info, err := file.Stat()
	var raw []byte
	if err == nil {
		raw, err = readWhole(file)
	}
	if err != nil {
		return stored{}, fmt.Errorf("%s: %w", name, withoutPath(err))
	}
	found, err := parseStored(raw, name)
	if err != nil {
		return stored{}, fmt.Errorf("%s: %w", filepath.Join(s.dir, filepath.FromSlash(name)), err)
	}
	found.file = info
	return found, nil
}

// remove deletes files and then the folders that are empty without them.
func (s *Store) remove(names []string) error {
	changed := make(map[string]bool)
	for _, name := range names {
		if err := os.Remove(s.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if key := keyIn(path.Base(name)); key != "" {
			s.files.drop(key, path.Dir(name))
		}
		changed[path.Dir(name)] = true
	}
	left := make(map[string]bool)
	for dir := range changed {
		for dir != "." && os.Remove(s.path(dir)) == nil {
			dir = path.Dir(dir)
		}
		left[dir] = true
	}
	for dir := range left { // another one's going may have emptied it
		if _, err := os.Stat(s.path(dir)); err != nil {
			delete(left, dir)
		}
	}
	return s.syncFolders(left)
}
