package feed

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"newsdesk/article"
)

// stateVersion is raised when what a state file means changes.
const stateVersion = 1

// A state is what is remembered of one feed, in one file.
type state struct {
	Version int
	URL     string

	// How it was asked and answered.
	Moved        string `json:",omitempty"` // where it went for good
	ETag         string `json:",omitempty"`
	LastModified string `json:",omitempty"`
	Validated    string `json:",omitempty"` // the address that gave these two
	Digest       string `json:",omitempty"` // of the last body, as far as it was dealt with whole
	Hints        hints

	Format, Title, Site, Note string `json:",omitempty"`

	LastTry, LastSuccess, NextTry time.Time
	FailingSince                  time.Time `json:",omitzero"`
	Failures                      int       `json:",omitempty"`
	Dead                          bool      `json:",omitempty"`
	Error                         string    `json:",omitempty"`

	Articles int
	Recent   []time.Time // when its newest articles came, newest first
	Items    map[string]*entry

	// pending is how many items have still to be dealt with, so that the feed
	// is read again although it did not change.
	Pending int `json:",omitempty"`
}

// An entry is what is remembered of one item.
type entry struct {
	ID        string
	Link      string    `json:",omitempty"` // canonical
	Digest    string    `json:",omitempty"` // of what its feed said; empty if the article is not kept yet
	FirstSeen time.Time // by which a date in the future is clamped
	Published time.Time `json:",omitzero"` // as far as the feed says so
	LastSeen  time.Time
	Tries     int  `json:",omitempty"` // at its page, in vain so far
	None      bool `json:",omitempty"` // no article came of it here: it has no text, or another feed has it
}

// maxEntries bounds the items that are remembered beyond those in the feed.
const maxEntries = 3000

func stateFile(dir, address string) string {
	return filepath.Join(dir, fingerprint(address)+".json")
}

// readState reads what is known of a feed; a file that is broken counts as
// none, since nothing is lost by asking anew.
func readState(dir, address string) (*state, error) {
	fresh := &state{Version: stateVersion, URL: address, Items: make(map[string]*entry)}
	raw, err := os.ReadFile(stateFile(dir, address))
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return fresh, fmt.Errorf("read the state of %s: %w", redact(address), err)
	}
	var s state
	if err := json.Unmarshal(raw, &s); err != nil || s.Version != stateVersion || s.URL != address {
		return fresh, nil
	}
	s.tidy()
	return &s, nil
}

// tidy makes a state that was read, perhaps as people edited it, one to use.
func (s *state) tidy() {
	if s.Items == nil {
		s.Items = make(map[string]*entry)
	}
	for key, e := range s.Items {
		if e == nil || e.ID == "" {
			delete(s.Items, key)
		}
	}
}

// clockSlack is by how much clocks are set right every day.
const clockSlack = time.Hour

// believe takes what was noted by a clock that was ahead of now for what it is
// worth, else the feed would not be asked until then.
func (s *state) believe(now time.Time) {
	if !s.LastTry.After(now.Add(clockSlack)) {
		return
	}
	times := []*time.Time{&s.LastTry, &s.LastSuccess, &s.NextTry, &s.FailingSince}
	for i := range s.Recent {
		times = append(times, &s.Recent[i])
	}
	for _, t := range times {
		if t.After(now) {
			*t = now
		}
	}
}

// write replaces the file as a whole, so that others who read it see one or the
// other, and durably, so that what was to be forgotten does not come back.
func (s *state) write(dir string) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := article.ReplaceFile(stateFile(dir, s.URL), raw, 0o644); err != nil {
		return fmt.Errorf("keep the state of %s: %w", redact(s.URL), err)
	}
	return nil
}

// prune forgets the items that were in the feed the longest time ago.
func (s *state) prune() {
	if len(s.Items) <= maxEntries {
		return
	}
	keys := make([]string, 0, len(s.Items))
	for key := range s.Items {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(s.Items[b].LastSeen.Compare(s.Items[a].LastSeen), cmp.Compare(a, b))
	})
	for _, key := range keys[maxEntries:] {
		delete(s.Items, key)
	}
}

// status is the state for people.
func (s *state) status(f Feed) Status {
	if f.Title == "" {
		f.Title = s.Title
	}
	if f.Site == "" {
		f.Site = s.Site
	}
	st := Status{Feed: f, LastTry: s.LastTry, LastSuccess: s.LastSuccess, NextTry: s.NextTry,
		Articles: s.Articles, Failures: s.Failures, Error: s.Error, Note: s.Note}
	switch {
	case s.Dead:
		st.Health = Dead
	case s.LastTry.IsZero():
		st.Health = New
	case s.Failures > 0:
		st.Health = Failing
	default:
		st.Health = Fine
	}
	return st
}

// ReadStatus tells what became of feeds by the state folder of a Gatherer,
// which may be running in another process.
func ReadStatus(dir string, feeds []Feed) ([]Status, error) {
	out := make([]Status, 0, len(feeds))
	var problems error
	for _, f := range feeds {
		s, err := readState(dir, f.URL)
		problems = errors.Join(problems, err)
		out = append(out, s.status(f))
	}
	return out, problems
}
