package index

import (
	"fmt"
	stdregexp "regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/blevesearch/vellum"
	"github.com/blevesearch/vellum/levenshtein"
	"github.com/blevesearch/vellum/regexp"
)

// A Spelling is a term of the index that is written nearly like another.
type Spelling struct {
	Text     string
	Passages int // that hold it in their text
}

// maxSpellings bounds how many terms of the dictionary are looked at for one.
const maxSpellings = 64

// Holding counts the passages that hold a term in text, title or heading.
func (x *Index) Holding(term string) (int, error) {
	return with(x, func(g *generation) (int, error) { return g.living(term), nil })
}

// living counts the passages that hold a term and are not deleted.
func (g *generation) living(term string) int {
	n := 0
	for _, p := range g.parts {
		if l, ok := p.find(term); ok {
			n += l.living()
		}
	}
	return n
}

// nearest are the automata for so many edits.
var nearest = map[int]func() (*levenshtein.LevenshteinAutomatonBuilder, error){
	1: sync.OnceValues(func() (*levenshtein.LevenshteinAutomatonBuilder, error) {
		return levenshtein.NewLevenshteinAutomatonBuilder(1, true)
	}),
	2: sync.OnceValues(func() (*levenshtein.LevenshteinAutomatonBuilder, error) {
		return levenshtein.NewLevenshteinAutomatonBuilder(2, true)
	}),
}

// Near returns the terms that begin with the same letter and become this one by
// so many edits, 1 or 2: a letter more, less or another, or two neighbours
// exchanged (Damerau 1964). The most frequent come first.
func (x *Index) Near(term string, edits int) ([]Spelling, error) {
	made, ok := nearest[edits]
	if !ok {
		return nil, fmt.Errorf("terms are near by 1 edit or 2, not by %d", edits)
	}
	builder, err := made()
	if err != nil {
		return nil, err
	}
	near, err := builder.BuildDfa(term, uint8(edits))
	if err != nil {
		return nil, err
	}
	_, size := utf8.DecodeRuneInString(term)
	return with(x, func(g *generation) ([]Spelling, error) { return g.spellings(term, near, term[:size]), nil })
}

// Transliterations returns the terms that can be the same name brought from
// another script by other rules: Zelensky and Zelenskyy, Gaddafi and Qadhafi,
// Müller and Mueller. The most frequent come first; short terms have none.
func (x *Index) Transliterations(term string) ([]Spelling, error) {
	pattern := transliterated(term)
	if pattern == "" {
		return nil, nil
	}
	same, err := regexp.New(pattern)
	if err != nil {
		return nil, err
	}
	return with(x, func(g *generation) ([]Spelling, error) { return g.spellings(term, same, ""), nil })
}

// spellings returns the first terms of all that begin with a prefix and that an
// automaton accepts, but the term itself and what has digits.
func (g *generation) spellings(term string, a vellum.Automaton, prefix string) []Spelling {
	var terms []string
	for _, p := range g.parts {
		terms = append(terms, p.matching(a, prefix, maxSpellings)...)
	}
	slices.Sort(terms)
	terms = slices.Compact(terms)
	var list []Spelling
	for _, t := range terms[:min(len(terms), maxSpellings)] {
		if t == term || strings.ContainsAny(t, "0123456789") {
			continue
		}
		if n := g.living(t); n > 0 { // a dictionary knows what only deleted passages held
			list = append(list, Spelling{t, n})
		}
	}
	slices.SortFunc(list, func(a, b Spelling) int {
		if a.Passages != b.Passages {
			return b.Passages - a.Passages
		}
		return strings.Compare(a.Text, b.Text)
	})
	return list
}

// Ways to write a sound of a name, by what the term has there. Longer pieces
// come first. They cover where the romanizations of Cyrillic (BGN/PCGN, ISO 9,
// the German one) and of Arabic part, and umlauts written out; vowels that
// tell names apart (a and e, o and u) stay.
var sounds = []struct {
	piece, ways string
	atStart     bool
	atEnd       bool
}{
	{piece: "tsch", ways: "tsch|tch|ch|cz"},
	{piece: "tch", ways: "tsch|tch|ch|cz"},
	{piece: "sch", ways: "sch|sh"},
	{piece: "iy", ways: "i|y|iy|yi|yy|ij|ii", atEnd: true},
	{piece: "yi", ways: "i|y|iy|yi|yy|ij|ii", atEnd: true},
	{piece: "yy", ways: "i|y|iy|yi|yy|ij|ii", atEnd: true},
	{piece: "ij", ways: "i|y|iy|yi|yy|ij|ii", atEnd: true},
	{piece: "ii", ways: "i|y|iy|yi|yy|ij|ii", atEnd: true},
	{piece: "ch", ways: "ch|tch|tsch|cz"},
	{piece: "cz", ways: "ch|tch|tsch|cz"},
	{piece: "sh", ways: "sh|sch"},
	{piece: "kh", ways: "kh|h"},
	{piece: "dh", ways: "d|dd|dh"},
	{piece: "dd", ways: "d|dd|dh"},
	{piece: "ks", ways: "ks|x"},
	{piece: "ei", ways: "ei|ey|ej"},
	{piece: "ey", ways: "ei|ey|ej"},
	{piece: "ai", ways: "ai|ay|aj"},
	{piece: "ay", ways: "ai|ay|aj"},
	{piece: "ou", ways: "u|ou|oo"},
	{piece: "oo", ways: "u|ou|oo"},
	{piece: "ae", ways: "ae|a"},
	{piece: "oe", ways: "oe|o"},
	{piece: "ue", ways: "ue|u"},
	{piece: "i", ways: "i|y|iy|yi|yy|ij|ii", atEnd: true},
	{piece: "y", ways: "i|y|iy|yi|yy|ij|ii", atEnd: true},
	{piece: "h", ways: "h|kh", atStart: true},
	{piece: "q", ways: "q|g|k"},
	{piece: "g", ways: "g|q", atStart: true},
	{piece: "k", ways: "k|q|kk"},
	{piece: "x", ways: "x|ks"},
	{piece: "v", ways: "v|w"},
	{piece: "w", ways: "v|w"},
	{piece: "d", ways: "d|dd|dh"},
	{piece: "u", ways: "u|ou|oo|ue"},
	{piece: "o", ways: "o|oe"},
	{piece: "a", ways: "a|ae"},
}

// Names of fewer letters than this are too near to other names.
const minTransliterated = 5

// transliterated returns a regular expression for the ways to write a term; ""
// for one that has none.
func transliterated(term string) string {
	if len(term) < minTransliterated || strings.ContainsFunc(term, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return ""
	}
	var b strings.Builder
	for at := 0; at < len(term); {
		n := 0
		for _, s := range sounds {
			if strings.HasPrefix(term[at:], s.piece) && (!s.atStart || at == 0) && (!s.atEnd || at+len(s.piece) == len(term)) {
				b.WriteString("(" + s.ways + ")")
				n = len(s.piece)
				break
			}
		}
		if n == 0 { // a consonant, once or twice
			n = 1
			b.WriteString(stdregexp.QuoteMeta(term[at : at+1]))
			if !strings.Contains("aeiouy", term[at:at+1]) {
				if b.WriteString("{1,2}"); strings.HasPrefix(term[at+1:], term[at:at+1]) {
					n = 2
				}
			}
		}
		at += n
	}
	return b.String()
}
