package answer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsdesk/index"
)

// The report that outlets copy, in paragraphs.
var ferryReport = []string{
	"The ferry Northern Star ran aground off Port Amber in thick fog on Tuesday evening, the coast guard said.",
	"Captain Ines Falk ordered all passengers into the boats within ten minutes, and nobody was hurt.",
	"The ship had left Gull Island an hour before with a load of timber and the weekly mail for the mainland.",
	"A tug from the naval yard will try to pull the vessel free at high water on Thursday, weather permitting.",
	"The owners, a family company from the town, said that divers had found no hole in the hull so far.",
	"Fog had closed the airport in the morning, and two fishing boats had stayed in harbour because of it.",
}

func paragraphsOf(list ...string) string { return strings.Join(list, "\n\n") }

// copiedNews is one report as a wire sent it, and what became of it.
func copiedNews(t testing.TB) *desk {
	t.Helper()
	edited := strings.Replace(paragraphsOf(ferryReport...), "an hour before", "about an hour earlier", 1)
	return deskOf(t, collection(t,
		record{ID: "daily", Title: "Ferry stuck in the fog", Source: "Daily", Published: "2025-11-26T12:00:00Z", URL: "https://daily.example/ferry",
			Text: edited + "\n\nSubscribe to our newsletter for more news from the coast."},
		record{ID: "wire", Title: "Ferry Northern Star runs aground off Port Amber", Source: "Wire", Published: "2025-11-26T06:00:00Z", URL: "https://wire.example/ferry",
			Text: paragraphsOf(ferryReport...)},
		record{ID: "post", Title: "Passengers saved", Source: "Post", Published: "2025-11-26T14:00:00Z",
			Text: paragraphsOf(ferryReport[:3]...)},
		record{ID: "gazette", Title: "Night on the rocks", Source: "Gazette", Published: "2025-11-26T18:00:00Z",
			Text: "Our reporter saw it from the pier. On Tuesday evening, in thick fog, the ferry Northern Star ran aground off Port Amber, the coast guard confirmed. People on the quay brought blankets and soup. The school was opened for the night, and most of the children slept at once."},
		record{ID: "otters", Title: "Otters return to the river", Source: "Gazette", Published: "2025-11-26",
			Text: "Otters have returned to the river near Port Amber after sixty years. Biologists counted eleven of them."},
	))
}

func outletsOf(list []Copy) string {
	var names []string
	for _, c := range list {
		names = append(names, c.ArticleID)
	}
	return strings.Join(names, " ")
}

func TestCopiesAreCitedOnce(t *testing.T) {
	d := copiedNews(t)
	q := Question{Text: "Where did the ferry Northern Star run aground?", Now: theDay}
	a := d.ask(t, q)
	d.check(t, q, a)
	if a.Support == nil || *a.Support != (Support{Outlets: 4, Texts: 2}) {
		t.Errorf("got the support %+v, want 4 outlets and 2 texts", a.Support)
	}
	first := a.Citations[0]
	if first.ArticleID != "wire" || outletsOf(first.Also) != "daily post" {
		t.Errorf("got %s, also in %q, want wire, also in daily and post", first.ArticleID, outletsOf(first.Also))
	}
	for _, c := range a.Citations {
		if c.ArticleID == "daily" || c.ArticleID == "post" {
			t.Errorf("the copy %s is cited beside its original", c.ArticleID)
		}
	}
	raw, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"support":{"outlets":4,"texts":2}`,
		`"also":[{"article_id":"daily","source":"Daily","url":"https://daily.example/ferry","published":"2025-11-26T12:00:00Z"},{"article_id":"post"`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the JSON lacks %s: %s", want, raw)
		}
	}
}

func TestNamedOutletIsCited(t *testing.T) {
	d := copiedNews(t)
	q := Question{Text: "Where did the ferry Northern Star run aground?", Now: theDay, Source: "daily"}
	a := d.ask(t, q)
	d.check(t, q, a)
	if c := a.Citations[0]; c.ArticleID != "daily" || len(c.Also) > 0 || *a.Support != (Support{1, 1}) {
		t.Errorf("got %s, also %v, support %+v, want daily alone", c.ArticleID, c.Also, a.Support)
	}
}

// TestSentenceOfOthersIsCitedOnce is about one wire sentence in two articles
// that are otherwise their outlets' own.
func TestSentenceOfOthersIsCitedOnce(t *testing.T) {
	const wired = "Mayor Olaf Brandt said on Monday that the new bridge over the Amber will open on 1 March."
	d := deskOf(t, collection(t,
		record{ID: "one", Title: "Bridge over the Amber to open", Source: "Daily", Published: "2025-11-24", URL: "https://daily.example/bridge",
			Text: wired + " Shops on the left bank hope for customers who stayed away since the old bridge was closed to cars. A bakery has hired two more people."},
		record{ID: "two", Title: "Test drives on the Amber bridge", Source: "Post", Published: "2025-11-25",
			Text: "Lorries full of sand drove over the bridge all week to test how far it bends. Engineers were content. " + wired + " It bends by a hand's width at most."},
	))
	q := Question{Text: "When will the new bridge over the Amber open?", Now: theDay}
	a := d.ask(t, q)
	d.check(t, q, a)
	told, also := 0, ""
	for _, c := range a.Citations {
		if strings.Contains(c.Quote, wired) {
			told++
			also = c.ArticleID + " " + outletsOf(c.Also)
		}
	}
	if told != 1 || also != "one two" && also != "two one" {
		t.Errorf("the sentence stands in %d quotes, of %q, want one that names both: %+v", told, also, a.Citations)
	}
	if *a.Support != (Support{Outlets: 2, Texts: 1}) {
		t.Errorf("got the support %+v, want two outlets with one text", a.Support)
	}
}

func TestOtherNumbersAreNoEcho(t *testing.T) {
	d := deskOf(t, collection(t,
		record{ID: "a", Title: "Otters counted", Source: "Wire", Published: "2025-11-20", Text: "Biologists counted 11 otters on the river Amber last week."},
		record{ID: "b", Title: "Otter count", Source: "Daily", Published: "2025-11-20", Text: "Biologists counted 14 otters on the river Amber last week."},
	))
	if a := d.ask(t, Question{Text: "Who counted otters on the river Amber?"}); *a.Support != (Support{1, 1}) {
		t.Errorf("got the support %+v of two sentences that differ in their number", a.Support)
	}
}

func TestCopiesAmongArticles(t *testing.T) {
	d := copiedNews(t)
	leads, err := d.index.Latest(t.Context(), index.Filter{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := d.Copies(t.Context(), leads)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range pairs {
		ids := []string{leads[p[0]].Article, leads[p[1]].Article}
		slices.Sort(ids)
		got = append(got, strings.Join(ids, "+"))
	}
	if fmt.Sprint(got) != "[daily+wire]" {
		t.Errorf("got the copies %v, want daily+wire", got)
	}
	c := newComparer(d.index)
	groups, err := c.groups(t.Context(), []string{"gazette", "post", "gone", "daily", "otters", "wire"})
	if want := "[[gazette] [post daily wire] [gone] [otters]]"; err != nil || fmt.Sprint(groups) != want {
		t.Errorf("got the groups %v and %v, want %s", groups, err, want)
	}
}

func TestLatestFoldsCopies(t *testing.T) {
	d := copiedNews(t)
	l, err := d.Latest(t.Context(), LatestQuery{Now: theDay, Topic: "ferry Northern Star"})
	if err != nil {
		t.Fatal(err)
	}
	also := make(map[string]string)
	for _, s := range l.Stories {
		for _, c := range s.Articles {
			also[c.ArticleID] = outletsOf(c.Also)
		}
	}
	_, daily := also["daily"]
	_, post := also["post"]
	if daily || post || also["wire"] != "daily post" {
		t.Errorf("got %v, want wire with daily and post folded into it", also)
	}
	d2, err := d.Latest(t.Context(), LatestQuery{Now: theDay, Source: "Daily"})
	if err != nil || storiesOf(d2) != "daily" {
		t.Errorf("of Daily: got %q and %v, want daily", storiesOf(d2), err)
	}
}

func TestEarlier(t *testing.T) {
	one, two := moment("2025-11-20"), moment("2025-11-21")
	for _, tt := range []struct {
		a, b time.Time
		want bool
	}{{one, two, true}, {two, one, false}, {one, one, false}, {one, time.Time{}, true}, {time.Time{}, one, false}, {time.Time{}, time.Time{}, false}} {
		if got := earlier(tt.a, tt.b); got != tt.want {
			t.Errorf("%v before %v: got %v", tt.a, tt.b, got)
		}
	}
}
