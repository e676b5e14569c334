package index

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"newsdesk/article"
)

// ErrNoArticle is returned for an id that no article has.
var ErrNoArticle = errors.New("no such article")

// Article returns an article whole, its text byte for byte as it was read.
func (x *Index) Article(ctx context.Context, id string) (article.Article, error) {
	return with(x, func(g *generation) (article.Article, error) { return g.article(ctx, id) })
}

func (g *generation) article(ctx context.Context, id string) (article.Article, error) {
	m, err := g.first(id)
	if err != nil {
		return article.Article{}, err
	}
	if m == nil {
		return article.Article{}, ErrNoArticle
	}
	var text strings.Builder
	for n := range m.Record.Passages {
		if ctx.Err() != nil {
			return article.Article{}, context.Cause(ctx)
		}
		_, piece, err := g.byID(documentID(id, n))
		if err != nil {
			return article.Article{}, err
		}
		text.WriteString(piece)
	}
	return article.Article{
		ID: m.Article, Title: m.Title, Source: m.Source, URL: m.URL, Published: m.published(),
		Authors: m.Record.Authors, Section: m.Record.Section, Language: m.Record.Language,
		Image: m.Record.Image, Headings: m.Record.Headings, Text: text.String(),
	}, nil
}

// ByURL returns the id of the article at an address, in whatever way the
// address is written; the first in the order of ids where there are several.
func (x *Index) ByURL(ctx context.Context, address string) (string, error) {
	canonical := article.CanonicalURL(address)
	if canonical == "" {
		return "", ErrNoArticle
	}
	return with(x, func(g *generation) (id string, err error) {
		err = g.eachFirst(ctx, fieldURL, canonical, func(m meta) {
			if id == "" || m.Article < id {
				id = m.Article
			}
		})
		if err == nil && id == "" {
			err = ErrNoArticle
		}
		return id, err
	})
}

// A Held is an article that the index holds, and where it is from.
type Held struct {
	ID, Title, Source, URL string
	Published              time.Time
	File                   string // slash-separated, in the collection
	Passages               int
}

// Named returns the article of an id and those at an address, in whatever way
// that is written, in the order of their ids; none where there are none.
func (x *Index) Named(ctx context.Context, idOrURL string) ([]Held, error) {
	return with(x, func(g *generation) ([]Held, error) {
		var list []Held
		add := func(m meta) {
			list = append(list, Held{m.Article, m.Title, m.Source, m.URL, m.published(), m.Record.File, m.Record.Passages})
		}
		m, err := g.first(idOrURL)
		if err != nil {
			return nil, err
		}
		if m != nil {
			add(*m)
		}
		if canonical := article.CanonicalURL(idOrURL); canonical != "" {
			if err := g.eachFirst(ctx, fieldURL, canonical, add); err != nil {
				return nil, err
			}
		}
		slices.SortFunc(list, func(a, b Held) int { return strings.Compare(a.ID, b.ID) })
		return slices.CompactFunc(list, func(a, b Held) bool { return a.ID == b.ID }), nil
	})
}

// Lead returns the first passage of an article.
func (x *Index) Lead(id string) (Passage, error) {
	return with(x, func(g *generation) (Passage, error) {
		m, piece, err := g.byID(documentID(id, 0))
		if err != nil {
			return Passage{}, err
		}
		return m.passage(piece), nil
	})
}

// Latest returns the first passages of the newest articles that pass the
// filter, newest first, undated ones last.
func (x *Index) Latest(ctx context.Context, f Filter, limit int) ([]Passage, error) {
	return with(x, func(g *generation) ([]Passage, error) { return g.latest(ctx, f, limit) })
}

func (g *generation) latest(ctx context.Context, f Filter, limit int) ([]Passage, error) {
	pass, err := g.filter(f)
	if err != nil {
		return nil, err
	}
	var newest dateHeap
	for _, p := range g.parts {
		for article, doc := range p.articles() {
			if pass != nil && !pass(uint64(p.base+doc)) {
				continue
			}
			d := dated{p, article, doc, p.texts.published(article)}
			if d.published == 0 {
				d.published = math.MinInt64 // undated
			}
			switch {
			case len(newest) < limit:
				heap.Push(&newest, d)
			case limit > 0 && newest[0].before(d):
				newest[0] = d
				heap.Fix(&newest, 0)
			}
		}
	}
	list := make([]Passage, 0, len(newest))
	for _, d := range newest {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		m, piece := d.part.texts.passage(d.doc)
		list = append(list, m.passage(piece))
	}
	sort.Slice(list, func(i, j int) bool {
		if !list[i].Published.Equal(list[j].Published) {
			return list[i].Published.After(list[j].Published)
		}
		return list[i].Article < list[j].Article
	})
	return list, nil
}

// dated is an article with its publication, Unix seconds, the earliest of all
// where it is not known.
type dated struct {
	part         *part
	article, doc uint32
	published    int64
}

// before reports whether an article came out before another one, or in the same
// second and has the later id.
func (d dated) before(e dated) bool {
	if d.published != e.published {
		return d.published < e.published
	}
	return d.part.texts.id(d.article) > e.part.texts.id(e.article)
}

// dateHeap has the oldest article on top.
type dateHeap []dated

func (h dateHeap) Len() int           { return len(h) }
func (h dateHeap) Less(i, j int) bool { return h[i].before(h[j]) }
func (h dateHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *dateHeap) Push(v any)        { *h = append(*h, v.(dated)) }
func (h *dateHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// first returns what is stored with an article's first passage, nil where
// there is no such article.
func (g *generation) first(id string) (*meta, error) {
	m, _, err := g.byID(documentID(id, 0))
	if errors.Is(err, ErrNoArticle) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if m.Record == nil {
		return nil, fmt.Errorf("stored article %s is damaged", id)
	}
	return &m, nil
}

// stored reads a passage by its number.
func (g *generation) stored(doc uint64) (meta, string, error) {
	i, at := g.place(uint32(doc))
	m, piece := g.parts[i].texts.passage(at)
	return m, piece, nil
}

func (g *generation) byID(id string) (meta, string, error) {
	postings, err := g.reader.TermFieldReader(context.Background(), []byte(id), fieldID, false, false, false)
	if err != nil {
		return meta{}, "", fmt.Errorf("find passage %s: %w", id, err)
	}
	defer postings.Close()
	p, err := postings.Next(nil)
	if err != nil {
		return meta{}, "", fmt.Errorf("find passage %s: %w", id, err)
	}
	if p == nil {
		return meta{}, "", ErrNoArticle
	}
	return g.stored(p.ID.Value())
}

// eachFirst calls fn with what is stored of every article whose first passage
// holds the keyword in the field.
func (g *generation) eachFirst(ctx context.Context, field, keyword string, fn func(meta)) error {
	postings, err := g.reader.TermFieldReader(ctx, []byte(keyword), field, false, false, false)
	if err != nil {
		return err
	}
	defer postings.Close()
	for {
		p, err := postings.Next(nil)
		if err != nil || p == nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		m, _, err := g.stored(p.ID.Value())
		if err != nil {
			return err
		}
		if m.Record == nil {
			return fmt.Errorf("stored article %s is damaged", m.Article)
		}
		fn(m)
	}
}
