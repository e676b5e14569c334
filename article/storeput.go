package article

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Put keeps an article, and returns once it is safe from a crash. The id, or
// where there is none the address, or else the text, tells whether it is there
// already. Of one that is:
//
//   - A title or text that differs in more than white space is a new version;
//     the one before is kept, see Versions.
//   - Other fields are brought up to date, which is no new version. What the
//     new one leaves empty stays, and so does FirstSeen.
//   - What people changed in the file stays as long as the outlet's own title,
//     text or other field, each by itself, is what it was.
//
// A zero FirstSeen becomes now. An empty CopyOf becomes the id of the earliest
// article of the seven days before whose text this one repeats, if any: see
// Shingles.Copies and Shingles.Excerpts. Names and titles are cleaned as those
// of any file that Read reads.
//
// The error says why the article is not kept; nothing is half-written then.
func (s *Store) Put(ctx context.Context, a Article) (Change, error) {
	outcomes, err := s.PutAll(ctx, []Article{a})
	return outcomes[0].Change, cmp.Or(err, outcomes[0].Err)
}

// What PutAll takes at once: others wait for so long, and so much is in memory.
const (
	putArticles = 256
	putBytes    = 16 << 20
)

// PutAll is Put for many: all are safe from a crash when it returns, at a small
// part of the price. Outcomes are in order, one for each. The error is one of
// the disk or of ctx; those without a Change are not kept then.
func (s *Store) PutAll(ctx context.Context, list []Article) ([]Outcome, error) {
	outcomes := make([]Outcome, len(list))
	for from := 0; from < len(list); {
		to, size := from+1, len(list[from].Text)
		for to < len(list) && to-from < putArticles && size+len(list[to].Text) < putBytes {
			size += len(list[to].Text)
			to++
		}
		if err := s.putSome(ctx, list[from:to], outcomes[from:to]); err != nil {
			return outcomes, err
		}
		from = to
	}
	return outcomes, nil
}

// A batch is what is about to be written.
type batch struct {
	store   *Store
	now     time.Time
	held    map[string]held // by key
	writes  []write
	created []string // names of new files

	versions map[string]time.Time // by key: when the newest of those kept here was superseded
}

// held is an article of a batch as it will be stored.
type held struct {
	stored
	name string
}

func (s *Store) putSome(ctx context.Context, list []Article, outcomes []Outcome) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("keep articles: %w", err)
	}
	defer unlock()
	b := batch{store: s, now: s.now().UTC().Truncate(time.Second), held: make(map[string]held), versions: make(map[string]time.Time)}
	changes, err := b.plan(ctx, list, outcomes)
	if err == nil {
		err = s.commit(ctx, b.writes)
	}
	if err != nil {
		return fmt.Errorf("keep articles: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range b.created {
		s.files.add(name)
	}
	for key := range b.versions {
		s.thinVersions(key)
	}
	for i := range changes {
		outcomes[i].Change = changes[i]
	}
	return nil
}

// plan goes over a list. An article that cannot be kept has its error in the
// outcome; the error returned ends the whole.
func (b *batch) plan(ctx context.Context, list []Article, outcomes []Outcome) ([]Change, error) {
	s := b.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.restoreNear(ctx); err != nil {
		return nil, err
	}
	changes := make([]Change, len(list))
	for i, a := range list {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		if a, outcomes[i].Err = normal(a); outcomes[i].Err == nil {
			outcomes[i].ID = a.ID
			changes[i], outcomes[i].Err = b.put(a)
		}
	}
	return changes, nil
}

// put plans what has to be written for one article.
func (b *batch) put(a Article) (Change, error) {
	if b.store.isForgotten(&a) {
		return Forgotten, nil
	}
	old, err := b.find(a.ID)
	switch {
	case errors.Is(err, ErrNotStored):
		return b.add(a)
	case errors.Is(err, errDraft):
		return Unchanged, nil // people do not want it shown
	case err != nil:
		return "", err
	}
	next, edited := old.merge(a)
	if next.equal(old.stored) {
		return Unchanged, nil
	}
	if edited {
		if next.since, err = b.keepVersion(old); err != nil {
			return "", err
		}
		b.remember(&next.Article)
	}
	if err := b.write(next, old.raw, old.name); err != nil {
		return "", err
	}
	if edited {
		return Edited, nil
	}
	return Unchanged, nil
}

// find returns an article as it will be once the batch is written.
func (b *batch) find(id string) (held, error) {
	if h, ok := b.held[keyOf(id)]; ok && h.ID == id {
		return h, nil
	}
	stored, name, err := b.store.find(id)
	return held{stored, name}, err
}

func (b *batch) add(a Article) (Change, error) {
	if a.FirstSeen.IsZero() {
		a.FirstSeen = b.now
	}
	original := b.remember(&a)
	a.CopyOf = cmp.Or(a.CopyOf, original)
	name, err := b.newName(&a)
	if err != nil {
		return "", err
	}
	if err := b.write(stored{Article: a, asPut: digestsOf(&a)}, nil, name); err != nil {
		return "", err
	}
	b.created = append(b.created, name)
	return Added, nil
}

// write plans the file of an article, instead of one planned before.
func (b *batch) write(next stored, old []byte, name string) (err error) {
	if next.raw, err = next.encode(old, name); err != nil {
		return err
	}
	b.held[keyOf(next.ID)] = held{next, name}
	b.writes = append(b.writes, write{name, next.raw})
	return nil
}

// newName finds a name that no file has.
func (b *batch) newName(a *Article) (string, error) {
	stem, key := path.Join(dayFolder(a), slugOf(a.Title)), keyOf(a.ID)
	for n := 1; ; n++ {
		name := stem + "-" + key + ".md"
		if n > 1 {
			name = stem + "-" + strconv.Itoa(n) + "-" + key + ".md"
		}
		_, err := os.Lstat(b.store.path(name))
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// remember takes in a text for those that will repeat it, and returns the id
// of the earliest that it repeats itself, or "".
func (b *batch) remember(a *Article) string {
	sketch := SketchOf(a.Text)
	original := b.store.near.originalOf(a, sketch, func(key string) (Article, bool) {
		if h, ok := b.held[key]; ok {
			return h.Article, true
		}
		name, ok := b.store.files.files[key]
		if !ok {
			return Article{}, false
		}
		other, err := b.store.read(name)
		return other.Article, err == nil
	})
	b.store.near.add(keyOf(a.ID), a.moment(), sketch)
	return original
}

// restoreNear reads the articles of the last days, once, so that their copies
// are known. It looks at names first and opens no other file. The words of
// Markdown are those of its text; what little differs only brings a text to be
// compared, or not, that is close to the bounds. The caller holds mu.
func (s *Store) restoreNear(ctx context.Context) error {
	if s.near.restored {
		return nil
	}
	type recent struct {
		key, name string
		day       time.Time
		sketch    Sketch
	}
	var found []recent
	oldest := s.now().Add(-nearWithin - 24*time.Hour)
	for dir, f := range s.files.folders {
		if day, ok := dayOfFolder(dir); ok && day.After(oldest) {
			for _, key := range f.keys {
				found = append(found, recent{key: key, name: s.files.files[key], day: day})
			}
		}
	}
	slices.SortFunc(found, func(a, b recent) int { return cmp.Or(a.day.Compare(b.day), strings.Compare(a.name, b.name)) })
	found = found[max(0, len(found)-nearBlock*nearBlocks):]
	workers := min(runtime.GOMAXPROCS(0), len(found))
	err := atOnce(workers, func(w int) error {
		for i := w; i < len(found); i += workers {
			if err := ctx.Err(); err != nil {
				return err
			}
			if raw, err := os.ReadFile(s.path(found[i].name)); err == nil {
				if _, text, err := splitFences(raw); err == nil {
					found[i].sketch = SketchOf(text)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range found {
		s.near.add(f.key, f.day, f.sketch)
	}
	s.near.restored = true
	return nil
}

// splitFences returns the YAML and the text of a file of the store, the latter
// only roughly if it is verbatim.
func splitFences(raw []byte) (front []byte, text string, err error) {
	head, rest, _ := bytes.Cut(raw, []byte{'\n'})
	front, body, ok := cutFence(rest, "---")
	if string(bytes.TrimRight(head, " \r\t")) != "---" || !ok {
		return nil, "", errors.New("no front matter")
	}
	return front, string(body), nil
}
