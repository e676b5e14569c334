package article

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Files in a store's folder that tell its processes of one another, and of
// what people wanted gone.
const (
	lockName      = ".lock"      // held by whoever is writing, for as long as that takes
	writerName    = ".writer"    // who wrote last
	forgottenName = ".forgotten" // see refusals
)

const (
	// lockPatience bounds the wait for another process. Those hold the lock for
	// a moment; who holds it for so long hangs.
	lockPatience = 30 * time.Second
	lockPause    = 5 * time.Millisecond

	// refreshEvery is how often the folders are looked over for what people
	// did to them, such as a git pull. It costs one stat a folder.
	refreshEvery = time.Minute
)

// lock makes the caller the only one who writes to the folder, and takes in
// what others wrote since.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	file, err := s.lockFile(ctx, lockPatience)
	if err != nil {
		<-s.turn
		return nil, err
	}
	unlock = func() {
		_ = file.Close()
		<-s.turn
	}
	if err := s.takeIn(); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

func (s *Store) lockFile(ctx context.Context, patience time.Duration) (*flock.Flock, error) {
	file := flock.New(filepath.Join(s.dir, lockName))
	if ok, err := file.TryLock(); ok && err == nil {
		return file, nil
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ok, err := file.TryLockContext(waiting, lockPause)
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case errors.Is(err, context.DeadlineExceeded), err == nil && !ok:
		err = fmt.Errorf("%w (%s)", ErrStoreBusy, s.dir)
	case err != nil:
		err = fmt.Errorf("lock the folder of articles: %w", err)
	default:
		return file, nil
	}
	_ = file.Close()
	return nil, err
}

// errVanished keeps articles from being put where the disk with all the others
// is not mounted any more: they would seem to be all that there are.
var errVanished = errors.New("the folder of articles is empty all of a sudden: mount its disk again, or start anew if that is meant")

// takeIn looks over the folders if another process wrote last, or if it is
// time for it. The caller holds the lock.
func (s *Store) takeIn() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	writer, err := os.ReadFile(s.path(writerName))
	if errors.Is(err, fs.ErrNotExist) && len(s.files.files) > 0 {
		if entries, err := os.ReadDir(s.dir); err == nil && len(entries) <= 1 { // lockName
			return fmt.Errorf("%w (%s)", errVanished, s.dir)
		}
	}
	if err == nil && string(writer) == s.token {
		if time.Since(s.files.at) > refreshEvery {
			return s.refresh(nil)
		}
		return nil
	}
	if err := os.WriteFile(s.path(writerName), []byte(s.token), 0o644); err != nil {
		return s.explain(err)
	}
	if err := s.refused.refresh(); err != nil {
		return err
	}
	return s.refresh(nil)
}

// refresh is listing.refresh, with a word on where it failed. The caller holds
// mu.
func (s *Store) refresh(sweep func(string)) error {
	if err := s.files.refresh(sweep); err != nil {
		return fmt.Errorf("list the folder of articles: %w", err)
	}
	return nil
}

func newToken() string { return rand.Text() }
