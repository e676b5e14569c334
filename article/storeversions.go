package article

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Version is an article as it stood for a time.
type Version struct {
	Article Article

	// Since is when newsdesk first had this version.
	Since time.Time

	// NewTitle and NewText say what differs, in more than white space, from the
	// version before in the list; neither does in the first.
	NewTitle, NewText bool
}

// maxVersions is how many earlier versions of one article are kept.
const maxVersions = 50

// supersededLayout names a version's file by when the next one took its place.
const supersededLayout = "20060102T150405Z"

// Versions returns how an article stood, oldest first and the present one
// last. Of more than 50 earlier versions the first and the newest are kept. The
// error wraps ErrNotStored if there is no such article.
func (s *Store) Versions(id string) ([]Version, error) {
	if _, err := s.Get(id); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, _, err := s.find(id)
	if err != nil {
		return nil, err
	}
	times, err := s.superseded(keyOf(id))
	if err != nil {
		return nil, err
	}
	var list []Version
	for _, t := range times {
		old, err := s.read(versionName(keyOf(id), t))
		if err != nil {
			return nil, err
		}
		list = appendVersion(list, old)
	}
	return appendVersion(list, now), nil
}

func appendVersion(list []Version, s stored) []Version {
	v := Version{Article: s.Article, Since: s.since}
	if v.Since.IsZero() {
		v.Since = s.FirstSeen
	}
	if len(list) > 0 {
		before := list[len(list)-1].Article
		v.NewTitle = squeezed(before.Title) != squeezed(s.Title)
		v.NewText = squeezed(before.Text) != squeezed(s.Text)
	}
	return append(list, v)
}

func versionName(key string, superseded time.Time) string {
	return path.Join(versionsName, key, superseded.Format(supersededLayout)+".md")
}

// superseded returns when each of the earlier versions of an article was, in
// order.
func (s *Store) superseded(key string) (times []time.Time, err error) {
	entries, err := os.ReadDir(s.path(path.Join(versionsName, key)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the versions: %w", err)
	}
	for _, e := range entries {
		if t, err := time.Parse(supersededLayout+".md", e.Name()); err == nil {
			times = append(times, t)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times, nil
}

// keepVersion plans that an article stays as a version, and returns when it
// was superseded: now, or a second after the one before.
func (b *batch) keepVersion(old held) (time.Time, error) {
	key := keyOf(old.ID)
	last, ok := b.versions[key]
	if !ok {
		times, err := b.store.superseded(key)
		if err != nil {
			return time.Time{}, err
		}
		if len(times) > 0 {
			last = times[len(times)-1]
			// A crash may have come between keeping the version and replacing it.
			kept, err := os.ReadFile(b.store.path(versionName(key, last)))
			if err == nil && bytes.Equal(kept, old.raw) {
				return last, nil
			}
		}
	}
	at := b.now
	if !at.After(last) {
		at = last.Add(time.Second)
	}
	b.versions[key] = at
	b.writes = append(b.writes, write{name: versionName(key, at), data: old.raw})
	return at, nil
}

// thinVersions removes versions beyond those that are kept. One too many does
// no harm, so trouble waits for the next time.
func (s *Store) thinVersions(key string) {
	times, err := s.superseded(key)
	if err != nil || len(times) <= maxVersions {
		return
	}
	for _, t := range times[1 : len(times)-maxVersions+1] {
		_ = os.Remove(s.path(versionName(key, t)))
	}
}

// removeVersions deletes all versions of an article for good.
func (s *Store) removeVersions(key string) error {
	dir := path.Join(versionsName, key)
	if _, err := os.Stat(s.path(dir)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.RemoveAll(s.path(dir)); err != nil {
		return err
	}
	return syncFolder(s.path(versionsName))
}

// sweepVersions gives what was being written when a process was killed to sweep.
func (s *Store) sweepVersions(sweep func(name string)) {
	entries, err := os.ReadDir(s.path(versionsName))
	if err != nil {
		return // there are none
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), tempPrefix) {
			sweep(filepath.Join(s.path(versionsName), e.Name()))
		}
	}
}
