package answer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/index"
)

// givesReason reports whether a sentence is written like one that gives a
// reason.
func givesReason(text string) bool {
	lower := " " + strings.ToLower(text)
	for _, w := range reasonWords {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

var reasonWords = []string{" because", " due to", " after ", " since ", " so that", " in order to", " following ",
	" amid ", " as a result", " caused", " reason", " to avoid", " to prevent", " said it was"}

func (u understood) holdsWord(word string) bool {
	for _, tok := range index.AnalyzeIn(u.language, word) {
		for _, t := range u.terms {
			if t.text == tok.Term || slices.ContainsFunc(t.same, func(same string) bool {
				return slices.Contains(strings.Fields(same), tok.Term)
			}) {
				return true
			}
		}
	}
	return false
}

// personIn looks for a person's name that the question does not hold: two
// capitalised words in a row surely are one, one may be. Titles and
// nationalities do not count, and what is called House or Ministry is none.
func personIn(u understood, text string) float64 {
	best, run, spoilt := 0.0, 0, false
	for i, w := range words(text) {
		r, _ := utf8.DecodeRuneInString(w)
		lower := strings.ToLower(w)
		switch {
		case !unicode.IsUpper(r) || len(w) == 1 || dateWords[lower] || u.holdsWord(w):
			run, spoilt = 0, false
			continue
		case offices[lower]:
			continue
		case bodies[lower]:
			run, spoilt = 0, true
		}
		if spoilt {
			continue
		}
		run++
		switch {
		case run >= 2:
			best = 1
		case i > 0:
			best = max(best, 0.5)
		}
	}
	return best
}

// offices are words before a person's name that are no part of it.
var offices = set(`president prime minister secretary chancellor king queen prince princess pope sir dame lord lady
	mr mrs ms dr professor general colonel captain judge justice senator representative governor mayor
	gov sen rep r d calif ret lt sgt capt col gen maj hon rev fr st jr sr
	chief executive chairman chairwoman director ceo coach head spokesman spokeswoman leader foreign defence
	defense finance vice deputy former acting
	american us uk british english scottish welsh irish french german italian spanish portuguese dutch belgian swiss
	austrian polish czech hungarian romanian greek turkish russian ukrainian swedish norwegian danish finnish
	chinese japanese korean indian pakistani israeli palestinian iranian iraqi saudi egyptian african australian
	canadian mexican brazilian european republican democratic democrat conservative labour liberal`)

// bodies are words that make a name that of a place or a body.
var bodies = set(`house states kingdom nations union court party department university college ministry council
	committee commission bank agency office bureau city county street avenue company corporation inc ltd group
	league cup games olympics association federation institute center centre hospital school church parliament
	congress senate assembly organization organisation fund museum square palace airport island islands
	sea ocean river mountain lake bay north south east west white security nato eu un the a in on at of and
	it he she they we this that these those but after before when while as if for from with by`)

var placeBefore = set("in at near from off outside across around into through to")

// agentIn tells, from 0 to 1, whether a sentence says who did what a question
// of the form "Who confirmed …" asks about: a new name right before the verb,
// or behind it with "by".
func (u understood) agentIn(text string) float64 {
	if u.verb == nil {
		return 0
	}
	list := words(text)
	best := 0.0
	for i, w := range list {
		toks := index.Analyze(w)
		if len(toks) != 1 || !u.verb.stands(toks[0].Term) {
			continue
		}
		before := strings.Join(list[max(0, i-4):i], " ")
		best = max(best, personIn(u, ". "+before)*0.8)
		for k := i + 1; k < min(len(list), i+6); k++ {
			if strings.EqualFold(list[k], "by") {
				best = max(best, personIn(u, "by "+strings.Join(list[k+1:min(len(list), k+5)], " ")))
			}
		}
	}
	return best
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
