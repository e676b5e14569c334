package index

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A definition is a short form with what it stands for, as an article writes
// them: "the European Central Bank (ECB)".
type definition struct{ short, long string }

// definitions finds the short forms that a text defines: in parentheses behind
// the long form or before it, or behind ", or". Which words before a short form
// are its long form is found by the rule of Schwartz and Hearst, "A Simple
// Algorithm for Identifying Abbreviation Definitions in Biomedical Text" (PSB
// 2003): its letters stand in them in order, read from the right, and the first
// begins a word.
func definitions(text string) []definition {
	found := spelledOut(text)
	add := func(short, long string) {
		if long != "" && !slices.Contains(found, definition{short, long}) {
			found = append(found, definition{short, long})
		}
	}
	for at := 0; ; at++ {
		open := strings.IndexByte(text[at:], '(')
		if open < 0 {
			break
		}
		at += open
		inside, _, closed := strings.Cut(text[at+1:min(len(text), at+maxDefinition)], ")")
		if !closed {
			continue
		}
		inside, _, _ = strings.Cut(inside, ";")
		inside, _, _ = strings.Cut(inside, ",")
		before := text[max(0, at-maxDefinition):at]
		if inside = strings.Trim(inside, " \"“”'‘’"); isShortForm(inside) {
			add(inside, longForm(inside, before))
		} else if short := lastWord(before); isShortForm(short) {
			if long := longForm(short, inside); long == inside {
				add(short, long)
			}
		}
	}
	for at := 0; ; at++ {
		or := strings.Index(text[at:], ", or ")
		if or < 0 {
			return found
		}
		at += or
		behind := text[at+len(", or "):]
		end := strings.IndexFunc(behind, func(r rune) bool { return !unicode.IsLetter(r) && r != '.' })
		if end < 0 {
			end = len(behind)
		}
		if short := strings.TrimRight(behind[:end], "."); isShortForm(short) {
			add(short, longForm(short, text[max(0, at-maxDefinition):at]))
		}
	}
}

// spelledOut finds the acronyms of three letters or more of a text whose
// letters are those that a name in the text begins its words with: a run of
// capitalised words, "of" and the like between them, with nothing capitalised
// on either side.
func spelledOut(text string) []definition {
	acronyms := acronymsIn(text)
	if len(acronyms) == 0 {
		return nil
	}
	var found []definition
	initials, start, end := "", 0, 0
	for at := 0; at < len(text); {
		if asciiSpace(text[at]) {
			at++
			continue
		}
		from := at
		for at < len(text) && !asciiSpace(text[at]) {
			at++
		}
		if c := text[from]; initials == "" && c >= 'a' && c <= 'z' {
			continue // most words
		}
		word := text[from:at]
		name := strings.Trim(word, punctuation)
		first, size := utf8.DecodeRuneInString(name)
		goesOn := len(name) > size && unicode.IsUpper(first) && !isAcronym(name)
		if goesOn && (initials != "" || name != "The") {
			if initials == "" {
				start = from
			}
			initials, end = initials+string(first), at
		}
		ends := !goesOn && !linking[name] || strings.ContainsAny(word[len(word)-1:], punctuation)
		if (ends || at == len(text)) && initials != "" {
			if acronyms[initials] {
				found = append(found, definition{initials, strings.Trim(text[start:end], punctuation)})
			}
			initials = ""
		}
	}
	return found
}

// acronymsIn returns the words of three to six plain capitals.
func acronymsIn(text string) map[string]bool {
	var set map[string]bool
	for at := 0; at < len(text); at++ {
		from := at
		for at < len(text) && text[at] >= 'A' && text[at] <= 'Z' {
			at++
		}
		if n := at - from; n < 3 || n > 6 || from > 0 && classOf(text[from-1]) == letter || at < len(text) && classOf(text[at]) == letter {
			continue
		}
		if set == nil {
			set = make(map[string]bool)
		}
		set[text[from:at]] = true
	}
	return set
}

const punctuation = ".,;:!?()[]\"'“”‘’"

var linking = wordSet("of and for the on in to de la des du")

// maxDefinition bounds, in bytes, how far a long form reaches from its short
// form.
const maxDefinition = 120

// isShortForm reports whether a word can be an acronym: two to eight
// characters, two capitals or more among them, no small letters but an s at the
// end and those between capitals (BfArM).
func isShortForm(word string) bool {
	n, capitals := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsLower(r), unicode.IsDigit(r), r == '.', r == '-', r == '&':
		default:
			return false
		}
		n++
	}
	first, _ := utf8.DecodeRuneInString(word)
	return n >= 2 && n <= 8 && capitals >= 2 && 2*capitals >= n && unicode.IsUpper(first)
}

// longForm returns the words at the end of before that a short form stands
// for, or "". Beside the rule of Schwartz and Hearst they must be two or more,
// within one sentence, two of them begin with letters of the short form, and
// the first with a capital or each with its letter, since news put much into
// parentheses.
func longForm(short, before string) string {
	letters := make([]rune, 0, len(short))
	for _, r := range short {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters = append(letters, unicode.ToLower(r))
		}
	}
	if cut := strings.LastIndexAny(before, ".!?;:()\n"); cut >= 0 {
		before = before[cut+1:]
	}
	before = strings.TrimRight(before, " ,\"”’'")
	text := []rune(before)
	at := len(text)
	for i := len(letters) - 1; i >= 0; i-- {
		for at--; at >= 0; at-- {
			begins := at == 0 || !unicode.IsLetter(text[at-1]) && !unicode.IsDigit(text[at-1])
			if unicode.ToLower(text[at]) == letters[i] && (i > 0 || begins) {
				break
			}
		}
		if at < 0 {
			return ""
		}
	}
	long := string(text[at:])
	words := strings.Fields(long)
	if len(words) < 2 || len(words) > min(len(letters)+5, 2*len(letters)) || slices.Contains(words, short) {
		return ""
	}
	initials, all := 0, ""
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		first = unicode.ToLower(first)
		all += string(first)
		if slices.Contains(letters, first) {
			initials++
		}
	}
	if initials < 2 || !unicode.IsUpper(text[at]) && all != string(letters) {
		return ""
	}
	return long
}

func lastWord(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// aliasBetween stands between what is looked up and what it is also written
// as, in the terms of fieldAlias.
const aliasBetween = "\x1f"

// aliasTokens returns the terms of fieldAlias for a text: each pair of short
// and long form that it defines, from either side.
func aliasTokens(language, text string) []Token {
	var tokens []Token
	for _, d := range definitions(text) {
		var long []string
		for _, tok := range AnalyzeIn(language, d.long) {
			long = append(long, tok.Term)
		}
		short := strings.ReplaceAll(TermIn(language, d.short, false), "-", "")
		if len(long) < 2 || short == "" {
			continue
		}
		phrase := strings.Join(long, " ")
		for _, term := range []string{short + aliasBetween + phrase, phrase + aliasBetween + short} {
			token := Token{Term: term}
			if !slices.Contains(tokens, token) {
				tokens = append(tokens, token)
			}
		}
	}
	return tokens
}

// An Alias is another way to write some terms, as articles define it: ecb for
// "european central bank" and the other way round.
type Alias struct {
	Of       int    // how many terms it is an alias of
	Text     string // terms, separated by spaces
	Articles int    // that define it
}

// Aliases returns what articles define for the first, or the first few, of some
// terms that stand side by side; most articles first.
func (x *Index) Aliases(terms []string) ([]Alias, error) {
	return with(x, func(g *generation) ([]Alias, error) { return g.aliases(terms) })
}

func (g *generation) aliases(terms []string) ([]Alias, error) {
	if len(terms) == 0 {
		return nil, nil
	}
	g.aliasOnce.Do(func() {
		defer recoverDamage(&g.aliasErr)
		g.aliasTable, g.aliasErr = g.readAliases()
	})
	if g.aliasErr != nil {
		return nil, g.aliasErr
	}
	var list []Alias
	for _, entry := range g.aliasTable[terms[0]] {
		key, text, _ := strings.Cut(entry, aliasBetween)
		of := strings.Count(key, " ") + 1
		if of > len(terms) || key != strings.Join(terms[:of], " ") {
			continue
		}
		// The dictionary still knows what only deleted articles defined.
		n, err := g.holding(fieldAlias, entry)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			list = append(list, Alias{of, text, n})
		}
	}
	slices.SortFunc(list, func(a, b Alias) int {
		if a.Articles != b.Articles {
			return b.Articles - a.Articles
		}
		return strings.Compare(a.Text, b.Text)
	})
	return list, nil
}

// readAliases reads the dictionary of fieldAlias, by the first term of what is
// looked up. It holds one or two pairs for every ten articles, and a lookup in
// the segments' own dictionaries would take a quarter of a millisecond.
func (g *generation) readAliases() (map[string][]string, error) {
	dict, err := g.reader.FieldDict(fieldAlias)
	if err != nil {
		return nil, err
	}
	defer dict.Close()
	table := make(map[string][]string)
	for {
		entry, err := dict.Next()
		if err != nil || entry == nil {
			return table, err
		}
		first := entry.Term[:strings.IndexAny(entry.Term, " "+aliasBetween)]
		table[strings.Clone(first)] = append(table[first], strings.Clone(entry.Term))
	}
}

// holding counts the passages that hold a term in a field.
func (g *generation) holding(field, term string) (int, error) {
	postings, err := g.reader.TermFieldReader(context.Background(), []byte(term), field, false, false, false)
	if err != nil {
		return 0, err
	}
	defer postings.Close()
	return int(postings.Count()), nil
}
