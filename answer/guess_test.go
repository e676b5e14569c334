package answer

import (
	"strings"
	"testing"
)

// envoys are articles with names that are easily misspelt.
func envoys(t testing.TB) *desk {
	t.Helper()
	return deskOf(t, collection(t,
		record{ID: "visit", Title: "Zelenskyy visits Lorren", Text: "President Volodymyr Zelenskyy visited the harbour of Lorren on Monday. He was met by fishermen."},
		record{ID: "speech", Title: "Envoy speaks", Text: "The envoy Witkoff spoke in the parliament of Ostra about the treaty. Zelenskyy listened from afar."},
		record{ID: "kyiv", Title: "Trams in Kyiv", Text: "Trams run again in Kyiv since Tuesday. The mayor thanked the workers."},
		record{ID: "desert", Title: "A son of Qaddafi", Text: "A son of Moammar Qaddafi left the prison of Zintan. His lawyer thanked the guards."},
		record{ID: "team", Title: "Müller scores", Text: "Striker Thomas Müller scored twice against Ostra. The game ended late."},
		record{ID: "nairn", Title: "Nairn elects a mayor", Text: "The town of Nairn elected a mayor in spring. The turnout was low."},
		record{ID: "works", Title: "The works", Text: "The government builds a bridge at Varn. It will be open in May."},
	))
}

func TestMisspeltNames(t *testing.T) {
	d := envoys(t)
	for _, tt := range []struct{ question, article, note string }{
		{"What did Zelenski visit in Lorren?", "visit", "No article mentions 'Zelenski'; showing 'Zelenskyy'."},
		{"What did Volodymyr Zelneskyy visit?", "visit", "No article mentions 'Zelneskyy'; showing 'Zelenskyy'."},
		{"Where did Witkof speak about the treaty?", "speech", "No article mentions 'Witkof'; showing 'Witkoff'."},
		{"where did witkof speak about the treaty", "speech", "No article mentions 'witkof'; showing 'Witkoff'."},
		{"Which prison did a son of Gaddafi leave?", "desert", "No article mentions 'Gaddafi'; showing 'Qaddafi'."},
		{"How often did Mueller score against Ostra?", "team", "No article mentions 'Mueller'; showing 'Müller'."},
		{"When do the trams run in Kiev?", "kyiv", ""},
		{"What does the goverment build at Varn?", "works", "No article mentions 'goverment'; showing 'government'."},
	} {
		q := Question{Text: tt.question}
		a := d.ask(t, q)
		d.check(t, q, a)
		if a.Verdict == None || a.Citations[0].ArticleID != tt.article || a.Note != tt.note {
			t.Errorf("%q: got %s %q, note %q, %+v; want %s, note %q", tt.question, a.Verdict, a.Reason, a.Note, a.Citations, tt.article, tt.note)
		}
		if r := d.search(t, q, 3); len(r.Results) == 0 || r.Results[0].ArticleID != tt.article || r.Note != tt.note {
			t.Errorf("%q: the search noted %q and found %+v", tt.question, r.Note, r.Results)
		}
	}
}

// A name that no article mentions does not become another one.
func TestUnknownNamesStayUnknown(t *testing.T) {
	d := envoys(t)
	for _, question := range []string{
		"Who is the president of Nauru?",
		"Who was elected mayor of Nauru in spring?",
		"What did Selenskaja visit?",
		"Did Witkowski score twice?",
		"When did Zelenska sail round the world?",
		"Who is Nairm?",
		"Where is the prison of Zontar?",
	} {
		q := Question{Text: question}
		a := d.ask(t, q)
		d.check(t, q, a)
		if a.Verdict != None || a.Note != "" || !strings.HasPrefix(a.Reason, "No article mentions") {
			t.Errorf("%q: got %s %q, note %q", question, a.Verdict, a.Reason, a.Note)
		}
	}
}

func TestMisspeltTopic(t *testing.T) {
	l, err := envoys(t).Latest(t.Context(), LatestQuery{Topic: "Zelenski visits Lorren", Now: theDay})
	if err != nil || l.Note != "No article mentions 'Zelenski'; showing 'Zelenskyy'." || len(l.Stories) == 0 {
		t.Errorf("got %+v, %v", l, err)
	}
}

// Where some articles write a name in one way and some in another, both are
// looked for.
func TestNamesInSeveralSpellings(t *testing.T) {
	d := deskOf(t, collection(t,
		record{ID: "one", Title: "A visit", Text: "Zelensky visited the harbour of Lorren on Monday. He was met by fishermen."},
		record{ID: "two", Title: "A speech", Text: "Zelenskyy praised the bakers of Ostra in a speech. They had worked all night."},
		record{ID: "three", Title: "Bakers", Text: "The bakers of Varn were praised by the mayor. They sleep by day."},
	))
	for question, want := range map[string]string{
		"Which bakers did Zelensky praise?":  "two",
		"Which harbour did Zelenskyy visit?": "one",
		"Which harbour did Zelensky visit?":  "one",
	} {
		a := d.ask(t, Question{Text: question})
		if a.Verdict == None || a.Citations[0].ArticleID != want {
			t.Errorf("%q: got %s %q %+v", question, a.Verdict, a.Reason, a.Citations)
		}
	}
}
