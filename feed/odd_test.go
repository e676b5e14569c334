package feed

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsdesk/article"
)

var itemCount = flag.Int("items", 10000, "items of the feed that is far too long")

var update = flag.Bool("update", false, "write golden files anew")

// outcome writes what became of a document as people would check it.
func outcome(raw []byte) string {
	d, err := parse(raw, "", "https://feeds.example/dir/feed")
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q site=%s language=%s", d.format, d.title, d.site, d.language)
	if h := d.hints; h.Every > 0 || h.SkipHours != nil || h.SkipDays != nil {
		fmt.Fprintf(&b, " every=%v hours=%v days=%v", h.Every, h.SkipHours, h.SkipDays)
	}
	for _, s := range d.sitemaps {
		fmt.Fprintf(&b, " sitemap=%s", s)
	}
	b.WriteString("\n")
	for i := range d.items {
		r := d.items[i].read(Feed{URL: "https://feeds.example/dir/feed"}, d)
		a := r.article
		fmt.Fprintf(&b, "  %q key=%s url=%s source=%q", a.Title, r.key, a.URL, a.Source)
		if !a.Published.IsZero() {
			fmt.Fprintf(&b, " published=%s", article.FormatDate(a.Published))
		}
		if !a.Updated.IsZero() {
			fmt.Fprintf(&b, " updated=%s", article.FormatDate(a.Updated))
		}
		for _, f := range []struct{ name, value string }{{"authors", strings.Join(a.Authors, "|")}, {"section", a.Section}, {"language", a.Language}, {"image", a.Image}} {
			if f.value != "" {
				fmt.Fprintf(&b, " %s=%q", f.name, f.value)
			}
		}
		fmt.Fprintf(&b, " headings=%d teaser=%v\n    %q\n", len(a.Headings), r.teaser, a.Text)
	}
	return b.String()
}

// Odd feeds, as they are found in the wild, and what is read of them.
func TestOddFeeds(t *testing.T) {
	files, err := filepath.Glob("testdata/odd/*")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var b strings.Builder
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %s", filepath.Base(name), outcome(raw))
	}
	if *update {
		if err := os.WriteFile("testdata/odd.golden", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("testdata/odd.golden")
	if err != nil {
		t.Fatal(err)
	}
	got, expected := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(expected)) {
		if i >= len(got) || i >= len(expected) || got[i] != expected[i] {
			t.Fatalf("line %d differs (-update writes it anew):\ngot  %s\nwant %s", i+1, at(got, i), at(expected, i))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// What is made to use up a reader's memory, stack or time is refused at once.
func TestHostileFeeds(t *testing.T) {
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + strings.Repeat(end, n) }
	var spaces, tangle, pieces strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&spaces, " xmlns:n%d='u%d'", i, i)
	}
	for i := range 3000 {
		fmt.Fprintf(&tangle, "<b class='%d'>", i)
	}
	tangle.WriteString(strings.Repeat("<p>x", 3000))
	for range 300000 {
		pieces.WriteString("0123456789<!---->")
	}
	for name, doc := range map[string]string{
		"elements in elements":       rssOf("<item><x:a xmlns:x='u'>" + deep("<x:a>", "</x:a>", 1<<16) + "</x:a></item>"),
		"elements never closed":      rssOf("<item>" + strings.Repeat("<x:a>", 1<<16)),
		"namespaces without end":     "<rss" + spaces.String() + "><channel>" + strings.Repeat("<item/>", 100000) + "</channel></rss>",
		"attributes without end":     "<rss><channel " + strings.Repeat("a='b' ", 100000) + "/></rss>",
		"a text in many pieces":      rssOf("<item><x:a xmlns:x='u'>" + pieces.String() + "</x:a></item>"),
		"tangled markup in Atom":     "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://x/'><entry><content type='html'><![CDATA[" + tangle.String() + "]]></content></entry></feed>",
		"tangled XHTML":              "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'><div>" + strings.ReplaceAll(strings.ReplaceAll(tangle.String(), "'>", "'/>"), "<p>x", "<p/>x") + "</div></content></entry></feed>",
		"JSON in JSON":               `{"items":[{"id":` + deep("[", "]", 1<<16) + "}]}",
		"a sitemap in depth":         "<urlset>" + deep("<url>", "</url>", 1<<16) + "</urlset>",
		"millions of empty elements": "<rss><channel>" + strings.Repeat("<a/>", 5<<18) + "</channel></rss>",
	} {
		began := time.Now()
		_, err := parse([]byte(doc), "", feedURL)
		if !errors.Is(err, errHostile) {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
		if took := time.Since(began); took > tooLong {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

// Of a feed with very many items the newest are taken, and it says so.
func TestEndlessFeed(t *testing.T) {
	var b strings.Builder
	for i := range *itemCount {
		fmt.Fprintf(&b, "<item><title>%d</title><link>http://news.example/%[1]d</link><pubDate>%s</pubDate></item>", i, time.Unix(1.7e9+int64(i*7919%*itemCount), 0).UTC().Format(time.RFC1123))
	}
	d, err := parse([]byte(rssOf(b.String())), "", feedURL)
	if err != nil || len(d.items) != maxItems || d.dropped != *itemCount-maxItems {
		t.Fatalf("got %v, %v", d, err)
	}
	oldest := firstDate(d.items[maxItems-1].published)
	if want := time.Unix(1.7e9+int64(*itemCount-maxItems), 0); !oldest.Equal(want) {
		t.Errorf("the last taken is of %v, want %v", oldest, want)
	}
}
