package answer

import (
	"slices"
	"strings"

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
	*lookup
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
	run      []runWord      // words in a row written with a capital
	runFirst bool           // the run opens the sentence
}

// A runWord is a word of a run.
type runWord struct {
	at         int // in all; -1 for one of the question
	start, end int // in the text
	class      class
}

// headNear is how many words may stand between a word and the question's noun.
const headNear = 3

// wordBytes is about how many bytes of a text there are to a word that is none
// of the question's and no stop-word.
const wordBytes = 10

func (l *lookup) scan(text string) scanner {
	return scanner{
		lookup: l, text: text, shouting: index.Shouting(text), phrases: l.phrases.read(), quotes: quotesIn(text),
		all: make([]mention, 0, len(text)/wordBytes),
	}
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
			s.runFirst = s.place == 0
		}
		at := -1
		if k.set == 0 {
			at = len(s.all) - 1
		}
		s.run = append(s.run, runWord{at, start, end, k.class})
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
	if len(s.run) > 0 && !slices.ContainsFunc(s.run, func(w runWord) bool { return w.class&dividedWord != 0 }) {
		s.classify(s.run)
	}
	s.run = s.run[:0]
}

func (s *scanner) classify(run []runWord) {
	if len(run) == 1 && s.runFirst {
		s.mark(run, 0, name)
		return
	}
	if at := run[0].at; at >= 0 && s.all[at].class&located != 0 {
		s.mark(run, located, 0)
	}
	listed := s.markListed(run)
	from, ofBody := 0, false
	for i, w := range run {
		switch {
		case w.class&bodyWord != 0:
			ofBody = true
		case w.class&officeWord != 0 && from == i:
			from++
		case w.class&(country|state) != 0:
			listed = true
		}
	}
	switch {
	case ofBody:
		s.mark(run, organisation, 0)
	case listed:
	case len(run)-from >= 2 && len(run)-from <= 4, from > 0 && from < len(run):
		for i := from; i < len(run); i++ {
			if w := run[i]; w.end-w.start > 1 && w.class&bareOfficeWord == 0 {
				s.mark(run[i:i+1], person, 0)
			}
		}
	}
}

// markListed marks phrases such as New York, of two or three words, and reports
// whether there are any.
func (s *scanner) markListed(run []runWord) (listed bool) {
	for i, w := range run {
		if w.class&openingWord == 0 {
			continue
		}
		phrase := s.text[w.start:w.end]
		for n := i + 1; n < min(len(run), i+3); n++ {
			phrase += " " + s.text[run[n].start:run[n].end]
			if c := phraseClass(phrase); c != 0 {
				s.mark(run[i:n+1], c, person)
				listed = true
			}
		}
	}
	return listed
}

// mark adds and removes classes of some words.
func (s *scanner) mark(run []runWord, add, remove class) {
	for _, w := range run {
		if w.at >= 0 {
			s.all[w.at].class = s.all[w.at].class&^remove | add
		}
	}
}

// maxQuoted is how many bytes a title or phrase in quotation marks has at most;
// what is longer is speech.
const maxQuoted = 60

// quotesIn finds what stands between quotation marks in a text, in order.
func quotesIn(text string) (list []article.Span) {
	for at := 0; ; {
		opens, closing := nextQuote(text[at:])
		if opens < 0 {
			return list
		}
		at += opens
		j := strings.Index(text[at:min(len(text), at+maxSpeech)], closing)
		switch {
		case j < 0:
		case j <= maxQuoted:
			list = append(list, article.Span{Start: at, End: at + j})
			at += j + len(closing)
		case closing != "’":
			at += j + len(closing)
		}
	}
}

// nextQuote returns where the first opening quotation mark of a text ends, and
// what closes it; -1 where there is none.
func nextQuote(text string) (end int, closing string) {
	for i := range len(text) {
		switch {
		case text[i] == '"':
			return i + 1, "\""
		case text[i] != "“"[0]: // of both
		case strings.HasPrefix(text[i:], "“"):
			return i + len("“"), "”"
		case strings.HasPrefix(text[i:], "‘"):
			return i + len("‘"), "’"
		}
	}
	return -1, ""
}

// maxSpeech is how many bytes further on a closing mark is looked for.
const maxSpeech = 2000
