package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"html"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"newsdesk/feed"
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
	statedCharset  // Windows-1252 that says it is ISO-8859-1
	tracks         // with other tracking parameters every hour
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

// windows1252 writes what the world's texts hold beyond ASCII in one byte.
var windows1252 = strings.NewReplacer("é", "\xe9", "ü", "\xfc", "í", "\xed", "–", "\x96", "“", "\x93", "”", "\x94", "…", "\x85")

// changed is when what a feed holds was last another.
func (f *newsFeed) changed(now time.Time) time.Time {
	last := now.Truncate(30 * 24 * time.Hour)
	for _, s := range f.stories {
		for _, t := range []time.Time{s.published, s.edited, s.retitled, s.removed, s.renamed, s.moved} {
			if past(t, now) && t.After(last) {
				last = t
			}
		}
	}
	return last
}

func (w *newsWorld) count(kind string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests[kind]++
}

func (w *newsWorld) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	now := time.Now()
	if r.URL.Path == "/robots.txt" {
		w.count("robots.txt")
		fmt.Fprint(out, "User-agent: *\nDisallow: /private/\n")
		return
	}
	if f := w.at[r.Host+r.URL.Path]; f != nil {
		w.serveFeed(out, r, f, now)
		return
	}
	path, away := strings.CutPrefix(r.URL.Path, "/go")
	s := w.pages[r.Host+path]
	if s == nil {
		w.count("pages that are not there")
		http.NotFound(out, r)
		return
	}
	if away {
		w.count("page redirects")
		http.Redirect(out, r, path, http.StatusFound)
		return
	}
	w.count("pages")
	out.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(out, `<!DOCTYPE html><html><head><title>%s</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"%[1]s","datePublished":"%[2]s"}</script></head><body><nav>Home News</nav><article><h1>%[1]s</h1><p>%[3]s</p></article><footer>Imprint</footer></body></html>`,
		html.EscapeString(s.title(now)), s.published.UTC().Format(time.RFC3339), strings.ReplaceAll(html.EscapeString(s.text(now)), "\n\n", "</p><p>"))
}

func (w *newsWorld) serveFeed(out http.ResponseWriter, r *http.Request, f *newsFeed, now time.Time) {
	if f.down(now) {
		w.count("polls that fail")
		switch f.odd {
		case limits:
			out.Header().Set("Retry-After", fmt.Sprint(int(f.to.Sub(now).Seconds())+1))
			out.WriteHeader(http.StatusTooManyRequests)
		case breaks:
			out.WriteHeader(http.StatusInternalServerError)
		case hangs:
			<-r.Context().Done()
		case hangsUp:
			panic(http.ErrAbortHandler)
		case dies:
			out.WriteHeader(http.StatusGone)
		}
		return
	}
	first := r.URL.Path == f.path
	switch to := "/real" + f.path; {
	case first && (f.is(redirected) || f.is(moves) && !now.Before(f.from)):
		w.count("redirects for good")
		http.Redirect(out, r, to, http.StatusMovedPermanently)
		return
	case first && f.is(elsewhere):
		w.count("redirects for now")
		http.Redirect(out, r, to, http.StatusFound)
		return
	}
	body, h := f.render(now), out.Header()
	switch {
	case f.is(dated):
		h.Set("Last-Modified", f.changed(now).UTC().Format(http.TimeFormat))
	case f.is(newTags):
		h.Set("ETag", fmt.Sprintf(`"%d"`, now.UnixNano()))
	case !f.is(unvalidated):
		sum := fnv.New64a()
		sum.Write([]byte(body))
		h.Set("ETag", fmt.Sprintf(`"%x"`, sum.Sum64()))
	}
	if f.is(livesShort) {
		h.Set("Cache-Control", "max-age=1200")
	}
	if tag := h.Get("ETag"); tag != "" && tag == r.Header.Get("If-None-Match") ||
		f.is(dated) && h.Get("Last-Modified") == r.Header.Get("If-Modified-Since") {
		w.count("polls that find nothing new, by 304")
		out.WriteHeader(http.StatusNotModified)
		return
	}
	w.count("polls that are sent the feed")
	if f.format != "json" && f.format != "sitemap" && (f.is(wrongCharset) || f.is(statedCharset)) {
		body = windows1252.Replace(body)
	}
	fmt.Fprint(out, body)
}

// newNewsWorld makes a world of so many feeds and articles, the articles spread
// over some days.
func newNewsWorld(began time.Time, feeds, articles int, days float64) *newsWorld {
	w := &newsWorld{began: began, at: make(map[string]*newsFeed), pages: make(map[string]*story), requests: make(map[string]int)}
	r := rand.New(rand.NewPCG(20, 25))
	for i := range feeds {
		f := &newsFeed{n: i, odd: oddity(i % int(oddities)), format: []string{"rss", "atom", "rdf", "json", "sitemap"}[(i+i/int(oddities))%5],
			host: fmt.Sprintf("outlet%d.example", i), path: fmt.Sprintf("/feed%d", i)}
		f.teaser = f.format == "sitemap" || i/2%2 == 1
		if i%int(oddities) < 6 { // one host of many feeds
			f.host = fmt.Sprintf("big%d.example", i/int(oddities))
		}
		f.from = began.Add(time.Duration((1 + 3*r.Float64()) * 24 * float64(time.Hour)))
		f.to = f.from.Add(3 * time.Hour)
		switch f.odd {
		case dies:
			f.from, f.to = began.AddDate(0, 0, 4), began.AddDate(1, 0, 0)
		case moves:
			f.from = began.AddDate(0, 0, 3)
		case hangsUp:
			f.to = f.from.Add(time.Hour)
		}
		w.feeds = append(w.feeds, f)
		w.at[f.host+f.path], w.at[f.host+"/real"+f.path] = f, f
	}
	for n := range articles {
		f := w.feeds[n%feeds]
		if n/feeds%3 == 2 { // a tenth of the feeds have a third of the news
			f = w.feeds[n%feeds/10*10]
		}
		s := &story{n: n, home: f, date: n % 8}
		span := days
		if f.is(dies) {
			span = 3
		}
		s.published = began.Add(time.Duration((r.Float64()*(span+.5) - .5) * 24 * float64(time.Hour))).Truncate(time.Second)
		w.happenings(s, r)
		w.stories = append(w.stories, s)
		f.stories = append(f.stories, s)
		w.pages[f.host+fmt.Sprintf("/story/%d", n)], w.pages[f.host+fmt.Sprintf("/archive/%d", n)] = s, s
	}
	return w
}

// happenings says what becomes of a story after it is out: all behind the
// longest time that a feed may be left alone.
func (w *newsWorld) happenings(s *story, r *rand.Rand) {
	later := s.published.Add(20 * time.Hour)
	if later.Before(w.began.Add(20 * time.Hour)) {
		later = w.began.Add(20 * time.Hour)
	}
	switch f := s.home; r.IntN(12) {
	case 1:
		s.retitled = later
	case 3:
		if s.edited = later; f.format == "sitemap" {
			s.retitled = later // of which a sitemap tells
		}
	case 5:
		s.removed = later
	case 7:
		s.renamed = later
	case 9:
		if f.format != "rdf" && f.format != "sitemap" { // which know an article by its link alone
			s.moved = later
		}
	case 10:
		for _, other := range w.feeds { // of the same outlet
			if other != f && other.host == f.host && !other.teaser && !f.teaser && !f.is(alwaysNow) {
				s.date = 0
				other.stories = append(other.stories, s)
				return
			}
		}
	case 11:
		if len(w.stories) > 0 {
			other := w.stories[r.IntN(len(w.stories))]
			if gap := other.published.Sub(s.published).Abs(); other.home.host != f.host && other.copyOf == nil && gap < 3*24*time.Hour {
				s.copyOf = other
				if s.published.Before(other.published) {
					s.published = other.published.Add(time.Minute)
				}
			}
		}
	}
}

// opml lists the feeds.
func (w *newsWorld) list(path string) error {
	l, err := feed.ReadList(path)
	if err != nil {
		return err
	}
	for _, f := range w.feeds {
		if _, err := l.Add(feed.Feed{URL: f.url(), Title: fmt.Sprintf("Outlet %d", f.n), FullText: f.teaser}); err != nil {
			return err
		}
	}
	return l.Write(path)
}
