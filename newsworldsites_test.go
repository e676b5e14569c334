package main

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// A newsWorld is the web of TestNewsWorld: outlets whose feeds and pages are as
// odd as those that one meets.
type newsWorld struct {
	began   time.Time
	feeds   []*newsFeed
	stories []*story
	at      map[string]*newsFeed // by host and path; where a feed is and was
	pages   map[string]*story    // likewise

	mu       sync.Mutex
	requests map[string]int // by kind
}

// An oddity is what is the matter with a feed.
type oddity int

const (
	etagged oddity = iota
	dated          // Last-Modified alone
	unvalidated
	newTags // an ETag that is new each time
	livesLong
	livesShort
	limits
	breaks
	hangs
	hangsUp
	redirected     // for good, from the start
	elsewhere      // redirected for now, always
	moves          // for good, on the third day
	dies           // 410 on the fourth
	wrongCharset   // Windows-1252 that says it is UTF-8
	tracks         // with other tracking parameters every hour
	statedCharset  // Windows-1252 that says it is ISO-8859-1
	sleeps         // skipHours
	pagesElsewhere // links that redirect to the pages
	alwaysNow      // every item is dated now
	oddities
)

// A newsFeed is one feed of an outlet.
type newsFeed struct {
	n          int
	host, path string
	format     string // rss, atom, rdf, json or sitemap
	teaser     bool
	odd        oddity
	stories    []*story
	from, to   time.Time // when what is odd about it for a while is so
}

func (f *newsFeed) url() string      { return "http://" + f.host + f.path }
func (f *newsFeed) is(o oddity) bool { return f.odd == o }

// down reports whether asking is in vain.
func (f *newsFeed) down(now time.Time) bool {
	return slices.Contains([]oddity{limits, breaks, hangs, hangsUp, dies}, f.odd) && !now.Before(f.from) && now.Before(f.to)
}

// A story is one article, as it is at any time.
type story struct {
	n                       int
	home                    *newsFeed
	published               time.Time
	date                    int // how it is written: see newsFeed.date
	edited, retitled        time.Time
	removed, renamed, moved time.Time // from the feed; its guid; its link
	copyOf                  *story
}

func past(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }

// word is one that no other text of the world has: version tells the first
// from the edited one.
func (s *story) word(version int) string {
	const consonants, vowels = "bdfgklmnprtvz", "aeiou"
	n, b := s.n*2+version, []byte("w")
	for range 5 {
		b = append(b, vowels[n%5], consonants[n/5%13])
		n /= 65
	}
	return string(append(b, "ok"...))
}

func (s *story) title(now time.Time) string {
	title := fmt.Sprintf("Café report %d on the harbour – “all of it”", s.n)
	if past(s.retitled, now) {
		title += ", corrected"
	}
	return title
}

func (s *story) text(now time.Time) string {
	if s.copyOf != nil {
		return s.copyOf.text(s.published)
	}
	r, version := rand.New(rand.NewPCG(uint64(s.n), 1)), 0
	if past(s.edited, now) {
		version = 1
	}
	paragraphs := []string{"The überraschte warden wrote of " + s.word(version) + " on that day."}
	for range 4 {
		var words []string
		for range 30 {
			words = append(words, fmt.Sprintf("%c%s%d", 'a'+r.IntN(26), []string{"ston", "mer", "lín", "gar", "wick"}[r.IntN(5)], r.IntN(900)))
		}
		paragraphs = append(paragraphs, "It was said that "+strings.Join(words, " ")+".")
	}
	return strings.Join(paragraphs, "\n\n")
}

func (s *story) path(now time.Time) string {
	if past(s.moved, now) {
		return fmt.Sprintf("/archive/%d", s.n)
	}
	return fmt.Sprintf("/story/%d", s.n)
}

// shows returns the stories that a feed holds, newest first.
func (f *newsFeed) shows(now time.Time) []*story {
	var out []*story
	for _, s := range f.stories {
		if past(s.published, now) && !past(s.removed, now) && !(f.format == "sitemap" && now.Sub(s.published) > 47*time.Hour) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *story) int { return b.published.Compare(a.published) })
	return out[:min(len(out), 40)]
}

// date is how a feed dates a story, truly in four of eight forms.
func (f *newsFeed) date(s *story, now time.Time) string {
	t := s.published.UTC()
	switch form := s.date; {
	case f.is(alwaysNow):
		return now.UTC().Format(time.RFC1123)
	case form == 1:
		return t.In(time.FixedZone("", 2*3600)).Format(time.RFC1123Z)
	case form == 2:
		return t.In(time.FixedZone("EST", -5*3600)).Format(time.RFC822[:10] + "15:04:05 MST")
	case form == 3:
		return t.Format("January 2, 2006 at 15:04:05 UTC")
	case form == 4:
		return ""
	case form == 5:
		return t.AddDate(0, 1, 0).Format(time.RFC3339)
	case form == 6:
		return "when it rains"
	}
	if f.format == "rss" {
		return t.Format(time.RFC1123)
	}
	return t.Format(time.RFC3339)
}

// link is the address of a story as a feed writes it.
func (f *newsFeed) link(s *story, now time.Time) string {
	link := "http://" + s.home.host + s.path(now)
	if f.is(pagesElsewhere) {
		link = "http://" + s.home.host + strings.Replace(s.path(now), "/", "/go/", 1)
	}
	if f.is(tracks) {
		link += fmt.Sprintf("?utm_source=feed&utm_campaign=hour%d", now.Unix()/3600)
	}
	return link
}

// render writes a feed.
func (f *newsFeed) render(now time.Time) string {
	var b strings.Builder
	items := []map[string]string{}
	for _, s := range f.shows(now) {
		guid := fmt.Sprintf("story-%d", s.n)
		if past(s.renamed, now) {
			guid += "-again"
		}
		text := "<p>" + strings.ReplaceAll(s.text(now), "\n\n", "</p><p>") + "</p>"
		if f.teaser {
			text = "<p>" + s.text(now)[:60] + " …</p>"
		}
		title, link, date := html.EscapeString(s.title(now)), html.EscapeString(f.link(s, now)), f.date(s, now)
		body := html.EscapeString(text)
		switch f.format {
		case "rss":
			fmt.Fprintf(&b, "<item><guid isPermaLink='false'>%s</guid><link>%s</link><title>%s</title><pubDate>%s</pubDate><content:encoded>%s</content:encoded></item>", guid, link, title, date, body)
		case "rdf":
			fmt.Fprintf(&b, "<item rdf:about='%s'><link>%[1]s</link><title>%s</title><dc:date>%s</dc:date><content:encoded>%s</content:encoded></item>", link, title, date, body)
		case "atom":
			fmt.Fprintf(&b, "<entry><id>%s</id><link href='%s'/><title>%s</title><published>%s</published><content type='html'>%s</content></entry>", guid, link, title, date, body)
		case "sitemap":
			fmt.Fprintf(&b, "<url><loc>%s</loc><news:news><news:publication><news:name>W</news:name></news:publication><news:publication_date>%s</news:publication_date><news:title>%s</news:title></news:news></url>", link, date, title)
		case "json":
			items = append(items, map[string]string{"id": guid, "url": f.link(s, now), "title": s.title(now), "date_published": date, "content_html": text})
		}
	}
	hints := ""
	if f.is(livesLong) {
		hints = "<ttl>90</ttl>"
	} else if f.is(sleeps) {
		hints = "<skipHours><hour>1</hour><hour>2</hour><hour>3</hour></skipHours>"
	}
	switch f.format {
	case "rss":
		return "<?xml version='1.0' encoding='" + f.charset() + "'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>W</title>" + hints + b.String() + "</channel></rss>"
	case "rdf":
		return "<?xml version='1.0' encoding='" + f.charset() + "'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>W</title></channel>" + b.String() + "</rdf:RDF>"
	case "atom":
		return "<?xml version='1.0' encoding='" + f.charset() + "'?><feed xmlns='http://www.w3.org/2005/Atom'><title>W</title>" + b.String() + "</feed>"
	case "sitemap":
		return "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>" + b.String() + "</urlset>"
	}
	raw, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "W", "items": items})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func (f *newsFeed) charset() string {
	if f.is(statedCharset) {
		return "iso-8859-1"
	}
	return "utf-8"
}
