package commands

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"newsdesk/answer"
	"newsdesk/locale"
)

// TestErrorsInAllLanguages sees to it that what people read of errors is
// translated: the texts of most are not literals where they are said.
func TestErrorsInAllLanguages(t *testing.T) {
	var shown strings.Builder
	for _, l := range locale.All() {
		fmt.Fprintf(&shown, "== %s\n", l.Code())
		say := func(err error) {
			text, known := Explain(l, err)
			if english, _ := Explain(locale.English, err); l != locale.English && text == english {
				t.Errorf("%s: %q is not translated", l.Code(), text)
			}
			if !known && text != l.Say(Unknown) {
				t.Errorf("%s: %v: got %q, which is not known", l.Code(), err, text)
			}
			fmt.Fprintln(&shown, text)
		}
		for _, e := range explained {
			say(e.err)
		}
		say(&BadOption{"from", "soon", locale.Textf("a day such as 2025-11-26")})
		say(&BadOption{"page", "9", locale.Textf("a number from 1 to %d", 4)})
		say(&answer.UnknownSource{Name: "Wyre"})
		say(&answer.UnknownSource{Name: "Wyre", Nearest: []string{"Wire", "Wirr"}})
		say(&answer.TooLong{Length: 2001})
		say(&FeedTrouble{"404 Not Found"})
		say(nil)
	}
	golden(t, "errors", shown.String())
}

// TestNamesInAllLanguages holds names and descriptions to what Discord takes,
// https://discord.com/developers/docs/interactions/application-commands
func TestNamesInAllLanguages(t *testing.T) {
	name := regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)
	for _, l := range locale.All() {
		commands := map[string]bool{}
		check := func(names map[string]bool, what, description string) {
			t.Helper()
			said := l.Name(what)
			if !name.MatchString(said) || strings.ToLower(said) != said || names[said] {
				t.Errorf("%s: %q for %q is no name in lower case, or there twice", l.Code(), said, what)
			}
			names[said] = true
			if n := utf8.RuneCountInString(l.Say(description)); n == 0 || n > 100 {
				t.Errorf("%s: %s: %q has %d characters, want 1 to 100", l.Code(), what, l.Say(description), n)
			}
		}
		for _, c := range All(Deps{}) {
			if n := utf8.RuneCountInString(l.Say(c.OnMessage)); n > 32 {
				t.Errorf("%s: %q has %d characters, want at most 32", l.Code(), l.Say(c.OnMessage), n)
			}
			if c.Hidden {
				continue
			}
			check(commands, c.Name, c.Description)
			options := map[string]bool{}
			for _, o := range c.Options {
				check(options, o.Name, o.Description)
			}
		}
	}
}

// TestHelpInAllLanguages shows what people read first.
func TestHelpInAllLanguages(t *testing.T) {
	d := depsOf(t, someFiles())
	var shown strings.Builder
	for _, l := range locale.All() {
		for _, name := range []string{"help", "privacy", "status", "sources"} {
			c, _ := Find(All(d), name)
			r, err := c.Run(t.Context(), Call{Language: l, Admin: true, Owner: true, Now: d.Now()})
			if err != nil || r.Language != l {
				t.Errorf("/%s: got %v in %s, want it in %s", name, err, r.Language.Code(), l.Code())
			}
			fmt.Fprintf(&shown, "== %s: %s\n%s\n", l.Code(), name, undatedIn(l, d, dump(r)))
		}
	}
	golden(t, "help", shown.String())
}

// undatedIn is undated for a reply in a language.
func undatedIn(l locale.Language, d Deps, text string) string {
	s, err := d.Index.Stats()
	if err != nil {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, l.Time(s.IndexedAt), "INDEXED"), l.Day(s.IndexedAt), "INDEXED")
}

// TestAskInAllLanguages asks a real index: what is quoted stays as it is.
func TestAskInAllLanguages(t *testing.T) {
	d := depsOf(t, someFiles())
	for _, l := range locale.All() {
		ask, _ := Find(All(d), "ask")
		r, err := ask.Run(t.Context(), Call{Language: l, Now: d.Now(), Values: map[string]string{"question": "How many otters did Ines Falk count?"}})
		if err != nil || r.Title != "How many otters did Ines Falk count?" || !strings.Contains(dump(r), "Biologist Ines Falk counted eleven of them.") || action(t, r, l.Say("Helpful")).Command != "helpful" {
			t.Errorf("%s: got %v\n%s", l.Code(), err, dump(r))
		}
		r, err = ask.Run(t.Context(), Call{Language: l, Now: d.Now(), Values: map[string]string{"question": "What of Nauru?", "from": "2025-11-01"}})
		want := l.Say("No article mentions %s. %s", "X", locale.Textf("The articles cover %s to %s.", moment("2025-11-19 00:00:00"), moment("2025-11-21 00:00:00")))
		want = strings.Replace(want, "X", l.Say("'%s'", "Nauru"), 1)
		if err != nil || !strings.Contains(r.Lines[0].Text, want) {
			t.Errorf("%s: got %v and %q, want %q", l.Code(), err, r.Lines[0].Text, want)
		}
	}
}
