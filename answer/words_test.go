package answer

import (
	"strings"
	"testing"
)

// spellings are articles that write things in one of several ways.
func spellings(t testing.TB) *desk {
	t.Helper()
	return deskOf(t, collection(t,
		record{ID: "fleet", Title: "Harbour fleet is sold", Text: "The harbour company sold its fleet for $1.5bn on Monday. About 40,000 tonnes of steel change hands."},
		record{ID: "truce", Title: "Guns fall silent on Lorren", Text: "The cease-fire on Lorren began at dawn. Both sides said they would keep to it."},
		record{ID: "pact", Title: "A pact for the Strand islands", Text: "A ceasefire was agreed for the Strand islands. The observers arrived by boat."},
		record{ID: "poll", Title: "Poll on the bridge", Text: "In the poll, 20 per cent of the town wanted a new bridge. The mayor was not amused."},
		record{ID: "tax", Title: "Tax on salt rises", Text: "The tax on salt rises by 7.5% next year. Bakers protested before the hall."},
		record{ID: "virus", Title: "Clinic in Ostra closes", Text: "The Covid-19 clinic in Ostra closed on Friday. Its nurses move to the main hospital."},
		record{ID: "mail", Title: "Letters of the mayor leak", Text: "An email by mayor Dunn was leaked to the Courier. It spoke of a second harbour."},
		record{ID: "race", Title: "The 1st lap", Text: "Falk won the 1st lap of the lake race. Rain stopped the others."},
		record{ID: "troops", Title: "Troops leave", Text: "U.S. troops left the base at Varn. The gates were locked behind them."},
		record{ID: "visit", Title: "A visit", Text: "Senator Bidwell's brother visited São Lino. He stayed for two days."},
	))
}

func TestOneThingInSeveralSpellings(t *testing.T) {
	d := spellings(t)
	for question, want := range map[string]string{
		"Which fleet was sold for 1,500,000,000 dollars?":    "fleet",
		"What was sold for $1.5 billion?":                    "fleet",
		"What weighs 40 thousand tonnes?":                    "fleet",
		"What weighs 40k tonnes?":                            "fleet",
		"What weighs 40 000 tonnes?":                         "fleet",
		"When did the ceasefire on Lorren begin?":            "truce",
		"When did the cease-fire on Lorren begin?":           "truce",
		"Was a cease-fire agreed for the Strand islands?":    "pact",
		"Was a cease fire agreed for the Strand islands?":    "pact",
		"What did 20% of the town want?":                     "poll",
		"What did 20 percent of the town want?":              "poll",
		"Which tax rises by 7.5 per cent?":                   "tax",
		"Where did the COVID 19 clinic close?":               "virus",
		"Where did the covid19 clinic close?":                "virus",
		"Whose e-mail was leaked to the Courier?":            "mail",
		"Who won the first lap of the lake race?":            "race",
		"Which US troops left Varn?":                         "troops",
		"Which U.S. troops left Varn?":                       "troops",
		"Whom did the brother of Bidwell visit in Sao Lino?": "visit",
	} {
		q := Question{Text: question}
		a := d.ask(t, q)
		d.check(t, q, a)
		if a.Verdict == None || a.Citations[0].ArticleID != want {
			t.Errorf("%q: got %s %q %+v, want an answer from %s", question, a.Verdict, a.Reason, a.Citations, want)
		}
	}
}

func TestCompoundsAreMarkedOnce(t *testing.T) {
	d := spellings(t)
	a := d.ask(t, Question{Text: "When did the cease-fire on Lorren begin?"})
	var marked []string
	for _, m := range a.Citations[0].Marks {
		marked = append(marked, m.Of(a.Citations[0].Quote))
	}
	if got := strings.Join(marked, "|"); got != "cease-fire|Lorren|began" {
		t.Errorf("marked %s", got)
	}
}

// acronyms are articles some of which define what others use.
func acronyms(t testing.TB, more ...record) *desk {
	t.Helper()
	return deskOf(t, collection(t, append(more,
		record{ID: "rates", Title: "Rates stay", Text: "The Lorren Central Bank left its rates at three percent on Thursday. Savers were let down."},
		record{ID: "coins", Title: "New coins", Text: "The LCB will strike new coins of silver in May. They show an otter."},
		record{ID: "station", Title: "Trains stop", Text: "The central station of Lorren closes. A bank next door stays open, and the rates for parking rise."},
		record{ID: "fish", Title: "Fish return", Text: "Herring returned to the bay. The fleet sailed before dawn."},
	)...))
}

func TestAcronymsOfTheArticles(t *testing.T) {
	defining := record{ID: "defines", Title: "Who sets the rules", Text: "The Lorren Central Bank (LCB) watches over savings. Nothing else was said."}
	d := acronyms(t, defining)
	for question, want := range map[string]string{
		"Did the LCB leave its rates on Thursday?":                      "rates",
		"What coins of silver will the Lorren Central Bank strike?":     "coins",
		"When will the LCB strike new coins?":                           "coins",
		"What did the L.C.B. leave at three percent?":                   "rates",
		"What will the Lorren Central Bank's new coins of silver show?": "coins",
	} {
		q := Question{Text: question}
		a := d.ask(t, q)
		d.check(t, q, a)
		if a.Verdict == None || a.Citations[0].ArticleID != want {
			t.Errorf("%q: got %s %q %+v, want an answer from %s", question, a.Verdict, a.Reason, a.Citations, want)
		}
	}
	a := d.ask(t, Question{Text: "Did the LCB leave its rates on Thursday?"})
	if marked := a.Citations[0].Marks[0].Of(a.Citations[0].Quote); marked != "Lorren Central Bank" {
		t.Errorf("marked %q first", marked)
	}

	// Where nobody says what it stands for, other articles are no answer.
	plain := acronyms(t)
	a = plain.ask(t, Question{Text: "Did the LCB leave its rates on Thursday?"})
	if len(a.Citations) > 0 && a.Verdict == Answered && a.Citations[0].ArticleID == "rates" {
		t.Errorf("answered from %+v", a.Citations)
	}
	a = plain.ask(t, Question{Text: "Did the ECB leave its rates on Thursday?"})
	if a.Verdict != None || !strings.HasPrefix(a.Reason, "No article mentions 'ECB'.") {
		t.Errorf("got %s %q", a.Verdict, a.Reason)
	}
}

func TestPhrasesAreWordsSideBySide(t *testing.T) {
	var p wordings
	p.add("central bank", 1)
	p.add("bank holiday", 2)
	for text, want := range map[string]uint64{
		"central bank": 1, "bank central": 0, "central x bank": 0, "central central bank": 1,
		"central bank holiday": 3, "bank bank holiday": 2,
	} {
		r, got := p.read(), uint64(0)
		for _, w := range strings.Fields(text) {
			terms, _ := r.next(p.parts[w])
			got |= terms
		}
		if got != want {
			t.Errorf("%q: got %b, want %b", text, got, want)
		}
	}
}
