package answer

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"newsdesk/index"
)

// A quantity is a number in a sentence with what it counts, or a day.
type quantity struct {
	value float64
	units []string // terms of the word behind it and the next, or $, £, €, %
	rough bool     // "about", "at least"
	shown string   // as the sentence writes it, up to what it counts

	behind []string // the words of units
	toll   bool     // behind "killed" or "death toll rose to", which need no noun
	added  bool     // "another 12", which are not all
}

// Numbers that are this near are roundings of each other, if one is said to be
// rough, or if both are large.
const (
	roughly   = 0.10
	roundings = 0.05
	large     = 1000
)

// differs reports whether two quantities cannot both be right.
func (q quantity) differs(r quantity) bool {
	off, most := math.Abs(q.value-r.value), max(q.value, r.value)
	switch {
	case q.rough || r.rough:
		return off > roughly*most
	case most >= large:
		return off > roundings*most
	}
	return off > 0
}

// valueReader returns what reads the values that a question asks for out of a
// sentence; nil where it asks for nothing that can be compared.
func (u understood) valueReader() func(string) []quantity {
	if u.asks == asksTime && askedNoun(u.text) != "year" {
		return func(text string) []quantity { return u.without(daysIn(text)) }
	}
	asked, dead := u.askedUnits()
	if len(asked) == 0 && u.asks != asksNumber {
		return nil
	}
	// counted tells how many of the words behind say what is counted.
	counted := func(q quantity) (words int, ok bool) {
		if len(asked) == 0 {
			// A sum before another noun, as in "the $2 million contract", is a
			// name of the thing more often than what was paid.
			return 1, len(q.units) > 0 && measures[q.units[0]] && q.units[1] == ""
		}
		i := slices.IndexFunc(q.units, func(unit string) bool { return unit != "" && slices.Contains(asked, unit) })
		return i + 1, i >= 0 || dead && q.toll
	}
	return func(text string) []quantity {
		var list []quantity
		for _, q := range quantitiesIn(text) {
			if n, ok := counted(q); ok && !q.added {
				q.shown = strings.Join(append([]string{q.shown}, q.behind[:min(n, len(q.behind))]...), " ")
				list = append(list, q)
			}
		}
		return u.without(list)
	}
}

// askedUnits returns the terms of what a question wants counted, and whether it
// is the dead.
func (u understood) askedUnits() (units []string, dead bool) {
	list := words(strings.ToLower(u.text))
	for i, w := range list {
		many := w == "how" && i+1 < len(list) && (list[i+1] == "many" || list[i+1] == "few")
		switch {
		case (many || w == "number" && list[min(i+1, len(list)-1)] == "of") && i+2 < len(list):
			units = append(units, index.TermOf(list[i+2], false))
			if i+3 < len(list) && !noNoun[list[i+3]] {
				units = append(units, index.TermOf(list[i+3], false)) // "how many Russian soldiers"
			}
		case w == "toll":
			units = append(units, people)
		}
	}
	if len(units) > 0 && slices.ContainsFunc(u.terms, func(t term) bool { return deaths[t.text] }) {
		dead = true
		units = slices.AppendSeq(units, maps.Keys(deaths)) // "15 dead"
	}
	return units, dead
}

// people is the term for persons, of whom most things are counted.
var people = index.TermOf("people", false)

// deaths are the terms by which the dead are counted.
var deaths = termSet("kill dead death fatality die")

// measures are the units that questions such as "how much" and "how far" are
// answered in.
var measures = termSetWith(`percent metre meter mile kilometre kilometer tonne ton dollar pound euro degree hectare acre`,
	"$", "£", "€", "%")

func termSetWith(words string, more ...string) map[string]bool {
	m := termSet(words)
	for _, s := range more {
		m[s] = true
	}
	return m
}

// noNoun are words that end a noun phrase.
var noNoun = set(`is are was were has have had do does did will would can could may might must in of on at to for from by`)

// without leaves out the values that the question itself states.
func (u understood) without(list []quantity) []quantity {
	asked := numbersIn(u.text)
	return slices.DeleteFunc(list, func(q quantity) bool { return asked[q.value] })
}

// numbersIn returns the values of the numbers in a text.
func numbersIn(text string) map[float64]bool {
	m := make(map[float64]bool)
	for _, q := range quantitiesIn(text) {
		m[q.value] = true
	}
	return m
}

// Marks that may stand behind a word, and on either side of it.
const (
	marksBehind = "”\"’')].,;:!?–—"
	marksAround = marksBehind + "“‘([-"
)

// quantitiesIn reads the numbers of a text, in digits or words. What they count
// is one of the two words behind them, as far as no comma or stop lies between.
func quantitiesIn(text string) []quantity {
	fields := strings.Fields(text)
	var list []quantity
	for i := 0; i < len(fields); i++ {
		q, ok := numberOf(fields[i])
		if !ok {
			continue
		}
		from := i
		q.added = from > 0 && adding[strings.ToLower(fields[from-1])]
		q.toll = tollBefore(fields[:from])
		for k := max(0, from-2); k < from; k++ {
			q.rough = q.rough || roughWords[strings.ToLower(fields[k])]
		}
		behind := wordsBehind(fields, i)
		for len(behind) > 0 && factors[strings.ToLower(behind[0])] > 0 {
			q.value *= factors[strings.ToLower(behind[0])]
			i++
			behind = wordsBehind(fields, i)
		}
		q.shown = strings.Trim(strings.Join(fields[from:i+1], " "), marksAround)
		if len(q.units) > 0 { // a sign, which is shown with the number
			q.units = append(q.units, unitOf(behind, 0))
		} else if len(behind) > 0 {
			q.units, q.behind = []string{unitOf(behind, 0), unitOf(behind, 1)}, behind
		}
		if len(behind) > 0 {
			q.added = q.added || adding[strings.ToLower(behind[0])]
			q.toll = q.toll && (q.units[0] == "" || q.units[0] == people)
		}
		list = append(list, q)
	}
	return list
}

// tollBefore reports whether a number behind these words counts the dead:
// "killed at least", "the death toll from the storm has risen to". That of one
// nation, as in "the American death toll", is only a part.
func tollBefore(before []string) bool {
	i := len(before) - 1
	for i >= 0 && (roughWords[strings.ToLower(before[i])] || tollLinks[strings.ToLower(before[i])]) {
		i--
	}
	if i >= 0 && killing[strings.ToLower(before[i])] {
		return true
	}
	if i == len(before)-1 {
		return false // no "rose to"
	}
	for ; i >= 0; i-- {
		if strings.EqualFold(before[i], "toll") {
			k := i - 1
			if k >= 0 && strings.EqualFold(before[k], "death") {
				k--
			}
			first := k < 0 || before[k] == "The" || before[k] == "A"
			return first || strings.ToLower(before[k]) == before[k]
		}
	}
	return false
}

var (
	killing   = set("killed killing kills")
	tollLinks = set("at more to up has had have rose risen rises climbed climbs stands stood reached surpassed is was now")
)

// adding are words by which a number is only what comes on top.
var adding = set("another additional further other more")

// wordsBehind returns the next two words, as far as no mark stands before; "per
// cent" is one.
func wordsBehind(fields []string, at int) []string {
	var list []string
	for ; len(list) < 2 && at+1 < len(fields) && fields[at] == strings.TrimRight(fields[at], marksBehind); at++ {
		word := strings.Trim(fields[at+1], marksAround)
		if n := len(list); n > 0 && list[n-1] == "per" && word == "cent" {
			list[n-1] = "per cent"
			continue
		}
		list = append(list, word)
	}
	return list
}

// unitOf returns the term of one of the words, "" where there is none.
func unitOf(words []string, i int) string {
	switch {
	case i >= len(words) || words[i] == "":
		return ""
	case words[i] == "percent" || words[i] == "per cent":
		return "%"
	}
	return index.TermOf(words[i], false)
}

var roughWords = set("about around nearly almost roughly approximately some over least than")

var factors = map[string]float64{"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "m": 1e6, "bn": 1e9}

// numberOf reads one word as a number; a sign of money or % beside it is its
// unit.
func numberOf(word string) (quantity, bool) {
	word = strings.Trim(word, marksAround)
	if n, ok := countWords[strings.ToLower(word)]; ok {
		return quantity{value: n}, true
	}
	var q quantity
	word = strings.TrimPrefix(strings.TrimPrefix(word, "US"), "A")
	for _, sign := range []string{"$", "£", "€"} {
		if rest, ok := strings.CutPrefix(word, sign); ok {
			word, q.units = rest, []string{sign}
		}
	}
	if rest, ok := strings.CutSuffix(word, "%"); ok {
		word, q.units = rest, []string{"%"}
	}
	for _, suffix := range []string{"m", "bn"} {
		if rest, ok := strings.CutSuffix(word, suffix); ok && q.units != nil {
			q.value, word = factors[suffix], rest
		}
	}
	if word == "" || word[0] < '0' || word[0] > '9' || strings.Trim(word, "0123456789.,") != "" {
		return quantity{}, false
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(word, ",", ""), 64)
	if err != nil {
		return quantity{}, false
	}
	q.value = n * max(1, q.value)
	return q, true
}

// countWords are numbers in words, but for one, which mostly counts nothing.
var countWords = map[string]float64{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
	"seventy": 70, "eighty": 80, "ninety": 90,
}

// daysIn reads the days of a text that state day and month.
func daysIn(text string) []quantity {
	list := words(text)
	var days []quantity
	for i, w := range list {
		month, ok := whenMonths[strings.ToLower(w)]
		if !ok || w[0] < 'A' || w[0] > 'Z' {
			continue
		}
		for _, k := range []int{i - 1, i + 1} {
			if k < 0 || k >= len(list) {
				continue
			}
			day, err := strconv.Atoi(strings.TrimRight(list[k], "stndrh"))
			if err == nil && day >= 1 && day <= 31 {
				days = append(days, quantity{value: float64(100*int(month) + day), shown: fmt.Sprintf("%d %s", day, month)})
				break
			}
		}
	}
	return days
}
