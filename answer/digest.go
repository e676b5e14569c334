package answer

import (
	"math/bits"
	"slices"
	"strings"

	"newsdesk/index"
)

// A digest is what a passage holds of a question, sentence by sentence. Sets
// of terms are bits, by the terms' places in the question.
type digest struct {
	own     []uint64 // terms in each sentence
	head    []uint64 // terms in the heading over each sentence, and in the date
	pairs   []uint64 // bit i: terms i and i+1 stand side by side in the sentence
	title   uint64
	heading uint64 // over the passage's beginning, and the date
}

// A lookup finds the terms of a question that a word of a text stands for.
// It remembers the words it has seen, since texts on one subject share most of
// theirs. It is for one goroutine.
type lookup struct {
	terms   map[string]uint64
	phrases *wordings

	language string                        // of the text at hand
	words    map[string]meaning            // of that language, by the word as written
	spoken   map[string]map[string]meaning // by language
}

// speaking returns the lookup for texts of a language.
func (l lookup) speaking(language string) lookup {
	if l.spoken[language] == nil {
		l.spoken[language] = make(map[string]meaning)
	}
	l.language, l.words = language, l.spoken[language]
	return l
}

// A meaning is what a word of a text is to a question.
type meaning struct {
	terms uint64 // that it stands for
	part  int    // its number in the wordings
}

func (u understood) lookup() lookup {
	l := lookup{terms: make(map[string]uint64), spoken: make(map[string]map[string]meaning), phrases: new(wordings)}
	for i, t := range u.terms {
		l.terms[t.text] |= 1 << i
		for _, other := range slices.Concat(t.same, t.like) {
			if strings.Contains(other, " ") {
				l.phrases.add(other, 1<<i)
			} else {
				l.terms[other] |= 1 << i
			}
		}
	}
	return l.speaking("")
}

// stopWord marks a word that is none to the index.
const stopWord = ^uint64(0)

// of returns what a word means, its terms being stopWord for a stop-word.
func (l lookup) of(word string, shouting bool) meaning {
	if m, seen := l.words[word]; seen && !shouting {
		return m
	}
	m := meaning{terms: stopWord}
	if term := index.TermIn(l.language, word, shouting); term != "" {
		m = meaning{l.terms[term], l.phrases.parts[term]}
	}
	if !shouting {
		l.words[word] = m
	}
	return m
}

func (l lookup) in(text string) uint64 {
	all, shouting, phrases := uint64(0), index.Shouting(text), l.phrases.read()
	index.EachWord(text, func(start, end int) {
		if m := l.of(text[start:end], shouting); m.terms != stopWord {
			whole, _ := phrases.next(m.part)
			all |= m.terms | whole
		}
	})
	return all
}

// maxGap is the white space, in bytes, that may lie between two sentences
// without a heading.
const maxGap = 4

// sideBySide is how many words at most may stand between two terms of the
// question that are neighbours there for them to count as neighbours.
const sideBySide = 1

func (l lookup) digest(p index.Passage) digest {
	date := l.speaking("").in(index.DateWords(p.Published))
	l = l.speaking(p.Language)
	d := digest{
		own: make([]uint64, len(p.Sentences)), pairs: make([]uint64, len(p.Sentences)),
		head: make([]uint64, len(p.Sentences)), title: l.in(p.Title),
	}
	d.heading = date | l.in(p.Heading)
	for i, s := range p.Sentences {
		switch {
		case i == 0:
			d.head[i] = d.heading
		case p.Sentences[i-1].End+maxGap < s.Start: // a heading stands between
			d.head[i] = date | l.in(p.Text[p.Sentences[i-1].End:s.Start])
		default:
			d.head[i] = d.head[i-1]
		}
	}
	s, shouting, phrases := 0, index.Shouting(p.Text), l.phrases.read()
	var before [sideBySide + 1]uint64 // terms of the words just read
	index.EachWord(p.Text, func(start, end int) {
		for s < len(p.Sentences) && start >= p.Sentences[s].End {
			s++
			clear(before[:])
			phrases.restart()
		}
		if s == len(p.Sentences) || start < p.Sentences[s].Start {
			return // a heading between two sentences
		}
		m := l.of(p.Text[start:end], shouting)
		if m.terms == stopWord {
			return
		}
		whole, _ := phrases.next(m.part)
		set := m.terms | whole
		d.own[s] |= set
		for _, b := range before {
			d.pairs[s] |= b & (set >> 1)
		}
		copy(before[1:], before[:])
		before[0] = set
	})
	return d
}

// all returns the terms that the passage holds anywhere.
func (d digest) all() uint64 {
	set := d.title | d.heading
	for _, own := range d.own {
		set |= own
	}
	return set
}

// near returns the terms in the sentences next to the i-th.
func (d digest) near(i int) uint64 {
	set := uint64(0)
	if i > 0 {
		set |= d.own[i-1]
	}
	if i+1 < len(d.own) {
		set |= d.own[i+1]
	}
	return set
}

// share is the part of the question's weight that a set of terms has.
func (f found) share(set uint64) float64 {
	sum := 0.0
	for set != 0 {
		i := bits.TrailingZeros64(set)
		set &= set - 1
		sum += f.terms[i].weight
	}
	return sum / f.weight
}

// focus is the share that a set of terms has of what the title does not say
// already; 1 where the title says all.
func (f found) focus(set, title uint64) float64 {
	all := uint64(1)<<len(f.terms) - 1
	if whole := f.share(all &^ title); whole > 0.01 {
		return f.share(set&^title) / whole
	}
	return 1
}

// pairShare is the share of the question's pairs of neighbours, each as heavy
// as its lighter term, that a set of pairs has.
func (f found) pairShare(pairs uint64) float64 {
	sum, all := 0.0, 0.0
	for i := range len(f.terms) - 1 {
		w := min(f.terms[i].weight, f.terms[i+1].weight)
		all += w
		if pairs&(1<<i) != 0 {
			sum += w
		}
	}
	if all == 0 {
		return 0
	}
	return sum / all
}

// nameShare is the share of the question's names that a set of terms has; 1
// where the question has none.
func (f found) nameShare(u understood, set uint64) float64 {
	sum, all := 0.0, 0.0
	for i, t := range u.terms {
		if t.name {
			all += f.terms[i].weight
			if set&(1<<i) != 0 {
				sum += f.terms[i].weight
			}
		}
	}
	if all == 0 {
		return 1
	}
	return sum / all
}
