package index

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAnalyze(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"stop-words go, words are stemmed", "The ministers were visiting Moscow", "minist visit moscow"},
		{"possessives", "Witkoff's plan, the ministers’ plan", "witkoff plan minist plan"},
		{"accents are folded", "Café Orbán São", "cafe orban sao"},
		{"thousands separators", "40,000 people and 3.5 percent", "40000 person 3.5 percent"},
		{"hyphens part words", "the 28-point plan", "28 point plan"},
		{"acronyms that spell stop-words", "The WHO and the US say so", "who us say"},
		{"the words themselves stay out", "who are we", ""},
		{"acronyms with stops", "U.S. and U.N. troops", "us un troop"},
		{"no acronyms where all is capitals", "WHO IS IT", ""},
		{"irregular verbs meet their base", "he wrote what was written", "write write"},
		{"nothing in marks", `"+-~^*:()`, ""},
		{"other scripts", "Путин встретил", "путин встретил"},
		{"width", "ＮＡＴＯ", "nato"},
	} {
		var got []string
		for _, tok := range Analyze(test.text) {
			got = append(got, tok.Term)
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: Analyze(%q) = %q, want %q", test.name, test.text, s, test.want)
		}
	}
}

// Tokens lie in the text, in order, on character boundaries, and are bounded.
func FuzzAnalyze(f *testing.F) {
	f.Add("Witkoff’s 28-point plan: 40,000 U.S. troops?")
	f.Add(strings.Repeat("x", 500))
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, tok := range Analyze(text) {
			if tok.Start < end || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("token %+v out of order in %q", tok, text)
			}
			end = tok.End
			if tok.Term == "" || len(tok.Term) > maxTerm {
				t.Fatalf("term %q of %q", tok.Term, text)
			}
			if utf8.ValidString(text) && !utf8.ValidString(tok.Term) {
				t.Fatalf("term %q is not valid UTF-8", tok.Term)
			}
		}
	})
}

func BenchmarkAnalyze(b *testing.B) {
	text := strings.Repeat("Yuri Ushakov, foreign policy adviser to the president, confirmed the visit on Wednesday. ", 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Analyze(text)
	}
}
