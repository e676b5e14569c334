package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsdesk/article"
	"newsdesk/index"
)

// A comparer tells which articles of an index are one text. It remembers what
// it has read and is for one goroutine and one question.
type comparer struct {
	index    *index.Index
	leads    map[string]index.Passage
	sketches map[string]article.Sketch
	shingles map[string]article.Shingles
}

func newComparer(ix *index.Index) *comparer {
	return &comparer{ix, make(map[string]index.Passage), make(map[string]article.Sketch), make(map[string]article.Shingles)}
}

// know takes note of a passage with its article's sketch, which saves reading
// it.
func (c *comparer) know(p index.Passage) {
	if p.N == 0 {
		c.leads[p.Article] = p
	}
}

// A likeness is how much of two articles' texts is the same.
type likeness struct{ copied, excerpt bool }

func (l likeness) oneText() bool { return l.copied || l.excerpt }

// compare tells how alike two articles are. An article that an update has just
// taken away is like none.
func (c *comparer) compare(ctx context.Context, a, b string) (likeness, error) {
	s, err := c.sketch(a)
	if err != nil {
		return likeness{}, err
	}
	t, err := c.sketch(b)
	if err != nil {
		return likeness{}, err
	}
	// Sketches rule out most pairs, and the texts of the rest are compared whole.
	if !s.MayCopy(t) && !s.MayExcerpt(t) {
		return likeness{}, nil
	}
	one, err := c.text(ctx, a)
	if err != nil {
		return likeness{}, err
	}
	two, err := c.text(ctx, b)
	if err != nil {
		return likeness{}, err
	}
	return likeness{copied: one.Copies(two), excerpt: one.Excerpts(two)}, nil
}

func (c *comparer) sketch(id string) (article.Sketch, error) {
	if s, known := c.sketches[id]; known {
		return s, nil
	}
	lead, known := c.leads[id]
	if !known {
		var err error
		if lead, err = c.index.Lead(id); err != nil && !errors.Is(err, index.ErrNoArticle) {
			return nil, err
		}
	}
	c.sketches[id] = lead.Sketch()
	return c.sketches[id], nil
}

func (c *comparer) text(ctx context.Context, id string) (article.Shingles, error) {
	if s, known := c.shingles[id]; known {
		return s, nil
	}
	a, err := c.index.Article(ctx, id)
	if err != nil && !errors.Is(err, index.ErrNoArticle) {
		return nil, err
	}
	c.shingles[id] = article.ShinglesOf(a.Text)
	return c.shingles[id], nil
}

// groups divides articles into independent texts: each stands with the first
// group that holds a text it copies, is cut from, or was cut to.
func (c *comparer) groups(ctx context.Context, ids []string) ([][]string, error) {
	var groups [][]string
next:
	for _, id := range ids {
		for g, members := range groups {
			for _, m := range members {
				l, err := c.compare(ctx, id, m)
				if err != nil {
					return nil, err
				}
				if l.oneText() {
					groups[g] = append(groups[g], id)
					continue next
				}
			}
		}
		groups = append(groups, []string{id})
	}
	return groups, nil
}

// CopiesOf returns the articles with the text of one, whole or cut, the
// earliest first; of the outlets among as with a Question. They are looked for
// among those that hold most of the words with which it begins.
func (e *Engine) CopiesOf(ctx context.Context, a article.Article, now time.Time, among []string) ([]Copy, error) {
	u, err := e.understand(Question{Text: strings.ToValidUTF8(a.Text[:min(len(a.Text), leadBytes)], ""), Now: now, AnyTime: true, verbatim: true, Among: among})
	if errors.Is(err, ErrEmpty) || errors.Is(err, ErrNoWords) {
		return nil, nil // three asterisks are no text
	}
	if err != nil {
		return nil, err
	}
	f, err := e.find(ctx, u, candidates)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	c := newComparer(e.index)
	seen := map[string]bool{a.ID: true}
	var copies []Copy
	for _, found := range f.candidates {
		if seen[found.Article] {
			continue
		}
		seen[found.Article] = true
		l, err := c.compare(ctx, a.ID, found.Article)
		if err != nil {
			return nil, err
		}
		if l.oneText() {
			copies = append(copies, copyOf(found.Passage))
		}
	}
	earliestFirst(copies)
	return copies, nil
}

// leadBytes is how much of an article's beginning its copies are looked for by.
const leadBytes = 300

// Copies returns the pairs among articles, by their places in the list of
// their first passages, that are copies of one another, in order.
func (e *Engine) Copies(ctx context.Context, leads []index.Passage) ([][2]int, error) {
	c := newComparer(e.index)
	sketches := make([]article.Sketch, len(leads))
	for i, p := range leads {
		c.know(p)
		var err error
		if sketches[i], err = c.sketch(p.Article); err != nil {
			return nil, err
		}
	}
	var pairs [][2]int
	for _, p := range article.Alike(sketches) {
		if !sketches[p[0]].MayCopy(sketches[p[1]]) {
			continue
		}
		l, err := c.compare(ctx, leads[p[0]].Article, leads[p[1]].Article)
		if err != nil {
			return nil, err
		}
		if l.copied {
			pairs = append(pairs, p)
		}
	}
	return pairs, nil
}
