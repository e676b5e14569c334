// Package locale says what the program says in the language of whoever reads
// it. A message is written in English where it is said, and that is its key;
// a file for each language holds what it is there. It does not know who reads,
// and what articles and people wrote is never translated: it goes through as
// an argument.
package locale

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// A Language is one that the program speaks, as a code of ISO 639-1. The zero
// value is English.
type Language string

// The languages.
const (
	English   Language = ""
	German    Language = "de"
	French    Language = "fr"
	Spanish   Language = "es"
	Ukrainian Language = "uk"
)

// All returns the languages, English first.
func All() []Language { return []Language{English, German, French, Spanish, Ukrainian} }

// Find returns the language of a code such as "de", "es-419" or "uk_UA.UTF-8",
// and false where the program does not speak it.
func Find(code string) (Language, bool) {
	base := strings.ToLower(code)
	if end := strings.IndexFunc(base, func(r rune) bool { return !unicode.IsLetter(r) }); end >= 0 {
		base = base[:end]
	}
	if base == "en" {
		return English, true
	}
	if l := Language(base); base != "" && slices.Contains(All(), l) {
		return l, true
	}
	return English, false
}

// Code is the language's code of ISO 639-1, that of English too.
func (l Language) Code() string {
	if l == English {
		return "en"
	}
	return string(l)
}

// phrases are what messages are in one language. Of a message that counts
// something, its first argument, there are as many forms as the language has
// for whole numbers: one and other, or one, few and many.
type phrases map[string][]string

// categories are those of Unicode's plural rules that the forms stand for.
// https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
var categories = map[int][]string{2: {"one", "other"}, 3: {"one", "few", "other"}}

func spoken(l Language) phrases {
	all := phrases{}
	for _, part := range map[Language][]phrases{
		English: {english}, German: {german, germanPages}, French: {french, frenchPages},
		Spanish: {spanish, spanishPages}, Ukrainian: {ukrainian, ukrainianPages},
	}[l] {
		maps.Copy(all, part)
	}
	return all
}

// messages are made for each language when it is first spoken, since most runs
// of the program speak one.
var messages = func() map[Language]func() catalog.Catalog {
	m := make(map[Language]func() catalog.Catalog)
	for _, l := range All() {
		m[l] = sync.OnceValue(l.build)
	}
	return m
}()

func (l Language) build() catalog.Catalog {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	for key, forms := range spoken(l) {
		if l == French {
			forms = spaced(forms)
		}
		said := catalog.String(forms[0])
		if names := categories[len(forms)]; names != nil {
			var cases []any
			for i, form := range forms {
				cases = append(cases, names[i], form)
			}
			said = plural.Selectf(1, "%d", cases...)
		}
		if err := b.Set(l.tag(), key, said); err != nil {
			panic(fmt.Sprintf("locale: %s: %q: %v", l.Code(), key, err)) // the program's own words are wrong
		}
	}
	return b
}

// spaced puts spaces that do not break where French sets signs apart.
func spaced(forms []string) []string {
	apart := strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", "« ", "«\u00a0", " »", "\u00a0»")
	out := make([]string, len(forms))
	for i, form := range forms {
		out[i] = apart.Replace(form)
	}
	return out
}

func (l Language) tag() language.Tag { return language.Make(l.Code()) }

// Say puts a message and its arguments, as with fmt, in the language. A
// message that is not translated stays as it is. Texts, Lists and days, which
// are times, are put in the language too.
func (l Language) Say(msg string, args ...any) string {
	said := make([]any, len(args))
	for i, arg := range args {
		said[i] = l.put(arg)
	}
	return message.NewPrinter(l.tag(), message.Catalog(l.catalog())).Sprintf(msg, said...)
}

// catalog holds the messages of the language, or those of English where there
// are none.
func (l Language) catalog() catalog.Catalog {
	if made := messages[l]; made != nil {
		return made()
	}
	return messages[English]()
}

func (l Language) put(arg any) any {
	switch arg := arg.(type) {
	case Text:
		return arg.In(l)
	case List:
		return arg.in(l)
	case Name:
		return l.Name(string(arg))
	case time.Time:
		return l.Day(arg)
	}
	return arg
}

// Name is what a command or an option is called.
func (l Language) Name(name string) string { return strings.TrimPrefix(l.Say("/"+name), "/") }

// How days and times are written, as package time lays them out.
const (
	dayLayout     = "2 Jan 2006"
	dateLayout    = "2 Jan"
	dayOnlyLayout = "2"
	timeLayout    = "2 Jan 2006 15:04 UTC"
)

// Day writes a day of UTC in words: 26 Nov 2025.
func (l Language) Day(t time.Time) string { return l.format(t, dayLayout) }

// Time writes a day and a time of day, in UTC.
func (l Language) Time(t time.Time) string { return l.format(t, timeLayout) }

func (l Language) format(t time.Time, layout string) string {
	t = t.UTC()
	month := t.Format("Jan")
	return strings.Replace(t.Format(l.Say(layout)), month, l.Say(month), 1)
}

// Days writes the days from one to another, both included: "10 to 16 Mar
// 2024", "since 5 Mar 2024". A zero time is an open end; of two it is "".
func (l Language) Days(from, to time.Time) string {
	from, to = from.UTC(), to.UTC()
	layout := dayLayout
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case from.IsZero():
		return l.Say("until %s", to)
	case to.IsZero():
		return l.Say("since %s", from)
	case from.Format(dayLayout) == to.Format(dayLayout):
		return l.Day(to)
	case from.Year() != to.Year():
	case from.Month() != to.Month():
		layout = dateLayout
	default:
		layout = dayOnlyLayout
	}
	return l.Say("%s to %s", l.format(from, layout), to)
}

// maxAccepted is how many bytes of an Accept-Language header are heeded.
const maxAccepted = 1000

// Preferred returns the language that a reader likes best by an
// Accept-Language header (RFC 9110, section 12.5.4); English where the program
// speaks none of those, or the header is no such.
func Preferred(accepted string) Language {
	if len(accepted) > maxAccepted {
		return English
	}
	tags, _, err := language.ParseAcceptLanguage(accepted)
	if err != nil {
		return English
	}
	for _, tag := range tags {
		if l, ok := Find(tag.String()); ok {
			return l
		}
	}
	return English
}
