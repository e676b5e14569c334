package commands

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"newsdesk/answer"
	"newsdesk/locale"
)

// do calls what an action calls, with what the person is asked for.
func (d Deps) do(t *testing.T, a Action, said string) Reply {
	t.Helper()
	c, ok := Find(All(d), a.Command)
	if !ok {
		t.Fatalf("no command %q", a.Command)
	}
	values := maps.Clone(a.Values)
	if values == nil {
		values = map[string]string{}
	}
	if a.Asks != "" {
		values[a.Asks] = said
	}
	for name := range values {
		if !strings.Contains(fmt.Sprint(c.Options), "{"+name+" ") {
			t.Errorf("/%s has no option %q", c.Name, name)
		}
	}
	r, err := c.Run(t.Context(), Call{Values: values, Now: d.Now()})
	if err != nil {
		t.Fatalf("/%s %v: %v", a.Command, values, err)
	}
	return r
}

func action(t *testing.T, r Reply, label string) Action {
	t.Helper()
	for _, a := range r.Actions {
		if a.Label == label {
			return a
		}
	}
	t.Fatalf("there is no %q in\n%s", label, dump(r))
	return Action{}
}

// manyFiles are twelve articles on one matter.
func manyFiles() fstest.MapFS {
	var b strings.Builder
	for i := range 12 {
		fmt.Fprintf(&b, `{"id":"o%d","title":"Otters on river %d","source":"Wire","url":"https://wire.example/%d","published":"2025-11-%02d","text":"The day was cold. Otters swim in river number %d, as Ines Falk said in Bonn. Nobody had expected it there."}`+"\n", i, i, i, i+1, i)
	}
	return fstest.MapFS{"wire.jsonl": {Data: []byte(b.String()), ModTime: moment("2025-11-26 12:00:00")}}
}

func TestMoreResultsInPages(t *testing.T) {
	d := depsOf(t, manyFiles())
	r, err := d.call(t.Context(), "ask", false, "question", "Where do otters swim?", "source", "wire", "to", "2025-11-30", "private", "true")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, i := range r.Items {
		seen[i.ArticleID] = true
	}
	a := action(t, r, "More results")
	if a.Values["to"] != "2025-11-30" || a.Values["source"] != "wire" || a.Values["private"] != "" {
		t.Errorf("got %v, want the question with its bounds", a.Values)
	}
	for page := 1; ; page++ {
		r = d.do(t, a, "")
		if !r.Private || r.Title != "Where do otters swim?" || len(r.Items) > morePage {
			t.Errorf("got\n%s", dump(r))
		}
		for _, i := range r.Items {
			if seen[i.ArticleID] {
				t.Errorf("page %d shows %s again", page, i.ArticleID)
			}
			seen[i.ArticleID] = true
		}
		if page > 1 {
			action(t, r, "Previous page")
		}
		if len(seen) == 12 {
			break
		}
		a = action(t, r, "Next page")
	}
	beyond := d.do(t, Action{Command: "more", Values: map[string]string{"question": "Where do otters swim?", "page": "99"}}, "")
	if beyond.Tone != Bad || action(t, beyond, "Previous page").Values["page"] == "98" {
		t.Errorf("got\n%s\nwant that there is nothing more, and the way back", dump(beyond))
	}
}

func TestFollowUp(t *testing.T) {
	d := depsOf(t, someFiles())
	r, err := d.call(t.Context(), "ask", false, "question", "How many otters did Ines Falk count?", "source", "Wire", "from", "2025-11-01")
	if err != nil {
		t.Fatal(err)
	}
	a := action(t, r, "Ask a follow-up")
	if a.Asks != "question" {
		t.Errorf("got %+v", a)
	}
	r = d.do(t, a, "and where?")
	if r.Title != "Where? (How many otters did Ines Falk count?)" || r.Tone == Bad || r.Items[0].ArticleID != "otters" {
		t.Errorf("got\n%s", dump(r))
	}
	if v := action(t, r, "Ask a follow-up").Values; v["before"] != r.Title || v["source"] != "Wire" || v["from"] != "2025-11-01" {
		t.Errorf("got %v, want the whole question with its bounds", v)
	}
	r = d.do(t, a, "Who won the cup?")
	if v := action(t, r, "Ask a follow-up").Values; r.Title != "Who won the cup?" || v["source"] != "" || v["from"] != "" {
		t.Errorf("got\n%s\nwant a question by itself", dump(r))
	}
}

func TestExcerpt(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "Sentence number %d tells of the river Amper and its banks. ", i)
		if i%7 == 6 {
			b.WriteString(`\n\n`)
		}
	}
	d := depsOf(t, fstest.MapFS{"wire.jsonl": {Data: []byte(`{"id":"river","title":"The river","source":"Wire","url":"https://wire.example/r","published":"2025-11-20","text":"` + b.String() + `"}`)}})
	a, err := d.Index.Article(t.Context(), "river")
	if err != nil {
		t.Fatal(err)
	}
	for _, cited := range []string{"Sentence number 0 tells", "Sentence number 33 tells of the river Amper and its banks.", "number 59 tells"} {
		start := strings.Index(a.Text, cited)
		r := d.do(t, *expand(1, a.Title, "river", start, start+len(cited)), "")
		text, marked := "", ""
		for _, l := range r.Lines {
			text += l.Text
			for _, m := range l.Marks {
				marked += m.Of(l.Text)
			}
			if !strings.Contains(a.Text, l.Text) {
				t.Errorf("%q is not in the article", l.Text)
			}
		}
		if !r.Private || !r.Aside || marked != cited || len(text) > excerptSize || len(text) < excerptSize*3/4 || !strings.HasPrefix(text, "Sentence") || !strings.HasSuffix(text, ".") {
			t.Errorf("%q: got %d bytes, marked %q:\n%s", cited, len(text), marked, dump(r))
		}
	}
	for _, v := range []map[string]string{
		{"article": "gone", "start": "1", "end": "2"}, {"article": "river", "start": "x", "end": "2"},
		{"article": "river", "start": "5", "end": "5"}, {"article": "river", "start": "0", "end": "999999"}, {"article": "river", "start": "-1", "end": "5"},
	} {
		_, err := d.call(t.Context(), "excerpt", false, "article", v["article"], "start", v["start"], "end", v["end"])
		if text, known := Explain(locale.English, err); !known || text != "The article has changed since: ask again." {
			t.Errorf("%v: got %v", v, err)
		}
	}
}

func TestRatings(t *testing.T) {
	d := depsOf(t, someFiles())
	tally := &Tally{}
	d.Ratings = tally
	r, err := d.call(t.Context(), "ask", false, "question", "How many otters?")
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range []string{"Helpful", "Not helpful", "Helpful"} {
		if r := d.do(t, action(t, r, label), ""); !r.Private || !r.Aside {
			t.Errorf("got\n%s", dump(r))
		}
	}
	if helpful, unhelpful, err := tally.Rated(t.Context()); helpful != 2 || unhelpful != 1 || err != nil {
		t.Errorf("got %d, %d and %v", helpful, unhelpful, err)
	}
	status, err := d.call(t.Context(), "status", false)
	if err != nil || !strings.Contains(dump(status), "2 helpful, 1 not") {
		t.Errorf("got\n%s", dump(status))
	}
}

func TestStatusOfAStaleIndex(t *testing.T) {
	d := depsOf(t, someFiles())
	for _, stale := range []bool{true, false} {
		d.Stale = func() bool { return stale }
		r, err := d.call(t.Context(), "status", false)
		if err != nil || strings.Contains(dump(r), "articles may be missing") != stale || (r.Tone == Doubtful) != stale {
			t.Errorf("stale %v: %v, got\n%s", stale, err, dump(r))
		}
	}
}

func TestQuestionsAsValues(t *testing.T) {
	for _, v := range []map[string]string{
		{"question": "Who?"},
		{"question": "Who?", "source": "Wire", "from": "2025-11-26", "to": "2025-11-30", "any_time": "true"},
		{"question": "Who?", "from": "2025-11-26T10:00:00Z", "to": "2025-11-30T10:30:00Z"},
	} {
		q, err := asked(Call{Values: v})
		if err != nil || !maps.Equal(values(q), v) {
			t.Errorf("%v: got %v and %v", v, values(q), err)
		}
	}
	if got := values(answer.Question{Text: "Who?"}); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
