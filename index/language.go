package index

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/da"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fa"
	"github.com/blevesearch/bleve/v2/analysis/lang/fi"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hi"
	"github.com/blevesearch/bleve/v2/analysis/lang/hu"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/analysis/lang/no"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ro"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/lang/sv"
	"github.com/blevesearch/bleve/v2/analysis/lang/tr"
	"github.com/blevesearch/bleve/v2/registry"
)

// Languages beside English, by their codes of ISO 639-1, each with what Bleve
// has for it: filters before the stop-words are taken out, the stop-words, and
// filters behind. Polish is left out: its stemmer would add 3 MB to the
// program. Chinese, Japanese and Korean need no entry, see EachWord.
var languages = map[string]func() *language{
	"ar": bleveLanguage([]string{ar.NormalizeName}, ar.StopName, []string{ar.StemmerName}),
	"da": bleveLanguage(nil, da.StopName, []string{da.SnowballStemmerName}),
	"de": bleveLanguage(nil, de.StopName, []string{de.NormalizeName, de.LightStemmerName}),
	"es": bleveLanguage(nil, es.StopName, []string{es.NormalizeName, es.LightStemmerName}),
	"fa": bleveLanguage([]string{ar.NormalizeName, fa.NormalizeName}, fa.StopName, nil),
	"fi": bleveLanguage(nil, fi.StopName, []string{fi.SnowballStemmerName}),
	"fr": bleveLanguage([]string{fr.ElisionName}, fr.StopName, []string{fr.LightStemmerName}),
	"hi": bleveLanguage([]string{hi.NormalizeName}, hi.StopName, []string{hi.StemmerName}),
	"hu": bleveLanguage(nil, hu.StopName, []string{hu.SnowballStemmerName}),
	"it": bleveLanguage([]string{it.ElisionName}, it.StopName, []string{it.LightStemmerName}),
	"nl": bleveLanguage(nil, nl.StopName, []string{nl.SnowballStemmerName}),
	"no": bleveLanguage(nil, no.StopName, []string{no.SnowballStemmerName}),
	"pt": bleveLanguage(nil, pt.StopName, []string{pt.LightStemmerName}),
	"ro": bleveLanguage(nil, ro.StopName, []string{ro.SnowballStemmerName}),
	"ru": bleveLanguage(nil, ru.StopName, []string{ru.SnowballStemmerName}),
	"sv": bleveLanguage(nil, sv.StopName, []string{sv.SnowballStemmerName}),
	"tr": bleveLanguage(nil, tr.StopName, []string{tr.SnowballStemmerName}),
	"uk": ukrainian,
}

// A language is how the words of one language become terms.
type language struct {
	before, after []analysis.TokenFilter
	stop          map[string]bool
	point         bool // numbers have a decimal point, not a comma
	ownScript     bool // it is not written in Latin letters
}

// foreign reports whether a word is Latin in a language of another script, and
// so most likely a name or English.
func (l *language) foreign(word string) bool {
	return l.ownScript && (word[0]|0x20 >= 'a' && word[0]|0x20 <= 'z')
}

// bleveLanguage makes a language out of what Bleve registers under the names,
// when it is first asked for.
func bleveLanguage(before []string, stop string, after []string) func() *language {
	return sync.OnceValue(func() *language {
		cache := registry.NewCache()
		filters := func(names []string) (list []analysis.TokenFilter) {
			for _, name := range names {
				f, err := cache.TokenFilterNamed(name)
				if err != nil {
					panic(err) // the imports above register it
				}
				list = append(list, f)
			}
			return list
		}
		words, err := cache.TokenMapNamed(stop)
		if err != nil {
			panic(err)
		}
		l := &language{before: filters(before), after: filters(after), stop: make(map[string]bool)}
		for w := range words {
			l.stop[w], l.stop[fold(w)] = true, true // people leave accents out
		}
		l.ownScript = l.stop["и"] || l.stop["في"] || l.stop["है"] || l.stop["در"]
		l.point = stop == ar.StopName || stop == fa.StopName || stop == hi.StopName
		return l
	})
}

// TermIn is TermOf for a word of another language, by its code; "" is English.
// Where the language has no rules here, those of English apply.
func TermIn(code, word string, shouting bool) string {
	if code == "" {
		return TermOf(word, shouting)
	}
	rules, known := languages[code]
	if !known || rules().foreign(word) {
		return TermOf(word, shouting)
	}
	l := rules()
	plain := fold(word)
	if plain == "" {
		return ""
	}
	if term, ok := special[plain]; ok {
		return term
	}
	if number, ok := numberTerm(plain, !l.point); ok {
		return truncate(number)
	}
	if !shouting && isAcronym(word) {
		return truncate(strings.ReplaceAll(plain, ".", ""))
	}
	word = apply(l.before, strings.ToLower(strings.ReplaceAll(word, "-", "")))
	if l.stop[word] || l.stop[fold(word)] || isKana(word) {
		return ""
	}
	return truncate(fold(apply(l.after, word)))
}

func apply(filters []analysis.TokenFilter, word string) string {
	if len(filters) == 0 || word == "" {
		return word
	}
	stream := analysis.TokenStream{&analysis.Token{Term: []byte(word)}}
	for _, f := range filters {
		stream = f.Filter(stream)
	}
	if len(stream) == 0 {
		return ""
	}
	return string(stream[0].Term)
}

// isKana reports whether a pair is of hiragana only, which write the grammar of
// Japanese: they are its stop-words.
func isKana(word string) bool {
	for _, r := range word {
		if !unicode.Is(unicode.Hiragana, r) {
			return false
		}
	}
	return word != ""
}

// LanguageOf returns the code of the language that an article says it is in,
// or else the one that its text shows: that of most of its stop-words. English
// and every language without rules of its own is "".
func LanguageOf(stated, text string) string {
	code, _, _ := strings.Cut(strings.ToLower(stated), "-")
	code, _, _ = strings.Cut(code, "_")
	if code == "nb" || code == "nn" {
		code = "no"
	}
	if _, known := languages[code]; known {
		return code
	}
	if len(code) == 2 {
		return "" // en, or one without rules
	}
	return Detect(text, nil)
}

// Detect returns the code of the language whose stop-words a text has most of,
// "" for English and where it shows none. Only those named are considered, or
// all where none is named. It looks at the beginning of a long text.
func Detect(text string, among []string) string {
	const enough = 3000 // bytes
	if len(text) > enough {
		text = text[:enough]
	}
	hits, words, english := make(map[string]int), 0, 0
	own := func(code string, n int) {
		if among == nil || slices.Contains(among, code) {
			hits[code] += n
		}
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		word = strings.ToLower(word)
		words++
		if stopWords[word] {
			english++
		}
		if words == 40 && english >= 10 {
			return "" // most texts
		}
		for _, code := range stopLanguages()[word] {
			own(code, 1)
		}
		first, _ := utf8.DecodeRuneInString(word)
		if first < utf8.RuneSelf {
			continue
		}
		for _, code := range codesByScript(first) {
			own(code, 1)
		}
		switch { // letters that one of two languages of a script lacks
		case strings.ContainsAny(word, "іїєґ"):
			own("uk", 1)
		case strings.ContainsAny(word, "ыэъё"):
			own("ru", 1)
		case strings.ContainsAny(word, "پچژگ"):
			own("fa", 1)
		}
	}
	best := ""
	for code, n := range hits {
		if best == "" || n > hits[best] || n == hits[best] && code < best {
			best = code
		}
	}
	enoughHits := 1
	if among == nil {
		enoughHits = 2 // "Badgers dig." is no Danish
	}
	if hits[best] < enoughHits || hits[best] <= english || 10*hits[best] < words {
		return ""
	}
	return best
}

// codesByScript returns the languages with rules here of a letter's script, for
// scripts that few of them use.
func codesByScript(r rune) []string {
	switch {
	case unicode.Is(unicode.Cyrillic, r):
		return []string{"ru", "uk"}
	case unicode.Is(unicode.Arabic, r):
		return []string{"ar", "fa"}
	case unicode.Is(unicode.Devanagari, r):
		return []string{"hi"}
	}
	return nil
}

// stopLanguages tells which languages a word is a stop-word of.
var stopLanguages = sync.OnceValue(func() map[string][]string {
	m := make(map[string][]string)
	for code, rules := range languages {
		for word := range rules().stop {
			m[word] = append(m[word], code)
		}
	}
	return m
})
