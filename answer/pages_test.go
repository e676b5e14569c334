package answer

import (
	"net/url"
	"strings"
	"testing"

	"newsdesk/article"
)

func TestPageLinks(t *testing.T) {
	const pages = Pages("https://news.example/desk")
	for _, tt := range []struct {
		id   string
		mark article.Span
		want string
	}{
		{"a1b2-c_d~e.f", article.Span{}, "/a/a1b2-c_d~e.f"},
		{"a1", article.Span{Start: 12, End: 80}, "/a/a1?at=12-80#12-80"},
		{"https://wire.example/x?y=1&z#f", article.Span{Start: 0, End: 3}, "/a?at=0-3&id=https%3A%2F%2Fwire.example%2Fx%3Fy%3D1%26z%23f#0-3"},
		{"..", article.Span{}, "/a?id=.."},
		{"Їжак 100%", article.Span{}, "/a?id=%D0%87%D0%B6%D0%B0%D0%BA+100%25"},
		{`"><script>`, article.Span{}, "/a?id=%22%3E%3Cscript%3E"},
	} {
		got := pages.Link(tt.id, tt.mark)
		if got != string(pages)+tt.want {
			t.Errorf("%q: got %s, want %s", tt.id, got, tt.want)
		}
		if id := pages.ArticleID(got); id != tt.id {
			t.Errorf("%s: got the id %q, want %q", got, id, tt.id)
		}
		if Pages("").Link(tt.id, tt.mark) != "" || Pages("").ArticleID(tt.want) != "" {
			t.Error("a link to a page where there are none")
		}
	}
	for _, other := range []string{"https://news.example/desk", "https://news.example/desk/abc", "https://other.example/a/x", "https://news.example/desk/a/", "https://news.example/desk/a/%zz", ""} {
		if id := pages.ArticleID(other); id != "" {
			t.Errorf("%s: got the id %q of a page that is no article's", other, id)
		}
	}
}

func TestParseMark(t *testing.T) {
	const text = "Größe zählt." // ö is at 2 and 3, ä at 9 and 10
	for name, ok := range map[string]bool{
		"0-2": true, "0-15": true, "2-4": true, "3-4": false, "0-3": false, "0-10": false, "5-5": false, "5-4": false, "-1-4": false,
		"0-16": false, "": false, "-": false, "0": false, "0-": false, "00-2": false, "+0-2": false, "0-2-4": false, "0 -2": false,
		"99999999999999999999-999999999999999999999": false,
	} {
		if mark, got := ParseMark(name, text); got != ok || ok && MarkName(mark) != name {
			t.Errorf("%q: got %v, %v, want %v", name, mark, got, ok)
		}
	}
}

func FuzzParseMark(f *testing.F) {
	f.Add("2-4", "Größe")
	f.Add("0-9", "\xff\x80")
	f.Fuzz(func(t *testing.T, name, text string) {
		if mark, ok := ParseMark(name, text); ok && (mark.Of(text) == "" || MarkName(mark) != name) {
			t.Errorf("%q of %q: got %v", name, text, mark)
		}
	})
}

func FuzzPageLink(f *testing.F) {
	f.Add("a/../b?x#y")
	f.Add("%2e%2E")
	f.Add("")
	f.Fuzz(func(t *testing.T, id string) {
		const pages = Pages("https://news.example")
		link := pages.Link(id, article.Span{Start: 1, End: 2})
		u, err := url.Parse(link)
		if err != nil || u.Fragment != "1-2" || u.Query().Get("at") != "1-2" || pages.ArticleID(link) != id || strings.ContainsAny(link, "\" <>'\n") {
			t.Errorf("%q: got %s and %q, %v", id, link, pages.ArticleID(link), err)
		}
	})
}

// An article without an address is cited by its page.
func TestCitationsLeadToPages(t *testing.T) {
	d := deskOf(t, collection(t,
		record{ID: "a/1", Title: "Otters counted", Source: "Wire", Published: "2025-11-20", Text: "It was raining. Biologists counted 11 otters on the river Amber last week."},
		record{ID: "b", Title: "Ferry", Source: "Wire", URL: "https://wire.example/ferry", Published: "2025-11-20", Text: "The ferry Northern Star ran aground on Monday."},
	))
	otters := Question{Text: "How many otters did biologists count?", Now: theDay}
	if got := d.ask(t, otters).Citations[0].Link; got != "" {
		t.Errorf("without pages: got %s", got)
	}
	d.Pages = "https://news.example"
	if got := d.ask(t, otters).Citations[0].Link; got != "https://news.example/a?at=16-74&id=a%2F1#16-74" {
		t.Errorf("got %s", got)
	}
	if got := d.ask(t, Question{Text: "What ran aground?", Now: theDay}).Citations[0].Link; !strings.HasPrefix(got, "https://wire.example/ferry#:~:text=") {
		t.Errorf("of an article with an address: got %s", got)
	}
	r, err := d.Search(t.Context(), otters, 1)
	if err != nil || r.Results[0].Link != "https://news.example/a?id=a%2F1" {
		t.Errorf("got %+v, %v", r.Results, err)
	}
	l, err := d.Latest(t.Context(), LatestQuery{Now: theDay, Topic: "otters"})
	if err != nil || l.Stories[0].Articles[0].Link != "https://news.example/a?id=a%2F1" {
		t.Errorf("got %+v, %v", l.Stories, err)
	}
	if id, err := d.FindArticle(t.Context(), "https://news.example/a?at=16-74&id=a%2F1#16-74", theDay, nil); id != "a/1" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
}

func TestCopiesOf(t *testing.T) {
	d := copiedNews(t)
	for id, want := range map[string]string{"wire": "daily post", "daily": "wire post", "otters": ""} {
		a, err := d.index.Article(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := d.CopiesOf(t.Context(), a, theDay, nil); err != nil || outletsOf(got) != want {
			t.Errorf("%s: got the copies %q and %v, want %q", id, outletsOf(got), err, want)
		}
	}
	if got, err := d.CopiesOf(t.Context(), article.Article{ID: "x", Text: "***"}, theDay, nil); got != nil || err != nil {
		t.Errorf("of no words: got %v, %v", got, err)
	}
}
