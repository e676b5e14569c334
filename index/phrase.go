package index

import (
	"context"
	"math/bits"
	"slices"
	"strings"
)

// holds reports whether the words of a phrase, by plainWords, stand in a text side
// by side and in order. A phrase without a word stands in none.
func holds(text string, phrase []string) bool {
	if len(phrase) == 0 {
		return false
	}
	var begun []int // words of the phrase met, one count for each beginning
	found := false
	eachPlain(text, func(word string) {
		if found {
			return
		}
		going := begun[:0]
		for _, n := range append(begun, 0) {
			if phrase[n] == word {
				going = append(going, n+1)
			}
		}
		begun = going
		if len(begun) > 0 && begun[0] == len(phrase) {
			found = true
		}
	})
	return found
}

func plainWords(text string) []string {
	var list []string
	eachPlain(text, func(word string) { list = append(list, word) })
	return list
}

// eachPlain calls fn with the words of a text, compounds only by their parts.
func eachPlain(text string, fn func(word string)) {
	EachWord(text, func(start, end int) {
		if w := plainWord(text[start:end]); w != "" && !strings.Contains(w, "-") {
			fn(w)
		}
	})
}

// plainWord is a word as phrases are compared by.
func plainWord(word string) string {
	word = strings.TrimSuffix(strings.TrimSuffix(fold(word), "'s"), "'")
	return unmarked.Replace(word)
}

var unmarked = strings.NewReplacer(".", "", ",", "", "'", "")

// wording is what a query asks of the very words of passages.
type wording struct {
	g      *generation
	holds  [][]string
	within []docSet // for each of holds: passages that may hold it
	lacks  [][]string
	may    []docSet // for each of lacks: passages that may hold it
	never  docSet   // passages that hold a word to leave out
}

// wordingOf finds, over the postings, the passages that may hold the phrases
// of a query. It returns nil where the query has none.
func (g *generation) wordingOf(ctx context.Context, q Query) (*wording, error) {
	if len(q.Holds) == 0 && len(q.Lacks) == 0 {
		return nil, nil
	}
	w := &wording{g: g}
	for _, phrase := range q.Holds {
		set, err := g.mayHold(ctx, phrase)
		if err != nil {
			return nil, err
		}
		w.holds, w.within = append(w.holds, plainWords(phrase)), append(w.within, set)
	}
	for _, phrase := range q.Lacks {
		set, err := g.mayHold(ctx, phrase)
		if err != nil {
			return nil, err
		}
		if words := plainWords(phrase); len(words) > 1 || set == nil {
			w.lacks, w.may = append(w.lacks, words), append(w.may, set)
		} else {
			w.never = w.never.or(set)
		}
	}
	return w, nil
}

// mayHold returns the passages that hold all words of a phrase, in whatever
// form; nil is all passages, where the words are stop-words.
func (g *generation) mayHold(ctx context.Context, phrase string) (docSet, error) {
	o, err := g.overview()
	if err != nil {
		return nil, err
	}
	var words [][]string // the terms that each may be
	EachWord(phrase, func(start, end int) {
		// The marks that a plain word lacks tell terms apart: 1.5 is not 15.
		word, plain := phrase[start:end], plainWord(phrase[start:end])
		if plain == "" || strings.Contains(plain, "-") {
			return
		}
		var terms []string
		for _, language := range append([]string{""}, o.languages...) {
			for _, w := range []string{word, plain, strings.ToUpper(plain)} {
				terms = append(terms, TermIn(language, w, false))
			}
		}
		slices.Sort(terms)
		if terms[0] != "" { // else a stop-word, in some language or capitals
			words = append(words, slices.Compact(terms))
		}
	})
	if len(words) == 0 {
		return nil, nil
	}
	var all docSet
	for i, terms := range words {
		set := docSet{}
		for _, term := range terms {
			if err := g.addDocs(ctx, &set, term); err != nil {
				return nil, err
			}
		}
		if i == 0 {
			all = set
		} else {
			all = all.and(set)
		}
	}
	return all, nil
}

// addDocs adds the passages that hold a term.
func (g *generation) addDocs(ctx context.Context, set *docSet, term string) error {
	var docs, kinds [blockDocs]uint32
	for _, p := range g.parts {
		l, ok := p.find(term)
		if !ok {
			continue
		}
		for block := range l.blocks() {
			if block%(deadlineEvery/blockDocs) == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			for _, doc := range docs[:l.read(block, &docs, &kinds)] {
				if !p.deleted.has(doc) {
					set.add(p.base + doc)
				}
			}
		}
	}
	return nil
}

// possibly returns a test for what passes and may be worded as asked.
func (w *wording) possibly(pass func(uint64) bool) func(uint64) bool {
	return func(doc uint64) bool { return w.possible(uint32(doc)) && (pass == nil || pass(doc)) }
}

// restrict returns the best of the passages that are worded as asked, limit at
// most, equal scores by article and place; those that hold the phrases but no term
// of the query come last. Only texts are proof, so they are read, best passage
// first, until there are enough.
func (w *wording) restrict(ctx context.Context, list []scored, pass func(uint64) bool, limit int) ([]scored, error) {
	list = w.withUntouched(list, pass)
	sortScored(list)
	var kept []scored
	for from := 0; from < len(list); {
		ties := list[from:]
		ties = ties[:countWhile(ties, func(c scored) bool { return c.score == ties[0].score })]
		w.g.sortTies(ties)
		for i, c := range ties {
			if len(kept) == limit {
				return kept, nil
			}
			if i%64 == 0 && ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			fits, err := w.fits(c.doc)
			if err != nil {
				return nil, err
			}
			if fits {
				kept = append(kept, c)
			}
		}
		from += len(ties)
	}
	return kept, nil
}

// withUntouched adds what may hold the phrases and no term of the query.
func (w *wording) withUntouched(list []scored, pass func(uint64) bool) []scored {
	for _, set := range w.within {
		if set == nil {
			continue
		}
		touched := docSet{}
		for _, c := range list {
			touched.add(c.doc)
		}
		set.each(func(d uint32) {
			if !touched.has(d) && w.possible(d) && (pass == nil || pass(uint64(d))) {
				list = append(list, scored{doc: d})
			}
		})
		break // what the others add does not hold this one
	}
	return list
}

func (w *wording) possible(d uint32) bool {
	for _, set := range w.within {
		if set != nil && !set.has(d) {
			return false
		}
	}
	return !w.never.has(d)
}

// fits reads a passage and looks for the phrases.
func (w *wording) fits(d uint32) (bool, error) {
	read := len(w.holds) > 0
	for _, set := range w.may {
		read = read || set == nil || set.has(d)
	}
	if !read {
		return true, nil
	}
	m, piece, err := w.g.stored(uint64(d))
	if err != nil {
		return false, err
	}
	p := m.passage(piece)
	in := func(phrase []string) bool {
		return holds(p.Text, phrase) || holds(p.Title, phrase) || holds(p.Heading, phrase)
	}
	for _, phrase := range w.holds {
		if !in(phrase) {
			return false, nil
		}
	}
	return !slices.ContainsFunc(w.lacks, in), nil
}

// A docSet is a set of document numbers, a bit each.
type docSet []uint64

func (s *docSet) add(d uint32) {
	for int(d/64) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[d/64] |= 1 << (d % 64)
}

func (s docSet) has(d uint32) bool { return int(d/64) < len(s) && s[d/64]&(1<<(d%64)) != 0 }

func (s docSet) and(t docSet) docSet {
	s = s[:min(len(s), len(t))]
	for i := range s {
		s[i] &= t[i]
	}
	return s
}

func (s docSet) or(t docSet) docSet {
	if len(s) < len(t) {
		s, t = t, s
	}
	for i := range t {
		s[i] |= t[i]
	}
	return s
}

func (s docSet) each(fn func(d uint32)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			fn(uint32(64*i + bits.TrailingZeros64(word)))
		}
	}
}
