package answer

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"newsdesk/index"
)

// Where only some outlets may be used, nothing of the others comes in by any
// way of asking.
func TestOnlyAmongSomeOutlets(t *testing.T) {
	d := events(t)
	among, now := []string{"Wire", "Nowhere"}, moment("2025-11-27")
	only := func(what, source string) {
		t.Helper()
		if source != "Wire" {
			t.Errorf("%s: an article of %q", what, source)
		}
	}
	for _, question := range []string{
		"What happened in the hotel fire?", "What did the Daily report on the hotel fire?",
		"How do the reports of Wire and Daily on the hotel fire differ?", "otters", "Hotle fire",
	} {
		q := Question{Text: question, Now: now, Among: among}
		a, err := d.Ask(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", question, err)
		}
		for _, c := range slices.Concat(a.Citations, a.Related) {
			only(question, c.Source)
			for _, also := range c.Also {
				only(question, also.Source)
			}
		}
		r, err := d.Search(t.Context(), q, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range r.Results {
			only(question, res.Source)
		}
	}
	for _, topic := range []string{"", "hotel fire", "otters"} {
		l, err := d.Latest(t.Context(), LatestQuery{Topic: topic, Now: now, Among: among})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range l.Stories {
			for _, c := range s.Articles {
				only("the latest on "+topic, c.Source)
			}
		}
	}
	if id, err := d.FindArticle(t.Context(), "Otters return to the river", now, among); !errors.Is(err, index.ErrNoArticle) {
		t.Errorf("got article %q and %v", id, err)
	}
	var unknown *UnknownSource
	for _, q := range []Question{{Text: "hotel fire", Source: "Daily"}, {Text: "hotel fire source:daily"}} {
		q.Now, q.Among = now, among
		if _, err := d.Ask(t.Context(), q); !errors.As(err, &unknown) || err.Error() != `articles of "Daily" are not used here: see the list of sources` {
			t.Errorf("got %v", err)
		}
	}
	if _, err := d.Latest(t.Context(), LatestQuery{Source: "Daily", Now: now, Among: among}); !errors.As(err, &unknown) {
		t.Errorf("got %v", err)
	}
	next := Follow(Question{Text: "What happened in the hotel fire?", Now: now, Among: among, Length: Short}, "Who won the cup?")
	if !slices.Equal(next.Among, among) || next.Length != Short {
		t.Errorf("a question that follows loses them: %+v", next)
	}
}

func TestLengthOfAnswers(t *testing.T) {
	var records []record
	for i, what := range []string{"took a bag of grain", "sat on a roof in Kiel", "fell into the harbour", "were fed by Ines Falk", "crossed the strait", "ate a whole loaf", "slept under a bridge", "bit the mayor of Lund", "stole a cap", "woke a nurse"} {
		records = append(records, record{ID: fmt.Sprint(i), Title: fmt.Sprintf("Gulls, part %d", i), Source: "Wire", Published: "2025-11-20",
			Text: fmt.Sprintf("Gulls of Port Amber %s. It rained.", what)})
	}
	d := deskOf(t, collection(t, records...))
	before := 0
	for _, tt := range []struct {
		length      Length
		least, most int
	}{{Short, 1, 1}, {Usual, 2, 4}, {Long, 4, 8}} {
		a, err := d.Ask(t.Context(), Question{Text: "What did the gulls of Port Amber do?", Now: theDay, Length: tt.length})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(a.Sentences); n < tt.least || n > tt.most {
			t.Errorf("%q: got %d sentences, want %d to %d", tt.length, n, tt.least, tt.most)
		}
		if len(a.Sentences) <= before {
			t.Errorf("%q: %d sentences, and %d where it is shorter", tt.length, len(a.Sentences), before)
		}
		before = len(a.Sentences)
		if len(a.Citations) > len(a.Sentences) {
			t.Errorf("%q: %d citations for %d sentences", tt.length, len(a.Citations), len(a.Sentences))
		}
	}
}
