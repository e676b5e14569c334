package index

import (
	"context"
	"math"

	"newsdesk/article"
)

// Exhaustive is Search without pruning and without blocks: every posting of
// every term, summed up in a map.
func (x *Index) Exhaustive(ctx context.Context, q Query) (Result, error) {
	return with(x, func(g *generation) (Result, error) { return g.exhaustive(ctx, q) })
}

func (g *generation) exhaustive(ctx context.Context, q Query) (Result, error) {
	pass, err := g.filter(q.Filter)
	if err != nil {
		return Result{}, err
	}
	res := Result{Docs: g.manifest.Passages}
	sums := make(map[uint32]int64)
	for _, term := range q.Terms {
		freqs := make(map[uint32]float64)
		for _, p := range g.parts {
			cursors, err := g.cursors(ctx, new(scratch), p, term)
			if err != nil {
				return res, err
			}
			for _, c := range cursors {
				for doc := c.seek(0); doc < p.Docs; doc = c.seek(doc + 1) {
					if !p.deleted.has(doc) {
						freqs[p.base+doc] += c.frequency(g, doc)
					}
				}
			}
		}
		stat := TermStat{Docs: len(freqs), IDF: idf(g.manifest.Passages, len(freqs))}
		res.Terms = append(res.Terms, stat)
		weight := stat.IDF
		if term.Weight != 0 {
			weight *= term.Weight
		}
		for doc, f := range freqs {
			sums[doc] += contribution(weight, f)
		}
	}
	var all []scored
	for doc, sum := range sums {
		if pass == nil || pass(uint64(doc)) {
			all = append(all, scored{doc, sum})
		}
	}
	sortScored(all)
	least := int64(math.MinInt64)
	if len(all) > q.Limit {
		least = all[q.Limit-1].score
	}
	n := 0
	for n < len(all) && all[n].score >= least {
		n++
	}
	res.Hits, err = g.load(all[:n], q.Limit)
	return res, err
}

// TopOnly is Search up to where passages are read: what scoring alone costs.
func (x *Index) TopOnly(ctx context.Context, q Query) (int, error) {
	return with(x, func(g *generation) (int, error) {
		s := scratchPool.Get().(*scratch)
		best, err := g.best(ctx, s, q, make([]TermStat, len(q.Terms)), q.Limit, nil)
		s.forget()
		scratchPool.Put(s)
		return len(best), err
	})
}

// CutTexts returns the texts of an article's passages.
func CutTexts(a article.Article) []string {
	var texts []string
	for _, c := range cutPassages(a.Text, a.Headings) {
		texts = append(texts, c.span.Of(a.Text))
	}
	return texts
}
