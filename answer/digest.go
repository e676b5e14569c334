package answer

import (
	"math/bits"
	"slices"
	"strings"
	"sync"

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

	rest      [][]mention // the other words of each sentence
	titleRest []mention   // and of the title
}

// A lookup finds the terms of a question that a word of a text stands for.
// It remembers the words and titles it has seen, since texts on one subject
// share most of theirs. It is for one goroutine.
type lookup struct {
	terms   map[string]uint64
	phrases wordings
	ids     map[string]int32 // of the terms that are none of the question's
	head    string           // term of the question's noun

	known   *vocabulary
	*spoken                    // in the language of the text at hand
	by      map[string]*spoken // language
}

// spoken is what a lookup has seen in one language.
type spoken struct {
	list   *wordList
	words  []known          // by the word's number in the list
	seen   []int32          // these, in no order
	others map[string]known // words without a number
	short  map[string]said  // whole texts that many passages have
}

// known is what a word of a text is to a lookup.
type known struct {
	set   uint64 // terms that it stands for, or stopWord
	part  int32  // its number in the wordings
	id    int32  // where set is empty
	class class  // of the word on its own
	head  bool   // the noun of the question, see expectation
	told  bool   // it is known, indeed
}

// said is the terms of the question that a text holds, and its other words.
type said struct {
	terms uint64
	rest  []mention
}

func newLookup(v *vocabulary) *lookup {
	l := &lookup{terms: make(map[string]uint64), ids: make(map[string]int32), by: make(map[string]*spoken), known: v}
	l.speak("")
	return l
}

// speak makes the lookup read texts of a language.
func (l *lookup) speak(language string) {
	if l.spoken != nil && l.list.language == language {
		return
	}
	s := l.by[language]
	if s == nil {
		s = &spoken{list: l.known.in(language), others: make(map[string]known), short: make(map[string]said)}
		l.by[language] = s
	}
	l.spoken = s
}

// forget makes the lookup fit for another question.
func (l *lookup) forget() {
	clear(l.terms)
	clear(l.ids)
	l.phrases, l.head = wordings{}, ""
	for _, s := range l.by {
		for _, n := range s.seen {
			s.words[n] = known{}
		}
		s.seen = s.seen[:0]
		clear(s.others)
		clear(s.short)
	}
}

// lookups lends lookups of one vocabulary, since they are large: 24 bytes for
// each of its words. The zero value knows no word.
type lookups struct {
	known vocabulary
	free  sync.Pool
}

// borrow returns a lookup for one question, which is to be given back.
func (p *lookups) borrow() *lookup {
	if l, ok := p.free.Get().(*lookup); ok {
		return l
	}
	return newLookup(&p.known)
}

func (p *lookups) giveBack(l *lookup) {
	l.forget()
	p.free.Put(l)
}

// lookup returns one for the question alone.
func (u understood) lookup() *lookup {
	l := newLookup(new(vocabulary))
	l.learn(u)
	return l
}

// learn takes in the terms of a question.
func (l *lookup) learn(u understood) {
	l.head = u.head
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
}

// stopWord marks a word that is none to the index.
const stopWord = ^uint64(0)

// of tells what a word is.
func (l *lookup) of(word string, shouting bool) known {
	if shouting {
		return l.tell(formOf(l.list.language, word, true))
	}
	f, listed := l.list.find(word)
	if !listed {
		if k := l.others[word]; k.told {
			return k
		}
		if f = l.list.of(word); f.n == unnumbered {
			k := l.tell(f)
			l.others[word] = k
			return k
		}
	}
	if n := int(f.n); n >= len(l.words) {
		l.words = append(l.words, make([]known, max(n+1, len(l.list.all()))-len(l.words))...)
	}
	k := &l.words[f.n]
	if !k.told {
		*k = l.tell(f)
		l.seen = append(l.seen, f.n)
	}
	return *k
}

// tell tells what a word of that form is.
func (l *lookup) tell(f form) known {
	k := known{set: stopWord, class: f.class, head: f.term != "" && f.term == l.head, told: true}
	if f.term == "" {
		return k
	}
	k.set, k.part = l.terms[f.term], l.phrases.parts[f.term]
	if k.set == 0 {
		id, seen := l.ids[f.term]
		if !seen {
			id = int32(len(l.ids))
			l.ids[f.term] = id
		}
		k.id = id
	}
	return k
}

// in returns the terms that a text holds, and its other words.
func (l *lookup) in(text string) (all uint64, rest []mention) {
	if text == "" {
		return 0, nil
	}
	s := l.scan(text)
	s.begin(0)
	index.EachWord(text, func(start, end int) {
		if set := s.word(start, end); set != stopWord {
			all |= set
		}
	})
	return all, s.finish()
}

// shortly is in for a text that is likely to come again, such as a title.
func (l *lookup) shortly(text string) (all uint64, rest []mention) {
	s, seen := l.short[text]
	if !seen {
		s.terms, s.rest = l.in(text)
		l.short[text] = s
	}
	return s.terms, s.rest
}

// maxGap is the white space, in bytes, that may lie between two sentences
// without a heading.
const maxGap = 4

// sideBySide is how many words at most may stand between two terms of the
// question that are neighbours there for them to count as neighbours.
const sideBySide = 1

func (l *lookup) digest(p index.Passage) digest {
	l.speak("")
	date, _ := l.shortly(index.DateWords(p.Published))
	l.speak(p.Language)
	d := digest{
		own: make([]uint64, len(p.Sentences)), pairs: make([]uint64, len(p.Sentences)),
		head: make([]uint64, len(p.Sentences)), rest: make([][]mention, len(p.Sentences)),
	}
	d.title, d.titleRest = l.shortly(p.Title)
	heading, _ := l.shortly(p.Heading)
	d.heading = date | heading
	for i, s := range p.Sentences {
		switch {
		case i == 0:
			d.head[i] = d.heading
		case p.Sentences[i-1].End+maxGap < s.Start: // a heading stands between
			between, _ := l.in(p.Text[p.Sentences[i-1].End:s.Start])
			d.head[i] = date | between
		default:
			d.head[i] = d.head[i-1]
		}
	}
	s, scan := -1, l.scan(p.Text)
	var before [sideBySide + 1]uint64 // terms of the words just read
	index.EachWord(p.Text, func(start, end int) {
		for s < 0 || s < len(p.Sentences) && start >= p.Sentences[s].End {
			if s >= 0 {
				d.rest[s] = scan.finish()
			}
			if s++; s < len(p.Sentences) {
				scan.begin(p.Sentences[s].Start)
			}
			clear(before[:])
		}
		if s == len(p.Sentences) || start < p.Sentences[s].Start {
			return // a heading between two sentences
		}
		set := scan.word(start, end)
		if set == stopWord {
			return
		}
		d.own[s] |= set
		for _, b := range before {
			d.pairs[s] |= b & (set >> 1)
		}
		copy(before[1:], before[:])
		before[0] = set
	})
	if s >= 0 && s < len(p.Sentences) {
		d.rest[s] = scan.finish()
	}
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
