package answer

import (
	"context"
	"math/bits"
	"slices"
	"time"

	"newsdesk/article"
	"newsdesk/index"
)

// A Support tells how many say what an answer's first sentence says: outlets
// by their names, and texts that are neither copies nor excerpts of each
// other. Counted are the articles among the candidates of which a sentence
// holds nearly all words, and every number, of that sentence.
type Support struct {
	Outlets int `json:"outlets"`
	Texts   int `json:"texts"`
}

// A Copy is another article in which the sentence that is cited stands.
type Copy struct {
	ArticleID string `json:"article_id"`
	Source    string `json:"source"`
	URL       string `json:"url"`
	Published Date   `json:"published"`
}

// sameSaid is the share of a sentence's terms that another one holds which
// says the same.
const sameSaid = 0.8

// sameWords is how many words two articles that were written independently do
// not have in common in one whole sentence.
const sameWords = 8

// An echo is a sentence of another article that says what a pick says.
type echo struct {
	from     *candidate
	at       int
	verbatim bool // in the same words, whatever their marks and capitals
	whole    bool // it holds all of the pick's terms
}

// echoes returns what says the same as p, one sentence an article, the best
// ranked article first.
func (f found) echoes(p pick) []echo {
	s := f.sayingOf(p)
	place := map[string]int{p.from.Article: -1} // in list
	var list []echo
	for i := range f.candidates {
		c := &f.candidates[i]
		held, seen := place[c.Article]
		if seen && (held < 0 || list[held].verbatim) {
			continue
		}
		e, ok := s.in(c)
		switch {
		case ok && !seen:
			place[c.Article] = len(list)
			list = append(list, e)
		case ok && e.verbatim:
			list[held] = e
		}
	}
	return list
}

// A saying is a sentence prepared for being looked for.
type saying struct {
	own      uint64            // terms of the question
	length   int               // in bytes
	terms    map[string]uint64 // its own, each a bit
	words    *wordList         // of its language
	numbers  map[float64]bool
	shingles article.Shingles
}

func (f found) sayingOf(p pick) saying {
	s := saying{
		own: p.from.own[p.at], length: p.span.Len(), numbers: numbersIn(p.text()), shingles: article.ShinglesOf(p.text()),
		terms: make(map[string]uint64), words: f.words.in(p.from.Language),
	}
	for _, tok := range index.AnalyzeIn(p.from.Language, p.text()) {
		if n := len(s.terms); s.terms[tok.Term] == 0 && n < 64 {
			s.terms[tok.Term] = 1 << n
		}
	}
	return s
}

// held counts the terms that a text holds.
func (s saying) held(text string) int {
	set, shouting := uint64(0), index.Shouting(text)
	index.EachWord(text, func(start, end int) {
		f := form{}
		if w := text[start:end]; shouting {
			f = formOf(s.words.language, w, true)
		} else {
			f = s.words.of(w)
		}
		set |= s.terms[f.term]
	})
	return bits.OnesCount64(set)
}

// in finds the sentence of a passage that says the same.
func (s saying) in(c *candidate) (best echo, found bool) {
	for i, span := range c.Sentences {
		// Most sentences lack a term of the question, or differ in length where
		// there is none, and need no other look.
		if s.own&^c.own[i] != 0 || s.own == 0 && span.Len() != s.length {
			continue
		}
		text := span.Of(c.Text)
		n := s.held(text)
		if float64(n) < sameSaid*float64(len(s.terms)) || !holdsAll(numbersIn(text), s.numbers) {
			continue
		}
		if slices.Equal(s.shingles, article.ShinglesOf(text)) {
			return echo{from: c, at: i, verbatim: true, whole: true}, true
		}
		if !found {
			best, found = echo{from: c, at: i, whole: n == len(s.terms)}, true
		}
	}
	return best, found
}

func holdsAll(set, of map[float64]bool) bool {
	for n := range of {
		if !set[n] {
			return false
		}
	}
	return true
}

// conclude writes the answer out of the best sentences: cited from originals
// where the articles are copies, with the other outlets and who else says so.
func (e *Engine) conclude(ctx context.Context, u understood, f found, picks []pick, a *Answer) error {
	c := newComparer(e.index)
	for i := range f.candidates {
		c.know(f.candidates[i].Passage)
	}
	chosen := choose(picks, u.length)
	if reports := f.differing(u, picks); len(reports) > 0 {
		// A late copy tells nothing new: what counts is when the original came.
		for i := range reports {
			p := &reports[i].pick
			if _, err := c.fold(ctx, u, p, f.echoes(*p), nil); err != nil {
				return err
			}
		}
		newestFirst(reports)
		chosen, a.Said.Differ = leading(reports, chosen, maxSentences), differNote(reports)
		if u.length == Short {
			chosen = chosen[:1]
		}
	}
	also := make([][]Copy, len(chosen))
	for i, p := range chosen {
		echoes := f.echoes(p)
		var err error
		if also[i], err = c.fold(ctx, u, &chosen[i], echoes, chosen[:i]); err != nil {
			return err
		}
		if i == 0 {
			if a.Support, err = c.support(ctx, p, echoes); err != nil {
				return err
			}
		}
	}
	a.cite(u, chosen)
	for i, s := range a.Sentences {
		a.Citations[s.Cites[0]-1].add(append(also[i], copyOf(chosen[i].from.Passage)))
	}
	return nil
}

// fold sees to it that of copies one is cited: an article that stands for
// sentences before, else one of an outlet that the question names, else the
// copy that came out first, which is the original as far as anybody can tell.
// It returns where else the sentence stands.
func (c *comparer) fold(ctx context.Context, u understood, p *pick, echoes []echo, before []pick) ([]Copy, error) {
	was := *p
	cited := func(id string) bool {
		return slices.ContainsFunc(before, func(b pick) bool { return b.from.Article == id })
	}
	var copies []*candidate
	for _, e := range echoes {
		l, err := c.compare(ctx, was.from.Article, e.from.Article)
		if err != nil {
			return nil, err
		}
		if !e.verbatim && !l.oneText() {
			continue
		}
		copies = append(copies, e.from)
		switch {
		case cited(p.from.Article):
		case (e.verbatim || l.oneText()) && cited(e.from.Article),
			(e.verbatim || e.whole && l.copied) && l.oneText() && u.before(e.from, p.from):
			p.from, p.at, p.span = e.from, e.at, e.from.Sentences[e.at]
		}
	}
	if p.from != was.from {
		copies = append(copies, was.from)
	}
	var also []Copy
	for _, o := range copies {
		if o.Article != p.from.Article {
			also = append(also, copyOf(o.Passage))
		}
	}
	earliestFirst(also)
	return also, nil
}

func earliestFirst(list []Copy) {
	slices.SortStableFunc(list, func(a, b Copy) int {
		switch {
		case earlier(a.Published.Time, b.Published.Time):
			return -1
		case earlier(b.Published.Time, a.Published.Time):
			return 1
		}
		return 0
	})
}

// before reports whether of two copies the one is to be cited before the other.
func (u understood) before(a, b *candidate) bool {
	if one, two := u.scope.prefers(a.Source), u.scope.prefers(b.Source); one != two {
		return one
	}
	return earlier(a.Published, b.Published)
}

// earlier reports whether a is before b; an unknown date is after all.
func earlier(a, b time.Time) bool {
	return !a.IsZero() && (b.IsZero() || a.Before(b))
}

// add names other articles, each once.
func (c *Citation) add(also []Copy) {
	for _, o := range also {
		if o.ArticleID != c.ArticleID && !slices.ContainsFunc(c.Also, func(held Copy) bool { return held.ArticleID == o.ArticleID }) {
			c.Also = append(c.Also, o)
		}
	}
}

// support counts who says what p says.
func (c *comparer) support(ctx context.Context, p pick, echoes []echo) (*Support, error) {
	outlets := map[string]bool{sourceKey(p.from.Source): true}
	ids := []string{p.from.Article}
	long := len(words(p.text())) >= sameWords
	for _, e := range echoes {
		outlets[sourceKey(e.from.Source)] = true
		if !e.verbatim || !long { // else the sentence itself was copied
			ids = append(ids, e.from.Article)
		}
	}
	groups, err := c.groups(ctx, ids)
	if err != nil {
		return nil, err
	}
	return &Support{Outlets: len(outlets), Texts: len(groups)}, nil
}
