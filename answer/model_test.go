package answer

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"newsdesk/data"
)

func TestBuiltinModel(t *testing.T) {
	m := Builtin()
	if _, err := NewWith(nil, m); err != nil {
		t.Error(err)
	}
	if len(m.Passage) == 0 || len(m.Sentence) == 0 || len(m.Confidence) == 0 || m.LearntOn == "" {
		t.Errorf("got %+v, want weights of three kinds and what they were learnt on", m)
	}
	m.Passage["bm25"] = 99
	if Builtin().Passage["bm25"] == 99 {
		t.Error("a change of one copy changes the built-in model")
	}
}

func TestUnknownFeature(t *testing.T) {
	for name, m := range map[string]Model{
		"passage":    {Passage: map[string]float64{"cover": 1, "colour": 1}},
		"sentence":   {Sentence: map[string]float64{"colour": 0}},
		"confidence": {Confidence: map[string]float64{"colour": 1}},
	} {
		e, err := NewWith(nil, m)
		if e != nil || err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), `"colour"`) {
			t.Errorf("%s: got %v, want an error that names both", name, err)
		}
	}
	if _, err := NewWith(nil, Model{}); err != nil {
		t.Errorf("no weights at all: got %v", err)
	}
}

func TestFeaturesStandAtTheirPlaces(t *testing.T) {
	for _, tt := range []struct {
		names []string
		last  int
		at    map[string]int
	}{
		{PassageFeatures, pOutlet, map[string]int{"bm25": pBM25, "cover": pCover, "names": pNames, "article": pArticle, "lead": pLead, "fresh12": pFresh12, "news12": pNews12, "short": pShort, "typed_sum": pTypedSum, "title_typed": pTitleTyped, "article_bm25": pOfArticle, "outlet": pOutlet}},
		{SentenceFeatures, sTitleSaid, map[string]int{"cover": sCover, "focus_near": sFocusNear, "number": sNumber, "reason": sReason, "agent": sAgent, "after": sAfter, "pronoun": sPronoun, "fresh12": sFresh12, "typed_vote": sTypedVote}},
	} {
		if len(tt.names) != tt.last+1 {
			t.Errorf("%d names for %d features", len(tt.names), tt.last+1)
		}
		for name, i := range tt.at {
			if tt.names[i] != name {
				t.Errorf("feature %d is called %q, want %q", i, tt.names[i], name)
			}
		}
	}
	all := slices.Concat(PassageFeatures, SentenceFeatures, ConfidenceFeatures)
	for name := range freeSign {
		if !slices.Contains(all, name) {
			t.Errorf("%q may have either sign, but is no feature", name)
		}
	}
	for _, list := range [][]string{PassageFeatures, SentenceFeatures, ConfidenceFeatures} {
		sorted := slices.Sorted(slices.Values(list))
		if len(slices.Compact(sorted)) != len(list) {
			t.Errorf("a name stands twice in %q", list)
		}
	}
}

// TestFeaturesAreShares states what a model can rely on: every feature is
// there, between 0 and 1.
func TestFeaturesAreShares(t *testing.T) {
	d := sampleDesk(t)
	check := func(question, kind string, names []string, features []float64) {
		t.Helper()
		if len(features) != len(names) {
			t.Fatalf("%q: %d %s features, want %d", question, len(features), kind, len(names))
		}
		for i, v := range features {
			if math.IsNaN(v) || v < 0 || v > 1.0001 {
				t.Errorf("%q: %s feature %s is %v", question, kind, names[i], v)
			}
		}
	}
	for i, a := range readAsked(t, strings.NewReader(data.Questions())) {
		if i%6 > 0 {
			continue
		}
		q := a.question(t)
		l, err := d.Lesson(t.Context(), q)
		if err != nil {
			t.Fatalf("%q: %v", q.Text, err)
		}
		for _, w := range l.Passages {
			check(q.Text, "passage", PassageFeatures, w.Features)
		}
		for _, w := range l.Sentences {
			check(q.Text, "sentence", SentenceFeatures, w.Features)
			if !strings.Contains(w.Quote, w.Text) || !strings.Contains(d.text(t, w.ArticleID), w.Quote) {
				t.Errorf("%q: %q is no sentence of %s", q.Text, w.Text, w.ArticleID)
			}
		}
		if len(l.Sentences) > 0 {
			check(q.Text, "confidence", ConfidenceFeatures, l.Confidence)
		}
	}
}

func TestJSONForm(t *testing.T) {
	for _, tt := range []struct {
		name string
		v    any
		want string
	}{
		{"an empty date", Date{}, `""`},
		{"a day", Date{moment("2025-11-26")}, `"2025-11-26"`},
		{"a moment", Date{theDay}, `"2025-11-27T23:59:59Z"`},
		{"a sentence", Sentence{"Otters swim.", []int{1, 2}}, `{"text":"Otters swim.","cites":[1,2]}`},
		{"a citation", Citation{N: 1, ArticleID: "a", Quote: "“Q”", End: 7},
			`{"n":1,"article_id":"a","title":"","source":"","url":"","published":"","quote":"“Q”","start":0,"end":7,"link":""}`},
		{"an answer", Answer{Verdict: None, Sentences: []Sentence{}, Citations: []Citation{}, Related: []Citation{}, Confidence: 0.3},
			`{"id":"","question":"","verdict":"none","reason":"","answer":[],"citations":[],"related":[],"confidence":0.3,"window":{"from":"","to":""},"as_of":{"indexed_at":"","articles":0,"newest":""},"took_ms":0}`},
		{"a ranking", Ranking{Results: []Result{{Rank: 1, Score: 2.5}}},
			`{"id":"","query":"","results":[{"rank":1,"score":2.5,"article_id":"","title":"","source":"","url":"","published":"","text":"","start":0,"end":0}],"took_ms":0}`},
	} {
		got, err := json.Marshal(tt.v)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: got %s and %v\nwant %s", tt.name, got, err, tt.want)
		}
	}
}
