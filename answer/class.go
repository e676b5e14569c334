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

	// What a word written like a name is within one of several words.
	officeWord     // before a person's name, and no part of it; with a possessive, too
	bareOfficeWord // likewise without a possessive
	bodyWord       // makes the whole that of a place or a body
	openingWord    // begins some phrase that is listed
	dividedWord    // by a point, a hyphen or a space
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
		lower := strings.ToLower(withoutPossessive(word))
		switch {
		case dateWords[lower]:
			return date
		case numberWords[lower]:
			return number
		}
		return name | gazetteer[lower] | partOf(word, lower)
	}
	lower := strings.ToLower(word)
	if numberWords[lower] {
		return number
	}
	return gazetteer[lower] &^ (country | state | city)
}

// partOf tells what a word is within a name of several words; bare is it in lower
// case and without a possessive.
func partOf(word, bare string) class {
	c, lower := class(0), strings.ToLower(word)
	if offices[bare] {
		c |= officeWord
	}
	if offices[lower] {
		c |= bareOfficeWord
	}
	if bodies[bare] {
		c |= bodyWord
	}
	if openings[lower] {
		c |= openingWord
	}
	if strings.ContainsAny(word, " -.") {
		c |= dividedWord
	}
	return c
}

// withoutPossessive takes the ending of Oslo's off.
func withoutPossessive(word string) string {
	return strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s")
}

// phraseClass tells what some words in a row are together.
func phraseClass(phrase string) class { return gazetteer[strings.ToLower(phrase)] }

// openings are the first words of what the gazetteer lists in several.
var openings = func() map[string]bool {
	m := make(map[string]bool)
	for entry := range gazetteer {
		if first, _, several := strings.Cut(entry, " "); several {
			m[first] = true
		}
	}
	return m
}()

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
