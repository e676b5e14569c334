package answer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsdesk/index"
)

func TestTermsOf(t *testing.T) {
	for _, tt := range []struct {
		text  string
		terms string // the words as written, names with a star
	}{
		{"Who confirmed the visit to the Kremlin?", "confirmed visit Kremlin*"},
		{"Confirmed by the Kremlin and Ushakov", "Confirmed* Kremlin* Ushakov*"},
		{"Tell me about the visit", "visit"},
		{"Did Witkoff visit Moscow?", "Witkoff* visit Moscow*"},
		{"Will the treaty hold?", "treaty hold"},
		{"who is volodymyr zelensky", "volodymyr zelensky"},
		{"WHO WON THE CUP", "WON CUP"},
		{"what did the us do to us", "us"},
		{"who is the user", "user"},
		{"What did the WHO say?", "WHO*"},
		{"What did the US do?", "US*"},
		{"How many people voted in 2024?", "people voted 2024*"},
		{"a 28-point plan of 12,000 words", "28* point plan 12,000* words"},
		{"visit, visits and VISITED of the envoy's envoys", "visit envoy's"},
		{"What is the latest news?", "latest"},
		{"What happened?", "happened"},
		{"Kremlin Kremlin kremlin", "Kremlin*"},
		{"Zürich und Genève", "Zürich* und Genève*"},
		{"Where do otters swim?", "otters swim"},
	} {
		var got []string
		for _, term := range termsOf("", oneLine(tt.text), askedNoun(tt.text)) {
			if term.name {
				term.word += "*"
			}
			got = append(got, term.word)
		}
		if g := strings.Join(got, " "); g != tt.terms {
			t.Errorf("%q: got %q, want %q", tt.text, g, tt.terms)
		}
	}
}

func TestTermsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "w%dx ", i)
	}
	if got := len(termsOf("", b.String(), "")); got != index.MaxTerms {
		t.Errorf("got %d terms, want the first %d", got, index.MaxTerms)
	}
}

func TestAskedNoun(t *testing.T) {
	for text, want := range map[string]string{
		"What date was the call?":             "date",
		"In which country did it land?":       "country",
		"WHICH CITY hosts the games?":         "city",
		"What percentage voted?":              "percentage",
		"What is the date?":                   "",
		"What did the president say?":         "",
		"Which otters swim?":                  "",
		"what":                                "",
		"":                                    "",
		"The year in which the city was what": "",
	} {
		if got := askedNoun(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for _, tt := range []struct{ text, want string }{
		{"What date was the call?", "call"}, // it only says what kind of thing is asked for
		{"What date?", "date"},              // unless nothing else is left
	} {
		terms := termsOf("", tt.text, askedNoun(tt.text))
		if len(terms) != 1 || terms[0].word != tt.want {
			t.Errorf("%q: got %+v, want %q alone", tt.text, terms, tt.want)
		}
	}
}

func TestAgeOf(t *testing.T) {
	now := time.Date(2025, 11, 27, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]age{
		"What happened today?":               ofNews,
		"the latest on the talks":            ofNews,
		"Who visits Moscow next week?":       ofNews,
		"Who resigned last Monday?":          ofNews,
		"What did China say this week?":      ofNews,
		"Who won in 2016?":                   ofOld,
		"the 1969 landing":                   ofOld,
		"Who won the cup in 2025?":           ofAny,
		"What was the warmest year, 2024?":   ofAny,
		"How many of the 2000 seats? 0999?":  ofOld,
		"Who wrote the plan?":                ofAny,
		"What did they do this time?":        ofAny,
		"Who was last?":                      ofAny,
		"the week that was":                  ofAny,
		"":                                   ofAny,
		"What is planned for the year 3000?": ofAny,
	} {
		if got := ageOf(text, now); got != want {
			t.Errorf("%q: got age %d, want %d", text, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"a\r\n\tb\u00a0\u2028c":          "a b c",
		"\x00\x1b[31mred\x07":            "[31mred",
		"zero\u200bwidth and so\u00adft": "zerowidth and soft",
		"\u202eevil\u2066":               "evil",
		"bad \xff\xfe bytes\xc3":         "bad bytes",
		"  ":                             "",
		"Zürich 東京 🚢":                    "Zürich 東京 🚢",
	} {
		if got := oneLine(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestAskedAsWritten states that what people type around a question, or how
// they type it, does not change what is found.
func TestAskedAsWritten(t *testing.T) {
	d := deskOf(t, oddities(t))
	first := func(text string) string {
		t.Helper()
		r, err := d.Search(t.Context(), Question{Text: text, Now: theDay}, 10)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var ids []string
		for _, res := range r.Results {
			ids = append(ids, fmt.Sprint(res.ArticleID, res.Start, res.Score))
		}
		return strings.Join(ids, " ")
	}
	want := first("who is the mayor of the quay")
	if want == "" {
		t.Fatal("nothing found")
	}
	for _, text := range []string{
		"who is the mayor of the quay?", "  who is\tthe mayor\r\nof the quay  ", "who is the \x00mayor\x1b of the quay",
		"“who” is the mayor of the quay?!", "who +mayor* -(quay)^~ ||", "who mayor quay", "WHO IS THE MAYOR OF THE QUAY",
		"who is the ma\u00adyor of the q\u200buay", "who mayor mayor quay quay",
	} {
		if got := first(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestSynonymsAreSane(t *testing.T) {
	if len(synonyms) < 100 {
		t.Errorf("only %d words", len(synonyms))
	}
	for word, likes := range synonyms {
		if len(index.Analyze(word)) == 0 {
			t.Errorf("%q is a stop-word", word)
		}
		seen := make(map[string]bool)
		for _, like := range likes {
			if like == word || seen[like] {
				t.Errorf("%q is like %q, which says nothing", word, like)
			}
			seen[like] = true
			if !slices.Contains(synonyms[like], word) {
				t.Errorf("%q is like %q, but not the other way round", word, like)
			}
		}
	}
}

func TestParseSynonyms(t *testing.T) {
	m := parseSynonyms("\n\tplane aircraft\n jet plane\n the alone of\n two-words apart\n")
	for word, want := range map[string]string{
		"plane": "aircraft jet", "aircraft": "plane", "jet": "plane",
		"alon": "", "alone": "", "the": "", "apart": "", "two": "",
	} {
		if got := strings.Join(m[word], " "); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
