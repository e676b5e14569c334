package answer

import (
	"strings"
	"testing"

	"newsdesk/index"
)

// The words of a sentence are told apart by their form, lists and neighbours.
func TestMentions(t *testing.T) {
	for _, tt := range []struct {
		text, word string
		is, isNot  class
	}{
		{"On Monday Yuri Ushakov confirmed it.", "Ushakov", person, country},
		{"On Monday President Macron agreed.", "Macron", person, 0},
		{"They met the Supreme Court in May.", "Supreme", organisation, person},
		{"It was seen in North Carolina last night.", "Carolina", state, person},
		{"The talks in New York went on.", "York", city | state | located, person},
		{"They come from Brazil.", "Brazil", country | located, person},
		{"It cost $500 a day.", "500", money | number, percent},
		{"Some 20% agreed.", "20", percent, money},
		{"Some 20 percent agreed.", "20", percent, money},
		{"He paid 40 dollars.", "40", money, percent},
		{"It is the first since 1951.", "1951", year, money},
		{"They won five titles.", "five", number, name},
		{"Snow fell on the hills.", "Snow", 0, name | person},
		{"They sang “American Pie” together.", "Pie", quoted, 0},
		{"They saw a whale there.", "whale", creature, name},
		{"It was painted green again.", "green", color, name},
		{"The state champion was near.", "champion", atHead, name},
	} {
		u := understood{expectation: expectation{head: "state"}}
		l := u.lookup()
		_, rest := l.in(tt.text)
		term := index.TermOf(tt.word, false)
		found := false
		for _, m := range rest {
			if id, known := l.ids[term]; !known || m.id != id {
				continue
			}
			found = true
			if m.class&tt.is != tt.is || m.class&tt.isNot != 0 {
				t.Errorf("%q in %q: got classes %b, want %b and not %b", tt.word, tt.text, m.class, tt.is, tt.isNot)
			}
		}
		if !found {
			t.Errorf("%q in %q: not found", tt.word, tt.text)
		}
	}
}

// Whatever the text, every word that is none of the question's is a mention,
// but for compounds, whose parts are.
func FuzzMentions(f *testing.F) {
	f.Add("Mr. A. B. Smith-Jones said “No” to $5 in New York.")
	f.Add("U.S. ‘quoted\" “never closed")
	f.Add(strings.Repeat("A ", 50))
	f.Fuzz(func(t *testing.T, text string) {
		l := understood{}.lookup()
		_, rest := l.in(text)
		want, behind := 0, 0
		shouting := index.Shouting(text)
		index.EachWord(text, func(start, end int) {
			if start >= behind && index.TermOf(text[start:end], shouting) != "" {
				want++
			}
			behind = max(behind, end)
		})
		if len(rest) != want {
			t.Errorf("%q: got %d mentions, want %d", text, len(rest), want)
		}
	})
}
