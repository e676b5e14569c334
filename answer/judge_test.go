package answer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsdesk/article"
	"newsdesk/index"
)

func moment(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

const covers = " The articles cover 12 Jul 2022 to 27 Nov 2025."

func TestReasonsWhyThereIsNoAnswer(t *testing.T) {
	d := sampleDesk(t)
	for _, tt := range []struct {
		name string
		q    Question
		want string
	}{
		{"a name that no article holds", Question{Text: "What is the population of Nauru?"}, "No article mentions 'Nauru'." + covers},
		{"two of them", Question{Text: "Did Nauru visit Kiribati?"}, "No article mentions 'Nauru' or 'Kiribati'." + covers},
		{"a number that no article holds", Question{Text: "Which war began in 1618?"}, "No article mentions '1618'." + covers},
		{"words that no article holds", Question{Text: "the zzxyq of qqwert"}, "No article mentions 'zzxyq' or 'qqwert'." + covers},
		{"an outlet that does not speak of it", Question{Text: "What happened in Zaporizhzhia?", Source: "sample sport"},
			"No article of Sample Sport mentions 'Zaporizhzhia'." + covers},
		{"days on which nothing was said", Question{Text: "What happened in Zaporizhzhia?", From: moment("2023-01-01"), To: moment("2023-12-31")},
			"No article from 1 Jan 2023 to 31 Dec 2023 mentions 'Zaporizhzhia'." + covers},
		{"since a day", Question{Text: "Where did the Artemis capsule Orion splash?", From: moment("2025-11-27")},
			"No article since 27 Nov 2025 mentions "},
		{"until a day", Question{Text: "Zaporizhzhia", To: moment("2022-08-01")},
			"No article until 1 Aug 2022 mentions 'Zaporizhzhia'." + covers},
		{"an outlet and days", Question{Text: "Zaporizhzhia", Source: "Sample Sport", From: moment("2025-01-01")},
			"No article of Sample Sport since 1 Jan 2025 mentions 'Zaporizhzhia'." + covers},
		{"asked before it happened", Question{Text: "Zaporizhzhia", Now: moment("2023-06-01")},
			"No article published by 1 Jun 2023 mentions 'Zaporizhzhia'." + covers},
		{"asked before the collection begins", Question{Text: "Who won the World Cup?", Now: moment("2020-01-01")},
			" The articles begin on 12 Jul 2022, later than the question."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := d.ask(t, tt.q); got.Verdict != None || !strings.Contains(got.Reason, tt.want) {
				t.Errorf("got %s %q, want none and %q", got.Verdict, got.Reason, tt.want)
			}
		})
	}
}

// TestJudge gives the judge what a search might have found.
func TestJudge(t *testing.T) {
	stats := index.Stats{Oldest: moment("2025-11-01"), Newest: moment("2025-11-30")}
	words := func(list ...string) understood {
		u := understood{now: theDay}
		for _, w := range list {
			name := w[0] >= 'A' && w[0] <= 'Z'
			u.terms = append(u.terms, term{text: strings.ToLower(w), word: w, name: name})
		}
		return u
	}
	found3 := func(docs ...int) found {
		f := found{weight: 1}
		for i, n := range docs {
			f.terms = append(f.terms, weighed{docs: n, weight: float64(10 - i)})
		}
		return f
	}
	picksWith := func(set uint64) []pick {
		c := &candidate{digest: digest{own: []uint64{set}}}
		c.Text, c.Sentences = "Otters swim.", []article.Span{{Start: 0, End: 12}}
		return []pick{{from: c, span: c.Sentences[0]}}
	}
	for _, tt := range []struct {
		name       string
		u          understood
		f          found
		picks      []pick
		confidence float64
		verdict    Verdict
		reason     string
	}{
		{"sure", words("Otters", "swim"), found3(3, 3), picksWith(3), answeredFrom, Answered, ""},
		{"sure, though a plain word is nowhere", words("Otters", "frolick"), found3(3, 0), picksWith(1), 0.99, Answered, ""},
		{"sure, but a name is nowhere", words("Otters", "Nauru"), found3(3, 0), picksWith(1), 0.99,
			None, "No article mentions 'Nauru'. The articles cover 1 Nov 2025 to 30 Nov 2025."},
		{"half sure, a word is lacking", words("Otters", "swim", "rivers"), found3(3, 3, 3), picksWith(1), weakFrom,
			Weak, "The nearest passage does not mention 'swim' or 'rivers'."},
		{"half sure, all words are there", words("Otters", "swim"), found3(3, 3), picksWith(3), answeredFrom - 0.001,
			Weak, "The nearest passage speaks of it, but may not say just this."},
		{"hardly sure", words("Otters", "swim", "rivers", "lakes"), found3(3, 3, 3, 3), picksWith(1), weakFrom - 0.001,
			None, "No passage speaks of 'Otters', 'swim' and 'rivers' together. The articles cover 1 Nov 2025 to 30 Nov 2025."},
		{"nothing found, words known", words("Otters", "swim"), found3(3, 3), nil, 0,
			None, "No article published by 27 Nov 2025 mentions 'Otters' or 'swim'. The articles cover 1 Nov 2025 to 30 Nov 2025."},
		{"nothing found, words unknown", words("otter", "swim"), found3(0, 0), nil, 0,
			None, "No article mentions 'otter' or 'swim'. The articles cover 1 Nov 2025 to 30 Nov 2025."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			verdict, said := judge(tt.u, tt.f, tt.picks, tt.confidence, stats)
			reason := said.String()
			if verdict != tt.verdict || reason != tt.reason {
				t.Errorf("got %s %q\nwant %s %q", verdict, reason, tt.verdict, tt.reason)
			}
		})
	}
}

func TestCovered(t *testing.T) {
	u := understood{now: theDay}
	for _, tt := range []struct {
		name           string
		oldest, newest string
		want           string
	}{
		{"no dates", "", "", "The articles carry no dates."},
		{"one day", "2025-11-01", "2025-11-01", "The articles are of 1 Nov 2025."},
		{"a time", "2024-02-29", "2025-11-01", "The articles cover 29 Feb 2024 to 1 Nov 2025."},
		{"all in the future", "2026-01-01", "2026-02-01", "The articles begin on 1 Jan 2026, later than the question."},
	} {
		var s index.Stats
		if tt.oldest != "" {
			s.Oldest, s.Newest = moment(tt.oldest), moment(tt.newest)
		}
		if got := covered(u, s).String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestRightBeyondDoubt asks what one sentence of one article says in the very
// words of the question.
func TestRightBeyondDoubt(t *testing.T) {
	d := sampleDesk(t)
	for _, tt := range []struct{ question, source, want string }{
		{"Who confirmed that Witkoff is coming to the Kremlin?", "", "Ushakov"},
		{"How many people were injured in Zaporizhzhia?", "", "seven"},
		{"Who won the World Cup final in Qatar against France?", "", "Argentina"},
	} {
		a := d.ask(t, Question{Text: tt.question, Source: tt.source})
		if a.Verdict == None || !strings.Contains(a.Citations[0].Quote, tt.want) {
			t.Errorf("%q: got %s %+v, want %q in the first quote", tt.question, a.Verdict, a.Sentences, tt.want)
		}
	}
}

func TestAnArticleLeftOutIsNotUsed(t *testing.T) {
	d := sampleDesk(t)
	q := Question{Text: "Where did India land on the Moon?", Now: theDay}
	with := d.ask(t, q)
	if with.Verdict == None {
		t.Fatal("not answered with the article there")
	}
	q.Without = []string{with.Citations[0].ArticleID}
	without := d.ask(t, q)
	d.check(t, q, without)
	if without.Verdict != None && without.Confidence >= with.Confidence {
		t.Errorf("got confidence %v without the article, %v with it", without.Confidence, with.Confidence)
	}
}

// In a stream of news people ask about last year's too: what an archive would
// answer is given with its day, unless the question asks for what is new.
func TestOlderNews(t *testing.T) {
	records := []record{
		{ID: "regatta", Title: "Ostra holds its regatta", Source: "Wire", Published: "2025-06-02",
			Text: "Forty boats sailed in the regatta of Ostra on Monday. Ida Falk won it in bad weather."},
	}
	for i := range 80 {
		records = append(records, record{ID: fmt.Sprintf("new%d", i), Title: fmt.Sprintf("Report %d of the council", i),
			Published: fmt.Sprintf("2025-11-%02d", 10+i%18), Text: fmt.Sprintf("The council of Ostra heard report %d. Nothing was decided.", i)})
	}
	d := deskOf(t, collection(t, records...))
	a := d.ask(t, Question{Text: "Who won the Ostra regatta in bad weather?", Now: theDay})
	if a.Verdict != Weak || a.Reason != "What comes nearest is older news, of 2 Jun 2025." || a.Citations[0].ArticleID != "regatta" {
		t.Errorf("got %s %q %+v, want the old article with its day", a.Verdict, a.Reason, a.Citations)
	}
	if a := d.ask(t, Question{Text: "Who won the latest Ostra regatta, and what prize?", Now: theDay}); a.Verdict != None {
		t.Errorf("the latest: got %s %q %.2f, want none", a.Verdict, a.Reason, a.Confidence)
	}
}
