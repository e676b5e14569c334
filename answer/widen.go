package answer

import "slices"

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
	return e.respell(terms)
}

func (t *term) add(same string) {
	if !slices.Contains(t.same, same) {
		t.same = append(t.same, same)
	}
}
