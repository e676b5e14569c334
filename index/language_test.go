package index

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestLanguageOf(t *testing.T) {
	for _, test := range []struct{ stated, text, want string }{
		{"", "The mayor opened the bridge that the town had wanted for years.", ""},
		{"", "Der Bürgermeister hat die Brücke eröffnet, die sich die Stadt seit Jahren wünschte.", "de"},
		{"", "Le maire a inauguré le pont que la ville voulait depuis des années.", "fr"},
		{"", "El alcalde inauguró el puente que la ciudad quería desde hacía años.", "es"},
		{"", "Мер відкрив міст, якого місто чекало багато років.", "uk"},
		{"", "Мэр открыл мост, которого город ждал много лет.", "ru"},
		{"", "افتتح رئيس البلدية الجسر الذي كانت المدينة تنتظره منذ سنوات.", "ar"},
		{"", "市長は長年待たれていた橋を開通させた。", ""},
		{"", "Badgers dig.", ""},
		{"", "", ""},
		{"", "Zelensky Moskau Witkoff", ""},
		{"de-DE", "Nichts", "de"},
		{"pt_BR", "", "pt"},
		{"nb", "", "no"},
		{"en", "Der Hund ist die Katze und das ist so.", ""},
		{"pl", "To jest tekst.", ""},
		{"German", "Der Hund und die Katze sind im Garten.", "de"},
	} {
		if got := LanguageOf(test.stated, test.text); got != test.want {
			t.Errorf("LanguageOf(%q, %q) = %q, want %q", test.stated, test.text, got, test.want)
		}
	}
	if got := Detect("Wo liegt die Brücke?", []string{"fr", "de"}); got != "de" {
		t.Errorf("Detect: got %q", got)
	}
	if got := Detect("Wo liegt die Brücke?", []string{"fr"}); got != "" {
		t.Errorf("Detect among others: got %q", got)
	}
}

func TestAnalyzeIn(t *testing.T) {
	for _, test := range []struct{ language, text, want string }{
		{"de", "Die Häuser der Stadt Müller Mueller", "haus stadt mull mull"},
		{"de", "40.000 Menschen und 1,5 Millionen Euro", "40000 mensch 1500000 euro"},
		{"de", "Über die NATO", "nato"},
		{"fr", "l'école d’Orléans, 2,5 milliards", "ecol orlean 2500000000"},
		{"es", "las elecciones españolas", "eleccion espanol"},
		{"ru", "новые выборы президента", "нов выбор президент"},
		{"uk", "Україна в Україні українського", "україн україн україн"},
		{"ar", "المدينة والمدينة", "مدين مدين"},
		{"xx", "The houses of them", "hous"},
		{"", "The houses of them", "hous"},
	} {
		var got []string
		for _, tok := range AnalyzeIn(test.language, test.text) {
			got = append(got, tok.Term)
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s %q: got %q, want %q", test.language, test.text, s, test.want)
		}
	}
}

// Every language can be made, and none loses or reorders words.
func FuzzAnalyzeIn(f *testing.F) {
	f.Add("L'été à São Paulo: 40.000 œuvres; Straße – naïve d'", "fr")
	f.Add("Ко'за 1,5 млн", "uk")
	for code := range languages {
		f.Add("a ' -- م ٣ ’s l' 1.2,3% $5 п ый", code)
	}
	f.Fuzz(func(t *testing.T, text, code string) {
		end := 0
		var z analyzer
		remembered := z.analyze(code, text)
		for i, tok := range AnalyzeIn(code, text) {
			if tok.End < end || tok.End > len(text) || tok.Start >= tok.End || tok.Term == "" || len(tok.Term) > maxTerm {
				t.Fatalf("token %+v in %q", tok, text)
			}
			if remembered[i] != tok {
				t.Fatalf("remembered %+v, not %+v", remembered[i], tok)
			}
			end = tok.End
		}
	})
}

func TestLanguagesOfTheIndex(t *testing.T) {
	articles := fstest.MapFS{
		"a.jsonl": file(record1("a", "Der Bürgermeister hat die Brücke eröffnet.")),
		"b.jsonl": file(record1("b", "The mayor opened the bridge.")),
	}
	x := open(t, t.TempDir())
	expect := func(want string) {
		t.Helper()
		update(t, x, Collection{Name: "test", FS: articles})
		list, err := x.Languages()
		if s := strings.Join(list, " "); s != want || err != nil {
			t.Errorf("got %q, %v, want %q", s, err, want)
		}
	}
	expect("de")
	if p, err := x.Lead("a"); err != nil || p.Language != "de" {
		t.Errorf("got %+v, %v", p, err)
	}
	delete(articles, "a.jsonl")
	expect("")
}
