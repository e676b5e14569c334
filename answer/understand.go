package answer

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsdesk/index"
	"newsdesk/locale"
)

// What a question can be wrong in.
var (
	ErrEmpty         = errors.New("the question is empty: ask something, such as \"Who visits Moscow next week?\"")
	ErrNoWords       = errors.New("the question holds no word to look for: name a person, a place or a thing")
	ErrOnlyOperators = errors.New("there is nothing to look for beside the operators: add what you want to know, such as source:bbc rate cut")
	ErrTooLong       = fmt.Errorf("the question is too long: %d characters at most", MaxQuestion)
	ErrFuture        = errors.New("\"since\" is later than now: give a day that has begun")
	ErrBackward      = errors.New("the dates run backwards: \"from\" must not be later than \"to\"")
)

// TooLong is ErrTooLong with how long the question is, in characters.
type TooLong struct{ Length int }

func (e *TooLong) Error() string { return fmt.Sprintf("%v, this one has %d", ErrTooLong, e.Length) }
func (e *TooLong) Unwrap() error { return ErrTooLong }

// An UnknownSource is an outlet that no article names.
type UnknownSource struct {
	Name    string
	Nearest []string // known outlets with a like name, best first; may be empty
	Barred  bool     // there are articles of it, and none may be used: see Question.Among
}

func (e *UnknownSource) Error() string {
	if e.Barred {
		return fmt.Sprintf("articles of %q are not used here: see the list of sources", e.Name)
	}
	if len(e.Nearest) == 0 {
		return fmt.Sprintf("no article is from %q: see the list of sources", e.Name)
	}
	return fmt.Sprintf("no article is from %q: did you mean %s?", e.Name, strings.Join(e.Nearest, " or "))
}

// understood is a question taken apart.
type understood struct {
	text     string // one line, without control characters, operators and outlets' names
	question string // of a part: as it was asked
	language string // that it is asked in, of those of the articles; see index.LanguageOf
	terms    []term
	expectation
	age    age
	period period // the time of publication that the question states, if it filters
	verb   *term  // of a question that begins with "Who" and a verb
	filter index.Filter
	length Length
	scope  scope
	parts  []understood // of a question that compares; else none
	now    time.Time
	note   locale.Text // what was guessed, for the person
	pages  Pages
}

// A term is a word of the question that says what it is about.
type term struct {
	text  string   // as the index knows it
	word  string   // as the person wrote it
	same  []string // other ways to write it, by itself or with its neighbours
	like  []string // terms of like meaning
	guess []string // of same: what is meant if the word is misspelt
	cited bool     // of the name of an outlet that no article is from; others may quote it
	at    int      // where the word stands
	name  bool     // written with a capital where grammar asks for none, or a number
}

// stands reports whether a term of a text stands for this one.
func (t term) stands(text string) bool {
	return t.text == text || slices.Contains(t.same, text) || slices.Contains(t.like, text)
}

// understand checks a question and takes it apart.
func (e *Engine) understand(q Question) (understood, error) {
	if q.Before != "" {
		before := q
		before.Text = q.Before
		q = Follow(before, q.Text)
	}
	u := understood{text: oneLine(q.Text), now: q.Now, length: q.Length, pages: e.Pages}
	if u.now.IsZero() {
		u.now = time.Now()
	}
	switch n := utf8.RuneCountInString(q.Text); {
	case u.text == "":
		return u, ErrEmpty
	case n > MaxQuestion:
		return u, &TooLong{n}
	}
	ops, err := q.operators(u.text, u.now)
	if err != nil {
		return u, err
	}
	u.text, q = ops.text, ops.narrow(q)
	if !q.From.IsZero() && !q.To.IsZero() && q.From.After(q.To) {
		return u, ErrBackward
	}
	u.filter = index.Filter{From: q.From, To: q.To, NotAfter: u.now, Among: q.Among, Without: q.Without}
	if u.filter.Sources, err = ops.outlets(e, q.Source); err != nil {
		return u, err
	}
	if err := withinAmong(u.filter); err != nil {
		return u, err
	}
	var mentions []outletMention
	if u.scope, mentions, err = e.readScope(u.text, ops, u.filter.Sources); err != nil {
		return u, err
	}
	whole := u.text
	u.text = blank(whole, u.scope.spans) // an outlet's name is no matter of the question
	when := periodOf(u.text, u.now)
	if when.stated && !q.AnyTime && q.From.IsZero() && q.To.IsZero() {
		u.filter.From, u.filter.To, u.filter.KeepUndated = when.from, when.to, true
		u.period = when
	}
	languages, err := e.index.Languages()
	if err != nil {
		return u, err
	}
	u.language = languageOf(u.text, languages)
	u.expectation, u.age = expectIn(u.language, u.text), ageOf(u.text, u.now)
	if when.news && u.age == ofAny {
		u.age = ofNews
	}
	if when.old {
		u.age = ofOld
	}
	if u.terms = u.withOutlets(whole, u.withoutPeriod(termsOf(u.language, u.text, askedNoun(u.text)))); len(u.terms) == 0 {
		return u, ErrNoWords
	}
	e.translate(u.terms, u.language, languages)
	if err := e.widen(u.terms); err != nil {
		return u, err
	}
	u.takeApart(whole, mentions, e)
	if ws := words(u.text); u.asks == asksPerson && len(ws) > 1 && strings.EqualFold(ws[0], "who") && !u.terms[0].name {
		if toks := index.Analyze(ws[1]); len(toks) == 1 && toks[0].Term == u.terms[0].text {
			u.verb = &u.terms[0]
		}
	}
	return u, nil
}

// oneLine turns white space and control characters into single spaces and
// drops what is invisible or not valid UTF-8.
func oneLine(s string) string {
	s = strings.ToValidUTF8(s, " ")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// askedNoun returns the word that only says what kind of thing is asked for,
// such as date in "What date was the call?", or "".
func askedNoun(text string) string {
	list := words(strings.ToLower(text))
	for i := range len(list) - 1 {
		if n, ok := nouns[list[i+1]]; ok && n.asks != asksAnything && (list[i] == "what" || list[i] == "which") {
			return list[i+1]
		}
	}
	return ""
}

// termsOf returns the words that carry the question's subject, each once; noun
// is left out if other words remain.
func termsOf(language, text, noun string) []term {
	// Without any capital, or with nothing but capitals, they tell nothing.
	mixed := strings.ContainsFunc(text, unicode.IsUpper) && strings.ContainsFunc(text, unicode.IsLower)
	analysed := withoutWideAsking(text)
	if !mixed && language == "" {
		analysed = strings.ReplaceAll(analysed, " the us", " the US") // not the pronoun
	}
	var terms, dropped []term
	for _, tok := range index.AnalyzeIn(language, analysed) {
		if len(terms) == index.MaxTerms {
			break
		}
		word := strings.TrimRight(text[tok.Start:tok.End], "'’")
		if joined(terms, tok) {
			continue
		}
		same := func(t term) bool { return t.text == tok.Term }
		if slices.ContainsFunc(terms, same) {
			continue
		}
		first, _ := utf8.DecodeRuneInString(word)
		t := term{text: tok.Term, word: word, at: tok.Start}
		lower := strings.ToLower(word)
		switch {
		case unicode.IsDigit(first):
			t.name = true
		case mixed && unicode.IsUpper(first) && language == "":
			t.name = !(opensSentence(text, tok.Start) && opensQuestion[lower])
		case mixed && unicode.IsUpper(first): // in German every noun has a capital
			t.name = language != "de" && !opensSentence(text, tok.Start)
		}
		if !t.name && (asksIn(language, lower) || asking[lower] || lower == noun) {
			if len(dropped) < index.MaxTerms && !slices.ContainsFunc(dropped, same) {
				dropped = append(dropped, t)
			}
			continue
		}
		if language == "" {
			t.like = synonyms[t.text]
		}
		terms = append(terms, t)
	}
	if len(terms) == 0 {
		return dropped // "What is the latest news?" asks for just that
	}
	return terms
}

// joined reports whether a token is a compound whose parts are terms already
// (cease-fire), and adds it to them: a text that has it as one word has them
// all. What the parts mean by themselves is not meant.
func joined(terms []term, tok index.Token) bool {
	found := false
	for i := range terms {
		if t := &terms[i]; t.at >= tok.Start && t.at < tok.End {
			t.same = append(t.same, tok.Term)
			t.like = synonyms[tok.Term]
			found = true
		}
	}
	return found
}

// withoutPeriod leaves out the words that state the time, since the filter
// stands for them; not years and months, which pages without a date may hold,
// and not if they are all there is.
func (u understood) withoutPeriod(terms []term) []term {
	if !u.period.stated {
		return terms
	}
	var kept []term
	for _, t := range terms {
		if t.name || t.at < u.period.span.Start || t.at >= u.period.span.End {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return terms
	}
	return kept
}

// opensSentence reports whether a sentence begins at that byte.
func opensSentence(text string, at int) bool {
	before := strings.TrimRight(text[:at], " \"'“‘«(¿¡„")
	if before == "" {
		return true
	}
	last := before[len(before)-1]
	return last == '.' || last == '?' || last == '!' || last == ':'
}

// asking are words that belong to the asking, not to what is asked.
var asking = set(`tell know please say says said mean happen happened happening happens
	many much kind type sort name named called give explain describe anything something
	question answer information article articles news report reports reported according
	currently recently ago will would may might`)

// opensQuestion are words that a question or an order begins with; a capital
// on them is no sign of a name.
var opensQuestion = set(`tell give explain describe summarize summarise compare name list show find say please did does has have
	hello hi hey ok okay so well thanks also now then today yesterday
	will would may might must news latest according after before during since if when`)

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// age is how old what a question asks about may be.
type age int

const (
	ofAny  age = iota
	ofNews     // "this week", "latest"
	ofOld      // a year before last, or earlier
)

// ageOf tells from its words how old the matter of a question is.
func ageOf(text string, now time.Time) age {
	list := words(strings.ToLower(text))
	for i, w := range list {
		if year, err := strconv.Atoi(w); err == nil && len(w) == 4 && year > 1000 && year < now.Year()-1 {
			return ofOld
		}
		next := ""
		if i+1 < len(list) {
			next = list[i+1]
		}
		if newsWords[w] || (w == "this" || w == "last" || w == "past" || w == "next") && periods[next] {
			return ofNews
		}
	}
	return ofAny
}

var (
	newsWords = set("today yesterday tonight latest newest breaking recently recent currently current now upcoming")
	periods   = set("week weekend month monday tuesday wednesday thursday friday saturday sunday")
)
