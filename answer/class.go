package answer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A class is a set of what a word of a text can be, told from how it is
// written, from lists of things that everybody knows, and from its neighbours.
type class uint32

const (
	name         class = 1 << iota // written like a name, within a sentence
	person                         // a full name, or behind an office
	organisation                   // with a word such as Court or Inc in its name
	country
	state
	city
	located // behind "in" or "at"
	number
	year
	date
	money
	percent
	quoted // in quotation marks, a few words long
	color
	creature
	food
	sport
	atHead // near the noun of the question, see expectation
)

// classOf tells what a word is on its own, without its neighbours.
func classOf(word string) class {
	first, _ := utf8.DecodeRuneInString(word)
	switch {
	case unicode.IsDigit(first):
		if len(word) == 4 && (word[0] == '1' || word[0] == '2') && strings.Trim(word, "0123456789") == "" {
			return year | number
		}
		return number
	case unicode.IsUpper(first):
		lower := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s"))
		switch {
		case dateWords[lower]:
			return date
		case numberWords[lower]:
			return number
		}
		return name | gazetteer[lower]
	}
	lower := strings.ToLower(word)
	if numberWords[lower] {
		return number
	}
	return gazetteer[lower] &^ (country | state | city)
}

// phraseClass tells what some words in a row are together.
func phraseClass(phrase string) class { return gazetteer[strings.ToLower(phrase)] }

var gazetteer = func() map[string]class {
	m := make(map[string]class)
	add := func(c class, list string) {
		for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '\n' }) {
			if entry = strings.Join(strings.Fields(entry), " "); entry != "" {
				m[entry] |= c
			}
		}
	}
	add(country, countries)
	add(state, states)
	add(city, cities)
	add(color, colors)
	add(creature, creatures)
	add(food, foods)
	add(sport, sports)
	return m
}()
