package answer

import (
	"context"
	"fmt"
	"math"
	"sort"
	"time"

	"newsdesk/index"
)

// candidates is how many passages the index's score proposes to the second
// stage.
const candidates = 50

// What recency adds: a passage of the day is worth up to 1+recency of its
// score, falling by half every seven days (10 days to a factor e). Found in
// trials on weekly news questions; on older articles it does nothing.
const (
	recency     = 1.0
	recencyDays = 10
)

// A candidate is a passage with what speaks for it.
type candidate struct {
	index.Hit
	score    float64
	coverage float64 // share of the question's weight that the passage holds, 0 to 1
}

// found is the passages for a question, best first.
type found struct {
	candidates []candidate
	terms      []index.TermStat // parallel to understood.terms
	weight     float64          // sum of the terms' IDF
}

func (e *Engine) find(ctx context.Context, u understood, limit int) (found, error) {
	terms := make([]index.Term, len(u.terms))
	for i, t := range u.terms {
		terms[i] = formsOf(t)
	}
	res, err := e.index.Search(ctx, index.Query{Terms: terms, Filter: u.filter, Limit: max(limit, candidates)})
	if err != nil {
		return found{}, err
	}
	f := found{terms: res.Terms}
	for _, t := range res.Terms {
		f.weight += t.IDF
	}
	for _, h := range res.Hits {
		c := candidate{Hit: h}
		for i, t := range res.Terms {
			if h.Matched&(1<<i) != 0 {
				c.coverage += t.IDF / f.weight
			}
		}
		c.score = h.Score * (1 + recency*fresh(u.now, h.Published))
		f.candidates = append(f.candidates, c)
	}
	sort.SliceStable(f.candidates, func(i, j int) bool { return f.candidates[i].score > f.candidates[j].score })
	return f, nil
}

// fresh is 1 for what was just published, falling to 0 with age.
func fresh(now, published time.Time) float64 {
	if published.IsZero() {
		return 0
	}
	return math.Exp(-max(0, now.Sub(published).Hours()/24) / recencyDays)
}

// Search ranks the passages for a question, at most limit of them, in the
// order that Ask uses.
func (e *Engine) Search(ctx context.Context, q Question, limit int) (Ranking, error) {
	start := time.Now()
	r := Ranking{ID: q.ID, Query: q.Text, Results: []Result{}}
	u, err := e.understand(q)
	if err != nil {
		return r, err
	}
	f, err := e.find(ctx, u, limit)
	if err != nil {
		return r, fmt.Errorf("search: %w", err)
	}
	for i, c := range f.candidates[:min(limit, len(f.candidates))] {
		r.Results = append(r.Results, Result{
			Rank: i + 1, Score: c.score, ArticleID: c.Article, Title: c.Title, Source: c.Source,
			URL: c.URL, Published: Date{c.Published}, Text: c.Text, Start: c.Start, End: c.End,
		})
	}
	r.TookMS = milliseconds(time.Since(start))
	return r, nil
}

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d.Microseconds())/10) / 100
}
