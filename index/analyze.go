package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"golang.org/x/text/unicode/norm"
)

// A Token is one word of a text as the index knows it.
type Token struct {
	Term       string // folded and stemmed: what is looked up
	Start, End int    // bytes in the analysed text
}

// Analyze cuts English text into the terms that the index holds: words as
// EachWord finds them, in lower case and without accents, possessive 's and
// stop-words, stemmed by Porter's second algorithm; numbers without separators,
// as digits to their last place. Acronyms written in capitals are kept even
// where they spell a stop-word, so that WHO and US can be asked for.
func Analyze(text string) []Token { return AnalyzeIn("", text) }

// AnalyzeIn is Analyze for a text in a language, by its code, see LanguageOf.
func AnalyzeIn(language, text string) []Token {
	var tokens []Token
	shouting := Shouting(text)
	EachWord(text, func(start, end int) {
		if term := TermIn(language, text[start:end], shouting); term != "" {
			tokens = append(tokens, Token{Term: term, Start: start, End: end})
		}
	})
	return tokens
}

// An analyzer is AnalyzeIn for many texts by one goroutine: it remembers the
// terms of words, since stemming is half of the work.
type analyzer struct {
	terms map[string]map[string]string // by language and word as written
}

// remembered bounds how many words of a language an analyzer remembers.
const remembered = 1 << 17

func (a *analyzer) analyze(language, text string) []Token {
	if Shouting(text) {
		return AnalyzeIn(language, text)
	}
	terms := a.terms[language]
	if terms == nil || len(terms) >= remembered {
		if a.terms == nil {
			a.terms = make(map[string]map[string]string)
		}
		terms = make(map[string]string)
		a.terms[language] = terms
	}
	var tokens []Token
	EachWord(text, func(start, end int) {
		term, known := terms[text[start:end]]
		if !known {
			term = TermIn(language, text[start:end], false)
			terms[strings.Clone(text[start:end])] = term
		}
		if term != "" {
			tokens = append(tokens, Token{Term: term, Start: start, End: end})
		}
	})
	return tokens
}

// Shouting reports whether a text has no lower-case letter at all, so that its
// capitals say nothing of acronyms.
func Shouting(text string) bool { return !strings.ContainsFunc(text, unicode.IsLower) }

// maxTerm bounds a term's bytes; what is longer is no word but noise, such as
// a base64 image, and only its beginning is kept.
const maxTerm = 64

// TermOf returns the term for one word as EachWord finds it, or "" for a
// stop-word.
func TermOf(word string, shouting bool) string {
	acronym := !shouting && isAcronym(word)
	word = fold(word)
	word = strings.TrimSuffix(word, "'s")
	word = strings.TrimSuffix(word, "'")
	if word == "" {
		return ""
	}
	if c := word[0]; c < 'a' || c > 'z' || len(word) == len("per cent") && strings.HasPrefix(word, "per") {
		if term, ok := special[word]; ok {
			return term
		}
		if number, ok := numberTerm(word, false); ok {
			return truncate(number)
		}
	}
	if word = strings.ReplaceAll(word, "-", ""); word == "" { // cease-fire -> ceasefire
		return ""
	}
	if strings.Contains(word, ".") {
		return truncate(strings.ReplaceAll(word, ".", "")) // u.s -> us
	}
	if acronym {
		return truncate(word)
	}
	if stopWords[word] || word[0] >= utf8.RuneSelf && isKana(word) {
		return ""
	}
	if base, ok := irregular[word]; ok {
		word = base
	}
	return truncate(stem(word))
}

// special are the terms of signs and of what they stand for.
var special = map[string]string{
	"%": "percent", "per cent": "percent", "per-cent": "percent",
	"$": "dollar", "€": "euro", "£": "pound",
}

// isAcronym reports whether word is two to six capitals, full stops between
// them or not, such as WHO, US or U.N.
func isAcronym(word string) bool {
	letters := 0
	for _, r := range word {
		switch {
		case r == '.':
		case unicode.IsUpper(r):
			letters++
		default:
			return false
		}
	}
	return letters >= 2 && letters <= 6
}

// fold lower-cases a word, brings it to one width, takes the accents off
// letters that are read without (Latin, Greek, Hebrew and Arabic ones; the й of
// Cyrillic and the が of kana are letters of their own) and writes every
// apostrophe as ' and every hyphen as -.
func fold(word string) string {
	ascii := true
	for i := 0; i < len(word); i++ {
		if word[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(word)
	}
	var b strings.Builder
	var base rune
	composed := false // what was taken apart must be put together again
	for _, r := range norm.NFKD.String(word) {
		switch {
		case unicode.Is(unicode.Mn, r):
			if base >= 0x400 && base < 0x590 && r != stress || base >= 0x700 {
				b.WriteRune(r)
				composed = true
			}
			continue
		case r == '’' || r == '‘' || r == 'ʼ':
			r = '\''
		case r == '‐' || r == '‑':
			r = '-'
		case unfolded[r] != "":
			b.WriteString(unfolded[r])
			continue
		}
		base = r
		composed = composed || r >= 0x1100 && r < 0x1200 // jamo
		b.WriteRune(unicode.ToLower(r))
	}
	if composed {
		return norm.NFC.String(b.String())
	}
	return b.String()
}

// stress is the accent that Cyrillic puts on a stressed vowel.
const stress = '\u0301'

// unfolded are letters that no decomposition brings to plain ones.
var unfolded = map[rune]string{
	'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'ı': "i",
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'þ': "th", 'Þ': "th",
}

// stem reduces an English word to its stem (Porter2, as Snowball has it).
// Words in other scripts come back as they are.
func stem(word string) string {
	if len(word) < 3 {
		return word
	}
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	return env.Current()
}

func truncate(term string) string {
	if len(term) <= maxTerm {
		return term
	}
	cut := maxTerm
	for cut > 0 && !utf8.RuneStart(term[cut]) {
		cut--
	}
	return term[:cut]
}

// stopWords carry grammar, not subject. Words that may be names or matters of
// the news (will, may, can, like, new) are deliberately few here: a question
// drops more of them, an index must not.
var stopWords = wordSet(`
a an the this that these those
i me my mine myself we us our ours ourselves you your yours yourself yourselves
he him his himself she her hers herself it its itself they them their theirs themselves
who whom whose which what when where why how
am is are was were be been being have has had having do does did doing done
would should could ought shall can cannot
i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd she'd we'd they'd
i'll you'll he'll she'll we'll they'll isn't aren't wasn't weren't hasn't haven't hadn't
doesn't don't didn't won't wouldn't shan't shouldn't can't couldn't mustn't let's that's
who's what's here's there's when's where's why's how's
and but if or because as until while of at by for with about against between into through
during before after above below to from up down in out on off over under again further then once
here there all any both each few more most other some such no nor not only own same so than too very
also just s t
`)

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
