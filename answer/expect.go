package answer

import (
	"strings"

	"newsdesk/index"
)

// asks is the kind of thing a question asks for.
type asks int

const (
	asksAnything asks = iota
	asksPerson
	asksTime
	asksPlace
	asksNumber
	asksReason
)

// An expectation is the type of answer that a question wants, read from its
// question word and the noun that goes with it; "Expected answer type" in the
// literature since Li and Roth, "Learning Question Classifiers" (COLING 2002).
type expectation struct {
	asks  asks
	sure  class  // a mention of one of these is of the type
	may   class  // a mention of one of these can be
	ahead bool   // of a time: one that is to come, "When will …"
	head  string // term of the noun, "" where there is none: "which magazine", "how many centuries"
}

// expectKind is what a question word alone lets expect.
func expectKind(kind asks) expectation {
	e := expectation{asks: kind}
	switch kind {
	case asksPerson:
		e.sure, e.may = person, name
	case asksTime:
		e.sure, e.may = date|year, number
	case asksPlace:
		e.sure, e.may = country|state|city|located, name
	case asksNumber:
		e.sure = number
	case asksAnything:
		e.may = name | quoted | number
	}
	return e
}

// expect reads the type of the answer from a question. The last question word
// counts, since what is asked for stands behind what is told: "Beyoncé made
// history when … Which award did she win?"
func expect(text string) expectation {
	var lower []string
	var opens []bool // whether a sentence or clause begins with the word
	open := true
	for _, f := range strings.Fields(text) {
		if w := strings.ToLower(strings.Trim(f, ".,:;?!()[]\"'“”‘’")); w != "" {
			lower, opens = append(lower, w), append(opens, open)
			open = strings.ContainsAny(f[len(f)-1:], ".:;?!")
		}
	}
	vaguest := expectKind(asksAnything)
	for i := len(lower) - 1; i >= 0; i-- {
		e, ok := expectAt(lower, i, opens[i] || i == len(lower)-1)
		switch {
		case ok && (e.asks != asksAnything || e.sure != 0 || e.head != ""):
			return e
		case ok:
			vaguest = e // "By whom, and for what?"
		}
	}
	return vaguest
}

// expectAt reads the type where the i-th word is a question word; at an edge
// it certainly asks and does not relate ("the actor who played her").
func expectAt(lower []string, i int, edge bool) (expectation, bool) {
	next := ""
	if i+1 < len(lower) {
		next = lower[i+1]
	}
	switch lower[i] {
	case "who", "whom", "whose":
		if !edge && !(i > 0 && joinsQuestion[lower[i-1]]) {
			return expectation{}, false
		}
		return expectKind(asksPerson), true
	case "when":
		if edge || auxiliary[next] {
			e := expectKind(asksTime)
			e.ahead = next == "will" || next == "is" || next == "are"
			return e, true
		}
	case "where":
		if edge || auxiliary[next] {
			return expectKind(asksPlace), true
		}
	case "why":
		return expectKind(asksReason), true
	case "how":
		return expectQuantity(lower, i)
	case "which", "what":
		return expectNoun(lower[i+1:]), true
	case "since":
		if i == len(lower)-1 || next == "at" && i >= len(lower)-3 {
			return expectation{asks: asksTime, sure: year, may: date}, true
		}
	}
	return expectation{}, false
}

// joinsQuestion are words that a "who" that asks may stand behind.
var joinsQuestion = set("and or but to by with for of from")

var auxiliary = set("is are was were do does did has have had will would can could should may might")

// quantities are what "how …" may measure.
var quantities = set("many much old far long high big large tall fast often few deep heavy wide hot cold")

func expectQuantity(lower []string, i int) (expectation, bool) {
	if i+1 >= len(lower) || !quantities[lower[i+1]] {
		return expectation{}, false
	}
	e := expectKind(asksNumber)
	if lower[i+1] == "much" {
		e.sure |= money | percent
	}
	for _, w := range lower[i+2 : min(len(lower), i+6)] {
		if auxiliary[w] || endsPhrase[w] {
			break
		}
		if term := index.TermOf(w, false); term != "" && !numberWords[w] && w != "more" {
			e.head = term // the last before the verb: "how many mobile phones are"
		}
	}
	return e, true
}

// expectNoun reads the type from the noun phrase that begins with the words:
// "type of medication this week", "US state’s governor", "film scored the".
// The last noun of a known type before the phrase ends decides.
func expectNoun(words []string) expectation {
	head, known := "", noun{}
	for i, w := range words {
		if i == 6 {
			break
		}
		w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
		if w == "of" && i > 0 && vague[words[i-1]] {
			head, known = "", noun{}
			continue
		}
		n, ok := nouns[w]
		if !ok {
			n, ok = nouns[strings.TrimSuffix(w, "s")]
		}
		switch {
		case ok:
			head, known = w, n
			continue
		case known.asks != 0 || known.sure != 0 || known.may != 0:
			if !adjoins[w] {
				return known.expect(head)
			}
		case auxiliary[w] || endsPhrase[w]:
			return known.expect(head)
		}
		if known.sure == 0 && known.may == 0 {
			head = w
		}
	}
	return known.expect(head)
}

// vague are nouns that leave the type to what follows "of".
var vague = set("type types kind sort form brand piece species one name")

// endsPhrase are words that no noun phrase goes on with.
var endsPhrase = set(`this that these those last recently just ago to in on at from by with for became will now also
	who whom and or it he she they the a an was were announced said says won`)

// adjoins are words that may stand between two nouns of one phrase.
var adjoins = set("media premier league")

// A noun is the type of what it names.
type noun struct {
	asks asks
	sure class
	may  class
}

func (n noun) expect(head string) expectation {
	e := expectation{asks: n.asks, sure: n.sure, may: n.may}
	if e.sure|e.may == 0 {
		e.may = name | quoted
	}
	e.head = index.TermOf(head, false)
	return e
}

// nouns are the nouns whose type is known.
var nouns = func() map[string]noun {
	m := make(map[string]noun)
	for _, group := range []struct {
		noun  noun
		words string
	}{
		{noun{asksPerson, person, name}, `person man woman actor actress star celebrity singer rapper musician artist
			comedian player athlete golfer boxer driver racer swimmer runner coach manager quarterback politician
			president premier minister senator governor mayor king queen prince princess royal leader candidate
			republican democrat official lawmaker congressman congresswoman representative judge justice lawyer
			billionaire businessman businesswoman ceo executive founder author writer novelist journalist host
			presenter anchor director filmmaker scientist researcher chef model dancer astronaut pope secretary
			chancellor figure nominee contestant winner champion hero villain suspect youtuber influencer
			entrepreneur mogul personality frontman guitarist footballer striker pitcher skier champion member
			economist general dictator activist poet playwright philosopher duke duchess character`},
		{noun{asksPlace, country, city | located}, `country nation`},
		{noun{asksPlace, state, located}, `state province`},
		{noun{asksPlace, city, located | name}, `city town capital municipality village suburb`},
		{noun{asksPlace, located | country | state | city, name}, `place location venue region continent island
			county area river mountain lake site airport stadium district neighbourhood neighborhood street
			destination landmark park museum`},
		{noun{asksAnything, organisation, name}, `company firm chain retailer brand bank airline broadcaster network
			publisher newspaper magazine agency organisation organization group party university college school
			app platform website service automaker carmaker manufacturer startup giant studio union institution
			store restaurant entity body channel outlet business`},
		{noun{asksAnything, organisation | name, country | state | city}, `team club franchise side squad`},
		{noun{asksAnything, quoted, name}, `film movie show series book novel song album single musical play cartoon
			strip painting podcast game sitcom drama documentary sequel slogan phrase title anthem hit nickname
			word term`},
		{noun{asksTime, year, date}, `year decade century`},
		{noun{asksTime, date, year}, `date day month week weekday`},
		{noun{asksTime, date | year, number}, `time`},
		{noun{asksNumber, percent, number}, `percentage proportion share percent rate`},
		{noun{asksNumber, money | number, 0}, `amount price cost sum salary fee fine value`},
		{noun{asksNumber, number, 0}, `number score age size temperature magnitude speed`},
		{noun{asksAnything, color, 0}, `color colour`},
		{noun{asksAnything, creature, name}, `animal creature fish bird insect breed dog rodent mammal reptile pet bug`},
		{noun{asksAnything, food, name}, `food vegetable fruit dish drink ingredient flavor flavour snack candy meal
			beverage sandwich dessert crop`},
		{noun{asksAnything, sport, name}, `sport discipline`},
		{noun{asksAnything, name, quoted}, `virus disease drug medication vaccine storm hurricane language religion
			currency award prize law bill language planet`},
	} {
		for _, w := range strings.Fields(group.words) {
			m[w] = group.noun
		}
	}
	return m
}()
