package article

import (
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
// Shingles.Copies and Shingles.Excerpts. Where there is none, later articles that
// came in first and repeat this one get its id. Names and titles are cleaned as those
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
	now := s.now().UTC().Truncate(time.Second)
	prepared := s.prepare(list, now)
	unlock, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("keep articles: %w", err)
	}
	defer unlock()
	b, changes, err := s.planAndCommit(ctx, prepared, now, outcomes)
	for tries := 1; errors.Is(err, errChanged) && tries < 3; tries++ {
		b, changes, err = s.planAndCommit(ctx, prepared, now, outcomes)
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

func (s *Store) planAndCommit(ctx context.Context, list []prepared, now time.Time, outcomes []Outcome) (*batch, []Change, error) {
	b := &batch{store: s, now: now, held: make(map[string]held), versions: make(map[string]time.Time)}
	changes, err := b.plan(ctx, list, outcomes)
	if err == nil {
		err = s.commit(ctx, b.writes)
	}
	return b, changes, err
}

// A prepared article is one made ready without keeping others from writing.
type prepared struct {
	Article
	sketch Sketch
	raw    []byte // its file, should it be a new one; nil if that is not known yet
	err    error
}

func (s *Store) prepare(list []Article, now time.Time) []prepared {
	all := make([]prepared, len(list))
	_ = atOnce(len(list), func(i int) error {
		p := &all[i]
		if p.Article, p.err = normal(list[i]); p.err != nil {
			return nil
		}
		if p.FirstSeen.IsZero() {
			p.FirstSeen = now
		}
		p.sketch = SketchOf(p.Text)
		s.mu.Lock()
		isNew := len(s.namesOf(p.ID)) == 0
		s.mu.Unlock()
		if isNew {
			p.raw, p.err = stored{Article: p.Article, asPut: digestsOf(&p.Article)}.encode(nil, "")
		}
		return nil
	})
	return all
}

// plan goes over a list. An article that cannot be kept has its error in the
// outcome; the error returned ends the whole.
func (b *batch) plan(ctx context.Context, list []prepared, outcomes []Outcome) ([]Change, error) {
	s := b.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.restoreNear(ctx); err != nil {
		return nil, err
	}
	changes := make([]Change, len(list))
	for i, p := range list {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		outcomes[i].ID, outcomes[i].Err = p.ID, p.err
		if p.err == nil {
			if changes[i], outcomes[i].Err = b.put(p); outcomes[i].Err != nil {
				changes[i] = ""
			}
		}
	}
	return changes, nil
}

// put plans what has to be written for one article.
func (b *batch) put(p prepared) (Change, error) {
	if b.store.refused.holds(p.ID, p.URL) {
		return Forgotten, nil
	}
	old, err := b.find(p.ID)
	switch {
	case errors.Is(err, ErrNotStored):
		return Added, b.add(p)
	case errors.Is(err, errDraft):
		return Unchanged, nil // people do not want it shown
	case err != nil:
		return "", err
	}
	next, edited := old.merge(p.Article)
	if next.equal(old.stored) {
		return Unchanged, nil
	}
	change := Unchanged
	if edited {
		change = Edited
		if next.since, err = b.keepVersion(old); err != nil {
			return "", err
		}
		b.store.near.add(keyOf(next.ID), next.moment(), SketchOf(next.Text))
	}
	if next.raw, err = next.encode(old.raw, old.name); err != nil {
		return "", err
	}
	b.write(next, old.name)
	return change, nil
}

// find returns an article as it will be once the batch is written.
func (b *batch) find(id string) (held, error) {
	if h, ok := b.held[keyOf(id)]; ok && h.ID == id {
		return h, nil
	}
	stored, name, err := b.store.find(id)
	return held{stored, name}, err
}

func (b *batch) add(p prepared) error {
	near := &b.store.near
	var copies []string
	if p.CopyOf == "" {
		if p.CopyOf, copies = near.relatives(&p.Article, p.sketch, b.load); p.CopyOf != "" {
			p.raw = nil
		}
	}
	near.add(keyOf(p.ID), p.moment(), p.sketch)
	name, err := b.newName(&p.Article)
	if err != nil {
		return err
	}
	next := stored{Article: p.Article, asPut: digestsOf(&p.Article), raw: p.raw}
	if next.raw == nil {
		if next.raw, err = next.encode(nil, name); err != nil {
			return err
		}
	}
	b.write(next, name)
	b.created = append(b.created, name)
	b.link(copies, p.ID)
	return nil
}

// link says of articles that came in before their original that they are copies
// of it. One of which that cannot be written stays as it is.
func (b *batch) link(copies []string, original string) {
	for _, id := range copies {
		old, err := b.find(id)
		if err != nil {
			continue
		}
		next := old.stored
		next.CopyOf = original
		if next.raw, err = next.encode(old.raw, old.name); err == nil {
			b.write(next, old.name)
		}
	}
}

// load returns the article of a key as it will be once the batch is written.
func (b *batch) load(key string) (Article, bool) {
	if h, ok := b.held[key]; ok {
		return h.Article, true
	}
	name, ok := b.store.files.files[key]
	if !ok {
		return Article{}, false
	}
	other, err := b.store.read(name)
	return other.Article, err == nil
}

// write plans the file of an article, instead of one planned before.
func (b *batch) write(next stored, name string) {
	b.held[keyOf(next.ID)] = held{next, name}
	b.writes = append(b.writes, write{name, next.raw, next.file})
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

// restoreNear reads the articles of the last days, once, so that their copies
// are known. It looks at names first and opens no other file. The words of
// Markdown are those of its text; what little differs only brings a text to be
// compared, or not, that is close to the bounds. The caller holds mu.
func (s *Store) restoreNear(ctx context.Context) error {
	if s.near.restored {
		return nil
	}
	type recent struct {
		name   string
		at     time.Time
		sketch Sketch
	}
	var found []recent
	oldest := s.now().Add(-nearWithin - 24*time.Hour)
	for dir, f := range s.files.folders {
		if day, ok := dayOfFolder(dir); ok && day.After(oldest) {
			for _, key := range f.keys {
				found = append(found, recent{name: s.files.files[key]})
			}
		}
	}
	slices.SortFunc(found, func(a, b recent) int { return strings.Compare(a.name, b.name) })
	found = found[max(0, len(found)-nearBlock*nearBlocks):]
	workers := min(runtime.GOMAXPROCS(0), len(found))
	err := atOnce(workers, func(w int) error {
		for i := w; i < len(found); i += workers {
			if err := ctx.Err(); err != nil {
				return err
			}
			// What cannot be read is no original.
			if raw, err := os.ReadFile(s.path(found[i].name)); err == nil {
				front, text, _ := cutFrontMatter(raw)
				r := front.record()
				found[i].at = (&Article{Published: r.date(), FirstSeen: firstDate(r.firstSeen)}).moment()
				found[i].sketch = SketchOf(string(text))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range found {
		s.near.add(keyIn(path.Base(f.name)), f.at, f.sketch)
	}
	s.near.restored = true
	return nil
}
