package index

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTransliterated(t *testing.T) {
	term := func(name string) string { return Analyze(name)[0].Term }
	for _, pair := range [][2]string{
		{"Zelensky", "Zelenskyy"}, {"Zelenskiy", "Zelensky"}, {"Gaddafi", "Qaddafi"}, {"Qadhafi", "Gaddafi"},
		{"Mueller", "Müller"}, {"Tchaikovsky", "Tschaikowski"}, {"Mohammad", "Mohamad"}, {"Khodorkovsky", "Hodorkovskij"},
		{"Sergei", "Sergey"}, {"Alexei", "Aleksey"}, {"Houthi", "Huthi"}, {"Schröder", "Schroeder"},
	} {
		for _, p := range [][2]string{pair, {pair[1], pair[0]}} {
			if !regexp.MustCompile("^(" + transliterated(term(p[0])) + ")$").MatchString(term(p[1])) {
				t.Errorf("%s is not found by %s (%s)", p[1], p[0], transliterated(term(p[0])))
			}
		}
	}
	for _, pair := range [][2]string{{"Harris", "Herris"}, {"Trump", "Tromp"}, {"Merkel", "Markel"}, {"Putin", "Puten"}} {
		if regexp.MustCompile("^(" + transliterated(term(pair[0])) + ")$").MatchString(term(pair[1])) {
			t.Errorf("%s is found by %s", pair[1], pair[0])
		}
	}
	for _, short := range []string{"kyiv", "xi", "путин", "f-16"} {
		if p := transliterated(short); p != "" {
			t.Errorf("%s has the pattern %s", short, p)
		}
	}
}

// Spellings come from what the index holds now.
func TestSpellingsOfTheIndex(t *testing.T) {
	articles := fstest.MapFS{
		"a.jsonl": file(record1("a", "Zelenskyy met Witkoff. Qaddafi did not.")),
		"b.jsonl": file(record1("b", "Zelenskyy spoke. Zelenska listened.")),
	}
	x := open(t, t.TempDir())
	check := func(list []Spelling, err error, want string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range list {
			got = append(got, s.Text)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("got %q, want %q", s, want)
		}
	}
	near := func(term string, edits int, want string) {
		t.Helper()
		list, err := x.Near(term, edits)
		check(list, err, want)
	}
	update(t, x, Collection{Name: "test", FS: articles})
	near("zelensky", 1, "zelenskyy zelenska")
	near("zelneskyy", 1, "zelenskyy")
	near("witkof", 1, "witkoff")
	near("vitkoff", 1, "")
	near("witcof", 2, "witkoff")
	list, err := x.Transliterations("gaddafi")
	check(list, err, "qaddafi")
	delete(articles, "b.jsonl")
	update(t, x, Collection{Name: "test", FS: articles})
	near("zelensky", 1, "zelenskyy")
	if n, err := x.Holding("zelenskyy"); n != 1 || err != nil {
		t.Errorf("Holding: got %d, %v", n, err)
	}
}
