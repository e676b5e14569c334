package feed

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestDiscover(t *testing.T) {
	rss := rssOf(newsItem("1", "http://news.example/1", "One", body))
	sitemap := "<urlset xmlns:news='n'><url><loc>http://news.example/1</loc><news:news><news:title>One</news:title><news:publication_date>2000-01-01</news:publication_date></news:news></url></urlset>"
	for _, tt := range []struct {
		name, address string
		pages         map[string]string
		want          string // address and format of each, best first; or part of the error
	}{
		{"the feed itself", "http://news.example/feed", map[string]string{"/feed": rss}, "http://news.example/feed RSS"},
		{"a page names it", "http://news.example/", map[string]string{"/": `<link rel="alternate" type="application/rss+xml" href="/x/y">`, "/x/y": rss}, "http://news.example/x/y RSS"},
		{"nobody said http", "news.example", map[string]string{"/": `<link rel="alternate" type="application/rss+xml" href="/x/y">`, "/x/y": rss}, "http://news.example/x/y RSS"},
		{"comments come last", "http://news.example/", map[string]string{"/": `<link rel=alternate type=application/rss+xml href=/comments/feed><link rel=alternate type=application/atom+xml href=/a>`, "/comments/feed": rss, "/a": rss}, "http://news.example/a RSS, http://news.example/comments/feed RSS"},
		{"what is named is not there", "http://news.example/", map[string]string{"/": `<link rel=alternate type=application/rss+xml href=/gone>`, "/rss.xml": rss}, "http://news.example/rss.xml RSS"},
		{"a base", "http://news.example/", map[string]string{"/": `<base href="/deep/"><link rel=alternate type="application/atom+xml; charset=utf-8" href=f>`, "/deep/f": rss}, "http://news.example/deep/f RSS"},
		{"a link in the text", "http://news.example/", map[string]string{"/": `<p><a href="/world/rss.xml">RSS</a>`, "/world/rss.xml": rss}, "http://news.example/world/rss.xml RSS"},
		{"a usual place", "http://news.example/", map[string]string{"/": "<html>", "/index.xml": rss}, "http://news.example/index.xml RSS"},
		{"a usual place of a section", "http://news.example/sport/", map[string]string{"/sport/": "<html>", "/sport/feed": rss}, "http://news.example/sport/feed RSS"},
		{"a news sitemap in robots.txt", "http://news.example/", map[string]string{"/": "<html>", "/robots.txt": "Sitemap: /pages.xml\nSitemap: http://news.example/sm", "/sm": sitemap, "/pages.xml": "<urlset><url><loc>/a</loc></url></urlset>"}, "http://news.example/sm news sitemap"},
		{"a page of the program's interface", "http://news.example/", map[string]string{"/": `<link rel=alternate type=application/json href=/wp-json>`, "/wp-json": "{}"}, "its page names none"},
		{"nothing", "http://news.example/", map[string]string{"/": "<html>"}, "its page names none"},
		{"a broken feed", "http://news.example/feed", map[string]string{"/feed": rss[:60]}, "is a feed that cannot be read"},
		{"no page", "http://news.example/x", map[string]string{}, "answered 404"},
		{"no host", "http://other.example/", map[string]string{}, "there is no host other.example"},
		{"a page that names addresses inside", "http://news.example/", map[string]string{"/": `<link rel=alternate type=application/rss+xml href=http://127.0.0.1/feed>`}, "its page names none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &site{pages: tt.pages}
			inBubble(t, s.ServeHTTP, func(t *testing.T, c *Client, w *world) {
				if tt.pages["/robots.txt"] != "" {
					w.handlers["news.example/robots.txt"] = s
				}
				found, err := c.Discover(t.Context(), tt.address)
				var got []string
				for _, f := range found {
					got = append(got, f.URL+" "+f.Format)
				}
				if text := strings.Join(got, ", "); err == nil && text != tt.want || err != nil && !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %s, %v, want %s", text, err, tt.want)
				}
				if strings.Contains(tt.want, "names none") && !errors.Is(err, ErrNoFeed) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// Of an index the sitemaps of news are read, and of those the last two days;
// their articles are pages.
func TestNewsSitemaps(t *testing.T) {
	entry := func(name, at string) string {
		return fmt.Sprintf("<url><loc>http://news.example/%s</loc><n:news><n:publication><n:name>Harbour News</n:name><n:language>en</n:language></n:publication><n:title>%[1]s</n:title><n:publication_date>%s</n:publication_date></n:news></url>", name, at)
	}
	s := &site{pages: map[string]string{
		"/index": "<sitemapindex><sitemap><loc>/pages</loc></sitemap><sitemap><loc>/news</loc></sitemap></sitemapindex>",
		"/news":  "<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>" + entry("fresh", "1999-12-31T10:00:00Z") + entry("stale", "1999-12-20T10:00:00Z") + entry("undated", "") + "</urlset>",
		"/pages": "<urlset><url><loc>http://news.example/about</loc></url></urlset>",
		"/fresh": webPageOf("fresh", pageText, ""), "/undated": webPageOf("undated", pageText, ""), "/stale": webPageOf("stale", pageText, ""), "/about": webPageOf("about", pageText, ""),
	}}
	atDesk(t, []Feed{{URL: "http://news.example/index", FullText: true}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Hour)
		fresh := d.shelf.titled("fresh")
		if len(d.shelf.by) != 2 || fresh.Source != "Harbour News" || fresh.Language != "en" || !strings.Contains(fresh.Text, "seventeen") || fresh.Published.Day() != 31 {
			t.Errorf("got %+v", d.shelf.by)
		}
		s.set("/news", "<urlset xmlns:n='n'>"+entry("later", "2000-01-01T03:00:00Z")+"</urlset>")
		s.set("/later", webPageOf("later", pageText, ""))
		d.after(13 * time.Hour)
		if len(d.shelf.by) != 3 {
			t.Errorf("what came later is not there: %v", d.shelf.puts)
		}
	})
	atDesk(t, []Feed{{URL: "http://news.example/news"}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Hour)
		if st := d.Status()[0]; len(d.shelf.by) != 0 || !strings.Contains(st.Note, "1 items have no text; add the feed anew with --full-text") {
			t.Errorf("titles alone: %+v, %v", st, d.shelf.puts)
		}
	})
}

// A feed that hangs, one that trickles and one that is broken leave the others
// alone.
func TestFeedsDoNotDisturbEachOther(t *testing.T) {
	hosts := map[string]http.Handler{
		"hangs.example": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(time.Hour):
			}
		}),
		"trickles.example": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for range 3600 {
				if _, err := w.Write([]byte(" ")); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}),
		"broken.example": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<rss><channel><item>") }),
	}
	var feeds []Feed
	for name := range hosts {
		feeds = append(feeds, Feed{URL: "http://" + name + "/feed"})
	}
	for i := range 20 {
		name := fmt.Sprintf("good%d.example", i)
		hosts[name] = &site{pages: map[string]string{"/feed": rssOf(newsItem("1", "http://"+name+"/1", name, body))}}
		feeds = append(feeds, Feed{URL: "http://" + name + "/feed"})
	}
	atDesk(t, feeds, hosts, func(t *testing.T, d *desk) {
		d.after(10 * time.Second)
		if n := len(d.shelf.by); n != 20 {
			t.Errorf("after 10 s there are %d articles, want 20", n)
		}
		d.after(2 * time.Minute)
		for _, st := range d.Status() {
			if good := strings.Contains(st.URL, "good"); good != (st.Health == Fine) || good != (st.Error == "") {
				t.Errorf("%s: %s, %q", st.URL, st.Health, st.Error)
			}
		}
	})
}

func TestMovedForGood(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": "", "/new": rssOf(newsItem("1", "http://news.example/1", "One", body))}}
	s.answer("/feed", http.StatusMovedPermanently, http.Header{"Location": {"/new"}})
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Minute)
		d.world.took()
		d.after(12 * time.Hour)
		for _, r := range d.world.took() {
			if r != "news.example/new" {
				t.Errorf("asked %s", r)
			}
		}
		if st := d.Status()[0]; st.URL != feedURL || !strings.Contains(st.Note, "moved for good to http://news.example/new") {
			t.Errorf("got %+v", st)
		}
		// It comes back.
		s.answer("/new", http.StatusNotFound, nil)
		s.answer("/feed", 0, nil)
		s.set("/feed", rssOf(newsItem("2", "http://news.example/2", "Two", body)))
		d.after(24 * time.Hour)
		if st := d.Status()[0]; st.Health != Fine || len(d.shelf.by) != 2 {
			t.Errorf("got %+v", st)
		}
	})
}

// People ask for a feed at once, and hear how it fared.
func TestCheckNow(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": rssOf(newsItem("1", "http://news.example/1", "One", body))}}
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Minute)
		s.set("/feed", rssOf(newsItem("2", "http://news.example/2", "Two", body)))
		st, err := d.Check(t.Context(), feedURL)
		if err != nil || st.Articles != 2 || time.Since(st.LastTry) > time.Minute {
			t.Errorf("got %+v, %v", st, err)
		}
		if _, err := d.Check(t.Context(), "http://news.example/x"); !errors.Is(err, ErrUnlisted) {
			t.Errorf("got %v", err)
		}
	})
}

// The header tells the encoding where the bytes do not.
func TestEncodingOfHeader(t *testing.T) {
	for contentType, raw := range map[string]string{
		"text/xml; charset=koi8-r":                      "\xf7\xd9\xc4\xd2\xd9", // Выдры
		"application/rss+xml; charset=\"windows-1251\"": "\xc2\xfb\xe4\xf0\xfb",
		"text/xml; charset=utf-8":                       "Выдры",
		"text/xml; charset=iso-8859-1":                  "Выдры", // a server's default, and wrong
		"":                                              "Выдры",
	} {
		d, err := parse([]byte(rssOf(newsItem("1", "http://news.example/1", raw, "x"))), contentType, feedURL)
		if err != nil || d.items[0].title != "Выдры" {
			t.Errorf("%s: got %q, %v", contentType, d.items[0].title, err)
		}
	}
}
