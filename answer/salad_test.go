package answer

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"newsdesk/article"
	"newsdesk/index"
)

// sprinkled are operators and phrases that a question may hold anywhere.
var sprinkled = []string{
	`source:bbc`, `source:"The Verge"`, `source:`, `source:",,"`, `before:2023`, `before:2026-11-01`, `after:2020`, `after:"1 October 2023"`,
	`-not`, `-"a phrase"`, `"prime minister"`, `"`, `“said that”`, `-`, `--`, `foo:bar`, `until:x`, `before: after:`,
	`between the article from CNN and the later report by The Verge on 5 May 2023`, `while the article from Fox News says`,
	`according to The Guardian,`, `last week`, `in 2023`, `yesterday`, "\x00\u202e", "\xff", `谁在北京`, `كم عدد`, `Хто`, `???`, `(why)`,
}

// salad makes a question of words of articles, with operators sprinkled in.
func salad(r *rand.Rand, sentences []string) string {
	words := []string{[]string{"", "Who", "When did", "How many", "Does", "Between", "After", "Why"}[r.IntN(8)]}
	for range 1 + r.IntN(3) {
		list := strings.Fields(sentences[r.IntN(len(sentences))])
		from := r.IntN(len(list))
		words = append(words, list[from:min(len(list), from+1+r.IntN(12))]...)
		for range r.IntN(3) {
			words = append(words, sprinkled[r.IntN(len(sprinkled))])
		}
	}
	q := strings.Join(words, " ")
	if r.IntN(20) == 0 {
		q = clipWords(strings.Repeat(q+" ", 1+MaxQuestion/len(q)))
	}
	return q + []string{"", "?", "."}[r.IntN(3)]
}

// TestSalad asks what nobody would and asserts what holds of every answer:
// quotes are the articles' own text, nothing is later than now, errors are the
// question's own, and asking twice gives the same.
func TestSalad(t *testing.T) {
	d := sampleDesk(t)
	leads, err := d.index.Latest(t.Context(), index.Filter{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	var sentences []string
	for _, p := range leads {
		for _, b := range article.Blocks(d.text(t, p.Article), nil) {
			for _, s := range b.Sentences {
				sentences = append(sentences, s.Of(d.text(t, p.Article)))
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		q := Question{Text: salad(r, sentences), Now: theDay.AddDate(0, 0, -r.IntN(30)), AnyTime: r.IntN(4) == 0}
		if r.IntN(8) == 0 {
			q.Before = salad(r, sentences)
		}
		if first, again := d.told(t, q), d.told(t, q); !bytes.Equal(first, again) {
			t.Errorf("%q: asked twice, got\n%s\n%s", q.Text, first, again)
		}
	}
}

// told is all that is answered to a question, once checked, without the time
// that it took.
func (d *desk) told(t *testing.T, q Question) []byte {
	t.Helper()
	a, err := d.Ask(t.Context(), q)
	if err != nil {
		if !isOwn(err) {
			t.Errorf("%q: %v", q.Text, err)
		}
		return nil
	}
	d.check(t, q, a)
	s, err := d.Search(t.Context(), q, 20)
	if err != nil {
		t.Errorf("%q: asked, but not searched: %v", q.Text, err)
	}
	a.TookMS, s.TookMS = 0, 0
	text, err := json.Marshal([]any{a, s})
	if err != nil {
		t.Errorf("%q: %v", q.Text, err)
	}
	return text
}
