package feed

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"newsdesk/article"
)

// tooLong is how long a parser may take on what a fuzzer makes, on a slow
// machine with the race detector.
const tooLong = 20 * time.Second

func addOdd(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/odd/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, "text/xml; charset=utf-8")
	}
	f.Add([]byte(rssOf(newsItem("1", "http://news.example/1", "One", body))), "text/xml; charset=koi8-r")
}

// Whatever a feed holds, articles are whole: an id, text, good UTF-8, web
// addresses, a date that is not in the future; and the same bytes twice are
// the same articles.
func FuzzFeed(f *testing.F) {
	addOdd(f)
	f.Fuzz(func(t *testing.T, raw []byte, contentType string) {
		began := time.Now()
		first := gathered(t, raw, contentType)
		again := gathered(t, raw, contentType)
		if took := time.Since(began); took > tooLong {
			t.Errorf("took %v", took)
		}
		if len(first) != len(again) {
			t.Errorf("%d articles, and then %d", len(first), len(again))
		}
		seen := make(map[string]bool)
		for i, a := range first {
			switch {
			case a.ID == "" || a.ID != again[i].ID:
				t.Errorf("the id is %q and then %q", a.ID, again[i].ID)
			case seen[a.ID]:
				t.Errorf("two articles are %s", a.ID)
			case strings.TrimSpace(a.Text) == "":
				t.Errorf("%s has no text", a.ID)
			case !utf8.ValidString(a.Title + a.Text + a.Source + a.Section):
				t.Errorf("%s is no UTF-8", a.ID)
			case a.Published.After(a.FirstSeen.Add(14 * time.Hour)):
				t.Errorf("%s was published on %v, and seen on %v", a.ID, a.Published, a.FirstSeen)
			}
			seen[a.ID] = true
			for _, address := range []string{a.URL, a.Image} {
				if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil) {
					t.Errorf("%s has the address %q", a.ID, address)
				}
			}
			for _, h := range a.Headings {
				if h.Start < 0 || h.End < h.Start || h.End > len(a.Text) {
					t.Errorf("%s has a heading at %v of %d", a.ID, h, len(a.Text))
				}
			}
		}
	})
}

// gathered returns what a gatherer makes of a document, without a network.
func gathered(t *testing.T, raw []byte, contentType string) []article.Article {
	t.Helper()
	d, err := parse(raw, contentType, feedURL)
	if err != nil {
		if err.Error() == "" || !utf8.ValidString(err.Error()) && utf8.Valid(raw) {
			t.Errorf("the error reads %q", err)
		}
		return nil
	}
	g, err := NewGatherer(Options{Client: &Client{}})
	if err != nil {
		t.Fatal(err)
	}
	var kept collector
	g.o.Sink = &kept
	s := &state{Items: make(map[string]*entry)}
	if err := g.take(context.Background(), Feed{URL: feedURL}, s, &answer{doc: d}, 0); err != nil {
		t.Fatal(err)
	}
	before := len(kept.list)
	if err := g.take(context.Background(), Feed{URL: feedURL}, s, &answer{doc: d}, 0); err != nil {
		t.Fatal(err)
	}
	if len(kept.list) != before {
		t.Errorf("%d articles are put once more", len(kept.list)-before)
	}
	return kept.list
}

// A list that can be read is written so that it reads the same.
func FuzzList(f *testing.F) {
	for _, s := range []string{
		`<opml><body><outline text="a" xmlUrl="https://news.example/"/></body></opml>`,
		`<?xml version="1.0"?><opml version="2.0" xmlns:newsdesk="urn:x"><head><title>t</title></head><body><!-- c --><outline text="f"><outline title="b" XMLURL="feed://x.example" newsdesk:fullText="true" odd:er="1"/></outline></body></opml>`,
		`<opml><body><outline type="rss" url="http://a.example/"/>text</body></opml>`,
		`<OPML><BODY><OUTLINE text="&lt;b&gt;&#10;" xmlurl='https://a.example/?a=1&b=2'></BODY></OPML>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := ParseList(raw)
		if err != nil {
			return
		}
		before := l.Feeds()
		again, err := ParseList(l.Bytes())
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, l.Bytes())
		}
		after := again.Feeds()
		if len(after) != len(before) {
			t.Fatalf("%d feeds became %d\n%s", len(before), len(after), l.Bytes())
		}
		for i := range before {
			if before[i] != after[i] {
				t.Errorf("%+v became %+v", before[i], after[i])
			}
			if len(l.Remove(before[i].URL)) == 0 {
				t.Errorf("%s cannot be removed", before[i].URL)
			}
		}
	})
}

// What a page names as feeds are web addresses, each once.
func FuzzDiscovery(f *testing.F) {
	f.Add([]byte(`<base href="https://b.example/x/"><link rel="alternate" type="application/rss+xml" href="rss" title="T"><a href="/feed">RSS</a>`), "text/html")
	f.Add([]byte(`<link rel='feed' href='//x.example/f'><link rel=alternate type=application/json href=/wp-json>`), "")
	page, err := url.Parse("https://news.example/start")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte, contentType string) {
		seen := make(map[string]bool)
		for _, a := range alternates(raw, contentType, page) {
			u, err := url.Parse(a.address)
			if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || seen[a.address] {
				t.Errorf("got %q, %v", a.address, err)
			}
			seen[a.address] = true
		}
	})
}

// A robots.txt never breaks its reader, and "Disallow: /" for newsdesk closes
// the site whatever stands behind.
func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 2\nSitemap: https://x/", "/a/b?c")
	f.Add("user-agent: newsdesk/1\nuser-agent:*\ndisallow:/%7euser", "/~user")
	f.Fuzz(func(t *testing.T, text, path string) {
		r := parseRobots(text, productToken)
		began := time.Now()
		r.allows(path)
		if took := time.Since(began); took > tooLong {
			t.Errorf("took %v", took)
		}
		if r.delay < 0 || r.delay > maxCrawlDelay {
			t.Errorf("a delay of %v", r.delay)
		}
		if closed := parseRobots("User-agent: newsdesk\nDisallow: /\n", productToken); strings.HasPrefix(path, "/") && closed.allows(path) {
			t.Errorf("%q is allowed", path)
		}
	})
}

// Addresses that people write become ones that parse to themselves.
func FuzzAddress(f *testing.F) {
	for _, s := range forbidden {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := parseAddress(s)
		if err != nil {
			return
		}
		again, err := parseAddress(u.String())
		if err != nil || again.String() != u.String() {
			t.Errorf("%q became %q, and that %v, %v", s, u, again, err)
		}
	})
}
