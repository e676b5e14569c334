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
		{"letters that do not decompose", "Ødegård, Wałęsa, Straße", "odegard walesa strass"},
		{"a number in one way", "40,000 40 000 40 thousand 40k 40 000", "40000 40000 40000 40000 40000"},
		{"with a fraction", "1.5 million 1,500,000 1.5m 1.5-million 1,5 million", "1500000 1500000 1500000 1500000 1500000"},
		{"money", "$3bn, 3 billion dollars, €2.25 trillion", "dollar 3000000000 3000000000 dollar euro 2250000000000"},
		{"percent", "20% 20 percent 20 per cent, per head", "20 percent 20 percent 20 percent per head"},
		{"small shares", "0.5 million 0.25 3.50 1.2.3 007", "500000 0.25 3.50 1.2.3 007"},
		{"numbers that are no groups", "in 2024 100 people, 12. 300 more, 5 000000", "2024 100 person 12 300 5 000000"},
		{"magnitudes without a number", "millions of people, a million", "million person million"},
		{"ordinals", "the 1st and the 12th, 21st", "first twelfth 21st"},
		{"compounds are found in both ways", "cease-fire ceasefire e-mail email", "ceas fire ceasefir ceasefir e mail email email"},
		{"compounds with a number", "Covid-19 F-16 28-point", "covid 19 covid19 f 16 f16 28 point"},
		{"long and chained compounds are parts", "government-backed, state-of-the-art", "govern back state art"},
		{"pairs of characters where there are no spaces", "东京都 テスト 2025年 아52844", "东京 京都 テス スト 2025 年 아 52844"},
		{"letters of their own", "Зеленський Пу́тин ガス の", "зеленський путин ガス"},
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
	f.Add("서울,아52844 21길 30 データーの 2025年3月 \xe3\x83")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, tok := range Analyze(text) {
			// Compounds and pairs overlap what came before.
			if tok.End < end || tok.End <= tok.Start || tok.Start < 0 || tok.End > len(text) {
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
