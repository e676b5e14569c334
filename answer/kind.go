package answer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/index"
)

// answersKind tells, from 0 to 1, how well a sentence holds the kind of thing
// that the question asks for, other than in the question's own words.
func answersKind(u understood, text string) float64 {
	switch u.asks {
	case asksNumber:
		return holdsAny(u, text, isNumber)
	case asksTime:
		return holdsAny(u, text, isDate)
	case asksPerson, asksPlace:
		return nameIn(u, text)
	case asksReason:
		lower := " " + strings.ToLower(text)
		for _, w := range reasonWords {
			if strings.Contains(lower, w) {
				return 1
			}
		}
	}
	return 0
}

var reasonWords = []string{" because", " due to", " after ", " since ", " so that", " in order to", " following ",
	" amid ", " as a result", " caused", " reason", " to avoid", " to prevent", " said it was"}

func holdsAny(u understood, text string, is func(string) bool) float64 {
	for _, w := range words(text) {
		if is(w) && !u.holdsWord(w) {
			return 1
		}
	}
	return 0
}

func isNumber(w string) bool {
	return strings.ContainsFunc(w, unicode.IsDigit) || numberWords[strings.ToLower(w)]
}

func isDate(w string) bool {
	isYear := len(w) == 4 && (w[0] == '1' || w[0] == '2') && strings.Trim(w, "0123456789") == ""
	return isYear || dateWords[strings.ToLower(w)]
}

// nameIn looks for a name that the question does not hold: two capitalised
// words in a row are a person's full name or a place's, one may be anything.
func nameIn(u understood, text string) float64 {
	best, run := 0.0, 0
	for i, w := range words(text) {
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsUpper(r) || len(w) == 1 || dateWords[strings.ToLower(w)] || u.holdsWord(w) {
			run = 0
			continue
		}
		run++
		switch {
		case run >= 2:
			return 1
		case i > 0:
			best = 0.5
		}
	}
	return best
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
		if len(toks) != 1 || toks[0].Term != u.verb.text && !slices.Contains(u.verb.like, toks[0].Term) {
			continue
		}
		before := strings.Join(list[max(0, i-4):i], " ")
		best = max(best, nameIn(u, ". "+before)*0.8)
		for k := i + 1; k < min(len(list), i+6); k++ {
			if strings.EqualFold(list[k], "by") {
				best = max(best, nameIn(u, "by "+strings.Join(list[k+1:min(len(list), k+5)], " ")))
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
