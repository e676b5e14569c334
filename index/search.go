package index

import (
	"container/heap"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// A Query asks for the passages that fit some terms best.
type Query struct {
	Terms  []Term // at most MaxTerms; what goes beyond is not looked up
	Filter Filter
	Limit  int // at most so many hits; 0 means 10

	// Holds are phrases that must all stand in a passage's text, title or
	// heading, each as HoldsPhrase tells.
	Holds []string

	// Lacks are words and phrases of which none may. A single word is left
	// out in all its forms, several as HoldsPhrase tells.
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
	Total int        // passages that hold a term and pass the filter; with Holds or Lacks, as many as were read
}

// A TermStat tells how much a term says.
type TermStat struct {
	Docs int     // passages that hold it, in any form
	IDF  float64 // see idf; highest for a term that no passage holds
}

// BM25F after Robertson and Zaragoza, "The Probabilistic Relevance Framework:
// BM25 and Beyond" (2009), section 3.6: a term's frequencies in the fields are
// weighted, each normalised by its field's length, and summed before the
// saturation. The texts of passages are cut to nearly one length, so it
// matters little there.
const (
	k1 = 1.2

	weightText, bText       = 1.0, 0.4
	weightTitle, bTitle     = 1.2, 0.5
	weightHeading, bHeading = 0.5, 0.5
)

// idf is the inverse document frequency in the form that is never negative.
func idf(docs, holding int) float64 {
	return math.Log(1 + (float64(docs)-float64(holding)+0.5)/(float64(holding)+0.5))
}

// HighestScore is what a term of that inverse document frequency adds to a
// score at most.
func HighestScore(idf float64) float64 { return idf * (k1 + 1) }

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
	s := scratchPool.Get().(*scratch)
	res := Result{Docs: g.manifest.Passages}
	for _, term := range q.Terms[:min(len(q.Terms), MaxTerms)] {
		holding, err := g.score(ctx, s, term)
		if err != nil {
			s.clear()
			return Result{}, fmt.Errorf("search: %w", err)
		}
		res.Terms = append(res.Terms, TermStat{Docs: holding, IDF: idf(g.manifest.Passages, holding)})
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 10
	}
	if words != nil {
		if pass, err = words.restrict(ctx, s, pass, limit); err != nil {
			s.clear()
			return Result{}, fmt.Errorf("search: %w", err)
		}
	}
	best := s.best(limit, pass, &res.Total)
	res.Hits, err = g.load(best, limit)
	s.clear()
	scratchPool.Put(s) // not after a panic, which leaves sums behind
	return res, err
}

// A scratch holds the sums of one search, by document number.
type scratch struct {
	scores  []float32
	freqs   []float32 // of the term at hand
	holding []uint32  // documents that hold the term at hand
	touched []uint32  // documents that hold any term
}

var scratchPool = sync.Pool{New: func() any { return new(scratch) }}

func (s *scratch) clear() {
	for _, d := range s.holding {
		s.freqs[d] = 0
	}
	for _, d := range s.touched {
		s.scores[d] = 0
	}
	s.holding, s.touched = s.holding[:0], s.touched[:0]
}

func (s *scratch) grow(n int) {
	if n <= len(s.scores) {
		return
	}
	n += n / 4
	s.scores = append(s.scores, make([]float32, n-len(s.scores))...)
	s.freqs = append(s.freqs, make([]float32, n-len(s.freqs))...)
}

// score adds one term's part to the scores and returns in how many documents
// the term stands.
func (g *generation) score(ctx context.Context, s *scratch, term Term) (int, error) {
	m := g.manifest
	docs := float64(max(m.Passages, 1))
	for _, f := range [...]struct {
		name      string
		weight, b float64
		mean      float64
	}{
		{fieldText, weightText, bText, float64(m.Lengths.Text) / docs},
		{fieldTitle, weightTitle, bTitle, float64(m.Lengths.Title) / docs},
		{fieldHeading, weightHeading, bHeading, float64(m.Lengths.Heading) / docs},
	} {
		for _, form := range term.Forms {
			if err := g.addFrequencies(ctx, s, form.Text, f.name, f.weight*form.Weight, f.b, f.mean); err != nil {
				return 0, err
			}
		}
	}
	holding := len(s.holding)
	weight := idf(m.Passages, holding)
	if term.Weight != 0 {
		weight *= term.Weight
	}
	for _, d := range s.holding {
		if s.scores[d] == 0 { // what a term adds is never 0
			s.touched = append(s.touched, d)
		}
		tf := float64(s.freqs[d])
		s.scores[d] += float32(weight * tf * (k1 + 1) / (k1 + tf))
		s.freqs[d] = 0
	}
	s.holding = s.holding[:0]
	return holding, nil
}

// deadlineEvery is after how many postings a search looks at its deadline.
const deadlineEvery = 1 << 12

func (g *generation) addFrequencies(ctx context.Context, s *scratch, term, field string, weight, b, mean float64) error {
	if strings.Contains(term, " ") {
		return g.addPhrase(ctx, s, strings.Fields(term), field, weight, b, mean)
	}
	postings, err := g.reader.TermFieldReader(ctx, []byte(term), field, true, true, false)
	if err != nil {
		return err
	}
	defer postings.Close()
	var posting bleveindex.TermFieldDoc
	for n := 0; ; n++ {
		if n%deadlineEvery == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p, err := postings.Next(posting.Reset())
		if err != nil {
			return err
		}
		if p == nil {
			return nil
		}
		s.add(p, p.Freq, weight, b, mean)
	}
}

// addPhrase is addFrequencies for a form of several terms.
func (g *generation) addPhrase(ctx context.Context, s *scratch, terms []string, field string, weight, b, mean float64) error {
	all := make([]bleveindex.TermFieldReader, 0, len(terms))
	for _, term := range terms {
		postings, err := g.reader.TermFieldReader(ctx, []byte(term), field, true, true, false)
		if err != nil {
			return err
		}
		defer postings.Close()
		all = append(all, postings)
	}
	slices.SortStableFunc(all, func(a, b bleveindex.TermFieldReader) int { return int(a.Count()) - int(b.Count()) })
	at := make([]*bleveindex.TermFieldDoc, len(all))
	for n := 0; ; n++ {
		if n%deadlineEvery == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		first, err := all[0].Next(nil)
		if err != nil || first == nil {
			return err
		}
		freq, together := first.Freq, true
		for i := 1; i < len(all) && together; i++ {
			// To advance to where a reader stands already would start it anew.
			if at[i] == nil || at[i].ID.Compare(first.ID) < 0 {
				if at[i], err = all[i].Advance(first.ID, nil); err != nil || at[i] == nil {
					return err // nothing further on holds it
				}
			}
			together = at[i].ID.Equals(first.ID)
			freq = min(freq, at[i].Freq)
		}
		if together {
			s.add(first, freq, weight, b, mean)
		}
	}
}

// add takes note of a posting.
func (s *scratch) add(p *bleveindex.TermFieldDoc, freq uint64, weight, b, mean float64) {
	d := uint32(p.ID.Value())
	s.grow(int(d) + 1)
	if s.freqs[d] == 0 {
		s.holding = append(s.holding, d)
	}
	// Bleve hands out 1/sqrt(length) for the length it stores.
	length := 1 / (p.Norm * p.Norm)
	s.freqs[d] += float32(weight * float64(freq) / (1 - b + b*length/mean))
}

type scored struct {
	doc   uint32
	score float32
}

// best returns the limit best documents and all that tie with the last of
// them (at most 4 times the limit), in no order.
func (s *scratch) best(limit int, pass func(uint64) bool, total *int) []scored {
	var top scoredHeap
	var ties []scored
	for _, d := range s.touched {
		if pass != nil && !pass(uint64(d)) {
			continue
		}
		*total++
		c := scored{d, s.scores[d]}
		switch {
		case len(top) < limit:
			heap.Push(&top, c)
		case c.score > top[0].score:
			out := top[0]
			top[0] = c
			heap.Fix(&top, 0)
			if out.score < top[0].score {
				ties = ties[:0]
			} else {
				ties = append(ties, out)
			}
		case c.score == top[0].score && len(ties) < 4*limit:
			ties = append(ties, c)
		}
	}
	return append(top, ties...)
}

type scoredHeap []scored

func (h scoredHeap) Len() int           { return len(h) }
func (h scoredHeap) Less(i, j int) bool { return h[i].score < h[j].score }
func (h scoredHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *scoredHeap) Push(v any)        { *h = append(*h, v.(scored)) }
func (h *scoredHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// load reads the passages of the best documents and puts them in order.
func (g *generation) load(best []scored, limit int) ([]Hit, error) {
	hits := make([]Hit, 0, len(best))
	for _, c := range best {
		m, piece, err := g.stored(uint64(c.doc))
		if err != nil {
			return nil, err
		}
		hits = append(hits, Hit{Passage: m.passage(piece), Score: float64(c.score)})
	}
	sort.Slice(hits, func(i, j int) bool {
		a, b := &hits[i], &hits[j]
		switch {
		case a.Score != b.Score:
			return a.Score > b.Score
		case a.Article != b.Article:
			return a.Article < b.Article
		}
		return a.N < b.N
	})
	return hits[:min(limit, len(hits))], nil
}
