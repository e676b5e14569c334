package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/vellum"
	"github.com/blevesearch/vellum/regexp"
)

// Of terms of few letters, so that many begin alike, those are found that an
// automaton accepts, whatever is passed over on the way.
func TestMatchingTerms(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	word := func(letters string, most int) string {
		var b strings.Builder
		for range 1 + random.IntN(most) {
			r := []rune(letters)
			b.WriteRune(r[random.IntN(len(r))])
		}
		return b.String()
	}
	for round := range 60 {
		letters := []string{"ab", "abcdefgh", "aбéz"}[round%3]
		var passages []posted
		var terms []string
		for range random.IntN(4000) {
			terms = append(terms, word(letters, 1+random.IntN(20)))
			passages = append(passages, posted{{{Term: terms[len(terms)-1]}}})
		}
		slices.Sort(terms)
		terms = slices.Compact(terms)
		p := opened(t, written(t, passages))
		for range 40 {
			asked := word(letters, 8)
			automata := map[string]vellum.Automaton{}
			for edits, made := range nearest {
				builder, err := made()
				must(t, err)
				automata[fmt.Sprint(edits, " edits")], err = builder.BuildDfa(asked, uint8(edits))
				must(t, err)
			}
			var err error
			automata["pattern"], err = regexp.New(strings.ReplaceAll(asked, "a", "(a|ab|b{1,2}|z)"))
			must(t, err)
			prefix := string([]rune(asked)[:random.IntN(2)])
			most := 1 + random.IntN(100)
			for name, a := range automata {
				var want []string
				for _, term := range terms {
					if strings.HasPrefix(term, prefix) && vellum.AutomatonContains(a, []byte(term)) && len(want) < most {
						want = append(want, term)
					}
				}
				if got := p.matching(a, prefix, most); !slices.Equal(got, want) {
					t.Fatalf("%s of %q that begin with %q: got %q, want %q of %d terms", name, asked, prefix, got, want, len(terms))
				}
			}
		}
	}
}
