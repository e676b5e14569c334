package feed

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	for _, tt := range []struct {
		name, text, path string
		want             bool
	}{
		{"no file", "", "/a", true},
		{"all closed", "User-agent: *\nDisallow: /", "/a", false},
		{"an empty rule allows", "User-agent: *\nDisallow:", "/a", true},
		{"another robot", "User-agent: other\nDisallow: /", "/a", true},
		{"ours before all", "User-agent: *\nDisallow: /\n\nUser-agent: newsdesk\nDisallow: /b", "/a", true},
		{"ours alone counts", "User-agent: *\nDisallow: /a\nUser-agent: NewsDesk/1.0\nDisallow: /b", "/a", true},
		{"groups of one name add up", "User-agent: newsdesk\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: newsdesk\nDisallow: /b", "/b", false},
		{"several names for one group", "User-agent: x\nUser-agent: newsdesk\nUser-agent: y\nDisallow: /a", "/a", false},
		{"a rule of delay is part of the group", "User-agent: newsdesk\nCrawl-delay: 3\nDisallow: /a", "/a", false},
		{"the longest rule wins", "User-agent: *\nDisallow: /news\nAllow: /news/free", "/news/free/1", true},
		{"in whatever order", "User-agent: *\nAllow: /news/free\nDisallow: /news", "/news/paid", false},
		{"of two alike the one that allows", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"a star", "User-agent: *\nDisallow: /*/print", "/2025/print", false},
		{"a star that does not fit", "User-agent: *\nDisallow: /*/print", "/print", true},
		{"an end", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf", false},
		{"not the end", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", true},
		{"a query", "User-agent: *\nDisallow: /*?print=", "/a?print=1", false},
		{"escapes are one with what they stand for", "User-agent: *\nDisallow: /%7Eada/%C3%B6", "/~ada/ö", false},
		{"comments and odd spaces", "\ufeff# hi\r\nUSER-AGENT : * # all\r\n  disallow:/a # x\r\n", "/a", false},
		{"rules before any name", "Disallow: /\nUser-agent: *\nDisallow: /b", "/a", true},
		{"paths are told apart by case", "User-agent: *\nDisallow: /A", "/a", true},
		{"a web page", "<html><body>User-agent: * Disallow: /</body></html>", "/a", true},
	} {
		if r := parseRobots(tt.text, productToken); r.allows(tt.path) != tt.want {
			t.Errorf("%s: %s allowed: %v", tt.name, tt.path, !tt.want)
		}
	}
	if r := parseRobots("User-agent: *\nCrawl-delay: 2.5\nSitemap: https://x.example/s.xml", productToken); r.delay != 2500*time.Millisecond || len(r.sitemaps) != 1 {
		t.Errorf("got %+v", r)
	}
	if r := parseRobots("User-agent: *\nCrawl-delay: 86400", productToken); r.delay != maxCrawlDelay {
		t.Errorf("a delay of %v", r.delay)
	}
}

// A robots.txt is asked for once a day; while a site cannot say, nothing of it
// is fetched.
func TestRobotsAreAskedForOnceADay(t *testing.T) {
	status := http.StatusOK
	inBubble(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, "User-agent: *\nDisallow: /no\n")
	}, func(t *testing.T, c *Client, w *world) {
		w.mu.Lock()
		w.handlers["news.example/robots.txt"] = w.handlers["news.example"]
		w.mu.Unlock()
		page := func(path string) error {
			_, err := c.get(t.Context(), request{url: "http://news.example" + path, limit: 100, robots: true})
			return err
		}
		for _, wait := range []time.Duration{0, time.Hour, 22 * time.Hour, 2 * time.Hour} {
			time.Sleep(wait)
			if err := page("/yes"); err != nil {
				t.Error(err)
			}
			if err := page("/no"); !errors.Is(err, ErrRobots) {
				t.Errorf("got %v", err)
			}
		}
		if got := fmt.Sprint(w.took()); got != "[news.example/robots.txt news.example/yes news.example/yes news.example/yes news.example/robots.txt news.example/yes]" {
			t.Errorf("asked %v", got)
		}
		time.Sleep(25 * time.Hour)
		status = http.StatusInternalServerError
		if err := page("/yes"); !errors.Is(err, ErrRobots) {
			t.Errorf("while it fails: got %v", err)
		}
		status = http.StatusNotFound
		time.Sleep(2 * time.Hour)
		if err := page("/no"); err != nil {
			t.Errorf("once it is gone: %v", err)
		}
		u, _ := url.Parse("http://news.example/x")
		if r, err := c.robotsOf(t.Context(), u); err != nil || r.closed {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}
