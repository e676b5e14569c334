package answer

import (
	"strings"
	"unicode/utf8"

	"newsdesk/article"
	"newsdesk/index"
)

// A mention is a word of a text that is none of the question's.
type mention struct {
	id    int32 // in the lookup's vocabulary
	class class
}

// A scanner reads the words of one text, sentence by sentence, and tells what
// each may be from its neighbours too.
type scanner struct {
	lookup
	text     string
	shouting bool
	phrases  reading

	all   []mention // of all sentences, one behind the other
	first int       // where the sentence at hand begins in all

	place    int // of the word in the sentence
	end      int // of the word before, in the text
	before   string
	headAt   int            // place of the question's noun, when last seen
	quotes   []article.Span // that the words have not passed
	run      []int          // words in a row written with a capital: into all, or -1
	runStart int
	runFirst bool // the run opens the sentence
}

// headNear is how many words may stand between a word and the question's noun.
const headNear = 3

func (l lookup) scan(text string) scanner {
	return scanner{lookup: l, text: text, shouting: index.Shouting(text), phrases: l.phrases.read(), quotes: quotesIn(text)}
}

func (s *scanner) begin(start int) {
	s.phrases.restart()
	s.first, s.place, s.end, s.before, s.headAt = len(s.all), 0, start, "", -100
	s.run = s.run[:0]
}

// finish returns the other words of the sentence.
func (s *scanner) finish() []mention {
	s.endRun()
	return s.all[s.first:len(s.all):len(s.all)]
}

// word takes the next word and returns the question's terms that it stands
// for, or stopWord.
func (s *scanner) word(start, end int) uint64 {
	w := s.text[start:end]
	k := s.of(w, s.shouting)
	set := k.set
	if set != stopWord {
		whole, _ := s.phrases.next(k.part)
		set |= whole
	}
	if start < s.end {
		return set // a compound, whose parts were words of their own
	}
	upper := k.class&name != 0 && k.set != stopWord
	if !upper || !s.continues(start) {
		s.endRun()
	}
	c := k.class
	if k.set == 0 {
		c |= s.context(start, end, c)
		s.all = append(s.all, mention{k.id, c})
	} else if k.set == stopWord {
		s.unit(w)
	}
	if upper {
		if len(s.run) == 0 {
			s.runStart, s.runFirst = start, s.place == 0
		}
		at := -1
		if k.set == 0 {
			at = len(s.all) - 1
		}
		s.run = append(s.run, at)
	}
	if k.head {
		s.headAt = s.place
		for i := len(s.all) - 1; i >= max(s.first, len(s.all)-headNear-1); i-- {
			s.all[i].class |= atHead
		}
	}
	s.place, s.end, s.before = s.place+1, end, w
	return set
}

// continues reports whether a word goes on with the run of capitals: a space
// or a hyphen lies between, or the point of an initial.
func (s *scanner) continues(start int) bool {
	switch gap := s.text[s.end:start]; gap {
	case " ", "-":
		return true
	case ". ":
		return len(s.before) == 1
	}
	return false
}

// context tells what the neighbours say of a word.
func (s *scanner) context(start, end int, c class) class {
	extra := class(0)
	if s.place-s.headAt <= headNear {
		extra |= atHead
	}
	if c&number != 0 {
		switch {
		case strings.HasSuffix(s.text[:start], "$"), strings.HasSuffix(s.text[:start], "£"), strings.HasSuffix(s.text[:start], "€"):
			extra |= money
		case strings.HasPrefix(s.text[end:], "%"):
			extra |= percent
		case dateWords[strings.ToLower(s.before)]:
			extra |= date
		}
	}
	if c&name != 0 && placeBefore[strings.ToLower(s.before)] {
		extra |= located
	}
	for len(s.quotes) > 0 && s.quotes[0].End < end {
		s.quotes = s.quotes[1:]
	}
	if len(s.quotes) > 0 && s.quotes[0].Start <= start {
		extra |= quoted
	}
	if last := len(s.all) - 1; last >= s.first && s.all[last].class&number != 0 {
		s.unit(s.text[start:end])
	}
	return extra
}

// unit lets a word such as "percent" tell what the number before it is.
func (s *scanner) unit(word string) {
	last := len(s.all) - 1
	if last < s.first || s.all[last].class&number == 0 {
		return
	}
	switch strings.ToLower(word) {
	case "percent", "per", "percentage":
		s.all[last].class |= percent
	case "dollars", "pounds", "euros", "dollar", "euro":
		s.all[last].class |= money
	}
}

// endRun tells what the capitalised words in a row are together.
func (s *scanner) endRun() {
	if len(s.run) == 0 {
		return
	}
	phrase := s.text[s.runStart:s.end]
	parts := strings.FieldsFunc(phrase, func(r rune) bool { return r == ' ' || r == '-' || r == '.' })
	if len(parts) == len(s.run) {
		s.classify(parts)
	}
	s.run = s.run[:0]
}

func (s *scanner) classify(parts []string) {
	if len(parts) == 1 && s.runFirst {
		s.mark(0, 1, 0, name)
		return
	}
	if at := s.run[0]; at >= 0 && s.all[at].class&located != 0 {
		s.mark(0, len(parts), located, 0)
	}
	// Phrases such as New York, up to three words long.
	listed := false
	for i := range parts {
		for n := 2; n <= 3 && i+n <= len(parts); n++ {
			if c := phraseClass(strings.Join(parts[i:i+n], " ")); c != 0 {
				s.mark(i, i+n, c, person)
				listed = true
			}
		}
	}
	from, body := 0, false
	for i, p := range parts {
		lower := strings.ToLower(withoutPossessive(p))
		switch {
		case bodies[lower]:
			body = true
		case offices[lower] && from == i:
			from++
		case gazetteer[lower]&(country|state) != 0 || dateWords[lower]:
			listed = true
		}
	}
	switch {
	case body:
		s.mark(0, len(parts), organisation, 0)
	case listed:
	case len(parts)-from >= 2 && len(parts)-from <= 4, from > 0 && from < len(parts):
		for i := from; i < len(parts); i++ {
			if len(parts[i]) > 1 && !offices[strings.ToLower(parts[i])] {
				s.mark(i, i+1, person, 0)
			}
		}
	}
}

// mark adds and removes classes of the run's words from one to before another.
func (s *scanner) mark(from, to int, add, remove class) {
	for _, at := range s.run[from:to] {
		if at >= 0 {
			s.all[at].class = s.all[at].class&^remove | add
		}
	}
}

// maxQuoted is how many bytes a title or phrase in quotation marks has at most;
// what is longer is speech.
const maxQuoted = 60

// quotesIn finds what stands between quotation marks in a text, in order.
func quotesIn(text string) (list []article.Span) {
	for at := 0; ; {
		i := strings.IndexAny(text[at:], "\"“‘")
		if i < 0 {
			return list
		}
		mark, size := utf8.DecodeRuneInString(text[at+i:])
		at += i + size
		closing := map[rune]string{'"': "\"", '“': "”", '‘': "’"}[mark]
		j := strings.Index(text[at:min(len(text), at+maxSpeech)], closing)
		switch {
		case j < 0:
		case j <= maxQuoted:
			list = append(list, article.Span{Start: at, End: at + j})
			at += j + len(closing)
		case mark != '‘':
			at += j + len(closing)
		}
	}
}

// maxSpeech is how many bytes further on a closing mark is looked for.
const maxSpeech = 2000
