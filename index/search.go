package index

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// A Query asks for the passages that fit some terms best.
type Query struct {
	Terms  []Term // at most MaxTerms; what goes beyond is not looked up
	Filter Filter
	Limit  int // at most so many hits; 0 means 10

	// Holds are phrases that must all stand in a passage's text, title or
	// heading: their words side by side and in order, as written. Case,
	// accents, punctuation and a possessive 's are aside, other forms are not.
	Holds []string

	// Lacks are words and phrases of which none may. A single word is left
	// out in all its forms, several as those of Holds are found.
	Lacks []string
}

// A Term is one thing to look for, in one or several forms. The forms count as
// one word that is written in several ways: their frequencies add up, each by
// its weight, and the term is as rare as all of them together.
type Term struct {
	Forms  []Form
	Weight float64 // multiplies what the term adds to a score; 0 means 1
}

// A Form is one way to write a term, as Analyze makes it. A weight of 1 is
// the word itself; one like it has less. A form of several terms, separated by
// spaces, stands where one field of a passage holds them all, as often as the
// rarest of them; whether side by side is not looked at.
type Form struct {
	Text   string
	Weight float64
}

// MaxTerms bounds the terms of a query. Behind it nothing helps a question
// that a person asks, and the time of a search grows with each.
const MaxTerms = 64

// A Hit is a passage with its score.
type Hit struct {
	Passage
	Score float64
}

// A Result is what a search found, best first; equal scores by article and
// place, so that the order never depends on how the index was built.
type Result struct {
	Hits  []Hit
	Terms []TermStat // one for each term of the query
	Docs  int        // in the index
}

// A TermStat tells how much a term says.
type TermStat struct {
	Docs int     // passages that hold it, in any form
	IDF  float64 // see idf; highest for a term that no passage holds
}

// Search returns the best passages for q. It is exact: the scores depend on
// the passages alone, not on segments or on what was deleted.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	leave, err := x.enter(ctx)
	if err != nil {
		return Result{}, err
	}
	defer leave()
	return with(x, func(g *generation) (Result, error) { return g.search(ctx, q) })
}

func (g *generation) search(ctx context.Context, q Query) (Result, error) {
	pass, err := g.filter(q.Filter)
	if err != nil {
		return Result{}, err
	}
	words, err := g.wordingOf(ctx, q)
	if err != nil {
		return Result{}, fmt.Errorf("search: %w", err)
	}
	q.Terms = q.Terms[:min(len(q.Terms), MaxTerms)]
	if q.Limit <= 0 {
		q.Limit = 10
	}
	s := scratchPool.Get().(*scratch)
	res := Result{Docs: g.manifest.Passages, Terms: make([]TermStat, len(q.Terms))}
	var best []scored
	if words == nil {
		best, err = g.best(ctx, s, q, res.Terms, q.Limit, pass)
	} else if best, err = g.best(ctx, s, q, res.Terms, 0, words.possibly(pass)); err == nil {
		best, err = words.restrict(ctx, best, pass, q.Limit)
	}
	if err != nil {
		return Result{}, fmt.Errorf("search: %w", err)
	}
	s.forget()
	scratchPool.Put(s) // not after a failure, which leaves sums behind
	res.Hits, err = g.load(best, q.Limit)
	return res, err
}

// scored is a passage by its number in the generation.
type scored struct {
	doc   uint32
	score int64 // in scoreUnit
}

// best returns the limit best passages that pass and some that tie with the
// last of them, or all for a limit of 0, and fills in what the terms say. The
// largest part comes first, since what it finds spares work in the others.
func (g *generation) best(ctx context.Context, s *scratch, q Query, stats []TermStat, limit int, pass func(uint64) bool) ([]scored, error) {
	found := make([][][]*cursor, len(g.parts)) // by part and term
	for i, p := range g.parts {
		found[i] = make([][]*cursor, len(q.Terms))
		for t, term := range q.Terms {
			var err error
			if found[i][t], err = g.cursors(ctx, s, p, term); err != nil {
				return nil, err
			}
		}
	}
	weights := make([]float64, len(q.Terms))
	for t, term := range q.Terms {
		holding, err := g.holdingTerm(ctx, term, func(part int) []*cursor { return found[part][t] })
		if err != nil {
			return nil, err
		}
		stats[t] = TermStat{Docs: holding, IDF: idf(g.manifest.Passages, holding)}
		weights[t] = stats[t].IDF
		if term.Weight != 0 {
			weights[t] *= term.Weight
		}
	}
	s.limit, s.least, s.postings = limit, anyScore, 0
	var best []scored
	for i, p := range g.parts {
		s.terms = s.terms[:0]
		for t := range q.Terms {
			s.terms = append(s.terms, scoredTerm{weight: weights[t], cursors: found[i][t]})
		}
		if err := g.score(ctx, s, p, pass); err != nil {
			return nil, err
		}
		for _, c := range s.best.list {
			best = append(best, scored{p.base + c.doc, c.score})
		}
		if len(g.parts) > 1 {
			sortScored(best)
		}
		if limit > 0 && len(best) >= limit {
			s.least = best[limit-1].score
			best = best[:limit+countWhile(best[limit:], func(c scored) bool { return c.score == s.least })]
		}
	}
	return best, nil
}

func countWhile[T any](list []T, holds func(T) bool) int {
	for i, v := range list {
		if !holds(v) {
			return i
		}
	}
	return len(list)
}

func sortScored(list []scored) {
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc))
	})
}

// sortTies brings passages of equal scores into order, by article and place.
func (g *generation) sortTies(list []scored) {
	if len(list) < 2 {
		return
	}
	type tie struct {
		scored
		article string
		n       int
	}
	ties := make([]tie, len(list))
	for i, c := range list {
		part, at := g.place(c.doc)
		texts := g.parts[part].texts
		ties[i] = tie{c, texts.id(texts.articleOf(at)), texts.n(at)}
	}
	slices.SortFunc(ties, func(a, b tie) int { return cmp.Or(strings.Compare(a.article, b.article), cmp.Compare(a.n, b.n)) })
	for i, t := range ties {
		list[i] = t.scored
	}
}

// maxHoldings bounds what a generation remembers of how rare terms are.
const maxHoldings = 1 << 14

// holdingTerm counts the passages that hold a term in any form. The cursors,
// by part, are those of its forms, before their first posting.
func (g *generation) holdingTerm(ctx context.Context, term Term, cursors func(part int) []*cursor) (int, error) {
	forms := make([]string, len(term.Forms))
	for i, form := range term.Forms {
		forms[i] = form.Text
	}
	key := strings.Join(forms, "\x00")
	if n, known := g.holdings.get(key); known {
		return n, nil
	}
	total, worked := 0, false
	for i, p := range g.parts {
		list := cursors(i)
		switch {
		case len(list) == 0:
		case len(list) == 1 && p.deleted == nil:
			total += list[0].list.docs
		default:
			n, err := countHolding(ctx, p, list)
			if err != nil {
				return 0, err
			}
			total += n
			worked = true
		}
	}
	if worked {
		g.holdings.put(key, total)
	}
	return total, nil
}

// countHolding counts the passages of a part that some cursor comes to.
func countHolding(ctx context.Context, p *part, cursors []*cursor) (int, error) {
	any := make(docSet, p.Docs/64+1)
	var docs, kinds [blockDocs]uint32
	for _, c := range cursors {
		if c.held {
			for _, d := range c.docs {
				any.add(d)
			}
			continue
		}
		for block := range c.blocks() {
			if block%(deadlineEvery/blockDocs) == 0 && ctx.Err() != nil {
				return 0, context.Cause(ctx)
			}
			for _, d := range docs[:c.read(block, &docs, &kinds)] {
				any.add(d)
			}
		}
	}
	n := 0
	for i, word := range any {
		if i < len(p.deleted) {
			word &^= p.deleted[i]
		}
		n += bits.OnesCount64(word)
	}
	return n, nil
}

// deadlineEvery is after how many postings a search looks at its deadline.
const deadlineEvery = 1 << 12

// load reads the best passages and puts them in order.
func (g *generation) load(best []scored, limit int) ([]Hit, error) {
	hits := make([]Hit, 0, len(best))
	for _, c := range best {
		m, piece, err := g.stored(uint64(c.doc))
		if err != nil {
			return nil, err
		}
		hits = append(hits, Hit{Passage: m.passage(piece), Score: float64(c.score) * scoreUnit})
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Article, b.Article), cmp.Compare(a.N, b.N))
	})
	return hits[:min(limit, len(hits))], nil
}
