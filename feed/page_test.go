package feed

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func webPageOf(title, text, head string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html><html><head><title>%s</title>%s</head><body><nav>Home News</nav><article><h1>%s</h1>", title, head, title)
	for p := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(&b, "<p>%s</p>", p)
	}
	return b.String() + "</article><footer>Imprint</footer></body></html>"
}

var pageText = strings.Repeat("Ada Holm, the warden, counted seventeen otters in the harbour on Tuesday and wrote all of them down.\n", 8)

func teaserFeed(links ...string) string {
	var items []string
	for i, l := range links {
		items = append(items, newsItem(fmt.Sprint(i), "http://news.example"+l, "Story "+l, "Ada Holm counted otters …"))
	}
	return rssOf(items...)
}

// What only teases is completed from its page, once, where the site lets
// robots, and as long as the page is free for all.
func TestFullText(t *testing.T) {
	s := &site{pages: map[string]string{
		"/feed":          teaserFeed("/good", "/secret/robots", "/paid", "/gone", "/front", "/image"),
		"/robots.txt":    "User-agent: *\nDisallow: /secret/\nCrawl-delay: 5\n",
		"/good":          webPageOf("Story", pageText, `<meta name="author" content="Ben Weir"><link rel="canonical" href="http://news.example/2025/good">`),
		"/secret/robots": webPageOf("Story", pageText, ""),
		"/paid":          webPageOf("Story", pageText, `<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>`),
		"/":              webPageOf("Home", pageText, ""),
		"/image":         "GIF89a",
	}}
	s.answer("/front", http.StatusFound, http.Header{"Location": {"/"}})
	s.answer("/image", 0, http.Header{"Content-Type": {"image/gif"}})
	hosts := map[string]http.Handler{"news.example": s, "news.example/robots.txt": s}
	atDesk(t, []Feed{{URL: feedURL, FullText: true}}, hosts, func(t *testing.T, d *desk) {
		began := time.Now()
		d.after(time.Minute)
		for title, want := range map[string]string{
			"Story /good": strings.TrimSpace(strings.ReplaceAll(pageText, "\n", "\n\n")), "Story /secret/robots": "Ada Holm counted otters …",
			"Story /paid": "Ada Holm counted otters …", "Story /gone": "Ada Holm counted otters …", "Story /front": "Ada Holm counted otters …", "Story /image": "Ada Holm counted otters …",
		} {
			if got := d.shelf.titled(title); got.Text != want {
				t.Errorf("%s: got %q, want %q", title, got.Text, want)
			}
		}
		good := d.shelf.titled("Story /good")
		if good.URL != "http://news.example/2025/good" || good.ID != idOf(Feed{}, good.URL, "") || !slices.Equal(good.Authors, []string{"Ben Weir"}) {
			t.Errorf("got %s %s %v", good.ID, good.URL, good.Authors)
		}
		requests := d.world.took()
		if slices.Contains(requests, "news.example/secret/robots") || !slices.Contains(requests, "news.example/robots.txt") {
			t.Errorf("asked %v", requests)
		}
		if st := d.Status()[0]; st.Health != Fine || st.Articles != 6 || !strings.Contains(st.Note, "pages could not be used") {
			t.Errorf("status %+v", st)
		}
		if wait := time.Until(began.Add(time.Minute)); wait > 0 {
			t.Error("the clock stood still")
		}
		d.after(12 * time.Hour)
		for _, r := range d.world.took() {
			if r != "news.example/feed" {
				t.Errorf("asked again: %s", r)
			}
		}
	})
}

// A page that fails for a while is asked again; until then the teaser serves.
func TestPageIsTriedAgain(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": teaserFeed("/a"), "/a": "busy"}}
	s.answer("/feed", 0, http.Header{"Etag": {`"x"`}})
	s.answer("/a", http.StatusServiceUnavailable, nil)
	atDesk(t, []Feed{{URL: feedURL, FullText: true}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Minute)
		if got := d.shelf.titled("Story /a").Text; got != "Ada Holm counted otters …" {
			t.Errorf("meanwhile: %q", got)
		}
		s.answer("/a", 0, nil)
		s.set("/a", webPageOf("Story", pageText, ""))
		d.after(6 * time.Minute)
		if got := d.shelf.titled("Story /a").Text; !strings.Contains(got, "seventeen") {
			t.Errorf("then: %q", got)
		}
		if n := len(d.shelf.by); n != 1 {
			t.Errorf("%d articles", n)
		}
	})
}

// A page that goes on failing is let be, and so is the feed.
func TestPageIsGivenUp(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": teaserFeed("/a"), "/a": "busy"}}
	s.answer("/feed", 0, http.Header{"Etag": {`"x"`}})
	s.answer("/a", http.StatusInternalServerError, nil)
	atDesk(t, []Feed{{URL: feedURL, FullText: true}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(24 * time.Hour)
		pages := 0
		for _, r := range d.world.took() {
			if r == "news.example/a" {
				pages++
			}
		}
		if pages != maxPageTries {
			t.Errorf("asked %d times for the page, want %d", pages, maxPageTries)
		}
	})
}

// Sites whose every page names the front page, or one and the same page, as
// its address keep their articles apart.
func TestWrongCanonical(t *testing.T) {
	head := `<link rel="canonical" href="http://news.example/">`
	same := `<link rel="canonical" href="http://news.example/same">`
	other := `<link rel="canonical" href="http://other.example/stolen">`
	s := &site{pages: map[string]string{"/feed": teaserFeed("/a", "/b", "/c", "/d", "/e"),
		"/a": webPageOf("A", pageText, head), "/b": webPageOf("B", pageText, head), "/c": webPageOf("C", pageText, same), "/d": webPageOf("D", pageText, same), "/e": webPageOf("E", pageText, other)}}
	atDesk(t, []Feed{{URL: feedURL, FullText: true}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Hour)
		if n := len(d.shelf.by); n != 5 {
			t.Errorf("%d articles, want 5", n)
		}
		if a := d.shelf.titled("Story /e"); a.URL != "http://news.example/e" {
			t.Errorf("a page speaks for another site: %s", a.URL)
		}
	})
}

func TestOddGuids(t *testing.T) {
	for name, items := range map[string][]string{
		"one guid for all":          {newsItem("x", "http://news.example/1", "One", body), newsItem("x", "http://news.example/2", "Two", body), newsItem("x", "http://news.example/3", "Three", body)},
		"one link for all":          {newsItem("1", "http://news.example/", "One", body), newsItem("2", "http://news.example/", "Two", body), newsItem("3", "http://news.example/", "Three", body)},
		"neither":                   {newsItem("", "", "One", body+"1"), newsItem("", "", "Two", body+"2"), newsItem("", "", "Three", body+"3")},
		"only guids":                {newsItem("1", "", "One", body), newsItem("2", "", "Two", body), newsItem("3", "", "Three", body)},
		"twice the same":            {newsItem("1", "http://news.example/1", "One", body), newsItem("1", "http://news.example/1", "One", body), newsItem("2", "http://news.example/2", "Two", body), newsItem("3", "http://news.example/3", "Three", body)},
		"tracking in links":         {newsItem("", "http://news.example/1?utm_source=a", "One", body), newsItem("", "http://news.example/2?fbclid=1", "Two", body), newsItem("", "http://news.example/3", "Three", body)},
		"a guid as long as a novel": {newsItem(strings.Repeat("g", 5000), "http://news.example/1", "One", body), newsItem("2", "http://news.example/2", "Two", body), newsItem("3", "http://news.example/3", "Three", body)},
	} {
		t.Run(name, func(t *testing.T) {
			s := &site{pages: map[string]string{"/feed": rssOf(items...)}}
			atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
				d.after(time.Hour)
				slices.Reverse(items)
				s.set("/feed", rssOf(items...)+" ")
				d.after(6 * time.Hour)
				if len(d.shelf.by) != 3 || len(d.shelf.puts) != 3 {
					t.Errorf("got %d articles by %v, want 3, each put once", len(d.shelf.by), d.shelf.puts)
				}
			})
		})
	}
}

// Dates that lie in the future become the time of first sight, and stay that;
// none stays none; a date of updating serves once.
func TestDates(t *testing.T) {
	entry := func(id, dates, title string) string {
		return fmt.Sprintf("<entry><id>%s</id><link href='http://news.example/%[1]s'/><title>%s</title>%s<content type='html'>%s</content></entry>", id, title, dates, body)
	}
	feedOf := func(title, updated string) string {
		return "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>" +
			entry("past", "<published>1999-12-01T10:00:00Z</published>", title) + entry("future", "<published>2030-01-01T00:00:00Z</published>", title) +
			entry("none", "", title) + entry("odd", "<published>when it rains</published>", title) + entry("updated", "<updated>"+updated+"</updated>", title) + "</feed>"
	}
	s := &site{pages: map[string]string{"/feed": feedOf("A", "1999-12-02T10:00:00Z")}}
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Hour)
		s.set("/feed", feedOf("B", "1999-12-31T10:00:00Z"))
		d.after(6 * time.Hour)
		for id, want := range map[string]string{"past": "1999-12-01T10:00:00Z", "future": "2000-01-01T00:00:00Z", "none": "0001-01-01T00:00:00Z", "odd": "0001-01-01T00:00:00Z", "updated": "1999-12-02T10:00:00Z"} {
			a := d.shelf.by[idOf(Feed{}, "http://news.example/"+id, "")]
			if got := a.Published.Format(time.RFC3339); got != want || a.Title != "B" {
				t.Errorf("%s: published %s, title %s, want %s, B", id, got, a.Title, want)
			}
		}
	})
}

// So many articles cost as many requests: pages once, feeds twice an article.
func TestFewRequests(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": rssOf()}}
	s.answer("/feed", 0, http.Header{"Etag": {`"0"`}})
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		var items []string
		for i := range 48 { // every two hours for four days
			items = append([]string{fmt.Sprintf("<item><guid>%d</guid><link>http://news.example/%[1]d</link><title>%[1]d</title><pubDate>%s</pubDate><description>%s</description></item>", i, time.Now().UTC().Format(time.RFC1123), body)}, items[:min(len(items), 20)]...)
			s.set("/feed", rssOf(items...))
			s.answer("/feed", 0, http.Header{"Etag": {fmt.Sprintf("%q", fmt.Sprint(i+1))}})
			d.after(2 * time.Hour)
		}
		if n := len(d.world.took()); n > 48*3 || len(d.shelf.by) != 48 {
			t.Errorf("%d requests for %d articles", n, len(d.shelf.by))
		}
	})
}
