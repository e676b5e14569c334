package answer

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/article"
	"newsdesk/index"
)

// How many sentences an answer has, and from how many passages they may come.
const (
	minSentences = 2
	maxSentences = 4
	fromPassages = 10
)

// quoteBudget bounds a quote in bytes, unless its sentence alone is longer;
// it is what a chat shows without a fold.
const quoteBudget = 350

// A pick is a sentence that may stand in the answer.
type pick struct {
	from     *candidate
	span     article.Span // in the passage's text
	all      []article.Span
	at       int // place in all
	terms    map[string]bool
	matched  uint64  // question terms in the sentence itself
	score    float64 // compares sentences of one question
	coverage float64 // share of the question's weight in sentence and context
}

// pickSentences scores every sentence of the best passages, best first.
func pickSentences(u understood, f found) []pick {
	var picks []pick
	if len(f.candidates) == 0 {
		return nil
	}
	best := f.candidates[0].score
	for i := range f.candidates[:min(fromPassages, len(f.candidates))] {
		c := &f.candidates[i]
		picks = append(picks, picksOf(u, f, c, c.score/best)...)
	}
	sort.SliceStable(picks, func(i, j int) bool { return picks[i].score > picks[j].score })
	return picks
}

// picksOf scores the sentences of one passage. A sentence is worth the
// question's words that it holds; those that its neighbours, heading and title
// hold count for less; what the question asks for (a number, a name, a date)
// counts as a word of its own.
func picksOf(u understood, f found, c *candidate, passage float64) []pick {
	spans := c.Sentences
	held := make([]uint64, len(spans))
	picks := make([]pick, len(spans))
	for i, s := range spans {
		picks[i] = pick{from: c, span: s, all: spans, at: i, terms: make(map[string]bool)}
		for _, tok := range index.Analyze(s.Of(c.Text)) {
			picks[i].terms[tok.Term] = true
		}
		for t := range u.terms {
			if u.terms[t].in(picks[i].terms) {
				held[i] |= 1 << t
			}
		}
		picks[i].matched = held[i]
	}
	for i := range picks {
		near := uint64(0)
		if i > 0 {
			near |= held[i-1]
		}
		if i+1 < len(held) {
			near |= held[i+1]
		}
		scorePick(u, f, &picks[i], near, passage)
	}
	return picks
}

const (
	nearWorth    = 0.4  // a word in a neighbouring sentence, to one in the sentence
	contextWorth = 0.25 // a word in the passage, its heading or title
	kindWorth    = 0.25 // what the question asks for, to all of its words
	passageWorth = 0.35 // the best passage, to all of the question's words
)

func scorePick(u understood, f found, p *pick, near uint64, passage float64) {
	for i, t := range f.terms {
		share, bit := t.IDF/f.weight, uint64(1)<<i
		switch {
		case p.matched&bit != 0:
			p.score += share
			p.coverage += share
		case near&bit != 0:
			p.score += share * nearWorth
			p.coverage += share
		case p.from.Matched&bit != 0:
			p.score += share * contextWorth
			p.coverage += share * 0.8
		}
	}
	text := p.span.Of(p.from.Text)
	if answersKind(u, text) {
		p.score += kindWorth
	}
	p.score += passageWorth * passage
	switch words := len(strings.Fields(text)); {
	case words < 5:
		p.score *= 0.5 // a caption, a name, an interjection
	case words > 60:
		p.score *= 0.85
	}
	if strings.HasSuffix(text, "?") {
		p.score *= 0.6 // another question is no answer
	}
}

// answersKind reports whether a sentence holds the kind of thing that the
// question asks for, other than in the question's own words.
func answersKind(u understood, text string) bool {
	switch u.asks {
	case asksNumber:
		return hasNumber(u, text)
	case asksTime:
		return hasDate(u, text)
	case asksPerson, asksPlace:
		return hasName(u, text)
	case asksReason:
		lower := " " + strings.ToLower(text)
		for _, w := range []string{" because", " due to", " after ", " since ", " so that", " in order to", " following ", " amid ", " over ", " as a result", " caused", " to "} {
			if strings.Contains(lower, w) {
				return true
			}
		}
	}
	return false
}

func hasNumber(u understood, text string) bool {
	for _, w := range words(text) {
		digit := strings.ContainsFunc(w, unicode.IsDigit)
		if (digit || numberWords[strings.ToLower(w)]) && !u.holdsWord(w) {
			return true
		}
	}
	return false
}

func hasDate(u understood, text string) bool {
	for _, w := range words(text) {
		isYear := len(w) == 4 && (strings.HasPrefix(w, "1") || strings.HasPrefix(w, "2")) && strings.Trim(w, "0123456789") == ""
		if (isYear || dateWords[strings.ToLower(w)]) && !u.holdsWord(w) {
			return true
		}
	}
	return false
}

// hasName looks for a capitalised word, not the first, that the question
// does not hold.
func hasName(u understood, text string) bool {
	for i, w := range words(text) {
		r, _ := utf8.DecodeRuneInString(w)
		if i > 0 && unicode.IsUpper(r) && len(w) > 1 && !dateWords[strings.ToLower(w)] && !u.holdsWord(w) {
			return true
		}
	}
	return false
}

func (u understood) holdsWord(word string) bool {
	for _, tok := range index.Analyze(word) {
		for _, t := range u.terms {
			if t.text == tok.Term {
				return true
			}
		}
	}
	return false
}

// in reports whether a set of terms holds t in any form.
func (t term) in(terms map[string]bool) bool {
	return terms[t.text] || slices.ContainsFunc(t.like, func(like string) bool { return terms[like] })
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’'
	})
}

var numberWords = set(`one two three four five six seven eight nine ten eleven twelve dozen dozens
	twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands
	million millions billion billions trillion half third quarter twice once double`)

var dateWords = set(`monday tuesday wednesday thursday friday saturday sunday january february march april
	june july august september october november december today yesterday tomorrow tonight
	morning afternoon evening weekend week month year`)

// choose takes the sentences of the answer from picks: the best, then others
// that are nearly as good and say something else.
func choose(picks []pick) []pick {
	var chosen []pick
	for _, p := range picks {
		if len(chosen) == maxSentences {
			break
		}
		if len(chosen) > 0 {
			enough := 0.8
			if len(chosen) < minSentences {
				enough = 0.45
			}
			if p.score < enough*chosen[0].score {
				break
			}
		}
		if !repeats(chosen, p) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// repeats reports whether a sentence says, in most of its words, what one
// already chosen says.
func repeats(chosen []pick, p pick) bool {
	for _, c := range chosen {
		shared := 0
		for t := range p.terms {
			if c.terms[t] {
				shared++
			}
		}
		if smaller := min(len(p.terms), len(c.terms)); smaller == 0 || float64(shared) >= 0.8*float64(smaller) {
			return true
		}
	}
	return false
}

// quote returns the piece of the passage to show for a sentence: the sentence
// with the one before it, then the one behind it, as far as quoteBudget goes.
// The one before comes first since it is what "he" or "it" points back to.
func (p pick) quote() article.Span {
	q := p.span
	if p.at > 0 && q.End-p.all[p.at-1].Start <= quoteBudget {
		q.Start = p.all[p.at-1].Start
	}
	if p.at+1 < len(p.all) && p.all[p.at+1].End-q.Start <= quoteBudget {
		q.End = p.all[p.at+1].End
	}
	return q
}
