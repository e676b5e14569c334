package answer

import (
	"slices"

	"newsdesk/index"
)

// Articles define short forms: "the European Central Bank (ECB)". A question
// with the one then also looks for the other.
const (
	longestName = 7 // in terms
	maxAliases  = 2 // of one term or name
)

// widen adds to the terms what the articles tell of other ways to write them.
// What only few articles mean by a short form is left out (USA is no United
// States Army).
func (e *Engine) widen(terms []term) error {
	texts := make([]string, len(terms))
	for i, t := range terms {
		texts[i] = t.text
	}
	for i := range terms {
		aliases, err := e.index.Aliases(texts[i:min(len(texts), i+longestName)])
		if err != nil {
			return err
		}
		most, taken := make(map[int]int), make(map[int]int) // by the number of terms
		for _, a := range aliases {
			most[a.Of] = max(most[a.Of], a.Articles)
			if a.Of == 1 && !terms[i].name || 2*a.Articles < most[a.Of] || taken[a.Of] == maxAliases {
				continue
			}
			taken[a.Of]++
			for k := range a.Of {
				terms[i+k].add(a.Text)
			}
		}
	}
	if err := e.join(terms); err != nil {
		return err
	}
	return e.respell(terms)
}

// How long words may be to be written as one with their neighbour: cease fire,
// health care.
const (
	shortestPart = 4 // letters; "air" and "port" beside each other mean something else
	longestWhole = 14
)

// join adds to two terms that stand side by side the one word that articles
// write them as, unless it is a rare one.
func (e *Engine) join(terms []term) error {
	for i := range len(terms) - 1 {
		a, b := &terms[i], &terms[i+1]
		if a.name || b.name || b.at != a.at+len(a.word)+1 || len(a.word) < shortestPart || len(b.word) < shortestPart ||
			len(a.word)+len(b.word) > longestWhole {
			continue
		}
		whole := index.TermOf(a.word+b.word, false)
		var holding [3]int
		for k, text := range []string{whole, a.text, b.text} {
			var err error
			if holding[k], err = e.index.Holding(text); err != nil {
				return err
			}
			if holding[0] == 0 {
				break
			}
		}
		if rarest*holding[0] > min(holding[1], holding[2]) {
			a.add(whole)
			b.add(whole)
		}
	}
	return nil
}

func (t *term) add(same string) {
	if !slices.Contains(t.same, same) {
		t.same = append(t.same, same)
	}
}
