package locale_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"newsdesk/commands"
	"newsdesk/locale"
)

func translated() []locale.Language { return locale.All()[1:] }

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([a-z%])`)

// verbs lists the arguments of a message, as "1s 2d"; %q takes what %s does.
func verbs(msg string) string {
	seen, next := map[string]bool{}, 0
	for _, m := range verb.FindAllStringSubmatch(msg, -1) {
		if m[2] == "%" {
			continue
		}
		n := m[1]
		if n == "" {
			next++
			n = fmt.Sprint(next)
		}
		seen[n+strings.ReplaceAll(m[2], "q", "s")] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(seen)), " ")
}

// required are the messages that the program says, by its source and by the
// definitions of the commands.
func required(t *testing.T) (all map[string]string, s source) {
	t.Helper()
	s = readSource(t)
	all = map[string]string{"2 Jan": "days", "2": "days", "%s and %s": "lists"}
	for m := range 12 {
		all[time.Month(m + 1).String()[:3]] = "months"
	}
	for msg, at := range s.said {
		all[msg] = at.String()
	}
	for _, c := range commands.All(commands.Deps{}) {
		if c.Hidden {
			continue
		}
		all["/"+c.Name] = "the commands"
		for _, o := range c.Options {
			all["/"+o.Name] = "/" + c.Name
			for _, choice := range o.Choices {
				if l, spoken := locale.Find(choice.Value); !spoken || l.Code() != choice.Value { // a language is called by its own name
					all[choice.Name] = "/" + c.Name + " " + o.Name
				}
			}
		}
	}
	return all, s
}

// TestNothingIsMissing sees to it that all that people read can be said in
// every language, and that nothing is kept that is no longer said.
func TestNothingIsMissing(t *testing.T) {
	all, s := required(t)
	if len(all) < 200 {
		t.Errorf("only %d messages were found", len(all))
	}
	for _, l := range translated() {
		phrases := locale.Phrases(l)
		for msg, at := range all {
			words := verb.ReplaceAllString(msg, "")
			if _, ok := phrases[msg]; !ok && (strings.ContainsFunc(words, unicode.IsLetter) || strings.ContainsAny(msg, "'“")) {
				t.Errorf("%s: %q (%s) is missing", l.Code(), msg, at)
			}
		}
		for msg := range phrases {
			if _, ok := all[msg]; !ok && !s.texts[msg] {
				t.Errorf("%s: %q is said nowhere", l.Code(), msg)
			}
		}
		for msg := range locale.Phrases(locale.German) {
			if _, ok := phrases[msg]; !ok {
				t.Errorf("%s: %q is missing, there is a German one", l.Code(), msg)
			}
		}
	}
	for msg := range locale.Phrases(locale.English) {
		if _, ok := all[msg]; !ok {
			t.Errorf("en: %q is said nowhere", msg)
		}
	}
	for _, bare := range s.bare {
		t.Errorf("%s is said in English only", bare)
	}
}

func TestPlaceholdersAgree(t *testing.T) {
	for _, l := range locale.All() {
		for msg, forms := range locale.Phrases(l) {
			for _, form := range forms {
				if got, want := verbs(form), verbs(msg); got != want {
					t.Errorf("%s: %q takes %q, want %q as %q", l.Code(), form, got, want, msg)
				}
				if form == "" || strings.HasPrefix(msg, " ") && !strings.HasPrefix(form, " ") || strings.HasSuffix(form, " ") {
					t.Errorf("%s: %q of %q is empty, or has spaces at its ends", l.Code(), form, msg)
				}
			}
		}
	}
}

// TestForms sees to it that what is counted has all forms of each language.
func TestForms(t *testing.T) {
	counted := locale.Phrases(locale.English)
	for _, l := range locale.All() {
		want := 2
		if l == locale.Ukrainian {
			want = 3
		}
		for msg, forms := range locale.Phrases(l) {
			if n := len(forms); n != want && n != 1 || n == 1 && len(counted[msg]) > 1 || n > 1 && !strings.HasPrefix(verbs(msg), "1d") {
				t.Errorf("%s: %q has %d forms, want %d", l.Code(), msg, n, want)
			}
		}
	}
	for l, want := range map[locale.Language]string{
		locale.English:   "0 articles|1 article|2 articles|5 articles|11 articles|21 articles|1,204 articles",
		locale.German:    "0 Artikel|1 Artikel|2 Artikel|5 Artikel|11 Artikel|21 Artikel|1.204 Artikel",
		locale.French:    "0 article|1 article|2 articles|5 articles|11 articles|21 articles|1\u00a0204 articles",
		locale.Spanish:   "0 artículos|1 artículo|2 artículos|5 artículos|11 artículos|21 artículos|1.204 artículos",
		locale.Ukrainian: "0 статей|1 стаття|2 статті|5 статей|11 статей|21 стаття|1\u00a0204 статті",
	} {
		var got []string
		for _, n := range []int{0, 1, 2, 5, 11, 21, 1204} {
			got = append(got, l.Say("%d articles", n))
		}
		if got := strings.Join(got, "|"); got != want {
			t.Errorf("%s: got %q, want %q", l.Code(), got, want)
		}
	}
}

// TestCommandsAreCalledByName sees to it that a text that names a command
// names it as it is called in the language.
func TestCommandsAreCalledByName(t *testing.T) {
	all := commands.All(commands.Deps{})
	for _, l := range translated() {
		for msg, forms := range locale.Phrases(l) {
			for _, word := range regexp.MustCompile(`/\p{L}+`).FindAllString(msg, -1) {
				if _, is := commands.Find(all, word[1:]); is && !strings.Contains(forms[0], "/"+l.Name(word[1:])) {
					t.Errorf("%s: %q does not name /%s", l.Code(), forms[0], l.Name(word[1:]))
				}
			}
			for _, c := range all {
				if c.OnMessage != "" && strings.Contains(msg, c.OnMessage) && !strings.Contains(forms[0], l.Say(c.OnMessage)) {
					t.Errorf("%s: %q does not name %q", l.Code(), forms[0], l.Say(c.OnMessage))
				}
			}
		}
	}
}

func TestDays(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil && s != "" {
			t.Fatal(err)
		}
		return d
	}
	for _, tt := range []struct {
		l              locale.Language
		from, to, want string
	}{
		{locale.English, "", "", ""},
		{locale.English, "2024-03-10", "2024-03-16", "10 to 16 Mar 2024"},
		{locale.English, "2024-03-10", "2024-05-16", "10 Mar to 16 May 2024"},
		{locale.English, "2023-12-31", "2024-01-01", "31 Dec 2023 to 1 Jan 2024"},
		{locale.English, "2024-03-10", "2024-03-10", "10 Mar 2024"},
		{locale.English, "2024-03-10", "", "since 10 Mar 2024"},
		{locale.English, "", "2024-03-10", "until 10 Mar 2024"},
		{locale.German, "2024-03-10", "2024-03-16", "10. bis 16. März 2024"},
		{locale.German, "", "2024-05-10", "bis 10. Mai 2024"},
		{locale.French, "2024-02-10", "2024-08-16", "10 févr. au 16 août 2024"},
		{locale.Spanish, "2024-01-10", "", "desde el 10 ene 2024"},
		{locale.Ukrainian, "2024-03-10", "2024-05-16", "10 бер. – 16 трав. 2024"},
	} {
		if got := tt.l.Days(day(tt.from), day(tt.to)); got != tt.want {
			t.Errorf("%s: %s to %s: got %q, want %q", tt.l.Code(), tt.from, tt.to, got, tt.want)
		}
	}
	if got := locale.German.Time(day("2024-03-10")); got != "10. März 2024, 00:00 UTC" {
		t.Errorf("got %q", got)
	}
}

func TestFind(t *testing.T) {
	for code, want := range map[string]string{
		"de": "de", "de-AT": "de", "es-ES": "es", "es-419": "es", "uk": "uk", "uk_UA.UTF-8": "uk", "FR": "fr", "en-GB": "en",
		"pt-BR": "", "ukr": "", "": "", "-": "", "C": "",
	} {
		l, ok := locale.Find(code)
		if ok != (want != "") || ok && l.Code() != want {
			t.Errorf("%q: got %q and %v, want %q", code, l.Code(), ok, want)
		}
	}
}

func TestTexts(t *testing.T) {
	list := func(items ...any) locale.List { return locale.List{Items: items, Each: "'%s'", Last: "%s or %s"} }
	for _, tt := range []struct {
		text               locale.Text
		english, ukrainian string
	}{
		{locale.Text{}, "", ""},
		{locale.Verbatim("100% «so»"), "100% «so»", "100% «so»"},
		{locale.Join(locale.Textf("Cancel"), locale.Text{}, locale.Verbatim("2")), "Cancel 2", "Скасувати 2"},
		{locale.Textf("The nearest passage does not mention %s.", list("a%d")), "The nearest passage does not mention 'a%d'.", "Найближчий уривок не згадує «a%d»."},
		{locale.Textf("The nearest passage does not mention %s.", list("a", "b", "c")), "The nearest passage does not mention 'a', 'b' or 'c'.", "Найближчий уривок не згадує «a», «b» чи «c»."},
		{locale.Textf("%s cannot be %q: give %s.", locale.Name("from"), "x", locale.Textf("a number from 1")), `from cannot be "x": give a number from 1.`, "«від» не може бути «x»: вкажи число від 1."},
		{locale.Textf("No such message: %d", 3), "No such message: 3", "No such message: 3"},
	} {
		if got := tt.text.String(); got != tt.english || tt.text.IsZero() != (got == "") {
			t.Errorf("got %q, want %q", got, tt.english)
		}
		if got := tt.text.In(locale.Ukrainian); got != tt.ukrainian {
			t.Errorf("got %q, want %q", got, tt.ukrainian)
		}
	}
}
