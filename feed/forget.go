package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"newsdesk/article"
)

// forget drops what is remembered of articles that people want gone, and
// returns their links, as far as they are known; nil if there was nothing.
func (s *state) forget(forgotten func(id, address string) bool) (links []string) {
	for key, e := range s.Items {
		if !forgotten(e.ID, e.Link) {
			continue
		}
		delete(s.Items, key)
		if links == nil {
			links = []string{}
		}
		if e.Link != "" {
			links = append(links, e.Link)
		}
	}
	if links != nil {
		s.Note = "" // it may name a page; the next answer brings it anew
		if strings.HasPrefix(s.Error, notKept) {
			s.Error = notKept // without the file's name
		}
	}
	return links
}

var stateName = regexp.MustCompile(`^[0-9a-f]{16}\.json$`)

// staleTemp is how old a file is that no process is writing any more.
const staleTemp = time.Minute

// Forget drops from the state folder of a Gatherer what is remembered of
// articles that people want gone, whether their feeds are in a list or not, and
// returns the addresses by which feeds link to them. The Gatherer may be running
// in another process, if its Options.Forgotten reports the same by then. States
// that cannot be understood are deleted, since asking anew mends that. Those that
// cannot be read or written are named by the error; the others are done.
func Forget(dir string, forgotten func(id, address string) bool) (links []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what is remembered of feeds: %w", err)
	}
	var problems []error
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), article.AsidePrefix) {
			// What a crash left behind.
			if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > staleTemp {
				_ = os.Remove(path)
			}
			continue
		}
		if !stateName.MatchString(e.Name()) {
			continue
		}
		some, err := forgetIn(path, forgotten)
		if err != nil {
			problems = append(problems, fmt.Errorf("forget an article in %s: %w: delete the file, or mend that, and forget it again", path, err))
		}
		links = append(links, some...)
	}
	return links, errors.Join(problems...)
}

func forgetIn(path string, forgotten func(id, address string) bool) ([]string, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var s state
	if err := json.Unmarshal(raw, &s); err != nil || s.Version != stateVersion || stateFile(filepath.Dir(path), s.URL) != path {
		return nil, os.Remove(path)
	}
	s.tidy()
	links := s.forget(forgotten)
	if links == nil {
		return nil, nil
	}
	return links, s.write(filepath.Dir(path))
}
