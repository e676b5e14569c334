package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Found is a feed that Discover found at a site.
type Found struct {
	Feed
	Format string
	Items  int
	Where  string // how it was found, in words
}

const (
	maxCandidates = 12 // that are tried
	maxHead       = 1 << 20
)

// wellKnown are the places where the programs that make sites keep feeds.
var wellKnown = [...]string{"/feed", "/rss.xml", "/atom.xml", "/index.xml", "/feed.xml", "/rss", "/feed.json", "/news-sitemap.xml", "/sitemap-news.xml"}

// Discover finds the feeds of an address that people know, best first: the
// address itself, if it is a feed; else those that its page names; else those
// at the usual places and in robots.txt. The error says what was looked at.
func (c *Client) Discover(ctx context.Context, address string) ([]Found, error) {
	u, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	res, err := c.get(ctx, request{url: u.String(), accept: acceptFeed + ", text/html;q=0.6", limit: maxFeedBytes})
	if err != nil && !strings.Contains(address, "://") && u.Scheme == "https" && !errors.Is(err, ErrForbidden) {
		// Nobody said that it is https.
		plain := *u
		plain.Scheme = "http"
		if second, perr := c.get(ctx, request{url: plain.String(), accept: acceptFeed, limit: maxFeedBytes}); perr == nil {
			res, err, u = second, nil, &plain
		}
	}
	if err != nil {
		return nil, err
	}
	if res.status < 200 || res.status > 299 {
		return nil, refusal(res)
	}
	if d, err := parse(res.body, res.contentType(), res.url); err == nil {
		at := u.String()
		if res.permanent != "" {
			at = res.permanent
		}
		return []Found{d.found(at, "it is the address given")}, nil
	} else if !errors.Is(err, ErrNoFeed) {
		return nil, fmt.Errorf("%s is a feed that cannot be read: %w", redact(u.String()), err)
	}
	var out []Found
	page, _ := url.Parse(res.url) // it was asked
	for _, link := range alternates(res.body, res.contentType(), page) {
		if f, ok := c.try(ctx, link.address, "its page names it"); ok {
			f.Title = firstOf(f.Title, link.title)
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		out = c.guess(ctx, page)
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s is %w, its page names none, there is none at %s, nor does robots.txt name a news sitemap: look there for a link to RSS and give its address",
			redact(u.String()), ErrNoFeed, strings.Join(wellKnown[:4], ", "))
	}
	slices.SortStableFunc(out, func(a, b Found) int { return b.rank() - a.rank() })
	return out, nil
}

// rank puts the feed that people mean first: one of articles with items.
func (f *Found) rank() int {
	r := 0
	words := strings.ToLower(f.URL + " " + f.Title)
	if strings.Contains(words, "comment") || strings.Contains(words, "podcast") {
		r -= 4
	}
	if f.Items > 0 {
		r += 2
	}
	if f.Format == "news sitemap" || f.Format == "sitemap index" {
		r--
	}
	return r
}

// guess tries the usual places and what robots.txt says.
func (c *Client) guess(ctx context.Context, site *url.URL) (out []Found) {
	var places []string
	if strings.Trim(site.Path, "/") != "" {
		places = append(places, strings.TrimRight(site.String(), "/")+"/feed")
	}
	for _, p := range wellKnown {
		places = append(places, site.Scheme+"://"+site.Host+p)
	}
	for _, p := range places {
		if f, ok := c.try(ctx, p, "it is at a usual place"); ok {
			return []Found{f}
		}
	}
	r, err := c.robotsOf(ctx, site)
	if err != nil {
		return nil
	}
	for _, s := range r.sitemaps[:min(len(r.sitemaps), 4)] {
		if f, ok := c.try(ctx, absolute(site, s), "robots.txt names it"); ok {
			out = append(out, f)
		}
	}
	return out
}

// try reports whether there is a feed at an address. A sitemap counts if it
// has news in it, or names one that sounds like it.
func (c *Client) try(ctx context.Context, address, where string) (Found, bool) {
	if address == "" {
		return Found{}, false
	}
	res, err := c.get(ctx, request{url: address, accept: acceptFeed, limit: maxFeedBytes})
	if err != nil || res.status < 200 || res.status > 299 {
		return Found{}, false
	}
	d, err := parse(res.body, res.contentType(), res.url)
	switch {
	case err != nil, d.format == "news sitemap" && len(d.items) == 0:
		return Found{}, false
	case d.format == "sitemap index":
		if len(d.sitemaps) == 0 || !strings.Contains(strings.ToLower(d.sitemaps[0]), "news") {
			return Found{}, false
		}
	}
	if res.permanent != "" {
		address = res.permanent
	}
	return d.found(address, where), true
}

func (d *document) found(address, where string) Found {
	f := Found{Feed: Feed{URL: address, Title: d.title, Site: d.site}, Format: d.format, Items: len(d.items), Where: where}
	// A sitemap has only titles.
	f.FullText = strings.Contains(d.format, "sitemap")
	return f
}

type alternate struct{ address, title string }

// alternates returns the feeds that a page names by link elements, and by
// links in its text that look like feeds, in order, each once.
func alternates(body []byte, contentType string, page *url.URL) []alternate {
	text := toUTF8(body[:min(len(body), maxHead)], contentType)
	base := page
	var named, linked []alternate
	seen := make(map[string]bool)
	add := func(list *[]alternate, href, title string) {
		if a := absolute(base, href); a != "" && !seen[a] {
			seen[a] = true
			*list = append(*list, alternate{a, oneLine(title)})
		}
	}
	for z := html.NewTokenizer(bytes.NewReader(text)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		t := z.Token()
		attr := make(map[string]string, len(t.Attr))
		for _, a := range t.Attr {
			attr[a.Key] = strings.TrimSpace(a.Val)
		}
		switch t.DataAtom {
		case atom.Base:
			if b := absolute(page, attr["href"]); b != "" && base == page {
				base, _ = url.Parse(b) // absolute made it
			}
		case atom.Link:
			if hasWord(attr["rel"], "alternate", "feed") && isFeedType(attr["type"], hasWord(attr["rel"], "feed")) {
				add(&named, attr["href"], attr["title"])
			}
		case atom.A:
			if len(linked) < maxCandidates && looksLikeFeed(attr["href"]) {
				add(&linked, attr["href"], attr["title"])
			}
		}
	}
	if len(named) == 0 {
		named = linked
	}
	return named[:min(len(named), maxCandidates)]
}

func hasWord(list string, words ...string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(list)), func(w string) bool { return slices.Contains(words, w) })
}

func isFeedType(mime string, otherwise bool) bool {
	mime, _, _ = strings.Cut(strings.ToLower(mime), ";")
	switch strings.TrimSpace(mime) {
	case "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/xml", "text/xml", "application/x.atom+xml", "application/rss":
		return true
	case "application/json":
		// WordPress names its interface for programs so.
		return otherwise
	}
	return otherwise && mime == ""
}

func looksLikeFeed(href string) bool {
	path, _, _ := strings.Cut(strings.ToLower(href), "?")
	path = strings.TrimRight(path, "/")
	for _, end := range []string{"/feed", "/rss", "/atom", ".rss", ".rdf", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feed.json"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}
