package web

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/locale"

	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

// text is what a reader sees of a page, a line for each element of its own.
func text(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(regexp.MustCompile(`\s+`).ReplaceAllString(n.Data, " "))
		}
		switch n.Data {
		case "h1", "h2", "h3", "p", "li", "dt", "dd", "tr", "title", "nav":
			b.WriteString("\n")
		case "td", "th":
			b.WriteString("| ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(b.String(), "\n")
}

// TestWhatPagesSay shows the pages in each language.
func TestWhatPagesSay(t *testing.T) {
	d := deskOf(t, someArticles())
	stats, err := d.Index.Stats()
	if err != nil {
		t.Fatal(err)
	}
	h, _ := newSite(t, d, "")
	var shown strings.Builder
	for _, l := range locale.All() {
		for _, path := range []string{"/", "/a/wire?at=0-107", "/a/daily", "/a/wire?at=5-9999", "/a/nobody", "/nowhere"} {
			said := text(t, get(h, path, "Accept-Language", l.Code()).Body.String())
			if path == "/" {
				said = regexp.MustCompile(`(?s)\n[^\n]*Older news 0\n.*Older news 22\n`).ReplaceAllString(said, "\n…\n")
			}
			fmt.Fprintf(&shown, "== %s: %s\n%s\n", l.Code(), path, strings.ReplaceAll(said, l.Time(stats.IndexedAt), "INDEXED"))
		}
	}
	const golden = "testdata/pages.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(shown.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if shown.String() != string(want) {
		t.Errorf("%s differs (go test ./web -update writes it anew), got\n%s", golden, shown.String())
	}
}

func TestStatusAndHeaders(t *testing.T) {
	h, log := newSite(t, deskOf(t, someArticles()), "")
	for _, tt := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", 200}, {"HEAD", "/", 200}, {"GET", "/?page=3", 200}, {"GET", "/?page=4", 404}, {"GET", "/?page=0", 404}, {"GET", "/?page=01", 404},
		{"GET", "/?page=x", 404}, {"GET", "/?page=99999999999999999999", 404}, {"GET", "/?page=%zz", 200}, // a query that is none
		{"GET", "/a/wire", 200}, {"GET", "/a?id=wire", 200}, {"GET", "/a/?id=wire", 200}, {"GET", "/a/a%2Fb%20c%231%3F", 200}, {"GET", "/a?id=a/b+c%231?", 200},
		{"GET", "/a", 404}, {"GET", "/a/", 404}, {"GET", "/a/..%2f..%2fetc%2fpasswd", 404}, {"GET", "/a?id=%00", 404}, {"GET", "/a/%ff%fe", 404},
		{"GET", "/a?id=" + strings.Repeat("x", 5000), 404}, {"GET", "/style.css", 200}, {"GET", "/icon.svg", 200}, {"GET", "/templates/home.html", 404},
		{"GET", "/a/old0", 500}, {"POST", "/", 405}, {"DELETE", "/a/wire", 405}, {"BREW", "/", 405}, {"PUT", "/nowhere", 405},
	} {
		w := ask(t.Context(), h, tt.method, tt.path)
		if w.Code != tt.want {
			t.Errorf("%s %s: got %d, want %d", tt.method, tt.path, w.Code, tt.want)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; ", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
		} {
			if got := w.Header().Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s %s: %s is %q", tt.method, tt.path, name, got)
			}
		}
		if tt.want == http.StatusMethodNotAllowed && w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: got Allow %q", tt.path, w.Header().Get("Allow"))
		}
		if body := w.Body.String(); tt.method != "HEAD" && !strings.Contains(body, "<h1") && !strings.HasPrefix(tt.path, "/style") && !strings.HasPrefix(tt.path, "/icon") {
			t.Errorf("%s %s has no heading: %s", tt.method, tt.path, body)
		}
	}
	if page := get(h, "/a/old0").Body.String(); strings.Contains(page, "fire") || !strings.Contains(log.String(), "disk on fire") {
		t.Errorf("an error has to be logged, and not shown: %s", log)
	}
}

// A page is sent again only if it is another one.
func TestCaching(t *testing.T) {
	d := deskOf(t, someArticles())
	h, _ := newSite(t, d, "")
	for _, path := range []string{"/a/wire", "/a/wire?at=0-9", "/style.css"} {
		w := get(h, path)
		tag := w.Header().Get("ETag")
		if again := get(h, path, "If-None-Match", tag); tag == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s: got %d and %q of the tag %s", path, again.Code, again.Body, tag)
		}
		if german := get(h, path, "If-None-Match", tag, "Accept-Language", "de"); path != "/style.css" && german.Code != http.StatusOK {
			t.Errorf("%s: got %d in another language", path, german.Code)
		}
	}
	tag := get(h, "/a/wire").Header().Get("ETag")
	files := someArticles()
	files["all.jsonl"].Data = []byte(strings.Replace(string(files["all.jsonl"].Data), "Ferry aground off", "Ship aground off", 1))
	d.Collection.FS = files
	if _, err := d.Index.Rebuild(t.Context(), d.Collection, nil); err != nil {
		t.Fatal(err)
	}
	if w := get(h, "/a/wire", "If-None-Match", tag); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("of a changed article: got %d", w.Code)
	}
}

// Whatever stands in articles and feeds is text.
func TestNothingBecomesMarkup(t *testing.T) {
	h, _ := newSite(t, deskOf(t, someArticles()), "")
	for _, path := range []string{"/", "/?page=1", "/a/evil", "/a/evil?at=0-12", "/a/%3Cscript%3Ealert(1)%3C/script%3E", "/a/wire?at=%3Cscript%3E"} {
		doc, err := html.Parse(strings.NewReader(get(h, path).Body.String()))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Data == "script" && n.Type == html.ElementNode || n.Data == "img" {
				t.Errorf("%s holds <%s>", path, n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(a.Val, "javascript:") {
					t.Errorf("%s holds %s=%q", path, a.Key, a.Val)
				}
			}
		}
	}
	if page := text(t, get(h, "/a/evil").Body.String()); !strings.Contains(page, `<script>alert(1)</script><img src=x onerror=alert(2)>&amp; {{.}}`) {
		t.Errorf("the text is not as it was:\n%s", page)
	}
}

// marksOf returns what a page marks, the ids of the marks, and all that is text.
func marksOf(t *testing.T, page string) (marked, ids, whole string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	inside := func(n *html.Node, tag, class string) bool {
		for p := range n.Ancestors() {
			if p.Data == tag && (class == "" || len(p.Attr) > 0 && p.Attr[0].Val == class) {
				return true
			}
		}
		return false
	}
	for n := range doc.Descendants() {
		if n.Data == "mark" {
			for _, a := range n.Attr {
				ids += a.Val + " "
			}
		}
		if n.Type == html.TextNode && inside(n, "div", "text") {
			whole += n.Data
			if inside(n, "mark", "") {
				marked += n.Data
			}
		}
	}
	return marked, strings.TrimSpace(ids), whole
}

func TestMarks(t *testing.T) {
	d := deskOf(t, someArticles())
	h, _ := newSite(t, d, "")
	const id = "a/b c#1?"
	a, err := d.Index.Article(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	of := func(sentence string) article.Span {
		at := strings.Index(a.Text, sentence)
		return article.Span{Start: at, End: at + len(sentence)}
	}
	for _, mark := range []article.Span{
		of("Größe und Gewicht zählen: 東京 – the very last words."), of("öße"), of("東"), {Start: 0, End: len(a.Text)},
		{Start: of("until the tide").Start, End: of("Paragraph 3").End}, // over paragraphs
	} {
		path, _, _ := strings.Cut(answer.PagePath(id, mark), "#")
		marked, ids, whole := marksOf(t, get(h, path).Body.String())
		if squeeze(marked) != squeeze(mark.Of(a.Text)) || ids != answer.MarkName(mark) || squeeze(whole) != squeeze(a.Text) {
			t.Errorf("%s marks %q as %q", path, marked, ids)
		}
	}
	o := of("ö")
	for _, bad := range []string{"", "x", "1", "9-3", "0-999999", fmt.Sprintf("%d-%d", o.Start+1, o.End), fmt.Sprintf("0-%d", o.Start+1), "-5-9", "1-2-3", "99999999999999999999-3"} {
		w := get(h, "/a?id=a/b+c%231%3F&at="+bad)
		marked, _, whole := marksOf(t, w.Body.String())
		if lost := strings.Contains(w.Body.String(), `role="status"`); w.Code != 200 || marked != "" || squeeze(whole) != squeeze(a.Text) || lost != (bad != "") {
			t.Errorf("at=%s: got %d, marked %q", bad, w.Code, marked)
		}
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add("Größe.\n\nTwo. Three.", 1, 9)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		mark, ok := answer.ParseMark(fmt.Sprintf("%d-%d", start, end), text)
		var plain, marked strings.Builder
		for _, b := range blocksOf(article.Article{Text: text}, mark, "m") {
			for _, p := range b.Pieces {
				plain.WriteString(p.Text)
				if p.Marked {
					marked.WriteString(p.Text)
				}
			}
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(plain.String()) != squeeze(text) || ok && squeeze(marked.String()) != squeeze(mark.Of(text)) {
			t.Errorf("%q from %d to %d: got %q, marked %q", text, start, end, plain.String(), marked.String())
		}
	})
}

// Below a path, all that a page leads to is below it too.
func TestBase(t *testing.T) {
	h, _ := newSite(t, deskOf(t, someArticles()), "/news")
	for _, path := range []string{"/", "/?page=2", "/a/daily", "/a/nobody"} {
		for _, link := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(get(h, path).Body.String(), -1) {
			if !strings.HasPrefix(link[1], "/news/") && !strings.HasPrefix(link[1], "#") && !strings.HasPrefix(link[1], "https://") {
				t.Errorf("%s leads to %s", path, link[1])
			}
		}
	}
}

func TestWithoutAnIndex(t *testing.T) {
	h, log := newSite(t, deskOf(t, nil), "")
	for _, path := range []string{"/", "/a/wire"} {
		if w := get(h, path); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "There are no articles yet") {
			t.Errorf("%s: got %d %s", path, w.Code, w.Body)
		}
	}
	if log.Len() > 0 {
		t.Errorf("logged %s", log)
	}
}

// A page that cannot be made is a 500 in words, and the next one is made.
func TestPanics(t *testing.T) {
	d := deskOf(t, someArticles())
	now, broken := d.Now, true
	d.Now = func() time.Time {
		if broken {
			panic("the clock stopped")
		}
		return now()
	}
	h, log := newSite(t, d, "")
	for range maxAtOnce + 1 {
		if w := get(h, "/"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "clock") || !strings.Contains(w.Body.String(), "Something went wrong") {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	if !strings.Contains(log.String(), "the clock stopped") {
		t.Errorf("logged %s", log)
	}
	if broken = false; get(h, "/").Code != http.StatusOK {
		t.Error("nothing is shown any more")
	}
}

func TestWhoeverGoesAwayIsNoError(t *testing.T) {
	h, log := newSite(t, deskOf(t, someArticles()), "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ask(ctx, h, "GET", "/a/wire")
	if log.Len() > 0 {
		t.Errorf("logged %s", log)
	}
}

// Each article is on one page, though all of them came out at the same time,
// and none before its time.
func TestNewestInPages(t *testing.T) {
	var b strings.Builder
	for i := range 3*homeSize + 1 {
		fmt.Fprintf(&b, `{"id":"n%d","title":"News %d","source":"Wire","published":"2025-11-20","text":"It rained on day %d. The river rose."}`+"\n", i, i, i)
	}
	fmt.Fprintf(&b, `{"id":"later","title":"Of tomorrow","published":%q,"text":"It will rain again. The river will rise."}`+"\n", time.Now().AddDate(0, 0, 1).Format(time.RFC3339))
	h, _ := newSite(t, deskOf(t, fstest.MapFS{"all.jsonl": {Data: []byte(b.String())}}), "")
	seen := map[string]bool{}
	for page := 1; page <= 4; page++ {
		for _, found := range regexp.MustCompile(`href="/a/(\w+)"`).FindAllStringSubmatch(get(h, fmt.Sprintf("/?page=%d", page)).Body.String(), -1) {
			if seen[found[1]] {
				t.Errorf("page %d shows %s again", page, found[1])
			}
			seen[found[1]] = true
		}
	}
	if len(seen) != 3*homeSize+1 || seen["later"] {
		t.Errorf("got %d articles", len(seen))
	}
}
